"""A turn as the chat shows it, without a browser."""

import html
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from app.engine import Engine
from app.main import create_app
from app.render import markdown
from app.texts import LANGUAGES
from app.texts import texts as words
from app.turn import Message, Outcome, Part, PartKind, Reason, Turn
from app.ui.chat_follow_ups import Earlier, follow_ups
from app.ui.chat_html import shown_turn, turn_html
from app.ui.chat_routes import turn_event
from app.ui.chat_view import plain
from corpus.errors import IndexDamaged
from corpus.text import key
from tests.app.ui.test_source import marked_words

LUNCH = "Hvad kan vi prøve, når timerne efter frokost i indskolingen ender i konflikter?"
TWENTY = (
    LUNCH,
    "Hvad skal være på plads, før en skole i Haderslev henviser til PKU?",
    "Hvem har erfaringer med co-teaching i 1. klasse?",
    "Hvor stor en andel af lærerne i Rødovre synes, at opgaven er stor eller meget stor?",
    "Hvad er en mellemform?",
    "Hvad siger STUK om at lave klare aftaler ved overgange?",
    "Hvad siger ekspertgruppen om PPR?",
    "En dreng i 4. klasse kommer næsten ikke i skole mere, og forældrene og vi taler forbi hinanden.",
    "Vi har uro i 2. klasse efter frikvartererne",
    "Hvad er en prøvehandling?",
    "Hvilke niveauer har Rødovre?",
    "Hvordan inddrager vi forældrene tidligere?",
    "Hvem har prøvet noget med fravær?",
    "Hvad anbefaler STUK om tværfaglig kultur?",
    "Hvad er kriterierne for en mellemform?",
    "Lærerne i vores team er uenige om, hvordan vi taler om eleverne",
    "Hvad siger inklusionseftersynet om efteruddannelse?",
    "Hvad er PIT i Rødovre?",
    "En gruppe drenge i udskolingen gider ikke lave noget",
    "Hvad gør man ved skift fra børnehave til skole?",
)


def _html(engine: Engine, question: str, history: list[Message] | None = None) -> str:
    turn = engine.ask(question, history or [])
    return turn_html(turn, shown_turn(turn, engine, "da"), "da")


@pytest.mark.parametrize("question", TWENTY)
def test_every_citation_opens_its_page_with_its_own_words_marked(
    engine: Engine, client: TestClient, question: str
) -> None:
    shown = shown_turn(engine.ask(question), engine, "da")
    assert shown.references
    for reference in (*shown.references, *shown.found):
        assert key(marked_words(client, reference.address)) == key(reference.quote)
        assert parse_qs(urlsplit(reference.address).query)["citat"] == [reference.quote]


@pytest.mark.parametrize("question", TWENTY[:6])
def test_every_mark_of_a_citation_has_its_reference_and_a_name_that_can_be_read_aloud(
    engine: Engine, question: str
) -> None:
    text = _html(engine, question)
    marks = re.findall(r'class="cite" href="[^"]+" data-reference="([^"]+)" aria-label="([^"]+)"', text)
    assert marks
    for reference, name in marks:
        assert text.count(f'<li id="{reference}"') == 1
        assert re.match(r"Kilde \d+: .+, (?:side|afsnit)", html.unescape(name)), name


def test_a_card_stands_in_place_of_the_lines_that_tell_of_it_in_short(engine: Engine) -> None:
    text = html.unescape(_html(engine, LUNCH))
    assert text.count("Egedal Kommune – Egedal Skole, afdeling Bækkegården</span> · side 9") == 1
    assert "1. Egedal Kommune" not in text
    assert "Undersøg først sammen i teamet" in text
    assert "I kan altid inddrage leder eller PPR nu." in text


def test_a_topic_card_that_tells_again_what_a_card_tells_is_folded_away(engine: Engine) -> None:
    shown = shown_turn(engine.ask(LUNCH), engine, "da")
    title = "Værkstedsundervisning efter frokost: Hvad har Bækkegården prøvet?"
    assert title not in [part.text for block in shown.after for part in block.parts]
    assert title in [part.text for block in shown.more for part in block.parts]
    assert [reference.n for reference in shown.references] == list(range(1, len(shown.references) + 1))


def test_a_topic_card_that_tells_something_else_stays(engine: Engine) -> None:
    shown = shown_turn(engine.ask("Hvordan inddrager vi forældrene tidligere?"), engine, "da")
    assert any(part.text.startswith("Forældresamarbejde") for block in shown.before for part in block.parts)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_about_a_trial_action_is_answered_with_that_one(engine: Engine, language: str) -> None:
    form = words(language)["screen"]["ask_about"]
    for action in engine.library.trial_actions.values():
        turn = engine.ask(form.format(title=action.title, name=action.name), language=language)
        assert turn.outcome is Outcome.ANSWERED
        assert turn.suggestions[0].action.id == action.id


