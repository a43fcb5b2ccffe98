import csv
import io
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.markdown import Markdown

from app.export import FORMULA, list_csv, list_docx, plan_docx, plan_markdown
from app.plan import Decision, Plan, Review, Source, Tried

FULL = Plan(
    title="Ro efter frokost",
    setting="Klasse 2.a",
    context="Der er uro [i frikvarteret] & på gangen.",
    baseline="Tre konflikter om dagen",
    pupil_view="De keder sig",
    parent_view="De er bekymrede",
    goals=("Flere er med", "Færre konflikter"),
    signs=("Ro",),
    actions=("Værksteder",),
    involved=("Klasseteamet",),
    involved_there=("Lærere og pædagoger",),
    responsible="Afdelingslederen",
    start=date(2026, 1, 5),
    review_date=date(2026, 3, 9),
    evaluation="Sammenlign",
    review=Review(seen="Mere ro", decision=Decision.ADJUST, next_step="Flere værksteder"),
    tried=(Tried(what="Faste pladser", period="uge 3", outcome="Lidt | bedre"),),
    caveats=("Det tager tid",),
    sources=(Source(text="Flere er med", quote="Vi prøvede", where="KL, side 9"),),
    label="D: Beskrevet fra praksis",
)
HEADINGS = [
    "Klasse eller gruppe", "Sammenhæng", "Udgangspunkt: hvad ser I nu, hvor tit, og hvornår sker det ikke?",
    "Elevens eller elevernes eget syn", "Forældrenes syn", "Mål", "Tegn", "Tiltag", "Hvem er med",
    "Hvem og hvornår", "Evaluering", "Opfølgning", "Hvad er prøvet", "Hvem var med dér", "Vær opmærksom på",
    "Hvad bygger den på", "Kilder",
]  # fmt: skip
WRITTEN = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
"""Whatever may be written in a field."""


def _opened(content: bytes) -> Any:
    return Document(io.BytesIO(content))


def _with_style(document: Any, style: str) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == style]


def _docx_words(content: bytes) -> list[str]:
    """Return the words of a Word document in reading order."""
    texts: list[str] = []
    for block in _opened(content).iter_inner_content():
        if isinstance(block, Table):
            texts += [cell.text for row in block.rows for cell in row.cells]
        else:
            texts.append(block.text)
    return " ".join(texts).split()


def _shown(markdown: str) -> list[tuple[str, str]]:
    """Return the texts that a reader of Markdown sees, each with the tag of what it stands in."""
    tokens = Markdown(markdown).parsed
    return [
        (before.tag, "".join(child.content or " " for child in token.children or ()))
        for before, token in pairwise(tokens)
        if token.type == "inline"
    ]


def _below(markdown: str, heading: str) -> str:
    """Return the text of the paragraph below a heading."""
    shown = _shown(markdown)
    return shown[shown.index(("h2", heading)) + 1][1]


def test_a_word_document_has_the_title_and_the_headings_of_the_form() -> None:
    document = _opened(plan_docx(FULL, "da"))
    assert _with_style(document, "Title") == ["Ro efter frokost"]
    assert _with_style(document, "Heading 1") == HEADINGS
    assert document.core_properties.title == "Ro efter frokost"


@pytest.mark.parametrize(("language", "locale"), [("da", "da-DK"), ("en", "en-GB")])
def test_a_word_document_says_which_language_it_is_in(language: str, locale: str) -> None:
    document = _opened(plan_docx(FULL, language))
    marks = document.styles["Normal"].element.rPr.findall(qn("w:lang"))
    assert [mark.get(qn("w:val")) for mark in marks] == [locale]
    assert document.core_properties.language == locale


def test_a_word_document_numbers_its_pages() -> None:
    footer = _opened(plan_docx(FULL, "da")).sections[0].footer.paragraphs[0]
    assert footer.text.startswith("Side")
    assert [field.text for field in footer._p.iter(qn("w:instrText"))] == ["PAGE"]
    kinds = [field.get(qn("w:fldCharType")) for field in footer._p.iter(qn("w:fldChar"))]
    assert kinds == ["begin", "end"]


def test_a_word_document_is_on_a4() -> None:
    section = _opened(plan_docx(Plan(), "da")).sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)


def test_a_quotation_that_a_longer_one_holds_is_not_repeated() -> None:
    quotes = ["Vi prøvede", "Vi prøvede det i 2. klasse", "Vi prøvede", "Noget andet"]
    plan = FULL.model_copy(
        update={
            "sources": tuple(Source(text=f"x {at}", quote=one, where="KL, side 9") for at, one in enumerate(quotes))
        }
    )
    shown = ["”Vi prøvede det i 2. klasse” (KL, side 9)", "”Noget andet” (KL, side 9)"]
    assert _with_style(_opened(plan_docx(plan, "da")), "List Number") == shown
    assert [text for text in shown if text in plan_markdown(plan, "da")] == shown


