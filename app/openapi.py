"""The description of the API at /openapi.json, made true where FastAPI's own says less than what is sent."""

from typing import Any

from fastapi import FastAPI

PROBLEM = "application/problem+json"


def describe(app: FastAPI) -> None:
    """Let the description of `app` give errors as what they are sent as: problem+json, and never plain JSON."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        schema = described()
        for path in schema["paths"].values():
            for operation in path.values():
                for status, response in operation["responses"].items():
                    if not status.startswith("2"):
                        _send_as_problem(response["content"])
        return schema

    app.openapi = openapi  # type: ignore[method-assign]


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
