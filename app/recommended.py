"""Recommendations that a message asks for by whom they are for, or by nothing but their number.

How people name those whom recommendations are for is data (app/data/addressees.toml).
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from app.answer import cite
from app.render import escape
from app.suggestions import record_name
from app.texts import texts
from app.turn import Part, PartKind
from corpus.schema import Passage, Recommendation, RecordField
from retrieval.analyse import terms
from retrieval.library import Library

DATA = Path(__file__).parent / "data" / "addressees.toml"
MOST = 20
"""More recommendations for somebody are no answer to read; a theme must be named."""

TOLD = ("anbefaling", "rolle", "handling")
"""The fields of a recommendation that are told to who asks for it by its number."""

NUMBERED = re.compile(r"\b(?:anbefaling|recommendation)(?:en)? ?(?:nr\.? |nummer |no\.? )?(\d)\b", re.IGNORECASE)


@cache
def _read(table: str) -> Mapping[str, Sequence[re.Pattern[str]]]:
    read = tomllib.loads(DATA.read_text("utf-8"))[table]
    return {name: tuple(re.compile(cue, re.IGNORECASE) for cue in cues) for name, cues in read.items()}


def by_addressee(text: str, named: frozenset[str], library: Library, language: str) -> list[Part]:
    """Return the recommendations for somebody whom a question names, of the documents `named` if any.

    With other words in a question of a document they are those that have one of them; none where no one has.
    """
    cues, addressees = _read("cues"), _read("addressees")
    addressee = next((who for who in addressees if _any(addressees[who], text)), None)
    if addressee is None or not _any(cues["asks"], text) or _any(cues["senders"], text):
        return []
    documents = named & library.documents.keys()
    if named - documents:
        return []
    theirs = [
        one
        for one in _recommendations(library)
        if one.addressee == addressee and (not documents or one.document in documents)
    ]
    rest = text
    for pattern in (*addressees[addressee], *cues["asks"], *cues["passed_over"]):
        rest = pattern.sub(" ", rest)
    wanted = set(terms(rest))
    if wanted and not documents:
        return []
    chosen = [one for one in theirs if not wanted or wanted & set(terms(" ".join(_words(one))))]
    if not chosen or len(chosen) > MOST:
        return []
    words = texts(language)["recommended"]
    counted = "some" if wanted else "all"
    title = words[counted].format(count=len(chosen), total=len(theirs), addressee=escape(addressee))
    return [Part(PartKind.NOTE, f"**{title}**"), *(part for one in chosen for part in _told(one, library, language))]


def by_number(text: str, named: frozenset[str], library: Library, language: str) -> list[Part]:
    """Return what a recommendation says that a message names, with no other word than its number and source."""
    found = [one for one in _recommendations(library) if one.id in named]
    rest = NUMBERED.sub(" ", text)
    for pattern in (*_read("cues")["asks"], *_read("cues")["passed_over"]):
        rest = pattern.sub(" ", rest)
    if len(found) != 1 or not NUMBERED.search(text) or terms(rest):
        return []
    (one,) = found
    parts = [Part(PartKind.HEADING, escape(record_name(one.id, library, language)))]
    for field in one.fields:
        if field.name in TOLD:
            parts += _quotes(one, field, library)
    return parts


def number_asked_for(message: str, told: str, shown: Sequence[str]) -> str | None:
    """Return the recommendation that a message names by a number alone, after an answer `told` that begins with them.

    None where trial actions were `shown`, which are numbered as well.
    """
    asked = _number(message)
    if shown or asked is None or not _any(_read("cues")["numbered"], told.partition("\n")[0]):
        return None
    return f"STUK anbefaling {asked}"


def _number(message: str) -> int | None:
    """Return the number that a short message names: "uddyb nr. 5", "og nummer 3?"."""
    left = message
    for pattern in _read("cues")["passed_over"]:
        left = pattern.sub(" ", left)
    number = re.fullmatch(r"\W*(?:anbefaling)?\W*([1-7])\W*", left, re.IGNORECASE)
    return int(number[1]) if number else None


def _recommendations(library: Library) -> list[Recommendation]:
    found = (library.records[name] for name in sorted(library.catalogue.recommendation_ids))
    return [one for one in found if isinstance(one, Recommendation)]


def _words(one: Recommendation) -> list[str]:
    return [one.title, *(sentence.text for field in one.fields for sentence in field.sentences)]


def _told(one: Recommendation, library: Library, language: str) -> list[Part]:
    """Return the words of a recommendation, the first after its name."""
    parts = _quotes(one, one.fields[0], library)
    name = record_name(one.id, library, language)
    return [
        Part(part.kind, part.text, part.citations, lead=f"{name}:" if at == 0 else "") for at, part in enumerate(parts)
    ]


def _quotes(one: Recommendation, field: RecordField, library: Library) -> list[Part]:
    passages = [library.passages[name] for name in library.passages_of[one.id]]
    parts = []
    for sentence in field.sentences:
        holding: Passage | None = next((passage for passage in passages if sentence in passage.sentences), None)
        if holding is not None and sentence.quotable:
            kind = PartKind.ITEM if sentence.kind == "item" and field.name == "handling" else PartKind.QUOTE
            parts.append(Part(kind, sentence.text, (cite(holding, sentence, library),)))
    return parts


def _any(patterns: Sequence[re.Pattern[str]], text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)
