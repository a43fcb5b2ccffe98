"""The engine and the web application on the index of the five bundled documents."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from fastapi.testclient import TestClient

from app.cli import server_options
from app.config import Config
from app.engine import Engine
from app.main import create_app
from retrieval.embed import BundledEmbedder
from retrieval.storage import Storage


@pytest.fixture(scope="session")
def engine(corpus_storage: Storage, bundled: BundledEmbedder) -> Engine:
    """The engine on the real index, for a client that asks as much as all the tests do."""
    return Engine(Config(data=corpus_storage.root, requests_per_minute=1_000_000), bundled)


@pytest.fixture(scope="session")
def client(engine: Engine) -> TestClient:
    """The web application, without a network."""
    return TestClient(create_app(engine.config, engine), base_url="http://localhost", raise_server_exceptions=False)


@pytest.fixture(scope="session")
def address(engine: Engine) -> Iterator[str]:
    """The address of the web application, served on a port of its own."""
    with serving(engine.config, engine) as base:
        yield base


@contextmanager
def serving(config: Config, engine: Engine, log_level: str = "error") -> Iterator[str]:
    """Serve the web application as `proev serve` does, on a free port; give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {**server_options(config), "port": port, "log_level": log_level, "log_config": None}
    server = uvicorn.Server(uvicorn.Config(create_app(config, engine), **options))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{port}"
    for _ in range(200):
        try:
            if httpx.get(f"{base}/readyz").status_code == 200:
                break
        except httpx.TransportError:
            time.sleep(0.05)
    yield base
    server.should_exit = True
    thread.join(timeout=10)
