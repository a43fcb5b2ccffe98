import logging
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app import triage
from app.config import Config
from app.engine import Engine, Step
from app.message import LONGEST_ANSWER, LONGEST_CONVERSATION, LONGEST_HISTORY, clean_query, recent
from app.render import markdown
from app.texts import texts
from app.turn import Message, Outcome, Part, PartKind, Reason
from corpus.errors import EmptyQuery, IndexDamaged, IndexMissing, QueryTooLong
from corpus.text import key
from ingest.run import ingest
from retrieval.embed import BundledEmbedder
from retrieval.storage import Storage
from tests.fakes import HashEmbedder

PKU = "Hvad skal være på plads, før en skole i Haderslev henviser til PKU?"
LUNCH = "Hvad kan vi prøve, når timerne efter frokost i indskolingen ender i konflikter?"


def _after(engine: Engine, *said: str) -> list[Message]:
    """Return the conversation in which these messages were answered one after another."""
    history: list[Message] = []
    for message in said:
        told = markdown(engine.ask(message, history).parts)
        history += [Message("user", message), Message("assistant", told)]
    return history


def test_tells_what_a_referral_to_pku_requires(engine: Engine) -> None:
    turn = engine.ask(PKU)
    assert turn.outcome is Outcome.ANSWERED
    quoted = {citation.quote: citation for citation in turn.citations}
    assert quoted["Der er udarbejdet en PPV"].pages == (21,)
    assert "Der har været iværksat forebyggende og foregribende pædagogiske indsatser" in quoted
    assert {citation.document for citation in turn.citations} == {"haderslev"}


def test_names_the_workshops_of_baekkegaarden_for_conflicts_after_lunch(engine: Engine) -> None:
    turn = engine.ask(LUNCH)
    assert turn.actions[0].action.name == "Egedal Kommune – Egedal Skole, afdeling Bækkegården"
    quotes = " ".join(citation.quote for citation in turn.citations)
    assert "Vi indførte derfor et bånd efter frokost" in quotes
    assert turn.citations[0].pages == (9,)


@pytest.mark.parametrize("question", [PKU, LUNCH, "Hvem har erfaringer med co-teaching?", "Hvad er en mellemform?"])
def test_every_quotation_stands_in_its_document(engine: Engine, bundled_keys: dict[str, str], question: str) -> None:
    turn = engine.ask(question)
    assert turn.citations
    for citation in turn.citations:
        assert key(citation.quote) in bundled_keys[citation.document]
    assert [citation.n for citation in turn.citations] == list(range(1, len(turn.citations) + 1))


def test_puts_the_trial_actions_that_are_named_beside_each_other(engine: Engine) -> None:
    turn = engine.ask("Sammenlign Brøndbyvester Skole og Egedal Skole, afdeling Bækkegården")
    assert [one.action.id for one in turn.suggestions] == [
        "kl-broendby-broendbyvester-skole",
        "kl-egedal-baekkegaarden",
    ]
    for school in ("Brøndbyvester Skole", "Egedal Skole, afdeling Bækkegården"):
        assert any(part.lead == f"{school}:" and part.citations for part in turn.parts)


def test_compares_the_first_four_of_five_and_says_so(engine: Engine) -> None:
    turn = engine.ask("Sammenlign Bækkegården, Balsmoseskolen, Odder, Ishøj og Sorø")
    assert turn.parts[0].text.startswith("Du nævner 5 prøvehandlinger. To til fire kan sammenlignes ad gangen")
    assert len(turn.suggestions) == 4
    assert "kl-soroe" not in {one.action.id for one in turn.suggestions}


@pytest.mark.parametrize(
    "question",
    ["Sammenlign Bækkegården og Esbjerg for mig, tak", "Kan du sammenligne Fløng og Brøndbyvester?"],
)
def test_a_comparison_of_trial_actions_is_no_decision_about_a_child(question: str, engine: Engine) -> None:
    turn = engine.ask(question)
    assert turn.outcome is Outcome.ANSWERED
    assert len(turn.suggestions) == 2


