"""The tuned model: what it is taught, and how it is measured on the development half while it learns.

Needs the extra `train`. Everything else in this system works without it: what is learnt is shipped as a patch.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from corpus.knowledge import Knowledge
from evals.items import Item
from evals.metrics.match import gold_in_text
from evals.metrics.ndcg import dcg, is_ranked
from retrieval.library import Library
from retrieval.train import Example, Student

DEPTH = 10


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
