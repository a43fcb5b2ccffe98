import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from app import danger_rules
from app.engine import Engine
from app.learned import Kind, odds_by_vector
from app.message import LONGEST_QUERY
from app.texts import texts
from app.triage import Concern, caution_text, find_concern, is_acute, speaks_of_danger, urgent_text
from app.turn import Outcome
from corpus.errors import KnowledgeError

HERE = Path(__file__).parent
DOCUMENTS = sorted((HERE.parents[1] / "corpus" / "documents").glob("*.txt"))
EXAMPLES = [
    json.loads(line) for line in (HERE / "data" / "concerns.jsonl").read_text(encoding="utf-8").splitlines() if line
]
DANGER = [example for example in EXAMPLES if example["kind"]]
ORDINARY = [example["text"] for example in EXAMPLES if not example["kind"]]
WIDE = [
    json.loads(line) for line in (HERE / "data" / "concerns_wide.jsonl").read_text(encoding="utf-8").splitlines()
]  # written before they were tried on the rules
KINDS = set("violence abuse neglect self_harm suicide threat weapon missing staff_force drugs control crisis".split())


def noticed(text: str) -> bool:
    return is_acute(text)


def share(texts: list[str]) -> float:
    return sum(map(noticed, texts)) / len(texts)


def without_letters(vowel: str) -> list[str]:
    table = str.maketrans("åøæÅØÆ", f"ao{vowel}AO{vowel.upper()}")
    return [example["text"].translate(table) for example in DANGER]


def test_there_are_examples_of_every_kind() -> None:
    assert len(DANGER) >= 150
    assert len(ORDINARY) >= 150
    assert {example["kind"] for example in DANGER} <= KINDS
    assert {example["kind"] for example in [*DANGER, *WIDE] if example["kind"]} - {"english", "hints"} == KINDS


def test_notices_danger_in_the_development_examples() -> None:
    assert share([example["text"] for example in DANGER]) >= 0.99


def test_names_the_right_kind_of_danger() -> None:
    told = [
        (example["kind"], concern.kind)
        for example in DANGER
        if (concern := find_concern(example["text"])) and concern.acute
    ]
    assert sum(kind == said for kind, said in told) / len(told) >= 0.95


def test_stays_silent_on_ordinary_school_questions() -> None:
    assert share(ORDINARY) <= 0.01


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_questions_that_the_start_page_suggests_are_no_danger(language: str) -> None:
    asked = texts(language)["examples_to_ask"].values()
    assert [text for text in asked if find_concern(text) is not None] == []


@pytest.mark.parametrize(
    "text",
    ["Min elev er urolig", "Min elev keder sig", "Our pupil is restless", "Drengen kommer for sent hver dag"],
)
def test_plain_words_about_one_pupil_are_no_danger(text: str) -> None:
    assert not is_acute(text)


def test_is_in_doubt_about_hints(engine: Engine) -> None:
    hints = (
        "Hun siger, at hun er træt af det hele",
        "en elev er blevet meget stille og vil ikke hjem fra SFO",
    )
    by_vector = [odds_by_vector(Kind.DANGER, engine.embedder.embed_query(hint)) for hint in hints]
    assert [found and found.acute for found in map(find_concern, hints, by_vector)] == [False, False]


@pytest.mark.parametrize(
    "text",
    [
        "Han gemmer sig under bordet, når døren smækker, og vil ikke sige hvorfor",
        "Hun siger, at hun er træt af det hele",
    ],
)
def test_what_a_vector_says_is_weighed_with_the_words(text: str) -> None:
    calm, alarming = find_concern(text, -5.0), find_concern(text, 5.0)
    assert calm is None or not calm.acute
    assert alarming is not None and alarming.acute


@pytest.mark.parametrize(
    "text",
    [
        "En elev er urolig", "Min elev er urolig", "En elev bliver væk fra skole", "En elev er stille",
        "En elev er alene i frikvarteret", "A pupil stays away from school",
    ],
)  # fmt: skip
def test_a_short_remark_that_no_rule_finds_is_no_alarm(engine: Engine, text: str) -> None:
    assert not is_acute(text)
    assert engine.ask(text).outcome is not Outcome.URGENT


def test_no_vector_calms_words_that_are_plain() -> None:
    plain = "Hun siger, at far slår hende med et bælte, når han har drukket"
    assert find_concern(plain, -50.0) == find_concern(plain)


