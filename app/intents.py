"""What a message is: its intent, what it asks and what it tells. The cues are data."""

import re
import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path

from app import learned, situation
from retrieval.analyse import TOKEN, terms


class Intent(StrEnum):
    """What the person wants."""

    QUESTION = "question"
    SITUATION = "situation"
    EXAMPLES = "examples"
    COMPARISON = "comparison"
    HELLO = "hello"
    THANKS = "thanks"
    WHO = "who"
    OK = "ok"
    LABELS = "labels"
    WORN = "worn"
    SHARE = "share"
    RESHAPE = "reshape"
    COMPLAINT = "complaint"
    UNCLEAR = "unclear"
    SOURCES = "sources"
    WHY = "why"
    NOT_ALLOWED = "not_allowed"


@cache
def _cues() -> dict[str, tuple[re.Pattern[str], ...]]:
    read = tomllib.loads((Path(__file__).parent / "data" / "intents.toml").read_text("utf-8"))
    return {name: tuple(re.compile(cue, re.IGNORECASE) for cue in cues) for name, cues in read.items()}


def has(cue: str, text: str) -> bool:
    """Tell whether a text has a cue of a name in app/data/intents.toml."""
    return any(pattern.search(text) for pattern in _cues()[cue])


def less(cue: str, text: str) -> str:
    """Return a text without what a cue of a name in app/data/intents.toml matches."""
    for pattern in _cues()[cue]:
        text = pattern.sub("", text)
    return text


SMALLTALK = (
    Intent.HELLO,
    Intent.THANKS,
    Intent.WHO,
    Intent.OK,
    Intent.LABELS,
    Intent.WORN,
    Intent.SHARE,
    Intent.RESHAPE,
    Intent.COMPLAINT,
    Intent.UNCLEAR,
    Intent.SOURCES,
    Intent.WHY,
)
CUED = (*SMALLTALK, Intent.NOT_ALLOWED)
SENTENCE = re.compile(r"(?:[^.!?…\n]|(?<=\d)\.)+[.!?…]*")
TOLD = 12
"""How many words a message must tell, beside what it asks, to be about the situation it tells of."""

CHAT = 15
"""How many words after a greeting are still small talk, where none of them is about school."""

FEW_WORDS = 4
"""So few words are searched for: they do not say what is asked of them."""

ASKS_FOR_LIST = 0.25
"""The log odds from which a message asks for a list of examples though no cue says so; set on the development items."""

LATIN = re.compile(r"[a-zæøåäöüéèß]", re.IGNORECASE)

SAID = 7
"""How many words without a question are a description and not words to search for."""


def is_readable(text: str) -> bool:
    """Tell whether a text has a letter of the Latin alphabet, or no letter at all."""
    return bool(LATIN.search(text)) or not any(map(str.isalpha, text))


def only_tells(text: str) -> bool:
    """Tell whether a message ends by telling of somebody in a few words, and asks for nothing."""
    last = next(reversed(sentences(text)), "")
    return has("tells_of", last) and len(last.split()) <= CHAT and not has("asks_for_something", text)


def is_about_somebody(text: str) -> bool:
    """Tell whether a masked message speaks of a person, by name or not."""
    return has("somebody", text)


def intent(text: str) -> Intent:
    """Return what a masked message asks for, by the cues in app/data/intents.toml."""
    text = less("i_meant", text)
    cued = next((intent for intent in CUED if has(intent.value, text)), None)
    if cued is not None:
        return cued
    if has("greets", text) and len(text.split()) <= CHAT and "?" not in text and not is_about_school(text):
        return Intent.HELLO
    if has(Intent.COMPARISON.value, text):
        return Intent.COMPARISON
    asked, told = _asked_and_told(text)
    if not has("one_thing", text) and _begins_with_list(text):
        return Intent.EXAMPLES
    if _asks_for_examples(asked or text):
        return Intent.SITUATION if asked and told >= TOLD else Intent.EXAMPLES
    return Intent.SITUATION if _describes(text, asked, told) else Intent.QUESTION


def _asks_for_examples(text: str) -> bool:
    if has("one_thing", text):
        return False
    says_it = len(text.split()) > FEW_WORDS and not asks_what_to_do(text) and not has("tells_own", text)
    likely = says_it and learned.odds(learned.Kind.EXAMPLES, text) > ASKS_FOR_LIST
    return likely or has(Intent.EXAMPLES.value, text)


def _begins_with_list(text: str) -> bool:
    """Tell whether the first sentence asks for a list of its own, so that what follows only says more of it."""
    first = next(iter(sentences(text)), "")
    return first.endswith("?") and asks_for_list_of_its_own(first) and not asks_what_to_do(first)


def _asked_and_told(text: str) -> tuple[str, int]:
    """Return the last question of a message, empty where there is none, and how many words it tells besides."""
    said = sentences(text)
    asked = [sentence for sentence in said if asks(sentence)]
    told = sum(len(sentence.split()) for sentence in said if sentence not in asked)
    return asked[-1] if asked else "", told


def sentences(text: str) -> list[str]:
    """Return the sentences of a message, each with its stop."""
    return [match.group().strip() for match in SENTENCE.finditer(text)]


def tells(text: str) -> bool:
    """Tell whether a message tells of a situation, whatever it asks besides."""
    told = _asked_and_told(text)[1]
    return told >= TOLD or (told >= SAID and has("tells_own", text))


