"""Long messages: is the trial action still found where a situation is told among everyday sentences?

The situations of the development half that call for the same trial action are told together, at random places among
sentences of `datasets/everyday.txt`, which are about nothing in particular. Beside the answer as it is stand the
situations without the rest, and the whole message searched for as it stands.
"""

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np

from app import situation
from app.engine import Engine
from app.gist import gist
from app.suggestions import MOST, near_the_class
from evals.items import Item
from retrieval.search import prepare
from retrieval.suggest import suggest

EVERYDAY = Path(__file__).parent / "datasets" / "everyday.txt"
LENGTHS = (400, 1500, 2900)
"""How many words a message has, about."""

FEWEST, TOLD = 2, 6
"""How many situations of a trial action are told together, at least and at most."""


@dataclass(frozen=True)
class Found:
    """For what share of the messages the right trial action is first, and among the first three."""

    first: float
    among: float


def long(items: Iterable[Item], engine: Engine, advance: Callable[[], None]) -> dict[str, Found]:
    """Return what is found for situations alone, and for messages of each length whole and by their gist."""
    everyday = EVERYDAY.read_text("utf-8").splitlines()
    told = {action: texts[:TOLD] for action, texts in _situations(items).items() if len(texts) >= FEWEST}
    found = {"situationerne alene": _found(told, " ".join, engine, advance)}
    for words in LENGTHS:
        messages = {action: [_among(texts, everyday, words)] for action, texts in told.items()}
        found[f"{words} ord, hele beskeden"] = _found(messages, "".join, engine, advance)
        found[f"{words} ord"] = _found(messages, lambda texts: gist("".join(texts)), engine, advance)
    return found


def messages(items: Iterable[Item]) -> int:
    """Return how many messages are searched for."""
    told = sum(len(texts) >= FEWEST for texts in _situations(items).values())
    return told * (1 + 2 * len(LENGTHS))


def _situations(items: Iterable[Item]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for item in items:
        if item.split == "dev" and item.kind == "situation" and item.actions and not item.history:
            found[item.actions[0]].append(item.query)
    return found


def _among(texts: list[str], everyday: list[str], words: int) -> str:
    """Return texts at random places, the same every time, among so many words of everyday sentences."""
    chance = np.random.default_rng(zlib.crc32(texts[0].encode()))
    said: list[str] = []
    while sum(len(one.split()) for one in said) < words:
        said.append(everyday[chance.integers(len(everyday))])
    for text in texts:
        said.insert(int(chance.integers(len(said))), text)
    return " ".join(said)


def _found(
    told: Mapping[str, list[str]], joined: Callable[[list[str]], str], engine: Engine, advance: Callable[[], None]
) -> Found:
    places = [_place(action, joined(texts), engine, advance) for action, texts in told.items()]
    return Found(fmean(place == 0 for place in places), fmean(place is not None for place in places))


def _place(action: str, text: str, engine: Engine, advance: Callable[[], None]) -> int | None:
    advance()
    names = list(_suggested(engine.mask(text), engine))
    return names.index(action) if action in names else None


def _suggested(text: str, engine: Engine) -> Iterator[str]:
    said = situation.read(text).said
    ranked = suggest(prepare(text, engine.embedder, engine.library), engine.library, 2 * MOST, said=said)
    yield from (one.action.name for one in near_the_class(ranked, said, engine.library)[:MOST])
