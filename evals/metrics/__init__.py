"""One metric, or a family of them, per file; `METRICS` holds all that score an item, in the order of the report."""

from evals.metrics.actions import ACTION_HIT_1, ACTION_NDCG_5, ACTION_SHOWN, ACTION_TOP_3, EXAMPLES_LISTED
from evals.metrics.answer_points import ANSWER_POINTS
from evals.metrics.base import Metric
from evals.metrics.citations import CITATION_PRECISION, CITATION_RECALL
from evals.metrics.critical_tokens import CRITICAL_TOKENS
from evals.metrics.false_claims import FALSE_CLAIMS
from evals.metrics.masking import LEAKS, MASKING_RECALL, OVER_MASKING
from evals.metrics.mrr import MRR
from evals.metrics.ndcg import NDCG_5, NDCG_10
from evals.metrics.outcome import ERRORS, OUTCOME
from evals.metrics.quote_exactness import QUOTE_EXACTNESS
from evals.metrics.recall import RECALL_5, RECALL_10
from evals.metrics.refusals import FALSE_REFUSALS, REFUSAL_PRECISION, REFUSAL_RECALL
from evals.metrics.urgent import URGENT_CAUTIONS, URGENT_FALSE_ALARMS, URGENT_NOTICED, URGENT_RECALL

METRICS: tuple[Metric, ...] = (
    NDCG_5, NDCG_10, MRR, RECALL_5, RECALL_10,
    ACTION_HIT_1, ACTION_TOP_3, ACTION_NDCG_5, ACTION_SHOWN, EXAMPLES_LISTED,
    QUOTE_EXACTNESS, CRITICAL_TOKENS, CITATION_PRECISION, CITATION_RECALL, ANSWER_POINTS,
    REFUSAL_RECALL, REFUSAL_PRECISION, FALSE_REFUSALS, URGENT_RECALL, URGENT_FALSE_ALARMS,
    URGENT_NOTICED, URGENT_CAUTIONS,
    MASKING_RECALL, OVER_MASKING, LEAKS,
    FALSE_CLAIMS, OUTCOME, ERRORS,
)  # fmt: skip

__all__ = ["METRICS"]
