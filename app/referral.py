"""What the sources say before a referral: the steps of a place, and that no number or time must be reached first.

Cues are data (app/data/referral.toml).
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from app import situation
from app.answer import compose
from app.cards import cite_support
from app.intents import SAID, has, sentences
from app.naming import name_of_place
from app.render import escape
from app.situation import Situation
from app.texts import LANGUAGES, texts
from app.turn import Message, Outcome, Part, PartKind, Reason, Turn
from corpus import manifest
from corpus.claims import unsupported
from corpus.guides import ReferralPath, ReferralStep
from corpus.schema import Statement, Support
from retrieval.analyse import is_english, terms
from retrieval.library import Library
from retrieval.search import Hit, Query

DATA = Path(__file__).parent / "data" / "referral.toml"
FEW_WORDS = 10
"""How many words a message may have that asks more of what was told about a referral."""

OWN_NAME = re.compile(r"^\w[A-ZÆØÅ]|^\w+ (?:og )?[A-ZÆØÅ][a-zæøå]|^\w+- og [A-ZÆØÅ]")
"""A name that keeps its first capital letter: "PIT-koordinator", "Rådgivende Team"."""


@dataclass(frozen=True)
class _Rule:
    """A way to ask how much must come first: `all` in one sentence, `none` not; `alone` needs nothing about it."""

    all: tuple[re.Pattern[str], ...]
    none: tuple[re.Pattern[str], ...]
    alone: bool


@cache
def _cues() -> dict[str, Any]:
    read: dict[str, Any] = tomllib.loads(DATA.read_text("utf-8"))

    def compiled(cues: Sequence[str]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(cue, re.IGNORECASE) for cue in cues)

    rules = [
        _Rule(compiled(rule["all"]), compiled(rule.get("none", ())), rule.get("alone", False))
        for rule in read["how_much"]
    ]
    return {
        **{name: compiled(cues) for name, cues in {**read["about"], **read["comes_first"], **read["focus"]}.items()},
        "rules": rules,
    }


def _has(name: str, text: str) -> bool:
    return any(cue.search(text) for cue in _cues()[name])


@cache
def bundled() -> frozenset[str]:
    """Return the ids of the documents that are bundled; any other was added by a municipality."""
    return frozenset(document.id for document in manifest.load())


def is_about(text: str) -> bool:
    """Tell whether a message is about a referral, a PPV, a visitation, or when to involve PPR."""
    return _has("referral", text) or _has("ppr", text)


def asks_how_much(text: str) -> bool:
    """Tell whether a message asks how many trials, or how much time, must come before a referral or PPR."""
    return any(_how_much(text))


def asks_only_how_much(text: str) -> bool:
    """Tell whether a message asks that and tells next to nothing besides."""
    return _asks_only(text, _how_much(text))


def asks_the_way(text: str) -> bool:
    """Tell whether a message asks what comes before a referral, a PPV or a visitation, or before PPR."""
    return is_about(text) and (_has("asks", text) or (_has("agreed", text) and not has("one_of_them", text)))


def asks_only_the_way(text: str) -> bool:
    """Tell whether a message asks that and tells next to nothing besides."""
    return asks_the_way(text) and _asks_only(text, [_has("asks", one) or is_about(one) for one in sentences(text)])


def stands_alone(text: str, history: Sequence[Message], library: Library) -> bool:
    """Tell whether a message asks only what comes first, or how much, after others that name no place with steps."""
    earlier = " ".join(message.content for message in history if message.role == "user")
    return (asks_only_the_way(text) or asks_only_how_much(text)) and not _named(earlier, library)


def is_on_the_way(text: str, library: Library) -> bool:
    """Tell whether a message says that somebody is to be referred in a place that has its own steps, and no more."""
    says = "?" not in text and is_about(text) and bool(_named(text, library))
    return says and _asks_only(text, [is_about(one) for one in sentences(text)])


def _asks_only(text: str, asking: Sequence[bool]) -> bool:
    """Tell whether the sentences of a message that do not ask tell next to nothing."""
    besides = [one for one, wanted in zip(sentences(text), asking, strict=True) if not wanted]
    tells = sum(len(one.split()) for one in besides) >= SAID or situation.read(text).values("grades")
    return len(besides) < len(asking) and not tells


def _how_much(text: str) -> list[bool]:
    """Return of each sentence whether it asks how much must come first."""
    said = sentences(text)
    return [_asks(one, before) for one, before in zip(said, ["", *said], strict=False)]


def _asks(sentence: str, before: str) -> bool:
    near = f"{before} {sentence}"
    about = _has("referral", near) or "ppr" in near.lower()
    return any(
        (about or rule.alone)
        and all(cue.search(sentence) for cue in rule.all)
        and not any(cue.search(sentence) for cue in rule.none)
        for rule in _cues()["rules"]
    )


def how_much(text: str, query: Query, hits: Sequence[Hit], library: Library, language: str) -> list[Part]:
    """Return the answer to who asks only that: no number is set, and what documents of a municipality's own say."""
    own = [hit for hit in hits if hit.passage.document not in bundled()]
    return [*no_number(text, library, language), *compose(query, own, library, language)]


