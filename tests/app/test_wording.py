"""The wording rules of the evidence labels, held to everything that whole turns say in our own words."""

import re

import pytest

from app.engine import Engine
from app.render import markdown
from app.texts import LANGUAGES, texts
from app.turn import Message, PartKind, Turn

CLAIMS = re.compile(
    r"evidensbaser\w*|\bvirker\b|dokumenteret effekt|\bevidence[- ]based\b|\bproven\b|\bworks\b|!", re.IGNORECASE
)
SITUATION = "I 2. klasse ender timerne efter frokost i konflikter. Hvad kan vi prøve?"
THREADS = (
    (SITUATION,),
    (SITUATION, "virker det?", "hvad lærte de?", "lav en plan for nummer 1"),
    (SITUATION, "det har vi prøvet", "sammenlign nummer 1 og 2"),
    (SITUATION, "har I noget for større elever?", "hvilken er bedst?", "er der evidens for nummer 1?"),
    ("En elev i 6. klasse er begyndt at blive væk om morgenen", "hvad siger anbefalingerne?"),
    ("Virker co-teaching?",),
    ("Hvad er den dokumenterede effekt af co-teaching?",),
    ("Hvem har erfaringer med co-teaching i 1. klasse?", "hvilke gik godt?"),
    ("Hvilke prøvehandlinger er evalueret?",),
    ("Hvorfor blev Svend Gønge-Skolens handleplaner en succes?",),
    ("Sammenlign Sorø og Tinglev",),
    ("Hvor mange ting skal vi have prøvet, før vi må henvise i Haderslev?", "hvilke papirer?"),
    ("Hvad koster en mellemform?",),
    ("Hvad betyder evidensmærke B?",),
    ("Pigerne i 5. klasse vil ikke i bad efter idræt",),
    ("Does co-teaching work, and is it evidence-based?",),
)


def _ours(turn: Turn, language: str) -> list[str]:
    """Return all that a turn says in our own words; a person's own, in quotation marks, are hers."""
    parts = [*turn.parts, *(part for one in turn.suggestions for field in one.fields for part in field.parts)]
    said = [part.lead for part in parts] + [part.text for part in parts if part.kind is not PartKind.QUOTE]
    urgent = texts(language)["answer"]["in_doubt"]
    return [re.sub(r"[”“][^”“]*”", "", text) for text in said if text != urgent]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("thread", THREADS, ids=lambda thread: thread[-1][:40])
def test_no_turn_claims_more_than_its_evidence(engine: Engine, thread: tuple[str, ...], language: str) -> None:
    history: list[Message] = []
    for message in thread:
        turn = engine.ask(message, history, language)
        assert [text for text in _ours(turn, language) if CLAIMS.search(text)] == []
        history += [Message("user", message), Message("assistant", markdown(turn.parts))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_suggestion_is_told_with_what_it_rests_on(engine: Engine, language: str) -> None:
    words = texts(language)["evidence"]
    for thread in THREADS:
        turn = engine.ask(thread[0], language=language)
        told = markdown(turn.parts).replace("\\", "")
        for one in turn.suggestions:
            assert f"{one.mark.label} · {words[f'name_{one.mark.label.lower()}']}" in told
