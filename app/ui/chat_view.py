"""A turn as the chat shows it: blocks of text, cards, what is cited and what was also found. No HTML here."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby, islice

from app.answer import cite, page_label
from app.guidance import label, name_of_label, short
from app.render import plain_link
from app.texts import LANGUAGES, pages_named, texts
from app.turn import CardField, Citation, Outcome, Part, PartKind, Question, Reason, Suggestion, Turn
from app.ui.chat_follow_ups import Earlier, FollowUp, follow_ups
from app.ui.pages import link
from app.verify import renumber
from corpus.schema import EvidenceLabel
from retrieval.library import Library

SHOWN = "why"
OPENED = ("steps", "caveats")
"""The field of a card that is always seen, and those that are folded out where there is room."""

NOT_ON_CARD = ("goal", "signs", "behind", "ask_first")
"""Fields that belong to a plan, and those that stand below the cards for all of them."""

MOST_FOUND = 5
REPEATED = 0.75
"""From which share of its citations a topic card tells again what a suggestion's card tells."""

TITLE = re.compile(r"\*\*[^*]+\*\*")
"""A note that is nothing but a title."""


@dataclass(frozen=True)
class Reference:
    """Where cited words stand, as a person reads it."""

    n: int
    document: str
    place: str
    heading: str
    quote: str
    label: str
    label_name: str
    address: str
    passage: str


@dataclass(frozen=True)
class Block:
    """Parts that are shown alike: `caution`, `heading`, `field` (the title of one), `note`, `list` or `said`."""

    kind: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Fold:
    """A field of a card; without blocks it is one that the source does not give."""

    name: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Card:
    """A suggestion. `number` is its place, by which it can be asked about.

    Of its fields some are `shown` always, some `opened` where there is room, and the others `folded`.
    """

    number: int
    id: str
    name: str
    title: str
    place: str
    label: str
    label_name: str
    wording: str
    reason: str
    note: str
    shown: tuple[Fold, ...]
    opened: tuple[Fold, ...]
    folded: tuple[Fold, ...]
    absent: tuple[str, ...]

    @property
    def fields(self) -> tuple[Fold, ...]:
        """All fields in their order."""
        return (*self.shown, *self.opened, *self.folded)


