"""The description of the API is complete, and the API keeps to it."""

import json
from collections.abc import Iterator
from typing import Any

import hypothesis
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import TypeAdapter
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from app import api, api_feedback, api_guidance, api_library, api_stream, export
from app.examples import FACETS
from app.openapi import EXAMPLES, describe
from app.problems import Problem
from app.wire_cards import PartOut, TurnOut
from retrieval.library import Library

NOT_IN_THE_SCHEMA = [positive_data_acceptance, negative_data_rejection]
"""A question must hold a word, a filter a value the library has, and blanks at the ends of a text do not count."""


def _described() -> Any:
    """Return the description of the API alone, which needs no index."""
    app = FastAPI()
    for module in (api, api_stream, api_guidance, api_library, api_feedback):
        app.include_router(module.router)
    describe(app)
    return app.openapi()


DESCRIBED = _described()


@schemathesis.openapi.from_dict(DESCRIBED).parametrize()
@hypothesis.settings(max_examples=8, deadline=None, derandomize=True, database=None)
def test_whatever_is_asked_is_answered_as_described(case: Any, address: str) -> None:
    case.call_and_validate(base_url=address, excluded_checks=NOT_IN_THE_SCHEMA)


def test_all_of_the_api_is_tried(client: TestClient) -> None:
    assert client.get("/openapi.json").json()["paths"] == DESCRIBED["paths"]


def _operations(client: TestClient) -> list[tuple[str, Any]]:
    schema = client.get("/openapi.json").json()
    return [
        (f"{method} {path}", operation) for path, item in schema["paths"].items() for method, operation in item.items()
    ]


def test_every_operation_says_what_it_does(client: TestClient) -> None:
    assert [name for name, operation in _operations(client) if not operation.get("description")] == []


def test_every_error_is_described_as_a_problem(client: TestClient) -> None:
    for name, operation in _operations(client):
        errors = {status: one for status, one in operation["responses"].items() if not status.startswith("2")}
        assert {"404", "422", "500"} <= set(errors), name
        for status, one in errors.items():
            assert list(one["content"]) == ["application/problem+json"]
            sent = one["content"]["application/problem+json"]
            assert sent["schema"]["$ref"].endswith("/Problem")
            assert Problem.model_validate(sent["example"]).status == int(status)


def test_everything_that_can_be_given_has_an_example(client: TestClient) -> None:
    models = client.get("/openapi.json").json()["components"]["schemas"]
    for name, operation in _operations(client):
        for parameter in operation.get("parameters", []):
            shown = {"example", "examples"} & (parameter.keys() | parameter["schema"].keys())
            assert shown, (name, parameter["name"])
        if "requestBody" in operation:
            reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            model = models[reference.rpartition("/")[2]]
            for field in model.get("required", []):
                assert model["properties"][field].get("examples"), (name, field)


def _models(client: TestClient) -> dict[str, Any]:
    """Return what each operation of the API answers with, as a type."""
    app: Any = client.app
    return {
        f"{method.lower()} {route.path}": route.response_model
        for route in app.state.api_routes
        for method in route.methods
    }


def test_every_answer_has_an_example_of_its_type(client: TestClient) -> None:
    models = _models(client)
    for name, operation in _operations(client):
        for media, content in operation["responses"].get("200", {"content": {}})["content"].items():
            if media == export.DOCX:
                continue
            example = content["example"]
            if media == "application/json":
                adapter = TypeAdapter(models[name])
                assert adapter.dump_python(adapter.validate_python(example), mode="json") == example, name
            else:
                assert isinstance(example, str), name
    assert set(json.loads(EXAMPLES.read_text("utf-8"))) == {
        name for name, operation in _operations(client) if "200" in operation["responses"]
    }


def test_every_event_of_the_example_of_a_stream_is_of_its_type(client: TestClient) -> None:
    told = json.loads(EXAMPLES.read_text("utf-8"))["post /api/v1/ask/stream"]["text/event-stream"]
    types = {"step": api_stream.StepOut, "part": PartOut, "done": TurnOut}
    names = []
    for event in told.strip().split("\n\n"):
        name, data = (line.partition(": ")[2] for line in event.split("\n"))
        types[name].model_validate_json(data)
        names.append(name)
    assert (names[0], names[-1], set(names)) == ("step", "done", set(types))


def test_the_examples_quote_the_sources_and_nothing_else(library: Library) -> None:
    quoted = list(_citations(json.loads(EXAMPLES.read_text("utf-8"))))
    assert len(quoted) > 20
    for one in quoted:
        assert library.contains(one["document"], one["quote"])
        assert one["passage"] in library.passages


def _citations(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if {"quote", "passage"} <= set(value):
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _citations(one)


def test_the_example_of_every_filter_is_a_value_the_library_has(client: TestClient) -> None:
    listed = next(operation for name, operation in _operations(client) if name == "get /api/v1/trial-actions")
    for parameter in listed["parameters"]:
        if parameter["name"] in FACETS:
            example = parameter["schema"]["examples"][0]
            answer = client.get("/api/v1/trial-actions", params={parameter["name"]: example})
            assert (answer.status_code, answer.json()["total"] > 0) == (200, True), parameter["name"]


def test_every_answer_has_a_type(client: TestClient) -> None:
    for name, operation in _operations(client):
        assert "204" in operation["responses"] or operation["responses"]["200"].get("content"), name


def test_a_wrong_method_is_told_the_right_ones(client: TestClient) -> None:
    assert client.request("TRACE", "/api/v1/ask").headers["allow"] == "POST"
    assert client.delete("/api/v1/trial-actions/kl-odense").headers["allow"] == "GET"
