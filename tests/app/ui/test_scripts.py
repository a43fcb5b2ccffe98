"""Scripts in a question, a document's title, publisher and file name, or its text: shown as text, and never run."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, expect

from app.config import Config
from app.engine import Engine
from app.main import create_app
from ingest import local
from ingest.run import ingest
from retrieval.embed import BundledEmbedder
from retrieval.storage import Storage
from tests.app.conftest import serving
from tests.app.ui.conftest import Watched

HIT = "document.documentElement.dataset.hit='1'"
IMAGE = f'<img src=x onerror="{HIT}">'
TITLE = f"<script>{HIT}</script>{IMAGE}Kaninguiden"
PUBLISHER = f'"><svg onload="{HIT}">Vores \'kommune\''
SENTENCE = f"Kaninklubben mødes {IMAGE} hver onsdag i pavillonen [klik her](javascript:{HIT}) sammen med vicepedellen."
QUESTION = "Hvornår mødes kaninklubben i pavillonen med vicepedellen?"


@pytest.fixture(scope="module")
def hostile(
    corpus_storage: Storage, bundled: BundledEmbedder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """The engine on the bundled documents and one of a municipality that is full of markup."""
    storage = Storage(tmp_path_factory.mktemp("hostile") / "data")
    shutil.copytree(corpus_storage.root, storage.root)
    source = tmp_path_factory.mktemp("source") / "kanin <b onclick=x>.txt"
    source.write_text(f"Kaninklubben\n\n{SENTENCE}\n\nDer er plads til otte elever i kaninklubben.\n", "utf-8")
    local.add(storage, source, title=TITLE, publisher=PUBLISHER)
    ingest(storage, bundled)
    yield Engine(Config(data=storage.root), bundled)


@pytest.fixture(scope="module")
def page_of(hostile: Engine) -> str:
    """The address of the document's page in the source viewer."""
    document = next(one for one in hostile.library.catalogue.documents if "Kaninguiden" in one.title)
    return f"/kilder/{document.id}/{hostile.library.pages(document.id)[0].number}"


def test_the_source_viewer_shows_markup_as_text(hostile: Engine, page_of: str) -> None:
    client = TestClient(create_app(hostile.config, hostile), base_url="http://localhost")
    for path in ("/kilder", page_of, f"{page_of}?citat=Kaninklubben+mødes", "/kilder/<script>/1"):
        text = client.get(path).text
        assert "<script>" not in text
        assert "<img" not in text
        assert "<svg" not in text
    assert "&lt;img src=x onerror=" in client.get(page_of).text


@pytest.mark.browser
def test_no_script_of_a_document_or_a_question_runs(hostile: Engine, page_of: str, browser: Browser) -> None:
    with serving(hostile.config, hostile) as address:
        context = browser.new_context(locale="da-DK")
        watched = Watched(context, address)
        page = watched.open()
        expect(page.get_by_role("region", name="Samtale")).to_contain_text("Kaninguiden")
        answer = watched.ask(f"{QUESTION} <script>{HIT}</script>{IMAGE}")
        expect(answer).to_contain_text("hver onsdag i pavillonen")
        expect(answer).to_contain_text("onerror=")
        expect(answer).to_contain_text("<script>")
        assert page.locator("img[src=x], a[href^='javascript']").count() == 0
        _no_hit(watched)
        page.goto(f"{address}{page_of}?citat=Kaninklubben+mødes")
        expect(page.locator("mark")).to_contain_text("Kaninklubben mødes")
        expect(page.locator("article")).to_contain_text("onerror=")
        _no_hit(watched)
        assert watched.faults == []
        assert watched.outside == []
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["", "/kilder/kl/9"])
def test_a_script_that_got_into_a_page_would_not_run(address: str, browser: Browser, path: str) -> None:
    context = browser.new_context(locale="da-DK")
    watched = Watched(context, address)
    page = watched.open()
    page.goto(address + path)
    page.locator("h1").first.wait_for()
    page.evaluate(
        """([script, image]) => {
            const made = document.createElement('script');
            made.textContent = script;
            document.body.append(made);
            document.body.insertAdjacentHTML('beforeend', image);
        }""",
        [HIT, IMAGE],
    )
    page.wait_for_timeout(300)
    _no_hit(watched)
    assert any("Content Security Policy" in fault for fault in watched.faults)
    context.close()


def _no_hit(watched: Watched) -> None:
    assert watched.page.evaluate("document.documentElement.dataset.hit ?? ''") == ""


def test_the_files_name_says_nothing(hostile: Engine) -> None:
    names = [Path(path).name for path in hostile.config.storage.documents.iterdir()]
    assert not [name for name in names if set("<>\"'&") & set(name)]
