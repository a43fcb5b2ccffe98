"""How fast the chat screen feels, in a real browser: first page, first sign after sending, and the answer.

Needs the extra `test` and chromium. Times are of this machine, and told with it; no test depends on them.
"""

import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from evals.bench import QUESTIONS, wait_ready

PORT = 8766
ROUNDS = 5
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
NOTE_SHIFTS = """window.shifted = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.shifted += entry.value)))
        .observe({type: 'layout-shift', buffered: true});"""
FIRST_SIGN = """async (question) => {
    document.querySelector('#question').value = question;
    const sent = performance.now();
    document.querySelector('.composer .primary').click();
    while (!document.querySelector('section.asking, .turn')) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return performance.now() - sent;
}"""
"""Sends a question and returns the milliseconds until it stands in a drawn frame."""


def bench_screen(progress: Callable[[str], None]) -> dict[str, Any]:
    """Return medians in ms, the layout shift, and the requests to other hosts, over several cold browsers.

    Raises FileNotFoundError where there is no chromium.
    """
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise FileNotFoundError("chromium")
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(PORT)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            wait_ready(PORT, time.perf_counter())
            rounds = []
            with sync_playwright() as playwright:
                for number in range(ROUNDS):
                    progress(f"skærmen ({number + 1} af {ROUNDS})")
                    browser = playwright.chromium.launch(executable_path=path, args=QUIET)
                    rounds.append(_round(browser, QUESTIONS[number % len(QUESTIONS)]))
                    browser.close()
        finally:
            server.terminate()
    figures = {name: median(one[name] for one in rounds) for name in rounds[0]}
    return {**figures, "machine": {"cpu_count": os.cpu_count(), "platform": platform.platform()}}


def _round(browser: Any, question: str) -> dict[str, float]:
    """Return the figures of one browser that has seen nothing before."""
    page = browser.new_page(locale="da-DK")
    elsewhere: list[str] = []
    here = f"http://127.0.0.1:{PORT}"

    def note(request: Any) -> None:
        if not request.url.startswith((here, "data:", "blob:")):
            elsewhere.append(request.url)

    page.on("request", note)
    page.add_init_script(NOTE_SHIFTS)
    cold = _open(page, here)
    shifted = page.evaluate("window.shifted")
    sent = time.perf_counter()
    first = page.evaluate(FIRST_SIGN, question)
    page.locator(".turn:not(.asking)").wait_for()
    answered = 1000 * (time.perf_counter() - sent)
    return {
        "interactive_cold_ms": cold,
        "first_sign_ms": first,
        "answer_ms": answered,
        "interactive_cached_ms": _open(page, here),
        "layout_shift": shifted,
        "requests_elsewhere": len(elsewhere),
    }


def _open(page: Any, address: str) -> float:
    """Go to the page and return the milliseconds until its box can be written in."""
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator("#question").wait_for()
    page.fill("#question", "a")
    page.fill("#question", "")
    return 1000 * (time.perf_counter() - start)
