import numpy as np

from evals.calibrate import fit


def test_a_feature_that_tells_gets_a_weight_with_its_sign() -> None:
    chance = np.random.default_rng(1)
    labels = np.repeat([0.0, 1.0], 100)
    rows = np.column_stack([labels + chance.normal(0, 0.5, 200), chance.normal(0, 1, 200), -3 * labels])
    weights, bias = fit(rows, labels, balanced=True)
    scores = rows @ weights + bias
    assert weights[0] > 0 > weights[2]
    assert abs(weights[1]) < weights[0]
    assert ((scores > 0) == (labels == 1)).mean() > 0.95
