"""The turn that says no: what was looked for, what is nearest, how to ask otherwise, and whom to ask."""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.answer import cite, source_line
from app.entities import Sort
from app.evidence import Evidence
from app.relevance import SHORTEST, may_answer
from app.render import escape
from app.texts import texts
from app.triage import caution_text
from app.turn import Outcome, Part, PartKind, Reason, Suggestion, Turn
from app.verify import verify
from corpus.schema import Sentence
from retrieval.analyse import is_english, terms
from retrieval.library import Library
from retrieval.search import Hit

NEAREST = 3
LOOKED_FOR = 4
"""How many words of a message are told to have been looked for."""

WORD = re.compile(r"(?<!\[)\b[^\W\d_]+(?:-[^\W\d_]+)*\b(?![^\[]*\])")


def refuse(reason: Reason, language: str) -> Turn:
    """Return the turn that says no to what the product does not do or know, and what can be done instead."""
    words = texts(language)["refused"]
    notes = [words[reason.value]]
    if reason is Reason.NOT_ALLOWED:
        notes += [words["offer"], texts(language)["answer"]["always"]]
    else:
        notes.append(words["rewording"])
    return Turn(Outcome.REFUSED, reason, tuple(Part(PartKind.NOTE, note) for note in notes))


def verified(parts: Sequence[Part], library: Library, language: str, suggestions: tuple[Suggestion, ...] = ()) -> Turn:
    """Return the turn of an answer, as far as its quotations stand in the sources; one that says no where none does."""
    kept, dropped = verify(parts, library)
    if not any(part.citations for part in kept):
        return replace(refuse(Reason.NOT_IN_SOURCES, language), dropped_quotes=dropped)
    return Turn(Outcome.ANSWERED, None, kept, suggestions=suggestions, dropped_quotes=dropped)


def not_in_sources(evidence: Evidence, asking: str, hits: Sequence[Hit], library: Library, language: str) -> Turn:
    """Return the turn that says what was looked for in vain, with the nearest passages and whom to ask.

    The nearest passages are said not to be an answer.
    """
    words = texts(language)["refused"]
    looked_for = ", ".join(map(escape, missing(evidence, language) or _rare(asking, library)))
    opening = [Part(PartKind.NOTE, words["not_in_sources"])]
    if looked_for:
        opening.append(Part(PartKind.NOTE, words["looked_for"].format(terms=looked_for)))
    closing = [
        Part(PartKind.NOTE, words[f"otherwise_{_kind(evidence)}"]),
        Part(PartKind.NOTE, _ask(evidence, language)),
    ]
    near, dropped = verify([*opening, *_nearest(hits, library, language), *closing], library)
    return Turn(Outcome.REFUSED, Reason.NOT_IN_SOURCES, near, dropped_quotes=dropped)


def unread(language: str) -> Turn:
    """Return the refusal of a message in letters that cannot be read: it may be about danger, like any other."""
    parts = (Part(PartKind.CAUTION, caution_text(language)), Part(PartKind.NOTE, texts(language)["refused"]["unread"]))
    return Turn(Outcome.REFUSED, Reason.OUT_OF_SCOPE, parts)


def spoken(text: str, language: str) -> str:
    """Return the language to refuse in: English to a message in English, else that of the interface."""
    return "en" if is_english(text) else language


def partly(turn: Turn, evidence: Evidence, language: str) -> Turn:
    """Return an answer as the part of one that it is: opened by what is not in the sources."""
    lacks = ", ".join(map(escape, missing(evidence, language)))
    note = Part(PartKind.NOTE, texts(language)["refused"]["partly"].format(terms=lacks))
    closing = Part(PartKind.NOTE, _ask(evidence, language))
    return replace(turn, outcome=Outcome.PARTIAL, parts=(note, *turn.parts, closing))


def missing(evidence: Evidence, language: str) -> list[str]:
    """Return what is asked for and not in the sources, as a person reads it."""
    names = texts(language)["asked_for"]
    told = [names["school"] if one.words == "[skole]" else one.words for one in evidence.unknown]
    told += [names[kind] for kind in evidence.lacking.kinds]
    return list(dict.fromkeys([*told, *evidence.lacking.words]))


def _kind(evidence: Evidence) -> str:
    """Return which advice on asking otherwise fits: `name`, `answer` or `words`."""
    if evidence.unknown:
        return "name"
    return "answer" if evidence.lacking else "words"


def _ask(evidence: Evidence, language: str) -> str:
    """Return whom to ask: the place that is named, the law's own advisers, or the leader."""
    words = texts(language)["refused"]
    places = [one.words for one in evidence.unknown if one.sort is Sort.PLACE]
    if places:
        return words["ask_place"].format(places=", ".join(places))
    laws = any(one.sort is Sort.LAW for one in evidence.unknown)
    return words["ask_law"] if laws else words["ask_school" if evidence.lacking else "ask_leader"]


def _nearest(hits: Sequence[Hit], library: Library, language: str) -> Iterator[Part]:
    """Yield the best sentence that can be read by itself of the nearest passages, each under its source."""
    words = texts(language)
    found = [(hit, sentence) for hit in hits if (sentence := _readable(hit)) is not None][:NEAREST]
    if found:
        yield Part(PartKind.NOTE, f"**{words['refused']['nearest']}** – {words['refused']['no_answer']}")
    last = ""
    for hit, sentence in found:
        line = source_line(hit.passage, library, language)
        if line != last:
            yield Part(PartKind.HEADING, line)
        last = line
        yield Part(PartKind.QUOTE, sentence.text, (cite(hit.passage, sentence, library),))


def _readable(hit: Hit) -> Sentence | None:
    """Return the sentence of a passage most like the question that is no footnote, heading or scrap; None for none."""
    told = [
        (alike, -place, sentence)
        for place, (alike, sentence) in enumerate(zip(hit.similarities, hit.passage.sentences, strict=True))
        if may_answer(sentence) and len(sentence.text) >= SHORTEST and not sentence.text.endswith(":")
    ]
    return max(told)[2] if told else None


def _rare(asking: str, library: Library) -> list[str]:
    """Return the words of a message that the passages lack, else those they have least of, in their order."""
    frequencies = library.catalogue.frequencies
    rarity = {
        word: math.log1p(min((frequencies.get(term, 0) for term in found), default=0))
        for word in WORD.findall(asking)
        if len(word) > 1 and (found := terms(word))
    }
    lacked = [word for word, found in rarity.items() if not found]
    rarest = (lacked or sorted(rarity, key=lambda word: rarity[word]))[:LOOKED_FOR]
    return [word.lower() for word in rarity if word in rarest]
