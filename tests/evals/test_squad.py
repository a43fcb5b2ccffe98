import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import KnowledgeError
from evals.squad import Context, Question, Squad, auroc, load_squad, ndcg, reciprocal_rank, retrieval_scores
from retrieval.embed import BundledEmbedder
from tests.fakes import HashEmbedder

FILE = Path(__file__).parent / "data" / "squad-da.json"
RANKING = ("ndcg@10", "mrr", "recall@1", "recall@5", "recall@10")


def _write(path: Path, content: object) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def _file(*paragraphs: object) -> dict[str, object]:
    return {"version": "1.1", "data": [{"title": "t", "paragraphs": list(paragraphs)}]}


def _paragraph(context: object, *questions: object) -> dict[str, object]:
    return {"context": context, "qas": list(questions)}


def _question(name: object, query: object = "Hvad?", **more: object) -> dict[str, object]:
    return {"id": name, "question": query, **more}


@pytest.fixture
def squad() -> Squad:
    return load_squad(FILE)


def test_reads_contexts_and_questions(squad: Squad) -> None:
    assert len(squad.contexts) == 8
    assert [context.id for context in squad.contexts] == list("12345678")
    assert len(squad.questions) == 16
    third = next(question for question in squad.questions if question.id == "byen-03")
    assert third == Question("byen-03", "Hvilken dag øver mandskoret?", frozenset({"2"}), ("torsdag", "hver torsdag"))
    assert [question.id for question in squad.questions if question.impossible] == [
        "byen-05", "byen-07", "kysten-04", "kysten-07",
    ]  # fmt: skip


def test_the_answers_of_the_file_stand_in_their_contexts(squad: Squad) -> None:
    texts = {context.id: context.text for context in squad.contexts}
    for question in squad.questions:
        assert bool(question.answers) is not question.impossible
        assert all(answer in texts[name] for answer in question.answers for name in question.contexts)
    for article in json.loads(FILE.read_text("utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for answer in (answer for question in paragraph["qas"] for answer in question["answers"]):
                assert paragraph["context"].startswith(answer["text"], answer["answer_start"])


def test_equal_contexts_are_one_and_equal_questions_share_their_contexts(tmp_path: Path) -> None:
    content = _file(
        _paragraph("Æbler er røde.", _question("a"), _question("b", "Hvem?")),
        _paragraph("Pærer er grønne.", _question("c"), _question("d", is_impossible=True)),
        _paragraph("Æbler er røde.", _question("e", "Hvor?")),
    )
    read = load_squad(_write(tmp_path / "squad.json", content))
    assert read.contexts == (Context("1", "Æbler er røde."), Context("2", "Pærer er grønne."))
    assert {question.id: set(question.contexts) for question in read.questions} == {
        "a": {"1", "2"}, "b": {"1"}, "c": {"1", "2"}, "d": {"2"}, "e": {"1"},
    }  # fmt: skip


def test_reads_version_1_1_with_a_byte_order_mark_and_a_context_without_questions(tmp_path: Path) -> None:
    content = _file(_paragraph("Én.", _question("a", answers=[{"text": "Én", "answer_start": 0}])), {"context": "To."})
    read = load_squad(_write(tmp_path / "squad.json", "\ufeff" + json.dumps(content)))
    assert len(read.contexts) == 2
    assert read.questions == (Question("a", "Hvad?", frozenset({"1"}), ("Én",)),)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", r"squad\.json, filen: ikke JSON"),
        ("[" * 100_000, "filen: ikke JSON"),
        ("[]", "filen: data mangler eller er tom"),
        ({}, "filen: data mangler eller er tom"),
        ({"data": []}, "filen: data mangler eller er tom"),
        ({"data": ["x"]}, "data 1: paragraphs mangler eller er tom"),
        (_file(_paragraph("Én.")), "filen: har ingen spørgsmål"),
        (_file({"qas": [_question("a")]}), "data 1, afsnit 1: context mangler"),
        (_file(_paragraph(" ", _question("a"))), "data 1, afsnit 1: context mangler"),
        (_file("x"), "data 1, afsnit 1: context mangler"),
        (_file({"context": "Én.", "qas": 3}), "afsnit 1: qas er ikke en liste"),
        (_file(_paragraph("Én.", "x")), "afsnit 1, spørgsmål 1: id mangler"),
        (_file(_paragraph("Én.", _question(1))), "spørgsmål 1: id mangler eller er ikke tekst"),
        (_file(_paragraph("Én.", _question("a"), {"id": "b"})), "spørgsmål 2: question mangler"),
        (_file(_paragraph("Én.", _question("a", answers={}))), "spørgsmål 1: answers er ikke en liste"),
        (_file(_paragraph("Én.", _question("a", answers=["Én"]))), "spørgsmål 1: text mangler"),
        (_file(_paragraph("Én.", _question("a", is_impossible="ja"))), "is_impossible er ikke true eller false"),
        (
            _file(_paragraph("Én.", _question("a")), _paragraph("To.", _question("a"))),
            "data 1, afsnit 2, spørgsmål 1: id 'a' er brugt før",
        ),
    ],
)
def test_names_place_and_reason_of_a_bad_file(tmp_path: Path, content: object, message: str) -> None:
    with pytest.raises(KnowledgeError, match=message):
        load_squad(_write(tmp_path / "squad.json", content))


