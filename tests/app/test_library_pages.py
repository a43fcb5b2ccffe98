"""The library's pages as a browser without JavaScript gets them."""

import csv
import io
import re
import tomllib
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from docx import Document
from fastapi.testclient import TestClient

from app import examples
from app.browse import browse, source_words
from app.examples import Filters
from app.shelves import KINDS, narrow, shelf
from app.texts import texts
from app.ui.library import PATHS
from corpus.schema import EVIDENCE_NAMES
from corpus.text import key
from retrieval.library import Library

LIST = "/bibliotek/proevehandlinger"
DETAIL = f"{LIST}/kl-egedal-baekkegaarden"
PAGES = [
    "/bibliotek", "/bibliotek?q=fravær", LIST, f"{LIST}?view=table", f"{LIST}?view=overview", DETAIL,
    "/bibliotek/sammenlign?ids=kl-odense&ids=kl-esbjerg", "/bibliotek/anbefalinger", "/bibliotek/anbefalinger/stuk-1",
    "/bibliotek/indsatser", "/bibliotek/indsatser/haderslev-ppv", "/bibliotek/emner", "/bibliotek/dokumenter",
    "/bibliotek/dokumenter/haderslev", "/foer-henvisning", "/akut", "/om", "/tilgaengelighed", "/kilder",
    "/kilder/kl/9",
]  # fmt: skip
HTML = {"accept": "text/html"}


def _get(client: TestClient, address: str, status: int = 200) -> str:
    response = client.get(address, headers=HTML)
    assert response.status_code == status
    return response.text


def _titles(page: str) -> list[str]:
    return [unescape(title) for title in re.findall(r'<h3><a href="[^"]*" lang="da">([^<]*)</a>', page)]


def _links(page: str, start: str) -> list[str]:
    return [unescape(one) for one in re.findall(rf'href="({start}[^"]*)"', page)]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_has_one_main_heading_a_title_and_the_way_to_acute_help(client: TestClient, address: str) -> None:
    page = _get(client, address)
    assert page.count("<h1") == 1
    assert re.search(r"<title>[^<]+ – Prøv Først</title>", page)
    assert '<a class="urgent" href="/akut">Akut bekymring</a>' in page
    assert "built-in" not in page
    assert not re.search(r'(src|href)="(https?:)?//', page)


@pytest.mark.parametrize("address", PAGES)
def test_english_is_kept_over_every_link_of_ours(client: TestClient, address: str) -> None:
    page = _get(client, f"{address}{'&' if '?' in address else '?'}lang=en")
    assert '<html lang="en">' in page
    back = re.search(r'<a class="other" href="([^"]*)" lang="da"', page)
    assert back is not None
    assert unquote(unescape(back.group(1))) == f"{address}{'&' if '?' in address else '?'}lang=da"
    own = [link for link in _links(page, "/(?!statisk)") if link != unescape(back.group(1))]
    assert all("en" in parse_qs(urlsplit(link).query).get("lang", []) for link in own)


def test_the_link_to_the_other_language_keeps_what_is_asked_for(client: TestClient) -> None:
    page = _get(client, f"{LIST}?lang=en&q=uro&themes=absence")
    back = re.search(r'<a class="other" href="([^"]*)" lang="da"', page)
    assert back is not None
    assert unescape(back.group(1)) == f"{LIST}?q=uro&themes=absence&lang=da"
    assert 'href="/foer-henvisning?lang=en" lang="en"' in _get(client, "/foer-henvisning")


def test_searches_all_kinds_from_one_box(client: TestClient) -> None:
    page = _get(client, "/bibliotek?q=fravær")
    assert "Fælles fokus på bekymrende fravær" in page
    assert "emne-kl-fravaer-hvem-har-proevet-hvad" in page


def test_a_search_in_the_titles_of_documents_says_that_it_is_one(client: TestClient) -> None:
    page = unescape(_get(client, "/bibliotek/dokumenter?q=forældre"))
    assert "Her søges i dokumenternes titler" in page
    assert 'href="/bibliotek?q=for%C3%A6ldre"' in page


