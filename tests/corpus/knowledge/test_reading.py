from pathlib import Path

import pytest

from corpus.errors import KnowledgeError
from corpus.knowledge.reading import Quotation, Row, Sources, once, rows
from tests.corpus.knowledge.conftest import FIRST, SECOND


class Named(Row):
    name: str
    size: int = 0


def test_each_entry_comes_with_its_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('# en bemærkning\n[[thing]]\nname = "a"\n\n[[thing]]\nname = "b"\n', "utf-8")
    assert [(where, row.name) for where, row in rows(path, "thing", Named)] == [
        ("x.toml, linje 2", "a"),
        ("x.toml, linje 5", "b"),
    ]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ("size = 1", "name mangler"),
        ('name = " "', "name er tom"),
        ('name = "a"\nother = 1', "other er ikke et navn, der kendes"),
        ('name = "a"\nsize = "stor"', "size kan ikke bruges"),
    ],
)
def test_wrong_entry_is_told_with_file_line_and_reason(tmp_path: Path, entry: str, reason: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(f'[[thing]]\nname = "god"\n\n[[thing]]\n{entry}\n', "utf-8")
    with pytest.raises(KnowledgeError, match=r"x\.toml, linje 4") as caught:
        rows(path, "thing", Named)
    assert reason in caught.value.what
    assert caught.value.fix


@pytest.mark.parametrize("text", ["[[thing]", "[thing]\nname = 'a'\n", "[[things]]\nname = 'a'\n"])
def test_file_of_the_wrong_form_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(KnowledgeError, match=r"x\.toml"):
        rows(path, "thing", Named)


def test_file_that_is_missing_or_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    with pytest.raises(KnowledgeError, match=r"x\.toml"):
        rows(path, "thing", Named)
    path.write_bytes("x = 'få'".encode("latin-1"))
    with pytest.raises(KnowledgeError, match=r"x\.toml"):
        rows(path, "thing", Named)


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        (FIRST, "kl-1"),
        ("indførte vi værk-\nsteder EFTER frokost", "kl-1"),
        (f"frokost for 3. klasse. {SECOND[:20]}", "kl-1"),
        ("blev ikke spurgt, før", "kl-2"),
        ("En overskrift, der kun står på siden", "kl-1"),
        (f"Andet afsnit {SECOND[:30]}", "kl-2"),
        ("det står der ingen steder", None),
        ("vi", None),
    ],
    ids=[
        "whole",
        "broken line",
        "over a border",
        "second",
        "heading",
        "heading and what follows",
        "nowhere",
        "too short",
    ],
)
def test_quotation_leads_to_the_passage_it_begins_in(sources: Sources, quote: str, expected: str | None) -> None:
    assert sources.passage("kl", quote) == expected


def test_quotation_of_another_document_is_not_found(sources: Sources) -> None:
    assert sources.has("kl")
    assert not sources.has("stuk")
    assert sources.passage("stuk", FIRST) is None


def test_quotation_that_stands_nowhere_is_told_with_its_place(sources: Sources) -> None:
    with pytest.raises(KnowledgeError, match=r"a\.toml, linje 3.*står ikke i kl"):
        sources.support("a.toml, linje 3", Quotation(document="kl", quote="det står der ingen steder"))


def test_name_given_twice_is_told_with_both_places() -> None:
    seen: dict[str, str] = {}
    once("a.toml, linje 1", "PPR", seen)
    with pytest.raises(KnowledgeError, match=r"b\.toml, linje 2: 'PPR' står også i a\.toml, linje 1"):
        once("b.toml, linje 2", "PPR", seen)
