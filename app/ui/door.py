"""What can be reached of Gradio's own server, and the content security policy of the chat page."""

import hashlib
import re
from base64 import b64encode

from fastapi import FastAPI, Request
from starlette.datastructures import MutableHeaders
from starlette.routing import Mount
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import problem
from app.ui.chat_html import no_script_html

PAGE = "/"
OPEN = re.compile(
    r"/(theme\.css|manifest\.json|favicon\.ico|robots\.txt)?"
    r"|/(assets|static)/(\w[\w-]*/)*\w[\w.-]*"
    r"|/gradio_api/(startup-events|heartbeat/\w+)/?"
)
"""The addresses the chat uses. Gradio's server has many more: files, uploads, a proxy, its description, a queue.

A turn is asked for at our own address (app/ui/chat_routes.py).
"""

POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'none'; "
    "base-uri 'self'; frame-ancestors 'none'"
)
"""Gradio makes functions of text ('unsafe-eval') and sets styles on elements ('unsafe-inline' for styles only)."""

APP = b"<gradio-app"
"""Where Gradio's part of the page begins; before it stands what is told without scripts."""

INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)


def close_unused(app: FastAPI) -> None:
    """Put the door before the Gradio application, which is mounted last."""
    mount = app.routes[-1]
    assert isinstance(mount, Mount)
    mount.app = ChatDoor(mount.app)


class ChatDoor:
    """Lets the chat's own addresses through.

    Its page gets a policy that names its scripts by their hashes, and a text for who has scripts turned off.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what the chat uses; the rest does not exist."""
        if not OPEN.fullmatch(scope["path"]):
            await problem(Request(scope), 404, "NotFound")(scope, receive, send)
            return
        if scope["path"] != PAGE:
            await self.app(scope, receive, send)
            return
        plain = [pair for pair in scope["headers"] if pair[0].lower() != b"accept-encoding"]
        await self.app({**scope, "headers": plain}, receive, _with_policy(send))


def _with_policy(send: Send) -> Send:
    """Return a `send` that holds a page back until its scripts are known and its text without them is in it."""
    held: list[Message] = []
    body = bytearray()

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            held.append(message)
            return
        if message["type"] != "http.response.body":
            await send(message)
            return
        body.extend(message.get("body", b""))
        if message.get("more_body", False):
            return
        page = bytes(body).replace(APP, no_script_html().encode() + APP, 1)
        headers = MutableHeaders(scope=held[0])
        headers["Content-Security-Policy"] = policy(page)
        headers["Content-Length"] = str(len(page))
        await send(held[0])
        await send({"type": "http.response.body", "body": page})

    return answer


def policy(page: bytes) -> str:
    """Return the policy of a page: of inline scripts, only those that stand in it now may run."""
    hashes = (b64encode(hashlib.sha256(script).digest()).decode() for script in INLINE_SCRIPT.findall(page))
    return POLICY.format(hashes="".join(f" 'sha256-{one}'" for one in hashes))
