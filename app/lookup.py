"""Words as they are typed, to the entries that hold them: quick, predictable, and forgiving of one slip a word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.analyse import STOP_WORDS, fold, terms, tokens
from retrieval.spelling import respell

MOST_LETTERS = 400
MOST_WORDS = 20


@dataclass(frozen=True)
class Entry:
    """A text that can be looked up: its words, stems and parts of compounds, folded, each after a blank."""

    title: str
    everything: str
    stems: frozenset[str]


@dataclass(frozen=True)
class Looked:
    """What was found: places in the order of how well they fit.

    `words` are those looked for, as they were understood where that differs from what was typed; `all_words` is false
    where no entry holds them all, and `found` then are the ones with the most of them.
    """

    found: tuple[int, ...]
    words: tuple[str, ...]
    respelt: str | None
    all_words: bool


def entry(title: str, text: str) -> Entry:
    """Return what an entry is looked up by."""
    stems = frozenset(terms(f"{title} {text}"))
    return Entry(_line(title, frozenset(terms(title))), _line(f"{title} {text}", stems), stems)


def _line(text: str, stems: frozenset[str]) -> str:
    return " ".join(["", *sorted({fold(token) for token in tokens(text)} | stems)])


def look_up(typed: str, entries: Sequence[Entry], known: Mapping[str, int]) -> Looked:
    """Return the entries that hold the words typed, the last of which may be unfinished; all where none is typed.

    `known` are the library's words with how often it writes each: where no entry holds all the words, they are tried
    as it spells them.
    """
    words = _words(typed)
    if not words:
        return Looked(tuple(range(len(entries))), (), None, True)
    most, places = _best(words, entries)
    respelt = None
    if most < len(words):
        better = _words(respell(typed[:MOST_LETTERS].lower(), known))
        most_better, places_better = _best(better, entries)
        if better != words and most_better / max(len(better), 1) > most / len(words):
            words, most, places, respelt = better, most_better, places_better, " ".join(better)
    return Looked(tuple(places), tuple(words), respelt, most == len(words))


def _words(typed: str) -> list[str]:
    """Return the words to look for; function words only where there are no others."""
    words = list(dict.fromkeys(tokens(typed[:MOST_LETTERS])))
    return ([word for word in words if word not in STOP_WORDS] or words)[:MOST_WORDS]


def _best(words: Sequence[str], entries: Sequence[Entry]) -> tuple[int, list[int]]:
    """Return the most words that any entry holds, and the entries that hold as many, titles first."""
    sought = [(f" {fold(word)}", terms(word)[:1]) for word in words]
    scores = [(sum(_holds(one.everything, one.stems, *word) for word in sought), place, one) for place, one in
              enumerate(entries)]  # fmt: skip
    most = max((score for score, _, _ in scores), default=0)
    if not most:
        return 0, []
    best = [(place, one) for score, place, one in scores if score == most]
    in_title = {place: sum(start in one.title for start, _ in sought) for place, one in best}
    return most, sorted(in_title, key=lambda place: (-in_title[place], place))


def _holds(everything: str, stems: frozenset[str], start: str, stem: Sequence[str]) -> bool:
    return start in everything or bool(stem and stem[0] in stems)