def test_a_field_that_the_source_does_not_give_says_so(engine: Engine) -> None:
    texts = [html.unescape(_html(engine, question)) for question in TWENTY if "?" not in question]
    assert any("Fremgår ikke af kilden: " in text for text in texts)


def test_an_ampersand_is_shown_as_it_was_written(engine: Engine) -> None:
    turn = Turn(Outcome.ERROR, None, (Part(PartKind.NOTE, r"Børn \& unge"),), masked_query="Ro & orden <b>")
    text = turn_html(turn, shown_turn(turn, engine, "da"), "da")
    assert "Børn &amp; unge" in text
    assert "Ro &amp; orden &lt;b&gt;" in text


def test_markup_in_a_note_of_ours_is_text(engine: Engine) -> None:
    turn = Turn(Outcome.ANSWERED, None, (Part(PartKind.NOTE, "<script>alert(1)</script>"),))
    assert "<script>" not in turn_html(turn, shown_turn(turn, engine, "da"), "da")


@pytest.mark.parametrize("question", TWENTY[:4])
def test_what_is_copied_holds_every_reference(engine: Engine, question: str) -> None:
    shown = shown_turn(engine.ask(question), engine, "da")
    copied = plain(shown, "da")
    for reference in shown.references:
        assert f"[{reference.n}]" in copied.split("Kilder i svaret")[0]
        assert f"”{reference.quote}”" in copied


@pytest.mark.parametrize("question", TWENTY[:12])
def test_what_is_offered_next_is_answered(engine: Engine, question: str) -> None:
    turn = engine.ask(question)
    before = turn_event(turn, engine, "da")
    history = [Message("user", turn.masked_query), Message("assistant", str(before["said"]))]
    for offered in shown_turn(turn, engine, "da").follow_ups:
        answer = engine.ask(offered.text, [] if offered.alone else history)
        assert answer.outcome is Outcome.ANSWERED, offered
        assert answer.citations, offered


def test_nothing_is_found_besides_where_the_question_has_no_place_in_the_sources(engine: Engine) -> None:
    shown = shown_turn(engine.ask("Hvem vandt VM i fodbold?"), engine, "da")
    assert (shown.references, shown.found) == ((), ())


def _events(client: TestClient, **body: object) -> list[dict[str, object]]:
    response = client.post("/samtale", json=body)
    assert response.status_code == 200
    return [json.loads(line) for line in response.text.splitlines()]


def test_the_steps_are_told_before_the_turn(client: TestClient) -> None:
    *steps, last = _events(client, query=LUNCH)
    assert [event["step"] for event in steps] == ["search", "evidence", "answer"]
    assert last["outcome"] == "answered"
    assert last["asked"] == LUNCH


def test_a_question_that_cannot_be_one_is_a_problem_and_no_turn(client: TestClient) -> None:
    assert _events(client, query="?!") == [{"problem": "Skriv et spørgsmål eller en situation først."}]
    assert "Der er plads til 24.000" in str(_events(client, query="uro " * 7000)[0]["problem"])


