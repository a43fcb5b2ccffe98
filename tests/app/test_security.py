import json
import logging

import httpx
import pytest
from fastapi.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from app.engine import Engine
from app.security import HEADERS
from corpus.errors import IndexDamaged
from tests.app.guarded import SECRET, guarded

ADDRESSES = (
    "/",
    "/kilder",
    "/kilder/kl/9",
    "/healthz",
    "/openapi.json",
    "/api/v1/documents",
    "/api/v1/findesikke",
    "/findesikke",
    "/statisk/site.css",
    "/theme.css",
    "/api/v1/trial-actions/export",
)


@pytest.mark.parametrize("path", ADDRESSES)
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    response = client.get(path)
    headers = response.headers
    assert response.status_code < 500
    assert all(name in headers for name in HEADERS)
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-inline'" not in headers["content-security-policy"].split("style-src")[0]
    assert "http" not in headers["content-security-policy"]


@pytest.mark.parametrize("path", [path for path in ADDRESSES if path != "/"])
def test_no_page_but_the_chat_allows_anything_inline(client: TestClient, path: str) -> None:
    assert "unsafe" not in client.get(path).headers["content-security-policy"]


@pytest.mark.parametrize("path", ADDRESSES)
def test_no_answer_sets_a_cookie_or_opens_for_other_sites(client: TestClient, path: str) -> None:
    headers = client.get(path, headers={"origin": "http://localhost"}).headers
    assert "set-cookie" not in headers
    assert not [name for name in headers if name.startswith("access-control-allow")]


def test_answers_are_not_kept_but_scripts_and_pictures_are(client: TestClient) -> None:
    assert client.get("/api/v1/search", params={"q": "pauser"}).headers["cache-control"] == "no-store"
    assert client.get("/kilder/kl/9").headers["cache-control"] == "no-store"
    assert client.get("/statisk/site.css").headers["cache-control"] == "no-cache"
    assert "immutable" in client.get("/statisk/site.css?v=1").headers["cache-control"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "[::1]:8000", "192.168.1.20", "proev.kommune.dk"])
def test_answers_to_its_own_names_and_bare_addresses(host: str) -> None:
    assert guarded(hosts=["proev.kommune.dk"]).get("/page", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["ond.dk", "127.0.0.1.ond.dk", "localhost.ond.dk", "[", "", "proev.kommune.dk.ond.dk"])
def test_a_name_that_is_not_its_own_is_refused(host: str) -> None:
    response = guarded(hosts=["proev.kommune.dk"]).get("/page", headers={"host": host})
    assert (response.status_code, response.json()["code"]) == (400, "UnknownHost")
    assert "PROEV_HOSTS" in response.json()["detail"]


def test_a_forged_forwarded_host_reaches_nothing(client: TestClient) -> None:
    page = client.get("/", headers={"x-forwarded-host": "ond.dk", "x-gradio-server": "https://ond.dk"})
    assert page.status_code == 200
    assert "ond.dk" not in page.text


def test_behind_a_proxy_its_host_must_be_known() -> None:
    client = guarded(proxies=["10.0.0.1"], hosts=["proev.kommune.dk"])
    assert client.get("/page", headers={"x-forwarded-host": "proev.kommune.dk"}).status_code == 200
    assert client.get("/page", headers={"x-forwarded-host": "ond.dk"}).status_code == 400


@pytest.mark.parametrize("origin", ["https://ond.dk", "null", "http://127.0.0.1:9", "http://localhost:9"])
def test_a_page_of_another_site_is_refused(client: TestClient, origin: str) -> None:
    asked = {"headers": {"origin": origin}, "json": {"query": "mellemform"}}
    for path in ("/api/v1/ask", "/gradio_api/queue/join"):
        response = client.post(path, **asked)
        assert (response.status_code, response.json()["code"]) == (403, "ForeignOrigin")
        assert "access-control-allow-origin" not in response.headers


def test_a_preflight_of_another_site_is_refused(client: TestClient) -> None:
    headers = {"origin": "https://ond.dk", "access-control-request-method": "POST"}
    response = client.options("/api/v1/ask", headers=headers)
    assert response.status_code == 403
    assert "access-control-allow-origin" not in response.headers


