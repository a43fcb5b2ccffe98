"""What a message leans on: earlier turns, and the situation they tell of."""

import re
from collections.abc import Sequence

from app import learned, situation
from app.clarify import is_choice
from app.follow_up import is_follow_up
from app.intents import SAID, TOLD, Intent, asks, asks_for_list_of_its_own, asks_what_to_do, has, intent, sentences
from app.situation import Situation
from app.triage import speaks_of_danger
from app.turn import Message
from retrieval.analyse import TOKEN, terms


def cleared(text: str, history: Sequence[Message]) -> str | None:
    """Return the message before the text on acute concern when `text` says that nobody is in danger, else None."""
    if len(history) < 2 or not has("no_danger", text) or not speaks_of_danger(history[-1].content):
        return None
    return history[-2].content if history[-2].role == "user" else None


def standalone(text: str, history: Sequence[Message]) -> str:
    """Return a message that can be searched for on its own.

    A message that leans on those before it gets what it is about in front of it: the situation described, with what
    was said of it since, or the last thing the person asked.
    """
    said = [message.content for message in history if message.role == "user"]
    if not said or not leans_on_history(text):
        return text
    earlier = [one for one in said if not is_follow_up(one)] or said
    subject = _subject(earlier)
    if intent(subject[0]) is not Intent.SITUATION and _asks_anew(text):
        return text
    return f"{' '.join(subject)} {text}"


def _content(text: str) -> int:
    """Return how many different words of content a message has."""
    return sum(bool(terms(word)) for word in set(TOKEN.findall(text.lower())))


def _asks_anew(text: str) -> bool:
    """Tell whether a question after another says itself what it asks about, and is unlike those that do not."""
    content = _content(text)
    whole = text.rstrip().endswith("?") and content > SAYS_LITTLE and not points_back(text)
    return whole and not has("examples", text) and learned.odds(learned.Kind.LEANS, text) < UNLIKE


def _subject(earlier: Sequence[str]) -> list[str]:
    """Return the last message that stands alone, with those after it if it describes a situation; else the last."""
    start = max((at for at, said in enumerate(earlier) if not leans_on_history(said)), default=0)
    thread = list(earlier[start:])
    return [_without_questions(one) for one in thread] if intent(thread[0]) is Intent.SITUATION else [earlier[-1]]


def _without_questions(text: str) -> str:
    """Return what a message tells, where it tells enough: its questions were answered when they were asked."""
    told = " ".join(sentence for sentence in sentences(text) if not asks(sentence))
    return told if len(told.split()) >= SAID else text


def told_in(text: str) -> str:
    """Return what a description tells, without what it asks of the chat; all of it where it tells nothing else."""
    told = [one for one in sentences(text) if not (asks_for_more(one) or asks_what_to_do(one))]
    return " ".join(told) or text


def situation_before(history: Sequence[Message]) -> Situation | None:
    """Return the situation that the conversation is about, as it stands after what was said of it since; else None."""
    earlier = [message.content for message in history if message.role == "user" and not is_follow_up(message.content)]
    subject = _subject(earlier) if earlier else []
    if not subject or intent(subject[0]) is not Intent.SITUATION:
        return None
    told = situation.read(subject[0])
    for later in subject[1:]:
        added = situation.read(later).of_others(told)
        if any(added.said.values()) or "?" not in later:  # else it only asks of what was answered
            told = told.and_then(added)
    return told


def last_said(history: Sequence[Message]) -> str | None:
    """Return the last message of the person's that asks for more than something about what was shown, if any."""
    said = (message.content for message in reversed(history) if message.role == "user")
    return next((text for text in said if not is_follow_up(text)), None)


ASKS_FOR_MORE = re.compile(
    r"\b(?:har i|er der|findes der|kender i|have you|is there|are there|do you have)\b", re.IGNORECASE
)


def asks_for_more(text: str) -> bool:
    """Tell whether a message that leans on a situation asks for suggestions that fit it otherwise."""
    return bool(ASKS_FOR_MORE.search(text))


def says_nothing_besides(text: str) -> bool:
    """Tell whether a question without the grades it names asks nothing but how it is with those."""
    return has("of_grades", text)


POINTS_BACK = re.compile(
    r"^(?:og|men|hvad med|hvad så|hvordan så|hvorfor ikke|fortæl mere|mere om|uddyb|and|what about|tell me more)\b"
    r"|\b(?:det|den|de|dem|der|dette|disse|denne|deres|sådan(?:ne|t)?|forløbet|ordningen|projektet|"
    r"indsatsen|nummer (?:et|to|tre|[1-3])|it|that|they|them|those)\b",
    re.IGNORECASE,
)


SAYS_LITTLE, LONG = 2, 8.5
"""Up to so many words of content a message leans on those before it whatever they are; from so many on only where all
else says so."""


def points_back(text: str) -> bool:
    """Tell whether a message has a word that points to what was said before it."""
    return bool(POINTS_BACK.search(text))


FOREIGN = 1.0
"""The log odds from which a message that points to nothing before it is about something else than school."""

CLAUSE = re.compile(r"[,;.?!\n]")


UNLIKE = -2.0
"""The log odds of leaning below which a question that says what it is about is read without the question before it."""

SURELY_ALONE = -5.0
"""The log odds of leaning below which even a short question stands alone; set on the taught examples."""


def names_alone(text: str) -> bool:
    """Tell whether a message only names what teachers describe, as "uro" does, and points to nothing before it."""
    return situation.read(text).names_something and not (asks(text) or points_back(text))


def _adds(text: str) -> bool:
    """Tell whether a message only says of what was told which class, or how many, it is, or what was tried."""
    if "?" in text or (words := len(text.split())) > TOLD:
        return False
    if has("adds", text):
        return True
    said = situation.read(text) if words <= SAID else None
    return said is not None and bool(said.tried) and not said.values("grades")


def leans_on_history(text: str) -> bool:
    """Tell whether a message needs those before it: as far as was learnt, and the less the more it says itself.

    An answer that was tapped always does, and what is asked of suggestions shown. A question for a list that names what
    the list is of, and points to nothing before it, never does. A question of what something is stands alone, however
    short, unless it begins with a word that points back; so does what is about something else than school.
    """
    content = _content(text)
    if is_choice(text) or is_follow_up(text) or _adds(text) or (asks_for_more(text) and situation.of_other_ages(text)):
        return True
    if asks_for_list_of_its_own(text):
        return False
    if has("asks_what_it_is", text) and not POINTS_BACK.search(CLAUSE.split(text.strip(), maxsplit=1)[0]):
        return content == 0
    if learned.odds(learned.Kind.OUTSIDE, text) > FOREIGN and not points_back(text):
        return False
    odds = learned.odds(learned.Kind.LEANS, text)
    alone = "?" in text and not has(Intent.EXAMPLES.value, text) and not points_back(text)
    if alone and content == SAYS_LITTLE and odds < SURELY_ALONE:
        return False
    return content <= SAYS_LITTLE or odds > content - LONG
