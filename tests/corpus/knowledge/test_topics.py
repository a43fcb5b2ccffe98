import json
from pathlib import Path

import pytest

from corpus.claims import copied, unsupported
from corpus.errors import KnowledgeError
from corpus.knowledge.reading import Sources
from corpus.knowledge.statements import FORBIDDEN
from corpus.knowledge.topics import topics
from corpus.schema import Support
from retrieval.library import Library
from tests.corpus.knowledge.conftest import FIRST, SECOND

QUESTIONS = [f"Hvad gør de i spørgsmål nummer {letter}?" for letter in "abcdef"]
GOOD = (
    ("Skolen begyndte på værksteder i 2024.", "I 2024 indførte vi værksteder"),
    ("De voksne derhjemme var ikke hørt på forhånd.", SECOND),
)


def card(sentences: tuple[tuple[str, str], ...] = GOOD, name: str = "emne", document: str = "kl") -> str:
    text = f"[[topic]]\nid = {json.dumps(name)}\ntitle = 'Et emne'\n"
    text += f"questions = {json.dumps([f'{question} {name}' for question in QUESTIONS], ensure_ascii=False)}\n"
    for sentence, quote in sentences:
        cite = f"{{ document = '{document}', quote = {json.dumps(quote, ensure_ascii=False)} }}"
        text += f"[[topic.sentence]]\ntext = {json.dumps(sentence, ensure_ascii=False)}\ncites = [{cite}]\n"
    return text


def _write(folder: Path, text: str) -> Path:
    (folder / "x.toml").write_text(text, "utf-8")
    return folder


def test_card_holds_its_sentences_with_what_carries_them(tmp_path: Path, sources: Sources) -> None:
    found, led = topics(sources, _write(tmp_path, card()))
    assert [statement.text for statement in found[0].statements] == [text for text, _ in GOOD]
    assert found[0].statements[1].support == (Support("kl", SECOND, "kl-2"),)
    assert {expansion.target for expansion in led} == {found[0].id} == {"emne-emne"}
    assert len(led) == len(QUESTIONS) + 2


def test_cards_about_documents_that_are_not_indexed_are_passed_over(tmp_path: Path, sources: Sources) -> None:
    assert topics(sources, _write(tmp_path, card(document="stuk"))) == ((), ())


@pytest.mark.parametrize(
    ("sentence", "quote", "reason"),
    [
        ("Skolen begyndte i 2023.", "I 2024 indførte vi værksteder", "2023"),
        ("To lærere begyndte på værksteder.", "I 2024 indførte vi værksteder", "2"),
        ("Det var i marts, skolen begyndte.", "I 2024 indførte vi værksteder", "marts"),
        ("Skolen i Odense begyndte på værksteder.", "I 2024 indførte vi værksteder", "Odense"),
        ("Skolen begyndte ikke på værksteder.", "I 2024 indførte vi værksteder", "ikke"),
        ("Forældrene var ikke spurgt, uden at det var meningen.", SECOND, "uden"),
        ("Forældrene var spurgt på forhånd.", SECOND, "udeladt: ikke"),
        ("Skolen begyndte.", "det står der ingen steder", "står ikke i kl"),
        (
            "I 2024 indførte vi værksteder efter frokost for 3. klasse. Forældrene blev ikke spurgt, før det begyndte.",
            f"{FIRST} {SECOND}",
            "skrevet af",
        ),
        ("Det virker, når en skole har værksteder.", "indførte vi værksteder", "virker"),
        ("Værksteder er sagen!", "indførte vi værksteder", "!"),
    ],
)
def test_sentence_that_says_more_than_its_quotation_is_told(
    tmp_path: Path, sources: Sources, sentence: str, quote: str, reason: str
) -> None:
    folder = _write(tmp_path, card((GOOD[0], (sentence, quote))))
    with pytest.raises(KnowledgeError, match=r"x\.toml, linje 1") as caught:
        topics(sources, folder)
    assert reason in caught.value.what


def test_id_and_questions_are_given_once(tmp_path: Path, sources: Sources) -> None:
    with pytest.raises(KnowledgeError, match="'emne' står også i"):
        topics(sources, _write(tmp_path, card() + card()))


def test_number_word_and_digits_are_the_same() -> None:
    assert unsupported("De fik tre timer.", ["3 timer om ugen"]) == []
    assert unsupported("De fik 3 timer.", ["tre timer om ugen"]) == []


def test_copying_is_counted_in_letters_and_digits() -> None:
    words = "en to tre fire fem seks syv otte ni ti elleve tolv tretten fjorten femten seksten"
    assert copied(f"Altså {words}", [words])
    assert not copied("en to tre fire fem seks syv", [words])


def test_no_topic_has_the_id_of_a_record(library: Library) -> None:
    assert not library.topics.keys() & library.records.keys()


def test_there_are_seventy_topics_of_every_document(library: Library) -> None:
    cards = library.catalogue.topics
    assert len(cards) >= 70
    cited = {support.document for topic in cards for s in topic.statements for support in s.support}
    assert cited == set(library.documents)


def test_every_statement_is_carried_by_quotations_of_its_documents(library: Library) -> None:
    statements = [statement for topic in library.catalogue.topics for statement in topic.statements]
    for statement in statements:
        assert statement.support
        assert all(library.contains(support.document, support.quote) for support in statement.support), statement.text
        assert unsupported(statement.text, [support.quote for support in statement.support]) == [], statement.text
        assert not FORBIDDEN.search(statement.text)
        assert statement.text.lstrip("»”")[0].isupper() or statement.text[0].isdigit(), statement.text
        assert statement.text.endswith((".", "”", "«")), statement.text
