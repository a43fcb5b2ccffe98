"""The trial actions as examples: filtered, counted, sorted and compared."""

import re
import tomllib
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from functools import cache
from itertools import combinations
from pathlib import Path

from corpus.errors import BadRequest, UnknownRecord
from corpus.schema import EvidenceLabel, TrialAction
from retrieval.library import Catalogue, Library

COMPARED = (2, 4)
ENGLISH_NAMES = Path(__file__).parent / "data" / "facets_en.toml"
LABELS = {"evidence": tuple(label.value for label in EvidenceLabel)}
LAST_LETTERS = str.maketrans("æøå", "\U0010fffd\U0010fffe\U0010ffff")
TELL_NOTHING = frozenset({"skole", "skolen", "kommune", "afdeling", "univers"})
"""Words of a school's name that many have."""

SORTS = ("municipality", "theme", "outcome")


@dataclass(frozen=True)
class Filters:
    """What examples are narrowed by: any of the values of a facet, and all facets that have some."""

    themes: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    participants: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()

    @property
    def used(self) -> tuple[str, ...]:
        """The names of the facets that have values."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name))


FACETS = tuple(field.name for field in fields(Filters))


def values(action: TrialAction, facet: str, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the values of a facet that a trial action has."""
    own = catalogue.facets.get(action.id)
    if facet == "outcomes":
        return (own.outcome,) if own is not None else ()
    if facet == "municipalities":
        return (action.municipality,)
    if facet == "documents":
        return (action.document,)
    if facet == "evidence":
        return (catalogue.mark(action.id).label.value,)
    return catalogue.facet_values(action.id, facet)


def name_of(facet: str, value: str, catalogue: Catalogue, language: str = "da") -> str:
    """Return how a value is named to a reader."""
    danish = catalogue.facet_names.get(facet, {}).get(value, value)
    return _english().get(facet, {}).get(value, danish) if language == "en" else danish


@cache
def _english() -> dict[str, dict[str, str]]:
    return tomllib.loads(ENGLISH_NAMES.read_text("utf-8"))


def known(filters: Filters, catalogue: Catalogue) -> tuple[Filters, tuple[str, ...]]:
    """Return the filters without the values that are not there, and the facets that lost one."""
    there = counts(Filters(), catalogue)
    allowed = {
        facet: {*there[facet], *catalogue.facet_names.get(facet, {}), *LABELS.get(facet, ())} for facet in filters.used
    }
    kept = {facet: tuple(value for value in getattr(filters, facet) if value in allowed[facet]) for facet in allowed}
    return Filters(**kept), tuple(facet for facet in kept if kept[facet] != getattr(filters, facet))


def select(filters: Filters, catalogue: Catalogue) -> list[TrialAction]:
    """Return the trial actions that pass, in the catalogue's order. Raises BadRequest for a value that is not there."""
    for facet in known(filters, catalogue)[1]:
        allowed = ", ".join(counts(Filters(), catalogue)[facet])
        raise BadRequest(f"En værdi af filteret {facet} kendes ikke.", f"Brug et af: {allowed}.")
    return [action for action in catalogue.trial_actions if _passes(action, filters, catalogue)]


def _passes(action: TrialAction, filters: Filters, catalogue: Catalogue) -> bool:
    return all(set(getattr(filters, facet)) & set(values(action, facet, catalogue)) for facet in filters.used)


def counts(filters: Filters, catalogue: Catalogue, among: Container[str] | None = None) -> dict[str, dict[str, int]]:
    """Return for each facet how many trial actions each value would leave, its own filter taken off; most first.

    `among` are the ids that a search leaves, where there is one.
    """
    found: dict[str, dict[str, int]] = {}
    for facet in FACETS:
        others = replace(filters, **{facet: ()})
        counted = Counter(
            value
            for action in catalogue.trial_actions
            if _passes(action, others, catalogue) and (among is None or action.id in among)
            for value in values(action, facet, catalogue)
        )
        found[facet] = dict(sorted(counted.items(), key=lambda entry: (-entry[1], entry[0])))
    return found


def loosen(filters: Filters, catalogue: Catalogue, among: Container[str] | None = None) -> dict[str, int]:
    """Return for each filter in use how many trial actions there would be without it; the most helpful first.

    `among` are the ids that a search leaves, where there is one.
    """
    left = {facet: select(replace(filters, **{facet: ()}), catalogue) for facet in filters.used}
    without = {facet: sum(among is None or one.id in among for one in found) for facet, found in left.items()}
    return {facet: count for facet, count in sorted(without.items(), key=lambda entry: -entry[1]) if count}


