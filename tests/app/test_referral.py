import re

import pytest

from app import referral
from app.engine import Engine
from app.render import markdown
from app.situation import read
from app.texts import texts
from app.turn import Message, Outcome, Part, PartKind, Turn
from app.verify import verify
from retrieval.library import Library

ALWAYS, NO_NUMBER = texts("da")["answer"]["always"], texts("da")["referral"]["no_number"]
HOW_MUCH = [
    "Hvor mange uger skal en indsats køre inden vi må indstille?",
    "Hvor mange ting skal vi have prøvet før vi må henvise til PPR?",
    "Er det rigtigt at vi skal have tre prøvehandlinger før PPR må kontaktes?",
    "Min leder siger vi skal vente et halvt år før vi må kontakte PPR. Er det rigtigt?",
    "Min leder siger vi skal vente et halvt år",
    "Hvor længe skal vi vente med at indstille til PPV?",
    "Er der et bestemt antal forsøg, vi skal igennem før PPR?",
    "Må vi ringe til PPR, selv om vi kun har prøvet én ting?",
    "Skal der gå tre måneder, før vi kan henvise?",
    "Kan vi først henvise efter otte uger?",
    "Er det for tidligt at kontakte PPR?",
    "Hvad er minimum af afprøvninger før en henvisning?",
    "Vi vil henvise en elev til PPR. Hvor mange uger skal vi have prøvet noget først?",
    "Hvor mange forsøg kræver Haderslev før PKU?",
    "Hvornår må vi inddrage PPR?",
    "Må man kontakte PPR, før man har prøvet noget?",
    "Kan vi ringe til PPR allerede nu?",
]
THE_WAY = [
    "Hvad gør vi, inden vi sender en elev til PPR?",
    "Vi vil gerne have PPR på en elev, hvad skal vi gøre først?",
    "Vi overvejer at henvise en elev til specialklasse. Hvad kommer først?",
    "Hvilke papirer kræver en indstilling til PPR?",
    "Hvilke trin kommer før en henvisning?",
    "Hvordan henviser vi en elev?",
    "Vi er i Aarhus og vil indstille en elev til specialskole. Hvad skal vi have gjort?",
]
OTHERS = [
    "Hvordan arbejder Esbjerg med PPR?",
    "Hvad er en PPV?",
    "Hvornår skal vi inddrage PPR?",
    "Hvor mange skoler er med i Odenses prøvehandling med PPR?",
    "Hvor mange timer skal PPR være på skolen?",
    "Hvor lang tid tager en PPV?",
    "Hvor længe må man vente på svar fra PPR?",
    "Hvor mange uger går der fra, vi sender en henvisning til PKU, til vi får svar?",
    "Hvor mange elever blev visiteret til specialtilbud?",
    "Hvor længe varer et forløb i Høje-Taastrup?",
    "Vi har prøvet tre ting i seks uger, og nu vil vi henvise. Hvad skal der stå i papirerne?",
    "Hvad skal vi gøre, mens vi venter på PPR?",
]


def _last(turn: Turn) -> str:
    return turn.parts[-1].text


@pytest.mark.parametrize("question", HOW_MUCH)
def test_no_number_is_set_before_a_referral_and_whoever_asks_is_told_so_first(question: str, engine: Engine) -> None:
    turn = engine.ask(question)
    assert turn.outcome is Outcome.ANSWERED
    assert turn.parts[0].text == NO_NUMBER
    assert _last(turn) == ALWAYS
    assert turn.citations
    assert not turn.dropped_quotes


def test_whoever_asks_in_english_how_much_comes_first_is_told_in_english(engine: Engine) -> None:
    turn = engine.ask("How many weeks must we wait before we can refer a pupil to PPR?", language="en")
    assert turn.parts[0].text == texts("en")["referral"]["no_number"]
    assert _last(turn) == texts("en")["answer"]["always"]


@pytest.mark.parametrize("question", OTHERS)
def test_other_questions_of_time_and_of_ppr_keep_their_answers(question: str, engine: Engine) -> None:
    assert not referral.asks_how_much(question)
    assert NO_NUMBER not in markdown(engine.ask(question).parts)


