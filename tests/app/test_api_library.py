import csv
import io
from typing import Any

import httpx
import pytest
from docx import Document
from fastapi.testclient import TestClient

from app.examples import FACETS

ACTIONS, EXPORT, COMPARE = "/api/v1/trial-actions", "/api/v1/trial-actions/export", "/api/v1/compare"
NONE_FIT = {"themes": "absence", "grades": "0", "situations": "conflict"}
LISTS = ["/api/v1/recommendations", "/api/v1/measures"]


def _is_problem(response: httpx.Response, status: int, code: str) -> bool:
    body = response.json()
    plain = response.headers["content-type"] == "application/problem+json"
    return plain and response.status_code == body["status"] == status and body["code"] == code


def _get(client: TestClient, address: str, **params: Any) -> Any:
    response = client.get(address, params=params)
    assert response.status_code == 200
    return response.json()


def _ids(listed: Any) -> list[str]:
    return [item["id"] for item in listed["items"]]


def _values(item: Any, facet: str) -> set[str]:
    return {value["value"] for value in item["facets"][facet]}


def _rows(response: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_lists_all_trial_actions_with_facets_and_label(client: TestClient) -> None:
    listed = _get(client, ACTIONS)
    assert (listed["total"], len(listed["items"]), listed["loosen"]) == (24, 24, {})
    assert set(listed["facets"]) == set(FACETS)
    odense = next(item for item in listed["items"] if item["id"] == "kl-odense")
    assert (odense["municipality"], odense["school"], odense["pages"]) == ("Odense Kommune", None, [22])
    assert (odense["evidence"]["label"], odense["evidence"]["reason"] != "") == ("B", True)
    assert {"value": "ppr", "name": "Samarbejde med PPR"} in odense["facets"]["themes"]


def test_a_filter_leaves_only_what_has_the_value(client: TestClient) -> None:
    listed = _get(client, ACTIONS, themes="absence")
    assert listed["total"] == len(listed["items"]) == 3
    assert all("absence" in _values(item, "themes") for item in listed["items"])


def test_values_of_one_facet_widen_and_several_facets_narrow(client: TestClient) -> None:
    either = _get(client, ACTIONS, themes=["absence", "co_teaching"])["items"]
    assert all(_values(item, "themes") & {"absence", "co_teaching"} for item in either)
    both = _get(client, ACTIONS, themes=["absence", "co_teaching"], situations="one_pupil")["items"]
    assert 0 < len(both) < len(either)
    assert all("one_pupil" in _values(item, "situations") for item in both)


@pytest.mark.parametrize("facet", FACETS)
def test_every_count_is_what_the_filter_leaves(client: TestClient, facet: str) -> None:
    counted = _get(client, ACTIONS, limit=1)["facets"][facet]
    assert counted
    for value in counted:
        assert _get(client, ACTIONS, limit=1, **{facet: value["value"]})["total"] == value["count"], value
    assert [value["count"] for value in counted] == sorted((value["count"] for value in counted), reverse=True)


def test_counts_of_other_facets_follow_the_filters_and_those_of_its_own_do_not(client: TestClient) -> None:
    everything, absence = _get(client, ACTIONS)["facets"], _get(client, ACTIONS, themes="absence")["facets"]
    assert absence["themes"] == everything["themes"]
    assert sum(value["count"] for value in absence["municipalities"]) == 3


def test_sorts_by_municipality_unless_told_otherwise(client: TestClient) -> None:
    names = [item["name"] for item in _get(client, ACTIONS)["items"]]
    assert names == [item["name"] for item in _get(client, ACTIONS, sort="municipality")["items"]]
    assert names[0].startswith("Brøndby")
    assert names[-1].startswith("Aabenraa")


def test_sorts_by_theme(client: TestClient) -> None:
    themes = [item["theme"] for item in _get(client, ACTIONS, sort="theme")["items"]]
    assert themes == sorted(themes)


def test_sorts_by_outcome_with_those_alike_together(client: TestClient) -> None:
    outcomes = [min(_values(item, "outcomes")) for item in _get(client, ACTIONS, sort="outcome")["items"]]
    assert outcomes[0] == "went_well"
    assert [*dict.fromkeys(outcomes)] == [
        outcome for at, outcome in enumerate(outcomes) if at == 0 or outcomes[at - 1] != outcome
    ]


@pytest.mark.parametrize("size", [1, 7, 100])
def test_pages_together_make_up_the_list(client: TestClient, size: int) -> None:
    everything = _ids(_get(client, ACTIONS))
    pages = [_get(client, ACTIONS, offset=offset, limit=size) for offset in range(0, 24, size)]
    assert [name for page in pages for name in _ids(page)] == everything
    assert {page["total"] for page in pages} == {24}


def test_beyond_the_end_there_is_an_empty_page_of_the_same_list(client: TestClient) -> None:
    page = _get(client, ACTIONS, offset=500)
    assert (page["total"], page["offset"], page["items"], page["loosen"]) == (24, 500, [], {})


def test_when_nothing_fits_it_is_told_what_to_loosen(client: TestClient) -> None:
    listed = _get(client, ACTIONS, **NONE_FIT)
    assert (listed["total"], listed["items"]) == (0, [])
    assert listed["loosen"]
    for facet, count in listed["loosen"].items():
        rest = {name: value for name, value in NONE_FIT.items() if name != facet}
        assert _get(client, ACTIONS, **rest)["total"] == count > 0


def test_where_one_filter_is_not_enough_those_that_must_go_together_are_told(client: TestClient) -> None:
    three = {"themes": "absence", "grades": "7", "outcomes": "did_not_succeed"}
    listed = _get(client, ACTIONS, **three)
    assert (listed["total"], listed["loosen"]) == (0, {})
    best = listed["loosen_together"][0]
    rest = {name: value for name, value in three.items() if name not in best["filters"]}
    assert _get(client, ACTIONS, **rest)["total"] == best["count"] > 0


@pytest.mark.parametrize(
    ("address", "field", "values"),
    [(ACTIONS, "sort", ["municipality", "theme", "outcome"]), (EXPORT, "format", ["docx", "csv"])],
)
def test_a_value_that_is_none_of_a_few_is_refused_with_those_there_are(
    client: TestClient, address: str, field: str, values: list[str]
) -> None:
    response = client.get(address, params={field: "Testesen"})
    assert _is_problem(response, 422, "BadRequest")
    assert f"query.{field} (brug {', '.join(values)})" in response.json()["detail"]
    assert response.json()["errors"][0]["allowed"] == values
    assert "Testesen" not in response.text


@pytest.mark.parametrize("address", [ACTIONS, EXPORT])
@pytest.mark.parametrize("params", [{"tema": "Testesen"}, {"lang": "Testesen"}, {"themes": ["Testesen"] * 21}])
def test_a_filter_of_the_wrong_form_is_refused(client: TestClient, address: str, params: dict[str, Any]) -> None:
    response = client.get(address, params=params)
    assert _is_problem(response, 422, "BadRequest")
    assert "Testesen" not in response.text


@pytest.mark.parametrize(
    "params",
    [{"sort": "x"}, {"sort": "themes|theme"}, {"offset": -1}, {"limit": 0}, {"limit": 101}, {"limit": "alle"}],
)
def test_an_order_or_page_that_there_is_not_is_refused(client: TestClient, params: dict[str, Any]) -> None:
    assert _is_problem(client.get(ACTIONS, params=params), 422, "BadRequest")


@pytest.mark.parametrize("address", [ACTIONS, EXPORT])
@pytest.mark.parametrize("facet", FACETS)
def test_an_unknown_value_is_told_with_those_that_can_be_used(client: TestClient, address: str, facet: str) -> None:
    response = client.get(address, params={facet: "Emma Testesen"})
    assert _is_problem(response, 422, "BadRequest")
    assert f"filteret {facet}" in response.json()["detail"]
    known = _get(client, ACTIONS, limit=1)["facets"][facet][0]["value"]
    assert known in response.json()["detail"]
    assert "Testesen" not in response.text


def test_shows_a_trial_action_with_all_its_fields(client: TestClient) -> None:
    card = _get(client, f"{ACTIONS}/kl-odense")
    fields = {field["name"]: field for field in card["fields"]}
    assert card["trial_action"]["id"] == "kl-odense"
    assert fields["steps"]["title"] == "Det gjorde de"
    assert all(part["citations"] for part in fields["steps"]["parts"])
    english = _get(client, f"{ACTIONS}/kl-odense", lang="en")["fields"]
    assert [field["name"] for field in english] == list(fields)
    assert english[2]["title"] != card["fields"][2]["title"]


def test_the_citations_of_a_card_are_numbered_from_one(client: TestClient) -> None:
    fields = _get(client, f"{ACTIONS}/kl-odense")["fields"]
    numbers = {cited["n"] for field in fields for part in field["parts"] for cited in part["citations"]}
    assert numbers == set(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    ("address", "params"), [(f"{ACTIONS}/kl-odnse", {}), (EXPORT, {"ids": "kl-odnse"}),
                            (COMPARE, {"ids": ["kl-odnse", "kl-odder"]})]
)  # fmt: skip
def test_an_unknown_id_is_told_with_near_names(client: TestClient, address: str, params: dict[str, Any]) -> None:
    response = client.get(address, params=params)
    assert _is_problem(response, 404, "UnknownRecord")
    assert "Mente du kl-odense" in response.json()["detail"]


@pytest.mark.parametrize("name", ["Emma Testesen 010203-1234", "Testesen%00", "🙈Testesen", "x" * 3000 + "Testesen"])
def test_an_unknown_id_is_not_repeated(client: TestClient, name: str) -> None:
    response = client.get(f"{ACTIONS}/{name}")
    assert _is_problem(response, 404, "UnknownRecord")
    assert "Testesen" not in response.text


def test_the_chosen_ones_are_fetched_as_csv(client: TestClient) -> None:
    response = client.get(EXPORT, params={"format": "csv", "themes": "absence"})
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="proevehandlinger.csv"'
    assert response.content.startswith(b"\xef\xbb\xbfId;Navn;Titel;Side;")
    rows = _rows(response)
    assert sorted(row["Id"] for row in rows) == sorted(_ids(_get(client, ACTIONS, themes="absence")))
    assert all(row["Det gjorde de"] and "Fravær" in row["Tema"] for row in rows)


def test_csv_says_what_the_source_does_not_give(client: TestClient) -> None:
    rows = _rows(client.get(EXPORT, params={"format": "csv"}))
    assert len(rows) == 24
    assert all(value for row in rows for name, value in row.items() if name not in {"Klassetrin", "Hvem er med"})


@pytest.mark.parametrize(
    ("language", "begins", "others"),
    [
        (
            "da",
            "Id;Navn;Titel;Side;Tema;Klassetrin;Hvem er med;Situation;Hvordan gik det;Evidensmærke;Kilde;",
            "themes",
        ),
        ("en", "Id;Name;Title;Page;Theme;Grade;Who takes part;Situation;How it went;Evidence label;Source;", "Navn"),
    ],
)
def test_the_heads_of_csv_are_in_one_language(client: TestClient, language: str, begins: str, others: str) -> None:
    text = client.get(EXPORT, params={"format": "csv", "lang": language}).content.decode("utf-8-sig")
    head = text.splitlines()[0]
    assert head.startswith(begins)
    assert others not in head
    assert len(set(head.split(";"))) == len(head.split(";")) == 18


def test_the_chosen_ones_are_fetched_as_a_word_document(client: TestClient) -> None:
    response = client.get(EXPORT, params={"themes": "absence"})
    assert response.headers["content-disposition"] == 'attachment; filename="proevehandlinger.docx"'
    document = Document(io.BytesIO(response.content))
    headings = [p.text for p in document.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    items = _get(client, ACTIONS, themes="absence")["items"]
    assert sorted(headings) == sorted(f"{item['name']}: {item['title']}" for item in items)
    assert document.paragraphs[0].text == "3 eksempler fra kilderne"


def _texts(response: httpx.Response) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(response.content)).paragraphs]


