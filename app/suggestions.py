"""Ranked trial actions to suggestions: at most three cards, every sentence of them with its citations."""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import islice
from weakref import WeakKeyDictionary

from app.answer import own_words
from app.attributes import PLACEHOLDER
from app.cards import cite_support
from app.grades import A_CLASS, CLASS
from app.situation import WHO, Situation, read
from app.texts import texts
from app.turn import CardField, Part, PartKind, Suggestion
from app.verify import renumber, verify
from corpus.guides import Guide, Pointer
from corpus.schema import Statement, TrialAction
from retrieval.analyse import terms
from retrieval.library import Library
from retrieval.rank import Said
from retrieval.search import Query
from retrieval.suggest import RankedAction

MOST = 3
MOST_REASONS = 3
MOST_OWN_WORDS = 2
FITTING = 0.35
"""The share of the best score that another trial action must have to be suggested."""

NEAR = 0.82
"""The share of a score from which another trial action may go before it, for variety or for its wider aim."""

FAR_FROM_CLASS = 2.0
"""How much less what a whole municipality organised fits a description of a class or of pupils, in points of score."""

OTHER_THEME = 2.0
"""The same of what has not the subject that a description names."""

SUBJECTS = frozenset({"absence", "transitions"})
"""The themes that a description that names one is about; others are often named in passing."""

NEAR_IN_GRADE = 2
"""How many grades apart pupils are still of about the same age."""

CO_TEACHING = "co_teaching"
MOST_HAVE = 3
"""A word of what was tried is one that at most so many trial actions have in what they did."""

CLASS_LEVEL = frozenset({"class", "group", "one_pupil"})

FIELDS = (
    "why", "problem", "steps", "who", "resources", "changes", "learned", "caveats", "first_steps", "goal", "signs",
    "ask_first", "behind", "local",
)  # fmt: skip


def near_the_class(ranked: Sequence[RankedAction], said: Said, library: Library) -> list[RankedAction]:
    """Return the trial actions best first for what a description says.

    Where it tells of a class or of pupils, what a whole municipality organised, and what was done with pupils of quite
    another age, comes behind what is as near otherwise; so does what has not the subject that it names.
    """
    of_class = bool(CLASS_LEVEL & {*said.get("situations", ())} or said.get("grades"))
    grades = {int(grade) for grade in said.get("grades", ()) if grade.isdigit()}
    subjects = SUBJECTS & {*said.get("themes", ())}

    def behind(one: RankedAction) -> float:
        far = of_class and (_is_organised_above(one, library) or _is_of_another_age(one, grades, library))
        other = bool(subjects) and not subjects & {*library.catalogue.facet_values(one.action.id, "themes")}
        return FAR_FROM_CLASS * far + OTHER_THEME * other

    return sorted((replace(one, score=one.score - behind(one)) for one in ranked), key=lambda one: -one.score)


def _is_of_another_age(ranked: RankedAction, grades: AbstractSet[int], library: Library) -> bool:
    """Tell whether a trial action says its grades, and all of them are far from those described."""
    own = {int(grade) for grade in library.catalogue.facet_values(ranked.action.id, "grades") if grade.isdigit()}
    return bool(own and grades) and min(abs(one - other) for one in own for other in grades) > NEAR_IN_GRADE


def _is_organised_above(ranked: RankedAction, library: Library) -> bool:
    situations = library.catalogue.facet_values(ranked.action.id, "situations")
    return ranked.action.school is None and "class" not in situations


def were_tried(described: Situation, library: Library) -> frozenset[str]:
    """Return the ids of the trial actions that are what a description says was tried.

    They have two adults together where that was tried, or a word of it that few trial actions have stands in what they
    did.
    """
    if not described.tried:
        return frozenset()
    done = _done(library)
    often = Counter(term for words in done.values() for term in words)
    said = {term for term in terms(described.tried) if often[term] <= MOST_HAVE}
    two = CO_TEACHING in read(described.tried).values("themes")
    with_two = {name for name in done if two and CO_TEACHING in library.catalogue.facet_values(name, "themes")}
    return frozenset(name for name, words in done.items() if words & said or name in with_two)


_dones: WeakKeyDictionary[Library, Mapping[str, frozenset[str]]] = WeakKeyDictionary()


def _done(library: Library) -> Mapping[str, frozenset[str]]:
    """Return the words of what was done in each trial action, by its id."""
    if library not in _dones:
        guides = library.catalogue.guides
        _dones[library] = {
            name: frozenset(term for one in (*guide.steps, *guide.first_steps) for term in terms(one.text))
            | frozenset(terms(library.trial_actions[name].title))
            for name, guide in guides.items()
        }
    return _dones[library]


def choose(ranked: Sequence[RankedAction], library: Library, most: int = MOST) -> list[RankedAction]:
    """Return the trial actions to suggest, best first.

    Those far behind the best are left out. Where one of another kind is nearly as good it comes instead of a third of
    the same kind, and one for the class or setting goes before a nearly equal one for a single child.
    """
    if not ranked:
        return []
    left = [action for action in ranked if action.score >= FITTING * ranked[0].score]
    chosen: list[RankedAction] = []
    while left and len(chosen) < most:
        best = left[0]
        near = [action for action in left if action.score >= NEAR * best.score]
        pick = best
        if len(chosen) == most - 1 and most > 1 and len({_kind(one, library) for one in (*chosen, best)}) == 1:
            pick = next((one for one in near if _kind(one, library) != _kind(best, library)), best)
        chosen.append(pick)
        left.remove(pick)
    return _wider_first(chosen, library)


def _kind(ranked: RankedAction, library: Library) -> str:
    """Return what kind of trial action it is: its first theme."""
    return next(iter(library.catalogue.facet_values(ranked.action.id, "themes")), ranked.action.theme)


