"""retrieval/likely.py: everyday messages by an author from whom nothing was taught, and what fits them."""

import json
from pathlib import Path

import pytest

from app import situation
from app.engine import Engine
from retrieval import likely
from retrieval.search import prepare
from retrieval.suggest import suggest

UNSEEN = Path(__file__).parent / "data" / "everyday.jsonl"
FITS, FIRST, TOP_THREE = 2, 0.63, 0.88
"""From which grade a trial action fits; the least shares of messages with the best one first and in the top three."""


def test_every_trial_action_is_known(engine: Engine) -> None:
    assert likely.odds("Der er uro i klassen").keys() == engine.library.trial_actions.keys()


def test_what_a_description_tells_of_is_likelier_than_what_it_does_not() -> None:
    odds = likely.odds("Hun er syg hver mandag, og nu er det tredje uge, hun slet ikke kommer")
    assert max(odds, key=odds.__getitem__) in {"kl-soroe", "kl-aabenraa-tinglev-skole", "kl-frederiksberg"}


@pytest.mark.parametrize("text", ["", "!!!", "[navn]", "你好"])
def test_nothing_to_read_leaves_all_as_they_are(text: str) -> None:
    assert set(likely.odds(text).values()) == {0.0}


def test_everyday_messages_get_what_a_reader_of_the_catalogue_would_show(engine: Engine) -> None:
    first, top_three = [], []
    for line in UNSEEN.read_text("utf-8").splitlines():
        row = json.loads(line)
        if max(row["fits"].values(), default=0) < FITS:
            continue
        best = {name for name, grade in row["fits"].items() if grade == max(row["fits"].values())}
        query = prepare(row["text"], engine.embedder, engine.library)
        ranked = suggest(query, engine.library, 3, said=situation.read(row["text"]).said)
        first.append(ranked[0].action.id in best)
        top_three.append(any(one.action.id in best for one in ranked))
    assert sum(first) / len(first) >= FIRST
    assert sum(top_three) / len(top_three) >= TOP_THREE
