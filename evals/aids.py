"""Does each expansion lead to its own target when it is left out of the index? Those that do not are worth reading."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.schema import Expansion
from retrieval.embed import Embedder
from retrieval.index import SIDES, ScoredPassage
from retrieval.library import Library
from retrieval.rank import DEPTH, Legs, weigh, weights
from retrieval.search import prepare

AID = SIDES[1]


@dataclass(frozen=True)
class Led:
    """An expansion, the rank of its own target (1 is best; None where it is not found), and what came first."""

    expansion: Expansion
    rank: int | None
    first: str


def left_out(expansions: Sequence[Expansion], embedder: Embedder, library: Library) -> Iterator[Led]:
    """Yield where each expansion leads without its own point."""
    for expansion in expansions:
        query = prepare(expansion.text, embedder, library)
        found = {
            leg: _without_one(points, expansion.target) if leg.startswith(AID) else points
            for leg, points in library.index.legs(query.vectors, DEPTH).items()
        }
        order = _order(Legs(found, frozenset(), library), expansion.target, library)
        place = order.index(expansion.target) if expansion.target in order else None
        yield Led(expansion, None if place is None else place + 1, order[0] if order else "")


def _without_one(points: Sequence[ScoredPassage], target: str) -> list[ScoredPassage]:
    """Return the points of a leg without the best that leads to the target: the text itself."""
    at = next((place for place, point in enumerate(points) if point.passage == target), len(points))
    return [*points[:at], *points[at + 1 :]]


def _order(legs: Legs, target: str, library: Library) -> list[str]:
    """Return the ids of the target's kind, best first: topics, traits, or passages with those of a record as one."""
    if target in library.topics or target in library.traits:
        ids, features = legs.topics() if target in library.topics else legs.traits()
        scores = weigh(features, weights()["topics"])
        return [ids[place] for place in np.argsort(-scores, kind="stable")]
    ids, features = legs.passages()
    if not ids:
        return []
    best_first = (ids[place] for place in np.argsort(-weigh(features, weights()["passages"]), kind="stable"))
    if target in library.passages:
        return list(best_first)
    return list(dict.fromkeys(library.passages[name].record or name for name in best_first))
