"""What a message is and what it leans on: its intent, small talk, and earlier turns."""

import re
import tomllib
from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path

from app import learned, situation
from app.clarify import is_choice
from app.follow_up import is_follow_up
from app.triage import speaks_of_danger
from app.turn import Message
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
    NOT_ALLOWED = "not_allowed"


@cache
def _cues() -> dict[str, tuple[re.Pattern[str], ...]]:
    read = tomllib.loads((Path(__file__).parent / "data" / "intents.toml").read_text("utf-8"))
    return {name: tuple(re.compile(cue, re.IGNORECASE) for cue in cues) for name, cues in read.items()}


def _has(cue: str, text: str) -> bool:
    return any(pattern.search(text) for pattern in _cues()[cue])


CUED = (Intent.HELLO, Intent.THANKS, Intent.WHO, Intent.OK, Intent.NOT_ALLOWED)
SENTENCE = re.compile(r"(?:[^.!?…\n]|(?<=\d)\.)+[.!?…]*")
TOLD = 12
"""How many words a message must tell, beside what it asks, to be about the situation it tells of."""

CHAT = 15
"""How many words after a greeting are still small talk, where none of them is about school."""

FEW_WORDS = 4
"""So few words are searched for: they do not say what is asked of them."""

ASKS_FOR_LIST = 0.25
"""The log odds from which a message asks for a list of examples though no cue says so; set on the development items."""

SAID = 7
"""How many words without a question are a description and not words to search for."""


def is_about_somebody(text: str) -> bool:
    """Tell whether a masked message speaks of a person, by name or not."""
    return _has("somebody", text)


def intent(text: str) -> Intent:
    """Return what a masked message asks for, by the cues in app/data/intents.toml."""
    cued = next((intent for intent in CUED if _has(intent.value, text)), None)
    if cued is not None:
        return cued
    if _has("greets", text) and len(text.split()) <= CHAT and "?" not in text and not is_about_school(text):
        return Intent.HELLO
    if _has(Intent.COMPARISON.value, text):
        return Intent.COMPARISON
    asked, told = _asked_and_told(text)
    if _asks_for_examples(asked or text):
        return Intent.SITUATION if asked and told >= TOLD else Intent.EXAMPLES
    return Intent.SITUATION if _describes(text, asked, told) else Intent.QUESTION


def _asks_for_examples(text: str) -> bool:
    says_it = len(text.split()) > FEW_WORDS and not asks_what_to_do(text)
    likely = says_it and learned.odds(learned.Kind.EXAMPLES, text) > ASKS_FOR_LIST
    return likely or _has(Intent.EXAMPLES.value, text)


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
    return _asked_and_told(text)[1] >= TOLD


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
    return _has("asks_what_to_do", text)


def asks(text: str) -> bool:
    """Tell whether a message is a question and not only words to search for."""
    return text.rstrip().endswith("?") or _has("question", text)


def names_recommendations(text: str) -> bool:
    """Tell whether a message asks for recommendations, and so not for what was tried."""
    return _has("recommendations", text)


def asks_which_is_best(text: str) -> bool:
    """Tell whether a message asks what is best, and does not say for what."""
    return _has("which_is_best", text)


def named_only(text: str) -> str:
    """Return a message without a beginning that asks for help with what it then names."""
    for pattern in _cues()["asks_for_help"]:
        rest = pattern.sub("", text, count=1)
        if terms(rest):
            text = rest
    return text


def _describes(text: str, asked: str, told: int) -> bool:
    """Tell whether a message describes a situation: it tells something, and asks what to do or nothing at all."""
    if asked and not told and _has("asks_who_is", asked):
        return False
    if asked:
        return asks_what_to_do(asked) or (told >= TOLD and not _has("question", asked))
    read = situation.read(text)
    named = read.values("situations") or (read.names_something and read.values("grades"))
    return told >= SAID or asks_what_to_do(text) or bool(named)


def cleared(text: str, history: Sequence[Message]) -> str | None:
    """Return the message before the text on acute concern when `text` says that nobody is in danger, else None."""
    if len(history) < 2 or not _has("no_danger", text) or not speaks_of_danger(history[-1].content):
        return None
    return history[-2].content if history[-2].role == "user" else None


def is_about_school(text: str) -> bool:
    """Tell whether a message has any word of school life, also with ae, oe and aa for æ, ø and å."""
    return _has("school", text) or _has("school", text.replace("ae", "æ").replace("oe", "ø").replace("aa", "å"))


def is_at_school(text: str) -> bool:
    """Tell whether a message names pupils, a class, a school or those who work there."""
    return _has("at_school", text)


def standalone(text: str, history: Sequence[Message]) -> str:
    """Return a message that can be searched for on its own.

    A message that leans on those before it gets what it is about in front of it: the situation described, with what
    was said of it since, or the last thing the person asked.
    """
    said = [message.content for message in history if message.role == "user"]
    if not said or not leans_on_history(text):
        return text
    earlier = [one for one in said if not is_follow_up(one)] or said
    return f"{' '.join(_subject(earlier))} {text}"


