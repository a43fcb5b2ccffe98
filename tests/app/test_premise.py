import pytest

from app.engine import Engine
from app.premise import corrections, unsaid
from app.texts import texts
from app.turn import Message, PartKind
from retrieval.library import Library

OUTCOMES = {
    "kl-vordingborg-svend-goenge-skolen": "did_not_succeed",
    "kl-odense": "mixed",
    "kl-esbjerg": "partly_known",
    "kl-frederikshavn": "not_evaluated",
}


@pytest.mark.parametrize(("action", "outcome"), OUTCOMES.items())
def test_success_taken_for_granted_is_corrected_by_the_label_and_the_sources_words(
    action: str, outcome: str, library: Library
) -> None:
    note, quote = corrections("Hvorfor blev det en succes?", frozenset({action}), library, "da")
    assert texts("da")["premise"][outcome] in note.text
    assert quote.kind is PartKind.QUOTE
    assert library.contains("kl", quote.text)


def test_failure_taken_for_granted_of_what_went_well_is_corrected(library: Library) -> None:
    found = list(corrections("Hvorfor mislykkedes det?", frozenset({"kl-aabenraa-genner-univers"}), library, "da"))
    assert texts("da")["premise"]["went_well"] in found[0].text


@pytest.mark.parametrize(
    ("question", "action"),
    [
        ("Hvad gik galt?", "kl-vordingborg-svend-goenge-skolen"),
        ("Hvorfor blev det en succes?", "kl-aabenraa-genner-univers"),
        ("Hvad gjorde de?", "kl-odense"),
    ],
)
def test_a_true_premise_or_none_is_left(question: str, action: str, library: Library) -> None:
    assert not list(corrections(question, frozenset({action}), library, "da"))


def test_nothing_is_corrected_where_only_some_that_are_named_went_otherwise(library: Library) -> None:
    named = frozenset({"kl-vordingborg-kulsbjerg-skole", "kl-vordingborg-vordingborg-ungdomsskole"})
    assert named <= library.trial_actions.keys()
    assert not list(corrections("Hvorfor blev det en succes?", named, library, "da"))


def test_every_outcome_has_its_text(library: Library) -> None:
    assert {facets.outcome for facets in library.catalogue.facets.values()} == set(texts("da")["premise"])


@pytest.mark.parametrize(
    ("text", "document", "words"),
    [
        ("Hvad siger STUK om fravær?", "stuk", ("fravær",)),
        ("hvad skriver ekspertgruppen om mobiltelefoner", "inklusion", ("mobiltelefoner",)),
        ("En elev har meget fravær. Hvad siger STUK om det?", "stuk", ("fravær",)),
        ("Hvad siger Haderslev om co-teaching?", "haderslev", ()),
        ("Hvad siger ekspertgruppen om SFO?", "inklusion", ()),
        ("What does STUK say about absence?", "stuk", ()),
        ("Hvad er STUK?", "stuk", ()),
    ],
)
def test_what_a_document_has_no_word_of_is_known(
    text: str, document: str, words: tuple[str, ...], library: Library
) -> None:
    assert unsaid(text, frozenset({document}), library) == words


@pytest.mark.parametrize("before", [(), ("En elev i 6. klasse har meget fravær",)])
def test_what_a_document_has_no_word_of_is_said_and_answered_from_the_others(
    engine: Engine, before: tuple[str, ...]
) -> None:
    history = [message for text in before for message in (Message("user", text), Message("assistant", "Svar"))]
    turn = engine.ask("hvad siger stuk om det" if before else "Hvad siger STUK om fravær?", history)
    assert "Ordet ”fravær” står ikke i STUK" in turn.parts[0].text
    assert any("fravær" in citation.quote.lower() for citation in turn.citations)
    assert not any("forklares ikke" in part.text for part in turn.parts)
