"""The texts a person sees, by language."""

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

LANGUAGES = ("da", "en")


@cache
def texts(language: str) -> dict[str, dict[str, str]]:
    """Return the texts of a language by section and name; Danish for a language there is none of."""
    chosen = language if language in LANGUAGES else "da"
    return tomllib.loads((Path(__file__).parent / f"{chosen}.toml").read_text("utf-8"))


def pages_named(pages: Sequence[int], language: str) -> str:
    """Return how printed pages are named, from the first to the last; at least one is needed."""
    name = "page" if pages[0] == pages[-1] else "pages"
    return texts(language)["answer"][name].format(page=pages[0], first=pages[0], last=pages[-1])
