import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.grades import LAST_GRADE
from app.situation import TELLS, read, taken_grades
from corpus.text import normalise
from retrieval.library import Library
from retrieval.rank import FACETS

SAID = (
    "Min 3.b larmer efter frokost",
    "En dreng kommer ikke i skole",
    "Forældrene siger, at han keder sig",
    "vi har allerede prøvet at flytte dem",
    "nogle piger i 5. klasse er holdt udenfor",
    "PPR er inde over",
    "teamet er uenigt om en fælles linje",
    "overgangen fra børnehaven til SFO er svær",
    "Our class is noisy after lunch",
    "She stays at home",
)
KNOWN = {"where_when", "tried", "views", "involved"}


@pytest.mark.parametrize(
    ("text", "facet", "value"),
    [
        ("Hele klassen larmer", "situations", "class"),
        ("Hele klassen larmer", "situations", "conflict"),
        ("En dreng slår de andre", "situations", "one_pupil"),
        ("Nogle piger er i klammeri", "situations", "group"),
        ("Hun trives ikke", "situations", "wellbeing"),
        ("De gider ikke lave noget", "situations", "motivation"),
        ("Hun har et stort fravær", "themes", "absence"),
        ("Det er svært, når de skifter til ny klasse", "situations", "transition"),
        ("Forældrene er vrede", "themes", "parents"),
        ("Vi er uenige i teamet", "themes", "team"),
        ("Skal vi have PPR med?", "themes", "ppr"),
        ("Vi overvejer at henvise ham", "situations", "referral"),
        ("The whole class is noisy", "situations", "conflict"),
        ("A boy is lonely", "situations", "one_pupil"),
        ("A boy is lonely", "themes", "community"),
    ],
)
def test_understands_what_a_description_is_about(text: str, facet: str, value: str) -> None:
    assert value in read(text).values(facet)


@pytest.mark.parametrize(
    "text", ["Det er en farlig vej", "Han har humor", "Vi spiser klokken ti", "Elevernes data ligger her"]
)
def test_words_that_only_hold_a_cue_say_nothing_of_parents_or_absence(text: str) -> None:
    assert not {"parents", "absence"} & {*read(text).values("themes"), *read(text).values("situations")}


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("Vores 7. klasse er urolig", ("7",)),
        ("0. klasse er urolig", ("0",)),
        ("børnehaveklassen er urolig", ("0",)),
        ("3.b og 5.a slås", ("3", "5")),
        ("min 2b larmer", ("2",)),
        ("på 3. årgang er der uro", ("3",)),
        ("der er uro i indskolingen", ("0", "1", "2", "3")),
        ("mellemtrinnet er uroligt", ("4", "5", "6")),
        ("udskolingen keder sig", ("7", "8", "9")),
        ("i SFO'en er der uro", ("sfo",)),
        ("børnehaven ringer", ("dagtilbud",)),
        ("Year 4 is noisy", ("4",)),
        ("der er uro i 5 klasse", ("5",)),
        ("femte klasse larmer", ("5",)),
        ("4.-klasserne er uenige", ("4",)),
        ("pigerne i 4. holder hinanden ude", ("4",)),
        ("på 8. er der uro", ("8",)),
        ("der er uro i 3. time", ()),
        ("det begyndte i 4. uge", ()),
        ("klokken er 8, og 12 elever mangler", ()),
        ("kl. 9 larmer de", ()),
        ("hun er 10 år", ()),
    ],
)
def test_understands_grades(text: str, grades: tuple[str, ...]) -> None:
    assert read(text).values("grades") == grades


@given(st.integers(min_value=0, max_value=99))
def test_only_grades_that_a_school_has_are_grades(grade: int) -> None:
    said = read(f"Vores {grade}. klasse larmer").values("grades")
    assert said == ((str(grade),) if grade <= LAST_GRADE else ())


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("De larmer efter frokost", "where_when"),
        ("Vi har allerede prøvet at flytte dem", "tried"),
        ("Eleverne siger, at timerne er kedelige", "views"),
        ("PPR er inde over", "involved"),
        ("We have tried to move them", "tried"),
        ("He says that he is bored", "views"),
    ],
)
def test_understands_what_is_told_besides(text: str, known: str) -> None:
    assert known in read(text).known


