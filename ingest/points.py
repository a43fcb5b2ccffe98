"""Passages and expansions to points for the engine."""

from collections import Counter
from collections.abc import Sequence

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
    said = [*words, *(terms(expansion.text) for expansion in led)]
    texts = [f"{' '.join(passage.path)} {passage.text}" for passage in catalogue.passages]
    grams = [four_grams(text) for text in (*texts, *(expansion.text for expansion in led))]
    mean_words = sum(map(len, said)) / max(1, len(said))
    mean_grams = sum(map(len, grams)) / max(1, len(grams))
    heads = [*_passage_heads(catalogue), *_expansion_heads(catalogue, led)]
    return [
        Point(
            passage=target,
            dense=vector,
            lex=saturate(Counter(found), len(found), mean_words),
            c4=saturate(Counter(pieces), len(pieces), mean_grams),
            payload=payload,
            key=key,
        )
        for (target, key, payload), vector, found, pieces in zip(heads, dense, said, grams, strict=True)
    ]


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
    heads: list[Head] = []
    for place, expansion in enumerate(led):
        passage = passages.get(expansion.target)
        record = passage.record if passage is not None else expansion.target
        document = passage.document if passage is not None else documents[expansion.target]
        payload: dict[str, object] = {"kind": catalogue.kind(record), "document": document, "record": record}
        heads.append((expansion.target, f"#{place}", payload))
    return heads
