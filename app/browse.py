"""The trial actions as a person browses them: words typed and filters together, in the order asked for."""

from collections.abc import Mapping
from dataclasses import dataclass

from app import examples
from app.answer import cite
from app.examples import Filters
from app.lookup import Looked
from app.shelves import search
from app.turn import Part, PartKind
from app.verify import renumber
from corpus.schema import Record, Sentence, TrialAction
from retrieval.library import Library

BEST_FIRST = ""
"""The order of the words typed; where none are, that of municipalities."""


@dataclass(frozen=True)
class Listed:
    """A list of trial actions, with how many each value of a facet would leave, and how many without each filter.

    `together` are the filters that must go together, where none is enough by itself.
    """

    actions: tuple[TrialAction, ...]
    counts: Mapping[str, Mapping[str, int]]
    loosen: Mapping[str, int]
    looked: Looked
    together: Mapping[tuple[str, ...], int]


def browse(filters: Filters, typed: str, by: str, library: Library) -> Listed:
    """Return the trial actions that hold the words and pass the filters.

    Raises BadRequest for a value of a filter that is not there.
    """
    catalogue = library.catalogue
    items, looked = search("trial_actions", typed, library)
    places = {item.id: place for place, item in enumerate(items)}
    passing = examples.select(filters, catalogue)
    found = [action for action in passing if action.id in places]
    if looked.words and by == BEST_FIRST:
        found.sort(key=lambda action: places[action.id])
    else:
        found = examples.sort(found, by or examples.SORTS[0], catalogue)
    loosen = dict(examples.loosen(filters, catalogue, places))
    if looked.words and filters.used and passing:
        loosen["q"] = len(passing)
    together = {} if found or loosen else examples.loosen_together(filters, catalogue, places)
    return Listed(tuple(found), examples.counts(filters, catalogue, places), loosen, looked, together)


def source_words(record: Record, library: Library) -> list[tuple[str, tuple[Part, ...]]]:
    """Return a record's fields by their headings, each sentence as a quotation with its citation.

    A sentence that does not stand unbroken in the source is cited by its page alone, with an empty quotation.
    """
    passages = (library.passages[name] for name in library.passages_of.get(record.id, ()))
    holding = {sentence.text: passage for passage in passages for sentence in passage.sentences}
    parts: list[Part] = []
    for field in record.fields:
        for sentence in field.sentences:
            if sentence.text in holding:
                marked = sentence if sentence.quotable else Sentence("", sentence.pages)
                citation = cite(holding[sentence.text], marked, library)
                parts.append(Part(PartKind.QUOTE, sentence.text, (citation,), item=sentence.kind == "item"))
    numbered = iter(renumber(parts))
    return [
        (field.title, tuple(next(numbered) for one in field.sentences if one.text in holding))
        for field in record.fields
    ]


def those_behind(record: str, library: Library) -> list[TrialAction]:
    """Return the trial actions whose cards point to a recommendation or measure."""
    guides = library.catalogue.guides

    def points(action: TrialAction) -> bool:
        guide = guides.get(action.id)
        return guide is not None and any(pointer.record == record for pointer in (*guide.behind, *guide.local))

    return [action for action in library.catalogue.trial_actions if points(action)]


def record_of(part: Part, library: Library) -> str | None:
    """Return the id of the record whose words a part quotes; None where it quotes none."""
    if not part.citations:
        return None
    cited = part.citations[0]
    told_in = (one for one in library.catalogue.measures if cited.passage in one.passages)
    holding = (one.id for one in told_in if one.says(cited.quote))
    return library.passages[cited.passage].record or next(holding, None)
