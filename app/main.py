"""The web application: API, library, source viewer and chat on one port."""

from fastapi import FastAPI

from app import api, api_guidance, api_library
from app.config import Config
from app.engine import Engine
from app.security import protect
from app.ui import library, records, source, standing
from app.ui.door import close_unused
from app.ui.pages import STATIC, Assets


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
    routers = (api.router, api_guidance.router, api_library.router)
    for router in routers:
        app.include_router(router)
    app.state.api_routes = [route for router in routers for route in router.routes]
    app.include_router(api.health)
    app.include_router(api.unknown)
    for pages in (source.router, library.router, records.router, standing.router):
        app.include_router(pages)
    app.mount("/statisk", Assets(directory=STATIC), name="statisk")
    mount_chat(app, app.state.engine)
    close_unused(app)
    return app
