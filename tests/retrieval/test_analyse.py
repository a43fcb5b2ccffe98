"""retrieval/analyse.py: a word is found however it is written, bent or put together."""

import unicodedata
from collections import Counter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from retrieval.analyse import (
    STOP_WORDS,
    compound_parts,
    fold,
    four_grams,
    query_weights,
    saturate,
    stem,
    term_id,
    terms,
)

danish = st.text(alphabet="abcdefghijklmnopqrstuvwxyzæøå ABCÆØÅ.-§0123456789,’'", max_size=60)
LONG_WORDS = (
    "trivsel fællesskab undervisning skolefravær klasseledelse inklusion pædagogisk specialundervisning børnesyn"
    " læringsmiljø forældresamarbejde mellemtrinnet indskolingen henvisning sparring vejledning overgange støtteforløb"
).split()


@given(danish)
def test_terms_are_the_same_for_composed_and_decomposed_letters(text: str) -> None:
    assert terms(unicodedata.normalize("NFD", text)) == terms(text)


@given(danish)
def test_terms_are_the_same_for_upper_and_lower_case(text: str) -> None:
    assert terms(text.upper()) == terms(text.lower())


@given(danish)
def test_four_grams_are_the_same_for_any_case_and_composition(text: str) -> None:
    assert four_grams(unicodedata.normalize("NFD", text.upper())) == four_grams(text.lower())


@given(danish)
def test_terms_hold_no_danish_letters(text: str) -> None:
    assert not set("".join(terms(text) + four_grams(text))) & set("æøåÆØÅ")


@given(st.text())
def test_any_text_can_be_analysed(text: str) -> None:
    assert all(terms(text))
    assert all(four_grams(text))


@given(danish, danish)
def test_terms_of_two_texts_are_the_terms_of_each(left: str, right: str) -> None:
    assert terms(f"{left}\n{right}") == terms(left) + terms(right)


@pytest.mark.parametrize(
    ("word", "folded"), [("får", "faar"), ("ø", "oe"), ("nævn", "naevn"), ("smørrebrød", "smoerrebroed")]
)
def test_fold_writes_danish_letters_out(word: str, folded: str) -> None:
    assert fold(word) == folded


@given(st.text(alphabet="abcæøå"))
def test_fold_never_maps_aa_to_a(word: str) -> None:
    assert len(fold(word)) == len(word) + sum(word.count(letter) for letter in "æøå")
    assert fold(word.replace("å", "aa").replace("ø", "oe").replace("æ", "ae")) == fold(word)


@pytest.mark.parametrize(
    ("one", "other"), [("får", "far"), ("mål", "mal"), ("båd", "bad"), ("læser", "laser"), ("føl", "fol")]
)
def test_words_that_differ_by_a_danish_letter_stay_apart(one: str, other: str) -> None:
    assert not set(terms(one)) & set(terms(other))


@pytest.mark.parametrize(
    ("danish_way", "other_way"), [("Århus", "Aarhus"), ("skolefravær", "skolefravaer"), ("Ærø", "Aeroe")]
)
def test_danish_letters_written_out_have_the_same_four_grams(danish_way: str, other_way: str) -> None:
    assert four_grams(danish_way) == four_grams(other_way)


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("anbefaling (5.3.4.h).", "5.3.4.h"),
        ("ANBEFALING 5.3.4.H", "5.3.4.h"),
        ("(se afsnit 4.1.2.)", "4.1.2"),
        ("§ 20, stk. 2", "§"),
        ("§ 20, stk. 2", "20"),
        ("96 pct. af eleverne", "96"),
        ("1,5 time", "1.5"),
        ("12.000 kr.", "12.000"),
        ("i 2016 og 2025", "2016"),
        ("0-18 år", "18"),
    ],
)
def test_codes_paragraphs_and_numbers_are_kept_whole(text: str, token: str) -> None:
    assert token in terms(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("eleverne", "elev"),
        ("skolerne", "skole"),
        ("fællesskabet", "fællesskaber"),
        ("henviste", "henvise"),
        ("børn", "barnet"),
        ("trives", "trivedes"),
        ("læreren", "lærerne"),
        ("indsatsen", "indsatser"),
    ],
)
def test_forms_of_a_word_share_a_term(one: str, other: str) -> None:
    assert set(terms(one)) & set(terms(other))


def test_function_words_are_no_terms() -> None:
    assert terms("Hvad er det, der skal til for at kunne være med?") == []
    assert four_grams("og i det er") == []


def test_the_word_not_to_forget_is_kept() -> None:
    assert "pku" in terms("Hvad skal der til for at henvise til PKU")