def test_compares_in_the_order_in_which_they_are_named(engine: Engine) -> None:
    turn = engine.ask("Sammenlign Sorø, Ishøj og Odder")
    assert [one.action.municipality.split()[0] for one in turn.suggestions] == ["Sorø", "Ishøj", "Odder"]
    assert "ad gangen" not in turn.parts[0].text


def test_compares_what_documents_say_in_their_own_words(engine: Engine) -> None:
    turn = engine.ask("Hvad er forskellen på Haderslevs tre slags indsatser og Rødovres fem niveauer?")
    assert not turn.suggestions
    assert {"haderslev", "vive"} <= {citation.document for citation in turn.citations}


@pytest.mark.parametrize(
    "text",
    [
        "Min nabo spiller høj musik hver nat, og jeg kan ikke sove. Hvad kan jeg gøre?",
        "Tomatplanterne i drivhuset har fået gule blade.",
        "My landlord will not return the deposit, what can I do?",
    ],
)
def test_refuses_a_situation_outside_school(engine: Engine, text: str) -> None:
    turn = engine.ask(text)
    assert (turn.outcome, turn.reason) == (Outcome.REFUSED, Reason.OUT_OF_SCOPE)


@pytest.mark.parametrize(
    "text",
    [
        "Vi venter på en diagnose, før nogen gør noget.",
        "Vi gik i gang uden at have alt på plads og skal bruge mere tid på at forberede os sammen.",
    ],
)
def test_answers_a_situation_without_a_word_of_school(engine: Engine, text: str) -> None:
    assert engine.ask(text).outcome in (Outcome.ANSWERED, Outcome.CLARIFY)


@pytest.mark.parametrize(
    ("question", "document", "words"),
    [
        ("hvad går anbefaling 5.3.1.a ud på", "inklusion", "sparring og supervision"),
        ("hvad går 5.1.7.c ud på", "inklusion", "visitationsprocessen"),
        ("Hvad siger anbefaling 3 i STUK?", "stuk", ""),
    ],
)
def test_a_recommendation_is_looked_up_by_its_number(engine: Engine, question: str, document: str, words: str) -> None:
    first = engine.ask(question).citations[0]
    assert first.document == document
    assert words in first.quote


def test_a_recommendation_that_is_not_there_is_said_to_be_missing(engine: Engine) -> None:
    turn = engine.ask("Hvad siger anbefaling 5.9.1.a?")
    assert (turn.outcome, turn.reason) == (Outcome.REFUSED, Reason.NOT_IN_SOURCES)
    assert "5.9.1.a" in markdown(turn.parts)


@pytest.mark.parametrize(
    "question",
    [
        "how many recommendations for municipalities and schools",
        "Which Danish research is cited about PPR and schools?",
    ],
)
def test_english_words_are_not_missed_in_danish_sources(engine: Engine, question: str) -> None:
    assert engine.ask(question, language="en").outcome is Outcome.ANSWERED


def test_lists_the_whole_list_a_quoted_item_belongs_to(engine: Engine) -> None:
    quotes = [citation.quote for citation in engine.ask("Hvad er kriterierne for en mellemform?").citations]
    assert "Tages der afsæt i forløb, som iværksættes i en afgrænset periode" in quotes
    assert any(quote.endswith("kriterier, som skal opfyldes:") for quote in quotes)


def test_gives_ten_hits_and_five_actions(engine: Engine) -> None:
    turn = engine.ask(LUNCH)
    assert len(turn.hits) == 10
    assert len(turn.actions) == 5
    assert [hit.score for hit in turn.hits] == sorted((hit.score for hit in turn.hits), reverse=True)


def test_tells_its_steps_as_they_begin(engine: Engine) -> None:
    told: list[Step] = []
    engine.ask(LUNCH, progress=told.append)
    assert told == [Step.SEARCH, Step.EVIDENCE, Step.ANSWER]


def test_has_no_step_for_what_needs_no_search(engine: Engine) -> None:
    told: list[Step] = []
    engine.ask("Hej", progress=told.append)
    assert told == []


