"""Our own Danish texts are easy to read: LIX 40 or less (Björnsson: words a sentence plus per cent of long words)."""

import re
import tomllib

from app.danger_rules import DATA
from app.texts import texts

HARDEST = 40
FEWEST_WORDS = 8
"""A shorter text has too few words for LIX to say anything; short ones are measured together."""
LONGER_WORDS = 14
"""From here on a text is measured by itself, so that a hard one cannot hide among easy ones."""


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


def test_each_longer_text_is_easy_to_read() -> None:
    long = {
        f"{section}.{name}": text
        for section, named in texts("da").items()
        for name, text in named.items()
        if len(text.split()) >= LONGER_WORDS
    }
    assert len(long) > 60
    assert not {name: round(lix(text), 1) for name, text in long.items() if lix(text) > HARDEST}


def test_the_text_on_acute_concern_is_easy_to_read() -> None:
    fixed = tomllib.loads(DATA.read_text("utf-8"))["text"]["da"]
    assert lix(f"{fixed['body']}\n{fixed['helplines']}\n{fixed['source']}") <= HARDEST
