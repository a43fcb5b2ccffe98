"""retrieval/heads.py: what vectors tell, found before the model learns, and how well it tells."""

import pytest

pytest.importorskip("torch", reason="the extra train is not installed")

import torch

from retrieval.heads import Heads, Told

WEIGHTS = {"danger": 1.0, "outside": 1.0, "": 1.0}


def _told(count: int) -> tuple[torch.Tensor, list[Told]]:
    """Return vectors of which the first number tells danger, the second what is outside, and the rest one of three."""
    dice = torch.Generator().manual_seed(0)
    vectors = torch.nn.functional.normalize(torch.randn((count, 5), generator=dice), dim=-1)
    told = []
    for place, vector in enumerate(vectors):
        kinds = {"danger": bool(vector[0] > 0)} if place % 2 else {"outside": bool(vector[1] > 0)}
        shares = {"abc"[int(vector[2:].argmax())]: 1.0} if place % 3 else {}
        told.append(Told(f"{place}", kinds, shares))
    return vectors, told


def test_heads_begin_with_what_the_vectors_tell() -> None:
    vectors, told = _told(600)
    heads = Heads(told, 5, WEIGHTS)
    before = heads.loss(vectors, told).item()
    heads.begin(vectors[:400], told[:400])
    assert heads.right(vectors[400:], told[400:]) > 0.95
    assert heads.loss(vectors, told).item() < before / 2


def test_what_is_not_known_of_a_text_costs_nothing() -> None:
    vectors, told = _told(600)
    heads = Heads(told, 5, WEIGHTS)
    assert heads.loss(vectors[:1], [Told("x")]).item() == 0.0


def test_vectors_that_say_nothing_tell_as_chance_does() -> None:
    vectors, told = _told(600)
    heads = Heads(told, 5, WEIGHTS)
    heads.begin(vectors, told)
    other = torch.nn.functional.normalize(torch.randn((600, 5), generator=torch.Generator().manual_seed(1)), dim=-1)
    assert 0.3 < heads.right(other, told) < 0.55
