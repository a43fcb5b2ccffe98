"""`python -m evals`: the parts of the evaluation suite, and `run`, which is also `proev eval`.

Exit codes: 0 passed, 1 the gate failed, 2 it could not run.
"""

import json
import logging
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from app.config import load
from app.engine import Engine
from corpus.errors import ProevError
from evals.generate import generate, read_questions, write_results
from evals.items import Item, load_items
from evals.results import Result, read_results
from evals.workshop import GATE_FAILED, asking, console, errors
from evals.workshop import cli as workshop

COULD_NOT_RUN = 2

cli = typer.Typer(help="Mål, hvor godt systemet svarer.", no_args_is_help=True, add_completion=False)
cli.add_typer(workshop)


class Split(StrEnum):
    """Which half of the items is measured."""

    ALL = "all"
    DEV = "dev"
    TEST = "test"


SplitOption = Annotated[Split, typer.Option(help="Hvilken del af spørgsmålene.")]


def _chosen(split: Split) -> tuple[Item, ...]:
    return tuple(item for item in load_items() if split in (Split.ALL, item.split))


def _read(path: Path) -> Mapping[str, Result]:
    """Return the results of a file; lines that are none are told and passed over."""
    found, faults = read_results(path)
    for fault in faults:
        errors.print(f"Sprunget over: {fault}", markup=False)
    return found


@cli.command("generate")
def generate_command(
    questions: Annotated[Path, typer.Option(help="JSONL med id og query på hver linje.")],
    out: Annotated[Path, typer.Option(help="Filen, resultaterne skrives i (JSONL).")],
) -> None:
    """Kør systemet over en fil med spørgsmål."""
    read = read_questions(questions)
    engine = Engine(load())
    engine.library  # noqa: B018 - a missing index is told before the first question
    with asking(len(read)) as advance:
        written = write_results(generate(read, engine), out, advance)
    errors.print(f"{written} svar skrevet i {out}.")


@cli.command("evaluate")
def evaluate_command(
    results: Annotated[Path, typer.Option(help="Resultater fra generate.")],
    out: Annotated[Path, typer.Option(help="Filen, målingen skrives i (JSON).")],
    items: Annotated[list[Path] | None, typer.Option(help="Andre spørgsmål end de medfølgende (JSONL).")] = None,
    split: SplitOption = Split.ALL,
) -> None:
    """Mål en fil med resultater, uden at køre noget."""
    from evals.evaluate import evaluate, to_json
    from evals.run import table

    chosen = load_items(items) if items else _chosen(split)
    found = _read(results)
    wanted = {item.id for item in chosen}
    kept = found if items else {name: result for name, result in found.items() if name in wanted}
    evaluation = evaluate(chosen, kept, {"results": results.name, "split": split.value})
    out.write_bytes(to_json(evaluation))
    console.print(table(evaluation, None))


@cli.command("compare")
def compare_command(
    before: Annotated[Path, typer.Argument(help="Målingen før.")],
    after: Annotated[Path, typer.Argument(help="Målingen efter.")],
) -> None:
    """Sammenlign to målinger: vundne, lige og tabte spørgsmål og en parret test."""
    from evals.compare import compare
    from evals.evaluate import from_json

    read = [from_json(path.read_bytes(), str(path)) for path in (before, after)]
    for found in compare(*read):
        mark = "bedre" if found.is_gain else "VÆRRE" if found.is_drop else "ens"
        console.print(
            f"{found.metric:22} {found.before:.3f} → {found.after:.3f}  {mark:6} p={found.p:.3f}  "
            f"vundet {found.wins}, lige {found.ties}, tabt {found.losses}"
        )


