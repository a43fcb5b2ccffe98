from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import KnowledgeError
from corpus.knowledge.facets import facets
from corpus.knowledge.reading import Sources
from retrieval.library import Library
from tests.corpus.knowledge.conftest import ACTION

VALUES = "\n".join(
    f"[values.{name}]\na = 'A'\n"
    for name in ("themes", "grades", "participants", "situations", "outcomes", "reporters")
)
ENTRY = """
[[action]]
id = "kl-x"
themes = ["a"]
grades = []
participants = ["a"]
situations = ["a"]
outcome = "a"
outcome_quote = { quote = "I 2024 indførte vi værksteder" }
resources = [{ quote = "efter frokost for 3. klasse" }]
reporters = ["a"]
"""


def _write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "facets.toml"
    path.write_text(text, "utf-8")
    return path


def test_facets_are_read_with_their_names_and_quotations(tmp_path: Path, sources: Sources) -> None:
    found, names = facets(sources, [ACTION], _write(tmp_path, VALUES + ENTRY))
    assert found["kl-x"].themes == ("a",)
    assert found["kl-x"].outcome_support.passage == "kl-1"
    assert [support.quote for support in found["kl-x"].resources] == ["efter frokost for 3. klasse"]
    assert names["themes"] == {"a": "A"}


def test_facets_of_documents_that_are_not_indexed_are_passed_over(tmp_path: Path, sources: Sources) -> None:
    assert facets(Sources((), ()), [], _write(tmp_path, VALUES + ENTRY))[0] == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (ENTRY.replace('themes = ["a"]', 'themes = ["b"]'), "'b' står ikke i [values.themes]"),
        (ENTRY.replace('outcome = "a"', 'outcome = "b"'), "'b' står ikke i [values.outcomes]"),
        (ENTRY.replace("kl-x", "kl-y"), "findes ikke"),
        (ENTRY + ENTRY, "står også i"),
        (ENTRY.replace("I 2024", "I 2023"), "står ikke i kl"),
        (ENTRY.replace("grades = []\n", ""), "grades mangler"),
    ],
)
def test_wrong_facets_are_told(tmp_path: Path, sources: Sources, text: str, reason: str) -> None:
    with pytest.raises(KnowledgeError, match=r"facets\.toml") as caught:
        facets(sources, [ACTION], _write(tmp_path, VALUES + text))
    assert reason in caught.value.what


def test_trial_action_left_out_is_told_where_others_of_its_document_have_facets(
    tmp_path: Path, sources: Sources
) -> None:
    actions = [ACTION, replace(ACTION, id="kl-z"), replace(ACTION, id="lokal-a", document="lokal")]
    with pytest.raises(KnowledgeError, match=r"facets\.toml: mangler kl-z\."):
        facets(sources, actions, _write(tmp_path, VALUES + ENTRY))
    assert facets(sources, actions[::2], _write(tmp_path, VALUES + ENTRY))[0].keys() == {"kl-x"}


def test_file_that_cannot_be_read_is_named(tmp_path: Path, sources: Sources) -> None:
    with pytest.raises(KnowledgeError, match=r"facets\.toml kan ikke læses"):
        facets(sources, [ACTION], tmp_path / "facets.toml")
    with pytest.raises(KnowledgeError, match=r"facets\.toml kan ikke læses"):
        facets(sources, [ACTION], _write(tmp_path, "[[action"))


def test_every_trial_action_has_facets(library: Library) -> None:
    catalogue = library.catalogue
    assert set(catalogue.facets) == set(library.trial_actions)
    for name, found in catalogue.facets.items():
        assert found.themes, name
        assert found.participants, name
        assert found.situations, name


def test_every_value_has_a_danish_name(library: Library) -> None:
    for names in library.catalogue.facet_names.values():
        assert all(label.strip() == label and label for label in names.values())
