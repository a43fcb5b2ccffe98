"""A situation to ranked trial actions."""

from dataclasses import dataclass

from corpus.schema import EvidenceLabel, TrialAction
from retrieval.library import Library
from retrieval.search import NAMED_WEIGHT, POINTS, Query

FIELD_SHARE = 0.3
"""How much each further passage of a trial action adds, as a share of its own score."""


@dataclass(frozen=True)
class RankedAction:
    """A trial action and how well it fits; larger is better."""

    action: TrialAction
    score: float
    evidence: EvidenceLabel


def suggest(query: Query, library: Library, limit: int = 5) -> list[RankedAction]:
    """Return the trial actions that fit a situation, best first.

    An action scores what its best passage scores, and a share of its next two.
    """
    found = library.index.query(query.vectors, POINTS, kind="trial_action")
    scores: dict[str, list[float]] = {}
    for scored in found:
        passage = library.passages.get(scored.passage)
        record = passage.record if passage is not None else scored.passage
        if record in library.trial_actions:
            scores.setdefault(record, []).append(scored.score)
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