def test_a_site_that_was_let_in_may_ask() -> None:
    intranet = "https://intranet.kommune.dk"
    headers = {"origin": intranet, "access-control-request-method": "POST"}
    preflight = guarded(origins=[intranet]).options("/api/length", headers=headers)
    assert preflight.headers["access-control-allow-origin"] == intranet
    assert guarded(origins=[intranet]).post("/api/length", headers=headers).status_code == 200


def test_its_own_page_behind_a_proxy_may_ask() -> None:
    client = guarded(hosts=["proev.kommune.dk"])
    headers = {"host": "127.0.0.1:8000", "origin": "https://proev.kommune.dk"}
    assert client.post("/api/length", headers=headers).status_code == 200


def test_an_unexpected_failure_is_told_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        response = guarded().get("/api/failing")
    assert (response.status_code, response.json()["code"]) == (500, "InternalError")
    assert response.headers["x-content-type-options"] == "nosniff"
    for word in SECRET.split():
        assert len(word) < 3 or word not in response.text + caplog.text
    assert "RuntimeError at /api/failing" in caplog.text


def test_nothing_opens_a_websocket(client: TestClient) -> None:
    with pytest.raises(WebSocketDisconnect), client.websocket_connect("/"):
        pass


@pytest.mark.parametrize("body", [b"[" * 100_000, b"\xff\xfe\x00", b'{"query": "\\ud800"}', b"{" * 10, b"null", b""])
def test_a_hostile_body_is_a_fault_of_the_callers(client: TestClient, body: bytes) -> None:
    response = client.post("/api/v1/ask", content=body, headers={"content-type": "application/json"})
    assert 400 <= response.status_code < 500
    assert response.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in response.text


@pytest.mark.parametrize(
    "path",
    [
        "/kilder/..%2f..%2fetc%2fpasswd/1",
        "/statisk/..%2f..%2fmain.py",
        "/statisk/../config.py",
        "/assets/..%2f..%2froutes.py",
        "/static/%2e%2e/%2e%2e/routes.py",
        "/api/v1/documents/..%2f..%2f/pages/1",
    ],
)
def test_no_path_leads_out_of_its_folder(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "import" not in response.text
    assert "passwd" not in response.text


def test_no_error_tells_where_anything_is(
    client: TestClient, engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: Engine) -> None:
        raise IndexDamaged(f"Filen x i indekset {engine.config.data} er beskadiget.", "Byg det igen.")

    monkeypatch.setattr(type(engine), "library", property(broken))
    response: httpx.Response = client.post("/api/v1/ask", json={"query": "mellemform"})
    assert response.status_code == 503
    assert str(engine.config.data) not in response.text
    assert "proev doctor" in json.loads(response.text)["detail"]
    assert str(engine.config.data) in caplog.text


def test_a_failure_in_the_chat_tells_nothing_of_the_question(
    client: TestClient,
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    def fail(*arguments: object, **named: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(engine, "ask", fail)
    told = client.post("/samtale", json={"query": "mellemform"}).text
    assert "Prøv igen" in json.loads(told.splitlines()[-1])["failure"]
    printed = "".join(capfd.readouterr())
    assert "RuntimeError" in caplog.text
    assert "Testesen" not in told + caplog.text + printed


def test_a_failure_of_the_index_tells_the_reader_no_path(
    client: TestClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **named: object) -> None:
        raise IndexDamaged(f"Indekset i {engine.config.data} mangler filer.", "Byg det igen.")

    monkeypatch.setattr(engine, "ask", broken)
    told = client.post("/samtale", json={"query": "mellemform"}).text
    assert str(engine.config.data) not in told
    assert "proev doctor" in told


def test_nothing_of_a_question_is_written_to_disk(client: TestClient, engine: Engine) -> None:
    word = "kvalkefnugsterne"
    asked = client.post("/api/v1/ask", json={"query": f"Hvad kan vi prøve med {word} i 2. klasse?"})
    assert word in asked.json()["masked_query"]
    client.get("/api/v1/search", params={"q": word})
    files = [path for path in engine.config.data.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if word.encode() in path.read_bytes()]
