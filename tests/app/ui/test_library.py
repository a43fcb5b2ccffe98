"""Journeys through the library in a real browser: live, by keyboard, on a phone, without JavaScript."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from docx import Document
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from tests.app.ui.conftest import Watched, picture

pytestmark = pytest.mark.browser
LIST = "/bibliotek/proevehandlinger"
COMPARED = "/bibliotek/sammenlign?ids=kl-odense&ids=kl-esbjerg"
PAGES = [
    "/bibliotek", "/bibliotek?q=fravær", f"{LIST}?themes=absence", f"{LIST}?view=table&ids=kl-soroe&themes=teaching",
    f"{LIST}?view=overview", f"{LIST}?themes=absence&grades=10", f"{LIST}/kl-egedal-baekkegaarden", f"{LIST}/kl-odens",
    COMPARED, "/bibliotek/sammenlign", "/bibliotek/indsatser", "/bibliotek/anbefalinger/stuk-1",
    "/bibliotek/emner/emne-kl-kommunal-strategi", "/bibliotek/dokumenter/haderslev", "/foer-henvisning", "/akut",
    "/om?lang=en", "/tilgaengelighed", "/bibliotek/anbefalinger?documents=nej", "/bibliotek/emner", "/findesikke",
    "/bibliotek/dokumenter", "/kilder/kl/99", "/kilder", "/kilder/kl/9?citat=klippekort",
]  # fmt: skip
EXPECTED = re.compile(r"status of (404|422)|ERR_ABORTED")
"""What the browser itself says of pages that are not there and of a server that is gone."""
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]},
    "resultTypes": ["violations"],
}
CONTRAST = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    "resultTypes": ["violations"],
}


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Any]:
    """Opens pages of a wanted width; a fault in a console or a request elsewhere fails the test."""
    seen: list[Watched] = []

    def at(path: str, width: int = 1280, **settings: Any) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, locale="da-DK", base_url=address, **settings
        )
        context.set_default_timeout(10_000)
        seen.append(Watched(context, address))
        seen[-1].page.goto(path)
        return seen[-1].page

    yield at
    for watched in seen:
        watched.page.context.close()
        assert [fault for fault in watched.faults if not EXPECTED.search(fault)] == []
        assert watched.outside == []


def _asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_from_words_over_filters_to_comparison_and_a_file(opened: Any, tmp_path: Path) -> None:
    page = opened(LIST)
    page.get_by_role("searchbox").press_sequentially("fravæ")
    expect(page.get_by_role("status").first).to_have_text("6 fundet")
    page.get_by_label("Fravær og skolevægring").check()
    expect(page.get_by_role("status").first).to_have_text("3 fundet")
    expect(page.get_by_label("Rækkefølge")).to_have_value("")
    assert page.get_by_label("Rækkefølge").locator("option").first.inner_text() == "Bedst match"
    assert (_asked(page)["q"], _asked(page)["themes"]) == (["fravæ"], ["absence"])
    for title in ("Fælles fokus på bekymrende fravær", "Fælles fokus på øget fremmøde"):
        page.get_by_label(f"Vælg {title}").check()
    expect(page.locator("#chosen")).to_have_text("2 valgt")
    page.get_by_role("button", name="Sammenlign de valgte").click()
    expect(page.get_by_role("heading", name="Side om side")).to_be_visible()
    assert page.get_by_role("columnheader").count() == 2
    page.get_by_role("link", name="Tilbage til listen").click()
    expect(page.locator("#chosen")).to_have_text("2 valgt")
    with page.expect_download() as download:
        page.get_by_role("button", name="Hent som Word").click()
    download.value.save_as(tmp_path / "liste.docx")
    headings = [one.text for one in Document(str(tmp_path / "liste.docx")).paragraphs if one.style.name == "Heading 1"]
    assert [one.partition(":")[0] for one in sorted(headings)] == ["Aabenraa Kommune – Tinglev Skole", "Sorø Kommune"]


def test_five_can_be_fetched_but_not_compared_and_that_is_said(opened: Any, tmp_path: Path) -> None:
    page = opened(LIST)
    boxes = page.locator("input[name=ids]")
    for place in range(5):
        boxes.nth(place).check()
    expect(page.locator("#chosen")).to_have_text("5 valgt. Filen kan rumme dem alle, men højst 4 kan ses side om side.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Hent som CSV").click()
    download.value.save_as(tmp_path / "liste.csv")
    assert (tmp_path / "liste.csv").read_text("utf-8-sig").count("\nkl-") == 5
    page.get_by_role("button", name="Sammenlign de valgte").click()
    expect(page.get_by_text("Du har valgt 5.")).to_be_visible()
    page.get_by_role("link", name="Tilbage til listen").click()
    expect(page.locator("#chosen")).to_contain_text("5 valgt.")


def test_the_overview_is_a_filter_and_what_is_chosen_stays(opened: Any) -> None:
    page = opened(f"{LIST}?participants=ppr")
    page.get_by_label("Vælg PPR tættere på skolens hverdag").check()
    page.get_by_role("radio", name="Overblik").check()
    expect(page.get_by_role("link", name="Samarbejde med PPR, Vordingborg: 2")).to_be_visible()
    picture(page, "library-desktop")
    page.get_by_role("link", name="Samarbejde med PPR, Vordingborg: 2").click()
    expect(page.get_by_role("status").first).to_have_text("2 fundet")
    expect(page.locator("#chosen")).to_have_text("1 valgt")
    assert _asked(page) == {
        "participants": ["ppr"], "themes": ["ppr"], "municipalities": ["Vordingborg Kommune"], "ids": ["kl-esbjerg"],
    }  # fmt: skip


def test_a_tick_made_last_is_carried_over_a_link(opened: Any) -> None:
    page = opened(f"{LIST}?themes=absence")
    page.locator("input[name=ids]").first.check()
    page.get_by_role("link", name="Tag alle filtre af").click()
    expect(page.get_by_role("status").first).to_have_text("24 fundet")
    expect(page.locator("#chosen")).to_have_text("1 valgt")


def test_a_server_that_is_gone_is_told_and_the_words_stay(opened: Any) -> None:
    page = opened(LIST)
    page.route("**/bibliotek/**", lambda route: route.abort("aborted"))
    page.get_by_role("searchbox").press_sequentially("fravær")
    expect(page.get_by_role("status").first).to_have_text("Serveren svarer ikke. Prøv igen om lidt.")
    expect(page.get_by_role("searchbox")).to_have_value("fravær")
    page.unroute_all()
    page.get_by_role("button", name="Søg").click()
    expect(page.get_by_role("status").first).to_have_text("6 fundet")


def test_no_hits_lead_on(opened: Any) -> None:
    page = opened(f"{LIST}?themes=absence&grades=10")
    expect(page.get_by_text("Intet fundet")).to_be_visible()
    page.get_by_role("link", name="Uden Klassetrin: 3").click()
    expect(page.get_by_role("status").first).to_have_text("3 fundet")


def test_all_of_it_by_keyboard(opened: Any) -> None:
    page = opened(LIST)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Gå til indholdet")).to_be_focused()
    page.keyboard.press("Enter")
    _tab_to(page, page.get_by_role("searchbox"))
    page.keyboard.type("ppr")
    expect(page.get_by_role("status").first).to_have_text("12 fundet")
    expect(page.get_by_role("searchbox")).to_be_focused()
    boxes = page.locator("input[name=ids]")
    for place in (0, 1):
        _tab_to(page, boxes.nth(place))
        page.keyboard.press("Space")
    _tab_to(page, page.get_by_role("button", name="Sammenlign de valgte"), most=120)
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Side om side")).to_be_visible()


def _tab_to(page: Page, wanted: Any, most: int = 60) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail("the keyboard does not get there")


def test_works_without_javascript(opened: Any) -> None:
    page = opened(LIST, java_script_enabled=False)
    page.get_by_role("searchbox").fill("fravær")
    page.get_by_label("Fravær og skolevægring").check()
    page.get_by_role("button", name="Vis").click()
    expect(page.get_by_role("status").first).to_have_text("3 fundet")
    page.locator("input[name=ids]").nth(0).check()
    page.locator("input[name=ids]").nth(1).check()
    page.get_by_role("button", name="Søg").click()
    expect(page.locator("#chosen")).to_have_text("2 valgt")
    page.get_by_role("button", name="Sammenlign de valgte").click()
    assert page.get_by_role("columnheader").count() == 2


def test_a_topic_is_taken_to_the_chat_as_a_question_and_once(opened: Any) -> None:
    page = opened("/bibliotek/emner/emne-pit")
    page.get_by_role("link", name="Spørg i chatten").click()
    box = page.get_by_role("textbox", name="Dit spørgsmål")
    expect(box).to_have_value("Hvad er et PIT?")
    assert urlsplit(page.url).query == ""


def test_a_citation_opens_the_source_at_its_words(opened: Any) -> None:
    page = opened(f"{LIST}/kl-egedal-baekkegaarden")
    page.get_by_role("link", name="[7] kilde 7: KL: En skole, der kan mere for flere, side 9").click()
    expect(page.locator("mark")).to_contain_text("klippekort")
    expect(page.locator("mark")).to_be_in_viewport()


@pytest.mark.parametrize(
    ("path", "most", "first"),
    [
        (COMPARED, 2, "Det begyndte med"),
        (f"{COMPARED}&ids=kl-soroe&ids=kl-egedal-baekkegaarden", 3, "Det begyndte med"),
        ("/foer-henvisning", 6, "Sæt tidligt ind"),
    ],
)
def test_what_is_taken_to_a_meeting_prints_on_few_pages(opened: Any, path: str, most: int, first: str) -> None:
    printed = PdfReader(BytesIO(opened(path).pdf(prefer_css_page_size=True))).pages
    assert len(printed) <= most
    assert first in " ".join(printed[0].extract_text().split())
    assert all("(side " in page.extract_text() for page in printed[:-1])


def test_the_overview_and_an_empty_list_have_no_control_that_does_nothing(opened: Any) -> None:
    page = opened(f"{LIST}?view=overview")
    idle = page.locator(".sort, #chosen, .compare-them")
    for at in range(3):
        expect(idle.nth(at)).to_be_hidden()
    expect(page.get_by_role("button", name="Hent som Word")).to_be_visible()
    page.get_by_role("radio", name="Kort").check()
    expect(page.locator("#chosen")).to_be_visible()
    expect(page.get_by_label("Rækkefølge")).to_be_visible()
    page.locator("input[name=ids]").first.check()
    page.get_by_role("radio", name="Overblik").check()
    expect(page.locator("#chosen")).to_have_text("1 valgt")
    expect(page.locator("#chosen")).to_be_visible()
    page.goto(f"{LIST}?q=giraffer")
    expect(page.get_by_role("button", name="Hent som Word")).to_be_hidden()
    expect(page.get_by_label("Rækkefølge")).to_be_hidden()


def test_what_the_overview_says_is_read_on_a_phone_without_scrolling_sideways(opened: Any) -> None:
    page = opened(f"{LIST}?view=overview", width=360)
    told = page.get_by_text("Tallet er, hvor mange prøvehandlinger kommunen har om temaet.").bounding_box()
    assert told is not None
    assert told["x"] + told["width"] <= 360


def test_the_whole_table_is_seen_on_a_wide_screen(opened: Any) -> None:
    page = opened(f"{LIST}?view=table", width=1440)
    assert page.locator(".scroll").evaluate("(box) => box.scrollWidth <= box.clientWidth")


@pytest.mark.parametrize("language", ["da", "en"])
def test_chat_and_pages_have_one_header_on_a_phone_too(opened: Any, language: str) -> None:
    heads = []
    for path in ("/", "/bibliotek", "/plan", "/foer-henvisning"):
        page = opened(f"{path}?lang={language}", width=360)
        head = page.locator("header.bar")
        links = head.get_by_role("navigation").get_by_role("link")
        links.first.wait_for()
        current = head.locator("[aria-current]").inner_text()
        heads.append((links.all_inner_texts(), {round((link.bounding_box() or {})["y"]) for link in links.all()}))
        assert current == links.all_inner_texts()[["/", "/bibliotek", "/plan", "/foer-henvisning"].index(path)]
        for name in ("English", "Akut bekymring") if language == "da" else ("Dansk", "Acute concern"):
            expect(head.get_by_text(name, exact=True)).to_be_in_viewport(ratio=1)
    assert all(names == heads[0][0] and len(names) == 5 for names, _ in heads)
    assert all(len(rows) == 1 for _, rows in heads)


def test_the_language_chosen_last_is_that_of_every_page(opened: Any) -> None:
    page = opened("/")
    page.get_by_role("button", name="English").click()
    page.get_by_role("button", name="Dansk").wait_for()
    for path in ("/bibliotek?q=uro", "/plan?fra=kl-odense", "/kilder/kl/9"):
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert _asked(page) == {**parse_qs(urlsplit(path).query), "lang": ["en"]}
    page.get_by_role("link", name="Dansk").click()
    expect(page.locator("html")).to_have_attribute("lang", "da")
    page.goto("/bibliotek/emner")
    expect(page.locator("html")).to_have_attribute("lang", "da")
    page.goto("/")
    page.get_by_role("button", name="English").wait_for()


def test_a_shared_address_in_english_chooses_for_nobody_and_the_link_in_the_head_does(opened: Any) -> None:
    page = opened("/bibliotek?lang=en")
    page.goto("/bibliotek/emner")
    expect(page.locator("html")).to_have_attribute("lang", "da")
    page.get_by_role("link", name="English").click()
    page.goto("/foer-henvisning")
    expect(page.locator("html")).to_have_attribute("lang", "en")


BROKEN = """() => {
    const walk = document.createTreeWalker(document.querySelector('.compare'), NodeFilter.SHOW_TEXT);
    const broken = [];
    while (walk.nextNode()) {
        for (const word of walk.currentNode.data.matchAll(/[\\p{L}\\d]+/gu)) {
            const range = document.createRange();
            range.setStart(walk.currentNode, word.index);
            range.setEnd(walk.currentNode, word.index + word[0].length);
            const lines = new Set([...range.getClientRects()].map((box) => Math.round(box.top)));
            if (lines.size > 1) broken.push(word[0]);
        }
    }
    return broken;
}"""
"""The words that go on over two lines; this browser has no Danish hyphens to do it with."""


@pytest.mark.parametrize("width", [360, 768, 1100, 1280])
def test_four_side_by_side_are_read_at_any_width_without_a_broken_word(opened: Any, width: int) -> None:
    page = opened(f"{COMPARED}&ids=kl-soroe&ids=kl-egedal-baekkegaarden", width=width)
    assert page.evaluate(BROKEN) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.get_by_role("columnheader").count() == 4
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Det begyndte med", exact=True))
    names = row.locator(".whose")
    if width > 1216:
        expect(names.first).to_be_hidden()
        return
    boxes = [(box["x"], box["y"]) for cell in row.get_by_role("cell").all() if (box := cell.bounding_box())]
    assert len({x for x, _ in boxes}) == (1 if width == 360 else 2)
    for name in ("Odense Kommune", "Esbjerg Kommune", "Sorø Kommune"):
        expect(names.filter(has_text=name)).to_be_visible()


def test_nothing_is_cut_off_at_320_pixels_with_very_long_words(opened: Any) -> None:
    page = opened("/bibliotek", width=320)
    for path in (*PAGES, f"{LIST}?q={'x' * 300}", f"/bibliotek?q={'ø' * 200}"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        expect(
            page.get_by_role("link", name="Akut bekymring").or_(page.get_by_role("link", name="Acute concern"))
        ).to_be_visible()


def test_no_page_fails_the_rules_of_wcag_in_light_or_dark(opened: Any) -> None:
    page = opened("/bibliotek")
    found = {}
    for path in PAGES:
        page.goto(path)
        for summary in page.locator("details:not([open]) > summary").all():
            if summary.is_visible():
                summary.click()
        page.emulate_media(color_scheme="light")
        found[path, "light"] = Axe().run(page, options=RULES).response["violations"]
        page.emulate_media(color_scheme="dark")
        found[path, "dark"] = Axe().run(page, options=CONTRAST).response["violations"]
    assert {
        where: [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in violations]
        for where, violations in found.items()
        if violations
    } == {}
