import re

import pytest
from fastapi.testclient import TestClient

from app.ui.door import policy

CLOSED = (
    "/config",
    "/login",
    "/logout",
    "/runs",
    "/monitoring",
    "/monitoring/summary",
    "/pwa_icon",
    "/gradio_api/info",
    "/gradio_api/openapi.json",
    "/gradio_api/app_id",
    "/gradio_api/user",
    "/gradio_api/token",
    "/gradio_api/runs",
    "/gradio_api/deep_link",
    "/gradio_api/file=/etc/passwd",
    "/gradio_api/file=https://ond.dk/x",
    "/gradio_api/file/etc/passwd",
    "/gradio_api/proxy=https://ond.hf.space/x",
    "/gradio_api/upload_progress",
    "/gradio_api/vibe-code",
    "/gradio_api/mcp/sse",
    "/gradio_api/queue/data",
    "/custom_component/x/client/component/index.js",
    "/svelte/x.js",
    "/docs",
    "/redoc",
    "/index.php",
)


@pytest.mark.parametrize("path", CLOSED)
def test_what_the_chat_does_not_use_does_not_exist(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.json()["code"] == "NotFound"


@pytest.mark.parametrize(
    "path", ["upload", "queue/join", "run/predict", "call/answer", "process_recording", "component_server"]
)
def test_nothing_can_be_sent_to_gradio(client: TestClient, path: str) -> None:
    response = client.post(f"/gradio_api/{path}", files={"files": ("x.txt", b"x")})
    assert response.status_code == 404


def test_the_page_tells_of_no_other_server(client: TestClient) -> None:
    assert client.get("/theme.css").status_code == 200
    assert client.get("/gradio_api/startup-events").status_code == 200


def test_every_inline_script_of_the_page_is_named(client: TestClient) -> None:
    response = client.get("/", headers={"accept-encoding": "br"})
    inline = re.findall(r"<script(?![^>]*\ssrc=)", response.text)
    assert inline
    assert response.headers["content-security-policy"].count("'sha256-") == len(inline)


def test_without_scripts_the_page_says_so_and_points_to_what_needs_none(client: TestClient) -> None:
    response = client.get("/")
    told = response.text.split("<noscript>")[1].split("</noscript>")[0]
    assert "Chatten kræver JavaScript" in told
    assert "The chat needs JavaScript" in told
    for address in re.findall(r'href="([^"]+)"', told):
        assert client.get(address).status_code == 200, address
    assert "/akut" in told
    assert int(response.headers["content-length"]) == len(response.content)


def test_the_page_can_be_asked_for_its_headers_alone(client: TestClient) -> None:
    response = client.head("/")
    assert response.status_code == 200
    assert response.text == ""


def test_a_script_that_is_not_in_the_page_is_not_in_the_policy() -> None:
    named = policy(b"<script>egen()</script><script type='module' src='./a.js'></script>")
    assert named.count("sha256-") == 1
    assert "sha256-" not in policy(b"<p>intet</p>")


def test_a_forged_conversation_is_refused_without_its_words(
    client: TestClient, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    file = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
    for content in (file, [{"type": "file", "file": file}], {"text": "Emma Testesen 010203-1234"}):
        told = client.post("/samtale", json={"query": "Hvad så?", "history": [{"role": "user", "content": content}]})
        assert told.status_code == 422
        everything = told.text + "".join(capfd.readouterr()) + caplog.text
        assert "root:" not in everything
        assert "Testesen" not in everything
        assert "Traceback" not in everything
