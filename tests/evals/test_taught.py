"""evals/taught.py: what classifiers are taught from."""

from collections import Counter

from app.engine import Engine
from app.learned import Kind
from app.wordlists import word_lists
from evals.items import load_items
from evals.taught import BEST, RUN, kept_back, names, of_kind, rare_names, texts, trial_actions


def test_the_examples_of_every_kind_can_be_read() -> None:
    fewer = {Kind.EXAMPLES, Kind.LEANS}
    assert all(len(list(of_kind(kind))) > (600 if kind in fewer else 1000) for kind in Kind)


def test_what_is_unrelated_is_outside() -> None:
    outside = {text for text, is_outside in of_kind(Kind.OUTSIDE) if is_outside}
    assert {text for text, _ in of_kind(Kind.UNRELATED)} <= outside


def test_every_trial_action_has_many_descriptions_and_none_is_told_twice(engine: Engine) -> None:
    told = list(trial_actions())
    counts = Counter(name for _, fits in told for name, grade in fits.items() if grade == BEST)
    assert counts.keys() == {action.id for action in engine.library.catalogue.trial_actions}
    assert min(counts.values()) >= 240
    assert len({" ".join(text.lower().split()) for text, _ in told}) == len(told)


def test_no_evaluation_item_is_taught() -> None:
    asked = {" ".join(item.query.lower().split()) for item in load_items() if len(item.query.split()) > 1}  # not "Hej"
    assert not {" ".join(text.lower().split()) for text in texts()} & asked


def test_no_list_of_names_has_the_rare_ones() -> None:
    assert len(rare_names()) > 1000
    assert not word_lists()["names"].intersection(rare_names())


def test_marks_are_taken_out_of_a_message_and_their_places_kept() -> None:
    text, spans = next((text, spans) for text, spans in names() if len(spans) > 1)
    assert "[[" not in text
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)


def test_a_tenth_is_kept_back_and_no_pair_is_split() -> None:
    back = kept_back()
    for kind in (Kind.DANGER, Kind.OUTSIDE, Kind.NOT_ALLOWED):
        told = [text in back for text, _ in of_kind(kind)]
        assert 0.08 < sum(told) / len(told) < 0.13
    assert RUN % 2 == 0
