from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import KnowledgeError
from corpus.knowledge.reading import Quotation, Sources
from corpus.knowledge.statements import check_wording, statement
from corpus.schema import Passage, Sentence, Support
from tests.corpus.knowledge.conftest import FIRST, PAGES, PASSAGES, SECOND

SOURCES = Sources(PASSAGES, PAGES)
WORKSHOPS = Quotation(document="kl", quote="I 2024 indførte vi værksteder")
PARENTS = Quotation(document="kl", quote=SECOND)
CLAIMS = ("virker", "evidensbaseret", "evidensbaserede", "dokumenteret effekt")


def _told(text: str, *cites: Quotation) -> str:
    with pytest.raises(KnowledgeError, match=r"a\.toml, linje 3") as caught:
        statement("a.toml, linje 3", text, cites, SOURCES)
    assert text[:20] in caught.value.what
    return caught.value.what


def test_statement_keeps_its_words_and_where_each_quotation_stands() -> None:
    text = "Skolen begyndte på værksteder i 2024. De voksne derhjemme var ikke hørt."
    found = statement("a.toml, linje 3", text, [WORKSHOPS, PARENTS], SOURCES)
    assert found.text == text
    assert found.support == (Support("kl", WORKSHOPS.quote, "kl-1"), Support("kl", SECOND, "kl-2"))


@pytest.mark.parametrize("record", ["kl-first", "kl-second"])
def test_words_that_stand_twice_are_those_of_the_record_told_of(record: str) -> None:
    twice = [
        Passage(f"{name}-1", "kl", (), (Sentence(FIRST, (9,)),), (9,), True, name) for name in ("kl-first", "kl-second")
    ]
    found = statement("", "Skolen begyndte på værksteder i 2024.", [WORKSHOPS], Sources(twice, PAGES), record)
    assert found.support[0].passage == f"{record}-1"


@given(st.integers(min_value=0, max_value=9999).filter(lambda number: number not in (3, 2024)))
def test_number_that_no_quotation_has_is_told(number: int) -> None:
    whole = Quotation(document="kl", quote=FIRST)
    assert f"citaterne bærer ikke: {number}" in _told(f"Der var {number} værksteder efter frokost.", whole)


@pytest.mark.parametrize(
    ("text", "cite", "reason"),
    [
        ("Skolen begyndte ikke på værksteder.", WORKSHOPS, "citaterne bærer ikke: ikke"),
        ("De voksne derhjemme blev hørt på forhånd.", PARENTS, "udeladt: ikke"),
        ("Skolen i Lemvig begyndte på værksteder.", WORKSHOPS, "Lemvig"),
        ("Skolen begyndte på værksteder.", Quotation(document="kl", quote="et citat fra ingen steder"), "står ikke i"),
        ("Skolen begyndte på værksteder.", Quotation(document="stuk", quote=WORKSHOPS.quote), "står ikke i stuk"),
        ("Det virker på skolen at have værksteder.", WORKSHOPS, "'virker' må ikke stå i vores egne ord"),
    ],
)
def test_sentence_that_its_quotation_does_not_carry_is_told(text: str, cite: Quotation, reason: str) -> None:
    assert reason in _told(text, cite)


def test_sentence_that_repeats_its_quotation_is_told() -> None:
    both = f"{FIRST} {SECOND}"
    assert "skrevet af fra citatet" in _told(f"Sådan gik det: {both}", Quotation(document="kl", quote=both))


def test_every_quotation_must_stand_in_its_document() -> None:
    nowhere = Quotation(document="kl", quote="et citat fra ingen steder")
    assert "står ikke i kl" in _told("Skolen begyndte på værksteder i 2024.", WORKSHOPS, nowhere)


@given(st.sampled_from(CLAIMS), st.sampled_from([str.lower, str.upper, str.title]))
def test_claim_of_an_effect_is_told_however_it_is_written(claim: str, written: Callable[[str], str]) -> None:
    with pytest.raises(KnowledgeError, match=r"a\.toml, linje 3: .* må ikke stå i vores egne ord"):
        check_wording("a.toml, linje 3", f"Det er {written(claim)}, siger skolen.")


@pytest.mark.parametrize("text", ["Lektierne påvirker alle.", "Virkeligheden er en anden.", "Det har en effekt."])
def test_words_that_only_look_like_a_claim_may_stand(text: str) -> None:
    check_wording("a.toml, linje 3", text)


@given(st.text(max_size=30), st.text(max_size=30))
def test_exclamation_mark_is_told_wherever_it_stands(before: str, after: str) -> None:
    with pytest.raises(KnowledgeError, match="må ikke stå i vores egne ord"):
        check_wording("a.toml, linje 3", f"{before}!{after}")
