"""What is answered without a search: small talk, what the labels mean, and letters that cannot be read."""

from app import intents, refusal
from app.intents import SMALLTALK, Intent
from app.render import escape
from app.texts import texts
from app.turn import Outcome, Part, PartKind, Turn
from corpus.schema import EvidenceLabel
from retrieval.library import Library


def without_search(message: str, library: Library, language: str, *, first: bool) -> Turn | None:
    """Return the turn of small talk, or of what cannot be read; None for a message that is searched for.

    Whose `first` message asks how to begin is told so.
    """
    if not intents.is_readable(message):
        return refusal.unread(language)
    begins = first and intents.has("start", message)
    meant = intents.intent(message)
    if (meant not in SMALLTALK or (first and meant is Intent.RESHAPE)) and not begins:
        return None
    words = texts(language)
    said = [words["smalltalk"]["start" if begins else meant.value]]
    if meant is Intent.LABELS:
        letters = [(label.value, label.value.lower()) for label in EvidenceLabel]
        told = words["evidence"]
        said += [f"- **{letter} · {told[f'name_{low}']}**: {told[f'told_{low}']}" for letter, low in letters]
    if meant is Intent.SOURCES:
        said += [
            f"- **{escape(one.title)}** · {escape(one.publisher)} · {escape(one.year)}"
            for one in library.documents.values()
        ]
    return Turn(Outcome.SMALLTALK, None, tuple(Part(PartKind.NOTE, text) for text in said))
