"""Teaches the classifiers of app/learned.py from the examples in evals/datasets/taught.

The everyday texts that lead to the documents, and the documents' own sentences, are examples of what is neither
dangerous, nor forbidden, nor outside, and of what stands alone; so are the descriptions that call for a trial action,
and, but for what is outside, the ordinary messages that call for none. The examples of what is outside are none of
danger, and their twins none of what is not allowed either. What leads to a trait asks for a list; what leads to other
documents than the trial actions' does not. Evaluation items are never taught. Needs the extra `train`.

The encoder was taught most of the examples as well (evals/teach.py), so their vectors say more of them than of what is
new. What it makes of a message is weighed on those that were kept back from it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from app.engine import Engine
from app.learned import BY_WORDS, VECTORS, WEIGHTS, WITH_VECTORS, Examples, Floats, Kind, Likeness, Linear, Vectors
from corpus.schema import Expansion
from evals import taught
from evals.calibrate import Taught
from evals.workers import Made, in_workers
from retrieval.library import Catalogue
from retrieval.pieces import BUCKETS, Classifier, counted, split
from retrieval.rank import Floats as Table
from retrieval.search import prepare

FEWEST = 2
"""A piece that fewer examples have says nothing."""

FEWEST_ASKING = 5
"""With fewer words one searches for a thing and does not say that one wants a list."""

STRENGTH, STRENGTH_OF_VECTORS, STRENGTH_OF_DANGER, STRENGTH_OF_UNTRIED = 20.0, 270.0, 30.0, 3.0
STRENGTH_OF_UNRELATED = 30.0
"""How freely weights may grow: the inverse of the ridge."""

WEIGHT_OF_PAIRED = 8.0
"""How many others an example counts for that has a twin of the same shape and of the other sort; chosen by folds."""

Matrix = Any
"""A sparse matrix, shape (texts, BUCKETS)."""


def learn(expansions: Sequence[Expansion], engine: Engine) -> dict[Kind, Taught]:
    """Write the weights of every kind and the vectors of its examples.

    Returns, of the kinds in WITH_VECTORS, the examples that were kept back, masked as messages are.
    """
    catalogue = engine.library.catalogue
    inside = [*(text for text, _ in taught.trial_actions()), *(expansion.text for expansion in expansions)]
    inside += [sentence.text for passage in catalogue.passages for sentence in passage.sentences]
    ordinary, school = table(inside), table(list(taught.ordinary()))
    told = {kind: list(taught.of_kind(kind)) for kind in BY_WORDS}
    told[Kind.NOT_ALLOWED] += [(text, False) for text, outside in told[Kind.OUTSIDE] if not outside]
    told[Kind.EXAMPLES] += _lists(expansions, catalogue)
    labels = {kind: np.array([label for _, label in own]) for kind, own in told.items()}
    mask = _of_each(_masked, (text for own in told.values() for text, _ in own), engine)
    texts = {kind: [mask(text) for text, _ in own] for kind, own in told.items()}
    rows = {kind: table(own) for kind, own in texts.items()}
    read = [*(texts[kind] for kind in {*WITH_VECTORS, Kind.DANGER, Kind.UNTRIED}), taught.ordinary()]
    vector = _of_each(_vector, chain(*read, (text for text, _ in taught.trial_actions())), engine)
    back = {kind: np.array([text in taught.kept_back() for text, _ in told[kind]]) for kind in WITH_VECTORS}
    unseen: dict[Kind, Taught] = {}
    of_vectors: dict[Kind, Examples] = {}
    for kind, left in back.items():
        odds = _unseen_odds(rows[kind], labels[kind], ordinary, left)
        of_vectors[kind], likeness = _of_vectors(_unit_vectors(texts[kind], vector), labels[kind], left)
        chosen = [text for text, is_left in zip(texts[kind], left, strict=True) if is_left]
        unseen[kind] = Taught(chosen, list(labels[kind][left]), odds, likeness)
    _of_words(rows, labels, ordinary, school).write(WEIGHTS)
    by_vector = {
        Kind.DANGER: _danger_by_vector(labels[Kind.DANGER], texts, vector),
        Kind.UNTRIED: _untried_by_vector(labels[Kind.UNTRIED], texts[Kind.UNTRIED], vector),
        Kind.UNRELATED: _unrelated_by_vector(mask, vector),
    }
    Vectors(engine.embedder.name, of_vectors, by_vector).write(VECTORS)
    return unseen


def _of_each(work: Callable[[Engine, str], Made], texts: Iterable[str], engine: Engine) -> Callable[[str], Made]:
    """Return what `work` makes of each of the texts."""
    every = list(dict.fromkeys(texts))
    return dict(zip(every, in_workers(work, every, engine.config), strict=True)).__getitem__


def _masked(engine: Engine, text: str) -> str:
    return engine.mask(text)


def _vector(engine: Engine, text: str) -> Floats:
    return prepare(text, engine.embedder, engine.library).dense


def _of_words(rows: Mapping[Kind, Matrix], labels: Mapping[Kind, Any], ordinary: Matrix, school: Matrix) -> Classifier:
    """Return the classifiers over words and letters: `ordinary` and `school` are none of most kinds."""
    rarity = rarity_of(sparse.vstack([*rows.values(), ordinary, school]))
    calm = {
        Kind.DANGER: sparse.vstack([ordinary, school, rows[Kind.OUTSIDE]]),
        Kind.NOT_ALLOWED: sparse.vstack([ordinary, school]),
        Kind.OUTSIDE: ordinary,
        Kind.LEANS: sparse.vstack([ordinary, school]),
        Kind.EXAMPLES: school,  # some of what leads to the trial actions asks for a list as well
    }
    models = {kind: _fit(rows[kind], labels[kind], own, rarity) for kind, own in calm.items()}
    models[Kind.UNTRIED] = _fit_pairs(weighed(rows[Kind.UNTRIED], rarity), labels[Kind.UNTRIED])
    of = {kind.value: model.coef_[0].astype(np.float32) for kind, model in models.items()}
    bias = {kind.value: float(model.intercept_[0]) for kind, model in models.items()}
    return Classifier(rarity.astype(np.float32), of, bias)


def _danger_by_vector(labels: Any, texts: Mapping[Kind, Sequence[str]], vector: Callable[[str], Floats]) -> Linear:
    """Return what tells danger by a text's vector; what is taught of anything else is none."""
    calm = [*texts[Kind.OUTSIDE], *texts[Kind.NOT_ALLOWED], *taught.ordinary()]
    calm += [text for text, _ in taught.trial_actions()]
    unit = _unit_vectors((*texts[Kind.DANGER], *calm), vector)
    wanted = np.r_[labels, np.zeros(len(calm), dtype=bool)]
    return _linear(unit, wanted, STRENGTH_OF_DANGER, "balanced")


