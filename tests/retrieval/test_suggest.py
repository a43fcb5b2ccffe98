"""retrieval/suggest.py: a situation gives the trial actions that fit it, best first."""

import pytest

from corpus.schema import EvidenceLabel
from retrieval.index import ScoredPassage
from retrieval.library import Library
from retrieval.search import prepare
from retrieval.storage import Storage
from retrieval.suggest import RankedAction, suggest
from tests.fakes import HashEmbedder


@pytest.fixture(scope="module")
def suggested(library, bundled):
    def asked(situation: str, limit: int = 5) -> list[RankedAction]:
        return suggest(prepare(situation, bundled, library), library, limit)

    return asked


SITUATIONS = [
    "Eleverne er urolige, og der er mange konflikter i timerne efter frokost i indskolingen",
    "Vi har en elev, som ikke vil i skole",
    "forældre",
    "",
    "xyzzyx",
]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_ranks_all_24_trial_actions_once(suggested, situation: str) -> None:
    ranked = suggested(situation, 24)
    assert len({found.action.id for found in ranked}) == len(ranked) == 24
    assert [found.score for found in ranked] == sorted((found.score for found in ranked), reverse=True)


def test_baekkegaarden_comes_first_for_the_lessons_after_lunch(suggested) -> None:
    assert suggested(SITUATIONS[0])[0].action.name == "Egedal Kommune – Egedal Skole, afdeling Bækkegården"


@pytest.mark.parametrize(
    ("situation", "action"),
    [
        ("Vi vil gerne have PPR tættere på hverdagen i stedet for på møder", "kl-esbjerg"),
        ("Der er flere elever med bekymrende fravær og skolevægring", "kl-aabenraa-tinglev-skole"),
        ("Overgangen fra børnehave til skole er svær for nogle børn", "kl-aabenraa-kongehoejskolen"),
        ("En elev skal fra specialskole tilbage til almenskolen", "kl-hoeje-taastrup"),
    ],
)
def test_fitting_trial_action_is_among_the_first_three(suggested, situation: str, action: str) -> None:
    assert action in [found.action.id for found in suggested(situation, 3)]


@pytest.mark.parametrize("limit", [0, 1, 5])
def test_no_more_trial_actions_than_asked_for(suggested, limit: int) -> None:
    assert len(suggested(SITUATIONS[0], limit)) == limit


def test_trial_actions_carry_their_evidence_label(suggested) -> None:
    labels = {found.action.id: found.evidence for found in suggested("samarbejde mellem PPR og skole", 24)}
    assert labels.pop("kl-odense") is EvidenceLabel.B
    assert set(labels.values()) == {EvidenceLabel.D}


def test_small_corpus_gives_its_two_trial_actions(small_index: Storage, fake: HashEmbedder) -> None:
    library = Library.open(small_index)
    ranked = suggest(prepare("konflikter i frikvarteret", fake, library), library)
    assert [found.action.name for found in ranked] == [
        "Eksempel Kommune – Skovskolen",
        "Eksempel Kommune – Åskolen",
    ]
    library.close()


def test_passage_the_library_does_not_know_is_passed_over(
    small_index: Storage, fake: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library.open(small_index)
    original = library.index.legs
    stranger = ScoredPassage("fremmed-passage", 99.0)

    def legs(*arguments: object) -> dict[str, list[ScoredPassage]]:
        return {leg: [stranger, *found] for leg, found in original(*arguments).items()}

    monkeypatch.setattr(library.index, "legs", legs)
    ranked = suggest(prepare("konflikter i frikvarteret", fake, library), library)
    assert [found.action.school for found in ranked] == ["Skovskolen", "Åskolen"]
    library.close()