@dataclass(frozen=True)
class View:
    """A turn, ready to be shown."""

    outcome: Outcome
    reason: Reason | None
    before: tuple[Block, ...]
    cards: tuple[Card, ...]
    after: tuple[Block, ...]
    more: tuple[Block, ...]
    told: tuple[Suggestion, ...]
    questions: tuple[Question, ...]
    references: tuple[Reference, ...]
    found: tuple[Reference, ...]
    follow_ups: tuple[FollowUp, ...]
    masked: tuple[str, ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """The ids of the passages and trial actions that are shown."""
        cited = (reference.passage for reference in (*self.references, *self.found))
        return tuple(dict.fromkeys((*(one.action.id for one in self.told), *cited)))


def view(turn: Turn, library: Library, language: str, earlier: Earlier) -> View:
    """Return a turn as it is shown: cards in place of the lines that tell of them in short, one row of numbers.

    What was shown and asked `earlier` in the conversation is not offered again.
    """
    opening, closing, cards = _around_cards(_unsaid(turn, language), turn.suggestions, language)
    if cards:
        closing, more = _split_more(closing, language)
    else:
        opening, more = _split_more(opening, language)
    on_cards = [part for one in cards for field in _fields(one) for part in field.parts]
    closing, repeated = _split_repeated(closing, cards)
    more = [*repeated, *more]
    numbered = iter(renumber([*opening, *on_cards, *closing, *more]))
    first = _blocks(islice(numbered, len(opening)))
    made = tuple(_card(at, one, numbered, library, language) for at, one in enumerate(cards, start=1))
    second = _blocks(islice(numbered, len(closing)))
    rest = _blocks(numbered)
    folds = [fold for card in made for fold in card.fields]
    blocks = [*first, *(block for fold in folds for block in fold.blocks), *second, *rest]
    references = _references(blocks, library, language)
    return View(
        outcome=turn.outcome,
        reason=turn.reason,
        before=first,
        cards=made,
        after=second,
        more=rest,
        told=turn.suggestions,
        questions=turn.questions,
        references=references,
        found=_also_found(turn, {reference.passage for reference in references}, library, language),
        follow_ups=follow_ups(turn, library, language, earlier),
        masked=tuple(dict.fromkeys(turn.masked)) if turn.outcome is not Outcome.URGENT else (),
    )


def plain(shown: View, language: str) -> str:
    """Return what is shown as plain text with its references, to be pasted somewhere else."""
    words = texts(language)["screen"]
    lines = [texts(language)["states"][shown.reason], ""] if shown.reason is not None else []
    lines += _plain_blocks(shown.before)
    for card in shown.cards:
        lines += ["", f"{card.number}. {card.title}", f"{card.name}, {card.place}"]
        for fold in card.fields:
            lines += [f"{fold.title}:", *_plain_blocks(fold.blocks)]
        lines.append(f"{card.label} · {card.label_name}: {card.wording}")
    lines += ["", *_plain_blocks((*shown.after, *shown.more))]
    if shown.references:
        lines += ["", words["references"]]
        lines += [f"[{one.n}] {one.document}, {one.place}: ”{one.quote}”" for one in shown.references]
    return "\n".join(lines).strip() + "\n"


def _plain_blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        for part in block.parts:
            marks = "".join(f" {plain_link(citation)}" for citation in part.citations)
            quoted = part.citations and part.kind is not PartKind.STATEMENT
            text = f"”{part.text}”" if quoted else part.text.replace("*", "").replace("\\", "")
            bullet = "- " if block.kind == "list" else ""
            yield f"{bullet}{part.lead + ' ' if part.lead else ''}{text}{marks}"


def _unsaid(turn: Turn, language: str) -> list[Part]:
    """Return the parts without those that the screen says itself: as its heading, or with choices to tap."""
    if turn.reason is Reason.NOT_IN_SOURCES:
        heading = {texts(one)["refused"]["not_in_sources"] for one in LANGUAGES}
        return [part for part in turn.parts if part.text not in heading]
    if not turn.questions or turn.outcome is not Outcome.CLARIFY:
        return list(turn.parts)
    words = texts(language)["clarify"]
    asked = tuple(f"**{question.text}**" for question in turn.questions)
    return [part for part in turn.parts if part.text != words["intro"] and not part.text.startswith(asked)]


def _around_cards(
    parts: Sequence[Part], suggestions: tuple[Suggestion, ...], language: str
) -> tuple[list[Part], list[Part], tuple[Suggestion, ...]]:
    """Return the parts before and after the lines that tell of the suggestions in short, and those suggestions."""
    told = [part.text for part in parts]
    headings = [next(short(one, at, language)).text for at, one in enumerate(suggestions, start=1)]
    if not headings or not set(headings) <= set(told):
        return list(parts), [], ()
    begin = told.index(headings[0])
    end = told.index(label(suggestions[-1], language).text, told.index(headings[-1]))
    return list(parts[:begin]), list(parts[end + 1 :]), suggestions


def _split_more(parts: Sequence[Part], language: str) -> tuple[list[Part], list[Part]]:
    """Return the parts up to what the sources say besides, and those after it."""
    title = f"**{texts(language)['answer']['more']}**"
    at = next((place for place, part in enumerate(parts) if part.text == title), None)
    return (list(parts), []) if at is None else (list(parts[:at]), list(parts[at + 1 :]))


def _split_repeated(parts: list[Part], cards: Iterable[Suggestion]) -> tuple[list[Part], list[Part]]:
    """Return the parts without a topic card that mostly rests on what one suggestion's card cites, and that card."""
    begin = next((at for at, part in enumerate(parts) if part.kind is PartKind.HEADING), len(parts))
    length = next((at for at, part in enumerate(parts[begin + 1 :], start=1) if not part.citations), len(parts))
    topic = parts[begin : begin + length]
    rests_on = [citation.passage for part in topic for citation in part.citations]
    for one in cards:
        cited = {citation.passage for field in _fields(one) for part in field.parts for citation in part.citations}
        if rests_on and sum(passage in cited for passage in rests_on) >= REPEATED * len(rests_on):
            return [*parts[:begin], *parts[begin + length :]], topic
    return parts, []


def _blocks(parts: Iterable[Part]) -> tuple[Block, ...]:
    """Group parts that stand together: items to a list, notes to one text."""
    return tuple(Block(kind, tuple(group)) for kind, group in groupby(parts, _kind_of))


def _kind_of(part: Part) -> str:
    if part.kind is PartKind.CAUTION:
        return "caution"
    if part.kind is PartKind.HEADING or TITLE.fullmatch(part.text):
        return "heading"
    if not part.citations:
        return "field" if part.text in _field_titles() else "note"
    return "list" if part.item or part.kind is PartKind.ITEM else "said"


@cache
def _field_titles() -> frozenset[str]:
    return frozenset(f"{title}:" for language in LANGUAGES for title in texts(language)["fields"].values())


def _fields(one: Suggestion) -> list[CardField]:
    """Return the fields of a card in the order they are numbered: those seen first come first."""
    kept = (field for field in one.fields if field.name not in NOT_ON_CARD)
    return sorted(kept, key=lambda field: (field.name != SHOWN, field.name not in OPENED))


def _card(number: int, one: Suggestion, numbered: Iterator[Part], library: Library, language: str) -> Card:
    words = texts(language)
    folds = [
        Fold(field.name, words["fields"][field.name], _blocks(_listed(field.name, islice(numbered, len(field.parts)))))
        for field in _fields(one)
    ]
    given = [fold for fold in folds if fold.blocks]
    return Card(
        number=number,
        id=one.action.id,
        name=one.action.name,
        title=one.action.title,
        place=pages_named(one.action.pages[:1], language),
        label=one.mark.label.value,
        label_name=name_of_label(one.mark.label, language),
        wording=words["answer"]["evaluated" if one.mark.label is EvidenceLabel.B else "practice"],
        reason=one.mark.reason,
        note=one.note,
        shown=tuple(fold for fold in given if fold.name == SHOWN),
        opened=tuple(fold for fold in given if fold.name in OPENED),
        folded=tuple(fold for fold in given if fold.name not in (SHOWN, *OPENED)),
        absent=tuple(fold.title for fold in folds if not fold.blocks and fold.name != "local"),
    )


def _listed(name: str, parts: Iterable[Part]) -> list[Part]:
    """Return the parts of a field as items of a list where there are several; reasons stand by themselves."""
    told = list(parts)
    return [replace(part, item=True) for part in told] if len(told) > 1 and name != "why" else told


def _references(blocks: Iterable[Block], library: Library, language: str) -> tuple[Reference, ...]:
    cited = {citation.n: citation for block in blocks for part in block.parts for citation in part.citations}
    return tuple(_reference(cited[n], library, language) for n in sorted(cited))


def _reference(citation: Citation, library: Library, language: str) -> Reference:
    words = texts(language)["answer"]
    document = library.documents[citation.document]
    passage = library.passages[citation.passage]
    place = pages_named(citation.pages, language) if citation.pages else page_label(passage, language)
    local = f" ({words['local'].format(place=document.local)})" if document.local else ""
    return Reference(
        n=citation.n,
        document=document.short_title,
        place=f"{place}{local}",
        heading=citation.heading.split(" › ")[-1],
        quote=citation.quote,
        label=citation.evidence.value,
        label_name=name_of_label(citation.evidence, language),
        address=link(citation),
        passage=citation.passage,
    )


def _also_found(turn: Turn, cited: set[str], library: Library, language: str) -> tuple[Reference, ...]:
    """Return the passages that were found and not cited; none where the question has no place in the sources."""
    if turn.outcome not in (Outcome.ANSWERED, Outcome.PARTIAL) and turn.reason is not Reason.NOT_IN_SOURCES:
        return ()
    left = [hit for hit in turn.hits if hit.passage.id not in cited][:MOST_FOUND]
    return tuple(_reference(cite(hit.passage, hit.best, library), library, language) for hit in left)
