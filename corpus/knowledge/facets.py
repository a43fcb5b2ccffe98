"""Facets of the trial actions: what a leader filters examples by."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.errors import KnowledgeError
from corpus.knowledge.reading import Quotation, Row, Sources, explain, fault, once
from corpus.schema import Facets, TrialAction

LISTS = ("themes", "grades", "participants", "situations", "reporters")


class _Quote(Row):
    quote: str


class _Action(Row):
    id: str
    themes: list[str]
    grades: list[str]
    participants: list[str]
    situations: list[str]
    outcome: str
    outcome_quote: _Quote
    resources: list[_Quote]
    reporters: list[str]


class _File(Row):
    values: Mapping[str, Mapping[str, str]]
    action: list[_Action]


def facets(
    sources: Sources, actions: Iterable[TrialAction], path: Path
) -> tuple[dict[str, Facets], Mapping[str, Mapping[str, str]]]:
    """Return the facets by trial action, and the Danish names of each facet's values.

    Raises KnowledgeError with file, entry and reason for an unknown value, a quotation that is not in the document,
    or a trial action that is not there or has two entries, or has none while others of its document have one. Entries
    of documents that are not indexed are passed over.
    """
    try:
        read = TypeAdapter(_File).validate_python(tomllib.loads(path.read_text("utf-8")))
    except ValidationError as error:
        raise fault(path.name, explain(error)) from error
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise KnowledgeError(f"{path} kan ikke læses: {error}.", "Ret filen, og prøv igen.") from error
    documents = {action.id: action.document for action in actions}
    seen: dict[str, str] = {}
    found: dict[str, Facets] = {}
    for entry in read.action:
        where = f"{path.name}, {entry.id}"
        once(where, entry.id, seen)
        _check_values(where, entry, read.values)
        if entry.id in documents:
            found[entry.id] = _facets(where, entry, documents[entry.id], sources)
        elif sources.has(entry.id.split("-", 1)[0]):
            raise fault(where, "prøvehandlingen findes ikke")
    described = {documents[name] for name in found}
    if missing := sorted(name for name in documents.keys() - found.keys() if documents[name] in described):
        raise fault(path.name, f"mangler {', '.join(missing)}")
    return found, read.values


def _check_values(where: str, entry: _Action, values: Mapping[str, Mapping[str, str]]) -> None:
    used = {name: getattr(entry, name) for name in LISTS} | {"outcomes": [entry.outcome]}
    for name, chosen in used.items():
        if unknown := [value for value in chosen if value not in values.get(name, {})]:
            raise fault(where, f"{name}: {unknown[0]!r} står ikke i [values.{name}]")


def _facets(where: str, entry: _Action, document: str, sources: Sources) -> Facets:
    def support(quote: _Quote) -> Quotation:
        return Quotation(document=document, quote=quote.quote)

    return Facets(
        themes=tuple(entry.themes),
        grades=tuple(entry.grades),
        participants=tuple(entry.participants),
        situations=tuple(entry.situations),
        outcome=entry.outcome,
        outcome_support=sources.support(where, support(entry.outcome_quote)),
        resources=tuple(sources.support(where, support(quote)) for quote in entry.resources),
        reporters=tuple(entry.reporters),
    )
