"""The rules that notice acute danger: patterns of words, compiled from `data/urgent.toml`, whose head explains them."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.wordlists import is_ordinary, word_lists
from corpus.errors import KnowledgeError
from corpus.text import normalise
from retrieval.analyse import danish
from retrieval.spelling import slips

DATA = Path(__file__).parent / "data" / "urgent.toml"
TYPO_LENGTH, LONGEST_WORD = 5, 60
ANY, END = -1, -2  # steps that are no item
NEAR, FAR = 4, 8  # how many words the gaps ".." and "..." may hold
LONG = 24  # how many words are read as one sentence
BARE = (str.maketrans("åøæ", "aoe"), str.maketrans("åøæ", "aoa"))  # how those letters are written without them
LEET = str.maketrans("013457@$!", "oieastasi")
NAME = re.compile(r"\[navn(?: \d+)?\]s?")
MASKED = re.compile(r"\[[^\]\n]{1,20}\]")
SPACED = re.compile(r"(?<![\w])(?:[^\W\d_][ .*·-]){2,}[^\W\d_](?![\w])")
INNER = re.compile(r"(?<=\w)[-'’´`*](?=\w)")
_Words = Sequence[frozenset[int]]  # the items each word of a sentence belongs to
_Sentence = tuple[_Words, frozenset[int]]  # the same, and all its items together
STOP = r"[!?;\n]|(?<!\d)(?<!\b[a-zæøå])(?<!\bkl)(?<!\bfx)(?<!\bca)(?<!\bbl)(?<!\bnr)(?<!\beks)\."
TOKEN = re.compile(rf"(?P<end>{STOP})|(?P<word>\w[\w@$]*(?:!(?=\w)[\w@$]*)*)")


@dataclass(frozen=True)
class _Step:
    """One part of a pattern: a word of an item, or a gap of up to `gap` words that begins no clause if `near`."""

    item: int = ANY
    optional: bool = False
    gap: int = 0
    near: bool = False


@dataclass(frozen=True)
class _Pattern:
    """Steps in a row, and the items that must be in a text for it to match at all."""

    steps: tuple[_Step, ...]
    needed: frozenset[int]


@dataclass
class _Items:
    """The word alternatives of all patterns, found by whole word, beginning and ending."""

    groups: Mapping[str, str]
    numbers: dict[str, int] = field(default_factory=dict)
    words: defaultdict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    whole: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    begins: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    ends: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    longest: int = 0

    def number(self, alternatives: str) -> int:
        """Return the number of an item such as `far|mor|<kin>`, new or known."""
        if alternatives not in self.numbers:
            self.numbers[alternatives] = len(self.numbers)
            for word in self._words(alternatives):
                table = self.begins if word.endswith("*") else self.ends if word.startswith("*") else self.whole
                self.words[self.numbers[alternatives]].add(word)
                for form in _forms(word):
                    table[form].add(self.numbers[alternatives])
                    self.longest = max(self.longest, len(form))
        return self.numbers[alternatives]

    def _words(self, alternatives: str) -> Iterator[str]:
        for word in alternatives.split("|"):
            if word.startswith("<"):
                if word[1:-1] not in self.groups:
                    raise KnowledgeError(f"Gruppen {word} findes ikke i urgent.toml.", "Tilføj den under [groups].")
                yield from self.groups[word[1:-1]].split()
            else:
                yield word

    def commonness(self, number: int) -> tuple[int, int]:
        """Return a measure of how often an item turns up in any text: its common words, then all its words."""
        words = self.words[number]
        return len(words & word_lists()["plain"]), len(words)

    def of(self, word: str) -> set[int]:
        """Return the items that a folded word belongs to."""
        found = set(self.whole.get(word, ()))
        if len(word) > TYPO_LENGTH and word.endswith("s"):
            found |= self.whole.get(word[:-1], set())
        for cut in range(2, min(len(word), self.longest) + 1):
            found |= self.begins.get(word[:cut], set()) | self.ends.get(word[-cut:], set())
        return found

    def near(self, word: str) -> set[int]:
        """Return the items that a folded word belongs to but for one slip, in key words of five letters or more."""
        found: set[int] = set()
        head = word[: self.longest + 1]  # what stands after it can neither make nor break a likeness
        for slip in slips(head):
            if len(slip) >= TYPO_LENGTH:
                found |= self.whole.get(slip, set()) if head == word else set()
                for cut in range(TYPO_LENGTH, min(len(slip), self.longest) + 1):
                    found |= self.begins.get(slip[:cut], set())
        return found


@dataclass(frozen=True)
class _Rule:
    """A kind of concern and what must be in a text: each part in some sentence, all its patterns in that one."""

    kind: str
    parts: tuple[tuple[_Pattern, ...], ...]


@dataclass(frozen=True)
class _Rules:
    """The compiled patterns; `by_item` gives the places in `concerns` of the rules that hang on an item."""

    items: _Items
    clause: int
    harmless: tuple[_Pattern, ...]
    concerns: tuple[_Rule, ...]
    by_item: Mapping[int, Sequence[int]]


def find_kind(text: str) -> str | None:
    """Return the kind of the first concern that a rule finds, or None."""
    rules = _rules()
    sentences = [_calm(sentence, rules) for sentence in _read(text)]
    present = frozenset[int]().union(*(items for _, items in sentences))
    for at in sorted({at for item in present for at in rules.by_item.get(item, ())}):
        rule = rules.concerns[at]
        if all(any(_speaks(part, sentence, rules.clause) for sentence in sentences) for part in rule.parts):
            return rule.kind
    return None


@lru_cache(maxsize=1)
def read_data() -> dict[str, Any]:
    """Return the rules and the text as they are written."""
    with DATA.open("rb") as file:
        return tomllib.load(file)


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    data = read_data()
    items = _Items(data["groups"])
    harmless = tuple(_compile(pattern, items) for pattern in data["harmless"]["patterns"])
    concerns = tuple(
        _Rule(
            rule["kind"], tuple(tuple(_compile(one, items) for one in part.split(" + ")) for part in line.split(" & "))
        )
        for rule in data["rule"]
        for line in rule["patterns"]
    )
    by_item: dict[int, list[int]] = defaultdict(list)
    for at, rule in enumerate(concerns):
        needed = frozenset[int]().union(*(pattern.needed for part in rule.parts for pattern in part))
        by_item[min(needed, key=items.commonness)].append(at)
    return _Rules(items, items.number("<clause>"), harmless, concerns, by_item)


def _compile(pattern: str, items: _Items) -> _Pattern:
    """Return a pattern as steps."""
    steps: list[_Step] = []
    for part in pattern.split():
        if part in ("..", "..."):
            steps.append(_Step(gap=NEAR if part == ".." else FAR, near=part == ".."))
        elif part == "$":
            steps.append(_Step(item=END))
        elif part in ("_", "_?"):
            steps.append(_Step(optional=part == "_?"))
        else:
            steps.append(_Step(item=items.number(part.removesuffix("?")), optional=part.endswith("?")))
    needed = frozenset(step.item for step in steps if step.item >= 0 and not step.optional)
    if not needed or steps[0].gap or steps[-1].gap:
        raise KnowledgeError(f"Mønsteret {pattern!r} i urgent.toml har ingen ord eller ender åbent.", "Ret mønsteret.")
    return _Pattern(tuple(steps), needed)


def _calm(words: _Words, rules: _Rules) -> _Sentence:
    """Return a sentence in which the words of harmless wording count for nothing."""
    present = frozenset[int]().union(*words)
    blank = {
        at
        for pattern in rules.harmless
        if pattern.needed <= present
        for start, end in _matches(pattern, words, rules.clause)
        for at in range(start, end)
    }
    left = [frozenset() if at in blank else word for at, word in enumerate(words)] if blank else words
    return left, frozenset[int]().union(*left)


def _speaks(patterns: Sequence[_Pattern], sentence: _Sentence, clause: int) -> bool:
    """Whether each of `patterns` matches somewhere in a sentence."""
    words, items = sentence
    return all(one.needed <= items and any(_matches(one, words, clause)) for one in patterns)


def _matches(pattern: _Pattern, words: _Words, clause: int) -> Iterator[tuple[int, int]]:
    """Yield the spans `[start, end)` of `words` that a pattern matches."""
    first = pattern.steps[0]
    for start, word in enumerate(words):
        if first.optional or first.item == ANY or first.item in word:
            end = _end(pattern.steps, words, start, clause)
            if end is not None:
                yield start, end


def _end(steps: Sequence[_Step], words: _Words, at: int, clause: int) -> int | None:
    """Return where a match of `steps` that begins at `at` ends, or None."""
    if not steps or (steps[0].item == END and at == len(words)):
        return at
    step, rest = steps[0], steps[1:]
    if step.gap:
        for last in range(at, min(at + step.gap + 1, len(words))):
            end = _end(rest, words, last, clause)
            if end is not None:
                return end
            if step.near and clause in words[last]:
                return None
        return None
    if at < len(words) and (step.item == ANY or step.item in words[at]):
        end = _end(rest, words, at + 1, clause)
        if end is not None:
            return end
    return _end(rest, words, at, clause) if step.optional else None


def _read(text: str) -> list[_Words]:
    """Return for each word of each sentence of `text` the items it belongs to; a long one in overlapping halves."""
    text = MASKED.sub(" ", NAME.sub(" navn ", normalise(text).lower()))
    text = INNER.sub("", SPACED.sub(lambda match: re.sub(r"[ .*·-]", "", match.group()), text))
    sentences: list[list[frozenset[int]]] = [[]]
    for match in TOKEN.finditer(text):
        if match["end"]:
            sentences.append([])
        else:
            sentences[-1].append(_items_of(match["word"]))
    half = LONG // 2
    return [words[at : at + LONG] for words in sentences for at in range(0, max(len(words) - half, 1), half)]


@lru_cache(maxsize=50_000)
def _items_of(word: str) -> frozenset[int]:
    """Return the items that a lower-case word belongs to, as it is written or but for one slip."""
    if len(word) > LONGEST_WORD:
        return frozenset()
    items, folded = _rules().items, _fold(read_data()["shorthand"].get(_fold(word), word))
    found = items.of(folded) | items.of(_fold(word.replace("aa", "a")))
    if len(folded) >= TYPO_LENGTH - 1 and not is_ordinary(word):
        found |= items.near(folded)
    return frozenset(found)


def _fold(word: str) -> str:
    """Return a word in the form in which words are compared: å ø æ for aa oe ae, no doubled letters, no leet."""
    word = re.sub(r"(.)\1{2,}", r"\1", INNER.sub("", word.lower()))
    if any(char.isalpha() for char in word):
        word = word.translate(LEET)
    return re.sub(r"(.)\1+", r"\1", danish(word))


def _forms(word: str) -> set[str]:
    """Return how a word of a pattern may be written: folded, and without å ø æ unless that is another common word."""
    folded = _fold(word.strip("*"))
    if "*" in word and len(folded) < TYPO_LENGTH:
        return {folded}
    return {folded, *(folded.translate(bare) for bare in BARE)} - (word_lists()["plain"] - {folded})
