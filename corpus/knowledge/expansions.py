"""Texts people might write, beside the passages and records that answer them: read, checked, and led to their target.

One JSON object a line in `expansions/*.jsonl`: `{"record": id, "texts": [...]}`, or `{"document": id, "quote": words,
"texts": [...]}` for the passage that holds the quotation, so that a change elsewhere in a document leaves it valid. A
record's id begins with that of its document.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.errors import KnowledgeError
from corpus.knowledge.reading import Sources, fault, once
from corpus.schema import Expansion, Record
from corpus.text import key

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


def expansions(sources: Sources, records: Iterable[Record], folder: Path) -> tuple[Expansion, ...]:
    """Return the expansions, each led to the id of its record or passage.

    Raises KnowledgeError with file, line and reason for a line of the wrong form, a text given twice, or a target
    that is not there. Lines of documents that are not indexed are passed over.
    """
    known = {record.id for record in records}
    seen: dict[str, str] = {}
    found: list[Expansion] = []
    for line in _lines(folder):
        for text in line.texts:
            once(line.where, text, seen)
        if line.record is not None:
            if not sources.has(line.record.split("-", 1)[0]):
                continue
            target = line.record if line.record in known else None
        elif not sources.has(line.document or ""):
            continue
        else:
            target = sources.passage(line.document or "", line.quote or "")
        if target is None:
            raise fault(line.where, f"målet {line.record or line.quote!r} findes ikke")
        found += [Expansion(text, target, line.where) for text in line.texts]
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
                raise fault(where, f"ikke JSON ({error})") from error
            yield _check(values, where)


def _check(values: Any, where: str) -> _Line:
    if not isinstance(values, dict) or set(values) not in ({"record", "texts"}, {"document", "quote", "texts"}):
        raise fault(where, "skal have record og texts, eller document, quote og texts")
    texts = values["texts"]
    if not isinstance(texts, list) or not texts or not all(isinstance(text, str) for text in texts):
        raise fault(where, "texts skal være en liste af tekster")
    wrong = next((text for text in texts if len(key(text)) < SHORTEST or len(text) > LONGEST), None)
    if wrong is not None:
        raise fault(where, f"teksten {wrong[:40]!r} er tom eller for lang")
    return _Line(where, values.get("record"), values.get("document"), values.get("quote"), tuple(texts))
