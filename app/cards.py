"""Topic cards to parts of an answer: statements in our own words, each with the citations that carry it."""

import re
from collections.abc import Iterator, Sequence

from app.answer import cite
from app.relevance import statement_chance
from app.texts import texts
from app.turn import Citation, Part, PartKind
from corpus.claims import NUMBER_WORDS
from corpus.schema import Sentence, Support, Topic
from corpus.text import find_quote
from retrieval.analyse import TOKEN
from retrieval.library import Library
from retrieval.search import Hit, Query
from retrieval.suggest import FoundTopic

LEANS_BACK = re.compile(
    r"(?:Det|Den|De|Disse|Der|Dér|Her|Herefter|Derfor|Derefter|Derpå|Desuden|Så|Samtidig|Undervejs|Nu|Samme|Samlet|"
    r"Til sidst|Også|Andre|Flere|Nogle|Han|Hun|Dog|Men|Tallene|Målene|Tanken|Lederen|Ledelsen|Skolelederen|Skolen|"
    r"Gruppen|Evalueringen|Undersøgelsen|Medarbejderne|Eleverne|Lærerne|Forløbet|Forvaltningen|Kommunen|Baggrunden)\b"
)
"""How a statement begins that is understood from the one before it."""


SURE = 0.25
"""From which chance a statement of a card answers a question; set on the development items."""


def answering(found: FoundTopic, query: Query, hits: Sequence[Hit], library: Library, language: str) -> Iterator[Part]:
    """Yield the card's title and its statements that answer, with what they lean on; nothing where none does.

    Where some do, the first is told, from which the others are understood, and each of the documents that are named is
    heard, and they alone. Who asks for the card by its title, or for as many as its title counts, gets all of it.
    """
    if found.is_titled or _counted(found.topic.title) & _counted(query.text):
        yield from card(found.topic, library, language)
        return
    statements = found.topic.statements
    chances = [statement_chance(found, one, hits) for one in statements]
    wanted = {at for at, chance in enumerate(chances) if chance >= SURE}
    if not wanted:
        return
    of_named: set[int] = set()
    for document in sorted(query.named):
        of_it = [at for at, one in enumerate(statements) if document in {support.document for support in one.support}]
        of_named.update(of_it)
        if of_it and wanted.isdisjoint(of_it):
            wanted.add(max(of_it, key=chances.__getitem__))
    wanted = wanted & of_named or wanted
    if not of_named or 0 in of_named:
        wanted.add(0)
    for at in range(len(statements) - 1, 0, -1):
        if at in wanted and LEANS_BACK.match(statements[at].text):
            wanted.add(at - 1)
    title, *told = card(found.topic, library, language)
    yield title
    yield from (told[at] for at in sorted(wanted))


def _counted(text: str) -> set[str]:
    """Return the numbers from two to twelve that a text has, as digits."""
    return {NUMBER_WORDS.get(word, word) for word in TOKEN.findall(text.lower())} & set(NUMBER_WORDS.values())


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
