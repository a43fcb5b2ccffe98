import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.naming import numbers, with_names, with_numbers
from retrieval.library import Library

SHOWN = ("kl-egedal-baekkegaarden", "kl-odense", "kl-lemvig-tangen-skole")


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("nummer to", [2]),
        ("nr. 3", [3]),
        ("nummer 1 og 3", [1, 3]),
        ("nr. 1, 2 og 3", [1, 2, 3]),
        ("den første og den sidste", [1, 3]),
        ("de to første", [1, 2]),
        ("de to sidste", [2, 3]),
        ("den midterste", [2]),
        ("toeren", [2]),
        ("forslag 2", [2]),
        ("Bækkegårdens", [1]),
        ("Tangen Skole", [3]),
        ("Odense Kommune", [2]),
        ("the second one", [2]),
        ("2", [2]),
        ("fortæl mere om 2", [2]),
        ("nummer 9", [9]),
        ("2. klasse", []),
        ("9", []),
        ("den anden dreng", []),
        ("den første uge", []),
        ("det første skridt", []),
        ("anbefaling 5.1", []),
        ("to voksne", []),
    ],
)
def test_reads_which_places_are_named(library: Library, text: str, places: list[int]) -> None:
    assert numbers(with_numbers(text, SHOWN, library.trial_actions)) == places


@given(st.text(max_size=60), st.integers(min_value=0, max_value=3))
def test_any_text_can_be_read(library: Library, text: str, count: int) -> None:
    with_numbers(text, SHOWN[:count], library.trial_actions)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Hvad sagde forældrene i nummer 2?", "hvad sagde forældrene i {1}?"),
        ("Hvor mange var med i nummer 1 og 3?", "hvor mange var med i {0} og {2}?"),
        ("Hvad sagde forældrene?", "Hvad sagde forældrene?"),
        ("Hvad sagde forældrene i nummer 7?", "Hvad sagde forældrene i nummer 7?"),
    ],
)
def test_numbers_are_written_as_the_names_they_stand_for(library: Library, text: str, named: str) -> None:
    shown = list(library.trial_actions)[:3]
    names = [library.trial_actions[name].school or library.trial_actions[name].municipality for name in shown]
    assert with_names(text, shown, library.trial_actions) == named.format(*names)