def _unrelated_by_vector(mask: Callable[[str], str], vector: Callable[[str], Floats]) -> Linear:
    """Return what tells by a message's vector that it has nothing to do with schools, among what is outside."""
    told = list(taught.of_kind(Kind.UNRELATED))
    unit = _unit_vectors([mask(text) for text, _ in told], vector)
    return _linear(unit, np.array([label for _, label in told]), STRENGTH_OF_UNRELATED)


def _untried_by_vector(labels: Any, texts: Sequence[str], vector: Callable[[str], Floats]) -> Linear:
    """Return what tells by a description's vector that no trial action is about it."""
    model = _fit_pairs(_unit_vectors(texts, vector), labels)
    return Linear(model.coef_[0].astype(np.float32), float(model.intercept_[0]))


def _fit_pairs(rows: Any, labels: Any) -> LogisticRegression:
    """Return a classifier of what is UNTRIED, in which each of the pairs, which come first, counts for several."""
    weights = np.ones(len(labels))
    weights[: len(list(taught.untried()))] = WEIGHT_OF_PAIRED
    return LogisticRegression(C=STRENGTH_OF_UNTRIED, max_iter=2000).fit(rows, labels.astype(float), weights)


def _lists(expansions: Iterable[Expansion], catalogue: Catalogue) -> Iterator[tuple[str, bool]]:
    """Yield what asks for a list of trial actions, and what asks something else of other documents."""
    documents = {passage.id: passage.document for passage in catalogue.passages}
    documents |= {record.id: record.document for record in catalogue.records}
    listed = {action.document for action in catalogue.trial_actions}
    for expansion in expansions:
        if catalogue.kind(expansion.target) == "trait" and len(expansion.text.split()) >= FEWEST_ASKING:
            yield expansion.text, True
        elif expansion.target in documents and documents[expansion.target] not in listed:
            yield expansion.text, False


