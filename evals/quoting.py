"""The weights of what is quoted: how surely a sentence, or a statement of a topic card, answers a question.

Nothing here reads the test half of the items.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from app.conversation import standalone
from app.engine import HITS, Engine
from app.relevance import WEIGHTS, Features, candidates, statement_features
from app.turn import Message
from corpus.schema import Statement
from evals.calibrate import fitted
from evals.items import Item
from evals.metrics.match import gold_in_text, holds
from retrieval.library import Library
from retrieval.rank import Legs
from retrieval.search import prepare, search
from retrieval.suggest import best_topic

KINDS = frozenset({"question", "english", "comparison", "false_premise", "noisy", "follow_up", "ordinary"})
"""The kinds of items that are answered by quotations."""

HEAD = "# How surely a sentence of a hit, or a statement of a topic card, answers a question (app/relevance.py): the"
FOUND = "# weights of two logistic regressions, found on the development items by: python -m evals calibrate"

Row = tuple[str, Features, bool]
"""`sentences` or `statements`, what speaks for it, and whether it answers."""


def rows(items: Iterable[Item], engine: Engine) -> Iterator[Row]:
    """Yield what could be quoted for each development item that expects passages, and whether it is gold."""
    library = engine.library
    for item in items:
        if item.split != "dev" or item.kind not in KINDS or not item.gold:
            continue
        history = [Message(said["role"], said["content"]) for said in item.history]
        query = prepare(standalone(engine.mask(item.query), history), engine.embedder, library)
        legs = Legs.of(query.vectors, query.named, library)
        hits = search(query, library, HITS, legs)
        for one in candidates(query, hits, library):
            passage = hits[one.hit].passage
            text = passage.sentences[one.place].text
            gold = any(span.document == passage.document and holds(text, span.quote) for span in item.gold)
            yield "sentences", one.features, gold
        found = best_topic(query, library, legs)
        if found is not None:
            for statement in found.topic.statements:
                yield "statements", statement_features(found, statement, hits), _carries(statement, item, library)


def _carries(statement: Statement, item: Item, library: Library) -> bool:
    """Tell whether a passage that carries a statement holds a gold span."""
    cited = (library.passages[support.passage] for support in statement.support)
    return any(gold_in_text(item, passage.document, passage.text) for passage in cited)


def write(found: Iterable[Row], target: Path = WEIGHTS) -> dict[str, float]:
    """Write the weights found on the rows to `target`; return the area under the ROC curve on them, of each kind."""
    lines, apart = [HEAD, FOUND], {}
    told = list(found)
    for kind in ("sentences", "statements"):
        own = [(features, gold) for name, features, gold in told if name == kind]
        features, labels = zip(*own, strict=True)
        found_weights, bias, apart[kind] = fitted(features, labels, balanced=False)
        lines += ["", f"[{kind}]", f"bias = {bias:.4f}"]
        lines += [f"{name} = {weight:.4f}" for name, weight in found_weights.items()]
    target.write_text("\n".join(lines) + "\n", "utf-8")
    return apart
