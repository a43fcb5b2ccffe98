"""Words that are written as names are, and are none by their neighbours: "Aarhus Ø", "Ask Kirke", "en Toyota"."""

from collections.abc import Sequence

from app.name_odds import Token
from app.wordlists import base_name, word_lists

QUARTERS = frozenset(("N", "S", "V", "Ø", "K", "C", "NV", "SV", "SØ", "NØ"))
"""What may stand after the name of a town and tells which part of it."""

MAKES = frozenset(("en", "et", "a", "an"))


def is_none(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether the neighbours of a capitalised word say that it is nobody's name."""
    token = tokens[at]
    before = tokens[at - 1] if at and token.near else None
    after = tokens[at + 1] if at + 1 < len(tokens) and tokens[at + 1].near else None
    if not token.capital:
        return False
    if after is not None and after.text in word_lists()["landmarks"]:
        return True
    if before is None:
        return False
    if token.text in QUARTERS:
        return before.text in word_lists()["places"] or before.kept
    return before.low in MAKES and not base_name(token.low) and not (after is not None and after.capital)
