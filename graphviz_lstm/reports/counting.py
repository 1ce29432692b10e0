"""How many paths there are, which no number of the example matters to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.errors import NoPathError
from graphviz_lstm.graph import TARGET, unroll
from graphviz_lstm.paths import find_paths

if TYPE_CHECKING:
    from graphviz_lstm.cells import Example
    from graphviz_lstm.graph.unroll import Detail


def count_paths(example: Example, source: str, *, steps: int | None = None, detail: Detail = "gate") -> int:
    """Return the number of paths from `source` to E in the example's cell, unrolled over `steps` or its own steps.

    Raises
    ------
    UnknownVertexError, NoPathError
        If there is no such source, or no path from it.
    """
    graph = unroll(
        example.cell,
        example.steps if steps is None else steps,
        loss=example.loss,
        at=example.at,
        first_step=example.first_step,
        detail=detail,
    )
    for _, _, edge in graph.edges(data=True):
        edge["partial"] = 1.0
    count = find_paths(graph, source, TARGET).count
    if not count:
        raise NoPathError(f"no path from {source!r} to {TARGET!r}")
    return count
