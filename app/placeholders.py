"""The placeholders of people in masked texts: "[navn]", "[navn 2]", and how they are numbered."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence

PERSON = re.compile(r"\[navn(?: (\d+))?\]")
"""A placeholder of somebody's name; without a number it is that of the only one."""


def number_of(match: re.Match[str]) -> int:
    """Return the number of a person, of a placeholder that was found."""
    return int(match[1] or 1)


def highest(texts: Iterable[str]) -> int:
    """Return the highest number of a person in some texts, 0 where there is none."""
    return max((number_of(match) for text in texts for match in PERSON.finditer(text)), default=0)


def as_shown(masked: Sequence[str], typed: Iterable[str], ours: Collection[int], before: int) -> Callable[[str], str]:
    """Return what writes the placeholders of people as they are shown, after masking some texts.

    Those found now are numbered as they first stand in the texts that are not `ours`, after any number that stood in
    these as `typed`; one person alone has no number. `before` is the highest number that stood anywhere.
    """
    told = highest(typed)
    in_order = sorted(range(len(masked)), key=lambda place: place in ours)
    found = [(place in ours, number_of(match)) for place in in_order for match in PERSON.finditer(masked[place])]
    numbers = dict.fromkeys(number for _, number in found if number > before)
    numbers = {number: told + count for count, number in enumerate(numbers, start=1)}
    alone = not told and len({number for own, number in found if not own and number > before}) <= 1

    def written(match: re.Match[str]) -> str:
        number = numbers.get(number_of(match))
        if number is None:
            return match.group()
        return "[navn]" if alone and number == 1 else f"[navn {number}]"

    return lambda text: PERSON.sub(written, text)
