import json
from collections import Counter
from pathlib import Path

import pytest

from corpus.errors import KnowledgeError
from corpus.text import key
from evals.items import load_items, read_item
from retrieval.library import Library

GOOD = '{"id": "a", "kind": "question", "voice": "lærer", "lang": "da", "query": "Hvad?", "outcome": "answered"}'
ITEMS = load_items()


def test_every_gold_quotation_stands_in_its_document(bundled_keys: dict[str, str]) -> None:
    lost = [(i.id, gold.quote) for i in ITEMS for gold in i.gold if key(gold.quote) not in bundled_keys[gold.document]]
    assert not lost


def test_every_trial_action_is_named_as_printed(library: Library) -> None:
    names = {action.name for action in library.catalogue.trial_actions}
    assert not [(item.id, name) for item in ITEMS for name in item.actions if name not in names]


def test_every_trial_action_is_the_best_answer_of_two_situations(library: Library) -> None:
    first = Counter(item.actions[0] for item in ITEMS if item.kind == "situation" and item.actions)
    assert not [action.name for action in library.catalogue.trial_actions if first[action.name] < 2]


def test_there_are_enough_items_of_every_document_and_kind() -> None:
    documents = Counter(gold.document for item in ITEMS for gold in item.gold[:1])
    assert len(ITEMS) >= 320
    assert min(documents.values()) >= 40
    assert len({item.kind for item in ITEMS}) == 15


def test_variants_belong_to_a_clean_item_and_share_its_half() -> None:
    by_id = {item.id: item for item in ITEMS}
    for item in ITEMS:
        if item.of is not None:
            assert by_id[item.of].split == item.split
            assert by_id[item.of].gold == item.gold


def test_neither_half_is_small() -> None:
    dev = sum(item.split == "dev" for item in ITEMS)
    assert 0.4 < dev / len(ITEMS) < 0.7


def test_what_must_be_masked_or_kept_stands_in_the_message() -> None:
    for item in ITEMS:
        said = " ".join([item.query, *(entry["content"] for entry in item.history)])
        assert all(part in said for part in (*item.mask, *item.keep)), item.id


def test_items_to_be_answered_have_gold_and_refusals_a_reason() -> None:
    for item in ITEMS:
        if item.outcome == "refused":
            assert item.reason is not None
        elif item.outcome == "answered" and item.kind not in {"personal_data", "injection", "short"}:
            assert item.gold or (item.kind in {"example_search", "situation"} and item.actions), item.id


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "Expecting"),
        (GOOD.replace('"question"', '"sang"'), "ukendt art 'sang'"),
        (GOOD.replace('"answered"', '"måske"'), "måske"),
        (GOOD.replace('"voice": "lærer", ', ""), "voice"),
        (GOOD[:-1] + ', "refusal_class": "x"}', "ukendt afvisningsklasse"),
        (GOOD + "\n" + GOOD, "id 'a' er brugt før"),
    ],
)
def test_a_line_that_is_no_item_is_named(tmp_path: Path, line: str, reason: str) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text(line, "utf-8")
    with pytest.raises(KnowledgeError, match=r"linje \d") as caught:
        load_items([path])
    assert reason in str(caught.value)


def test_reads_an_item() -> None:
    item = read_item(json.dumps({**json.loads(GOOD), "gold": [{"document": "kl", "quote": "x"}]}))
    assert item.gold[0].document == "kl"
    assert item.cluster == "kl"
