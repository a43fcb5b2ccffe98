"""Whole journeys through the chat, in a real browser."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from docx import Document
from playwright.sync_api import Browser, Locator, expect

from app.texts import texts as words
from corpus.text import key
from tests.app.ui.conftest import QUIET, UNSEEN, Watched, chromium, picture
from tests.app.ui.test_chat_view import TWENTY

pytestmark = pytest.mark.browser
LUNCH = "Hvad kan vi prøve, når timerne efter frokost i indskolingen ender i konflikter?"
PKU = "Hvad skal være på plads, før en skole i Haderslev henviser til PKU?"
STORED = "JSON.parse(localStorage.getItem('proev-foerst-samtale-1') ?? '[]')"


def _width(watched: Watched) -> str:
    size = watched.page.viewport_size
    return "phone" if size and size["width"] < 600 else "desktop"


def _overflows(watched: Watched) -> bool:
    wide = "[document.documentElement, document.querySelector('.talk')].some((e) => e.scrollWidth > e.clientWidth)"
    return bool(watched.page.evaluate(wide))


def test_says_what_it_is_before_the_first_question(watched: Watched) -> None:
    page = watched.open()
    expect(page.get_by_role("heading", name="Prøv Først")).to_be_visible()
    expect(page.get_by_text("Det er et AI-system")).to_be_visible()
    expect(page.get_by_text("Skriv ikke navne eller CPR-numre")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Akut bekymring")).to_be_in_viewport()
    expect(watched.box).to_be_in_viewport()
    assert page.locator(".sources a").count() == 5
    assert page.locator(".examples button").count() == 4
    for name, address in (("Bibliotek", "/bibliotek"), ("Før en henvisning", "/foer-henvisning"), ("Om", "/om")):
        expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("href", address)
    assert not _overflows(watched)
    watched.screenshot(f"start-{_width(watched)}")


def test_from_a_situation_to_a_plan_as_a_word_document(watched: Watched, tmp_path: Path) -> None:
    page = watched.open()
    turn = watched.ask("Timerne efter frokost i 2. klasse ender i konflikter. Hvad kan vi prøve?")
    turn.locator(".card").first.get_by_role("link", name="Lav en plan").click()
    page.locator("#plan[data-ready]").wait_for()
    expect(page.get_by_label("Situationen, som I ser den")).to_have_value(
        re.compile("Timerne efter frokost i 2. klasse")
    )
    page.get_by_label("Ansvarlig").fill("Klasselæreren")
    page.get_by_label("Udgangspunkt").fill("Konflikter hver dag")
    page.get_by_label("Vi mødes og ser på det").fill("2027-03-09")
    expect(page.get_by_text("Planen er klar.")).to_be_visible()
    with page.expect_download() as fetched:
        page.get_by_role("button", name="Hent som Word").click()
    fetched.value.save_as(tmp_path / "plan.docx")
    written = [paragraph.text for paragraph in Document(str(tmp_path / "plan.docx")).paragraphs]
    assert "Konflikter hver dag" in written
    assert any("Timerne efter frokost i 2. klasse" in line for line in written)


def test_a_situation_gets_cards_and_its_question_stays_in_sight(watched: Watched) -> None:
    page = watched.open()
    turn = watched.ask(LUNCH)
    expect(turn.locator(".asked")).to_be_in_viewport()
    card = turn.locator(".card").first
    expect(card).to_contain_text("Egedal Skole, afdeling Bækkegården")
    expect(card).to_contain_text("D · Praksiseksempel")
    expect(card.get_by_role("link", name="Lav en plan")).to_have_attribute("href", "/plan?fra=kl-egedal-baekkegaarden")
    expect(card.get_by_role("link", name="Åbn i biblioteket")).to_have_attribute(
        "href", "/bibliotek/proevehandlinger/kl-egedal-baekkegaarden"
    )
    watched.screenshot(f"chat-{_width(watched)}")
    card.get_by_text("Tid og ressourcer").click()
    expect(card.locator("details[open]").filter(has_text="Tid og ressourcer")).to_contain_text("flere ressourcer")
    expect(page.locator(".status")).to_have_text(re.compile(r"^Svaret er klar\. Her er prøvehandlinger.*mest\.$"))
    assert not _overflows(watched)


def test_a_citation_opens_the_source_beside_the_chat_with_its_words_marked(watched: Watched) -> None:
    page = watched.open()
    turn = watched.ask(LUNCH)
    citation = turn.get_by_role("link", name="Kilde 1:").first
    address = citation.get_attribute("href") or ""
    citation.click()
    panel = page.get_by_role("dialog", name="Kilden")
    expect(panel.get_by_role("heading", name="Side 9")).to_be_visible()
    expect(panel.locator("mark")).to_be_in_viewport()
    assert key(panel.locator("mark").inner_text()) == key(parse_qs(urlsplit(address).query)["citat"][0])
    watched.screenshot(f"source-{_width(watched)}")
    panel.get_by_role("link", name="Næste side").click()
    expect(panel.get_by_role("heading", name="Side 10")).to_be_visible()
    panel.get_by_role("link", name="Forrige side").click()
    expect(panel.get_by_role("heading", name="Side 9")).to_be_visible()
    page.go_back()
    expect(panel).to_be_hidden()
    expect(citation).to_be_focused()
    expect(turn).to_be_visible()


def _marked(panel: Locator) -> str:
    """Return the words marked in the panel, and on the next page where they go on there."""
    mark = panel.locator("mark")
    mark.wait_for()
    expect(mark).to_be_in_viewport()
    words = mark.inner_text()
    following = panel.locator('a[rel=next][href*="citat="]')
    if not following.count():
        return words
    following.click()
    expect(mark).not_to_have_text(words)
    return f"{words}\n{mark.inner_text()}"


@pytest.mark.parametrize("question", TWENTY)
def test_each_citation_of_twenty_answers_opens_at_all_of_its_own_words(desktop: Watched, question: str) -> None:
    page = desktop.open()
    turn = desktop.ask(question)
    page.evaluate("document.querySelectorAll('.answer details').forEach((one) => (one.open = true))")
    panel = page.get_by_role("dialog", name="Kilden")
    opened: dict[str, str] = {}
    for citation in turn.locator(".answer .cite").all():
        address = citation.get_attribute("href") or ""
        if address in opened:
            continue
        page.evaluate("document.querySelector('dialog.source .page').replaceChildren()")
        citation.click()
        opened[address] = _marked(panel)
    assert opened
    for address, marked in opened.items():
        assert key(marked) == key(parse_qs(urlsplit(address).query)["citat"][0])


def test_the_panel_says_at_its_top_which_source_and_page_it_shows(watched: Watched) -> None:
    page = watched.open()
    watched.ask(LUNCH).get_by_role("link", name="Kilde 1:").first.click()
    panel = page.get_by_role("dialog", name="Kilden")
    expect(panel.locator("mark")).to_be_in_viewport()
    head = panel.get_by_role("heading", name="KL: En skole, der kan mere for flere · Side 9")
    expect(head).to_be_in_viewport(ratio=1)
    assert watched.is_seen(head)
    panel.get_by_role("link", name="Næste side").click()
    expect(panel.get_by_role("heading", name="Side 10")).to_be_in_viewport(ratio=1)
    assert not _overflows(watched)


def test_pointing_at_a_citation_shows_its_words_and_where_they_stand(desktop: Watched) -> None:
    page = desktop.open()
    turn = desktop.ask(PKU)
    turn.locator(".cite").first.hover()
    words = page.locator("#quote")
    expect(words).to_be_visible()
    expect(words).to_contain_text("Haderslev Kommune: Strategisk handleguide")
    expect(words).to_contain_text("Evidensmærke E · Lokal ramme")
    words.hover()
    page.wait_for_timeout(400)
    expect(words).to_be_visible()
    page.keyboard.press("Escape")
    expect(words).to_be_hidden()


def test_a_finger_shows_the_words_first_and_then_opens_the_source(phone: Watched) -> None:
    page = phone.open()
    turn = phone.ask(PKU)
    citation = turn.locator(".cite").first
    citation.tap()
    expect(page.locator("#quote")).to_be_visible()
    expect(page.get_by_role("dialog", name="Kilden")).to_be_hidden()
    page.locator("#quote").get_by_role("link", name="Åbn kilden").tap()
    expect(page.get_by_role("dialog", name="Kilden").locator("mark")).to_be_in_viewport()
    page.get_by_role("button", name="Luk kilden").tap()
    expect(page.get_by_role("dialog", name="Kilden")).to_be_hidden()


def test_what_is_cited_stands_apart_from_what_was_also_found(desktop: Watched) -> None:
    desktop.open()
    turn = desktop.ask(PKU)
    cited = set(turn.locator(".references a.open").evaluate_all("all => all.map((a) => a.getAttribute('href'))"))
    found = turn.locator(".found a.open")
    expect(turn.get_by_text("Også fundet, men ikke brugt i svaret")).to_be_visible()
    assert found.count() > 0
    assert not cited & set(found.evaluate_all("all => all.map((a) => a.getAttribute('href'))"))


def test_answers_what_a_referral_to_pku_requires(watched: Watched) -> None:
    watched.open()
    turn = watched.ask(PKU)
    expect(turn).to_contain_text("Der er udarbejdet en PPV")
    expect(turn).to_contain_text("side 21 (gælder lokalt i Haderslev Kommune)")
    assert not _overflows(watched)


def test_an_example_can_be_tapped(desktop: Watched) -> None:
    page = desktop.open()
    page.get_by_role("button", name="Hvem har erfaringer med co-teaching i 1. klasse?").click()
    expect(desktop.turns.last).to_contain_text("Brøndbyvester Skole")


def test_clarifying_questions_are_tapped_or_skipped(desktop: Watched) -> None:
    desktop.open()
    turn = desktop.ask("Min klasse larmer")
    expect(turn.get_by_role("heading", name="Et par spørgsmål først")).to_be_visible()
    turn.get_by_role("button", name="Brug mine svar").click()
    expect(desktop.page.get_by_text("Vælg et svar først")).to_be_visible()
    label = turn.locator(".choice").first
    label.click()
    desktop.page.reload()
    expect(label.locator("input")).to_be_checked()
    told = label.inner_text().strip().removeprefix("✓").strip()
    turn.get_by_role("button", name="Brug mine svar").click()
    expect(desktop.turns).to_have_count(2)
    expect(desktop.turns.nth(1).locator(".asked")).to_contain_text(told)
    expect(desktop.turns.nth(1).locator(".card").first).to_be_visible()
    turn.get_by_role("button", name="Spring over").click()
    expect(desktop.turns).to_have_count(3)
    expect(desktop.turns.nth(2).locator(".card").first).to_be_visible()


def test_more_is_told_of_the_card_that_was_pressed_however_long_the_talk_has_become(desktop: Watched) -> None:
    page = desktop.open()
    first = desktop.ask(LUNCH)
    second = first.locator(".card").nth(1)
    name = second.locator(".where").inner_text().split(" · ")[0]
    desktop.ask("En elev i 6. klasse er begyndt at blive væk om morgenen. Hvad kan vi prøve?")
    second.get_by_role("button", name="Fortæl mere").click()
    expect(desktop.turns).to_have_count(3)
    expect(desktop.turns.last.locator("h4").first).to_contain_text(name)
    assert page.locator("section.asking").count() == 0


def test_what_is_offered_next_is_answered(desktop: Watched) -> None:
    desktop.open()
    desktop.ask(LUNCH)
    asked = desktop.ask(PKU)
    offered = asked.locator(".follow button").all_inner_texts()
    assert offered
    asked.locator(".follow button").first.click()
    expect(desktop.turns).to_have_count(3)
    expect(desktop.turns.last).to_have_attribute("data-outcome", "answered")
    expect(desktop.turns.last.locator("h4").first).to_contain_text(offered[0])


def test_a_refusal_says_why_and_what_then(watched: Watched) -> None:
    watched.open()
    turn = watched.ask("Hvem vandt VM i fodbold?")
    expect(turn.get_by_role("heading", name="Uden for det, kilderne handler om")).to_be_visible()
    assert turn.locator(".cite").count() == 0
    watched.screenshot(f"refused-{_width(watched)}", UNSEEN)


def test_the_urgent_button_shows_whom_to_call_even_when_the_server_is_gone(watched: Watched) -> None:
    page = watched.open()
    page.context.set_offline(True)
    page.get_by_role("button", name="Akut bekymring").click()
    expect(page.get_by_role("link", name="112").first).to_be_in_viewport()
    expect(page.get_by_role("link", name="112").first).to_have_attribute("href", "tel:112")
    expect(page.get_by_role("heading", name="Akut bekymring")).to_be_focused()
    page.context.set_offline(False)
    watched.screenshot(f"urgent-{_width(watched)}", UNSEEN)


def test_danger_in_a_message_shows_the_same_text(desktop: Watched) -> None:
    desktop.open()
    turn = desktop.ask("En elev siger, at hun vil dø")
    expect(turn).to_have_attribute("data-outcome", "urgent")
    expect(turn.get_by_role("link", name="112").first).to_be_visible()
    assert turn.locator(".card").count() == 0


def test_a_hint_is_answered_after_what_to_do_and_the_fixed_text_is_one_tap_away(desktop: Watched) -> None:
    desktop.open()
    turn = desktop.ask("En pige er blevet meget stille og vil ikke hjem efter skole. Hvad kan vi prøve?")
    caution, card = turn.locator(".caution"), turn.locator(".card").first
    assert caution.bounding_box()["y"] < card.bounding_box()["y"]  # type: ignore[index]
    expect(caution.get_by_role("link", name="112")).to_have_attribute("href", "tel:112")
    caution.get_by_role("button", name="Læs, hvad du skal gøre nu").click()
    expect(desktop.turns.last).to_have_attribute("data-outcome", "urgent")
    expect(desktop.turns.last.get_by_role("link", name="112").first).to_be_in_viewport()


def test_what_was_masked_is_told_and_only_the_masked_form_is_kept(desktop: Watched) -> None:
    page = desktop.open()
    turn = desktop.ask("Vi har uro omkring Mads Vesterbrandt i 4. klasse, cpr 010203-1234. Hvad kan vi prøve?")
    expect(turn.locator(".masked")).to_contain_text("[navn]")
    assert "Vesterbrandt" not in page.content()
    assert "Vesterbrandt" not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert "010203" not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")


def test_reloading_keeps_the_conversation_with_its_citations(watched: Watched) -> None:
    page = watched.open()
    before = watched.ask(PKU).inner_text()
    watched.box.fill("Noget, jeg er ved at skrive")
    page.reload()
    watched.turns.first.wait_for()
    assert watched.turns.first.inner_text() == before
    expect(watched.box).to_have_value("Noget, jeg er ved at skrive")
    watched.turns.first.locator(".cite").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Kilden").locator("mark")).to_be_visible()


@pytest.mark.parametrize("how", ["back", "reload"])
def test_back_from_a_page_or_a_reload_is_at_the_place_one_was(watched: Watched, how: str) -> None:
    page = watched.open()
    first = watched.ask(LUNCH)
    watched.ask(PKU)
    card = first.locator(".card").nth(1)
    assert watched.wheel_to(card.get_by_text("Tid og ressourcer"))
    card.get_by_text("Tid og ressourcer").click()
    link = card.get_by_role("link", name="Åbn i biblioteket")
    link.scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    before = link.bounding_box()
    if how == "back":
        link.click()
        page.get_by_role("heading", level=1, name="Fælles fodslag").wait_for()
        page.go_back()
    else:
        page.reload()
    watched.turns.nth(1).wait_for()
    expect(card.locator("details[open]").filter(has_text="Tid og ressourcer")).to_have_count(1)
    after = link.bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < 5


def test_a_new_tab_begins_at_the_last_answer(desktop: Watched) -> None:
    desktop.open()
    desktop.ask(LUNCH)
    desktop.ask(PKU)
    other = Watched(desktop.context, desktop.address)
    other.open()
    assert other.is_seen(other.turns.nth(1).locator(".asked p"))


def test_a_link_from_the_library_puts_a_question_in_the_box_and_sends_nothing(watched: Watched) -> None:
    page = watched.page
    page.goto(f"{watched.address}/?om=kl-odense")
    expect(watched.box).to_have_value(re.compile(r"^Fortæl mere om ”.+” hos Odense Kommune"))
    expect(watched.box).to_be_focused()
    expect(watched.turns).to_have_count(0)
    assert urlsplit(page.url).query == ""
    watched.box.fill("Noget, jeg er ved at skrive")
    page.goto(f"{watched.address}/?om=kl-odense")
    expect(watched.box).to_have_value(re.compile(r"^Fortæl mere om [^\n]+\n\nNoget, jeg er ved at skrive$"))
    page.reload()
    expect(watched.box).to_have_value(re.compile(r"^Fortæl mere om [^\n]+\n\nNoget, jeg er ved at skrive$"))


def test_a_ready_question_is_about_its_own_trial_action_whatever_was_asked_before(desktop: Watched) -> None:
    page = desktop.open()
    desktop.ask(LUNCH)
    page.goto(f"{desktop.address}/?om=kl-egedal-balsmoseskolen")
    expect(desktop.box).to_have_value(re.compile("^Fortæl mere om"))
    page.reload()
    desktop.box.press("Enter")
    expect(desktop.turns).to_have_count(2)
    expect(desktop.turns.last.locator(".card").first).to_contain_text("Balsmoseskolen")


def test_a_link_about_what_is_not_there_leaves_the_box_as_it_is(desktop: Watched) -> None:
    with desktop.page.expect_response("**/api/v1/trial-actions/**"):
        desktop.page.goto(f"{desktop.address}/?om=findes-ikke")
    desktop.page.wait_for_timeout(200)
    expect(desktop.box).to_have_value("")
    desktop.faults = [fault for fault in desktop.faults if "404" not in fault]


def test_on_a_phone_suggestions_are_folded_to_what_is_needed_first(watched: Watched) -> None:
    watched.open()
    turn = watched.ask(LUNCH)
    steps = turn.locator(".card").first.locator("details").filter(has_text="Det gjorde de")
    if _width(watched) == "desktop":
        expect(steps.locator("li").first).to_be_visible()
        return
    expect(steps.locator("li").first).to_be_hidden()
    assert turn.evaluate("(turn) => turn.offsetHeight") < 4600
    steps.locator("summary").click()
    expect(steps.locator(".cite").first).to_be_visible()


def test_without_scripts_one_is_told_and_led_on(browser: Browser, address: str) -> None:
    arguments = [*QUIET, "--blink-settings=scriptEnabled=false"]
    scriptless = browser.browser_type.launch(executable_path=chromium(), args=arguments)
    page = scriptless.new_page(viewport={"width": 360, "height": 740})
    page.goto(address)
    expect(page.get_by_role("heading", name="Chatten kræver JavaScript")).to_be_visible()
    expect(page.locator(".no-script")).to_have_css("position", "fixed")
    picture(page, "no-script", UNSEEN)
    page.get_by_role("link", name="Akut bekymring").click()
    expect(page.get_by_text("112").first).to_be_visible()
    scriptless.close()


def test_deleting_empties_the_browser_and_can_be_undone(desktop: Watched) -> None:
    page = desktop.open()
    desktop.ask(PKU)
    page.get_by_role("button", name="Slet samtalen").click()
    expect(desktop.turns).to_have_count(0)
    assert page.evaluate(STORED) == []
    expect(page.locator(".start")).to_be_visible()
    page.get_by_role("button", name="Fortryd").click()
    expect(desktop.turns).to_have_count(1)


def test_on_a_phone_the_start_is_at_its_top_after_deleting_and_undoing_is_back_in_place(phone: Watched) -> None:
    page = phone.open()
    turn = phone.ask(LUNCH)
    link = turn.locator(".card").nth(1).get_by_role("link", name="Lav en plan")
    link.scroll_into_view_if_needed()
    before = link.bounding_box()
    page.get_by_role("button", name="Slet samtalen").click()
    expect(page.locator(".tagline")).to_be_in_viewport(ratio=1)
    assert page.locator(".talk").evaluate("(talk) => talk.scrollTop") == 0
    page.get_by_role("button", name="Fortryd").click()
    after = link.bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) < 80  # the note that it was deleted is gone again


def test_two_tabs_show_the_same_conversation(desktop: Watched) -> None:
    desktop.open()
    other = Watched(desktop.context, desktop.address)
    other.open()
    desktop.ask("Hvad er en mellemform?")
    expect(other.turns).to_have_count(1)
    other.ask("Hvad siger STUK om overgange?")
    expect(desktop.turns).to_have_count(2)
    assert len(desktop.page.evaluate(STORED)) == 2
    assert other.faults == []


def test_an_answer_is_copied_with_its_references(desktop: Watched) -> None:
    desktop.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = desktop.open()
    turn = desktop.ask(PKU)
    turn.get_by_role("button", name="Kopiér svar og kilder").click()
    expect(turn.get_by_role("button", name="Kopieret")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "Der er udarbejdet en PPV" in copied
    assert "Kilder i svaret" in copied
    assert "[1] Haderslev Kommune: Strategisk handleguide, side" in copied


@pytest.mark.parametrize("copies", [True, False], ids=["by selection", "by hand"])
def test_copying_works_without_a_secure_address(desktop: Watched, copies: bool) -> None:
    page = desktop.page
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    if not copies:
        page.add_init_script("document.execCommand = () => false")
    desktop.open()
    turn = desktop.ask(PKU)
    turn.get_by_role("button", name="Kopiér svar og kilder").click()
    if copies:
        expect(turn.get_by_role("button", name="Kopieret")).to_be_visible()
        expect(turn.locator("textarea")).to_have_count(0)
        desktop.box.press("Control+V")
        expect(desktop.box).to_have_value(re.compile("Der er udarbejdet en PPV"))
        return
    expect(page.locator(".status")).to_contain_text("Teksten er markeret under svaret")
    field = turn.get_by_role("textbox", name="Kopiér svar og kilder")
    expect(field).to_be_focused()
    assert "[1] Haderslev Kommune" in str(page.evaluate("getSelection().toString()"))


def test_the_conversation_is_downloaded(desktop: Watched) -> None:
    page = desktop.open()
    desktop.ask(PKU)
    with page.expect_download() as begun:
        page.get_by_role("button", name="Hent samtalen").click()
    assert begun.value.suggested_filename == "samtale.md"
    text = begun.value.path().read_text("utf-8")
    assert PKU in text
    assert "Der er udarbejdet en PPV" in text


def test_feedback_is_kept_with_a_reason_and_without_the_question(desktop: Watched, feedback_file: Path) -> None:
    desktop.open()
    turn = desktop.ask(PKU)
    turn.get_by_role("button", name="Nej, det hjalp ikke").click()
    turn.get_by_text("Der mangler noget").click()
    turn.get_by_label("Vil du skrive mere?").fill("Sofie Jensen savner et skema")
    turn.get_by_role("button", name="Send tilbagemelding").click()
    expect(turn.get_by_text("Tak for din tilbagemelding.")).to_be_focused()
    kept = json.loads(feedback_file.read_text("utf-8").splitlines()[-1])
    assert (kept["outcome"], kept["helpful"], kept["reason"]) == ("answered", False, "missing")
    assert kept["comment"] == "[navn] savner et skema"
    assert "PKU" not in json.dumps(kept)


def test_what_is_written_of_an_answer_and_a_given_thumb_outlast_a_reload(desktop: Watched) -> None:
    page = desktop.open()
    desktop.ask(PKU).get_by_role("button", name="Ja, det hjalp").click()
    expect(desktop.turns.first.get_by_text("Tak for din tilbagemelding.")).to_be_focused()
    turn = desktop.ask("Hvad er en mellemform?")
    turn.get_by_role("button", name="Nej, det hjalp ikke").click()
    turn.get_by_text("Der mangler noget").click()
    turn.get_by_label("Vil du skrive mere?").fill("Jeg savner et skema")
    page.reload()
    expect(turn.get_by_label("Vil du skrive mere?")).to_have_value("Jeg savner et skema")
    expect(turn.get_by_label("Der mangler noget")).to_be_checked()
    expect(desktop.turns.first.get_by_text("Tak for din tilbagemelding.")).to_be_visible()
    expect(desktop.turns.first.get_by_role("button", name="Ja, det hjalp")).to_have_count(0)
    page.get_by_role("button", name="English").click()
    expect(turn.locator("form.complain textarea")).to_have_value("Jeg savner et skema")
    turn.get_by_role("button", name="Send feedback").click()
    expect(turn.locator(".thanks")).to_be_focused()
    page.reload()
    expect(desktop.page.locator(".thanks")).to_have_count(2)
    assert "et skema" not in page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")


def test_english_is_a_switch_that_lasts(desktop: Watched) -> None:
    page = desktop.open()
    expect(page).to_have_title("Prøv Først – Hvad kan vi prøve, før vi henviser?")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Acute concern")).to_be_visible()
    expect(page).to_have_title(f"{words('en')['chat']['title']} – {words('en')['chat']['subtitle']}")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.reload()
    expect(page.get_by_role("button", name="Acute concern")).to_be_visible()
    expect(page.get_by_role("link", name="Library", exact=True)).to_have_attribute("href", "/bibliotek?lang=en")
    page.get_by_role("button", name="Dansk").click()
    expect(page.get_by_role("button", name="Akut bekymring")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "da"
    page.goto(f"{desktop.address}/?lang=en")
    expect(page.get_by_role("button", name="Acute concern")).to_be_visible()
    expect(page).to_have_title(f"{words('en')['chat']['title']} – {words('en')['chat']['subtitle']}")


def test_everything_is_done_by_keyboard(desktop: Watched) -> None:
    page = desktop.open()
    expect(desktop.box).to_be_focused()
    desktop.ask(LUNCH)
    order = []
    page.locator(".talk").focus()
    for _ in range(4):
        page.keyboard.press("Tab")
        order.append(
            page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.tagName")
        )
    assert [name.split(":")[0] for name in order] == ["Kilde 1", "Kilde 2", "Kilde 3", "Kilde 4"]
    expect(page.locator("#quote")).to_be_visible()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="Kilden")
    expect(panel.get_by_role("heading", name="Kilden")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Luk kilden")).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Kilde 4")


def test_a_source_that_is_not_there_is_told_in_the_panel(desktop: Watched) -> None:
    page = desktop.open()
    desktop.ask(PKU)
    page.evaluate(
        """() => document.querySelector('.cite').setAttribute('href', '/kilder/haderslev/999?citat=x#citat')"""
    )
    page.locator(".cite").first.click()
    expect(page.get_by_role("dialog", name="Kilden")).to_contain_text("Kilden har ikke den side")
    desktop.faults = [fault for fault in desktop.faults if "404" not in fault]