def test_refuses_what_lies_outside_the_sources(engine: Engine) -> None:
    turn = engine.ask("Hvem vandt fodboldkampen i går, og hvad koster en pizza?")
    assert (turn.outcome, turn.reason) == (Outcome.REFUSED, Reason.OUT_OF_SCOPE)
    assert not turn.citations
    assert len(turn.hits) == 10


def test_greets(engine: Engine) -> None:
    turn = engine.ask("Hej")
    assert turn.outcome is Outcome.SMALLTALK
    assert not turn.hits


def test_danger_comes_before_everything_else(engine: Engine) -> None:
    turn = engine.ask("En elev fortæller at far slår ham. Hvilken prøvehandling kan vi bruge?")
    assert turn.outcome is Outcome.URGENT
    assert not turn.hits
    assert "112" in turn.parts[0].text


HINT = "En pige er blevet meget stille og vil ikke hjem efter skole. Hvad kan vi prøve?"


@pytest.mark.parametrize(
    "asked", ["Kan du hjælpe mig?", "Kan I hjælpe?", "Hvad foreslår du?", "a" * 1500, "Sammenlign Odense"]
)
def test_what_speaks_of_nobody_is_no_decision_about_somebody(engine: Engine, asked: str) -> None:
    assert engine.ask(asked).reason is not Reason.NOT_ALLOWED


@pytest.mark.parametrize(("language", "said"), [("da", "Nej, ingen er i fare"), ("en", "Nobody is in danger")])
def test_what_may_be_danger_is_answered_after_what_to_do_then(engine: Engine, language: str, said: str) -> None:
    turn = engine.ask(HINT, language=language)
    assert turn.suggestions and turn.caution
    assert turn.parts[0] == Part(PartKind.CAUTION, triage.caution_text(language))
    history = [Message("user", HINT), Message("assistant", markdown(turn.parts))]
    cleared = engine.ask(said, history, language)
    assert cleared.suggestions
    assert cleared.parts[0].text == texts(language)["answer"]["in_doubt"]


def test_an_ordinary_answer_begins_with_the_answer(engine: Engine) -> None:
    assert engine.ask("Børnene skubber og råber i køen efter frikvarteret. Hvad kan vi prøve?").caution is None


@pytest.mark.parametrize(("language", "said"), [("da", "Nej, ingen er i fare"), ("en", "Nobody is in danger")])
def test_goes_on_when_the_person_says_that_nobody_is_in_danger(engine: Engine, language: str, said: str) -> None:
    text = "En dreng i 4. klasse siger, at far slår ham, når der er konflikter i frikvarteret. Hvad kan vi prøve?"
    urgent = engine.ask(text, language=language)
    assert urgent.outcome is Outcome.URGENT
    history = [Message("user", text), Message("assistant", markdown(urgent.parts))]
    turn = engine.ask(said, history, language)
    assert turn.outcome in (Outcome.ANSWERED, Outcome.CLARIFY)
    assert turn.suggestions and turn.parts[0].text == texts(language)["answer"]["in_doubt"]


def test_saying_that_nobody_is_in_danger_clears_nothing_else(engine: Engine) -> None:
    history = [Message("user", "Hvad er en mellemform?"), Message("assistant", "Et fleksibelt tilbud.")]
    assert engine.ask("Ingen er i fare, men han har en kniv med", history).outcome is Outcome.URGENT


def test_answers_in_the_order_the_history_gives_it_meaning(engine: Engine) -> None:
    history = [Message("user", "Hvad gør de på Fløng Skole?"), Message("assistant", "De har en ressourceklasse.")]
    turn = engine.ask("Hvor mange elever er der i den?", history)
    assert any("Fløng Skole" in citation.heading for citation in turn.citations[:3])