def no_number(text: str, library: Library, language: str) -> Iterator[Part]:
    """Yield that the bundled documents set no number or time to be reached first, and what they say comes first.

    That is the rule of the place that is named, else the advice for all and the rules of places, each marked as local.
    """
    words = texts(language)["referral"]
    named = _named(text, library)
    yield Part(PartKind.NOTE, words["no_number"])
    if not named:
        yield Part(PartKind.NOTE, f"**{words['advised']}**")
        yield from (_part(rule, library, item=True) for path in _everywhere(library) for rule in path.rules)
    yield from _own_rules(named, library, language)


def _own_rules(named: Sequence[ReferralPath], library: Library, language: str) -> Iterator[Part]:
    """Yield what the places that are named say must come first; where none is, the first rule of every place."""
    words = texts(language)["referral"]
    yield Part(PartKind.NOTE, f"**{words['own_rule' if named else 'own_rules']}**")
    for path in named or [path for path in library.catalogue.paths if path.place]:
        leads = [words["local"].format(place=path.place)]
        for rule in path.rules if named else path.rules[:1]:
            yield _part(rule, library, item=True, lead=leads.pop() if leads else "")


def before_referral(described: Situation, library: Library, language: str) -> Iterator[Part]:
    """Yield the steps of the paths that a description calls for: that of the place it names, else the general one."""
    if "referral" in described.values("situations") or named_paths(described, library):
        for path in named_paths(described, library) or _everywhere(library):
            yield from steps(path, library, language)


def _everywhere(library: Library) -> list[ReferralPath]:
    """Return the paths that are advised in the whole country."""
    return [path for path in library.catalogue.paths if not path.place]


def opening(text: str, library: Library, language: str) -> Iterator[Part]:
    """Yield what opens the answer to a question: that no number is set, or the steps of the place that it names.

    Where it names no place, they are the steps advised in the whole country, with the rules of the places.
    """
    if asks_how_much(text):
        yield from no_number(text, library, language)
    elif asks_only_the_way(text) or (asks_the_way(text) and _named(text, library)) or is_on_the_way(text, library):
        yield from way(text, library, language)


def in_thread(text: str, history: Sequence[Message]) -> str:
    """Return a message with the question about a referral before it, where it asks only who, what or how much."""
    last = next((message.content for message in reversed(history) if message.role == "user"), "")
    if is_about(text) or not (asks_the_way(last) or asks_how_much(last)) or len(text.split()) > FEW_WORDS:
        return text
    asks = bool(_focus(text)) or (asks_how_much(f"{last} {text}") and not asks_how_much(last))
    return f"{last} {text}" if asks else text


def _focus(text: str) -> Callable[[ReferralStep], bool] | None:
    """Return which steps the last sentence of a message asks for: those with actors, or papers, or a meeting."""
    last = next(reversed(sentences(text)), text)
    for name, fits in _FOCUS.items():
        if _has(name, last):
            return fits
    return None


_FOCUS: Mapping[str, Callable[[ReferralStep], bool]] = {
    "meeting": lambda step: any(_has("meets", one) for one in (step.title, *step.papers)),
    "who": lambda step: bool(step.actors),
    "papers": lambda step: bool(step.papers),
}


def way(text: str, library: Library, language: str) -> Iterator[Part]:
    """Yield the steps of the places that a message names, else those for all with what places say must come first.

    Who asks a place for those who take part, for meetings or for papers gets the steps that have them, if some have.
    """
    yield from _not_told(text, library, language)
    named = _named(text, library)
    asked = _focus(text) if named else None
    for path in named or _everywhere(library):
        wanted = tuple(filter(asked, path.steps)) if asked else ()
        yield from steps(replace(path, steps=wanted) if wanted else path, library, language)
    if not named:
        yield from _own_rules((), library, language)


