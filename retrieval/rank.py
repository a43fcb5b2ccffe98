"""The scores of every leg, made comparable and weighed together: what ranks passages and trial actions.

A leg's score says little by itself: cosines lie close together and term weights grow with the question. So each feature
is counted in standard deviations of its leg above that leg's mean, and the weights, found on the development questions
(`python -m evals tune`), for trial actions on written descriptions (`learn-actions`), say how much each counts.
`ranking.toml` holds them.
"""

import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from retrieval import likely
from retrieval.index import KINDS, LEGS, SIDES, ScoredPassage, VectorQuery
from retrieval.library import Library

WEIGHTS = Path(__file__).parent / "ranking.toml"
AIDS = LEGS[len(LEGS) // 2 :]
"""The legs over aids."""

DEPTH = 300
"""How many points of each leg are looked at."""

NEAREST = 4
"""Over how many of its best aids a trial action's score is averaged, besides the best one."""

OWN_FOR_AIDS = 0.75
"""What share of its own leg's score a passage gets for its aids, where its document has none.

Otherwise a municipality's own guide would stand behind every document with expansions. Measured by leaving out the
expansions of one document at a time (docs/decisions/0007-learned-ranking.md).
"""

FACETS = ("themes", "situations", "grades")
Said = Mapping[str, Collection[str]]
"""What a description says: the values of each facet."""

Floats = npt.NDArray[np.float64]
Features = Mapping[str, Floats]
"""By name, one number for each candidate."""

LOOKED_UP = 2.0
"""How much more a recommendation named by its code counts than another thing that is named."""


@cache
def weights(path: Path = WEIGHTS) -> Mapping[str, Mapping[str, float]]:
    """Return the weight of each feature, for `passages` and for `trial_actions`."""
    read: dict[str, dict[str, float]] = tomllib.loads(path.read_text("utf-8"))
    return read


def weigh(features: Features, chosen: Mapping[str, float]) -> Floats:
    """Return the weighted sum of the features of each candidate; a feature without a weight counts nothing."""
    total: Floats = np.sum([chosen.get(name, 0.0) * values for name, values in features.items()], axis=0)
    return total


class Legs:
    """The best points of each leg for one question, brought to the targets they lead to.

    `nearest` is the best score of each leg as the leg gave it: how near anything comes at all.
    """

    def __init__(self, found: Mapping[str, list[ScoredPassage]], named: frozenset[str], library: Library) -> None:
        self._library = library
        self._named = named
        self.nearest = {leg: max((point.score for point in points), default=0.0) for leg, points in found.items()}
        self._found = found
        others = {leg: [one for one in points if one.passage not in library.traits] for leg, points in found.items()}
        self._scores = {leg: _standardise(points) for leg, points in others.items()}

    @classmethod
    def of(cls, query: VectorQuery, named: frozenset[str], library: Library) -> "Legs":
        """Return the legs of a question; what it names is looked for by itself as well."""
        found = library.index.legs(query, DEPTH)
        if named:
            more = library.index.legs(query, DEPTH, named)
            found = {leg: list(dict.fromkeys([*found[leg], *more[leg]])) for leg in LEGS}
        return cls(found, named, library)

    def passages(self) -> tuple[list[str], Features]:
        """Return the ids of the passages that any leg leads to, and their features.

        `dense`, `lex` and `c4` come from a passage's own text, `aid_…` from the aids that lead to it, `record_…` from
        those that lead to its record, `topic_…` from those of a topic that cites it. `few_…` is the mean of the best
        few aids that lead anywhere in its record or section.
        """
        library = self._library
        own = {leg: _best(self._scores[leg]) for leg in LEGS}
        lists: dict[str, dict[str, float]] = {leg: own[leg] for leg in LEGS if leg not in AIDS}
        for leg in AIDS:
            kind = leg.removeprefix(SIDES[1])
            lists[leg] = {name: score for name, score in own[leg].items() if name in library.passages}
            for family, groups in (("record", library.records), ("topic", library.topics)):
                lists[f"{family}_{kind}"] = _spread(
                    ((name, score) for name, score in own[leg].items() if name in groups), library.passages_of
                )
        asked_for = sorted(self._named & library.passages.keys())
        led_to = (name for found in lists.values() for name in found if name in library.passages)
        ids = list(dict.fromkeys([*led_to, *asked_for]))
        features = {name: _column(found, ids) for name, found in lists.items()}
        around = _grouped([self._group(name) for name in ids], {leg: self._scores[leg] for leg in AIDS}, self._group)
        features |= {f"few_{kind}": around[f"{SIDES[1]}{kind}_few"] for kind in KINDS}
        unaided = np.array([library.passages[name].document not in library.catalogue.aided for name in ids])
        for kind in KINDS:
            for name in (f"{SIDES[1]}{kind}", f"few_{kind}"):
                features[name] = np.where(unaided, OWN_FOR_AIDS * features[kind], features[name])
        features["named"] = np.array(
            [
                LOOKED_UP
                if passage.record in self._named & library.catalogue.recommendation_ids
                else float(bool(self._named & {passage.id, passage.document, passage.record}))
                for passage in (library.passages[name] for name in ids)
            ]
        )
        return ids, features

    def trial_actions(self, text: str, said: Said | None = None) -> tuple[list[str], Features]:
        """Return the ids of all trial actions, and their features.

        For each leg the best point that leads to the action (`…`) and the mean of the best few (`…_few`); for each
        facet how much of what a description says it shares (`said_…`), rarer values counting more; and what was learnt
        from other descriptions (`likely`), in standard deviations above the mean.
        """
        ids = list(self._library.trial_actions)
        features = {**self._of_actions, "named": np.array([float(name in self._named) for name in ids])}
        for facet in FACETS:
            values = [self._library.catalogue.facet_values(name, facet) for name in ids]
            features[f"said_{facet}"] = _shared((said or {}).get(facet, ()), values, self._library.catalogue.rarity)
        features["likely"] = above_mean(likely.odds(text), ids)
        return ids, features

    @cached_property
    def _of_actions(self) -> Features:
        return _grouped(list(self._library.trial_actions), self._scores, self._record)

    def topics(self) -> tuple[list[str], Features]:
        """Return the ids of all topics, and the same features of the aids that lead to each."""
        ids = list(self._library.topics)
        return ids, _grouped(ids, {leg: self._scores[leg] for leg in AIDS}, str)

    def traits(self) -> tuple[list[str], Features]:
        """Return the ids of all traits, and the same features of the aids that lead to each.

        Here alone the aids of traits count among the others: what they ask for is many things at once.
        """
        ids = list(self._library.traits)
        return ids, _grouped(ids, {leg: _standardise(self._found[leg]) for leg in AIDS}, str)

    @cached_property
    def likeness(self) -> Mapping[str, float]:
        """The cosine of the question with the aid most like it that leads to each target; none for what is not near."""
        best: dict[str, float] = {}
        for point in self._found[f"{SIDES[1]}dense"]:
            best[point.passage] = max(point.score, best.get(point.passage, 0.0))
        return best

    def _group(self, name: str) -> str:
        """Return the record a target is or belongs to, else the section it stands in."""
        passage = self._library.passages.get(name)
        return name if passage is None else passage.record or f"{passage.document}: {passage.heading}"

    def _record(self, name: str) -> str | None:
        """Return the record a target is, or belongs to."""
        passage = self._library.passages.get(name)
        return name if passage is None else passage.record


def _grouped(
    ids: Sequence[str], legs: Mapping[str, Sequence[ScoredPassage]], group: Callable[[str], str | None]
) -> dict[str, Floats]:
    """Return for each leg the best score that leads to each candidate, and the mean of the best few (`…_few`)."""
    features: dict[str, Floats] = {}
    for leg, points in legs.items():
        found: dict[str, list[float]] = {}
        for scored in points:
            found.setdefault(group(scored.passage) or "", []).append(scored.score)
        features[leg] = _column({name: scores[0] for name, scores in found.items()}, ids)
        few = {name: sum(scores[:NEAREST]) / NEAREST for name, scores in found.items()}
        features[f"{leg}_few"] = _column(few, ids)
    return features


def _shared(said: Collection[str], values: Sequence[Collection[str]], rarity: Mapping[str, float]) -> Floats:
    """Return how much each candidate shares with what is said: the sum of the shared values' rarities."""
    return np.array([sum(rarity.get(value, 0.0) for value in said if value in own) for own in values], dtype=float)


def _standardise(found: list[ScoredPassage]) -> list[ScoredPassage]:
    """Return the points of a leg, best first, with scores in standard deviations above the last of them.

    What is not among them scores 0, so a leg that finds nothing says nothing.
    """
    if not found:
        return []
    scores = np.array([scored.score for scored in found])
    spread = float(scores.std()) or 1.0
    standard = (scores - scores.min()) / spread
    order = np.argsort(-standard, kind="stable")
    return [ScoredPassage(found[place].passage, float(standard[place])) for place in order]


def _best(found: Iterable[ScoredPassage]) -> dict[str, float]:
    """Return the best score of each target; the points come best first."""
    best: dict[str, float] = {}
    for scored in found:
        best.setdefault(scored.passage, scored.score)
    return best


def _spread(found: Iterable[tuple[str, float]], members: Mapping[str, Iterable[str]]) -> dict[str, float]:
    """Return for each passage the best score of a record or topic it belongs to."""
    best: dict[str, float] = {}
    for name, score in found:
        for passage in members.get(name, ()):
            best[passage] = max(score, best.get(passage, 0.0))
    return best


def above_mean(odds: Mapping[str, float], ids: Sequence[str]) -> Floats:
    """Return how many standard deviations each stands above the mean; 0 where below it, or not known."""
    all_of = np.array([*odds.values()])
    mean, spread = all_of.mean(), all_of.std() or 1.0
    return np.array([max(0.0, odds.get(name, mean) - mean) / spread for name in ids])


def _column(found: Mapping[str, float], ids: Iterable[str]) -> Floats:
    return np.array([found.get(name, 0.0) for name in ids])
