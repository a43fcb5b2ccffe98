"""Bad input, a slow network, and a server that comes and goes: nothing breaks, and nothing typed is lost."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn
from playwright.sync_api import Browser, Route, expect

from app.engine import Engine
from app.main import create_app
from app.message import LONGEST_QUERY
from tests.app.ui.conftest import DESKTOP, Watched

pytestmark = pytest.mark.browser
PKU = "Hvad skal være på plads, før en skole i Haderslev henviser til PKU?"
CO_TEACHING = "Hvad er co-teaching?"
WORD = (
    "<!--[if gte mso 9]><xml></xml><![endif]--><p class=MsoNormal>Vi har&nbsp;uro&shy; i 4.\u00a0klasse\u2028"
    "og\u200b konflikter – ”hver dag”</p>"
)
STRANGE = {
    "markup": "Hvad er en mellemform? <img src=x onerror=\"document.title='ramt'\"> <b>fed</b> & [x](javascript:a())",
    "emoji": "Vi har uro i klassen 😭🔥👩‍👩‍👧‍👦 hvad kan vi prøve?",
    "right-to-left": "ما هي mellemform? \u202euro i klassen\u202c",
    "word": WORD,
    "one long word": "Uro i klassen " + "a" * 1500,
    "only marks": "*** ### --- `kode` \\& & uro i klassen",
}


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE)
def test_strange_text_is_shown_as_text_and_answered(phone: Watched, text: str) -> None:
    page = phone.open()
    turn = phone.ask(text)
    assert page.title() != "ramt"
    assert turn.locator(".asked :is(img, b, a)").count() == 0
    assert turn.get_attribute("data-outcome") != "error"
    assert page.evaluate("document.querySelector('.talk').scrollWidth <= document.querySelector('.talk').clientWidth")
    page.reload()
    phone.turns.first.wait_for()


def test_what_is_written_from_right_to_left_is_shown_so(desktop: Watched) -> None:
    page = desktop.open()
    direction = "(element) => getComputedStyle(element).direction"
    asked = "ما هي mellemform?"
    desktop.box.fill(asked)
    assert desktop.box.evaluate(direction) == "rtl"
    page.route("**/samtale", lambda route: None)
    desktop.box.press("Enter")
    assert page.locator(".asking .asked p").evaluate(direction) == "rtl"
    expect(desktop.box).to_have_value("")
    page.get_by_role("button", name="Akut bekymring").click()
    page.unroute("**/samtale")
    expect(desktop.ask("Hvad er en mellemform?").locator(".asked p")).to_have_attribute("dir", "auto")
    page.goto(f"{desktop.address}/plan")
    page.locator("#plan[data-ready]").wait_for()
    for field in ("Situationen, som I ser den", "Ansvarlig"):
        box = page.get_by_label(field)
        box.fill(asked)
        assert box.evaluate(direction) == "rtl"
        assert box.locator("xpath=following-sibling::div").evaluate(direction) == "rtl"


def test_a_text_that_is_too_long_stays_in_the_box(desktop: Watched) -> None:
    page = desktop.open()
    text = "Vi har uro. " * 2100
    desktop.box.fill(text)
    desktop.box.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="tegn for meget")).to_be_visible()
    desktop.box.press("Enter")
    expect(page.get_by_text("tegn for meget")).to_have_count(1)
    expect(desktop.box).to_have_value(text)
    desktop.box.fill("Vi har uro. " * (LONGEST_QUERY // 12 - 5))
    expect(page.get_by_text("tegn tilbage")).to_be_visible()


def test_what_cannot_be_a_question_is_told_and_stays_in_the_box(desktop: Watched) -> None:
    page = desktop.open()
    desktop.box.fill("?!")
    desktop.box.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Skriv et spørgsmål")).to_be_visible()
    expect(desktop.box).to_have_value("?!")
    expect(desktop.turns).to_have_count(0)


def test_the_first_sign_comes_before_the_server_answers_and_nothing_is_asked_twice(desktop: Watched) -> None:
    page = desktop.open()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/samtale", hold)
    desktop.box.fill(PKU)
    page.get_by_role("button", name="Send").dblclick()
    expect(page.locator("section.asking .asked")).to_contain_text(PKU)
    expect(desktop.box).to_have_value("")
    desktop.box.fill("Noget, jeg skriver imens")
    desktop.box.press("Enter")
    expect(desktop.box).to_have_value("Noget, jeg skriver imens")
    assert len(held) == 1
    held[0].continue_()
    expect(desktop.turns).to_have_count(1)
    expect(desktop.box).to_have_value("Noget, jeg skriver imens")


def test_reloading_while_an_answer_comes_puts_the_question_back_in_the_box(desktop: Watched) -> None:
    page = desktop.open()
    page.route("**/samtale", lambda route: None)
    desktop.box.fill(PKU)
    desktop.box.press("Enter")
    expect(page.locator("section.asking")).to_be_visible()
    page.reload()
    expect(desktop.box).to_have_value(PKU)


def test_the_urgent_button_comes_before_an_answer_on_its_way(desktop: Watched) -> None:
    page = desktop.open()
    page.route("**/samtale", lambda route: None)
    desktop.box.fill(PKU)
    desktop.box.press("Enter")
    expect(page.locator("section.asking")).to_be_visible()
    page.get_by_role("button", name="Akut bekymring").click()
    expect(page.get_by_role("link", name="112").first).to_be_in_viewport()
    expect(desktop.box).to_have_value(PKU)
    expect(page.locator("section.asking")).to_have_count(0)


def test_another_language_while_an_answer_comes_asks_anew_in_it(desktop: Watched) -> None:
    page = desktop.open()
    desktop.ask(PKU)
    held: list[Route] = []
    page.route("**/samtale", lambda route: route.continue_() if held else held.append(route))
    desktop.box.fill(CO_TEACHING)
    desktop.box.press("Enter")
    expect(page.locator("section.asking")).to_be_visible()
    desktop.box.fill("Noget, jeg skriver imens")
    with page.expect_request("**/samtale") as sent:
        page.get_by_role("button", name="English").click()
    asked = sent.value.post_data_json
    assert (asked["query"], asked["lang"]) == (CO_TEACHING, "en")
    assert len(asked["history"]) == 2
    expect(desktop.turns).to_have_count(2)
    expect(page.get_by_role("textbox", name="Your question")).to_have_value("Noget, jeg skriver imens")
    expect(page.locator("section.asking")).to_have_count(0)


def test_a_slow_answer_can_be_stopped(desktop: Watched) -> None:
    page = desktop.open()
    page.clock.install()
    page.route("**/samtale", lambda route: None)
    desktop.box.fill(PKU)
    desktop.box.press("Enter")
    page.clock.run_for(6000)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stoppet. Din tekst står i feltet igen.")).to_be_visible()
    expect(desktop.box).to_have_value(PKU)
    page.unroute("**/samtale")
    desktop.ask(PKU)


def test_a_slow_network_only_makes_it_slow(desktop: Watched) -> None:
    page = desktop.open()
    tools = page.context.new_cdp_session(page)
    tools.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 400, "downloadThroughput": 40_000, "uploadThroughput": 10_000},
    )
    turn = desktop.ask(PKU)
    turn.locator(".cite").first.click()
    expect(page.get_by_role("dialog").locator("mark")).to_be_visible(timeout=10_000)


def test_back_leaves_the_source_and_not_the_conversation(desktop: Watched) -> None:
    page = desktop.open()
    turn = desktop.ask(PKU)
    turn.locator(".cite").first.click()
    page.get_by_role("dialog").locator("mark").wait_for()
    page.go_back()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.go_forward()
    expect(page.get_by_role("dialog").locator("mark")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(desktop.turns).to_have_count(1)
    page.goto(f"{desktop.address}/kilder")
    page.go_back()
    expect(desktop.turns).to_have_count(1)


def test_a_broken_store_in_the_browser_is_an_empty_conversation(desktop: Watched) -> None:
    page = desktop.open()
    page.evaluate("localStorage.setItem('proev-foerst-samtale-1', '{broken')")
    page.reload()
    desktop.ask("Hvad er en mellemform?")
    page.evaluate("localStorage.setItem('proev-foerst-samtale-1', '[{\"html\": 3}, null]')")
    page.reload()
    expect(page.locator(".start")).to_be_visible()


def test_a_full_store_drops_the_oldest_turns(desktop: Watched) -> None:
    page = desktop.open()
    page.evaluate(
        """() => {
            const html = '<section class="turn"></section>';
            const turn = {asked: 'x', said: 'y', copy: '', outcome: 'answered', html};
            const long = {...turn, copy: 'a'.repeat(500_000)};
            localStorage.setItem('proev-foerst-samtale-1', JSON.stringify([long, turn]));
            for (let size = 8_000_000, at = 0; size > 500; at += 1) {
                try { localStorage.setItem(`fyld-${at}`, 'a'.repeat(size)); } catch { size /= 2; }
            }
        }"""
    )
    page.reload()
    expect(desktop.turns).to_have_count(2)
    desktop.box.fill("Hvad siger ekspertgruppen om PPR?")
    desktop.box.press("Enter")
    expect(desktop.turns.last).to_contain_text("Hvad siger ekspertgruppen om PPR?")
    kept = page.evaluate(
        "JSON.parse(localStorage.getItem('proev-foerst-samtale-1')).map((t) => t.copy.length < 100000)"
    )
    assert kept == [True, True]
    expect(page.get_by_role("status").filter(has_text="De ældste svar er fjernet her")).to_be_visible()


def test_what_was_deleted_does_not_come_back_with_its_source(desktop: Watched) -> None:
    page = desktop.open()
    desktop.ask("Hvad er en mellemform?").locator(".cite").first.click()
    panel = page.get_by_role("dialog", name="Kilden")
    expect(panel.locator("mark")).to_be_visible()
    page.get_by_role("button", name="Slet samtalen").click()
    expect(panel).to_be_hidden()
    page.reload()
    expect(page.locator(".start")).to_be_visible()
    expect(panel).to_be_hidden()


def test_a_reload_comes_back_to_the_page_of_the_source_that_was_read(desktop: Watched) -> None:
    page = desktop.open()
    desktop.ask("Hvad er en mellemform?").locator(".cite").first.click()
    panel = page.get_by_role("dialog", name="Kilden")
    expect(panel.locator("mark")).to_be_visible()
    before = panel.locator(".which").inner_text()
    panel.locator("a[rel=next]").first.click()
    expect(panel.locator(".which")).not_to_have_text(before)
    expect(panel.locator(".which")).not_to_be_empty()
    after = panel.locator(".which").inner_text()
    page.reload()
    expect(panel.locator(".which")).to_have_text(after)


def test_deleting_takes_an_error_away_too(desktop: Watched) -> None:
    page = desktop.open()
    desktop.ask("Hvad er en mellemform?")
    page.route("**/samtale", lambda route: route.abort())
    desktop.box.fill("Hvad er PIT i Rødovre?")
    desktop.box.press("Enter")
    expect(page.locator("[data-outcome=error]")).to_be_visible()
    page.get_by_role("button", name="Slet samtalen").click()
    expect(page.locator("[data-outcome=error]")).to_have_count(0)
    expect(page.locator(".start")).to_be_visible()
    desktop.box.press("Enter")
    expect(page.locator("[data-outcome=error]")).to_be_visible()
    expect(page.get_by_role("button", name="Hent samtalen")).to_be_hidden()
    desktop.faults = [fault for fault in desktop.faults if "ERR_FAILED" not in fault]


def test_the_words_of_a_citation_stay_away_when_its_source_is_closed(desktop: Watched) -> None:
    page = desktop.open()
    desktop.ask("Hvad er en mellemform?").locator(".cite").first.click()
    expect(page.get_by_role("dialog", name="Kilden").locator("mark")).to_be_visible()
    page.mouse.move(5, 5)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Kilden")).to_be_hidden()
    expect(page.locator("#quote")).to_be_hidden()


def test_acute_concern_pressed_again_shows_the_text_that_is_there(desktop: Watched) -> None:
    page = desktop.open()
    for _ in range(3):
        page.get_by_role("button", name="Akut bekymring").click()
    expect(desktop.turns).to_have_count(1)


def test_another_language_with_a_source_open_leaves_nothing_to_go_back_from(desktop: Watched) -> None:
    page = desktop.open()
    desktop.ask("Hvad er en mellemform?").locator(".cite").first.click()
    expect(page.get_by_role("dialog", name="Kilden").locator("mark")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Dansk")).to_be_visible()
    assert page.evaluate("history.state?.source ?? null") is None


class Server:
    """The application on a port of its own, to be stopped and started again."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self) -> None:
        """Serve until stopped."""
        app = create_app(self.engine.config, self.engine)
        settings = uvicorn.Config(
            app, port=self.port, log_level="critical", access_log=False, timeout_graceful_shutdown=1
        )
        self.server = uvicorn.Server(settings)
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop serving."""
        self.server.should_exit = True
        self.thread.join(timeout=15)


@pytest.fixture
def server(engine: Engine) -> Iterator[Server]:
    """A server that the test may stop."""
    made = Server(engine)
    made.start()
    yield made
    made.stop()


def test_a_restarted_server_is_a_pause_and_no_loss(browser: Browser, server: Server) -> None:
    width, height = DESKTOP
    context = browser.new_context(viewport={"width": width, "height": height}, locale="da-DK")
    chat = Watched(context, f"http://127.0.0.1:{server.port}")
    page = chat.open()
    first = chat.ask(PKU)
    server.stop()
    failed = chat.ask("Hvad er en mellemform?")
    expect(failed).to_contain_text("Jeg kan ikke få forbindelse til Prøv Først lige nu")
    expect(chat.box).to_have_value("Hvad er en mellemform?")
    first.locator(".cite").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("Kilden kunne ikke hentes")
    page.keyboard.press("Escape")
    server.start()
    page.get_by_role("button", name="Prøv igen").click()
    expect(chat.turns).to_have_count(2)
    expect(chat.turns.last).to_have_attribute("data-outcome", "answered")
    expect(chat.box).to_have_value("")
    assert [fault for fault in chat.faults if "ERR_" not in fault] == []
    context.close()


def test_the_page_and_its_files_are_cached_and_come_from_here_alone(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="da-DK")
    watched = Watched(context, address)
    page = watched.open()
    page.reload()
    watched.box.wait_for()
    fetched = page.evaluate(
        """performance.getEntriesByType('resource').filter((e) => e.name.includes('/assets/') && e.transferSize > 300)
            .map((e) => e.name)"""
    )
    context.close()
    assert watched.outside == []
    assert fetched == []


def test_nothing_jumps_while_the_page_comes_up(desktop: Watched) -> None:
    page = desktop.page
    page.add_init_script(
        """window.jumped = 0;
        const noted = (list) => list.getEntries().forEach((entry) => (window.jumped += entry.value));
        new PerformanceObserver(noted).observe({type: 'layout-shift', buffered: true});"""
    )
    desktop.open()
    page.wait_for_timeout(500)
    assert page.evaluate("window.jumped") < 0.02
