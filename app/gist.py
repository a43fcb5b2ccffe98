"""A long message to the sentences of it that say most: what it is about, what was tried, and what is asked.

What is searched for by a whole page of text is near to everything. How much a sentence says was learnt from what trial
actions are about (`learned.Kind.UNTRIED`); what is said to matter, and what is named, counts besides.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from app import learned, situation
from app.intents import asks_what_to_do, sentences
from app.situation import WHO

DATA = Path(__file__).parent / "data" / "gist.toml"

LONG = 240
"""A message of more words is searched for by its gist."""

MOST = 200
"""How many words a gist has at most."""

A_SENTENCE = 40
"""Something of more words without a stop is read in pieces."""

FOLLOWS = 2
"""How many sentences after one that says what a message is about say more of it."""

CLAUSE = re.compile(r"(?<=[,;:]) ")
GRADE, WHOM, FIRST, MATTERS = 0.5, 0.25, 0.5, 2.0
"""What a grade, whom it is about, standing first and being said to matter count beside a theme, which counts 1."""


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    read = tomllib.loads(DATA.read_text("utf-8"))
    return {name: re.compile("|".join(cues), re.IGNORECASE) for name, cues in read.items()}


def gist(text: str) -> str:
    """Return the sentences of a long message that say most, in their order; one that is not long as it is.

    Where it says what it is about above all, those are what says so, what follows, and what was tried or is asked.
    """
    if len(text.split()) <= LONG:
        return text
    pieces = list(dict.fromkeys(_pieces(text)))
    weights = {at: _weight(pieces[at]) + FIRST * (at == 0) for at in _told(pieces)}
    chosen: list[int] = []
    left = MOST
    for at in sorted(weights, key=lambda at: -weights[at]):
        words = len(pieces[at].split())
        if words <= left:
            chosen.append(at)
            left -= words
    return " ".join(pieces[at] for at in sorted(chosen))


def _told(pieces: Sequence[str]) -> Sequence[int]:
    """Return the places of the pieces that may be of the gist."""
    said = [at for at, piece in enumerate(pieces) if _cues()["above_all"].search(piece)]
    about = {place for at in said for place in range(at, min(at + 1 + FOLLOWS, len(pieces)))}
    about |= {at for at, piece in enumerate(pieces) if asks_what_to_do(piece) or situation.read(piece).tried}
    return sorted(about) if said else range(len(pieces))


def _pieces(text: str) -> Iterator[str]:
    """Yield the sentences, those without a stop for long in clauses, and clauses too long in a row of words."""
    for sentence in sentences(text):
        for clause in (sentence,) if len(sentence.split()) <= A_SENTENCE else CLAUSE.split(sentence):
            words = clause.split()
            yield from (" ".join(words[at : at + A_SENTENCE]) for at in range(0, len(words), A_SENTENCE))


def _weight(piece: str) -> float:
    """Return how much a sentence says of what a message is about."""
    read = situation.read(piece)
    about = set(read.values("situations"))
    named = len(read.values("themes")) + len(about - WHO) + bool(read.tried) + asks_what_to_do(piece)
    whom = WHOM * bool(about & WHO) + GRADE * bool(read.values("grades"))
    return named + whom + MATTERS * bool(_cues()["matters"].search(piece)) - learned.odds(learned.Kind.UNTRIED, piece)
