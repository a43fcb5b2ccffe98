from math import isnan

from evals.metrics.citations import CITATION_PRECISION, CITATION_RECALL
from tests.evals.metrics.made import NOTHING, OTHER_SPAN, SPAN, citation, gold_item, hit, item, result

TWO = gold_item(SPAN, OTHER_SPAN)


def test_a_quotation_that_overlaps_a_span_is_right() -> None:
    found = result(citations=[citation(f"Vi så: {SPAN}"), citation(SPAN[:40], n=2), citation(NOTHING, n=3)])
    assert CITATION_PRECISION.score(TWO, found) == 2 / 3
    assert CITATION_RECALL.score(TWO, found) == 1 / 2


def test_a_quotation_of_a_passage_with_a_span_is_right() -> None:
    found = result(
        citations=[citation(NOTHING, passage="kl-1"), citation(NOTHING, passage="kl-2", n=2)],
        hits=[hit(f"{SPAN}. {OTHER_SPAN}. {NOTHING}", passage="kl-1"), hit(NOTHING, passage="kl-2")],
    )
    assert CITATION_PRECISION.score(TWO, found) == 1 / 2
    assert CITATION_RECALL.score(TWO, found) == 1


def test_the_document_must_be_the_same() -> None:
    found = result(citations=[citation(SPAN, document="vive")])
    assert CITATION_PRECISION.score(TWO, found) == 0
    assert CITATION_RECALL.score(TWO, found) == 0


def test_citing_nothing_has_no_precision_and_no_recall() -> None:
    assert isnan(CITATION_PRECISION.score(TWO, result()))
    assert CITATION_RECALL.score(TWO, result()) == 0


def test_is_undefined_without_gold() -> None:
    found = result(citations=[citation(SPAN)])
    assert isnan(CITATION_PRECISION.score(item(), found))
    assert isnan(CITATION_RECALL.score(item(), found))