@pytest.mark.parametrize(
    ("place", "says"),
    [("Haderslev", "foregribende først"), ("Odense", "aktionslæringsforløb først"), ("Rødovre", "niveau 1, 2 og 3")],
)
def test_the_rule_of_the_place_that_is_named_is_shown_as_local(place: str, says: str, library: Library) -> None:
    told = list(referral.no_number(f"Hvor mange forsøg skal vi nå i {place}, før vi henviser?", library, "da"))
    rules = [part for part in told if part.kind is PartKind.STATEMENT]
    assert rules[0].lead == f"{place} Kommune (gælder lokalt):"
    assert any(says in part.text for part in rules)
    assert {citation.document for part in rules for citation in part.citations} <= {"haderslev", "vive", "kl"}
    assert not [part for part in rules if "Kommune" in part.lead and place not in part.lead]


def test_where_no_place_is_named_the_advice_for_all_comes_before_the_places(library: Library) -> None:
    told = list(referral.no_number("Hvor mange forsøg skal vi nå, før vi henviser?", library, "da"))
    places = [part.lead for part in told if part.lead]
    assert places == [f"{place} Kommune (gælder lokalt):" for place in ("Haderslev", "Rødovre", "Odense")]
    assert "let kunne få fat i PPR" in " ".join(part.text for part in told[: told.index(_led(told, "Haderslev"))])


def _led(parts: list[Part], place: str) -> Part:
    return next(part for part in parts if part.lead.startswith(place))


def test_a_situation_keeps_its_suggestions_after_the_sentence_that_no_number_is_set(engine: Engine) -> None:
    turn = engine.ask(
        "Vi har en dreng i 4. klasse, der er urolig og slår. Min leder siger, at vi skal prøve noget i tre måneder før "
        "PPR. Hvad gør vi?"
    )
    assert turn.parts[0].text == NO_NUMBER
    assert turn.suggestions
    assert _last(turn) == ALWAYS


NUMBERS = re.compile(
    r"\b(?:\d+|et|én|to|tre|fire|fem|seks|syv|otte|ni|ti|halvt)(?:-\w+)? (?:ugers?|måned(?:er)?|dage|forsøg|"
    r"afprøvninger|indsatser|prøvehandlinger|tiltag)\b|\bmindst (?:\d|en|et|to|tre)\w*\b|\bsenest\b",
    re.IGNORECASE,
)
REFERRAL = re.compile(r"\bpp[rv]\b|\bhenvis|\bindstil|\bvisit|\bpku\b", re.IGNORECASE)
NO_REQUIREMENT = {
    "Forløbet rummer seks-otte ugers intro i almenområdet",  # on the way back from a special class
    "Disse tre indsatstrin på skolen følges",  # three kinds of measures, not three that must be tried
}


def test_no_sentence_of_the_five_documents_sets_a_number_or_a_time_before_a_referral(library: Library) -> None:
    found = {
        sentence.text
        for passage in library.catalogue.passages
        for sentence in passage.sentences
        if NUMBERS.search(sentence.text) and REFERRAL.search(sentence.text)
    }
    assert not [text for text in found if not text.startswith(tuple(NO_REQUIREMENT))]


@pytest.mark.parametrize(
    "question",
    [
        "Hvornår må vi lave en indstilling til PPV?",
        "Hvad kræver det at få en elev visiteret i Haderslev?",
        "Hvad er PKU?",
        "Vi er en skole i Odense og skal have skrevet en indstilling til PPV. Hvad kommer først?",
        "Hvad skal vi have prøvet, før vi indstiller en elev til PKU i Haderslev?",
        "Hvornår skal vi inddrage PPR?",
        "Hvor mange elever blev visiteret til specialtilbud i Haderslev?",
    ],
)
def test_every_answer_about_a_referral_ends_with_who_can_be_involved_now(question: str, engine: Engine) -> None:
    turn = engine.ask(question)
    assert _last(turn) == ALWAYS
    assert [part.text for part in turn.parts].count(ALWAYS) == 1
    assert _last(engine.ask(question, language="en")) in {ALWAYS, texts("en")["answer"]["always"]}


