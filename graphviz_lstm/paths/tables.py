"""Tables of every way on from a vertex: chosen so that memory is bounded, made when they are first read, and kept."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.paths.dag import Dag
    from graphviz_lstm.paths.gauge import Gauge
    from graphviz_lstm.paths.linear import FloatArray


def choose(
    dag: Dag, counts: Sequence[int], *, paths: int, entries: int, in_all: int, lengths: Sequence[int] | None = None
) -> list[bool]:
    """Return which vertices have a table: as many, from the target upwards, as the memory allows.

    Parameters
    ----------
    counts
        How many paths lead on from each vertex; above `paths` any larger number will do.
    paths, entries, in_all
        How many paths, and how many entries, one table may have, and how many entries all together.
    lengths
        Entries of a path beyond its product: how long the ways on from each vertex are at most.
    """
    target = len(dag.vertices) - 1
    chosen = [False] * target + [True]
    # The source's own table would have the source's shape: it is left to the last multiplication.
    for vertex in range(target - 1, 0, -1):
        width = 1 if dag.scalar else prod(dag.partials[dag.first[vertex]].tail_shape)  # type: ignore[union-attr]
        needed = counts[vertex] * (width + (lengths[vertex] + 1 if lengths else 0))
        if (
            counts[vertex] <= paths
            and needed <= min(entries, in_all)
            and all(chosen[dag.heads[e]] for e in dag.leaving(vertex))
        ):
            chosen[vertex] = True
            in_all -= needed
    return chosen


class Tables:
    """The products of every way on: by vertex, a batch of adjoints in the order of the ways."""

    def __init__(self, dag: Dag, gauge: Gauge, chosen: Sequence[bool]) -> None:
        self._dag, self._gauge, self._chosen = dag, gauge, chosen
        self._made = len(dag.vertices) - 1
        self._tables: dict[int, FloatArray] = {self._made: np.asarray(dag.one)[None]}

    def has(self, vertex: int) -> bool:
        """Return whether `vertex` has a table."""
        return self._chosen[vertex]

    def __getitem__(self, vertex: int) -> FloatArray:
        """Return the table of `vertex`, after those of all vertices that come later."""
        while self._made > vertex:
            self._made -= 1
            if self._chosen[self._made]:
                leaving = self._dag.leaving(self._made)
                with np.errstate(all="ignore"):
                    ways = [self._gauge.pull(e, self._tables[self._dag.heads[e]]) for e in leaving]
                self._tables[self._made] = np.concatenate(ways)
        return self._tables[vertex]
