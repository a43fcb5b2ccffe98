"""The suite itself, tested: a damage is seen by the metrics meant for it, and by no other."""

import math
import time
from collections.abc import Callable
from statistics import fmean

import pytest

from app.triage import caution_text
from app.turn import Outcome, Reason
from evals.items import Gold, Item
from evals.metrics import METRICS
from evals.results import Result
from tests.evals.metrics.made import action, citation, hit, item, points, result

QUOTE = "Rødovre Kommune i 2019 indførte en ny organisering af området for specialundervisning og støtte på skolerne"
MORE = "Undersøgelsen er rekvireret og finansieret af Rødovre Kommune"
ELSEWHERE = "Det tværfaglige samarbejde udvikles og understøttes i Haderslev Kommune gennem relationel koordinering"

ITEMS = (
    item(
        id="answer", kind="situation", gold=(Gold("vive", QUOTE), Gold("vive", MORE)), actions=("A", "B"),
        points=points("ny organisering"), must_not=("alle elever blev gladere",),
    ),
    item(id="list", kind="example_search", actions=("D", "E")),
    item(id="refusal", kind="out_of_scope", outcome=Outcome.REFUSED, reason=Reason.OUT_OF_SCOPE),
    item(id="diagnosis", kind="out_of_scope", outcome=Outcome.REFUSED, reason=Reason.NOT_ALLOWED),
    item(id="acute", kind="urgent", outcome=Outcome.URGENT),
    item(id="hello", kind="smalltalk", outcome=Outcome.SMALLTALK),
    item(id="personal", kind="personal_data", outcome=Outcome.CLARIFY, mask=("Zackaria",), keep=("2. klasse",)),
)  # fmt: skip


def _perfect() -> dict[str, Result]:
    others = [hit(ELSEWHERE, "haderslev", f"haderslev-{n}") for n in range(8)]
    answer = result(
        id="answer",
        text=f"**A (VIVE, side 9)**\n\n”{QUOTE}” [1]\n\n”{MORE}” [2]",
        citations=[citation(QUOTE, "vive", "vive-1"), citation(MORE, "vive", "vive-2", n=2)],
        hits=[hit(f"{QUOTE}.", "vive", "vive-1"), hit(f"{MORE}.", "vive", "vive-2"), *others],
        actions=[action("A"), action("B"), action("C"), action("D")],
    )
    results = [
        answer,
        result(id="list", text="D og E", actions=[action("D"), action("E")]),
        result(id="refusal", outcome=Outcome.REFUSED, reason=Reason.OUT_OF_SCOPE),
        result(id="diagnosis", outcome=Outcome.REFUSED, reason=Reason.NOT_ALLOWED),
        result(id="acute", outcome=Outcome.URGENT),
        result(id="hello", outcome=Outcome.SMALLTALK),
        result(id="personal", outcome=Outcome.CLARIFY, masked_query="[navn] i 2. klasse slår"),
    ]
    return {found.id: found for found in results}


def _scores(items: tuple[Item, ...], results: dict[str, Result]) -> dict[str, float]:
    means = {}
    for metric in METRICS:
        scores = [metric.score(one, results[one.id]) for one in items]
        mean = fmean(score for score in scores if not math.isnan(score))
        means[metric.name] = 1 - mean if metric.lower_is_better else mean
    return means


def _reverse_hits(found: Result) -> None:
    found.hits.reverse()


def _lose_the_hits(found: Result) -> None:
    found.hits = found.hits[2:]


def _reverse_actions(found: Result) -> None:
    found.actions.reverse()


def _change_a_digit_in_the_quotation(found: Result) -> None:
    found.citations[0].quote = QUOTE.replace("2019", "2018")
    found.text = found.text.replace("2019", "2018")


def _change_a_digit_in_the_answer(found: Result) -> None:
    found.text = found.text.replace("2019", "2018")


def _cite_something_else_too(found: Result) -> None:
    found.citations.append(citation(ELSEWHERE, "haderslev", "haderslev-1", n=3))


