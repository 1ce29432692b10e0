"""Memory that would not fit is refused before it is taken: by a bound that is the same on every machine.

What is known of a net must not depend on where it is asked. So the bound is a number, which whoever has more can raise;
only then the machine's own memory is looked at, too.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.paths.checks import at_least_zero, physical_memory
from graphviz_lstm.paths.compiled.wide import narrow

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from graphviz_lstm.paths.compiled.linear_map import LinearMap

MOST_BYTES = 2_000_000_000
"""How much the blocks of a unit graph may take, unless more is allowed."""
# A block is kept as it is, by sign, and by logarithm: float64 each.
_BYTES_PER_ENTRY = 4 * 8


def require_memory(source: Hashable, target: Hashable, maps: Sequence[LinearMap], most: float = MOST_BYTES) -> None:
    """Raise InputError if the blocks of these maps take more than `most` bytes, or more than the machine has."""
    allowed = float(narrow(at_least_zero("memory", most)))
    needed = bytes_of(maps)
    takes = f"the unit graph from {shorten(source)} to {shorten(target)} takes {_told(needed)}"
    instead = "ask at level='quantity', or of fewer steps"
    if needed > allowed:
        raise InputError(f"{takes} (at most {_told(allowed)}; memory= or --memory allows more): {instead}")
    there = physical_memory() if allowed > MOST_BYTES else None
    if there is not None and needed > there:
        raise InputError(f"{takes} (this machine has {_told(there)}): {instead}")


def bytes_of(maps: Sequence[LinearMap]) -> int:
    """Return how much the blocks of these maps take at most."""
    return sum(_BYTES_PER_ENTRY * _entries(linear) for linear in maps)


def _told(size: float) -> str:
    """Return a size as text, in the unit that it has a digit in."""
    return (
        f"{size / 1e9:,.1f} GB" if size >= 1e8 else f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.1f} kB"
    )


def _entries(linear: LinearMap) -> int:
    head, tail = prod(linear.head_shape), prod(linear.tail_shape)
    return head if getattr(linear, "layout", None) == "diagonal" else head * tail
