"""Central differences, extrapolated: the oracle that knows nothing of derivatives.

The loss is computed again with an entry of the source moved by +h and -h, for a row of falling h, and the quotients are
extrapolated to h = 0 (Richardson's scheme, with the choice of the best entry of the table after C. J. F. Ridders,
"Accurate computation of F'(x) and F'(x) F''(x)", Advances in Engineering Software 4(2), 1982).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.graph import TARGET, forward, given_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph

_LEVELS = 8
_LARGEST_STEP = 0.05
# Entries moved at once: bounds memory to about 2 * _LEVELS * _BLOCK copies of the graph's values.
_BLOCK = 32


def differences(graph: Graph, source: str, entries: Sequence[tuple[int, ...]]) -> tuple[Array, Array]:
    """Return dE/d(entry) for each of `entries` of `source`, and an estimate of the error of each.

    Parameters
    ----------
    graph
        An evaluated graph; only its equations and values are used, none of its partials.
    source
        Any vertex; one that has an equation is held at the moved value instead.
    entries
        Indices into the source's value.

    Returns
    -------
    tuple of ndarray
        Two arrays of shape (len(entries),).
    """
    derivatives, errors = [], []
    for start in range(0, len(entries), _BLOCK):
        quotients = _quotients(graph, source, entries[start : start + _BLOCK])
        derivative, error = _extrapolate(quotients)
        derivatives.append(derivative)
        errors.append(error)
    return np.concatenate(derivatives), np.concatenate(errors)


def _quotients(graph: Graph, source: str, entries: Sequence[tuple[int, ...]]) -> Array:
    """Return the central difference quotients, (_LEVELS, entries), the step halved from level to level."""
    value = graph.nodes[source]["value"]
    columns = np.arange(len(entries))
    flat = np.array([np.ravel_multi_index(entry, value.shape) for entry in entries])
    due = _LARGEST_STEP * np.maximum(1.0, np.abs(value.flat[flat])) * 0.5 ** np.arange(_LEVELS)[:, None]
    moved = np.broadcast_to(value.reshape(-1), (2, _LEVELS, len(entries), value.size)).copy()
    moved[0, :, columns, flat] += due.T
    moved[1, :, columns, flat] -= due.T
    # What was really moved, after rounding.
    steps = (moved[0, :, columns, flat] - moved[1, :, columns, flat]).T / 2
    batch = moved.reshape(-1, *value.shape)
    losses = forward(graph, given_values(graph.graph["problem"]) | {source: batch})[TARGET]
    above, below = np.broadcast_to(losses, batch.shape[:1]).reshape(2, _LEVELS, len(entries))
    quotients: Array = (above - below) / (2 * steps)
    return quotients


def _extrapolate(quotients: Array) -> tuple[Array, Array]:
    """Return the entry of Richardson's table with the least estimated error, for each column."""
    best, error = quotients[0], np.full(quotients.shape[1:], np.inf)
    previous = [quotients[0]]
    for level in range(1, _LEVELS):
        row = [quotients[level]]
        for order, coarse in enumerate(previous, start=1):
            fine = row[-1]
            better = fine + (fine - coarse) / (4.0**order - 1.0)
            estimate = np.maximum(np.abs(better - fine), np.abs(better - coarse))
            best = np.where(estimate < error, better, best)
            error = np.minimum(estimate, error)
            row.append(better)
        previous = row
    return best, error
