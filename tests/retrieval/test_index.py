"""retrieval/index.py: both engines keep the same promises and rank alike."""

import os
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from qdrant_client import QdrantClient

from corpus.errors import IndexDamaged, ServerUnreachable
from retrieval.analyse import four_grams, query_weights, saturate, terms
from retrieval.index import LEGS, UPSERT_BATCH, EdgeIndex, Index, Point, ServerIndex, VectorQuery
from tests.fakes import HashEmbedder

TEXTS = [
    ("Eleverne er urolige i timerne efter frokost.", "trial_action"),
    ("Vi har lavet legegrupper i frikvarteret, og en voksen går med.", "trial_action"),
    ("Forældrene får besked samme dag, når et barn har haft det svært.", "text"),
    ("PPR deltager i teammøder og giver sparring til lærerne.", "recommendation"),
    ("Skolevægring kræver en fælles plan mellem skole og hjem.", "text"),
    ("Henvisning til Pædagogisk Koordinationsudvalg kræver en PPV.", "measure"),
    ("To voksne i klassen giver bedre faglige resultater.", "text"),
    ("Ledelsen sætter tid af til fælles forberedelse.", "recommendation"),
]
EMBEDDER = HashEmbedder()
DIMENSIONS = EMBEDDER.dimensions


def points(texts: list[tuple[str, str]] = TEXTS) -> list[Point]:
    made = []
    for text, kind in texts:
        words, grams = terms(text), four_grams(text)
        made.append(
            Point(
                passage=f"x-{text[:20]}",
                dense=EMBEDDER.embed_passages([text])[0],
                lex=saturate(Counter(words), len(words), 8),
                c4=saturate(Counter(grams), len(grams), 40),
                payload={
                    "kind": kind,
                    "document": "kl" if kind == "trial_action" else "stuk",
                    "text": text,
                    "pages": [1, 2],
                    "record": None if kind == "text" else f"{kind}-{len(text)}",
                },
            )
        )
    return made


def question(text: str) -> VectorQuery:
    return VectorQuery(EMBEDDER.embed_query(text), query_weights(terms(text)), query_weights(four_grams(text)))


ENGINES = ["edge", "memory", "server"]


@pytest.fixture
def client() -> Iterator[Callable[[str], QdrantClient]]:
    opened: list[QdrantClient] = []

    def connect(engine: str) -> QdrantClient:
        if engine == "server" and not os.environ.get("QDRANT_URL"):
            pytest.skip("QDRANT_URL is not set")
        url = ":memory:" if engine == "memory" else os.environ["QDRANT_URL"]
        opened.append(ServerIndex.connect(url, os.environ.get("QDRANT_API_KEY")))
        return opened[-1]

    yield connect
    for each in opened:
        each.close()


@pytest.fixture
def make(tmp_path: Path, client: Callable[[str], QdrantClient]) -> Iterator[Callable[[str], Index]]:
    undo: list[Callable[[], object]] = []

    def create(engine: str) -> Index:
        if engine == "edge":
            index = EdgeIndex.create(tmp_path / uuid.uuid4().hex / "shard", DIMENSIONS)
            undo.append(index.close)
            return index
        found, name = client(engine), f"proev_test_{uuid.uuid4().hex}"
        undo.append(lambda: found.delete_collection(name))
        return ServerIndex.create(found, name, DIMENSIONS)

    yield create
    for each in undo:
        each()


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, make: Callable[[str], Index]) -> Index:
    return make(request.param)


@pytest.fixture
def filled(empty: Index) -> Index:
    empty.add(points())
    empty.finish()
    return empty


def test_new_index_holds_nothing_and_finds_nothing(empty: Index) -> None:
    empty.finish()
    assert empty.count() == 0
    assert empty.query(question("uro efter frokost"), 5) == []


def test_every_point_that_was_added_is_counted(filled: Index) -> None:
    assert filled.count() == len(TEXTS)


def test_point_added_twice_counts_once(empty: Index) -> None:
    empty.add(points())
    empty.add(points()[:3])
    empty.finish()
    assert empty.count() == len(TEXTS)


