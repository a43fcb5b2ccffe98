"""Personal data planted in every way in; no way out may hold it, with every log at its most talkative."""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fastapi.testclient import TestClient

from app.engine import Engine
from app.main import create_app
from corpus.errors import IndexDamaged
from evals.generate import generate, read_questions
from retrieval.storage import Storage
from tests.app.conftest import serving
from tests.conftest import ROOT

PLANTED = (
    "Min elev Quirina Vestersø Brandtoft i 4. klasse (cpr 010203-1234, f. 1. februar 2003) kommer ikke i skole. "
    "Hun bor på Hejrebakkevej 77, 3. tv, 8999 Opdigtby. Ring til hendes mor Zelmira på 23 45 67 89 "
    "eller skriv til zelmira.brandtoft@example.dk."
)
SECRETS = (
    "Quirina",
    "Vestersø",
    "Brandtoft",
    "010203",
    "1234",
    "februar 2003",
    "Hejrebakkevej",
    "Opdigtby",
    "Zelmira",
    "23 45 67 89",
    "zelmira.brandtoft",
    "example.dk",
)
ACUTE = "Quirina Brandtoft siger, at hendes far slår hende"
HISTORY = [{"role": "user", "content": PLANTED}, {"role": "assistant", "content": f"Om {PLANTED}"}]


def secrets_in(text: str) -> list[str]:
    low = text.lower()
    return [secret for secret in SECRETS if secret.lower() in low]


@pytest.fixture
def logs(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything that any logger of the process says, at level debug."""
    caplog.set_level(logging.DEBUG)
    names = ("uvicorn", "uvicorn.error", "uvicorn.access", "httpx", "httpcore")
    before = [(logging.getLogger(name), logging.getLogger(name).propagate) for name in names]
    for logger, _ in before:
        logger.propagate = True
        logger.setLevel(logging.DEBUG)
    yield caplog
    for logger, propagate in before:
        logger.propagate = propagate


def _requests(client: httpx.Client) -> Iterator[httpx.Response]:
    for body in (
        {"query": PLANTED},
        {"query": PLANTED, "lang": "en"},
        {"query": ACUTE},
        {"query": "Fortæl mere om nummer to", "history": HISTORY},
        {"query": PLANTED * 150},
        {"query": ""},
        {"query": PLANTED, "lang": PLANTED},
        {"query": PLANTED, "history": [{"role": PLANTED, "content": PLANTED}]},
        {PLANTED: PLANTED},
    ):
        yield client.post("/api/v1/ask", json=body)
        yield client.post("/api/v1/suggest", json=body)
    yield client.post("/api/v1/ask", content=PLANTED.encode(), headers={"Content-Type": "application/json"})
    yield client.post("/api/v1/plans", json={"trial_action": "kl-egedal-baekkegaarden", "description": PLANTED})
    yield client.post("/api/v1/plans", json={"description": PLANTED})
    yield client.post("/api/v1/plans", json={"plan": {PLANTED: PLANTED, "title": 3}})
    yield client.post("/api/v1/plans/export", json={"plan": PLANTED, "format": PLANTED})
    yield client.get("/api/v1/search", params={"q": PLANTED})
    yield client.get("/api/v1/search", params={"q": PLANTED, "limit": PLANTED})
    yield client.get("/api/v1/trial-actions", params={"theme": PLANTED, "grade": PLANTED})
    yield client.get(f"/api/v1/{PLANTED}")
    yield client.get("/api/v1/documents/stuk/pages/" + PLANTED.replace("/", " "))


def test_no_answer_error_or_log_of_the_service_holds_what_was_planted(
    client: TestClient, logs: pytest.LogCaptureFixture
) -> None:
    answers = list(_requests(client))
    assert {200, 404, 413, 422} <= {answer.status_code for answer in answers}
    assert [(answer.url.path, secrets_in(answer.text)) for answer in answers if secrets_in(answer.text)] == []
    ours = [record for record in logs.records if not record.name.startswith(("httpx", "httpcore"))]
    assert [line for line in map(logging.LogRecord.getMessage, ours) if secrets_in(line)] == []
    assert [record for record in ours if record.exc_text and secrets_in(record.exc_text)] == []


def test_the_logs_of_a_running_server_hold_nothing_planted(engine: Engine, logs: pytest.LogCaptureFixture) -> None:
    with serving(engine.config, engine, log_level="debug") as address, httpx.Client(base_url=address) as client:
        assert client.post("/api/v1/ask", json={"query": PLANTED}).status_code == 200
        assert client.post("/api/v1/ask", json={"query": PLANTED * 150}).status_code == 413
        assert client.post("/api/v1/suggest", json={"query": PLANTED}).status_code == 200
    assert any(record.name.startswith("uvicorn") for record in logs.records)
    assert [record.getMessage() for record in logs.records if secrets_in(record.getMessage())] == []


@pytest.mark.parametrize("fault", [IndexDamaged("Indekset er skadet.", "Byg det igen."), RuntimeError(PLANTED)])
def test_a_system_that_breaks_tells_nothing_of_the_question(
    engine: Engine, logs: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("app.engine.search", broken)
    client = TestClient(create_app(engine.config, engine), base_url="http://localhost", raise_server_exceptions=False)
    answer = client.post("/api/v1/ask", json={"query": PLANTED})
    assert answer.status_code in (500, 503)
    assert secrets_in(answer.text) == []
    assert [record.getMessage() for record in logs.records if secrets_in(record.getMessage())] == []


def test_results_of_the_evaluation_hold_nothing_planted(
    engine: Engine, logs: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    questions = tmp_path / "questions.jsonl"
    rows = [{"id": "1", "query": PLANTED}, {"id": "2", "query": "Og hvad så?", "history": HISTORY}]
    questions.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    results = list(generate(read_questions(questions), engine))
    assert [result["outcome"] for result in results] != ["error", "error"]
    assert secrets_in(json.dumps(results, ensure_ascii=False)) == []
    assert [record.getMessage() for record in logs.records if secrets_in(record.getMessage())] == []


@pytest.mark.parametrize("arguments", [["ask", PLANTED], ["ask", "--json", PLANTED], ["suggest", PLANTED]])
def test_the_command_line_prints_nothing_planted(corpus_storage: Storage, arguments: list[str]) -> None:
    environment = {**os.environ, "PROEV_DATA": str(corpus_storage.root), "NO_COLOR": "1", "COLUMNS": "100"}
    command = [sys.executable, "-m", "app.cli", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert secrets_in(done.stdout + done.stderr) == []


def test_nothing_planted_is_written_to_the_index(engine: Engine, client: TestClient) -> None:
    client.post("/api/v1/ask", json={"query": PLANTED})
    data = engine.config.storage.root
    written = [path for path in data.rglob("*") if path.is_file() and b"Quirina" in path.read_bytes()]
    assert written == []