def _wider_first(chosen: list[RankedAction], library: Library) -> list[RankedAction]:
    for at in range(1, len(chosen) - 1):  # the best fitting one stays first
        first, second = chosen[at], chosen[at + 1]
        if second.score >= NEAR * first.score and _for_one(first, library) and not _for_one(second, library):
            chosen[at], chosen[at + 1] = second, first
    return chosen


def _for_one(ranked: RankedAction, library: Library) -> bool:
    situations = library.catalogue.facet_values(ranked.action.id, "situations")
    return "one_pupil" in situations and "class" not in situations


def suggestion(
    action: TrialAction, situation: Situation | None, library: Library, language: str, query: Query | None = None
) -> Suggestion:
    """Return a trial action as a card; `situation` is the description it is to fit, where there is one.

    With the `query` of that description, its source's words that are nearest to it stand after why it may fit. What
    cannot be found in its source is left out (`app.verify`); the citations are numbered through all fields.
    """
    mark = library.catalogue.mark(action.id)
    if action.id not in library.catalogue.guides:
        return Suggestion(action, mark, tuple(CardField(name, ()) for name in FIELDS))
    card = _card(action.id, library, language)
    of_age = situation is not None and bool(
        set(situation.values("grades")) & set(library.catalogue.facet_values(action.id, "grades"))
    )
    own = _own_words(action.id, query, library, language) if query is not None else []
    told = {**card.fields, "why": [*_why(card, situation, library, language, of_age=of_age), *own]}
    left = iter(renumber([part for name in FIELDS for part in told[name]]))
    return Suggestion(action, mark, tuple(CardField(name, tuple(islice(left, len(told[name])))) for name in FIELDS))


@dataclass(frozen=True)
class _Card:
    """What is always told of a trial action, verified; `fits` is by the value of a theme or situation."""

    fields: Mapping[str, Sequence[Part]]
    fits: Mapping[str, Part]


_cards: WeakKeyDictionary[Library, dict[tuple[str, str], _Card]] = WeakKeyDictionary()
"""The cards made so far from each state of the index: making one takes longer than ranking them all."""


def _card(action: str, library: Library, language: str) -> _Card:
    made = _cards.setdefault(library, {})
    if (action, language) not in made:
        made[action, language] = _make(library.catalogue.guides[action], library, language)
    return made[action, language]


def _make(guide: Guide, library: Library, language: str) -> _Card:
    told = {
        "changes": [_part(statement, library) for _, statement in guide.changes],
        "goal": [_part(guide.goal, library)],
        "ask_first": [Part(PartKind.NOTE, question) for question in guide.ask_first],
        "behind": [pointed(pointer, library, language) for pointer in guide.behind],
        "local": [pointed(pointer, library, language) for pointer in guide.local],
    }
    for name in ("problem", "steps", "first_steps", "who", "resources", "learned", "caveats", "signs"):
        told[name] = [_part(statement, library) for statement in getattr(guide, name)]
    fits = {value: verify([_part(statement, library)], library)[0] for value, statement in guide.fits.items()}
    return _Card(
        {name: verify(parts, library)[0] for name, parts in told.items()},
        {value: parts[0] for value, parts in fits.items() if parts},
    )


def _why(card: _Card, situation: Situation | None, library: Library, language: str, *, of_age: bool) -> list[Part]:
    """Return why the action fits: what the description says that it is about, in the person's own words.

    That both are about a class, or about one pupil, comes last, and is no reason by itself unless they are `of_age`: of
    the same grade.
    """
    words = texts(language)["suggestion"]
    said = situation.words if situation is not None else {}
    rarity = library.catalogue.rarity
    reasons: dict[str, Part] = {}
    named = sorted(card.fits.keys() & said.keys(), key=lambda value: (value in WHO, -rarity.get(value, 0.0), value))
    for value in named if of_age or set(named) - WHO else ():
        if said[value].lower() in A_CLASS:  # what is left of a class after another was said
            continue
        if CLASS.search(said[value]):  # only the grade says that it is about a class
            continue
        lead = words["you_name"] if PLACEHOLDER.match(said[value]) else words["you_say"].format(said=said[value])
        part = replace(card.fits[value], lead=lead)
        if part.lead not in {told.lead for told in reasons.values()}:
            reasons.setdefault(part.text, part)
    if not reasons:
        return [replace(part, lead=words["began_with"]) for part in card.fields["problem"][:1]]
    return list(reasons.values())[:MOST_REASONS]


def _own_words(action: str, query: Query, library: Library, language: str) -> list[Part]:
    """Return the source's words that are nearest to a description; the first says whose words they are."""
    found = verify(own_words(action, query, library, MOST_OWN_WORDS), library)[0]
    return [
        replace(part, lead=texts(language)["suggestion"]["own_words"] if at == 0 else "")
        for at, part in enumerate(found)
    ]


def _part(statement: Statement, library: Library) -> Part:
    return Part(PartKind.STATEMENT, statement.text, tuple(cite_support(one, library) for one in statement.support))


def pointed(pointer: Pointer, library: Library, language: str) -> Part:
    """Return the words of a recommendation or measure that are pointed to, after its name."""
    return Part(
        PartKind.QUOTE,
        pointer.support.quote,
        (cite_support(pointer.support, library),),
        lead=f"{record_name(pointer.record, library, language)}:",
    )


def record_name(record: str, library: Library, language: str) -> str:
    """Return how a recommendation or measure is named: its source, where it applies, and its title."""
    found = library.records[record]
    document = library.documents[found.document]
    local = f" ({texts(language)['answer']['local'].format(place=document.local)})" if document.local else ""
    return f"{document.short_title}{local}: {found.title}"
