"""corpus/schema.py: how passages and records show themselves."""

from corpus.schema import Page, Passage, Record, RecordField, Sentence


def passage(*sentences: Sentence, printed: bool = True) -> Passage:
    return Passage("kl-1", "kl", ("Kapitel", "Afsnit"), sentences, (5, 6), printed)


def test_page_is_known_by_its_printed_number() -> None:
    assert Page("kl", 3, 7, "tekst").number == 7


def test_page_without_printed_number_is_known_by_its_position() -> None:
    assert Page("inklusion", 3, None, "tekst").number == 3


def test_list_items_of_a_passage_stand_on_lines_of_their_own() -> None:
    shown = passage(
        Sentence("Vi har fokus på:", (5,)),
        Sentence("trivsel", (5,), "item"),
        Sentence("læring", (6,), "item"),
        Sentence("Det virker.", (6,)),
        Sentence("Ja.", (6,)),
    )
    assert shown.text == "Vi har fokus på:\n• trivsel\n• læring\nDet virker. Ja."


def test_heading_of_a_passage_shows_the_way_down_to_it() -> None:
    assert passage().heading == "Kapitel › Afsnit"


def test_passage_without_printed_pages_gives_none() -> None:
    assert passage().printed_pages == (5, 6)
    assert passage(printed=False).printed_pages == ()


def test_record_gives_a_field_by_name_or_none() -> None:
    gjort = RecordField("gjort", "Det har vi gjort", ())
    record = Record("kl-x", "kl", "Titel", (7,), (gjort,))
    assert record.field("gjort") is gjort
    assert record.field("laert") is None