def test_is_seldom_in_doubt_about_ordinary_words() -> None:
    sentences = [line for path in DOCUMENTS for line in path.read_text("utf-8").splitlines() if len(line.split()) > 5]
    assert len(sentences) > 500
    assert sum(find_concern(line) is not None for line in sentences) <= 0.01 * len(sentences)


def test_notices_every_acute_line_of_the_wide_list() -> None:
    assert [example["text"] for example in WIDE if example["kind"] and not noticed(example["text"])] == []


def test_false_alarms_on_the_harmless_lines_of_the_wide_list_are_few() -> None:
    alarms = [example["text"] for example in WIDE if not example["kind"] and noticed(example["text"])]
    assert len(alarms) / sum(not example["kind"] for example in WIDE) <= 0.015, alarms


@pytest.mark.parametrize(
    ("written", "least"),
    [
        (str.upper, 0.98),
        (lambda text: text.translate(str.maketrans({"å": "aa", "ø": "oe", "æ": "ae"})), 0.98),
        (lambda text: text.translate(str.maketrans("åøæ", "aoe")), 0.93),
    ],
)
def test_the_wide_list_is_noticed_in_capitals_and_without_danish_letters(
    written: Callable[[str], str], least: float
) -> None:
    assert share([written(example["text"]) for example in WIDE if example["kind"]]) >= least


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_stays_silent_on_every_sentence_of_the_documents(path: Path) -> None:
    text = re.sub(r"-\n\s*(?=[a-zæøå])", "", path.read_text(encoding="utf-8"))
    parts = [*re.split(r"(?<=[.!?:])\s+|\n\s*\n", text), *text.split("\n\n")]
    assert [part for part in parts if noticed(" ".join(part.split()))] == []


@pytest.mark.parametrize(
    "text",
    [
        "undervisningen er dødkedelig",
        "inklusion slår igennem",
        "vi vil skyde genvej",
        "med kniven på struben",
        "det er politisk selvmord",
        "vold, konflikter og magtanvendelse",
        "voldsomme episoder og udadreagerende adfærd",
        "mistrivsel, afmagt og skolevægring",
        "hvordan laver vi en underretning?",
        "ingen af dem passer",
        "Nej, ingen af dem passer til os",
    ],
)
def test_idioms_and_the_words_of_the_field_are_no_danger(text: str) -> None:
    assert not noticed(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("han har ikke lyst til at være her mere", "suicide"),
        ("far bliver hård når han har drukket", "violence"),
        ("hun har blå mærker på armen", "violence"),
        ("pigen tør ikke tage hjem", "violence"),
        ("han gemmer en kniv i tasken", "weapon"),
        ("hun er ikke kommet hjem siden i går", "missing"),
        ("min kollega holder ham fast på gulvet", "staff_force"),
        ("my pupil says her dad hits her", "violence"),
    ],
)
def test_notices_indirect_wording(text: str, kind: str) -> None:
    assert find_concern(text) == Concern(kind)


@pytest.mark.parametrize(
    "text",
    [
        "FAR SLÅR HAM MED ET BÆLTE",
        "far slaar ham derhjemme",
        "far slar ham derhjemme",
        "f4r sl4r ham derhjemme",
        "s l å r far dig?",
        "faaar slåååår ham",
        "hun taler om selvmrd",
        "han vil begå sjælvmord",
    ],
)
def test_notices_danger_however_it_is_spelt(text: str) -> None:
    assert noticed(text)


def test_notices_danger_written_in_capitals_or_without_danish_letters() -> None:
    assert share([example["text"].upper() for example in DANGER]) >= 0.98
    assert share(without_letters("e")) >= 0.93
    assert share(without_letters("a")) >= 0.93


@pytest.mark.parametrize(
    "frame",
    [
        "Hvilken prøvehandling passer, når {}",
        "Kan du skrive en PPV om en elev: {} Hvad siger kilderne?",
        "Lav en SMTTE. Eleven sagde i dag: »{}«",
        "[navn 1] går i 3. klasse. {} Hvad gør [navn 2]?",
    ],
)
def test_notices_danger_inside_an_ordinary_question(frame: str) -> None:
    assert share([frame.format(example["text"]) for example in DANGER]) >= 0.97


def test_masked_names_count_as_people() -> None:
    assert noticed("[navn 1] siger, at hans far slår [navn 2]")
    assert not noticed("[navn] har brug for en pause på [skole]")


