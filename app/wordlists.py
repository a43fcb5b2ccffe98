"""What a word may be: a listed name, a month, an ordinary word, or a slip of one.

The lists are data: `data/names.txt` (names) and `data/not_names.toml` (names that are ordinary words too, brands, cue
words) and `data/public_names.txt` (names that are nobody's here). The dictionary is simplemma's, Danish and English.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import simplemma

from corpus.text import normalise
from retrieval.analyse import LONGEST_COMPOUND, compound_parts, danish, fold

DATA = Path(__file__).parent / "data"
GENITIVE = re.compile(r"['’]s?$")
MONTHS = frozenset("maj august jun june april may jan nov".split())
MONTH_BEFORE = re.compile(
    r"(?:\d\.?|\bd\.|\b(?:den|i|in|medio|primo|ultimo|siden|slutningen af|starten af))\s$", re.IGNORECASE
)
TIME_BEFORE = re.compile(r"\b(?:til|fra|inden|efter|før|omkring|i|siden|til og med) $", re.IGNORECASE)
WORD = r"[^\W\d_]+(?:[-'’][^\W\d_]+)*"


@lru_cache(maxsize=1)
def word_lists() -> dict[str, frozenset[str]]:
    """Return the word lists by name; `names` also with å, ø and æ folded, `plain` are those near names."""
    with (DATA / "not_names.toml").open("rb") as file:
        lists = {name: frozenset(words.split()) for name, words in tomllib.load(file).items()}
    lines = (DATA / "names.txt").read_text(encoding="utf-8").lower().splitlines()
    listed = " ".join(line for line in lines if line[:1] != "#").replace("\u0307", "")
    given, _, surnames = listed.partition("[surnames]")
    lists["given"] = frozenset(given.replace("[given]", "").split())
    names = lists["given"] | frozenset(surnames.split())
    lists["names"] = names | {fold(name) for name in names}
    near = ("ordinary", "people", "definite", "verbs", "kin", "openers")
    lists["plain"] = frozenset(word for name in near for word in lists[name])
    return lists


@lru_cache(maxsize=1)
def _public_names() -> tuple[str, ...]:
    lines = (DATA / "public_names.txt").read_text("utf-8").splitlines()
    return tuple(line for line in lines if line[:1] != "#")


@lru_cache(maxsize=100_000)
def base_name(low: str) -> str:
    """Return the listed name that a lower-case word is, without genitive, or an empty text."""
    names = word_lists()["names"]
    if low in word_lists()["ordinary"] and low not in names:
        return ""
    for form in (low, GENITIVE.sub("", low), low.removesuffix("s")):
        if form in names:
            return form
    parts = low.split("-")
    return low if len(parts) > 1 and any(len(part) > 2 and certain(part) for part in parts) else ""


@lru_cache(maxsize=100_000)
def certain(low: str) -> bool:
    """Whether a lower-case word is a listed name and nothing else."""
    lists, base = word_lists(), base_name(low)
    return bool(base) and not {low, base} & (lists["both"] | lists["common"])


def is_month(low: str) -> bool:
    """Whether a lower-case word is a name that is a month's too, or short for a month."""
    return low in MONTHS or base_name(low) in MONTHS


def is_date_before(before: str, *, capital: bool) -> bool:
    """Whether the text before a month's name says that it is one; in lower case less is needed."""
    return bool(MONTH_BEFORE.search(before)) or (not capital and bool(TIME_BEFORE.search(before)))


@lru_cache(maxsize=100_000)
def is_ordinary(word: str) -> bool:
    """Whether a dictionary knows a word, or its parts, or it ends as Danish words do."""
    if simplemma.is_known(word, lang=("da", "en")) or word in word_lists()["brands"] | word_lists()["places"]:
        return True
    low = re.sub(r"['’]?s?$", "", word.lower())
    if (
        simplemma.is_known(low, lang=("da", "en"))
        or word.rstrip("s") in word_lists()["brands"] | word_lists()["places"]
    ):
        return True
    if danish(low) != low and is_ordinary(danish(low)):
        return True
    parts = re.split(r"[-'’]", GENITIVE.sub("", word))
    if len(parts) > 1:
        known = [len(part) < 3 or part.isupper() or is_ordinary(part) for part in parts]
        return all(known) or (word.islower() and known[-1])
    long = len(low) > 6
    return bool(compound_parts(low)) or (long and (low.endswith(tuple(word_lists()["endings"])) or _joined(low)))


def _joined(low: str) -> bool:
    """Whether two short ordinary words make up a word, with -s- between them or not."""
    if len(low) > LONGEST_COMPOUND:
        return False
    cuts = [(low[:at], low[at:]) for at in range(3, len(low) - 2)]
    return any(
        is_plain(head) and (is_plain(tail) or (tail[0] == "s" and len(tail) > 3 and is_plain(tail[1:])))
        for head, tail in cuts
    )


@lru_cache(maxsize=100_000)
def is_plain(low: str) -> bool:
    """Whether a word stands in the Danish dictionary in lower case."""
    return simplemma.is_known(low, lang="da") and str(simplemma.lemmatize(low, lang="da")).islower()


@lru_cache(maxsize=1)
def _public() -> tuple["Allowed", frozenset[str]]:
    return Allowed(()), frozenset(name.lower() for name in _public_names())


def public_spans(text: str) -> list[tuple[int, int]]:
    """Return where in a text the names of several words stand of public persons, works and organisations."""
    allowed, names = _public()
    spans = allowed.spans(text)
    return [(start, end) for start, end in spans if {text[start:end].lower(), text[start : end - 1].lower()} & names]


class Allowed:
    """The names that may stand and the words that are no names, given by whoever knows the corpus."""

    def __init__(self, entries: Iterable[str]) -> None:
        self._phrases: dict[str, set[tuple[str, ...]]] = {}
        words: set[str] = set()
        for entry in (*entries, *(phrase.replace("_", " ") for phrase in word_lists()["phrases"])):
            words.update(part for part in self._add(entry) if not certain(part))
        for entry in _public_names():
            parts = self._add(entry)
            words.update(parts if len(parts) == 1 and not base_name(parts[0]) else ())
        self.words = frozenset(words)

    def _add(self, entry: str) -> tuple[str, ...]:
        """Let an entry of several words stand as a whole; return its words."""
        parts = tuple(match.group().lower() for match in re.finditer(WORD, normalise(entry)))
        if len(parts) > 1:
            self._phrases.setdefault(parts[0], set()).add(parts)
        return parts

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Return where in `text` the names of several words stand."""
        words = list(re.finditer(WORD, text))
        low = [word.group().lower() for word in words]
        found: list[tuple[int, int]] = []
        for at, word in enumerate(low):
            for phrase in self._phrases.get(word, ()):
                here = tuple(low[at : at + len(phrase)])
                if here[:-1] == phrase[:-1] and here[-1] in (phrase[-1], phrase[-1] + "s"):
                    found.append((words[at].start(), words[at + len(phrase) - 1].end()))
        return found
