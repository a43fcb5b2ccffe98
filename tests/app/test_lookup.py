import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lookup import entry, look_up

ENTRIES = [
    entry("Forebyggelse af skolevægring", "Skolen taler med forældrene om fraværet."),
    entry("Værksteder efter frokost", "Der var konflikter i indskolingen."),
    entry("Samarbejde med PPR", "Skolefravær nævnes også her, og noget er relevant."),
]
KNOWN = {"konflikter": 3, "frokost": 2, "fravær": 4}


def _found(typed: str) -> list[int]:
    return list(look_up(typed, ENTRIES, KNOWN).found)


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("", [0, 1, 2]),
        ("   ", [0, 1, 2]),
        ("kon", [1]),
        ("konflikt", [1]),
        ("fravær", [0, 2]),
        ("fraværet", [0, 2]),
        ("ppr", [2]),
        ("PPR", [2]),
        ("konflikter efter frokost", [1]),
        ("elev", []),
        ("<b>", []),
    ],
)
def test_finds_the_beginning_of_words_their_forms_and_parts_of_compounds(typed: str, places: list[int]) -> None:
    assert _found(typed) == places


def test_what_has_the_words_in_its_title_comes_first() -> None:
    assert _found("samarbejde skolefravær") == [2]
    assert look_up("skole", ENTRIES, {}).found == (0, 2)


def test_a_misspelt_word_is_understood_and_told() -> None:
    looked = look_up("konflitker", ENTRIES, KNOWN)
    assert (looked.found, looked.respelt, looked.all_words) == ((1,), "konflikter", True)


def test_where_no_entry_has_all_words_those_with_most_are_found_and_it_is_told() -> None:
    looked = look_up("konflikter frokost giraf", ENTRIES, {})
    assert (looked.found, looked.all_words) == ((1,), False)


@given(st.text(max_size=300))
def test_any_text_can_be_typed(typed: str) -> None:
    looked = look_up(typed, ENTRIES, KNOWN)
    assert set(looked.found) <= {0, 1, 2}
    assert looked.found or looked.words
