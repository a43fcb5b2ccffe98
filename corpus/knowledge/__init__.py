"""What is known about the documents by hand: the data files beside this module, read and checked together."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.guides import Guide, Pointer, ReferralPath
from corpus.knowledge.evidence import evidence
from corpus.knowledge.expansions import expansions
from corpus.knowledge.facets import facets
from corpus.knowledge.glossary import glossary
from corpus.knowledge.guides import anywhere, guides
from corpus.knowledge.measures import measures
from corpus.knowledge.paths import paths
from corpus.knowledge.reading import Sources, once
from corpus.knowledge.topics import topics
from corpus.knowledge.traits import traits
from corpus.schema import (
    EvidenceMark,
    Expansion,
    Facets,
    Measure,
    Page,
    Passage,
    Record,
    Term,
    Topic,
    Trait,
    TrialAction,
)

KNOWLEDGE = Path(__file__).parent


@dataclass(frozen=True)
class Knowledge:
    """All that the data files say of the documents that are indexed.

    `expansions` lead to passages, records, topics and traits; `measures` are those without a section of their own;
    `facet_names` hold the Danish names of the facets' values; `evidence` is by the id of a document, a record or a
    passage; `guides` by that of a trial action; `anywhere` are words of recommendations that fit any situation.
    """

    expansions: tuple[Expansion, ...]
    measures: tuple[Measure, ...]
    topics: tuple[Topic, ...]
    traits: tuple[Trait, ...]
    terms: tuple[Term, ...]
    facets: Mapping[str, Facets]
    facet_names: Mapping[str, Mapping[str, str]]
    evidence: Mapping[str, EvidenceMark]
    guides: Mapping[str, Guide]
    anywhere: tuple[Pointer, ...]
    paths: tuple[ReferralPath, ...]


def read(
    passages: Sequence[Passage], pages: Iterable[Page], records: Sequence[Record], folder: Path = KNOWLEDGE
) -> Knowledge:
    """Return the knowledge about the documents these passages, pages and records come from.

    Raises KnowledgeError with file, line and reason for the first mistake in a data file.
    """
    sources = Sources(passages, pages)
    cards, questions = topics(sources, folder / "topics")
    actions = [record for record in records if isinstance(record, TrialAction)]
    told = measures(sources, [record.id for record in records], folder / "measures.toml")
    records = [*records, *told]
    shared, searches = traits(sources, actions, folder / "traits")
    led = (*expansions(sources, records, folder / "expansions"), *questions, *searches)
    seen: dict[str, str] = {}
    for expansion in led:
        once(expansion.where, expansion.text, seen)
    found, names = facets(sources, actions, folder / "facets.toml")
    return Knowledge(
        expansions=led,
        measures=told,
        topics=cards,
        traits=shared,
        terms=glossary(sources, folder / "glossary.toml"),
        facets=found,
        facet_names=names,
        evidence=evidence(passages, records, folder / "evidence.toml"),
        guides=guides(sources, records, found, names, folder / "guides.toml"),
        anywhere=anywhere(sources, records, folder / "anywhere.toml"),
        paths=paths(sources, folder / "paths.toml"),
    )


def documents(known: Knowledge, passages: Iterable[Passage], records: Iterable[Record]) -> frozenset[str]:
    """Return the documents that the expansions lead to."""
    targets = {expansion.target for expansion in known.expansions}
    named = {passage.id: passage.document for passage in passages} | {record.id: record.document for record in records}
    return frozenset(named[target] for target in targets & named.keys())


def files(folder: Path = KNOWLEDGE) -> list[Path]:
    """Return the data files, in a fixed order."""
    return sorted([*folder.rglob("*.toml"), *folder.rglob("*.jsonl")])
