"""The same work on many texts in several processes, each with an engine of its own.

The bundled model gains little from a second core, so two processes do nearly twice as much as one. What they find is
the same as in one, in the same order.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from multiprocessing import get_context
from typing import TypeVar

from app.config import Config
from app.engine import Engine

AT_A_TIME = 16
"""How many texts a process is handed at a time."""

THREADS = "OMP_NUM_THREADS"
"""The variable that says how many cores a process may use; each of these gets one."""

Given = TypeVar("Given")
Made = TypeVar("Made")

_engines: list[Engine] = []


def in_workers(
    work: Callable[[Engine, Given], Made], given: Iterable[Given], config: Config, workers: int | None = None
) -> Iterator[Made]:
    """Yield what `work`, a function of a module, makes of each of the given, in their order.

    There are as many processes as `workers`, by default one a core. What `work` raises is raised here.
    """
    every = list(given)
    if not every:
        return
    before = os.environ.get(THREADS)
    os.environ[THREADS] = "1"  # read by each process as it starts
    try:
        pool = get_context("spawn").Pool(workers or os.cpu_count(), _begin, (config,))
    finally:
        del os.environ[THREADS]
        if before is not None:
            os.environ[THREADS] = before
    with pool:
        yield from pool.imap(partial(_on_engine, work), every, AT_A_TIME)


def _begin(config: Config) -> None:
    _engines.append(Engine(config))


def _on_engine(work: Callable[[Engine, Given], Made], one: Given) -> Made:
    return work(_engines[0], one)
