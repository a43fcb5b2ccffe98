"""Hits to an answer in the sources' own words: the sentences that fit best, with what they need to be understood.

The first hit's best sentences are the short answer. Then comes what the other sources say, grouped by document.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from app.texts import texts
from app.turn import Citation, Part, PartKind
from corpus.schema import Document, Passage, Sentence
from retrieval.analyse import terms
from retrieval.library import Library
from retrieval.search import Hit, Query

QUOTED_HITS = 6
"""How many hits may be quoted."""

SHORT_ANSWER = 3
MORE_PER_HIT = 2
MOST_ITEMS = 8
MOST_OTHERS = 3
ASKS_FOR_A_NUMBER = re.compile(
    r"\b(?:hvor (?:mange|meget|stor\w*|ofte|længe|gammel)|hvornår|procent|andel\w*|hvilket år|"
    r"how (?:many|much|often|long))\b",
    re.IGNORECASE,
)
NUMBER_WORD = re.compile(r"\b(?:to|tre|fire|fem|seks|syv|otte|ni|ti|elleve|tolv|halvdelen|flertal\w*)\b", re.IGNORECASE)
NAMED_BONUS = 1.5
"""What a sentence of a document or trial action gains that the question names, in standard deviations."""

LOOKED_UP_BONUS = 10.0
"""What a sentence gains of the recommendation whose code the question gives."""

NUMBER_WEIGHT = 1.0
"""What a sentence with a number gains, in standard deviations, when a number is asked for."""

BEHIND = 1.0
"""How far behind the best sentence of its passage a quoted sentence may be, in standard deviations."""

FAR_BEHIND = 2.5
"""How far behind the best sentence of all the best of another passage may be."""

LEANS_BACK = re.compile(
    r"(?:Det|Dette|Disse|Den|De|Denne|Her|Heri|Hertil|Derfor|Desuden|Derudover|Samtidig|Ligeledes|Dermed|Herved|"
    r"Som (?:det )?(?:nævnt|fremgår|beskrevet|vist)|Han|Hun|Sådanne?|Ydermere|Endvidere|Men|Så|Altså|Særligt|"
    r"Undtagelserne)\b"
)
"""How a sentence begins that cannot be understood without the one before it."""


@dataclass(frozen=True)
class _Candidate:
    """A sentence of a hit with its place there and how well it answers."""

    hit: int
    place: int
    score: float


def compose(query: Query, hits: Sequence[Hit], library: Library, language: str) -> list[Part]:
    """Return the parts of an answer; empty when no hit holds a sentence that may be quoted.

    It opens with the sentences that answer best; what the other hits say follows by source.
    """
    chosen = list(hits[:QUOTED_HITS])
    scored = _score(query, chosen, library)
    if not scored:
        return []
    words = texts(language)["answer"]
    best = max(scored, key=lambda candidate: candidate.score)
    line = source_line(chosen[best.hit].passage, library, words)
    parts = [Part(PartKind.HEADING, line)]
    parts += _quotes(chosen[best.hit], _best(scored, best.hit, SHORT_ANSWER), library)
    others = _others(chosen, scored, best, {chosen[best.hit].passage.id}, library, words)
    return list(said_once([*parts, *others.pop(line, []), *_grouped(others, words)]))


def also(query: Query, hits: Sequence[Hit], told: AbstractSet[str], library: Library, language: str) -> list[Part]:
    """Return what the hits say, by source, but for the records `told` of already."""
    chosen = list(hits[:QUOTED_HITS])
    scored = _score(query, chosen, library)
    if not scored:
        return []
    words = texts(language)["answer"]
    best = max(scored, key=lambda candidate: candidate.score)
    return list(said_once(_grouped(_others(chosen, scored, best, told, library, words), words)))


def _grouped(others: Mapping[str, list[Part]], words: Mapping[str, str]) -> list[Part]:
    parts = [Part(PartKind.NOTE, f"**{words['more']}**")] if others else []
    for heading, quotes in others.items():
        parts += [Part(PartKind.HEADING, heading), *quotes]
    return parts


def said_once(parts: Sequence[Part]) -> Iterator[Part]:
    """Yield the parts, a quotation only the first time."""
    said: set[tuple[str, str]] = set()
    for part in parts:
        if part.kind is not PartKind.STATEMENT and part.citations:
            words = (part.citations[0].document, part.citations[0].quote)
            if words in said:
                continue
            said.add(words)
        yield part


def _score(query: Query, hits: Sequence[Hit], library: Library) -> list[_Candidate]:
    """Score every sentence that may be quoted: likeness, shared words, and the rank of its passage."""
    asked = set(query.terms)
    looked_up = {recommendation.id for recommendation in library.catalogue.recommendations}
    places = [
        (at, place)
        for at, hit in enumerate(hits)
        for place, sentence in enumerate(hit.passage.sentences)
        if sentence.quotable and sentence.kind in ("text", "item")
    ]
    if not places:
        return []
    numbers = bool(ASKS_FOR_A_NUMBER.search(query.text))
    likeness = np.array([hits[at].similarities[place] for at, place in places])
    spread = float(likeness.std()) or 1.0
    result = []
    for (at, place), cosine in zip(places, likeness, strict=True):
        passage = hits[at].passage
        said = set(terms(passage.sentences[place].text))
        headed = set(terms(passage.path[-1])) - said
        overlap = (len(asked & said) + 0.5 * len(asked & headed)) / max(1, len(asked))
        score = float((cosine - likeness.mean()) / spread) + 2.0 * overlap - 0.35 * at
        score += NAMED_BONUS * bool(query.named & {passage.document, passage.record})
        score += LOOKED_UP_BONUS * (passage.record in query.named & looked_up)
        score += NUMBER_WEIGHT * _numberness(passage.sentences[place].text) if numbers else 0.0
        result.append(_Candidate(at, place, score))
    return result


def _numberness(text: str) -> float:
    """Return how surely a sentence gives a number: 1 in digits, half for a word."""
    return 1.0 if re.search(r"\d", text) else 0.5 * bool(NUMBER_WORD.search(text))


def _best(scored: Sequence[_Candidate], hit: int, most: int) -> list[int]:
    """Return the places of the best sentences of a hit, those clearly behind the best left out."""
    own = sorted((c for c in scored if c.hit == hit), key=lambda candidate: -candidate.score)
    return [candidate.place for candidate in own[:most] if candidate.score >= own[0].score - BEHIND]


def _quotes(hit: Hit, places: Sequence[int], library: Library) -> Iterator[Part]:
    sentences = hit.passage.sentences
    for place in sorted(_with_context(sentences, places)):
        sentence = sentences[place]
        if sentence.quotable and sentence.kind != "caption":
            kind = PartKind.ITEM if sentence.kind == "item" else PartKind.QUOTE
            yield Part(kind, sentence.text, (cite(hit.passage, sentence, library),))


def _with_context(sentences: Sequence[Sentence], places: Sequence[int]) -> set[int]:
    """Return the places and those they need: what a sentence leans on, and the list a colon or item belongs to."""
    wanted = set(places)
    for place in places:
        at = place
        while at > 0 and sentences[at].kind != "item" and LEANS_BACK.match(sentences[at].text) and place - at < 2:
            at -= 1
            wanted.add(at)
        if sentences[place].text.endswith(":") or sentences[place].kind == "item":
            wanted |= _list_around(sentences, place)
    return wanted


def _list_around(sentences: Sequence[Sentence], place: int) -> set[int]:
    """Return the list `place` belongs to, with the sentence that introduces it; only `place` of a long one."""
    if sentences[place].kind != "item":
        first, last = place + 1, place
    else:
        first = last = place
        while first > 0 and sentences[first - 1].kind == "item":
            first -= 1
    while last + 1 < len(sentences) and sentences[last + 1].kind == "item":
        last += 1
    lead = first - 1 if first > 0 and sentences[first - 1].text.endswith(":") else None
    members = set(range(first, last + 1)) if last - first < MOST_ITEMS else {place}
    return members | ({lead} if lead is not None else set())


def _others(
    hits: Sequence[Hit],
    scored: Sequence[_Candidate],
    best: _Candidate,
    told: AbstractSet[str],
    library: Library,
    words: dict[str, str],
) -> dict[str, list[Part]]:
    """Return what the hits say that are not far behind, by source, in their order.

    Passages in `told`, and those of a record in it, are left out.
    """
    groups: dict[str, list[Part]] = {}
    for at, hit in enumerate(hits):
        leading = max((c.score for c in scored if c.hit == at), default=-FAR_BEHIND)
        if {hit.passage.id, hit.passage.record} & told or leading < best.score - FAR_BEHIND:
            continue
        line = source_line(hit.passage, library, words)
        if line in groups or len(groups) < MOST_OTHERS:
            groups.setdefault(line, []).extend(_quotes(hit, _best(scored, at, MORE_PER_HIT), library))
    return groups


def source_line(passage: Passage, library: Library, words: dict[str, str]) -> str:
    """Return the line that stands over a passage's words: its document, trial action, page, and where it applies."""
    document = library.documents[passage.document]
    place = page_label(passage, words)
    local = f" ({words['local'].format(place=document.local)})" if document.local else ""
    action = library.trial_actions.get(passage.record or "")
    name = f": {action.name}" if action is not None else ""
    return f"{document.short_title}{name}, {place}{local}"


def page_label(passage: Passage, words: dict[str, str]) -> str:
    """Return how a passage's place is named: its printed pages, else its innermost heading."""
    pages = passage.printed_pages
    if not pages:
        return words["section"].format(heading=_section_name(passage))
    if len(pages) == 1:
        return words["page"].format(page=pages[0])
    return words["pages"].format(first=pages[0], last=pages[-1])


def _section_name(passage: Passage) -> str:
    numbered = [heading for heading in passage.path if re.match(r"\d", heading)]
    return numbered[-1] if numbered else passage.path[-1]


def cite(passage: Passage, sentence: Sentence, library: Library) -> Citation:
    """Return the citation of a sentence; its number is given when the answer is verified."""
    return Citation(
        n=0,
        document=passage.document,
        passage=passage.id,
        heading=passage.heading,
        pages=sentence.pages if passage.printed else (),
        page=sentence.pages[0],
        quote=sentence.text,
        evidence=library.catalogue.label(passage),
    )


def source_title(document: Document, language: str) -> str:
    """Return one line that names a document, its publisher and year."""
    return texts(language)["chat"]["document"].format(
        title=document.title, publisher=document.publisher, year=document.year
    )