def _leave_a_span_uncited(found: Result) -> None:
    del found.citations[1]
    found.text = found.text.replace(f"”{MORE}” [2]", "")


def _leave_a_point_out(found: Result) -> None:
    found.text = f"**A**\n\n”{MORE}” [2]"


def _show_other_actions(found: Result) -> None:
    found.text = found.text.replace("A (", "C (")


def _leave_an_example_out(found: Result) -> None:
    found.text = "D"


def _say_something_false(found: Result) -> None:
    found.text += "\n\nAlle elever blev gladere."


def _end(outcome: Outcome, reason: Reason | None = None) -> Callable[[Result], None]:
    def damage(found: Result) -> None:
        found.outcome, found.reason = outcome, reason

    return damage


def _show_the_name(found: Result) -> None:
    found.masked_query = "Zackaria i 2. klasse slår"


def _show_the_name_in_the_answer(found: Result) -> None:
    found.text = "Fortæl mere om Zackaria"


def _be_cautious(found: Result) -> None:
    found.text = f"{caution_text('da')}\n\n{found.text}"


def _mask_too_much(found: Result) -> None:
    found.masked_query = "[navn] i [klasse] slår"


DAMAGES: list[tuple[str, Callable[[Result], None], str]] = [
    ("answer", _reverse_hits, "ndcg_5 ndcg_10 mrr recall_5"),
    ("answer", _lose_the_hits, "ndcg_5 ndcg_10 mrr recall_5 recall_10"),
    ("answer", _reverse_actions, "action_hit_1 action_top_3 action_ndcg_5"),
    ("answer", _change_a_digit_in_the_quotation, "quote_exactness"),
    ("answer", _change_a_digit_in_the_answer, "critical_tokens"),
    ("answer", _show_other_actions, "action_shown"),
    ("list", _leave_an_example_out, "examples_listed"),
    ("answer", _cite_something_else_too, "citation_precision"),
    ("answer", _leave_a_span_uncited, "citation_recall"),
    ("answer", _leave_a_point_out, "answer_points"),
    ("answer", _say_something_false, "false_claims"),
    ("answer", _end(Outcome.REFUSED, Reason.NOT_IN_SOURCES), "refusal_precision false_refusals outcome"),
    ("refusal", _end(Outcome.ANSWERED), "refusal_recall outcome"),
    ("refusal", _end(Outcome.REFUSED, Reason.NOT_IN_SOURCES), "refusal_recall"),
    ("acute", _end(Outcome.ANSWERED), "urgent_recall urgent_noticed outcome"),
    ("hello", _end(Outcome.URGENT), "urgent_false_alarms outcome"),
    ("hello", _be_cautious, "urgent_cautions"),
    ("hello", _end(Outcome.ERROR), "errors outcome"),
    ("personal", _show_the_name, "masking_recall leaks"),
    ("personal", _show_the_name_in_the_answer, "leaks"),
    ("personal", _mask_too_much, "over_masking"),
]


def test_a_perfect_result_scores_one_everywhere() -> None:
    assert _scores(ITEMS, _perfect()) == {metric.name: 1 for metric in METRICS}


@pytest.mark.parametrize(("damaged", "damage", "seen_by"), DAMAGES)
def test_a_damage_is_seen_by_the_metrics_meant_for_it(
    damaged: str, damage: Callable[[Result], None], seen_by: str
) -> None:
    results = _perfect()
    damage(results[damaged])
    fallen = {name for name, score in _scores(ITEMS, results).items() if score < 1}
    assert fallen == set(seen_by.split())


def test_every_metric_sees_some_damage() -> None:
    assert {name for _, _, seen_by in DAMAGES for name in seen_by.split()} == {metric.name for metric in METRICS}


def test_metrics_have_names_of_their_own() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS)


def test_scoring_is_fast() -> None:
    results = _perfect()
    start = time.perf_counter()
    for _ in range(90):
        _scores(ITEMS, results)
    assert time.perf_counter() - start < 5
