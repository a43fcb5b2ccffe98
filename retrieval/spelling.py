"""Words of a question that nobody knows, written as the documents would: hasty spelling costs a searcher nothing.

Only words that neither the library nor a dictionary has are changed, to the word one typing error away that the
library uses most. The question itself is left as it was written; only the search reads the other text.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

import simplemma

from retrieval.analyse import FOLDS, compound_parts

WORD = re.compile(r"[^\W\d_]+")
ALPHABET = "abcdefghijklmnopqrstuvwxyzæøå"
SHORTEST = 4
"""A shorter word has too many neighbours."""

LONGEST = 60
"""The most letters of a word: a longer one has more neighbours than there is time or memory for."""

MOST = 60
"""The most words of a question that are looked at: a bound on how long an answer can take."""


def respell(text: str, words: Mapping[str, int]) -> str:
    """Return `text` with unknown words as the library writes them; `words` tells how often it says each.

    Words with a capital stay: they may be names.
    """
    left = MOST

    def better(match: re.Match[str]) -> str:
        nonlocal left
        word = match.group()
        if left == 0 or not word.islower():
            return word
        unfolded, known = _unfold(word), _is_known(word, words)
        if words.get(unfolded, 0) > words.get(word, 0) or (not known and _is_known(unfolded, words)):
            return unfolded
        if known or len(word) < SHORTEST:
            return word
        left -= 1
        near = {slip for form in (word, unfolded) for slip in slips(form) if slip in words}
        if near:
            return max(near, key=lambda slip: (words[slip], slip))
        listed = [slip for slip in slips(word) if _is_listed(slip, "da")]
        return listed[0] if len(listed) == 1 else word

    return WORD.sub(better, text)


@lru_cache(maxsize=10_000)
def slips(low: str) -> frozenset[str]:
    """Return the words one typing error away from a lower-case word (Damerau 1964); none for one over LONGEST."""
    if len(low) > LONGEST:
        return frozenset()
    cuts = [(low[:at], low[at:]) for at in range(len(low) + 1)]
    shorter = {head + tail[1:] for head, tail in cuts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    other = {head + char + tail[cut:] for head, tail in cuts for cut in (0, 1) for char in ALPHABET if tail or not cut}
    return frozenset(shorter | swapped | other)


def _unfold(word: str) -> str:
    """Return a word with å, ø and æ for aa, oe and ae."""
    for letter, folded in FOLDS.items():
        word = word.replace(str(folded), chr(letter))
    return word


def _is_known(word: str, words: Mapping[str, int]) -> bool:
    return word in words or _is_listed(word, "da") or _is_listed(word, "en") or bool(compound_parts(word))


@lru_cache(maxsize=100_000)
def _is_listed(word: str, language: str) -> bool:
    return bool(simplemma.is_known(word, lang=language))
