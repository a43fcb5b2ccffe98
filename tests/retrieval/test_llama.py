"""retrieval/llama.py: the index answers as any llama-index retriever does."""

from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import MetadataMode

from retrieval.llama import ProevRetriever
from retrieval.search import prepare, search

QUESTION = "Eleverne er urolige i timerne efter frokost"


def test_retriever_gives_the_hits_of_the_search_as_nodes(library, bundled) -> None:
    nodes = ProevRetriever(library, bundled, limit=4).retrieve(QUESTION)
    hits = search(prepare(QUESTION, bundled, library), library, 4)
    assert [node.node.node_id for node in nodes] == [hit.passage.id for hit in hits]
    assert [node.score for node in nodes] == [hit.score for hit in hits]


def test_node_holds_the_text_and_enough_for_a_citation(library, bundled) -> None:
    node = ProevRetriever(library, bundled).retrieve(QUESTION)[0].node
    assert node.metadata == {
        "document": "kl",
        "heading": node.metadata["heading"],
        "pages": [9],
        "record": "kl-egedal-baekkegaarden",
    }
    assert "Bækkegården" in node.metadata["heading"]
    assert library.passages[node.node_id].text in node.get_content(MetadataMode.NONE)


def test_pages_are_left_out_where_the_source_has_none(library, bundled) -> None:
    nodes = ProevRetriever(library, bundled).retrieve("Hvad fandt ekspertgruppen om 96 pct.-målsætningen?")
    assert all(node.metadata["pages"] == [] for node in nodes if node.metadata["document"] == "inklusion")
    assert any(node.metadata["document"] == "inklusion" for node in nodes)


def test_retriever_is_one_of_llama_index(library, bundled) -> None:
    assert isinstance(ProevRetriever(library, bundled), BaseRetriever)
