"""A question for a list of trial actions: all that have what is asked for, each with its words, and others that may."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.answer import cite
from app.cards import cite_support
from app.examples import Filters, loosen, loosen_together, name_of, outcome, select
from app.guidance import ages, heading, name_of_label, own_words, reasons
from app.render import escape
from app.situation import Situation
from app.suggestions import suggestion
from app.texts import pages_named, texts
from app.turn import Part, PartKind, Suggestion
from corpus.schema import EvidenceLabel, Sentence, Support, Trait, TrialAction
from corpus.text import key
from retrieval.library import Catalogue, Library
from retrieval.search import Query
from retrieval.suggest import FoundTrait, RankedAction

SURE, LIKE = 14.3, 0.75
"""From which score, and from which cosine with a way to ask for it, a trait is what a question asks for.

Both were set on the development items. The score tells traits apart; what is far from all of them has a best one too.
"""

NEARLY = 0.85
"""The share of the best trait's score from which another is asked for as well."""

WIDE = 0.75
"""The share of the best trait's score from which a wide one stands for two narrow ones."""

NEAR_BY, MOST_TRAITS = 5, 2
"""How many of the best traits are looked at, and how many are told of."""

CLOSE = 0.6
"""The share of the best score from which an example fits the question well."""

RELATED = 0.35
"""The share from which it belongs to a complete list, well fitting or not; both were set on the development items."""

AT_LEAST = 10
"""How many a list holds however far behind the last are, where none is known by hand to belong to it: a leader can pass
over one that does not fit, but does not see one that is left out."""

LONGEST_SHOWN = 300
"""A longer sentence is not quoted whole where a part of it shows what is meant."""


def asked_for(found: Sequence[FoundTrait]) -> list[Trait]:
    """Return the traits that a question asks for, of those `found`, best first; none where no one is sure enough.

    A second one that mostly tells of the same trial actions is left out. Where two narrow ones fit nearly alike, a wide
    one that holds them both and fits nearly as well is what was asked for.
    """
    best = found[0].score if found else 0.0
    if best < SURE:
        return []
    near = [one for one in found[:NEAR_BY] if one.likeness >= LIKE]
    chosen: list[Trait] = []
    for trait in (one.trait for one in near if one.score >= max(SURE, NEARLY * best)):
        if len(_told(chosen) & trait.shown.keys()) <= len(trait.shown) / 2:
            chosen.append(trait)
    chosen = chosen[:MOST_TRAITS]
    wide = [one.trait for one in near if one.score >= WIDE * best and one.trait.shown.keys() >= _told(chosen)]
    return wide[:1] if len(chosen) > 1 and wide else chosen


def all_of(filters: Filters, found: Sequence[FoundTrait], catalogue: Catalogue) -> Trait | None:
    """Return the trait near a question for a theme that all trial actions of the theme have; None for none such."""
    best = found[0].score if found else 0.0
    passing = {action.id for action in select(filters, catalogue)}
    near = (one for one in found[:NEAR_BY] if one.likeness >= LIKE and one.score >= CLOSE * best)
    wide = (one.trait for one in near if one.trait.shown.keys() >= passing)
    return next(wide, None) if filters.used == ("themes",) else None


def _told(traits: Sequence[Trait]) -> set[str]:
    return {name for trait in traits for name in trait.shown}


def listed(
    ranked: Sequence[RankedAction], described: Situation, catalogue: Catalogue, having: Collection[str] = ()
) -> list[RankedAction]:
    """Return what else belongs to the complete list for a question, besides those known to have what it asks for.

    The best belong to it unless some are known, all that score well, and all about a theme or grade the question names.
    """
    least = 0 if having else AT_LEAST
    limit = RELATED * ranked[0].score if ranked else 0.0
    others = [one for one in ranked if one.action.id not in having]
    return [
        one
        for place, one in enumerate(others, start=len(having))
        if place < least or one.score >= limit or _is_about(one.action, described.said, catalogue)
    ]


def _is_about(action: TrialAction, said: Mapping[str, tuple[str, ...]], catalogue: Catalogue) -> bool:
    return any(set(said[facet]) & set(catalogue.facet_values(action.id, facet)) for facet in ("themes", "grades"))


def example_list(
    traits: Sequence[Trait],
    ranked: Sequence[RankedAction],
    described: Situation,
    query: Query,
    library: Library,
    language: str,
) -> Iterator[Part]:
    """Yield those that have the traits asked for, and what else belongs to the list, best first.

    Where no trait is asked for, those that fit well come with what they did. All others come in one line each.
    """
    words = texts(language)
    yield from _of_grades(traits, described, library.catalogue, language)
    for trait in traits:
        yield from those_with(trait, library, language)
    if traits:
        yield from _of_several(_told(traits), described, library.catalogue, language)
        yield Part(PartKind.NOTE, words["examples"]["as_told"])
    others = listed(ranked, described, library.catalogue, _told(traits))
    close = [one for one in others if one.score >= CLOSE * others[0].score and not traits]
    if close:
        found = "close" if len(close) > 1 else "close_one"
        yield Part(PartKind.NOTE, f"**{words['examples'][found].format(count=len(close))}**")
    for one in close:
        yield from _in_full(one, described, query, library, language)
    yield from _related(others[len(close) :], described, library, language)


