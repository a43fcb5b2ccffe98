"""A document of two passages, and readers of data files about it."""

import pytest

from corpus.knowledge.reading import Sources
from corpus.schema import Page, Passage, Sentence, TrialAction

FIRST = "I 2024 indførte vi værksteder efter frokost for 3. klasse."
SECOND = "Forældrene blev ikke spurgt, før prøvehandlingen begyndte."
ACTION = TrialAction("kl-x", "kl", "X", (9,), (), "Prøve Kommune", "Prøve Kommune", None, "Tema", ())


def passage(name: str, text: str, section: tuple[str, ...] = ("Kapitel", "Afsnit")) -> Passage:
    return Passage(name, "kl", section, (Sentence(text, (9,)),), (9,), True)


PASSAGES = (passage("kl-1", FIRST), passage("kl-2", SECOND, ("Kapitel", "Andet afsnit")))
PAGES = (Page("kl", 1, 9, f"En overskrift, der kun står på siden\n{FIRST}\nAndet afsnit\n{SECOND}"),)


@pytest.fixture
def sources() -> Sources:
    """Where quotations stand in the two passages and their page."""
    return Sources(PASSAGES, PAGES)
