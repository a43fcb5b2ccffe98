"""What the readers of the data files share: tables of a TOML file, checked, and where a quotation stands."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.errors import KnowledgeError
from corpus.manifest import read_tables
from corpus.schema import Page, Passage, Sentence, Support
from corpus.text import key

FEWEST = 12
"""How many letters and digits a quotation must have to say where it stands."""


class Row(BaseModel):
    """One entry of a data file. Unknown keys and blank texts are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, str_min_length=1)


class Quotation(Row):
    """A document's own words."""

    document: str
    quote: str


Kind = TypeVar("Kind", bound=Row)


def rows(path: Path, table: str, kind: type[Kind]) -> list[tuple[str, Kind]]:
    """Return the tables called `table` of a TOML file, each with its file and line.

    Raises KnowledgeError with file, line and reason.
    """
    try:
        entries = read_tables(path, table)
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise KnowledgeError(f"{path} kan ikke læses: {error}.", "Ret filen, og prøv igen.") from error
    starts = [number for number, line in enumerate(lines, start=1) if re.match(rf"\s*\[\[{table}\]\]", line)]
    found = []
    for number, entry in zip(starts, entries, strict=True):
        where = f"{path.name}, linje {number}"
        try:
            found.append((where, kind.model_validate(entry)))
        except ValidationError as error:
            raise fault(where, explain(error)) from error
    return found


def explain(error: ValidationError) -> str:
    """Return the first fault of an entry: the key it is about, and what is wrong with it."""
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    told = {"missing": "mangler", "extra_forbidden": "er ikke et navn, der kendes", "string_too_short": "er tom"}
    return f"{name} {told.get(first['type'], 'kan ikke bruges: ' + first['msg'])}"


def fault(where: str, reason: str) -> KnowledgeError:
    """Return the error that names a place and what is wrong there."""
    return KnowledgeError(f"{where}: {reason}.", "Ret linjen, og prøv igen.")


def once(where: str, name: str, seen: dict[str, str]) -> None:
    """Raise KnowledgeError where `name` was met before; remember it."""
    if name in seen:
        raise fault(where, f"{name!r} står også i {seen[name]}")
    seen[name] = where


def _held(wanted: str, text: str) -> int:
    """Return how many letters of the end of some words stand in a text; none where they are too few to tell."""
    count = bisect_left(range(1, len(wanted) + 1), True, key=lambda count: wanted[-count:] not in text)
    return count if count >= FEWEST else 0


class Sources:
    """Where quotations stand in the documents that are indexed."""

    def __init__(self, passages: Sequence[Passage], pages: Iterable[Page]) -> None:
        self._passages: dict[str, list[Passage]] = {}
        for passage in passages:
            self._passages.setdefault(passage.document, []).append(passage)
        self._texts: dict[str, str] = {}
        self._starts: dict[str, list[int]] = {}
        for document, own in self._passages.items():
            keys = [key(passage.text) for passage in own]
            self._texts[document] = "".join(keys)
            self._starts[document] = [sum(map(len, keys[:place])) for place in range(len(keys))]
        self._pages = [(page.document, page.number, key(page.text)) for page in pages]

    def has(self, document: str) -> bool:
        """Tell whether a document is indexed."""
        return document in self._passages

    def passage(self, document: str, quote: str, record: str | None = None) -> str | None:
        """Return the id of the passage in which a quotation begins; None if it stands nowhere.

        One that begins with a heading, which is of no passage, is in the passage on its page that goes on with it.
        With a `record`, only its own passages and the pages they stand on count.
        """
        wanted = key(quote)
        if len(wanted) < FEWEST:
            return None
        if record is not None:
            return self._within(document, record, wanted)
        at = self._texts.get(document, "").find(wanted)
        own = self._passages.get(document, [])
        return own[bisect_right(self._starts[document], at) - 1].id if at >= 0 else self._on_page(own, wanted)

    def _within(self, document: str, record: str, wanted: str) -> str | None:
        own = [passage for passage in self._passages.get(document, []) if passage.record == record]
        keys = [key(passage.text) for passage in own]
        at = "".join(keys).find(wanted)
        starts = list(accumulate(map(len, keys), initial=0))[:-1]
        return own[bisect_right(starts, at) - 1].id if at >= 0 else self._on_page(own, wanted)

    def _on_page(self, own: Sequence[Passage], wanted: str) -> str | None:
        """Return the id of the passage on a page with the words that holds most of their end, or has them as a heading.

        Else it is the first there.
        """
        documents = {passage.document for passage in own}
        pages = {(name, number) for name, number, text in self._pages if name in documents and wanted in text}
        there = [one for one in own if any((one.document, number) in pages for number in one.pages)]
        return (
            max(there, key=lambda one: (_held(wanted, key(one.text)), wanted in key(one.heading))).id if there else None
        )

    def sentence(self, document: str, words: str) -> tuple[str, Sentence] | None:
        """Return a whole sentence of a document with the id of its passage; None where there is none such."""
        wanted = key(words)
        held = ((p.id, one) for p in self._passages.get(document, []) for one in p.sentences)
        return next(((passage, one) for passage, one in held if key(one.text) == wanted), None)

    def support(self, where: str, quotation: Quotation, record: str | None = None) -> Support:
        """Return a quotation with the passage it stands in, which is one of `record`, where that is given.

        Raises KnowledgeError where it does not stand there.
        """
        passage = self.passage(quotation.document, quotation.quote, record)
        if passage is None:
            raise fault(where, f"citatet {quotation.quote[:60]!r} står ikke i {quotation.document}")
        return Support(quotation.document, quotation.quote, passage)
