import logging
from dataclasses import replace

import pytest

from app.answer import cite
from app.engine import Engine
from app.turn import Part, PartKind
from app.verify import verify


def _quoted(engine: Engine, place: int = 0) -> Part:
    passage = next(p for p in engine.library.catalogue.passages if p.document == "kl" and len(p.sentences) > 2)
    sentence = passage.sentences[place]
    return Part(PartKind.QUOTE, sentence.text, (cite(passage, sentence, engine.library),))


def test_keeps_a_true_quotation_and_numbers_it(engine: Engine) -> None:
    kept, dropped = verify([_quoted(engine)], engine.library)
    assert dropped == 0
    assert kept[0].citations
    assert kept[0].citations[0].n == 1


@pytest.mark.parametrize("change", ["21 kommuner", "ikke"])
def test_drops_a_changed_quotation_and_logs_its_passage(
    engine: Engine, caplog: pytest.LogCaptureFixture, change: str
) -> None:
    part = _quoted(engine)
    assert part.citations
    text = f"{part.text} {change}"
    forged = replace(part, text=text, citations=(replace(part.citations[0], quote=text),))
    with caplog.at_level(logging.WARNING):
        kept, dropped = verify([forged], engine.library)
    assert (kept, dropped) == ((), 1)
    assert part.citations[0].passage in caplog.text
    assert change not in caplog.text


def test_drops_text_that_is_not_its_citation(engine: Engine) -> None:
    part = replace(_quoted(engine), text="Noget helt andet.")
    assert verify([part], engine.library) == ((), 1)


def test_drops_a_quotation_laid_in_another_documents_mouth(engine: Engine) -> None:
    part = _quoted(engine)
    assert part.citations
    moved = replace(part, citations=(replace(part.citations[0], document="vive"),))
    assert verify([moved], engine.library) == ((), 1)


def test_drops_a_heading_left_alone(engine: Engine) -> None:
    heading = Part(PartKind.HEADING, "KL")
    forged = replace(_quoted(engine), text="Noget helt andet.")
    kept, _ = verify([heading, forged, heading, _quoted(engine)], engine.library)
    assert [part.kind for part in kept] == [PartKind.HEADING, PartKind.QUOTE]


def test_gives_the_same_words_the_same_number(engine: Engine) -> None:
    kept, _ = verify([_quoted(engine), _quoted(engine, 1), _quoted(engine)], engine.library)
    assert [part.citations[0].n for part in kept if part.citations] == [1, 2, 1]
