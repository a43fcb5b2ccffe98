"""What a question names that is not in the sources: places, schools, works, laws, years, numbered parts.

A place that tells where the person is ("vi er en skole i Silkeborg") is not asked about.
"""

import re
import tomllib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import simplemma

from app.wordlists import public_spans
from corpus.text import normalise
from retrieval.analyse import fold
from retrieval.library import Library

DATA = Path(__file__).parent / "data"
YEAR = re.compile(r"\b(?:19|20)\d\d(?:/\d\d)?\b")
CAPITAL = re.compile(r"(?<=[\w,:] )[A-ZÆØÅ][\wæøå]*(?:[A-Z]\w*)?")
"""A word with a capital letter inside a sentence."""

ASKS_ABOUT = re.compile(
    r"(?:^\W*|\b(?:siger|sagde|mener|skriver|skrev|anbefaler|fremhæver|lovede|kalder|ifølge|fra|af|om|hos|er|var|bruger|"
    r"kender|har|says?|about|from|by|according to|is|does|did|recommends?)\W+)$",
    re.IGNORECASE,
)
"""What stands before a name that is asked about, and not only told of."""

AMBIGUOUS = frozenset({"skive", "greve", "vejen", "lejre", "varde", "vejle"})
"""Municipalities whose names are ordinary words in lower case."""

POINTS_BACK = re.compile(
    r"\b(?:hos|fra|af|ved|i|på) (?:dem|den|det|de)\b|"
    r"\b(?:dem|deres|der(?:ovre|nede|oppe|henne)|laver (?:det|de)|their|they|them)\b",
    re.IGNORECASE,
)
"""What in a question points back to those told of before it."""

CLAUSE_BEFORE = 90
"""How many letters before a place can tell that it is the person's own."""


class Sort(StrEnum):
    """What sort of thing a name is of."""

    PLACE = "place"
    SCHOOL = "school"
    WORK = "work"
    LAW = "law"
    YEAR = "year"
    PART = "part"


@dataclass(frozen=True)
class Unknown:
    """A name in a message that is not in the sources, as it is written, at its place in the text."""

    at: int
    sort: Sort
    words: str


@cache
def cues(section: str) -> dict[str, Any]:
    """Return a section of app/data/evidence.toml; lists of regular expressions are compiled, whatever their case."""
    read: dict[str, Any] = tomllib.loads((DATA / "evidence.toml").read_text("utf-8"))
    return {name: _compiled(value) for name, value in read[section].items()}


def _compiled(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _compiled(entry) for name, entry in value.items()}
    return tuple(re.compile(cue, re.IGNORECASE) for cue in value) if isinstance(value, list) else value


@cache
def municipalities() -> dict[str, str]:
    """Return the name of each Danish municipality by every way to write it, folded and in lower case."""
    lines = (DATA / "municipalities.txt").read_text("utf-8").splitlines()
    rows = [[name.strip() for name in line.split(",")] for line in lines if line and not line.startswith("#")]
    return {fold(name.lower()): names[0] for names in rows for name in names}


def unknown(asking: str, named: AbstractSet[str], library: Library, told: str = "") -> tuple[Unknown, ...]:
    """Return the names in the asking part of a message that are not in the sources, in order.

    `named` are the ids of the documents and records that the message names; `told` is the whole message. Where what
    asks points back ("hos dem", "den rolle"), a place that is told of before is asked about too.
    """
    text = normalise(asking)
    before = normalise(told).partition(text)[0][-CLAUSE_BEFORE:] if POINTS_BACK.search(text) else ""
    if any(_places(before, library)) and not any(_places(text, library)):
        text = f"{before} {text}"
    documents = {library.records[name].document if name in library.records else name for name in named}
    pages = _pages(documents & library.documents.keys(), library)
    found = [*_places(text, library), *_works(text, library), *_publics(text, library), *_years(text, pages)]
    found += [*_numbered(text, named, pages, library), *_capitals(text, library)]
    kept: dict[str, Unknown] = {}
    for one in sorted(found, key=lambda one: (one.at, -len(one.words))):
        if not any(one.words in other for other in kept):
            kept[one.words] = one
    return tuple(kept.values())


def _pages(documents: AbstractSet[str], library: Library) -> str:
    """Return the years and the text of the documents, of all of them where none is given."""
    chosen = [document for document in library.catalogue.documents if not documents or document.id in documents]
    texts = (page.text for document in chosen for page in library.pages(document.id))
    return "\n".join([*(document.year for document in chosen), *texts])


def _is_own(text: str, at: int) -> bool:
    """Tell whether what stands at a place of the text is where the person is."""
    return re.search(cues("sources")["speaker"], text[max(0, at - CLAUSE_BEFORE) : at], re.IGNORECASE) is not None


