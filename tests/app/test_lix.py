"""Our own Danish texts are easy to read: LIX 40 or less (Björnsson: words a sentence plus per cent of long words).

What is written close to the sources may be a little harder, and no harder than it is (docs/decisions/0020-lix.md).
"""

import re
import tomllib

from app.danger_rules import DATA
from app.texts import texts
from retrieval.library import Library

HARDEST = 40
FEWEST_WORDS = 8
"""A shorter text has too few words for LIX to say anything; short ones are measured together."""
WRITTEN_BY_PEOPLE = ("examples_to_ask",)
"""Sections of what teachers and leaders might write, and not of what we tell them."""

CLOSE_TO_SOURCES = {"topics": 47, "paths": 45, "cards": 40}
"""The LIX of sentences that say no more than the words they cite; that of the sources is 50."""


def lix(text: str) -> float:
    """Return a text's LIX; a list item or paragraph counts as a sentence."""
    plain = re.sub(r"\{\w+\}|[*#]", "", text)
    sentences = [one for one in re.split(r"[.:?]+(?=\s|$)|\n+", plain) if re.search(r"\w", one)]
    words = re.findall(r"[\w-]+", plain)
    return len(words) / len(sentences) + 100 * sum(len(word) > 6 for word in words) / len(words)


def test_measures_as_bjoernsson_does() -> None:
    assert lix("Vi går hjem. De bliver her.") == 3
    assert lix("Skolelederen kommer forbi. Vi går hjem.") == 3 + 100 / 6


def test_each_section_of_our_texts_is_easy_to_read() -> None:
    hard = {
        name: round(lix(told), 1)
        for name, section in texts("da").items()
        if len((told := ".\n".join(section.values())).split()) >= FEWEST_WORDS and lix(told) > HARDEST
    }
    assert not hard


def test_each_text_that_is_long_enough_is_easy_to_read() -> None:
    long = {
        f"{section}.{name}": text
        for section, named in texts("da").items()
        for name, text in named.items()
        if len(text.split()) >= FEWEST_WORDS and section not in WRITTEN_BY_PEOPLE
    }
    assert len(long) > 150
    assert not {name: round(lix(text), 1) for name, text in long.items() if lix(text) > HARDEST}


def test_what_is_written_close_to_the_sources_gets_no_harder(library: Library) -> None:
    catalogue = library.catalogue
    fields = ("problem", "steps", "first_steps", "who", "resources", "learned", "caveats", "signs")
    told = {
        "topics": [one.text for topic in catalogue.topics for one in topic.statements],
        "paths": [one.text for path in catalogue.paths for step in path.steps for one in step.statements],
        "cards": [one.text for guide in catalogue.guides.values() for name in fields for one in getattr(guide, name)],
    }
    assert {name: lix("\n".join(said)) <= CLOSE_TO_SOURCES[name] for name, said in told.items()} == dict.fromkeys(
        told, True
    )


def test_the_text_on_acute_concern_is_easy_to_read() -> None:
    fixed = tomllib.loads(DATA.read_text("utf-8"))["text"]["da"]
    assert lix(f"{fixed['body']}\n{fixed['helplines']}\n{fixed['source']}") <= HARDEST
