"""The nouns of the system: one frozen dataclass per stage, from file to passage."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from enum import StrEnum

from corpus.text import key


class EvidenceLabel(StrEnum):
    """How well a statement is supported. Set by hand in `corpus/knowledge/`, never by code."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


EVIDENCE_NAMES = {
    EvidenceLabel.A: "Effektmålt",
    EvidenceLabel.B: "Evalueret i praksis",
    EvidenceLabel.C: "Faglig anbefaling",
    EvidenceLabel.D: "Praksiseksempel",
    EvidenceLabel.E: "Lokal ramme",
}


@dataclass(frozen=True)
class Document:
    """A source file and what is known about it.

    `first_page` is None where pages carry no printed number. `local` is the place whose own rules it holds.
    `aliases` are the names people use for it.
    """

    id: str
    file: str
    title: str
    short_title: str
    publisher: str
    year: str
    sha256: str
    licence_note: str
    first_page: int | None = None
    page_breaks: str = "form-feed"
    local: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """One page of a document.

    `position` counts from 1 in the file; `printed` is the number on the page, None where there is none.
    `text` is NFC and otherwise as extracted.
    """

    document: str
    position: int
    printed: int | None
    text: str

    @property
    def number(self) -> int:
        """The number a reader uses to find the page: the printed one, else the position in the file."""
        return self.position if self.printed is None else self.printed


@dataclass(frozen=True)
class Sentence:
    """A whole sentence, list item, caption or footnote, with the numbers of the pages it stands on.

    `kind` is `text`, `item`, `caption` or `note`. `quotable` says that it stands unbroken in the source file.
    """

    text: str
    pages: tuple[int, ...]
    kind: str = "text"
    quotable: bool = True


@dataclass(frozen=True)
class Section:
    """The text between two headings.

    `path` is the headings down to this one; `record` and `field` say which part of which record it is, or are
    None. `attributes` holds what else the outline says of it.
    """

    document: str
    path: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    record: str | None = None
    field: str | None = None
    attributes: Mapping[str, object] = dataclass_field(default_factory=dict)


@dataclass(frozen=True)
class Passage:
    """What is searched and shown: whole sentences of one section.

    `pages` are page numbers in order; `printed` tells whether they stand in print (else they are positions
    and a citation names the section instead).
    """

    id: str
    document: str
    path: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    pages: tuple[int, ...]
    printed: bool
    record: str | None = None
    field: str | None = None

    @property
    def heading(self) -> str:
        """The headings down to the passage, as a reader sees them."""
        return " › ".join(self.path)

    @property
    def text(self) -> str:
        """The sentences as one text; list items on lines of their own."""
        parts: list[str] = []
        for sentence in self.sentences:
            item = sentence.kind == "item"
            if parts:
                parts.append("\n" if item or parts[-1].startswith("• ") else " ")
            parts.append(f"• {sentence.text}" if item else sentence.text)
        return "".join(parts)

    @property
    def printed_pages(self) -> tuple[int, ...]:
        """The printed page numbers; empty where the source has none."""
        return self.pages if self.printed else ()


@dataclass(frozen=True)
class RecordField:
    """One named part of a record, with its sentences."""

    name: str
    title: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Record:
    """What trial actions, recommendations and measures have in common."""

    id: str
    document: str
    title: str
    pages: tuple[int, ...]
    fields: tuple[RecordField, ...]

    def field(self, name: str) -> RecordField | None:
        """Return the field called `name`, or None when the source does not give it."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences of its fields, in order."""
        return tuple(sentence for field in self.fields for sentence in field.sentences)

    @property
    def has_section(self) -> bool:
        """Whether the document has a section for it alone, from which it was read."""
        return True

    def says(self, quote: str) -> bool:
        """Tell whether a quotation stands in one of its sentences."""
        return any(key(quote) in key(sentence.text) for sentence in self.sentences)


@dataclass(frozen=True)
class TrialAction(Record):
    """A prøvehandling. `name` is "Kommune – Skole" as printed; `changes` holds (group, sentence) pairs."""

    name: str
    municipality: str
    school: str | None
    theme: str
    changes: tuple[tuple[str, Sentence], ...]


@dataclass(frozen=True)
class Recommendation(Record):
    """An anbefaling.

    `number` is its number or code; `addressee` who it is meant for; `strength` is `afgørende` or `understøttelse og
    inspiration`.
    """

    number: str
    addressee: str
    strength: str


@dataclass(frozen=True)
class Measure(Record):
    """An indsats in a municipality's own model, with its tier and the people who carry it out.

    `passages` are those it is told in, where the document has no section for it alone; else empty.
    """

    tier: str
    actors: tuple[str, ...]
    passages: tuple[str, ...] = ()

    @property
    def has_section(self) -> bool:
        """Whether the document has a section for it alone, from which it was read."""
        return not self.passages


@dataclass(frozen=True)
class EvidenceMark:
    """An evidence label and what it rests on, as a Danish sentence."""

    label: EvidenceLabel
    reason: str


@dataclass(frozen=True)
class Support:
    """A quotation that carries a statement of ours, with the id of the passage it begins in."""

    document: str
    quote: str
    passage: str


@dataclass(frozen=True)
class Statement:
    """A sentence in our own words, carried by quotations."""

    text: str
    support: tuple[Support, ...]


@dataclass(frozen=True)
class Topic:
    """A topic card: what people often ask about, answered in a few statements."""

    id: str
    title: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class Trait:
    """What trial actions have in common, with the words of each that show it, by its id; all that have it are there.

    `title` and `title_en` complete "prøvehandlinger, der …" and "trial actions that …".
    """

    id: str
    title: str
    title_en: str
    shown: Mapping[str, Support]


@dataclass(frozen=True)
class Term:
    """A term or abbreviation with where the sources explain it or, where they do not, use it.

    `forms` are other forms people write; `long` is what an abbreviation stands for, else empty.
    """

    term: str
    forms: tuple[str, ...]
    long: str
    support: Support
    explained: bool


@dataclass(frozen=True)
class Facets:
    """What a trial action can be filtered by; the values are named in `corpus/knowledge/facets.toml`.

    `grades` and `resources` are empty where the source gives none. `reporters` tell who reports the change.
    """

    themes: tuple[str, ...]
    grades: tuple[str, ...]
    participants: tuple[str, ...]
    situations: tuple[str, ...]
    outcome: str
    outcome_support: Support
    resources: tuple[Support, ...]
    reporters: tuple[str, ...]


@dataclass(frozen=True)
class Expansion:
    """A text people might write that a passage, record, topic or trait answers; a search aid, never shown or quoted.

    `target` is the id of a record, topic or trait or, once resolved, of a passage. `where` is the file and line it
    stands in.
    """

    text: str
    target: str
    where: str
