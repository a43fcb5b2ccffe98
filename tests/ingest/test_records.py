"""ingest/records.py: the trial actions, recommendations and measures of the documents, none lost."""

import re
from collections import Counter

import pytest

from corpus.schema import Measure, Recommendation, Section, Sentence, TrialAction
from ingest.records import records, split_coded_recommendations

CODE = re.compile(r"5\.\d\.\d\.?[a-z](?![a-zæøå])")
WITHOUT_LAERT = "Vordingborg Kommune – Kulsbjerg Skole"


@pytest.fixture(scope="session")
def trial_actions(bundled_sections) -> list[TrialAction]:
    return [found for found in records(bundled_sections["kl"]) if isinstance(found, TrialAction)]


@pytest.fixture(scope="session")
def recommendations(bundled_sections) -> dict[str, list[Recommendation]]:
    return {
        name: [found for found in records(bundled_sections[name]) if isinstance(found, Recommendation)]
        for name in ("stuk", "inklusion")
    }


@pytest.fixture(scope="session")
def measures(bundled_sections) -> list[Measure]:
    return [found for found in records(bundled_sections["haderslev"]) if isinstance(found, Measure)]


def words(record) -> str:
    return " ".join(sentence.text for field in record.fields for sentence in field.sentences)


def test_every_record_has_an_id_of_its_own(bundled_sections) -> None:
    ids = [record.id for parts in bundled_sections.values() for record in records(parts)]
    assert len(ids) == len(set(ids)) == 7 + 24 + 97 + 11


def test_stuk_has_seven_numbered_recommendations_under_three_headings(recommendations, bundled_sections) -> None:
    assert [found.number for found in recommendations["stuk"]] == [str(number) for number in range(1, 8)]
    assert all(found.title.startswith(f"Anbefaling {found.number}: ") for found in recommendations["stuk"])
    above = [
        next(s.path[0] for s in bundled_sections["stuk"] if s.record == found.id) for found in recommendations["stuk"]
    ]
    assert Counter(above) == {
        "Understøt en fælles forståelse": 2,
        "Skab gode rammer for tiltag og indsatser": 3,
        "Styrk det tværfaglige samarbejde": 2,
    }


def test_recommendations_of_stuk_tell_what_they_rest_on_whose_role_and_how(recommendations) -> None:
    for found in recommendations["stuk"]:
        assert [field.name for field in found.fields] == ["anbefaling", "grundlag", "rolle", "handling"], found.id
        assert all(field.sentences for field in found.fields)
        assert found.strength == "afgørende"
        assert "ledelse" in found.addressee


def test_pages_of_the_recommendations_of_stuk(recommendations) -> None:
    assert [found.pages for found in recommendations["stuk"]] == [
        (7, 8, 9),
        (9, 10),
        (11, 12),
        (12, 13),
        (13, 14),
        (15, 16),
        (16, 17),
    ]


def test_kl_has_the_24_trial_actions_of_its_contents_page(trial_actions, bundled_pages) -> None:
    contents = next(page.text for page in bundled_pages["kl"] if page.printed == 6)
    printed = [line.strip(" \t•") for line in contents.splitlines() if "•" in line]
    assert len(printed) == 24
    assert [f"{action.name}: {action.title}" for action in trial_actions] == printed


def test_trial_actions_stand_on_one_page_each(trial_actions) -> None:
    assert [action.pages for action in trial_actions] == [(number,) for number in range(7, 31)]


def test_trial_actions_have_all_their_fields_but_one(trial_actions) -> None:
    every = ["resume", "gjort", "forandring", "fremover", "laert"]
    for action in trial_actions:
        expected = every[:-1] if action.name == WITHOUT_LAERT else every
        assert [field.name for field in action.fields] == expected, action.name
        assert all(field.sentences for field in action.fields)


