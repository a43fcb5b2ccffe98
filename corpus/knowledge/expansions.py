"""Texts people might write, beside the passages and records that answer them: read, checked, and led to their target.

One JSON object a line in `expansions/*.jsonl`: `{"record": id, "texts": [...]}`, or `{"document": id, "quote": words,
"texts": [...]}` for the passage that holds the quotation, so that a change elsewhere in a document leaves it valid. A
record's id begins with that of its document.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import KnowledgeError
from corpus.schema import Expansion, Passage, Record
from corpus.text import key

FOLDER = Path(__file__).parent / "expansions"
LONGEST = 700
SHORTEST = 3


@dataclass(frozen=True)
class _Line:
    """One line of an expansions file, checked for form."""

    where: str
    record: str | None
    document: str | None
    quote: str | None
    texts: tuple[str, ...]


def expansions(passages: Sequence[Passage], records: Iterable[Record], folder: Path = FOLDER) -> tuple[Expansion, ...]:
    """Return the expansions, each led to the id of its record or passage.

    Raises KnowledgeError with file, line and reason for a line of the wrong form, a text given twice, or a target
    that is not there. Lines of documents that are not in the index are passed over.
    """
    known_records = {record.id for record in records}
    keys = [(passage.document, key(passage.text), passage.id) for passage in passages]
    documents = {passage.document for passage in passages}
    seen: dict[str, str] = {}
    found: list[Expansion] = []
    for line in _lines(folder):
        if line.record is not None:
            if not line.record.startswith(tuple(f"{document}-" for document in documents)):
                continue
            target = line.record if line.record in known_records else None
        elif line.document not in documents:
            continue
        else:
            wanted = key(line.quote or "")
            target = next((name for document, text, name in keys if document == line.document and wanted in text), None)
        if target is None:
            raise _fault(line.where, f"målet {line.record or line.quote!r} findes ikke")
        for text in line.texts:
            if text in seen:
                raise _fault(line.where, f"teksten {text[:40]!r} står også i {seen[text]}")
            seen[text] = line.where
            found.append(Expansion(text, target, line.where))
    return tuple(found)


def _lines(folder: Path) -> Iterator[_Line]:
    for path in sorted(folder.glob("*.jsonl")):
        try:
            rows = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise KnowledgeError(f"{path} kan ikke læses: {error}.", "Gem den som UTF-8.") from error
        for number, row in enumerate(rows, start=1):
            where = f"{path.name}, linje {number}"
            try:
                values = json.loads(row)
            except ValueError as error:
                raise _fault(where, f"ikke JSON ({error})") from error
            yield _check(values, where)


def _check(values: Any, where: str) -> _Line:
    if not isinstance(values, dict) or set(values) not in ({"record", "texts"}, {"document", "quote", "texts"}):
        raise _fault(where, "skal have record og texts, eller document, quote og texts")
    texts = values["texts"]
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise _fault(where, "texts skal være en liste af tekster")
    wrong = next((text for text in texts if len(key(text)) < SHORTEST or len(text) > LONGEST), None)
    if wrong is not None:
        raise _fault(where, f"teksten {wrong[:40]!r} er tom eller for lang")
    return _Line(where, values.get("record"), values.get("document"), values.get("quote"), tuple(texts))


def _fault(where: str, reason: str) -> KnowledgeError:
    return KnowledgeError(f"{where}: {reason}.", "Ret linjen, og prøv igen.")
