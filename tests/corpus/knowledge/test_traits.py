import json
from dataclasses import replace
from pathlib import Path

import pytest

from app.lists import those_with
from app.verify import verify
from corpus.errors import KnowledgeError
from corpus.knowledge.reading import Sources
from corpus.knowledge.traits import traits
from corpus.schema import Support
from retrieval.library import Library
from tests.corpus.knowledge.conftest import ACTION, PAGES, PASSAGES, SECOND

QUESTIONS = [f"Hvem har gjort nummer {letter}?" for letter in "abcdef"]


def trait(
    name: str = "uspurgte", title: str = "har ikke spurgt nogen", quote: str = SECOND, action: str = "kl-x"
) -> str:
    questions = json.dumps([f"{question} {name}" for question in QUESTIONS], ensure_ascii=False)
    head = f"[[trait]]\nid = {json.dumps(name)}\ntitle = {json.dumps(title)}\ntitle_en = 'asked nobody'\n"
    return f"{head}questions = {questions}\n[trait.quotes]\n{action} = {json.dumps(quote, ensure_ascii=False)}\n"


def _write(folder: Path, text: str) -> Path:
    (folder / "x.toml").write_text(text, "utf-8")
    return folder


@pytest.fixture
def sources() -> Sources:
    """Where the words of the one trial action stand."""
    return Sources([replace(passage, record="kl-x") for passage in PASSAGES], PAGES)


def test_trait_holds_the_words_of_each_trial_action_that_show_it(tmp_path: Path, sources: Sources) -> None:
    found, led = traits(sources, [ACTION], _write(tmp_path, trait()))
    assert found[0].shown == {"kl-x": Support("kl", SECOND, "kl-2")}
    assert {expansion.target for expansion in led} == {found[0].id} == {"faelles-uspurgte"}
    assert [expansion.text for expansion in led][-1] == "har ikke spurgt nogen"


def test_trial_actions_that_are_not_indexed_are_passed_over(tmp_path: Path) -> None:
    assert traits(Sources((), ()), [], _write(tmp_path, trait())) == ((), ())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (trait(action="kl-y"), "'kl-y' findes ikke"),
        (trait(quote="De spurgte alle forældre først"), "står ikke i kl"),
        (trait(title="har det, der virker"), "'virker' må ikke stå"),
        (trait() + trait(), "står også i"),
        (trait() + trait("andre"), "'har ikke spurgt nogen' står også i"),
        (trait().replace("title_en = 'asked nobody'\n", ""), "title_en mangler"),
        (trait().replace(json.dumps(f"{QUESTIONS[0]} uspurgte"), '" "'), "er tom"),
    ],
)
def test_wrong_traits_are_told(tmp_path: Path, sources: Sources, text: str, reason: str) -> None:
    with pytest.raises(KnowledgeError, match=r"x\.toml, linje \d+") as caught:
        traits(sources, [ACTION], _write(tmp_path, text))
    assert reason in caught.value.what


def test_there_are_many_and_every_trial_action_has_some(library: Library) -> None:
    shared = library.catalogue.traits
    assert len(shared) >= 100
    assert {name for one in shared for name in one.shown} == library.trial_actions.keys()
    assert not {one.id for one in shared} & {*library.records, *library.topics}


def test_every_list_is_shown_whole(library: Library) -> None:
    for one in library.catalogue.traits:
        kept, dropped = verify(list(those_with(one, library, "da")), library)
        assert dropped == 0, one.id
        assert len([part for part in kept if part.citations]) == len(one.shown), one.id
        for name, support in one.shown.items():
            assert library.passages[support.passage].record == name, one.id


def test_titles_complete_their_sentence(library: Library) -> None:
    for one in library.catalogue.traits:
        assert one.title[0].islower() and not one.title.endswith("."), one.title
        assert one.title_en[0].islower() and not one.title_en.endswith("."), one.title_en
