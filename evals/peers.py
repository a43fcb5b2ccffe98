"""The obvious alternatives, on the same questions and the same embedder, so that our numbers stand beside theirs.

Each searches the plain text of the same pages: no headings, no records, no knowledge by hand. Doors: llama-index, for
its own default pipeline.
"""

import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
from llama_index.core import Document, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.schema import TextNode
from pydantic import PrivateAttr

from app.turn import Outcome
from app.wire import ActionOut, HitOut
from corpus.schema import EvidenceLabel, Page, TrialAction
from evals.items import Item
from evals.results import Result
from retrieval.embed import Embedder, VectorCache
from retrieval.library import Library

HITS = 10
ACTIONS = 5
CHUNK_SIZE = 900
"""Characters of a fixed chunk."""
CHUNK_OVERLAP = 100
"""Characters that a fixed chunk has in common with the one before it."""
K1 = 1.2
B = 0.75
RRF_K = 60

Ranking = Sequence[tuple[int, float]]
"""Places in a peer's chunks with their scores, best first; a chunk that did not match at all may be left out."""

Rank = Callable[[str], Ranking]


@dataclass(frozen=True)
class Chunk:
    """A piece of a document as a peer cuts it. `action` is the trial action whose pages hold most of it."""

    id: str
    document: str
    text: str
    action: TrialAction | None


@dataclass(frozen=True)
class Peer:
    """Another way to search the documents: its chunks, and how it ranks all of them for a question."""

    name: str
    chunks: Sequence[Chunk]
    rank: Rank
    evidence: Mapping[str, EvidenceLabel]

    def search(self, query: str, limit: int = HITS) -> list[HitOut]:
        """Return the best chunks for a question, best first; they have no heading and no pages."""
        return self.hits(self.rank(query), limit)

    def hits(self, ranking: Ranking, limit: int = HITS) -> list[HitOut]:
        """Return the first `limit` chunks of a ranking as hits."""
        return [
            HitOut(passage=chunk.id, document=chunk.document, heading="", pages=[], text=chunk.text, score=score)
            for chunk, score in ((self.chunks[place], score) for place, score in ranking[:limit])
        ]

    def actions(self, ranking: Ranking, limit: int = ACTIONS) -> list[ActionOut]:
        """Return the first `limit` trial actions of a ranking; one scores what its best chunk scores."""
        best: dict[str, ActionOut] = {}
        for place, score in ranking:
            action = self.chunks[place].action
            if action is not None and action.id not in best:
                label = self.evidence.get(action.id, EvidenceLabel.D)
                best[action.id] = ActionOut(
                    id=action.id, name=action.name, title=action.title, score=score, evidence=label
                )
        return list(best.values())[:limit]


def run_peer(peer: Peer, items: Iterable[Item]) -> list[Result]:
    """Return what a peer finds for each item, in the same order.

    A peer answers nothing: it searches the question as it stands, without its history, and every outcome is
    `answered` with an empty text. Timings are in milliseconds: `search` includes the embedder, `total` the trial
    actions as well.
    """
    return [_run(peer, item) for item in items]


def _run(peer: Peer, item: Item) -> Result:
    start = time.perf_counter()
    ranking = peer.rank(item.query)
    hits = peer.hits(ranking)
    searched = time.perf_counter()
    actions = peer.actions(ranking)
    timings = {"search": 1000 * (searched - start), "total": 1000 * (time.perf_counter() - start)}
    return Result(
        id=item.id,
        outcome=Outcome.ANSWERED,
        reason=None,
        text="",
        citations=[],
        hits=hits,
        actions=actions,
        masked_query="",
        timings_ms=timings,
    )


def make_peers(library: Library, embedder: Embedder, cache: Path) -> list[Peer]:
    """Return the peers over the documents of a library: llama-index's default, and dense, BM25 and RRF on chunks.

    `cache` is the file that keeps the chunks' vectors (see VectorCache), so that a second run is fast.
    """
    sources = _sources(library)
    vectors = VectorCache(cache, embedder)
    evidence = {name: mark.label for name, mark in library.catalogue.evidence.items()}
    chunks = [chunk for source in sources for chunk in fixed_chunks(source)]
    dense = dense_ranker(chunks, embedder, vectors)
    bm25 = bm25_ranker([chunk.text for chunk in chunks])
    return [
        _llama_index(sources, embedder, vectors, evidence),
        Peer("chunks_dense", chunks, dense, evidence),
        Peer("chunks_bm25", chunks, bm25, evidence),
        Peer("chunks_rrf", chunks, rrf_ranker(dense, bm25), evidence),
    ]


@dataclass(frozen=True)
class Source:
    """The whole text of a document. `spans` are where each page begins and ends in it, with its trial actions."""

    document: str
    text: str
    spans: Sequence[tuple[int, int, Sequence[TrialAction]]]

    def chunk(self, start: int, end: int) -> Chunk:
        """Return the chunk of the characters from `start` to `end`."""
        return Chunk(f"{self.document}-{start}", self.document, self.text[start:end], self._action(start, end))

    def _action(self, start: int, end: int) -> TrialAction | None:
        """Return whose pages hold most of the characters, None where those of no trial action do; ties: the first."""
        held: Counter[str] = Counter()
        actions: dict[str, TrialAction] = {}
        for begin, stop, on_page in self.spans:
            actions |= {action.id: action for action in on_page}
            for name in [action.id for action in on_page] or [""]:
                held[name] += max(0, min(end, stop) - max(start, begin))
        return actions.get(max(held, key=lambda name: held[name], default=""))