@pytest.mark.parametrize(
    ("question", "place", "step"),
    [
        (
            "Vi er en skole i Odense og skal have skrevet en indstilling til PPV. Hvad kommer først?",
            "Odense", "Aktionslæring før en PPV",
        ),
        (
            "Vi er en skole i Rødovre og vil henvise en elev til specialtilbud. Hvilke niveauer skal vi omkring inden?",
            "Rødovre", "Niveau 1: forebyggende",
        ),
        (
            "Jeg er AKT-lærer i Rødovre. En dreng i 3. klasse slår de andre, og vi vil gerne have PPR på. Hvad skal vi "
            "igennem først?",
            "Rødovre", "Sparring med PIT",
        ),
        ("Hvad skal vi have prøvet, før vi indstiller en elev til PKU i Haderslev?", "Haderslev", "Indgribende"),
    ],
)  # fmt: skip
def test_who_asks_what_comes_first_in_a_place_gets_its_path(
    question: str, place: str, step: str, engine: Engine
) -> None:
    turn = engine.ask(question)
    assert turn.parts[0].text.startswith(f"**Før en henvisning i {place} Kommune (gælder lokalt)**")
    assert any(part.lead.startswith(step) and part.citations for part in turn.parts)
    assert not turn.dropped_quotes


@pytest.mark.parametrize("question", ["Hvad er PKU i Haderslev?", "Hvor mange skoler i Odense er med om PPR?"])
def test_who_asks_something_else_of_a_place_gets_no_path(question: str, engine: Engine) -> None:
    assert "Før en henvisning i" not in markdown(engine.ask(question).parts)


def test_a_step_tells_who_acts_and_what_is_written_with_its_citations(library: Library) -> None:
    path = next(path for path in library.catalogue.paths if path.id == "haderslev")
    told = list(referral.steps(path, library, "da"))
    last = next(part for part in told if part.lead.startswith("Indgribende"))
    assert "Hvem: skoleledelsen, rådgivende psykolog, forældrene, Pædagogisk Koordinationsudvalg (PKU)" in last.lead
    assert "På skrift: PPV, handleplan eller mål- og indsatsplaner, skolens indstilling" in last.lead
    assert "En henvisning kræver" in told[told.index(last) + 1].text


def test_every_path_is_told_whole(library: Library) -> None:
    for path in library.catalogue.paths:
        parts = list(referral.steps(path, library, "da"))
        kept, dropped = verify(parts, library)
        assert not dropped, path.id
        assert len(kept) == len(parts)
        assert all(any(part.lead.startswith(step.title) for part in kept) for step in path.steps)


@pytest.mark.parametrize("text", ["Hvordan henviser vi i Odense?", "Odenses vej til en PPV", "PPV i rødovre"])
def test_a_place_is_known_by_its_name_alone(text: str, library: Library) -> None:
    assert len(referral.named_paths(read(text), library)) == 1


def test_no_place_is_named_by_a_part_of_a_word(library: Library) -> None:
    assert not referral.named_paths(read("Vi henviser fra Odenseområdet"), library)


@pytest.mark.parametrize("question", THE_WAY)
def test_who_asks_what_comes_first_and_names_no_place_gets_the_advice_for_all_and_what_places_say(
    question: str, engine: Engine
) -> None:
    turn = engine.ask(question)
    assert turn.outcome is Outcome.ANSWERED
    assert not turn.suggestions
    everywhere = next(path for path in engine.library.catalogue.paths if not path.place)
    said = [part.text for part in turn.parts]
    assert said.index(everywhere.intro.text) < len(everywhere.steps)
    assert all(step.statements[0].text in said for step in everywhere.steps)
    for path in engine.library.catalogue.paths:
        marked = texts("da")["referral"]["local"].format(place=path.place)
        assert not path.place or any(part.lead == marked and part.text == path.rules[0].text for part in turn.parts)
    assert _last(turn) == ALWAYS


def test_who_is_on_the_way_in_a_place_gets_its_steps_and_no_suggestions(engine: Engine) -> None:
    turn = engine.ask("Vi vil søge om niveau 4 i Rødovre")
    assert "Rødovre Kommune (gælder lokalt)" in turn.parts[0].text
    assert not turn.suggestions
    assert _last(turn) == ALWAYS


def test_a_situation_on_the_way_to_a_referral_keeps_its_suggestions(engine: Engine) -> None:
    turn = engine.ask(
        "En dreng i 3. klasse slår de andre hver dag efter frikvarteret og vil ikke ind til timen. "
        "Vi overvejer at henvise ham. Hvad kan vi prøve?"
    )
    assert turn.suggestions


