import json
from collections import Counter
from pathlib import Path

import pytest

from corpus import knowledge
from corpus.errors import KnowledgeError
from corpus.knowledge.expansions import expansions
from corpus.knowledge.reading import Sources
from corpus.schema import Passage, Record, Sentence
from corpus.text import key
from retrieval.library import Library

PASSAGE = Passage("kl-1", "kl", ("A",), (Sentence("Vi indførte værksteder efter frokost.", (9,)),), (9,), True)
RECORD = Record("kl-x", "kl", "X", (9,), ())


def _read(tmp_path: Path, *rows: object) -> list[tuple[str, str]]:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    (tmp_path / "kl.jsonl").write_text("\n".join(lines), "utf-8")
    return [(found.text, found.target) for found in expansions(Sources([PASSAGE], ()), [RECORD], tmp_path)]


def test_leads_to_records_and_to_the_passage_that_holds_the_quotation(tmp_path: Path) -> None:
    found = _read(
        tmp_path,
        {"record": "kl-x", "texts": ["uro efter spisning"]},
        {"document": "kl", "quote": "indførte værk-\nsteder", "texts": ["hvad gør man om eftermiddagen"]},
    )
    assert found == [("uro efter spisning", "kl-x"), ("hvad gør man om eftermiddagen", "kl-1")]


def test_passes_over_documents_that_are_not_in_the_index(tmp_path: Path) -> None:
    assert _read(tmp_path, {"document": "vive", "quote": "noget", "texts": ["hvad så"]}) == []


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{", "ikke JSON"),
        ([], "skal have record og texts"),
        ({"record": "kl-x"}, "skal have record og texts"),
        ({"record": "kl-x", "texts": [], "x": 1}, "skal have record og texts"),
        ({"record": "kl-x", "texts": []}, "liste af tekster"),
        ({"record": "kl-x", "texts": [1]}, "liste af tekster"),
        ({"record": "kl-x", "texts": ["?!"]}, "tom eller for lang"),
        ({"record": "kl-x", "texts": ["a " * 500]}, "tom eller for lang"),
        ({"record": "kl-y", "texts": ["uro i timen"]}, "målet 'kl-y' findes ikke"),
        ({"document": "kl", "quote": "står der ikke", "texts": ["uro i timen"]}, "findes ikke"),
        ({"record": "kl-x", "texts": ["uro i timen", "uro i timen"]}, "står også i"),
    ],
)
def test_a_wrong_line_is_named_with_its_reason(tmp_path: Path, row: object, reason: str) -> None:
    with pytest.raises(KnowledgeError, match=r"kl\.jsonl, linje 2") as caught:
        _read(tmp_path, {"record": "kl-x", "texts": ["en anden tekst"]}, row)
    assert reason in str(caught.value)


def test_the_projects_own_expansions_all_lead_somewhere(library: Library) -> None:
    catalogue = library.catalogue
    found = knowledge.read(catalogue.passages, catalogue.pages, catalogue.read_records).expansions
    assert catalogue.points == len(catalogue.passages) + len(found)
    known = {*library.passages, *library.records, *library.topics, *library.traits}
    assert not [expansion.where for expansion in found if expansion.target not in known]


def test_no_expansion_is_a_sentence_of_the_documents(bundled_keys: dict[str, str]) -> None:
    rows = [
        row for path in knowledge.files() if path.suffix == ".jsonl" for row in path.read_text("utf-8").splitlines()
    ]
    texts = [text for row in rows for text in json.loads(row)["texts"]]
    assert not [
        text for text in texts if len(key(text)) > 40 and any(key(text) in whole for whole in bundled_keys.values())
    ]


def test_expansions_are_never_payload_of_the_engine(library: Library) -> None:
    texts = {passage.text for passage in library.catalogue.passages}
    points = library.index._shard.scroll  # type: ignore[attr-defined]
    import qdrant_edge

    records, _ = points(qdrant_edge.ScrollRequest(limit=100_000, with_payload=True))
    assert {record.payload["text"] for record in records if "text" in record.payload} <= texts


def test_every_trial_action_has_thirty_texts_and_every_other_record_ten(library: Library) -> None:
    catalogue = library.catalogue
    counts: Counter[str] = Counter()
    for expansion in knowledge.read(catalogue.passages, catalogue.pages, catalogue.read_records).expansions:
        passage = library.passages.get(expansion.target)
        counts[expansion.target if passage is None else passage.record or passage.id] += 1
    few = {
        name: counts[name] for name in library.records if counts[name] < (30 if name in library.trial_actions else 10)
    }
    assert not few
