"""retrieval/embed.py: the real model and the tests' stand-in keep the same promises; vectors are never made twice."""

import sqlite3
import unicodedata
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.errors import ConfigError, StorageFull
from retrieval import embed
from retrieval.embed import BundledEmbedder, Embedder, VectorCache, make_embedder, write_shipped
from retrieval.search import prepare
from retrieval.storage import storage_errors
from tests.fakes import HashEmbedder

TEXTS = [
    "Eleverne er urolige i timerne efter frokost.",
    "Forældrene får besked samme dag.",
    "PKU",
    "",
    "Ærø, Åbenrå og Sønderjylland – 96 pct. (5.3.4.h) § 20",
    "ord " * 2000,
]
ODD = ["nul\x00tegn", "halvt tegn \ud83d her", "\udfff", "\x00", "👩‍🏫 lærer", "\u202eomvendt", "\n\t \r"]


@pytest.fixture(params=["bundled", "fake"])
def embedder(request: pytest.FixtureRequest) -> Iterator[Embedder]:
    yield request.getfixturevalue(request.param)


@pytest.fixture
def cache(tmp_path: Path, fake: HashEmbedder) -> VectorCache:
    return VectorCache(tmp_path / "cache" / "vectors.sqlite", fake)


def test_passages_give_one_unit_vector_each(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


def test_question_gives_one_unit_vector(embedder: Embedder) -> None:
    vector = embedder.embed_query("Hvad gør vi ved uro?")
    assert vector.shape == (embedder.dimensions,)
    assert vector.dtype == np.float32
    assert np.isclose(np.linalg.norm(vector), 1, atol=1e-3)


def test_no_passages_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimensions)


def test_same_text_gives_the_same_vector_alone_and_in_a_batch(embedder: Embedder) -> None:
    together = embedder.embed_passages(TEXTS)
    alone = np.concatenate([embedder.embed_passages([text]) for text in TEXTS])
    assert np.allclose(together, alone, atol=1e-4)


def test_question_is_nearest_the_passage_that_answers_it(embedder: Embedder) -> None:
    cosines = embedder.embed_passages(TEXTS[:3]) @ embedder.embed_query("Hvorfor er eleverne urolige efter frokost?")
    assert int(np.argmax(cosines)) == 0


def test_longer_text_has_more_tokens(embedder: Embedder) -> None:
    counts = [embedder.count_tokens("ord " * count) for count in (1, 10, 100)]
    assert counts == sorted(set(counts))
    assert counts[0] >= 1


@pytest.mark.parametrize("text", ODD, ids=ascii)
def test_null_characters_and_half_letters_are_taken(embedder: Embedder, text: str) -> None:
    vectors = [embedder.embed_query(text), embedder.embed_passages([text])[0]]
    assert np.isfinite(vectors).all()
    assert embedder.count_tokens(text) >= 0


def test_many_threads_get_the_same_vectors_as_one(embedder: Embedder) -> None:
    questions = [f"Hvad gør vi ved {what}?" for what in ("uro", "fravær", "mobning", "konflikter")] * 8
    alone = [embedder.embed_query(question) for question in questions[:4]] * 8
    with ThreadPoolExecutor(8) as pool:
        passages = [pool.submit(embedder.embed_passages, TEXTS[:3]) for _ in range(4)]
        together = list(pool.map(embedder.embed_query, questions))
    assert np.array_equal(together, alone)
    expected = embedder.embed_passages(TEXTS[:3])
    assert all(np.array_equal(result.result(), expected) for result in passages)


def test_embedder_has_a_name_that_tells_its_version(bundled: BundledEmbedder) -> None:
    assert "e5" in bundled.name
    assert any(char.isdigit() for char in bundled.name)
    assert bundled.dimensions == 384


def test_bundled_model_tells_questions_from_passages(bundled: BundledEmbedder) -> None:
    assert not np.allclose(bundled.embed_query(TEXTS[0]), bundled.embed_passages(TEXTS[:1])[0], atol=1e-3)


def test_settings_name_the_tuned_and_the_bundled_model(tmp_path: Path, bundled: BundledEmbedder) -> None:
    assert make_embedder("tuned", tmp_path).name == bundled.name
    assert bundled.name.startswith(f"{make_embedder('bundled', tmp_path).name}+")


def test_model_that_cannot_be_kept_is_told_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageFull, match="model = bundled"):
        make_embedder("tuned", tmp_path / "file" / "cache")


