"""Guides: each trial action as a card tells it, in our own words, every sentence carried by its source."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import Field

from corpus.guides import Guide, Pointer
from corpus.knowledge.reading import Quotation, Row, Sources, fault, once, rows
from corpus.knowledge.statements import check_wording, statement
from corpus.schema import Facets, Record, Statement


class _Sentence(Row):
    text: Annotated[str, Field(max_length=230)]
    quotes: Annotated[list[str], Field(min_length=1)]


class _Change(_Sentence):
    group: str


class _Fit(_Sentence):
    value: str


class _Pointer(Row):
    record: str
    quote: str


class _Guide(Row):
    id: str
    problem: Annotated[list[_Sentence], Field(min_length=1)]
    steps: Annotated[list[_Sentence], Field(min_length=2)]
    first_steps: Annotated[list[_Sentence], Field(alias="try", min_length=1)]
    who: list[_Sentence]
    resources: list[_Sentence]
    changes: list[_Change]
    learned: list[_Sentence]
    caveats: list[_Sentence]
    goal: _Sentence
    signs: list[_Sentence]
    fits: list[_Fit]
    ask_first: Annotated[list[str], Field(min_length=1)]
    behind: list[_Pointer]
    local: list[_Pointer]


def guides(
    sources: Sources,
    records: Iterable[Record],
    facets: Mapping[str, Facets],
    names: Mapping[str, Mapping[str, str]],
    path: Path,
) -> dict[str, Guide]:
    """Return the guides by trial action. `facets` are those of the trial actions, `names` the names of their values.

    Raises KnowledgeError with file, line and reason for a sentence its quotations do not carry, a group or value that
    is not there, a theme or situation of the action without a sentence, or an action without a guide. Guides of
    documents that are not indexed are passed over, as are pointers to them.
    """
    known = {record.id: record for record in records}
    seen: dict[str, str] = {}
    found: dict[str, Guide] = {}
    for where, entry in rows(path, "guide", _Guide):
        once(where, entry.id, seen)
        if entry.id in facets:
            _check(where, entry, facets[entry.id], names)
            found[entry.id] = _guide(where, entry, known, sources)
        elif sources.has(entry.id.split("-", 1)[0]):
            raise fault(where, f"prøvehandlingen {entry.id!r} findes ikke")
    if missing := sorted(facets.keys() - found.keys()):
        raise fault(path.name, f"mangler {', '.join(missing)}")
    return found


def anywhere(sources: Sources, records: Iterable[Record], path: Path) -> tuple[Pointer, ...]:
    """Return the words of recommendations that fit any situation, in the file's order.

    Raises KnowledgeError with file, line and reason for a record that is not there, or does not say so. Those of
    documents that are not indexed are passed over.
    """
    known = {record.id: record for record in records}
    given = ((where, [entry]) for where, entry in rows(path, "pointer", _Pointer))
    return tuple(pointer for where, one in given for pointer in _pointers(where, one, known, sources))


def _check(where: str, entry: _Guide, facets: Facets, names: Mapping[str, Mapping[str, str]]) -> None:
    wanted, told = {*facets.themes, *facets.situations}, {fit.value for fit in entry.fits}
    if wanted != told:
        raise fault(where, f"fits: {', '.join(sorted(wanted ^ told))} mangler eller hører ikke til")
    if unknown := [change.group for change in entry.changes if change.group not in names["reporters"]]:
        raise fault(where, f"changes: {unknown[0]!r} står ikke i [values.reporters]")
    for question in entry.ask_first:
        check_wording(where, question)


def _guide(where: str, entry: _Guide, known: Mapping[str, Record], sources: Sources) -> Guide:
    def told(sentence: _Sentence) -> Statement:
        cites = [Quotation(document=known[entry.id].document, quote=quote) for quote in sentence.quotes]
        return statement(where, sentence.text, cites, sources, entry.id)

    def all_told(sentences: Iterable[_Sentence]) -> tuple[Statement, ...]:
        return tuple(told(sentence) for sentence in sentences)

    pointers = partial(_pointers, where, known=known, sources=sources)
    return Guide(
        problem=all_told(entry.problem),
        steps=all_told(entry.steps),
        first_steps=all_told(entry.first_steps),
        who=all_told(entry.who),
        resources=all_told(entry.resources),
        changes=tuple((change.group, told(change)) for change in entry.changes),
        learned=all_told(entry.learned),
        caveats=all_told(entry.caveats),
        goal=told(entry.goal),
        signs=all_told(entry.signs),
        fits={fit.value: told(fit) for fit in entry.fits},
        ask_first=tuple(entry.ask_first),
        behind=pointers(entry.behind),
        local=pointers(entry.local),
    )


def _pointers(
    where: str, given: Sequence[_Pointer], known: Mapping[str, Record], sources: Sources
) -> tuple[Pointer, ...]:
    found = []
    for pointer in given:
        if not sources.has(pointer.record.split("-", 1)[0]):
            continue
        if pointer.record not in known:
            raise fault(where, f"{pointer.record!r} findes ikke")
        record = known[pointer.record]
        if not record.has_section and not record.says(pointer.quote):
            raise fault(where, f"citatet {pointer.quote[:60]!r} hører ikke til {record.id}")
        quotation = Quotation(document=record.document, quote=pointer.quote)
        support = sources.support(where, quotation, record.id if record.has_section else None)
        found.append(Pointer(record.id, support))
    return tuple(found)