def test_masks_a_cpr_number_before_searching(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    turn = engine.ask("Drengen med cpr 010203-1234 i 4. klasse kommer ikke i skole. Hvad kan vi prøve?")
    assert "010203" not in turn.masked_query
    assert turn.masked
    assert "010203" not in caplog.text


def test_never_logs_the_question(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    engine.ask("Hvad kan vi gøre ved kvadratrodsuroen i fysiklokalet?")
    assert "kvadratrodsuroen" not in caplog.text


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "?!", "\u200b\u0000"])
def test_refuses_an_empty_question(engine: Engine, text: str) -> None:
    with pytest.raises(EmptyQuery):
        engine.ask(text)


def test_refuses_a_question_of_100_000_characters(engine: Engine) -> None:
    with pytest.raises(QueryTooLong, match=r"100\.000 tegn"):
        engine.ask("a" * 100_000)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("da", ("25.200 tegn", "plads til 24.000", "Skriv det vigtigste først", "Resten kan I skrive bagefter")),
        ("en", ("25,200 characters", "room for 24,000", "what matters most first", "the rest afterwards")),
    ],
)
def test_a_situation_that_is_too_long_is_told_how_long_what_fits_and_what_to_do(
    engine: Engine, language: str, told: tuple[str, ...]
) -> None:
    with pytest.raises(QueryTooLong) as caught:
        engine.suggest("Der er uro i 3. klasse. " * 1050, language=language)
    assert all(one in str(caught.value) for one in told)


def test_what_did_not_fit_can_be_told_afterwards(engine: Engine) -> None:
    first = "Vi har en 3. klasse, hvor der er meget uro efter frokost, og vi ved ikke, hvad vi skal gøre."
    turn = engine.ask("De slås også i garderoben hver dag.", [Message("user", first), Message("assistant", "Svar")])
    assert turn.described is not None
    assert turn.described.values("grades") == ("3",)


def test_what_was_said_before_is_read_from_the_end_and_no_more_than_can_be_answered_in_time() -> None:
    long = "Der er uro. " * 2000
    history = [Message("user", long), Message("assistant", long), Message("user", long), Message("assistant", "Svar")]
    read = recent([*history, *history])
    assert read[-1].content == "Svar"
    assert sum(len(message.content) for message in read) <= LONGEST_CONVERSATION
    assert max(len(message.content) for message in read if message.role == "assistant") == LONGEST_ANSWER
    assert [message.role for message in recent([Message("user", "Hej")] * 30)] == ["user"] * LONGEST_HISTORY


@pytest.mark.parametrize("earlier", ["Vi har uro i 4. klasse \ud800", "\ud800", "Uro\x00 \u202e i 4. klasse"])
def test_what_was_said_before_is_cleaned_as_well(engine: Engine, earlier: str) -> None:
    said = "\n".join(part.text for part in engine.ask("Vi har uro i 4. klasse").parts)
    history = [Message("user", earlier), Message("assistant", f"{earlier} {said}")]
    for text in ("har I noget for større elever?", "og hvad så?", "lav en plan for nummer 1"):
        turn = engine.ask(text, history)
        assert "".join(part.text + part.lead for part in turn.parts).encode()
        assert turn.described is None or turn.described.text.encode()


def test_takes_control_characters_out() -> None:
    assert clean_query("Hvad\x00 er\x1b[31m en \u202emellemform?") == "Hvad  er [31m en  mellemform?"
    assert clean_query("👩\u200d👩\u200d👧 fravær") == "👩\u200d👩\u200d👧 fravær"


def test_two_questions_at_once_get_two_right_answers(engine: Engine) -> None:
    alone = [engine.ask(question).citations for question in (PKU, LUNCH)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(engine.ask, [PKU, LUNCH] * 10))
    for place, turn in enumerate(together):
        assert turn.citations == alone[place % 2]


def test_notices_a_new_state_while_serving(small_corpus: Path, storage: Storage, fake: HashEmbedder) -> None:
    ingest(storage, fake)
    serving = Engine(Config(data=storage.root), fake)
    before = serving.library
    ingest(storage, fake, rebuild=True)
    assert serving.library is not before
    assert before.index.count() == before.catalogue.points


