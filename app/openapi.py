"""The description of the API at /openapi.json, made true where FastAPI's own says less than what is sent."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI

PROBLEM = "application/problem+json"
EXAMPLES = Path(__file__).parent / "data" / "api_examples.json"
"""An answer of each operation by its media type, as the server gave it, with most of its lists cut short."""


def describe(app: FastAPI) -> None:
    """Let the description of `app` give errors as problem+json, as they are sent, and an example of each answer."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        schema = described()
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                for status, response in operation["responses"].items():
                    if status.startswith("2"):
                        _give_examples(response.get("content", {}), f"{method} {path}")
                    else:
                        _send_as_problem(response["content"])
        return schema

    app.openapi = openapi  # type: ignore[method-assign]


@cache
def _examples() -> dict[str, dict[str, Any]]:
    examples: dict[str, dict[str, Any]] = json.loads(EXAMPLES.read_text("utf-8"))
    return examples


def _give_examples(content: dict[str, Any], operation: str) -> None:
    """Show what an operation answers, in each media type that is text."""
    for media, example in _examples().get(operation, {}).items():
        if media in content:
            content[media]["example"] = example


def _send_as_problem(content: dict[str, Any]) -> None:
    """Give the one schema that an error has as that of a problem, whatever the route sends when all is well."""
    schema = next((kind["schema"] for kind in content.values() if "schema" in kind), None)
    if schema is not None:
        content.clear()
        content[PROBLEM] = {"schema": schema}


def file_response(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """Return how a route that sends a file of one of these types is described."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    return {200: {"description": "Filen.", "content": {media.split(";")[0]: binary for media in media_types}}}