def test_lists_tables_and_sources_are_real_ones_in_word() -> None:
    document = _opened(plan_docx(FULL, "da"))
    assert {"Flere er med", "Færre konflikter"} <= set(_with_style(document, "List Bullet"))
    assert _with_style(document, "List Number") == ["”Vi prøvede” (KL, side 9)"]
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows == [["Hvad", "Hvornår", "Hvad skete der?"], ["Faste pladser", "uge 3", "Lidt | bedre"]]


def _tried_page(plan: Plan) -> tuple[Any, list[list[str]]]:
    """Return the heading of what has been tried, and the rows of the table below it."""
    document = _opened(plan_docx(plan, "da"))
    blocks = list(document.iter_inner_content())
    at = next(at for at, block in enumerate(blocks) if getattr(block, "text", "") == "Hvad er prøvet")
    table = blocks[at + 2]
    assert isinstance(table, Table)
    return blocks[at], [[cell.text for cell in row.cells] for row in table.rows]


def test_what_has_been_tried_begins_a_page() -> None:
    heading, rows = _tried_page(FULL)
    assert heading.paragraph_format.page_break_before
    assert rows[1:] == [["Faste pladser", "uge 3", "Lidt | bedre"]]


def test_what_has_been_tried_can_be_written_by_hand_where_nothing_is_told() -> None:
    heading, rows = _tried_page(Plan())
    assert heading.paragraph_format.page_break_before
    assert len(rows) >= 4
    assert not any(text for row in rows[1:] for text in row)
    assert "## Hvad er prøvet" in plan_markdown(Plan(), "da")


def test_only_what_has_been_tried_begins_a_new_page() -> None:
    document = _opened(plan_docx(FULL, "da"))
    assert [p.text for p in document.paragraphs if p.paragraph_format.page_break_before] == ["Hvad er prøvet"]


def test_dates_and_the_decision_are_written_as_people_write_them() -> None:
    lines = _with_style(_opened(plan_docx(FULL, "da")), "List Bullet")
    assert {"Ansvarlig: Afdelingslederen", "Start: 5.1.2026", "Vi mødes og ser på det: 9.3.2026"} <= {*lines}
    assert {"Beslutning: Justér", "Hvad så I? Mere ro"} <= {*lines}


def test_what_is_missing_can_be_seen_in_word() -> None:
    document = _opened(plan_docx(Plan(), "da"))
    assert _with_style(document, "Title") == ["Plan for en prøvehandling"]
    texts = [paragraph.text for paragraph in document.paragraphs]
    for heading in ("Mål", "Tegn", "Tiltag", "Sammenhæng", "Evaluering"):
        assert texts[texts.index(heading) + 1] == "[ikke udfyldt]"
    for heading in ("Elevens eller elevernes eget syn", "Forældrenes syn"):
        assert texts[texts.index(heading) + 1] == "[ikke spurgt endnu]"
    assert "Skriv mindst ét mål." in _with_style(document, "Intense Quote")[0]


def test_what_is_missing_can_be_seen_in_markdown() -> None:
    written = plan_markdown(Plan(), "da")
    assert _below(written, "Mål") == "[ikke udfyldt]"
    assert _below(written, "Forældrenes syn") == "[ikke spurgt endnu]"
    assert "> Skriv mindst ét mål." in written


@pytest.mark.parametrize("export", [plan_docx, plan_markdown])
def test_a_full_plan_shows_nothing_as_missing(export: Any) -> None:
    content = export(FULL, "da")
    words = " ".join(_docx_words(content) if isinstance(content, bytes) else content.split())
    assert "ikke udfyldt" not in words
    assert "ikke spurgt" not in words
    assert "Skriv mindst" not in words


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("plan", [FULL, Plan(), Plan(context="Uro", start=date(2026, 5, 1))])
def test_markdown_and_word_have_the_same_words_in_the_same_order(plan: Plan, language: str) -> None:
    shown = " ".join(text for _, text in _shown(plan_markdown(plan, language))).split()
    assert shown == _docx_words(plan_docx(plan, language))


def test_markdown_has_the_headings_of_the_form() -> None:
    shown = _shown(plan_markdown(FULL, "da"))
    assert [text for tag, text in shown if tag == "h1"] == ["Ro efter frokost"]
    assert [text for tag, text in shown if tag == "h2"] == HEADINGS


MARKUP = ["# Overskrift", "<script>alert(1)</script>", "[klik](http://x)", "![](http://x/y.png)", "**fed** _skrå_"]


@pytest.mark.parametrize("text", [*MARKUP, "`kode`", "~~væk~~", "| a | b |", "&lt;", "> citat", "\\", "[a]: http://x"])
def test_what_a_person_wrote_stays_text_in_markdown(text: str) -> None:
    assert _below(plan_markdown(Plan(context=text), "da"), "Sammenhæng") == text
    assert ("td", text) in _shown(plan_markdown(Plan(tried=(Tried(what=text),)), "da"))


