import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from docx import Document
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.app.ui.conftest import Watched, picture

pytestmark = pytest.mark.browser
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
FROM = "/plan?fra=kl-odense"
REFUSED = "the server responded with a status of 422"
"""What the browser notes itself when a plan is refused; the page tells why."""

Opener = Callable[..., Page]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of its own, so that no plan is there from before."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, locale="da-DK")
    yield opened
    opened.close()


@pytest.fixture
def window(context: BrowserContext, address: str) -> Iterator[Opener]:
    """Open a window on the plan page; a fault in a console or a request elsewhere fails the test."""
    windows: list[Watched] = []

    def opens(path: str = FROM) -> Page:
        windows.append(Watched(context, address))
        page = windows[-1].page
        page.goto(f"{address}{path}")
        page.locator("#plan[data-ready]").wait_for()
        return page

    yield opens
    for watched in windows:
        assert [fault for fault in watched.faults if REFUSED not in fault] == []
        assert watched.outside == []


def _is_kept(page: Page) -> None:
    expect(page.locator("#saved")).to_contain_text("Gemt i denne browser")


def _download(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as fetched:
        page.get_by_role("button", name=button).click()
    path = folder / fetched.value.suggested_filename
    fetched.value.save_as(path)
    return path


def test_a_card_becomes_a_plan_that_is_ready_and_fetched_as_a_word_document(window: Opener, tmp_path: Path) -> None:
    page = window()
    expect(page.get_by_label("Planens titel")).to_have_value(
        "Plan: Et systematisk samarbejde mellem PPR og skolerne (efter Odense Kommune)"
    )
    expect(page.get_by_role("status").filter(has_text="Planen mangler 3 ting")).to_be_visible()
    picture(page, "plan-desktop")
    page.get_by_role("link", name="Skriv, hvem der er ansvarlig.").click()
    expect(page.get_by_label("Ansvarlig")).to_be_focused()
    page.keyboard.type("Klasselæreren")
    page.get_by_label("Udgangspunkt").fill("Uro hver dag efter frokost")
    page.get_by_label("Vi mødes og ser på det").fill("2027-03-09")
    page.get_by_label("Forældrenes syn").fill("De vil gerne være med")
    expect(page.get_by_text("Planen er klar.")).to_be_visible()
    page.get_by_label("Justér").check()
    page.get_by_role("button", name="Skriv planen ind under Hvad er prøvet").click()
    page.get_by_role("group", name="Prøvet, nummer 1").get_by_label("Hvad skete der").fill("Færre konflikter")
    written = [p.text for p in Document(str(_download(page, "Hent som Word", tmp_path))).paragraphs]
    assert {
        "Uro hver dag efter frokost",
        "De vil gerne være med",
        "Ansvarlig: Klasselæreren",
        "[ikke spurgt endnu]",
    } <= set(written)
    assert {"Vi mødes og ser på det: 9.3.2027", "Beslutning: Justér"} <= set(written)
    assert any("KL: En skole, der kan mere for flere, side 22" in line for line in written)
    table = Document(str(tmp_path / "plan.docx")).tables[0]
    assert table.cell(1, 0).text.startswith("Begynd med at aftale faste møder")
    assert table.cell(1, 2).text == "Færre konflikter"
    assert "| Færre konflikter |" in _download(page, "Hent som Markdown", tmp_path).read_text("utf-8")


def test_a_plan_with_gaps_shows_them_in_the_file(window: Opener, tmp_path: Path) -> None:
    page = window("/plan")
    expect(page.get_by_text("ikke spurgt endnu", exact=True).first).to_be_visible()
    text = _download(page, "Hent som Markdown", tmp_path).read_text("utf-8")
    assert "> Skriv mindst ét mål." in text
    assert r"\[ikke spurgt endnu\]" in text


def test_what_was_typed_is_there_after_a_reload_until_it_is_deleted(window: Opener) -> None:
    page = window()
    page.get_by_label("Klasse eller gruppe").fill("2. klasse <b>& co</b>")
    page.get_by_role("button", name="Tilføj noget, I har prøvet").click()
    page.keyboard.type("Fast makker")
    page.get_by_label("Fortsæt").check()
    page.reload()
    expect(page.get_by_label("Klasse eller gruppe")).to_have_value("2. klasse <b>& co</b>")
    expect(page.get_by_label("Hvad", exact=True)).to_have_value("Fast makker")
    expect(page.get_by_label("Fortsæt")).to_be_checked()
    page.get_by_role("button", name="Slet planen").click()
    page.get_by_role("button", name="Nej, behold den").click()
    expect(page.get_by_label("Klasse eller gruppe")).to_have_value("2. klasse <b>& co</b>")
    page.get_by_role("button", name="Slet planen").click()
    page.get_by_role("button", name="Ja, slet den").click()
    expect(page.get_by_text("Planen er slettet.")).to_be_visible()
    expect(page.get_by_label("Klasse eller gruppe")).to_have_value("")
    assert page.evaluate("localStorage.length") == 0
    assert "Fast makker" not in window("/plan").content()


def test_coming_back_to_a_trial_action_opens_the_plan_made_from_it(window: Opener) -> None:
    page = window()
    page.get_by_label("Klasse eller gruppe").fill("2. klasse")
    _is_kept(page)
    again = window()
    expect(again.get_by_text("Du har allerede en plan")).to_be_visible()
    expect(again.get_by_label("Klasse eller gruppe")).to_have_value("2. klasse")
    again.get_by_role("link", name="Begynd en ny").click()
    again.locator("#plan[data-ready]").wait_for()
    expect(again.get_by_label("Klasse eller gruppe")).to_have_value("")
    again.get_by_label("Klasse eller gruppe").fill("5. klasse")
    expect(again.locator("#plans li")).to_have_count(2)


@pytest.mark.parametrize("asked", ["/plan?plan=1-2", "/plan?id=1-2", f"{FROM}&plan=1-2"])
def test_a_plan_that_is_not_in_this_browser_is_told_and_the_others_are_there(window: Opener, asked: str) -> None:
    before = window()
    before.get_by_label("Ansvarlig").fill("Ida fra teamet")
    _is_kept(before)
    page = window(asked)
    expect(page.get_by_role("alert").filter(has_text="Planen ligger ikke i denne browser.")).to_be_visible()
    expect(page.get_by_label("Ansvarlig")).to_have_value("")
    page.get_by_role("list").get_by_role("link", name="Plan: Et systematisk samarbejde").click()
    expect(page.get_by_label("Ansvarlig")).to_have_value("Ida fra teamet")
    expect(page.get_by_text("Planen ligger ikke i denne browser.")).to_have_count(0)


def test_two_windows_do_not_overwrite_each_other(window: Opener) -> None:
    one = window()
    one.get_by_label("Klasse eller gruppe").fill("2. klasse")
    _is_kept(one)
    other = window(one.url[one.url.index("/plan") :])
    other.get_by_label("Ansvarlig").fill("Pædagogen")
    _is_kept(other)
    expect(one.get_by_label("Ansvarlig")).to_have_value("Pædagogen")
    typed = "document.getElementById('setting').dispatchEvent(new Event('input', {bubbles: true}))"
    asked: list[Page] = []
    for attempt in range(5):  # they collide only when both write before either has heard of the other
        one.evaluate(f"document.getElementById('setting').value = '3. klasse, {attempt}'")
        other.evaluate(f"document.getElementById('setting').value = '4. klasse, {attempt}'")
        one.evaluate(typed)
        other.evaluate(typed)
        for page in (one, other):
            page.wait_for_timeout(600)
        asked = [page for page in (one, other) if page.get_by_text("ændret i et andet vindue").count()]
        if asked:
            break
    assert len(asked) == 1
    mine = asked[0].get_by_label("Klasse eller gruppe").input_value()
    asked[0].get_by_role("button", name="Behold det, der står her").click()
    for page in (one, other):
        expect(page.get_by_label("Klasse eller gruppe")).to_have_value(mine)
    other.get_by_role("button", name="Slet planen").click()
    other.get_by_role("button", name="Ja, slet den").click()
    expect(one.get_by_text("Planen er slettet i et andet vindue.")).to_be_visible()
    one.get_by_role("button", name="Gem den igen").click()
    one.reload()
    expect(one.get_by_label("Klasse eller gruppe")).to_have_value(mine)


def test_personal_data_is_pointed_out_and_can_be_hidden(window: Opener) -> None:
    page = window("/plan")
    expect(page.get_by_text("Skriv ikke navne eller CPR-numre.")).to_be_visible()
    page.get_by_label("Situationen").fill("Emma Testesen, cpr 010203-1234, kommer ikke i skole.")
    expect(page.get_by_text("Det ligner personoplysninger: [navn], [cpr].")).to_be_visible()
    page.get_by_role("button", name="Skjul dem i teksten").click()
    expect(page.get_by_label("Situationen")).to_have_value("[navn], cpr [cpr], kommer ikke i skole.")
    expect(page.get_by_text("Det ligner personoplysninger")).to_have_count(0)


def test_danger_in_a_plan_leads_to_what_to_do_now(window: Opener) -> None:
    page = window("/plan")
    page.get_by_label("Situationen").fill("En elev fortæller, at far slår ham derhjemme.")
    page.get_by_role("alert").get_by_role("link", name="Læs, hvad du skal gøre nu").click()
    expect(page.get_by_role("region", name="Akut bekymring")).to_contain_text("112")


def test_too_much_text_is_told_at_its_field_and_stays(window: Opener, tmp_path: Path) -> None:
    page = window("/plan")
    page.get_by_label("Udgangspunkt").fill("Uro. " * 500)
    page.get_by_label("Det vil vi opnå").fill("\n".join(f"Mål {number}" for number in range(13)))
    expect(page.locator("#baseline-note")).to_have_text(
        "Teksten er for lang. Der er plads til 2.000 tegn. Kort den ned."
    )
    expect(page.locator("#goals-note")).to_contain_text("Der er for mange linjer. Der er plads til 12.")
    page.reload()
    expect(page.get_by_label("Udgangspunkt")).to_have_value("Uro. " * 500)


def test_a_check_that_was_not_answered_is_made_again(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.clock.install()
    page.goto(f"{address}{FROM}")
    page.locator("#plan[data-ready]").wait_for()
    busy = {"status": 503, "content_type": "application/problem+json", "body": '{"detail": "Der er travlt."}'}
    page.route("**/api/v1/plans", lambda route: route.fulfill(**busy))
    page.get_by_label("Ansvarlig").fill("Klasselæreren")
    page.clock.run_for(1000)
    expect(page.locator("#ready")).to_have_text("Der er travlt.")
    page.unroute("**/api/v1/plans")
    page.clock.run_for(15_000)
    expect(page.locator("#ready")).to_contain_text("Planen mangler")


def test_the_keyboard_is_enough(window: Opener) -> None:
    page = window("/plan")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Gå til indholdet")).to_be_focused()
    page.keyboard.press("Enter")
    visited: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        visited.append(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
        if visited[-1] == "delete" or "Hent som Word" in visited:
            break
    fields = ["title", "setting", "context", "baseline", "pupil-view", "goals", "signs", "actions", "responsible"]
    assert [name for name in visited if name in fields] == fields
    assert "Hent som Word" in visited
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_every_state_is_accessible(window: Opener, width: int, scheme: str) -> None:
    page = window()
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.get_by_role("button", name="Tilføj noget, I har prøvet").click()
    page.get_by_label("Situationen").fill("Emma Testesen fortæller, at far slår hende derhjemme.")
    page.get_by_label("Udgangspunkt").fill("Uro. " * 500)
    page.locator("summary").click()
    expect(page.locator("#baseline-note")).not_to_be_empty()
    _is_accessible(page)
    page.get_by_label("Udgangspunkt").fill("Uro")
    page.get_by_role("link", name="Læs, hvad du skal gøre nu").click()
    expect(page.get_by_text("Det ligner personoplysninger")).to_be_visible()
    _is_accessible(page)
    if width > 1000:
        page.get_by_role("button", name="Slet planen").click()
        _is_accessible(page)


def _is_accessible(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []


def test_prints_on_two_pages_with_its_gaps(window: Opener) -> None:
    page = window()
    page.get_by_label("Situationen").fill("Der er uro efter frokost. " * 20)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 2
    page.emulate_media(media="print")
    expect(page.locator("#pupil-view + .written")).to_be_visible()
    expect(page.get_by_text("Vælg en dato, hvor I ser på det sammen.")).to_be_visible()
    expect(page.get_by_role("button", name="Hent som Word")).to_be_hidden()


def test_what_has_been_tried_prints_alone(window: Opener) -> None:
    page = window()
    page.evaluate("window.print = () => { window.printed = document.body.dataset.print }")
    page.get_by_role("button", name="Udskriv kun Hvad er prøvet").click()
    expect(page.get_by_text("Skriv først, hvad I har prøvet.")).to_be_visible()
    page.get_by_role("button", name="Tilføj noget, I har prøvet").click()
    page.keyboard.type("Fast makker i frikvarteret")
    page.get_by_role("button", name="Udskriv kun Hvad er prøvet").click()
    assert page.evaluate("window.printed") == "tried"
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Hvad er prøvet")).to_be_visible()
    expect(page.get_by_role("heading", name="Sammenhæng")).to_be_hidden()
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
    expect(page.get_by_role("heading", name="Sammenhæng")).to_be_visible()


def test_the_page_is_in_english_too(window: Opener) -> None:
    page = window(f"{FROM}&lang=en")
    expect(page.get_by_role("heading", name="Is the plan ready?")).to_be_visible()
    expect(page.get_by_label("Responsible")).to_be_visible()
    page.get_by_role("link", name="Dansk").click()
    expect(page.get_by_role("heading", name="Er planen klar?")).to_be_visible()
