"""A small client of Prøv Først's API: copy it, and change what you need. It needs httpx alone."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx


class ProevError(Exception):
    """What the service answered instead, with its stable `code` and the HTTP status."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem["detail"])
        self.code: str = problem["code"]
        self.status: int = problem["status"]


@dataclass(frozen=True)
class Citation:
    """Where a statement stands: `quote` is the source's own words, `pages` are printed numbers, if it has any.

    `page` is the page to get, to read around the quotation.
    """

    n: int
    document: str
    passage: str
    heading: str
    pages: list[int]
    page: int
    quote: str


@dataclass(frozen=True)
class Answer:
    """An answer; `text` is Markdown in which [n] refers to the citations, `trial_actions` are ids."""

    outcome: str
    text: str
    citations: list[Citation]
    trial_actions: list[str]


class Client:
    """Asks one service. Every method raises ProevError for what it refuses, and httpx's errors for the rest."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def ask(self, question: str, language: str = "da") -> Answer:
        """Return the answer to a question or a situation."""
        return _answer(self._send("POST", "/api/v1/ask", json={"query": question, "lang": language}).json())

    def ask_in_steps(self, question: str, language: str = "da") -> Iterator[str | Answer]:
        """Yield the name of each step as it begins, and the answer at last."""
        body = {"query": question, "lang": language}
        with self._http.stream("POST", "/api/v1/ask/stream", json=body) as response:
            if response.is_error:
                response.read()
            _check(response)
            for name, data in _events(response.iter_lines()):
                if name == "step":
                    yield data["step"]
                elif name == "done":
                    yield _answer(data)
                elif name == "error":
                    raise ProevError({**data, "status": 500})

    def draft_plan(self, trial_action: str, description: str = "") -> dict[str, Any]:
        """Return a plan drafted from a trial action, which may be changed and exported."""
        body = {"trial_action": trial_action, "description": description}
        plan: dict[str, Any] = self._send("POST", "/api/v1/plans", json=body).json()["plan"]
        return plan

    def export_plan(self, plan: dict[str, Any], file_format: str = "docx") -> bytes:
        """Return a plan as a file, `docx` or `md`."""
        return self._send("POST", "/api/v1/plans/export", json={"plan": plan, "format": file_format}).content

    def _send(self, method: str, path: str, **content: Any) -> httpx.Response:
        return _check(self._http.request(method, path, **content))


def _check(response: httpx.Response) -> httpx.Response:
    if response.headers.get("content-type", "").startswith("application/problem+json"):
        raise ProevError(response.json())
    return response.raise_for_status()


def _answer(turn: dict[str, Any]) -> Answer:
    return Answer(
        outcome=turn["outcome"],
        text=turn["text"],
        citations=[Citation(**citation) for citation in turn["citations"]],
        trial_actions=[card["trial_action"]["id"] for card in turn["suggestions"]],
    )


def _events(lines: Iterator[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the name and the data of each event; each has one line of data, and lines without a name keep it alive."""
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


if __name__ == "__main__":
    with httpx.Client(base_url="http://127.0.0.1:8000", timeout=30) as http:
        for told in Client(http).ask_in_steps("Hvad kan vi prøve, når timerne efter frokost ender i konflikter?"):
            print(told.text if isinstance(told, Answer) else f"… {told}")
