"""One turn of the conversation, step by step. Everything that serves goes through here."""

import logging
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum

from app import clarify, conversation, faceted, intents, learned, referral, several, triage
from app.asked import Asked, Before, stay_with, understand
from app.config import Config
from app.follow_up import follow_up, turned_down
from app.found import Found
from app.gist import gist
from app.intents import Intent
from app.message import LONGEST_QUERY, clean_query, in_short, mask_with, recent
from app.naming import with_names
from app.premise import unsaid
from app.privacy import Masked, Masker
from app.recommended import number_asked_for
from app.reply import answerable_part, as_list, reply
from app.shown import ever_shown, last_answer, shown_in, told_last
from app.smalltalk import without_search
from app.texts import texts
from app.turn import Message, Outcome, Part, PartKind, Turn
from corpus.errors import InputError
from corpus.schema import EVIDENCE_NAMES
from corpus.text import normalise
from retrieval.analyse import is_english, terms
from retrieval.embed import Embedder
from retrieval.library import Library
from retrieval.once import turn as one_turn
from retrieval.rank import Legs
from retrieval.search import Hit, Query, documents_named, prepare, search
from retrieval.suggest import best_topic, best_traits, suggest

HITS = 10
ACTIONS = 5
FOLLOW_UP = 12
"""In how few words more is asked of what was shown."""

logger = logging.getLogger(__name__)


class Step(StrEnum):
    """What the engine has begun to do for a message, told as it begins."""

    SEARCH = "search"
    EVIDENCE = "evidence"
    ANSWER = "answer"


Progress = Callable[[Step], None]


def _tell_nobody(step: Step) -> None:
    """Take a step that nobody waits to hear of."""


