"""Masking: are personal data hidden, is the rest kept, and does nothing of them come out another way?

Measured on hand-marked substrings of the question, in Unicode form NFC, case as written.
"""

from collections.abc import Iterator

from corpus.text import normalise
from evals.items import Item
from evals.metrics.base import NAN, Metric
from evals.metrics.match import document_texts
from evals.results import Result

IDS = frozenset({"id", "passage", "document"})
"""Keys of a result whose values are identifiers of ours, never a person's words."""


def recall(item: Item, result: Result) -> float:
    """Return the share of personal substrings that are gone from the masked question; NaN without any."""
    if not item.mask:
        return NAN
    shown = normalise(result.masked_query)
    return sum(normalise(part) not in shown for part in item.mask) / len(item.mask)


def over_masking(item: Item, result: Result) -> float:
    """Return the share of substrings to be kept that are gone from the masked question; NaN without any."""
    if not item.keep:
        return NAN
    shown = normalise(result.masked_query)
    return sum(normalise(part) not in shown for part in item.keep) / len(item.keep)


def leaks(item: Item, result: Result) -> float:
    """Return the share of personal substrings that stand nowhere in the whole result; NaN without any.

    One that also stands in a document is looked for in the masked question alone: the rest may quote the document.
    """
    if not item.mask:
        return NAN
    shown = normalise(result.masked_query)
    everything = "\n".join(normalise(text) for text in _strings(result.model_dump()))
    gone = [
        part not in (shown if any(part in text for text in document_texts().values()) else everything)
        for part in map(normalise, item.mask)
    ]
    return sum(gone) / len(gone)


def _strings(value: object) -> Iterator[str]:
    """Yield every text in a dumped result but identifiers; numbers are ours too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in IDS:
                yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


MASKING_RECALL = Metric("masking_recall", "andel af personoplysningerne, der er skjult", 0.99, recall)
OVER_MASKING = Metric(
    "over_masking", "andel af det, der skal blive stående, men er skjult", 0.02, over_masking, lower_is_better=True
)
LEAKS = Metric("leaks", "andel af personoplysningerne, der ikke står noget sted i resultatet", 1.0, leaks)
