"""Topic cards to parts of an answer: statements in our own words, each with the citations that carry it."""

from collections.abc import Iterator

from app.answer import cite
from app.texts import texts
from app.turn import Citation, Part, PartKind
from corpus.schema import Sentence, Support, Topic
from corpus.text import find_quote
from retrieval.library import Library


def card(topic: Topic, library: Library, language: str) -> Iterator[Part]:
    """Yield the card's title, with where it applies if that is one place, and its statements."""
    documents = {support.document for statement in topic.statements for support in statement.support}
    places = {library.documents[document].local for document in documents}
    place = places.pop() if len(places) == 1 else None
    local = f" ({texts(language)['answer']['local'].format(place=place)})" if place else ""
    yield Part(PartKind.HEADING, f"{topic.title}{local}")
    for statement in topic.statements:
        citations = tuple(cite_support(support, library) for support in statement.support)
        yield Part(PartKind.STATEMENT, statement.text, citations)


def cite_support(support: Support, library: Library) -> Citation:
    """Return the citation of a quotation that was found by hand; its number is given when the answer is verified."""
    passage = library.passages[support.passage]
    holding = (page for page in passage.pages if find_quote(library.page(passage.document, page).text, support.quote))
    page = next(holding, passage.pages[0])
    return cite(passage, Sentence(support.quote, (page,)), library)
