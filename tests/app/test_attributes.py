import pytest

from app.attributes import lacking
from app.engine import Engine
from app.entities import cues
from app.texts import texts
from retrieval.library import Library


@pytest.mark.parametrize(
    ("question", "action", "kind"),
    [
        ("Hvad kostede det?", "kl-odense", "price"),
        ("Hvad får en vejleder i løn?", "kl-frederiksberg", "salary"),
        ("Hvad er telefonnummeret til dem?", "kl-esbjerg", "phone"),
        ("Hvad hedder skolelederen?", "kl-aabenraa-tinglev-skole", "person"),
        ("Hvilket klokkeslæt begynder møderne?", "kl-odense", "hours"),
        ("Hvor mange procent faldt fraværet?", "kl-frederiksberg", "percent"),
        ("Hvad er Cohens d for indsatsen?", "kl-esbjerg", "effect"),
    ],
)
def test_what_no_sentence_of_the_named_record_gives_is_lacking(
    question: str, action: str, kind: str, library: Library
) -> None:
    found = lacking(question, frozenset({action}), (), library)
    assert found.kinds == (kind,)
    assert not found.rest


def test_a_number_that_the_record_gives_is_not_lacking(library: Library) -> None:
    floeng = frozenset({"kl-hoeje-taastrup-floeng-skole"})
    assert not lacking("Hvor mange elever er der i klassen?", floeng, (), library)
    assert not lacking("How many children are in the class?", floeng, (), library)


def test_a_number_that_the_record_does_not_give_is_told_in_the_questions_words(library: Library) -> None:
    found = lacking("Hvor mange elever går der på skolen?", frozenset({"kl-egedal-balsmoseskolen"}), (), library)
    assert found.words == ("Hvor mange elever",)


def test_the_other_clause_is_the_rest(library: Library) -> None:
    found = lacking("Hvad gjorde de, og hvad hedder skolelederen?", frozenset({"kl-odense"}), (), library)
    assert (found.kinds, found.rest) == (("person",), "Hvad gjorde de")
    found = lacking("Hvad kostede det, og hvad hedder skolelederen?", frozenset({"kl-odense"}), (), library)
    assert (found.kinds, found.rest) == (("price", "person"), "")


def test_a_placeholder_asks_for_nothing(library: Library) -> None:
    assert not lacking("Kan du sende det til [e-mail] og [adresse]?", frozenset({"kl-odense"}), (), library)


def test_every_kind_has_a_name_that_a_person_reads() -> None:
    assert set(cues("attributes")) <= set(texts("da")["asked_for"])


@pytest.mark.parametrize(
    ("question", "given"),
    [
        ("Hvor mange procent går i den almene folkeskole?", True),
        ("Hvad er en mellemform?", False),
        ("Hvad er telefonnummeret til PPR?", False),
    ],
)
def test_a_kind_of_answer_that_a_sentence_found_gives_is_told_apart(question: str, given: bool, engine: Engine) -> None:
    hits = engine.search(question)
    assert lacking(question, frozenset(), hits, engine.library).given is given


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("Hvor mange procent går i den almene folkeskole?", "95,2 pct"),
        ("Hvor mange penge er der afsat til kompetenceudvikling?", "en milliard kroner"),
    ],
)
def test_what_is_given_is_answered(question: str, quoted: str, engine: Engine) -> None:
    assert any(quoted in citation.quote for citation in engine.ask(question).citations)


def test_what_nothing_gives_is_not_given(engine: Engine) -> None:
    assert not lacking("Hvor mange timer bruger I?", frozenset(), [], engine.library).given
