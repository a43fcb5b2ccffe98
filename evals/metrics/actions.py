"""Trial actions: is the right one first, among the first three, and are they well ranked?

Hit@1 and top-3 ask for the best fitting trial action, for example searches for any that fits. nDCG@5 (Järvelin &
Kekäläinen 2002, see `ndcg.py`) has the gains 3, 2, 1 for the expected actions in their order and 1 for further ones; a
name named twice gains once. Two more look at the answer as a reader sees it: whether the best trial action stands in
it, and what share of the right examples a list shows.
"""

from functools import partial

from evals.items import Item
from evals.metrics.base import NAN, Metric
from evals.metrics.ndcg import dcg
from evals.results import Result

KINDS = frozenset({"situation", "example_search", "noisy", "english"})
GAINS = (3, 2, 1)


def _has_actions(item: Item) -> bool:
    return bool(item.actions) and item.kind in KINDS


def hit(item: Item, result: Result, k: int) -> float:
    """Return 1 if a wanted action is among the first `k` named, else 0; NaN where no action is expected."""
    if not _has_actions(item):
        return NAN
    wanted = item.actions if item.kind == "example_search" else item.actions[:1]
    return float(any(action.name in wanted for action in result.actions[:k]))


def score(item: Item, result: Result) -> float:
    """Return nDCG of the first five actions; NaN where no action is expected."""
    if not _has_actions(item):
        return NAN
    further = (GAINS[-1],) * max(0, len(item.actions) - len(GAINS))
    ideal = (*GAINS, *further)[: len(item.actions)]
    left = dict(zip(item.actions, ideal, strict=True))
    gains = [left.pop(action.name, 0) for action in result.actions[:5]]
    return dcg(gains) / dcg(ideal[:5])


def shown(item: Item, result: Result) -> float:
    """Return 1 if the answer itself names the best trial action, else 0; NaN where no action is expected."""
    if not _has_actions(item) or item.kind == "example_search":
        return NAN
    return float(item.actions[0] in _plain(result.text))


def listed(item: Item, result: Result) -> float:
    """Return the share of the wanted examples that the answer itself names; NaN for anything but example searches."""
    if not _has_actions(item) or item.kind != "example_search":
        return NAN
    text = _plain(result.text)
    return sum(name in text for name in item.actions) / len(item.actions)


def _plain(text: str) -> str:
    return text.replace("\\", "")


ACTION_HIT_1 = Metric("action_hit_1", "den bedste prøvehandling står først", 0.90, partial(hit, k=1))
ACTION_TOP_3 = Metric("action_top_3", "den bedste prøvehandling er blandt de tre første", 0.95, partial(hit, k=3))
ACTION_NDCG_5 = Metric("action_ndcg_5", "nDCG af de fem første prøvehandlinger", 0.85, score)
ACTION_SHOWN = Metric("action_shown", "den bedste prøvehandling står i svaret", 0.90, shown)
EXAMPLES_LISTED = Metric("examples_listed", "andel af de rigtige eksempler, som en liste viser", 0.90, listed)
