"""A situation to ranked trial actions."""

from dataclasses import dataclass

from corpus.schema import EvidenceLabel, TrialAction
from retrieval.library import Library
from retrieval.search import NAMED_WEIGHT, POINTS, Query

EVERY_POINT = 2000
"""More points than the trial actions have: asked for only where fewer do not rank as many as wanted."""

FIELD_SHARE = 1.0
"""How much each further passage of a trial action adds, as a share of its own score."""


@dataclass(frozen=True)
class RankedAction:
    """A trial action and how well it fits; larger is better."""

    action: TrialAction
    score: float
    evidence: EvidenceLabel


def suggest(query: Query, library: Library, limit: int = 5) -> list[RankedAction]:
    """Return the trial actions that fit a situation, best first.

    An action scores what its best three points score; `FIELD_SHARE` weighs the second and third.
    """
    scores = _scores(query, library, POINTS)
    if len(scores) < min(limit, len(library.trial_actions)):
        scores = {**_scores(query, library, EVERY_POINT), **scores}
    totals = {
        record: best + FIELD_SHARE * sum(rest[:2]) + NAMED_WEIGHT * (record in query.named)
        for record, (best, *rest) in ((record, sorted(values, reverse=True)) for record, values in scores.items())
    }
    ranked = sorted(totals, key=lambda record: -totals[record])[:limit]
    return [
        RankedAction(
            library.trial_actions[record],
            totals[record],
            library.catalogue.evidence.get(record, EvidenceLabel.D),
        )
        for record in ranked
    ]


def _scores(query: Query, library: Library, points: int) -> dict[str, list[float]]:
    """Return the scores of the points of each trial action among the best `points`."""
    scores: dict[str, list[float]] = {}
    for scored in library.index.query(query.vectors, points, kind="trial_action"):
        passage = library.passages.get(scored.passage)
        record = passage.record if passage is not None else scored.passage
        if record is not None and record in library.trial_actions:
            scores.setdefault(record, []).append(scored.score)
    return scores
