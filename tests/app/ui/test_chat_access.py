"""WCAG 2.1 AA on the chat, by axe, in each of its states; and what axe cannot see."""

import itertools
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.app.ui.conftest import UNSEEN, Watched

pytestmark = pytest.mark.browser
LUNCH = "Hvad kan vi prøve, når timerne efter frokost i indskolingen ender i konflikter?"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"], "resultTypes": ["violations"]}


def _source(watched: Watched) -> None:
    watched.turns.last.locator(".cite").first.click()
    watched.page.get_by_role("dialog").locator("mark").wait_for()


def _quotation(watched: Watched) -> None:
    watched.turns.last.locator(".cite").first.focus()
    watched.page.locator("#quote").wait_for()


def _everything_open(watched: Watched) -> None:
    watched.page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")


def _complaint(watched: Watched) -> None:
    watched.turns.last.get_by_role("button", name="Nej, det hjalp ikke").click()


def _error(watched: Watched) -> None:
    watched.page.context.set_offline(True)
    watched.ask("Hvad er en mellemform?")
    watched.page.context.set_offline(False)
    watched.faults.clear()


STATES: dict[str, tuple[Callable[[Watched], object], ...]] = {
    "start": (),
    "suggestions": (lambda chat: chat.ask(LUNCH), _everything_open),
    "quotation": (_quotation,),
    "source": (_source,),
    "complaint": (lambda chat: chat.page.keyboard.press("Escape"), _complaint),
    "answered": (lambda chat: chat.ask("Hvad siger ekspertgruppen om PPR?"),),
    "clarify": (lambda chat: chat.page.get_by_role("button", name="Slet samtalen").click(), lambda c: c.ask("uro")),
    "refused": (lambda chat: chat.ask("Hvad koster en pizza i Italien?"),),
    "partial": (lambda chat: chat.ask("Hvad er en mellemform, og hvad koster den?"),),
    "caution": (lambda chat: chat.ask("Et barn er begyndt at græde, hver gang far henter. Hvad kan vi prøve?"),),
    "urgent": (lambda chat: chat.page.get_by_role("button", name="Akut bekymring").click(),),
    "error": (_error,),
}


def _violations(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page, options=RULES).response["violations"]
    return [(rule["id"], node["html"][:120]) for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", (1280, 900)), ("dark", (360, 740))], ids=["light-desktop", "dark-phone"]
)
def test_axe_finds_nothing_in_any_state(browser: Browser, address: str, scheme: str, size: tuple[int, int]) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale="da-DK",
        color_scheme="dark" if scheme == "dark" else "light",
    )
    watched = Watched(context, address)
    watched.open()
    found = {}
    for name, steps in STATES.items():
        for step in steps:
            step(watched)
        found[name] = _violations(watched.page)
        watched.screenshot(f"state-{name}-{scheme}", UNSEEN)
    context.close()
    assert not {name: faults for name, faults in found.items() if faults}
    assert watched.faults == []


def test_headings_go_down_one_level_at_a_time(desktop: Watched) -> None:
    page = desktop.open()
    desktop.ask(LUNCH)
    levels = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all(
        "all => all.filter((h) => h.checkVisibility()).map((h) => Number(h.tagName[1]))"
    )
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.mark.parametrize("size", [(320, 256), (640, 450), (320, 640)], ids=["400%", "200%", "narrow"])
def test_an_enlarged_page_loses_nothing(browser: Browser, address: str, size: tuple[int, int]) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="da-DK")
    watched = Watched(context, address)
    page = watched.open()
    turn = watched.ask(LUNCH)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    for seen in (page.get_by_role("button", name="Akut bekymring"), turn.locator("summary").last, watched.box):
        seen.scroll_into_view_if_needed()
        expect(seen).to_be_in_viewport(ratio=0.5)
    context.close()


def test_focus_is_seen_on_everything_that_can_have_it(desktop: Watched) -> None:
    page = desktop.open()
    desktop.ask("Hvad er en mellemform?")
    page.locator(".skip").focus()
    unseen = []
    for _ in range(25):
        page.keyboard.press("Tab")
        seen = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth) >= 2")
        if not seen:
            unseen.append(page.evaluate("document.activeElement.outerHTML.slice(0, 100)"))
    assert not unseen


def test_nothing_moves_for_who_wants_it_so(browser: Browser, address: str) -> None:
    context = browser.new_context(reduced_motion="reduce", locale="da-DK")
    watched = Watched(context, address)
    page = watched.open()
    watched.ask("Hvad er en mellemform?")
    moving = page.evaluate("document.getAnimations().length")
    context.close()
    assert moving == 0
