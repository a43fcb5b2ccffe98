"""The description of the API at /openapi.json, made true where FastAPI's own says less than what is sent."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from app import problems

EXAMPLES = Path(__file__).parent / "data" / "api_examples.json"
"""An answer of each operation by its media type, as the server gave it, with most of its lists cut short."""


def describe(app: FastAPI) -> None:
    """Let the description of `app` give errors as problem+json, as they are sent, and an example of each answer."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        schema = described()
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                _show_defaults(operation.get("parameters", ()))
                for status, response in operation["responses"].items():
                    if status.startswith("2"):
                        _give_examples(response.get("content", {}), f"{method} {path}")
                    else:
                        _send_as_problem(response["content"], int(status))
        return schema

    app.openapi = openapi  # type: ignore[method-assign]


@cache
def _examples() -> dict[str, dict[str, Any]]:
    examples: dict[str, dict[str, Any]] = json.loads(EXAMPLES.read_text("utf-8"))
    return examples


def _show_defaults(parameters: Iterable[dict[str, Any]]) -> None:
    """Show of each parameter without an example what it is when it is left out."""
    for parameter in parameters:
        schema = parameter["schema"]
        if not {"example", "examples"} & (parameter.keys() | schema.keys()) and "default" in schema:
            parameter["example"] = schema["default"]


def _give_examples(content: dict[str, Any], operation: str) -> None:
    """Show what an operation answers, in each media type that is text."""
    for media, example in _examples().get(operation, {}).items():
        if media in content:
            content[media]["example"] = example


def _send_as_problem(content: dict[str, Any], status: int) -> None:
    """Give the one schema that an error has as that of a problem, whatever the route sends when all is well.

    Its example is an error that has this status.
    """
    schema = next((kind["schema"] for kind in content.values() if "schema" in kind), None)
    if schema is not None:
        content.clear()
        content[problems.MEDIA_TYPE] = {"schema": schema, "example": problems.example(status)}


def file_response(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """Return how a route that sends a file of one of these types is described."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"description": "Filen.", "content": {media.split(";")[0]: binary for media in media_types}}}
