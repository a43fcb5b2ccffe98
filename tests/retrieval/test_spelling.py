"""Hasty spelling is mended for the search, and nothing that may be right is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.embed import BundledEmbedder
from retrieval.library import Library
from retrieval.search import prepare
from retrieval.spelling import LONGEST, MOST, respell, slips

WORDS = {"skal": 9, "barn": 5, "børn": 7, "måde": 3, "på": 20, "når": 8, "naar": 1, "konflikter": 4, "samarbejde": 2}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("konflikteer i timen", "konflikter i timen"),
        ("smarbejde", "samarbejde"),
        ("samabrejde", "samarbejde"),
        ("paa hvilken maade", "på hvilken måde"),
        ("naar det ringer", "når det ringer"),
        ("boern", "børn"),
    ],
)
def test_a_word_nobody_knows_is_written_as_the_library_does(written: str, meant: str) -> None:
    assert respell(written, WORDS) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Smarbejde",  # may be a name
        "skole",  # a word of the dictionary
        "teacher",  # an English one
        "bekymringssamtale",  # a compound of known words
        "ppx",  # too short to say
        "5.3.4.h på s. 12",
        "xqzwvut",  # nothing is near
        "",
    ],
)
def test_what_may_be_right_stays(text: str) -> None:
    assert respell(text, WORDS) == text


def test_of_several_words_near_the_more_usual_one_is_meant() -> None:
    assert respell("konflikteq", {"konflikten": 1, "konflikter": 3}) == "konflikter"
    assert respell("konflikteq", {"konflikten": 3, "konflikter": 1}) == "konflikten"


@given(st.text())
def test_any_text_keeps_its_frame(text: str) -> None:
    assert len(respell(text, WORDS).split()) == len(text.split())


def test_slips_are_one_error_away() -> None:
    assert {"akt", "hat", "at", "katte"[:4], "kåt"} <= slips("kat")
    assert not {"kaaat", "takx", "kk"} & slips("kat")


def test_a_question_full_of_nonsense_is_looked_at_up_to_a_bound() -> None:
    slips.cache_clear()
    respell(" ".join(f"qzx{chr(97 + at % 26)}{chr(97 + at // 26)}vkw" for at in range(600)), WORDS)
    assert slips.cache_info().misses <= 2 * MOST


def test_a_misspelt_question_is_searched_as_the_right_one(library: Library, bundled: BundledEmbedder) -> None:
    right = prepare("hvad er en mellemform og hvordan bruges den", bundled, library)
    wrong = prepare("hvad er en mellmform og hvordan brugess den", bundled, library)
    assert right.terms == wrong.terms
    assert right.named == wrong.named
    assert wrong.text == "hvad er en mellmform og hvordan brugess den"


def test_a_misspelt_place_is_still_a_place(library: Library, bundled: BundledEmbedder) -> None:
    assert prepare("hvad siger hadreslev om fravær", bundled, library).named == {"haderslev"}


def test_a_word_no_language_has_the_length_of_has_no_neighbours() -> None:
    assert slips("a" * LONGEST)
    assert not slips("a" * (LONGEST + 1))
