from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.render import escape, markdown
from app.turn import Citation, Part, PartKind
from corpus.schema import EvidenceLabel


def _citation(quote: str) -> Citation:
    return Citation(1, "kl", "kl-1", "Overskrift", (9,), 9, quote, EvidenceLabel.D)


def test_writes_a_quotation_with_its_number() -> None:
    part = Part(PartKind.QUOTE, "Vi prøvede.", (_citation("Vi prøvede."),))
    assert markdown([part]) == "”Vi prøvede.” [1]"


def test_writes_a_statement_without_quotation_marks_and_with_all_its_numbers() -> None:
    part = Part(PartKind.STATEMENT, "De prøvede to ting.", (_citation("et"), replace(_citation("to"), n=2)))
    assert markdown([part]) == "De prøvede to ting. [1] [2]"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("”Vi var alle med.”", "”Vi var alle med.”"),
        ("»Vi var alle med.«", "”Vi var alle med.”"),
        ("”Os” og ”dem”", "””Os” og ”dem””"),
        ("Vi sagde ”ja”", "”Vi sagde ”ja””"),
    ],
)
def test_quotation_that_stands_in_marks_gets_no_second_pair(text: str, shown: str) -> None:
    assert markdown([Part(PartKind.QUOTE, text, (_citation(text),))]) == f"{shown} [1]"


def test_writes_items_as_one_list() -> None:
    items = [Part(PartKind.ITEM, text, (_citation(text),)) for text in ("en", "to")]
    assert markdown(items) == "- ”en” [1]\n- ”to” [1]"


def test_writes_a_heading_in_bold() -> None:
    assert markdown([Part(PartKind.HEADING, "KL, side 9")]) == "**KL, side 9**"


def test_a_script_in_a_source_stays_text() -> None:
    text = "<script>alert(1)</script> [klik](http://x)"
    shown = markdown([Part(PartKind.QUOTE, text, (_citation(text),))])
    assert "<script>" not in shown
    assert "[klik](" not in shown


@given(st.text(max_size=200))
def test_escaping_loses_no_character(text: str) -> None:
    assert [char for char in escape(text) if char != "\\"] == [char for char in text if char != "\\"]