def _not_told(text: str, library: Library, language: str) -> Iterator[Part]:
    """Yield what the sources lack: what the law says of consent, and the way in a place that is named."""
    words = texts(language)["referral"]
    if _has("agreed", text):
        yield Part(PartKind.NOTE, words["consent"])
    places = dict.fromkeys(action.municipality for action in library.catalogue.trial_actions)
    named = escape(", ".join(place for place in places if name_of_place(place).search(text)))
    if named and not _named(text, library):
        yield Part(PartKind.NOTE, words["no_path"].format(place=named))


def named_paths(described: Situation, library: Library) -> list[ReferralPath]:
    """Return the paths of the places that a description of a way to a referral names."""
    about = "referral" in described.values("situations") or is_about(described.text)
    return _named(described.text, library) if about else []


def of_place(text: str, said: str, library: Library) -> str:
    """Return a message after those before it, `text`, without places that it does not name itself, where it names one.

    `said` is the message as it was written.
    """
    if _named(said, library):
        for path in _named(text.removesuffix(said), library):
            text = name_of_place(path.place or "").sub(" ", text.removesuffix(said)) + said
    return text


def _named(text: str, library: Library) -> list[ReferralPath]:
    return [path for path in library.catalogue.paths if path.place and name_of_place(path.place).search(text)]


def steps(path: ReferralPath, library: Library, language: str) -> Iterator[Part]:
    """Yield a path under its place: each step with who acts and what is written, and what the place says must be."""
    words = texts(language)
    place = words["referral"]["heading"].format(place=path.place) if path.place else words["suggestion"]["before"]
    document = words["referral_page"]["source"].format(title=library.documents[path.document].short_title)
    yield Part(PartKind.NOTE, f"**{place}** – {document}")
    yield _part(path.intro, library)
    for step in path.steps:
        yield _part(told(step), library, item=True, lead=_lead(step, language))
        yield from (_part(one, library, item=True) for one in step.statements[1:] if one in path.rules)


def told(step: ReferralStep) -> Statement:
    """Return the first statement of a step, carried also by its words that name actors and papers."""
    first = step.statements[0]
    support = list(first.support)
    others = [one for statement in step.statements[1:] for one in statement.support]
    for name in (*step.actors, *step.papers):
        more = [] if any(_names(one, name) for one in support) else [one for one in others if _names(one, name)]
        fitting = (one for one in more if not unsupported(first.text, [told.quote for told in (*support, one)]))
        support += [one for one in fitting if one not in support][:1]
    return Statement(first.text, tuple(support))


def _names(support: Support, name: str) -> bool:
    """Tell whether a quotation has a word of the name of an actor or a paper."""
    return bool(set(terms(name)) & set(terms(support.quote)))


def _lead(step: ReferralStep, language: str) -> str:
    """Return a step's title, with who acts in it and what is written."""
    words = texts(language)["referral_page"]
    named = ((words["actors"], step.actors), (words["papers"], step.papers))
    told = "".join(f" · {title}: {', '.join(map(_inside, names))}" for title, names in named if names)
    return f"{step.title}{told}"


def _inside(name: str) -> str:
    """Return a name as it stands inside a line: without its capital letter, unless it is a name of its own."""
    return name if OWN_NAME.search(name) else name[:1].lower() + name[1:]


def told_steps(library: Library) -> Iterator[Statement]:
    """Yield the statement of every step as it is told."""
    yield from (told(step) for path in library.catalogue.paths for step in path.steps)


def _part(one: Statement, library: Library, *, item: bool = False, lead: str = "") -> Part:
    return Part(PartKind.STATEMENT, one.text, tuple(cite_support(s, library) for s in one.support), lead, item)


def closed(turn: Turn, text: str, language: str) -> Turn:
    """Return a turn about a referral so that it ends with who can be involved now; any other as it is."""
    about = is_about(text) or asks_how_much(text)
    if turn.outcome is Outcome.SMALLTALK or turn.reason is Reason.OUT_OF_SCOPE or not about:
        return turn
    lines = {texts(one)["answer"]["always"] for one in LANGUAGES}
    spoken_in = "en" if turn.outcome is Outcome.REFUSED and is_english(text) else language
    kept = [part for part in turn.parts if part.text not in lines]
    return replace(turn, parts=(*kept, Part(PartKind.NOTE, texts(spoken_in)["answer"]["always"])))
