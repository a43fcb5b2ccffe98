"""What a request must pass before it reaches a route, and the headers every answer carries (SECURITY.md)."""

import ipaddress
import logging
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from app.config import Config
from app.limits import BodyLimit, RateLimit, TimeLimit
from app.problems import problem

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The policy of every page but the chat, which brings its own (app/ui/door.py): nothing inline, nothing of others."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
GRADIOS, A_DAY = ("/assets/", "/theme.css"), "public, max-age=86400"
"""Files of the chat's framework, which change only when it does, and how long a browser keeps them."""

KEPT = ("/assets/", "/static/", "/statisk/")
"""Below these addresses are files that say nothing of anybody, so a browser may keep them."""

FORWARDED = (b"forwarded", b"x-forwarded-", b"x-gradio-server")
"""How the headers begin with which a proxy tells what it was asked; Gradio believes them from anybody."""

logger = logging.getLogger(__name__)


def protect(app: FastAPI, config: Config) -> None:
    """Put the guards around `app`; the last one meets a request first."""
    app.add_middleware(
        CORSMiddleware, allow_origins=config.origins, allow_methods=["GET", "POST"], allow_headers=["content-type"]
    )
    app.add_middleware(BodyLimit, most=config.most_bytes)
    app.add_middleware(TimeLimit, seconds=config.seconds_per_request)
    app.add_middleware(RateLimit, per_minute=config.requests_per_minute)
    app.add_middleware(KnownAddress, config=config)
    app.add_middleware(Shield)


class Shield:
    """Adds the headers, and keeps what went wrong inside from both the answer and the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; an error nobody expected is logged by its kind alone, since its text may hold what was asked."""
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_begun = False

        async def answer(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                _add_headers(MutableHeaders(scope=message), scope["path"])
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception as error:
            route = getattr(scope.get("route"), "path", "?")
            logger.error("unexpected %s at %s", type(error).__name__, route)
            if not has_begun:
                await problem(Request(scope), 500, "InternalError")(scope, receive, answer)


def _add_headers(headers: MutableHeaders, path: str) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if path.startswith(GRADIOS):
        headers["Cache-Control"] = A_DAY
    elif not path.startswith(KEPT):
        headers["Cache-Control"] = "no-store"


class KnownAddress:
    """Refuses a request that came by a name not ours, or from a page of somebody else.

    The first is how a page of another name reaches a server on the reader's own machine (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, config: Config) -> None:
        self.app = app
        self._named = {host.lower() for host in config.hosts}
        self._hosts = {"localhost", config.host.lower(), *self._named}
        self._origins = set(config.origins)
        self._has_proxy = bool(config.proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what came by our name, without what only a proxy may say where there is none."""
        if scope["type"] == "http":
            if not self._has_proxy:
                scope["headers"] = [pair for pair in scope["headers"] if not pair[0].lower().startswith(FORWARDED)]
            headers = Headers(scope=scope)
            code = self._fault(headers)
            if code is not None:
                status = 400 if code == "UnknownHost" else 403
                await problem(Request(scope), status, code)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _fault(self, headers: Headers) -> str | None:
        hosts = [headers.get("host", ""), *headers.getlist("x-forwarded-host")]
        if not all(self._is_ours(host) for host in hosts):
            return "UnknownHost"
        origin = headers.get("origin")
        if origin is None or origin in self._origins or origin.partition("://")[2] in hosts:
            return None
        return None if hostname(origin.partition("://")[2]) in self._named else "ForeignOrigin"

    def _is_ours(self, host: str) -> bool:
        """Tell whether a Host is one of our names, or a bare address, which no other name can stand for."""
        name = hostname(host)
        return name in self._hosts or is_address(name)


def hostname(host: str) -> str:
    """Return the name of `name:port` in small letters; empty when it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_address(name: str) -> bool:
    """Tell whether a name is a bare IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
