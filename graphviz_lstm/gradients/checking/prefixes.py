"""The sum over all unit paths, prefix by prefix from the source on: a second implementation, for the check alone.

Every edge is spelled out as a matrix, entry by entry, by pushing unit vectors through it; the sums of all prefixes that
end in a unit are then a product of matrices with vectors. It shares with the reverse sweep only the maps themselves,
and with those only `push`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.graph import TARGET, as_matrix

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph


def sums_of_prefixes(graph: Graph, source: str, directions: Sequence[Array]) -> Array:
    """Return dE along each direction in the source, (directions,)."""
    sums: dict[str, Array] = {source: np.array([direction.reshape(-1) for direction in directions]).T}
    for head in graph:
        for tail, edge in graph.pred[head].items():
            if tail not in sums:
                continue
            linear = edge["partial"]
            if tail == source and sums[tail].shape[0] > _LARGE:
                # The rows of a weight are too many to be spelled out: its directions are pushed.
                shaped = sums[tail].T.reshape(len(directions), *linear.tail_shape)
                moved = linear.push(shaped).reshape(len(directions), -1).T
            else:
                moved = as_matrix(linear) @ sums[tail]
            sums[head] = sums[head] + moved if head in sums else moved
    return np.asarray(sums[TARGET]).reshape(-1)


_LARGE = 4_096
