import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine import Engine
from app.several import apart, taken
from app.turn import Message

TWO = (
    "Vi har to ting: en pige i 2. klasse, der ikke vil med ind til timerne. "
    "Og så en dreng i 6. klasse, som keder sig i matematik."
)
PUPILS = ("En pige i 2. klasse, der ikke vil med ind til timerne.", "En dreng i 6. klasse, som keder sig i matematik.")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (TWO, PUPILS),
        ("3.b larmer, og 5.a keder sig i timerne", ("3.b larmer", "5.a keder sig i timerne")),
        (
            "To ting: pigerne holder hinanden ude, og teamet er uenigt",
            ("Pigerne holder hinanden ude", "Teamet er uenigt"),
        ),
        (
            "Han sover i timen. Noget helt andet: forældrene er vrede. Hvad gør vi?",
            ("Han sover i timen.", "Forældrene er vrede."),
        ),
        (
            "Dels har vi en dreng i 3. klasse, der råber, dels er der forældrene til en pige i 5. klasse.",
            ("En dreng i 3. klasse, der råber", "Forældrene til en pige i 5. klasse."),
        ),
        (
            "I 4.a er der uro efter frokost. De larmer. I 7.b er der tre, der bliver væk. Hvad gør vi?",
            ("I 4.a er der uro efter frokost. De larmer.", "I 7.b er der tre, der bliver væk."),
        ),
        (
            "We have two things: a boy in year 3 who shouts, and a girl in year 6 who stays at home.",
            ("A boy in year 3 who shouts", "A girl in year 6 who stays at home."),
        ),
    ],
)
def test_each_situation_is_told_apart_in_its_own_words(text: str, parts: tuple[str, ...]) -> None:
    assert apart(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "Uro i 3. klasse og 5. klasse",
        "I 4. og 5. klasse er der uro",
        "Forældrene nikker og gør noget andet, lærerne gør noget tredje",
        "Hvad gør vi?",
    ],
)
def test_what_is_one_situation_or_says_too_little_stays_whole(text: str) -> None:
    assert apart(text) == ()


def _after(text: str) -> list[Message]:
    return taken([Message("user", TWO), Message("assistant", "…"), Message("user", text)])


@pytest.mark.parametrize(
    ("said", "which"),
    [
        ("tag den med pigen først", 0),
        ("pigen", 0),
        ("2. klasse først", 0),
        ("den første situation", 0),
        ("hvad med drengen?", 1),
        ("og så 6. klasse", 1),
        ("den sidste situation, tak", 1),
    ],
)
def test_one_that_is_named_is_read_as_if_it_was_told_by_itself(said: str, which: int) -> None:
    assert _after(said) == [Message("user", PUPILS[which])]


@pytest.mark.parametrize("said", ["fortæl mere om nummer to", "den anden", "pigen græder også", "tak", "begge to"])
def test_any_other_message_stays_as_it_was_written(said: str) -> None:
    assert [message.content for message in _after(said)] == [TWO, "…", said]


def test_the_other_one_can_be_taken_afterwards() -> None:
    messages = [Message("user", TWO), Message("user", "pigen"), Message("user", "og nu drengen")]
    assert taken(messages) == [Message("user", PUPILS[1])]


@given(st.lists(st.sampled_from([TWO, "pigen", "tak", "drengen", "Uro i 3. klasse"]), min_size=1))
def test_the_last_message_is_always_there(said: list[str]) -> None:
    read = taken([Message("user", text) for text in said])
    assert read
    assert read[-1].content in (said[-1], *PUPILS)


def test_what_is_taken_gets_the_suggestions_it_gets_by_itself(engine: Engine) -> None:
    both = engine.ask(TWO)
    history = [Message("user", TWO), Message("assistant", "\n".join(part.text for part in both.parts))]
    alone = [one.action.id for one in engine.ask(PUPILS[0]).suggestions]
    assert [one.action.id for one in engine.ask("tag den med pigen først", history).suggestions] == alone