@pytest.mark.parametrize("text", ["- punkt", "+ punkt", "2. klasse", "2) punkt", "Tekst\n===", "Tekst\n---", "---"])
def test_what_a_person_wrote_at_the_start_of_a_line_stays_text_in_markdown(text: str) -> None:
    written = plan_markdown(Plan(context=text), "da")
    tokens = [token.type for token in Markdown(written).parsed]
    plain = [token.type for token in Markdown(plan_markdown(Plan(context="x"), "da")).parsed]
    assert tokens == plain


def test_a_line_break_in_a_table_does_not_break_the_table() -> None:
    shown = _shown(plan_markdown(Plan(tried=(Tried(what="et\nto", outcome="tre\r\n\r\nfire"),)), "da"))
    assert [text for tag, text in shown if tag == "td"] == ["et to", "", "tre fire"]


HARD = [
    "👩🏽‍🏫 uro 🙈",
    "<w:p>&amp;</w:p>",
    "]]>",
    "x" * 2000,
    "ordet " * 330,
    "en\nto\r\ntre\tfire",
    "\u202eomvendt",
    "a\u0301",
]


@pytest.mark.parametrize("text", HARD)
def test_emoji_markup_and_very_long_text_are_exported_as_they_are(text: str) -> None:
    plan = Plan(context=text, goals=(text,), tried=(Tried(what=text),))
    assert _docx_words(plan_docx(plan, "da")).count(text.split(maxsplit=1)[0]) >= 3
    shown = " ".join(shown for _, shown in _shown(plan_markdown(plan, "da")))
    assert " ".join(text.split()) in " ".join(shown.split())


@given(WRITTEN)
@example("\x00")
def test_any_text_is_exported_to_markdown(text: str) -> None:
    review = Review(seen=text, next_step=text)
    plan = Plan(title=text, context=text, goals=(text,), responsible=text, review=review, tried=(Tried(what=text),))
    assert plan_markdown(plan, "da").encode("utf-8").startswith(b"# ")


@settings(max_examples=30)
@given(WRITTEN)
@example("uro\x00")
@example("\x1b[31muro")
@example("uro\ufffe")
def test_any_text_is_exported_to_word(text: str) -> None:
    plan = Plan(title=text[:200], context=text, goals=(text,), tried=(Tried(what=text),))
    headings = _with_style(_opened(plan_docx(plan, "da")), "Heading 1")
    assert headings == [heading for heading in HEADINGS if heading in headings]
    assert {"Mål", "Tegn", "Hvad er prøvet"} <= set(headings)


def test_a_long_title_is_exported_to_word() -> None:
    title = "Ro " * 100
    assert _with_style(_opened(plan_docx(Plan(title=title), "da")), "Title") == [title.strip()]


def test_a_list_of_examples_has_a_heading_for_each_with_its_fields() -> None:
    cards = [("Egedal", [("Problem", "Uro"), ("Skridt", ["Værksteder.", "Ro."])]), ("Odense", [])]
    document = _opened(list_docx("2 eksempler", "Beskrevet fra praksis.", cards, "da"))
    assert _with_style(document, "Title") == ["2 eksempler"]
    assert _with_style(document, "Heading 1") == ["Egedal", "Odense"]
    assert {"Beskrevet fra praksis.", "Problem: Uro", "Skridt: Værksteder. Ro."} <= {
        paragraph.text for paragraph in document.paragraphs
    }


def _cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_csv_begins_with_the_mark_of_utf_8_and_has_semicolons() -> None:
    content = list_csv(["id", "navn"], [{"id": "kl-1", "navn": "Åskolen"}, {"id": "kl-2", "navn": "a;b"}])
    assert content == '\ufeffid;navn\r\nkl-1;Åskolen\r\nkl-2;"a;b"\r\n'.encode()


@pytest.mark.parametrize("text", ["=1+1", "+4512345678", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_formula_becomes_text_in_csv(text: str) -> None:
    assert _cells(list_csv(["navn"], [{"navn": text}])) == [["navn"], [f"'{text}"]]


@pytest.mark.parametrize("text", ["1-3", "a=b", "’citat’", "–", ""])
def test_what_is_no_formula_is_left_alone_in_csv(text: str) -> None:
    assert _cells(list_csv(["navn", "side"], [{"navn": text, "side": "1"}]))[1] == [text, "1"]


@given(st.lists(st.tuples(WRITTEN, WRITTEN), min_size=1, max_size=5))
def test_no_cell_of_csv_is_reckoned_with_and_none_loses_anything(rows: list[tuple[str, str]]) -> None:
    _, *cells = _cells(list_csv(["et", "to"], [{"et": first, "to": second} for first, second in rows]))
    assert not any(cell.startswith(FORMULA) for row in cells for cell in row)
    assert len(cells) == len(rows)
    for row, texts in zip(cells, rows, strict=True):
        assert row == [f"'{text}" if text.startswith(FORMULA) else text for text in texts]


def test_a_colon_after_a_question_mark_stays_in_what_a_person_wrote() -> None:
    plan = Plan(review=Review(seen="Hvem var med?: alle"))
    assert "Hvad så I? Hvem var med?: alle" in _with_style(_opened(plan_docx(plan, "da")), "List Bullet")
