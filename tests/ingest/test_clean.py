"""ingest/clean.py: lines become whole sentences; hyphenation goes, hyphens stay."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.schema import Page, Sentence
from corpus.text import key
from ingest.clean import Cleaner, lines, sentence_spans
from tests.fakes import document


def page(text: str, number: int | None = None, position: int = 1) -> Page:
    return Page(document().id, position, number, text)


def sentences(*texts: str, first: int | None = None) -> list[Sentence]:
    pages = [page(text, None if first is None else first + at, at + 1) for at, text in enumerate(texts)]
    found = lines(pages)
    return Cleaner(found).sentences(found)


def texts(*pages: str, first: int | None = None) -> list[str]:
    return [sentence.text for sentence in sentences(*pages, first=first)]


def spans(text: str) -> list[str]:
    return [text[begin:end].strip() for begin, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("Vi styrker fæl-\nlesskaber i klassen.", "Vi styrker fællesskaber i klassen."),
        ("Lærere og pædago-\nger samarbejder.", "Lærere og pædagoger samarbejder."),
        ("Der laves en mål-\nog indsatsplan nu.", "Der laves en mål- og indsatsplan nu."),
        ("Det gælder videns-\neller erfaringsdeling her.", "Det gælder videns- eller erfaringsdeling her."),
        ("Spørg en PIT-\nmedarbejder om det.", "Spørg en PIT-medarbejder om det."),
        ("Vi har et børne-/\nungesyn sammen.", "Vi har et børne-/ungesyn sammen."),
        ("Det er børne-\n/ungesynet, der tæller.", "Det er børne-/ungesynet, der tæller."),
        ("Vi bruger co-teaching.\nMed co-\nteaching går det bedre.", "Med co-teaching går det bedre."),
        ("Elever på 3.-\n5. klassetrin er med.", "Elever på 3.- 5. klassetrin er med."),
        ("Alle 0-\n18-årige er med.", "Alle 0-18-årige er med."),
        ("Spørg Børne-\nUngdomscentret om det.", "Spørg Børne-Ungdomscentret om det."),
    ],
)
def test_joins_soft_hyphens_and_keeps_real_ones(text: str, joined: str) -> None:
    assert texts(text)[-1] == joined


@pytest.mark.parametrize("text", ["Vi styrker fælles\u00adskabet nu.", "Vi styrker fælles\u00ad\nskabet nu."])
def test_joins_words_at_soft_hyphen_characters(text: str) -> None:
    assert texts(text) == ["Vi styrker fællesskabet nu."]


@pytest.mark.parametrize(
    "word", ["mål- og indsatsplan", "PIT-medarbejder", "børne-/ungesyn", "co-teaching", "videns- og støtteberedskab"]
)
def test_real_hyphens_of_the_documents_are_kept(library, word: str) -> None:
    assert any(word in passage.text for passage in library.catalogue.passages)


@pytest.mark.parametrize(
    "broken", ["fæl- lesskab", "PITmedarbejder", "målog", "coteaching", "børne-ungesyn", "ungesynspe"]
)
def test_no_word_of_the_documents_is_joined_wrongly(library, broken: str) -> None:
    assert not [passage.id for passage in library.catalogue.passages if broken in passage.text]


def test_no_sentence_of_the_documents_holds_a_broken_word(library) -> None:
    kept = re.compile(r"- (?:og|eller|samt|til|som|henholdsvis)\b")
    wrong = []
    for passage in library.catalogue.passages:
        raw = "\n".join(page.text for page in library.pages(passage.document))
        for sentence in passage.sentences:
            broken = re.findall(r"[a-zæøå]{2,}- [a-zæøå]+", sentence.text)
            wrong += [words for words in broken if not kept.search(words) and words not in raw]
    assert wrong == []


def test_running_heads_and_page_numbers_are_left_out() -> None:
    found = texts("Fælles forståelse 12\nFørste side slutter her.", "Anden side.\n\nFælles forståelse 13", first=12)
    assert found == ["Første side slutter her.", "Anden side."]


def test_bare_numbers_and_addresses_are_left_out() -> None:
    assert texts("11 53 24 8 5\n0 10 20 30\nhttps://www.uvm.dk/a/b\nHer er teksten.\n***") == ["Her er teksten."]


@pytest.mark.parametrize(
    "head",
    [
        "Fælles forståelse og tværfagligt samarbejde 12",
        "Fælles forståelse og tværfagligt samarbejde 13",
        "Inspirationskatalog 13",
        "Inspirationskatalog 21",
        "https://",
        "www.haderslev.dk/media",
    ],
)
def test_no_passage_holds_a_running_head_or_an_address(library, head: str) -> None:
    assert not [passage.id for passage in library.catalogue.passages if head in passage.text]


def test_no_passage_holds_the_numbers_of_a_chart(library) -> None:
    for passage in library.catalogue.passages:
        assert not re.search(r"\b\d{1,3}(?: \d{1,3}){3,}\b", passage.text), passage.id


def test_sentence_runs_on_over_a_page_break_and_knows_both_pages() -> None:
    found = sentences("Det er lederen, der\nhar ansvaret for", "at indsatserne virker. Ja, det er.", first=10)
    assert [(sentence.text, sentence.pages) for sentence in found] == [
        ("Det er lederen, der har ansvaret for at indsatserne virker.", (10, 11)),
        ("Ja, det er.", (11,)),
    ]


@pytest.mark.parametrize("bullet", ["•", "▪", "❖", "-", "\t•", "  ▪ ", "●"])
def test_bullets_begin_list_items_and_are_taken_off(bullet: str) -> None:
    found = sentences(f"Vi gør sådan:\n{bullet} Trivsel først\n{bullet} Så læring i små\nskridt hver dag")
    assert [(sentence.text, sentence.kind) for sentence in found] == [
        ("Vi gør sådan:", "text"),
        ("Trivsel først", "item"),
        ("Så læring i små skridt hver dag", "item"),
    ]


def test_bullets_inside_a_line_begin_items_of_their_own() -> None:
    assert texts("Husk det: • Ro i klassen • Tid til leg") == ["Husk det:", "Ro i klassen", "Tid til leg"]


def test_numbered_items_keep_their_numbers() -> None:
    assert texts("Vi anbefaler:\n1. Sæt retning for alle\n2. Skab rammer for alle")[1:] == [
        "1. Sæt retning for alle",
        "2. Skab rammer for alle",
    ]


def test_later_sentences_of_an_item_are_running_text() -> None:
    found = sentences("• Eleverne er glade. De vil gerne mere.\n• Lærerne er med.")
    assert [sentence.kind for sentence in found] == ["item", "text", "item"]


def test_footnotes_are_kept_apart_and_come_last() -> None:
    found = sentences(
        "Det viser forskning på området.\n1 Kousholt, D (2023). Samarbejde mellem PPR og\nskole. København: DPU.\n\n"
        "Derfor er det vigtigt at begynde tidligt med det."
    )
    assert [sentence.kind for sentence in found] == ["text", "text", "note"]
    assert found[-1].text.startswith("1 Kousholt")


def test_footnotes_of_the_documents_are_notes(library) -> None:
    notes = [s.text for p in library.catalogue.passages for s in p.sentences if s.kind == "note"]
    for opening in ("1 Kousholt, D, og Morin", "1 Baviska, Siddharta", "5 ”Aktionsforskning", "20 Epinion (2016)"):
        assert any(note.startswith(opening) for note in notes), opening
    texts_of = [s.text for p in library.catalogue.passages for s in p.sentences if s.kind != "note"]
    assert not [text for text in texts_of if "Se alle kilder i den samlede rapport" in text]


def test_footnote_number_behind_a_sentence_is_taken_off() -> None:
    assert texts("Ressourcerne er fulgt med i processen.1 Samtidig er der sparet.") == [
        "Ressourcerne er fulgt med i processen.",
        "Samtidig er der sparet.",
    ]


def test_number_that_begins_the_next_sentence_is_kept() -> None:
    assert texts("En ambition kan aldrig fuldt ud indfries. 96\npct.-målsætningen har gjaldt fra 2012.") == [
        "En ambition kan aldrig fuldt ud indfries.",
        "96 pct.-målsætningen har gjaldt fra 2012.",
    ]


def test_one_word_that_leads_a_list_is_kept() -> None:
    found = texts("Styrker:\n• Ro og struktur\n• Tid til samarbejde\n\nUdfordringer:\n• Mødefrekvensen opleves høj")
    assert found.index("Styrker:") < found.index("Ro og struktur") < found.index("Udfordringer:")


def test_strengths_and_challenges_of_odense_stay_apart(library) -> None:
    text = "\n".join(p.text for p in library.catalogue.passages if p.record == "kl-odense" and p.field == "forandring")
    assert "Styrker:" in text
    assert "Udfordringer:" in text


@pytest.mark.parametrize(
    "text",
    [
        "Det gælder fx PPR og skolen.",
        "Det gælder f.eks. Aarhus og Odense.",
        "Det gælder bl.a. PPR og skolen.",
        "Se nr. 3 i rækken.",
        "Jf. Figur 2 er det ca. 20 elever.",
        "Elever i 7. klasse er med.",
        "Elever på 3. og 5. klassetrin er med.",
        "På 1. årgang er der ro.",
        "Baviskar, Siddharta m.fl. (2015) viser det.",
        "Debora L. Roorda viser det.",
        "Det er 96 pct. af eleverne.",
        "Se afsnit 4.1.2 om det.",
        "Vi mødes kl. 9 hver dag.",
        "(bl.a. PPR) hjælper til.",
    ],
)
def test_abbreviations_and_numerals_do_not_end_a_sentence(text: str) -> None:
    assert spans(text) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "Det virker.|Det er godt.",
        "Virker det?|Ja!|Det er godt.",
        "”Det er her.”|Sådan siger læreren.",
        "Det er slut (i dag).|Så er det nok.",
        "Det tager tid …|Men det virker.",
        "Det er nyt.|24 % svarer ja.",
        "Sådan er det.|”Kom ind,” siger hun.",
        "Det skal ske i 2025.|Vi evaluerer senere.",
        "Skolen har 32 elever.|Østre Skole har flere.",
        "Der er ro, plads mv.|Alle elever er med.",
        "Vi har leg, ro osv.|Det virker.",
        "Målet er 96 pct.|Andelen er steget.",
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str) -> None:
    assert spans(text.replace("|", " ")) == text.split("|")


@pytest.mark.parametrize("text", ["Det kan være (…) [som] vi gør her.", "Og det foregribende (…) [er], når de kommer."])
def test_omission_in_a_quotation_does_not_end_its_sentence(text: str) -> None:
    assert spans(text) == [text]


@given(st.text(alphabet="aæåBØ19 .!?…”()[]-,", max_size=120))
def test_sentence_spans_lose_nothing(text: str) -> None:
    assert "".join(spans(text)).replace(" ", "") == text.replace(" ", "")


@given(st.lists(st.sampled_from(["Vi leger ude.", "Børn læser sammen!", "Hvad hjælper her?", "Det er fx godt nok."])))
def test_whole_sentences_come_back_as_they_were(chosen: list[str]) -> None:
    assert spans(" ".join(chosen)) == chosen


@given(st.lists(st.sampled_from("børn fællesskabet skole trivsel mellemtrinnet PPR læring og i".split()), min_size=3))
def test_wrapping_a_paragraph_does_not_change_its_letters(words: list[str]) -> None:
    paragraph = " ".join(words).capitalize() + "."
    wrapped = paragraph.replace(" ", "\n", len(words) // 2)
    assert key(" ".join(texts(wrapped))) == key(paragraph)


def test_long_text_without_blank_lines_is_cleaned_in_seconds() -> None:
    line = "Børn på mellemtrinnet får støtte i grupper, når de har brug for det, og de voksne taler om det.\n"
    start = time.perf_counter()
    assert len(texts(line * 2500)) == 2500
    assert time.perf_counter() - start < 3