def test_answers_while_the_index_is_built_again(small_corpus: Path, storage: Storage, fake: HashEmbedder) -> None:
    ingest(storage, fake)
    serving = Engine(Config(data=storage.root), fake)
    word = serving.library.catalogue.passages[0].text
    with ThreadPoolExecutor(4) as pool:
        building = pool.submit(lambda: [ingest(storage, fake, rebuild=True) for _ in range(5)])
        found = list(pool.map(lambda _: serving.search(word, 1)[0].passage.text, range(60)))
        building.result()
    assert set(found) == {word}


def test_says_when_there_is_no_index(tmp_path: Path, fake: HashEmbedder) -> None:
    with pytest.raises(IndexMissing, match="proev ingest"):
        Engine(Config(data=tmp_path), fake).ask("Hvad er en mellemform?")


def test_does_not_answer_from_the_index_of_another_model(
    small_index: Storage, bundled: BundledEmbedder, fake: HashEmbedder
) -> None:
    with pytest.raises(IndexDamaged, match=fake.name):
        Engine(Config(data=small_index.root), bundled).ask("Hvad er en mellemform?")


@pytest.mark.parametrize(
    ("text", "intro"),
    [
        ("I 2.b slås de og råber, hver gang vi kommer ind fra frokost, og jeg er alene med dem", "intro"),
        ("De taber overtøj og vanter overalt i indskolingen", "intro_far"),
        ("Vi har fået lus i 2.b for tredje gang siden sommerferien, og forældrene er sure på hinanden", "nothing"),
    ],
)
def test_an_answer_says_where_nothing_that_was_tried_is_about_a_situation(
    engine: Engine, text: str, intro: str
) -> None:
    turn = engine.suggest(text)
    assert texts("da")["suggestion"][intro] in [part.text for part in turn.parts]


@pytest.mark.parametrize(
    "question",
    [
        "Hvad er en PPV?", "Hvad er co-teaching?", "PPV", "Hvordan arbejder Rødovre med niveauer?",
        "Hvilken effekt har co-teaching?",
    ],
)  # fmt: skip
def test_what_something_is_is_told_by_its_topic_and_no_list_or_card(engine: Engine, question: str) -> None:
    turn = engine.ask(question)
    assert turn.outcome is Outcome.ANSWERED
    assert not turn.suggestions
    assert "prøvehandlinger, der" not in turn.parts[0].text


@pytest.mark.parametrize(
    ("question", "fitting"),
    [
        ("Kan I hjælpe med uro i 3. klasse?", "kl-egedal-baekkegaarden"),
        ("Hvad vil du anbefale til en urolig 2. klasse?", "kl-egedal-baekkegaarden"),
        ("Hvad gør vi ved mobning?", "kl-egedal-balsmoseskolen"),
        ("Mine elever i 2. klasse larmer. Hvad gør jeg?", "kl-egedal-baekkegaarden"),
    ],
)
def test_who_asks_for_help_with_something_gets_suggestions_for_it(engine: Engine, question: str, fitting: str) -> None:
    assert fitting in {one.action.id for one in engine.ask(question).suggestions}


def test_what_is_best_is_asked_for_what(engine: Engine) -> None:
    turn = engine.ask("Hvilken vil du anbefale?")
    assert turn.outcome is Outcome.CLARIFY
    assert "Skriv et par linjer" in turn.parts[0].text


@pytest.mark.parametrize("nothing", ["asdf qwer zxcv", "blå"])
def test_words_that_are_nowhere_do_not_lean_on_what_was_said(engine: Engine, nothing: str) -> None:
    question = "Der er meget uro i min 4. klasse efter frikvarteret"
    history = _after(engine, question)
    assert engine.ask(nothing, history).outcome is Outcome.REFUSED


