"""ingest/sections.py: text comes under its headings, from an outline, from bookmarks or from the look of lines."""

import re

import pytest

from corpus import manifest
from corpus.errors import OutlineMismatch
from corpus.schema import Page
from corpus.text import key
from ingest.clean import lines
from ingest.extract import extract, is_running_head
from ingest.sections import guess_headings, sections
from tests.fakes import document
from tests.files import write_pdf

TEXT = """Forord
Denne guide er til alle lærere på skolen, og den kan læses på en time.

Kapitel om
trivsel
Trivsel kommer først, fordi alle børn lærer mere, når de har det godt.

Det har vi gjort
Vi har talt med alle elever i klassen om, hvad de godt kan lide."""

OUTLINE = [
    {"level": 1, "title": "Forord"},
    {"level": 1, "title": "Kapitel om trivsel", "record": "x-1", "field": "resume"},
    {"level": 2, "title": "Det har vi gjort", "record": "x-1", "field": "gjort"},
]


def pages(*texts: str) -> list[Page]:
    return [Page("lokal", at, at, text) for at, text in enumerate(texts, start=1)]


def cut(text: str, outline: list[dict[str, object]], *, strict: bool = True):
    return sections(document(), pages(text), outline, strict=strict)


def test_text_comes_under_the_headings_above_it() -> None:
    assert [section.path for section in cut(TEXT, OUTLINE)] == [
        ("Forord",),
        ("Kapitel om trivsel",),
        ("Kapitel om trivsel", "Det har vi gjort"),
    ]


def test_heading_broken_over_lines_is_found() -> None:
    assert cut(TEXT, OUTLINE)[1].sentences[0].text.startswith("Trivsel kommer først")


def test_sections_carry_record_and_field() -> None:
    assert [(section.record, section.field) for section in cut(TEXT, OUTLINE)] == [
        (None, None),
        ("x-1", "resume"),
        ("x-1", "gjort"),
    ]


def test_text_above_the_first_heading_is_kept_under_the_title() -> None:
    assert cut(TEXT, OUTLINE[1:])[0].path == ("Lokal",)


def test_heading_that_is_not_in_the_text_is_named() -> None:
    with pytest.raises(OutlineMismatch) as caught:
        cut(TEXT, [*OUTLINE, {"level": 1, "title": "Findes ikke"}])
    assert "Findes ikke" in caught.value.what
    assert "lokal.toml" in caught.value.fix
    assert "4" in caught.value.fix


def test_headings_out_of_order_are_a_mismatch() -> None:
    with pytest.raises(OutlineMismatch):
        cut(TEXT, OUTLINE[::-1])


def test_headings_of_a_file_that_are_not_in_its_text_are_passed_over() -> None:
    found = cut(TEXT, [{"level": 1, "title": "Omslag"}, *OUTLINE], strict=False)
    assert [section.path[-1] for section in found] == ["Forord", "Kapitel om trivsel", "Det har vi gjort"]


def test_labels_to_skip_are_dropped_and_captions_kept() -> None:
    text = "Kapitel\nFør figuren står her.\nJa Nej\nFigur 1 Hvor mange?\n\nEfter figuren står her."
    outline = [
        {"level": 1, "title": "Kapitel"},
        {"kind": "skip", "title": "Ja Nej"},
        {"kind": "caption", "title": "Figur 1 Hvor mange?"},
    ]
    assert [sentence.text for sentence in cut(text, outline)[0].sentences] == [
        "Før figuren står her.",
        "Figur 1 Hvor mange?",
        "Efter figuren står her.",
    ]


def test_kept_line_opens_its_section() -> None:
    outline = [
        {"level": 1, "title": "Om guiden", "match": "Denne guide er til alle lærere på skolen, og", "keep": True}
    ]
    found = cut("Her er et forord i to\nDenne guide er til alle lærere på skolen, og\nden er kort.", outline)
    assert found[1].path == ("Om guiden",)
    assert found[1].sentences[0].text == "Denne guide er til alle lærere på skolen, og den er kort."


def test_sentence_broken_by_something_else_may_not_be_quoted() -> None:
    found = sections(
        document(), pages("Det er lederen, der\n12 34 56", "har ansvaret for det. Ja, det er sådan."), [], strict=False
    )
    assert [(sentence.text, sentence.quotable) for sentence in found[0].sentences] == [
        ("Det er lederen, der har ansvaret for det.", False),
        ("Ja, det er sådan.", True),
    ]


def guessed(text: str) -> list[tuple[object, object]]:
    return [(heading["title"], heading["level"]) for heading in guess_headings(lines(pages(text)))]


def test_guesses_short_lines_of_their_own_before_running_text() -> None:
    text = "Guide til fravær\n\nEn elev med stigende fravær skal mødes tidligt af en voksen.\n\nSkolevægring\n\n"
    text += "Skolevægring kræver en fælles plan, som skolen og hjemmet laver sammen."
    assert guessed(text) == [("Guide til fravær", 2), ("Skolevægring", 2)]


