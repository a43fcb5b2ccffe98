from math import isnan

from evals.metrics.quote_exactness import QUOTE_EXACTNESS
from tests.evals.metrics.made import citation, item, result

TRUE = "Rødovre Kommune i 2019 indførte en ny organisering af området for specialundervisning"


def test_quotations_that_stand_in_their_document_are_exact() -> None:
    found = result(citations=[citation(TRUE, "vive"), citation(TRUE.replace(" ", "\n"), "vive", n=2)])
    assert QUOTE_EXACTNESS.score(item(), found) == 1


def test_a_changed_digit_another_document_and_an_unknown_one_are_not() -> None:
    quotes = [(TRUE, "vive"), (TRUE.replace("2019", "2018"), "vive"), (TRUE, "kl"), (TRUE, "ukendt")]
    found = result(citations=[citation(quote, document, n=n) for n, (quote, document) in enumerate(quotes, start=1)])
    assert QUOTE_EXACTNESS.score(item(), found) == 1 / 4


def test_an_empty_quotation_is_not_exact() -> None:
    assert QUOTE_EXACTNESS.score(item(), result(citations=[citation(" … ")])) == 0


def test_is_undefined_without_citations() -> None:
    assert isnan(QUOTE_EXACTNESS.score(item(), result()))
