"""One finished state of the index, opened: what is known, and the engine that finds it."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter, ValidationError

from corpus.errors import IndexDamaged, UnknownDocument, UnknownPage
from corpus.guides import Guide, Pointer, ReferralPath
from corpus.schema import (
    Document,
    EvidenceLabel,
    EvidenceMark,
    Facets,
    Measure,
    Page,
    Passage,
    Recommendation,
    Record,
    Term,
    Topic,
    Trait,
    TrialAction,
)
from corpus.text import key
from retrieval.index import EdgeIndex, Index, ServerIndex
from retrieval.storage import Storage, mark_in_use


@dataclass(frozen=True)
class Catalogue:
    """Everything but the vectors.

    `fingerprint` changes with anything that went into it; `embedder` made the vectors; `collection` is the name on a
    Qdrant server, None for the embedded engine; `frequencies` tells in how many passages each index term stands,
    `words` how often each word is written in the passages and expansions; `points` is how many points the engine
    holds: one a passage, and one an expansion. `aided` are the documents that expansions lead to. What is known by
    hand is as in `corpus.knowledge.Knowledge`.
    """

    fingerprint: str
    embedder: str
    dimensions: int
    collection: str | None
    documents: tuple[Document, ...]
    pages: tuple[Page, ...]
    passages: tuple[Passage, ...]
    trial_actions: tuple[TrialAction, ...]
    recommendations: tuple[Recommendation, ...]
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
    frequencies: Mapping[str, int]
    words: Mapping[str, int]
    points: int
    aided: frozenset[str]

    @property
    def records(self) -> tuple[Record, ...]:
        """All records, whatever their kind."""
        return (*self.trial_actions, *self.recommendations, *self.measures)

    @property
    def read_records(self) -> tuple[Record, ...]:
        """Those that were read from a document's own sections, not made from what is known by hand."""
        return tuple(one for one in self.records if one.has_section)

    def kind(self, record: str | None) -> str:
        """Return what has an id: a `trial_action`, `recommendation`, `measure`, `topic`, `trait`, or else `text`."""
        return self._kinds.get(record or "", "text")

    @cached_property
    def _kinds(self) -> dict[str, str]:
        names = {TrialAction: "trial_action", Recommendation: "recommendation", Measure: "measure"}
        kinds = {record.id: names[type(record)] for record in self.records}
        return kinds | {topic.id: "topic" for topic in self.topics} | {trait.id: "trait" for trait in self.traits}

    @cached_property
    def recommendation_ids(self) -> frozenset[str]:
        """The ids of all recommendations."""
        return frozenset(recommendation.id for recommendation in self.recommendations)

    @property
    def abbreviations(self) -> dict[str, str]:
        """What each abbreviation stands for."""
        return {term.term: term.long for term in self.terms if term.long}

    @cached_property
    def spellings(self) -> dict[str, str]:
        """The term each other form of it stands for, lower case."""
        return {form.lower(): term.term for term in self.terms for form in term.forms}

    def facet_values(self, trial_action: str, facet: str) -> tuple[str, ...]:
        """Return the values of a facet that a trial action has; none where it has no facets."""
        own = self.facets.get(trial_action)
        return getattr(own, facet) if own is not None else ()

    @cached_property
    def rarity(self) -> dict[str, float]:
        """How few trial actions have each value of a facet: the inverse document frequency, natural logarithm."""
        own = [{*f.themes, *f.situations, *f.grades} for f in self.facets.values()]
        counts = Counter(value for values in own for value in values)
        return {value: math.log((1 + len(own)) / (1 + count)) for value, count in counts.items()}

    def mark(self, *ids: str | None) -> EvidenceMark:
        """Return the label set by hand, with its reason, for the first of the ids that has one; else D."""
        found = (self.evidence[name] for name in ids if name is not None and name in self.evidence)
        return next(found, UNMARKED)

    def label(self, passage: Passage) -> EvidenceLabel:
        """Return the label set by hand for the passage's section, else its record, else its document, else D."""
        return self.mark(passage.id, passage.record, passage.document).label


UNMARKED = EvidenceMark(EvidenceLabel.D, "Ingen har vurderet, hvad teksten bygger på; derfor det svageste mærke.")


