import json
from pathlib import Path

import numpy as np

from evals.calibrate import examples, fit, is_tuned_on
from evals.items import load_items


def test_a_feature_that_tells_gets_a_weight_with_its_sign() -> None:
    chance = np.random.default_rng(1)
    labels = np.repeat([0.0, 1.0], 100)
    rows = np.column_stack([labels + chance.normal(0, 0.5, 200), chance.normal(0, 1, 200), -3 * labels])
    weights, bias = fit(rows, labels, balanced=True)
    scores = rows @ weights + bias
    assert weights[0] > 0 > weights[2]
    assert abs(weights[1]) < weights[0]
    assert ((scores > 0) == (labels == 1)).mean() > 0.95


def test_nothing_of_the_other_halves_is_read(tmp_path: Path) -> None:
    rows = [{"class": "answerable", "query": f"Spørgsmål {number}?"} for number in range(40)]
    questions = tmp_path / "q.jsonl"
    questions.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    items = load_items()
    found = {message for message, _, _ in examples(items, questions)}
    assert found
    assert not found & {item.query for item in items if item.split == "test"}
    assert not found & {row["query"] for row in rows if not is_tuned_on(row["query"])}
