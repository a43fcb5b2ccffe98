"""Grades as people write them: "4. klasse", "i 3.b", "ottende årgang", "0.-3. klasse", "year 5"."""

import re
from collections.abc import Iterator

ORDINALS = "nulte første anden tredje fjerde femte sjette syvende ottende niende tiende".split()
NO_GRADE = (
    "time lektion uge gang dag sal modul plads række januar februar marts april maj juni juli august september oktober"
    " november december"
).split()
GRADE = re.compile(
    r"\b(\d{1,2})\.?[ -]?-?(?:klasse\w*|kl\b|årgang\w*)|\b(\d{1,2})\. ?[a-e]\b|\b(\d)[a-e]\b"
    r"|\b(?:year|grade) (\d{1,2})\b"
    rf"|(?:(?<=\bi )|(?<=\bpå )|(?<=\bfra ))(\d)\.(?! ?(?:{'|'.join(NO_GRADE)}|g\b)|\d)"
    rf"|\b({'|'.join(ORDINALS)}) ?(?:klasse\w*|årgang\w*)"
)
BARE = 5  # the group of GRADE that is a number alone, as in "i 4."
RANGE = re.compile(r"\b(\d{1,2})\.? ?(?:-|–|til|to) ?(\d{1,2})\.? ?(?:klasse\w*|kl\b|årgang\w*)")
CLASS, CLASSES = (re.compile(one.pattern, re.IGNORECASE) for one in (GRADE, RANGE))
LAST_GRADE = 10


def grades_named(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield the grades that a text names: the place, the grade as a number, and the words for it in lower case."""
    for match in GRADE.finditer(text.lower()):
        said = next(group for group in match.groups() if group is not None)
        grade = ORDINALS.index(said) if said in ORDINALS else int(said)
        if grade <= LAST_GRADE:
            yield match.start(), str(grade), match.group()
    for match in RANGE.finditer(text.lower()):
        first, last = int(match[1]), min(int(match[2]), LAST_GRADE)
        yield from ((match.start(), str(grade), match.group()) for grade in range(first, last + 1))


def without_grades(text: str) -> str:
    """Return a text without the grades that it names."""
    return CLASS.sub(" ", CLASSES.sub(" ", text))


IN_ENGLISH = re.compile(r" ?\bin (?:year|grade) \d{1,2}\b", re.IGNORECASE)
A_CLASS = ("klasse", "class")
"""What stands for the words for a grade that is not meant any more."""


def as_a_class(text: str) -> str:
    """Return a text with a word for a class where it names a grade."""
    return CLASS.sub(_a_class, CLASSES.sub(_a_class, IN_ENGLISH.sub("", text)))


def _a_class(match: re.Match[str]) -> str:
    return A_CLASS[match.group()[0].lower() in "yg"]
