"""What is worked out of a text is worked out once a turn, and forgotten when the turn ends."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

Given = TypeVar("Given", bound=Hashable)
Made = TypeVar("Made")

_known: ContextVar[dict[tuple[Any, Hashable], Any] | None] = ContextVar("known", default=None)


@contextmanager
def turn() -> Iterator[None]:
    """Remember what is worked out, until this ends; only in this thread."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def once_a_turn(work: Callable[[Given], Made]) -> Callable[[Given], Made]:
    """Return `work`, a function of what cannot change, made to remember during a turn; outside one it does not."""

    @wraps(work)
    def known(given: Given) -> Made:
        found = _known.get()
        if found is None:
            return work(given)
        if (work, given) not in found:
            found[work, given] = work(given)
        made: Made = found[work, given]
        return made

    return known
