"""corpus/errors.py: one tree, drawn in its docstring, with messages that say what to do."""

import inspect
import re

import pytest

from corpus import errors

CLASSES = [found for _, found in inspect.getmembers(errors, inspect.isclass)]


def test_the_drawing_shows_every_error_at_its_place() -> None:
    drawn: dict[str, str] = {}
    above: dict[int, str] = {}
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^([ │├└─]*)([A-Z]\w+)", line)
        if found and ("├" in line or "└" in line or found[2] == "ProevError"):
            depth = len(found[1])
            above[depth] = found[2]
            parents = [name for at, name in sorted(above.items()) if at < depth]
            drawn[found[2]] = parents[-1] if parents else "Exception"
    assert drawn == {found.__name__: found.__base__.__name__ for found in CLASSES}


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_carries_what_fix_and_code(kind: type[errors.ProevError]) -> None:
    error = kind("Det gik galt.", "Prøv igen.")
    assert (error.what, error.fix, error.code) == ("Det gik galt.", "Prøv igen.", kind.__name__)
    assert str(error) == "Det gik galt. Prøv igen."


def test_message_without_a_fix_has_no_trailing_space() -> None:
    assert str(errors.ProevError("Det gik galt.")) == "Det gik galt."
