"""Teaching the bundled model the way from everyday words to the documents', and what messages are. Door: torch.

A text and the passage it leads to, or two texts that lead to the same place, are to lie closer than the other pairs of
a batch (InfoNCE, van den Oord et al. 2018, both ways; pairs with the same target are no negatives). Between such
batches come others of messages, whose vectors are to tell what they are (retrieval/heads.py).
"""

import hashlib
import logging
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch.nn.utils import parametrize

from retrieval.heads import Heads, Told
from retrieval.student import BATCH, Student

LEARNING_RATE, LEARNING_RATE_OF_HEADS = 1e-4, 2e-3
TEMPERATURE = 0.02
QUERY, PASSAGE = "query: ", "passage: "
QUERY_TOKENS, PASSAGE_TOKENS = 64, 128
SIBLINGS = 0.35
"""The share of pairs made of two texts with the same target, as both kinds are compared when searching."""

SAME_DOCUMENT = 0.5
"""The share of the pairs that meet only pairs of their own document in a batch: harder negatives."""

TOLD_BATCH, TOLD_TOKENS = 96, 96
TOLD_FOR_EACH = 4
"""How many batches of messages there are for each of pairs."""

ALIKE_LONG = 16
"""Of so many batches of messages each holds those that are about as long."""

DROPPED = 0.1
"""The share of a message's tokens that are passed over, chosen anew each time."""

AT_FIRST = 16_000
"""From how many messages the heads learn what the vectors tell already."""

WARM_UP = 30
LEAST_PACE = 0.05
KEPT_EACH = 100
"""After so many steps all is kept, so that what is broken off can go on."""

logger = logging.getLogger(__name__)
Loss = Callable[[], torch.Tensor]


@dataclass(frozen=True)
class Example:
    """A text people might write, where it leads, and the passages there. `family` is the record of the target."""

    text: str
    target: str
    family: str
    document: str
    passages: tuple[str, ...]


@dataclass(frozen=True)
class Lessons:
    """What is taught: where texts lead, and what messages are, `weights` as in Heads; `unseen` are only measured on."""

    examples: Sequence[Example]
    told: Sequence[Told] = ()
    unseen: Sequence[Told] = ()
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Measured:
    """How the model does: as its caller measures it, and how well it tells what unseen messages are (`Heads.right`)."""

    found: float
    told: float = 0.0


Validate = Callable[[Student], float]


def train(lessons: Lessons, validate: Validate, epochs: float, path: Path, seed: int = 7) -> Measured:
    """Train, going `epochs` times through where texts lead, and measure after each.

    The best state, by both measures together, is kept at `path`; returns what it reached. The same lessons and seed
    give the same result on the same kind of machine. What was broken off goes on from the file beside `path`.
    """
    torch.manual_seed(seed)
    dice = random.Random(seed)  # noqa: S311 - no secret is made of it
    student = Student()
    heads = _begun(student, lessons, dice) if lessons.told else None
    steps = int(epochs * len(lessons.examples) / BATCH)
    descent = _Descent(student, heads, steps)
    kept = _Kept(path, [student.upper, *([heads] if heads else []), descent], (lessons, steps, seed))
    pairs, messages = _pairs(lessons.examples, dice), _messages(lessons.told, dice)
    taken, best = kept.read() or (0, _measured(student, heads, lessons, validate))
    logger.info("step %d of %d: %s", taken, steps, best)
    every = max(1, int(steps / epochs))
    for step in range(1, steps + 1):
        pair, several = next(pairs), list(islice(messages, TOLD_FOR_EACH))
        if step <= taken:
            continue
        descent.step(partial(_loss_of_pairs, student, *pair))
        if heads is not None:
            for told in several:
                descent.step(partial(_loss_of_told, student, heads, told))
        descent.advance()
        if step % every == 0 or step == steps:
            reached = _measured(student, heads, lessons, validate)
            logger.info("step %d: %s", step, reached)
            if reached.found + reached.told > best.found + best.told:
                best = reached
                student.save(path)
        if step % KEPT_EACH == 0:
            kept.write(step, best)
    kept.forget()
    return best


class _Kept:
    """What is needed to go on with what was broken off: the states of parts, `of` the same task, beside `path`."""

    def __init__(self, path: Path, parts: Sequence[Any], of: object) -> None:
        self._path, self._parts = path.with_suffix(".part"), parts
        self._of = hashlib.sha256(repr(of).encode()).hexdigest()

    def read(self) -> tuple[int, Measured] | None:
        """Go back to what is kept of the same task, if any; return the steps taken and the best that was reached."""
        kept = torch.load(self._path, weights_only=True) if self._path.exists() else {}
        if kept.get("of") != self._of:
            return None
        for part, state in zip(self._parts, kept["parts"], strict=True):
            part.load_state_dict(state)
        torch.set_rng_state(kept["dice"])
        return kept["step"], Measured(*kept["best"])

    def write(self, step: int, best: Measured) -> None:
        """Keep all as it is after so many steps."""
        parts = [part.state_dict() for part in self._parts]
        new = self._path.with_suffix(".new.part")
        kept = {"of": self._of, "step": step, "best": (best.found, best.told), "parts": parts}
        torch.save(kept | {"dice": torch.get_rng_state()}, new)
        new.replace(self._path)

    def forget(self) -> None:
        """Keep nothing any longer."""
        self._path.unlink(missing_ok=True)


