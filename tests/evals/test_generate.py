import json
from pathlib import Path

import pytest

from app.engine import Engine
from corpus.errors import BadRequest
from corpus.text import key
from evals.generate import generate, read_questions, write_results

CONTRACT = {"id", "outcome", "reason", "text", "citations", "hits", "actions", "masked_query", "timings_ms"}


def _write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines), "utf-8")
    return path


def test_keeps_the_contract(engine: Engine, bundled_keys: dict[str, str]) -> None:
    questions = [
        {"id": "b", "query": "Hvad er kriterierne for en mellemform?", "extra": "x"},
        {
            "id": "a",
            "query": "Hvor mange elever er der i den?",
            "history": [{"role": "user", "content": "Fløng Skole"}],
        },
        {"id": "c", "query": "Hej", "lang": "en"},
    ]
    results = list(generate(questions, engine))
    assert [result["id"] for result in results] == ["b", "a", "c"]
    for result in results:
        assert set(result) == CONTRACT
        for citation in result["citations"]:
            assert set(citation) == {"n", "document", "passage", "heading", "pages", "quote"}
            assert key(citation["quote"]) in bundled_keys[citation["document"]]
            assert f"[{citation['n']}]" in result["text"]
    assert len(results[0]["hits"]) == 10
    assert results[2]["outcome"] == "smalltalk"
    assert results[2]["hits"] == []


def test_a_question_that_breaks_the_system_is_an_error_and_the_run_goes_on(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = engine.ask

    def sometimes(text: str, *more: object) -> object:
        if text == "bryd":
            raise RuntimeError("hemmeligt")
        return ask(text)

    monkeypatch.setattr(engine, "ask", sometimes)
    results = list(
        generate([{"id": "1", "query": "bryd"}, {"id": "2", "query": ""}, {"id": "3", "query": "Hej"}], engine)
    )
    assert [result["outcome"] for result in results] == ["error", "error", "smalltalk"]
    assert "hemmeligt" not in json.dumps(results)


def test_results_hold_nothing_of_the_question_but_its_masked_form(engine: Engine) -> None:
    result = next(generate([{"id": "1", "query": "Hvad gør vi med 010203-1234, som ikke vil i skole?"}], engine))
    assert "010203" not in json.dumps(result)


def test_writes_all_lines_or_leaves_the_old_file(tmp_path: Path) -> None:
    path = _write(tmp_path / "out.jsonl", "gammel")

    def breaks() -> object:
        yield {"id": "1"}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_results(breaks(), path)  # type: ignore[arg-type]
    assert path.read_text("utf-8") == "gammel"
    assert write_results([{"id": "æ"}], path) == 1
    assert path.read_text("utf-8") == '{"id": "æ"}\n'


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (['{"id": "1", "query": "a"}', "{"], "linje 2: ikke JSON"),
        (["[]"], "linje 1: ikke et objekt"),
        (['{"id": "1"}'], "linje 1: mangler id eller query"),
        (['{"id": 1, "query": "a"}'], "linje 1: mangler id eller query"),
        (['{"id": "1", "query": "a"}', '{"id": "1", "query": "b"}'], "linje 2: id '1' er brugt før"),
        ([""], "har ingen spørgsmål"),
    ],
)
def test_names_line_and_reason_of_bad_input(tmp_path: Path, lines: list[str], message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        read_questions(_write(tmp_path / "in.jsonl", *lines))


def test_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="kan ikke læses"):
        read_questions(tmp_path / "findes-ikke.jsonl")
