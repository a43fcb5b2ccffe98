from pathlib import Path

from ingest.run import ingest
from retrieval.embed import BundledEmbedder
from retrieval.storage import Storage


def test_shipped_vectors_cover_the_bundled_documents(tmp_path: Path, bundled: BundledEmbedder) -> None:
    report = ingest(Storage(tmp_path), bundled)
    assert report.embedded == 0, "run: make vectors"
