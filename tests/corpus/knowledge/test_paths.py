from pathlib import Path

import pytest

from corpus.claims import unsupported
from corpus.errors import KnowledgeError
from corpus.guides import ReferralPath
from corpus.knowledge.paths import paths
from corpus.knowledge.reading import Sources
from corpus.schema import Statement, Support
from retrieval.library import Library
from tests.corpus.knowledge.conftest import FIRST, SECOND

WORKSHOPS = '{ document = "kl", quote = "I 2024 indførte vi værksteder" }'
PARENTS = f'{{ document = "kl", quote = "{SECOND}" }}'
NOT_HEARD = f'text = "De voksne derhjemme var ikke hørt.", cites = [{PARENTS}]'
ENTRY = f"""
[[path]]
id = "proeve"
title = "Før en indstilling i Prøve"
document = "kl"
place = "Prøve Kommune"
intro = {{ text = "Skolen begyndte på værksteder i 2024.", cites = [{WORKSHOPS}] }}

[[path.step]]
title = "Værksteder"
actors = ["Teamet"]
papers = []
sentences = [{{ text = "Skolen begyndte på værksteder.", cites = [{WORKSHOPS}] }}]

[[path.step]]
title = "Forældre"
actors = ["Teamet", "Forældrene"]
papers = ["Mål- og indsatsplan"]
sentences = [{{ {NOT_HEARD} }}]
"""


def _read(folder: Path, text: str, sources: Sources) -> tuple[ReferralPath, ...]:
    path = folder / "paths.toml"
    path.write_text(text, "utf-8")
    return paths(sources, path)


def _statements(path: ReferralPath) -> list[Statement]:
    return [path.intro, *(statement for step in path.steps for statement in step.statements)]


def test_path_holds_its_steps_in_order_with_who_acts_and_which_papers(tmp_path: Path, sources: Sources) -> None:
    (path,) = _read(tmp_path, ENTRY, sources)
    assert (path.id, path.title, path.document, path.place) == (
        "proeve", "Før en indstilling i Prøve", "kl", "Prøve Kommune",
    )  # fmt: skip
    assert [step.title for step in path.steps] == ["Værksteder", "Forældre"]
    assert path.steps[1].actors == ("Teamet", "Forældrene")
    assert path.steps[1].papers == ("Mål- og indsatsplan",)
    assert path.steps[1].statements[0].support == (Support("kl", SECOND, "kl-2"),)


def test_path_tells_which_sentences_say_what_comes_first(tmp_path: Path, sources: Sources) -> None:
    (path,) = _read(tmp_path, ENTRY.replace(f"{{ {NOT_HEARD} }}", f"{{ rule = true, {NOT_HEARD} }}"), sources)
    assert path.rules == path.steps[1].statements


def test_every_path_has_a_sentence_on_what_comes_first(library: Library) -> None:
    for path in library.catalogue.paths:
        assert path.rules, path.id
        assert set(path.rules) <= set(_statements(path))


def test_paths_come_in_the_order_of_the_file(tmp_path: Path, sources: Sources) -> None:
    found = _read(tmp_path, ENTRY.replace('"proeve"', '"sidst"') + ENTRY, sources)
    assert [path.id for path in found] == ["sidst", "proeve"]


def test_path_without_a_place_applies_everywhere(tmp_path: Path, sources: Sources) -> None:
    (path,) = _read(tmp_path, ENTRY.replace('place = "Prøve Kommune"\n', ""), sources)
    assert path.place is None


@pytest.mark.parametrize("count", [1, -1], ids=["every quotation", "one of them"])
def test_path_that_draws_on_a_document_that_is_not_indexed_is_passed_over(
    tmp_path: Path, sources: Sources, count: int
) -> None:
    elsewhere = ENTRY.replace('{ document = "kl"', '{ document = "stuk"', count)
    assert _read(tmp_path, elsewhere, sources) == ()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("værksteder i 2024.", "værksteder i 2023.", "citaterne bærer ikke: 2023"),
        ("var ikke hørt", "var hørt", "udeladt: ikke"),
        ("Skolen begyndte på værksteder.", "Skolen i Odder begyndte.", "citaterne bærer ikke: Odder"),
        (
            NOT_HEARD,
            f'text = "{FIRST} {SECOND}", cites = [{{ document = "kl", quote = "{FIRST} {SECOND}" }}]',
            "skrevet af",
        ),
        ("Skolen begyndte på værksteder.", "Det virker på skolen.", "'virker' må ikke stå"),
        ("I 2024 indførte vi værksteder", "Sådan gjorde en anden skole", "står ikke i kl"),
        ('title = "Før en indstilling i Prøve"', "", "title mangler"),
        ('document = "kl"\nplace', 'document = "kl"\nstreet = "Prøvevej"\nplace', "street er ikke et navn"),
        (ENTRY[ENTRY.rindex("[[path.step]]") :], "", "step"),
    ],
)
def test_fault_of_a_path_is_told_with_file_and_line(
    tmp_path: Path, sources: Sources, old: str, new: str, reason: str
) -> None:
    assert old in ENTRY
    with pytest.raises(KnowledgeError, match=r"paths\.toml, linje 2\b") as caught:
        _read(tmp_path, ENTRY.replace(old, new, 1), sources)
    assert reason in caught.value.what


def test_path_given_twice_is_told_with_both_lines(tmp_path: Path, sources: Sources) -> None:
    with pytest.raises(KnowledgeError, match=r"linje 21: 'proeve' står også i paths\.toml, linje 2"):
        _read(tmp_path, ENTRY + ENTRY, sources)


def test_three_places_and_the_country_have_a_path(library: Library) -> None:
    assert [path.place for path in library.catalogue.paths] == [
        "Haderslev Kommune", "Rødovre Kommune", "Odense Kommune", None,
    ]  # fmt: skip


def test_every_step_of_every_path_is_carried_by_quotations(library: Library) -> None:
    for path in library.catalogue.paths:
        for statement in _statements(path):
            assert statement.support, (path.id, statement.text)
            assert unsupported(statement.text, [support.quote for support in statement.support]) == [], statement.text
            assert all(library.contains(support.document, support.quote) for support in statement.support), path.id


def test_every_path_rests_on_the_document_it_names(library: Library) -> None:
    for path in library.catalogue.paths:
        cited = {support.document for statement in _statements(path) for support in statement.support}
        assert path.document in cited & library.documents.keys(), path.id


def test_path_of_a_place_cites_no_other_place(library: Library) -> None:
    for path in library.catalogue.paths:
        cited = {support.document for statement in _statements(path) for support in statement.support}
        places = {library.documents[document].local for document in cited} - {None}
        assert places <= {path.place}, path.id


def test_every_step_has_a_title_and_says_who_acts_without_repeating_itself(library: Library) -> None:
    for path in library.catalogue.paths:
        titles = [step.title for step in path.steps]
        assert len(set(titles)) == len(titles), path.id
        assert all(len(set(step.actors)) == len(step.actors) for step in path.steps), path.id
