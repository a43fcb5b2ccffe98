import socket
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import llama_index.core
import numpy as np
import pytest
from llama_index.core.utils import globals_helper

from app.turn import Outcome
from corpus.text import key
from evals.items import Item
from evals.peers import CHUNK_OVERLAP, CHUNK_SIZE, Chunk, Peer, bm25_ranker, make_peers, rrf_ranker, run_peer
from evals.results import Result
from retrieval.embed import VectorCache
from retrieval.library import Library
from retrieval.storage import Storage
from tests.fakes import HashEmbedder

NAMES = ["llama_index_default", "chunks_dense", "chunks_bm25", "chunks_rrf"]
SITUATION = Item("s", "situation", "lærer", "da", "Vi vil have legegrupper i frikvarteret", Outcome.ANSWERED)


@pytest.fixture
def small_library(small_index: Storage) -> Iterator[Library]:
    opened = Library.open(small_index)
    yield opened
    opened.close()


@pytest.fixture
def peers(small_library: Library, fake: HashEmbedder, tmp_path: Path) -> dict[str, Peer]:
    return {peer.name: peer for peer in make_peers(small_library, fake, tmp_path / "peers.sqlite")}


@pytest.fixture(scope="module")
def corpus_peers(library: Library, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Peer]:
    """The peers over the bundled documents."""
    cache = tmp_path_factory.mktemp("peers") / "peers.sqlite"
    return {peer.name: peer for peer in make_peers(library, HashEmbedder(), cache)}


def _peer(*texts: str) -> Peer:
    chunks = [Chunk(f"d-{place}", "d", text, None) for place, text in enumerate(texts)]
    return Peer("bm25", chunks, bm25_ranker(texts), {})


def test_makes_the_four_peers(peers: dict[str, Peer]) -> None:
    assert list(peers) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_hits_are_plain_chunks_best_first(name: str, peers: dict[str, Peer], small_library: Library) -> None:
    hits = peers[name].search("Hvad gør vi ved skolevægring og fravær?")
    assert hits
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.passage for hit in hits}) == len(hits)
    for hit in hits:
        assert (hit.heading, hit.pages) == ("", [])
        assert small_library.contains(hit.document, hit.text)
    assert hits[0].document == "guiden"
    assert peers[name].search("Hvad gør vi ved fravær?", limit=1) == peers[name].search("Hvad gør vi ved fravær?")[:1]


@pytest.mark.parametrize("name", NAMES)
def test_results_keep_the_contract(name: str, peers: dict[str, Peer]) -> None:
    items = [SITUATION, replace(SITUATION, id="u", kind="urgent", outcome=Outcome.URGENT)]
    results = run_peer(peers[name], items)
    assert [result.id for result in results] == ["s", "u"]
    for result in results:
        assert Result.model_validate_json(result.model_dump_json()) == result
        assert (result.outcome, result.reason) == (Outcome.ANSWERED, None)
        assert (result.text, result.citations, result.masked_query) == ("", [], "")
        assert result.hits == peers[name].search(SITUATION.query)
        assert 0 < result.timings_ms["search"] <= result.timings_ms["total"]


@pytest.mark.parametrize("name", NAMES)
def test_chunks_cover_the_documents(name: str, corpus_peers: dict[str, Peer], library: Library) -> None:
    chunks = corpus_peers[name].chunks
    for document in library.documents:
        texts = [chunk.text for chunk in chunks if chunk.document == document]
        found = key("".join(texts))
        assert all(library.contains(document, text) for text in texts)
        assert len(found) >= len(key("".join(page.text for page in library.pages(document))))


def test_fixed_chunks_overlap(corpus_peers: dict[str, Peer]) -> None:
    texts = [chunk.text for chunk in corpus_peers["chunks_dense"].chunks if chunk.document == "kl"]
    assert {len(text) for text in texts[:-1]} == {CHUNK_SIZE}
    assert CHUNK_OVERLAP < len(texts[-1]) <= CHUNK_SIZE
    for before, after in pairwise(texts):
        assert before[-CHUNK_OVERLAP:] == after[:CHUNK_OVERLAP]


@pytest.mark.parametrize("name", NAMES)
def test_a_chunk_belongs_to_the_trial_action_on_whose_page_most_of_it_stands(
    name: str, corpus_peers: dict[str, Peer], library: Library
) -> None:
    chunks = corpus_peers[name].chunks
    assert {chunk.document for chunk in chunks if chunk.action} == {"kl"}
    owned = [chunk.action.id for chunk in chunks if chunk.action]
    assert set(owned) <= set(library.trial_actions)
    assert len(set(owned)) >= 18
    for action in library.trial_actions.values():
        page = key(library.page("kl", action.pages[0]).text)
        inside = [chunk for chunk in chunks if chunk.document == "kl" and key(chunk.text) in page]
        assert all(chunk.action == action for chunk in inside)


