"""WCAG 2.1 AA on the chat, by axe, in each of its states; and what axe cannot see."""

import itertools
from collections.abc import Callable, Iterator

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


STATES: dict[str, tuple[str, tuple[Callable[[Watched], object], ...]]] = {
    "start": ("", ()),
    "suggestions": ("answered .card", (lambda chat: chat.ask(LUNCH), _everything_open)),
    "quotation": ("answered", (_quotation,)),
    "source": ("answered", (_source,)),
    "complaint": ("answered form.complain", (lambda chat: chat.page.keyboard.press("Escape"), _complaint)),
    "answered": ("answered", (lambda chat: chat.ask("Hvad siger ekspertgruppen om PPR?"),)),
    "clarify": (
        "clarify form.clarify",
        (lambda chat: chat.page.get_by_role("button", name="Slet samtalen").click(), lambda chat: chat.ask("uro")),
    ),
    "refused": ("refused", (lambda chat: chat.ask("Hvad koster en pizza i Italien?"),)),
    "partial": ("partial", (lambda chat: chat.ask("Hvad er en mellemform, og hvad koster den?"),)),
    "caution": (
        "answered .caution",
        (lambda chat: chat.ask("En pige er blevet meget stille og vil ikke hjem efter skole. Hvad kan vi prøve?"),),
    ),
    "urgent": ("urgent", (lambda chat: chat.page.get_by_role("button", name="Akut bekymring").click(),)),
    "error": ("error", (_error,)),
}
"""What is to be seen in each state: the outcome of the last turn, and what stands in it; and how to get there."""


def _shows(watched: Watched, outcome: str, inside: str) -> bool:
    """Tell whether the last turn has an outcome and holds what it is to hold; before the first one nothing is asked."""
    last = watched.turns.last
    if not outcome:
        return watched.turns.count() == 0
    return last.get_attribute("data-outcome") == outcome and (not inside or last.locator(inside).count() > 0)


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
    for name, (shown, steps) in STATES.items():
        for step in steps:
            step(watched)
        assert _shows(watched, *f"{shown} ".split(" ", 1)), name
        found[name] = _violations(watched.page)
        watched.screenshot(f"state-{name}-{scheme}", UNSEEN)
    context.close()
    assert not {name: faults for name, faults in found.items() if faults}
    assert watched.faults == []


def test_axe_finds_nothing_in_english_and_evidence_is_named_in_english(desktop: Watched) -> None:
    page = desktop.page
    page.goto(f"{desktop.address}?lang=en")
    box = page.get_by_role("textbox", name="Your question")
    box.wait_for()
    found = {"start": _violations(page)}
    for name, question in (("answered", LUNCH), ("refused", "What does a pizza cost in Italy?")):
        before = desktop.turns.count()
        box.fill(question)
        box.press("Enter")
        desktop.turns.nth(before).wait_for()
        _everything_open(desktop)
        found[name] = _violations(page)
    assert not {name: faults for name, faults in found.items() if faults}
    label = desktop.turns.first.locator(".card .evidence strong").first
    expect(label).to_contain_text("Example from practice")


def test_headings_go_down_one_level_at_a_time(desktop: Watched) -> None:
    page = desktop.open()
    desktop.ask(LUNCH)
    levels = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all(
        "all => all.filter((h) => h.checkVisibility()).map((h) => Number(h.tagName[1]))"
    )
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


@pytest.fixture
def low(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Watched]:
    """The chat in a window of an unusual size."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="da-DK")
    yield Watched(context, address)
    context.close()


SIZES = {"400%": (320, 256), "200%": (640, 400), "narrow": (320, 640), "phone on its side": (740, 360),
         "150%": (1093, 500), "just high enough": (800, 550)}  # fmt: skip
at_every_size = pytest.mark.parametrize("low", SIZES.values(), ids=SIZES, indirect=True)


@at_every_size
def test_an_enlarged_page_is_reached_by_wheel_and_loses_nothing(low: Watched) -> None:
    page = low.open()
    assert low.wheel_to(page.locator(".sources li").last)
    assert low.wheel_to(page.locator(".privacy"))
    first, second = low.ask(LUNCH), low.ask("Hvad er en mellemform?")
    assert page.evaluate("document.documentElement.scrollWidth") <= (page.viewport_size or {"width": 0})["width"]
    reached = (
        first.locator("summary").last,
        second.get_by_role("button", name="Kopiér svar og kilder"),
        low.box,
        page.get_by_role("button", name="Slet samtalen"),
    )
    for one in reached:
        assert low.wheel_to(one), one


@at_every_size
def test_the_text_on_acute_concern_is_seen_at_any_height(low: Watched) -> None:
    page = low.open()
    low.ask(LUNCH)
    low.wheel_to(low.turns.first.locator(".card").nth(1))
    for _ in range(2):
        page.get_by_role("button", name="Akut bekymring").click()
        assert low.is_seen(low.turns.last.locator("h3"))
        assert low.is_seen(low.turns.last.locator("h4").first)
        assert low.wheel_to(low.turns.last.get_by_role("link", name="112").first)
    double = "all => all.length - new Set(all.map((one) => one.id)).size"
    assert page.locator("[id]").evaluate_all(double) == 0


@at_every_size
def test_an_answer_is_gone_to_when_it_comes(low: Watched) -> None:
    low.open()
    for question in (LUNCH, "Hvad er en mellemform?"):
        assert low.is_seen(low.ask(question).locator(".asked p"))


@pytest.mark.parametrize("low", [(740, 360), (640, 400), (320, 640)], indirect=True)
def test_a_quotation_never_covers_its_mark_nor_acute_concern(low: Watched) -> None:
    page = low.open()
    turn = low.ask(LUNCH)
    for at in range(4):
        mark = turn.locator(".cite").nth(at)
        mark.focus()
        expect(page.locator("#quote")).to_be_visible()
        box, shown = mark.bounding_box(), page.locator("#quote").bounding_box()
        assert box
        assert shown
        assert shown["y"] >= box["y"] + box["height"] or shown["y"] + shown["height"] <= box["y"]
        assert low.is_seen(page.get_by_role("button", name="Akut bekymring"))
        page.keyboard.press("Escape")


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