def test_older_pupils_get_suggestions_for_their_age_and_the_rest_says_whom_it_is_for(engine: Engine) -> None:
    question = "Der er meget uro i min 4. klasse efter frikvarteret, og to drenge slås"
    first = engine.ask(question)
    history = [Message("user", question), Message("assistant", markdown(first.parts))]
    facets = engine.library.catalogue.facets
    older = engine.ask("Har I noget for større elever?", history)
    assert older.suggestions
    for one in older.suggestions:
        assert not facets[one.action.id].grades or {"7", "8", "9", "10"} & {*facets[one.action.id].grades}
    assert {one.action.id for one in older.suggestions} != {one.action.id for one in first.suggestions}
    same = engine.ask("Kan det bruges i en 8. klasse?", history)
    assert same.suggestions
    assert "Beskrivelsen nævner 0. klasse til 6. klasse og SFO. I skriver om 8. klasse." in markdown(same.parts)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("fortæl mere om nummer 7", "ikke med blandt de"),
        ("Vi vil gerne selv skrive en plan", "fra bunden på siden ”Plan”"),
        ("ja", "Hvad vil du se nærmere på?"),
    ],
)
def test_what_cannot_be_done_says_what_can(engine: Engine, said: str, told: str) -> None:
    question = "Der er meget uro i min 4. klasse efter frikvarteret, og to drenge slås"
    history = _after(engine, question)
    turn = engine.ask(said, history)
    assert told in turn.parts[0].text


def test_a_question_of_one_that_is_named_by_its_number_is_answered_from_it(engine: Engine) -> None:
    question = "Der er meget uro i min 4. klasse efter frikvarteret, og to drenge slås"
    first = engine.ask(question)
    history = [Message("user", question), Message("assistant", markdown(first.parts))]
    turn = engine.ask("Hvad oplevede medarbejderne i nummer 2?", history)
    second = first.suggestions[1].action.id
    assert engine.library.passages[turn.citations[0].passage].record == second


def test_what_was_tried_of_the_one_just_told_of_is_that_one(engine: Engine) -> None:
    question = "Der er meget uro i min 4. klasse efter frikvarteret, og to drenge slås"
    first = engine.ask(question)
    history = [Message("user", question), Message("assistant", markdown(first.parts))]
    told = engine.ask("fortæl mere om nummer 3", history)
    history += [Message("user", "fortæl mere om nummer 3"), Message("assistant", markdown(told.parts))]
    after = {one.action.id for one in engine.ask("det har vi prøvet", history).suggestions}
    assert first.suggestions[2].action.id not in after
    assert first.suggestions[0].action.id in after


@pytest.mark.parametrize(
    ("said", "tried"),
    [
        (
            "Vi har allerede lavet værksteder efter frokost i 2. klasse, men konflikterne er der stadig",
            {"kl-egedal-baekkegaarden"},
        ),
        (
            "vi har prøvet to-lærer ordning og det gav ikke noget. 4. klasse med meget larm",
            {"kl-hoeje-taastrup-floeng-skole", "kl-broendby-broendbyvester-skole"},
        ),
    ],
)
def test_what_was_tried_is_not_suggested(engine: Engine, said: str, tried: set[str]) -> None:
    turn = engine.ask(said)
    assert turn.suggestions
    assert not {one.action.id for one in turn.suggestions} & tried
    assert "er taget fra" in markdown(turn.parts)


def test_a_description_of_other_places_measures_names_them_as_local(engine: Engine) -> None:
    said = "Min 1. klasse slås hver dag efter frokost."
    places = {
        place: [one for one in turn.parts if "(gælder lokalt i" in one.lead]
        for place, turn in (
            (place, engine.ask(f"Vi er en skole i {place}. {said}")) for place in ("Haderslev", "Rødovre")
        )
    }
    assert places["Haderslev"]
    assert all("Haderslev" in one.lead for one in places["Haderslev"])
    assert all("Rødovre" in one.lead for one in places["Rødovre"])
    anywhere = [one.lead for one in engine.ask(said).parts if "(gælder lokalt i" in one.lead]
    assert anywhere


def test_a_plan_in_the_conversation_has_its_context_and_how_to_evaluate(engine: Engine) -> None:
    question = "Der er meget uro i min 4. klasse efter frikvarteret, og to drenge slås"
    history = _after(engine, question)
    text = markdown(engine.ask("lav en plan for nummer 1", history).parts)
    for part in ("Sammenhæng:", question, "Mål:", "Tegn:", "Tiltag:", "Evaluering:"):
        assert part in text