def test_a_failure_tells_what_to_do_and_nothing_of_the_question(
    engine: Engine, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> Turn:
        raise IndexDamaged("Indekset er beskadiget.", "Kør proev ingest.")

    monkeypatch.setattr(Engine, "ask", fail)
    assert _events(client, query="Sofie slår") == [{"failure": words("da")["problem"]["IndexDamaged"]}]
    monkeypatch.setattr(Engine, "ask", lambda *_, **__: 1 / 0)
    (told,) = _events(client, query="Sofie slår")
    assert "Der skete en fejl hos os" in str(told["failure"])


def test_thumbs_are_offered_only_where_feedback_is_kept(engine: Engine, client: TestClient) -> None:
    silent = Engine(engine.config.model_copy(update={"feedback": False}), engine.embedder)
    without = TestClient(create_app(silent.config, silent), base_url="http://127.0.0.1")
    assert ["complain" in page.get("/").text for page in (client, without)] == [True, False]
    body = {"outcome": "answered", "shown": [], "helpful": True}
    assert without.post("/api/v1/feedback", json=body).status_code == 404


def test_scripts_of_one_version_never_meet_pages_of_another(client: TestClient) -> None:
    script = client.get("/statisk/chat.js")
    assert script.headers["cache-control"] == "no-cache"
    again = client.get("/statisk/chat.js", headers={"if-none-match": script.headers["etag"]})
    assert again.status_code == 304


def test_danish_words_are_marked_as_danish_on_the_english_screen(engine: Engine) -> None:
    turn = engine.ask(LUNCH, language="en")
    text = turn_html(turn, shown_turn(turn, engine, "en"), "en")
    assert text.startswith('<section class="turn" lang="en"')
    assert '<blockquote lang="da">' in text
    assert "Tell more" in text


def test_other_suggestions_are_offered_only_while_there_are_some(engine: Engine) -> None:
    question = "I vores 6. klasse keder mange sig i timerne og giver hurtigt op"
    history: list[Message] = []
    for _ in range(12):
        turn = engine.ask(question, history)
        offered = [one.text for one in shown_turn(turn, engine, "da", history).follow_ups]
        history += [Message("user", question), Message("assistant", str(turn_event(turn, engine, "da")["said"]))]
        if "Andre forslag" not in offered:
            break
        question = "Andre forslag"
        assert engine.ask(question, history).suggestions
    assert len(history) > 2
    assert "Andre forslag" not in offered


def test_a_refusal_says_once_that_the_sources_do_not_tell(engine: Engine) -> None:
    turn = engine.ask("Hvad er telefonnummeret til PPR i Haderslev?")
    assert turn.reason is Reason.NOT_IN_SOURCES
    shown = shown_turn(turn, engine, "da")
    said = words("da")["refused"]["not_in_sources"]
    assert all(part.text != said for block in shown.before for part in block.parts)
    assert plain(shown, "da").startswith(said.rstrip("."))


def test_what_was_asked_is_not_offered_again(engine: Engine) -> None:
    told = engine.ask(LUNCH)
    history = [Message("user", LUNCH), Message("assistant", markdown(told.parts))]
    first = [one.text for one in shown_turn(told, engine, "da").follow_ups]
    assert first[0] == "Hvordan kommer vi i gang?"
    again = shown_turn(engine.ask(first[0], history), engine, "da", history)
    assert first[0] not in [one.text for one in again.follow_ups]
    topic = shown_turn(engine.ask("Hvad er en mellemform?"), engine, "da").follow_ups[0].text
    assert topic not in [one.text for one in shown_turn(engine.ask(topic), engine, "da").follow_ups]


def test_of_several_situations_each_can_be_taken_by_itself(engine: Engine) -> None:
    turn = engine.ask("I 4.a er der uro efter frokost. De larmer. I 7.b er der tre, der bliver væk om fredagen.")
    offered = [one for one in shown_turn(turn, engine, "da").follow_ups if one.label]
    assert [one.text for one in offered] == [
        "I 4. klasse er der uro efter frokost. De larmer.",
        "I 7. klasse er der tre, der bliver væk om fredagen.",
    ]
    assert all(one.alone and one.label.startswith("Tag den her: I ") for one in offered)


def test_a_class_without_its_letter_or_its_name_is_told_as_such(engine: Engine) -> None:
    text = _html(engine, "Vi har uro i 3.b, ring til mig på 20 30 40 50")
    assert "Skjult i din besked: klassens bogstav (3. klasse), [telefon]" in text
    assert "Skjult i din besked: klassens navn</" in _html(engine, "Der er uro hele dagen i Ugleklassen, hvad gør vi?")


def test_a_turn_keeps_what_was_told_for_a_plan(engine: Engine) -> None:
    history = [Message("user", "Uro i 4. klasse efter frokost"), Message("assistant", "…")]
    turn = engine.ask("har I noget for større elever?", history)
    assert 'data-described="Uro i klasse efter frokost."' in turn_html(
        turn, shown_turn(turn, engine, "da", history), "da"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_nearest_can_be_asked_for_where_no_trial_action_is_about_what_is_told(
    engine: Engine, language: str
) -> None:
    text = "Pigerne i 5. klasse vil ikke i bad efter idræt"
    turn = engine.ask(text, (), language)
    offered = follow_ups(turn, engine.library, language, Earlier())
    assert [one.text for one in offered] == [words(language)["follow_up"]["nearest"]]
    history = [Message("user", text), Message("assistant", "\n".join(part.text for part in turn.parts))]
    assert engine.ask(offered[0].text, history, language).suggestions


def test_a_long_message_is_folded_over_its_answer(client: TestClient) -> None:
    long = "Vi har uro i 4. klasse efter frokost, og de råber. " * 20
    for query, folded in ((long, True), (LUNCH, False)):
        last = _events(client, query=query)[-1]
        page = html.unescape(str(last["html"]))
        assert (words("da")["screen"]["whole_message"] in page) is folded
        assert query.strip() in page
