from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from app.engine import Engine
from evals import __main__ as command
from evals import run as running
from evals.evaluate import Evaluation, evaluate
from evals.items import load_items
from evals.run import ask_all


@pytest.fixture(scope="module")
def evaluation(engine: Engine) -> Evaluation:
    """The measure of a few items."""
    items = load_items()[:3]
    return evaluate(items, ask_all(items, engine, lambda: None), {})


@pytest.mark.parametrize(("reasons", "code"), [([], 0), (["ndcg_5 er faldet"], command.GATE_FAILED)])
def test_a_failed_gate_has_a_code_of_its_own(
    evaluation: Evaluation, monkeypatch: pytest.MonkeyPatch, reasons: list[str], code: int
) -> None:
    monkeypatch.setattr(command, "Engine", lambda config: SimpleNamespace(library=None))
    monkeypatch.setattr(running, "run", lambda items, engine, advance: evaluation)
    monkeypatch.setattr("evals.compare.gate", lambda after, before: reasons)
    assert CliRunner().invoke(command.cli, ["run"]).exit_code == code


def test_what_could_not_run_has_another(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    arguments = ["evals", "evaluate", "--results", str(tmp_path / "findes-ikke"), "--out", str(tmp_path / "ud")]
    monkeypatch.setattr("sys.argv", arguments)
    with pytest.raises(SystemExit) as stopped:
        command.main()
    assert stopped.value.code == command.COULD_NOT_RUN
