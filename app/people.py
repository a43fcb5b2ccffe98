"""Finding the people in a text: by lists of names, by capitals and by the words around them.

A name nobody listed is found by its capital, or in lower case after a cue such as "hedder". What these rules say is
weighed with all else that was learnt of names (`name_odds.py`). Nothing here logs.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import simplemma

from app import name_odds, wordlists
from app.name_odds import SURE, SURE_IF_COMMON, SURE_IF_UNLIKELY, Signs, Token
from app.not_people import is_none
from app.placeholders import highest
from app.wordlists import WORD, base_name, certain, is_ordinary, is_plain, word_lists
from retrieval.analyse import fold
from retrieval.spelling import slips

KINDS = "navn|skole|institution|adresse|telefon|e-mail|cpr|fødselsdato|brugernavn|nummer|nummerplade"
PLACEHOLDER = rf"\[(?:{KINDS})(?: \d+)?\](?:['’]?s\b)?"
TOKEN = re.compile(rf"(?P<mask>{PLACEHOLDER})|(?P<word>{WORD})")
URL = re.compile(r"\b(?:https?://|www\.)\S+")
SENTENCE_START = re.compile(r"[.!?:;\n•*\"“”»«(|–]\s*$|^\s*[-–]\s")
AGE = re.compile(r",?\s\(?(?:på )?\d{1,2}\s?år")
BEFORE_END = re.compile(r"\b(?:med|for|om|af|hos|til|with|about)\s$")
AFTER_NAME = re.compile(
    r"\s?:\s|\s(?:fra|i) (?:team\w*|parallelklassen|klassen)\b|"
    r",?\s\(?(?:(?:i|fra|på|in|from|aged)(?:\s(?:min|vores|my|our))?)?\s?\d{1,2}\s?(?:\.|år|[a-f]\b)|\s\(\d"
)
LONGEST_NAME = 60
LAST_LATIN = "\u024f"
PARTICLES = frozenset("van von der den de la el al bin ibn af dos da ten".split())
INITIAL = re.compile(r"\.\s+(?:[a-zæøå]|\d)|,?\s(?:i|fra|in|from)\s\d")
ARTICLES = frozenset("en et den det de a an the".split())
FILLERS = frozenset("ham hende sig så altså fx egentlig bare jo mig dem drengen pigen eleven er is him her".split())


@dataclass(frozen=True)
class Span:
    """A stretch to mask: `[start, end)` of a text, its kind, and the name or what takes its place."""

    start: int
    end: int
    kind: str
    content: str


class People:
    """The people of one conversation, numbered in the order they are found; it ends with the call."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.before = highest(texts)
        self.numbers: dict[str, int] = {}

    def key(self, name: str) -> str:
        """Return what tells this person apart: the first name, without genitive."""
        low = fold(wordlists.GENITIVE.sub("", name.split(maxsplit=1)[0].lower()))
        return low.removesuffix("s") if low.removesuffix("s") in self.numbers else low

    def placeholder(self, name: str) -> str:
        """Return the numbered placeholder of a person."""
        number = self.numbers.setdefault(self.key(name), self.before + len(self.numbers) + 1)
        return f"[navn {number}]"