class Engine:
    """Answers questions from the current state of the index; safe to call from several threads.

    A new state is noticed at the next question. A turn keeps the state it began with.
    """

    def __init__(self, config: Config, embedder: Embedder | None = None) -> None:
        self.config = config
        self.embedder = embedder or config.embedder()
        self._client = config.connect()
        self._lock = threading.Lock()
        self._library: Library | None = None
        self._masker: Masker | None = None

    @property
    def library(self) -> Library:
        """The current state, opened anew when it has been replaced. Raises IndexMissing or IndexDamaged."""
        folder = self.config.storage.current()
        with self._lock:
            if self._library is None or self._library.folder != folder:
                self._library = Library.open(self.config.storage, self._client, self.embedder.name)
                self._masker = Masker(public_names(self._library))
                logger.info("index opened: %s", folder.name)
                _warm_up(self._library, self._masker)
            return self._library

    @one_turn()
    def ask(
        self,
        text: str,
        history: Sequence[Message] = (),
        language: str = "da",
        *,
        describes: bool = False,
        progress: Progress = _tell_nobody,
    ) -> Turn:
        """Return the turn a message ends in; `describes` says that it describes a situation, whatever it looks like.

        `progress` is told each step as it begins; a message that needs no search has none. Raises EmptyQuery or
        QueryTooLong for a message that cannot be one, and IndexFault when the index cannot serve. The message is masked
        before anything else sees it.
        """
        start = time.perf_counter()
        library = self.library
        assert self._masker is not None
        said = recent(history)
        message, earlier, masked = mask_with(clean_query(text, language), said, self._masker)
        short = gist(message)
        *before, last = several.taken([*(in_short(one) for one in earlier), Message("user", short)])
        told = _Told(last.content, before, said, language, describes, message if short != message else None)
        turn = self._turn(told, library, progress)
        timings = {**turn.timings_ms, "total": 1000 * (time.perf_counter() - start)}
        logger.info("turn: outcome=%s reason=%s total=%.0fms", turn.outcome, turn.reason, timings["total"])
        placeholders = tuple(found.placeholder for found in masked.found)
        return replace(turn, masked_query=message, masked=placeholders, timings_ms=timings)

    def suggest(self, text: str, history: Sequence[Message] = (), language: str = "da") -> Turn:
        """Return the turn of a message that describes a situation. Raises as `ask` does."""
        return self.ask(text, history, language, describes=True)

    def mask(self, text: str) -> str:
        """Return a text, up to LONGEST_QUERY characters, with personal data masked. Raises IndexFault."""
        self.library  # noqa: B018 - opens the index, whose names may stand
        assert self._masker is not None
        return self._masker.mask(normalise(text)[:LONGEST_QUERY]).text

    def mask_all(self, texts: Sequence[str]) -> Sequence[Masked]:
        """Return texts, as fields of one plan, with personal data masked; a person is named alike in all of them."""
        self.library  # noqa: B018 - opens the index, whose names may stand
        assert self._masker is not None
        return self._masker.mask_conversation(texts)

    def concern(self, masked: Iterable[str], language: str) -> str | None:
        """Return the fixed text on acute concern where one of some masked texts speaks of danger, else None."""
        if any(triage.is_acute(text) for text in masked):
            return triage.urgent_text(language, self.config.local_numbers)
        return None

    def search(self, text: str, limit: int = HITS) -> list[Hit]:
        """Return the hits of a message, best first. Raises as `ask` does."""
        library = self.library
        assert self._masker is not None
        message, _, _ = mask_with(clean_query(text), (), self._masker)
        return search(prepare(message, self.embedder, library), library, limit)

    def _turn(self, told: "_Told", library: Library, progress: Progress) -> Turn:
        message = told.message
        cleared = conversation.cleared(message, told.history)
        query = prepare(message if cleared is None else cleared, self.embedder, library)
        concern = self._concern(told, query) if cleared is None else None
        if cleared is not None:
            told = replace(told, message=cleared, history=told.history[:-2], said=told.said[:-2])
            message = cleared
        elif concern is not None and concern.acute:
            text = triage.urgent_text(told.language, self.config.local_numbers)
            return Turn(Outcome.URGENT, None, (Part(PartKind.NOTE, text),))
        said = without_search(message, library, told.language, first=not told.history)
        if said is not None:
            return said
        progress(Step.SEARCH)
        timings: dict[str, float] = {}
        asked = _understood(told, query, library)
        own, query = query, self._query(query, message, asked, library)
        timings.update(query.timings_ms)
        with _timed(timings, "search"):
            found = replace(self._found(query, message, asked, library), own=own)
        asked = asked if told.describes else as_list(asked, found, library)
        progress(Step.EVIDENCE)
        with _timed(timings, "answer"):
            turn = referral.closed(reply(asked, found, library, told.language), asked.text, told.language)
        progress(Step.ANSWER)
        follows = (asked.other_age or asked.wish is not None) and len(message.split()) < FOLLOW_UP
        follows = follows or _only_sets_right(told)
        in_doubt = concern is not None and not (follows and concern.kind == triage.UNNAMED)
        turn = _opened(turn, told, cleared=cleared is not None, in_doubt=in_doubt)
        return replace(turn, hits=tuple(found.hits), actions=tuple(found.ranked[:ACTIONS]), timings_ms=timings)

    def _concern(self, told: "_Told", query: Query) -> triage.Concern | None:
        """Return what a message gives reason to fear; all of it is read, and its vector where that is of all of it."""
        if told.whole is not None or not learned.knows(self.embedder.name):
            return triage.find_concern(told.whole or told.message)
        return triage.find_concern(told.message, learned.odds_by_vector(learned.Kind.DANGER, query.dense))

    def _query(self, query: Query, message: str, asked: Asked, library: Library) -> Query:
        """Return what is searched for: `query` is that of the message by itself."""
        if asked.text != message:
            query = prepare(asked.text, self.embedder, library)
        if asked.text != message or asked.wish is not None:
            query = stay_with(query, asked)
        return replace(query, named=frozenset()) if unsaid(asked.text, query.named, library) else query

    def _found(self, query: Query, message: str, asked: Asked, library: Library) -> Found:
        """Return what is found for a message, without what the sources lack of it, and from what it names."""
        found = self._find(query, asked, library)
        rest = answerable_part(asked, found, library)
        if rest is not None:
            found = self._find(replace(prepare(rest, self.embedder, library), named=query.named), asked, library)
        if asked.text != message and asked.wish is None and asked.meant is not Intent.SITUATION and query.named:
            found = found.only_from(documents_named(message, library))
        return found

    def _find(self, query: Query, asked: Asked, library: Library) -> Found:
        legs = Legs.of(query.vectors, query.named, library)
        hits = search(query, library, HITS, legs)
        ranked = suggest(query, library, len(library.trial_actions), legs, asked.described.said)
        topic = best_topic(query, library, legs)
        return Found(query, legs, hits, ranked, topic, best_traits(library, legs))


