"""Outside benchmarks: questions in a SQuAD file, and how well the search finds the paragraphs that answer them.

The format is that of SQuAD 1.1 and 2.0 (Rajpurkar et al. 2016, "SQuAD: 100,000+ Questions for Machine Comprehension of
Text"; Rajpurkar, Jia and Liang 2018, "Know What You Don't Know"), which Danish sets use as well.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from corpus.errors import KnowledgeError
from evals.metrics.base import NAN
from evals.metrics.ndcg import dcg
from retrieval.analyse import four_grams, query_weights, saturate, terms
from retrieval.embed import Embedder, VectorCache, Vectors
from retrieval.index import EdgeIndex, Index, Point, VectorQuery

RECALL_AT = (1, 5, 10)


@dataclass(frozen=True)
class Context:
    """A paragraph. `id` is its number in the file, from 1, as text; equal paragraphs are one."""

    id: str
    text: str


@dataclass(frozen=True)
class Question:
    """A question. `contexts` are the ids of the contexts it was asked of; `impossible` says they do not answer it."""

    id: str
    query: str
    contexts: frozenset[str]
    answers: tuple[str, ...] = ()
    impossible: bool = False


@dataclass(frozen=True)
class Squad:
    """A file's distinct contexts and its questions, in their order."""

    contexts: tuple[Context, ...]
    questions: tuple[Question, ...]


def load_squad(path: Path) -> Squad:
    """Return the contexts and questions of a SQuAD file, version 1.1 or 2.0.

    Where the same words are asked of several contexts, each that answers them is right for all of these questions.
    Raises KnowledgeError with place and reason for a file that cannot be read, is no JSON, has no data or no
    questions, or has a faulty entry: a question without context, a field missing or of the wrong type, an id used
    twice.
    """
    reader = _Reader(path)
    articles = reader.list_of(reader.content(), "data", "filen")
    for number, article in enumerate(articles, start=1):
        place = f"data {number}"
        for at, paragraph in enumerate(reader.list_of(article, "paragraphs", place), start=1):
            reader.paragraph(paragraph, f"{place}, afsnit {at}")
    return reader.squad()


