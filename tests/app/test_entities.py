import re

import pytest

from app.entities import Sort, cues, municipalities, unknown
from retrieval.library import Library


def _found(text: str, library: Library, named: frozenset[str] = frozenset()) -> list[str]:
    return [one.words for one in unknown(text, named, library)]


def test_there_are_98_municipalities() -> None:
    assert len(set(municipalities().values())) == 98


def test_every_municipality_of_the_sources_is_one_of_them(library: Library) -> None:
    places = {action.municipality for action in library.catalogue.trial_actions}
    places |= {document.local for document in library.catalogue.documents if document.local}
    assert {re.sub(r" [Kk]ommune$", "", place) for place in places} <= set(municipalities().values())


@pytest.mark.parametrize(
    "text", ["Hvad gør Aalborg?", "hvad gør ålborg?", "Hvad er Aalborgs strategi?", "Hvad siger Aalborg-modellen?"]
)
def test_a_place_is_known_however_it_is_written(text: str, library: Library) -> None:
    assert _found(text, library) == ["Aalborg"]


@pytest.mark.parametrize("place", ["Odense", "Rødovre", "Haderslev", "Høje-Taastrup", "Sorø"])
def test_a_place_of_the_sources_is_covered(place: str, library: Library) -> None:
    assert _found(f"Hvad gør {place} Kommune?", library) == []


@pytest.mark.parametrize(
    "text",
    [
        "Vi er en skole i Silkeborg. Hvad kan vi prøve?",
        "Jeg arbejder på en skole i Herning, hvad anbefales der?",
        "Vores skole i Aalborg vil gerne i gang, hvordan begynder vi?",
        "Hvad kan en lærer i Herning gøre?",
    ],
)
def test_where_the_person_is_is_not_asked_for(text: str, library: Library) -> None:
    assert _found(text, library) == []


@pytest.mark.parametrize("text", ["pigerne er delt i to lejre", "hvad er det næste skridt på vejen?", "en skive brød"])
def test_an_ordinary_word_is_no_place(text: str, library: Library) -> None:
    assert _found(text, library) == []


def test_an_ambiguous_name_is_a_place_before_the_word_municipality(library: Library) -> None:
    assert _found("hvad siger vejle kommune?", library) == ["Vejle"]


@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("Hvad står der i § 12?", Sort.LAW),
        ("Hvad siger forvaltningsloven?", Sort.LAW),
        ("hvad anbefaler rambøll?", Sort.WORK),
        ("Hvad oplevede eleverne på [skole]?", Sort.SCHOOL),
        ("Hvad var andelen i 1987?", Sort.YEAR),
        ("Hvad er niveau 9?", Sort.PART),
        ("Hvad står der på side 900?", Sort.PART),
        ("Hvad siger de om Zyxelprogrammet?", Sort.WORK),
        ("Hvad siger Ross Greene om børn, der gør det så godt, de kan?", Sort.WORK),
        ("er De Utrolige År en af de ting, vi kan sætte i gang?", Sort.WORK),
        ("zippys venner i 0. kl – noget om det hos jer?", Sort.WORK),
        ("What does Cooperative Learning look like?", Sort.WORK),
    ],
)
def test_what_is_named_and_not_there_is_told_by_its_sort(text: str, sort: Sort, library: Library) -> None:
    assert [one.sort for one in unknown(text, frozenset(), library)] == [sort]


@pytest.mark.parametrize(
    "text",
    [
        "Hvad er niveau 4 i Rødovre?",
        "Hvad er anbefaling 6?",
        "Hvad siger folkeskoleloven om formålet?",
        "Hvad står der på side 14?",
        "Hvad skete der i 2025?",
        "Hvad er AMBIT og VISO?",
        "Hvad siger Viviane Robinson om ledelse?",
        "Han vil ikke arbejde i grupper, selvom vi kører Cooperative Learning. Hvad gør jeg?",
    ],
)
def test_what_is_named_and_there_is_not_missing(text: str, library: Library) -> None:
    assert _found(text, library) == []


def test_a_year_is_looked_for_in_the_document_that_is_named(library: Library) -> None:
    assert _found("Hvad målte de i 2024?", library, frozenset({"vive"})) == ["2024"]
    assert _found("Hvad målte de i 2021?", library, frozenset({"vive"})) == []


def test_a_recommendation_is_looked_for_in_the_document_that_is_named(library: Library) -> None:
    assert _found("Hvad er anbefaling 9?", library, frozenset({"stuk"})) == ["anbefaling 9"]


def test_every_cue_finds_something_written_and_not_everything() -> None:
    patterns = [cue for group in cues("elsewhere").values() for cue in group]
    assert not any(cue.search("Hvordan får vi flere elever med i fællesskabet?") for cue in patterns)
