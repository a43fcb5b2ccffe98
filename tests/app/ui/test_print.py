"""What is printed: on few pages, with what is folded away on the screen."""

import unicodedata
from collections.abc import Iterator
from io import BytesIO

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from corpus.text import key
from tests.app.ui.conftest import Watched

pytestmark = pytest.mark.browser
LUNCH = "Hvad kan vi prøve, når timerne efter frokost i indskolingen ender i konflikter?"
TRIAL_ACTIONS = "/bibliotek/proevehandlinger"


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A page of the application on an ordinary screen."""
    context = browser.new_context(locale="da-DK", base_url=address)
    yield context.new_page()
    context.close()


def _printed(page: Page) -> list[str]:
    """Return the text of each page of paper."""
    pages = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert all(abs(float(one.mediabox.width) - 595) < 2 for one in pages)  # A4 upright
    return [" ".join(one.extract_text().split()) for one in pages]


@pytest.mark.parametrize(
    ("path", "most"),
    [
        *((f"{TRIAL_ACTIONS}/{name}", 3) for name in (
            "kl-odense", "kl-esbjerg", "kl-egedal-baekkegaarden", "kl-broendby-broendbyvester-skole", "kl-ishoej",
        )),
        ("/bibliotek/anbefalinger/stuk-1", 3),
        ("/bibliotek/indsatser/haderslev-ppv", 3),
        ("/bibliotek/emner/emne-kl-kommunal-strategi", 2),
        ("/bibliotek/dokumenter/haderslev", 2),
    ],
)  # fmt: skip
def test_a_page_of_one_thing_prints_on_few_pages(page: Page, path: str, most: int) -> None:
    page.goto(path)
    assert len(_printed(page)) <= most


def test_a_printed_trial_action_has_all_that_is_told_and_no_controls(page: Page) -> None:
    page.goto(f"{TRIAL_ACTIONS}/kl-egedal-baekkegaarden")
    text = " ".join(_printed(page))
    for wanted in ("Det gjorde de", "Tegn at holde øje med", "Anbefalingen bag", "Kort om", "Citaterne", "klippekort"):
        assert wanted in text
    for unwanted in ("Akut bekymring", "Lav en plan", "Udskriv", "Læs videre"):
        assert unwanted not in text


def test_a_printed_chat_has_what_is_folded_away(desktop: Watched) -> None:
    desktop.open()
    turn = desktop.ask(LUNCH)
    folded = turn.locator(".card details:not([open]) li").all_text_contents()
    assert folded
    printed = key(unicodedata.normalize("NFKC", "".join(_printed(desktop.page))))
    for line in folded:
        assert key(line)[:25] in printed, line
    assert key("Kilder i svaret") in printed
    for unwanted in ("Slet samtalen", "Hent samtalen", "Akut bekymring", "Lav en plan"):
        assert key(unwanted) not in printed
