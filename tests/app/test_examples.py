from dataclasses import replace
from itertools import groupby
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.browse import browse
from app.examples import (
    FACETS,
    SORTS,
    Filters,
    counts,
    find,
    get,
    loosen,
    loosen_together,
    name_of,
    select,
    sort,
    values,
)
from corpus.errors import BadRequest, UnknownRecord
from corpus.schema import TrialAction
from retrieval.library import Library

ABSENCE = Filters(themes=("absence",))


def _drawn(data: st.DataObject, library: Library) -> Filters:
    """Draw filters of up to three facets, with values that some trial action has."""
    known = counts(Filters(), library.catalogue)
    chosen = data.draw(st.sets(st.sampled_from(FACETS), max_size=3))
    some = {
        facet: tuple(data.draw(st.lists(st.sampled_from(sorted(known[facet])), min_size=1, max_size=3, unique=True)))
        for facet in sorted(chosen)
    }
    return Filters(**some)


def _ids(found: list[TrialAction]) -> set[str]:
    return {action.id for action in found}


def test_without_filters_every_example_is_there_in_the_order_of_the_catalogue(library: Library) -> None:
    assert select(Filters(), library.catalogue) == list(library.catalogue.trial_actions)


@pytest.mark.parametrize(
    ("filters", "some"),
    [
        (ABSENCE, "kl-soroe"),
        (Filters(grades=("sfo",)), "kl-egedal-baekkegaarden"),
        (Filters(municipalities=("Lemvig Kommune",)), "kl-lemvig-tangen-skole"),
        (Filters(outcomes=("not_evaluated",)), "kl-frederikshavn"),
        (Filters(themes=("absence",), municipalities=("Aabenraa Kommune",)), "kl-aabenraa-tinglev-skole"),
    ],
)
def test_finds_the_examples_that_fit_every_filter(library: Library, filters: Filters, some: str) -> None:
    found = select(filters, library.catalogue)
    assert some in _ids(found)
    for action in found:
        for facet in filters.used:
            assert set(values(action, facet, library.catalogue)) & set(getattr(filters, facet))


def test_two_values_of_one_facet_find_what_either_finds(library: Library) -> None:
    places = ("Lemvig Kommune", "Kolding Kommune")
    alone = [_ids(select(Filters(municipalities=(place,)), library.catalogue)) for place in places]
    assert _ids(select(Filters(municipalities=places), library.catalogue)) == alone[0] | alone[1]


def test_named_value_that_no_example_has_finds_none(library: Library) -> None:
    assert select(Filters(grades=("9",)), library.catalogue) == []


@settings(max_examples=30)
@given(st.data())
def test_number_beside_a_value_is_what_choosing_it_finds(library: Library, data: st.DataObject) -> None:
    filters = _drawn(data, library)
    facet = data.draw(st.sampled_from(FACETS))
    for value, count in counts(filters, library.catalogue)[facet].items():
        assert len(select(replace(filters, **{facet: (value,)}), library.catalogue)) == count > 0


@settings(max_examples=30)
@given(st.data())
def test_another_filter_never_finds_more(library: Library, data: st.DataObject) -> None:
    filters = _drawn(data, library)
    found = _ids(select(filters, library.catalogue))
    for facet in filters.used:
        assert found <= _ids(select(replace(filters, **{facet: ()}), library.catalogue))


def test_values_are_counted_most_first(library: Library) -> None:
    for counted in counts(Filters(), library.catalogue).values():
        assert list(counted.values()) == sorted(counted.values(), reverse=True)
    assert sum(counts(Filters(), library.catalogue)["outcomes"].values()) == len(library.trial_actions)


def test_every_value_of_a_filter_has_a_name(library: Library) -> None:
    assert name_of("themes", "absence", library.catalogue) == "Fravær og skolevægring"
    assert name_of("municipalities", "Odder Kommune", library.catalogue) == "Odder Kommune"
    for facet in ("themes", "grades", "participants", "situations", "outcomes"):
        for value in counts(Filters(), library.catalogue)[facet]:
            assert name_of(facet, value, library.catalogue)[0].isupper() or value.isdigit(), value


@given(facet=st.sampled_from(FACETS), value=st.text("qxz-", min_size=8, max_size=20))
def test_unknown_value_is_told_with_those_that_can_be_used_and_not_repeated(
    library: Library, facet: str, value: str
) -> None:
    with pytest.raises(BadRequest) as caught:
        select(Filters(**{facet: (value,)}), library.catalogue)
    assert value not in str(caught.value)
    assert all(known in caught.value.fix for known in counts(Filters(), library.catalogue)[facet])


def test_tells_which_filter_to_take_off_where_nothing_is_found(library: Library) -> None:
    filters = Filters(themes=("absence",), grades=("10",))
    assert select(filters, library.catalogue) == []
    assert loosen(filters, library.catalogue) == {"grades": 3, "themes": 1}
    assert loosen(Filters(themes=("absence",), grades=("9",)), library.catalogue) == {"grades": 3}


THREE = Filters(themes=("absence",), grades=("7",), outcomes=("did_not_succeed",))


def test_tells_which_filters_to_take_off_together_where_one_is_not_enough(library: Library) -> None:
    assert select(THREE, library.catalogue) == []
    assert loosen(THREE, library.catalogue) == {}
    offered = loosen_together(THREE, library.catalogue)
    assert list(offered.values()) == sorted(offered.values(), reverse=True)
    for facets, count in offered.items():
        assert len(facets) == 2
        assert len(select(replace(THREE, **dict.fromkeys(facets, ())), library.catalogue)) == count > 0


