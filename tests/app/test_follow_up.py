import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine import Engine
from app.follow_up import FollowUp, Wish, follow_up, is_follow_up, turned_down
from app.render import markdown
from app.shown import ever_shown, shown_in
from app.texts import texts
from app.turn import Message, Outcome, PartKind, Turn
from retrieval.library import Library

FIRST, SECOND, THIRD = SHOWN = ("kl-egedal-baekkegaarden", "kl-odense", "kl-lemvig-tangen-skole")
ORDINARY = (
    "Hvad er en mellemform?",
    "Hvad siger STUK om co-teaching?",
    "Vi har en 3. klasse med uro efter frokost",
    "Hvem har arbejdet med fravær?",
    "Og hvad med de større elever?",
)
LUNCH = "Vi har en 1. klasse med meget uro efter frokost, og de voksne skændes om, hvad vi skal gøre ved konflikterne."


@pytest.mark.parametrize(
    ("text", "wish", "action"),
    [
        ("Fortæl mere om nummer to", Wish.MORE, SECOND),
        ("fortæl mere om nr. 3", Wish.MORE, THIRD),
        ("Fortæl mere om den første", Wish.MORE, FIRST),
        ("Uddyb nummer 3", Wish.MORE, THIRD),
        ("Nummer 2", Wish.MORE, SECOND),
        ("Fortæl mere om den sidste", Wish.MORE, THIRD),
        ("Tell me more about number one", Wish.MORE, FIRST),
        ("Tell me more about the second", Wish.MORE, SECOND),
        ("Fortæl mere om Tangen Skole", Wish.MORE, THIRD),
        ("Fortæl mere om Odense", Wish.MORE, SECOND),
        ("Fortæl mere om Bækkegården", Wish.MORE, FIRST),
        ("Lav en plan for nummer 1", Wish.PLAN, FIRST),
        ("Skriv en plan for den anden", Wish.PLAN, SECOND),
        ("Write a plan for no. 2", Wish.PLAN, SECOND),
        ("Det har vi prøvet", Wish.TRIED, None),
        ("Vi har allerede gjort det", Wish.TRIED, None),
        ("We tried that already", Wish.TRIED, None),
        ("Har I andre forslag?", Wish.OTHER, None),
        ("Noget andet", Wish.OTHER, None),
        ("Something else", Wish.OTHER, None),
        ("Spring over", Wish.SKIP, None),
        ("Det ved jeg ikke", Wish.SKIP, None),
    ],
)
def test_understands_what_is_asked_of_the_suggestions_shown(
    library: Library, text: str, wish: Wish, action: str | None
) -> None:
    assert follow_up(text, SHOWN, library.trial_actions) == FollowUp(wish, action)


