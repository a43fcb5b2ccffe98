import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.naming import numbers, with_numbers
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
