"""The tuned model: what it is taught, and how it is measured on the development half while it learns.

Needs the extra `train`. Everything else in this system works without it: what is learnt is shipped as a patch.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

import numpy as np

from app.engine import Engine
from app.learned import Kind
from corpus.knowledge import Knowledge
from evals import taught
from evals.items import Item
from evals.metrics.match import gold_in_text
from evals.metrics.ndcg import dcg, is_ranked
from retrieval.heads import Told
from retrieval.library import Catalogue, Library
from retrieval.search import wording
from retrieval.student import Student
from retrieval.train import Example, Lessons

DEPTH = 10
WEIGHTS = {Kind.DANGER: 1.5, Kind.NOT_ALLOWED: 0.5, Kind.OUTSIDE: 1.0, Kind.UNTRIED: 0.3, "": 1.5}
"""How much it counts that the vector of a message tells that it is of a kind, and which trial action it calls for."""

CALM = {Kind.DANGER: False, Kind.NOT_ALLOWED: False, Kind.OUTSIDE: False}

Row = tuple[str, Mapping[Kind, bool], Mapping[str, int]]
"""A message, whether it is of the kinds known of it, and the grades of the trial actions it calls for."""


def lessons(known: Knowledge, engine: Engine, without: str | None = None) -> Lessons:
    """Return all that is taught; where a document is left out, nothing but the way to the others."""
    library = engine.library
    led = examples(known, library, without)
    if without is not None:
        return Lessons(led)
    back = taught.kept_back()
    told: tuple[list[Told], list[Told]] = ([], [])
    ready = cache(lambda text: wording(engine.mask(text), library)[1])
    for text, kinds, grades in _rows(known, library.catalogue):
        whole = sum(grade**2 for grade in grades.values())
        shares = {name: grade**2 / whole for name, grade in grades.items()}
        told[text in back].append(Told(ready(text), {kind.value: label for kind, label in kinds.items()}, shares))
    return Lessons(led, *told, WEIGHTS)


def _rows(known: Knowledge, catalogue: Catalogue) -> Iterator[Row]:
    yield from ((text, {Kind.DANGER: label}, {}) for text, label in taught.of_kind(Kind.DANGER))
    for text, outside in taught.of_kind(Kind.OUTSIDE):
        allowed = {} if outside else {Kind.NOT_ALLOWED: False}
        yield text, {Kind.OUTSIDE: outside, Kind.DANGER: False, **allowed}, {}
    for text, forbidden in taught.of_kind(Kind.NOT_ALLOWED):
        yield text, {Kind.NOT_ALLOWED: forbidden, Kind.DANGER: False}, {}
    for text in taught.ordinary():
        yield text, {Kind.DANGER: False, Kind.NOT_ALLOWED: False, Kind.UNTRIED: True}, {}
    yield from ((text, {**CALM, Kind.UNTRIED: False}, grades) for text, grades in taught.trial_actions())
    yield from ((text, {Kind.UNTRIED: not grades}, {}) for text, grades in taught.untried())
    meant = taught.meant(catalogue)
    yield from ((one.text, CALM, meant.get(one.target, {})) for one in known.expansions)


def examples(known: Knowledge, library: Library, without: str | None = None) -> list[Example]:
    """Return the expansions as examples; those of the document `without`, and what asks for a list, are left out."""
    found = []
    for expansion in (one for one in known.expansions if one.target not in library.traits):
        passage = library.passages.get(expansion.target)
        places = [expansion.target] if passage is not None else library.passages_of[expansion.target]
        family = passage.record or passage.id if passage is not None else expansion.target
        documents = {library.passages[place].document for place in places}
        if without not in documents:
            texts = tuple(library.passages[place].text for place in places)
            found.append(Example(expansion.text, expansion.target, family, min(documents), texts))
    return found


class Measure:
    """nDCG@5 of passages by likeness alone, on development items."""

    def __init__(self, items: Iterable[Item], library: Library, only: str | None = None) -> None:
        self._passages = library.catalogue.passages
        chosen = [item for item in items if item.split == "dev" and is_ranked(item) and not item.history]
        self._items = [item for item in chosen if only is None or only in {gold.document for gold in item.gold}]
        self._spans = [[gold_in_text(item, p.document, p.text) for p in self._passages] for item in self._items]

    def __call__(self, student: Student) -> float:
        """Return the mean over the items."""
        asked = student.vectors([item.query for item in self._items], "query: ")
        found = student.vectors([passage.text for passage in self._passages], "passage: ")
        ranked = np.argsort(-(asked @ found.T), axis=1)[:, :DEPTH]
        return float(np.mean([self._score(at, order) for at, order in enumerate(ranked)]))

    def _score(self, at: int, order: Sequence[int]) -> float:
        seen: set[int] = set()
        gains = []
        for place in order[:5]:
            new = self._spans[at][place] - seen
            gains.append(min(1, len(new)))
            seen |= new
        return dcg(gains) / dcg([1] * min(5, len(self._items[at].gold)))
