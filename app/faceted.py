"""A question for a list that says nothing but facets: "hvilke lykkedes ikke?", "alle prøvehandlinger i udskolingen".

Cues are data (app/data/facet_words.toml). What is asked for in other words besides is no such question.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from app import situation
from app.examples import Filters
from app.naming import name_of_place
from retrieval.analyse import TOKEN

FEW_WORDS = 4
"""A question of more words says itself of what it asks."""

DATA = Path(__file__).parent / "data" / "facet_words.toml"
FACETS = ("outcomes", "evidence", "themes")

Cues = Mapping[str, Sequence[re.Pattern[str]]]


@cache
def _cues() -> Mapping[str, Cues]:
    read = tomllib.loads(DATA.read_text("utf-8"))
    return {
        name: {value: tuple(re.compile(cue) for cue in cues) for value, cues in table.items()}
        for name, table in read.items()
    }


def asked_for(text: str, places: Iterable[str] = (), *, after_list: bool = False) -> Filters | None:
    """Return what a message asks to see all trial actions by; empty filters for all of them, None where it does not.

    `places` are the municipalities that trial actions are from. `after_list` says that it follows a list, which a facet
    narrows whatever else it says: "og i indskolingen?".
    """
    rest, words = text.lower(), _cues()["list"]
    if not (after_list or _any(words["asks"], rest)):
        return None
    found: dict[str, tuple[str, ...]] = {}
    for facet in FACETS:
        rest, found[facet] = _taken(rest, _cues()[facet])
    rest, found["grades"] = situation.taken_grades(rest)
    rest, found["municipalities"] = _taken(rest, {place: (name_of_place(place),) for place in places})
    if found["municipalities"] and _any(words["counts"], text.lower()):
        return None
    for pattern in words["passed_over"]:
        rest = pattern.sub(" ", rest)
    if TOKEN.search(rest) or not (any(found.values()) or _any(words["everything"], text.lower())):
        return None
    return Filters(**found)


def counts_of_one(text: str, shown: Sequence[str]) -> bool:
    """Tell whether a short message asks how many of something else there are of the only trial action shown before."""
    return len(shown) == 1 and len(text.split()) <= FEW_WORDS and _any(_cues()["list"]["counts"], text.lower())


def is_of_those_shown(text: str, filters: Filters) -> bool:
    """Tell whether a list is asked for of what was shown before: "kun dem med forældre", "hvilke gik godt?"."""
    return bool({"outcomes", "evidence"} & {*filters.used}) or _any(_cues()["list"]["of_shown"], text.lower())


def _taken(text: str, cues: Cues) -> tuple[str, tuple[str, ...]]:
    """Return a text without the words that ask for values of a facet, and those values."""
    values = []
    for value, patterns in cues.items():
        for pattern in patterns:
            left = pattern.sub(" ", text)
            if left != text:
                values.append(value)
                text = left
    return text, tuple(dict.fromkeys(values))


def _any(patterns: Sequence[re.Pattern[str]], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)
