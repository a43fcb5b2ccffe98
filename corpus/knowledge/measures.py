"""Measures that a document tells of in running text, without a section of their own: their sentences, pointed to."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import Field

from corpus.knowledge.reading import Row, Sources, fault, once, rows
from corpus.schema import Measure, RecordField, Sentence


class _Field(Row):
    name: str
    title: str
    quotes: Annotated[list[str], Field(min_length=1)]


class _Measure(Row):
    id: str
    title: str
    tier: str
    actors: Annotated[list[str], Field(min_length=1)]
    field: Annotated[list[_Field], Field(min_length=1)]


def measures(sources: Sources, taken: Sequence[str], path: Path) -> tuple[Measure, ...]:
    """Return the measures, each with the passages it is told in; `taken` are the ids of the other records.

    Raises KnowledgeError with file, line and reason for an id that is taken or a quotation that is no whole sentence
    of the document. Measures of documents that are not indexed are passed over.
    """
    seen = dict.fromkeys(taken, "et dokuments egne afsnit")
    found = []
    for where, entry in rows(path, "measure", _Measure):
        once(where, entry.id, seen)
        document = entry.id.split("-", 1)[0]
        if sources.has(document):
            found.append(_measure(where, entry, document, sources))
    return tuple(found)


def _measure(where: str, entry: _Measure, document: str, sources: Sources) -> Measure:
    def told(quote: str) -> tuple[str, Sentence]:
        stands = sources.sentence(document, quote)
        if stands is None:
            raise fault(where, f"citatet {quote[:60]!r} er ingen hel sætning i {document}")
        return stands

    fields = [(one, [told(quote) for quote in one.quotes]) for one in entry.field]
    all_told = [sentence for _, sentences in fields for sentence in sentences]
    return Measure(
        entry.id,
        document,
        entry.title,
        tuple(sorted({page for _, sentence in all_told for page in sentence.pages})),
        tuple(RecordField(one.name, one.title, tuple(sentence for _, sentence in told)) for one, told in fields),
        tier=entry.tier,
        actors=tuple(entry.actors),
        passages=tuple(dict.fromkeys(passage for passage, _ in all_told)),
    )
