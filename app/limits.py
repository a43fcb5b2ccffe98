"""How much and how long a request may be, and how many a client may send. Door: limits."""

import asyncio
import ipaddress
import math
import time
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.problems import problem

IPV6_SITE_BITS = 64
"""One customer has this many bits of an IPv6 address for free, so all of them count as one client."""

RETRY_AFTER = "Retry-After"


class BodyLimit:
    """Refuses a body of more than `most` bytes, whether its length is declared or it comes in pieces."""

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, and hand it on in one piece."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Request(scope).headers.get("content-length", "0")
        body = bytearray()
        more = declared.isdigit() and int(declared) <= self.most
        is_whole = more
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            is_whole = len(body) <= self.most
            more = is_whole and message.get("more_body", False)
        if not is_whole:
            await problem(Request(scope), 413, "RequestTooLarge")(scope, receive, send)
            return
        await self.app(scope, _replay(bytes(body), receive), send)


def _replay(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    """Return a `receive` that gives the body first."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


class RateLimit:
    """Refuses a client's questions above `per_minute`; pages and pictures are free."""

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        self.app = app
        self._item = RateLimitItemPerMinute(per_minute)
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the request."""
        if not _is_counted(scope) or self._limiter.hit(self._item, client_key(scope)):
            await self.app(scope, receive, send)
            return
        reset = self._limiter.get_window_stats(self._item, client_key(scope)).reset_time
        response = problem(Request(scope), 429, "TooManyRequests")
        response.headers[RETRY_AFTER] = str(max(1, math.ceil(reset - time.time())))
        await response(scope, receive, send)


def _is_counted(scope: Scope) -> bool:
    if scope["type"] != "http":
        return False
    request = Request(scope)
    return request.method == "POST" or request.url.path.startswith("/api/")


def client_key(scope: Scope) -> str:
    """Return what a client is known by: its address, of IPv6 the site's part."""
    host = scope["client"][0] if scope.get("client") else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return str(host)
    if address.version == 4 or address.ipv4_mapped is not None:
        return str(getattr(address, "ipv4_mapped", None) or address)
    return str(ipaddress.ip_network((address, IPV6_SITE_BITS), strict=False))


class TimeLimit:
    """Refuses what has not begun to be answered after `seconds`, the time its body took to arrive included."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self.app = app
        self.seconds = seconds
        self._late: set[asyncio.Task[Any]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or give up; work in a thread goes on to its end, and what it says is not sent."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        begun = asyncio.Event()
        is_over = False

        async def answer(message: Message) -> None:
            if not is_over:
                begun.set()
                await send(message)

        task = asyncio.ensure_future(self.app(scope, receive, answer))
        waiting = asyncio.ensure_future(begun.wait())
        try:
            await asyncio.wait({task, waiting}, timeout=self.seconds, return_when=asyncio.FIRST_COMPLETED)
            if task.done() or begun.is_set():
                await task
                return
            is_over = True
            self._let_go(task)
        finally:
            waiting.cancel()
            if not is_over:
                task.cancel()
        response = problem(Request(scope), 503, "TooSlow")
        response.headers[RETRY_AFTER] = str(math.ceil(self.seconds))
        await response(scope, receive, send)

    def _let_go(self, task: asyncio.Task[Any]) -> None:
        """Cancel a task without waiting for it; what it still raises concerns nobody."""
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        task.cancel()
