"""A small application behind the guards, so that a limit can be met without an index."""

import time
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from app.config import Config
from app.security import protect

SECRET = "Emma Testesen 010203-1234 i /hemmelig/sti"


def guarded(**settings: object) -> TestClient:
    """Return a client of an application with a slow, a failing and an echoing route."""
    app = FastAPI()
    protect(app, Config.model_validate({"data": Path("data"), **settings}))

    @app.get("/api/slow")
    def slow() -> str:
        time.sleep(0.5)
        return "endelig"

    @app.get("/api/failing")
    def failing() -> None:
        raise RuntimeError(SECRET)

    @app.post("/api/length")
    async def length(request: Request) -> int:
        return len(await request.body())

    @app.get("/page")
    def page() -> str:
        return "en side"

    return TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
