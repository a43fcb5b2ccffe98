import io
import logging
from typing import Any

import httpx
import pytest
from docx import Document
from fastapi.testclient import TestClient

SUGGEST, PLANS, EXPORT = "/api/v1/suggest", "/api/v1/plans", "/api/v1/plans/export"
LUNCH = "Vi har en 2. klasse med mange konflikter efter frokost."
PERSONAL = "Emma Testesen, cpr 010203-1234, fra 4. klasse kommer ikke i skole. Skriv til emma@testesen.dk."
SECRETS = ("Emma", "Testesen", "testesen", "010203")


def _is_problem(response: httpx.Response, status: int, code: str) -> bool:
    body = response.json()
    plain = response.headers["content-type"] == "application/problem+json"
    return plain and response.status_code == body["status"] == status and body["code"] == code


def _suggested(client: TestClient, **body: object) -> Any:
    response = client.post(SUGGEST, json=body)
    assert response.status_code == 200
    return response.json()


def _ids(turn: Any) -> list[str]:
    return [card["trial_action"]["id"] for card in turn["suggestions"]]


def test_three_words_give_suggestions_and_something_to_choose_from(client: TestClient) -> None:
    turn = _suggested(client, query="uro i klassen")
    assert turn["outcome"] == "clarify"
    assert 1 <= len(turn["questions"]) <= 3
    for question in turn["questions"]:
        assert question["text"].endswith("?")
        assert len({choice["name"] for choice in question["choices"]}) >= 2
        assert question["text"] in turn["text"]
    assert 1 <= len(turn["suggestions"]) <= 3


def test_what_is_asked_back_follows_the_language(client: TestClient) -> None:
    asked = [_suggested(client, query="uro i klassen", lang=lang)["questions"][0] for lang in ("da", "en")]
    assert asked[0]["id"] == asked[1]["id"]
    assert asked[0]["text"] != asked[1]["text"]


def test_a_long_description_gives_suggestions_at_once(client: TestClient) -> None:
    turn = _suggested(client, query=(LUNCH + " De voksne er trætte. ") * 40)
    assert turn["outcome"] == "answered"
    assert turn["questions"] == []
    assert _ids(turn)[0] == "kl-egedal-baekkegaarden"


def test_a_suggestion_is_a_card_whose_statements_are_all_cited(client: TestClient) -> None:
    card = _suggested(client, query=LUNCH)["suggestions"][0]
    fields = {field["name"]: field for field in card["fields"]}
    assert {"why", "steps", "changes", "caveats", "ask_first"} <= set(fields)
    told = [part for field in fields.values() for part in field["parts"]]
    assert all(part["citations"] for part in told if part["kind"] in {"statement", "quote"})
    assert all(not part["citations"] for part in told if part["kind"] == "note")
    assert all(field["given"] is bool(field["parts"]) for field in fields.values())
    assert card["trial_action"]["evidence"]["wording"].startswith("Beskrevet fra praksis.")


@pytest.mark.parametrize(
    ("earlier", "first"),
    [
        ("Timerne efter frokost ender i konflikter.", "kl-egedal-baekkegaarden"),
        ("En elev har meget fravær og skolevægring.", "kl-aabenraa-tinglev-skole"),
    ],
)
def test_the_history_is_part_of_the_situation(client: TestClient, earlier: str, first: str) -> None:
    history = [{"role": "user", "content": earlier}, {"role": "assistant", "content": "Hvilke klassetrin gælder det?"}]
    assert _ids(_suggested(client, query="Det er på mellemtrinnet", history=history))[0] == first


def test_danger_comes_before_suggestions(client: TestClient) -> None:
    turn = _suggested(client, query="En elev fortæller, at far slår ham derhjemme.")
    assert turn["outcome"] == "urgent"
    assert (turn["suggestions"], turn["questions"]) == ([], [])


def test_what_lies_outside_the_sources_gets_no_suggestion(client: TestClient) -> None:
    turn = _suggested(client, query="Hvad koster en pizza?")
    assert (turn["outcome"], turn["suggestions"]) == ("refused", [])


