"""Noticing acute danger in a text, and the fixed text that is shown then.

Rules (`danger_rules.py`) and a classifier that was taught from examples (`learned.py`) are weighed together; the text
is data, `data/urgent.toml`. A miss is worse than a false alarm. Nothing here logs.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app import learned
from app.danger_rules import find_kind, read_data
from retrieval.pieces import split

RULE = 1.5  # what a rule that finds something adds to the log odds that were learnt
ALARM, DOUBT = 0.7, -1.5  # the log odds from which a text is acute, and from which it may be; set on dev
BY_VECTOR, AT_MOST_DOWN = 1.0, -3.0  # how much a vector's log odds count, and how far they can calm
ALARM_BOTH, DOUBT_BOTH = -1.5, -3.6  # the limits where the vector is known as well
FEWEST, FEWEST_RULED = 5, 4  # fewer words say too little; in a clause where a rule speaks, fewer still
BRIEF = ((12, 6.0), (20, 3.5))  # what is told in fewer words, and no rule finds, must be so much surer to be acute
SHORT = 6  # fewer are left to a rule that speaks
SENTENCE, CLAUSE = re.compile(r"(?<!\d)\.|[;!?\n]"), re.compile(r"(?<!\d)\.|[,;:!?\n]")
UNNAMED = "unnamed"  # the kind of a concern that no rule names


@dataclass(frozen=True)
class Concern:
    """What a text gives reason to fear: a kind in `urgent.toml`, such as `violence` or `missing`, or UNNAMED.

    `acute` says that the fixed text is called for; else the text may be about danger, or about something like it.
    """

    kind: str
    acute: bool = True


def find_concern(text: str, by_vector: float | None = None) -> Concern | None:
    """Return what a text gives reason to fear, or None.

    Its sentences are read by themselves too, so that what else is asked takes nothing from it; where a rule speaks,
    its clauses. `by_vector` is what its vector says (`learned.odds_by_vector`), where the embedder is that learnt with.
    """
    ruled, whole = find_kind(text), tuple(split(text))
    if ruled is not None and len(whole) < SHORT:
        return Concern(ruled)
    parts = {whole, *(tuple(split(part)) for part in (SENTENCE if ruled is None else CLAUSE).split(text))}
    fewest = FEWEST if ruled is None else FEWEST_RULED
    told = [(learned.odds_of(learned.Kind.DANGER, words), words) for words in parts if len(words) >= fewest]
    more = RULE if ruled is not None else 0.0
    alarm, doubt = ALARM, DOUBT
    if by_vector is not None:
        more += max(BY_VECTOR * by_vector, AT_MOST_DOWN)
        alarm, doubt = ALARM_BOTH, DOUBT_BOTH
    if max((odds for odds, _ in told), default=-math.inf) + more <= doubt:
        return None
    surely = (odds - (_briefly(words) if ruled is None else 0.0) for odds, words in told)
    return Concern(ruled or UNNAMED, acute=max(surely) + more > alarm)


def _briefly(words: Sequence[str]) -> float:
    """Return how much surer what is told in so many words must be to be acute."""
    return next((more for fewer, more in BRIEF if len(words) < fewer), 0.0)


def is_acute(text: str) -> bool:
    """Tell whether a text calls for the fixed text on acute concern."""
    concern = find_concern(text)
    return concern is not None and concern.acute


def urgent_text(lang: str, local_numbers: Mapping[str, str]) -> str:
    """Return the fixed text as Markdown, in English for `en` and in Danish for anything else.

    `local_numbers` may give `social_vagt`, `underretning`, `ppr` and `skoleleder`; those that are missing are left out,
    and one line tells where to find them where all are.
    """
    text = read_data()["text"]["en" if lang == "en" else "da"]
    given = {name: " ".join(local_numbers.get(name, "").split()) for name in text["numbers"]}
    numbers = [f"- {text['numbers'][name]}: **{number}**" for name, number in given.items() if number]
    local = ("\n".join(numbers), text["helplines"]) if numbers else (text["helplines"], text["missing"])
    parts = (f"## {text['title']}", text["body"], f"### {text['numbers_title']}", *local, text["source"])
    return "\n\n".join(part.strip() for part in parts)


def caution_text(lang: str) -> str:
    """Return what an answer begins with where a message may be about danger, as Markdown."""
    text: str = read_data()["text"]["en" if lang == "en" else "da"]["caution"]
    return text.strip()


def speaks_of_danger(answer: str) -> bool:
    """Tell whether an answer is the fixed text, or begins with the caution, in either language."""
    fixed = (text[name].strip() for text in read_data()["text"].values() for name in ("title", "caution"))
    return any(one in answer for one in fixed)
