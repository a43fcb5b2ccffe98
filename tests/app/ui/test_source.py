import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient

from app.engine import Engine
from app.ui.pages import link
from app.ui.source import Stretch, in_pieces, mark, tidy
from corpus.schema import Page
from corpus.text import key


def _page(text: str) -> Page:
    return Page("kl", 1, 5, text)


def test_marks_the_quotation_across_lines_and_hyphens() -> None:
    stretches = mark(_page("Først. Vi har fæl-\nlesskaber her. Sidst."), None, "Vi har fællesskaber her.")
    assert [stretch.marked for stretch in stretches] == [False, True, False]
    assert stretches[1].text == "Vi har fæl-\nlesskaber her."


def test_marks_up_to_the_end_of_the_page_what_goes_on_overleaf() -> None:
    stretches = mark(_page("Først. Vi har"), _page("fællesskaber her."), "Vi har fællesskaber her.")
    assert stretches[-1].text == "Vi har"
    assert stretches[-1].marked


def test_marks_nothing_when_the_words_are_not_there() -> None:
    assert not any(stretch.marked for stretch in mark(_page("Først."), None, "Noget andet"))


def test_marks_the_rest_of_what_began_on_the_page_before() -> None:
    quote = "Vi har fællesskaber her."
    stretches = mark(_page("fælles-\nskaber her. Sidst."), None, quote, _page("Først. Vi har"))
    assert [(stretch.text, stretch.marked) for stretch in stretches] == [
        ("fælles-\nskaber her.", True),
        (" Sidst.", False),
    ]
    assert not any(stretch.marked for stretch in mark(_page("Sidst."), None, quote, _page(quote)))


def test_a_page_set_with_wide_lines_is_read_without_the_blank_ones(engine: Engine) -> None:
    page = engine.library.page("haderslev", 14)
    shown = mark(page, None, "")[0].text
    assert page.text.count("\n\n") > 20
    assert "bliver truffet på et data- og evidensinformeret grundlag. \nNår det pædagogiske" in shown
    assert shown.count("\n\n") < 10
    close = engine.library.page("kl", 9)
    assert mark(close, None, "")[0].text == tidy(close.text)


TAG = re.compile(r"<[^>]+>")
LINES = (
    "Vi har fælles-\nskaber og en to-\nvoksenordning i hele skoleåret på\nfire årgange.\n"
    "• Et punkt, der står for sig selv her\n\nNyt"
)


def test_a_line_that_goes_on_can_be_read_without_its_break() -> None:
    at = LINES.index(" og")
    stretches = [Stretch(LINES[:at], False), Stretch(LINES[at:], True)]
    (_, first), (marked, second) = in_pieces(stretches, {"fællesskaber"})
    assert marked
    assert [(piece.text, piece.end) for piece in first] == [("Vi har fælles", "hyphen"), ("skaber", "")]
    assert [(piece.text, piece.end) for piece in second] == [
        (" og en to-\nvoksenordning i hele skoleåret på", "line"),
        ("fire årgange.\n• Et punkt, der står for sig selv her\n\nNyt", ""),
    ]


def test_nothing_but_breaks_and_hyphens_is_left_out_of_any_page(engine: Engine) -> None:
    library = engine.library
    for page in library.catalogue.pages:
        stretches = mark(page, None, "")
        pieces = [piece for _, found in in_pieces(stretches, library.catalogue.words) for piece in found]
        assert key("".join(piece.text for piece in pieces)) == key("".join(stretch.text for stretch in stretches))


def test_makes_runs_of_blank_lines_one() -> None:
    assert tidy("a\n \n\n\nb") == "a\n\nb"


def marked_words(client: TestClient, address: str) -> str:
    """Return the words marked on a page, and on the next one where the page says that they go on there."""
    page = client.get(address)
    assert page.status_code == 200
    marked = html.unescape(TAG.sub("", page.text.split('<mark id="citat">')[1].split("</mark>")[0]))
    overleaf = re.search(r'rel="next" href="([^"]+\?citat=[^"]+)"', page.text)
    return f"{marked}\n{marked_words(client, html.unescape(overleaf[1]))}" if overleaf else marked


@pytest.mark.parametrize(
    "question",
    [
        "Hvad er kriterierne for en mellemform?",
        "Hvem har erfaringer med co-teaching?",
        "Hvad siger ekspertgruppen om PPR?",
    ],
)
def test_every_citation_opens_its_page_with_its_words_marked(engine: Engine, client: TestClient, question: str) -> None:
    for citation in engine.ask(question).citations:
        address = link(citation)
        assert key(marked_words(client, address)) == key(citation.quote)
        assert parse_qs(urlsplit(address).query)["citat"] == [citation.quote]


def test_a_script_in_the_address_is_shown_as_text(client: TestClient) -> None:
    page = client.get("/kilder/kl/9", params={"citat": "<script>alert(1)</script>"})
    assert "<script>" not in page.text
    assert "Citatet findes ikke" in page.text


def test_an_unknown_page_is_told_to_a_person(client: TestClient) -> None:
    response = client.get("/kilder/kl/99", headers={"accept": "text/html"})
    assert response.status_code == 404
    assert "<h1>Kilden har ikke den side</h1>" in response.text


def test_lists_the_documents(client: TestClient) -> None:
    page = client.get("/kilder").text
    assert page.count('<a href="/kilder/') == 5
    assert "gælder lokalt i Haderslev Kommune" in page
