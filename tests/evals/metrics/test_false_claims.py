from math import isnan

from evals.metrics.false_claims import FALSE_CLAIMS
from tests.evals.metrics.made import item, result

FORBIDDEN = item(must_not=("Haderslev har fem", "Rødovre har tre"))


def test_is_one_when_no_false_claim_is_made() -> None:
    assert FALSE_CLAIMS.score(FORBIDDEN, result(text="Haderslev har tre trin, Rødovre har fem.")) == 1


def test_one_false_claim_is_enough() -> None:
    assert FALSE_CLAIMS.score(FORBIDDEN, result(text="I **Rødovre** har\ntre skoler …")) == 0


def test_is_undefined_where_nothing_is_forbidden() -> None:
    assert isnan(FALSE_CLAIMS.score(item(), result(text="Svar")))