def _may_lean(message: str, query: Query, library: Library) -> bool:
    """Tell whether a message may lean on those before it: it points back, or a word of it stands in the sources."""
    if not query.terms or is_english(query.text) or conversation.points_back(message):
        return True
    return any(term in library.catalogue.frequencies for term in query.terms)


def _understood(told: "_Told", query: Query, library: Library) -> Asked:
    """Return how a message, searched for by `query`, is understood after what was shown before it."""
    actions = library.trial_actions
    shown, last = shown_in(told.said, actions), told_last(told.said, actions)
    ever, aside = frozenset(ever_shown(told.said, actions)), turned_down(told.said, actions)
    answered = last_answer(told.said)
    message = clarify.answered(told.message, answered)
    message = number_asked_for(message, answered, shown) or message
    wish = follow_up(message, shown, actions, last)
    places = frozenset(action.municipality for action in actions.values())
    if wish is None and faceted.asked_for(message, places) is None:
        message = referral.in_thread(with_names(message, shown, actions), told.history)
    before = Before(tuple([last] if last is not None else shown), ever, aside, places)
    leans = _may_lean(message, query, library) and not referral.stands_alone(message, told.history, library)
    asked = understand(message, told.history if leans else (), wish, before)
    if asked.text.endswith(message):
        asked = replace(asked, text=referral.of_place(asked.text, message, library))
    if told.describes and asked.meant in (Intent.QUESTION, Intent.EXAMPLES):
        return replace(asked, meant=Intent.SITUATION)
    return asked


def _only_sets_right(told: "_Told") -> bool:
    """Tell whether a message only sets right how the one before was understood, and what follows is of no danger."""
    _, _, rest = told.message.partition(",")
    corrects = bool(told.history) and told.whole is None and intents.sets_right(told.message)
    return corrects and triage.find_concern(rest) is None


def _opened(turn: Turn, told: "_Told", *, cleared: bool, in_doubt: bool) -> Turn:
    """Return a turn that begins with what to do in case of danger, where that may be or was said not to be.

    Then it says that a long message is answered by its gist.
    """
    parts: list[Part] = []
    if cleared or in_doubt:
        text = texts(told.language)["answer"]["in_doubt"] if cleared else triage.caution_text(told.language)
        parts.append(Part(PartKind.CAUTION, text))
    if told.whole is not None:
        parts.append(Part(PartKind.NOTE, texts(told.language)["answer"]["gist"]))
    return replace(turn, parts=(*parts, *turn.parts))


@dataclass(frozen=True)
class _Told:
    """A masked message after a masked history; `said` is the history as it was, for what it showed.

    `whole` is all that was written, where `message` is only the gist of it.
    """

    message: str
    history: Sequence[Message]
    said: Sequence[Message]
    language: str
    describes: bool
    whole: str | None


def _warm_up(library: Library, masker: Masker) -> None:
    """Analyse the passages once, so that no question waits for the dictionaries."""
    for passage in library.catalogue.passages:
        terms(passage.text)
    first = library.catalogue.passages[0].text if library.catalogue.passages else "Hvad kan vi prøve?"
    masker.mask(first)
    triage.find_concern(first)


NAME = re.compile(r"[A-ZÆØÅ][\w’'-]*(?: (?:[A-ZÆØÅ][\w’'-]*|m\.fl\.))+")
"""A name of several words, as it stands in a document."""


def public_names(library: Library) -> set[str]:
    """Return the names that may stand unmasked, as they are in the documents, and the documents' words."""
    catalogue = library.catalogue
    names = {name for page in catalogue.pages for name in NAME.findall(page.text)}
    for action in catalogue.trial_actions:
        names |= {action.municipality, *re.split(r" og |, afdeling ", action.school or ""), action.school or ""}
    names |= {word for label in EVIDENCE_NAMES.values() for word in label.split()}
    names |= {document.publisher for document in catalogue.documents}
    names |= {document.local for document in catalogue.documents if document.local}
    return names | {word for page in catalogue.pages for word in re.findall(r"[\w-]+", page.text)}


def failure(error: Exception, language: str) -> Turn:
    """Return the turn a person sees when the system failed: what they can mend in full, the rest without its inside."""
    words = texts(language)
    inside = words["problem"].get(type(error).__name__, words["error"]["general"])
    text = str(error) if isinstance(error, InputError) else inside
    return Turn(Outcome.ERROR, None, (Part(PartKind.NOTE, text),))


@contextmanager
def _timed(timings: dict[str, float], name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    timings[name] = 1000 * (time.perf_counter() - start)
