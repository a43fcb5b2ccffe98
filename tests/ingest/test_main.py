"""ingest/__main__.py: the command says in Danish what it did, and leaves with 1 when something was not done."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from ingest import __main__ as command
from retrieval.library import Library
from retrieval.settings import RetrievalSettings
from retrieval.storage import Storage
from tests.fakes import HashEmbedder
from tests.files import write_pdf


@pytest.fixture
def call(small_corpus: Path, storage: Storage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PROEV_DATA", str(storage.root))
    monkeypatch.setattr(RetrievalSettings, "embedder", lambda settings: HashEmbedder())
    for name in ("QDRANT_URL", "PROEV_CONFIG", "PROEV_MODEL"):
        monkeypatch.delenv(name, raising=False)
    said: list[str] = []
    monkeypatch.setattr(command.console, "print", lambda *what, **_: said.append(" ".join(map(str, what))))
    app = typer.Typer()
    app.command()(command.run)

    def invoke(*arguments: object) -> tuple[Result, str]:
        said.clear()
        result = CliRunner().invoke(app, [str(argument) for argument in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result, "\n".join(said)

    return invoke


def documents(storage: Storage) -> set[str]:
    library = Library.open(storage)
    found = set(library.documents)
    library.close()
    return found


def test_first_run_builds_the_index(call, storage: Storage) -> None:
    result, said = call()
    assert result.exit_code == 0
    assert "Indekset er klar: 2 dokumenter" in said
    assert documents(storage) == {"skolen", "guiden"}


def test_second_run_says_that_nothing_changed(call) -> None:
    call()
    result, said = call()
    assert result.exit_code == 0
    assert "Intet er ændret" in said


def test_rebuild_builds_again(call) -> None:
    call()
    assert "Indekset er klar" in call("--rebuild")[1]


def test_own_document_is_taken_in(call, storage: Storage, tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "Vores guide.pdf")
    result, said = call(path, "--title", "Guiden", "--publisher", "Ærø Kommune")
    assert result.exit_code == 0
    assert "3 dokumenter" in said
    assert "vores-guide" in documents(storage)


def test_own_document_is_removed(call, storage: Storage, tmp_path: Path) -> None:
    call(write_pdf(tmp_path / "Vores guide.pdf"))
    assert call("--remove", "vores-guide")[0].exit_code == 0
    assert documents(storage) == {"skolen", "guiden"}


def test_refused_file_is_told_and_the_others_taken_in(call, storage: Storage, tmp_path: Path) -> None:
    (tmp_path / "tom.txt").touch()
    result, said = call(tmp_path / "tom.txt", write_pdf(tmp_path / "god.pdf"))
    assert result.exit_code == 1
    assert "Sprunget over" in said
    assert "tom.txt er tom" in said
    assert documents(storage) == {"skolen", "guiden", "god"}


def test_mistake_is_told_without_a_traceback(call) -> None:
    result, said = call("--remove", "findes-ikke")
    assert result.exit_code == 1
    assert "Fejl" in said
    assert "findes-ikke" in said