@pytest.mark.parametrize("text", ["", "Hvad er en mellemlang sætning om ingenting?", "42", "🙂"])
def test_text_that_describes_nothing_says_nothing(text: str) -> None:
    assert read(text).aspects == ()
    assert read(text).known == frozenset()


def test_values_come_in_the_order_in_which_they_are_said() -> None:
    assert read("Der er uro, og forældrene er vrede").values("situations") == ("conflict", "parents")
    assert read("Forældrene er vrede, og der er uro").values("situations") == ("parents", "conflict")


def test_persons_own_words_are_kept_as_written() -> None:
    words = read("Klassen LARMER, og de er Urolige").words
    assert words["conflict"] == "LARMER"
    assert words["class"] == "Klassen"


@given(st.lists(st.sampled_from(SAID), min_size=1, max_size=4).map(". ".join))
def test_every_word_said_of_a_facet_stands_in_the_description(text: str) -> None:
    found = read(text)
    assert found.aspects or found.known
    for aspect in found.aspects:
        assert aspect.words.lower() in normalise(text).lower()
        assert aspect.facet in FACETS
        assert found.words[aspect.value]


@pytest.mark.parametrize(
    "text", ["Vi kommer ikke videre med matematikopgaverne", "A boy in year 12 is noisy", "De keder sig i timerne"]
)
def test_persons_words_are_whole_words(text: str) -> None:
    for aspect in read(text).aspects:
        assert re.search(rf"(?<!\w){re.escape(aspect.words)}(?!\w)", text, re.IGNORECASE), aspect.words


@pytest.mark.parametrize(("text", "words"), [("[navn] løber væk", "[navn]"), ("I dag slog [navn 2] igen", "[navn 2]")])
def test_name_that_was_masked_is_a_single_pupil(text: str, words: str) -> None:
    assert read(text).words["one_pupil"] == words


def test_danish_word_for_here_is_not_an_english_pronoun() -> None:
    assert "one_pupil" not in read("Her på skolen er der uro").values("situations")
    assert "one_pupil" in read("We cannot reach her").values("situations")


@given(st.text(max_size=80))
def test_any_text_at_all_can_be_read(text: str) -> None:
    found = read(text)
    assert found.known <= KNOWN
    assert set(found.said) == set(FACETS)


def test_every_value_that_can_be_said_is_one_that_examples_are_filtered_by(library: Library) -> None:
    names = library.catalogue.facet_names
    for text in SAID:
        for aspect in read(text).aspects:
            assert aspect.value in names[aspect.facet], (text, aspect)


def test_grades_said_later_replace_those_before() -> None:
    both = read("Vores 3. klasse larmer").and_then(read("nej, det er 5. klasse"))
    assert both.values("grades") == ("5",)
    assert both.values("situations") == ("class", "conflict")


@pytest.mark.parametrize(
    ("before", "later", "classes"),
    [
        ("Vores 3. klasse larmer", "Hvad nu hvis det er en 1. klasse?", ("1. klasse",)),
        ("Uro i 4.-6. klasse", "vi er en 7. klasse i stedet", ("7. klasse",)),
        ("Min 3.b larmer", "og i udskolingen?", ()),
    ],
)
def test_a_class_said_later_is_the_only_one(before: str, later: str, classes: tuple[str, ...]) -> None:
    both = read(before).and_then(read(later))
    assert both.classes == classes
    assert not both.is_several


@pytest.mark.parametrize(
    ("before", "later", "grades"),
    [
        ("Uro i 4. klasse", "Har I noget for større elever?", "7 8 9 10"),
        ("Uro i 2. klasse", "Har I noget for ældre elever?", "4 5 6 7 8 9 10"),
        ("Uro i 7. klasse", "Har I noget til større børn?", "8 9 10"),
        ("Uro i 4. klasse", "noget til mindre børn?", "0 1 2 3"),
        ("Uro i 8. klasse", "anything for younger children?", "0 1 2 3 4 5 6"),
        ("Uro i 2. klasse", "noget til yngre elever?", "0 1"),
        ("Uro i klassen", "Har I noget for større elever?", "7 8 9"),
    ],
)
def test_older_and_younger_are_so_beside_those_told_of(before: str, later: str, grades: str) -> None:
    assert read(later).of_others(read(before)).values("grades") == tuple(grades.split())


def test_grades_are_taken_out_of_a_text() -> None:
    assert taken_grades("Alle i 4.-6. klasse") == ("alle i  ", ("4", "5", "6"))
    assert taken_grades("Ro i klassen") == ("ro i klassen", ())


