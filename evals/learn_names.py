"""Teaches app/name_odds.py from messages in which the names were marked (taught.py).

The descriptions that call for a trial action are examples without names, but those in which the rules see one. Some of
the messages are taught once more with other names, which no list has: else the lists would be trusted too far.
Evaluation items are never taught. Needs the extra `train`.
"""

import random
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression

from app import name_odds
from app.people import Reader
from app.privacy import Masker
from evals import taught
from evals.learn import Matrix, stacked
from evals.taught import Span, rare_names

STRENGTH = 1.0
"""How freely weights may grow: the inverse of the ridge."""

FOLDS = 5
EXCHANGED = 3
"""Every so many messages are taught with other names as well."""

WORD = re.compile(r"\b[A-ZÆØÅ][^\W\d_]+")

Seen = tuple[list[Counter[int]], list[bool]]
"""For each word that may be a name the buckets of its features, and whether it is one."""


def learn_names(masker: Masker) -> tuple[float, float]:
    """Write the weights; return the share of names that are found and of other words that are taken for one.

    Both are of words that may be names, in messages that were not seen.
    """
    messages = list(taught.names())
    told = [_seen(masker.reader(text), spans) for text, spans in messages]
    others = [_seen(masker.reader(text), spans) for text, spans in map(exchanged, messages[::EXCHANGED])]
    plain = [
        _seen(reader, [])
        for reader in (masker.reader(text) for text, _ in taught.trial_actions())
        if not _names_anybody(reader)
    ]
    fold = np.arange(len(told)) % FOLDS
    found: list[bool] = []
    wanted: list[bool] = []
    for left in range(FOLDS):
        seen = [one for one, part in zip(told, fold, strict=True) if part != left]
        seen += [one for one, part in zip(others, fold[::EXCHANGED], strict=True) if part != left]
        model = _fit([*plain, *seen])
        unseen = [one for one, part in zip(told, fold, strict=True) if part == left]
        rows, labels = _table(unseen)
        found += list(model.decision_function(rows) > name_odds.SURE)
        wanted += labels
    model = _fit([*plain, *told, *others])
    name_odds.write(model.coef_[0].astype(np.float32), float(model.intercept_[0]))
    is_name = np.array(wanted)
    return float(np.mean(np.array(found)[is_name])), float(np.mean(np.array(found)[~is_name]))


def exchanged(message: tuple[str, Sequence[Span]]) -> tuple[str, list[Span]]:
    """Return a message with others for the names in capitals, chosen by the message; and where all names stand."""
    text, spans = message
    dice = random.Random(text)  # noqa: S311 - no secret is made of it
    others: dict[str, str] = {}
    told, end = "", 0
    places = []
    for start, stop in spans:
        told += text[end:start]
        begin, end = len(told), stop
        told += WORD.sub(
            lambda word: others.setdefault(word[0], dice.choice(rare_names()).capitalize()), text[start:stop]
        )
        places.append((begin, len(told)))
    return told + text[end:], places


def _names_anybody(reader: Reader) -> bool:
    return any(reader.signs(at).rule for at in reader.candidates())


def _seen(reader: Reader, spans: Sequence[Span]) -> Seen:
    places = list(reader.candidates())
    rows = [
        Counter(map(name_odds.bucket, name_odds.features(reader.text, reader.tokens, at, reader.signs(at))))
        for at in places
    ]
    tokens = [reader.tokens[at] for at in places]
    return rows, [any(token.start < end and start < token.end for start, end in spans) for token in tokens]


def _table(told: Sequence[Seen]) -> tuple[Matrix, list[bool]]:
    rows = [row for seen, _ in told for row in seen]
    return stacked(rows, name_odds.BUCKETS), [label for _, labels in told for label in labels]


def _fit(told: Sequence[Seen]) -> LogisticRegression:
    rows, labels = _table(told)
    return LogisticRegression(C=STRENGTH, solver="liblinear", random_state=0, max_iter=500).fit(rows, labels)