def test_personal_data_in_a_situation_never_comes_back_and_is_not_logged(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    history = [{"role": "user", "content": PERSONAL}]
    for body in ({"query": PERSONAL}, {"query": "Hvad kan vi prøve?", "history": history}):
        response = client.post(SUGGEST, json=body)
        assert response.status_code == 200
        assert not [secret for secret in SECRETS if secret in response.text or secret in caplog.text]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"query": "  "}, 422, "EmptyQuery"),
        ({"query": "Testesen " * 3000}, 413, "QueryTooLong"),
        ({}, 422, "BadRequest"),
        ({"query": {"tekst": "Testesen"}}, 422, "BadRequest"),
        ({"query": "Testesen", "lang": "fr"}, 422, "BadRequest"),
        ({"query": "Testesen", "history": [{"role": "system", "content": "Testesen"}]}, 422, "BadRequest"),
        ({"query": "Testesen", "history": [{"role": "user", "content": "Testesen"}] * 101}, 422, "BadRequest"),
        (["Testesen"], 422, "BadRequest"),
    ],
)
def test_a_situation_that_cannot_be_one_is_refused_without_repeating_it(
    client: TestClient, body: object, status: int, code: str
) -> None:
    response = client.post(SUGGEST, json=body)
    assert _is_problem(response, status, code)
    assert "Testesen" not in response.text


def test_a_trial_action_becomes_a_draft_that_says_what_it_lacks(client: TestClient) -> None:
    made = client.post(PLANS, json={"trial_action": "kl-odense", "description": LUNCH}).json()
    assert made["plan"]["title"] == "Plan: Et systematisk samarbejde mellem PPR og skolerne (efter Odense Kommune)"
    assert made["plan"]["context"] == LUNCH
    assert made["plan"]["sources"][0]["where"] == "KL: En skole, der kan mere for flere, side 22"
    assert made["ready"] is False
    assert [gap["field"] for gap in made["gaps"]] == ["baseline", "responsible", "review_date"]


def test_a_plan_from_nothing_is_empty_and_lacks_everything(client: TestClient) -> None:
    made = client.post(PLANS, json={}).json()
    assert {name for name, value in made["plan"].items() if value} == {"review"}
    assert (made["ready"], len(made["gaps"])) == (False, 5)


def test_a_plan_with_all_that_is_needed_is_ready(client: TestClient) -> None:
    drafted = client.post(PLANS, json={"trial_action": "kl-odense"}).json()["plan"]
    filled = {"baseline": "Uro hver dag", "responsible": "Teamet", "start": "2026-01-05", "review_date": "2026-03-09"}
    checked = client.post(PLANS, json={"plan": {**drafted, **filled}}).json()
    assert (checked["ready"], checked["gaps"]) == (True, [])
    assert checked["plan"] == {**drafted, **filled}


def test_a_review_before_the_start_is_told_in_the_language_asked_for(client: TestClient) -> None:
    plan = {"start": "2026-03-09", "review_date": "2026-01-05"}
    told = [client.post(PLANS, json={"plan": plan, "lang": lang}).json()["gaps"][-1] for lang in ("da", "en")]
    assert told[0] == {"field": "review_date", "text": "Datoen for opfølgning skal ligge efter starten."}
    assert told[1]["text"] != told[0]["text"]


def test_a_plan_to_be_checked_goes_before_a_trial_action(client: TestClient) -> None:
    made = client.post(PLANS, json={"trial_action": "kl-odense", "plan": {"title": "Vores"}}).json()
    assert (made["plan"]["title"], made["plan"]["goals"]) == ("Vores", [])


@pytest.mark.parametrize("name", ["kl-odense", None])
def test_personal_data_in_a_description_is_masked_in_the_plan_and_not_logged(
    client: TestClient, caplog: pytest.LogCaptureFixture, name: str | None
) -> None:
    caplog.set_level(logging.DEBUG)
    response = client.post(PLANS, json={"trial_action": name, "description": PERSONAL})
    assert "kommer ikke i skole" in response.json()["plan"]["context"]
    assert not [secret for secret in SECRETS if secret in response.text or secret in caplog.text]


