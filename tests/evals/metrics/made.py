"""Made-up items and results, with only what a test needs to say."""

from typing import Any

from app.turn import Outcome
from app.wire import ActionOut, CitationOut, HitOut
from corpus.schema import EvidenceLabel
from evals.items import Gold, Item, Point
from evals.results import Result

SPAN = "De nyuddannede lærere oplevede, at det var en rigtig god start"
OTHER_SPAN = "Forældrene fik en oplevelse af, at undervisningen var af høj kvalitet"
NOTHING = "Her står der noget helt andet, som ikke har med sagen at gøre på nogen måde"


def item(**values: Any) -> Item:
    """An item to be answered."""
    defaults = {"id": "x-1", "kind": "question", "voice": "lærer", "lang": "da", "query": "Hvad gør vi?"}
    return Item(**{**defaults, "outcome": Outcome.ANSWERED, **values})


def gold_item(*quotes: str, **values: Any) -> Item:
    """An item with gold spans of `kl`."""
    return item(gold=tuple(Gold("kl", quote) for quote in quotes), **values)


def points(*texts: str) -> tuple[Point, ...]:
    """Points without variants."""
    return tuple(Point(text) for text in texts)


def hit(text: str, document: str = "kl", passage: str = "kl-1") -> HitOut:
    """A hit with a text."""
    return HitOut(passage=passage, document=document, heading="Overskrift", pages=[9], text=text, score=0.5)


def citation(quote: str, document: str = "kl", passage: str = "kl-9", n: int = 1) -> CitationOut:
    """A citation of a quotation."""
    return CitationOut(n=n, document=document, passage=passage, heading="Overskrift", pages=[9], quote=quote)


def action(name: str) -> ActionOut:
    """A trial action with a name."""
    return ActionOut(id="kl-handling-1", name=name, title="Titel", score=0.5, evidence=EvidenceLabel.D)


def result(**values: Any) -> Result:
    """An answered result that says nothing."""
    defaults: dict[str, Any] = {
        "id": "x-1", "outcome": Outcome.ANSWERED, "reason": None, "text": "", "citations": [], "hits": [],
        "actions": [], "masked_query": "Hvad gør vi?", "timings_ms": {"total": 20.0, "embed": 10.0},
    }  # fmt: skip
    return Result(**{**defaults, **values})


def result_with_hits(*texts: str) -> Result:
    """A result with one hit of `kl` for each text."""
    return result(hits=[hit(text, passage=f"kl-{place}") for place, text in enumerate(texts)])