@pytest.mark.parametrize(
    "spoil",
    [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_bytes(b'{"data": "\xe6"}')],
    ids=["missing", "folder", "latin-1"],
)
def test_names_a_file_that_cannot_be_read(tmp_path: Path, spoil: Callable[[Path], Any]) -> None:
    path = tmp_path / "squad.json"
    spoil(path)
    with pytest.raises(KnowledgeError, match=r"squad\.json kan ikke læses"):
        load_squad(path)


def test_a_ranking_scores_by_where_the_right_contexts_are() -> None:
    right = frozenset({"b", "d"})
    found = ["a", "b", "c", "d", "e"]
    ideal = 1 + 1 / math.log2(3)
    assert ndcg(found, right, 10) == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / ideal)
    assert ndcg(found, right, 2) == pytest.approx(1 / math.log2(3) / ideal)
    assert ndcg(["d", "b"], right, 1) == 1
    assert ndcg(["a"], right, 10) == 0
    assert reciprocal_rank(found, right) == 1 / 2
    assert reciprocal_rank(["a"], right) == 0


def test_auroc_counts_the_pairs_in_order_and_ties_half() -> None:
    assert auroc([3, 4], [1, 2]) == 1
    assert auroc([1, 2], [3, 4]) == 0
    assert auroc([2, 2], [2]) == 0.5
    assert auroc([1, 2, 3], [2, 0]) == pytest.approx((1 + 1.5 + 2) / 6)
    assert math.isnan(auroc([], [1]))
    assert math.isnan(auroc([1], []))


def test_finds_the_contexts_and_tells_the_impossible_questions(
    squad: Squad, bundled: BundledEmbedder, tmp_path: Path
) -> None:
    scores = retrieval_scores(squad, bundled, tmp_path / "vectors.sqlite")
    assert (scores["questions"], scores["impossible"]) == (12, 4)
    assert {name: scores[name] for name in RANKING} == dict.fromkeys(RANKING, 1.0)
    assert scores["auroc"] > 0.9


def test_embeds_each_context_once_for_all_runs(squad: Squad, fake: HashEmbedder, tmp_path: Path) -> None:
    cache = tmp_path / "vectors.sqlite"
    first = retrieval_scores(squad, fake, cache)
    assert retrieval_scores(squad, fake, cache) == first
    assert sorted(fake.embedded) == sorted(context.text for context in squad.contexts)


def test_leaves_no_index_behind(
    squad: Squad, fake: HashEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    retrieval_scores(squad, fake, tmp_path / "cache" / "vectors.sqlite")
    assert [path.name for path in tmp_path.iterdir()] == ["cache"]


def test_a_smaller_limit_looks_at_fewer_hits(squad: Squad, fake: HashEmbedder, tmp_path: Path) -> None:
    scores = retrieval_scores(squad, fake, tmp_path / "vectors.sqlite", limit=1)
    assert set(scores) == {"questions", "ndcg@1", "mrr", "recall@1", "impossible", "auroc"}
    assert scores["ndcg@1"] == scores["mrr"] == scores["recall@1"]


def test_a_file_of_possible_questions_has_no_auroc(fake: HashEmbedder, tmp_path: Path) -> None:
    questions = (Question("a", "Hvad er røde æbler?", frozenset({"1"})),)
    scores = retrieval_scores(Squad((Context("1", "Røde æbler."),), questions), fake, tmp_path / "vectors.sqlite")
    assert scores == {"questions": 1} | dict.fromkeys(RANKING, 1.0)


def test_a_file_of_impossible_questions_has_no_ranking(fake: HashEmbedder, tmp_path: Path) -> None:
    questions = (Question("a", "???", frozenset({"1"}), impossible=True),)
    scores = retrieval_scores(Squad((Context("1", "Røde æbler."),), questions), fake, tmp_path / "vectors.sqlite")
    assert (scores["questions"], scores["impossible"]) == (0, 1)
    assert all(math.isnan(scores[name]) for name in (*RANKING, "auroc"))
