"""What a text is, told by its vector: what the model is taught beside the way to the documents. Door: torch.

A text is or is not of some kinds (logistic), and calls for some of many things (softmax). One linear layer over the
vector tells all of it. It is set to what the vectors say already before the model learns with it (Kumar et al. 2022),
and left behind afterwards: what is shipped finds its classifiers anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch

RIDGE = 1 / 30
"""How much the squares of the weights cost, beside the sum over the examples."""

ROUNDS = 150
FEWEST = 8
"""Where fewer texts of a batch are told about, they count as so many."""

Tables = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
"""Which kinds are known of each text, which of them it is, and its shares; each of shape (texts, …)."""


@dataclass(frozen=True)
class Told:
    """A text people might write, whether it is of the kinds known of it, and its shares of one of many, if any."""

    text: str
    kinds: Mapping[str, bool] = field(default_factory=dict)
    shares: Mapping[str, float] = field(default_factory=dict)


class Heads(torch.nn.Module):  # type: ignore[misc]  # torch is not there where types are checked
    """A linear layer that tells kinds and shares by vectors of so many numbers; `weights` says how much each counts.

    What is one of many counts by the weight of "".
    """

    def __init__(self, told: Sequence[Told], width: int, weights: Mapping[str, float]) -> None:
        super().__init__()
        self._kinds = sorted({kind for one in told for kind in one.kinds})
        self._many = sorted({name for one in told for name in one.shares})
        self._counts = torch.tensor([weights[kind] for kind in self._kinds])
        self._counts_many = weights[""]
        self._linear = torch.nn.Linear(width, len(self._kinds) + len(self._many))
        known, wanted, _ = self._tables(told)
        self._rarity = (known * (1 - wanted)).sum(0) / (known * wanted).sum(0)

    def loss(self, vectors: torch.Tensor, told: Sequence[Told]) -> torch.Tensor:
        """Return how badly the vectors, shape (len(told), width), tell what the texts are."""
        tables = known, _, shares = self._tables(told)
        of_kinds, of_many = self._costs(vectors, tables)
        total: torch.Tensor = (self._counts * of_kinds / known.sum(0).clamp(min=FEWEST)).sum()
        return total + self._counts_many * of_many / (shares.sum(1) > 0).sum().clamp(min=FEWEST)

    def begin(self, vectors: torch.Tensor, told: Sequence[Told]) -> None:
        """Set the layer to what the vectors tell as they are."""
        torch.nn.init.zeros_(self._linear.weight)
        torch.nn.init.zeros_(self._linear.bias)
        tables = self._tables(told)
        search = torch.optim.LBFGS(self._linear.parameters(), max_iter=ROUNDS, line_search_fn="strong_wolfe")

        def closure() -> torch.Tensor:
            search.zero_grad()
            of_kinds, of_many = self._costs(vectors, tables)
            cost = of_kinds.sum() + of_many + RIDGE * self._linear.weight.square().sum() / 2
            cost.backward()
            return cost

        search.step(closure)

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def right(self, vectors: torch.Tensor, told: Sequence[Told]) -> float:
        """Return how well texts are told: the mean of the area under the ROC curve of the kinds and the share first."""
        scores = self._linear(vectors)
        known, wanted, shares = self._tables(told)
        areas = [_area(scores[known[:, at] > 0, at], wanted[known[:, at] > 0, at]) for at in range(len(self._kinds))]
        of_many = shares.sum(1) > 0
        first = scores[of_many, len(self._kinds) :].argmax(1)
        hits = shares[of_many].gather(1, first[:, None])[:, 0] == shares[of_many].max(1).values
        return (sum(areas) / len(areas) + float(hits.float().mean())) / 2

    def _costs(self, vectors: torch.Tensor, tables: Tables) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the cost of each kind, shape (kinds,), and of one of many, both summed over the texts."""
        known, wanted, shares = tables
        scores = self._linear(vectors)
        logistic = torch.nn.functional.binary_cross_entropy_with_logits
        kinds = len(self._kinds)
        of_kinds = logistic(scores[:, :kinds], wanted, reduction="none", pos_weight=self._rarity) * known
        return of_kinds.sum(0), -(shares * torch.log_softmax(scores[:, kinds:], 1)).sum()

    def _tables(self, told: Sequence[Told]) -> Tables:
        known = torch.tensor([[float(kind in one.kinds) for kind in self._kinds] for one in told])
        wanted = torch.tensor([[float(one.kinds.get(kind, False)) for kind in self._kinds] for one in told])
        return known, wanted, torch.tensor([[one.shares.get(name, 0.0) for name in self._many] for one in told])


def _area(scores: torch.Tensor, wanted: torch.Tensor) -> float:
    """Return the area under the ROC curve: the share of pairs in which the wanted one scores higher."""
    places = scores.argsort().argsort().float() + 1
    of_kind = wanted > 0
    many = float(of_kind.sum())
    others = len(wanted) - many
    return float((places[of_kind].sum() - many * (many + 1) / 2) / (many * others))
