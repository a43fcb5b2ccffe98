"""The description of the API is complete, and the API keeps to it."""

from typing import Any

import hypothesis
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from app import api, api_feedback, api_guidance, api_library, api_stream
from app.openapi import describe

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
        for one in errors.values():
            assert list(one["content"]) == ["application/problem+json"]
            assert one["content"]["application/problem+json"]["schema"]["$ref"].endswith("/Problem")


def test_everything_that_must_be_given_has_an_example(client: TestClient) -> None:
    models = client.get("/openapi.json").json()["components"]["schemas"]
    for name, operation in _operations(client):
        for parameter in operation.get("parameters", []):
            assert not parameter["required"] or parameter["schema"].get("examples"), (name, parameter["name"])
        if "requestBody" in operation:
            reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            model = models[reference.rpartition("/")[2]]
            for field in model.get("required", []):
                assert model["properties"][field].get("examples"), (name, field)


def test_every_answer_has_a_type(client: TestClient) -> None:
    for name, operation in _operations(client):
        assert "204" in operation["responses"] or operation["responses"]["200"].get("content"), name


def test_a_wrong_method_is_told_the_right_ones(client: TestClient) -> None:
    assert client.request("TRACE", "/api/v1/ask").headers["allow"] == "POST"
    assert client.delete("/api/v1/trial-actions/kl-odense").headers["allow"] == "GET"