class _Descent:
    """The steps down the gradient: quicker at first, slower towards the end."""

    def __init__(self, student: Student, heads: Heads | None, steps: int) -> None:
        self._parameters = student.trainable()
        groups = [{"params": self._parameters, "lr": LEARNING_RATE, "weight_decay": 0.01}]
        if heads is not None:
            groups.append({"params": list(heads.parameters()), "lr": LEARNING_RATE_OF_HEADS, "weight_decay": 0.0})
        self._optimiser = torch.optim.AdamW(groups)
        self._pace = torch.optim.lr_scheduler.LambdaLR(
            self._optimiser, lambda step: min(1.0, (step + 1) / WARM_UP) * max(LEAST_PACE, 1 - step / steps)
        )

    def step(self, loss: Loss) -> None:
        """Take a step that makes the loss less."""
        with parametrize.cached():
            self._optimiser.zero_grad()
            loss().backward()
        torch.nn.utils.clip_grad_norm_(self._parameters, 1.0)
        self._optimiser.step()

    def advance(self) -> None:
        """Set the pace of the next steps."""
        self._pace.step()

    def state_dict(self) -> dict[str, Any]:
        """Return what the next steps depend on, beside what is learnt."""
        return {"optimiser": self._optimiser.state_dict(), "pace": self._pace.state_dict()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go back to such a state."""
        self._optimiser.load_state_dict(state["optimiser"])
        self._pace.load_state_dict(state["pace"])


def _measured(student: Student, heads: Heads | None, lessons: Lessons, validate: Validate) -> Measured:
    found = validate(student)
    return Measured(found, heads.right(_vectors(student, lessons.unseen), lessons.unseen) if heads else 0.0)


def _begun(student: Student, lessons: Lessons, dice: random.Random) -> Heads:
    """Return heads that tell what the student's vectors tell already."""
    some = dice.sample(list(lessons.told), min(AT_FIRST, len(lessons.told)))
    vectors = _vectors(student, some)
    heads = Heads(lessons.told, vectors.shape[1], lessons.weights)
    heads.begin(vectors, some)
    return heads


def _vectors(student: Student, told: Sequence[Told]) -> torch.Tensor:
    return torch.from_numpy(student.vectors([one.text for one in told], QUERY))


def _pairs(examples: Sequence[Example], dice: random.Random) -> Iterator[tuple[list[Example], list[str]]]:
    """Yield batches of texts, each with what it is to lie close to, without end."""
    siblings: dict[str, list[str]] = {}
    for example in examples:
        siblings.setdefault(example.target, []).append(example.text)
    while True:
        for batch in _batches(examples, dice):
            yield batch, [_partner(example, siblings[example.target], dice) for example in batch]


def _batches(examples: Sequence[Example], dice: random.Random) -> Iterator[list[Example]]:
    """Yield batches in a new order: some of any examples, some of one document."""
    mixed = dice.sample(list(examples), len(examples))
    cut = int(len(mixed) * SAME_DOCUMENT)
    groups: dict[str, list[Example]] = {"": mixed[cut:]}
    for example in mixed[:cut]:
        groups.setdefault(example.document, []).append(example)
    batches = [
        group[start : start + BATCH] for group in groups.values() for start in range(0, len(group) - BATCH + 1, BATCH)
    ]
    dice.shuffle(batches)
    yield from batches or [mixed[:BATCH]]


def _messages(told: Sequence[Told], dice: random.Random) -> Iterator[list[Told]]:
    """Yield batches of messages about as long as each other, without end."""
    while told:
        mixed = dice.sample(list(told), len(told))
        for start in range(0, len(mixed), TOLD_BATCH * ALIKE_LONG):
            several = sorted(mixed[start : start + TOLD_BATCH * ALIKE_LONG], key=lambda one: len(one.text))
            batches = [several[at : at + TOLD_BATCH] for at in range(0, len(several), TOLD_BATCH)]
            dice.shuffle(batches)
            yield from batches


def _partner(example: Example, siblings: Sequence[str], dice: random.Random) -> str:
    """Return what the text is to lie close to: another text with its target, or a passage there."""
    if len(siblings) > 1 and dice.random() < SIBLINGS:
        return dice.choice([text for text in siblings if text != example.text])
    return dice.choice(example.passages)


def _loss_of_pairs(student: Student, batch: Sequence[Example], others: Sequence[str]) -> torch.Tensor:
    asked = student.encode([example.text for example in batch], QUERY, QUERY_TOKENS)
    found = student.encode(others, PASSAGE, PASSAGE_TOKENS)
    alike = torch.tensor([[a is not b and a.family == b.family for b in batch] for a in batch])
    scores = (asked @ found.T / TEMPERATURE).masked_fill(alike, -1e4)
    right = torch.arange(len(batch))
    cross_entropy = torch.nn.functional.cross_entropy
    total: torch.Tensor = (cross_entropy(scores, right) + cross_entropy(scores.T, right)) / 2
    return total


def _loss_of_told(student: Student, heads: Heads, told: Sequence[Told]) -> torch.Tensor:
    return heads.loss(student.encode([one.text for one in told], QUERY, TOLD_TOKENS, DROPPED), told)