def test_unknown_model_is_a_setting_to_mend(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        make_embedder(str(tmp_path / "findes-ikke"), tmp_path)
    assert caught.value.fix


def test_cache_computes_each_text_once(cache: VectorCache, fake: HashEmbedder) -> None:
    vectors, computed = cache.embed_passages(["a b", "c d", "a b"])
    assert (computed, fake.embedded) == (2, ["a b", "c d"])
    again, computed = cache.embed_passages(["c d", "e f"])
    assert (computed, fake.embedded) == (1, ["a b", "c d", "e f"])
    assert np.array_equal(again[0], vectors[1])
    assert np.array_equal(vectors[0], vectors[2])


def test_cache_gives_what_the_embedder_gives(cache: VectorCache, fake: HashEmbedder) -> None:
    texts = [f"tekst nummer {number}" for number in range(40)]
    for _ in range(2):
        assert np.array_equal(cache.embed_passages(texts)[0], fake.embed_passages(texts))


def test_cache_of_nothing_is_empty(cache: VectorCache, fake: HashEmbedder) -> None:
    vectors, computed = cache.embed_passages([])
    assert vectors.shape == (0, fake.dimensions)
    assert computed == 0


def test_cache_keeps_embedders_apart(tmp_path: Path, fake: HashEmbedder) -> None:
    other = HashEmbedder()
    other.name = "another"
    VectorCache(tmp_path / "v.sqlite", fake).embed_passages(["a"])
    assert VectorCache(tmp_path / "v.sqlite", other).embed_passages(["a"])[1] == 1


def test_cache_tells_its_progress_to_the_end(cache: VectorCache) -> None:
    told: list[int] = []
    cache.embed_passages(["a", "b", "a"])
    cache.embed_passages([*"abcdefghijklmnopqrstuvwxyz"], told.append)
    assert sum(told) == 26


def test_cache_keeps_what_was_done_before_a_crash(tmp_path: Path) -> None:
    def fail(texts: object) -> None:
        if "tekst 20" in str(texts):
            raise KeyboardInterrupt

    texts = [f"tekst {number}" for number in range(30)]
    with pytest.raises(KeyboardInterrupt):
        VectorCache(tmp_path / "v.sqlite", HashEmbedder(before=fail)).embed_passages(texts)
    assert VectorCache(tmp_path / "v.sqlite", HashEmbedder()).embed_passages(texts)[1] == 30 - embed.BATCH


def test_cache_takes_odd_texts(cache: VectorCache) -> None:
    assert cache.embed_passages(ODD)[0].shape[0] == len(ODD)


def test_vector_of_the_wrong_size_is_computed_again(tmp_path: Path, cache: VectorCache) -> None:
    expected = cache.embed_passages(["a b"])[0]
    with sqlite3.connect(tmp_path / "cache" / "vectors.sqlite") as connection:
        connection.execute("UPDATE vectors SET vector = ?", (b"\0" * 8,))
    vectors, computed = cache.embed_passages(["a b"])
    assert computed == 1
    assert np.array_equal(vectors, expected)


def overwrite(path: Path) -> None:
    path.write_bytes(b"no database at all" * 500)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def spoil_pages(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xaa" * (len(content) - 4096))


@pytest.mark.parametrize("spoil", [overwrite, cut_off, spoil_pages, Path.unlink], ids=lambda each: each.__name__)
def test_cache_survives_a_spoilt_file(tmp_path: Path, cache: VectorCache, fake: HashEmbedder, spoil) -> None:
    texts = [f"tekst nummer {number}" for number in range(100)]
    cache.embed_passages(texts)
    spoil(tmp_path / "cache" / "vectors.sqlite")
    for _ in range(2):
        assert np.array_equal(cache.embed_passages(texts)[0], HashEmbedder().embed_passages(texts))
    before = len(fake.embedded)
    assert cache.embed_passages(texts)[1] == 0
    assert len(fake.embedded) == before


def test_cache_that_another_process_holds_is_not_deleted(
    tmp_path: Path, cache: VectorCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.embed_passages(["a b"])
    connect = sqlite3.connect
    monkeypatch.setattr(embed.sqlite3, "connect", lambda path, timeout=0: connect(path, timeout=0.05))
    with connect(tmp_path / "cache" / "vectors.sqlite") as holder:
        holder.execute("BEGIN EXCLUSIVE")
        with suppress(Exception):
            cache.embed_passages(["c d"])
    holder.close()
    assert cache.embed_passages(["a b"])[1] == 0


def test_full_disk_in_the_cache_is_told_as_such(
    cache: VectorCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.embed_passages(["a b"])
    connect = sqlite3.connect

    def small(*arguments: Any, **more: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **more)
        connection.execute("PRAGMA max_page_count = 2")
        return connection

    monkeypatch.setattr(embed.sqlite3, "connect", small)
    with pytest.raises(StorageFull), storage_errors(tmp_path):
        cache.embed_passages([f"tekst {number}" for number in range(200)])
    monkeypatch.undo()
    assert cache.embed_passages(["a b"])[1] == 0


def test_shipped_vectors_are_used_before_any_is_computed(tmp_path: Path, fake: HashEmbedder) -> None:
    texts = ["a b c", "d e f", "a b c"]
    assert write_shipped(tmp_path / "vectors.npz", texts, VectorCache(tmp_path / "første.sqlite", fake)) == 2
    expected = fake.embed_passages(texts)
    cache = VectorCache(tmp_path / "v.sqlite", fake, tmp_path / "vectors.npz")
    vectors, computed = cache.embed_passages(texts)
    assert computed == 0
    assert np.allclose(vectors, expected, atol=1e-3)


def test_vectors_shipped_for_another_model_are_not_used(tmp_path: Path, fake: HashEmbedder) -> None:
    write_shipped(tmp_path / "vectors.npz", ["a b c"], VectorCache(tmp_path / "første.sqlite", fake))
    other = HashEmbedder()
    other.name = "another"
    cache = VectorCache(tmp_path / "v.sqlite", other, tmp_path / "vectors.npz")
    assert cache.embed_passages(["a b c"])[1] == 1


def test_shipping_nothing_is_possible_to_leave_out(tmp_path: Path, fake: HashEmbedder) -> None:
    cache = VectorCache(tmp_path / "v.sqlite", fake, tmp_path / "findes-ikke.npz")
    assert cache.embed_passages(["a"])[1] == 1


def test_composed_and_decomposed_questions_have_the_same_vector(library, bundled: BundledEmbedder) -> None:
    question = "Hvad gør vi på mellemtrinnet, når børnene ikke når målet?"
    one = prepare(question, bundled, library)
    other = prepare(unicodedata.normalize("NFD", question), bundled, library)
    assert np.allclose(one.dense, other.dense, atol=1e-4)
    assert one.terms == other.terms
