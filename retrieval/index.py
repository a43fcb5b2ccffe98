"""Points in and scored points out. Doors: qdrant-edge-py (embedded, on disk) and qdrant-client (server).

A passage's point has three named vectors: `dense`, and the sparse `lex` and `c4` whose inverse document frequency the
engine keeps. An aid, a text that leads to a passage, a record or a topic, has three of its own (`aid_dense` and so on),
so that documents are compared with documents and questions with questions. Each vector is one leg of a search.
"""

import errno
import fcntl
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import qdrant_edge as edge

from corpus.errors import IndexDamaged, IndexFault, ServerUnreachable, StorageFull
from retrieval.embed import Vectors

PREFETCH = 200
"""How many points each vector contributes to the fusion, at least."""

UPSERT_BATCH = 256

EXACT = True
"""Every vector is compared: the graph of an approximate search differs from build to build, and at this size (thousands
of points) spares no time (docs/decisions/0015-exact-search.md)."""

Sparse = Mapping[int, float]
SIDES = ("", "aid_")
"""What the names of the vectors begin with: of passages, and of aids."""

FILTERED = ("document", "record", "kind")
"""The payload fields that points are chosen by; without an index of them a search that names a place is slow."""

KINDS = ("dense", "lex", "c4")
LEGS = tuple(f"{side}{kind}" for side in SIDES for kind in KINDS)


@dataclass(frozen=True)
class Point:
    """A passage as the engine holds it, or an aid: a text that leads to it.

    `passage` is the id of what a match leads to: a passage or, for an aid, also a record or a topic. `key` tells the
    aids of one target apart; a passage's own point has none.
    """

    passage: str
    dense: Vectors
    lex: Sparse
    c4: Sparse
    payload: dict[str, object]
    key: str = ""

    @property
    def id(self) -> str:
        """The engine's own id: a UUID made of the passage's id and the key."""
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.passage}{self.key}"))

    @property
    def side(self) -> str:
        """What the names of the point's vectors begin with."""
        return SIDES[bool(self.key)]


@dataclass(frozen=True)
class VectorQuery:
    """A question as the engine takes it."""

    dense: Vectors
    lex: Sparse
    c4: Sparse

    @property
    def kinds(self) -> list[str]:
        """The kinds of vectors to search with: a question without words has no sparse ones."""
        return [kind for kind in KINDS if kind == "dense" or getattr(self, kind)]


class ScoredPassage(NamedTuple):
    """The id of what a point leads to, and a score; larger is better. Thousands are made for a question."""

    passage: str
    score: float


class Index(Protocol):
    """What both engines offer.

    `kind` narrows a query to points whose payload has that `kind`; `among` to those whose `document` or `record` is
    one of these ids.
    """

    def add(self, points: Sequence[Point]) -> None:
        """Store the points; they are safe once `finish` has returned."""
        ...

    def finish(self) -> None:
        """Write everything out; no point is added after."""
        ...

    def query(
        self, query: VectorQuery, limit: int, kind: str | None = None, among: frozenset[str] = frozenset()
    ) -> list[ScoredPassage]:
        """Return the best passages, best first, by their own three legs fused by distribution (DBSF)."""
        ...

    def legs(
        self, query: VectorQuery, limit: int, among: frozenset[str] = frozenset()
    ) -> dict[str, list[ScoredPassage]]:
        """Return the best points of each leg, best first, with the leg's own scores; none where the query is empty.

        A target stands as often as it has points among the best.
        """
        ...

    def count(self) -> int:
        """Return the number of points."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


@contextmanager
def _edge_errors(folder: Path) -> Iterator[None]:
    """Turn the engine's errors into ours; it raises plain exceptions, and panics outside their tree."""
    try:
        yield
    except OSError:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit | GeneratorExit | MemoryError):
            raise
        if re.search(
            rf"No space left|File too large|os error (?:{errno.ENOSPC}|{errno.EFBIG}|{errno.EDQUOT})\b", str(error)
        ):
            raise StorageFull(
                f"Disken med {folder} er fuld.", "Frigør plads, og kør proev ingest igen. Det gamle indeks er urørt."
            ) from error
        raise IndexDamaged(
            f"Indekset i {folder} kan ikke læses.", "Byg det igen med: proev ingest --rebuild."
        ) from error