@dataclass
class _Reader:
    """What has been read of a file so far; every fault is told with the file and the place in it."""

    path: Path
    contexts: dict[str, Context] = field(default_factory=dict)
    questions: dict[str, Question] = field(default_factory=dict)

    def fault(self, place: str, reason: str) -> KnowledgeError:
        """Return the error for what is wrong at a place."""
        return KnowledgeError(f"{self.path}, {place}: {reason}.", "Ret filen, eller angiv en anden SQuAD-fil.")

    def content(self) -> Any:
        """Return the JSON of the file."""
        try:
            return json.loads(self.path.read_text("utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            raise KnowledgeError(
                f"{self.path} kan ikke læses: {error}.", "Angiv en SQuAD-fil i JSON og UTF-8."
            ) from error
        except (ValueError, RecursionError) as error:
            raise self.fault("filen", f"ikke JSON ({error})") from error

    def list_of(self, holder: Any, name: str, place: str) -> list[Any]:
        """Return the list called `name`, which must have something in it."""
        found = holder.get(name) if isinstance(holder, dict) else None
        if not isinstance(found, list) or not found:
            raise self.fault(place, f"{name} mangler eller er tom")
        return found

    def text(self, holder: Any, name: str, place: str) -> str:
        """Return the text called `name`, which must have something in it."""
        found = holder.get(name) if isinstance(holder, dict) else None
        if not isinstance(found, str) or not found.strip():
            raise self.fault(place, f"{name} mangler eller er ikke tekst")
        return found

    def paragraph(self, paragraph: Any, place: str) -> None:
        """Read a context and its questions; a context may have none."""
        text = self.text(paragraph, "context", place)
        context = self.contexts.setdefault(text, Context(str(len(self.contexts) + 1), text))
        questions = paragraph.get("qas", [])
        if not isinstance(questions, list):
            raise self.fault(place, "qas er ikke en liste")
        for number, question in enumerate(questions, start=1):
            self.question(question, context, f"{place}, spørgsmål {number}")

    def question(self, question: Any, context: Context, place: str) -> None:
        """Read a question that was asked of a context."""
        name, query = self.text(question, "id", place), self.text(question, "question", place)
        if name in self.questions:
            raise self.fault(place, f"id {name!r} er brugt før")
        answers = question.get("answers", [])
        if not isinstance(answers, list):
            raise self.fault(place, "answers er ikke en liste")
        texts = tuple(self.text(answer, "text", place) for answer in answers)
        impossible = question.get("is_impossible", False)
        if not isinstance(impossible, bool):
            raise self.fault(place, "is_impossible er ikke true eller false")
        self.questions[name] = Question(name, query, frozenset({context.id}), texts, impossible)

    def squad(self) -> Squad:
        """Return what was read."""
        if not self.questions:
            raise self.fault("filen", "har ingen spørgsmål")
        right: dict[str, frozenset[str]] = {}
        for question in self.questions.values():
            if not question.impossible:
                right[question.query] = right.get(question.query, frozenset()) | question.contexts
        questions = (
            question if question.impossible else replace(question, contexts=right[question.query])
            for question in self.questions.values()
        )
        return Squad(tuple(self.contexts.values()), tuple(questions))


def retrieval_scores(squad: Squad, embedder: Embedder, cache: Path, limit: int = 10) -> dict[str, float]:
    """Return how well the search finds the contexts that answer the questions, among all contexts of the file.

    The contexts get our own term weights, vectors and fusion, in an index that is removed afterwards; `cache` is the
    file that keeps their vectors (see VectorCache). Of the first `limit` hits come, as means over the `questions`
    that are answered: `ndcg@limit` (1 for each right context), `mrr`, and `recall@k`, the share of the right
    contexts in the first k. Where some are `impossible`, `auroc` is the probability that the best hit of an
    answered question scores higher than that of an impossible one; that score is fused, so it tells how far the best
    hit stands out among the others, not how alike the texts are. Undefined is NaN.
    """
    with _index(squad.contexts, embedder, VectorCache(cache, embedder)) as index:
        hits = [index.query(_vector_query(question.query, embedder), limit) for question in squad.questions]
    asked = list(zip(squad.questions, hits, strict=True))
    answered = [
        (question.contexts, [hit.passage for hit in found]) for question, found in asked if not question.impossible
    ]
    scores: dict[str, float] = {
        "questions": len(answered),
        f"ndcg@{limit}": _mean(ndcg(found, right, limit) for right, found in answered),
        "mrr": _mean(reciprocal_rank(found, right) for right, found in answered),
    }
    for k in RECALL_AT:
        if k <= limit:
            scores[f"recall@{k}"] = _mean(len(right & set(found[:k])) / len(right) for right, found in answered)
    if len(answered) < len(asked):
        scores["impossible"] = len(asked) - len(answered)
        scores["auroc"] = auroc(
            [found[0].score for question, found in asked if not question.impossible],
            [found[0].score for question, found in asked if question.impossible],
        )
    return scores


@contextmanager
def _index(contexts: Sequence[Context], embedder: Embedder, cache: VectorCache) -> Iterator[Index]:
    """Hold an index of the contexts in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        index = EdgeIndex.create(Path(folder) / "shard", embedder.dimensions)
        try:
            vectors, _ = cache.embed_passages([context.text for context in contexts])
            index.add(_points(contexts, vectors))
            index.finish()
            yield index
        finally:
            index.close()


def _points(contexts: Sequence[Context], vectors: Vectors) -> list[Point]:
    """Return the contexts with the weights an ingest gives passages (ingest/run.py); they have no headings."""
    words = [terms(context.text) for context in contexts]
    grams = [four_grams(context.text) for context in contexts]
    mean_words, mean_grams = (fmean(map(len, found)) for found in (words, grams))
    return [
        Point(
            passage=context.id,
            dense=vector,
            lex=saturate(Counter(found), len(found), mean_words),
            c4=saturate(Counter(pieces), len(pieces), mean_grams),
            payload={},
        )
        for context, vector, found, pieces in zip(contexts, vectors, words, grams, strict=True)
    ]


def _vector_query(query: str, embedder: Embedder) -> VectorQuery:
    return VectorQuery(embedder.embed_query(query), query_weights(terms(query)), query_weights(four_grams(query)))


def ndcg(found: Sequence[str], right: frozenset[str], limit: int) -> float:
    """Return nDCG of the first `limit` contexts found (Järvelin and Kekäläinen 2002): a right one gains 1."""
    gains = [float(context in right) for context in found[:limit]]
    return dcg(gains) / dcg([1.0] * min(limit, len(right)))


def reciprocal_rank(found: Sequence[str], right: frozenset[str]) -> float:
    """Return 1 / rank of the first right context found, 0 without one (Voorhees 1999)."""
    return next((1 / rank for rank, context in enumerate(found, start=1) if context in right), 0.0)


def auroc(positives: Sequence[float], negatives: Sequence[float]) -> float:
    """Return the share of pairs in which the positive scores higher, a tie counting half; NaN without pairs.

    This is the Mann-Whitney statistic, and the area under the ROC curve (Hanley and McNeil 1982, "The Meaning and Use
    of the Area under a Receiver Operating Characteristic Curve", Radiology 143).
    """
    if not positives or not negatives:
        return NAN
    ordered = np.sort(negatives)
    below = np.searchsorted(ordered, positives, "left")
    not_above = np.searchsorted(ordered, positives, "right")
    return float(np.mean((below + not_above) / 2) / len(negatives))


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return fmean(found) if found else NAN
