"""A question to hits: analyse, embed, rank what the legs find, then look at the best sentences."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from corpus.schema import Passage, Sentence
from corpus.text import normalise
from retrieval.analyse import four_grams, query_weights, terms
from retrieval.embed import Embedder, Vectors
from retrieval.index import VectorQuery
from retrieval.library import Library
from retrieval.rank import Features, Legs, weigh, weights
from retrieval.spelling import respell

CANDIDATES = 40
"""How many passages are looked at sentence by sentence."""

CONTEXT = 2000
"""The most letters of a hit with what stands around it."""

EMBEDDED_TOKENS = 400
"""The most tokens of a question that are embedded: a bound on how long an answer can take."""

SHORT_NAME = 2
"""A name of so few letters before a number is something else, such as the hour in "kl. 12"."""


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
    """A passage with its score, and the cosine of the question with each of its sentences.

    `context` is the passage and its neighbours in the document, in reading order.
    """

    passage: Passage
    score: float
    similarities: tuple[float, ...]
    context: tuple[Passage, ...] = ()

    @property
    def best(self) -> Sentence:
        """The sentence most like the question."""
        return self.passage.sentences[int(np.argmax(self.similarities))]

    @property
    def text(self) -> str:
        """The passage with what stands around it."""
        return "\n".join(passage.text for passage in self.context or (self.passage,))

    @property
    def pages(self) -> tuple[int, ...]:
        """The printed page numbers of the text, in order."""
        shown = self.context or (self.passage,)
        return tuple(dict.fromkeys(page for passage in shown for page in passage.printed_pages))


def prepare(text: str, embedder: Embedder, library: Library) -> Query:
    """Embed and analyse a question.

    Names of places and documents become hints and leave the text that is searched for, as a document says its
    own name on every page. What is misspelt is looked for as the library writes it, and abbreviations are spelt out
    for the word search.
    """
    start = time.perf_counter()
    named, rest = wording(text, library)
    dense = embedder.embed_query(_beginning(rest, embedder))
    embedded = time.perf_counter()
    spelt_out = expand(rest, library.catalogue.abbreviations, library.catalogue.spellings)
    found = terms(spelt_out)
    vectors = VectorQuery(dense, query_weights(found), query_weights(four_grams(spelt_out)))
    analysed = time.perf_counter()
    timings = {"embed": 1000 * (embedded - start), "analyse": 1000 * (analysed - embedded)}
    return Query(text, dense, tuple(found), vectors, named, timings)


def wording(text: str, library: Library) -> tuple[frozenset[str], str]:
    """Return the ids of what a question names, and the rest of it, spelt as in the library: what is embedded."""
    named, rest = _take_names(respell(_unmasked(normalise(text)), library.catalogue.words), library)
    return _take_page(named, rest, library)


def documents_named(text: str, library: Library) -> frozenset[str]:
    """Return the ids of the documents that a text names."""
    named, _ = wording(text, library)
    return named & library.documents.keys()


PLACEHOLDER = re.compile(r"\[[^\[\]\n]{1,20}\]s?")
"""What stands for a masked name or number."""


def _unmasked(text: str) -> str:
    """Return `text` without the placeholders of what was masked; all of it if nothing else is left."""
    rest = PLACEHOLDER.sub(" ", text)
    return rest if terms(rest) else text


def _beginning(text: str, embedder: Embedder) -> str:
    """Return as much of the text as the embedder takes in one go; the word search still sees all of it."""
    tokens = embedder.count_tokens(text)
    return text if tokens <= EMBEDDED_TOKENS else text[: len(text) * EMBEDDED_TOKENS // tokens]


def _take_names(text: str, library: Library) -> tuple[frozenset[str], str]:
    """Return the ids that `text` names, and the text without the names; all of it when nothing else is left."""
    ids: set[str] = set()
    rest = text
    lowered = text.lower()
    for name, pointed in sorted(library.names.items(), key=lambda entry: -len(entry[0])):
        if name not in lowered:
            continue
        no_hour = r"(?!\.?\s?\d)" if len(name) <= SHORT_NAME else r"(?!\.\d)"
        pattern = rf"(?:\b(?:i|hos|fra|på|af) )?(?<![\w.]){re.escape(name)}s?(?!\w){no_hour}(?: kommunes?\b)?"
        shorter, count = re.subn(pattern, " ", rest, flags=re.IGNORECASE)
        if count:
            ids |= pointed
            rest = shorter
    rest = re.sub(r"\s+", " ", rest).strip()
    return frozenset(ids), rest if terms(rest) else text


PAGE = re.compile(r"\b(?:på )?(?:side|s\.) ?(\d{1,3})\b(?! ?[-–] ?\d)", re.IGNORECASE)


def _take_page(named: frozenset[str], text: str, library: Library) -> tuple[frozenset[str], str]:
    """Return the ids of the passages on the page that `text` asks for in a document it names, and the text without it.

    Without a page, a named document or a passage there, both come back as they are.
    """
    asked = PAGE.search(text)
    documents = named & library.documents.keys()
    found = library.on_page(documents, int(asked[1])) if asked and documents else frozenset()
    rest = PAGE.sub(" ", text).strip()
    return (found | named - documents, rest if terms(rest) else text) if found else (named, text)


def expand(text: str, abbreviations: Mapping[str, str], spellings: Mapping[str, str] | None = None) -> str:
    """Return `text` with the long form of each abbreviation in it, the short form of each long one, and usual terms.

    `spellings` tells which term another form stands for.
    """
    lowered = text.lower()
    words = set(re.findall(r"\w+", lowered))
    extra = [long for short, long in abbreviations.items() if short.lower() in words]
    extra += [short for short, long in abbreviations.items() if long.lower() in lowered]
    for form, term in (spellings or {}).items():
        if form in lowered and re.search(rf"(?<!\w){re.escape(form)}(?!\w)", lowered):
            extra.append(term)
    return " ".join([text, *dict.fromkeys(extra)])


def search(query: Query, library: Library, limit: int = 10, legs: Legs | None = None) -> list[Hit]:
    """Return the best passages for a question, best first, each with its neighbours; none stands in two hits.

    `legs` are the question's, where they are there already.
    """
    ids, features = (legs or Legs.of(query.vectors, query.named, library)).passages()
    if not ids:
        return []
    cosines: dict[int, npt.NDArray[np.floating]] = {}

    def likeness(place: int) -> float:
        cosines[place] = library.sentence_vectors(library.passages[ids[place]]) @ query.dense
        return float(cosines[place].max())

    order, scores = ordered(features, likeness, weights()["passages"], limit)
    best_first = [library.passages[ids[place]] for place in order]
    kept = windows(best_first, library, limit)
    return [
        Hit(best_first[at], scores[at], tuple(float(value) for value in cosines[order[at]]), around)
        for at, around in kept.items()
    ]


def ordered(
    features: Features, likeness: Callable[[int], float], chosen: Mapping[str, float], limit: int
) -> tuple[list[int], list[float]]:
    """Return the places of the best candidates, best first, and their scores, by the weights `chosen`.

    The best are looked at once more with `likeness`, the cosine of a candidate's best sentence.
    """
    scores = weigh(features, chosen)
    first = np.argsort(-scores, kind="stable")[: max(4 * limit, CANDIDATES)]
    best = np.array([likeness(int(place)) for place in first])
    spread = float(best.std()) or 1.0
    scores = scores[first] + chosen["sentence"] * (best - best.mean()) / spread
    order = np.argsort(-scores, kind="stable")
    return [int(first[place]) for place in order], [float(scores[place]) for place in order]


def windows(best_first: Sequence[Passage], library: Library, limit: int) -> dict[int, tuple[Passage, ...]]:
    """Return the places of the passages that become hits, with what stands around each; no passage twice."""
    kept: dict[int, tuple[Passage, ...]] = {}
    shown: set[str] = set()
    for at, passage in enumerate(best_first):
        if passage.id not in shown and len(kept) < limit:
            kept[at] = context(passage, library, shown)
            shown |= {neighbour.id for neighbour in kept[at]}
    return kept


def context(passage: Passage, library: Library, taken: AbstractSet[str] = frozenset()) -> tuple[Passage, ...]:
    """Return a passage with its neighbours, in reading order, as long as they fit in `CONTEXT` letters.

    Neighbours stand in the same section, record or chapter; the nearer come first, those after before those before.
    Passages in `taken` are left out.
    """
    row = library.catalogue.passages
    at = first = last = library.places[passage.id]
    length = len(passage.text)
    ahead, behind = True, True
    while ahead or behind:
        if ahead:
            ahead = last + 1 < len(row) and _fits(row[at], row[last + 1], length, taken)
            last += ahead
            length += len(row[last].text) if ahead else 0
        if behind:
            behind = first > 0 and _fits(row[at], row[first - 1], length, taken)
            first -= behind
            length += len(row[first].text) if behind else 0
    return tuple(row[first : last + 1])


def _fits(passage: Passage, neighbour: Passage, length: int, taken: AbstractSet[str]) -> bool:
    related = passage.document == neighbour.document and (
        passage.path == neighbour.path
        or (passage.record is not None and passage.record == neighbour.record)
        or (len(passage.path) > 1 and passage.path[:-1] == neighbour.path[:-1])
    )
    return related and neighbour.id not in taken and length + len(neighbour.text) <= CONTEXT
