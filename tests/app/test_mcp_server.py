"""The tools as an assistant meets them: through the protocol's own client, in process, over HTTP and over stdio."""

import asyncio
import logging
import os
import sys
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from mcp import Client, StdioServerParameters

from app.engine import Engine
from app.main import create_app
from app.mcp_server import server
from corpus.text import key
from retrieval.storage import Storage
from tests.conftest import ROOT

LUNCH = "Vi har en 2. klasse med mange konflikter efter frokost."
DANGER = "En elev fortæller, at far slår ham derhjemme."
PERSONAL = "Emma Testesen, cpr 010203-1234, fra 4. klasse kommer ikke i skole."
SECRETS = ("Emma", "Testesen", "010203")
NAMES = {"search", "suggest", "get_trial_action", "get_page"}


def _run(task: Coroutine[Any, Any, Any]) -> Any:
    """Run in a thread of its own: where a browser was started before, this one has a running event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, task).result()


def _call(target: Any, tool: str, **arguments: object) -> Any:
    async def call() -> Any:
        async with Client(target) as client:
            return await client.call_tool(tool, arguments)

    return _run(call())


def _result(target: Any, tool: str, **arguments: object) -> Any:
    result = _call(target, tool, **arguments)
    assert not result.is_error, result.content
    return result.structured_content


def _tools(target: Any) -> list[Any]:
    async def ask() -> list[Any]:
        async with Client(target) as client:
            return list((await client.list_tools()).tools)

    return _run(ask())


@pytest.fixture
def served(engine: Engine) -> Iterator[TestClient]:
    """The application with its lifespan, as a browser on the same machine sees it."""
    with TestClient(create_app(engine.config, engine), base_url="http://localhost") as client:
        yield client


def test_every_tool_says_what_it_is_for_and_only_reads(engine: Engine) -> None:
    tools = {tool.name: tool for tool in _tools(server(engine))}
    assert set(tools) == NAMES
    for tool in tools.values():
        assert tool.description
        assert tool.annotations.read_only_hint
        assert tool.output_schema
        assert all("description" in field or "default" in field for field in tool.input_schema["properties"].values())


def test_search_finds_passages_that_can_be_cited(engine: Engine) -> None:
    found = _result(server(engine), "search", query="timerne efter frokost", limit=3)
    assert found["concern"] is None
    assert len(found["passages"]) == 3
    assert found["passages"][0]["pages"] == [9]
    assert {one["document"] for one in found["passages"]} == {one["id"] for one in found["documents"]}


def test_suggestions_cite_words_that_stand_on_their_page(engine: Engine) -> None:
    made = server(engine)
    told = _result(made, "suggest", description=LUNCH)
    assert told["trial_actions"][0]["id"] == "kl-egedal-baekkegaarden"
    assert told["citations"]
    for citation in told["citations"][:5]:
        assert f"[{citation['n']}]" in told["text"]
        page = _result(made, "get_page", document=citation["document"], number=citation["page"])
        assert page["document"]["title"]
        assert key(citation["quote"])[:40] in key(page["text"])


def test_a_source_without_printed_numbers_is_opened_where_it_is_cited(engine: Engine) -> None:
    made = server(engine)
    told = _result(made, "suggest", description="Forældrene vil ikke samarbejde. Hvad siger inklusionseftersynet?")
    citation = next(one for one in told["citations"] if one["document"] == "inklusion")
    assert citation["pages"] == []
    page = _result(made, "get_page", document="inklusion", number=citation["page"])
    assert key(citation["quote"])[:40] in key(page["text"])


def test_a_trial_action_is_told_with_all_its_fields(engine: Engine) -> None:
    card = _result(server(engine), "get_trial_action", id="kl-odense", language="en")
    assert card["trial_action"]["name"] == "Odense Kommune"
    told = [part for field in card["fields"] for part in field["parts"] if part["kind"] != "note"]
    assert told
    assert all(part["citations"] for part in told)


def test_danger_comes_before_anything_else(engine: Engine) -> None:
    made = server(engine)
    found = _result(made, "search", query=DANGER)
    assert "112" in found["concern"]
    assert found["passages"] == []
    told = _result(made, "suggest", description=DANGER)
    assert (told["outcome"], told["citations"], told["trial_actions"]) == ("urgent", [], [])


@pytest.mark.parametrize(("tool", "field"), [("search", "query"), ("suggest", "description")])
def test_personal_data_never_comes_back_and_is_not_logged(
    engine: Engine, caplog: pytest.LogCaptureFixture, tool: str, field: str
) -> None:
    caplog.set_level(logging.DEBUG)
    made = server(engine)
    result = _call(made, tool, **{field: PERSONAL})
    assert not result.is_error
    assert not [secret for secret in SECRETS if secret in str(result) or secret in caplog.text]


@pytest.mark.parametrize(
    ("tool", "arguments", "told"),
    [
        ("get_trial_action", {"id": "kl-odnse"}, "Mente du kl-odense"),
        ("get_page", {"document": "kl", "number": 99}, "ingen side 99"),
        ("get_page", {"document": "findesikke", "number": 1}, "Brug"),
        ("search", {"query": "  "}, "Skriv et spørgsmål"),
        ("suggest", {"description": "Testesen " * 3000}, "24.000"),
    ],
)
def test_a_fault_of_the_caller_is_told_with_its_mending(
    engine: Engine, tool: str, arguments: dict[str, object], told: str
) -> None:
    result = _call(server(engine), tool, **arguments)
    assert result.is_error
    assert told in result.content[0].text
    assert "Testesen" not in result.content[0].text


def test_an_unexpected_failure_shows_and_logs_no_detail(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*arguments: object, **named: object) -> None:
        raise RuntimeError("/hemmelig/sti")

    monkeypatch.setattr(engine, "suggest", fail)
    result = _call(server(engine), "suggest", description="mellemform")
    assert result.is_error
    assert "hemmelig" not in str(result) + caplog.text
    assert "RuntimeError" in caplog.text


def test_the_official_client_reaches_the_tools_over_http(address: str) -> None:
    assert {tool.name for tool in _tools(f"{address}/mcp")} == NAMES
    assert _result(f"{address}/mcp", "search", query="mellemform", limit=2)["passages"]


def test_the_official_client_reaches_the_tools_over_stdio(corpus_storage: Storage) -> None:
    environment = {**os.environ, "PROEV_DATA": str(corpus_storage.root)}
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "app.cli", "mcp"], env=environment, cwd=str(ROOT)
    )
    assert _result(command, "get_page", document="kl", number=9)["number"] == 9


BODY = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
ACCEPTS = {"accept": "application/json, text/event-stream"}


def _post(served: TestClient, **headers: str) -> httpx.Response:
    return served.post("/mcp", json=BODY, headers={**ACCEPTS, **headers})


def test_another_name_for_this_machine_is_refused(served: TestClient) -> None:
    assert _post(served).status_code == 200
    assert _post(served, host="evil.example").status_code == 400
    assert _post(served, host="localhost.evil.example").status_code == 400


def test_an_application_can_be_started_again(engine: Engine) -> None:
    app = create_app(engine.config, engine)
    for _ in range(2):
        with TestClient(app, base_url="http://localhost") as client:
            assert _post(client).status_code == 200


def test_another_web_page_is_refused(served: TestClient) -> None:
    assert _post(served, origin="http://localhost").status_code == 200
    assert _post(served, origin="https://evil.example").status_code == 403
    assert _post(served, origin="null").status_code == 403


def test_a_huge_request_is_refused(served: TestClient) -> None:
    assert served.post("/mcp", content=b" " * 2_000_000, headers=ACCEPTS).status_code == 413


def test_there_is_nothing_to_listen_for_over_http(client: TestClient) -> None:
    answer = client.get("/mcp", headers={"accept": "text/event-stream"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
