"""The texts a person sees, by language."""

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ("da", "en")


@cache
def texts(language: str) -> dict[str, dict[str, str]]:
    """Return the texts of a language by section and name; Danish for a language there is none of."""
    chosen = language if language in LANGUAGES else "da"
    return tomllib.loads((Path(__file__).parent / f"{chosen}.toml").read_text("utf-8"))