def test_each_in_a_word_document_says_how_it_went_what_it_rests_on_and_where_it_stands(client: TestClient) -> None:
    told = _texts(client.get(EXPORT, params={"ids": ["kl-odense", "kl-esbjerg"]}))
    assert "Hvordan gik det: Både gevinster og vanskeligheder" in told
    labels = [text for text in told if text.startswith("Evidensmærke: ")]
    assert [label[14:32] for label in labels] == ["B · Evalueret i pr", "D · Praksiseksempe"]
    assert "Effekten er ikke målt" not in labels[0]
    assert "Kilde: KL: En skole, der kan mere for flere, side 22" in told
    assert "Effekten er ikke målt" not in told[1]


@pytest.mark.parametrize(
    ("wanted", "title"),
    [({"ids": ["kl-esbjerg"]}, "1 eksempel fra kilderne"), (NONE_FIT, "Ingen eksempler fra kilderne")],
)
def test_a_word_document_of_one_or_none_counts_as_people_do(
    wanted: dict[str, Any], title: str, client: TestClient
) -> None:
    told = _texts(client.get(EXPORT, params=wanted))
    assert told[0] == title
    assert ("Ingen prøvehandlinger passer" in told[1]) == (title[0] == "I")


def test_ids_are_fetched_in_the_order_given(client: TestClient) -> None:
    wanted = ["kl-soroe", "kl-esbjerg"]
    rows = _rows(client.get(EXPORT, params={"format": "csv", "ids": wanted}))
    assert [row["Id"] for row in rows] == wanted