class EdgeIndex:
    """Qdrant's engine in this process, on a folder that never changes once it is finished.

    Written without a log, because a half-written folder is never opened (retrieval/storage.py): so several
    processes can read the same folder. Opening is guarded by a lock, as the engine rewrites a small file then.
    """

    def __init__(self, shard: Any, folder: Path) -> None:
        self._shard = shard
        self._folder = folder

    @classmethod
    def create(cls, folder: Path, dimensions: int) -> "EdgeIndex":
        """Begin an index in a new, empty folder. Raises StorageFull."""
        folder.mkdir(parents=True)
        config = edge.EdgeConfig(
            vectors={
                f"{side}dense": edge.EdgeVectorParams(size=dimensions, distance=edge.Distance.Cosine) for side in SIDES
            },
            sparse_vectors={
                f"{side}{name}": edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)
                for side in SIDES
                for name in ("lex", "c4")
            },
            hnsw_config=edge.HnswIndexConfig(m=0, ef_construct=1, full_scan_threshold=0),
            wal_enabled=False,
        )
        with _edge_errors(folder):
            shard = edge.EdgeShard.create(str(folder), config)
            for field in FILTERED:
                shard.update(edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Keyword))
            return cls(shard, folder)

    @classmethod
    def open(cls, folder: Path) -> "EdgeIndex":
        """Open a finished index. Raises IndexDamaged."""
        with (folder.parent / "open.lock").open("a") as lock, _edge_errors(folder):
            fcntl.flock(lock, fcntl.LOCK_EX)
            return cls(edge.EdgeShard.load(str(folder)), folder)

    def add(self, points: Sequence[Point]) -> None:
        """See Index. Raises StorageFull."""
        for start in range(0, len(points), UPSERT_BATCH):
            batch = [
                edge.Point(
                    id=point.id,
                    vector={
                        f"{point.side}dense": point.dense.tolist(),
                        f"{point.side}lex": _edge_sparse(point.lex),
                        f"{point.side}c4": _edge_sparse(point.c4),
                    },
                    payload={"passage": point.passage, **point.payload},
                )
                for point in points[start : start + UPSERT_BATCH]
            ]
            with _edge_errors(self._folder):
                self._shard.update(edge.UpdateOperation.upsert_points(batch))

    def finish(self) -> None:
        """See Index. Opens the folder once more, so that later openings find nothing left to tidy."""
        with _edge_errors(self._folder):
            self._shard.flush()
            self._shard.optimize()
            self._shard.flush()
            self._shard.close()
            self._shard = edge.EdgeShard.load(str(self._folder))
            self._shard.close()
            self._shard = edge.EdgeShard.load(str(self._folder))

    def query(
        self, query: VectorQuery, limit: int, kind: str | None = None, among: frozenset[str] = frozenset()
    ) -> list[ScoredPassage]:
        """See Index. Raises IndexDamaged."""
        chosen = _edge_filter(kind, among)
        legs = [edge.Query.Nearest(query.dense.tolist(), using="dense")]
        legs += [
            edge.Query.Nearest(_edge_sparse(vector), using=name)
            for name, vector in (("lex", query.lex), ("c4", query.c4))
            if vector
        ]
        request = edge.QueryRequest(
            limit=limit,
            prefetches=[
                edge.Prefetch(
                    limit=max(PREFETCH, limit), query=leg, filter=chosen, params=edge.SearchParams(exact=EXACT)
                )
                for leg in legs
            ],
            query=edge.Fusion.Dbsf(),  # type: ignore[arg-type]  # the stubs lack the subclass
            with_payload=["passage"],
        )
        with _edge_errors(self._folder):
            found = self._shard.query(request)
            return [ScoredPassage(str(point.payload["passage"]), float(point.score)) for point in found]

    def legs(
        self, query: VectorQuery, limit: int, among: frozenset[str] = frozenset()
    ) -> dict[str, list[ScoredPassage]]:
        """See Index. Raises IndexDamaged."""
        chosen = _edge_filter(None, among)
        vectors = {"dense": query.dense.tolist(), "lex": _edge_sparse(query.lex), "c4": _edge_sparse(query.c4)}
        found: dict[str, list[ScoredPassage]] = {leg: [] for leg in LEGS}
        with _edge_errors(self._folder):
            for side in SIDES:
                for kind in query.kinds:
                    request = edge.QueryRequest(
                        limit=limit,
                        prefetches=[],
                        query=edge.Query.Nearest(vectors[kind], using=f"{side}{kind}"),
                        filter=chosen,
                        params=edge.SearchParams(exact=EXACT),
                        with_payload=["passage"],
                    )
                    found[f"{side}{kind}"] = [
                        ScoredPassage(str(point.payload["passage"]), float(point.score))
                        for point in self._shard.query(request)
                    ]
        return found

    def count(self) -> int:
        """See Index."""
        with _edge_errors(self._folder):
            return int(self._shard.count(edge.CountRequest(exact=True)))

    def close(self) -> None:
        """See Index."""
        with _edge_errors(self._folder):
            self._shard.close()


