import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document

from retrieval.storage import Storage
from tests.conftest import ROOT


def _proev(storage: Storage, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PROEV_DATA": str(storage.root), "NO_COLOR": "1", "COLUMNS": "100"}
    command = [sys.executable, "-m", "app.cli", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def _is_told_in_one_line(done: subprocess.CompletedProcess[str]) -> bool:
    return done.returncode == 1 and done.stderr.startswith("Fejl: ") and "Traceback" not in done.stderr


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    """A plan as a person may have edited it."""
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"title": "Ro efter frokost", "goals": ["Flere er med"]}), "utf-8")
    return path


def test_suggest_prints_cards_with_their_sources(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "suggest", "Timerne efter frokost i indskolingen ender i konflikter")
    assert done.returncode == 0, done.stderr
    assert "Bækkegården" in done.stdout
    assert re.search(r"^  \[1\].* KL: En skole, der kan mere for flere, side\s9", done.stdout, re.MULTILINE)


def test_suggest_prints_json_in_which_no_name_is_left(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "suggest", "--json", "Emma Testesen i 7. klasse kommer ikke i skole")
    turn = json.loads(done.stdout)
    assert 1 <= len(turn["suggestions"]) <= 3
    assert "Testesen" not in done.stdout + done.stderr


def test_an_empty_description_is_told_in_one_line(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "suggest", "  ")
    assert _is_told_in_one_line(done)
    assert done.stderr.strip() == "Fejl: Skriv et spørgsmål eller en situation først."


def test_examples_prints_those_that_pass_all_filters(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "examples", "--where", "themes=absence", "--where", "situations=one_pupil")
    assert done.returncode == 0, done.stderr
    assert "kl-aabenraa-tinglev-skole" in done.stdout
    assert "kl-odense" not in done.stdout
    assert "eksempler fra kilderne" in done.stdout


def test_examples_prints_one_line_of_json_for_each(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "examples", "--json", "--where", "themes=absence", "--where", "themes=co_teaching")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) > 1
    for action in found:
        assert {value["value"] for value in action["facets"]["themes"]} & {"absence", "co_teaching"}


def test_examples_prints_what_can_be_filtered_on(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "examples", "--filters")
    assert done.returncode == 0, done.stderr
    assert "absence (3) Fravær og skolevægring" in done.stdout
    assert "municipalities" in done.stdout


def test_suggest_says_how_long_a_text_is_and_what_to_do(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "suggest", "Der er uro i klassen. " * 1200)
    assert _is_told_in_one_line(done)
    assert "26.400 tegn. Der er plads til 24.000. Skriv det vigtigste først" in " ".join(done.stderr.split())


def test_examples_says_what_to_loosen_when_nothing_fits(corpus_storage: Storage) -> None:
    filters = [f"--where={one}" for one in ("themes=absence", "grades=0", "situations=conflict")]
    done = _proev(corpus_storage, "examples", *filters)
    assert _is_told_in_one_line(done)
    assert "Løsn et af filtrene: themes (" in " ".join(done.stderr.split())


def test_examples_says_which_filters_must_go_together(corpus_storage: Storage) -> None:
    filters = [f"--where={one}" for one in ("themes=absence", "grades=7", "outcomes=did_not_succeed")]
    done = _proev(corpus_storage, "examples", *filters)
    assert _is_told_in_one_line(done)
    assert "Tag disse af sammen: grades og outcomes (3 uden dem), eller themes og grades (" in " ".join(
        done.stderr.split()
    )


@pytest.mark.parametrize("where", ["tema=absence", "themes", "themes=", "=absence", ""])
def test_a_filter_that_cannot_be_read_is_told_with_those_there_are(corpus_storage: Storage, where: str) -> None:
    done = _proev(corpus_storage, "examples", "--where", where)
    assert _is_told_in_one_line(done)
    assert "Der kan filtreres på: themes," in " ".join(done.stderr.split())


def test_an_unknown_value_of_a_filter_is_told_with_those_there_are(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "examples", "--where", "outcomes=godt")
    assert _is_told_in_one_line(done)
    assert "went_well" in done.stderr


def test_examples_are_written_to_a_file(corpus_storage: Storage, tmp_path: Path) -> None:
    done = _proev(corpus_storage, "examples", "--where", "themes=absence", "--out", tmp_path / "liste.csv")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "liste.csv").read_bytes().startswith(b"\xef\xbb\xbfId;Navn;")
    assert "Skrevet:" in done.stderr


def test_examples_are_not_written_to_an_unknown_kind_of_file(corpus_storage: Storage, tmp_path: Path) -> None:
    done = _proev(corpus_storage, "examples", "--out", tmp_path / "liste.pdf")
    assert _is_told_in_one_line(done)
    assert "Brug .docx eller .csv." in done.stderr
    assert not list(tmp_path.iterdir())


