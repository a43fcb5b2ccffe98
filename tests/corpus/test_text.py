"""corpus/text.py: quotations are found whatever line breaks, hyphens and spaces did to them."""

import re
import unicodedata

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from corpus import manifest
from corpus.text import find_quote, key, normalise
from ingest.extract import decode

DOCUMENTS = {document.id: normalise(decode(manifest.verify(document))) for document in manifest.load()}
WORDS = {name: [match.span() for match in re.finditer(r"\S+", text)] for name, text in DOCUMENTS.items()}
danish = st.text(alphabet="abcdefghijklmnopqrstuvwxyzæøåéABCÆØÅ0123456789 .,;:-–”\n", max_size=80)


def test_key_holds_letters_and_digits_only() -> None:
    assert key("Fæl-\nlesskaber, 3. og 5. klassetrin (64 %)") == "fællesskaber3og5klassetrin64"


def test_key_tells_aa_from_a() -> None:
    assert key("får") != key("far")


@given(danish)
def test_key_is_the_same_for_composed_and_decomposed_letters(text: str) -> None:
    assert key(unicodedata.normalize("NFD", text)) == key(text)


@given(danish)
def test_key_is_the_same_for_upper_and_lower_case(text: str) -> None:
    assert key(text.upper()) == key(text.lower()) == key(text)


@given(danish)
def test_key_of_a_key_is_itself(text: str) -> None:
    assert key(key(text)) == key(text)


@given(danish, danish)
def test_key_of_joined_texts_is_the_joined_keys(left: str, right: str) -> None:
    assert key(left + right) == key(left) + key(right)


@given(st.text())
def test_key_and_find_quote_take_any_text(text: str) -> None:
    assert all(char.isalnum() for char in key(text))
    find_quote(normalise(text), text)


def test_finds_quote_across_hyphenation() -> None:
    text = "Vi styrker fæl-\nlesskaber og trivsel."
    begin, end = find_quote(text, "styrker fællesskaber") or (0, 0)
    assert text[begin:end] == "styrker fæl-\nlesskaber"


def test_finds_quote_across_a_page_break() -> None:
    text = "alle børn\n\n\f Skal være med."
    assert find_quote(text, "børn skal være") == (5, len(text) - len(" med."))


def test_finds_quote_with_other_quotation_marks() -> None:
    assert find_quote("de siger ”dem og os” hver dag", '"dem og os"') == (10, 20)


def test_span_ends_with_the_punctuation_of_the_quotation() -> None:
    text = "Er det svært? Ja (meget). Næste."
    begin, end = find_quote(text, "Ja (meget).") or (0, 0)
    assert text[begin:end] == "Ja (meget)."


def test_span_does_not_run_into_the_next_sentence() -> None:
    text = "Det er nok. Det er ikke nok."
    begin, end = find_quote(text, "Det er nok") or (0, 0)
    assert text[begin:end] == "Det er nok."


def test_finds_the_first_place_and_the_next_after_start() -> None:
    text = "Ro i klassen. Mere ro i klassen."
    assert find_quote(text, "ro i klassen") == (0, 13)
    assert find_quote(text, "ro i klassen", start=1) == (19, 32)
    assert find_quote(text, "ro i klassen", start=20) is None


@pytest.mark.parametrize("quote", ["", "   ", "–…”", "- \n -"])
def test_finds_nothing_for_a_quotation_without_letters(quote: str) -> None:
    assert find_quote("Tekst – med … tegn”", quote) is None


@pytest.mark.parametrize("quote", ["børn far støtte", "børn får ikke støtte", "børn får støtten hver dag"])
def test_does_not_find_other_words(quote: str) -> None:
    assert find_quote("Alle børn får støtte.", quote) is None


def test_finds_a_quotation_written_with_combining_accents() -> None:
    assert find_quote("Børn får støtte på skolen.", unicodedata.normalize("NFD", "får støtte på")) == (5, 18)


@st.composite
def rewrapped_quotations(draw: st.DrawFn) -> tuple[str, str]:
    """Whole words of a bundled document with new line breaks, spaces and hyphenation."""
    name = draw(st.sampled_from(sorted(DOCUMENTS)))
    first = draw(st.integers(0, len(WORDS[name]) - 1))
    count = draw(st.integers(1, 40))
    chosen = [DOCUMENTS[name][begin:end] for begin, end in WORDS[name][first : first + count]]
    parts = []
    for word in chosen:
        cut = draw(st.integers(0, len(word)))
        hyphen = draw(st.sampled_from(["", "", "-\n", "-", "\u00ad", "- "]))
        gap = draw(st.sampled_from([" ", " ", "\n", "  \n", "\u00a0", "\n\n", "\t"]))
        parts.append((word[:cut] + hyphen + word[cut:] if 0 < cut < len(word) else word) + gap)
    return name, "".join(parts)


@given(rewrapped_quotations())
@example(("kl", "inspirations-\nmateri-ale samlet en kort beskrivelse"))
def test_finds_any_words_of_a_document_however_they_are_wrapped(case: tuple[str, str]) -> None:
    name, quote = case
    assume(key(quote))
    span = find_quote(DOCUMENTS[name], quote)
    assert span is not None
    assert key(DOCUMENTS[name][slice(*span)]) == key(quote)


@given(rewrapped_quotations(), st.sampled_from(["xq", "7x7", "åqå"]))
def test_does_not_find_words_that_are_not_there(case: tuple[str, str], stranger: str) -> None:
    name, quote = case
    assert find_quote(DOCUMENTS[name], f"{quote} {stranger}{stranger}") is None


@given(st.data())
def test_span_lies_at_or_after_start(data: st.DataObject) -> None:
    name, quote = data.draw(rewrapped_quotations())
    start = data.draw(st.integers(0, len(DOCUMENTS[name])))
    span = find_quote(DOCUMENTS[name], quote, start)
    assert span is None or start <= span[0] < span[1] <= len(DOCUMENTS[name])