def test_a_topic_is_asked_about_in_the_chat_by_its_title(client: TestClient) -> None:
    page = unescape(_get(client, "/bibliotek/emner/emne-pit"))
    assert re.search(r'href="/\?spoerg=[^"]+">Spørg i chatten', page)


def test_filters_and_words_together_leave_what_has_both(client: TestClient) -> None:
    assert len(_titles(_get(client, LIST))) == 24
    absence = _titles(_get(client, f"{LIST}?themes=absence"))
    assert len(absence) == 3
    assert _titles(_get(client, f"{LIST}?themes=absence&q=tinglev")) == ["Fælles fokus på bekymrende fravær"]


def test_the_counts_beside_filters_say_how_many_each_leaves(client: TestClient, library: Library) -> None:
    listed = browse(Filters(themes=("ppr",)), "co-teaching", "", library)
    for municipality, count in listed.counts["municipalities"].items():
        page = _get(client, f"{LIST}?themes=ppr&q=co-teaching&municipalities={municipality}")
        assert len(_titles(page)) == count
    assert listed.counts["municipalities"]


def test_a_search_with_no_hits_says_which_filter_to_take_off(client: TestClient) -> None:
    page = _get(client, f"{LIST}?themes=absence&grades=10&q=ppr")
    assert "Intet fundet" in page
    ways = re.findall(r'<li><a href="([^"]*)">Uden ([^:<]*): (\d+)</a>', page)
    assert ways
    for address, _, count in ways:
        assert len(_titles(_get(client, unescape(address)))) == int(count)


def test_words_that_are_nowhere_are_told_to_be_so(client: TestClient) -> None:
    assert "Ordene står ikke i biblioteket" in _get(client, f"{LIST}?q=giraffer")
    assert "Ordene står ikke i biblioteket" in _get(client, "/bibliotek?q=giraffer")


def test_a_misspelt_word_is_understood(client: TestClient) -> None:
    page = _get(client, f"{LIST}?q=konflitker")
    assert "Vi har søgt på ”konflikter”" in page
    assert _titles(page)


@pytest.mark.parametrize("address", ["/bibliotek", "/bibliotek/anbefalinger", "/bibliotek/emner"])
def test_a_worry_typed_into_any_search_leads_to_help(client: TestClient, address: str) -> None:
    assert "Handler det om et barn i fare?" in _get(client, f"{address}?q=eleven bliver slået derhjemme")
    assert "Handler det om et barn i fare?" not in _get(client, f"{address}?q=fravær")


def test_a_worry_comes_before_the_results(client: TestClient) -> None:
    page = _get(client, f"{LIST}?q=eleven bliver slået derhjemme")
    assert page.index("Handler det om et barn i fare?") < page.index(
        'class="cards"' if _titles(page) else 'class="empty"'
    )


@pytest.mark.parametrize("address", ["/bibliotek", LIST, "/bibliotek/anbefalinger", "/bibliotek/emner"])
@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "x" * 5000, "%00", "🙂"]
)
def test_whatever_is_typed_is_shown_as_text(client: TestClient, address: str, typed: str) -> None:
    response = client.get(address, params={"q": typed}, headers=HTML)
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert "<img" not in response.text
    shown = re.search(r'name="q" value="([^"]*)"', response.text)
    assert shown is not None
    assert unescape(shown.group(1)) == typed