def _places(text: str, library: Library) -> Iterator[Unknown]:
    for match in re.finditer(r"[^\W\d_]+(?:-[^\W\d_]+)?", text):
        written = match.group()
        place = _municipality(written)
        if place is None or _is_own(text, match.start()) or _is_word(written, text[match.end() :]):
            continue
        if not any(fold(name) == fold(place.lower()) for name in library.names):
            yield Unknown(match.start(), Sort.PLACE, place)


def _is_word(written: str, after: str) -> bool:
    """Tell whether what could be a place is an ordinary word: in lower case, and no municipality by what follows."""
    return written.islower() and written in AMBIGUOUS and not after.lstrip().startswith("kommune")


def _municipality(written: str) -> str | None:
    """Return the municipality that a word names, with or without the genitive's -s or a word joined to it."""
    folded = fold(written.lower())
    for form in (folded, folded.removesuffix("s"), folded.split("-")[0], folded.split("-")[0].removesuffix("s")):
        if form in municipalities():
            return municipalities()[form]
    return None


def _works(text: str, library: Library) -> Iterator[Unknown]:
    """Yield laws, works, bodies and masked schools that no passage has a word of."""
    for sort in (Sort.WORK, Sort.LAW, Sort.SCHOOL):
        for match in (match for cue in cues("sources")[sort] for match in cue.finditer(text)):
            said = match.group(match.lastindex or 0)
            if sort is Sort.SCHOOL and _is_own(text, match.start()):
                continue
            if sort is Sort.SCHOOL or not _is_written(said.lower(), library):
                yield Unknown(match.start(match.lastindex or 0), sort, said)


def _publics(text: str, library: Library) -> Iterator[Unknown]:
    """Yield public persons and works that are asked about and that no document names."""
    for start, end in public_spans(text):
        said = text[start:end]
        asked = ASKS_ABOUT.search(text[:start]) is not None
        if asked and not any(library.contains(document, said.removesuffix("s")) for document in library.documents):
            yield Unknown(start, Sort.WORK, said)


def _is_written(word: str, library: Library) -> bool:
    """Tell whether the library has a word, in lower case, with or without the genitive's -s."""
    words = library.catalogue.words
    return any(form in words for form in (word, word.removesuffix("s"), f"{word}s"))


def _years(text: str, pages: str) -> Iterator[Unknown]:
    for match in YEAR.finditer(text):
        if match.group() not in pages and not _is_own(text, match.start()):
            yield Unknown(match.start(), Sort.YEAR, match.group())


def _numbered(text: str, named: AbstractSet[str], pages: str, library: Library) -> Iterator[Unknown]:
    """Yield levels, recommendations, tables, chapters and pages whose number the sources have not."""
    for match in re.finditer(cues("sources")["numbered"], text, re.IGNORECASE):
        noun, number = match[1].lower(), match[2]
        if noun == "anbefaling" and (
            named & _meant(frozenset(), library)
            or library.names.get(f"anbefaling {number}", frozenset()) & _meant(named, library)
        ):
            continue
        if noun == "side":
            known = any(page.number == int(re.split(r"\D", number)[0]) for page in library.catalogue.pages)
        elif noun in ("kapitel", "afsnit"):
            known = any(heading.startswith(number) for p in library.catalogue.passages for heading in p.path)
        else:
            before = r"(?:[\d.,]+\W*(?:(?:og|til|eller)\W+|[-–]\W*)?)*"
            after = rf"\b{noun}\w*\W{{1,3}}(?:nr\.? )?{before}(?<![\d.]){re.escape(number)}(?![\d])"
            known = re.search(rf"{after}|\b{re.escape(number)}\. {noun}", pages, re.IGNORECASE) is not None
        if not known:
            yield Unknown(match.start(), Sort.PART, match.group())


def _meant(named: AbstractSet[str], library: Library) -> set[str]:
    """Return the recommendations of the documents that are named, or of all where none is."""
    documents = named & library.documents.keys()
    return {r.id for r in library.catalogue.recommendations if not documents or r.document in documents}


def _capitals(text: str, library: Library) -> Iterator[Unknown]:
    """Yield words with a capital letter inside a sentence that neither the documents nor a dictionary has."""
    for match in CAPITAL.finditer(text):
        low = match.group().lower()
        forms = (low, low.removesuffix("s"))
        listed = any(simplemma.is_known(word, lang=lang) for word in forms for lang in ("da", "en"))
        if len(low) < 3 or listed or _is_written(low, library) or _municipality(low):
            continue
        if not _is_own(text, match.start()):
            yield Unknown(match.start(), Sort.WORK, match.group())
