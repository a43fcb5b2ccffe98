"""Questions in, answers out: run the system over a file of questions."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from app.engine import Engine, failure
from app.turn import Message
from app.wire import answer_out
from corpus.errors import BadRequest, ProevError

logger = logging.getLogger(__name__)

Advance = Callable[[], None]

NOT_KEPT = {"citations": {"__all__": {"page"}}, "hits": {"__all__": {"page"}}}
"""What goes over the wire and is not in the format of results: which page to open."""


def read_questions(path: Path) -> list[dict[str, Any]]:
    """Return the questions of a JSONL file.

    Raises BadRequest with file, line and reason for a line that is no object with `id` and `query`, an id used
    twice, or a file without questions.
    """
    questions: list[dict[str, Any]] = []
    seen: set[str] = set()
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path} kan ikke læses: {error}.", "Angiv en JSONL-fil i UTF-8.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        problem, question = _read_line(line)
        if not problem and question["id"] in seen:
            problem = f"id {question['id']!r} er brugt før"
        if problem:
            raise BadRequest(f"{path}, linje {number}: {problem}.", "Ret linjen, og prøv igen.")
        seen.add(question["id"])
        questions.append(question)
    if not questions:
        raise BadRequest(f"{path} har ingen spørgsmål.", "Der skal være ét JSON-objekt på hver linje.")
    return questions


def _read_line(line: str) -> tuple[str, dict[str, Any]]:
    try:
        question = json.loads(line)
    except ValueError as error:
        return f"ikke JSON ({error})", {}
    if not isinstance(question, dict):
        return "ikke et objekt", {}
    if not isinstance(question.get("id"), str) or not isinstance(question.get("query"), str):
        return "mangler id eller query som tekst", {}
    return "", question


def generate(questions: Iterable[dict[str, Any]], engine: Engine) -> Iterator[dict[str, Any]]:
    """Yield one result a question, in the same order; a question that breaks the system gives an error result.

    A result holds nothing of the question but `masked_query`.
    """
    for question in questions:
        try:
            history = [Message(str(entry["role"]), str(entry["content"])) for entry in question.get("history") or []]
            turn = engine.ask(question["query"], history, question.get("lang") or "da")
        except Exception as error:
            code = error.code if isinstance(error, ProevError) else type(error).__name__
            logger.error("question %s: %s", question["id"], code)
            turn = failure(error, "da")
        yield {"id": question["id"], **answer_out(turn).model_dump(mode="json", exclude=NOT_KEPT)}


def write_results(results: Iterable[dict[str, Any]], path: Path, advance: Advance = lambda: None) -> int:
    """Write results to a JSONL file as they come, in place of an old one once all are there; return how many."""
    fresh = path.with_name(f"{path.name}.part")
    written = 0
    with fresh.open("w", encoding="utf-8") as file:
        for result in results:
            file.write(json.dumps(result, ensure_ascii=False) + "\n")
            written += 1
            advance()
    fresh.replace(path)
    return written
