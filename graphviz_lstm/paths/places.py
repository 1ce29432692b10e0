"""Where paths go, as one array of whole numbers: a row for each path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.paths.algebra import LENGTH
from graphviz_lstm.paths.blocks import RUN
from graphviz_lstm.paths.sweep import sweep_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    from numpy.typing import NDArray

    from graphviz_lstm.paths.dag import Dag

    Places: TypeAlias = NDArray[np.signedinteger[Any]]

_NOWHERE = -1
# Half the memory, where the vertices are few enough.
_FEW = 1 << 15
_ENTRIES_IN_TABLE = 1 << 18


def vertex_rows(dag: Dag, counts: Sequence[int], start: int, stop: int) -> Places:
    """Return the vertex indices of the paths from `start` to `stop`, filled up with -1.

    Ways on from a vertex with few of them are one table: its rows are copied under each prefix at once.
    """
    count = max(0, stop - start)
    kind: type[np.signedinteger[Any]] = np.int16 if len(dag.vertices) < _FEW else np.int32
    if not dag.vertices or not count:
        return np.empty((0, 1), dtype=kind)
    lengths = sweep_all(dag, LENGTH, dag.edges)
    rows = np.empty((count, lengths[0] + 1), dtype=kind)
    tables: dict[int, Places] = {}
    position, place = 0, 0
    waiting: list[tuple[int, tuple[int, ...]]] = [(0, ())]
    while waiting and place < count:
        vertex, prefix = waiting.pop()
        if position + counts[vertex] <= start:
            position += counts[vertex]
        elif counts[vertex] <= RUN and counts[vertex] * (lengths[vertex] + 1) <= _ENTRIES_IN_TABLE:
            low = max(start - position, 0)
            ways = _table(dag, lengths, tables, vertex)[low : low + count - place]
            rows[place : place + len(ways), : len(prefix)] = prefix
            end = len(prefix) + ways.shape[1]
            rows[place : place + len(ways), len(prefix) : end] = ways
            rows[place : place + len(ways), end:] = _NOWHERE
            place += len(ways)
            position += counts[vertex]
        else:
            longer = (*prefix, vertex)
            waiting += [(dag.heads[e], longer) for e in reversed(dag.leaving(vertex))]
    return rows


def _table(dag: Dag, lengths: Sequence[int], tables: dict[int, Places], vertex: int) -> Places:
    """Return the rows of every way on from `vertex`, which is their first entry; made with all that it needs."""
    needed = {vertex}
    waiting = [vertex]
    while waiting:
        heads = {dag.heads[e] for e in dag.leaving(waiting.pop())} - needed - tables.keys()
        needed |= heads
        waiting += heads
    for current in sorted(needed - tables.keys(), reverse=True):
        below = [tables[dag.heads[e]] for e in dag.leaving(current)] or [np.empty((1, 0), dtype=np.int16)]
        # As narrow as the rows: copying is then a plain move.
        kind: type[np.signedinteger[Any]] = np.int16 if len(dag.vertices) < _FEW else np.int32
        table = np.full((sum(map(len, below)), lengths[current] + 1), _NOWHERE, dtype=kind)
        table[:, 0] = current
        place = 0
        for ways in below:
            table[place : place + len(ways), 1 : 1 + ways.shape[1]] = ways
            place += len(ways)
        tables[current] = table
    return tables[vertex]
