"""app/relevance.py: how surely a sentence, or a statement of a topic card, answers a question."""

from dataclasses import replace

import pytest

from app.engine import Engine
from app.relevance import candidates, statement_chance, weights
from retrieval.rank import Legs
from retrieval.search import Query, prepare, search
from retrieval.suggest import best_topic

QUESTION = "Hvor mange mål er der for omstilling af almenskolen i Haderslev?"


@pytest.fixture(scope="module")
def query(engine: Engine) -> Query:
    return prepare(QUESTION, engine.embedder, engine.library)


def test_every_candidate_may_be_quoted_and_has_a_chance(engine: Engine, query: Query) -> None:
    hits = search(query, engine.library)
    found = candidates(query, hits, engine.library)
    assert found
    for one in found:
        assert hits[one.hit].passage.sentences[one.place].quotable
        assert 0 < one.chance < 1
        assert one.features.keys() == weights()["sentences"].keys() - {"bias"}


def test_there_are_none_without_hits(engine: Engine, query: Query) -> None:
    assert candidates(query, [], engine.library) == []


@pytest.mark.parametrize("feature", ["like", "shared"])
def test_what_is_nearer_to_the_question_is_surer(engine: Engine, query: Query, feature: str) -> None:
    one = candidates(query, search(query, engine.library), engine.library)[0]
    nearer = replace(one, features={**one.features, feature: one.features[feature] + 1})
    assert nearer.chance > one.chance


@pytest.mark.parametrize("feature", ["place", "behind"])
def test_what_stands_in_a_lesser_hit_is_less_sure(engine: Engine, query: Query, feature: str) -> None:
    one = candidates(query, search(query, engine.library), engine.library)[0]
    lesser = replace(one, features={**one.features, feature: one.features[feature] + 1})
    assert lesser.chance < one.chance


def test_a_statement_whose_passage_was_found_is_surer(engine: Engine) -> None:
    library = engine.library
    query = prepare("Hvad er en mellemform?", engine.embedder, library)
    legs = Legs.of(query.vectors, query.named, library)
    found, hits = best_topic(query, library, legs), search(query, library, 10, legs)
    assert found is not None
    chances = [statement_chance(found, statement, hits) for statement in found.topic.statements]
    unfound = [statement_chance(found, statement, []) for statement in found.topic.statements]
    assert max(chances) > max(unfound)