def test_grades_stay_where_nothing_later_says_another() -> None:
    both = read("Vores 3. klasse larmer").and_then(read("det er efter frokost"))
    assert both.values("grades") == ("3",)
    assert "where_when" in both.known


@given(st.sampled_from(SAID), st.sampled_from(SAID))
def test_what_was_said_before_is_not_forgotten(before: str, later: str) -> None:
    first, then = read(before), read(later)
    both = first.and_then(then)
    for facet in ("themes", "situations"):
        assert {*first.values(facet), *then.values(facet)} == set(both.values(facet))
    assert both.known == first.known | then.known
    if not then.values("grades"):
        assert both.text == f"{first.text}. {then.text}"


def test_what_is_told_comes_in_a_fixed_order_and_misses_nothing_said() -> None:
    text = "I 4. klasse er der uro efter frikvarteret. Vi har prøvet faste pladser. Forældrene siger, at han græder."
    told = read(text).told
    assert {"what", "where_when", "grade", "tried", "views"} <= set(told)
    assert list(told) == [name for name in TELLS if name in told]


def test_words_without_a_situation_tell_nothing() -> None:
    assert read("Goddag").told == ()


def test_class_that_was_replaced_by_older_pupils_is_no_longer_named() -> None:
    described = read("En dreng i 2. klasse er ked af det").and_then(read("har I noget for større elever?"))
    assert "2. klasse" not in described.words.values()


@pytest.mark.parametrize(
    "text",
    [
        "3.b larmer, og 5.a keder sig",
        "To ting: pigerne holder hinanden ude, og teamet er uenigt",
        "Han sover i timen. Noget helt andet: forældrene er vrede",
    ],
)
def test_more_than_one_thing_at_a_time_is_noticed(text: str) -> None:
    assert read(text).is_several


@pytest.mark.parametrize(
    "text", ["I 4. og 5. klasse er der uro", "Vi vil prøve noget andet", "To drenge i 2.b slås", "5.-6. klasse larmer"]
)
def test_one_thing_is_no_more_than_one(text: str) -> None:
    assert not read(text).is_several


@pytest.mark.parametrize(
    ("text", "value", "words"),
    [
        ("I vores 7. klasse er der uro", "class", "I vores 7. klasse"),
        ("Han kan aldrig sidde stille", "conflict", "kan aldrig sidde stille"),
        ("De kan ikke holde fokus", "motivation", "holde fokus"),
        ("Tavs pige isoleret", "one_pupil", "Tavs pige"),
    ],
)
def test_the_persons_words_are_those_that_say_it(text: str, value: str, words: str) -> None:
    assert read(text).words[value] == words


def test_sitting_still_is_not_being_quiet() -> None:
    assert "wellbeing" not in read("Han kan ikke sidde stille").values("situations")


@pytest.mark.parametrize(
    "text",
    [
        "en pige der ikk vil gå i skole længer", "hjemme 2-3 dage om ugen", "barnet er hjemme",
        "hun nægter at gå i skole", "en dreng der aldrig kommer", "er aldrig i skole", "væk hver fredag",
    ],
)  # fmt: skip
def test_absence_is_read_in_everyday_words(text: str) -> None:
    assert "absence" in read(text).values("themes")
    assert "absence" in read(text).values("situations")


@pytest.mark.parametrize("text", ["de møder op, men laver ikke noget", "han kommer aldrig i gang", "jeg græder næsten"])
def test_other_words_are_not_taken_for_absence_or_tears(text: str) -> None:
    assert "absence" not in read(text).values("themes")
    assert "wellbeing" not in read(text).values("situations")


def test_what_was_tried_is_no_theme_that_is_sought() -> None:
    told = read("Vi har prøvet co-teaching, men der er stadig uro i klassen")
    assert told.tried == "co-teaching"
    assert told.values("themes") == ()
    assert told.values("situations") == ("conflict", "class")
    assert "tried" in told.known
    assert read("Vi har haft mange konflikter").tried == ""


@pytest.mark.parametrize("text", ["pige i 8. klasse, der er stille", "En dreng i 2.b græder", "A boy in year 4 hits"])
def test_a_grade_alone_says_nothing_of_a_class_where_it_is_about_one_pupil(text: str) -> None:
    assert "class" not in read(text).values("situations")


