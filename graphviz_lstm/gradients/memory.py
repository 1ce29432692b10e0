"""What would be too large, said before it is taken."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError

if TYPE_CHECKING:
    from graphviz_lstm.graph.unroll import Graph


_MOST_BYTES = 4 * 10**9
# The entries, and their positive and negative parts.
_BYTES_PER_ENTRY = 3 * 8


def require_units(graph: Graph) -> None:
    """Refuse a graph of units whose blocks would not fit.

    Raises
    ------
    InputError
        If they would take more than four gigabytes; the line says how many.
    """
    entries = sum(
        map(_entries, (edge["partial"] for _, _, edge in graph.edges(data=True) if edge["kind"] != "parameter"))
    )
    size = entries * _BYTES_PER_ENTRY
    if size > _MOST_BYTES:
        raise InputError(
            f"too large for the level of units: its {entries:,} edges would take {size / 1e9:.0f} GB "
            f"(at most {_MOST_BYTES / 1e9:.0f} GB; look at fewer steps)"
        )


def _entries(partial: object) -> int:
    """Return how many entries the block of an edge has."""
    head, tail = getattr(partial, "head_shape", ()), getattr(partial, "tail_shape", ())
    return math.prod(head) * (1 if getattr(partial, "layout", None) == "diagonal" else math.prod(tail))