def table(texts: Sequence[str]) -> Matrix:
    """Return how often each piece occurs in each text, dampened."""
    return stacked([counted(split(text)) for text in texts], BUCKETS)


def stacked(rows: Sequence[Mapping[int, float]], width: int) -> Matrix:
    """Return a sparse matrix, shape (len(rows), width), of rows that are given by column."""
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.array([column for row in rows for column in row], dtype=np.int64)
    values = np.array([value for row in rows for value in row.values()], dtype=np.float64)
    return sparse.csr_matrix((values, columns, ends), shape=(len(rows), width))


def rarity_of(rows: Matrix) -> Table:
    """Return how rare each piece is among the texts, shape (BUCKETS,); 0 for what too few have."""
    held = np.asarray((rows > 0).sum(axis=0)).ravel()
    rarity: Table = np.where(held >= FEWEST, np.log((1 + rows.shape[0]) / (1 + held)) + 1, 0.0)
    return rarity


def weighed(rows: Matrix, rarity: Table) -> Matrix:
    """Return rows of unit length, each piece weighed by how rare it is."""
    found = rows.multiply(rarity).tocsr()
    length = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    return sparse.diags_array(1 / np.maximum(length, 1e-9)) @ found


def _fit(rows: Matrix, labels: Any, ordinary: Matrix, rarity: Table) -> LogisticRegression:
    shown = weighed(sparse.vstack([rows, ordinary]).tocsr(), rarity)
    wanted = np.r_[labels.astype(float), np.zeros(ordinary.shape[0])]
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear", random_state=0, max_iter=500)
    return model.fit(shown, wanted)


def _unseen_odds(rows: Matrix, labels: Any, ordinary: Matrix, back: Any) -> Table:
    """Return the log odds of each example that is kept back, by a classifier of the others."""
    rarity = rarity_of(sparse.vstack([rows[~back], ordinary]))
    odds: Table = _fit(rows[~back], labels[~back], ordinary, rarity).decision_function(weighed(rows[back], rarity))
    return odds


def _of_vectors(unit: Floats, labels: Any, back: Any) -> tuple[Examples, list[Likeness]]:
    """Return the examples with their classifier, and what the others say of each that is kept back."""
    others = _classifier(unit[~back], labels[~back])
    return _classifier(unit, labels), [others.likeness(one) for one in unit[back]]


def _classifier(unit: Floats, labels: Any) -> Examples:
    return Examples(unit, labels, _linear(unit, labels, STRENGTH_OF_VECTORS))


def _linear(unit: Floats, labels: Any, strength: float, weight: str | None = None) -> Linear:
    model = LogisticRegression(C=strength, class_weight=weight, max_iter=2000).fit(unit, labels)
    return Linear(model.coef_[0].astype(np.float32), float(model.intercept_[0]))


def _unit_vectors(texts: Sequence[str], vector: Callable[[str], Floats]) -> Floats:
    vectors = np.array([vector(text) for text in texts])
    unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit
