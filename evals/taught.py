"""The written examples in evals/datasets/taught that classifiers learn from. Evaluation items are never taught."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from app.learned import BY_WORDS, Kind
from corpus.text import normalise
from retrieval.library import Catalogue

TAUGHT = Path(__file__).parent / "datasets" / "taught"
MARKED = re.compile(r"\[\[(.+?)\]\]")
BEST = 3
"""The grade of a trial action that a description calls for first."""

RUN, OF_RUNS = 60, 10
"""How many examples stand together, and of how many such runs one is kept back from the encoder."""

Span = tuple[int, int]


def of_kind(kind: Kind) -> Iterator[tuple[str, bool]]:
    """Yield the examples of a kind, and whether they are of it; each beside one of the same shape that is not.

    Of UNTRIED the pairs come first; then the ordinary messages, which are of it, and all that calls for a trial action.
    Of what is outside, some is known to be UNRELATED or not.
    """
    if kind is Kind.UNTRIED:
        yield from ((text, not fits) for text, fits in untried())
        yield from ((row["text"], True) for row in _rows(TAUGHT / "ordinary.jsonl"))
        yield from ((row["text"], False) for row in _rows(TAUGHT / "trial_actions.jsonl"))
        return
    file = Kind.OUTSIDE if kind is Kind.UNRELATED else kind
    rows = _rows(TAUGHT / f"{file.value}.jsonl")
    yield from ((row["text"], row[kind.value]) for row in rows if kind.value in row)


def untried() -> Iterator[tuple[str, Mapping[str, int]]]:
    """Yield descriptions in pairs of one shape: one that no trial action fits, and one with those that do.

    They have their grades, as in `trial_actions`.
    """
    yield from ((row["text"], row["fits"]) for row in _rows(TAUGHT / "untried.jsonl"))


def trial_actions() -> Iterator[tuple[str, Mapping[str, int]]]:
    """Yield the descriptions, each with the grades of the trial actions that fit, by id, from 1 to BEST."""
    yield from ((row["text"], row["fits"]) for row in _rows(TAUGHT / "trial_actions.jsonl"))
    yield from ((text, fits) for text, fits in untried() if fits)


def meant(catalogue: Catalogue) -> dict[str, dict[str, int]]:
    """Return what each target of an expansion that leads to trial actions is an example of, as grades by their ids.

    Such targets are the trial actions, their texts, and the traits that they have.
    """
    actions = {action.id for action in catalogue.trial_actions}
    found = {passage.id: [passage.record] for passage in catalogue.passages if passage.record in actions}
    found |= {name: [name] for name in actions} | {trait.id: list(trait.shown) for trait in catalogue.traits}
    return {target: dict.fromkeys(names, BEST) for target, names in found.items()}


def ordinary() -> Iterator[str]:
    """Yield messages of everyday life in school that call for no trial action; of no kind, but perhaps outside."""
    yield from (row["text"] for row in _rows(TAUGHT / "ordinary.jsonl"))
    yield from (text for text, fits in untried() if not fits)


def names(path: Path = TAUGHT / "names.jsonl") -> Iterator[tuple[str, list[Span]]]:
    """Yield messages in which names stand in double square brackets, without those, and where the names stand."""
    for row in _rows(path):
        text, end = "", 0
        spans = []
        marked = normalise(row["text"])
        for match in MARKED.finditer(marked):
            text += marked[end : match.start()]
            spans.append((len(text), len(text) + len(match[1])))
            text += match[1]
            end = match.end()
        yield text + marked[end:], spans


@cache
def rare_names() -> Sequence[str]:
    """Return names in lower case that no list of names has."""
    return (TAUGHT / "rare_names.txt").read_text("utf-8").split()


@cache
def kept_back() -> frozenset[str]:
    """Return the examples that the encoder is not taught, so that what it makes of the unseen can be weighed on them.

    They are whole runs, since one author wrote what stands together, and since pairs must not be split.
    """
    kinds = ([text for text, _ in of_kind(kind)] for kind in (Kind.DANGER, Kind.OUTSIDE, Kind.NOT_ALLOWED))
    described = ([text for text, _ in told] for told in (trial_actions(), untried()))
    every = (*kinds, *described, list(ordinary()))
    return frozenset(text for one in every for at, text in enumerate(one) if at // RUN % OF_RUNS == OF_RUNS - 1)


def texts() -> Iterator[str]:
    """Yield all that is taught."""
    for kind in BY_WORDS:
        yield from (text for text, _ in of_kind(kind))
    yield from (text for text, _ in names())


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    yield from map(json.loads, path.read_text("utf-8").splitlines())
