"""Pages to sections: text under its headings."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from corpus.errors import OutlineMismatch
from corpus.schema import Document, Page, Section, Sentence
from corpus.text import key
from ingest.clean import Cleaner, Line, lines
from ingest.extract import Heading

MAX_HEADING_LINES = 16


@dataclass
class _Open:
    """A section whose lines are still being gathered."""

    path: tuple[str, ...]
    attributes: Heading
    lines: list[Line] = field(default_factory=list)


def sections(document: Document, pages: Sequence[Page], headings: Iterable[Heading], *, strict: bool) -> list[Section]:
    """Return the sections of a document in reading order, those without text left out.

    `headings` are looked for in their order. With `strict`, one that is not found raises OutlineMismatch;
    without, it is passed over, and a document with no headings at all gets them from the look of its lines.
    """
    document_lines = lines(pages)
    outline = list(headings)
    if not outline:
        outline = guess_headings(document_lines)
    elif not strict:
        outline = _present(outline, document_lines)
    open_sections = _gather(document, document_lines, outline)
    cleaner = Cleaner(document_lines)
    whole = key("\n".join(page.text for page in pages))
    result = []
    for part in open_sections:
        found = [_mark(sentence, whole) for sentence in cleaner.sentences(part.lines)]
        if found:
            record, name = part.attributes.get("record"), part.attributes.get("field")
            result.append(
                Section(
                    document.id,
                    part.path or (document.title,),
                    tuple(found),
                    record=str(record) if record else None,
                    field=str(name) if name else None,
                    attributes=part.attributes,
                )
            )
    return result


def _mark(sentence: Sentence, whole: str) -> Sentence:
    """Say whether the sentence stands unbroken in the source; only then may it be quoted."""
    return replace(sentence, quotable=key(sentence.text) in whole)


def _gather(document: Document, document_lines: list[Line], outline: list[Heading]) -> list[_Open]:
    stack: list[tuple[int, str]] = []
    gathered = [_Open((), {})]
    following = 0
    at = 0
    while at < len(document_lines):
        heading = outline[following] if following < len(outline) else None
        used = _match(heading, document_lines, at) if heading else 0
        if heading is None or not used:
            gathered[-1].lines.append(document_lines[at])
            at += 1
            continue
        following += 1
        kind = heading.get("kind", "heading")
        if kind == "caption":
            gathered[-1].lines += _as_paragraph(document_lines[at : at + used], str(heading["title"]))
        elif kind == "heading":
            level = int(str(heading["level"]))
            stack = [*(entry for entry in stack if entry[0] < level), (level, str(heading["title"]))]
            gathered.append(_Open(tuple(title for _, title in stack), heading))
            if heading.get("keep"):
                gathered[-1].lines += document_lines[at : at + used]
        at += used
    if following < len(outline):
        raise OutlineMismatch(
            f"Overskriften {outline[following]['title']!r} findes ikke, hvor den ventes i {document.id}.",
            f"Ret corpus/outlines/{document.id}.toml (overskrift {following + 1}).",
        )
    return gathered


def _match(heading: Heading, document_lines: list[Line], at: int) -> int:
    """Return how many lines from `at` make up the heading; 0 when they do not."""
    wanted = key(str(heading.get("match") or heading["title"]))
    read = ""
    for used in range(1, MAX_HEADING_LINES + 1):
        if at + used > len(document_lines):
            return 0
        read += key(document_lines[at + used - 1].text)
        if read == wanted:
            return used
        if not wanted.startswith(read):
            return 0
    return 0


def _as_paragraph(caption: list[Line], title: str) -> list[Line]:
    return [Line(title, caption[0].page, caption[0].gap, caption=True)]


def _present(outline: list[Heading], document_lines: list[Line]) -> list[Heading]:
    """Return the headings that are found, each after the one before it."""
    found: list[Heading] = []
    start = 0
    for heading in outline:
        for at in range(start, len(document_lines)):
            used = _match(heading, document_lines, at)
            if used:
                found.append(heading)
                start = at + used
                break
    return found


def guess_headings(document_lines: list[Line]) -> list[Heading]:
    """Return what look like headings: numbered titles, and short lines of their own before running text."""
    headings: list[Heading] = []
    for at, line in enumerate(document_lines):
        numbered = re.match(r"(\d{1,2}(?:\.\d{1,2}){0,3})\.? +[A-ZÆØÅ]\S*", line.text)
        follower = document_lines[at + 1] if at + 1 < len(document_lines) else None
        if follower is None or (line.is_item and not numbered) or len(line.text) > 90 or line.text[-1] in ".,;:!?":
            continue
        alone = line.gap >= 1 or at == 0
        opens = line.text[0].isupper() and follower.text[0].isupper()
        runs_on = len(follower.text) > len(line.text) or follower.is_item
        if numbered and alone:
            headings.append({"title": line.text, "level": numbered[1].count(".") + 1})
        elif alone and opens and runs_on and len(line.text.split()) <= 12 and follower.gap <= 1:
            headings.append({"title": line.text, "level": 2})
    return headings
