"""A real browser on the served application."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import ROOT

SCREENSHOTS = ROOT / "docs" / "images" if os.environ.get("PROEV_SCREENSHOTS") else ROOT / ".cache" / "screenshots"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--no-first-run"]  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium; the tests are skipped where it is not installed, but never in CI."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("chromium mangler: .ci/run skal installere den")
        pytest.skip("chromium er ikke installeret (apt install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield opened
        opened.close()


class Watched:
    """A page, with the faults in its console and the requests it made to others than its own server."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.outside: list[str] = []
        self._address = address
        self.page.on("console", lambda message: self.faults.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if not url.startswith((self._address, "data:", "blob:")):
            self.outside.append(url)

    def open(self) -> Page:
        """Go to the chat and wait until it can be used."""
        self.page.goto(self._address)
        self.page.get_by_label("Dit spørgsmål").wait_for()
        return self.page

    def ask(self, question: str) -> None:
        """Send a question and wait for the answer that follows it."""
        answers = self.page.locator("#chat .bot-row")
        before = answers.count()
        box = self.page.get_by_label("Dit spørgsmål")
        box.fill(question)
        box.press("Enter")
        answers.nth(before).wait_for()

    def screenshot(self, name: str) -> None:
        """Take a picture of what is seen."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(400)
        self.page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png")


@pytest.fixture(params=[(1280, 900), (360, 740)], ids=["desktop", "phone"])
def watched(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Watched]:
    """A page at desktop and at phone width; a fault in its console or a request elsewhere fails the test."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="da-DK")
    opened = Watched(context, address)
    yield opened
    context.close()
    assert opened.faults == []
    assert opened.outside == []
