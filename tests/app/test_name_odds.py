"""app/name_odds.py and app/people.py: names in messages by an author whose messages nothing was taught from."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from app.engine import Engine, public_names
from app.people import Reader
from app.privacy import Masker
from evals.taught import Span, names

DATA = Path(__file__).parent / "data"
UNSEEN = {"names.jsonl": (0.925, 0.007), "names_plain.jsonl": (0.97, 0.001)}
"""Hard messages and plain ones, by authors of their own: the least share of the words in names that are found, and the
most of all other words that are taken for one."""


@pytest.fixture(scope="module")
def masker(engine: Engine) -> Masker:
    """What masks, with the names of the corpus that may stand."""
    return Masker(public_names(engine.library))


def _words(reader: Reader, marked: Sequence[Span]) -> tuple[list[bool], list[bool]]:
    """Return for each word of a name whether it is found, and for each other word whether it is taken for one."""
    spans = list(reader.names())
    of_names, others = [], []
    for token in reader.tokens:
        found = any(token.start < span.end and span.start < token.end for span in spans) or token.kept
        is_name = any(token.start < end and start < token.end for start, end in marked)
        (of_names if is_name else others).append(found if is_name else found and not token.kept)
    return of_names, others


@pytest.mark.parametrize("file", UNSEEN)
def test_names_are_found_in_messages_that_nothing_was_taught_from(masker: Masker, file: str) -> None:
    least, most = UNSEEN[file]
    found: list[bool] = []
    mistaken: list[bool] = []
    for text, marked in names(DATA / file):
        of_names, others = _words(masker.reader(text), marked)
        found += of_names
        mistaken += others
    assert sum(found) / len(found) >= least
    assert sum(mistaken) / len(mistaken) <= most


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("how do i tell oluwaseun's dad that the trip costs money", "oluwaseun"),
        ("i think eliska's mum is cross", "eliska"),
        ("Til stede: Gitte, Torben, MK. MK skriver referat", "MK"),
        ("jeg er far til en i 3.v og en i 6.k", "3.v"),
        ("LÆRER ULLA DAM RÅBER AD MIN SØN", "DAM"),
    ],
)
def test_hides_unknown_names_in_genitive_initials_and_classes_of_any_letter(
    masker: Masker, text: str, hidden: str
) -> None:
    assert hidden not in masker.mask(text).text


@pytest.mark.parametrize(
    "text",
    [
        "April and June are packed with exams",
        "Minutes 14 Nov: fire drill and seating",
        "Lejrskole til Bornholm skal bestilles",
        "Lav opg. 4a, 4b og 7 til torsdag",
        "Hvad siger Vygotsky's teori om leg?",
    ],
)
def test_months_exercises_and_public_authors_in_genitive_stay(masker: Masker, text: str) -> None:
    assert masker.mask(text).text == text
