"""The evaluation items: questions with what a right answer must hold. Read, checked and split."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.turn import Outcome, Reason
from corpus.errors import KnowledgeError

ITEMS = Path(__file__).parent / "datasets" / "items"
KINDS = frozenset(
    "situation question example_search comparison follow_up english noisy false_premise out_of_scope urgent ordinary"
    " personal_data injection smalltalk short".split()
)
REFUSAL_CLASSES = frozenset("near_domain far_domain entity attribute false_premise not_allowed".split())
DEV_SHARE = 0.5


@dataclass(frozen=True)
class Gold:
    """An exact span of a document that deserves full marks."""

    document: str
    quote: str


@dataclass(frozen=True)
class Point:
    """Something a good answer says; `variants` are other accepted ways to say it."""

    text: str
    variants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """A question, and what is expected of its answer (see evals/datasets/README.md for every key).

    `outcome` is None where any end is right but an alarm and an error.
    """

    id: str
    kind: str
    voice: str
    lang: str
    query: str
    outcome: Outcome | None
    reason: Reason | None = None
    refusal_class: str | None = None
    history: tuple[Mapping[str, str], ...] = ()
    gold: tuple[Gold, ...] = ()
    actions: tuple[str, ...] = ()
    points: tuple[Point, ...] = ()
    mask: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    of: str | None = None
    half: str | None = None
    note: str | None = None

    @property
    def split(self) -> str:
        """`dev` (tune on it) or `test` (frozen): its `half`, else by a hash; a variant goes with its clean item."""
        if self.half is not None:
            return self.half
        digest = hashlib.sha256((self.of or self.id).encode()).digest()
        return "dev" if int.from_bytes(digest[:8], "big") < DEV_SHARE * 2**64 else "test"

    @property
    def cluster(self) -> str:
        """What the item is grouped by where intervals are drawn: the document of its first gold span."""
        return self.gold[0].document if self.gold else self.kind


def load_items(files: Iterable[Path] | None = None) -> tuple[Item, ...]:
    """Return the items of the data sets, or of the given JSONL files.

    Raises KnowledgeError with file, line and reason for a line that is no item, or an id used twice.
    """
    items: dict[str, Item] = {}
    for path in sorted(ITEMS.glob("*.jsonl")) if files is None else files:
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise KnowledgeError(f"{path} kan ikke læses: {error}.", "Angiv en JSONL-fil i UTF-8.") from error
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                item = read_item(line)
                if item.id in items:
                    raise ValueError(f"id {item.id!r} er brugt før")
            except (ValueError, KeyError, TypeError) as error:
                raise KnowledgeError(f"{path}, linje {number}: {error}.", "Ret linjen.") from error
            items[item.id] = item
    return tuple(items.values())


def read_item(line: str) -> Item:
    """Return the item of one line of JSON. Raises ValueError, KeyError or TypeError for one that is none."""
    values: dict[str, Any] = json.loads(line)
    if values["kind"] not in KINDS:
        raise ValueError(f"ukendt art {values['kind']!r}")
    if values.get("refusal_class") not in {None, *REFUSAL_CLASSES}:
        raise ValueError(f"ukendt afvisningsklasse {values['refusal_class']!r}")
    for name in ("history", "actions", "mask", "keep", "must_not"):
        values[name] = tuple(values.get(name) or ())
    values["gold"] = tuple(Gold(**entry) for entry in values.get("gold") or ())
    values["points"] = tuple(
        Point(entry["text"], tuple(entry.get("variants") or ())) for entry in values.get("points") or ()
    )
    if values.get("half") not in {None, "dev", "test"}:
        raise ValueError(f"ukendt halvdel {values['half']!r}")
    values["outcome"] = Outcome(values["outcome"]) if values["outcome"] is not None else None
    values["reason"] = Reason(values["reason"]) if values.get("reason") else None
    return Item(**values)