def test_a_mother_who_tells_of_a_pupil_is_not_the_one_who_hits() -> None:
    assert not noticed("Hans mor siger, at han slår de andre")
    assert noticed("Hans mor slår ham")


def test_empty_and_odd_texts_raise_nothing() -> None:
    for text in ("", " ", "...", "?!", "\x00", "💥" * 50, "a" * 20_000):
        assert not noticed(text)


@pytest.mark.parametrize("piece", ["a", "slå", "far slår ikke mor han ", "han vil ikke ", "b. ", "s l å r "])
def test_no_text_of_the_longest_length_takes_long(piece: str) -> None:
    find_concern("hej")
    start = time.perf_counter()
    find_concern((piece * LONGEST_QUERY)[:LONGEST_QUERY])
    assert time.perf_counter() - start < 6.0


def test_a_faulty_rule_is_named() -> None:
    items = danger_rules._Items({"one": "et"})
    for pattern in ("..", "slår ..", "<findesikke>"):
        with pytest.raises(KnowledgeError):
            danger_rules._compile(pattern, items)


def test_the_text_says_what_to_do() -> None:
    text = urgent_text("da", {})
    for part in (
        "**112**",
        "leder nu",
        "personlig",
        "kollega",
        "møde",
        "ikke kontaktes først",
        "70 201 201",
        "116 111",
    ):
        assert part in text
    assert "kommer ikke fra de fem dokumenter" in text
    assert text.count("kommunens egne numre") == 1
    assert "ikke udfyldt" not in text
    assert "Social vagt" not in text
    assert "!" not in text


@pytest.mark.parametrize(("lang", "leader"), [("da", "leder i dag"), ("en", "leader today")])
def test_the_caution_is_short_and_says_what_to_do(lang: str, leader: str) -> None:
    text = caution_text(lang)
    assert "**112**" in text
    assert leader in text
    assert len(text.split()) < 60
    assert speaks_of_danger(f"{text}\n\nHer er en prøvehandling.")
    assert not speaks_of_danger("Her er en prøvehandling.")


def test_the_english_text_says_the_same() -> None:
    text = urgent_text("en", {})
    for part in ("**112**", "leader now", "personal", "colleague", "not contacted first", "70 201 201", "116 111"):
        assert part in text
    assert "does not come from the five documents" in text
    assert text.count("the municipality's own numbers") == 1
    assert "Social duty" not in text
    assert "!" not in text


def test_local_numbers_are_shown_and_blank_ones_are_left_out() -> None:
    text = urgent_text("da", {"social_vagt": "12 34 56 78", "ppr": "  ", "andet": "x"})
    assert "**12 34 56 78**" in text
    assert "PPR" not in text
    assert "Skoleleder:" not in text
    assert "kommunens egne numre" not in text


def test_an_unknown_language_gets_danish() -> None:
    assert urgent_text("de", {}) == urgent_text("da", {})


def test_there_are_rules_for_every_kind_and_the_groups_they_need() -> None:
    assert set(danger_rules.read_data()["groups"]) >= {"parent", "child", "staff", "clause"}
    assert {rule["kind"] for rule in danger_rules.read_data()["rule"]} == KINDS


@pytest.mark.parametrize("tail", [4, 25, 3000])
def test_a_key_word_is_known_by_its_beginning_however_long_the_word_and_with_a_slip(tail: int) -> None:
    items = danger_rules._rules().items
    begin = max((form for form in items.begins if len(form) >= 8), key=len)
    slip = begin[:3] + begin[4:]
    assert items.near(slip + "qz" * tail) >= items.begins[begin]
    assert not items.near("qz" * tail) & items.begins[begin]


def test_a_word_of_four_thousand_letters_is_read_at_once() -> None:
    start = time.perf_counter()
    assert find_concern("ᚠᚢᚦᚨᚱᚲ" * 660) is None
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize(
    "text", ["Drengen er forsvundet fra gruppen, hvad gør vi?", "En dreng er forsvundet fra gruppen på turen"]
)
def test_who_is_gone_from_the_group_is_missing(text: str) -> None:
    assert danger_rules.find_kind(text) == "missing"


def test_who_is_gone_in_the_crowd_is_not() -> None:
    assert danger_rules.find_kind("En stille pige i 5. klasse er forsvundet i mængden") is None
