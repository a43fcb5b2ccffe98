"""Whose word is asked for: "hvad siger eleverne?"; and which statements of a trial action tell of them."""

import re

ROLES = tuple(
    (re.compile(rf"\b(?:{asked})\b", re.IGNORECASE), re.compile(rf"\b(?:{told})", re.IGNORECASE))
    for asked, told in (
        (r"elever(?:ne)?s?|børn(?:ene)?s?|pupils?|students?|children", r"elev|børn|barn"),
        (r"forældre(?:ne)?s?|parents?", r"forældre"),
        (
            r"lærer(?:ne|e)?s?|pædagoger(?:ne)?s?|medarbejder(?:ne|e)?s?|personalets?|de voksnes?|teachers?|staff",
            r"lærer|pædagog|medarbejder|personale|undervis|voksne",
        ),
        (r"leder(?:ne|en|e)?s?|ledelsens?|leaders?|heads?", r"leder|ledelse"),
    )
)
"""How people name those who may be asked, and how those begin in the sources."""


def role_in(asked: str) -> tuple[str, re.Pattern[str]] | None:
    """Return the words for the only ones whose word is asked for, and what tells of them; None for none or several."""
    found = [(match[0].lower(), told) for asking, told in ROLES if (match := asking.search(asked))]
    return found[0] if len(found) == 1 else None
