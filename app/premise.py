"""What a question takes for granted and the sources do not say: how a trial action went, what a document is about.

How each went is labelled by hand, with the words that tell it (corpus/knowledge/facets.toml).
"""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from weakref import WeakKeyDictionary

from app import situation
from app.cards import cite_support
from app.entities import cues
from app.render import escape
from app.texts import texts
from app.turn import Part, PartKind
from corpus.schema import TrialAction
from retrieval.analyse import TOKEN, is_english, terms
from retrieval.library import Library

WENT_WELL = "went_well"
WHAT_IT_SAYS = re.compile(
    r"\b(?:sige[rs]?|skrive[rs]?|anbefale[rs]?|mene[rs]?|nævne[rs]?|fortælle[rs]?|råde[rs]?|står)\b"
    r"[^.!?]*\bom\s+(?P<what>[^.!?]+)\W*$",
    re.IGNORECASE,
)


def corrections(asking: str, named: AbstractSet[str], library: Library, language: str) -> Iterator[Part]:
    """Yield, for each trial action that is named, what its source says where a question takes the contrary for granted.

    Where a place has several trial actions and only some went otherwise, nothing is corrected.
    """
    actions = [library.trial_actions[name] for name in sorted(named & library.trial_actions.keys())]
    outcomes = {action.id: _outcome(action, library) for action in actions}
    takes_success, takes_failure = (
        any(cue.search(asking) for cue in cues("premise")[name]) for name in cues("premise")
    )
    if takes_failure:
        wrong = [action for action in actions if outcomes[action.id] == WENT_WELL]
    else:
        wrong = [action for action in actions if takes_success and outcomes[action.id] not in (WENT_WELL, None)]
    if len(wrong) < len(actions):
        return
    words = texts(language)["premise"]
    for action in wrong:
        support = library.catalogue.facets[action.id].outcome_support
        yield Part(PartKind.NOTE, f"**{escape(action.name)}**: {words[outcomes[action.id] or WENT_WELL]}")
        yield Part(PartKind.QUOTE, support.quote, (cite_support(support, library),))


def _outcome(action: TrialAction, library: Library) -> str | None:
    facets = library.catalogue.facets.get(action.id)
    return facets.outcome if facets is not None else None


def asks_what_a_source_says(text: str) -> bool:
    """Tell whether a message asks what somebody says about something."""
    return WHAT_IT_SAYS.search(text) is not None


def unsaid(text: str, named: AbstractSet[str], library: Library) -> tuple[str, ...]:
    """Return the words for what a document is asked about, where no document that is named has one of them; else none.

    Where a message only points to what was told before, what that is about counts.
    """
    asked = WHAT_IT_SAYS.search(text)
    if asked is None or is_english(text) or not named or not named <= library.documents.keys():
        return ()
    words = [word for word in TOKEN.findall(asked["what"].lower()) if terms(word)]
    if not words:
        read = situation.read(text)
        words = [read.words[theme] for theme in read.values("themes")]
    said = frozenset().union(*(_terms_of(library)[document] for document in named))
    return () if any(term in said for word in words for term in terms(word)[:1]) else tuple(dict.fromkeys(words))


_terms: WeakKeyDictionary[Library, Mapping[str, frozenset[str]]] = WeakKeyDictionary()


def _terms_of(library: Library) -> Mapping[str, frozenset[str]]:
    """Return the index terms of each document, by its id."""
    if library not in _terms:
        found: dict[str, set[str]] = {document: set() for document in library.documents}
        for passage in library.catalogue.passages:
            found[passage.document].update(terms(passage.text))
        _terms[library] = {document: frozenset(said) for document, said in found.items()}
    return _terms[library]
