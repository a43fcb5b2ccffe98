from math import isnan

from evals.items import Point
from evals.metrics.answer_points import ANSWER_POINTS
from tests.evals.metrics.made import item, points, result


def test_is_the_share_of_points_made() -> None:
    wanted = item(points=points("fire klasser til fem", "ti vejledere", "to referees"))
    text = "”Ydermere blev fire klas-\nser til fem” [1]\n- ”rapporten har Otto Referees” [2]"
    assert ANSWER_POINTS.score(wanted, result(text=text)) == 1 / 3


def test_a_variant_is_as_good() -> None:
    wanted = item(points=(Point("6 %", ("seks procent",)), Point("i 2019", ("2019",))))
    assert ANSWER_POINTS.score(wanted, result(text="Seks procent i året 2019.")) == 1


def test_is_undefined_without_points() -> None:
    assert isnan(ANSWER_POINTS.score(item(), result(text="Svar")))
