"""A question to hits: analyse, embed, one fused query, then the best sentences."""

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from corpus.schema import Passage, Sentence
from retrieval.analyse import four_grams, query_weights, terms
from retrieval.embed import Embedder, Vectors
from retrieval.index import ScoredPassage, VectorQuery
from retrieval.library import Library

POINTS = 200
"""How many fused points are looked at; several may lead to the same passage."""

RECORD_SHARE = 0.9
"""What each passage of a record gets of the score of a text that leads to the record as a whole."""

CANDIDATES = 40
"""How many fused passages are looked at sentence by sentence."""

SENTENCE_WEIGHT = 20.0
"""How much the best sentence's cosine, above the mean of the candidates, adds to the fused score."""


EMBEDDED_TOKENS = 400
"""The most tokens of a question that are embedded: a bound on how long an answer can take."""

SHORT_NAME = 2
"""A name of so few letters before a number is something else, such as the hour in "kl. 12"."""

NAMED_WEIGHT = 2.0
"""What a passage gains when the question names its document, place or school."""


@dataclass(frozen=True)
class Query:
    """A question, embedded and analysed.

    `terms` are its index terms without the names in it; `named` the ids of the documents and trial actions it
    names; `timings_ms` tells how long the preparation took.
    """

    text: str
    dense: Vectors
    terms: tuple[str, ...]
    vectors: VectorQuery
    named: frozenset[str] = frozenset()
    timings_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Hit:
    """A passage with its score, and the cosine of the question with each of its sentences."""

    passage: Passage
    score: float
    similarities: tuple[float, ...]

    @property
    def best(self) -> Sentence:
        """The sentence most like the question."""
        return self.passage.sentences[int(np.argmax(self.similarities))]


def prepare(text: str, embedder: Embedder, library: Library) -> Query:
    """Embed and analyse a question.

    Names of places and documents become hints and leave the text that is searched for, as a document says its
    own name on every page. Abbreviations are spelt out for the word search.
    """
    start = time.perf_counter()
    named, rest = _take_names(text, library)
    dense = embedder.embed_query(_beginning(rest, embedder))
    embedded = time.perf_counter()
    spelt_out = expand(rest, library.catalogue.abbreviations)
    found = terms(spelt_out)
    vectors = VectorQuery(dense, query_weights(found), query_weights(four_grams(spelt_out)))
    analysed = time.perf_counter()
    timings = {"embed": 1000 * (embedded - start), "analyse": 1000 * (analysed - embedded)}
    return Query(text, dense, tuple(found), vectors, named, timings)


def _beginning(text: str, embedder: Embedder) -> str:
    """Return as much of the text as the embedder takes in one go; the word search still sees all of it."""
    tokens = embedder.count_tokens(text)
    return text if tokens <= EMBEDDED_TOKENS else text[: len(text) * EMBEDDED_TOKENS // tokens]


def _take_names(text: str, library: Library) -> tuple[frozenset[str], str]:
    """Return the ids that `text` names, and the text without the names; all of it when nothing else is left."""
    ids: set[str] = set()
    rest = text
    for name, pointed in sorted(library.names.items(), key=lambda entry: -len(entry[0])):
        no_hour = r"(?!\.?\s?\d)" if len(name) <= SHORT_NAME else ""
        pattern = rf"(?:\b(?:i|hos|fra|på|af) )?(?<!\w){re.escape(name)}s?(?!\w){no_hour}(?: kommunes?\b)?"
        shorter, count = re.subn(pattern, " ", rest, flags=re.IGNORECASE)
        if count:
            ids |= pointed
            rest = shorter
    rest = re.sub(r"\s+", " ", rest).strip()
    return frozenset(ids), rest if terms(rest) else text


def expand(text: str, abbreviations: Mapping[str, str]) -> str:
    """Return `text` followed by the long form of each abbreviation in it, and the short form of each long one."""
    lowered = text.lower()
    words = set(re.findall(r"\w+", lowered))
    extra = [long for short, long in abbreviations.items() if short.lower() in words]
    extra += [short for short, long in abbreviations.items() if long.lower() in lowered]
    return " ".join([text, *extra])


def collapse(entries: Iterable[ScoredPassage], library: Library) -> dict[str, float]:
    """Return the best score of each passage that the points lead to; a record leads to all of its passages."""
    found: dict[str, float] = {}
    for entry in entries:
        if entry.passage in library.passages:
            led_to, score = [entry.passage], entry.score
        else:
            led_to, score = library.passages_of.get(entry.passage, []), RECORD_SHARE * entry.score
        for passage in led_to:
            found[passage] = max(score, found.get(passage, score))
    return found


def search(query: Query, library: Library, limit: int = 10) -> list[Hit]:
    """Return the best passages for a question, best first."""
    entries = library.index.query(query.vectors, POINTS)
    if query.named:
        entries += library.index.query(query.vectors, CANDIDATES, among=query.named)
    best_first = sorted(collapse(entries, library).items(), key=lambda entry: -entry[1])[: max(limit, CANDIDATES)]
    scored = [(library.passages[passage], score) for passage, score in best_first]
    if not scored:
        return []
    cosines = [library.sentence_vectors(passage) @ query.dense for passage, _ in scored]
    best = np.array([similarities.max() for similarities in cosines])
    scores = np.array([score for _, score in scored]) + SENTENCE_WEIGHT * (best - best.mean())
    scores += [NAMED_WEIGHT * bool(query.named & {passage.document, passage.record}) for passage, _ in scored]
    order = np.argsort(-scores, kind="stable")[:limit]
    return [
        Hit(scored[place][0], float(scores[place]), tuple(float(value) for value in cosines[place])) for place in order
    ]