_ADAPTER = TypeAdapter(Catalogue)
CATALOGUE_FILE = "catalogue.json"
SENTENCES_FILE = "sentences.npy"
SHARD_FOLDER = "shard"


def write_catalogue(catalogue: Catalogue, folder: Path) -> None:
    """Write the catalogue into the folder of a state that is being built."""
    (folder / CATALOGUE_FILE).write_bytes(_ADAPTER.dump_json(catalogue))


def read_catalogue(folder: Path) -> Catalogue:
    """Return the catalogue of a state. Raises IndexDamaged."""
    try:
        return _ADAPTER.validate_json((folder / CATALOGUE_FILE).read_bytes())
    except (OSError, ValidationError) as error:
        raise IndexDamaged(
            f"Kataloget i {folder} kan ikke læses ({type(error).__name__}).",
            "Byg indekset igen med: proev ingest --rebuild.",
        ) from error


class Library:
    """The current state as it was when it was opened; it stays the same until it is closed."""

    def __init__(self, folder: Path, catalogue: Catalogue, index: Index, lock: IO[str]) -> None:
        self.folder = folder
        self.catalogue = catalogue
        self.index = index
        self._lock = lock
        self.passages = {passage.id: passage for passage in catalogue.passages}
        self.places = {passage.id: place for place, passage in enumerate(catalogue.passages)}
        self.documents = {document.id: document for document in catalogue.documents}
        self.records = {record.id: record for record in catalogue.records}
        self.passages_of: dict[str, list[str]] = {}
        for passage in catalogue.passages:
            if passage.record is not None:
                self.passages_of.setdefault(passage.record, []).append(passage.id)
        self.passages_of |= {one.id: list(one.passages) for one in catalogue.measures if one.passages}
        self.trial_actions = {action.id: action for action in catalogue.trial_actions}
        self.topics = {topic.id: topic for topic in catalogue.topics}
        for topic in catalogue.topics:
            cited = (support.passage for statement in topic.statements for support in statement.support)
            self.passages_of[topic.id] = list(dict.fromkeys(cited))
        self.traits = {trait.id: trait for trait in catalogue.traits}
        for trait in catalogue.traits:
            self.passages_of[trait.id] = list(dict.fromkeys(support.passage for support in trait.shown.values()))
        self._pages = {(page.document, page.number): page for page in catalogue.pages}
        self._first_sentence: dict[str, int] = {}
        rows = 0
        for passage in catalogue.passages:
            self._first_sentence[passage.id] = rows
            rows += len(passage.sentences)
        try:
            self._vectors: npt.NDArray[np.float16] = np.load(folder / SENTENCES_FILE, mmap_mode="r")
        except (OSError, ValueError) as error:
            raise IndexDamaged(
                f"Sætningsvektorerne i {folder} kan ikke læses.", "Byg indekset igen med: proev ingest --rebuild."
            ) from error
        if self._vectors.shape != (rows, catalogue.dimensions):
            raise IndexDamaged(
                f"Sætningsvektorerne i {folder} passer ikke til kataloget.",
                "Byg indekset igen med: proev ingest --rebuild.",
            )

    @classmethod
    def open(cls, storage: Storage, client: Any = None, model: str | None = None) -> "Library":
        """Open the current state; `client` is needed where the vectors are on a Qdrant server.

        Raises IndexMissing or IndexDamaged, also where another embedder than `model` made the vectors.
        """
        folder, lock = _hold_current(storage)
        try:
            storage.check(folder)
            catalogue = read_catalogue(folder)
            if model not in {None, catalogue.embedder}:
                raise IndexDamaged(
                    f"Indekset er bygget med modellen {catalogue.embedder}, men {model} skal bruges.",
                    "Byg det igen med: proev ingest.",
                )
            index: Index
            if catalogue.collection is None:
                index = EdgeIndex.open(folder / SHARD_FOLDER)
            else:
                index = ServerIndex.open(client, catalogue.collection)
            return cls(folder, catalogue, index, lock)
        except BaseException:
            lock.close()
            raise

    def on_page(self, documents: Iterable[str], number: int) -> frozenset[str]:
        """Return the ids of the passages on the page with that number in any of the documents."""
        named = set(documents)
        return frozenset(p.id for p in self.catalogue.passages if p.document in named and number in p.pages)

    def sentence_vectors(self, passage: Passage) -> npt.NDArray[np.float32]:
        """Return the vectors of the passage's sentences, shape (sentences, dimensions)."""
        first = self._first_sentence[passage.id]
        return np.asarray(self._vectors[first : first + len(passage.sentences)], dtype=np.float32)

    def document(self, document: str) -> Document:
        """Return a document by its id. Raises UnknownDocument."""
        try:
            return self.documents[document]
        except KeyError:
            known = ", ".join(self.documents)
            raise UnknownDocument("Der er intet dokument med det id.", f"Brug et af: {known}.") from None

    def pages(self, document: str) -> tuple[Page, ...]:
        """Return the pages of a document in order."""
        return tuple(page for page in self.catalogue.pages if page.document == document)

    def page(self, document: str, number: int) -> Page:
        """Return a page by its number. Raises UnknownDocument or UnknownPage."""
        self.document(document)
        try:
            return self._pages[document, number]
        except KeyError:
            numbers = [page.number for page in self.pages(document)]
            raise UnknownPage(
                f"Dokumentet {document} har ingen side {number}.", f"Brug {min(numbers)}–{max(numbers)}."
            ) from None

    def contains(self, document: str, quote: str) -> bool:
        """Tell whether the quotation stands in the document, line breaks and punctuation aside."""
        wanted = key(quote)
        return bool(wanted) and wanted in self._keys.get(document, "")

    @cached_property
    def local_topics(self) -> frozenset[str]:
        """The ids of the topic cards that cite nothing but places' own rules."""
        cited = {name: {self.passages[one].document for one in self.passages_of[name]} for name in self.topics}
        return frozenset(name for name, of in cited.items() if all(self.documents[one].local for one in of))

    @cached_property
    def passage_keys(self) -> dict[str, str]:
        """The letters and digits of each passage, by its id (`corpus.text.key`)."""
        return {passage.id: key(passage.text) for passage in self.catalogue.passages}

    @cached_property
    def _keys(self) -> dict[str, str]:
        texts: dict[str, list[str]] = {}
        for page in self.catalogue.pages:
            texts.setdefault(page.document, []).append(page.text)
        return {document: key("\n".join(parts)) for document, parts in texts.items()}

    @cached_property
    def names(self) -> dict[str, frozenset[str]]:
        """The names that point to a document or a record, lower case, with the ids they point to.

        A local document is named by its place, any document by its aliases, a trial action by its municipality
        and its school, a recommendation by its code or, with the word before it, its number.
        """
        found: dict[str, set[str]] = {}
        for document in self.catalogue.documents:
            place = (document.local or "").removesuffix(" Kommune").removesuffix(" kommune")
            for name in (place, *document.aliases):
                found.setdefault(name.lower(), set()).add(document.id)
        for action in self.catalogue.trial_actions:
            school = action.school or ""
            short = re.sub(r" Skolen?\b.*", "", school)
            parts = re.split(r", afdeling | og ", school)
            for name in (action.municipality.removesuffix(" Kommune"), school, short, *parts):
                found.setdefault(name.lower(), set()).add(action.id)
        for recommendation in self.catalogue.recommendations:
            for code in recommendation.number.split(" og "):
                forms = [f"anbefaling {code}", f"anbefaling nr. {code}", f"anbefaling nummer {code}"]
                for name in (code.rstrip("."), *forms):
                    found.setdefault(name.lower(), set()).add(recommendation.id)
        return {name: frozenset(ids) for name, ids in found.items() if len(name) > 1}

    def close(self) -> None:
        """Let go of the state, so that it may be removed."""
        self.index.close()
        self._lock.close()


def _hold_current(storage: Storage) -> tuple[Path, IO[str]]:
    """Return the current state's folder and a lock on it; another try where it was replaced in between."""
    for _ in range(3):
        folder = storage.current()
        try:
            return folder, mark_in_use(folder)
        except FileNotFoundError:
            continue
    folder = storage.current()
    return folder, mark_in_use(folder)
