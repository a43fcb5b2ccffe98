"""The head of every page: acute concern is always one press away, in any window and over anything."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.app.ui.conftest import Watched

pytestmark = pytest.mark.browser
LUNCH = "Hvad kan vi prøve, når timerne efter frokost i indskolingen ender i konflikter?"
SIZES = [(360, 500), (640, 500), (720, 450), (740, 360), (1280, 540), (320, 256), (360, 740), (1280, 900)]
PAGES = ["/bibliotek/proevehandlinger", "/bibliotek/proevehandlinger/kl-odense", "/plan?fra=kl-odense",
         "/foer-henvisning", "/kilder/kl/9", "/bibliotek/sammenlign?ids=kl-odense&ids=kl-esbjerg"]  # fmt: skip


@pytest.fixture(params=SIZES, ids=[f"{width}x{height}" for width, height in SIZES])
def window(request: pytest.FixtureRequest, browser: Browser, address: str) -> Iterator[Watched]:
    """A window of a size, in which nothing is wrong when the test is over."""
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="da-DK")
    opened = Watched(context, address)
    yield opened
    context.close()
    assert opened.faults == []


def _scroll(page: Page, by: int) -> None:
    """Turn the wheel and wait until nothing moves any more; nothing is scrolled back to find anything."""
    size = page.viewport_size or {"width": 0, "height": 0}
    page.mouse.move(size["width"] / 2, size["height"] / 2)
    page.mouse.wheel(0, by)
    page.wait_for_timeout(150)


def _stays(watched: Watched, urgent: Locator) -> None:
    """Hold that the button is there to be pressed, and that what stays of the head is no more than a line."""
    expect(urgent).to_be_in_viewport(ratio=1)
    assert watched.is_seen(urgent)
    height = (watched.page.viewport_size or {"height": 0})["height"]
    box = urgent.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= (48 if height < 545 else 60)


def test_acute_concern_stays_in_sight_in_the_chat(window: Watched) -> None:
    page = window.open()
    urgent = page.get_by_role("button", name="Akut bekymring")
    _stays(window, urgent)
    window.ask(LUNCH)
    for by in (0, 300, 1500, 100_000):
        _scroll(page, by)
        _stays(window, urgent)
    urgent.click()
    assert window.is_seen(window.turns.last.locator("h3"))
    _scroll(page, 100_000)
    _stays(window, urgent)


def test_acute_concern_stays_in_sight_on_every_page(window: Watched) -> None:
    page = window.page
    for path in PAGES:
        page.goto(window.address + path)
        urgent = page.get_by_role("banner").get_by_role("link", name="Akut bekymring")
        for by in (0, 700, 100_000):
            _scroll(page, by)
            _stays(window, urgent)


def test_on_the_plan_page_acute_concern_is_shown_from_wherever_one_is(phone: Watched) -> None:
    page = phone.page
    page.goto(f"{phone.address}/plan")
    page.locator("#plan[data-ready]").wait_for()
    for _ in range(2):
        _scroll(page, 100_000)
        page.get_by_role("link", name="Akut bekymring").click()
        expect(page.get_by_role("link", name="112").first).to_be_in_viewport()
        assert phone.is_seen(page.locator("#akut h2").first)


@pytest.mark.parametrize("size", [(360, 740), (360, 500), (740, 360), (768, 1024)])
def test_a_source_over_the_whole_screen_has_its_own_button(
    browser: Browser, address: str, size: tuple[int, int]
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="da-DK")
    chat = Watched(context, address)
    page = chat.open()
    turn = chat.ask(LUNCH)
    turn.locator(".cite:visible").first.click()
    panel = page.get_by_role("dialog", name="Kilden")
    panel.locator("mark").wait_for()
    urgent = panel.get_by_role("button", name="Akut bekymring")
    _scroll(page, 1000)
    _stays(chat, urgent)
    urgent.click()
    expect(panel).to_be_hidden()
    expect(chat.turns.last.get_by_role("heading", name="Akut bekymring")).to_be_focused()
    expect(chat.turns.last.get_by_role("link", name="112").first).to_be_in_viewport()
    assert "source" not in (page.evaluate("history.state") or {})
    assert chat.faults == []
    context.close()


def test_a_source_beside_the_chat_stays_when_acute_concern_is_shown(desktop: Watched) -> None:
    page = desktop.open()
    desktop.ask(LUNCH).locator(".cite").first.click()
    panel = page.get_by_role("dialog", name="Kilden")
    panel.locator("mark").wait_for()
    expect(page.get_by_role("button", name="Akut bekymring")).to_have_count(1)
    page.get_by_role("button", name="Akut bekymring").click()
    expect(page.get_by_role("link", name="112").first).to_be_in_viewport()
    expect(panel).to_be_visible()


@pytest.mark.parametrize("path", ["/", "/bibliotek"])
def test_in_forced_colours_the_button_has_an_edge_and_one_page_is_marked(
    browser: Browser, address: str, path: str
) -> None:
    context = browser.new_context(forced_colors="active", locale="da-DK")
    page = context.new_page()
    page.goto(address + path)
    urgent = page.locator("header .urgent")
    urgent.wait_for()
    assert urgent.evaluate("(one) => parseFloat(getComputedStyle(one).borderTopWidth)") >= 1
    lines = page.locator("header nav a").evaluate_all(
        "all => all.map((one) => [one.hasAttribute('aria-current'), getComputedStyle(one).borderBottomColor])"
    )
    marked = [colour for current, colour in lines if current]
    assert len(marked) == 1
    assert all(colour != marked[0] for current, colour in lines if not current)
    context.close()


def test_the_head_is_a_landmark_with_the_pages_in_it_on_a_narrow_screen_too(phone: Watched) -> None:
    phone.page.goto(f"{phone.address}/om")
    banner = phone.page.get_by_role("banner")
    expect(banner.get_by_role("navigation").get_by_role("link")).to_have_count(5)
    expect(banner.get_by_role("link", name="Akut bekymring")).to_be_visible()
