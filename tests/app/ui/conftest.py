"""A real browser on the served application."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from app.api_feedback import FILE
from app.engine import Engine
from tests.conftest import ROOT

UNSEEN = ROOT / ".cache" / "screenshots"
SCREENSHOTS = ROOT / "docs" / "images" if os.environ.get("PROEV_SCREENSHOTS") else UNSEEN
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run"]  # fmt: skip
DESKTOP, PHONE = (1280, 900), (360, 740)


def chromium() -> str | None:
    """Return where the browser is installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium; the tests are skipped where it is not installed, but never in CI."""
    path = chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("chromium mangler: .ci/run skal installere den")
        pytest.skip("chromium er ikke installeret (apt install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield opened
        opened.close()


def picture(page: Page, name: str, folder: Path = SCREENSHOTS) -> None:
    """Take a picture of what is seen; those for the documentation where it is asked for, others unseen."""
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")


class Watched:
    """A page, with the faults in its console and the requests it made to others than its own server."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.outside: list[str] = []
        self.address = address
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:")):
            self.outside.append(url)

    @property
    def turns(self) -> Locator:
        """The turns of the conversation that have been answered."""
        return self.page.locator(".turn:not(.asking)")

    @property
    def box(self) -> Locator:
        """The box a question is written in."""
        return self.page.get_by_role("textbox", name="Dit spørgsmål")

    def open(self) -> Page:
        """Go to the chat and wait until it can be used."""
        self.page.goto(self.address)
        self.box.wait_for()
        return self.page

    def ask(self, question: str) -> Locator:
        """Send a question, wait for the answer that follows it, and return its turn."""
        before = self.turns.count()
        self.box.fill(question)
        self.box.press("Enter")
        self.turns.nth(before).wait_for()
        return self.turns.nth(before)

    def is_seen(self, what: Locator) -> bool:
        """Tell whether the middle of an element is on the screen with nothing else over it."""
        return bool(
            what.evaluate(
                """(element) => {
                    const { left, top, width, height } = element.getBoundingClientRect();
                    const there = document.elementFromPoint(left + width / 2, top + height / 2);
                    return element.contains(there);
                }"""
            )
        )

    def wheel_to(self, what: Locator) -> bool:
        """Turn the mouse's wheel, first up and then down, until an element is seen; tell whether it was."""
        width, height = (self.page.viewport_size or {"width": 0, "height": 0}).values()
        self.page.mouse.move(width / 2, height / 2)
        self.page.mouse.wheel(0, -100_000)
        self.page.wait_for_timeout(100)
        for _ in range(400):
            if self.is_seen(what):
                return True
            self.page.mouse.wheel(0, height / 4)
            self.page.wait_for_timeout(20)
        return False

    def screenshot(self, name: str, folder: Path = SCREENSHOTS) -> None:
        """Take a picture of what is seen."""
        picture(self.page, name, folder)


def _watch(browser: Browser, address: str, size: tuple[int, int], *, touch: bool = False) -> Iterator[Watched]:
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="da-DK", has_touch=touch)
    opened = Watched(context, address)
    yield opened
    context.close()
    assert opened.faults == []
    assert opened.outside == []


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def watched(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Watched]:
    """A page at desktop and at phone width; a fault in its console or a request elsewhere fails the test."""
    yield from _watch(browser, address, request.param)


@pytest.fixture
def desktop(browser: Browser, address: str) -> Iterator[Watched]:
    """A page at desktop width; it fails as `watched` does."""
    yield from _watch(browser, address, DESKTOP)


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Watched]:
    """A page on a phone, tapped with a finger; it fails as `watched` does."""
    yield from _watch(browser, address, PHONE, touch=True)


@pytest.fixture
def feedback_file(engine: Engine) -> Path:
    """The file that feedback is kept in."""
    return engine.config.data / FILE