@pytest.mark.parametrize(
    ("question", "opening"),
    [("Hvad kommer før en henvisning?", "**Før en henvisning**"), ("må vi så henvise?", NO_NUMBER)],
)
def test_who_asks_what_comes_first_after_a_situation_is_answered_so(
    question: str, opening: str, engine: Engine
) -> None:
    told = "Der er meget uro i min 4. klasse efter frikvarteret, og to drenge kommer hele tiden op at slås"
    history = [Message("user", told), Message("assistant", markdown(engine.ask(told).parts))]
    assert engine.ask(question, history).parts[0].text.startswith(opening)


@pytest.mark.parametrize(
    ("question", "leads", "absent"),
    [
        ("hvem skal med til mødet?", "netværksmøde", "iagttagelser og data"),
        ("hvilke papirer?", "På skrift: mål- og indsatsplan", "iagttagelser og data"),
    ],
)
def test_who_asks_more_of_the_way_gets_the_steps_that_have_it(
    question: str, leads: str, absent: str, engine: Engine
) -> None:
    asked = "Hvad skal vi gøre, før vi henviser til PPR i Haderslev?"
    history = [Message("user", asked), Message("assistant", markdown(engine.ask(asked).parts))]
    turn = engine.ask(question, history)
    told = [part.lead for part in turn.parts]
    assert any(leads in lead for lead in told)
    assert not any(absent in lead for lead in told)
    assert "Haderslev Kommune" in turn.parts[0].text


def test_who_asks_how_many_meetings_come_first_is_told_that_no_number_is_set(engine: Engine) -> None:
    history = [Message("user", "Hvad skal vi gøre, før vi henviser til PPR i Haderslev?")]
    turn = engine.ask("hvor mange møder skal vi holde først?", history)
    assert any(part.text == NO_NUMBER for part in turn.parts)
    assert not any(part.text == NO_NUMBER for part in engine.ask("hvor mange møder skal vi holde?").parts)


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("What must be in place before a school in Haderslev refers to PKU?", "Haderslev Kommune"),
        ("Which steps must we take before we refer a pupil in Rødovre?", "Rødovre Kommune"),
        ("What comes before a referral?", "STUK"),
    ],
)
def test_who_asks_in_english_what_comes_first_gets_the_path(question: str, place: str, engine: Engine) -> None:
    assert place in engine.ask(question, language="en").parts[0].text


def test_a_place_whose_way_the_sources_do_not_tell_is_told_so(engine: Engine) -> None:
    turn = engine.ask("Hvordan henviser man i Esbjerg?")
    assert turn.parts[0].text.startswith("Kilderne beskriver ikke vejen til en henvisning i Esbjerg Kommune.")
    assert "Kilderne beskriver ikke" not in engine.ask("Hvordan henviser man i Haderslev?").parts[0].text


@pytest.mark.parametrize("text", ["kan vi gå direkte til ppr?", "Må vi kontakte PPR uden videre?"])
def test_who_wants_to_go_straight_to_ppr_is_told_that_nothing_forbids_it(engine: Engine, text: str) -> None:
    history = [Message("user", "En elev i 6. klasse har meget fravær"), Message("assistant", "Svar")]
    told = [part.text for part in engine.ask(text, history).parts]
    assert texts("da")["referral"]["no_number"] in told


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Må vi henvise uden forældrenes samtykke?", Outcome.ANSWERED),
        ("Må vi indstille ham uden forældrenes samtykke?", Outcome.REFUSED),
    ],
)
def test_what_a_school_may_do_is_no_decision_about_a_child(engine: Engine, text: str, outcome: Outcome) -> None:
    assert engine.ask(text).outcome is outcome


def test_who_asks_whether_parents_must_agree_is_told_that_the_sources_lack_the_law(engine: Engine) -> None:
    asked = engine.ask("Skal forældrene give samtykke, før vi henviser til PPR?")
    assert asked.parts[0].text == texts("da")["referral"]["consent"]
    assert any(part.citations for part in asked.parts)
    assert texts("da")["referral"]["consent"] not in [
        part.text for part in engine.ask("Hvad kommer før en henvisning?").parts
    ]


def test_how_long_a_placement_lasts_is_no_question_of_what_comes_first(engine: Engine) -> None:
    text = "Hvor længe kan et barn være visiteret til et specialtilbud i Haderslev, før det skal revurderes?"
    told = [part.text for part in engine.ask(text).parts]
    assert texts("da")["referral"]["no_number"] not in told
    assert any("et år" in one for one in told)