def test_a_list_of_nothing_still_names_its_columns(client: TestClient) -> None:
    response = client.get(EXPORT, params={"format": "csv", **NONE_FIT})
    assert response.content.startswith(b"\xef\xbb\xbfId;Navn;Titel;Side;")


def test_another_kind_of_file_is_refused(client: TestClient) -> None:
    assert _is_problem(client.get(EXPORT, params={"format": "pdf"}), 422, "BadRequest")


@pytest.mark.parametrize("count", [2, 3, 4])
def test_compares_two_to_four_in_the_order_given(client: TestClient, count: int) -> None:
    wanted = ["kl-soroe", "kl-odense", "kl-esbjerg", "kl-ishoej"][:count]
    cards = _get(client, COMPARE, ids=wanted)
    assert [card["trial_action"]["id"] for card in cards] == wanted
    assert len({tuple(field["name"] for field in card["fields"]) for card in cards}) == 1


@pytest.mark.parametrize(
    "ids",
    [[], ["kl-odense"], ["kl-odense", "kl-odense"], ["kl-soroe", "kl-odense", "kl-esbjerg", "kl-ishoej", "kl-odder"],
     ["kl-odense"] * 11],
)  # fmt: skip
def test_too_few_too_many_or_the_same_cannot_be_compared(client: TestClient, ids: list[str]) -> None:
    assert _is_problem(client.get(COMPARE, params={"ids": ids}), 422, "BadRequest")