def test_what_looks_like_personal_data_is_told_field_by_field_with_the_text_without_it(client: TestClient) -> None:
    plan = {
        "setting": "4.b på skolen",
        "context": PERSONAL,
        "involved": ["Klasselæreren", "Emma Testesen"],
        "review": {"seen": "Ro"},
        "tried": [{"what": "Samtale med Emma Testesen"}],
    }
    told = {one["field"]: one for one in client.post(PLANS, json={"plan": plan}).json()["personal"]}
    assert set(told) == {"context", "involved", "tried.0.what"}
    assert told["involved"] == {"field": "involved", "found": ["[navn]"], "text": "Klasselæreren\n[navn]"}
    assert {"[navn]", "[cpr]", "[e-mail]"} <= set(told["context"]["found"])
    assert not [secret for secret in SECRETS for one in told.values() if secret in one["text"]]


def test_a_draft_says_what_was_masked_in_its_description(client: TestClient) -> None:
    made = client.post(PLANS, json={"description": "Emma Testesen kommer ikke i skole."}).json()
    assert made["plan"]["context"] == "[navn] kommer ikke i skole."
    assert [(one["field"], one["found"]) for one in made["personal"]] == [("context", ["[navn]"])]


def test_no_draft_from_the_library_looks_like_personal_data_or_danger(client: TestClient) -> None:
    for action in client.get("/api/v1/trial-actions", params={"limit": 100}).json()["items"]:
        drafted = client.post(PLANS, json={"trial_action": action["id"]}).json()
        checked = client.post(PLANS, json={"plan": drafted["plan"]}).json()
        assert (checked["personal"], checked["concern"]) == ([], None), action["id"]


@pytest.mark.parametrize(
    "body",
    [
        {"description": "En elev fortæller, at far slår ham derhjemme."},
        {"plan": {"context": "En elev fortæller, at far slår ham derhjemme."}},
        {"plan": {"tried": [{"what": "Samtale", "outcome": "Hun vil ikke leve mere"}]}},
    ],
)
def test_danger_in_a_plan_is_answered_with_the_fixed_text(client: TestClient, body: object) -> None:
    assert "112" in client.post(PLANS, json=body).json()["concern"]


def test_a_source_of_a_draft_names_the_page_that_holds_its_quotation(client: TestClient) -> None:
    sources = client.post(PLANS, json={"trial_action": "kl-odense"}).json()["plan"]["sources"]
    for source in sources:
        page = client.get(f"/kilder/{source['document']}/{source['page']}", params={"citat": source["quote"]})
        assert '<mark id="citat">' in page.text


def test_a_field_that_cannot_be_used_is_told_with_its_rule_and_limit(client: TestClient) -> None:
    plan = {"goals": ["Mål"] * 13, "baseline": "uro " * 600, "start": "i morgen"}
    errors = {one["field"]: one for one in client.post(PLANS, json={"plan": plan}).json()["errors"]}
    assert errors["body.plan.goals"] == {"field": "body.plan.goals", "rule": "too_long", "limit": 12}
    assert errors["body.plan.baseline"] == {"field": "body.plan.baseline", "rule": "string_too_long", "limit": 2000}
    assert errors["body.plan.start"]["rule"] == "value_error"


def test_an_unknown_trial_action_is_told_with_near_names(client: TestClient) -> None:
    response = client.post(PLANS, json={"trial_action": "kl-odnse"})
    assert _is_problem(response, 404, "UnknownRecord")
    assert "Mente du kl-odense" in response.json()["detail"]


def test_an_unknown_trial_action_is_not_repeated(client: TestClient) -> None:
    response = client.post(PLANS, json={"trial_action": "Emma Testesen 010203-1234"})
    assert _is_problem(response, 404, "UnknownRecord")
    assert not [secret for secret in SECRETS if secret in response.text]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"description": "Testesen " * 500}, "body.description"),
        ({"plan": {"titel": "Testesen"}}, "body.plan"),
        ({"plan": {"goals": ["Testesen " * 500]}}, "body.plan.goals.0"),
        ({"plan": {"goals": ["Testesen"] * 13}}, "body.plan.goals"),
        ({"plan": {"start": "Testesen"}}, "body.plan.start"),
        ({"plan": {"start": 20260309}}, "body.plan.start"),
        ({"plan": {"review_date": "20260309"}}, "body.plan.review_date"),
        ({"plan": "Testesen"}, "body.plan"),
        ({"trial_action": ["Testesen"]}, "body.trial_action"),
        ({"lang": "Testesen"}, "body.lang"),
    ],
)
def test_a_plan_of_the_wrong_form_is_refused_by_the_name_of_the_field_alone(
    client: TestClient, body: object, field: str
) -> None:
    response = client.post(PLANS, json=body)
    assert _is_problem(response, 422, "BadRequest")
    assert f"galt med {field}" in response.json()["detail"]
    assert "Testesen" not in response.text


