import dataclasses
import json
from pathlib import Path

import pytest

from app.engine import Engine
from app.turn import Outcome
from app.wire import CitationOut
from corpus.errors import KnowledgeError
from evals import run as running
from evals.compare import compare, gate
from evals.evaluate import Evaluation, evaluate, from_json, summarise, to_json
from evals.items import Item, load_items
from evals.report import readme_table, report
from evals.results import Result, read_results
from evals.run import ask_all, insert_table, table


@pytest.fixture(scope="module")
def items() -> tuple[Item, ...]:
    """A dozen items of every kind that matters here."""
    wanted = {"question": 4, "situation": 3, "out_of_scope": 2, "urgent": 2, "personal_data": 2, "noisy": 1}
    chosen = []
    for kind, count in wanted.items():
        chosen += [item for item in load_items() if item.kind == kind and item.split == "dev"][:count]
    return tuple(chosen)


@pytest.fixture(scope="module")
def results(items: tuple[Item, ...], engine: Engine) -> dict[str, Result]:
    """What the system answers."""
    return ask_all(items, engine, lambda: None)


@pytest.fixture(scope="module")
def evaluation(items: tuple[Item, ...], results: dict[str, Result]) -> Evaluation:
    """How good that is."""
    return evaluate(items, results, {"version": "x", "commit": "y"})


def test_several_processes_find_the_same_as_one_and_only_what_is_asked_alone_is_timed(
    items: tuple[Item, ...], results: dict[str, Result], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "FEW", 3)
    found = ask_all(items, engine, lambda: None)
    assert list(found) == [item.id for item in items]
    assert [bool(one.timings_ms) for one in found.values()] == [at % running.TIMED == 0 for at in range(len(items))]
    bare = [[{**one.model_dump(), "timings_ms": {}} for one in those.values()] for those in (found, results)]
    assert bare[0] == bare[1]


def test_running_again_gives_the_same_figures(
    items: tuple[Item, ...], results: dict[str, Result], evaluation: Evaluation
) -> None:
    assert to_json(evaluate(items, results, {"version": "x", "commit": "y"})) == to_json(evaluation)


def test_an_evaluation_comes_back_as_it_was_written(evaluation: Evaluation) -> None:
    assert from_json(to_json(evaluation), "fil") == evaluation


def test_the_interval_holds_the_mean() -> None:
    summary = summarise({"a": 1.0, "b": 0.0, "c": 1.0, "d": 1.0}, {"a": "x", "b": "x", "c": "y", "d": "z"})
    assert summary.mean == 0.75
    assert summary.low is not None
    assert summary.high is not None
    assert summary.low <= 0.75 <= summary.high
    assert summary.n == 4


def test_nothing_to_measure_is_no_zero() -> None:
    assert summarise({}, {}).mean is None


def test_results_of_other_items_are_refused(items: tuple[Item, ...], results: dict[str, Result]) -> None:
    with pytest.raises(KnowledgeError, match="1 mangler"):
        evaluate(items, {name: result for name, result in results.items() if name != items[0].id}, {})
    with pytest.raises(KnowledgeError, match="er ukendte"):
        evaluate(items[1:], results, {})


def test_a_changed_digit_in_a_quotation_fails_the_gate(
    items: tuple[Item, ...], results: dict[str, Result], evaluation: Evaluation
) -> None:
    name = next(name for name, result in results.items() if result.citations)
    citation = results[name].citations[0]
    forged = CitationOut(**{**citation.model_dump(), "quote": f"{citation.quote} 97"})
    damaged = {**results, name: results[name].model_copy(update={"citations": [forged]})}
    assert not gate(evaluation, evaluation)
    assert any("quote_exactness" in reason for reason in gate(evaluate(items, damaged, {}), None))


