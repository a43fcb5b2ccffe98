from math import isnan

import pytest

from evals.metrics.latency import summary
from tests.evals.metrics.made import result


def test_is_percentiles_and_their_ratio_to_the_embedders_median() -> None:
    figures = summary([result(timings_ms={"total": 10.0 + n, "embed": 5.0 + n / 2}) for n in range(21)])
    assert figures == pytest.approx(
        {
            "total_p50": 20.0, "total_p95": 29.0, "embed_p50": 10.0, "embed_p95": 14.5,
            "ratio_p50": 2.0, "ratio_p95": 2.9,
        }
    )  # fmt: skip


def test_results_that_searched_nothing_are_left_out() -> None:
    assert summary([result(), result(timings_ms={"total": 999.0})]) == summary([result()])


def test_is_undefined_without_times() -> None:
    assert all(isnan(figure) for figure in summary([]).values())
    assert isnan(summary([result(timings_ms={"total": 9.0, "embed": 0.0})])["ratio_p50"])
