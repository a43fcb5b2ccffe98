"""A turn as it goes over the wire and, without `page`, into result files: the format others rely on."""

from collections.abc import Mapping

from pydantic import BaseModel, Field

from app.render import markdown
from app.turn import Citation, Outcome, Reason, Turn
from corpus.schema import EvidenceLabel
from retrieval.search import Hit
from retrieval.suggest import RankedAction


class CitationOut(BaseModel):
    """Where a statement of the answer stands."""

    n: int = Field(description="Nummeret i svarets tekst, fra 1.")
    document: str = Field(description="Dokumentets id.")
    passage: str = Field(description="Passagens id.")
    heading: str = Field(description="Overskrifterne ned til passagen.")
    pages: list[int] = Field(description="Trykte sidetal; tom, hvor kilden ingen har.")
    page: int | None = Field(default=None, description="Siden i kilden, som den slås op (`/documents/…/pages/…`).")
    quote: str = Field(description="Kildens egne ord.")


class HitOut(BaseModel):
    """A passage that was found."""

    passage: str
    document: str
    heading: str
    pages: list[int]
    page: int | None = Field(default=None, description="Siden med den sætning, der ligner spørgsmålet mest.")
    text: str
    score: float


class ActionOut(BaseModel):
    """A trial action that may fit."""

    id: str
    name: str = Field(description="Kommune – Skole, som trykt.")
    title: str
    score: float
    evidence: EvidenceLabel


class AnswerOut(BaseModel):
    """The result of one question."""

    outcome: Outcome
    reason: Reason | None = Field(description="Hvorfor spørgsmålet blev afvist; ellers null.")
    text: str = Field(description="Hele svaret i Markdown, som en læser ser det.")
    citations: list[CitationOut]
    hits: list[HitOut] = Field(description="De ti bedste passager, bedste først.")
    actions: list[ActionOut] = Field(description="Op til fem prøvehandlinger, bedste først.")
    masked_query: str = Field(description="Det, der blev søgt med, efter at personoplysninger er skjult.")
    timings_ms: Mapping[str, float]


def answer_out(turn: Turn) -> AnswerOut:
    """Return a turn in the format of the wire."""
    return AnswerOut(
        outcome=turn.outcome,
        reason=turn.reason,
        text=markdown(turn.parts),
        citations=[citation_out(citation) for citation in turn.citations],
        hits=[hit_out(hit) for hit in turn.hits],
        actions=[action_out(action) for action in turn.actions],
        masked_query=turn.masked_query,
        timings_ms={name: round(value, 3) for name, value in turn.timings_ms.items()},
    )


def citation_out(citation: Citation) -> CitationOut:
    """Return a citation in the format of the wire."""
    return CitationOut(
        n=citation.n,
        document=citation.document,
        passage=citation.passage,
        heading=citation.heading,
        pages=list(citation.pages),
        page=citation.page,
        quote=citation.quote,
    )


def hit_out(hit: Hit) -> HitOut:
    """Return a hit in the format of the wire."""
    return HitOut(
        passage=hit.passage.id,
        document=hit.passage.document,
        heading=hit.passage.heading,
        pages=list(hit.pages),
        page=hit.best.pages[0],
        text=hit.text,
        score=round(hit.score, 4),
    )


def action_out(ranked: RankedAction) -> ActionOut:
    """Return a ranked trial action in the format of the wire."""
    return ActionOut(
        id=ranked.action.id,
        name=ranked.action.name,
        title=ranked.action.title,
        score=round(ranked.score, 4),
        evidence=ranked.evidence,
    )