@pytest.mark.parametrize(
    ("compound", "parts"),
    [
        ("klasserumsledelse", ["klasserum", "ledelse"]),
        ("specialundervisning", ["undervisning"]),
        ("indsatsplan", ["indsats", "plan"]),
        ("indsatsteam", ["indsats", "team"]),
        ("skolefravær", ["skole", "fravær"]),
        ("læringsfællesskaber", ["læring", "fællesskab"]),
        ("forældresamarbejde", ["forældre", "samarbejde"]),
        ("trivselsmålinger", ["trivsel", "måling"]),
        ("børnesyn", ["børn", "syn"]),
        ("opgaveløsning", ["opgave", "løsning"]),
        ("støttebehov", ["støtte", "behov"]),
        ("mellemformer", ["former"]),
        ("frokostpausen", ["frokost", "pause"]),
        ("netværksmøde", ["netværk", "møde"]),
        ("undervisningsdifferentiering", ["undervisning", "differentiering"]),
    ],
)
def test_compound_is_found_by_its_parts(compound: str, parts: list[str]) -> None:
    for part in parts:
        assert set(terms(compound)) & set(terms(part)), part
    assert terms(compound)[0] == stem(compound)


@pytest.mark.parametrize(
    "word", ["trivsel", "eleverne", "skole", "lærer", "kommune", "ledelse", "pædagog", "mistrivsel"]
)
def test_simple_words_have_no_parts(word: str) -> None:
    assert compound_parts(word) == ()


@pytest.mark.parametrize(
    ("written", "asked"), [("co-teaching", "coteaching"), ("PIT-medarbejder", "medarbejder"), ("PPR's", "PPR")]
)
def test_hyphens_and_genitives_do_not_hide_a_word(written: str, asked: str) -> None:
    assert set(terms(written)) & set(terms(asked))


def test_soft_hyphens_inside_a_word_do_not_break_it() -> None:
    assert terms("special\u00adundervisning") == terms("specialundervisning")


@given(
    st.lists(st.sampled_from("skole barn indsats plan trivsel møde støtte team ord".split()), min_size=2, max_size=4)
)
def test_parts_of_a_compound_cover_it_but_for_a_linking_letter_each(words: list[str]) -> None:
    word = "s".join(words)
    parts = compound_parts(word)
    assert not parts or word.startswith(parts[0])
    assert not parts or word.endswith(parts[-1])
    assert not parts or len(word) - len("".join(parts)) <= len(parts) - 1


@given(st.text(alphabet="skoleundervisning", min_size=1000, max_size=1200))
def test_very_long_words_are_analysed_at_once(word: str) -> None:
    assert terms(word)[0]
    assert compound_parts(word) == ()


def test_four_grams_mark_the_ends_of_words_and_fold() -> None:
    assert four_grams("Rå dag") == ["^raa", "raa$", "^dag", "dag$"]


@given(st.sampled_from(LONG_WORDS), st.data())
def test_four_grams_of_a_word_with_one_typing_error_overlap(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 2))
    wrong = data.draw(
        st.sampled_from(
            [
                word[:at] + word[at + 1 :],
                word[:at] + "x" + word[at + 1 :],
                word[:at] + "x" + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            ]
        )
    )
    assume(wrong not in STOP_WORDS)
    assert set(four_grams(word)) & set(four_grams(wrong))


@given(danish)
def test_term_ids_are_32_bit_numbers(term: str) -> None:
    assert 0 <= term_id(term) < 2**32


def test_term_ids_do_not_change_between_runs() -> None:
    assert term_id("trivsel") == 0x13EE0968


def test_terms_of_the_documents_have_ids_of_their_own(library) -> None:
    found = {term for passage in library.catalogue.passages for term in terms(passage.text)}
    clashes = len(found) - len({term_id(term) for term in found})
    assert clashes <= 1


def test_weight_of_a_term_grows_with_its_count_but_less_and_less() -> None:
    weights = [saturate(Counter({"x": count}), 100, 100)[term_id("x")] for count in (1, 2, 4, 100)]
    assert weights == sorted(weights)
    assert weights[1] - weights[0] > weights[2] - weights[1]
    assert weights[-1] < 2.2


def test_weight_of_a_term_is_less_in_a_longer_text() -> None:
    assert saturate(Counter("x"), 50, 100)[term_id("x")] > saturate(Counter("x"), 200, 100)[term_id("x")]


def test_empty_text_has_no_weights() -> None:
    assert saturate(Counter(), 0, 0) == {}
    assert query_weights([]) == {}


def test_every_term_of_a_question_weighs_the_same() -> None:
    assert query_weights(["ro", "ro", "leg"]) == {term_id("ro"): 1.0, term_id("leg"): 1.0}
