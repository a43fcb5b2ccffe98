"""A message as it comes in: cleaned, no longer than is read, masked with those before it, and its gist."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from app.gist import gist
from app.privacy import Masked, Masker
from app.texts import texts
from app.turn import Message
from corpus.errors import EmptyQuery, QueryTooLong
from corpus.text import normalise
from retrieval.analyse import TOKEN

LONGEST_QUERY = 24_000
"""The most characters a message may have: a little more than 3,000 words."""

LONGEST_ANSWER = 4_000
"""So many characters of what was answered before are read; it comes back from the client."""

LONGEST_HISTORY, LONGEST_CONVERSATION = 20, 60_000
"""How many messages before a message are read, and of how many characters together; the oldest are left out."""

KEPT = "\n\t\u200d"
"""Control characters that stay: those of lines, and what joins the pictures of one emoji."""


def clean_query(text: str, language: str = "da") -> str:
    """Return a message in NFC without control characters, its ends trimmed.

    Raises EmptyQuery when nothing to search for is left, QueryTooLong above LONGEST_QUERY characters.
    """
    if len(text) > LONGEST_QUERY:
        length, limit = _thousands(len(text), language), _thousands(LONGEST_QUERY, language)
        raise QueryTooLong(texts(language)["error"]["too_long"].format(length=length, limit=limit))
    cleaned = _clean(text)
    if not TOKEN.search(cleaned):
        raise EmptyQuery(texts(language)["error"]["empty"])
    return cleaned


def _clean(text: str) -> str:
    kept = (char if char in KEPT or unicodedata.category(char)[0] != "C" else " " for char in normalise(text))
    return "".join(kept).strip()


def _thousands(number: int, language: str) -> str:
    return f"{number:,}" if language == "en" else f"{number:,}".replace(",", ".")


def mask_with(text: str, history: Sequence[Message], masker: Masker) -> tuple[str, list[Message], Masked]:
    """Mask a message and the messages before it together, so that a placeholder means the same in all of them.

    What we answered comes back from the client: it is masked too, and changes no number of the person's own words.
    """
    ours = {place for place, message in enumerate(history) if message.role == "assistant"}
    *masked, current = masker.mask_conversation([*(message.content for message in history), text], ours)
    earlier = [Message(message.role, found.text) for message, found in zip(history, masked, strict=True)]
    return current.text, earlier, current


def recent(history: Sequence[Message]) -> list[Message]:
    """Return as much of what was said before as is read, cleaned as a message is."""
    read: list[Message] = []
    left = LONGEST_CONVERSATION
    for message in reversed(history[-LONGEST_HISTORY:]):
        limit = LONGEST_ANSWER if message.role == "assistant" else LONGEST_QUERY
        said = replace(message, content=_clean(message.content)[:limit])
        left -= len(said.content)
        if left < 0:
            break
        read.insert(0, said)
    return read


def in_short(message: Message) -> Message:
    """Return a message of the person's by its gist."""
    return replace(message, content=gist(message.content)) if message.role == "user" else message
