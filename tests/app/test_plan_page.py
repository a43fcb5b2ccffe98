import html
import json
import re

import pytest
from fastapi.testclient import TestClient

from app.plan import Plan


def test_has_a_control_for_every_field_a_person_writes(client: TestClient) -> None:
    page = client.get("/plan").text
    shown = {path.split(".")[0] for path in re.findall(r'data-path="([\w.]+)"', page)}
    assert shown == set(Plan.model_fields) - {"tried", "sources", "label"}
    assert set(re.findall(r'data-part="(\w+)"', page)) == {"what", "period", "outcome"}


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_text_of_the_script_is_there(client: TestClient, language: str) -> None:
    page = client.get("/plan", params={"lang": language}).text
    found = re.search(r'data-words="([^"]*)"', page)
    assert found is not None
    words = json.loads(html.unescape(found[1]))
    scripts = "".join(client.get(f"/statisk/{name}").text for name in ("plan.js", "plan-form.js"))
    assert set(re.findall(r"words\.(\w+)", scripts)) == set(words)
    assert f'<html lang="{language}">' in page


def test_says_what_it_is_drafted_from(client: TestClient) -> None:
    page = client.get("/plan", params={"fra": "kl-odense"}).text
    assert "Odense Kommune" in page
    assert 'href="/bibliotek/proevehandlinger/kl-odense"' in page


def test_an_unknown_trial_action_is_a_page_with_the_nearest_names(client: TestClient) -> None:
    response = client.get("/plan", params={"fra": "kl-odnse<script>"})
    assert response.status_code == 404
    assert '<li lang="da"><a href="/plan?fra=kl-odense">' in response.text
    assert "<script>" not in response.text


def test_a_kept_plan_opens_though_its_trial_action_is_gone(client: TestClient) -> None:
    assert client.get("/plan", params={"fra": "kl-odnse", "plan": "1-2"}).status_code == 200


def test_holds_no_script_or_style_of_its_own(client: TestClient) -> None:
    page = client.get("/plan", params={"fra": "kl-odense"}).text
    scripts = re.findall(r'<script(?: type="module")? src="(/statisk/[a-z]+\.js)[^"]*"></script>', page)
    assert scripts == ["/statisk/language.js", "/statisk/plan.js"]
    assert page.count("<script") == len(scripts)
    assert "<style" not in page
    assert not re.search(r"\son\w+=|\sstyle=", page)


def test_shows_the_fixed_text_on_acute_concern(client: TestClient) -> None:
    page = client.get("/plan").text
    assert '<section id="akut"' in page
    assert '<a class="call" href="tel:112"><strong>112</strong></a>' in page