def test_no_filters_must_go_together_where_one_is_enough(library: Library) -> None:
    assert loosen_together(Filters(themes=("absence",), grades=("10",)), library.catalogue) == {}
    assert loosen_together(Filters(), library.catalogue) == {}


@settings(max_examples=30)
@given(st.data())
def test_something_can_always_be_taken_off_where_nothing_fits(library: Library, data: st.DataObject) -> None:
    filters = _drawn(data, library)
    if filters.used and not select(filters, library.catalogue):
        assert loosen(filters, library.catalogue) or loosen_together(filters, library.catalogue)


def test_a_list_to_browse_tells_which_filters_must_go_together(library: Library) -> None:
    listed = browse(THREE, "", "", library)
    assert (listed.actions, listed.loosen) == ((), {})
    assert listed.together == loosen_together(THREE, library.catalogue)
    assert browse(ABSENCE, "", "", library).together == {}


@settings(max_examples=30)
@given(st.data())
def test_taking_a_filter_off_gives_what_was_told_the_most_helpful_first(library: Library, data: st.DataObject) -> None:
    filters = _drawn(data, library)
    offered = loosen(filters, library.catalogue)
    assert list(offered.values()) == sorted(offered.values(), reverse=True)
    for facet, count in offered.items():
        assert len(select(replace(filters, **{facet: ()}), library.catalogue)) == count > 0


@given(st.data())
def test_sorting_keeps_every_example_once(library: Library, data: st.DataObject) -> None:
    some = data.draw(st.lists(st.sampled_from(library.catalogue.trial_actions), unique_by=lambda action: action.id))
    for by in SORTS:
        assert sorted(action.id for action in sort(some, by, library.catalogue)) == sorted(one.id for one in some)


@settings(max_examples=20)
@given(st.randoms(use_true_random=False))
def test_order_does_not_depend_on_how_the_examples_came(library: Library, random: Random) -> None:
    mixed = list(library.catalogue.trial_actions)
    random.shuffle(mixed)
    for by in SORTS:
        assert sort(mixed, by, library.catalogue) == sort(library.catalogue.trial_actions, by, library.catalogue)


def test_sorts_by_outcome_in_the_order_of_its_names_and_by_theme_together(library: Library) -> None:
    catalogue = library.catalogue
    outcomes = [
        values(action, "outcomes", catalogue)[0] for action in sort(catalogue.trial_actions, "outcome", catalogue)
    ]
    assert [outcome for outcome, _ in groupby(outcomes)] == list(catalogue.facet_names["outcomes"])
    themes = [theme for theme, _ in groupby(sort(catalogue.trial_actions, "theme", catalogue), lambda one: one.theme)]
    assert len(themes) == len(set(themes)) > 1


def test_places_are_sorted_as_in_danish(library: Library) -> None:
    found = sort(library.catalogue.trial_actions, "municipality", library.catalogue)
    places = [place.removesuffix(" Kommune") for place, _ in groupby(one.municipality for one in found)]
    assert places == [
        "Brøndby", "Egedal", "Esbjerg", "Frederiksberg", "Frederikshavn", "Høje-Taastrup", "Ishøj", "Kolding", "Lemvig",
        "Odder", "Odense", "Sorø", "Vordingborg", "Aabenraa",
    ]  # fmt: skip


@pytest.mark.parametrize("count", [2, 3, 4])
def test_two_to_four_examples_can_be_compared_in_the_order_asked_for(library: Library, count: int) -> None:
    ids = list(library.trial_actions)[count::-1][:count]
    assert [action.id for action in find(ids, library)] == ids


@pytest.mark.parametrize("count", [0, 1, 5, 24])
def test_too_few_or_too_many_cannot_be_compared(library: Library, count: int) -> None:
    with pytest.raises(BadRequest, match="2 til 4 forskellige prøvehandlinger"):
        find(list(library.trial_actions)[:count], library)


def test_an_example_is_not_compared_with_itself(library: Library) -> None:
    with pytest.raises(BadRequest, match="2 til 4 forskellige prøvehandlinger"):
        find(["kl-odense", "kl-soroe", "kl-odense"], library)


@pytest.mark.parametrize(
    ("given", "near"),
    [("kl-odens", "kl-odense"), ("KL-Odense", "kl-odense"), ("lemvig-tangen", "kl-lemvig-tangen-skole")],
)
def test_unknown_id_names_those_most_like_it(library: Library, given: str, near: str) -> None:
    for ask in (lambda: get(given, library), lambda: find([given, "kl-soroe"], library)):
        with pytest.raises(UnknownRecord) as caught:
            ask()
        assert near in caught.value.fix


@given(st.text("qxz 42", min_size=12, max_size=40))
def test_unknown_id_is_not_repeated_and_the_whole_list_is_named(library: Library, given: str) -> None:
    with pytest.raises(UnknownRecord) as caught:
        get(given, library)
    assert given not in str(caught.value)
    assert "/bibliotek/proevehandlinger" in caught.value.fix


@pytest.mark.parametrize(("given", "meant"), [("odense", "kl-odense"), ("kl-sorø", "kl-soroe")])
def test_a_misspelt_id_is_told_those_like_it(library: Library, given: str, meant: str) -> None:
    with pytest.raises(UnknownRecord) as caught:
        get(given, library)
    assert meant in caught.value.fix