EVERYDAY = {
    (Wish.MORE, ""): {
        "2": [2], "den anden": [2], "den midterste": [2], "2'eren": [2], "nr. 2 tak": [2], "hvad med nummer tre?": [3],
        "Kan du sige mere om nr 2?": [2], "Kan vi høre lidt mere om forslag 3?": [3],
        "Ja tak, fortæl mere om toeren": [2],
        "nummer to lyder godt, hvordan kommer vi i gang?": [2], "Vi vil gerne prøve nummer 2": [2],
        "Hvad går den tredje ud på?": [3], "Fortæl mere om nummer 1 og 3": [1, 3], "Så vi tager nummer 2": [2],
        "Can you tell me more about the second one?": [2], "Vis mig den sidste igen": [3],
    },
    (Wish.PLAN, ""): {
        "kan du lave en plan ud af den første?": [1], "jeg vil gerne have en plan for nummer 3": [3],
        "skriv nummer 1 om til en plan": [1], "make a plan from the first one": [1],
        "Kan du hjælpe mig med en plan for nummer 2?": [2], "lav en for nummer 3 i stedet": [3],
        "Vi vil gerne selv skrive en plan": [],
    },
    (Wish.COMPARE, ""): {
        "sammenlign nummer 1 og 2": [1, 2], "sammenlign 1 og 3 for mig, tak": [1, 3], "Sammenlign dem": [1, 2, 3],
        "hvad er forskellen på nummer 2 og 3?": [2, 3], "compare the first two": [1, 2],
    },
    (Wish.TRIED, ""): {
        "Vi har prøvet nummer to": [2], "Det med nummer 1 har vi prøvet": [1], "den første har vi prøvet": [1],
        "har allerede prøvet nummer 1, virkede ikke": [1], "we already tried number two": [2],
        "Vi har prøvet 1 og 3": [1, 3],
        "Vi har prøvet værksteder": [1], "Jeg har allerede prøvet det med værksteder": [1],
        "Det med Bækkegården har vi prøvet": [1], "de to første har vi prøvet": [1, 2], "det har vi også prøvet": [],
        "det har vi prøvet alt sammen": [], "vi har prøvet det hele": [],
        "det har vi desværre prøvet uden held": [], "prøvet": [], "det gør vi allerede": [], "Den kender vi": [],
        "We've tried that, it didn't work": [], "Vi har prøvet alle tre": [],
        "Vi har prøvet den første, men forældrene bakkede ikke op": [1],
        "Det har vi prøvet, men det virkede kun i en uge, og så begyndte konflikterne igen": [],
    },
    (Wish.OTHER, ""): {
        "giv mig nogle andre": [], "Har I ikke noget andet?": [], "Har I flere?": [], "show me more options": [],
        "Ingen af de forslag passer til os": [], "nummer 3 passer ikke til os": [3],
        "Kan vi få nogle andre forslag?": [], "hvad kan vi ellers prøve": [], "Vi har ikke råd til flere voksne": [],
        "what else can we try?": [],
    },
    (Wish.SKIP, ""): {
        "ved ikke": [], "det ved jeg ikke lige": [], "spring dem over, tak": [], "skip": [],
        "nej bare vis mig noget": [],
        "Jeg vil ikke svare på det": [], "I don't know": [],
    },
    (Wish.FIELD, "who"): {
        "hvem var med i nummer 2?": [2], "hvem skal vi have med til mødet?": [], "Hvem skal inviteres til mødet?": [],
        "Hvem var med på Bækkegården?": [1], "hvem har ansvaret i den anden": [2], "who took part in number 2?": [2],
    },
    (Wish.FIELD, "resources"): {"Hvor meget tid kræver nr 1?": [1], "How long did number 1 take?": [1]},
    (Wish.FIELD, "steps"): {"Hvad gjorde de helt konkret i nummer 2?": [2]},
    (Wish.FIELD, "changes"): {
        "Hvordan gik det i nummer 3?": [3], "virkede det?": [], "Hvad sagde eleverne om det?": [],
    },
    (Wish.FIELD, "behind"): {"Hvad siger anbefalingerne?": []},
    (Wish.CHOOSE, ""): {"hvilken passer bedst til os?": [1, 2, 3], "hvilken vil du anbefale?": [1, 2, 3]},
    (Wish.FIELD, "source"): {
        "Hvor står det henne?": [], "På hvilken side står nummer 2?": [2], "where does it come from?": [],
    },
    (Wish.FIELD, "evidence"): {
        "Er der evidens for nummer 1?": [1], "Hvor sikkert er det?": [], "Er nummer 2 evalueret?": [2],
        "is there any evidence for the first one?": [1],
    },
    (Wish.FIELD, "first_steps"): {"Hvordan kommer vi i gang med nummer 2?": [2]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("wish", "field", "text", "places"),
    [(*wanted, text, places) for wanted, said in EVERYDAY.items() for text, places in said.items()],
)
def test_understands_everyday_wordings(library: Library, wish: Wish, field: str, text: str, places: list[int]) -> None:
    found = follow_up(text, SHOWN, library.trial_actions)
    assert found is not None
    assert (found.wish, found.field, found.unknown) == (wish, field, False)
    assert found.named == tuple(SHOWN[place - 1] for place in places)


@pytest.mark.parametrize(
    "text",
    [
        "Den anden dreng i klassen slår",
        "Den første klasse er urolig",
        "Og hvad med 2. klasse?",
        "Den sidste time er den værste",
        "2 drenge slås",
        "Det har vi prøvet. Nu har vi en elev i 6. klasse, der ikke kommer i skole",
        "Vi har prøvet alt med en dreng i 3. klasse, der slår de andre",
        "Vi har prøvet to lærere i timen, og det hjalp ikke på uroen",
        "Prøvet med piktogrammer",
        "vi har ikke prøvet noget andet",
        "han laver altid noget andet",
        "eleverne laver andre ting",
        "De fungerer ikke sammen",
        "Det ved jeg ikke, men det er mest drengene",
        "Noget helt andet: forældrene til en elev skændes",
        "Hvem skal vi have med til mødet om en elev i 7. klasse, der har fravær?",
        "Hvad siger anbefaling 2?",
        "Hvad er niveau 2 i Rødovre?",
        "Hvor lang tid tager det at få en PPV?",
        "Hvordan laver man en handleplan?",
        "Hvordan kommer vi i gang med co-teaching?",
        "Sammenlign Fløng Skole og Balsmoseskolen",
        "Hvad gjorde de på Fløng Skole?",
        "Nummer 1 i klassen driller nummer 2",
        "Kan du sige det kortere?",
    ],
)
def test_what_is_new_or_stands_alone_is_not_a_follow_up(library: Library, text: str) -> None:
    assert follow_up(text, SHOWN, library.trial_actions) is None


def test_subject_of_what_was_tried_says_which_one_it_is(library: Library) -> None:
    title = library.trial_actions[FIRST].title.lower()
    found = follow_up(f"det med {title[:30]} har vi gjort sidste år", SHOWN, library.trial_actions)
    assert found is not None
    assert found.named in {(FIRST,), ()}


def test_says_where_a_number_is_of_none_that_was_shown(library: Library) -> None:
    found = follow_up("nummer 5 har vi prøvet", SHOWN, library.trial_actions)
    assert found is not None
    assert found.unknown


@pytest.mark.parametrize("text", ["Fortæl mere", "Lav en plan", "Fortæl mere om nummer 7", "Lav en plan for nummer 4"])
def test_does_not_guess_which_one_is_meant(library: Library, text: str) -> None:
    found = follow_up(text, SHOWN, library.trial_actions)
    assert found is not None
    assert found.action is None


@pytest.mark.parametrize("text", ["Fortæl mere", "Lav en plan", "Fortæl mere om den", "Tell me more"])
def test_only_one_shown_is_the_one_that_is_meant(library: Library, text: str) -> None:
    found = follow_up(text, [SECOND], library.trial_actions)
    assert found is not None
    assert found.action == SECOND


@pytest.mark.parametrize(
    "text", ["Fortæl mere om Tangen Skole", "Fortæl mere om, hvordan skolerne arbejder med fravær"]
)
def test_another_place_or_subject_is_not_taken_for_the_only_one_shown(library: Library, text: str) -> None:
    found = follow_up(text, [FIRST], library.trial_actions)
    assert found is None or found.action != FIRST


@given(place=st.integers(min_value=1, max_value=3), count=st.integers(min_value=1, max_value=3))
def test_number_means_that_place_and_none_that_was_not_shown(library: Library, place: int, count: int) -> None:
    shown = SHOWN[:count]
    for text in (
        f"Fortæl mere om nummer {place}",
        f"Lav en plan for nr. {place}",
        f"Tell me more about number {place}",
    ):
        found = follow_up(text, shown, library.trial_actions)
        assert found is not None
        assert found.action == (shown[place - 1] if place <= count else None)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_messages_are_not_follow_ups(library: Library, text: str) -> None:
    assert not is_follow_up(text)
    assert follow_up(text, SHOWN, library.trial_actions) is None


def test_question_for_more_about_something_else_is_not_a_follow_up(library: Library) -> None:
    text = "Fortæl mig mere om, hvordan skolerne arbejder med fravær i udskolingen"
    assert follow_up(text, SHOWN, library.trial_actions) is None


@pytest.mark.parametrize("text", ["Fortæl mere om nummer to", "Det har vi prøvet", "Noget andet"])
def test_nothing_is_asked_of_suggestions_where_none_were_shown(library: Library, text: str) -> None:
    assert follow_up(text, [], library.trial_actions) is None


def test_question_can_be_passed_over_where_nothing_was_shown(library: Library) -> None:
    assert follow_up("Spring over", [], library.trial_actions) == FollowUp(Wish.SKIP, None)


@given(st.text(max_size=60), st.integers(min_value=0, max_value=3))
def test_any_message_means_one_of_those_shown_or_none(library: Library, text: str, count: int) -> None:
    found = follow_up(text, SHOWN[:count], library.trial_actions)
    assert found is None or found.action in {None, *SHOWN[:count]}


@pytest.mark.parametrize(
    "word", ["uden", "og det", "hvem var med", "det har vi prøvet uden", "nummer 1 og", "noget", "2,"]
)
@pytest.mark.parametrize("times", [5, 15, 900])
def test_no_message_takes_long_to_read(library: Library, word: str, times: int) -> None:
    start = time.perf_counter()
    follow_up(f"det har vi prøvet {' '.join([word] * times)}"[:4000], SHOWN, library.trial_actions)
    assert time.perf_counter() - start < 0.5


def _answer(turn: Turn) -> Message:
    return Message("assistant", markdown(turn.parts))


def _after(engine: Engine, first: Turn, text: str) -> Turn:
    return engine.ask(text, [Message("user", LUNCH), _answer(first)])


@pytest.fixture(scope="module")
def answered(engine: Engine) -> Turn:
    """The answer to a description, with several suggestions."""
    turn = engine.ask(LUNCH)
    assert len(turn.suggestions) > 1
    return turn


def test_suggestions_are_read_from_the_answer_as_it_was_shown(engine: Engine, answered: Turn) -> None:
    wanted = [one.action.id for one in answered.suggestions]
    history = [Message("user", LUNCH), _answer(answered), Message("user", "Tak"), Message("assistant", "Selv tak.")]
    assert shown_in(history, engine.library.trial_actions) == wanted
    assert ever_shown(history, engine.library.trial_actions) == set(wanted)


def test_what_the_person_writes_is_not_what_was_shown(engine: Engine, answered: Turn) -> None:
    history = [Message("user", _answer(answered).content), Message("assistant", "Selv tak.")]
    assert shown_in(history, engine.library.trial_actions) == []
    assert ever_shown(history, engine.library.trial_actions) == set()


def test_last_answer_with_suggestions_counts(engine: Engine) -> None:
    actions = engine.library.trial_actions
    lines = {name: f"**{actions[name].name}: {actions[name].title} (side 9)**" for name in SHOWN}
    history = [Message("assistant", lines[FIRST]), Message("assistant", f"{lines[THIRD]}\n\n{lines[SECOND]}")]
    assert shown_in(history, actions) == [THIRD, SECOND]
    assert ever_shown(history, actions) == set(SHOWN)


def test_tells_more_about_the_one_asked_for(engine: Engine, answered: Turn) -> None:
    turn = _after(engine, answered, "Fortæl mere om nummer to")
    assert [one.action.id for one in turn.suggestions] == [answered.suggestions[1].action.id]
    assert turn.citations


def test_whole_card_is_headed_by_its_name(engine: Engine, answered: Turn) -> None:
    turn = _after(engine, answered, "Fortæl mere om nummer to")
    assert answered.suggestions[1].action.name in turn.parts[0].text
    assert answered.suggestions[1].action.title in turn.parts[0].text


def test_numbers_still_count_from_the_suggestions_after_one_was_told_of(engine: Engine, answered: Turn) -> None:
    told = _after(engine, answered, "Fortæl mere om nummer to")
    history = [Message("user", LUNCH), _answer(answered), Message("user", "Fortæl mere om nummer to"), _answer(told)]
    turn = engine.ask("Fortæl mere om nummer 1", history)
    assert [one.action.id for one in turn.suggestions] == [answered.suggestions[0].action.id]


def test_asks_which_one_where_that_is_not_clear(engine: Engine, answered: Turn) -> None:
    turn = _after(engine, answered, "Lav en plan")
    assert turn.outcome is Outcome.CLARIFY
    assert "Hvilken prøvehandling mener du?" in turn.parts[0].text


@pytest.mark.parametrize("text", ["Det har vi prøvet", "Har I andre forslag?"])
def test_what_was_shown_is_not_suggested_again(engine: Engine, answered: Turn, text: str) -> None:
    before = {one.action.id for one in answered.suggestions}
    turn = _after(engine, answered, text)
    assert not before & {one.action.id for one in turn.suggestions}
    assert turn.parts[0].kind is PartKind.NOTE


@pytest.mark.parametrize("asked", ["Hvilken vil du anbefale?", "hvilken passer bedst til os", "Which one fits best?"])
def test_who_asks_which_is_best_sees_them_beside_each_other(engine: Engine, asked: str) -> None:
    said = "I 4. klasse er der en dreng, der hver dag efter spisefrikvarteret bliver vred og løber ud af lokalet"
    first = engine.ask(said)
    turn = engine.ask(asked, [Message("user", said), Message("assistant", markdown(first.parts))])
    assert turn.outcome is Outcome.ANSWERED
    assert _ids(turn) == _ids(first)


def _ids(turn: Turn) -> list[str]:
    return [one.action.id for one in turn.suggestions]


@pytest.mark.parametrize("asked", ["støj i timen", "uro"])
@pytest.mark.parametrize("text", ["spring over", "ved ikke", "det ved jeg ikke lige", "nej bare vis mig noget"])
def test_passing_over_a_question_keeps_what_was_suggested_meanwhile(engine: Engine, asked: str, text: str) -> None:
    before = engine.ask(asked)
    assert before.outcome is Outcome.CLARIFY
    turn = engine.ask(text, [Message("user", asked), _answer(before)])
    assert turn.outcome is Outcome.ANSWERED
    assert _ids(turn) == _ids(before)
    assert not turn.questions


def test_passing_over_keeps_what_a_text_read_as_a_description_was_answered_with(engine: Engine) -> None:
    before = engine.suggest("elev nægter gruppearbejde")
    turn = engine.ask("spring over", [Message("user", "elev nægter gruppearbejde"), _answer(before)])
    assert _ids(turn) == _ids(before)


@pytest.mark.parametrize(("text", "place"), [("Vi har prøvet nummer to", 1), ("Det med nummer 1 har vi prøvet", 0)])
def test_only_the_one_that_was_tried_is_left_out(engine: Engine, answered: Turn, text: str, place: int) -> None:
    before = _ids(answered)
    turn = _after(engine, answered, text)
    assert before[place] not in _ids(turn)
    assert set(before) - {before[place]} <= set(_ids(turn))
    assert turn.parts[0].text.startswith("Så er den, I har prøvet, taget fra.")


def test_what_was_tried_stays_left_out(engine: Engine, answered: Turn) -> None:
    history = [Message("user", LUNCH), _answer(answered)]
    tried = _ids(answered)[1]
    for text in ("Vi har prøvet nummer to", "Det er værst om mandagen", "Har I noget for større elever?"):
        turn = engine.ask(text, history)
        history += [Message("user", text), _answer(turn)]
        assert tried not in _ids(turn)
    assert tried in turned_down(history, engine.library.trial_actions)


def test_compares_only_those_that_are_named_and_keeps_the_numbers(engine: Engine, answered: Turn) -> None:
    before = _ids(answered)
    turn = _after(engine, answered, "sammenlign nummer 1 og 3")
    assert _ids(turn) == [before[0], before[2]]
    history = [Message("user", LUNCH), _answer(answered), Message("user", "sammenlign nummer 1 og 3"), _answer(turn)]
    assert _ids(engine.ask("fortæl mere om nummer 2", history)) == [before[1]]


@pytest.mark.parametrize("text", ["2", "den anden", "nummer to lyder godt, hvordan kommer vi i gang?"])
def test_short_answer_tells_of_the_one_it_names(engine: Engine, answered: Turn, text: str) -> None:
    assert _ids(_after(engine, answered, text)) == [_ids(answered)[1]]


@pytest.mark.parametrize("text", ["nummer 7 har vi prøvet", "hvem var med i nummer 7?", "sammenlign nummer 1 og 7"])
def test_asks_which_one_where_none_has_the_number(engine: Engine, answered: Turn, text: str) -> None:
    assert _after(engine, answered, text).outcome is Outcome.CLARIFY


def test_question_for_a_list_after_suggestions_is_answered_for_itself(engine: Engine, answered: Turn) -> None:
    text = "Hvem har erfaringer med co-teaching?"
    assert _after(engine, answered, text).parts == engine.ask(text).parts


def test_named_source_is_where_is_looked(engine: Engine, answered: Turn) -> None:
    turn = _after(engine, answered, "Og hvad siger Haderslev om det?")
    assert {citation.document for citation in turn.citations} == {"haderslev"}


def test_only_name_has_no_number_after_suggestions(engine: Engine, answered: Turn) -> None:
    turn = _after(engine, answered, "Peter Hansen i 2.b er urolig")
    assert turn.masked == ("[navn]", "2. klasse")


def test_what_the_parents_say_is_no_request_for_a_decision(engine: Engine) -> None:
    told = "elever med stort fravær i 8. klasse"
    history = [Message("user", told), Message("assistant", markdown(engine.ask(told).parts))]
    for said in ("mor siger at han har ondt i maven", "hun er ked af det hver mandag"):
        assert engine.ask(said, history).outcome in (Outcome.ANSWERED, Outcome.CLARIFY)
        assert engine.ask(said).outcome is not Outcome.REFUSED
    assert engine.ask("Har han ADHD?", history).outcome is Outcome.REFUSED


def test_the_age_asked_for_stays_when_what_was_shown_was_tried(engine: Engine) -> None:
    history: list[Message] = []
    for said in ("Min 2. klasse larmer efter frokost", "har I noget for større elever?"):
        history += [Message("user", said), Message("assistant", markdown(engine.ask(said, history).parts))]
    described = engine.ask("vi har prøvet det", history).described
    assert described is not None
    assert set(described.values("grades")) == set("456789") | {"10"}


def test_what_changed_is_told_with_what_it_rests_on(engine: Engine) -> None:
    told = "Min 2. klasse larmer efter frokost"
    history = [Message("user", told), Message("assistant", markdown(engine.ask(told).parts))]
    text = markdown(engine.ask("virker det?", history).parts)
    assert "Effekten er ikke målt" in text


BORED = "I vores 6. klasse keder mange sig i timerne og giver hurtigt op"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("hvad gør vi på mandag?", "first_steps"),
        ("hvad kan vi gøre allerede i morgen?", "first_steps"),
        ("hvad nu?", "first_steps"),
        ("what can we do on Monday?", "first_steps"),
        ("skal PPR med?", "who"),
        ("who should attend the meeting?", "who"),
        ("hvordan måler vi, om det virker?", "signs"),
        ("hvad skal vi holde øje med?", "signs"),
        ("hvor lang tid skal vi prøve det?", "resources"),
        ("kan vi gøre det uden ekstra timer?", "resources"),
    ],
)
def test_what_to_do_on_monday_and_with_whom_is_answered_from_the_cards(engine: Engine, text: str, field: str) -> None:
    before = engine.ask(BORED)
    turn = engine.ask(text, [Message("user", BORED), _answer(before)])
    assert _ids(turn) == _ids(before)
    name = texts("da")["fields"][field]
    assert any(part.text == f"{name}:" or f"· {name}:" in part.text for part in turn.parts)