@pytest.mark.parametrize(
    ("asked", "absent"),
    [
        ("hvad kostede nummer 1?", "Prisen fremgår ikke af kilden."),
        ("hvor lang tid tog nummer 1?", "Hvor længe det varede, fremgår ikke af kilden."),
    ],
)
def test_what_the_source_does_not_give_is_said_to_be_absent(engine: Engine, asked: str, absent: str) -> None:
    question = "Der er konflikter efter frokost i indskolingen, og timerne flyder"
    history = _after(engine, question)
    assert absent in markdown(engine.ask(asked, history).parts)


def test_who_asks_which_is_best_is_told_who_decides(engine: Engine) -> None:
    question = "Der er meget uro i min 4. klasse efter frikvarteret, og to drenge slås"
    history = _after(engine, question)
    turn = engine.ask("hvilken passer bedst til os?", history)
    assert turn.parts[0].text.startswith("Det kan kun I afgøre.")
    assert len(turn.suggestions) > 1


def test_a_place_said_later_is_the_only_one_whose_steps_are_shown(engine: Engine) -> None:
    question = "Hvad kræver Haderslev før PKU?"
    history = _after(engine, question)
    turn = engine.ask("og Rødovre?", history)
    heads = [part.text for part in turn.parts if part.text.startswith("**Før en henvisning i")]
    assert len(heads) == 1
    assert "Rødovre" in heads[0]


def test_what_only_says_which_class_it_is_adds_to_what_was_told(engine: Engine) -> None:
    question = "Vi har meget uro efter frikvarteret, og nogle slås hver dag"
    history = _after(engine, question)
    turn = engine.ask("det er 1. klasse ja, ca 24 børn", history)
    assert turn.described is not None
    assert "conflict" in turn.described.values("situations")
    assert turn.described.values("grades") == ("1",)


@pytest.mark.parametrize("text", ["mobning 5 klasse", "en forælder overfuser mig på aula"])
def test_few_words_of_something_at_a_school_are_not_refused(engine: Engine, text: str) -> None:
    assert engine.ask(text).outcome in (Outcome.ANSWERED, Outcome.CLARIFY)


def test_the_caveats_of_every_suggestion_are_told(engine: Engine) -> None:
    turn = engine.ask("Vores lærere er uenige om, hvordan vi skal hjælpe elever i mistrivsel i indskolingen")
    texts_told = [part.text for part in turn.parts]
    with_caveats = [one for one in turn.suggestions if one.field("caveats")]
    assert len(with_caveats) > 1
    assert all(one.field("caveats")[0].text in texts_told for one in with_caveats)


def test_a_term_that_is_not_explained_is_said_not_to_be(engine: Engine) -> None:
    turn = engine.ask("Hvad betyder AKT?")
    assert turn.parts[0].text == "”AKT” forklares ikke i kilderne. Her er det nævnt:"
    assert turn.citations
    assert "forklares ikke" not in markdown(engine.ask("Hvad betyder PIT?").parts)


def test_recommendations_are_looked_for_where_they_stand(engine: Engine) -> None:
    turn = engine.ask("Hvilke anbefalinger handler om PPR?")
    assert turn.outcome is Outcome.ANSWERED
    assert {citation.document for citation in turn.citations} <= {"stuk", "inklusion"}


def test_what_was_tried_adds_to_the_situation(engine: Engine) -> None:
    question = "Vi har en dreng i 3. klasse, som råber og går fra timen, især i matematik"
    turn = engine.ask("vi har prøvet pauser og piktogrammer", _after(engine, question))
    assert turn.suggestions
    assert turn.described is not None
    assert turn.described.tried == "pauser og piktogrammer"


def test_what_only_sets_right_what_was_said_is_neither_refused_nor_answered_with_a_caution(engine: Engine) -> None:
    first = "en dreng i 2. klasse ødelægger alt for de andre"
    history = [Message("user", first), Message("assistant", "Svar")]
    turn = engine.ask("jeg mente ikke at han er ond, han bliver hurtigt overvældet af lyd", history)
    assert turn.outcome is Outcome.ANSWERED
    assert PartKind.CAUTION not in {part.kind for part in turn.parts}