@pytest.mark.parametrize("name", ["chunks_bm25", "chunks_rrf"])
def test_ranks_trial_actions_by_their_best_chunk(name: str, corpus_peers: dict[str, Peer], library: Library) -> None:
    peer = corpus_peers[name]
    query = "co-teaching i 1. klasse for nyuddannede lærere"
    ranking = peer.rank(query)
    actions = peer.actions(ranking)
    assert len(actions) == 5
    assert len({action.id for action in actions}) == 5
    assert [action.score for action in actions] == sorted((action.score for action in actions), reverse=True)
    assert actions[0].name == "Brøndby Kommune – Brøndbyvester Skole"
    for found in actions:
        action = library.trial_actions[found.id]
        assert (found.name, found.title) == (action.name, action.title)
        assert found.evidence == library.catalogue.mark(found.id).label
        assert found.score == max(score for place, score in ranking if peer.chunks[place].action == action)


def test_llama_index_ranks_as_the_cosine_of_its_own_chunks(
    peers: dict[str, Peer], fake: HashEmbedder, tmp_path: Path
) -> None:
    peer = peers["llama_index_default"]
    vectors, computed = VectorCache(tmp_path / "peers.sqlite", fake).embed_passages([c.text for c in peer.chunks])
    assert computed == 0
    cosines = vectors @ fake.embed_query("Makkerlæsning")
    ranking = peer.rank("Makkerlæsning")
    assert [place for place, _ in ranking] == list(np.argsort(-cosines))
    assert [score for _, score in ranking] == pytest.approx(sorted(cosines, reverse=True), abs=1e-6)


def test_asks_the_embedder_for_its_query_side(small_library: Library, tmp_path: Path) -> None:
    class Sided(HashEmbedder):
        asked: list[str] = []  # noqa: RUF012 - one per test

        def embed_query(self, text: str) -> np.ndarray:
            self.asked.append(text)
            return super().embed_query(text)

    embedder = Sided()
    every = {peer.name: peer for peer in make_peers(small_library, embedder, tmp_path / "peers.sqlite")}
    assert embedder.asked == []
    for name in NAMES:
        every[name].search(name)
    assert embedder.asked == ["llama_index_default", "chunks_dense", "chunks_rrf"]


def test_embeds_each_chunk_once_for_all_runs(small_library: Library, fake: HashEmbedder, tmp_path: Path) -> None:
    make_peers(small_library, fake, tmp_path / "peers.sqlite")
    before = len(fake.embedded)
    make_peers(small_library, fake, tmp_path / "peers.sqlite")
    assert len(fake.embedded) == before


def test_downloads_nothing_and_asks_for_no_key(
    small_library: Library, fake: HashEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **more: object) -> object:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setattr(llama_index.core, "global_tokenizer", None)
    monkeypatch.setattr(globals_helper, "_punkt_tokenizer", None)
    assert make_peers(small_library, fake, tmp_path / "peers.sqlite")[0].search("Hvem læser i par?")


def test_bm25_prefers_rare_words_and_short_texts() -> None:
    peer = _peer("skolen og skolen", "skolen har en hest", "skolen har en hest i haven", "bageren sover")
    assert [hit.passage for hit in peer.search("HEST")] == ["d-1", "d-2"]
    assert [hit.passage for hit in peer.search("skolen hest")] == ["d-1", "d-2", "d-0"]
    assert peer.search("flodhest") == []


def test_bm25_weighs_as_robertson_and_zaragoza_do() -> None:
    # Two texts of 3 and 1 words; the word is in one of them, twice: idf = ln 2, norm = 1.2 · (0.25 + 0.75 · 3 / 2).
    (place, score), *rest = bm25_ranker(["hest hest ko", "ko"])("hest")
    assert (place, rest) == (0, [])
    assert score == pytest.approx(np.log(2) * 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 1.5)))


def test_bm25_takes_texts_without_words() -> None:
    assert bm25_ranker([])("hest") == []
    assert bm25_ranker(["", "…"])("hest") == []


def test_rrf_adds_the_reciprocal_ranks() -> None:
    fused = rrf_ranker(lambda _: [(2, 9.0), (0, 1.0)], lambda _: [(0, 0.4), (1, 0.3)])("x")
    assert fused == [
        (0, pytest.approx(1 / 62 + 1 / 61)),
        (2, pytest.approx(1 / 61)),
        (1, pytest.approx(1 / 62)),
    ]