def _edge_filter(kind: str | None, among: frozenset[str]) -> Any:
    fields = ("document", "record") if among else ()
    must: list[Any] = [edge.FieldCondition(key="kind", match=edge.MatchValue(kind))] if kind is not None else []
    should: list[Any] = [edge.FieldCondition(key=name, match=edge.MatchAny(sorted(among))) for name in fields]
    return edge.Filter(must=must or None, should=should or None) if must or should else None


def _edge_sparse(vector: Sparse) -> Any:
    return edge.SparseVector(indices=list(vector), values=list(vector.values()))


@contextmanager
def _server_errors(url: str = "") -> Iterator[None]:
    """Turn what goes wrong on the way to a server, or on it, into ServerUnreachable."""
    try:
        yield
    except IndexFault:
        raise
    except Exception as error:
        raise ServerUnreachable(
            f"Qdrant-serveren {url} svarer ikke, som den skal ({type(error).__name__}).",
            "Se serverens log, kontrollér QDRANT_URL og QDRANT_API_KEY, og prøv igen.",
        ) from error


class ServerIndex:
    """A collection on a Qdrant server, or in memory for tests (`:memory:`). The client belongs to the caller."""

    def __init__(self, client: Any, collection: str) -> None:
        self._client = client
        self._collection = collection

    @staticmethod
    def connect(url: str, api_key: str | None = None) -> Any:
        """Return a client of the server at `url`. Raises ServerUnreachable."""
        from qdrant_client import QdrantClient

        if url == ":memory:":
            return QdrantClient(":memory:")
        with _server_errors(url):
            client = QdrantClient(url=url, api_key=api_key, timeout=30)
            client.get_collections()
            return client

    @classmethod
    def create(cls, client: Any, collection: str, dimensions: int) -> "ServerIndex":
        """Begin a collection, in place of one of the same name."""
        from qdrant_client import models

        with _server_errors():
            if client.collection_exists(collection):
                client.delete_collection(collection)
            client.create_collection(
                collection,
                vectors_config={
                    f"{side}dense": models.VectorParams(size=dimensions, distance=models.Distance.COSINE)
                    for side in SIDES
                },
                sparse_vectors_config={
                    f"{side}{name}": models.SparseVectorParams(modifier=models.Modifier.IDF)
                    for side in SIDES
                    for name in ("lex", "c4")
                },
                hnsw_config=models.HnswConfigDiff(m=0),
            )
            for field in FILTERED:
                client.create_payload_index(collection, field, models.PayloadSchemaType.KEYWORD, wait=True)
        return cls(client, collection)

    @classmethod
    def open(cls, client: Any, collection: str) -> "ServerIndex":
        """Open a collection that is there. Raises IndexDamaged when it is not."""
        with _server_errors():
            if not client.collection_exists(collection):
                raise IndexDamaged(
                    f"Samlingen {collection} findes ikke på Qdrant-serveren.", "Byg den med: proev ingest --rebuild."
                )
        return cls(client, collection)

    @staticmethod
    def remove(client: Any, collection: str) -> None:
        """Remove a collection, if it is there."""
        with _server_errors():
            client.delete_collection(collection)

    def add(self, points: Sequence[Point]) -> None:
        """See Index."""
        from qdrant_client import models

        for start in range(0, len(points), UPSERT_BATCH):
            batch = [
                models.PointStruct(
                    id=point.id,
                    vector={
                        f"{point.side}dense": point.dense.tolist(),
                        f"{point.side}lex": _server_sparse(point.lex),
                        f"{point.side}c4": _server_sparse(point.c4),
                    },
                    payload={"passage": point.passage, **point.payload},
                )
                for point in points[start : start + UPSERT_BATCH]
            ]
            with _server_errors():
                self._client.upsert(self._collection, batch, wait=True)

    def finish(self) -> None:
        """See Index; the server has everything already."""

    def query(
        self, query: VectorQuery, limit: int, kind: str | None = None, among: frozenset[str] = frozenset()
    ) -> list[ScoredPassage]:
        """See Index. Raises ServerUnreachable."""
        from qdrant_client import models

        chosen = _server_filter(kind, among)
        legs: list[tuple[str, Any]] = [("dense", query.dense.tolist())]
        legs += [(name, _server_sparse(v)) for name, v in (("lex", query.lex), ("c4", query.c4)) if v]
        with _server_errors():
            found = self._client.query_points(
                self._collection,
                prefetch=[
                    models.Prefetch(
                        query=vector,
                        using=name,
                        limit=max(PREFETCH, limit),
                        filter=chosen,
                        params=models.SearchParams(exact=EXACT),
                    )
                    for name, vector in legs
                ],
                query=models.FusionQuery(fusion=models.Fusion.DBSF),
                limit=limit,
                with_payload=["passage"],
            ).points
        return [ScoredPassage(str(point.payload["passage"]), float(point.score)) for point in found]

    def legs(
        self, query: VectorQuery, limit: int, among: frozenset[str] = frozenset()
    ) -> dict[str, list[ScoredPassage]]:
        """See Index; one request for all legs. Raises ServerUnreachable."""
        from qdrant_client import models

        vectors: dict[str, Any] = {
            "dense": query.dense.tolist(),
            "lex": _server_sparse(query.lex),
            "c4": _server_sparse(query.c4),
        }
        names = [f"{side}{kind}" for side in SIDES for kind in query.kinds]
        requests = [
            models.QueryRequest(
                query=vectors[name.removeprefix(SIDES[1])],
                using=name,
                limit=limit,
                filter=_server_filter(None, among),
                params=models.SearchParams(exact=EXACT),
                with_payload=["passage"],
            )
            for name in names
        ]
        with _server_errors():
            answers = self._client.query_batch_points(self._collection, requests)
        found: dict[str, list[ScoredPassage]] = {leg: [] for leg in LEGS}
        for name, answer in zip(names, answers, strict=True):
            found[name] = [ScoredPassage(str(p.payload["passage"]), float(p.score)) for p in answer.points]
        return found

    def count(self) -> int:
        """See Index."""
        with _server_errors():
            return int(self._client.count(self._collection, exact=True).count)

    def close(self) -> None:
        """See Index; others may use the client."""


def _server_filter(kind: str | None, among: frozenset[str]) -> Any:
    from qdrant_client import models

    fields = ("document", "record") if among else ()
    must: list[Any] = (
        [models.FieldCondition(key="kind", match=models.MatchValue(value=kind))] if kind is not None else []
    )
    should: list[Any] = [models.FieldCondition(key=name, match=models.MatchAny(any=sorted(among))) for name in fields]
    return models.Filter(must=must or None, should=should or None) if must or should else None


def _server_sparse(vector: Sparse) -> Any:
    from qdrant_client import models

    return models.SparseVector(indices=list(vector), values=[float(np.float32(v)) for v in vector.values()])
