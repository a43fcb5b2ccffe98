"""Plans and examples to files: DOCX with real styles, Markdown, CSV. Door: python-docx."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from app.plan import Plan, gaps
from app.render import escape
from app.texts import texts
from corpus.text import key

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MARKDOWN = "text/markdown; charset=utf-8"
CSV = "text/csv; charset=utf-8"
LOCALES = {"da": "da-DK", "en": "en-GB"}
LONGEST_PROPERTY = 255
"""The most characters Word keeps of a title among a document's properties."""

EMPTY_ROWS, ROW_HEIGHT = 3, Cm(2)
"""How many rows there are to write by hand what has been tried, and how high each is."""

SMALL = Pt(8.5)
"""The size of what a plan rests on, so that a plan fills two pages."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet would reckon with."""

STRUCTURE = re.compile(r"^(\d*)([-+=.)])")
"""What at the beginning of a line would make it something else than text."""

Block = tuple[str, str | Sequence[str]]
"""A heading and its text, or its list."""


def plan_docx(plan: Plan, language: str) -> bytes:
    """Return a plan as a Word document: headings as headings, what is missing shown as missing.

    Where nobody writes at length it fills two pages: on the first what the team does, on the second what has been
    tried, to be filled in by hand where nothing is written of it, and what the plan rests on.
    """
    words = texts(language)["plan"]
    document = _document(plan.title or words["untitled"], language)
    document.styles["List Number"].font.size = SMALL
    document.styles["List Number"].paragraph_format.space_after = Pt(1)
    missing = gaps(plan, language)
    if missing:
        document.add_paragraph(" ".join(gap.text for gap in missing), style="Intense Quote")
    _add(document, _plan_blocks(plan, language))
    _tried(document, plan, words)
    _add(document, _basis(plan, language))
    sources = list(_quoted(plan))
    if sources:
        document.add_heading(words["sources"], level=1)
        for source in sources:
            document.add_paragraph(source, style="List Number")
    document.add_paragraph(words["note"]).runs[0].italic = True
    return _bytes(document)


def _add(document: Any, blocks: Iterable[Block]) -> None:
    for heading, text in blocks:
        document.add_heading(heading, level=1)
        if isinstance(text, str):
            document.add_paragraph(text)
        else:
            for line in text:
                document.add_paragraph(line, style="List Bullet")


def _tried(document: Any, plan: Plan, words: Mapping[str, str]) -> None:
    """Write what has been tried at the top of a page, with room to write by hand where nothing is told."""
    document.add_heading(words["tried"], level=1).paragraph_format.page_break_before = True
    document.add_paragraph(words["tried_intro"])
    rows = [[row.what, row.period, row.outcome] for row in plan.tried]
    table = _table(document, [words["what"], words["period"], words["outcome"]], rows or [["", "", ""]] * EMPTY_ROWS)
    for row in table.rows[1:] if not rows else ():
        row.height = ROW_HEIGHT


def _quoted(plan: Plan) -> Iterator[str]:
    """Yield each quotation with its place once, but those that a longer one from the same place holds."""
    quoted = dict.fromkeys((source.quote, source.where) for source in plan.sources)
    for quote, where in quoted:
        longer = (key(other) for other, there in quoted if there == where and len(other) > len(quote))
        if not any(key(quote) in other for other in longer):
            yield f"”{quote}” ({where})"


