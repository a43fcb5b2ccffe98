"""What a description says: themes, kind of situation, grades, and what is known besides. Cues are data."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from app.grades import BARE, GRADE, LAST_GRADE, RANGE, as_a_class, grades_named, without_grades
from corpus.text import normalise
from retrieval.once import once_a_turn
from retrieval.rank import FACETS

DATA = Path(__file__).parent / "data" / "aspects.toml"
STAGES = (range(4), range(4, 7), range(7, LAST_GRADE + 1))
"""Indskoling, mellemtrin, udskoling."""

TELLS = ("what", "where_when", "who", "grade", "tried", "views", "involved")
"""What a description may tell."""

A_CLASS, ONE_PUPIL = "class", "one_pupil"
WHO = frozenset({A_CLASS, "group", ONE_PUPIL})


@dataclass(frozen=True)
class Aspect:
    """Something a description says: a facet and its value, with the person's own words for it."""

    facet: str
    value: str
    words: str


@dataclass(frozen=True)
class Situation:
    """A description, read; `known` is what it tells besides: `where_when`, `tried`, `views`, `involved`.

    `tried` are its words for what has been tried.
    """

    text: str
    aspects: tuple[Aspect, ...]
    known: frozenset[str]
    tried: str = ""

    def values(self, facet: str) -> tuple[str, ...]:
        """Return the values of one facet, in the order in which they are said."""
        return tuple(dict.fromkeys(aspect.value for aspect in self.aspects if aspect.facet == facet))

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes that are named one by one, such as "3. klasse" and "8. klasse", in the person's words."""
        named = (match.group().strip() for match in GRADE.finditer(self.text.lower()) if match[BARE] is None)
        return () if RANGE.search(self.text.lower()) else tuple(dict.fromkeys(named))

    def and_then(self, later: "Situation") -> "Situation":
        """Return the description with what was said later; grades said later replace those before, in all its words."""
        kept, text = list(self.aspects), self.text
        if later.values("grades"):
            kept = [replace(one, words=as_a_class(one.words)) for one in kept if one.facet != "grades"]
            text = as_a_class(text)
        aspects = tuple(dict.fromkeys([*kept, *later.aspects]))
        tried = f"{self.tried} {later.tried}".strip()
        stop = "" if text.endswith((".", "!", "?", "…")) else "."
        return Situation(f"{text}{stop} {later.text}", aspects, self.known | later.known, tried)

    def of_others(self, told: "Situation") -> "Situation":
        """Return what asks for older or younger pupils with the grades above or below those `told` of before."""
        before = [int(grade) for grade in told.values("grades") if grade.isdigit()]
        older, younger = (_first(_cues()["than_told"][name], self.text) for name in ("older", "younger"))
        match = older or younger
        if not before or match is None:
            return self
        grades = _above(max(before)) if older else range(_stage(min(before))[0] or min(before))
        aspects = [one for one in self.aspects if one.facet != "grades"]
        return replace(self, aspects=(*aspects, *(Aspect("grades", str(grade), match.group()) for grade in grades)))

    @property
    def is_several(self) -> bool:
        """Whether it says that it is about more than one thing, or names several classes one by one."""
        return len(self.classes) > 1 or _first(_cues()["several"]["things"], self.text) is not None

    @property
    def names_something(self) -> bool:
        """Whether it names a theme, or a kind of situation and not only whom it is about."""
        return bool(self.values("themes") or set(self.values("situations")) - WHO)

    @property
    def said(self) -> Mapping[str, tuple[str, ...]]:
        """The values of every facet."""
        return {facet: self.values(facet) for facet in FACETS}

    @property
    def told(self) -> tuple[str, ...]:
        """What of `TELLS` it tells, in that order."""
        about = set(self.values("situations"))
        found = {"what": self.values("themes") or about - WHO, "who": about & WHO, "grade": self.values("grades")}
        return tuple(name for name in TELLS if name in self.known or found.get(name))

    @property
    def words(self) -> Mapping[str, str]:
        """The person's own words for each theme and situation."""
        said: dict[str, str] = {}
        for aspect in self.aspects:
            said.setdefault(aspect.value, aspect.words)
        return said


def _stage(grade: int) -> range:
    """Return the grades of the stage that a grade is in."""
    return next(stage for stage in STAGES if grade in stage)


def _above(grade: int) -> range:
    """Return the grades of the stages above that of a grade; in the last stage those above the grade."""
    last = STAGES[-1]
    return range(grade + 1, last.stop) if grade in last else range(_stage(grade).stop, last.stop)


@cache
def _cues() -> Mapping[str, Mapping[str, tuple[re.Pattern[str], ...]]]:
    read = tomllib.loads(DATA.read_text("utf-8"))
    return {
        facet: {
            value: tuple(re.compile(cue, re.IGNORECASE) for cue in _of(cues, read)) for value, cues in table.items()
        }
        for facet, table in read.items()
    }


def _of(cues: Sequence[str] | str, read: Mapping[str, Mapping[str, Sequence[str]]]) -> Sequence[str]:
    """Return cues; those of another table where that is named, as "themes.absence"."""
    if not isinstance(cues, str):
        return cues
    facet, value = cues.split(".")
    return read[facet][value]


@once_a_turn
def read(text: str) -> Situation:
    """Return what a masked description says."""
    text = normalise(text)
    spans = [match.span("what") for cue in _cues()["tried"]["what"] for match in cue.finditer(text)]
    sought = text
    for start, end in spans:
        sought = sought[:start] + " " * (end - start) + sought[end:]
    found = [
        (match.start(), Aspect(facet, value, match.group().strip()))
        for facet in FACETS
        for value, cues in _cues()[facet].items()
        if (match := _first(cues, sought if facet == "themes" else text)) is not None
    ]
    if any(aspect.value == ONE_PUPIL for _, aspect in found) and not _speaks_of_class(text):
        found = [(at, aspect) for at, aspect in found if aspect.value != A_CLASS]
    found += [(at, Aspect("grades", grade, words)) for at, grade, words in _grades(text)]
    found.sort(key=lambda entry: entry[0])
    known = (name for name, cues in _cues()["known"].items() if _first(cues, text) is not None)
    tried = " ".join(text[start:end] for start, end in spans)
    return Situation(text, tuple(dict.fromkeys(aspect for _, aspect in found)), frozenset(known), tried)


def of_other_ages(text: str) -> bool:
    """Tell whether a text asks for older or younger pupils than those told of."""
    return any(_first(cues, text) is not None for cues in _cues()["than_told"].values())


def _speaks_of_class(text: str) -> bool:
    """Tell whether a description speaks of a class, and does not only say which grade somebody is in."""
    return _first(_cues()["situations"][A_CLASS], without_grades(text)) is not None


def taken_grades(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text in lower case without the grades and stages that it names, and those grades in their order."""
    text = text.lower()
    named = tuple(sorted({grade for _, grade, _ in _grades(text)}, key=int))
    stages = (cue for cues in _cues()["stages"].values() for cue in cues)
    for pattern in (RANGE, GRADE, *stages):
        text = pattern.sub(" ", text)
    return text, named


def _first(cues: Iterable[re.Pattern[str]], text: str) -> re.Match[str] | None:
    matches = (match for cue in cues if (match := cue.search(text)) is not None)
    return min(matches, key=lambda match: match.start(), default=None)


def _grades(text: str) -> Iterator[tuple[int, str, str]]:
    yield from grades_named(text)
    for grades, cues in _cues()["stages"].items():
        if (found := _first(cues, text)) is not None:
            yield from ((found.start(), grade, found.group()) for grade in grades.split())