@cli.command("report")
def report_command(
    out: Annotated[Path, typer.Option(help="HTML-filen, rapporten skrives i.")],
    results: Annotated[Path | None, typer.Option(help="Resultater fra generate; ellers køres systemet nu.")] = None,
    split: SplitOption = Split.TEST,
    peers: Annotated[bool, typer.Option(help="Mål også de nærliggende alternativer (tager minutter).")] = False,
    readme: Annotated[Path | None, typer.Option(help="Sæt tabellen ind i denne README.")] = None,
) -> None:
    """Skriv en rapport i HTML med tal, figurer og de dårligste svar."""
    from evals.evaluate import evaluate
    from evals.report import readme_table, report
    from evals.run import ask_all, describe, insert_table, peer_evaluations

    items = _chosen(split)
    engine = Engine(load())
    if results is not None:
        found, meta = _read(results), {"results": results.name}
    else:
        with asking(len(items)) as advance:
            found, meta = ask_all(items, engine, advance), describe(engine)
    kept = {item.id: found[item.id] for item in items if item.id in found}
    evaluation = evaluate(items, kept, {**meta, "split": split.value})
    others = peer_evaluations(items, engine) if peers else {}
    out.write_text(report(items, kept, evaluation, others), "utf-8")
    if readme is not None:
        insert_table(readme, readme_table(evaluation))
    errors.print(f"Rapporten er skrevet i {out}.")


@cli.command("peers")
def peers_command(split: SplitOption = Split.TEST) -> None:
    """Mål de nærliggende alternativer på de samme spørgsmål."""
    from evals.run import peer_evaluations

    for name, evaluation in peer_evaluations(_chosen(split), Engine(load())).items():
        means = {metric: evaluation.metrics[metric].mean for metric in ("ndcg_5", "recall_10", "action_top_3")}
        console.print(f"{name:22} {means}", markup=False)


@cli.command("judge")
def judge_command(results: Annotated[Path, typer.Option(help="Resultater fra generate.")]) -> None:
    """Spørg en sprogmodel, hvad den mener om svarene; vejledende, og kun hvor en er sat op."""
    from evals.judge import configured, judge, summary

    ask = configured()
    if ask is None:
        errors.print("Ingen dommer er sat op: sæt PROEV_JUDGE_URL og PROEV_JUDGE_MODEL.")
        raise typer.Exit(COULD_NOT_RUN)
    typer.echo(json.dumps(summary(judge(_read(results).values(), ask)), indent=2))


@cli.command("squad")
def squad_command(path: Annotated[Path, typer.Argument(help="En fil i SQuAD-format.")]) -> None:
    """Mål søgningen på et sæt udefra i SQuAD-format."""
    from evals.squad import load_squad, retrieval_scores

    config = load()
    engine = Engine(config)
    typer.echo(json.dumps(retrieval_scores(load_squad(path), engine.embedder, config.storage.vector_cache), indent=2))


@cli.command("run")
def run_command(
    split: SplitOption = Split.ALL,
    out: Annotated[Path | None, typer.Option(help="Skriv målingen i denne fil (JSON).")] = None,
    raise_baseline: Annotated[bool, typer.Option(help="Gør denne måling til den nye baseline.")] = False,
) -> None:
    """Spørg, mål, sammenlign med baseline, og vis det i én tabel; fejler, når noget er blevet værre."""
    from evals.compare import gate
    from evals.evaluate import to_json
    from evals.run import BASELINE, read_baseline, run, table

    items = _chosen(split)
    engine = Engine(load())
    engine.library  # noqa: B018 - a missing index is told before the first question
    with asking(len(items)) as advance:
        evaluation = run(items, engine, advance)
    baseline = read_baseline()
    console.print(table(evaluation, baseline))
    console.print(f"Uden for tabellen: {json.dumps(evaluation.extra, ensure_ascii=False)}", markup=False)
    if out is not None:
        out.write_bytes(to_json(evaluation))
    reasons = gate(evaluation, None if raise_baseline else baseline)
    for reason in reasons:
        errors.print(f"Ikke bestået: {reason}", markup=False)
    if reasons:
        raise typer.Exit(GATE_FAILED)
    if raise_baseline:
        BASELINE.write_bytes(to_json(evaluation))
        errors.print(f"Ny baseline skrevet i {BASELINE.name}.")


def main() -> None:
    """Run the command; an error of ours is told in one line."""
    logging.basicConfig(level=logging.ERROR)
    try:
        cli()
    except ProevError as error:
        errors.print(f"Fejl: {error}", markup=False)
        sys.exit(COULD_NOT_RUN)
    except OSError as error:
        errors.print(f"Fejl: {error.strerror}: {error.filename}", markup=False)
        sys.exit(COULD_NOT_RUN)


if __name__ == "__main__":
    main()