@pytest.mark.parametrize(
    ("address", "names", "same"),
    [
        (f"{LIST}?themes=fodbold&q=ppr", "Tema", f"{LIST}?q=ppr"),
        (f"{LIST}?themes=fodbold&themes=ppr&evidence=Z", "Tema, Evidensmærke", f"{LIST}?themes=ppr"),
        ("/bibliotek/anbefalinger?documents=nej&strength=x", "Kilde, Hvor vigtig", "/bibliotek/anbefalinger"),
    ],
)
def test_a_value_of_a_filter_that_is_not_there_is_passed_over_and_told(
    client: TestClient, address: str, names: str, same: str
) -> None:
    page = _get(client, address)
    assert f"Adressen har et filter, som biblioteket ikke kender ({names})." in page
    items = r'<(?:h3|li)><a href="(/bibliotek/\w+/[\w.-]+)" lang="da">'
    assert re.findall(items, page) == re.findall(items, _get(client, same)) != []
    assert "Adressen har et filter" not in _get(client, same)
    results = page.split('id="results"')[1].split("<footer")[0]
    assert not re.search("fodbold|evidence=Z|documents=nej", results)


def test_filters_that_must_go_together_are_ways_on(client: TestClient) -> None:
    page = _get(client, f"{LIST}?themes=absence&grades=7&outcomes=did_not_succeed")
    assert "Tag flere filtre af på én gang, så er der mere:" in page
    empty = page.split('class="empty"')[1].split("</div>")[0]
    ways = re.findall(r'<li><a href="([^"]*)">Uden \w+ og \w+: (\d+)</a>', empty)
    assert ways
    for way, count in ways:
        assert len(_titles(_get(client, unescape(way)))) == int(count) > 0


def test_a_file_of_something_that_is_not_there_leads_to_the_list(client: TestClient) -> None:
    assert "biblioteket ikke kender (Tema)" in _get(client, f"{LIST}/fil?format=csv&themes=fodbold")
    assert len(_titles(_get(client, f"{LIST}/fil?ids=nej&themes=ppr&lang=da"))) == 11


@pytest.mark.parametrize("address", ["/kilder/kl/99", "/kilder/kl/x", "/kilder/kl"])
def test_a_page_a_source_does_not_have_leads_to_those_it_has(client: TestClient, address: str) -> None:
    page = _get(client, address, 404)
    assert "Kilden har side 5 til 30." in page
    for way in ("/kilder/kl/5", "/bibliotek/dokumenter/kl", "/kilder"):
        assert f'<li><a href="{way}">' in page


def test_a_source_that_is_not_there_leads_to_those_there_are(client: TestClient) -> None:
    assert '<a href="/bibliotek/dokumenter/kl">' in _get(client, "/kilder/kll/9", 404)


def test_every_page_has_the_way_to_the_others(client: TestClient) -> None:
    for address in (*PAGES, "/plan", "/findesikke"):
        page = client.get(address, headers=HTML).text
        head = page.split('<header class="bar">')[1].split("</header>")[0]
        assert re.findall(r'<a href="([^"]*)"', head) == ["/", "/bibliotek", "/plan", "/foer-henvisning", "/om"]


def test_a_trial_action_can_be_asked_about(client: TestClient) -> None:
    assert '<a class="button" href="/?om=kl-egedal-baekkegaarden">Spørg om denne</a>' in _get(client, DETAIL)
    assert "Spørg om denne" not in _get(client, "/bibliotek/emner/emne-kl-kommunal-strategi")


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_id_shows_the_nearest(client: TestClient, library: Library, kind: str) -> None:
    item = shelf(kind, library)[-1]
    page = _get(client, f"{PATHS[kind]}/{item.id}x", 404)
    assert unescape(page).count(f'href="{PATHS[kind]}/{item.id}"') == 1
    assert 1 <= page.count('<li lang="da"><a') <= 3


def test_the_nearest_comes_first_and_says_where_it_is_from(client: TestClient) -> None:
    page = _get(client, f"{LIST}/kl-odens", 404)
    assert "Odense Kommune" in page.split('<li lang="da">')[1]


@pytest.mark.parametrize("address", ["/bibliotek/findesikke", "/bibliotek/a/b/c", f"{LIST}/a/b"])
def test_an_unknown_address_below_the_library_is_a_page(client: TestClient, address: str) -> None:
    assert "Det findes ikke i biblioteket" in _get(client, address, 404)


