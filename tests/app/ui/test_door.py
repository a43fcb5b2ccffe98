import json
import re
import uuid
from typing import Any

import httpx
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


@pytest.mark.parametrize("path", ["upload", "run/predict", "call/answer", "process_recording", "component_server"])
def test_nothing_can_be_sent_past_the_queue(client: TestClient, path: str) -> None:
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


def test_the_page_can_be_asked_for_its_headers_alone(client: TestClient) -> None:
    response = client.head("/")
    assert response.status_code == 200
    assert response.text == ""


def test_a_script_that_is_not_in_the_page_is_not_in_the_policy() -> None:
    named = policy(b"<script>egen()</script><script type='module' src='./a.js'></script>")
    assert named.count("sha256-") == 1
    assert "sha256-" not in policy(b"<p>intet</p>")


def test_a_file_named_in_a_forged_conversation_is_not_read(address: str) -> None:
    file = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
    for content in (file, {"file": file}, [{"type": "file", "file": file}]):
        told = _ask_queue(address, [{"role": "user", "content": content}])
        assert "process_completed" in told
        assert "root:" not in told
        assert "Traceback" not in told
        assert "site-packages" not in told


def test_an_honest_conversation_is_answered_over_the_queue(address: str) -> None:
    said = [{"role": role, "content": [{"type": "text", "text": "Hej"}]} for role in ("user", "assistant")]
    assert "følgende kriterier" in _ask_queue(address, said)


def test_a_malformed_conversation_is_logged_without_its_words(
    address: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    told = _ask_queue(address, [{"role": "user", "content": "Emma Testesen 010203-1234"}])
    assert "process_completed" in told
    printed = "".join(capfd.readouterr())
    assert "the chat failed: ValidationError" in caplog.text
    assert "Testesen" not in told + printed + caplog.text
    assert "site-packages" not in told + printed + caplog.text


def _ask_queue(address: str, history: list[dict[str, Any]]) -> str:
    """Ask as the chat page does; return everything the server says until it is done."""
    config = re.search(r"window\.gradio_config = (\{.*?\});</script>", httpx.get(address).text, re.DOTALL)
    assert config is not None
    asked = next(one for one in json.loads(config[1])["dependencies"] if len(one["inputs"]) == 2)
    question = {"data": ["Hvad er kriterierne for en mellemform?", history], "fn_index": asked["id"]}
    session = uuid.uuid4().hex
    joined = httpx.post(f"{address}/gradio_api/queue/join", json={**question, "session_hash": session})
    assert joined.status_code == 200
    said = ""
    with httpx.stream("GET", f"{address}/gradio_api/queue/data?session_hash={session}", timeout=60) as stream:
        for line in stream.iter_lines():
            said += json.dumps(json.loads(line.removeprefix("data: ")), ensure_ascii=False) if line else ""
            if "close_stream" in line:
                break
    return said


def test_the_server_does_not_say_what_it_runs_on(address: str) -> None:
    headers = httpx.get(address).headers
    assert "server" not in headers
    assert "set-cookie" not in headers
