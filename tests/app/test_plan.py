from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.plan import LONGEST, MOST_LINES, Plan, draft, gaps, plan_parts
from app.suggestions import suggestion
from app.turn import PartKind, Suggestion
from app.wire_cards import places
from retrieval.library import Library

CARD = "kl-odense"
READY = Plan(
    goals=("Flere elever deltager.",),
    baseline="Uro hver dag efter frokost.",
    signs=("Færre konflikter.",),
    responsible="Klasseteamet",
    review_date=date(2026, 3, 1),
)


def _card(library: Library, name: str = CARD, language: str = "da") -> Suggestion:
    return suggestion(library.trial_actions[name], None, library, language)


def _drafted(library: Library, name: str = CARD, language: str = "da") -> Plan:
    card = _card(library, name, language)
    return draft(card, "Der er uro.", places(card, library, language), language)


def test_a_draft_takes_title_goal_signs_and_steps_from_the_card(library: Library) -> None:
    plan = _drafted(library)
    assert plan.title == "Plan: Et systematisk samarbejde mellem PPR og skolerne (efter Odense Kommune)"
    assert plan.context == "Der er uro."
    for lines, field in ((plan.goals, "goal"), (plan.signs, "signs"), (plan.actions, "first_steps")):
        assert lines == tuple(part.text for part in _card(library).field(field))
        assert lines


def test_a_draft_leaves_to_the_team_what_no_card_can_know(library: Library) -> None:
    plan = _drafted(library)
    assert (plan.baseline, plan.pupil_view, plan.parent_view, plan.responsible) == ("", "", "", "")
    assert (plan.start, plan.review_date, plan.review.decision) == (None, None, None)
    assert plan.involved == ()
    assert [gap.field for gap in gaps(plan, "da")] == ["baseline", "responsible", "review_date"]


def test_a_draft_says_what_it_builds_on(library: Library) -> None:
    assert _drafted(library).label.startswith("B · Evalueret i praksis: Der er ingen gruppe")
    assert _drafted(library, "kl-egedal-baekkegaarden").label.startswith("D · Praksiseksempel: Beskrevet fra praksis")


def test_a_draft_without_a_card_holds_only_the_description() -> None:
    assert draft(None, "Der er uro.", {}, "da") == Plan(context="Der er uro.")


def test_the_goal_signs_steps_and_caveats_of_every_draft_are_carried_by_a_source(library: Library) -> None:
    for name in library.trial_actions:
        plan = _drafted(library, name)
        carried = {source.text for source in plan.sources}
        assert {*plan.goals, *plan.signs, *plan.actions, *plan.caveats} <= carried, name
        assert all(source.quote and source.where.startswith("KL:") for source in plan.sources)


def test_who_was_involved_there_is_carried_by_a_source(library: Library) -> None:
    plan = _drafted(library)
    assert set(plan.involved_there) <= {source.text for source in plan.sources}


def test_every_drafted_place_names_the_document_and_the_page(library: Library) -> None:
    assert {source.where for source in _drafted(library).sources} == {"KL: En skole, der kan mere for flere, side 22"}


def test_a_drafted_plan_survives_being_sent_and_read_back(library: Library) -> None:
    plan = _drafted(library)
    assert Plan.model_validate_json(plan.model_dump_json()) == plan


def test_a_draft_takes_a_description_as_long_as_one_may_be() -> None:
    assert draft(None, "Der er uro i klassen. " * 180, {}, "da").context.startswith("Der er uro")


def test_a_plan_with_goal_starting_point_signs_someone_responsible_and_a_review_is_ready() -> None:
    assert gaps(READY, "da") == []


@pytest.mark.parametrize(
    ("field", "told"),
    [
        ("goals", "Skriv mindst ét mål."),
        ("baseline", "Beskriv, hvad I ser nu, så I kan se, om noget ændrer sig."),
        ("signs", "Skriv mindst ét tegn, I vil holde øje med."),
        ("responsible", "Skriv, hvem der er ansvarlig."),
        ("review_date", "Vælg en dato, hvor I ser på det sammen."),
    ],
)
def test_a_plan_is_told_the_one_thing_it_lacks(field: str, told: str) -> None:
    plan = READY.model_copy(update={field: Plan.model_fields[field].default})
    assert [(gap.field, gap.text) for gap in gaps(plan, "da")] == [(field, told)]


