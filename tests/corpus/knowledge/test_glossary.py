import json
from pathlib import Path

import pytest

from corpus.errors import KnowledgeError
from corpus.knowledge.glossary import glossary
from corpus.knowledge.reading import Sources
from corpus.text import key
from retrieval.library import Library
from tests.corpus.knowledge.conftest import FIRST


def term(name: str = "værksted", document: str = "kl", quote: str = FIRST, more: str = "") -> str:
    return (
        f"[[term]]\nterm = '{name}'\ndocument = '{document}'\nquote = {json.dumps(quote, ensure_ascii=False)}\n"
        f"explained = false\n{more}\n"
    )


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "glossary.toml"
    path.write_text(text, "utf-8")
    return path


def test_term_is_read_with_its_forms_and_where_it_stands(tmp_path: Path, sources: Sources) -> None:
    (found,) = glossary(sources, _write(tmp_path, term(more="forms = ['værksteder']\nlong = ''")))
    assert (found.term, found.forms, found.long, found.explained) == ("værksted", ("værksteder",), "", False)
    assert found.support.passage == "kl-1"


def test_terms_of_documents_that_are_not_indexed_are_passed_over(tmp_path: Path, sources: Sources) -> None:
    assert glossary(sources, _write(tmp_path, term(document="stuk"))) == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (term(quote="det står der ingen steder"), "står ikke i kl"),
        (term() + term(), "står også i"),
        (term(more="forklaret = true"), "er ikke et navn, der kendes"),
    ],
)
def test_wrong_term_is_told(tmp_path: Path, sources: Sources, text: str, reason: str) -> None:
    with pytest.raises(KnowledgeError, match=r"glossary\.toml, linje \d+") as caught:
        glossary(sources, _write(tmp_path, text))
    assert reason in caught.value.what


def test_abbreviations_stand_with_their_long_form_in_the_words_that_explain_them(library: Library) -> None:
    abbreviations = library.catalogue.abbreviations
    assert abbreviations["PKU"] == "Pædagogisk Koordinationsudvalg"
    for entry in library.catalogue.terms:
        if entry.long and entry.explained:
            assert key(entry.long)[:12] in key(entry.support.quote), entry.term


def test_there_are_terms_of_every_document(library: Library) -> None:
    assert {entry.support.document for entry in library.catalogue.terms} == set(library.documents)
    assert len(library.catalogue.terms) >= 70
