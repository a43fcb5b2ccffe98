"""Several situations told in one message: each by itself, and which of them a later message takes. Cues are data."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from app import situation
from app.grades import CLASS
from app.intents import asks, sentences
from app.turn import Message
from retrieval.analyse import TOKEN, terms

DATA = Path(__file__).parent / "data" / "several.toml"
LONGEST = 9
"""How many words a message may have that only takes one of several."""


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    read = tomllib.loads(DATA.read_text("utf-8"))
    read["between"] = [*read["begins"], *read["between"]]
    return {name: re.compile("|".join(cues), re.IGNORECASE) for name, cues in read.items()}


def apart(text: str) -> tuple[str, ...]:
    """Return the situations of a message that tells of several, in its words; none where they cannot be told apart.

    What a message asks of all of them is of none.
    """
    if not situation.read(text).is_several:
        return ()
    told, is_counted = _cues()["intro"].subn("", text, count=1)
    parts: list[str] = []
    for piece in _pieces(told, counted=bool(is_counted)):
        if asks(piece) and not CLASS.search(piece):
            continue
        if parts and not _opens(piece, parts[-1], counted=bool(is_counted)):
            parts[-1] = f"{parts[-1]} {piece}"
        else:
            parts.append(piece)
    said = tuple(_bare(part) for part in parts)
    return said if len(said) > 1 and all(terms(CLASS.sub(" ", part)) for part in said) else ()


def taken(messages: Sequence[Message]) -> list[Message]:
    """Return a conversation as if a situation that was taken out of several had been told by itself, and last.

    What came before it is left out: it was of the others too.
    """
    read, begin = list(messages), 0
    told: tuple[str, ...] = ()
    for place, message in enumerate(messages):
        if message.role != "user":
            continue
        one = _meant(message.content, told)
        if one is not None:
            read[place], begin = replace(message, content=one), place
        else:
            told = apart(message.content) or told
    return read[begin:]


def _pieces(text: str, *, counted: bool) -> Iterator[str]:
    """Yield sentences, and the clauses of one that names several classes; of all where they were `counted` before."""
    for sentence in sentences(text):
        between = "between" if counted or len(_classes(sentence)) > 1 else "begins"
        yield from (piece.strip(" ,;") for piece in _cues()[between].split(sentence) if piece.strip(" ,;.!?"))


def _opens(piece: str, before: str, *, counted: bool) -> bool:
    """Tell whether a piece tells of something else than what was told before it."""
    if _cues()["begins"].match(piece) or (counted and _cues()["joins"].match(piece)):
        return True
    last = _classes(before)
    return bool(last and _classes(piece) - last)


def _classes(text: str) -> set[str]:
    return {match.group().lower() for match in CLASS.finditer(text)}


def _bare(part: str) -> str:
    text = _cues()["joins"].sub("", part.strip(" ,;"), count=1)
    return text[:1].upper() + text[1:]


def _meant(message: str, told: Sequence[str]) -> str | None:
    """Return the one of the situations `told` that a message names, and says no more; None for any other message."""
    if not told or len(message.split()) > LONGEST:
        return None
    place = next((at for at, name in enumerate(("first", "second")) if _cues()[name].search(message)), None)
    if place is not None:
        return told[place]
    words = [word for word in TOKEN.findall(message.lower()) if not _cues()["unsaid"].fullmatch(word)]
    meant = [one for one in told if words and all(_has(word, one) for word in words)]
    return meant[0] if len(meant) == 1 else None


def _has(word: str, part: str) -> bool:
    if word.isdigit():
        return word in situation.read(part).values("grades")
    said = set(terms(word))
    return bool(said) and said <= _terms(TOKEN.findall(part.lower()))


def _terms(words: Iterable[str]) -> set[str]:
    return {term for word in words for term in terms(word)}
