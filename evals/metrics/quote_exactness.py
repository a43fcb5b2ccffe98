"""Quote exactness: the share of citations whose quotation stands in the document it is said to come from.

Compared by `corpus.text.key`, so line breaks, hyphens and spaces may differ, letters and digits not.
"""

from functools import lru_cache

from evals.items import Item
from evals.metrics.base import NAN, Metric
from evals.metrics.match import document_texts, key
from evals.results import Result


@lru_cache(maxsize=1)
def _document_keys() -> dict[str, str]:
    return {name: key(text) for name, text in document_texts().items()}


def score(item: Item, result: Result) -> float:
    """Return the share of exact quotations; an empty one or an unknown document is not. NaN without citations."""
    if not result.citations:
        return NAN
    exact = [
        bool(key(citation.quote)) and key(citation.quote) in _document_keys().get(citation.document, "")
        for citation in result.citations
    ]
    return sum(exact) / len(exact)


QUOTE_EXACTNESS = Metric(
    "quote_exactness", "andel af citaterne, der står ordret i deres dokument", 1.0, score, zero_tolerance=True
)
