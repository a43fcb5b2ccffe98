import json
import logging
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient

from app.engine import Engine
from corpus.errors import IndexMissing

ASK, STREAM = "/api/v1/ask", "/api/v1/ask/stream"
LUNCH = "Hvad kan vi prøve, når timerne efter frokost ender i konflikter?"


def _events(response: httpx.Response) -> list[tuple[str, Any]]:
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/event-stream")
    found = []
    for block in response.text.strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_tells_the_steps_then_the_parts_then_the_whole_answer(client: TestClient) -> None:
    events = _events(client.post(STREAM, json={"query": LUNCH}))
    names = [name for name, _ in events]
    assert [data["step"] for name, data in events if name == "step"] == ["search", "evidence", "answer"]
    assert names == [*["step"] * 3, *["part"] * names.count("part"), "done"]
    whole = client.post(ASK, json={"query": LUNCH}).json()
    told = events[-1][1]
    assert {**told, "timings_ms": None} == {**whole, "timings_ms": None}
    cited = [citation for name, data in events if name == "part" for citation in data["citations"]]
    assert {citation["n"] for citation in cited} == {citation["n"] for citation in whole["citations"]}


def test_danger_is_told_at_once(client: TestClient) -> None:
    events = _events(client.post(STREAM, json={"query": "En elev fortæller, at far slår ham derhjemme."}))
    assert [name for name, _ in events] == ["part", "done"]
    assert "112" in events[0][1]["text"]
    assert events[1][1]["outcome"] == "urgent"


@pytest.mark.parametrize(
    ("body", "status"), [({"query": " "}, 422), ({"query": "x" * 25_000}, 413), ({"query": 1}, 422), ({}, 422)]
)
def test_a_question_that_cannot_be_one_is_a_problem_and_no_stream(
    client: TestClient, body: object, status: int
) -> None:
    response = client.post(STREAM, json=body)
    assert response.status_code == response.json()["status"] == status
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("fault", "code"),
    [(RuntimeError("/hemmelig/sti"), "InternalError"), (IndexMissing("Der er intet indeks."), "IndexMissing")],
)
def test_a_failure_under_way_ends_the_stream_with_its_name_and_no_detail(
    client: TestClient,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    fault: Exception,
    code: str,
) -> None:
    def fail(*arguments: object, **named: object) -> None:
        raise fault

    monkeypatch.setattr(engine, "ask", fail)
    response = client.post(STREAM, json={"query": LUNCH})
    (event,) = _events(response)
    assert (event[0], event[1]["code"]) == ("error", code)
    assert "hemmelig" not in response.text + caplog.text


def test_personal_data_is_neither_told_nor_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    response = client.post(STREAM, json={"query": "Emma Testesen, cpr 010203-1234, kommer ikke i skole."})
    assert _events(response)[-1][1]["masked_query"].startswith("[navn]")
    assert not [secret for secret in ("Emma", "Testesen", "010203") if secret in response.text + caplog.text]
