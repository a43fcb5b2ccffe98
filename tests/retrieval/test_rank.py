"""retrieval/rank.py: the scores of the legs are made comparable, brought to their targets, and weighed."""

from dataclasses import replace

import numpy as np
import pytest

from retrieval.index import LEGS, ScoredPassage
from retrieval.library import Library
from retrieval.rank import OWN_FOR_AIDS, Legs, _standardise, weigh, weights


@pytest.fixture
def legs(library: Library):
    """Rank what the given legs hold: per leg, pairs of target and score, best first."""

    def made(named: frozenset[str] = frozenset(), **found: list[tuple[str, float]]) -> Legs:
        scored = {leg: [ScoredPassage(*pair) for pair in found.get(leg, [])] for leg in LEGS}
        return Legs(scored, named, library)

    return made


def test_scores_are_counted_in_deviations_above_the_last() -> None:
    found = _standardise([ScoredPassage("a", 0.9), ScoredPassage("b", 0.8), ScoredPassage("c", 0.7)])
    spread = np.std([0.9, 0.8, 0.7])
    assert [scored.score for scored in found] == pytest.approx([0.2 / spread, 0.1 / spread, 0])
    assert _standardise([]) == []
    assert _standardise([ScoredPassage("a", 3.0)]) == [ScoredPassage("a", 0.0)]


def test_passage_gets_its_own_score_and_that_of_its_best_aid(legs, library: Library) -> None:
    one, two = list(library.passages)[:2]
    found = legs(dense=[(one, 2.0), (two, 0.0)], aid_dense=[(two, 3.0), (two, 2.0), (one, 1.0)])
    ids, features = found.passages()
    assert ids == [one, two]
    assert features["dense"].tolist() == [2.0, 0.0]
    assert features["aid_dense"][1] > features["aid_dense"][0] == 0
    assert features["lex"].tolist() == [0, 0]


def test_aid_of_a_record_or_topic_leads_to_all_its_passages(legs, library: Library) -> None:
    record, topic = next(iter(library.trial_actions)), next(iter(library.topics))
    last = ("fremmed", 0.0)
    ids, features = legs(aid_lex=[(record, 5.0), last], aid_dense=[(topic, 4.0), last]).passages()
    assert set(ids) == {*library.passages_of[record], *library.passages_of[topic]}
    for name, value, of in zip(ids, features["record_lex"], features["topic_dense"], strict=True):
        assert (value > 0) == (name in library.passages_of[record])
        assert (of > 0) == (name in library.passages_of[topic])


def test_named_passages_are_candidates_even_where_no_leg_finds_them(legs, library: Library) -> None:
    name = list(library.passages)[7]
    ids, features = legs(frozenset({name})).passages()
    assert ids == [name]
    assert features["named"].tolist() == [1]


def test_trial_action_scores_by_its_best_point_and_its_best_few(legs, library: Library) -> None:
    first, second = list(library.trial_actions)[:2]
    passage = library.passages_of[second][0]
    pairs = [(second, 5.0), (first, 4.0), (first, 4.0), (first, 4.0), (passage, 3.0), ("fremmed", 0.0)]
    ids, features = legs(aid_dense=pairs).trial_actions("uro i klassen")
    assert ids == list(library.trial_actions)
    assert features["aid_dense"][1] > features["aid_dense"][0] > 0
    assert features["aid_dense_few"][0] > features["aid_dense_few"][1] > 0
    assert features["aid_dense"][2] == 0


def test_weights_count_the_features_they_name_and_no_others() -> None:
    features = {"a": np.array([1.0, 2.0]), "b": np.array([10.0, 0.0]), "c": np.array([5.0, 5.0])}
    assert weigh(features, {"a": 2.0, "b": 0.5, "x": 9.0}).tolist() == [7.0, 4.0]


def test_every_weight_in_the_file_is_that_of_a_feature(legs, library: Library) -> None:
    found = legs()
    assert weights()["passages"].keys() <= {*found.passages()[1], "sentence"}
    assert weights()["trial_actions"].keys() <= found.trial_actions("uro")[1].keys()
    assert all(weight >= 0 for chosen in weights().values() for weight in chosen.values())


def test_passage_of_a_document_without_aids_counts_its_own_legs_instead(legs, library: Library, monkeypatch) -> None:
    aided, unaided = (next(p.id for p in library.catalogue.passages if p.document == name) for name in ("kl", "vive"))
    monkeypatch.setattr(library, "catalogue", replace(library.catalogue, aided=frozenset({"kl"})))
    ids, features = legs(dense=[(aided, 2.0), (unaided, 2.0), ("fremmed", 0.0)]).passages()
    assert ids == [aided, unaided]
    assert features["aid_dense"].tolist() == [0, OWN_FOR_AIDS * features["dense"][1]]
    assert features["few_dense"].tolist() == features["aid_dense"].tolist()