def test_recommendations_have_number_text_and_label_and_none_is_local(client: TestClient) -> None:
    found = _get(client, "/api/v1/recommendations")
    first = next(one for one in found if one["id"] == "stuk-1")
    assert first["details"] == {
        "number": "1", "addressee": "ledelsen i forvaltninger og på skoler", "strength": "afgørende",
    }  # fmt: skip
    assert (first["pages"], first["local"]) == ([7, 8, 9], None)
    assert {one["document"] for one in found} == {"stuk", "inklusion"}
    assert all(one["evidence"]["label"] in "ABCDE" and any(one["fields"].values()) for one in found)


def test_measures_are_marked_with_the_place_they_apply_to(client: TestClient) -> None:
    found = _get(client, "/api/v1/measures")
    assert found
    assert {(one["document"], one["local"]) for one in found} == {
        ("haderslev", "Haderslev Kommune"),
        ("vive", "Rødovre Kommune"),
    }
    assert all(one["details"]["tier"] for one in found)


def test_what_a_label_allows_to_be_said_goes_with_the_label(client: TestClient) -> None:
    recommendation = _get(client, "/api/v1/recommendations")[0]["evidence"]
    assert recommendation["wording"].startswith("Anbefales af")
    measure = _get(client, "/api/v1/measures", lang="en")[0]["evidence"]
    assert measure["name"] == "Local framework"
    assert measure["wording"].endswith("It applies only there.")


def test_records_are_narrowed_to_documents(client: TestClient) -> None:
    assert {one["document"] for one in _get(client, LISTS[0], document="stuk")} == {"stuk"}
    assert {one["document"] for one in _get(client, LISTS[0], document=["stuk", "inklusion"])} == {"stuk", "inklusion"}
    assert _get(client, LISTS[1], document="kl") == []


@pytest.mark.parametrize("address", LISTS)
def test_an_unknown_document_is_told_with_those_there_are(client: TestClient, address: str) -> None:
    response = client.get(address, params={"document": ["stuk", "Emma Testesen"]})
    assert _is_problem(response, 404, "UnknownDocument")
    assert "Brug et af: stuk, kl, inklusion, haderslev, vive." in response.json()["detail"]
    assert "Testesen" not in response.text


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("params", [{"lang": "fr"}, {"document": ["stuk"] * 21}])
def test_records_are_not_listed_for_what_cannot_be_used(
    client: TestClient, address: str, params: dict[str, Any]
) -> None:
    assert _is_problem(client.get(address, params=params), 422, "BadRequest")


def test_every_statement_of_a_topic_is_cited(client: TestClient) -> None:
    topics = _get(client, "/api/v1/topics")
    assert len({topic["id"] for topic in topics}) == len(topics) > 0
    statements = [statement for topic in topics for statement in topic["statements"]]
    assert all(statement["text"] and statement["citations"] for statement in statements)


def test_the_ways_to_a_referral_are_told_place_by_place_with_citations(client: TestClient) -> None:
    paths = _get(client, "/api/v1/referral-paths")
    assert {path["place"] for path in paths} == {"Haderslev Kommune", "Rødovre Kommune", "Odense Kommune", None}
    for path in paths:
        assert path["intro"]["citations"]
        assert path["steps"]
        assert all(one["citations"] for step in path["steps"] for one in step["statements"])


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "address",
    [ACTIONS, EXPORT, COMPARE, f"{ACTIONS}/kl-odense", *LISTS, "/api/v1/topics", "/api/v1/referral-paths"],
)
def test_a_wrong_method_is_refused(client: TestClient, address: str, method: str) -> None:
    assert _is_problem(client.request(method, address), 405, "MethodNotAllowed")


def test_no_method_at_all_escapes_the_form_of_a_problem(client: TestClient) -> None:
    assert _is_problem(client.options(ACTIONS), 405, "MethodNotAllowed")
