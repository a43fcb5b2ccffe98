from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import key
from evals.metrics.match import FEWEST, document_texts, gold_in_hits, holds, new_in_hits, says
from tests.evals.metrics.made import NOTHING, OTHER_SPAN, SPAN, gold_item, hit, result, result_with_hits


def test_a_text_holds_a_quote_across_line_breaks_and_hyphens() -> None:
    assert holds("Vi så, at de nyud-\ndannede lærere\noplevede, at det var en rigtig god start.", SPAN)


def test_a_short_quote_is_held_whole() -> None:
    assert holds("Rødovre indførte det i 2019.", "2019")


def test_a_piece_of_sixty_per_cent_of_the_shorter_is_enough() -> None:
    quote = "a" * 20 + "b" * 30 + "c" * 50
    assert holds("x" * 200 + quote[:60], quote)
    assert not holds("x" * 200 + quote[:59] + "y", quote)


def test_a_fragment_says_too_little() -> None:
    assert not holds("lærere oplevede", SPAN)
    assert holds("De nyuddannede lærere oplevede", SPAN)


def test_an_empty_text_and_an_empty_quote_match_nothing() -> None:
    assert not holds("", SPAN)
    assert not holds(SPAN, "– …")


@given(st.text("ab", max_size=80), st.text("ab", max_size=80))
def test_agrees_with_the_longest_common_substring(left: str, right: str) -> None:
    longest = SequenceMatcher(None, left, right, autojunk=False).find_longest_match().size
    shorter = min(len(left), len(right))
    enough = longest >= FEWEST and 100 * longest >= 60 * shorter
    assert holds(left, right) == (bool(right) and (right in left or enough))


def test_hits_of_another_document_hold_nothing() -> None:
    found = result(hits=[hit(SPAN, document="vive"), hit(SPAN)])
    assert gold_in_hits(gold_item(SPAN, OTHER_SPAN), found) == [set(), {0}]


def test_a_span_counts_once() -> None:
    found = result_with_hits(SPAN, NOTHING, f"{SPAN} {OTHER_SPAN}", OTHER_SPAN)
    assert new_in_hits(gold_item(SPAN, OTHER_SPAN), found) == [1, 0, 1, 0]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Det sker i 2019.", "i 2019"),
        ("Det er **fire klasser\ntil fem** nu", "fire klasser til fem"),
        ("6 pct. af eleverne", "6 %"),
        ("Det er 6% af dem", "6 procent"),
        ("13 kommuner, og 3 kommuner mere", "3 kommuner"),
        ("ordensbekendtgørelsens regler", "ordensbekendtgørelsen"),
        ("jf. 5.3.4.h.", "5.3.4.h"),
    ],
)
def test_says_a_phrase(text: str, phrase: str) -> None:
    assert says(text, phrase)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("13 kommuner", "3 kommuner"),
        ("otto referees", "to referees"),
        ("94,2 %", "2 %"),
        ("I 2016", "6 %"),
        ("afsnit 5.10", "afsnit 5.1"),
        ("6 procentpoint", "6 procent"),
        ("noget", ""),
    ],
)
def test_does_not_say_what_only_looks_like_it(text: str, phrase: str) -> None:
    assert not says(text, phrase)


def test_reads_the_shipped_documents() -> None:
    assert key("fællesskab") in key(document_texts()["kl"])