COMMAND = re.compile(
    r"^\W*(?:sammenlign|fortæl|forklar|beskriv|find|vis|giv|skriv|opsummer|resum[eé]r|sammenfat|redegør|"
    r"compare|tell|explain|describe|summari[sz]e|outline)\b",
    re.IGNORECASE,
)


def asking(text: str) -> str:
    """Return the sentences of a masked message that ask; all of one that asks without a question.

    What a description tells is not asked for: nothing, where it asks nothing.
    """
    asked = [one for one in sentences(text) if COMMAND.match(one) or asks(one)]
    return " ".join(asked) if asked or intent(text) is Intent.SITUATION else text


def asks_what_to_do(text: str) -> bool:
    """Tell whether a message asks what to do or try."""
    return has("asks_what_to_do", text) or has("where_to_begin", text)


def asks(text: str) -> bool:
    """Tell whether a message is a question and not only words to search for."""
    return text.rstrip().endswith("?") or has("question", text)


def names_recommendations(text: str) -> bool:
    """Tell whether a message asks for recommendations, and so not for what was tried."""
    return has("recommendations", text)


def sets_right(text: str) -> bool:
    """Tell whether a message only sets right how the one before it was understood, and asks for nothing."""
    return has("corrects", text) and not has("asks_for_something", text)


def asks_of_rules(text: str) -> bool:
    """Tell whether a message asks what a school may do, and not of somebody."""
    return has("rules", text) and not has("one_of_them", text)


def asks_which_is_best(text: str) -> bool:
    """Tell whether a message asks what is best, and does not say for what."""
    return has("which_is_best", text)


def named_only(text: str) -> str:
    """Return a message without a beginning that asks for help with what it then names."""
    for pattern in _cues()["asks_for_help"]:
        rest = pattern.sub("", text, count=1)
        if terms(rest):
            text = rest
    return text


def _describes(text: str, asked: str, told: int) -> bool:
    """Tell whether a message describes a situation: it tells something, and asks what to do or nothing at all."""
    if asked and not told and has("asks_who_is", asked):
        return False
    if asked:
        return asks_what_to_do(asked) or (told >= TOLD and not has("question", asked))
    if has("states_trouble", text) and not has("question", text):
        return True
    read = situation.read(text)
    named = read.values("situations") or (read.names_something and read.values("grades"))
    return told >= SAID or asks_what_to_do(text) or bool(named)


POINTS_IN_LIST = re.compile(
    r"^\W*(?:og|men|så|hvad med|and|but|so|what about)\b"
    r"|\b(?:det|den|dem|dette|disse|denne|deres|samme|sådan\w*|tilsvarende|lignende|ellers|også|andet|nummer|her|mere|"
    r"flere|resten|forløbet|ordningen|projektet|indsatsen|it|them|those|they|similar|else|also|same|more)\b",
    re.IGNORECASE,
)
"""Words by which a question for a list points to what was said before it. "Hvem er de, der …" does not."""

OF_ANY_LIST = re.compile(
    r"(?:erfar|eksemp|skole(?:r|n|rne)?$|kommun|sted|arbejde[rt]?$|prøv|afprøv|forsøg|brug|find|vis$|giv$|mig$|tre$|kend|"
    r"gjort|gør$|haft$|gode?$|succes|held|elev(?:er|erne)?$|børn|barn|små|mindre|mindste|større|store|største|ældre|yngre|"
    r"klasse|trin|ind?skoling|mellemtrin|udskoling|andre|nogen|være?t|ring|tæt|nær|\d|who|which|has$|have$|had$|schools?$|"
    r"tried|used?$|work|experience|example|pupil|child|older|younger|other)"
)
"""Beginnings of words that say for whom or what kind of list, and not of what."""

SURELY_A_LIST = 3.0
"""The log odds from which a message asks for a list of its own without a cue."""


def asks_for_list_of_its_own(text: str) -> bool:
    """Tell whether a message asks for a list, says itself of what, and points to nothing before it."""
    if POINTS_IN_LIST.search(text):
        return False
    if not has(Intent.EXAMPLES.value, text) and learned.odds(learned.Kind.EXAMPLES, text) < SURELY_A_LIST:
        return False
    return bool(named_in_list(text))


def named_in_list(text: str) -> list[list[str]]:
    """Return the terms of each word of a question for a list that says of what it is."""
    words = (word for word in TOKEN.findall(text.lower()) if not OF_ANY_LIST.match(word))
    return [found for word in words if (found := terms(word))]


def is_about_school(text: str) -> bool:
    """Tell whether a message has any word of school life, also with ae, oe and aa for æ, ø and å."""
    return has("school", text) or has("school", text.replace("ae", "æ").replace("oe", "ø").replace("aa", "å"))


def is_elsewhere(text: str) -> bool:
    """Tell whether a message is about a nursery, an upper secondary school or the like, and not about a school."""
    before = has("before_school", text) and not has("of_school", text)
    return before or (has("after_school", text) and not has("of_last_years", text))


def is_of_pupils(text: str) -> bool:
    """Tell whether a message is about pupils or a class."""
    return has("of_pupils", text)


def is_at_school(text: str) -> bool:
    """Tell whether a message names pupils, a class, a school or those who work there."""
    return has("at_school", text)
