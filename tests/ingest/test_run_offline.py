"""Ingest and search reach for nothing outside this machine."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from retrieval.storage import Storage


def test_ingest_and_search_open_no_connection(
    corpus_storage: Storage, tmp_path: Path, run_child: Callable[..., Any]
) -> None:
    storage = Storage(tmp_path / "data")
    storage.vector_cache.parent.mkdir(parents=True)
    shutil.copyfile(corpus_storage.vector_cache, storage.vector_cache)
    done = run_child("offline", "-", storage.root, "Eleverne er urolige i timerne efter frokost")
    assert done["attempts"] == []
    assert done["passages"] > 500
    assert done["actions"][0] == "kl-egedal-baekkegaarden"
    assert done["hits"] == done["nodes"]