def loosen_together(
    filters: Filters, catalogue: Catalogue, among: Container[str] | None = None
) -> dict[tuple[str, ...], int]:
    """Return the fewest filters that must go together, and how many trial actions there would be; the best first.

    Nothing where taking one of them off is enough. `among` are the ids that a search leaves, where there is one.
    """
    if not filters.used or loosen(filters, catalogue, among):
        return {}
    for size in range(2, len(filters.used) + 1):
        left = {
            facets: select(replace(filters, **dict.fromkeys(facets, ())), catalogue)
            for facets in combinations(filters.used, size)
        }
        counted = {facets: sum(among is None or one.id in among for one in found) for facets, found in left.items()}
        best = {facets: count for facets, count in sorted(counted.items(), key=lambda entry: -entry[1]) if count}
        if best:
            return best
    return {}


@dataclass(frozen=True)
class Overview:
    """How many trial actions there are of each theme in each municipality; `cells` is by theme, then municipality."""

    themes: Mapping[str, int]
    municipalities: tuple[str, ...]
    cells: Mapping[tuple[str, str], int]


def overview(found: Sequence[TrialAction], catalogue: Catalogue) -> Overview:
    """Return themes and municipalities of trial actions against each other: most frequent theme first."""
    themes = Counter(theme for action in found for theme in values(action, "themes", catalogue))
    cells = Counter((theme, action.municipality) for action in found for theme in values(action, "themes", catalogue))
    places = sorted({action.municipality for action in found}, key=alphabetical)
    return Overview(dict(themes.most_common()), tuple(places), cells)


def sort(found: Sequence[TrialAction], by: str, catalogue: Catalogue) -> list[TrialAction]:
    """Return trial actions in order of `municipality`, `theme` or `outcome`."""
    order = list(catalogue.facet_names.get("outcomes", {}))

    def place(action: TrialAction) -> tuple[int, str, str]:
        outcome = next(iter(values(action, "outcomes", catalogue)), "")
        rank = order.index(outcome) if by == "outcome" and outcome in order else len(order)
        return rank, alphabetical(action.theme if by == "theme" else ""), alphabetical(action.name)

    return sorted(found, key=place)


def alphabetical(text: str) -> str:
    """Return what a text sorts by in Danish: æ, ø and å last, aa as å."""
    return text.casefold().replace("aa", "å").translate(LAST_LETTERS)


def find(ids: Sequence[str], library: Library) -> list[TrialAction]:
    """Return trial actions by their ids.

    Raises UnknownRecord for one that is not there, with those most like it, and BadRequest for too few or too many to
    compare, or the same twice.
    """
    low, high = COMPARED
    if not low <= len(ids) <= high or len(set(ids)) < len(ids):
        raise BadRequest(f"{low} til {high} forskellige prøvehandlinger kan sammenlignes.", "Ret listen, og prøv igen.")
    return [get(name, library) for name in ids]


def as_named(actions: Sequence[TrialAction], text: str) -> list[TrialAction]:
    """Return trial actions in the order in which a text names their schools, or else their municipalities."""
    low = text.lower()

    def place(action: TrialAction) -> int:
        names = re.findall(r"[\w-]{4,}", f"{action.school or ''} {action.municipality}".lower())
        found = [low.find(name) for name in names if name not in TELL_NOTHING and name in low]
        return min(found, default=len(low))

    return sorted(actions, key=place)


def outcome(action: TrialAction, catalogue: Catalogue, language: str = "da") -> str:
    """Return how a trial action went, as it is named to a reader."""
    return " · ".join(
        name_of("outcomes", value, catalogue, language) for value in values(action, "outcomes", catalogue)
    )


def counted(number: int, words: Mapping[str, str]) -> str:
    """Return the title of a list of so many examples."""
    names = {0: "title_none", 1: "title_one"}
    return words[names.get(number, "title")].format(count=number)


def get(name: str, library: Library) -> TrialAction:
    """Return a trial action by its id. Raises UnknownRecord with the ids like it, if there are any."""
    if name in library.trial_actions:
        return library.trial_actions[name]
    near = get_close_matches(name.lower(), library.trial_actions, n=3, cutoff=0.4)
    fix = f"Mente du {', '.join(near)}?" if near else "Se dem alle på /bibliotek/proevehandlinger."
    raise UnknownRecord("Der er ingen prøvehandling med det id.", fix)
