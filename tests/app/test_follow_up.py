import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine import Engine
from app.follow_up import FollowUp, Wish, ever_shown, follow_up, is_follow_up, shown_in
from app.render import markdown
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


@pytest.mark.parametrize("text", ["Fortæl mere om nummer to", "Lav en plan", "Det har vi prøvet", "Noget andet"])
def test_nothing_is_asked_of_suggestions_where_none_were_shown(library: Library, text: str) -> None:
    assert follow_up(text, [], library.trial_actions) is None


def test_question_can_be_passed_over_where_nothing_was_shown(library: Library) -> None:
    assert follow_up("Spring over", [], library.trial_actions) == FollowUp(Wish.SKIP, None)


@given(st.text(max_size=60), st.integers(min_value=0, max_value=3))
def test_any_message_means_one_of_those_shown_or_none(library: Library, text: str, count: int) -> None:
    found = follow_up(text, SHOWN[:count], library.trial_actions)
    assert found is None or found.action in {None, *SHOWN[:count]}


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
