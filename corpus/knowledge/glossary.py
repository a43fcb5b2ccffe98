"""Terms and abbreviations with the sources' own explanation, or with the words that show that they give none."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from corpus.knowledge.reading import Quotation, Row, Sources, once, rows
from corpus.schema import Term


class _Term(Row):
    term: str
    forms: tuple[str, ...] = ()
    long: Annotated[str, Field(min_length=0)] = ""
    document: str
    quote: str
    explained: bool


def glossary(sources: Sources, path: Path) -> tuple[Term, ...]:
    """Return the terms. A term may stand once for each document.

    Raises KnowledgeError with file, line and reason for a quotation that is not in its document, or a term given
    twice. Terms of documents that are not indexed are passed over.
    """
    seen: dict[str, str] = {}
    found: list[Term] = []
    for where, entry in rows(path, "term", _Term):
        once(where, f"{entry.term} ({entry.document})", seen)
        if sources.has(entry.document):
            support = sources.support(where, Quotation(document=entry.document, quote=entry.quote))
            found.append(Term(entry.term, entry.forms, entry.long, support, entry.explained))
    return tuple(found)
