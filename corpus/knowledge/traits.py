"""Traits: what trial actions have in common, for those who ask which of them did something or have something.

The words of each trial action that show it are given with it, so that a list can be whole and still be checked.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from corpus.knowledge.reading import Quotation, Row, Sources, fault, once, rows
from corpus.knowledge.statements import check_wording
from corpus.schema import Expansion, Trait, TrialAction

PREFIX = "faelles-"
"""What the ids of traits begin with, so that none is that of a record."""


class _Trait(Row):
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,63}$")]
    title: str
    title_en: str
    questions: Annotated[list[str], Field(min_length=6)]
    quotes: Annotated[Mapping[str, str], Field(min_length=1)]


def traits(
    sources: Sources, actions: Iterable[TrialAction], folder: Path
) -> tuple[tuple[Trait, ...], tuple[Expansion, ...]]:
    """Return the traits in `folder`, and the questions and titles that lead to them.

    Raises KnowledgeError with file, line and reason for a trial action that is not there, a quotation that is not in
    its text, a title that claims too much, or an id, title or question used twice. Trial actions of documents that are
    not indexed are passed over, and so is a trait that is left with none.
    """
    documents = {action.id: action.document for action in actions}
    seen: dict[str, str] = {}
    found: list[Trait] = []
    led: list[Expansion] = []
    for path in sorted(folder.glob("*.toml")):
        for where, row in rows(path, "trait", _Trait):
            for name in (f"{PREFIX}{row.id}", row.title, *row.questions):
                once(where, name, seen)
            check_wording(where, row.title)
            shown = {name: quote for name, quote in row.quotes.items() if _is_there(where, name, documents, sources)}
            support = {
                name: sources.support(where, Quotation(document=documents[name], quote=quote), name)
                for name, quote in shown.items()
            }
            if support:
                trait = Trait(f"{PREFIX}{row.id}", row.title, row.title_en, support)
                found.append(trait)
                led += [Expansion(text, trait.id, where) for text in (*row.questions, row.title)]
    return tuple(found), tuple(led)


def _is_there(where: str, name: str, documents: Mapping[str, str], sources: Sources) -> bool:
    """Tell whether a trial action is indexed. Raises KnowledgeError where its document is, and it is not."""
    if name not in documents and sources.has(name.split("-", 1)[0]):
        raise fault(where, f"prøvehandlingen {name!r} findes ikke")
    return name in documents
