from hypothesis import given
from hypothesis import strategies as st

from app.render import escape, markdown
from app.turn import Citation, Part, PartKind
from corpus.schema import EvidenceLabel


def _citation(quote: str) -> Citation:
    return Citation(1, "kl", "kl-1", "Overskrift", (9,), 9, quote, EvidenceLabel.D)


def test_writes_a_quotation_with_its_number() -> None:
    part = Part(PartKind.QUOTE, "Vi prøvede.", _citation("Vi prøvede."))
    assert markdown([part]) == "”Vi prøvede.” [1]"


def test_writes_items_as_one_list() -> None:
    items = [Part(PartKind.ITEM, text, _citation(text)) for text in ("en", "to")]
    assert markdown(items) == "- ”en” [1]\n- ”to” [1]"


def test_writes_a_heading_in_bold() -> None:
    assert markdown([Part(PartKind.HEADING, "KL, side 9")]) == "**KL, side 9**"


def test_a_script_in_a_source_stays_text() -> None:
    text = "<script>alert(1)</script> [klik](http://x)"
    shown = markdown([Part(PartKind.QUOTE, text, _citation(text))])
    assert "<script>" not in shown
    assert "[klik](" not in shown


@given(st.text(max_size=200))
def test_escaping_loses_no_character(text: str) -> None:
    assert [char for char in escape(text) if char != "\\"] == [char for char in text if char != "\\"]
