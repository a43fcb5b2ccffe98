"""The search as a llama-index retriever, so that the index plugs into that ecosystem. Door: llama-index."""

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from retrieval.embed import Embedder
from retrieval.library import Library
from retrieval.search import prepare, search


class ProevRetriever(BaseRetriever):
    """Returns the hits of a question as nodes whose metadata is enough for a citation."""

    def __init__(self, library: Library, embedder: Embedder, limit: int = 10) -> None:
        super().__init__()
        self._library = library
        self._embedder = embedder
        self._limit = limit

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        query = prepare(query_bundle.query_str, self._embedder, self._library)
        return [
            NodeWithScore(
                node=TextNode(
                    id_=hit.passage.id,
                    text=hit.text,
                    metadata={
                        "document": hit.passage.document,
                        "heading": hit.passage.heading,
                        "pages": list(hit.pages),
                        "record": hit.passage.record,
                    },
                ),
                score=hit.score,
            )
            for hit in search(query, self._library, self._limit)
        ]