def _of_grades(traits: Sequence[Trait], described: Situation, catalogue: Catalogue, language: str) -> Iterator[Part]:
    """Yield which of those that have the traits name a grade that is asked for; nothing where none is asked for."""
    asked, words = described.values("grades"), texts(language)["examples"]
    if not traits or not asked:
        return
    grades = ages(asked, catalogue, language)
    names = [
        action.name
        for action in catalogue.trial_actions
        if action.id in _told(traits) and set(asked) & set(catalogue.facet_values(action.id, "grades"))
    ]
    told = words["of_grades"] if names else words["no_grades"]
    yield Part(PartKind.NOTE, told.format(grades=grades, names=escape(", ".join(names))))


def _of_several(shown: Collection[str], described: Situation, catalogue: Catalogue, language: str) -> Iterator[Part]:
    """Yield which of those `shown` are about all themes that a question names; nothing where it names but one."""
    said = {theme: described.words[theme] for theme in described.values("themes")}
    parts = {word for word in said.values() if any(word in other for other in said.values() if other != word)}
    named = {theme: word for theme, word in said.items() if word not in parts}
    if len(set(named.values())) < max(2, len(named)):
        return
    names = [
        action.name
        for action in catalogue.trial_actions
        if action.id in shown and named.keys() <= set(catalogue.facet_values(action.id, "themes"))
    ]
    words = texts(language)
    *first, last = (f"”{escape(word)}”" for word in named.values())
    themes = f"{', '.join(first)} {words['suggestion']['and']} {last}"
    told = words["examples"]["all_themes" if names else "not_all_themes"]
    yield Part(PartKind.NOTE, told.format(themes=themes, names=escape(", ".join(names))))


def _related(others: Sequence[RankedAction], described: Situation, library: Library, language: str) -> Iterator[Part]:
    """Yield what else may belong to a list, in one line each."""
    if others:
        related = texts(language)["examples"]["related"].format(count=len(others))
        yield Part(PartKind.NOTE, f"**{related}**")
    for one in others:
        yield from _in_short(one, described, library, language)


@dataclass(frozen=True)
class Wanted:
    """Which trial actions a list is of: those that pass filters or have a trait; of those `among` some, if any."""

    filters: Filters
    trait: Trait | None = None
    among: tuple[str, ...] = ()


def those_passing(
    wanted: Wanted, ranked: Sequence[RankedAction], described: Situation, library: Library, language: str
) -> Iterator[Part]:
    """Yield the whole list of the trial actions that are wanted.

    Each stands with its own words on how it went where that is asked for, else with what it began with, and what else
    may be near it.
    """
    words, catalogue = texts(language)["examples"], library.catalogue
    filters, among = wanted.filters, wanted.among
    having: Mapping[str, Support] = {} if wanted.trait is None else wanted.trait.shown
    passing = {action.id for action in select(filters, catalogue)}.union(having)
    found = [one for one in catalogue.trial_actions if one.id in passing and (not among or one.id in among)]
    if among and not found:
        yield Part(PartKind.NOTE, words["none_of_shown"].format(count=len(among)))
        yield from those_passing(replace(wanted, among=()), ranked, described, library, language)
        return
    if not found and len(filters.used) > 1:
        yield from _loosened(wanted, ranked, described, library, language)
        return
    of_went = bool({"outcomes", "evidence"} & {*filters.used})
    named = (" / ".join(_names(facet, filters, catalogue, language)) for facet in filters.used)
    title = words["passing_one" if len(found) == 1 else "passing"].format(count=len(found))
    of = words["of_shown" if among else "of_all"].format(count=len(among) or len(catalogue.trial_actions))
    yield Part(PartKind.NOTE, f"**{title}: {' · '.join(named)}** ({of})" if filters.used else f"**{title}**")
    if len(filters.themes) > 1:
        yield from _of_several({action.id for action in found}, described, catalogue, language)
    for action in found:
        support = catalogue.facets[action.id].outcome_support if of_went else having.get(action.id)
        if support is not None:
            yield _in_its_words(action, support, library, language)
        else:
            told = suggestion(action, described, library, language).field("problem")[:1]
            yield from (replace(part, lead=_line(action, library, language), item=True) for part in told)
    yield Part(PartKind.NOTE, words["told_by_them" if of_went else "as_told"])
    if filters.used and not (of_went or among or filters.municipalities):
        left = listed(ranked, described, catalogue, {action.id for action in found})
        yield from _related(left, described, library, language)


