import pytest

from app.premise import corrections
from app.texts import texts
from app.turn import PartKind
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
