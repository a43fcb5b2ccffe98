"""Whose word is asked for: "hvad siger eleverne?"; and which statements of a trial action tell it."""

import re

SAY = (
    r"(?:siger|sagde|oplever|oplevede|føler|følte|fortæller|fortalte|synes|mener|udtrykker|viser|lærer|trives|"
    r"ser|er|har|får|fik|giver|bliver|blev|glæder)"
)
ROLES = tuple(
    (
        re.compile(rf"\b(?:{asked})\b", re.IGNORECASE),
        re.compile(
            rf"\b(?:{told}) (?:selv )?{SAY}\b|\b(?:ifølge|hvad) (?:{told})\b|"
            rf"\b{SAY} (?:{told})\b|\b(?:{told})s (?:oplevelse|perspektiv|stemme|vurdering)",
            re.IGNORECASE,
        ),
    )
    for asked, told in (
        (r"eleverne|børnene", r"(?:\w*elever(?:ne)?(?: og \w*elever(?:ne)?)?|børn(?:ene)?)"),
        (r"forældrene", r"forældre(?:ne)?"),
        (
            r"lærerne|pædagogerne|medarbejderne|personalet|de voksne",
            r"(?:\w*lærer|pædagog|medarbejder|underviser)(?:e|en|ne|erne)?|personalet|de voksne",
        ),
        (r"lederne|ledelsen", r"(?:\w*leder(?:e|en|ne)?|\w*ledelsen?)"),
    )
)
"""How people name those who may be asked, and how a statement of what they say or what happens to them reads."""


def role_in(asked: str) -> tuple[str, re.Pattern[str]] | None:
    """Return the words for the only ones whose word is asked for, and what tells it; None for none or several."""
    found = [(match[0].lower(), told) for asking, told in ROLES if (match := asking.search(asked))]
    return found[0] if len(found) == 1 else None
