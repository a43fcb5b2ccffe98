"""evals/aids.py: each expansion is looked for without itself."""

from statistics import median

from corpus import knowledge
from evals.aids import _without_one, left_out
from retrieval.index import ScoredPassage


def test_only_the_best_point_of_the_target_is_left_out() -> None:
    points = [ScoredPassage(name, score) for name, score in (("a", 4.0), ("b", 3.0), ("b", 2.0), ("a", 1.0))]
    assert _without_one(points, "b") == [points[0], *points[2:]]
    assert _without_one(points, "c") == points


def test_expansions_of_every_kind_lead_near_their_target_without_themselves(library, bundled) -> None:
    catalogue = library.catalogue
    known = knowledge.read(catalogue.passages, catalogue.pages, catalogue.read_records)
    for among in (library.passages, library.records, library.topics):
        chosen = [expansion for expansion in known.expansions if expansion.target in among][::150]
        led = list(left_out(chosen, bundled, library))
        assert [one.expansion for one in led] == chosen
        assert median(one.rank or len(among) for one in led) <= 10
        assert all(one.first in among or one.first in library.passages for one in led)