def test_an_empty_plan_lacks_everything_that_is_needed_in_the_order_of_the_form() -> None:
    expected = ["goals", "baseline", "signs", "responsible", "review_date"]
    assert [gap.field for gap in gaps(Plan(), "da")] == expected
    assert [gap.field for gap in gaps(Plan(), "en")] == expected
    assert {gap.text for gap in gaps(Plan(), "en")}.isdisjoint(gap.text for gap in gaps(Plan(), "da"))


@pytest.mark.parametrize("field", ["baseline", "responsible"])
def test_blanks_are_not_an_answer(field: str) -> None:
    plan = Plan.model_validate({**READY.model_dump(), field: " \n\t "})
    assert [gap.field for gap in gaps(plan, "da")] == [field]


@pytest.mark.parametrize("field", ["goals", "signs"])
def test_an_empty_line_is_neither_a_goal_nor_a_sign(field: str) -> None:
    plan = Plan.model_validate({**READY.model_dump(), field: ["  "]})
    assert [gap.field for gap in gaps(plan, "da")] == [field]


@given(st.dates(), st.dates())
def test_the_review_must_lie_after_the_start(start: date, review: date) -> None:
    missing = gaps(READY.model_copy(update={"start": start, "review_date": review}), "da")
    late = ["Datoen for opfølgning skal ligge efter starten."] if review <= start else []
    assert [gap.text for gap in missing] == late


def test_a_review_the_day_after_the_start_is_soon_enough() -> None:
    start = date(2026, 1, 31)
    assert gaps(READY.model_copy(update={"start": start, "review_date": start + timedelta(days=1)}), "da") == []


@pytest.mark.parametrize(
    "fields",
    [
        {"maal": ["Ro"]},
        {"review": {"set": "Ro"}},
        {"tried": [{"what": "Ro", "when": "maj"}]},
        {"sources": [{"text": "a", "quote": "b", "where": "c", "pages": "1"}]},
    ],
)
def test_an_unknown_key_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        Plan.model_validate(fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"baseline": "a" * (LONGEST + 1)},
        {"goals": ["a" * (LONGEST + 1)]},
        {"goals": ["a"] * (MOST_LINES + 1)},
        {"tried": [{"what": "a"}] * (MOST_LINES + 1)},
        {"sources": [{"text": "a", "quote": "b", "where": "c"}] * 41},
        {"start": "snart"},
        {"review": {"decision": "måske"}},
        {"goals": "ét mål"},
    ],
)
def test_what_is_too_long_or_of_the_wrong_kind_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Plan.model_validate(fields)


def test_the_longest_text_and_the_longest_list_are_kept() -> None:
    longest = "a" * LONGEST
    plan = Plan.model_validate({"baseline": longest, "goals": [longest] * MOST_LINES})
    assert (plan.baseline, plan.goals) == (longest, (longest,) * MOST_LINES)


def test_blanks_around_a_text_are_taken_off() -> None:
    plan = Plan.model_validate({"title": "  Ro \n", "goals": [" Ro "]})
    assert (plan.title, plan.goals) == ("Ro", ("Ro",))


def test_a_plan_in_the_conversation_lists_what_the_team_fills_in(library: Library) -> None:
    parts = list(plan_parts(_card(library), "", "da"))
    assert parts[0].kind is PartKind.HEADING
    told = [part.text for part in parts if part.kind is PartKind.NOTE]
    assert {"Mål:", "Tegn:", "Tiltag:", "- Ansvarlig", "- Forældrenes syn"} <= set(told)
    assert told.index("Det udfylder I selv:") < told.index("- Ansvarlig")


def test_every_statement_of_a_plan_in_the_conversation_is_a_cited_item(library: Library) -> None:
    statements = [part for part in plan_parts(_card(library), "", "da") if part.kind is PartKind.STATEMENT]
    assert statements
    assert all(part.item and part.citations for part in statements)
