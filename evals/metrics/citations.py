"""Citation precision and recall: is what the answer cites gold, and is the gold cited?

After Gao et al. 2023, "Enabling Large Language Models to Generate Text with Citations" (ALCE), with gold spans in place
of an entailment model. A citation is right when its quotation overlaps a gold span of the same document (`match.holds`)
or comes from a passage that holds one; a gold span is cited when a quotation overlaps it or a cited passage holds it.
The text of a passage is known when it is among the hits.
"""

from evals.items import Gold, Item
from evals.metrics.base import NAN, Metric
from evals.metrics.match import gold_in_hits, holds
from evals.results import Result


def _gold_of(item: Item, result: Result) -> list[set[int]]:
    """Return, for each citation, the places in `item.gold` of the spans it stands for."""
    passages: dict[str, set[int]] = {}
    for hit, spans in zip(result.hits, gold_in_hits(item, result), strict=True):
        passages[hit.passage] = spans
    return [
        {place for place, gold in enumerate(item.gold) if _overlap(citation.document, citation.quote, gold)}
        | passages.get(citation.passage, set())
        for citation in result.citations
    ]


def _overlap(document: str, quote: str, gold: Gold) -> bool:
    return document == gold.document and holds(quote, gold.quote)


def precision(item: Item, result: Result) -> float:
    """Return the share of citations that stand for a gold span; NaN without gold or citations."""
    if not item.gold or not result.citations:
        return NAN
    return sum(bool(spans) for spans in _gold_of(item, result)) / len(result.citations)


def recall(item: Item, result: Result) -> float:
    """Return the share of gold spans that a citation stands for; NaN without gold."""
    if not item.gold:
        return NAN
    return len(set().union(*_gold_of(item, result))) / len(item.gold)


CITATION_PRECISION = Metric("citation_precision", "andel af citaterne, der rammer et guldcitat", 0.80, precision)
CITATION_RECALL = Metric("citation_recall", "andel af guldcitaterne, der er citeret", 0.70, recall)
