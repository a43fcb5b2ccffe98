"""Ways in which an answer can come to say what its source does not, made on purpose and by a seed."""

import random
import re
from collections.abc import Callable

MONTHS = "januar februar marts april maj juni juli august september oktober november december".split()
NAMES = ["Herning", "Aalborg", "Rambøll", "Danmarks Lærerforening", "Undervisningsministeren", "Viborg"]
CLAIMS = [
    "og forældrene var meget begejstrede",
    "og fraværet faldt markant",
    "og det gælder for alle skoler i landet",
    "og lærerne fik højere løn for det",
    "fordi forskningen peger på det",
    "og eleverne fik bedre karakterer",
    "og kommunen har besluttet at fortsætte",
    "og ordningen blev senere stoppet",
]
VERBS = re.compile(
    r"\b(?:er|har|kan|skal|bør|vil|blev|var|fik|får|giver|gav|oplever|oplevede|peger|viser|ser|mener|siger)\b"
)
NUMBER = re.compile(r"\d+|\b(?:to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|begge)\b")
CAPITAL = re.compile(r"\b[A-ZÆØÅ][a-zæøå]{3,}\b")
DATE = re.compile(rf"\b(?:19|20)\d\d\b|\b(?:{'|'.join(MONTHS)})\b")


def number(text: str, chance: random.Random) -> str:
    """Return the text with another number, or with one more."""
    other = str(chance.randint(13, 987))
    found = list(NUMBER.finditer(text))
    return _replaced(text, chance.choice(found), other) if found else _added(text, f"i {other} tilfælde")


def date(text: str, chance: random.Random) -> str:
    """Return the text with another year or month, or with one more."""
    found = list(DATE.finditer(text))
    if not found:
        return _added(text, f"i {chance.choice(MONTHS)} {chance.randint(1981, 1999)}")
    match = chance.choice(found)
    other = str(chance.randint(1981, 1999)) if match[0].isdigit() else _other(match[0], MONTHS, chance)
    return _replaced(text, match, other)


def negation(text: str, chance: random.Random) -> str:
    """Return the text with the contrary meaning."""
    if " ikke " in text:
        return text.replace(" ikke ", " ", 1)
    found = list(VERBS.finditer(text))
    if not found:
        return _added(text, "men ikke altid")
    match = chance.choice(found)
    return f"{text[: match.end()]} ikke{text[match.end() :]}"


def entity(text: str, chance: random.Random) -> str:
    """Return the text with another name, or with one more."""
    other = chance.choice(NAMES)
    found = [match for match in CAPITAL.finditer(text) if match.start() > 0]
    return _replaced(text, chance.choice(found), other) if found else _added(text, f"i {other}")


def claim(text: str, chance: random.Random) -> str:
    """Return the text with one more thing claimed."""
    return _added(text, chance.choice(CLAIMS))


CORRUPTIONS: dict[str, Callable[[str, random.Random], str]] = {
    "number": number,
    "date": date,
    "negation": negation,
    "entity": entity,
    "added claim": claim,
}


def _replaced(text: str, match: re.Match[str], other: str) -> str:
    return text[: match.start()] + other + text[match.end() :]


def _added(text: str, more: str) -> str:
    """Return the text with more before its last mark."""
    end = len(text.rstrip('.!?:”"'))
    return f"{text[:end]} {more}{text[end:]}"


def _other(word: str, words: list[str], chance: random.Random) -> str:
    return chance.choice([one for one in words if one != word])
