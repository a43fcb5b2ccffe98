"""Which trial action a description calls for, learnt from written examples: one more feature of the ranking.

`python -m evals learn-actions` finds the weights from the expansions and evals/datasets/taught/trial_actions.jsonl.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from retrieval.once import once_a_turn
from retrieval.pieces import Classifier, split

WEIGHTS = Path(__file__).parent / "likely.npz"


@once_a_turn
def odds(text: str) -> Mapping[str, float]:
    """Return the logarithm of the odds of each trial action that was learnt, by its id; 0 of all for no words."""
    words = split(text)
    return _classifier().odds(words) if words else dict.fromkeys(_classifier().of, 0.0)


@cache
def _classifier() -> Classifier:
    return Classifier.read(WEIGHTS)