@pytest.mark.parametrize("kind", KINDS)
def test_every_item_has_a_page_that_the_list_links_to(client: TestClient, library: Library, kind: str) -> None:
    links = {urlsplit(link).path for link in _links(_get(client, PATHS[kind]), f"{PATHS[kind]}/")}
    for item in shelf(kind, library):
        assert f"{PATHS[kind]}/{item.id}" in links
    for item in shelf(kind, library)[:: max(1, len(shelf(kind, library)) // 12)]:
        assert "<h1" in _get(client, f"{PATHS[kind]}/{item.id}")


def test_a_trial_action_shows_its_label_its_fields_and_what_its_source_does_not_give(client: TestClient) -> None:
    page = _get(client, DETAIL)
    assert "Praksiseksempel" in page
    assert "Effekten er ikke målt – jeres egen afprøvning tæller mest." in page
    for field in ("Det begyndte med", "Det gjorde de", "Hvem var med", "Hvad ændrede sig", "Det lærte de"):
        assert f">{field}</h2>" in page
    assert 'href="/plan?fra=kl-egedal-baekkegaarden"' in page
    assert "I kan altid inddrage leder eller PPR nu." in page
    assert "Fremgår ikke af kilden." in _get(client, f"{LIST}/kl-vordingborg-kulsbjerg-skole")


@pytest.mark.parametrize(
    "address",
    [DETAIL, "/bibliotek/anbefalinger/stuk-6", "/bibliotek/emner/emne-kl-kommunal-strategi", "/foer-henvisning"],
)
def test_every_citation_opens_its_source_with_the_words_marked(client: TestClient, address: str) -> None:
    links = sorted(set(_links(_get(client, address), "/kilder/")))
    cited = [link for link in links if "citat=" in link]
    assert len(cited) > 5
    for link in cited[:: max(1, len(cited) // 15)]:
        page = _get(client, link)
        marked = unescape(re.sub("<[^>]+>", "", page.split('<mark id="citat">')[1].split("</mark>")[0]))
        assert key(parse_qs(urlsplit(link).query)["citat"][0]).startswith(key(marked))


def test_every_sentence_of_every_record_is_cited(library: Library) -> None:
    for record in (*library.catalogue.recommendations, *library.catalogue.measures):
        shown = [part for _, parts in source_words(record, library) for part in parts]
        assert [part.text for part in shown] == [one.text for field in record.fields for one in field.sentences]
        assert all(
            library.contains(record.document, one.quote) or not one.quote for part in shown for one in part.citations
        )


def test_a_recommendation_is_not_worded_as_an_example_and_a_measure_is_local(client: TestClient) -> None:
    recommendation = _get(client, "/bibliotek/anbefalinger/stuk-1")
    assert "Faglig anbefaling" in recommendation
    assert "Praksiseksempel" not in recommendation
    assert "Gælder lokalt: Haderslev Kommune" in _get(client, "/bibliotek/indsatser/haderslev-ppv")


def test_two_to_four_are_compared_field_by_field(client: TestClient) -> None:
    page = _get(client, "/bibliotek/sammenlign?ids=kl-odense&ids=kl-esbjerg&ids=kl-soroe&themes=ppr")
    assert page.count('<th role="columnheader" scope="col" lang="da">') == 3
    assert '<th role="rowheader" scope="row">Det gjorde de</th>' in page
    back = next(link for link in _links(page, f"{LIST}\\?") if "themes=ppr" in link)
    assert _get(client, back).count(" checked") == 3 + 1 + 1  # the chosen ones, the filter, the view


def test_what_cannot_be_compared_because_it_is_not_there_is_told_beside_the_rest(client: TestClient) -> None:
    page = _get(client, "/bibliotek/sammenlign?ids=kl-odense&ids=kl-esbjerg&ids=nej&ids=<b>")
    assert "Biblioteket har ingen prøvehandling med id nej, &lt;b&gt;." in page
    assert page.count('role="columnheader"') == 2


@pytest.mark.parametrize("ids", ["", "ids=kl-odense", "ids=kl-odense&ids=kl-odense", "ids=kl-odense&ids=nej"])
def test_too_few_to_compare_leads_back_to_choosing_with_nothing_lost(client: TestClient, ids: str) -> None:
    page = _get(client, f"/bibliotek/sammenlign?{ids}&q=ppr", 422)
    assert "Vælg 2 til 4 prøvehandlinger" in page
    assert ("Biblioteket har ingen prøvehandling med id nej." in page) == ("ids=nej" in ids)
    assert any("q=ppr" in link and ids.partition("&")[0] in link for link in _links(page, f"{LIST}\\?"))


def test_what_is_chosen_stays_chosen_when_a_filter_hides_it(client: TestClient) -> None:
    page = _get(client, f"{LIST}?ids=kl-soroe&themes=ppr")
    assert "Valgt, men ikke på listen nu" in page
    assert 'name="ids" value="kl-soroe" checked' in page


def test_the_files_hold_the_chosen_or_else_the_list(client: TestClient) -> None:
    rows = csv.DictReader(
        io.StringIO(client.get(f"{LIST}/fil?format=csv&q=fravær&themes=absence").text[1:]), delimiter=";"
    )
    assert {row["Id"] for row in rows} == {"kl-frederiksberg", "kl-soroe", "kl-aabenraa-tinglev-skole"}
    chosen = client.get(f"{LIST}/fil?format=docx&ids=kl-odense&themes=absence")
    assert 'filename="proevehandlinger.docx"' in chosen.headers["content-disposition"]
    headings = [
        one.text for one in Document(io.BytesIO(chosen.content)).paragraphs if one.style and "1" in one.style.name
    ]
    assert headings == ["Odense Kommune: Et systematisk samarbejde mellem PPR og skolerne"]


def test_a_file_of_another_kind_is_refused(client: TestClient) -> None:
    assert "kendt filtype" in _get(client, f"{LIST}/fil?format=pdf", 422)


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("recommendations", "documents=stuk"), ("measures", "q=ppr"), ("topics", ""), ("topics", "q=fravær&lang=en"),
        ("measures", "q=giraffer"),
    ],
)  # fmt: skip
def test_the_files_of_the_other_lists_hold_what_the_list_holds(
    client: TestClient, library: Library, kind: str, query: str
) -> None:
    shown = _get(client, f"{PATHS[kind]}?{query}")
    titles = [unescape(one) for one in re.findall(r'<li><a href="[^"]*" lang="da">([^<]*)</a>\n<span', shown)]
    links = _links(shown, f"{PATHS[kind]}/fil")
    assert len(links) == (2 if titles else 0)
    table = client.get(f"{PATHS[kind]}/fil?{query}&format=csv")
    assert f'filename="{PATHS[kind].rpartition("/")[2]}.csv"' in table.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(table.text[1:], newline=""), delimiter=";"))
    of_file = [row["Title" if "lang=en" in query else "Titel"] for row in rows]
    assert of_file == titles if "q=" in query else sorted(of_file) == sorted(titles)  # a whole list is by document
    document = Document(io.BytesIO(client.get(f"{PATHS[kind]}/fil?{query}&format=docx").content))
    assert [one.text for one in document.paragraphs if one.style and one.style.name == "Heading 1"] == of_file
    assert all(row["Source" if "lang=en" in query else "Kilde"] for row in rows)


