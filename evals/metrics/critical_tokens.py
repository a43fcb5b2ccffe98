"""Critical tokens: does what a cited line says with numbers, names and negations stand in the words it cites?

For each line of the answer with marks `[n]`: every number (in digits, or a word from `to` to `tolv`), month,
recommendation code, negation and capitalised name must stand in the quotations of the citations the line carries. The
score is the share of such lines that hold; a line whose mark names no citation does not.

The first word of a sentence counts as a name when it is in capitals throughout or the documents write it with a capital
inside sentences and never without. The genitive's -s is nothing. English negations stand for the Danish ones; in an
answer to a question in English, `to` is no number.
"""

import re
from functools import lru_cache

from evals.items import Item
from evals.metrics.base import NAN, Metric
from evals.metrics.match import document_texts
from evals.results import Result

MARK = re.compile(r"(?<!\\)\[(\d+)\](?:\([^)\s]*\))?")
LIST_SIGN = re.compile(r"^\s*(?:[-*+>•]|#+|\d+\.)\s+")
MARKDOWN_SIGN = re.compile(r"(?<!\\)[*_`]")
ESCAPED = re.compile(r"\\([^\w\s])")

NUMBER = re.compile(r"\d+(?:[.,]\d+)*(?:\.[a-zæøå]\b)?")
WORD = re.compile(r"[^\W\d_]+")
NAME = re.compile(r"(?<=[a-zæøå,] )[A-ZÆØÅ][a-zæøå]+|[A-ZÆØÅ][a-zæøå]+(?= Kommune\b)")
ADDRESS = re.compile(r"\S*[/@]\S*")
BEFORE_A_SENTENCE = frozenset('.!?:…”“"»«–—•')
POLITE = frozenset({"De", "Dem", "Deres"})

NUMBERS = {
    word: str(number) for number, word in enumerate("to tre fire fem seks syv otte ni ti elleve tolv".split(), start=2)
}
NEGATIONS = {word: word for word in "ikke ingen aldrig hverken uden".split()} | {
    "intet": "ingen", "not": "ikke", "no": "ingen", "never": "aldrig",
}  # fmt: skip
MONTHS = {
    word: word
    for word in ("januar februar marts april maj juni juli august september oktober november december".split())
}
CRITICAL = NUMBERS | NEGATIONS | MONTHS


def score(item: Item, result: Result) -> float:
    """Return the share of cited lines whose critical tokens all stand in the cited words; NaN without such lines."""
    quotes = {citation.n: citation.quote for citation in result.citations}
    lines = [line for line in result.text.splitlines() if MARK.search(line)]
    if not lines:
        return NAN
    return sum(_line_holds(line, quotes, item.lang) for line in lines) / len(lines)


def _line_holds(line: str, quotes: dict[int, str], language: str) -> bool:
    marks = {int(n) for n in MARK.findall(line)}
    cited = "\n".join(quotes[n] for n in marks if n in quotes)
    return marks <= quotes.keys() and critical(plain(line), language) <= said(cited)


def plain(line: str) -> str:
    """Return the words of a line, without marks and the signs of Markdown."""
    unmarked = LIST_SIGN.sub("", MARK.sub("", line))
    return ESCAPED.sub(r"\1", MARKDOWN_SIGN.sub("", unmarked))


def critical(text: str, language: str = "da") -> set[str]:
    """Return the critical tokens of a plain line."""
    words = set(WORD.findall(text.casefold())) - ({"to"} if language == "en" else set())
    return {*NUMBER.findall(text.casefold()), *(CRITICAL[word] for word in words & CRITICAL.keys()), *_names(text)}


def said(quotes: str) -> set[str]:
    """Return everything in the cited words that a critical token may be."""
    words = WORD.findall(quotes.casefold())
    return {*NUMBER.findall(quotes.casefold()), *(CRITICAL.get(word, word) for word in words), *map(_stem, words)}


def _names(text: str) -> set[str]:
    names = set()
    for match in WORD.finditer(text):
        word = match[0]
        if not word[0].isupper() or len(word) == 1 or word in POLITE:
            continue
        before = text[: match.start()].rstrip()
        inside = before and before[-1] not in BEFORE_A_SENTENCE
        if inside or word.isupper() or _stem(word) in _known_names():
            names.add(_stem(word))
    return names


@lru_cache(maxsize=1)
def _known_names() -> frozenset[str]:
    """Return the stems of the words that the documents write with a capital inside sentences and never without."""
    text = ADDRESS.sub(" ", "\n".join(document_texts().values()))
    common = {_stem(word) for word in WORD.findall(text) if word[0].islower()}
    return frozenset(_stem(word) for word in NAME.findall(text)) - common


def _stem(word: str) -> str:
    return word.casefold().removesuffix("s")


CRITICAL_TOKENS = Metric(
    "critical_tokens",
    "andel af linjer med kilde, hvis tal, navne og nægtelser står i de citerede ord",
    1.0,
    score,
    zero_tolerance=True,
)
