"""Pages to lines, and lines to whole sentences: running heads, bullets, hyphenation, notes, blank lines."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median_low

from corpus.schema import Page, Sentence
from ingest.extract import is_running_head

BULLETS = "•▪❖●○‣◦·"
ENDS_SENTENCE = re.compile(r"[.!?…][\"”’)\]]*\d{0,2}$")
NUMBERED = re.compile(r"\d{1,2}\.[\t ]+[A-ZÆØÅ]")
CONJUNCTIONS = {"og", "eller", "samt", "til", "som", "henholdsvis"}
ABBREVIATIONS = frozenset(
    "fx f.eks eks bl.a mv m.v m.m m.fl jf pct ca dvs nr kl evt hhv ift ifm pga osv red vedr inkl ekskl tlf"
    " stk max min prof dr s kap afsn art obs ang cirka d.v.s o.l o.lign et.al f.kr kr mio mia pr st".split()
)
CLOSING_ABBREVIATIONS = frozenset("mv m.v m.m osv m.fl o.l o.lign pct st".split())
"""Those that end a sentence when a capital letter follows."""


@dataclass(frozen=True)
class Line:
    """One line of a page without its white space.

    `gap` counts the blank lines above it; `caption` says that it is a figure's whole caption.
    """

    text: str
    page: int
    gap: int
    caption: bool = False

    @property
    def is_item(self) -> bool:
        """Whether a list item begins here."""
        return self.text[0] in BULLETS or bool(re.match(r"- +\S", self.text) or NUMBERED.match(self.text))


def lines(pages: Iterable[Page]) -> list[Line]:
    """Return the lines of `pages` that carry text.

    Running heads, page numbers, bare numbers and addresses are left out, and a bullet inside a line begins a
    line of its own.
    """
    found: list[Line] = []
    for page in pages:
        gap = 0
        for raw in page.text.split("\n"):
            if not raw.strip():
                gap += 1
                continue
            if page.printed is not None and is_running_head(raw, page.printed) and _at_edge(raw, page):
                continue
            for text in _split_bullets(raw):
                if not _is_noise(text):
                    found.append(Line(text, page.number, gap))
                gap = 0
    return found


def _at_edge(raw: str, page: Page) -> bool:
    carrying = [line for line in page.text.split("\n") if line.strip()]
    return raw in (carrying[0], carrying[-1])


def _split_bullets(raw: str) -> list[str]:
    unbroken = re.sub(r"\u00ad\s*$", "-", raw).replace("\u00ad", "")
    parts = re.split(rf"(?=[{BULLETS}])", re.sub(rf"([{BULLETS}])[{BULLETS}]+", r"\1", unbroken))
    return [spaced for part in parts if (spaced := re.sub(r"\s+", " ", part).strip())]


def _is_noise(text: str) -> bool:
    return bool(re.fullmatch(r"[\d\W]*\d[\d ]*|\W+|https?://\S+", text)) and ")" not in text


@dataclass
class _Block:
    """Lines that belong together: pieces of text, each with the page it stands on."""

    kind: str
    pieces: list[tuple[str, int]] = field(default_factory=list)
    last: Line | None = None
    tight: bool = False
    """Whether its lines follow each other without blank lines."""

    @property
    def tail(self) -> str:
        """The end of the block's text."""
        return self.pieces[-1][0] if self.pieces else ""

    def text_and_pages(self) -> tuple[str, list[int]]:
        """Return the block's text, and the page each character of it stands on."""
        pages = [page for text, page in self.pieces for _ in text]
        return "".join(text for text, _ in self.pieces), pages


