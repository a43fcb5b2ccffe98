"""Sections to passages: whole sentences, evenly packed, never across a section. Door: llama-index.

The sections become llama-index Documents and a NodeParser cuts them into TextNodes, so that any other parser
of that library can stand in its place.
"""

import hashlib
import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from llama_index.core.node_parser import NodeParser
from llama_index.core.schema import BaseNode, NodeRelationship, TextNode
from llama_index.core.schema import Document as SourceNode
from pydantic import Field

from corpus.schema import Page, Passage, Section, Sentence

TARGET_TOKENS = 220
"""The most tokens of the embedder a passage holds, unless one sentence alone is longer."""

CountTokens = Callable[[str], int]


class WholeSentenceParser(NodeParser):
    """Cuts a Document whose metadata holds its sentences into TextNodes of whole sentences.

    Every node of a document has about the same number of tokens. A list stays together with the sentence that
    introduces it where it can, and notes get nodes of their own.
    """

    count_tokens: CountTokens = Field(exclude=True)
    target_tokens: int = TARGET_TOKENS

    def _parse_nodes(self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any) -> list[BaseNode]:
        """Return the TextNodes of each document in turn; `metadata["sentences"]` holds their places."""
        parsed: list[BaseNode] = []
        for node in nodes:
            sentences: list[Sentence] = node.metadata["sentences"]
            for places in self.pack(sentences):
                text = " ".join(sentences[place].text for place in places)
                parsed.append(
                    TextNode(
                        text=text,
                        metadata={"places": places},
                        relationships={NodeRelationship.SOURCE: node.as_related_node_info()},
                    )
                )
        return parsed

    def pack(self, sentences: Sequence[Sentence]) -> list[list[int]]:
        """Return the places of the sentences of each passage."""
        groups: list[list[int]] = []
        body = [place for place, sentence in enumerate(sentences) if sentence.kind != "note"]
        notes = [place for place, sentence in enumerate(sentences) if sentence.kind == "note"]
        for places in (body, notes):
            if places:
                groups += self._pack([(place, self.count_tokens(sentences[place].text)) for place in places], sentences)
        return groups

    def _pack(self, sized: list[tuple[int, int]], sentences: Sequence[Sentence]) -> list[list[int]]:
        atoms = self._atoms(sized, sentences)
        total = sum(tokens for _, tokens in sized)
        share = total / math.ceil(total / self.target_tokens)
        groups: list[list[int]] = []
        filled = 0.0
        for places, tokens in atoms:
            if not groups or filled + tokens / 2 > share * len(groups):
                groups.append([])
            groups[-1] += places
            filled += tokens
        return groups

    def _atoms(self, sized: list[tuple[int, int]], sentences: Sequence[Sentence]) -> list[tuple[list[int], int]]:
        """Group what must not be parted: a list with its introduction, unless it is too long for one passage."""
        atoms: list[tuple[list[int], int]] = []
        open_list = False
        for place, tokens in sized:
            item = sentences[place].kind == "item"
            introduced = bool(atoms) and sentences[atoms[-1][0][-1]].text.endswith(":")
            if atoms and (introduced or (item and open_list)) and atoms[-1][1] + tokens <= 1.25 * self.target_tokens:
                atoms[-1] = ([*atoms[-1][0], place], atoms[-1][1] + tokens)
            else:
                atoms.append(([place], tokens))
            open_list = item
        return atoms


def passages(parts: Iterable[Section], pages: Sequence[Page], count_tokens: CountTokens) -> list[Passage]:
    """Return the passages of the sections of one document.

    An id is made of the document's id and a hash of headings and text, so it changes only with them.
    """
    sections = list(parts)
    printed = any(page.printed is not None for page in pages)
    documents = [
        SourceNode(text="", id_=str(place), metadata={"sentences": section.sentences})
        for place, section in enumerate(sections)
    ]
    nodes = WholeSentenceParser(count_tokens=count_tokens).get_nodes_from_documents(documents)
    result: list[Passage] = []
    seen: set[str] = set()
    for node in nodes:
        section = sections[int(node.ref_doc_id or 0)]
        chosen = tuple(section.sentences[place] for place in node.metadata["places"])
        passage = _passage(section, chosen, printed)
        if passage.id not in seen:
            seen.add(passage.id)
            result.append(passage)
    return result


def _passage(section: Section, sentences: tuple[Sentence, ...], printed: bool) -> Passage:
    content = "\n".join([*section.path, section.record or "", *(sentence.text for sentence in sentences)])
    digest = hashlib.sha256(content.encode()).hexdigest()[:12]
    pages = tuple(sorted({page for sentence in sentences for page in sentence.pages}))
    return Passage(
        id=f"{section.document}-{digest}",
        document=section.document,
        path=section.path,
        sentences=sentences,
        pages=pages,
        printed=printed,
        record=section.record,
        field=section.field,
    )
