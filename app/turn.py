"""What one turn of the conversation ends in; screen, API, command line and metrics all use these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.situation import Situation
from corpus.schema import EvidenceLabel, EvidenceMark, TrialAction
from retrieval.search import Hit
from retrieval.suggest import RankedAction


class Outcome(StrEnum):
    """How a turn ended."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    CLARIFY = "clarify"
    REFUSED = "refused"
    URGENT = "urgent"
    SMALLTALK = "smalltalk"
    ERROR = "error"


class Reason(StrEnum):
    """Why a turn was refused."""

    OUT_OF_SCOPE = "out_of_scope"
    NOT_IN_SOURCES = "not_in_sources"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True)
class Message:
    """One earlier message. `role` is `user` or `assistant`."""

    role: str
    content: str


@dataclass(frozen=True)
class Citation:
    """Where a statement stands.

    `pages` are printed numbers, empty where the source has none; `page` is the number the source viewer opens;
    `quote` is the source's own words.
    """

    n: int
    document: str
    passage: str
    heading: str
    pages: tuple[int, ...]
    page: int
    quote: str
    evidence: EvidenceLabel


class PartKind(StrEnum):
    """What a part of an answer is."""

    CAUTION = "caution"
    HEADING = "heading"
    NOTE = "note"
    QUOTE = "quote"
    ITEM = "item"
    STATEMENT = "statement"


@dataclass(frozen=True)
class Part:
    """A piece of an answer, with the citations that carry it.

    A caution, heading or note is in our own words and carries nothing; a quote or item is the source's words with its
    citation; a statement is in our own words, written by hand, and carried by one citation or more. `lead` is said
    before it: what it is about, or the person's own words. `item` says that it stands in a list.
    """

    kind: PartKind
    text: str
    citations: tuple[Citation, ...] = ()
    lead: str = ""
    item: bool = False


@dataclass(frozen=True)
class CardField:
    """A field of a suggestion; without parts it is one that the source does not give."""

    name: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Suggestion:
    """A trial action as a card, its citations numbered from 1 within the card.

    `note` says that it was for other grades than those described; empty where that is not so.
    """

    action: TrialAction
    mark: EvidenceMark
    fields: tuple[CardField, ...]
    note: str = ""

    def field(self, name: str) -> tuple[Part, ...]:
        """Return the parts of a field; none where the source does not give it."""
        return next((field.parts for field in self.fields if field.name == name), ())


@dataclass(frozen=True)
class Choice:
    """An answer to tap: what it says on the button, which is also what is added to the description."""

    id: str
    label: str


@dataclass(frozen=True)
class Question:
    """A clarifying question; it may always be passed over."""

    id: str
    text: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Turn:
    """The result of a question. `masked_query` is the only form of the question that is kept.

    `described` is how a description was read, None where the message is none.
    """

    outcome: Outcome
    reason: Reason | None
    parts: tuple[Part, ...]
    hits: tuple[Hit, ...] = ()
    actions: tuple[RankedAction, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    questions: tuple[Question, ...] = ()
    described: Situation | None = None
    masked_query: str = ""
    masked: tuple[str, ...] = ()
    dropped_quotes: int = 0
    timings_ms: Mapping[str, float] = field(default_factory=dict)

    @property
    def caution(self) -> str | None:
        """What to do if the message is about danger, where it may be: the answer begins with it."""
        return next((part.text for part in self.parts if part.kind is PartKind.CAUTION), None)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations in the order of their numbers."""
        found = {citation.n: citation for part in self.parts for citation in part.citations}
        return tuple(found[n] for n in sorted(found))
