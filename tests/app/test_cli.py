import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.storage import Storage
from tests.conftest import ROOT


def _proev(storage: Storage, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PROEV_DATA": str(storage.root), "NO_COLOR": "1", "COLUMNS": "100", **more}
    command = [sys.executable, "-m", "app.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_ask_prints_an_answer_with_numbered_sources(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "ask", "Hvad skal være på plads, før en skole i Haderslev henviser til PKU?")
    assert done.returncode == 0, done.stderr
    assert "Der er udarbejdet en PPV" in done.stdout
    assert re.search(r"^  \[1\].* Haderslev Kommune: Strategisk handleguide, side", done.stdout, re.MULTILINE)


def test_ask_prints_json(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "ask", "--json", "Hvad er en mellemform?")
    assert json.loads(done.stdout)["outcome"] == "answered"


def test_search_prints_places_and_sentences(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "search", "timerne efter frokost", "--limit", "2")
    assert done.stdout.startswith("1. KL: En skole, der kan mere for flere, side 9")
    assert "2. " in done.stdout


def test_an_empty_question_is_told_in_one_line(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "ask", "  ")
    assert done.returncode == 1
    assert done.stderr.strip() == "Fejl: Skriv et spørgsmål eller en situation først."


def test_ingest_says_that_nothing_has_changed(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "ingest")
    assert done.returncode == 0
    assert "Intet er ændret: 5 dokumenter" in done.stderr


def test_ingest_explains_itself(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "ingest", "--help")
    assert done.returncode == 0
    assert "Byg eller opdatér indekset" in done.stdout


def test_ingest_names_a_file_it_cannot_read(corpus_storage: Storage, tmp_path: Path) -> None:
    scanned = tmp_path / "vejledning.txt"
    scanned.write_bytes(b"\x00\x01\x02")
    done = _proev(corpus_storage, "ingest", str(scanned))
    assert done.returncode == 1
    assert "Sprunget over: vejledning.txt" in done.stderr
    assert "Traceback" not in done.stderr


def test_doctor_finds_a_sound_installation(corpus_storage: Storage) -> None:
    done = _proev(corpus_storage, "doctor")
    assert done.returncode == 0, done.stdout
    assert "5 dokumenter, alle uændrede" in done.stdout


def test_doctor_says_what_to_do_without_an_index(tmp_path: Path) -> None:
    done = _proev(Storage(tmp_path), "doctor")
    assert done.returncode == 1
    assert "proev ingest" in done.stdout


def test_serve_names_a_port_that_is_taken(corpus_storage: Storage) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = _proev(corpus_storage, "serve", "--port", str(port))
    assert done.returncode == 1
    assert f"Porten {port}" in done.stderr


@pytest.mark.parametrize("port", ["0", "abc", "70000"])
def test_a_setting_that_cannot_be_used_is_named(corpus_storage: Storage, port: str) -> None:
    done = _proev(corpus_storage, "ask", "Hvad er en mellemform?", PROEV_PORT=port)
    assert done.returncode == 1
    assert "Indstillingen port" in done.stderr
    assert "Traceback" not in done.stderr
