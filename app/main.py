"""The web application: API, source viewer and chat on one port."""

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Response
from fastapi.staticfiles import StaticFiles

from app import api, api_feedback, api_guidance, api_library
from app.config import Config
from app.engine import Engine
from app.security import protect
from app.ui import chat_routes, source
from app.ui.door import close_unused

STATIC = Path(__file__).parent / "ui" / "static"


class Static(StaticFiles):
    """Files the browser keeps and asks about each time, so that after an update none is older than the others."""

    def file_response(self, *arguments: Any, **named: Any) -> Response:
        """Return the file, or that it is unchanged. See StaticFiles."""
        response = super().file_response(*arguments, **named)
        response.headers["cache-control"] = "no-cache"
        return response


def create_app(config: Config, engine: Engine | None = None) -> FastAPI:
    """Return the application for `config`. Raises IndexMissing or IndexDamaged when there is nothing to serve."""
    from app.ui.chat import mount_chat

    app = FastAPI(
        title="Prøv Først",
        version="0.1.0",
        docs_url=None,  # its pages would fetch scripts from elsewhere
        redoc_url=None,
        description="Spørg fem danske dokumenter om inkluderende læringsmiljøer, og få ordrette citater med sidetal.",
    )
    app.state.engine = engine or Engine(config)
    protect(app, config)
    api.add_error_handlers(app)
    routers = [api.router, api_guidance.router, api_library.router]
    if config.feedback:
        routers.append(api_feedback.router)
    for router in routers:
        app.include_router(router)
    app.state.api_routes = [route for router in routers for route in router.routes]
    app.include_router(api.health)
    app.include_router(api.unknown)
    app.include_router(source.router)
    app.include_router(chat_routes.router)
    app.mount("/statisk", Static(directory=STATIC), name="statisk")
    mount_chat(app, app.state.engine)
    close_unused(app)
    return app
