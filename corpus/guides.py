"""The nouns of guidance: what is told of a trial action on a card, and what the sources say before a referral."""

from collections.abc import Mapping
from dataclasses import dataclass

from corpus.schema import Statement, Support


@dataclass(frozen=True)
class Pointer:
    """A record that stands behind a trial action, with its words that say so."""

    record: str
    support: Support


@dataclass(frozen=True)
class Guide:
    """What a teacher is told of a trial action, in our own words, each sentence carried by quotations of it.

    An empty field is one that the source does not give. `first_steps` are what a team may begin with; `changes` are
    (group that reports it, what changed); `signs` are what one would see; `fits` tells for each of its themes and
    situations how the action is about that; `ask_first` are questions of ours to the team, which no source carries.
    `behind` are recommendations, `local` measures of one municipality.
    """

    problem: tuple[Statement, ...]
    steps: tuple[Statement, ...]
    first_steps: tuple[Statement, ...]
    who: tuple[Statement, ...]
    resources: tuple[Statement, ...]
    changes: tuple[tuple[str, Statement], ...]
    learned: tuple[Statement, ...]
    caveats: tuple[Statement, ...]
    goal: Statement
    signs: tuple[Statement, ...]
    fits: Mapping[str, Statement]
    ask_first: tuple[str, ...]
    behind: tuple[Pointer, ...]
    local: tuple[Pointer, ...]


@dataclass(frozen=True)
class ReferralStep:
    """What happens in one step, who acts, and which papers are written or needed."""

    title: str
    actors: tuple[str, ...]
    papers: tuple[str, ...]
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class ReferralPath:
    """The steps before a referral, as one place, or the national recommendations, have them.

    `place` is None where it applies everywhere. `rules` are those of its statements that say what must, or should, come
    first.
    """

    id: str
    title: str
    document: str
    place: str | None
    intro: Statement
    steps: tuple[ReferralStep, ...]
    rules: tuple[Statement, ...] = ()