def test_more_points_than_one_batch_are_all_kept(empty: Index) -> None:
    many = [(f"Passage nummer {number} handler om emne {number % 7}.", "text") for number in range(UPSERT_BATCH + 50)]
    empty.add([Point(f"x-{place}", *parts(point)) for place, point in enumerate(points(many))])
    empty.finish()
    assert empty.count() == UPSERT_BATCH + 50


def test_the_nearest_vectors_are_found_and_not_only_near_ones(tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    vectors = chance.standard_normal((6000, 768)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = EdgeIndex.create(tmp_path / "many" / "shard", 768)
    index.add([Point(f"x-{place}", vector, {}, {}, {"kind": "text"}) for place, vector in enumerate(vectors)])
    index.finish()
    for asked in chance.standard_normal((5, 768)).astype(np.float32):
        found = index.legs(VectorQuery(asked, {}, {}), 20)["dense"]
        nearest = np.argsort(-(vectors @ asked))[:20]
        assert [each.passage for each in found] == [f"x-{place}" for place in nearest]
    index.close()


def parts(point: Point) -> tuple[object, object, object, object]:
    return point.dense, point.lex, point.c4, point.payload


@pytest.mark.parametrize("text", [text for text, _ in TEXTS])
def test_passage_is_found_by_its_own_words(filled: Index, text: str) -> None:
    assert filled.query(question(text), 3)[0].passage == f"x-{text[:20]}"


def test_best_come_first_and_no_more_than_asked_for(filled: Index) -> None:
    found = filled.query(question("voksne i klassen og frikvarteret"), 4)
    assert len(found) == 4
    scores = [scored.score for scored in found]
    assert scores == sorted(scores, reverse=True)
    assert len({scored.passage for scored in found}) == 4


@pytest.mark.parametrize("kind", ["trial_action", "recommendation", "measure", "text"])
def test_kind_narrows_the_answer_to_points_of_that_kind(filled: Index, kind: str) -> None:
    found = filled.query(question("lærerne og forældrene i frikvarteret"), 10, kind)
    assert {scored.passage for scored in found} == {f"x-{text[:20]}" for text, each in TEXTS if each == kind}


def test_kind_that_nothing_has_finds_nothing(filled: Index) -> None:
    assert filled.query(question("frokost"), 10, "topic") == []


@pytest.mark.parametrize(
    ("among", "expected"),
    [
        ({"kl"}, [0, 1]),
        ({"stuk"}, [2, 3, 4, 5, 6, 7]),
        ({"kl", "stuk"}, list(range(8))),
        ({f"measure-{len(TEXTS[5][0])}"}, [5]),
        ({"kl", f"recommendation-{len(TEXTS[3][0])}"}, [0, 1, 3]),
        ({"ukendt"}, []),
    ],
    ids=["document", "other document", "both", "record", "document or record", "unknown"],
)
def test_among_narrows_the_answer_to_documents_and_records(filled: Index, among: set[str], expected: list[int]) -> None:
    found = filled.query(question("lærerne og forældrene i frikvarteret"), 10, among=frozenset(among))
    assert {scored.passage for scored in found} == {f"x-{TEXTS[place][0][:20]}" for place in expected}


def test_kind_and_among_narrow_together(filled: Index) -> None:
    found = filled.query(question("lærerne i frikvarteret"), 10, "text", frozenset({"stuk"}))
    assert {scored.passage for scored in found} == {f"x-{text[:20]}" for text, kind in TEXTS if kind == "text"}
    assert filled.query(question("lærerne i frikvarteret"), 10, "text", frozenset({"kl"})) == []


def test_question_without_words_is_answered_by_likeness_alone(filled: Index) -> None:
    found = filled.query(VectorQuery(EMBEDDER.embed_query(TEXTS[4][0]), {}, {}), 3)
    assert found[0].passage == f"x-{TEXTS[4][0][:20]}"


def test_question_with_words_that_no_passage_holds_is_answered(filled: Index) -> None:
    assert filled.query(question("xylofonkvintet"), 3)


def test_passage_without_words_can_be_stored(empty: Index) -> None:
    empty.add([Point("x-tom", EMBEDDER.embed_query("x"), {}, {}, {"kind": "text"})])
    empty.finish()
    assert empty.count() == 1
    assert empty.query(question("x"), 1)[0].passage == "x-tom"


def test_misspelt_word_is_found(filled: Index) -> None:
    assert filled.query(question("legegruper i frikvateret"), 1)[0].passage == f"x-{TEXTS[1][0][:20]}"


@pytest.mark.parametrize(
    "text",
    [
        "uro i timerne efter frokost",
        "sparring fra PPR",
        "hvad kræver en henvisning",
        "et barn, som ikke vil i skole",
        "tid til forberedelse",
        "voksne",
    ],
)
@pytest.mark.parametrize("kind", [None, "text"])
def test_both_engines_rank_alike(make: Callable[[str], Index], text: str, kind: str | None) -> None:
    ranked = []
    for engine in ("edge", "memory"):
        index = make(engine)
        index.add(points())
        index.finish()
        ranked.append(index.query(question(text), 8, kind))
    assert [scored.passage for scored in ranked[0]] == [scored.passage for scored in ranked[1]]
    assert np.allclose([s.score for s in ranked[0]], [s.score for s in ranked[1]], atol=1e-3)


def aids() -> list[Point]:
    """One text for each passage that leads to it, in other words."""
    said = [
        "børn larmer når de har spist",
        "hjælp til pausen",
        "skal hjemmet have besked",
        "støtte udefra",
        "blive hjemme",
        "papirer før udvalget",
        "en kollega mere",
        "planlægge sammen",
    ]
    made = points([(text, "text") for text in said])
    return [
        replace(aid, passage=own.passage, key=f"#{at}")
        for at, (aid, own) in enumerate(zip(made, points(), strict=True))
    ]


@pytest.fixture
def with_aids(empty: Index) -> Index:
    empty.add([*points(), *aids()])
    empty.finish()
    return empty


def test_each_leg_gives_its_own_points_best_first(with_aids: Index) -> None:
    legs = with_aids.legs(question("larmer efter frokost"), 5)
    assert set(legs) == set(LEGS)
    for leg, found in legs.items():
        assert 0 < len(found) <= 5, leg
        assert [scored.score for scored in found] == sorted((scored.score for scored in found), reverse=True)
    assert legs["lex"][0].passage == legs["aid_lex"][0].passage == f"x-{TEXTS[0][0][:20]}"


def test_passages_are_found_by_their_own_legs_only(with_aids: Index) -> None:
    assert with_aids.legs(question("larmer"), 5)["lex"] == []
    assert with_aids.legs(question("frokost"), 5)["aid_lex"] == []
    assert with_aids.query(question("larmer"), 99) == with_aids.query(question("larmer"), len(TEXTS))


def test_legs_are_narrowed_to_documents_and_records(with_aids: Index) -> None:
    found = with_aids.legs(question("lærerne i frikvarteret"), 20, frozenset({"kl"}))
    assert {scored.passage for scored in found["dense"]} == {f"x-{text[:20]}" for text, _ in TEXTS[:2]}


def test_question_without_words_leaves_the_word_legs_empty(with_aids: Index) -> None:
    legs = with_aids.legs(VectorQuery(EMBEDDER.embed_query("x"), {}, {}), 5)
    assert {leg for leg, found in legs.items() if found} == {"dense", "aid_dense"}


@pytest.mark.parametrize("text", ["uro i timerne efter frokost", "sparring fra PPR", "larmer", "x"])
def test_both_engines_score_each_leg_alike(make: Callable[[str], Index], text: str) -> None:
    scored = []
    for engine in ("edge", "memory"):
        index = make(engine)
        index.add([*points(), *aids()])
        index.finish()
        scored.append(index.legs(question(text), 8))
    for leg in LEGS:
        first, second = ({found.passage: found.score for found in engine[leg]} for engine in scored)
        assert first.keys() == second.keys(), leg
        assert np.allclose([first[name] for name in sorted(first)], [second[name] for name in sorted(first)], atol=1e-3)


def test_point_has_an_id_made_of_its_passage() -> None:
    one, again, other = points()[0], points()[0], points()[1]
    assert one.id == again.id != other.id
    assert str(uuid.UUID(one.id)) == one.id


def test_finished_folder_is_opened_again_with_all_it_held(tmp_path: Path) -> None:
    index = EdgeIndex.create(tmp_path / "shard", DIMENSIONS)
    index.add(points())
    index.finish()
    before = index.query(question("uro efter frokost"), 8)
    index.close()
    for _ in range(3):
        opened = EdgeIndex.open(tmp_path / "shard")
        assert opened.count() == len(TEXTS)
        assert opened.query(question("uro efter frokost"), 8) == before
        opened.close()


def test_two_readers_share_a_finished_folder(tmp_path: Path) -> None:
    index = EdgeIndex.create(tmp_path / "shard", DIMENSIONS)
    index.add(points())
    index.finish()
    index.close()
    readers = [EdgeIndex.open(tmp_path / "shard") for _ in range(3)]
    answers = [reader.query(question("frokost"), 3) for reader in readers]
    assert answers[0] == answers[1] == answers[2]
    for reader in readers:
        reader.close()


@pytest.mark.parametrize("content", [None, b"garbage"])
def test_folder_that_is_no_index_is_damage(tmp_path: Path, content: bytes | None) -> None:
    folder = tmp_path / "shard"
    if content is not None:
        folder.mkdir()
        (folder / "edge_config.json").write_bytes(content)
    with pytest.raises(IndexDamaged, match="--rebuild"):
        EdgeIndex.open(folder)


def test_collection_is_opened_again_with_all_it_held(client: Callable[[str], QdrantClient]) -> None:
    memory = client("memory")
    ServerIndex.create(memory, "proev_a", DIMENSIONS).add(points())
    assert ServerIndex.open(memory, "proev_a").count() == len(TEXTS)


def test_collection_made_again_begins_empty(client: Callable[[str], QdrantClient]) -> None:
    memory = client("memory")
    ServerIndex.create(memory, "proev_a", DIMENSIONS).add(points())
    assert ServerIndex.create(memory, "proev_a", DIMENSIONS).count() == 0


def test_collection_that_is_not_there_is_damage(client: Callable[[str], QdrantClient]) -> None:
    with pytest.raises(IndexDamaged, match="proev_b"):
        ServerIndex.open(client("memory"), "proev_b")


def test_server_that_does_not_answer_is_named() -> None:
    with pytest.raises(ServerUnreachable, match=r"http://127\.0\.0\.1:9"):
        ServerIndex.connect("http://127.0.0.1:9")


class DeadClient:
    """A client whose server went away."""

    def __getattr__(self, name: str) -> Callable[..., object]:
        def fail(*_: object, **__: object) -> object:
            raise ConnectionError("server went away")

        return fail


@pytest.mark.parametrize(
    "use",
    [
        lambda dead: ServerIndex(dead, "a").query(question("x"), 1),
        lambda dead: ServerIndex(dead, "a").legs(question("x"), 1),
        lambda dead: ServerIndex(dead, "a").add(points()),
        lambda dead: ServerIndex(dead, "a").count(),
        lambda dead: ServerIndex.create(dead, "a", DIMENSIONS),
        lambda dead: ServerIndex.open(dead, "a"),
    ],
    ids=["query", "legs", "add", "count", "create", "open"],
)
def test_server_that_goes_away_is_told_in_our_words(use: Callable[[DeadClient], object]) -> None:
    with pytest.raises(ServerUnreachable) as caught:
        use(DeadClient())
    assert caught.value.fix


def test_closing_one_index_leaves_the_client_to_the_others(client: Callable[[str], QdrantClient]) -> None:
    memory = client("memory")
    first = ServerIndex.create(memory, "proev_a", DIMENSIONS)
    second = ServerIndex.create(memory, "proev_b", DIMENSIONS)
    first.close()
    assert second.count() == 0