@pytest.mark.parametrize(
    "text",
    [
        "Nej, hun er begyndt at give sine ting væk til veninderne",
        "det er ikke bare at han er stille, han tegner grave og kors hver dag",
        "jeg mente ikke stille, hun giver sine ting væk og siger farvel til alle",
    ],
)
def test_a_correction_that_may_tell_of_danger_keeps_its_caution(engine: Engine, text: str) -> None:
    history = [Message("user", "en pige i 6. klasse er meget stille"), Message("assistant", "Svar")]
    turn = engine.ask(text, history)
    assert turn.outcome is Outcome.URGENT or PartKind.CAUTION in {part.kind for part in turn.parts}


@pytest.mark.parametrize(
    "text",
    [
        "nej, send underretningen på ham",
        "Nej, et udkast til underretning om ham",
        "No, write the referral for him",
        "diagnosen?",
    ],
)
def test_a_correction_that_asks_for_a_decision_is_refused_as_before(engine: Engine, text: str) -> None:
    history = [Message("user", "en dreng i 4. klasse slår de andre, har han ADHD?"), Message("assistant", "Svar")]
    assert engine.ask(text, history).reason is Reason.NOT_ALLOWED


def test_a_recommendation_about_somebody_is_not_looked_up(engine: Engine) -> None:
    turn = engine.ask("Giv mig en anbefaling til lederen om ham")
    assert turn.outcome is Outcome.REFUSED


def test_what_was_said_before_does_not_make_a_question_one_that_is_not_answered(engine: Engine) -> None:
    history = [
        Message("user", "jeg mente ikke at han er ond, han bliver hurtigt overvældet af lyd"),
        Message("assistant", "Svar"),
    ]
    assert engine.ask("hvad med low arousal?", history).outcome is Outcome.ANSWERED


@pytest.mark.parametrize(
    "question",
    [
        "Hvad gjorde Fløng Skole, og hvad fandt de ud af?",
        "Hvad gjorde Sorø, og hvad lærte de?",
        "Hvad gjorde Aalykkeskolen, og hvad kom der ud af det?",
    ],
)
def test_what_a_place_did_and_what_came_of_it_is_all_of_it(engine: Engine, question: str) -> None:
    fields = texts("da")["fields"]
    told = [part.text for part in engine.ask(question).parts]
    assert {f"{fields[name]}:" for name in ("steps", "changes")} <= set(told)


@pytest.mark.parametrize("question", ["hvor mange interview blev der lavet", "Hvilken paragraf handler om PPV?"])
def test_one_thing_that_is_asked_is_no_list(engine: Engine, question: str) -> None:
    assert not any(re.search(r"\d+ prøvehandlinger?, der", part.text) for part in engine.ask(question).parts)


@pytest.mark.parametrize(
    "question",
    ["Hvilken erfaring har andre skoler med co-teaching?", "Hvor mange skoler har arbejdet med fravær?"],
)
def test_what_many_may_have_is_a_list_all_the_same(engine: Engine, question: str) -> None:
    assert any(re.search(r"\d+ prøvehandlinger", part.text) for part in engine.ask(question).parts)


@pytest.mark.parametrize(
    "question", ["Hvem kan jeg kontakte, når en elev i min klasse ikke trives?", "Hvem skal vi kontakte ved fravær?"]
)
def test_whom_to_involve_is_no_telephone_number(engine: Engine, question: str) -> None:
    assert engine.ask(question).outcome is not Outcome.REFUSED


def test_what_is_far_off_is_so_after_suggestions_too(engine: Engine) -> None:
    first = "Hvordan hjælper vi børn med skift til specialtilbud?"
    history = [Message("user", first), Message("assistant", markdown(engine.ask(first).parts))]
    assert engine.ask("hvad koster smør", history).reason is Reason.OUT_OF_SCOPE