def test_a_file_of_a_record_holds_its_words_and_where_they_stand(client: TestClient) -> None:
    fetched = client.get("/bibliotek/indsatser/fil?format=csv").text[1:]
    rows = {row["Id"]: row for row in csv.DictReader(io.StringIO(fetched, newline=""), delimiter=";")}
    found = rows["haderslev-data"]
    assert "Elevinterviews" in found["Tekst"]
    assert (found["Trin"], found["Hvem gør det"], found["Kommune"]) == ("forebyggende", "Teamet", "Haderslev Kommune")
    assert (found["Evidensmærke"], found["Side"]) == ("E Lokal ramme", "19")
    assert "kendt filtype" in _get(client, "/bibliotek/emner/fil?format=pdf", 422)
    assert "biblioteket ikke kender (Kilde)" in _get(client, "/bibliotek/emner/fil?documents=nej")
    assert _get(client, "/bibliotek/dokumenter/fil", 404)


def test_the_overview_counts_as_the_filters_do(client: TestClient, library: Library) -> None:
    overview = examples.overview(library.catalogue.trial_actions, library.catalogue)
    page = _get(client, f"{LIST}?view=overview")
    for (theme, place), count in overview.cells.items():
        filters = Filters(themes=(theme,), municipalities=(place,))
        assert len(examples.select(filters, library.catalogue)) == count
        assert f': {count}">{count}</a>' in page


