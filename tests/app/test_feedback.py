"""Feedback: what is kept, and what never is."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.api_feedback import FILE
from app.config import load
from app.engine import Engine
from app.feedback import Complaint, Feedback, keep
from app.texts import LANGUAGES, texts
from app.turn import Outcome
from corpus.errors import BadRequest, StorageUnusable


def _told(**values: object) -> Feedback:
    return Feedback.model_validate({"outcome": Outcome.ANSWERED, "shown": ["kl-1"], "helpful": False, **values})


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_each_is_a_line_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / FILE
    keep(_told(reason=Complaint.MISSING), path, {"kl-1"}, str)
    keep(_told(helpful=True), path, {"kl-1"}, str)
    first, second = _lines(path)
    assert (first["reason"], first["shown"], first["helpful"]) == ("missing", ["kl-1"], False)
    assert (second["reason"], second["helpful"]) == (None, True)


def test_a_comment_is_masked_before_it_is_kept(engine: Engine, client: TestClient) -> None:
    body = {"outcome": "answered", "shown": [], "helpful": False, "reason": "wrong"}
    comment = "Sofie Jensen, tlf. 20 30 40 50, skrev til sofie@skole.dk"
    assert client.post("/api/v1/feedback", json={**body, "comment": comment}).status_code == 204
    kept = (engine.config.data / FILE).read_text("utf-8")
    assert not [word for word in ("Sofie", "Jensen", "20 30", "@") if word in kept]


def test_an_id_that_is_none_of_ours_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest):
        keep(_told(shown=["Sofie Jensen"]), tmp_path / FILE, {"kl-1"}, str)
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    "fault",
    [{"reason": "because"}, {"outcome": "fine"}, {"comment": "x" * 1001}, {"query": "Hvad?"}, {"shown": ["x"] * 201}],
)
def test_what_has_no_place_in_it_is_refused(client: TestClient, fault: dict[str, object]) -> None:
    body = {"outcome": "answered", "shown": [], "helpful": False, **fault}
    assert client.post("/api/v1/feedback", json=body).status_code == 422


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(StorageUnusable, match="Tilbagemeldingen kunne ikke gemmes"):
        keep(_told(), tmp_path / FILE, {"kl-1"}, str)


def test_the_configuration_switches_it_off(tmp_path: Path) -> None:
    assert load({"PROEV_DATA": str(tmp_path)}).feedback
    assert not load({"PROEV_DATA": str(tmp_path), "PROEV_FEEDBACK": "false"}).feedback


def test_every_reason_has_its_words() -> None:
    for language in LANGUAGES:
        assert set(texts(language)["complaints"]) == {one.value for one in Complaint}