class Cleaner:
    """Turns the lines of one document into sentences; knows its words, line width and spacing."""

    def __init__(self, document_lines: list[Line]) -> None:
        gaps = [line.gap for line in document_lines[1:]]
        self._normal_gap = min(median_low(gaps), 1) if gaps else 0
        widths = sorted(len(line.text) for line in document_lines)
        self._width = widths[int(len(widths) * 0.9)] if widths else 80
        self._words = _words(document_lines)
        self._notes = 0

    def sentences(self, section_lines: list[Line]) -> list[Sentence]:
        """Return the whole sentences, list items and notes of one section, in order, notes last."""
        body: list[Sentence] = []
        notes: list[Sentence] = []
        for block in self._blocks(section_lines):
            (notes if block.kind == "note" else body).extend(_split_block(block))
        return body + notes

    def _blocks(self, section_lines: list[Line]) -> Iterator[_Block]:
        """Yield the paragraphs, items and notes; a paragraph that a note interrupts goes on behind it."""
        current: _Block | None = None
        interrupted: _Block | None = None
        for line, following in zip(section_lines, [*section_lines[1:], None], strict=False):
            kind = self._kind(line)
            in_note = current is not None and current.kind == "note"
            if in_note and kind == "text" and self._in_note(current, line, following):
                kind = "note"
            elif kind == "note":
                if in_note:
                    yield from _some(current)
                else:
                    interrupted = current
                current = _Block("note", tight=following is not None and following.gap == 0)
            else:
                if in_note:
                    yield from _some(current)
                    current, interrupted = interrupted, None
                if kind in ("item", "caption") or not self._continues(current, line):
                    yield from _some(current)
                    current = _Block(kind)
            self._append(current, line)
        yield from _some(interrupted)
        yield from _some(current)

    def _kind(self, line: Line) -> str:
        if line.caption:
            return "caption"
        note = re.match(r"(\d{1,2}) [\"”A-ZÆØÅ]", line.text)
        if note and self._notes < int(note[1]) <= self._notes + 2:
            self._notes = int(note[1])
            return "note"
        return "item" if line.is_item else "text"

    def _in_note(self, block: _Block | None, line: Line, following: Line | None) -> bool:
        if block is None or block.last is None or line.page != block.last.page or block.tail.endswith("rapport)"):
            return False
        if block.tight:
            return line.gap == 0
        body_follows = following is not None and following.page == line.page and following.gap == 0
        return self._normal_gap > 0 or line.gap == 0 or not body_follows

    def _continues(self, block: _Block | None, line: Line) -> bool:
        """Tell whether `line` goes on with the block's paragraph or item."""
        if block is None or block.last is None or block.kind == "caption":
            return False
        ended = bool(ENDS_SENTENCE.search(block.tail)) or block.tail.endswith(":")
        opens = line.text[0].isupper() or line.text[0] in '”"’'
        if opens and ((block.kind == "item" and ended) or (block.tight and line.gap > 0)):
            return False
        same_page = line.page == block.last.page
        if same_page and line.gap > self._normal_gap:
            return not ended and not opens
        short = len(block.last.text) < 0.8 * self._width
        return not (opens and short and (ended or not same_page))

    def _append(self, block: _Block | None, line: Line) -> None:
        assert block is not None
        text = line.text
        if block.last is None and block.kind == "item":
            text = text if NUMBERED.match(text) else text[1:].strip()
        if block.pieces:
            before, page = block.pieces[-1]
            joined = self.join(before, text)
            block.pieces[-1] = (joined[: len(joined) - len(text)], page)
        block.pieces.append((text, line.page))
        block.tight = line.gap == 0 if block.last is not None and block.kind != "note" else block.tight
        block.last = line

    def join(self, left: str, right: str) -> str:
        """Join two lines: undo hyphenation, keep the hyphens that belong to the words."""
        if not left or left.endswith("/"):
            return left + right
        if not re.search(r"\w-$", left):
            footnote = right[:1].isupper() and re.search(r"(?<=[.!?”]) \d{1,2}$", left)
            return f"{left[: footnote.start()] if footnote else left} {right}"
        head = re.findall(r"\w+", left)[-1]
        tail = (re.findall(r"\w+", right) or [""])[0]
        if tail.lower() in CONJUNCTIONS or not tail:
            return f"{left} {right}"
        return left + right if self._keeps_hyphen(head, tail, right) else left[:-1] + right

    def _keeps_hyphen(self, head: str, tail: str, right: str) -> bool:
        if right[0] == "/" or head.isdigit() or head.isupper() or not tail[0].islower():
            return True
        return f"{head}-{tail}".lower() in self._words and (head + tail).lower() not in self._words


def _some(block: _Block | None) -> Iterator[_Block]:
    if block is not None and block.last is not None:
        yield block


def _words(document_lines: list[Line]) -> set[str]:
    """Return the words of a document that no line break touches, with and without inner hyphens, lower case."""
    words: set[str] = set()
    broken = False
    for line in document_lines:
        found = re.findall(r"[\w-]+", line.text.lower())
        ends_broken = line.text.endswith("-")
        words.update(found[int(broken) : len(found) - int(ends_broken)])
        broken = ends_broken
    return words


def _split_block(block: _Block) -> list[Sentence]:
    whole, page_of = block.text_and_pages()
    undivided = block.kind in ("note", "caption")
    sentences = []
    for place, (begin, end) in enumerate([(0, len(whole))] if undivided else sentence_spans(whole)):
        text = re.sub(r"(?<=[a-zæøå”)])(?:([.!?])\d{1,2}|\d{1,2}([.!?]))$", r"\1\2", whole[begin:end].strip())
        pages = tuple(sorted(set(page_of[begin:end])))
        kind = "text" if block.kind == "item" and place else block.kind
        if any(char.isalpha() for char in text):
            sentences.append(Sentence(text, pages, kind))
    return sentences


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the `(begin, end)` of each sentence of a paragraph.

    A sentence ends at `.`, `!`, `?` or `…` (with the quotation marks and the footnote number behind it) before
    white space and a capital letter, digit or opening quotation mark, unless an abbreviation or a numeral
    stands before the point.
    """
    begin = 0
    for match in re.finditer(r"[.!?…][\"”’)\]]*(?:(?<=[a-zæøå”)]\.)\d{1,2})?(?=\s+[\"”\[A-ZÆØÅ\d])", text):
        if not _is_abbreviated(text, begin, match):
            yield begin, match.end()
            begin = match.end()
    if text[begin:].strip():
        yield begin, len(text)


def _is_abbreviated(text: str, begin: int, match: re.Match[str]) -> bool:
    """Tell whether the point of `match` ends an abbreviation, a numeral or an omission, not a sentence."""
    if match.group().startswith("…)"):
        return True
    if text[match.start()] != ".":
        return False
    before = text[max(begin, match.start() - 30) : match.start()].split()
    token = before[-1].lstrip('(”"') if before else ""
    if token.lower() in CLOSING_ABBREVIATIONS:
        return False
    return token.lower() in ABBREVIATIONS or bool(re.fullmatch(r"\d|[A-ZÆØÅ]", token))
