"""Does a sentence of ours say no more than the words it cites? Numbers, codes, names and negations are compared."""

import re
from collections.abc import Iterable

from corpus.text import key, normalise

NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:\.[a-zæøå]\b)?")
WORD = re.compile(r"[^\W\d_]+")
NUMBER_WORDS = {
    word: str(number) for number, word in enumerate("to tre fire fem seks syv otte ni ti elleve tolv".split(), start=2)
} | {"begge": "2"}
MONTHS = frozenset("januar februar marts april maj juni juli august september oktober november december".split())
NEGATIONS = {word: word for word in "ikke ingen aldrig hverken uden".split()} | {"intet": "ingen"}
SENTENCE_START = frozenset('.!?:…”“"»«–—•')


def unsupported(sentence: str, quotes: Iterable[str]) -> list[str]:
    """Return what the sentence says beyond the quotations: numbers, months, codes, names and negations.

    A negation of the quotations that the sentence leaves out is told as well; an empty list means that all is well.
    Names are words with a capital letter inside a sentence, and words all in capitals; the genitive's -s is nothing.
    """
    cited = normalise("\n".join(quotes))
    words = {word.casefold() for word in WORD.findall(cited)}
    missing = sorted(_numbers(sentence) - _numbers(cited))
    missing += sorted(word for word in _words(sentence) & MONTHS if word not in words)
    stems = {_stem(word) for word in words}
    missing += sorted(name for name in _names(sentence) if _stem(name) not in stems)
    ours, theirs = ({NEGATIONS[word] for word in found if word in NEGATIONS} for found in (_words(sentence), words))
    missing += sorted(ours - theirs)
    if theirs and not ours:
        missing += sorted(f"udeladt: {word}" for word in theirs)
    return missing


def copied(sentence: str, quotes: Iterable[str], most: int = 60) -> bool:
    """Tell whether the sentence repeats more than `most` letters and digits of a quotation in one piece."""
    own = key(sentence)
    pieces = {own[at : at + most + 1] for at in range(max(0, len(own) - most))}
    return any(piece in key(quote) for quote in quotes for piece in pieces)


def _numbers(text: str) -> set[str]:
    lower = normalise(text).casefold()
    digits = {number.replace(",", ".") for number in NUMBER.findall(lower)}
    return digits | {NUMBER_WORDS[word] for word in WORD.findall(lower) if word in NUMBER_WORDS}


def _words(text: str) -> set[str]:
    return {word.casefold() for word in WORD.findall(normalise(text))}


def _names(text: str) -> set[str]:
    text = normalise(text)
    names = set()
    for match in WORD.finditer(text):
        word, before = match[0], text[: match.start()].rstrip()
        inside = bool(before) and before[-1] not in SENTENCE_START
        if word[0].isupper() and len(word) > 1 and (inside or word.isupper()):
            names.add(word)
    return names


def _stem(word: str) -> str:
    return word.casefold().removesuffix("s")