@pytest.mark.parametrize(
    "text",
    [
        "hvad skal jeg skrive i planen?",
        "giv mig en plan",
        "kan I skrive en handleplan til os ud fra nr 1",
        "en handlingsplan",
    ],
)
def test_a_plan_is_asked_for_in_many_words(engine: Engine, text: str) -> None:
    before = engine.ask(BORED)
    more = engine.ask("fortæl mere om nummer 1", [Message("user", BORED), _answer(before)])
    history = [Message("user", BORED), _answer(before), Message("user", "fortæl mere om nummer 1"), _answer(more)]
    assert engine.ask(text, history).parts[0].text.startswith("Plan:")


def test_one_is_told_of_by_its_place(engine: Engine) -> None:
    before = engine.ask(BORED)
    place = before.suggestions[0].action.municipality.split()[0]
    turn = engine.ask(f"fortæl mere om den i {place}", [Message("user", BORED), _answer(before)])
    assert _ids(turn) == _ids(before)[:1]


def test_what_still_does_not_work_gets_others(engine: Engine) -> None:
    before = engine.ask(BORED)
    turn = engine.ask("Det virker stadig ikke", [Message("user", BORED), _answer(before)])
    assert turn.suggestions and not set(_ids(turn)) & set(_ids(before))


@pytest.mark.parametrize(
    "text", ["do you have something for older pupils?", "have you got anything for older students?"]
)
def test_something_for_older_pupils_is_no_forbidden_request(engine: Engine, text: str) -> None:
    before = engine.ask("In our 2nd grade the lessons after lunch end in conflicts and fights")
    history = [Message("user", before.masked_query), _answer(before)]
    turn = engine.ask(text, history, "en")
    assert turn.outcome is Outcome.ANSWERED
    assert not turn.caution


