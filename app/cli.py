"""The command `proev`."""

import logging
import os
import shutil
import socket
import subprocess
import sys
from typing import Annotated, Any

import typer
import uvicorn
from rich.markdown import Markdown
from rich.markup import escape

from app.answer import page_label
from app.cli_guidance import cli as guidance
from app.config import Config, load
from app.render import markdown
from app.terminal import console, errors, print_citations, ready_engine, run_ingest
from app.wire import answer_out, hit_out
from corpus.errors import ConfigError, ProevError

cli = typer.Typer(
    help="Prøv Først: hvad kan vi prøve, før vi henviser?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
cli.add_typer(guidance)


@cli.command()
def ask(
    question: Annotated[str, typer.Argument(help="Et spørgsmål eller en situation.")],
    lang: Annotated[str, typer.Option(help="Sproget på vores egne tekster: da eller en.")] = "da",
    json: Annotated[bool, typer.Option("--json", help="Skriv svaret som JSON.")] = False,
) -> None:
    """Stil et spørgsmål, eller beskriv en situation, og få et svar med citater."""
    engine = ready_engine()
    turn = engine.ask(question, language=lang)
    if json:
        typer.echo(answer_out(turn).model_dump_json(indent=2))
        return
    console.print(Markdown(markdown(turn.parts)))
    print_citations(turn, engine, lang)


@cli.command()
def search(
    question: Annotated[str, typer.Argument(help="Det, der søges efter.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="Hvor mange passager.")] = 10,
    json: Annotated[bool, typer.Option("--json", help="Skriv passagerne som JSON, én på hver linje.")] = False,
) -> None:
    """Find de passager, der ligner mest."""
    engine = ready_engine()
    for place, hit in enumerate(engine.search(question, limit), start=1):
        if json:
            typer.echo(hit_out(hit).model_dump_json())
            continue
        where = page_label(hit.passage, "da")
        title = engine.library.documents[hit.passage.document].short_title
        console.print(f"{place}. {title}, {where} ({hit.score:.2f})", style="bold", markup=False)
        console.print(f"   {hit.passage.heading}", style="dim", markup=False)
        console.print(f"   {hit.best.text}\n", markup=False)


@cli.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def ingest(context: typer.Context) -> None:
    """Byg eller opdatér indekset, og tilføj eller fjern jeres egne dokumenter (se proev ingest --help)."""
    raise typer.Exit(run_ingest(*context.args))


@cli.command(
    "eval", context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def evaluate(context: typer.Context) -> None:
    """Mål, hvor godt systemet svarer, og sammenlign med den gemte måling (se proev eval --help)."""
    if run_ingest("--if-needed"):
        raise typer.Exit(2)
    raise typer.Exit(subprocess.run([sys.executable, "-m", "evals", "run", *context.args], check=False).returncode)


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Adressen, der lyttes på (PROEV_HOST).")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Porten (PROEV_PORT).")] = None,
) -> None:
    """Vis chatten og tilbyd API'et; bygger først indekset, hvis det mangler eller er forældet."""
    config = load().model_copy(update={k: v for k, v in (("host", host), ("port", port)) if v is not None})
    _refuse_taken_port(config)
    if run_ingest("--if-needed"):
        raise typer.Exit(1)
    from app.main import create_app

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("httpx", "gradio", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    app = create_app(config)
    errors.print(f"Prøv Først er klar på http://{config.host}:{config.port} – stop med Ctrl+C.")
    uvicorn.run(app, **server_options(config))


def server_options(config: Config) -> dict[str, Any]:
    """Return what the web server is told; it believes nobody on who is asking but the `proxies` of the settings."""
    return {
        "host": config.host,
        "port": config.port,
        "log_level": "warning",
        "access_log": False,
        "server_header": False,
        "ws": "none",
        "proxy_headers": bool(config.proxies),
        "forwarded_allow_ips": list(config.proxies),
    }


def _refuse_taken_port(config: Config) -> None:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            raise ConfigError(
                f"Porten {config.port} på {config.host} kan ikke bruges ({error.strerror}).",
                f"Stop det program, der bruger den, eller vælg en anden: proev serve --port {config.port + 1}.",
            ) from error


@cli.command()
def mcp() -> None:
    """Stil biblioteket til rådighed for en assistent på denne maskine (MCP over standard ind og ud)."""
    from app.mcp_server import server

    server(ready_engine(told=sys.stderr)).run("stdio")


@cli.command()
def doctor() -> None:
    """Tjek installationen, og sig, hvad der skal gøres."""
    from app.doctor import checkup

    faults = 0
    for finding in checkup():
        mark = "[green]i orden[/green]" if finding.fine else "[red]fejl[/red]   "
        console.print(f"{mark}  {finding.name}: {escape(finding.text)}")
        faults += not finding.fine
    if faults:
        raise typer.Exit(1)


def main() -> None:
    """Run the command; an error of ours is told in one line, not as a trace."""
    os.environ.setdefault("COLUMNS", str(min(shutil.get_terminal_size().columns, 100)))
    try:
        cli()
    except ProevError as error:
        errors.print(f"Fejl: {error}", markup=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
