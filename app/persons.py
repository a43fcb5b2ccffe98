"""A question of who somebody is whom the sources name: the sentences that name the person, word for word."""

import re
from collections.abc import Iterator
from dataclasses import replace

from app.answer import cite, source_line
from app.turn import Part, PartKind
from app.wordlists import word_lists
from corpus.schema import Sentence
from retrieval.library import Library

ASKED = re.compile(
    r"^\W*(?:ved (?:du|i) )?(?:hvem|hvad|who|what) (?:er|var|laver|is|was) "
    r"(?P<name>[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){1,3})\W*$",
    re.IGNORECASE,
)
MOST = 4
"""How many sentences are told."""

WHOLE = 320
"""A longer sentence is a list of people, of which one entry is told. Letters."""
SAYS = 10
"""An entry with fewer letters beside the name says nothing of the person."""


def who_is(message: str, library: Library, language: str) -> list[Part]:
    """Return the sentences that name the person whom a message asks about, each under its source; none for others."""
    asked = ASKED.match(message.strip())
    if asked is None or word_lists()["names"].isdisjoint(asked["name"].lower().split()):
        return []
    name = re.compile(rf"\b{re.escape(asked['name'])}(?:s|')?\b", re.IGNORECASE)
    parts: list[Part] = []
    heading = ""
    for passage in library.passages.values():
        for sentence in passage.sentences:
            told = _told(sentence, name)
            if told is None or sum(bool(part.citations) for part in parts) >= MOST:
                continue
            line = source_line(passage, library, language)
            if line != heading:
                parts.append(Part(PartKind.HEADING, line))
            heading = line
            parts.append(Part(PartKind.QUOTE, told.text, (cite(passage, told, library),)))
    return parts


def _told(sentence: Sentence, name: re.Pattern[str]) -> Sentence | None:
    """Return what a sentence says of somebody named in it with capital letters; None for nothing."""
    found = name.search(sentence.text)
    if found is None or not sentence.quotable or not all(word[0].isupper() for word in found[0].split()):
        return None
    if len(sentence.text) <= WHOLE:
        return sentence
    end = next(_next_names(sentence.text, found.end()), len(sentence.text))
    entry = sentence.text[found.start() : end].strip()
    return replace(sentence, text=entry) if len(entry) >= len(found[0]) + SAYS else None


def _next_names(text: str, start: int) -> Iterator[int]:
    """Yield where first names stand in a text from a place on."""
    for word in re.finditer(r"[A-ZÆØÅ][\w-]+(?=\s[A-ZÆØÅ])", text[start:]):
        if word[0].lower() in word_lists()["given"]:
            yield start + word.start()
