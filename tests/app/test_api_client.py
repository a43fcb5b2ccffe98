"""The client in the documentation works on the application as it is."""

import io
import json
import re
from collections.abc import Iterator

import httpx
import pytest
from docx import Document

from corpus.text import key
from docs.examples.client import Answer, Client, ProevError
from tests.conftest import ROOT

LUNCH = "Vi har en 2. klasse, hvor timerne efter frokost ender i konflikter. Hvad kan vi prøve?"


@pytest.fixture
def api(address: str) -> Iterator[Client]:
    """The client on the served application."""
    with httpx.Client(base_url=address, timeout=30) as http:
        yield Client(http)


def test_an_answer_has_citations_and_trial_actions(api: Client) -> None:
    answer = api.ask(LUNCH)
    assert answer.outcome == "answered"
    assert answer.trial_actions[0] == "kl-egedal-baekkegaarden"
    assert all(f"[{citation.n}]" in answer.text and key(citation.quote) for citation in answer.citations)


def test_the_steps_come_before_the_answer(api: Client) -> None:
    *steps, answer = api.ask_in_steps(LUNCH)
    assert steps == ["search", "evidence", "answer"]
    assert isinstance(answer, Answer)
    assert answer == api.ask(LUNCH)


def test_a_plan_is_drafted_and_fetched(api: Client) -> None:
    plan = api.draft_plan("kl-odense")
    words = [paragraph.text for paragraph in Document(io.BytesIO(api.export_plan(plan))).paragraphs]
    assert plan["title"] in words
    assert api.export_plan(plan, "md").decode().startswith("# Plan")


def test_what_is_refused_has_a_code(api: Client) -> None:
    with pytest.raises(ProevError, match="Mente du kl-odense") as told:
        api.draft_plan("kl-odnse")
    assert (told.value.code, told.value.status) == ("UnknownRecord", 404)
    with pytest.raises(ProevError) as told:
        list(api.ask_in_steps(" "))
    assert told.value.code == "EmptyQuery"


def test_the_addresses_and_the_examples_of_the_document_are_real(address: str) -> None:
    text = (ROOT / "docs" / "api.md").read_text("utf-8")
    paths = httpx.get(f"{address}/openapi.json").json()["paths"]
    for method, path in re.findall(r"`(GET|POST) (/api/\S+)`", text):
        assert method.lower() in paths[path], path
    asked = re.search(r"-d '(.*)'", text)
    assert asked is not None
    assert httpx.post(f"{address}/api/v1/ask", json=json.loads(asked[1])).json()["citations"]
    refused = httpx.post(f"{address}/api/v1/plans", json={"trial_action": "kl-odnse"}).json()
    shown = re.search(r'^\{"type".*?\}$', text, re.MULTILINE | re.DOTALL)
    assert shown is not None
    assert set(json.loads(shown[0])) == set(refused)
