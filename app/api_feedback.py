"""Feedback over HTTP; served only where the configuration says so. Door: FastAPI."""

from fastapi import APIRouter

from app.api import PROBLEMS, EngineDependency
from app.feedback import Feedback, keep

FILE = "feedback.jsonl"
router = APIRouter(prefix="/api/v1", responses=PROBLEMS)


@router.post("/feedback", status_code=204)
def feedback(told: Feedback, engine: EngineDependency) -> None:
    """Gem, hvad en person synes om et svar. Spørgsmålet gemmes aldrig; en kommentar skjules for personoplysninger."""
    library = engine.library
    keep(told, engine.config.data / FILE, library.passages.keys() | library.records.keys(), engine.mask)
