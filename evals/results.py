"""A result as `evals generate` wrote it, read back."""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from app.wire import AnswerOut
from corpus.errors import KnowledgeError


class Result(AnswerOut):
    """One line of a results file."""

    id: str


def read_results(path: Path) -> tuple[Mapping[str, Result], list[str]]:
    """Return the results of a file by id, and what was wrong with each line that is none.

    Good lines are kept. Raises KnowledgeError for a file that cannot be read or holds no result at all.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(f"{path} kan ikke læses: {error}.", "Kør først: python -m evals generate.") from error
    results: dict[str, Result] = {}
    faults: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            result = Result.model_validate(json.loads(line))
        except (ValueError, ValidationError) as error:
            faults.append(f"{path}, linje {number}: {type(error).__name__}")
            continue
        if result.id in results:
            faults.append(f"{path}, linje {number}: id {result.id!r} er brugt før")
            continue
        results[result.id] = result
    if not results:
        raise KnowledgeError(f"{path} har ingen resultater.", "Kør først: python -m evals generate.")
    return results, faults