@pytest.mark.parametrize("text", ["Vi har prøvet det hele", "hvad hvis det ikke virker?", "har I noget andet?"])
def test_where_one_fits_far_better_others_are_still_shown_after_it(engine: Engine, text: str) -> None:
    said = "Vi har en 4. klasse hvor der er meget uro efter frokost, og de skændes når de kommer ind"
    before = engine.ask(said)
    turn = engine.ask(text, [Message("user", said), _answer(before)])
    assert turn.suggestions and not set(_ids(turn)) & set(_ids(before))


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Hvad har de gjort i Esbjerg?", ["kl-esbjerg"]),
        ("Fortæl om Fløng Skole", ["kl-hoeje-taastrup-floeng-skole"]),
        ("What did they do in Sorø?", ["kl-soroe"]),
        ("hvad har lemvig lavet", ["kl-lemvig-lemtorp-skolen", "kl-lemvig-tangen-skole", "kl-lemvig-tangsoe-skole"]),
    ],
)
def test_who_asks_what_a_place_did_is_told_of_all_that_was_tried_there(
    engine: Engine, text: str, places: list[str]
) -> None:
    turn = engine.ask(text)
    assert [one.action.id for one in turn.suggestions] == places
    assert any(part.text.startswith(texts("da")["fields"]["steps"]) for part in turn.parts)


def test_who_asks_one_thing_of_a_place_is_not_told_all(engine: Engine) -> None:
    assert not engine.ask("Hvad har Odense lært om møder?").suggestions


def test_how_many_there_are_at_a_place_is_looked_up(engine: Engine) -> None:
    assert any("32 skoler" in part.text for part in engine.ask("hvor mange skoler var med i Odense?").parts)
