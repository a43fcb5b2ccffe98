import pytest
from fastapi.testclient import TestClient

ENGLISH = {"accept-language": "en-GB,en;q=0.9,da;q=0.8"}
PERSON = {"accept": "text/html,application/xhtml+xml"}


def test_a_problem_says_what_was_wrong_and_what_to_do(client: TestClient) -> None:
    response = client.get("/api/v1/documents/findesikke/pages/1")
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail", "code"}
    assert body["type"] == "urn:proev-foerst:UnknownDocument"
    assert body["title"] == "Findes ikke"
    assert body["detail"].startswith("Der er intet dokument med det id. Brug et af:")


@pytest.mark.parametrize(
    ("method", "path", "body", "detail"),
    [
        ("GET", "/api/v1/documents/findesikke/pages/1", None, "There is no document with that id."),
        ("GET", "/api/v1/findesikke", None, "There is no such address."),
        ("POST", "/api/v1/ask", {"query": " "}, "Please write a question"),
        ("POST", "/api/v1/ask", {"query": "x" * 25000}, "room for 24,000 characters"),
        ("POST", "/api/v1/ask", {}, "missing or has the wrong form"),
        ("PUT", "/api/v1/ask", {}, "This method cannot be used"),
    ],
)
def test_a_problem_is_told_in_english_on_request(
    client: TestClient, method: str, path: str, body: dict[str, str] | None, detail: str
) -> None:
    asked = client.request(method, path, json=body, headers=ENGLISH).json()
    assert detail in asked["detail"]
    assert detail in client.request(method, path, json=body, params={"lang": "en"}).json()["detail"]
    assert detail not in client.request(method, path, json=body).json()["detail"]


def test_the_language_of_the_address_comes_before_the_browsers(client: TestClient) -> None:
    response = client.get("/api/v1/findesikke", params={"lang": "da"}, headers=ENGLISH)
    assert response.json()["title"] == "Findes ikke"


def test_a_person_gets_a_page(client: TestClient) -> None:
    for path in ("/findesikke", "/kilder/kl/9/10", "/gradio_api/info"):
        response = client.get(path, headers=PERSON)
        assert response.status_code == 404
        assert "<h1>Findes ikke</h1>" in response.text


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("path", ["/findesikke", "/bibliotek/proevehandlinger?themes=" + "&themes=".join(["x"] * 30)])
def test_a_page_that_is_not_there_leads_a_person_on(client: TestClient, path: str, language: str) -> None:
    page = client.get(path, params={"lang": language} if "?" not in path else None, headers=PERSON).text
    kept = "?lang=en" if language == "en" and "?" not in path else ""
    for way in ("/", "/bibliotek"):
        assert f'<li><a href="{way}{kept}">' in page
    assert '<form action="/bibliotek" method="get" role="search"' in page
    for internal in ("openapi", "/api/", "BadRequest"):
        assert internal not in page


def test_a_program_gets_a_problem_of_the_api_whatever_it_accepts(client: TestClient) -> None:
    assert client.get("/api/v1/findesikke", headers=PERSON).headers["content-type"] == "application/problem+json"
