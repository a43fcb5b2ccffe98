"""Topic cards: what people ask most, answered in a few sentences of ours, each carried by quotations."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from corpus.knowledge.reading import Quotation, Row, Sources, once, rows
from corpus.knowledge.statements import statement
from corpus.schema import Expansion, Topic

PREFIX = "emne-"
"""What the ids of topics begin with, so that none is that of a record."""


class _Sentence(Row):
    text: str
    cites: Annotated[list[Quotation], Field(min_length=1)]


class _Topic(Row):
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,63}$")]
    title: str
    questions: Annotated[list[str], Field(min_length=6)]
    sentence: Annotated[list[_Sentence], Field(min_length=2)]


def topics(sources: Sources, folder: Path) -> tuple[tuple[Topic, ...], tuple[Expansion, ...]]:
    """Return the topic cards of `folder`, and what leads to them: their questions, titles and own texts.

    Raises KnowledgeError with file, line and reason for a quotation that is not in its document, a sentence that says
    more than its quotations, repeats them or claims too much, or an id or a question used twice. Cards about documents
    that are not indexed are passed over.
    """
    seen: dict[str, str] = {}
    found: list[Topic] = []
    led: list[Expansion] = []
    for path in sorted(folder.glob("*.toml")):
        for where, card in rows(path, "topic", _Topic):
            for name in (card.id, *card.questions):
                once(where, name, seen)
            if not all(sources.has(cite.document) for sentence in card.sentence for cite in sentence.cites):
                continue
            name = f"{PREFIX}{card.id}"
            told = tuple(statement(where, sentence.text, sentence.cites, sources) for sentence in card.sentence)
            found.append(Topic(name, card.title, told))
            texts = (*card.questions, card.title, " ".join(sentence.text for sentence in card.sentence))
            led += [Expansion(text, name, where) for text in dict.fromkeys(texts)]
    return tuple(found), tuple(led)