def test_plan_prints_a_draft_and_what_it_lacks(corpus_storage: Storage) -> None:
    description = "Emma Testesen i 2. klasse kommer i konflikt"
    done = _proev(corpus_storage, "plan", "kl-odense", "--description", description)
    assert done.returncode == 0, done.stderr
    assert "kommer i konflikt" in done.stdout
    assert "[ikke spurgt endnu]" in done.stdout
    assert "Mangler: Skriv, hvem der er ansvarlig." in done.stderr
    assert "Testesen" not in done.stdout + done.stderr


def test_plan_names_the_ids_most_like_an_unknown_one(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "plan", "kl-odnse")
    assert _is_told_in_one_line(done)
    assert "Mente du kl-odense" in done.stderr


def test_a_plan_written_as_json_can_be_read_back_and_written_in_the_other_kinds(
    corpus_storage: Storage, tmp_path: Path
) -> None:
    drafted = _proev(corpus_storage, "plan", "kl-odense", "--out", tmp_path / "plan.json")
    assert drafted.returncode == 0, drafted.stderr
    for name in ("plan.md", "plan.docx"):
        assert (
            _proev(corpus_storage, "plan", "--from", tmp_path / "plan.json", "--out", tmp_path / name).returncode == 0
        )
    title = json.loads((tmp_path / "plan.json").read_text("utf-8"))["title"]
    assert (tmp_path / "plan.md").read_text("utf-8").startswith(f"# {title}\n")
    assert Document(io.BytesIO((tmp_path / "plan.docx").read_bytes())).paragraphs[0].text == title


def test_an_edited_plan_is_printed_without_an_index(tmp_path: Path, plan_file: Path) -> None:
    done = _proev(Storage(tmp_path / "none"), "plan", "--from", plan_file)
    assert done.returncode == 0, done.stderr
    assert "Ro efter frokost" in done.stdout
    assert "Mangler: Skriv mindst ét tegn, I vil holde øje med." in done.stderr
    assert "Skriv mindst ét mål" not in done.stderr


def test_a_plan_is_told_in_english_when_asked_for(tmp_path: Path, plan_file: Path) -> None:
    done = _proev(Storage(tmp_path / "none"), "plan", "--from", plan_file, "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert "ikke udfyldt" not in done.stdout


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'{"titel": "Ro"}', "titel har en forkert form"),
        (b'{"goals": "Ro"}', "goals har en forkert form"),
        (b"[]", "planen har en forkert form"),
        (b"ikke json", "planen har en forkert form"),
        (b"\xff\xfe\x00", "planen har en forkert form"),
        (b"", "planen har en forkert form"),
    ],
)
def test_a_file_that_is_no_plan_is_told_with_what_is_wrong(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "p.json").write_bytes(content)
    done = _proev(Storage(tmp_path / "none"), "plan", "--from", tmp_path / "p.json")
    assert _is_told_in_one_line(done)
    assert told in " ".join(done.stderr.split())


def test_a_plan_that_is_not_there_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "findes-ikke.json", tmp_path):
        done = _proev(Storage(tmp_path / "none"), "plan", "--from", path)
        assert _is_told_in_one_line(done)
        assert "kan ikke læses" in " ".join(done.stderr.split())


@pytest.mark.parametrize("name", ["plan.pdf", "plan"])
def test_a_plan_is_not_written_to_an_unknown_kind_of_file(tmp_path: Path, plan_file: Path, name: str) -> None:
    done = _proev(Storage(tmp_path / "none"), "plan", "--from", plan_file, "--out", tmp_path / name)
    assert _is_told_in_one_line(done)
    assert "Brug .docx, .md eller .json." in " ".join(done.stderr.split())
    assert not (tmp_path / name).exists()


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, plan_file: Path) -> None:
    done = _proev(Storage(tmp_path / "none"), "plan", "--from", plan_file, "--out", tmp_path / "findes-ikke" / "p.md")
    assert _is_told_in_one_line(done)
    assert "kan ikke skrives" in " ".join(done.stderr.split())
    assert "Mangler" not in done.stderr


def test_a_plan_with_control_characters_is_written_to_word(tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(json.dumps({"context": "uro\x00"}), "utf-8")
    done = _proev(Storage(tmp_path / "none"), "plan", "--from", tmp_path / "p.json", "--out", tmp_path / "p.docx")
    assert done.returncode == 0
    assert (tmp_path / "p.docx").exists()


def test_a_plan_takes_a_description_as_long_as_one_may_be(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "plan", "--description", "Der er uro i klassen. " * 180)
    assert "Traceback" not in done.stderr
    assert done.returncode == 0