def test_guesses_the_level_of_a_numbered_heading_from_its_number() -> None:
    body = "\nDette er en hel linje med løbende tekst, som er længere end overskriften.\n\n"
    assert guessed(f"1 Indledning{body}1.2 Metode{body}2.1.3 Data og analyse{body}") == [
        ("1 Indledning", 1),
        ("1.2 Metode", 2),
        ("2.1.3 Data og analyse", 3),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Dette er en sætning.\n\nDette er en anden og længere sætning her.",
        "• Et punkt\n\nDette er løbende tekst, som følger efter punktet.",
        "en linje med lille begyndelse\n\nDette er løbende tekst, som følger efter linjen.",
        "Kun en linje",
        "",
    ],
    ids=["sentence", "item", "lower case", "last line", "nothing"],
)
def test_does_not_guess_headings_where_there_are_none(text: str) -> None:
    assert guessed(text) == []


def test_bookmarks_of_a_pdf_become_its_sections(tmp_path) -> None:
    found = extract(write_pdf(tmp_path / "lokal.pdf"), document())
    cut_up = sections(document(), found.pages, found.headings, strict=False)
    assert [section.path for section in cut_up] == [("Indledning",), ("Frikvarterer",), ("Forældre",)]
    assert cut_up[1].sentences[0].text == "To voksne er altid ude."


def test_outline_of_every_bundled_document_is_found_in_it(bundled_sections) -> None:
    for found in manifest.load():
        titles = {title for section in bundled_sections[found.id] for title in section.path}
        for heading in manifest.outline_entries(found):
            if heading.get("kind", "heading") == "heading" and heading["level"] == 1:
                assert heading["title"] in titles, heading["title"]


@pytest.mark.parametrize(
    ("name", "level", "title", "count"),
    [("inklusion", 1, r"3\.[1-8] ", 8), ("vive", 0, r"[1-3] ", 3), ("kl", 0, r".* Kommune", 24)],
)
def test_documents_have_the_chapters_they_are_built_of(bundled_sections, name, level, title, count) -> None:
    found = {section.path[level] for section in bundled_sections[name] if len(section.path) > level}
    assert len([each for each in found if re.match(title, each)]) == count


def test_haderslev_has_its_eight_areas_in_order(bundled_sections) -> None:
    chapters = list(dict.fromkeys(section.path[0] for section in bundled_sections["haderslev"]))
    openings = [
        "Styrkelse af almenområdet",
        "Vejen til styrkede læringsfællesskaber",
        "Skolernes pædagogiske grundlag",
        "En styrket skoleledelse",
        "Skoleledelse i professionelle læringsfællesskaber",
        "Struktur og organisering",
        "Tværfagligt samarbejde",
        "En styrket pædagogisk praksis",
    ]
    places = [next(at for at, title in enumerate(chapters) if title.startswith(opening)) for opening in openings]
    assert places == sorted(places)


def test_every_theme_of_inklusion_finds_assesses_and_recommends(bundled_sections) -> None:
    themes: dict[str, set[str]] = {}
    for section in bundled_sections["inklusion"]:
        if section.path[0].startswith("3.") and len(section.path) == 3:
            themes.setdefault(section.path[1][:3], set()).add(section.path[2])
    assert sorted(themes) == [f"3.{number}" for number in range(1, 9)]
    for theme, parts in themes.items():
        for wanted in ("finder", "vurderer", "anbefaler", "bemærkninger"):
            assert any(wanted in part for part in parts), (theme, wanted)


def test_no_sentence_of_the_documents_is_cut_in_two(bundled_sections) -> None:
    halves = [
        sentence.text
        for parts in bundled_sections.values()
        for section in parts
        for sentence in section.sentences
        if sentence.kind == "text" and (re.search(r"\w-$", sentence.text) or re.match(r"[a-zæøå]", sentence.text))
    ]
    torn_by_a_box = ("væsentlig del af dette arbejde er", "dagoger, der kender eleven")
    assert not [half for half in halves if not half.startswith(torn_by_a_box) and not half.endswith("lærere og pæ-")]


def letters(text: str) -> str:
    return re.sub(r"\d", "", key(text))


def test_no_line_of_the_documents_is_lost(bundled_sections, bundled_pages) -> None:
    lost = []
    for found in manifest.load():
        headings = [str(each.get("match") or each["title"]) for each in manifest.outline_entries(found)]
        body = " ".join(sentence.text for section in bundled_sections[found.id] for sentence in section.sentences)
        held = "|".join(letters(part) for part in [body, *headings])
        for page in bundled_pages[found.id]:
            parts = [part for line in page.text.splitlines() for part in re.split("[•▪❖]", line)]
            wordy = [part for part in parts if len(re.findall(r"[^\W\d_]{2,}", part)) >= 3 and "http" not in part]
            lost += [(found.id, page.number, part) for part in wordy if letters(part) not in held]
    assert [line for line in lost if not is_running_head(line[2], line[1])] == []
