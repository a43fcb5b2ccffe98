"""How much of what is wrong is caught before it is shown, and how much that is right is dropped: measured by a seed."""

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from app.answer import cite
from app.cards import cite_support
from app.turn import Part, PartKind
from app.verify import statements, verify
from corpus.claims import unsupported
from corpus.text import key
from retrieval.library import Library
from tests.corruptions import CORRUPTIONS

SEED = 20161
EACH = 300
LEAST = {"number": 1.0, "date": 0.95, "negation": 0.95, "entity": 0.95, "added claim": 0.95}


@pytest.fixture(scope="module")
def told(library: Library) -> list[Part]:
    """Statements of the cards."""
    chosen = random.Random(SEED).sample(list(statements(library)), EACH)
    return [
        Part(PartKind.STATEMENT, one.text, tuple(cite_support(support, library) for support in one.support))
        for one in chosen
    ]


@pytest.fixture(scope="module")
def quoted(library: Library) -> list[Part]:
    """Sentences of the documents, as answers quote them."""
    found = [(p, s) for p in library.catalogue.passages for s in p.sentences if s.quotable]
    return [
        Part(PartKind.QUOTE, sentence.text, (cite(passage, sentence, library),))
        for passage, sentence in random.Random(SEED).sample(found, EACH)
    ]


def _caught(parts: Sequence[Part], library: Library) -> float:
    return verify(parts, library)[1] / len(parts)


def test_what_is_right_is_shown(told: list[Part], quoted: list[Part], library: Library) -> None:
    assert _caught([*told, *quoted], library) == 0.0


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corrupted_statement_is_dropped(name: str, told: list[Part], library: Library) -> None:
    chance = random.Random(SEED)
    wrong = [replace(part, text=CORRUPTIONS[name](part.text, chance)) for part in told]
    assert _caught(wrong, library) >= LEAST[name]


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corrupted_quotation_is_dropped(name: str, quoted: list[Part], library: Library) -> None:
    chance = random.Random(SEED)
    texts = [CORRUPTIONS[name](part.text, chance) for part in quoted]
    shown = [replace(part, text=text) for part, text in zip(quoted, texts, strict=True)]
    cited = [replace(part, citations=(replace(part.citations[0], quote=part.text),)) for part in shown]
    assert _caught(shown, library) >= LEAST[name]
    assert _caught(cited, library) >= LEAST[name]


def test_a_statement_with_the_citations_of_another_is_dropped(told: list[Part], library: Library) -> None:
    swapped = [
        replace(part, citations=other.citations)
        for part, other in zip(told, [*told[1:], told[0]], strict=True)
        if {key(c.quote) for c in part.citations} != {key(c.quote) for c in other.citations}
    ]
    assert _caught(swapped, library) >= 0.95


def test_a_quotation_with_the_place_of_another_is_dropped(quoted: list[Part], library: Library) -> None:
    swapped = [
        replace(part, citations=(replace(other.citations[0], quote=part.text),))
        for part, other in zip(quoted, [*quoted[1:], quoted[0]], strict=True)
        if key(part.text) not in key(library.passages[other.citations[0].passage].text)
    ]
    assert _caught(swapped, library) >= 0.95


@pytest.mark.parametrize(("name", "least"), [("number", 1.0), ("date", 1.0), ("negation", 0.95), ("entity", 0.95)])
def test_the_comparison_of_words_alone_catches(name: str, least: float, told: list[Part]) -> None:
    chance = random.Random(SEED)
    wrong = [(CORRUPTIONS[name](part.text, chance), [c.quote for c in part.citations]) for part in told]
    caught = [bool(unsupported(text, quotes)) for text, quotes in wrong]
    assert sum(caught) / len(caught) >= least