def test_a_description_as_long_as_one_may_be_becomes_a_plan(client: TestClient) -> None:
    assert client.post(PLANS, json={"description": "Der er uro. " * 300}).status_code == 200


def test_a_plan_is_fetched_as_a_word_document(client: TestClient) -> None:
    response = client.post(EXPORT, json={"plan": {"title": "Ro efter frokost", "goals": ["Ro"]}})
    assert response.status_code == 200
    assert response.headers["content-disposition"] == 'attachment; filename="plan.docx"'
    assert response.headers["content-type"].endswith("wordprocessingml.document")
    texts = [paragraph.text for paragraph in Document(io.BytesIO(response.content)).paragraphs]
    assert {"Ro efter frokost", "Ro", "[ikke udfyldt]", "[ikke spurgt endnu]"} <= set(texts)


def test_a_plan_is_fetched_as_markdown(client: TestClient) -> None:
    response = client.post(EXPORT, json={"plan": {"title": "Ro efter frokost"}, "format": "md"})
    assert response.headers["content-disposition"] == 'attachment; filename="plan.md"'
    assert response.headers["content-type"] == "text/markdown; charset=utf-8"
    assert response.text.startswith("# Ro efter frokost\n")


def test_a_fetched_plan_is_kept_nowhere_on_the_way_and_not_logged(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    response = client.post(EXPORT, json={"plan": {"context": "kvadratrodsuro"}, "format": "md"})
    assert "kvadratrodsuro" in response.text
    assert response.headers["cache-control"] == "no-store"
    assert "kvadratrodsuro" not in caplog.text


@pytest.mark.parametrize(
    "body", [{}, {"plan": None}, {"plan": {}, "format": "pdf"}, {"plan": {"x": "Testesen"}}, {"plan": {}, "lang": "fr"}]
)
def test_an_export_of_the_wrong_form_is_refused(client: TestClient, body: object) -> None:
    response = client.post(EXPORT, json=body)
    assert _is_problem(response, 422, "BadRequest")
    assert "Testesen" not in response.text


@pytest.mark.parametrize("plan", [{"context": "uro\u0000"}, {"goals": ["\u001b[31muro"]}, {"title": "Ro " * 100}])
def test_any_plan_that_is_accepted_can_be_fetched(client: TestClient, plan: object) -> None:
    assert client.post(PLANS, json={"plan": plan}).status_code == 200
    assert client.post(EXPORT, json={"plan": plan}).status_code == 200


@pytest.mark.parametrize("address", [SUGGEST, PLANS, EXPORT])
@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_a_wrong_method_is_refused(client: TestClient, address: str, method: str) -> None:
    response = client.request(method, address)
    assert response.status_code == 405
    assert method == "HEAD" or _is_problem(response, 405, "MethodNotAllowed")


@pytest.mark.parametrize("address", [SUGGEST, PLANS, EXPORT])
def test_what_is_no_json_is_refused_without_repeating_it(client: TestClient, address: str) -> None:
    response = client.post(address, content=b'{"query": Testesen', headers={"content-type": "application/json"})
    assert _is_problem(response, 422, "BadRequest")
    assert "Testesen" not in response.text


def test_says_what_a_description_tells_and_what_it_does_not(client: TestClient) -> None:
    query = "I 3. klasse er der uro efter frikvarteret, og vi har prøvet faste pladser."
    understood = _suggested(client, query=query)["understood"]
    told, missing = ([entry["value"] for entry in understood[name]] for name in ("told", "missing"))
    assert {"what", "where_when", "grade", "tried"} <= set(told)
    assert "views" in missing and not set(told) & set(missing)
    assert understood["grades"] == ["3"]


def test_question_is_not_read_as_a_description(client: TestClient) -> None:
    asked = client.post("/api/v1/ask", json={"query": "Hvad er co-teaching?"}).json()
    assert asked["understood"] is None
