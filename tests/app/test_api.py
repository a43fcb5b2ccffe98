import httpx
import pytest
from fastapi.testclient import TestClient

from app.engine import Engine
from corpus.errors import IndexDamaged, IndexMissing

ASK = "/api/v1/ask"


def _is_problem(response: httpx.Response, status: int, code: str) -> bool:
    body = response.json()
    plain = response.headers["content-type"] == "application/problem+json"
    return plain and response.status_code == body["status"] == status and body["code"] == code


def test_answers_with_citations(client: TestClient) -> None:
    answer = client.post(ASK, json={"query": "Hvad er kriterierne for en mellemform?"}).json()
    assert answer["outcome"] == "answered"
    assert answer["reason"] is None
    assert answer["citations"][0] == {
        "n": 1,
        "document": "haderslev",
        "passage": answer["citations"][0]["passage"],
        "heading": "Mellemformer",
        "pages": [16],
        "page": 16,
        "quote": answer["citations"][0]["quote"],
    }
    assert "følgende kriterier, som skal opfyldes" in answer["text"]
    assert len(answer["hits"]) == 10
    assert set(answer["hits"][0]) == {"passage", "document", "heading", "pages", "page", "text", "score"}
    assert set(answer["actions"][0]) == {"id", "name", "title", "score", "evidence"}
    assert {"total", "embed", "search"} <= set(answer["timings_ms"])


def test_takes_the_history_along(client: TestClient) -> None:
    history = [{"role": "user", "content": "Hvad gør de på Fløng Skole?"}, {"role": "assistant", "content": "…"}]
    answer = client.post(ASK, json={"query": "Hvor mange elever er der i den?", "history": history}).json()
    assert any("Fløng Skole" in citation["heading"] for citation in answer["citations"][:3])


def test_gives_no_pages_where_the_source_has_none(client: TestClient) -> None:
    hits = client.get("/api/v1/search", params={"q": "96 pct.-målsætningen inklusion"}).json()["hits"]
    assert hits[0]["document"] == "inklusion"
    assert hits[0]["pages"] == []


def test_finds_passages(client: TestClient) -> None:
    hits = client.get("/api/v1/search", params={"q": "timerne efter frokost", "limit": 3}).json()["hits"]
    assert len(hits) == 3
    assert hits[0]["pages"] == [9]


def test_lists_the_documents(client: TestClient) -> None:
    documents = {document["id"]: document for document in client.get("/api/v1/documents").json()}
    assert list(documents) == ["stuk", "kl", "inklusion", "haderslev", "vive"]
    assert documents["kl"]["pages"] == list(range(5, 31))
    assert documents["inklusion"]["printed_pages"] is False
    assert documents["haderslev"]["local"] == "Haderslev Kommune"


def test_shows_a_page(client: TestClient) -> None:
    page = client.get("/api/v1/documents/kl/pages/9").json()
    assert page["number"] == 9
    assert page["printed"] is True
    assert "Værkstedsundervisning i indskolingen" in page["text"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/v1/documents/findesikke/pages/1", "UnknownDocument"),
        ("/api/v1/documents/kl/pages/99", "UnknownPage"),
    ],
)
def test_says_what_is_not_there(client: TestClient, path: str, code: str) -> None:
    response = client.get(path)
    assert _is_problem(response, 404, code)
    assert "Brug" in response.json()["detail"]


def test_refuses_an_empty_question(client: TestClient) -> None:
    assert _is_problem(client.post(ASK, json={"query": "  "}), 422, "EmptyQuery")


def test_refuses_a_question_of_100_000_characters(client: TestClient) -> None:
    response = client.post(ASK, json={"query": "x" * 100_000})
    assert _is_problem(response, 413, "QueryTooLong")
    assert "24.000" in response.json()["detail"]


@pytest.mark.parametrize("body", [{}, {"query": 1}, {"query": "x", "lang": "fr"}, {"query": "x", "history": "y"}, []])
def test_refuses_a_body_of_the_wrong_form(client: TestClient, body: object) -> None:
    response = client.post(ASK, json=body)
    assert _is_problem(response, 422, "BadRequest")


def test_refuses_what_is_no_json_without_echoing_it(client: TestClient) -> None:
    response = client.post(ASK, content=b"{hemmeligt", headers={"content-type": "application/json"})
    assert _is_problem(response, 422, "BadRequest")
    assert "hemmeligt" not in response.text


def test_takes_control_characters(client: TestClient) -> None:
    answer = client.post(
        ASK,
        json={
            "query": "Hvad er\u0000 en \u001b[31mmellemform?\ufffd".encode("utf-16", "surrogatepass").decode(
                "utf-16", "replace"
            )
        },
    )
    assert answer.status_code == 200


def test_is_healthy_and_ready(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json()["documents"] == 5


@pytest.mark.parametrize("error", [IndexMissing, IndexDamaged])
def test_is_not_ready_without_an_index(
    client: TestClient, engine: Engine, monkeypatch: pytest.MonkeyPatch, error: type[IndexMissing]
) -> None:
    def broken(self: Engine) -> None:
        raise error("Der er intet indeks.", "Byg det med: proev ingest.")

    monkeypatch.setattr(type(engine), "library", property(broken))
    assert _is_problem(client.get("/readyz"), 503, error.__name__)
    assert client.get("/healthz").status_code == 200


def test_an_unexpected_failure_shows_no_detail(
    client: TestClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise RuntimeError("/hemmelig/sti")

    monkeypatch.setattr(engine, "ask", fail)
    response = client.post(ASK, json={"query": "mellemform"})
    assert _is_problem(response, 500, "InternalError")
    assert "hemmelig" not in response.text


def test_an_unknown_address_of_the_api_is_a_problem(client: TestClient) -> None:
    assert _is_problem(client.get("/api/v1/findesikke"), 404, "NotFound")


def test_a_wrong_method_is_a_problem(client: TestClient) -> None:
    assert _is_problem(client.put(ASK), 405, "MethodNotAllowed")


def test_an_error_does_not_repeat_what_was_asked_for(client: TestClient) -> None:
    for path in ("/api/v1/documents/Emma Testesen 010203-1234/pages/1", "/kilder/Emma Testesen 010203-1234/1"):
        assert "Testesen" not in client.get(path).text


@pytest.mark.parametrize("text", ["a@" * 2000, "æ" * 4000, '"' * 3999 + "a"])
def test_a_long_meaningless_question_is_answered(client: TestClient, text: str) -> None:
    assert client.post(ASK, json={"query": text}).status_code == 200


def test_nothing_is_described_with_scripts_from_elsewhere(client: TestClient) -> None:
    assert "jsdelivr" not in client.get("/docs").text


def test_describes_itself(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/api/v1/ask", "/api/v1/search", "/api/v1/documents"} <= set(paths)
