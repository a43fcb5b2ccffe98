"""What every metric is: a score per item, or NaN where it has no meaning, and the mean of the scores."""

from collections.abc import Callable
from dataclasses import dataclass

from evals.items import Item
from evals.results import Result

NAN = float("nan")

Score = Callable[[Item, Result], float]


@dataclass(frozen=True)
class Metric:
    """A metric. `score` gives a number from 0 to 1 for an item, NaN where the item has no part in it.

    `target` is what we want the mean to reach (at most, where `lower_is_better`). A `zero_tolerance` metric below 1
    fails the gate whatever the baseline was.
    """

    name: str
    description: str
    target: float
    score: Score
    lower_is_better: bool = False
    zero_tolerance: bool = False

    @property
    def sign(self) -> str:
        """How the mean should stand to the target."""
        return "≤" if self.lower_is_better else "≥"

    def is_met(self, mean: float) -> bool:
        """Tell whether a mean reaches the target."""
        return mean <= self.target if self.lower_is_better else mean >= self.target