def test_trial_actions_know_municipality_school_and_theme(trial_actions, bundled_pages) -> None:
    pages = {page.printed: " ".join(page.text.split()) for page in bundled_pages["kl"]}
    for action in trial_actions:
        assert action.municipality.endswith(" Kommune")
        assert action.name == " – ".join(part for part in (action.municipality, action.school) if part)
        assert action.theme in pages[action.pages[0]][:150], action.name
        assert action.name in pages[action.pages[0]]
    assert len({action.municipality for action in trial_actions}) == 14
    assert sum(action.school is None for action in trial_actions) == 8


def test_field_of_a_trial_action_is_what_stands_under_its_heading(trial_actions, bundled_pages) -> None:
    action = next(found for found in trial_actions if found.id == "kl-egedal-baekkegaarden")
    opening = {field.name: field.sentences[0].text[:40] for field in action.fields}
    assert opening == {
        "resume": "Værkstedsbaseret undervisning i mindre g",
        "gjort": "I indskolingen var undervisningstimerne ",
        "forandring": "Eleverne oplever færre konflikter, en un",
        "fremover": "Mellemtrinnet er så småt begyndt på at h",
        "laert": "At tværgående faglige værksteder styrker",
    }


@pytest.mark.parametrize(
    ("record", "groups"),
    [
        ("kl-egedal-baekkegaarden", ["elever", "medarbejdere", "ledelse"]),
        ("kl-broendby-broendbyvester-skole", ["elever", "medarbejdere", "forældre"]),
        ("kl-kolding-christiansfeld-skole", ["elever", "medarbejdere", "ledelse", "støttesystemer", "forvaltning"]),
        ("kl-ishoej", ["elever", "medarbejdere", "ledelse", "medarbejdere", "forvaltning", "politikere"]),
        ("kl-kolding-aalykkeskolen", ["elever", "medarbejdere", "ledelse", "forældre"]),
        ("kl-soroe", ["alle"]),
    ],
)
def test_changes_are_told_by_the_group_that_noticed_them(trial_actions, record, groups) -> None:
    action = next(found for found in trial_actions if found.id == record)
    change = action.field("forandring")
    assert [sentence for _, sentence in action.changes] == list(change.sentences)
    told = [group for group, _ in action.changes]
    assert [group for at, group in enumerate(told) if at == 0 or told[at - 1] != group] == groups


def test_no_numbered_recommendation_of_inklusion_is_lost(recommendations, bundled_pages) -> None:
    text = re.sub(r"\s", "", "".join(page.text for page in bundled_pages["inklusion"]))
    printed = {re.sub(r"(\d)([a-z])", r"\1.\2", code) for code in CODE.findall(text)} | {"5.1.1.e"}
    found = {code for each in recommendations["inklusion"] for code in CODE.findall(each.number)}
    assert len(printed) == 94
    assert found == printed


def test_recommendations_of_inklusion_hold_one_number_each(recommendations) -> None:
    assert len(recommendations["inklusion"]) == 97
    for found in recommendations["inklusion"]:
        codes = {re.sub(r"(\d)([a-z])", r"\1.\2", code) for code in CODE.findall(words(found))}
        assert codes == set(CODE.findall(found.number)), found.id


def test_recommendations_of_inklusion_know_addressee_and_strength(recommendations) -> None:
    told = Counter((found.addressee, found.strength) for found in recommendations["inklusion"])
    assert told == {
        ("alle i og omkring folkeskolen", "afgørende"): 3,
        ("ministeren for børn, undervisning og ligestilling", "afgørende"): 16,
        ("kommunalbestyrelsen", "afgørende"): 14,
        ("skolens ledelse", "afgørende"): 12,
        ("kommuner og skoler", "understøttelse og inspiration"): 52,
    }


