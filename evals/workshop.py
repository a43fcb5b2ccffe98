"""The commands of `python -m evals` that teach the system, strain it and time it."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from app.config import load
from app.engine import Engine, public_names
from evals.items import load_items
from retrieval.embed import PATCH

EPOCHS = 5.0
GATE_FAILED = 1

cli = typer.Typer()
console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


@contextmanager
def asking(count: int) -> Iterator[Callable[[], None]]:
    """Show a bar for `count` questions; give what to call after each."""
    with Progress(console=errors, transient=True) as bar:
        task = bar.add_task("Spørger", total=count)
        yield lambda: bar.advance(task)


@cli.command("tune")
def tune_command() -> None:
    """Find vægtene for passager og emner på udviklingshalvdelen, og skriv dem i retrieval/ranking.toml."""
    from evals.tune import tune
    from retrieval.rank import WEIGHTS

    engine = Engine(load())
    for kind, (before, after) in tune(load_items(), engine.embedder, engine.library, WEIGHTS).items():
        console.print(f"{kind}: {before:.3f} før, {after:.3f} med vægte fundet på de andre dele")


@cli.command("learn-actions")
def learn_actions_command() -> None:
    """Lær af eksemplerne, hvilken prøvehandling en beskrivelse kalder på, og hvad der tæller (tilvalg train)."""
    from corpus import knowledge
    from evals.learn_actions import learn_actions

    engine = Engine(load())
    catalogue = engine.library.catalogue
    known = knowledge.read(catalogue.passages, catalogue.pages, catalogue.read_records)
    by_words, ranked = learn_actions(known.expansions, engine)
    console.print(f"Af de eksempler, der ikke var set, er den bedste først i {by_words:.1%} ved ordene alene,")
    console.print(f"og i {ranked:.1%} i rangordenen, hvis vægte er fundet på dem.")


@cli.command("learn-names")
def learn_names_command() -> None:
    """Lær af mærkede beskeder, hvad der er et navn, og skriv det i app/data (tilvalg train)."""
    from app.privacy import Masker
    from evals.learn_names import learn_names

    recall, over = learn_names(Masker(public_names(Engine(load()).library)))
    console.print(f"Af ord, der kan være navne, og som ikke var set: {recall:.1%} fundet, {over:.1%} taget fejl af.")


@cli.command("calibrate")
def calibrate_command() -> None:
    """Lær af eksemplerne, find vægtene i det, der afgøres og citeres, og skriv dem i app/data (tilvalg train)."""
    from corpus import knowledge
    from evals import quoting
    from evals.calibrate import calibrate
    from evals.learn import learn

    engine = Engine(load())
    catalogue = engine.library.catalogue
    for kind, area in quoting.write(quoting.rows(load_items(), engine)).items():
        console.print(f"{kind}: guld ligger over andet i {area:.3f} af alle par.")
    known = knowledge.read(catalogue.passages, catalogue.pages, catalogue.read_records)
    taught = learn(known.expansions, engine)
    for kind, area in calibrate(taught, engine).items():
        console.print(f"{kind}: ja ligger over nej i {area:.3f} af alle par.")


@cli.command("aids")
def aids_command(
    within: Annotated[int, typer.Option(min=1, help="Vis dem, hvis mål ikke er blandt de så mange første.")] = 10,
) -> None:
    """Find de hverdagstekster, der ikke fører til deres eget mål, når de selv er udeladt."""
    from corpus import knowledge
    from evals.aids import left_out

    engine = Engine(load())
    catalogue = engine.library.catalogue
    known = knowledge.read(catalogue.passages, catalogue.pages, catalogue.read_records)
    ranks = []
    with asking(len(known.expansions)) as advance:
        for led in left_out(known.expansions, engine.embedder, engine.library):
            advance()
            ranks.append(led.rank or len(catalogue.passages))
            if ranks[-1] > within:
                console.print(f"{led.expansion.where}: {led.expansion.text!r} fører til {led.first}", markup=False)
    for k in sorted({1, 5, within}):
        console.print(f"Målet er blandt de {k} første: {sum(rank <= k for rank in ranks) / len(ranks):.1%}")


@cli.command("train")
def train_command(
    out: Annotated[Path, typer.Option(help="Filen, det lærte skrives i.")] = PATCH,
    epochs: Annotated[float, typer.Option(min=0.1, help="Hvor mange gange alle tekster gennemgås.")] = EPOCHS,
    without: Annotated[str | None, typer.Option(help="Lær uden dette dokument, og mål på det.")] = None,
) -> None:
    """Tilpas den indbyggede model til hverdagens ord og beskeder (kræver tilvalget train; tager et par timer)."""
    from corpus import knowledge
    from evals.teach import Measure, lessons
    from retrieval.train import train

    logging.getLogger("retrieval.train").setLevel(logging.INFO)
    engine = Engine(load())
    catalogue = engine.library.catalogue
    known = knowledge.read(catalogue.passages, catalogue.pages, catalogue.read_records)
    measure = Measure(load_items(), engine.library, without)
    reached = train(lessons(known, engine, without), measure, epochs, out)
    errors.print(f"nDCG@5 ved lighed alene: {reached.found:.3f}. Beskeder, der ikke var set: {reached.told:.3f}.")
    errors.print(f"Skrevet i {out.name}. Kør nu: make vectors")


@cli.command("long")
def long_command() -> None:
    """Mål, om prøvehandlingen stadig bliver fundet, når en situation er fortalt midt i meget andet."""
    from evals.long import long, messages

    items = load_items()
    with asking(messages(items)) as advance:
        found = long(items, Engine(load()), advance)
    for name, share in found.items():
        console.print(f"{name}: den rigtige først {share.first:.2f}, blandt tre {share.among:.2f}")


@cli.command()
def bench(out: Annotated[Path | None, typer.Option(help="Skriv også tallene i denne fil.")] = None) -> None:
    """Mål svartid, opbygning, start og hukommelse; tallene kommer som JSON."""
    from evals.bench import bench as run_bench

    figures = json.dumps(run_bench(lambda step: errors.print(f"Måler {step} …")), indent=2)
    typer.echo(figures)
    if out is not None:
        out.write_text(figures + "\n", "utf-8")


@cli.command("bench-screen")
def bench_screen_command() -> None:
    """Mål, hvor hurtig chatten føles i en browser (kræver test og chromium)."""
    from evals.bench_screen import bench_screen

    typer.echo(json.dumps(bench_screen(lambda step: errors.print(f"Måler {step} …")), indent=2))


@cli.command("fuzz")
def fuzz_command(
    count: Annotated[int, typer.Option(min=1, help="Hvor mange spørgsmål.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Samme tal giver de samme spørgsmål.")] = 1,
) -> None:
    """Stil tilfældige og ondsindede spørgsmål; fejler ved fejl, lækage eller meget langsomme svar (kræver test)."""
    from evals.fuzz import SLOWEST_RATIO, fuzz

    engine = Engine(load())
    engine.library  # noqa: B018 - a missing index is told before the first question
    with asking(count) as advance:
        report = fuzz(engine, count, seed, advance)
    figures = {
        "questions": report.outcomes.total(),
        "outcomes": dict(report.outcomes.most_common()),
        "faults": len(report.faults),
        "median_ms": round(1000 * report.median_s, 1),
        "slowest_ratio": round(report.slowest_ratio, 1),
        "slowest_allowed": SLOWEST_RATIO,
        "slowest": report.slowest,
    }
    typer.echo(json.dumps(figures, indent=2))
    for fault in report.faults:
        errors.print(f"Ikke bestået: {fault}", markup=False)
    if not report.is_passed:
        raise typer.Exit(GATE_FAILED)
