from collections.abc import Iterator
from itertools import count

from app.engine import Engine
from evals.items import load_items
from evals.long import EVERYDAY, long, messages


def test_a_situation_told_among_much_else_is_found_better_by_its_gist(engine: Engine) -> None:
    items = [item for item in load_items() if item.id.startswith(("kl-", "si-"))][:120]
    asked: Iterator[int] = count()
    found = long(items, engine, lambda: next(asked))  # type: ignore[arg-type,return-value]
    assert next(asked) == messages(items)
    alone, whole, short = (found[name] for name in ("situationerne alene", "400 ord, hele beskeden", "400 ord"))
    assert alone.among >= short.among > whole.among


def test_everyday_sentences_are_each_there_once() -> None:
    lines = EVERYDAY.read_text("utf-8").splitlines()
    assert len(lines) == len(set(lines)) >= 30
    assert all(line.endswith(".") for line in lines)
