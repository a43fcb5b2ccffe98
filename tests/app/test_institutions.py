"""Schools, other institutions and classes that go by a name."""

import pytest

from app.privacy import Masker

PUBLIC = ["Haderslev Kommune", "Fløng Skole"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Drengen kommer fra Børnehuset Tusindfryd", "Drengen kommer fra Børnehuset [institution]"),
        ("de går i klubben Skrænten", "de går i klubben [institution]"),
        ("bussen kører forbi Rosenvænget SFO nu", "bussen kører forbi [institution] SFO nu"),
        ("Tidl. institution: Myretuen", "Tidl. institution: [institution]"),
        ("flyttet til specialklassen ”Fyret” i uge 3", "flyttet til specialklassen ”[institution]” i uge 3"),
        ("Skriv et brev til Ugleklassen om ro", "Skriv et brev til klassen om ro"),
        ("dem i Hajklassen er vilde", "dem i klassen er vilde"),
        ("- brev til Hajklassen sendt", "- brev til klassen sendt"),
    ],
)
def test_names_of_institutions_and_classes_go_and_what_they_are_stays(text: str, expected: str) -> None:
    assert Masker(PUBLIC).mask(text).text == expected


@pytest.mark.parametrize(
    "text",
    [
        "Haderslev SFO og Fløng Skole",
        "klubben i Herning",
        "Hvordan bruger SFO Aula?",
        "vi henter ham i vuggestuen",
        "to i Modtageklassen og én i Specialklassen",
        "Specialklassen er fuld. Klubben lukker kl. 17.",
        "SFO PÆDAGOGEN er syg",
    ],
)
def test_what_is_public_or_no_name_stays(text: str) -> None:
    assert Masker(PUBLIC).mask(text).text == text


def test_a_child_beside_an_institution_is_a_person() -> None:
    assert Masker(PUBLIC).mask("I klubben Emma slog").text == "I klubben [navn] slog"


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("dreng fra Brande Skovskole, hvad gør vi?", "Brande"),
        ("han er 5 og går i Myretuen", "Myretuen"),
        ("hun går i Kløverhaven", "Kløverhaven"),
        ("hun går i Solstuen", "Solstuen"),
        ("Hun kommer på Ungehuset Havnen", "Havnen"),
    ],
)
def test_where_a_child_goes_is_hidden(text: str, gone: str) -> None:
    assert gone not in Masker(PUBLIC).mask(text).text


@pytest.mark.parametrize(
    "text", ["Han starter på Gymnasiet", "De går på Biblioteket", "Han går i Specialklassen", "Vi går i Svømmehallen"]
)
def test_what_everybody_knows_may_stand(text: str) -> None:
    assert Masker(PUBLIC).mask(text).text == text
