"""What two answers to one command differ in."""

from __future__ import annotations

import json
import math
from itertools import zip_longest
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RELATIVE, ABSOLUTE = 1e-9, 1e-13
"""What rounding may make of a number where sums are taken in another order."""
# What no two runs have in common.
_OF_THE_RUN = ("seconds", "version")
_MISSING = object()


def differences(one: Mapping[str, object], other: Mapping[str, object]) -> list[str]:
    """Return a line for each thing in which two answers differ, the time that they took left out.

    >>> differences(
    ...     {"status": "0", "error": "", "told": '{"share": 0.5, "paths": [1, 2]}'},
    ...     {"status": "0", "error": "", "told": '{"share": 0.5000001, "paths": [1]}'},
    ... )
    ['.share: 0.5, 0.5000001', '.paths[1]: 2, missing']
    """
    for what in ("status", "error"):
        if one[what] != other[what]:
            return [f"{what}: {one[what]}, {other[what]}"]
    if one["told"] == other["told"]:
        return []
    try:
        told = [json.loads(str(each["told"])) for each in (one, other)]
    except ValueError:
        lines = (str(each["told"]).splitlines() for each in (one, other))
        return [f"line {k}: {_short(a)}, {_short(b)}" for k, (a, b) in enumerate(_pairs(*lines), 1) if a != b]
    return list(_of_values(told[0], told[1], ""))


def _of_values(one: object, other: object, where: str) -> Iterator[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys((*one, *other)):
            if key not in _OF_THE_RUN:
                yield from _of_values(one.get(key, _MISSING), other.get(key, _MISSING), f"{where}.{key}")
    elif isinstance(one, list) and isinstance(other, list):
        for k, (a, b) in enumerate(_pairs(one, other)):
            yield from _of_values(a, b, f"{where}[{k}]")
    elif not _alike(one, other):
        yield f"{where}: {_short(one)}, {_short(other)}"


def _alike(one: object, other: object) -> bool:
    # `True` is an int to Python, and no number here.
    kinds = {type(one), type(other)}
    if kinds in ({float}, {float, int}):
        return math.isclose(one, other, rel_tol=RELATIVE, abs_tol=ABSOLUTE)  # type: ignore[arg-type]
    return one == other


def _pairs(one: list[object] | list[str], other: list[object] | list[str]) -> Iterator[tuple[object, object]]:
    return zip_longest(one, other, fillvalue=_MISSING)


def _short(value: object) -> str:
    return "missing" if value is _MISSING else str(value)[:100]