@pytest.mark.parametrize(
    ("number", "addressee", "words_in_it"),
    [
        ("5.3.4.h", "kommunalbestyrelsen", "PPR-medarbejderne er en integreret del af skolens liv"),
        ("5.1.1.b", "ministeren for børn, undervisning og ligestilling", "folkeskolelovens formålsparagraf"),
        ("5.3.3.b", "skolens ledelse", "håndtering af konflikter og problematisk adfærd"),
        ("5.2.1.a", "alle i og omkring folkeskolen", "alle elever skal være en del af almenmiljøet"),
    ],
)
def test_recommendations_of_inklusion_by_number(recommendations, number, addressee, words_in_it) -> None:
    found = next(each for each in recommendations["inklusion"] if each.number == number)
    assert found.addressee == addressee
    assert words_in_it in words(found)


def test_haderslev_has_its_measures_in_three_tiers_with_actors(measures) -> None:
    assert Counter(measure.tier for measure in measures) == {"forebyggende": 3, "foregribende": 7, "indgribende": 1}
    assert all(measure.actors for measure in measures)
    by_title = {measure.title: measure for measure in measures}
    assert by_title["Netværksmøde"].actors == ("Team", "vejleder", "ledelse", "barn og forældre")
    assert by_title["Henvisning til Pædagogisk Koordinationsudvalg (Visitation)"].pages == (21,)
    assert "Pædagogisk konsulent" in by_title["Distriktsrådet"].actors


def test_measures_hold_every_item_of_their_table_cell(measures) -> None:
    by_id = {measure.id: words(measure) for measure in measures}
    for item in ("Klasselog", "Hjernen og Hjertet", "Klassetrivsel.dk"):
        assert item in by_id["haderslev-data"]
    for item in ("Undervisningsdifferentiering", "KaMiBe", "CO-teaching", "Sammenhængende overgange"):
        assert item in by_id["haderslev-paedagogiske-indsatser"]
    for item in ("Der er udarbejdet en PPV", "velbeskrevet handleplan/Mål- og indsatsplaner"):
        assert item in by_id["haderslev-pku"]


def test_one_word_measure_of_haderslev_is_kept(bundled_sections) -> None:
    parts = [part for part in bundled_sections["haderslev"] if part.record == "haderslev-familieraadgivning"]
    held = [title for part in parts for title in part.path] + [s.text for part in parts for s in part.sentences]
    assert "Familierådslagning" in held


def test_vive_has_no_sections_of_records(bundled_sections) -> None:
    assert records(bundled_sections["vive"]) == []


def coded(*texts: str, field: str = "anbefaling") -> Section:
    found = tuple(Sentence(text, (1,), "item") for text in texts)
    return Section("x", ("Anbefalinger",), found, field=field, attributes={"field": field, "addressee": "alle"})


def test_list_of_numbered_recommendations_becomes_one_section_each() -> None:
    found = split_coded_recommendations([coded("Gør det (5.1.1.a).", "Gør noget andet (5.1.1b).")])
    assert [(section.record, section.attributes["number"]) for section in found] == [
        ("x-5.1.1.a", "5.1.1.a"),
        ("x-5.1.1.b", "5.1.1.b"),
    ]


def test_number_used_again_gets_an_id_of_its_own() -> None:
    found = split_coded_recommendations([coded("Gør det (5.1.1.a)."), coded("Igen (5.1.1.a).", field="inspiration")])
    assert [section.record for section in found] == ["x-5.1.1.a", "x-5.1.1.a-2"]
    assert [record.strength for record in records(found)] == ["afgørende", "understøttelse og inspiration"]


def test_item_without_number_stays_text() -> None:
    found = split_coded_recommendations([coded("Gør det (5.1.1.a).", "Et punkt uden nummer.")])
    assert [section.record for section in found] == ["x-5.1.1.a", None]


def test_sections_of_other_kinds_are_left_as_they_are() -> None:
    section = Section("x", ("Kapitel",), (Sentence("Det nævnes (5.1.1.a) her.", (1,)),))
    assert split_coded_recommendations([section]) == [section]
    assert records([section]) == []
