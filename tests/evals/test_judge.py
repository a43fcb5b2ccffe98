import http.server
import json
import threading
from collections.abc import Iterator

import pytest

from app.turn import Outcome
from app.wire import CitationOut
from evals.judge import Opinion, configured, judge, read_opinion, summary
from evals.results import Result

CITATION = CitationOut(n=1, document="kl", passage="kl-1", heading="", pages=[9], quote="Vi prøvede.")
CITED = Result(
    id="a",
    outcome=Outcome.ANSWERED,
    reason=None,
    text="”Vi prøvede.” [1]",
    citations=[CITATION],
    hits=[],
    actions=[],
    masked_query="Hvad prøvede [navn]?",
    timings_ms={},
)


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[dict[str, object]]]]:
    """An OpenAI-compatible endpoint that notes what it is asked."""
    asked: list[dict[str, object]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            choice = {"index": 0, "finish_reason": "stop", "text": 'Ja. {"relevans": 4, "sammenhæng": 3}'}
            body = json.dumps(
                {"id": "x", "object": "text_completion", "created": 0, "model": "m", "choices": [choice]}
            ).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/v1", asked
    server.shutdown()


def test_asks_the_configured_model_and_shows_it_only_the_masked_question(
    endpoint: tuple[str, list[dict[str, object]]],
) -> None:
    url, asked = endpoint
    ask = configured({"PROEV_JUDGE_URL": url, "PROEV_JUDGE_MODEL": "m"})
    assert ask is not None
    assert judge([CITED], ask) == {"a": Opinion(4, 3)}
    assert "Hvad prøvede [navn]?" in str(asked[0]["prompt"])


def test_there_is_no_judge_unless_one_is_configured() -> None:
    assert configured({}) is None
    assert configured({"PROEV_JUDGE_URL": "http://127.0.0.1:1"}) is None


@pytest.mark.parametrize("said", ["", "fem", "{}", '{"relevans": 9, "sammenhæng": 1}', '{"relevans": "x"}', "{"])
def test_an_opinion_that_cannot_be_read_is_none(said: str) -> None:
    assert read_opinion(said) is None


def test_answers_without_citations_are_not_judged() -> None:
    assert judge([CITED.model_copy(update={"citations": []})], lambda prompt: "") == {}


def test_sums_up_what_could_be_read() -> None:
    assert summary({"a": Opinion(4, 2), "b": Opinion(2, 2), "c": None}) == {
        "judged": 2,
        "unreadable": 1,
        "relevance": 3.0,
        "coherence": 2.0,
    }
    assert summary({})["relevance"] is None