def test_the_steps_before_a_referral_stand_source_by_source(client: TestClient) -> None:
    page = _get(client, "/foer-henvisning")
    assert page.count("<article") == 4
    assert page.index("Gælder i hele landet") < page.index("Gælder kun i Haderslev Kommune")
    for place in ("Haderslev", "Odense", "Rødovre"):
        assert f"Gælder kun i {place} Kommune" in page
    assert "I kan altid inddrage leder eller PPR nu." in page


def test_the_acute_page_is_the_fixed_text(client: TestClient) -> None:
    page = _get(client, "/akut")
    for wanted in ("112", "70 201 201", "116 111", "underretningspligt personlig", "kommunens egne numre"):
        assert wanted in page
    for number in ("112", "70201201", "116111"):
        assert f'<a class="call" href="tel:{number}">' in page


def test_the_accessibility_statement_tells_of_every_part_and_where_to_complain(client: TestClient) -> None:
    page = _get(client, "/tilgaengelighed")
    for told in (
        "Chatten, planen, biblioteket",
        "Chatten og planen kan ikke.",
        "Digitaliseringsstyrelsen",
        "www.was.digst.dk",
    ):
        assert told in page
    assert re.search(r"Siden er skrevet den \d+\. \w+ 20\d\d\.", page)


def test_the_about_page_names_every_source_with_its_year(client: TestClient, library: Library) -> None:
    page = unescape(_get(client, "/om"))
    assert "AI-system" in page
    for document in library.catalogue.documents:
        assert document.title in page
        assert document.year in page


def test_assets_are_kept_by_the_browser_under_a_name_of_their_content(client: TestClient) -> None:
    assets = _links(_get(client, LIST), "/statisk/") + re.findall(r'src="(/statisk/[^"]*)"', _get(client, LIST))
    assert len(assets) == 5
    for address in assets:
        response = client.get(address)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
        assert client.get(address, headers={"if-none-match": response.headers["etag"]}).status_code == 304
    assert client.get("/statisk/site.css").headers["cache-control"] == "no-cache"


def test_every_value_of_a_filter_has_an_english_name(library: Library) -> None:
    english = tomllib.loads(examples.ENGLISH_NAMES.read_text("utf-8"))
    names = {facet: set(values) for facet, values in library.catalogue.facet_names.items() if facet != "reporters"}
    for kind in ("recommendations", "measures"):
        told = {facet: set(values) for facet, values in narrow(kind, "", {}, library).counts.items()}
        names |= {facet: values for facet, values in told.items() if facet != "documents"}
    assert {facet: set(values) for facet, values in english.items()} == names


def test_what_stays_danish_on_an_english_page_is_marked_so(client: TestClient) -> None:
    assert "<span>Decisive</span>" in _get(client, "/bibliotek/anbefalinger?lang=en")
    hit = re.search(r'<a href="/bibliotek/proevehandlinger/[^"]*"([^>]*)>', _get(client, "/bibliotek?q=uro&lang=en"))
    assert hit is not None
    assert 'lang="da"' in hit[1]


def test_labels_are_named_as_in_the_rest_of_the_system() -> None:
    for label, name in EVIDENCE_NAMES.items():
        assert texts("da")["evidence"][f"name_{label.value.lower()}"] == name
