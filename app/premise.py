"""What a question takes for granted about how a trial action went, and the source says otherwise.

How each went is labelled by hand, with the words that tell it (corpus/knowledge/facets.toml).
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from app.cards import cite_support
from app.entities import cues
from app.render import escape
from app.texts import texts
from app.turn import Part, PartKind
from corpus.schema import TrialAction
from retrieval.library import Library

WENT_WELL = "went_well"


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
