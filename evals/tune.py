"""The weights by which passages and topics are ranked, found on the development items: coordinate ascent.

Those of trial actions are learnt elsewhere (`learn_actions.py`). Nothing here reads the test half. The figures that
are printed come from weights found without the questions they are
measured on; the weights that are written were found on all of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import tomlkit

from app.conversation import standalone
from app.turn import Message
from evals.items import Item
from evals.metrics.match import gold_in_text
from evals.metrics.ndcg import dcg, is_ranked
from retrieval.embed import Embedder
from retrieval.library import Library
from retrieval.rank import Features, Floats, Legs, weigh, weights
from retrieval.search import ordered, prepare, windows

Weights = dict[str, float]
FACTORS = (0.0, 0.5, 0.75, 1.35, 2.0)
FRESH = (0.1, 0.3, 1.0)
"""What a weight of zero is tried at."""

PARTS = 4
ROUNDS = 3
LEAST_GAIN = 2e-4
HITS = 10


@dataclass(frozen=True)
class Question:
    """What the legs found for an item: features of passages with their sentences' cosines, and of topics."""

    item: Item
    passages: tuple[str, ...]
    features: Features
    cosines: Floats
    topics: tuple[str, ...]
    topic_features: Features


def questions(items: Iterable[Item], embedder: Embedder, library: Library) -> list[Question]:
    """Return what the legs find for each development item that expects passages."""
    found = []
    for item in items:
        if item.split != "dev" or not is_ranked(item):
            continue
        history = [Message(entry["role"], entry["content"]) for entry in item.history]
        text = standalone(item.query, history)
        query = prepare(text, embedder, library)
        legs = Legs.of(query.vectors, query.named, library)
        ids, features = legs.passages()
        cosines = [float((library.sentence_vectors(library.passages[name]) @ query.dense).max()) for name in ids]
        topics, topic_features = legs.topics()
        found.append(Question(item, tuple(ids), features, np.array(cosines), tuple(topics), topic_features))
    return found


class Gold:
    """Scores against gold spans, which are looked up once for each passage."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._spans: dict[tuple[str, str], frozenset[int]] = {}

    def topic(self, question: Question, chosen: Mapping[str, float]) -> float:
        """Return whether the best topic cites a passage with a gold span."""
        scores = weigh(question.topic_features, chosen)
        best = question.topics[int(np.argmax(scores))]
        return float(any(self._held(question.item, passage) for passage in self._library.passages_of[best]))

    def passages(self, question: Question, chosen: Mapping[str, float]) -> float:
        """Return nDCG@5 and recall@10, added: from 0 to 2."""
        gold = question.item.gold
        places, _ = ordered(question.features, question.cosines.__getitem__, chosen, HITS)
        best_first = [self._library.passages[question.passages[place]] for place in places]
        seen: set[int] = set()
        new = []
        for around in windows(best_first, self._library, HITS).values():
            spans = {span for passage in around for span in self._held(question.item, passage.id)} - seen
            new.append(len(spans))
            seen |= spans
        shared = sum(count - 1 for count in new if count > 1)
        ideal = dcg([1] * max(1, min(5, len(gold) - shared)))
        return dcg([min(1, count) for count in new[:5]]) / ideal + len(seen) / len(gold)

    def _held(self, item: Item, passage: str) -> frozenset[int]:
        if (item.id, passage) not in self._spans:
            found = self._library.passages[passage]
            self._spans[item.id, passage] = frozenset(gold_in_text(item, found.document, found.text))
        return self._spans[item.id, passage]


Score = Callable[[Question, Mapping[str, float]], float]


def fit(asked: Sequence[Question], start: Weights, score: Score, seed: int = 0) -> Weights:
    """Return weights that score well on the questions, changed one at a time from `start` as long as it helps."""

    def total(chosen: Weights) -> float:
        return float(np.mean([score(question, chosen) for question in asked]))

    random = np.random.default_rng(seed)
    best, chosen = total(start), dict(start)
    for _ in range(ROUNDS):
        before = best
        for name in random.permutation(sorted(chosen)):
            for value in [chosen[name] * factor for factor in FACTORS] if chosen[name] else FRESH:
                tried = {**chosen, str(name): round(value, 3)}
                if (reached := total(tried)) > best + LEAST_GAIN:
                    best, chosen = reached, tried
        if best == before:
            break
    return chosen


def checked(asked: Sequence[Question], start: Weights, score: Score) -> tuple[float, float]:
    """Return the mean score with `start`, and with weights found on the other parts of the questions."""
    places = np.random.default_rng(1).permutation(len(asked))
    reached = []
    for part in np.array_split(places, PARTS):
        left = [asked[place] for place in places if place not in set(part)]
        chosen = fit(left, start, score)
        reached += [score(asked[place], chosen) for place in part]
    return float(np.mean([score(question, start) for question in asked])), float(np.mean(reached))


def tune(items: Iterable[Item], embedder: Embedder, library: Library, path: Path) -> dict[str, tuple[float, float]]:
    """Find the weights and write them to `path`; return, for each kind, the score before and as checked on parts."""
    asked = questions(items, embedder, library)
    gold = Gold(library)
    told: dict[str, tuple[float, float]] = {}
    for kind, score in (("passages", gold.passages), ("topics", gold.topic)):
        start = dict(weights()[kind])
        told[kind] = checked(asked, start, score)
        keep(kind, fit(asked, start, score), path)
    return told


def keep(kind: str, found: Mapping[str, float], path: Path) -> None:
    """Write the weights found for a kind into the file of weights; what else stands there is left as it is."""
    file = tomlkit.parse(path.read_text("utf-8"))
    cast("dict[str, Any]", file[kind]).update(found)
    path.write_text(tomlkit.dumps(file), "utf-8")
