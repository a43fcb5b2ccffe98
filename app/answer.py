"""Hits to an answer in the sources' own words: the sentences that answer best, with what they need to be understood.

The source of the best sentence opens the answer. Then comes what other passages say, grouped by source.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from app.relevance import Candidate, candidates
from app.texts import pages_named, texts
from app.turn import Citation, Part, PartKind
from corpus.schema import Document, Passage, Sentence
from retrieval.library import Library
from retrieval.search import Hit, Query

MOST = 8
"""How many sentences are chosen at most, besides those they need."""

SURE = 0.06
"""From which chance a sentence is quoted; set on the development items, between too little and too much."""

SURE_BESIDE = 0.1
"""From which chance a sentence is quoted beside suggestions or examples."""

MOST_ITEMS = 8
ALONE = 30
"""A sentence of fewer letters says little by itself."""

NAMED_SURE = 0.01
"""From which chance the best sentence of a document that the question names is quoted."""

LEANS_BACK = re.compile(
    r"(?:Det|Dette|Disse|Den|De|Denne|Her|Heri|Hertil|Derfor|Desuden|Derudover|Samtidig|Ligeledes|Dermed|Herved|"
    r"Som (?:det )?(?:nævnt|fremgår|beskrevet|vist)|Han|Hun|Sådanne?|Ydermere|Endvidere|Men|Så|Altså|Særligt|"
    r"Undtagelserne)\b"
)
"""How a sentence begins that cannot be understood without the one before it."""


PART_OF_A_LIST = re.compile(r"[•–\-\s]*(?:At\b|[a-zæøå])")
"""How a sentence begins that is only a clause of a list."""


def compose(query: Query, hits: Sequence[Hit], library: Library, language: str) -> list[Part]:
    """Return the parts of an answer; empty when no hit holds a sentence that may be quoted.

    It opens with the source of the sentence that answers best; what other passages say follows by source.
    """
    words = texts(language)["answer"]
    groups = _by_source(_chosen(query, hits, frozenset(), library), hits, library, language)
    if not groups:
        return []
    first = next(iter(groups))
    parts = [Part(PartKind.HEADING, first), *groups.pop(first)]
    return list(said_once([*parts, *_grouped(groups, words)]))


def also(query: Query, hits: Sequence[Hit], told: AbstractSet[str], library: Library, language: str) -> list[Part]:
    """Return what the hits say besides, by source, but for the passages and records `told` of already.

    What is only beside has to be surer.
    """
    words = texts(language)["answer"]
    chosen = [one for one in _chosen(query, hits, told, library) if one.chance >= SURE_BESIDE]
    groups = _by_source(chosen, hits, library, language)
    return list(said_once(_grouped(groups, words)))


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


def own_words(record: str, query: Query, library: Library, most: int) -> list[Part]:
    """Return the sentences of a record that are nearest to a question, in the order in which they stand."""
    passages = [library.passages[name] for name in library.passages_of.get(record, ())]
    alike = [tuple(map(float, library.sentence_vectors(passage) @ query.dense)) for passage in passages]
    hits = [Hit(passage, 0.0, likeness) for passage, likeness in zip(passages, alike, strict=True)]
    beside = [replace(one, features={**one.features, "place": 0.0}) for one in candidates(query, hits, library)]
    whole = [one for one in beside if _stands_alone(hits[one.hit].passage.sentences[one.place])]
    best = sorted(whole, key=lambda one: -one.chance)[:most]
    places = sorted((one.hit, one.place) for one in best)
    found = ((hits[hit].passage, hits[hit].passage.sentences[place]) for hit, place in places)
    return [Part(PartKind.QUOTE, sentence.text, (cite(passage, sentence, library),)) for passage, sentence in found]


def _stands_alone(sentence: Sentence) -> bool:
    """Tell whether a sentence can be read without the one before it and the list after it."""
    begins, text = PART_OF_A_LIST.match(sentence.text), sentence.text
    return not begins and not LEANS_BACK.match(text) and not text.endswith(":") and len(text) >= ALONE


def _chosen(query: Query, hits: Sequence[Hit], told: AbstractSet[str], library: Library) -> list[Candidate]:
    """Return the sentences to quote, best first: the best, the others that are sure enough, one of each named document.

    What is looked up by its code comes before all else. Passages in `told`, and those of a record in it, are left out.
    """
    looked_up = library.catalogue.recommendation_ids & query.named
    rows = [
        (hits[one.hit].passage.record in looked_up, one.chance, one)
        for one in candidates(query, hits, library)
        if not {hits[one.hit].passage.id, hits[one.hit].passage.record} & told
    ]
    rows.sort(key=lambda row: row[:2], reverse=True)
    best_first = [one for _, _, one in rows]
    chosen = [one for at, (asked_for, chance, one) in enumerate(rows[:MOST]) if at == 0 or asked_for or chance >= SURE]
    for document in sorted(query.named & library.documents.keys()):
        of_it = [one for one in best_first if hits[one.hit].passage.document == document]
        if of_it and of_it[0] not in chosen and of_it[0].chance >= NAMED_SURE:
            chosen.append(of_it[0])
    return chosen


def _by_source(
    chosen: Sequence[Candidate], hits: Sequence[Hit], library: Library, language: str
) -> dict[str, list[Part]]:
    """Return the quotations of the chosen sentences by source; that of the best sentence comes first."""
    places: dict[str, dict[int, set[int]]] = {}
    for one in chosen:
        line = source_line(hits[one.hit].passage, library, language)
        places.setdefault(line, {}).setdefault(one.hit, set()).add(one.place)
    return {
        line: [part for hit, wanted in by_hit.items() for part in _quotes(hits[hit], sorted(wanted), library)]
        for line, by_hit in places.items()
    }


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


def source_line(passage: Passage, library: Library, language: str) -> str:
    """Return the line that stands over a passage's words: its document, trial action, page, and where it applies."""
    document = library.documents[passage.document]
    place = page_label(passage, language)
    local = f" ({texts(language)['answer']['local'].format(place=document.local)})" if document.local else ""
    action = library.trial_actions.get(passage.record or "")
    name = f": {action.name}" if action is not None else ""
    return f"{document.short_title}{name}, {place}{local}"


def page_label(passage: Passage, language: str) -> str:
    """Return how a passage's place is named: its printed pages, else its innermost heading."""
    if passage.printed_pages:
        return pages_named(passage.printed_pages, language)
    return texts(language)["answer"]["section"].format(heading=_section_name(passage))


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