class Reader:
    """Finds the people in one text."""

    def __init__(self, text: str, words: frozenset[str], kept: Sequence[tuple[int, int]], people: People) -> None:
        self.text, self.words, self.people = text, words, people
        upper, lower = sum(map(str.isupper, text)), sum(map(str.islower, text))
        self.shouting = upper > 8 and upper > 2 * lower
        foreign = sum(map(LAST_LATIN.__lt__, text)) if text and max(text) > LAST_LATIN else 0
        self.foreign = 0 < foreign < upper + lower - foreign
        self.tokens = list(self._tokens([*kept, *(match.span() for match in URL.finditer(text))]))

    def _tokens(self, kept: Sequence[tuple[int, int]]) -> Iterator[Token]:
        end, seen = 0, False
        taken = bytearray(len(self.text))
        for first, last in kept:
            taken[first:last] = b"\1" * (last - first)
        for match in TOKEN.finditer(self.text):
            gap, start, end = self.text[end : match.start()], match.start(), match.end()
            word = match.group().lower() if self.shouting and not match["mask"] else match.group()
            opening = not seen or (gap != " " and bool(SENTENCE_START.search(gap)))
            seen = True
            low = word.lower().replace("\u0307", "")  # a Turkish İ is an i
            never = any(taken[start:end]) or self._never(word)
            yield Token(word, low, start, end, never, bool(match["mask"]), opening, gap in (" ", "\u00a0"))

    @staticmethod
    def _never(word: str) -> bool:
        (first, _, rest), lists = word.partition("-"), word_lists()
        things = rest in lists["of_things"] | lists["acronyms"] or (rest.islower() and first in lists["brands"])
        if things or word in lists["brands"] or len(word) > LONGEST_NAME:
            return True
        acronym = len(word) > 1 and word[:2].isalpha() and word[:2].isupper()
        initials = len(word) == 2 and word not in word_lists()["acronyms"]
        return acronym and not initials and not (word.isupper() and certain(word.lower()))

    def names(self) -> Iterator[Span]:
        """Yield a span for each person, first and last names together, the genitive left out."""
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            if not self._is_name(at):
                at += 1
                continue
            last = self._last(at)
            end = self.tokens[last].end - self._genitive(last)
            yield Span(token.start, end, "navn", self.text[token.start : end])
            at = last + 1

    def _is_name(self, at: int) -> bool:
        """Whether a word is a name or part of one."""
        token, base = self.tokens[at], base_name(self.tokens[at].low)
        if not self._may_be(at):
            return False
        common = base in word_lists()["common"]
        word = common and (not token.capital or (token.first and not self._acts(at)))
        if self.people.key(token.text) in self.people.numbers and not word:
            return token.capital or bool(base) or not is_ordinary(token.low)
        if self._month(at):
            return False
        signs, letter = self.signs(at), len(token.text) == 1
        near = {before.low for before in self.tokens[max(0, at - 4) : at]} if letter else set()
        kinds = word_lists()["things"] | word_lists()["roles" if token.text in "ABC" else "roles_of_children"]
        if near & kinds or max(token.text) > LAST_LATIN:
            return signs.rule  # nothing was taught in other letters
        initials = letter or (len(token.text) == 2 and token.text.isupper())
        doubtful = not signs.rule and (token.first or not base or not token.capital)
        unlikely = initials or (doubtful and self._known(token.low))
        sure = SURE_IF_COMMON if common and not signs.rule else SURE_IF_UNLIKELY if unlikely else SURE
        return name_odds.odds(self.text, self.tokens, at, signs) > sure

    def _known(self, low: str) -> bool:
        """Whether a word is one that a dictionary or the corpus knows, or a slip of an ordinary one."""
        return is_ordinary(low) or self._of_corpus(low) or self._slip(low)

    def _of_corpus(self, low: str) -> bool:
        """Whether the corpus has a word, perhaps in genitive here, or it may stand for another reason."""
        return bool({low, low.removesuffix("s"), wordlists.GENITIVE.sub("", low)} & self.words)

    def _slip(self, low: str) -> bool:
        """Whether a word is one slip from an ordinary one or one of the corpus."""
        meant = slips(low)
        return not (meant.isdisjoint(word_lists()["ordinary"]) and meant.isdisjoint(self.words))

    def _may_be(self, at: int) -> bool:
        """Whether a word may be hidden and is worth a look: written as a name, listed as one, or not known."""
        token = self.tokens[at]
        if token.kept or token.masked or is_none(self.tokens, at):
            return False
        return token.capital or bool(base_name(token.low)) or not is_ordinary(token.low)

    def candidates(self) -> Iterator[int]:
        """Yield the places of the words that may be names."""
        places = range(len(self.tokens))
        yield from (at for at in places if self._may_be(at) and not self._month(at))

    def signs(self, at: int) -> Signs:
        """Return what the rules see around a word."""
        low = self.tokens[at].low
        return Signs(
            self._ruled(at),
            self._cue(at),
            self._acts(at),
            self._opens(at),
            self._ends(at),
            self._kin(at),
            self._paired(at),
            self._of_corpus(low),
        )

    def _ruled(self, at: int) -> bool:
        """Whether the rules by themselves take a word for a name."""
        token, base = self.tokens[at], base_name(self.tokens[at].low)
        if self.foreign and max(token.text) > LAST_LATIN:
            return True
        if len(token.text) == 1:
            return token.capital and token.text != "I" and self._initial(at)
        return self._listed(at, base) if base else self._unlisted(at)

    def _initial(self, at: int) -> bool:
        """Whether one capital letter stands for a name: "eleven A", "elev A. fra 3. klasse"."""
        cue = self._cue(at)
        return cue in ("naming", "definite") or (
            cue == "people" and bool(INITIAL.match(self.text, self.tokens[at].end))
        )

    def _month(self, at: int) -> bool:
        """Whether a name that is a month's too stands where months do."""
        token = self.tokens[at]
        if not wordlists.is_month(token.low):
            return False
        paired = any(self._and(at, step) and wordlists.is_month(self.tokens[at + 2 * step].low) for step in (-1, 1))
        return paired or wordlists.is_date_before(self.text[: token.start], capital=token.capital)

    def _listed(self, at: int, base: str) -> bool:
        """Whether a word that is a listed name, perhaps an ordinary word too, is a name here."""
        token, cue, given = self.tokens[at], self._cue(at), base in word_lists()["given"]
        if not token.capital and at and self.tokens[at - 1].low in ARTICLES and is_plain(token.low):
            return False
        if certain(token.low):
            return True
        if token.capital:
            return not token.first or cue in ("naming", "definite") or self._kin(at) or (given and self._acts(at))
        if base in word_lists()["common"]:
            return cue == "naming" or (given and (cue in ("people", "definite") or token.first) and self._acts(at))
        if cue in ("naming", "people", "definite") or self._paired(at):
            return True
        return given and (self._ends(at) or (self._opens(at) and self._acts(at)))

    def _unlisted(self, at: int) -> bool:
        token, cue = self.tokens[at], self._cue(at)
        if token.low in word_lists()["plain"] or (cue == "thing" and token.capital):
            return False
        if self._of_corpus(token.low):
            return token.capital and not token.first and bool(cue)
        if is_ordinary(token.text):
            danish = simplemma.is_known(token.low, lang="da")
            told = bool(cue or AGE.match(self.text, token.end)) or (not danish and (self._acts(at) or self._ends(at)))
            return token.capital and not token.first and told
        if token.capital and not token.first:
            return True
        if self._slip(token.low):
            return False
        return token.capital or bool(cue) or (len(token.low) > 3 and self._opens(at) and self._acts(at))

    def _cue(self, at: int) -> str:
        """Return what the word before says of this one: `naming`, `people`, `definite`, `thing` or nothing."""
        lists = word_lists()
        before = [token.low for token in self.tokens[max(0, at - 8) : at]]
        if before and before[-1] in FILLERS and len(before) > 1 and before[-2] in lists["naming"]:
            before.pop()
        if not before or (self.tokens[at].first and before[-1] not in lists["naming"]):
            return ""
        if before[-1] in lists["naming"]:
            return "thing" if before[-5:-1] and set(before[-5:-1]) & lists["things"] else "naming"
        return next((name for name in ("definite", "people") if before[-1] in lists[name]), "")

    def _opens(self, at: int) -> bool:
        """Whether a clause begins here."""
        opened = self.tokens[at].first or self.tokens[at - 1].low in word_lists()["openers"]
        return opened or self.text[self.tokens[at - 1].end : self.tokens[at].start] == ", "

    def _ends(self, at: int) -> bool:
        """Whether this comes last after "med", "for" and the like."""
        token = self.tokens[at]
        last = not self.text[token.end :].strip(" ")[:1].isalnum()
        return last and bool(BEFORE_END.search(self.text[: token.start]))

    def _acts(self, at: int) -> bool:
        """Whether what follows says that this is a person: a verb, an age, a class, kin or another name."""
        if AFTER_NAME.match(self.text, self.tokens[at].end) or self._paired(at) or self._kin(at):
            return True
        after = self._after(at)
        return after is not None and (after.low in word_lists()["verbs"] or (after.capital and certain(after.low)))

    def _after(self, at: int) -> Token | None:
        """Return the next word after one space."""
        return self.tokens[at + 1] if at + 1 < len(self.tokens) and self.tokens[at + 1].near else None

    def _kin(self, at: int) -> bool:
        """Whether this is a genitive before somebody's mother, class or bag."""
        low, after = self.tokens[at].low, self._after(at)
        named = low.endswith("s") and low not in word_lists()["names"]
        return named and after is not None and after.low in word_lists()["kin"]

    def _paired(self, at: int) -> bool:
        """Whether "og" or a comma joins this to a name."""
        if at + 1 < len(self.tokens) and self.text[self.tokens[at].end : self.tokens[at + 1].start] == ", ":
            listed = self.tokens[at + 1]
            if self.tokens[at].capital and (listed.masked or (listed.capital and base_name(listed.low))):
                return True
        after_comma = at > 1 and self.text[self.tokens[at - 1].end : self.tokens[at].start] == ", "
        if after_comma and self.tokens[at].capital and (self.tokens[at - 1].masked or certain(self.tokens[at - 1].low)):
            return True
        others = [self.tokens[at + 2 * step] for step in (-1, 1) if self._and(at, step)]
        return any(other.masked or (certain(other.low) and not other.kept) for other in others)

    def _and(self, at: int, step: int) -> bool:
        """Whether "og" joins this to the word two steps of 1 or -1 from here."""
        return 0 <= at + 2 * step < len(self.tokens) and self.tokens[at + step].low in ("og", "and")

    def _genitive(self, at: int) -> int:
        """Return how many letters of genitive end the word: Emmas, Emma's, Jens'."""
        word, lists = self.tokens[at].text, word_lists()
        if mark := wordlists.GENITIVE.search(word):
            return len(mark.group())
        if not word.lower().endswith("s") or word.lower() in lists["names"] or len(word) < 3:
            return 0
        return int(base_name(word.lower()) == word.lower()[:-1] or self._kin(at))

    def _last(self, at: int) -> int:
        """Return the index of the last word of the name that begins at `at`."""
        last = at
        while last + 1 < len(self.tokens) and not self._genitive(last):
            step = 2 if self.tokens[last + 1].low in PARTICLES and last + 2 < len(self.tokens) else 1
            if not all(token.near and not token.kept for token in self.tokens[last + 1 : last + step + 1]):
                break
            if not self._joins(last + step, capital=self.tokens[at].capital):
                break
            last += step
        return last

    def _joins(self, at: int, *, capital: bool) -> bool:
        token = self.tokens[at]
        base = base_name(token.low)
        if token.masked:
            return False
        if token.capital:
            return token.text != "I" and (bool(base) or token.low not in word_lists()["plain"])
        if self.shouting:
            return bool(base) and token.low not in word_lists()["plain"]
        if capital or base in word_lists()["common"]:
            return False
        return bool(base) or (token.low.endswith("sen") and not is_ordinary(token.low))
