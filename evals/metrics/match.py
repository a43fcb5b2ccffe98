"""When a text holds a gold span, and when an answer says a phrase: what the metrics agree on."""

import re
from collections.abc import Sequence
from functools import lru_cache

from corpus import text as corpus_text
from corpus.manifest import DOCUMENTS, load
from evals.items import Item
from evals.results import Result

SHARED = 60
"""How many per cent of the shorter text two texts over a passage border must share in one piece."""

FEWEST = 20
"""How many letters and digits a piece must have to tell where it stands."""

PERCENT = re.compile(r"\s*(?:%|\bprocent\b|\bpct\b\.?)")
WITHIN_NUMBER = re.compile(r"\d[.,]$")

key = lru_cache(maxsize=32768)(corpus_text.key)


@lru_cache(maxsize=65536)
def holds(text: str, quote: str) -> bool:
    """Tell whether `text` holds the gold span `quote`: all of it, or a piece in common as `SHARED` and `FEWEST` say.

    Both are compared by their keys (`corpus.text.key`); an empty key is held by nothing.
    """
    found, wanted = key(text), key(quote)
    if not wanted or wanted in found:
        return bool(wanted)
    shorter, longer = sorted((found, wanted), key=len)
    least = max(FEWEST, -(-SHARED * len(shorter) // 100))
    # A common substring of at least `least` characters is there exactly when one of that length is.
    return any(shorter[at : at + least] in longer for at in range(len(shorter) - least + 1))


def gold_in_text(item: Item, document: str, text: str) -> set[int]:
    """Return the places in `item.gold` of the spans that a text of a document holds."""
    return {place for place, gold in enumerate(item.gold) if gold.document == document and holds(text, gold.quote)}


def gold_in_hits(item: Item, result: Result) -> list[set[int]]:
    """Return, for each hit, the places in `item.gold` of the spans it holds."""
    return [gold_in_text(item, hit.document, hit.text) for hit in result.hits]


def new_in_hits(item: Item, result: Result) -> list[int]:
    """Return, for each hit, how many gold spans it holds that no hit before it holds."""
    seen: set[int] = set()
    counts = []
    for spans in gold_in_hits(item, result):
        counts.append(len(spans - seen))
        seen |= spans
    return counts


def says(text: str, phrase: str) -> bool:
    """Tell whether `phrase` stands in `text` by its key, from the start of a word and not inside a longer number.

    `%`, `pct.` and `procent` are the same.
    """
    source, wanted = _one_percent(text), _one_percent(phrase)
    letters = corpus_text.key(wanted)
    span = corpus_text.find_quote(source, wanted)
    while span is not None:
        begin, end = span
        before, after = source[max(0, begin - 2) : begin], source[end : end + 1]
        inside = before[-1:].isalnum() or (letters[0].isdigit() and WITHIN_NUMBER.search(before))
        if not inside and not (letters[-1].isdigit() and after.isdigit()):
            return True
        span = corpus_text.find_quote(source, wanted, begin + 1)
    return False


def says_any(text: str, phrases: Sequence[str]) -> bool:
    """Tell whether one of `phrases` stands in `text`."""
    return any(says(text, phrase) for phrase in phrases)


def _one_percent(text: str) -> str:
    return PERCENT.sub(" pct", corpus_text.normalise(text))


@lru_cache(maxsize=1)
def document_texts() -> dict[str, str]:
    """Return the texts of the documents that are shipped, by id, in Unicode form NFC."""
    return {document.id: corpus_text.normalise((DOCUMENTS / document.file).read_text("utf-8")) for document in load()}
