"""Suggestions and the records of the library as they go over the wire."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import count, islice

from pydantic import BaseModel, Field

from app import examples
from app.answer import page_label
from app.cards import cite_support
from app.situation import TELLS, Situation
from app.texts import texts
from app.turn import CardField, Part, Question, Suggestion, Turn
from app.wire import AnswerOut, CitationOut, answer_out, citation_out
from corpus.guides import ReferralPath
from corpus.schema import EvidenceLabel, EvidenceMark, Record, Statement, Topic, TrialAction
from retrieval.library import Library


class PartOut(BaseModel):
    """A piece of a card: a sentence of ours with what carries it, a quotation, or a question of ours."""

    kind: str = Field(description="statement: vores ord; quote: kildens ord; note: vores spørgsmål, uden kilde.")
    lead: str = Field(description="Det, der står foran: personens egne ord, eller kildens navn.")
    text: str
    citations: list[CitationOut]


class FieldOut(BaseModel):
    """A field of a card."""

    name: str
    title: str
    given: bool = Field(description="Falsk: fremgår ikke af kilden.")
    parts: list[PartOut]


class EvidenceOut(BaseModel):
    """An evidence label, set by hand, with its reason."""

    label: EvidenceLabel
    name: str
    reason: str
    wording: str = Field(description="Det, der står på kortet om, hvad det bygger på.")


class FacetOut(BaseModel):
    """A value of a facet."""

    value: str
    name: str


class TrialActionOut(BaseModel):
    """A trial action as it stands in a list."""

    id: str
    name: str = Field(description="Kommune – Skole, som trykt.")
    title: str
    document: str
    pages: list[int]
    municipality: str
    school: str | None
    theme: str
    facets: dict[str, list[FacetOut]]
    evidence: EvidenceOut


class CardOut(BaseModel):
    """A trial action as a card, with all its fields."""

    trial_action: TrialActionOut
    note: str = Field(description="Hvor kilden nævner andre klassetrin end beskrivelsen; ellers tom.")
    fields: list[FieldOut]


class QuestionOut(BaseModel):
    """A clarifying question, with answers to tap; it may always be passed over."""

    id: str
    text: str
    choices: list[FacetOut]


class UnderstoodOut(BaseModel):
    """How a description was read: what it is about, and which of the things a team should know it tells."""

    themes: list[FacetOut]
    situations: list[FacetOut]
    grades: list[str]
    told: list[FacetOut]
    missing: list[FacetOut] = Field(description="Det, beskrivelsen ikke fortæller. Ingen af delene er et krav.")


class TurnOut(AnswerOut):
    """An answer, with its suggestions as cards and what may be asked back."""

    caution: str | None = Field(description="Det, man gør, hvis beskeden handler om fare. Vis det før kortene.")
    suggestions: list[CardOut]
    questions: list[QuestionOut]
    understood: UnderstoodOut | None = Field(description="Null, når beskeden ikke beskriver en situation.")


class ListOut(BaseModel):
    """A page of a list of trial actions, with how many each filter would leave."""

    total: int
    offset: int
    items: list[TrialActionOut]
    facets: dict[str, list["CountOut"]]
    loosen: dict[str, int] = Field(description="Når intet passer: hvor mange der er uden hvert filter.")
    loosen_together: list["TogetherOut"] = Field(
        default=[], description="Når ét filter ikke er nok: de færreste, der skal væk sammen, det bedste først."
    )


class TogetherOut(BaseModel):
    """Filters to take off together, with how many trial actions there are without them."""

    filters: list[str]
    count: int


class CountOut(FacetOut):
    """A value of a facet, with how many trial actions it would leave."""

    count: int


class RecordOut(BaseModel):
    """A recommendation or a measure."""

    id: str
    document: str
    title: str
    pages: list[int]
    local: str | None = Field(description="Stedet, hvis det kun gælder dér.")
    details: Mapping[str, str | list[str]]
    fields: dict[str, str]
    evidence: EvidenceOut


class StatementOut(BaseModel):
    """A sentence of ours with what carries it."""

    text: str
    citations: list[CitationOut]


class TopicOut(BaseModel):
    """A topic card."""

    id: str
    title: str
    statements: list[StatementOut]


class StepOut(BaseModel):
    """A step before a referral."""

    title: str
    actors: list[str]
    papers: list[str]
    statements: list[StatementOut]


class PathOut(BaseModel):
    """What a source says happens before a referral."""

    id: str
    title: str
    place: str | None = Field(description="Stedet, hvor trinene gælder; null: anbefalinger til alle.")
    intro: StatementOut
    steps: list[StepOut]


def evidence_out(mark: EvidenceMark, language: str) -> EvidenceOut:
    """Return an evidence label with the wording it allows."""
    words, letter = texts(language)["evidence"], mark.label.value.lower()
    name, wording = words[f"name_{letter}"], words[f"told_{letter}"]
    return EvidenceOut(label=mark.label, name=name, reason=mark.reason, wording=wording)


def trial_action_out(action: TrialAction, library: Library, language: str) -> TrialActionOut:
    """Return a trial action as it stands in a list."""
    catalogue = library.catalogue
    return TrialActionOut(
        id=action.id,
        name=action.name,
        title=action.title,
        document=action.document,
        pages=list(action.pages),
        municipality=action.municipality,
        school=action.school,
        theme=action.theme,
        facets={
            facet: [
                FacetOut(value=value, name=examples.name_of(facet, value, catalogue))
                for value in examples.values(action, facet, catalogue)
            ]
            for facet in examples.FACETS
        },
        evidence=evidence_out(catalogue.mark(action.id), language),
    )


def card_out(one: Suggestion, library: Library, language: str) -> CardOut:
    """Return a card with all its fields; those the source does not give say so."""
    return CardOut(
        trial_action=trial_action_out(one.action, library, language),
        note=one.note,
        fields=[_field_out(field, language) for field in one.fields],
    )


def _field_out(field: CardField, language: str) -> FieldOut:
    title = texts(language)["fields"][field.name]
    parts = [part_out(part) for part in field.parts]
    return FieldOut(name=field.name, title=title, given=bool(parts), parts=parts)


def part_out(part: Part) -> PartOut:
    """Return a piece of a card or an answer."""
    citations = [citation_out(citation) for citation in part.citations]
    return PartOut(kind=part.kind.value, lead=part.lead, text=part.text, citations=citations)


def turn_out(turn: Turn, library: Library, language: str) -> TurnOut:
    """Return a turn with its suggestions and questions."""
    return TurnOut(
        **dict(answer_out(turn)),
        caution=turn.caution,
        suggestions=[card_out(one, library, language) for one in turn.suggestions],
        questions=[question_out(question) for question in turn.questions],
        understood=understood_out(turn.described, library, language) if turn.described is not None else None,
    )


def understood_out(described: Situation, library: Library, language: str) -> UnderstoodOut:
    """Return how a description was read."""

    def named(facet: str) -> list[FacetOut]:
        return [
            FacetOut(value=value, name=examples.name_of(facet, value, library.catalogue))
            for value in described.values(facet)
        ]

    tells = texts(language)["tells"]
    told = described.told
    return UnderstoodOut(
        themes=named("themes"),
        situations=named("situations"),
        grades=list(described.values("grades")),
        told=[FacetOut(value=name, name=tells[name]) for name in told],
        missing=[FacetOut(value=name, name=tells[name]) for name in TELLS if name not in told],
    )


def question_out(question: Question) -> QuestionOut:
    """Return a clarifying question."""
    choices = [FacetOut(value=choice.id, name=choice.label) for choice in question.choices]
    return QuestionOut(id=question.id, text=question.text, choices=choices)


def record_out(record: Record, library: Library, language: str) -> RecordOut:
    """Return a recommendation or a measure with its text, field by field."""
    names = ("number", "addressee", "strength", "tier", "actors")
    details = {name: getattr(record, name) for name in names if hasattr(record, name)}
    return RecordOut(
        id=record.id,
        document=record.document,
        title=record.title,
        pages=list(record.pages),
        local=library.documents[record.document].local,
        details={name: list(value) if isinstance(value, tuple) else value for name, value in details.items()},
        fields={field.title: "\n".join(sentence.text for sentence in field.sentences) for field in record.fields},
        evidence=evidence_out(library.catalogue.mark(record.id, record.document), language),
    )


def statements_out(statements: Iterable[Statement], library: Library) -> list[StatementOut]:
    """Return sentences of ours with their citations, numbered from 1 through all of them."""
    numbers = count(1)
    return [
        StatementOut(
            text=statement.text,
            citations=[citation_out(replace(cite_support(one, library), n=next(numbers))) for one in statement.support],
        )
        for statement in statements
    ]


def topic_out(topic: Topic, library: Library) -> TopicOut:
    """Return a topic card."""
    return TopicOut(id=topic.id, title=topic.title, statements=statements_out(topic.statements, library))


def path_out(path: ReferralPath, library: Library) -> PathOut:
    """Return the steps before a referral."""
    intro, *told = statements_out((path.intro, *(one for step in path.steps for one in step.statements)), library)
    left = iter(told)
    steps = [
        StepOut(
            title=step.title,
            actors=list(step.actors),
            papers=list(step.papers),
            statements=list(islice(left, len(step.statements))),
        )
        for step in path.steps
    ]
    return PathOut(id=path.id, title=path.title, place=path.place, intro=intro, steps=steps)


def places(one: Suggestion, library: Library, language: str) -> dict[str, str]:
    """Return how the place of each passage that a card cites is named: document and page."""
    cited = {citation.passage for field in one.fields for part in field.parts for citation in part.citations}
    found = (library.passages[name] for name in cited)
    return {p.id: f"{library.documents[p.document].short_title}, {page_label(p, language)}" for p in found}
