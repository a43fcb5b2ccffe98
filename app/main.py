"""The web application: API, library, source viewer and chat on one port."""

from fastapi import FastAPI
from starlette.routing import Route

from app import api, api_feedback, api_guidance, api_library, api_stream, mcp_server
from app.config import Config
from app.engine import Engine
from app.openapi import describe
from app.security import protect
from app.ui import chat_routes, library, plan, records, source, standing
from app.ui.door import close_unused
from app.ui.pages import STATIC, Assets


def create_app(config: Config, engine: Engine | None = None) -> FastAPI:
    """Return the application for `config`. Raises IndexMissing or IndexDamaged when there is nothing to serve."""
    from app.ui.chat import mount_chat

    engine = engine or Engine(config)
    assistants = mcp_server.Assistants(engine)
    app = FastAPI(
        title="Prøv Først",
        version="0.1.0",
        docs_url=None,  # its pages would fetch scripts from elsewhere
        redoc_url=None,
        description="Spørg fem danske dokumenter om inkluderende læringsmiljøer, og få ordrette citater med sidetal.",
        lifespan=assistants.serving,
    )
    app.state.engine = engine
    protect(app, config)
    api.add_error_handlers(app)
    routers = [api.router, api_stream.router, api_guidance.router, api_library.router]
    if config.feedback:
        routers.append(api_feedback.router)
    for router in routers:
        app.include_router(router)
    app.state.api_routes = [route for router in routers for route in router.routes]
    describe(app)
    app.include_router(api.health)
    app.include_router(api.unknown)
    for pages in (source.router, library.router, records.router, standing.router, plan.router, chat_routes.router):
        app.include_router(pages)
    app.router.routes.append(Route(mcp_server.PATH, endpoint=assistants))
    app.mount("/statisk", Assets(directory=STATIC), name="statisk")
    mount_chat(app, engine)
    close_unused(app)
    return app
