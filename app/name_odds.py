"""How surely a word of a message is somebody's name, learnt from messages in which the names were marked.

What the rules of `people.py` say is one sign among others: how the word and its neighbours are written, which lists
and dictionaries know them, what stands between. `python -m evals learn-names` finds the weights. Nothing here logs.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import simplemma

from app.wordlists import base_name, certain, is_ordinary, is_plain, word_lists

WEIGHTS = Path(__file__).parent / "data" / "name_odds.npz"
BUCKETS = 2**18
"""How many numbers the features are hashed to."""

GAPS = frozenset((" ", ", ", ". ", ": ", " (", "\n", "-", "'"))
"""What may stand between two words and says something; anything else counts as the same."""

SURE = -1.9
"""The log odds from which a word is masked, set on dev: a name that stands is worse than a word that is gone."""

SURE_IF_UNLIKELY = 0.7
"""The same of a single letter, and of a word that is known and no listed name, or that begins a sentence."""

SURE_IF_COMMON = 2.0
"""The same of a listed name that is mostly a word, where the rules see no name."""

NONE, MASKED = "#", "[]"
"""What stands for no word, and for any placeholder, whatever its number."""


class Token(NamedTuple):
    """A word, in lower case too, and where it stands.

    `kept` words are never names, `masked` are placeholders, `first` begin a sentence, `near` follow one space.
    """

    text: str
    low: str
    start: int
    end: int
    kept: bool
    masked: bool
    first: bool
    near: bool

    @property
    def capital(self) -> bool:
        """Whether it is written as names are."""
        return self.text[0].isupper()


@dataclass(frozen=True)
class Signs:
    """What the rules see around a word: see the methods of `people.Reader`; `rule` is what they make of it."""

    rule: bool
    cue: str
    acts: bool
    opens: bool
    ends: bool
    kin: bool
    paired: bool
    of_corpus: bool


def odds(text: str, tokens: Sequence[Token], at: int, signs: Signs) -> float:
    """Return the logarithm of the odds that the word at `at` is somebody's name or a part of it."""
    weights, bias = _weights()
    return bias + float(weights[[bucket(feature) for feature in features(text, tokens, at, signs)]].sum())


def bucket(feature: str) -> int:
    """Return the number a feature is hashed to."""
    return zlib.crc32(feature.encode()) % BUCKETS


def features(text: str, tokens: Sequence[Token], at: int, signs: Signs) -> Iterator[str]:
    """Yield what is seen of a word and around it, as texts of the form name=value."""
    word = tokens[at]
    around = {step: _neighbour(tokens, at + step) for step in (-2, -1, 1, 2)}
    before, after = around[-1], around[1]
    form, lists = _form(word.text), _lists(word.text, word.low) + "W" * signs.of_corpus
    last, following = (_lists(one.text, one.low) if one else NONE for one in (before, after))
    gap = text[before.end : word.start] if before else "^"
    then = text[word.end : after.start] if after else "$" + text[word.end : word.end + 1]
    written = f"{form}{word.first}"
    yield from (f"{name}={value}" for name, value in vars(signs).items())
    yield f"rule,form={signs.rule}{written}"
    yield f"lists={lists}"
    yield f"lists,form={lists}{written}"
    yield f"cue,lists={signs.cue}{lists}{form}"
    yield f"acts,lists={signs.acts}{lists}"
    yield from (f"{name},form={getattr(signs, name)}{form}" for name in ("acts", "opens", "ends"))
    yield f"shape={form}"
    yield f"gap={gap if gap in GAPS else NONE}{form}"
    yield f"then={then[:2]}{form}"
    yield f"around={_form(before.text) if before else NONE}{form}{_form(after.text) if after else NONE}"
    yield f"before,lists={last}|{lists}"
    yield f"after,lists={following}|{lists}"
    for step, other in around.items():
        near = other.low if other else NONE
        yield f"word{step}={near}"
        yield f"word{step},form={near}|{form}"
        yield f"word{step},listed={near}|{'N' in lists}"
    yield f"word={word.low}"
    yield from (f"end={word.low[-many:]}" for many in (2, 3, 4))
    yield from (f"begin={word.low[:many]}" for many in (2, 3))


def _neighbour(tokens: Sequence[Token], place: int) -> Token | None:
    """Return the word at a place, if there is one; all placeholders look the same."""
    if not 0 <= place < len(tokens):
        return None
    token = tokens[place]
    return token._replace(text=MASKED, low=MASKED) if token.masked else token


def _form(word: str) -> str:
    if len(word) == 1:
        return "X" if word.isupper() else "x"
    if word.isupper():
        return "XX"
    if word[0].isupper():
        return "Xx" if word[1:].islower() else "XxX"
    return "xx" if word.islower() else "xX"


@lru_cache(maxsize=50_000)
def _lists(word: str, low: str) -> str:
    """Return a letter for each list and dictionary that knows a word."""
    lists, base = word_lists(), base_name(low)
    known = {
        "N": bool(base),
        "G": base in lists["given"],
        "C": base in lists["common"],
        "S": certain(low),
        "O": is_ordinary(low),
        "P": is_plain(low),
        "p": low in lists["plain"],
        "L": word in lists["places"],
        "d": simplemma.is_known(low, lang="da"),
        "e": simplemma.is_known(low, lang="en"),
    }
    return "".join(letter for letter, is_known in known.items() if is_known)


@cache
def _weights() -> tuple[npt.NDArray[Any], float]:
    with np.load(WEIGHTS) as file:
        return file["weights"].astype(np.float32), float(file["bias"])


def write(weights: npt.NDArray[Any], bias: float, target: Path = WEIGHTS) -> None:
    """Write weights, shape (BUCKETS,), in half precision."""
    np.savez_compressed(target, allow_pickle=False, weights=weights.astype(np.float16), bias=np.array(bias))
