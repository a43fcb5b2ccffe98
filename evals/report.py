"""One self-contained HTML file about how good the system is, for a school leader and for an engineer alike."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.answer import source_title
from app.turn import Outcome
from corpus import manifest
from evals.evaluate import Evaluation, Summary
from evals.items import Item
from evals.metrics import METRICS
from evals.metrics.base import Metric
from evals.metrics.recall import score as recall_at
from evals.results import Result

WORST = 12
DEPTHS = range(1, 11)
PLOTTED = ("ndcg_5", "recall_10", "action_top_3", "answer_points", "outcome")
BANDS_MS = (25, 50, 100, 200, 400, 800, 1600)
README_METRICS = (
    "ndcg_5", "recall_10", "action_hit_1", "action_top_3", "examples_listed", "quote_exactness", "critical_tokens",
    "citation_precision", "citation_recall", "answer_points", "refusal_recall", "false_refusals", "urgent_recall",
    "urgent_false_alarms", "urgent_noticed", "urgent_cautions", "masking_recall", "over_masking",
)  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """A row of a plot: a label, a value from 0 to 1, and its interval; None where there is no value."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Bad:
    """An item that went badly: what was expected and what came."""

    item: Item
    result: Result
    score: float


def report(
    items: Sequence[Item],
    results: Mapping[str, Result],
    evaluation: Evaluation,
    peers: Mapping[str, Evaluation],
) -> str:
    """Return the report as HTML; `peers` are evaluations of others on the same items."""
    by_name = {metric.name: metric for metric in METRICS}
    folder = Path(__file__).parent / "templates"
    pages = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    pages.filters["pct"] = percent
    return pages.get_template("report.html").render(
        meta=evaluation.meta,
        extra=evaluation.extra,
        metrics=[(metric, evaluation.metrics[metric.name], is_met(metric, evaluation)) for metric in METRICS],
        by_kind={by_name[name].description: kind_bars(name, evaluation) for name in PLOTTED},
        recall=recall_curve(items, results),
        refusals=refusal_bars(items, results),
        latency=latency_bars(results.values()),
        worst=worst(items, results, evaluation),
        peers={name: [peer.metrics[metric].mean for metric in PLOTTED[:3]] for name, peer in peers.items()},
        ours=[evaluation.metrics[metric].mean for metric in PLOTTED[:3]],
        peer_metrics=[by_name[name].description for name in PLOTTED[:3]],
        documents=[source_title(document, "da") for document in manifest.load()],
        count=len(items),
    )


def percent(value: float | None) -> str:
    """Return a share as a Danish percentage, a dash for none."""
    return "–" if value is None else f"{100 * value:.0f} %"


def is_met(metric: Metric, evaluation: Evaluation) -> bool | None:
    """Tell whether a metric reaches its target; None where it has no value."""
    mean = evaluation.metrics[metric.name].mean
    return None if mean is None else metric.is_met(mean)


def kind_bars(name: str, evaluation: Evaluation) -> list[Bar]:
    """Return a metric's mean and interval for all items, then for each kind that has a part in it."""
    rows: list[tuple[str, Summary]] = [("alle", evaluation.metrics[name])]
    rows += [(kind, summaries[name]) for kind, summaries in evaluation.by_kind.items() if summaries[name].n]
    return [Bar(label, s.mean, s.low, s.high, f"{s.n} spørgsmål") for label, s in rows]


def recall_curve(items: Sequence[Item], results: Mapping[str, Result]) -> list[Bar]:
    """Return the mean recall in the first k hits, k from 1 to 10."""
    curve = []
    for depth in DEPTHS:
        scores = [recall_at(item, results[item.id], depth) for item in items]
        defined = [score for score in scores if not math.isnan(score)]
        curve.append(Bar(str(depth), sum(defined) / len(defined) if defined else None))
    return curve


def refusal_bars(items: Sequence[Item], results: Mapping[str, Result]) -> list[Bar]:
    """Return the share refused of each class that should be, and of the items that should be answered."""
    groups: dict[str, list[bool]] = {}
    for item in items:
        refused = results[item.id].outcome is Outcome.REFUSED
        if item.outcome is Outcome.REFUSED:
            groups.setdefault(f"skal afvises: {item.refusal_class}", []).append(refused)
        elif item.outcome in {Outcome.ANSWERED, Outcome.PARTIAL}:
            groups.setdefault("skal besvares", []).append(refused)
    return [
        Bar(name, sum(found) / len(found), note=f"{len(found)} spørgsmål") for name, found in sorted(groups.items())
    ]


def latency_bars(results: Iterable[Result]) -> list[Bar]:
    """Return the share of answers in each band of milliseconds."""
    times = [result.timings_ms["total"] for result in results if "total" in result.timings_ms]
    edges = (0, *BANDS_MS, float("inf"))
    bars = []
    for low, high in pairwise(edges):
        share = sum(low <= time < high for time in times) / max(1, len(times))
        bars.append(Bar(f"under {high:.0f} ms" if high != float("inf") else f"over {low:.0f} ms", share))
    return bars


def worst(items: Sequence[Item], results: Mapping[str, Result], evaluation: Evaluation) -> list[Bad]:
    """Return the items with the lowest mean score over the metrics that have a value between 0 and 1 for them."""
    names = [metric.name for metric in METRICS if not metric.lower_is_better]
    scored = []
    for item in items:
        found = [evaluation.scores[name][item.id] for name in names if item.id in evaluation.scores[name]]
        if found:
            scored.append(Bad(item, results[item.id], sum(found) / len(found)))
    return sorted(scored, key=lambda bad: (bad.score, bad.item.id))[:WORST]


def readme_table(evaluation: Evaluation) -> str:
    """Return the table of the README in Markdown."""
    lines = ["| mål | hvad | tal | 95 % | ønsket |", "|---|---|---|---|---|"]
    for metric in METRICS:
        summary = evaluation.metrics[metric.name]
        if metric.name in README_METRICS and summary.mean is not None:
            lines.append(
                f"| `{metric.name}` | {metric.description} | {_comma(summary.mean)} | "
                f"{_comma(summary.low)}–{_comma(summary.high)} | {metric.sign} {_comma(metric.target)} |"
            )
    return "\n".join(lines)


def _comma(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}".replace(".", ",")
