"""Evidence labels, set by hand with a reason: of documents, of records, and of sections."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from pydantic import model_validator

from corpus.knowledge.reading import Row, fault, once, rows
from corpus.schema import EvidenceLabel, EvidenceMark, Passage, Record

BETWEEN = " › "


class _Label(Row):
    label: EvidenceLabel
    reason: str
    id: str | None = None
    document: str | None = None
    section: str | None = None

    @model_validator(mode="after")
    def _about_one_thing(self) -> "_Label":
        if (self.id is None) == (self.document is None) or (self.document is None) != (self.section is None):
            raise ValueError("skal have enten id, eller document og section")
        return self


def evidence(passages: Sequence[Passage], records: Iterable[Record], path: Path) -> dict[str, EvidenceMark]:
    """Return the label with its reason of each document, record and passage that has one of its own.

    Of two sections the deeper wins; of a record's label and its section's, the weaker. Raises KnowledgeError with file,
    line and reason for an unknown label, a record or section that is not there, or one that is labelled twice. Entries
    of documents that are not indexed are passed over.
    """
    documents = {passage.document for passage in passages}
    known = {record.id for record in records} | documents
    seen: dict[str, str] = {}
    marks: dict[str, EvidenceMark] = {}
    sections: list[tuple[str, list[str], EvidenceMark]] = []
    for where, entry in rows(path, "label", _Label):
        once(where, entry.id or f"{entry.document}: {entry.section}", seen)
        mark = EvidenceMark(entry.label, entry.reason)
        document = entry.document or (entry.id or "").split("-", 1)[0]
        if document not in documents:
            continue
        if entry.id is None:
            sections.append((document, (entry.section or "").split(BETWEEN), mark))
            if not any(_within(passage, *sections[-1][:2]) for passage in passages):
                raise fault(where, f"{document} har intet afsnit {entry.section!r}")
        elif entry.id not in known:
            raise fault(where, f"{entry.id!r} findes ikke")
        else:
            marks[entry.id] = mark
    deepest_last = sorted(sections, key=lambda section: len(section[1]))
    for passage in passages:
        own = [mark for document, path_, mark in deepest_last if _within(passage, document, path_)]
        of_record = marks.get(passage.record or "")
        if own and (of_record is None or own[-1].label > of_record.label):
            marks[passage.id] = own[-1]
    return marks


def _within(passage: Passage, document: str, section: Sequence[str]) -> bool:
    return passage.document == document and list(passage.path[: len(section)]) == list(section)
