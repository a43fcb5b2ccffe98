"""app/doctor.py: what is in order, and what would make it better."""

import pytest

from app.config import Config
from app.doctor import checkup
from retrieval.storage import Storage
from tests.fakes import HashEmbedder


def _found(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[bool, str]]:
    monkeypatch.setenv("PROEV_DATA", str(storage.root))
    for name in ("QDRANT_URL", "PROEV_CONFIG", "PROEV_MODEL"):
        monkeypatch.delenv(name, raising=False)
    return {finding.name: (finding.fine, finding.text) for finding in checkup()}


def test_bundled_documents_all_have_questions_in_everyday_words(
    corpus_storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = _found(corpus_storage, monkeypatch)
    assert found["Indeks"][0]
    assert "alle med spørgsmål i hverdagens ord" in found["Indeks"][1]


def test_documents_without_them_are_named_with_what_helps(
    small_index: Storage, fake: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Config, "embedder", lambda config: fake)
    good, text = _found(small_index, monkeypatch)["Indeks"]
    assert good
    assert "docs/knowledge.md" in text


def test_missing_index_is_told_once_with_the_fix(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    found = _found(storage, monkeypatch)
    assert not found["Indeks"][0]
    assert "proev ingest" in found["Indeks"][1]


def test_an_index_of_another_model_is_told_with_the_fix(
    small_index: Storage, fake: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, text = _found(small_index, monkeypatch)["Indeks"]
    assert not good
    assert fake.name in text
    assert "proev ingest" in text
