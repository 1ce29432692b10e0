"""Memory that would not fit is refused before it is taken."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.paths.checks import physical_memory

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from graphviz_lstm.paths.compiled.linear_map import LinearMap

# A block is kept as it is, by sign, and by logarithm: float64 each.
_BYTES_PER_ENTRY = 4 * 8


def require_memory(source: Hashable, target: Hashable, maps: Sequence[LinearMap]) -> None:
    """Raise InputError if the blocks of these maps are more than the memory of the machine."""
    needed, there = bytes_of(maps), physical_memory()
    if there is not None and needed > there:
        raise InputError(
            f"the unit graph from {shorten(source)} to {shorten(target)} takes {needed / 1e9:,.1f} GB "
            f"(this machine has {there / 1e9:,.1f} GB): ask at level='quantity', or of fewer steps"
        )


def bytes_of(maps: Sequence[LinearMap]) -> int:
    """Return how much the blocks of these maps take at most."""
    return sum(_BYTES_PER_ENTRY * _entries(linear) for linear in maps)


def _entries(linear: LinearMap) -> int:
    head, tail = prod(linear.head_shape), prod(linear.tail_shape)
    return head if getattr(linear, "layout", None) == "diagonal" else head * tail
