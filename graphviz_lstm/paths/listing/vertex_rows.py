"""Where paths go, as one array of whole numbers: a row for each path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.paths.listing.prefixes import runs, unchained
from graphviz_lstm.paths.listing.suffixes import SuffixTables, Tabled
from graphviz_lstm.paths.sweeping.algebra import LENGTH
from graphviz_lstm.paths.sweeping.sweep import sweep_all

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, TypeAlias

    from numpy.typing import NDArray

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.listing.prefixes import Chain

    Rows: TypeAlias = NDArray[np.signedinteger[Any]]

_NOWHERE = -1
# Half the memory, where the vertices are few enough.
_FEW = 1 << 15
_PATHS_IN_TABLE = 1 << 16
_ENTRIES_IN_TABLE = 1 << 18
_ENTRIES_IN_ALL = 1 << 22


def bytes_of_index(dag: Dag) -> int:
    """Return how many bytes one entry of the rows takes."""
    return np.dtype(_kind(dag)).itemsize


def vertex_rows(dag: Dag, start: Sequence[int], count: int) -> Rows:
    """Return the vertex indices of `count` paths from the one with the edges `start` on, filled up with -1.

    Ways on from a vertex with few of them are one table: its rows are copied under each prefix at once.
    """
    # As narrow in tables as in the rows: copying is then a plain move.
    kind = _kind(dag)
    if not dag.vertices or not count:
        return np.empty((0, 1), dtype=kind)
    lengths = sweep_all(dag, LENGTH, dag.edges)

    def gather(vertex: int, below: list[tuple[int, Rows]]) -> Rows:
        table = np.full((sum(len(ways) for _, ways in below), lengths[vertex] + 1), _NOWHERE, dtype=kind)
        table[:, 0] = vertex
        place = 0
        for _, ways in below:
            table[place : place + len(ways), 1 : 1 + ways.shape[1]] = ways
            place += len(ways)
        return table

    def passing(before: Chain, e: int) -> Chain:
        # The head of a prefix's last edge is the first vertex of its ways on: a prefix ends before it.
        return before, tails[e]

    tails = [tail for tail, _ in dag.ends()]
    tabled = Tabled(
        dag,
        lambda vertex: lengths[vertex] + 1,
        paths=_PATHS_IN_TABLE,
        entries=_ENTRIES_IN_TABLE,
        in_all=_ENTRIES_IN_ALL,
    )
    tables = SuffixTables(dag, tabled, np.full((1, 1), len(dag.vertices) - 1, dtype=kind), gather)
    rows = np.empty((count, lengths[0] + 1), dtype=kind)
    place = 0
    nowhere: Chain = None
    for prefix, (vertex, low, high) in runs(dag, tabled, nowhere, passing, start=start, wanted=count):
        passed = unchained(prefix)
        end = len(passed) + lengths[vertex] + 1
        block = rows[place : place + high - low]
        block[:, : len(passed)] = passed
        block[:, len(passed) : end] = tables[vertex][low:high]
        block[:, end:] = _NOWHERE
        place += high - low
    return rows


def _kind(dag: Dag) -> type[np.signedinteger[Any]]:
    return np.int16 if len(dag.vertices) < _FEW else np.int32