def test_a_removed_refusal_shows_as_a_loss(
    items: tuple[Item, ...], results: dict[str, Result], evaluation: Evaluation
) -> None:
    refused = [item.id for item in items if results[item.id].outcome is Outcome.REFUSED]
    damaged = {n: r.model_copy(update={"outcome": Outcome.ANSWERED}) if n in refused else r for n, r in results.items()}
    found = {c.metric: c for c in compare(evaluation, evaluate(items, damaged, {}))}
    assert refused
    assert found["refusal_recall"].losses
    assert found["ndcg_5"].ties == found["ndcg_5"].n


def test_a_significant_drop_fails_the_gate() -> None:
    names = [str(number) for number in range(200)]
    before = Evaluation({}, {}, {}, {"ndcg_5": dict.fromkeys(names, 1.0)})
    after = dataclasses.replace(before, scores={"ndcg_5": dict.fromkeys(names, 0.9)})
    found = compare(before, after)[0]
    assert found.is_drop
    assert (found.wins, found.ties, found.losses) == (0, 0, 200)
    assert compare(after, before)[0].is_gain


def test_noise_is_no_drop() -> None:
    before = {str(number): float(number % 2) for number in range(40)}
    after = {**before, "0": 1.0, "1": 0.0, "3": 0.0}
    found = compare(Evaluation({}, {}, {}, {"ndcg_5": before}), Evaluation({}, {}, {}, {"ndcg_5": after}))[0]
    assert found.difference < 0
    assert not found.is_drop


def test_more_false_alarms_are_a_loss() -> None:
    before = Evaluation({}, {}, {}, {"urgent_false_alarms": dict.fromkeys("abc", 0.0)})
    after = Evaluation({}, {}, {}, {"urgent_false_alarms": dict.fromkeys("abc", 1.0)})
    assert compare(before, after)[0].losses == 3


def test_two_evaluations_without_a_common_item_are_refused() -> None:
    with pytest.raises(KnowledgeError, match="til fælles"):
        compare(Evaluation({}, {}, {}, {"ndcg_5": {"a": 1.0}}), Evaluation({}, {}, {}, {"ndcg_5": {"b": 1.0}}))


def test_good_lines_are_kept_and_bad_ones_named(tmp_path: Path, results: dict[str, Result]) -> None:
    good = next(iter(results.values())).model_dump_json()
    path = tmp_path / "svar.jsonl"
    path.write_text("\n".join([good, "{", json.dumps({"id": "x"}), good]), "utf-8")
    found, faults = read_results(path)
    assert list(found) == [next(iter(results))]
    assert [fault.split(":")[0].rsplit(" ", 1)[1] for fault in faults] == ["2", "3", "4"]


def test_a_file_without_results_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "svar.jsonl"
    path.write_text("", "utf-8")
    with pytest.raises(KnowledgeError, match="ingen resultater"):
        read_results(path)


def test_the_table_names_every_metric(evaluation: Evaluation) -> None:
    from evals.metrics import METRICS

    assert table(evaluation, evaluation).row_count == len(METRICS)


def test_the_report_is_one_file_that_escapes_what_it_shows(
    items: tuple[Item, ...], results: dict[str, Result], evaluation: Evaluation
) -> None:
    named = {**results, items[0].id: results[items[0].id].model_copy(update={"text": "<script>x</script>"})}
    html = report(items, named, evaluation, {"andre": evaluation})
    assert "<script" not in html
    assert "http://" not in html
    assert "Det vigtigste" in html
    assert "andre" in html


def test_the_readme_gets_its_table(tmp_path: Path, evaluation: Evaluation) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("før\n<!-- evals -->\ngammel\n<!-- /evals -->\nefter\n", "utf-8")
    insert_table(readme, readme_table(evaluation))
    text = readme.read_text("utf-8")
    assert "gammel" not in text
    assert text.startswith("før\n<!-- evals -->\n| mål |")
    assert text.endswith("<!-- /evals -->\nefter\n")
    readme.write_text("uden mærker", "utf-8")
    with pytest.raises(KnowledgeError, match="mangler"):
        insert_table(readme, "x")
