import socket

import pytest

from app.config import Config
from app.engine import Engine
from app.turn import Outcome
from retrieval.embed import BundledEmbedder
from retrieval.storage import Storage


def test_a_question_needs_no_network(
    corpus_storage: Storage, bundled: BundledEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: socket.socket, address: object) -> None:
        raise AssertionError(f"connection to {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    turn = Engine(Config(data=corpus_storage.root), bundled).ask("Hvad er en mellemform?")
    assert turn.outcome is Outcome.ANSWERED
