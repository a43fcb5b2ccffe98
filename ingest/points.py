"""Passages and expansions to points for the engine."""

from collections import Counter
from collections.abc import Iterator, Sequence

from corpus.schema import Expansion
from retrieval.analyse import four_grams, saturate, terms
from retrieval.embed import Vectors
from retrieval.index import Point
from retrieval.library import Catalogue


def points(
    catalogue: Catalogue, led: Sequence[Expansion], dense: Vectors, words: Sequence[Sequence[str]]
) -> list[Point]:
    """Return a point for each passage and each expansion.

    `dense` holds the vectors of the passages and then of the expansions; `words` the index terms of the passages with
    their headings.
    """
    grams = [four_grams(f"{' '.join(passage.path)} {passage.text}") for passage in catalogue.passages]
    asked = [terms(expansion.text) for expansion in led]
    asked_grams = [four_grams(expansion.text) for expansion in led]
    own = len(catalogue.passages)
    return [
        *_side(_passage_heads(catalogue), dense[:own], words, grams),
        *_side(_expansion_heads(catalogue, led), dense[own:], asked, asked_grams),
    ]


def _side(
    heads: Sequence["Head"], dense: Vectors, words: Sequence[Sequence[str]], grams: Sequence[Sequence[str]]
) -> Iterator[Point]:
    """Yield the points of passages, or of expansions; lengths are weighed against the mean of their own side."""
    mean_words = sum(map(len, words)) / max(1, len(words))
    mean_grams = sum(map(len, grams)) / max(1, len(grams))
    for (target, key, payload), vector, found, pieces in zip(heads, dense, words, grams, strict=True):
        yield Point(
            passage=target,
            dense=vector,
            lex=saturate(Counter(found), len(found), mean_words),
            c4=saturate(Counter(pieces), len(pieces), mean_grams),
            payload=payload,
            key=key,
        )


Head = tuple[str, str, dict[str, object]]
"""What a point leads to, what tells it apart, and what it carries."""


def _passage_heads(catalogue: Catalogue) -> list[Head]:
    return [
        (
            passage.id,
            "",
            {
                "kind": catalogue.kind(passage.record),
                "document": passage.document,
                "heading": passage.heading,
                "pages": list(passage.printed_pages),
                "record": passage.record,
                "text": passage.text,
            },
        )
        for passage in catalogue.passages
    ]


def _expansion_heads(catalogue: Catalogue, led: Sequence[Expansion]) -> list[Head]:
    """An expansion carries where it leads, and none of its own words: it must never be shown."""
    passages = {passage.id: passage for passage in catalogue.passages}
    documents = {record.id: record.document for record in catalogue.records}
    documents |= {topic.id: topic.statements[0].support[0].document for topic in catalogue.topics}
    documents |= {trait.id: next(iter(trait.shown.values())).document for trait in catalogue.traits}
    heads: list[Head] = []
    for place, expansion in enumerate(led):
        passage = passages.get(expansion.target)
        record = passage.record if passage is not None else expansion.target
        document = passage.document if passage is not None else documents[expansion.target]
        payload: dict[str, object] = {"kind": catalogue.kind(record), "document": document, "record": record}
        heads.append((expansion.target, f"#{place}", payload))
    return heads