def _sources(library: Library) -> list[Source]:
    return [
        _source(
            document,
            library.pages(document),
            [action for action in library.catalogue.trial_actions if action.document == document],
        )
        for document in library.documents
    ]


def _source(document: str, pages: Sequence[Page], actions: Sequence[TrialAction]) -> Source:
    starts = accumulate((len(page.text) + 1 for page in pages), initial=0)
    spans = [
        (start, start + len(page.text), [action for action in actions if page.number in action.pages])
        for start, page in zip(starts, pages, strict=False)
    ]
    return Source(document, "\n".join(page.text for page in pages), spans)


def fixed_chunks(source: Source) -> list[Chunk]:
    """Return chunks of CHUNK_SIZE characters, each CHUNK_OVERLAP into the one before; blank ones are left out."""
    starts = range(0, max(1, len(source.text) - CHUNK_OVERLAP), CHUNK_SIZE - CHUNK_OVERLAP)
    chunks = [source.chunk(start, start + CHUNK_SIZE) for start in starts]
    return [chunk for chunk in chunks if chunk.text.strip()]


def dense_ranker(chunks: Sequence[Chunk], embedder: Embedder, cache: VectorCache) -> Rank:
    """Return a ranking by the cosine of the vectors of question and chunk."""
    vectors, _ = cache.embed_passages([chunk.text for chunk in chunks])

    def rank(query: str) -> Ranking:
        scores = vectors @ embedder.embed_query(query)
        return [(int(place), float(scores[place])) for place in np.argsort(-scores, kind="stable")]

    return rank


def bm25_ranker(texts: Sequence[str]) -> Rank:
    """Return a ranking by BM25 of lower-cased words, over the texts that share a word with the question.

    Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond", with the inverse document
    frequency of Lucene, which is never negative.
    """
    counts = [Counter(_words(text)) for text in texts]
    mean = sum(count.total() for count in counts) / max(1, len(counts))
    frequencies = Counter(word for count in counts for word in count)
    postings: dict[str, list[tuple[int, float]]] = {word: [] for word in frequencies}
    for place, count in enumerate(counts):
        norm = K1 * (1 - B + B * count.total() / mean) if mean else K1
        for word, times in count.items():
            rarity = math.log(1 + (len(counts) - frequencies[word] + 0.5) / (frequencies[word] + 0.5))
            postings[word].append((place, rarity * times * (K1 + 1) / (times + norm)))

    def rank(query: str) -> Ranking:
        scores: dict[int, float] = {}
        for word in _words(query):
            for place, weight in postings.get(word, ()):
                scores[place] = scores.get(place, 0.0) + weight
        return _best_first(scores)

    return rank


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def rrf_ranker(*ranks: Rank) -> Rank:
    """Return the reciprocal rank fusion of whole rankings: the sum of 1 / (RRF_K + rank).

    Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning
    Methods", SIGIR.
    """

    def rank(query: str) -> Ranking:
        scores: dict[int, float] = {}
        for ranker in ranks:
            for position, (place, _) in enumerate(ranker(query), start=1):
                scores[place] = scores.get(place, 0.0) + 1 / (RRF_K + position)
        return _best_first(scores)

    return rank


def _best_first(scores: Mapping[int, float]) -> Ranking:
    return sorted(scores.items(), key=lambda entry: (-entry[1], entry[0]))


class _LlamaIndexEmbedding(BaseEmbedding):
    """Our embedder as llama-index takes one: its query side and its passage side, the latter through the cache."""

    _embedder: Embedder = PrivateAttr()
    _cache: VectorCache = PrivateAttr()

    def __init__(self, embedder: Embedder, cache: VectorCache) -> None:
        super().__init__(model_name=embedder.name)
        self._embedder = embedder
        self._cache = cache

    def _get_query_embedding(self, query: str) -> list[float]:
        return list(map(float, self._embedder.embed_query(query)))

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors, _ = self._cache.embed_passages(texts)
        return [list(map(float, vector)) for vector in vectors]


def _llama_index(
    sources: Sequence[Source], embedder: Embedder, cache: VectorCache, evidence: Mapping[str, EvidenceLabel]
) -> Peer:
    """Return llama-index's default pipeline: a Document per file, SentenceSplitter 1024/20, VectorStoreIndex.

    The splitter's tokenizer and sentence model come inside llama-index-core, and with the embedder given and no
    LLM asked for, nothing is downloaded. It is asked for all nodes, of which the first ten are its top 10.
    """
    splitter = SentenceSplitter(chunk_size=1024, chunk_overlap=20)
    nodes = splitter.get_nodes_from_documents([Document(text=source.text, id_=source.document) for source in sources])
    by_name = {source.document: source for source in sources}
    chunks = []
    places = {}
    for place, node in enumerate(nodes):
        assert isinstance(node, TextNode) and node.start_char_idx is not None and node.end_char_idx is not None
        chunks.append(by_name[node.ref_doc_id or ""].chunk(node.start_char_idx, node.end_char_idx))
        places[node.node_id] = place
    index = VectorStoreIndex(nodes, embed_model=_LlamaIndexEmbedding(embedder, cache), transformations=[splitter])
    retriever = index.as_retriever(similarity_top_k=max(1, len(nodes)))

    def rank(query: str) -> Ranking:
        return [(places[found.node.node_id], found.score or 0.0) for found in retriever.retrieve(query)]

    return Peer("llama_index_default", chunks, rank, evidence)