@pytest.mark.parametrize("text", ["En dreng i 8. klasse forstyrrer hele klassen", "Vores 3. klasse er urolig"])
def test_a_class_that_is_spoken_of_is_one_of_whom_it_is_about(text: str) -> None:
    assert "class" in read(text).values("situations")


@pytest.mark.parametrize(
    "text",
    [
        "En elev i 7. klasse kommer næsten aldrig om mandagen",
        "En pige bliver mere og mere væk",
        "Han er tit væk",
        "De kommer så godt som aldrig",
    ],
)
def test_absence_is_read_in_the_words_teachers_use(text: str) -> None:
    assert "absence" in read(text).values("themes")


@pytest.mark.parametrize("text", ["De kommer næsten aldrig i gang", "Vi kommer stort set aldrig frem til noget"])
def test_what_only_sounds_like_absence_is_not(text: str) -> None:
    assert "absence" not in read(text).values("themes")


SAID = {
    "absence": (
        "en elev der ikke vil i skole",
        "vi har en dreng der ikke kommer i skole mere",
        "hun vil ikke komme i skole om mandagen",
        "han nægter at tage i skole",
        "hun er hjemme tre dage om ugen",
        "vi ser ham næsten aldrig",
        "han møder kun op to dage om ugen",
        "der er mange tomme stole om fredagen",
        "hun er begyndt at blive hjemme",
        "han er tit syg om mandagen",
        "eleven har ikke været her i tre uger",
        "hun kommer ikke ud af døren om morgenen",
        "de pjækker fra de sidste timer",
        "han har været væk i to måneder",
        "når hun endelig er her",
    ),
    "conflict": (
        "er begyndt at slå de andre",
        "han kan finde på at sparke",
        "de kommer op at slås",
        "klassen er helt vild",
        "han råber ad de voksne",
        "hun smider med stolene",
        "der er konstant larm",
        "de kan ikke sidde stille",
        "de ender i skænderi hver dag",
        "han bliver rasende over ingenting",
        "de generer hinanden",
        "han forstyrrer de andre",
        "vi bruger hele timen på at få ro",
    ),
    "wellbeing": (
        "hun er meget ked af det",
        "han har ingen venner",
        "hun går alene i frikvarteret",
        "han bliver holdt udenfor",
        "hun siger ingenting i klassen",
        "han er bange for at gå i skole",
        "hun græder hver dag",
        "de mobber ham",
        "han trives slet ikke",
        "hun har lavt selvværd",
    ),
    "motivation": (
        "de gider ikke lave noget",
        "han giver op med det samme",
        "hun laver ingenting i timerne",
        "de keder sig",
        "han kommer ikke i gang med opgaverne",
        "de mister koncentrationen",
        "ingen rækker hånden op",
        "han sidder bare og kigger ud ad vinduet",
    ),
    "transition": (
        "hun skal starte i 0. klasse efter sommer",
        "han skal tilbage til sin gamle klasse",
        "vi får en ny elev fra specialskolen",
        "de skal op i 7. klasse",
        "overleveringen fra børnehaven",
        "skift til ny skole",
    ),
    "parents": (
        "forældrene svarer ikke på beskeder",
        "mor og far er skilt og uenige",
        "hjemmet bakker ikke op",
        "vi kan ikke få fat i hans far",
    ),
    "team": (
        "vi er ikke enige i teamet",
        "min kollega gør det modsatte af mig",
        "vi har ingen tid til at forberede os sammen",
    ),
}
"""What teachers say, by the theme or situation that it is about."""


@pytest.mark.parametrize(("about", "text"), [(about, text) for about, texts in SAID.items() for text in texts])
def test_what_teachers_say_is_read_for_what_it_is_about(about: str, text: str) -> None:
    told = read(text)
    assert about in {*told.values("themes"), *told.values("situations")}


@pytest.mark.parametrize("text", ["To klasser skal slås sammen til efteråret", "Vi slås med at få tid til teammøder"])
def test_a_figure_of_speech_is_no_conflict(text: str) -> None:
    assert "conflict" not in read(text).values("situations")


@pytest.mark.parametrize("text", ["Drengene slås i fodbold hver dag", "de slås når de leger sammen"])
def test_a_fight_is_one(text: str) -> None:
    assert "conflict" in read(text).values("situations")
