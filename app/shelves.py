"""What the library holds, kind by kind, as lists: searched, narrowed, counted, and the nearest to a wrong id."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import pairwise
from weakref import WeakKeyDictionary

from app.lookup import Entry, Looked, entry, look_up
from corpus.schema import Document, Measure, Recommendation, Record, Topic, TrialAction
from retrieval.library import Library

KINDS = ("trial_actions", "recommendations", "measures", "topics", "documents")
BEGINNING = 220
"""How many letters of its text an item is shown with in a list."""

Facets = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Item:
    """A thing of the library as it stands in a list; `beginning` is the source's words, empty where ours are shown.

    `place` is the municipality and school of a trial action, else empty.
    """

    id: str
    title: str
    place: str
    documents: tuple[str, ...]
    pages: tuple[int, ...]
    beginning: str
    facets: Facets
    entry: Entry


@dataclass(frozen=True)
class Narrowed:
    """What is left of a shelf, with how many each value of a facet would leave, and how many without each filter."""

    items: tuple[Item, ...]
    counts: Mapping[str, Mapping[str, int]]
    loosen: Mapping[str, int]
    looked: Looked


_shelves: WeakKeyDictionary[Library, dict[str, tuple[Item, ...]]] = WeakKeyDictionary()
"""The shelves made so far from each state of the index: making one reads every text of it."""


def shelf(kind: str, library: Library) -> tuple[Item, ...]:
    """Return all items of a kind, in the order of the sources."""
    made = _shelves.setdefault(library, {})
    if kind not in made:
        made[kind] = tuple(_MAKERS[kind](library))
    return made[kind]


def search(kind: str, typed: str, library: Library) -> tuple[list[Item], Looked]:
    """Return the items of a kind that hold the words typed, best first; all where none is typed."""
    items = shelf(kind, library)
    looked = look_up(typed, [item.entry for item in items], library.catalogue.words)
    return [items[place] for place in looked.found], looked


def narrow(kind: str, typed: str, wanted: Facets, library: Library) -> Narrowed:
    """Return what is left of a shelf: the words typed, any wanted value of a facet, all facets that have some."""
    found, looked = search(kind, typed, library)
    counts = {facet: _counted(facet, found, wanted) for facet in facets(kind, library)}
    used = [facet for facet, chosen in wanted.items() if chosen]
    without = {facet: sum(_passes(item, {**wanted, facet: ()}) for item in found) for facet in used}
    if looked.words and used:
        without["q"] = sum(_passes(item, wanted) for item in shelf(kind, library))
    left = tuple(item for item in found if _passes(item, wanted))
    return Narrowed(left, counts, {name: count for name, count in without.items() if count}, looked)


def facets(kind: str, library: Library) -> tuple[str, ...]:
    """Return the facets that a kind is narrowed by."""
    return tuple(dict.fromkeys(facet for item in shelf(kind, library) for facet in item.facets))


def _counted(facet: str, found: Sequence[Item], wanted: Facets) -> dict[str, int]:
    others = {**wanted, facet: ()}
    return dict(Counter(value for item in found if _passes(item, others) for value in item.facets[facet]).most_common())


def _passes(item: Item, wanted: Facets) -> bool:
    return all(set(chosen) & set(item.facets.get(facet, ())) for facet, chosen in wanted.items() if chosen)


def nearest(kind: str, name: str, library: Library, most: int = 3) -> list[Item]:
    """Return the items whose ids or titles are most like a wrong id, whatever is nearest where none is alike."""
    items = shelf(kind, library)
    names = {item.id.lower(): item for item in items} | {item.title.lower(): item for item in items}
    alike = get_close_matches(name[:100].lower(), names, n=2 * most, cutoff=0.4)
    found = {names[one].id: names[one] for one in alike}
    return list(found.values())[:most]


def _text(record: Record) -> str:
    return " ".join(sentence.text for sentence in record.sentences)


def _begun(record: Record) -> str:
    """Return the beginning of a record in whole words, the items of a list with a dot between them."""
    sentences = record.sentences
    text = sentences[0].text if sentences else ""
    for before, sentence in pairwise(sentences):
        text += (" · " if before.kind == sentence.kind == "item" else " ") + sentence.text
    return text if len(text) <= BEGINNING else f"{text[:BEGINNING].rsplit(' ', 1)[0]} …"


def _trial_actions(library: Library) -> list[Item]:
    return [_trial_action(action, library) for action in library.catalogue.trial_actions]


def _trial_action(action: TrialAction, library: Library) -> Item:
    catalogue = library.catalogue
    named = [
        catalogue.facet_names[facet].get(value, value)
        for facet in ("themes", "grades", "participants", "situations")
        for value in catalogue.facet_values(action.id, facet)
    ]
    guide = catalogue.guides.get(action.id)
    told = [one.text for one in (*guide.problem, *guide.steps, *guide.learned)] if guide is not None else []
    words = entry(f"{action.title} {action.name} {action.theme}", " ".join([_text(action), *named, *told]))
    return Item(action.id, action.title, action.name, (action.document,), action.pages, "", {}, words)


def _recommendations(library: Library) -> list[Item]:
    return [_record(one, _recommendation_facets(one)) for one in library.catalogue.recommendations]


def _recommendation_facets(one: Recommendation) -> Facets:
    return {"documents": (one.document,), "addressee": (one.addressee,), "strength": (one.strength,)}


def _measures(library: Library) -> list[Item]:
    return [_record(one, _measure_facets(one)) for one in library.catalogue.measures]


def _measure_facets(one: Measure) -> Facets:
    return {"documents": (one.document,), "tier": (one.tier,)}


def _record(record: Record, found: Facets) -> Item:
    text = _text(record)
    words = entry(record.title, " ".join([text, *(value for values in found.values() for value in values)]))
    return Item(record.id, record.title, "", (record.document,), record.pages, _begun(record), found, words)


def _topics(library: Library) -> list[Item]:
    return [_topic(topic) for topic in library.catalogue.topics]


def _topic(topic: Topic) -> Item:
    sources = tuple(dict.fromkeys(one.document for told in topic.statements for one in told.support))
    words = entry(topic.title, " ".join(told.text for told in topic.statements))
    return Item(topic.id, topic.title, "", sources, (), "", {"documents": sources}, words)


def _documents(library: Library) -> list[Item]:
    return [_document(document) for document in library.catalogue.documents]


def _document(document: Document) -> Item:
    told = " ".join([document.short_title, document.publisher, document.year, *document.aliases])
    return Item(document.id, document.title, "", (document.id,), (), "", {}, entry(document.title, told))


_MAKERS: Mapping[str, Callable[[Library], list[Item]]] = {
    "trial_actions": _trial_actions,
    "recommendations": _recommendations,
    "measures": _measures,
    "topics": _topics,
    "documents": _documents,
}
