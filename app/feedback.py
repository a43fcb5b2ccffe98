"""What people think of an answer: how it ended, the ids it showed and a reason; never what was asked.

One line of JSON for each, in `feedback.jsonl` in the data folder (docs/feedback.md).
"""

import json
import threading
from collections.abc import Callable, Collection
from datetime import date
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from app.turn import Outcome
from corpus.errors import BadRequest, StorageUnusable

MOST_COMMENT = 1000
MOST_SHOWN = 200
_lock = threading.Lock()


class Complaint(StrEnum):
    """Why an answer did not help."""

    WRONG = "wrong"
    MISSING = "missing"
    NOT_IN_SOURCE = "not_in_source"
    DID_NOT_FIT = "did_not_fit"
    UNCLEAR = "unclear"
    TOO_SLOW = "too_slow"


class Feedback(BaseModel):
    """What a person thinks of an answer. `shown` are ids of passages and trial actions."""

    model_config = ConfigDict(extra="forbid")

    outcome: Outcome = Field(description="Hvordan svaret endte.", examples=["answered"])
    shown: list[str] = Field(
        max_length=MOST_SHOWN,
        description="Id'er på de passager og prøvehandlinger, svaret viste.",
        examples=[["kl-odense"]],
    )
    helpful: bool = Field(description="Om det hjalp.", examples=[True])
    reason: Complaint | None = Field(default=None, description="Hvorfor det ikke hjalp.")
    comment: str = Field(default="", max_length=MOST_COMMENT, description="Frivillig; navne og numre skjules først.")


def keep(feedback: Feedback, path: Path, known: Collection[str], mask: Callable[[str], str]) -> None:
    """Append a person's feedback to the file, its comment masked.

    `known` are the ids there are. Raises BadRequest for an id that is none of them, so that no other text gets in
    that way, and StorageUnusable when the file cannot be written.
    """
    if not set(feedback.shown) <= set(known):
        raise BadRequest("Tilbagemeldingen nævner noget, der ikke findes i kilderne.", "Send den igen uden.")
    line = {"date": date.today().isoformat(), **feedback.model_dump(mode="json")}
    line["comment"] = mask(feedback.comment).strip() if feedback.comment.strip() else ""
    try:
        with _lock, path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as error:
        raise StorageUnusable(
            f"Tilbagemeldingen kunne ikke gemmes: {error.strerror}.",
            "Prøv igen, eller giv den til jeres administrator.",
        ) from error
