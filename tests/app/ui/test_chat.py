from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from corpus.text import key
from tests.app.ui.conftest import Watched

pytestmark = pytest.mark.browser
LUNCH = "Hvad kan vi prøve, når timerne efter frokost i indskolingen ender i konflikter?"
PKU = "Hvad skal være på plads, før en skole i Haderslev henviser til PKU?"


def _width(watched: Watched) -> str:
    size = watched.page.viewport_size
    return "phone" if size and size["width"] < 600 else "desktop"


def test_says_what_it_is_before_the_first_question(watched: Watched) -> None:
    page = watched.open()
    expect(page.get_by_role("heading", name="Prøv Først")).to_be_visible()
    expect(page.get_by_text("Et AI-system")).to_be_visible()
    expect(page.get_by_text("Skriv ikke navne eller CPR-numre")).to_be_visible()
    expect(page.get_by_role("button", name="Akut bekymring")).to_be_visible()
    assert page.locator("#sources a").count() == 5
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    watched.screenshot(f"start-{_width(watched)}")


def test_answers_with_citations_that_open_the_source(watched: Watched) -> None:
    page = watched.open()
    watched.ask(LUNCH)
    answer = page.locator("#chat .bot-row").last
    expect(answer).to_contain_text("Egedal Skole, afdeling Bækkegården")
    watched.screenshot(f"chat-{_width(watched)}")
    citation = answer.get_by_role("link", name="[1]")
    with page.context.expect_page() as opened:
        citation.click()
    source = opened.value
    source.wait_for_load_state()
    expect(source.get_by_role("heading", name="Side 9")).to_be_visible()
    marked = " ".join(source.locator("mark").all_inner_texts())
    assert key(marked) == key(parse_qs(urlsplit(source.url).query)["citat"][0])
    source.screenshot(path=None)
    watched_source = Watched.__new__(Watched)
    watched_source.page = source
    watched_source.screenshot(f"source-{_width(watched)}")


def test_answers_what_a_referral_to_pku_requires(watched: Watched) -> None:
    page = watched.open()
    watched.ask(PKU)
    answer = page.locator("#chat .bot-row").last
    expect(answer).to_contain_text("Der er udarbejdet en PPV")
    expect(answer).to_contain_text("side 21 (gælder lokalt i Haderslev Kommune)")
    watched.screenshot(f"pku-{_width(watched)}")


def test_an_example_can_be_tapped(watched: Watched) -> None:
    page = watched.open()
    page.get_by_text("Hvem har erfaringer med co-teaching i 1. klasse?").click()
    expect(page.locator("#chat .bot-row").last).to_contain_text("Brøndbyvester Skole")


def test_the_urgent_button_shows_whom_to_call(watched: Watched) -> None:
    page = watched.open()
    page.get_by_role("button", name="Akut bekymring").click()
    expect(page.locator("#chat .bot-row").last).to_contain_text("112")
    watched.screenshot(f"urgent-{_width(watched)}")


def test_a_text_that_is_too_long_stays_in_the_box(watched: Watched) -> None:
    page = watched.open()
    box = page.get_by_label("Dit spørgsmål")
    box.fill("Vi har uro. " * 400)
    box.press("Enter")
    expect(page.get_by_text("Der er plads til 4.000")).to_be_visible()
    assert box.input_value().startswith("Vi har uro.")


def test_a_script_in_a_question_is_shown_as_text(watched: Watched) -> None:
    page = watched.open()
    watched.ask("Hvad er en mellemform? <img src=x onerror=\"document.title='ramt'\"> <b>fed</b>")
    assert page.title() != "ramt"
    expect(page.locator("#chat .user-row").last).to_contain_text("<b>fed</b>")


def test_a_new_conversation_begins_empty(watched: Watched) -> None:
    page = watched.open()
    watched.ask("Hvad er en mellemform?")
    page.get_by_role("button", name="Ny samtale").click()
    expect(page.locator("#chat .bot-row")).to_have_count(0)
