"""Paths: what the sources say happens before a referral, step by step, place by place."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from corpus.guides import ReferralPath, ReferralStep
from corpus.knowledge.reading import Quotation, Row, Sources, once, rows
from corpus.knowledge.statements import statement
from corpus.schema import Statement


class _Sentence(Row):
    text: Annotated[str, Field(max_length=230)]
    cites: Annotated[list[Quotation], Field(min_length=1)]
    rule: bool = False


class _Step(Row):
    title: str
    actors: list[str]
    papers: list[str]
    sentences: Annotated[list[_Sentence], Field(min_length=1)]


class _Path(Row):
    id: str
    title: str
    document: str
    place: str | None = None
    intro: _Sentence
    step: Annotated[list[_Step], Field(min_length=2)]


def paths(sources: Sources, path: Path) -> tuple[ReferralPath, ...]:
    """Return the paths in the file's order.

    Raises KnowledgeError with file, line and reason for a sentence its quotations do not carry, or an id used twice.
    Paths that draw on a document that is not indexed are passed over.
    """
    seen: dict[str, str] = {}
    found = []
    for where, entry in rows(path, "path", _Path):
        once(where, entry.id, seen)
        sentences = [entry.intro, *(sentence for step in entry.step for sentence in step.sentences)]
        if all(sources.has(cite.document) for sentence in sentences for cite in sentence.cites):
            found.append(_path(where, entry, sources))
    return tuple(found)


def _path(where: str, entry: _Path, sources: Sources) -> ReferralPath:
    def told(sentence: _Sentence) -> Statement:
        return statement(where, sentence.text, sentence.cites, sources)

    steps = tuple(
        ReferralStep(step.title, tuple(step.actors), tuple(step.papers), tuple(map(told, step.sentences)))
        for step in entry.step
    )
    rules = tuple(told(sentence) for step in entry.step for sentence in step.sentences if sentence.rule)
    return ReferralPath(entry.id, entry.title, entry.document, entry.place, told(entry.intro), steps, rules)