def _loosened(
    wanted: Wanted, ranked: Sequence[RankedAction], described: Situation, library: Library, language: str
) -> Iterator[Part]:
    """Yield that nothing passes all filters, how many pass without each, and the list without the one that helps most.

    Where no one of them is enough, those that must go together are told; the theme is kept where it can be.
    """
    words, filters, catalogue = texts(language)["examples"], wanted.filters, library.catalogue
    alone = {(facet,): count for facet, count in loosen(filters, catalogue).items()}
    helps = alone or loosen_together(filters, catalogue)
    told = (
        words["without_filter"].format(
            names=", ".join(" / ".join(_names(facet, filters, catalogue, language)) for facet in facets), count=count
        )
        for facets, count in helps.items()
    )
    yield Part(PartKind.NOTE, " ".join([words["none_at_once"], *told]))
    if helps:
        off = next((facets for facets in helps if "themes" not in facets), next(iter(helps)))
        left = replace(filters, **dict.fromkeys(off, ()))
        yield from those_passing(Wanted(left), ranked, described, library, language)


def _names(facet: str, filters: Filters, catalogue: Catalogue, language: str) -> Iterator[str]:
    """Yield how the values of a filter are named to a reader."""
    for value in getattr(filters, facet):
        named = name_of(facet, value, catalogue, language)
        yield f"{value} {name_of_label(EvidenceLabel(value), language)}" if facet == "evidence" else named


def those_with(trait: Trait, library: Library, language: str) -> Iterator[Part]:
    """Yield the whole list of the trial actions that have a trait, each with its own words that show it."""
    words = texts(language)["examples"]
    title = trait.title_en if language == "en" else trait.title
    counted = words["trait_one" if len(trait.shown) == 1 else "trait"]
    yield Part(PartKind.NOTE, f"**{counted.format(count=len(trait.shown), title=title)}**")
    for name, support in trait.shown.items():
        yield _in_its_words(library.trial_actions[name], support, library, language)


def _in_its_words(action: TrialAction, support: Support, library: Library, language: str) -> Part:
    """Return the line of a trial action with the sentence of its source that holds a quotation."""
    whole = _sentence(support, library)
    citation = cite(library.passages[support.passage], whole, library) if whole else cite_support(support, library)
    return Part(PartKind.QUOTE, citation.quote, (citation,), lead=_line(action, library, language), item=True)


def _line(action: TrialAction, library: Library, language: str) -> str:
    """Return how a trial action is named in a list, with its page and how it went."""
    page = pages_named(action.pages[:1], language)
    return f"{action.name}: {action.title} ({page}) · {_went(action, library, language)}"


def _sentence(support: Support, library: Library) -> Sentence | None:
    """Return the sentence that holds a quotation, where it can be quoted as it stands and is not long."""
    wanted = key(support.quote)
    sentences = library.passages[support.passage].sentences
    found = next((one for one in sentences if one.quotable and wanted in key(one.text)), None)
    return found if found is not None and len(found.text) <= LONGEST_SHOWN else None


def _in_full(one: RankedAction, described: Situation, query: Query, library: Library, language: str) -> Iterator[Part]:
    """Yield what an example is about of that which was asked for, what they did, and how it went."""
    told = suggestion(one.action, described, library, language, query)
    yield heading(told, language)
    own = [replace(part, lead="") for part in own_words(told)[:1]]
    yield from (replace(part, item=True) for part in (*_matched(told), *told.field("steps")[:1], *own))
    yield Part(PartKind.NOTE, f"*{_went(one.action, library, language)}*")


def _went(action: TrialAction, library: Library, language: str) -> str:
    """Return how a trial action went, and its evidence label."""
    label = library.catalogue.mark(action.id).label
    return f"{outcome(action, library.catalogue, language)} · {label} {name_of_label(label, language)}"


def _in_short(one: RankedAction, described: Situation, library: Library, language: str) -> Iterator[Part]:
    told = suggestion(one.action, described, library, language)
    lead = (
        f"{one.action.name} ({pages_named(one.action.pages[:1], language)}) · {_went(one.action, library, language)}:"
    )
    yield from (replace(part, lead=lead, item=True) for part in (*_matched(told), *told.field("problem"))[:1])


def _matched(told: Suggestion) -> tuple[Part, ...]:
    """Return what an example is about of that which was asked for; nothing where no words of the question say it."""
    began = {part.text for part in told.field("problem")}
    return tuple(replace(part, lead="") for part in reasons(told)[:1] if part.text not in began)
