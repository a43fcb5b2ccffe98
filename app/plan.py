"""A plan in the SMTTE form (sammenhæng, mål, tegn, tiltag, evaluering), drafted from a card and checked.

Nothing is kept here: a plan comes in, is checked or written out, and goes back to the person.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from app.guidance import rests_on
from app.render import escape
from app.texts import texts
from app.turn import Part, PartKind, Suggestion

LONGEST = 2000
MOST_LINES = 12
LONGEST_CONTEXT = 10_000
"""Room for the longest description, which masking may lengthen."""

UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that no document can hold."""

DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _printable(text: str) -> str:
    return UNPRINTABLE.sub("", text).strip()


def _filled(lines: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _day(value: object) -> object:
    if isinstance(value, date) or value is None or (isinstance(value, str) and DAY.fullmatch(value)):
        return value
    raise ValueError("a day is written as 2026-03-09")


Day = Annotated[date, BeforeValidator(_day)]
Line = Annotated[str, Field(max_length=LONGEST), AfterValidator(_printable)]
Lines = Annotated[tuple[Line, ...], Field(max_length=MOST_LINES), AfterValidator(_filled)]


class Decision(StrEnum):
    """What a review ends in: go on or phase out, adjust, or involve others."""

    CONTINUE = "continue"
    PHASE_OUT = "phase_out"
    ADJUST = "adjust"
    INVOLVE = "involve"


class Row(BaseModel):
    """A part of a plan. Unknown keys are mistakes, and blanks at the ends mean nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Source(Row):
    """Where something in the plan comes from: the line it carries, and the quotation with its place.

    `document` and `page` are what the source viewer opens; a plan written elsewhere need not have them.
    """

    text: Line
    quote: Line
    where: Line
    document: Line = ""
    page: Annotated[int, Field(strict=True, ge=1)] | None = None


class Tried(Row):
    """Something that was tried, and what came of it."""

    what: Line
    period: Line = ""
    outcome: Line = ""


class Review(Row):
    """What was seen at the review, and what was decided."""

    seen: Line = ""
    decision: Decision | None = None
    next_step: Line = ""


class Plan(Row):
    """A plan for one trial. Every field may be empty; `gaps` tells what is missing before it is ready."""

    title: Line = ""
    setting: Line = ""
    context: Annotated[str, Field(max_length=LONGEST_CONTEXT), AfterValidator(_printable)] = ""
    baseline: Line = ""
    pupil_view: Line = ""
    parent_view: Line = ""
    goals: Lines = ()
    signs: Lines = ()
    actions: Lines = ()
    involved: Lines = ()
    involved_there: Lines = ()
    responsible: Line = ""
    start: Day | None = None
    review_date: Day | None = None
    evaluation: Line = ""
    review: Review = Review()
    tried: Annotated[tuple[Tried, ...], Field(max_length=MOST_LINES)] = ()
    caveats: Lines = ()
    sources: Annotated[tuple[Source, ...], Field(max_length=40)] = ()
    label: Line = ""


class Gap(BaseModel):
    """What a plan still lacks."""

    field: str
    text: str


REQUIRED = ("goals", "baseline", "signs", "responsible", "review_date")


def draft(one: Suggestion | None, description: str, places: dict[str, str], language: str) -> Plan:
    """Return a plan filled from a card, or an empty one; `description` is masked and becomes its context.

    `places` tells for the id of each passage cited how its place is named.
    """
    if one is None:
        return Plan(context=description)
    words = texts(language)["plan"]
    used = [part for name in ("goal", "signs", "first_steps", "who", "caveats") for part in one.field(name)]
    return Plan(
        title=words["title_of"].format(title=one.action.title, name=one.action.name),
        context=description,
        goals=_lines(one, "goal"),
        signs=_lines(one, "signs"),
        actions=_lines(one, "first_steps"),
        involved_there=_lines(one, "who"),
        evaluation=words["evaluate"],
        caveats=_lines(one, "caveats"),
        sources=tuple(
            Source(
                text=part.text,
                quote=citation.quote,
                where=places[citation.passage],
                document=citation.document,
                page=citation.page,
            )
            for part in used
            for citation in part.citations[:1]
        ),
        label=rests_on(one.mark, language),
    )


def _lines(one: Suggestion, name: str) -> tuple[str, ...]:
    return tuple(part.text for part in one.field(name))


def gaps(plan: Plan, language: str) -> list[Gap]:
    """Return what is missing before a plan is ready: goal, starting point, signs, someone responsible, review."""
    words = texts(language)["gaps"]
    missing = [Gap(field=name, text=words[name]) for name in REQUIRED if not getattr(plan, name)]
    if plan.start and plan.review_date and plan.review_date <= plan.start:
        missing.append(Gap(field="review_date", text=words["order"]))
    return missing


GIVEN = ("sources", "label", "start", "review_date")
"""The fields of a plan that no person writes as text."""


def written(plan: Plan) -> dict[str, str]:
    """Return what a person wrote, by the path of its field (`review.seen`, `tried.0.what`); a list as lines."""
    told: dict[str, str] = {}
    for name in Plan.model_fields:
        value = getattr(plan, name)
        if name == "review":
            told |= {f"review.{part}": getattr(value, part) for part in ("seen", "next_step")}
        elif name == "tried":
            told |= {f"tried.{at}.{part}": text for at, row in enumerate(value) for part, text in row}
        elif name not in GIVEN:
            told[name] = value if isinstance(value, str) else "\n".join(value)
    return {path: text for path, text in told.items() if text}


def plan_parts(one: Suggestion, description: str, language: str) -> Iterator[Part]:
    """Yield a plan as it is told in the conversation: what is described, what the card gives, what is left."""
    words = texts(language)
    told = words["plan"]
    yield Part(PartKind.HEADING, told["title_of"].format(title=one.action.title, name=one.action.name))
    if description:
        yield Part(PartKind.NOTE, f"{told['context']}:")
        yield Part(PartKind.NOTE, f"- {escape(' '.join(description.split()))}")
    for name, field in (("goals", "goal"), ("signs", "signs"), ("actions", "first_steps"), ("caveats", "caveats")):
        parts = one.field(field)
        if parts:
            yield Part(PartKind.NOTE, f"{told[name]}:")
            yield from (replace(part, item=True) for part in parts)
    yield Part(PartKind.NOTE, f"{told['evaluation']}:")
    yield Part(PartKind.NOTE, f"- {told['evaluate']}")
    yield Part(PartKind.NOTE, f"{told['yours']}:")
    for name in ("baseline", "pupil_view", "parent_view", "responsible", "review_date"):
        yield Part(PartKind.NOTE, f"- {told[name]}")
    yield Part(PartKind.NOTE, words["answer"]["always"])
