"""Finding schools, other institutions and classes that go by a name, but those that may stand."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

import simplemma

from app.people import Span
from app.wordlists import base_name, is_ordinary, word_lists
from retrieval.spelling import slips

SCHOOL_WORD = re.compile(r"\b(?P<prefix>[^\W\d_][\w-]{0,40}?)-?[Ss]kole(?:n|ns|s)?\b")
SCHOOL = re.compile(
    r"\b(?P<first>(?:(?:Sct|Skt|St|Sankt|Gl|Ny)\.?\s)?[^\W\d_][\w-]{0,40})(?P<more>\s[A-ZÆØÅ][\w-]{1,40})?"
    r"\s(?P<kind>(?:[Pp]rivat|[Ff]ri|[Rr]eal|[Ee]fter|[Ss]kov|[Bb]y|[Ll]andsby|[Ff]jord|[Cc]entral)?[Ss]kolen?)s?\b"
)
SCHOOL_AT = re.compile(r"\bSkolen\s(?:på|ved|i)\s(?P<at>[A-ZÆØÅ][\w-]+)")
IN_TOWN = re.compile(r"\si\s([A-ZÆØÅ][\w-]+)")
NAMED_AFTER = re.compile(
    r"\b(?i:børnehuset?|(?:skov|special)?børnehaven?|vuggestuen?|fritidshjemmet|(?:fritids|ungdoms|junior)?klub(?:ben)?|"
    r"(?:dag)?institution(?:en|:)|dagtilbuddet|bo(?:stedet|tilbuddet|fællesskabet)|"
    r"(?:opholds|behandlings|aflastnings)stedet|ungehuset|ungecent(?:er|e?ret)|(?:special|modtage)klassen|sfo(?:['’]?en)?)\s"
    r"['\"”’»]?(?P<name>[A-ZÆØÅ][\w-]{2,30})"
)
NAMED_BEFORE = re.compile(
    r"\b(?P<name>[A-ZÆØÅ][\w-]{2,30})\s(?:SFO|Børneh(?:ave|a?us)|Vuggestue|Fritidshjem|(?:Fritids|Ungdoms)?[Kk]lub)\b"
)
GOES_TO = re.compile(
    r"\b(?:går|gik|starter|startede|starte|begynder|begynde|passes)\s(?:[\w.]+\s){0,4}?(?:i|på)\s"
    r"(?P<name>[A-ZÆØÅ][a-zæøå]{3,20}(?:en|et|erne))\b"
)
ENGLISH_SCHOOL = re.compile(r"\b(?P<names>(?:[A-ZÆØÅ][\w'’-]{1,30}\s){1,3})School\b")
GROUP = re.compile(r"(?<=[^\W\d_][ ,])[ ]?(?P<name>[A-ZÆØÅ][a-zæøå]{3,20}ne)\b")
CLASS_WORD = re.compile(r"(?<=[^\W\d_][ ,])[ ]?(?P<name>(?P<prefix>[A-ZÆØÅ][a-zæøå]{1,20})klassen)s?\b")

Stretches = Sequence[tuple[int, int]]


def institutions(text: str, words: AbstractSet[str], allowed: Stretches) -> Iterator[Span]:
    """Yield a span for each in a text; `words` and the stretches `allowed` may stand."""
    for span in (*_schools(text, words), *_others(text, words), *_classes(text)):
        if not any(span.start < last and first < span.end for first, last in allowed):
            yield span


def _schools(text: str, words: AbstractSet[str]) -> Iterator[Span]:
    """Yield a span for each school that is not known, with its town."""
    found = [match.span() for match in SCHOOL_WORD.finditer(text) if _is_school(match, words)]
    found += [span for match in SCHOOL.finditer(text) if (span := _named_school(match, words))]
    found += [match.span() for match in SCHOOL_AT.finditer(text) if not _is_place(match["at"], words)]
    kinds = word_lists()["school_kinds_en"]
    found += [one.span() for one in ENGLISH_SCHOOL.finditer(text) if {*one["names"].lower().split()} - kinds - words]
    for start, end in found:
        town = IN_TOWN.match(text, end)
        swallow = town is not None and town[1].lower() not in words
        yield Span(start, town.end() if town and swallow else end, "skole", "[skole]")


def _is_place(word: str, words: AbstractSet[str]) -> bool:
    return word.lower() in words or word in word_lists()["places"]


def _is_school(match: re.Match[str], words: AbstractSet[str]) -> bool:
    """Whether a word that ends in -skole is the name of one."""
    prefix, low = match["prefix"].rstrip("-").lower(), match.group().lower()
    kinds = word_lists()["school_kinds"]
    if match["prefix"].isupper() or {prefix, prefix.removesuffix("s")} & kinds or low in words:
        return False
    return len(prefix) > 2 and (match["prefix"][0].isupper() or not simplemma.is_known(low, lang="da"))


def _named_school(match: re.Match[str], words: AbstractSet[str]) -> tuple[int, int] | None:
    """Return the span of a name like Rosenlund Skole; None where the words before it are ordinary."""
    first, more = match["first"], match["more"]
    common = word_lists()["ordinary"] | word_lists()["people"] | word_lists()["verbs"]
    if more and (first.lower() in common or not first[0].isupper()):
        return None if more.strip().lower() in common else (match.start("more") + 1, match.end())
    known = first.lower() in words and first not in word_lists()["places"]
    if first.lower() in common or (known and not more):
        return None
    if first[0].isupper() and (match["kind"][0].isupper() or not is_ordinary(first)):
        return match.span()
    low = first.lower()
    unknown = not simplemma.is_known(low, lang=("da", "en")) and low not in words and len(low) > 3
    return match.span() if unknown and not slips(low) & common else None


def _others(text: str, words: AbstractSet[str]) -> Iterator[Span]:
    """Yield a span for the name of each nursery, club, group of one and the like: what it is stays."""
    for match in (*NAMED_AFTER.finditer(text), *NAMED_BEFORE.finditer(text)):
        name = match["name"]
        known = _is_place(name, words) or name in word_lists()["brands"] or name.lower() in word_lists()["ordinary"]
        if not (known or name.isupper() or base_name(name.lower()) in word_lists()["given"]):
            yield Span(*match.span("name"), "institution", "[institution]")
    for match in GOES_TO.finditer(text):
        name = match["name"].lower()
        plain = simplemma.is_known(name, lang="da") and name not in word_lists()["nurseries"]
        kind = any(name.endswith(end) for end in word_lists()["institution_ends"])
        if not (plain or kind or _is_place(match["name"], words) or match["name"] in word_lists()["brands"]):
            yield Span(*match.span("name"), "institution", "[institution]")
    for match in GROUP.finditer(text):
        if match["name"].lower() in word_lists()["groups"]:
            yield Span(*match.span("name"), "institution", "[institution]")


def _classes(text: str) -> Iterator[Span]:
    """Yield a span for each class that goes by a name inside a sentence, such as Ugleklassen."""
    for match in CLASS_WORD.finditer(text):
        prefix = match["prefix"].lower()
        if not {prefix, prefix.removesuffix("s")} & word_lists()["class_kinds"]:
            yield Span(*match.span("name"), "klasse", "klassen")
