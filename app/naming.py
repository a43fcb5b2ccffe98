"""Which of the trial actions shown a message names: by number, by place in the list, by school or municipality.

Every such way is written as "nummer 2", so that what is asked of it can be read without regard to it.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from corpus.schema import TrialAction

WORDS = {
    word: number
    for number, words in enumerate(("et en én ét one", "to two", "tre three", "fire four", "fem five"), start=1)
    for word in words.split()
}
ORDINALS = {
    word: number
    for number, words in enumerate(
        ("første øverste first", "anden andet næste second", "tredje third", "fjerde fourth"), start=1
    )
    for word in words.split()
}
LAST = ("sidste", "nederste", "last")
MIDDLE = ("midterste", "middle")

COUNT = rf"(?:\d{{1,2}}(?![.,]?\d)|(?:{'|'.join(WORDS)})\b)"
THING = (
    r"(?:forslag(?:et)?|prøvehandling(?:en)?|mulighed(?:en)?|idé(?:en)?|ide(?:en)?|eksempel|eksemplet|punkt(?:et)?|"
    r"kort(?:et)?|suggestion|option|idea|one)"
)
NUMBERED = re.compile(
    rf"\b(?:{THING} )?(?:nummer|nr\.?|number|no\.) ?(?P<count>{COUNT})|\b{THING} (?P<bare>\d{{1,2}})\b"
)
PLACE = "|".join((*ORDINALS, *LAST, *MIDDLE))
NOT_A_PLACE = (
    r"(?! (?:skridt|gang|tid|klasse|uge|år|dag|time|måned|møde|elev|dreng|pige|barn|lektion|del|forælder|voksne|lærer|"
    r"side|step|time|year|class|pupil|boy|girl|week|day|lesson)\w*)"
)
IN_PLACE = re.compile(
    rf"(?:\b(?:den|det|the) (?P<place>{PLACE})(?: {THING})?|"
    rf"\b(?P<alone>første|tredje|sidste|first|third|last) {THING})\b"
    rf"(?: (?:af dem|af de \w+|of them|of those|på listen|du nævn\w+|i nævn\w+))?{NOT_A_PLACE}"
)
TWO = re.compile(r"\b(?:de (?:to (?P<a>første|sidste)|(?P<b>første|sidste) to)|the (?P<c>first|last) two)\b")
FAMILIAR = re.compile(r"\b(?:(?P<digit>\d)[’'-]?(?:er)en|(?P<word>et|to|tre|fir)(?:t)?eren)\b")
BARE = re.compile(
    r"(?:^\W*|\b(?:om|for|af|prøvet|med|i|mod|på|mellem|sammenlign|sammenligne|compare|about|tried|between|uddyb|vis) )"
    r"(?P<digit>\d)(?=\W*$|[?!,;]| (?:og|and|med|mod|har|lyder)\b)"
)
JOINED = re.compile(
    r"(nummer \d+)(?:,? (?:og|and|eller|or|samt)|,| ?[&/]| ?\+(?! nummer)| (?:med|mod|vs|with|to)(?= nummer)) ?"
    rf"(?:nummer |nr\.? ?)?(?P<count>{COUNT})"
)
NUMBER = re.compile(r"\bnummer (\d+)")
USUAL = 3
"""How many are shown where it is not known."""


def with_numbers(text: str, shown: Sequence[str], actions: Mapping[str, TrialAction]) -> str:
    """Return a message in lower case with each of those `shown` that it names written as its number, "nummer 2".

    Those that are named together are joined by a plus. A place that nothing shown has keeps its number.
    """
    count = len(shown) or USUAL
    low = _by_name(text.lower(), shown, actions)
    low = TWO.sub(lambda match: _two(match, count), low)
    low = NUMBERED.sub(lambda match: _written(match["count"] or match["bare"]), low)
    low = IN_PLACE.sub(lambda match: f"nummer {_place(match['place'] or match['alone'], count)}", low)
    low = FAMILIAR.sub(lambda match: _written(match["digit"] or match["word"]), low)
    low = BARE.sub(lambda match: _bare(match, count), low)
    while (joined := JOINED.sub(lambda match: f"{match[1]} + {_written(match['count'])}", low)) != low:
        low = joined
    return low


@cache
def name_of_place(municipality: str) -> re.Pattern[str]:
    """Return how a message names a municipality: "Odense", "Odenses", "Odense Kommune"."""
    name = re.escape(municipality.removesuffix(" Kommune"))
    return re.compile(rf"\b{name}s?(?: kommunes?)?\b", re.IGNORECASE)


def with_names(text: str, shown: Sequence[str], actions: Mapping[str, TrialAction]) -> str:
    """Return a message with the numbers of those `shown` as their schools or municipalities, unless it names none."""
    written = with_numbers(text, shown, actions)
    places = numbers(written)
    if not places or not all(1 <= place <= len(shown) for place in places):
        return text
    named = [actions[name].school or actions[name].municipality for name in shown]
    return NUMBER.sub(lambda match: named[int(match[1]) - 1], written).replace(" + ", " og ")


def numbers(text: str) -> list[int]:
    """Return the places that a message written `with_numbers` names, each once."""
    return list(dict.fromkeys(int(number) for number in NUMBER.findall(text)))


def _written(count: str) -> str:
    return f"nummer {int(count) if count.isdigit() else WORDS.get(count, 4)}"


def _place(word: str, count: int) -> int:
    if word in LAST:
        return count
    return (count + 1) // 2 if word in MIDDLE else ORDINALS[word]


def _two(match: re.Match[str], count: int) -> str:
    first = 1 if (match["a"] or match["b"] or match["c"]) in ("første", "first") else max(count - 1, 1)
    return f"nummer {first} + nummer {first + 1}"


def _bare(match: re.Match[str], count: int) -> str:
    if not 1 <= int(match["digit"]) <= count:
        return match.group()
    return match.group().removesuffix(match["digit"]) + f"nummer {match['digit']}"


def _by_name(low: str, shown: Sequence[str], actions: Mapping[str, TrialAction]) -> str:
    """Return a message with the schools of those shown, or else a municipality that only one is of, as numbers."""
    for kind in ("school", "municipality"):
        named = {place: _short(getattr(actions[name], kind) or "") for place, name in enumerate(shown, start=1)}
        found = {place: name for place, name in named.items() if name and re.search(rf"\b{re.escape(name)}", low)}
        if kind == "municipality" and len(found) > 1:
            return low
        for place, name in found.items():
            low = re.sub(rf"\b{re.escape(name)}(?: kommune| skole\w*)?s?\b", f"nummer {place}", low)
        if found:
            return low
    return low


def _short(name: str) -> str:
    return re.sub(r" (?:kommune|skolen?\b.*|univers.*)$", "", name.lower().split(", afdeling ")[-1])