def plan_markdown(plan: Plan, language: str) -> str:
    """Return a plan as Markdown, with the same contents as the Word document."""
    words = texts(language)["plan"]
    lines = [f"# {escape(plan.title or words['untitled'])}", ""]
    for gap in gaps(plan, language):
        lines += [f"> {escape(gap.text)}"]
    lines += _sections(_plan_blocks(plan, language))
    lines += ["", f"## {words['tried']}", "", words["tried_intro"], ""]
    lines += [f"| {words['what']} | {words['period']} | {words['outcome']} |", "|---|---|---|"]
    rows = [[row.what, row.period, row.outcome] for row in plan.tried] or [["", "", ""]]
    lines += [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    lines += _sections(_basis(plan, language))
    sources = list(_quoted(plan))
    if sources:
        lines += ["", f"## {words['sources']}", ""]
        lines += [f"{at}. {escape(source)}" for at, source in enumerate(sources, start=1)]
    return "\n".join([*lines, "", f"*{words['note']}*", ""])


def _sections(blocks: Iterable[Block]) -> Iterator[str]:
    for heading, text in blocks:
        yield from ("", f"## {escape(heading)}", "")
        yield from [_text(text)] if isinstance(text, str) else [f"- {_cell(line)}" for line in text]


def _text(text: str) -> str:
    """Return what a person wrote as Markdown text, however its lines begin."""
    lines = (STRUCTURE.sub(r"\1\\\2", escape(line.strip())) for line in text.splitlines())
    return "\n".join(lines)


def _cell(text: str) -> str:
    """Return what a person wrote as one line."""
    return _text(" ".join(text.split()))


def _plan_blocks(plan: Plan, language: str) -> Iterable[Block]:
    """Yield the parts of a plan in the order of the form; an empty one says so."""
    words = texts(language)["plan"]
    empty = f"[{words['empty']}]"
    yield words["setting"], plan.setting or empty
    yield words["context"], plan.context or empty
    yield words["baseline"], plan.baseline or empty
    yield words["pupil_view"], plan.pupil_view or f"[{words['not_asked']}]"
    yield words["parent_view"], plan.parent_view or f"[{words['not_asked']}]"
    for name in ("goals", "signs", "actions"):
        yield words[name], getattr(plan, name) or empty
    yield words["involved"], plan.involved or empty
    told = {"responsible": plan.responsible, "start": _date(plan.start), "review_date": _date(plan.review_date)}
    yield words["who_when"], [f"{words[name]}: {text or empty}" for name, text in told.items()]
    yield words["evaluation"], plan.evaluation or empty
    review = plan.review
    decision = words[review.decision] if review.decision is not None else empty
    told = {"seen": review.seen or empty, "decision": decision, "next_step": review.next_step or empty}
    yield (
        words["review"],
        [f"{_with_colon(words[name])} {text}" for name, text in told.items()],
    )


def _basis(plan: Plan, language: str) -> Iterable[Block]:
    """Yield who took part and what was hard elsewhere, and what a plan rests on."""
    words = texts(language)["plan"]
    if plan.involved_there:
        yield words["involved_there"], plan.involved_there
    if plan.caveats:
        yield words["caveats"], plan.caveats
    if plan.label:
        yield words["label"], plan.label


def _with_colon(label: str) -> str:
    return label if label.endswith("?") else f"{label}:"


def _date(when: date | None) -> str:
    return f"{when.day}.{when.month}.{when.year}" if when is not None else ""


def list_docx(title: str, intro: str, cards: Iterable[tuple[str, Sequence[Block]]], language: str) -> bytes:
    """Return examples as a Word document: a heading for each, with its fields below."""
    document = _document(title, language)
    document.add_paragraph(intro)
    for name, blocks in cards:
        document.add_heading(name, level=1)
        for heading, text in blocks:
            lines = [text] if isinstance(text, str) else list(text)
            paragraph = document.add_paragraph()
            paragraph.add_run(f"{_with_colon(heading)} ").bold = True
            paragraph.add_run(" ".join(lines))
    return _bytes(document)


def list_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    """Return rows as CSV that Danish spreadsheets open as it is: UTF-8 with its mark, semicolons.

    A cell that would be taken for a formula begins with an apostrophe.
    """
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=";")
    writer.writeheader()
    writer.writerows({name: _no_formula(text) for name, text in row.items()} for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _no_formula(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _document(title: str, language: str) -> Any:
    document = Document()
    document.core_properties.title = title[:LONGEST_PROPERTY]
    document.core_properties.author = "Prøv Først"
    document.core_properties.language = LOCALES.get(language, LOCALES["da"])
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.6)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10)
    normal.paragraph_format.space_after = Pt(3)
    document.styles["Heading 1"].font.size = Pt(11)
    document.styles["Heading 1"].paragraph_format.space_before = Pt(6)
    document.styles["Title"].font.size = Pt(16)
    _speak(normal, LOCALES.get(language, LOCALES["da"]))
    document.add_heading(title, level=0)
    _number_pages(section.footer.paragraphs[0], texts(language)["plan"]["page"])
    return document


def _speak(style: Any, locale: str) -> None:
    """Set the language a document is checked and read aloud in."""
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), locale)
    style.element.get_or_add_rPr().append(mark)


def _number_pages(paragraph: Any, word: str) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(f"{word} ")
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:instrText" if text else "w:fldChar")
        if text:
            element.text = text
        else:
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def _table(document: Any, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Any:
    table = document.add_table(rows=1, cols=len(header), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, header, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return table


def _bytes(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