def _subject(earlier: Sequence[str]) -> list[str]:
    """Return the last message that stands alone, with those after it if it describes a situation; else the last."""
    start = max((at for at, said in enumerate(earlier) if not leans_on_history(said)), default=0)
    thread = list(earlier[start:])
    return [_without_questions(one) for one in thread] if intent(thread[0]) is Intent.SITUATION else [earlier[-1]]


def _without_questions(text: str) -> str:
    """Return what a message tells, where it tells enough: its questions were answered when they were asked."""
    told = " ".join(sentence for sentence in sentences(text) if not asks(sentence))
    return told if len(told.split()) >= SAID else text


def situation_before(history: Sequence[Message]) -> str | None:
    """Return the situation that the conversation is about, with what was said of it since; None where there is none."""
    earlier = [message.content for message in history if message.role == "user" and not is_follow_up(message.content)]
    subject = _subject(earlier) if earlier else []
    return " ".join(subject) if subject and intent(subject[0]) is Intent.SITUATION else None


def last_said(history: Sequence[Message]) -> str | None:
    """Return the last message of the person's that asks for more than something about what was shown, if any."""
    said = (message.content for message in reversed(history) if message.role == "user")
    return next((text for text in said if not is_follow_up(text)), None)


ASKS_FOR_MORE = re.compile(r"\b(?:har i|er der|findes der|kender i|have you|is there|do you have)\b", re.IGNORECASE)


def asks_for_more(text: str) -> bool:
    """Tell whether a message that leans on a situation asks for suggestions that fit it otherwise."""
    return bool(ASKS_FOR_MORE.search(text))


def says_nothing_besides(text: str) -> bool:
    """Tell whether a question without the grades it names asks nothing but how it is with those."""
    return _has("of_grades", text)


POINTS_BACK = re.compile(
    r"^(?:og|men|hvad med|hvad så|hvordan så|hvorfor ikke|fortæl mere|mere om|uddyb|and|what about|tell me more)\b"
    r"|\b(?:det|den|de|dem|der|dette|disse|denne|deres|sådan(?:ne|t)?|forløbet|ordningen|projektet|"
    r"indsatsen|nummer (?:et|to|tre|[1-3])|it|that|they|them|those)\b",
    re.IGNORECASE,
)


SAYS_LITTLE, LONG = 2, 8
"""Up to so many words of content a message leans on those before it whatever they are; from so many on only where all
else says so."""


def points_back(text: str) -> bool:
    """Tell whether a message has a word that points to what was said before it."""
    return bool(POINTS_BACK.search(text))


FOREIGN = 1.0
"""The log odds from which a message that points to nothing before it is about something else than school."""

CLAUSE = re.compile(r"[,;.?!\n]")


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

SURELY_ALONE = -5.0
"""The log odds of leaning below which even a short question stands alone; set on the taught examples."""


def _asks_for_list_of_its_own(text: str) -> bool:
    """Tell whether a message asks for a list, says itself of what, and points to nothing before it."""
    if POINTS_IN_LIST.search(text):
        return False
    if not _has(Intent.EXAMPLES.value, text) and learned.odds(learned.Kind.EXAMPLES, text) < SURELY_A_LIST:
        return False
    return any(terms(word) and not OF_ANY_LIST.match(word) for word in TOKEN.findall(text.lower()))


def names_alone(text: str) -> bool:
    """Tell whether a message only names what teachers describe, as "uro" does, and points to nothing before it."""
    return situation.read(text).names_something and not (asks(text) or points_back(text))


def _adds(text: str) -> bool:
    """Tell whether a message only says of what was told which class, or how many, it is, or what was tried."""
    if "?" in text or (words := len(text.split())) > TOLD:
        return False
    if _has("adds", text):
        return True
    said = situation.read(text) if words <= SAID else None
    return said is not None and bool(said.tried) and not said.values("grades")


def leans_on_history(text: str) -> bool:
    """Tell whether a message needs those before it: as far as was learnt, and the less the more it says itself.

    An answer that was tapped always does, and what is asked of suggestions shown. A question for a list that names what
    the list is of, and points to nothing before it, never does. A question of what something is stands alone, however
    short, unless it begins with a word that points back; so does what is about something else than school.
    """
    content = sum(bool(terms(word)) for word in set(TOKEN.findall(text.lower())))
    if is_choice(text) or is_follow_up(text) or _adds(text):
        return True
    if _asks_for_list_of_its_own(text):
        return False
    if _has("asks_what_it_is", text) and not POINTS_BACK.search(CLAUSE.split(text.strip(), maxsplit=1)[0]):
        return content == 0
    if learned.odds(learned.Kind.OUTSIDE, text) > FOREIGN and not points_back(text):
        return False
    odds = learned.odds(learned.Kind.LEANS, text)
    alone = "?" in text and not _has(Intent.EXAMPLES.value, text) and not points_back(text)
    if alone and content == SAYS_LITTLE and odds < SURELY_ALONE:
        return False
    return content <= SAYS_LITTLE or odds > content - LONG
