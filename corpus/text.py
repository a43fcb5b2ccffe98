"""Finding a quotation in a source text, whatever happened to line breaks, hyphens and spaces on the way."""

import unicodedata
from functools import lru_cache


def normalise(text: str) -> str:
    """Return `text` in Unicode form NFC, the form every text in this system has."""
    return unicodedata.normalize("NFC", text)


def key(text: str) -> str:
    """Return the letters and digits of `text`, case-folded, and nothing else.

    Two texts with the same key differ only in case, white space, hyphens and punctuation, so a quotation
    whose lines were joined is found in the source it was taken from.
    """
    return "".join(char for char in normalise(text).casefold() if char.isalnum())


@lru_cache(maxsize=512)
def _key_positions(text: str) -> tuple[str, tuple[int, ...]]:
    """Return the key of an NFC `text` and, for each of its characters, the index in `text` it came from."""
    chars: list[str] = []
    positions: list[int] = []
    for index, char in enumerate(text):
        for folded in char.casefold():
            if folded.isalnum():
                chars.append(folded)
                positions.append(index)
    return "".join(chars), tuple(positions)


def find_quote(text: str, quote: str, start: int = 0) -> tuple[int, int] | None:
    """Return the first span `(begin, end)` of `text`, at or after `start`, that reads as `quote`.

    The span covers the first to the last letter or digit of the quotation, with the punctuation that ends it.
    `text` must be NFC, so that the span holds in it. Returns None when the quotation is not there or holds no
    letter or digit at all.
    """
    wanted = key(quote)
    if not wanted:
        return None
    source, positions = _key_positions(text)
    at = source.find(wanted)
    while at >= 0 and positions[at] < start:
        at = source.find(wanted, at + 1)
    if at < 0:
        return None
    end = positions[at + len(wanted) - 1] + 1
    while end < len(text) and text[end] in '.,;:!?…”"’)%':
        end += 1
    return positions[at], end
