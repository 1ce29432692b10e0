"""The ways on from a vertex, all at once: which vertices have a table of them, and the tables, made when first read.

The one place where suffixes are tabled: products, edges and rows of vertices are three kinds of table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from graphviz_lstm.paths.sweeping.algebra import saturating
from graphviz_lstm.paths.sweeping.sweep import sweep_all

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.paths.compiled.dag import Dag

T = TypeVar("T")


class Tabled:
    """Which vertices have a table, and how many ways lead on from them.

    As many as the memory allows, from the target upwards; never the source, unless it is the target: its table would be
    all there is.

    Attributes
    ----------
    ways
        How many ways lead on from each vertex; where this is more than a table holds, any larger number.
    """

    def __init__(self, dag: Dag, width: Callable[[int], int], *, paths: int, entries: int, in_all: int) -> None:
        """Choose the vertices: `width` entries a way, at most so many paths and entries a table, and entries in all."""
        self.ways = sweep_all(dag, saturating(paths + 1), dag.edges)
        target = len(dag.vertices) - 1
        self._chosen = [False] * target + [True]
        for vertex in range(target - 1, 0, -1):
            needed = self.ways[vertex] * width(vertex)
            if (
                self.ways[vertex] <= paths
                and needed <= min(entries, in_all)
                and all(self._chosen[dag.heads[e]] for e in dag.leaving(vertex))
            ):
                self._chosen[vertex] = True
                in_all -= needed

    def __contains__(self, vertex: int) -> bool:
        """Return whether `vertex` has a table."""
        return self._chosen[vertex]


class SuffixTables(Generic[T]):
    """A table of the ways on for each tabled vertex, in the order of the ways.

    `at_target` is the table of the one way that is no way, and `gather` makes a vertex's table of those at the heads of
    the edges out of it.
    """

    def __init__(self, dag: Dag, tabled: Tabled, at_target: T, gather: Callable[[int, list[tuple[int, T]]], T]) -> None:
        self._dag, self._tabled, self._gather = dag, tabled, gather
        self._made = len(dag.vertices) - 1
        self._tables: dict[int, T] = {self._made: at_target}

    def __getitem__(self, vertex: int) -> T:
        """Return the table of `vertex`."""
        # Invariant: every tabled vertex from `_made` on has its table, so its tails' can be made.
        while self._made > vertex:
            self._made -= 1
            if self._made in self._tabled:
                below = [(e, self._tables[self._dag.heads[e]]) for e in self._dag.leaving(self._made)]
                self._tables[self._made] = self._gather(self._made, below)
        return self._tables[vertex]
