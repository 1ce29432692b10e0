"""Differences of the whole loss along directions in one vertex."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.gradients.quotients import derivative, moves
from graphviz_lstm.graph import TARGET, forward, given_values
from graphviz_lstm.graph.recipe import recipe_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph

# How many numbers the moved source may take at once: 100 MB.
_NUMBERS_AT_ONCE = 12_500_000


def derivative_along(graph: Graph, source: str, directions: Sequence[Array]) -> tuple[Array, Array]:
    """Return dE along each direction in `source`, and a bound of the error of each.

    Parameters
    ----------
    graph
        An evaluated graph; only its problem's equations and its values are used, none of its partials.
    source
        Any vertex; one that has an equation is held at the moved value instead.
    directions
        In its shape.

    Returns
    -------
    tuple of ndarray
        Two arrays of shape (len(directions),).
    """
    value = graph.nodes[source]["value"]
    # As far as a large value can move by rounding, and no further than a weight of a few hundred entries would.
    reach = max(1.0, float(np.abs(value).max()))
    ahead = moves()
    smooth = recipe_of(graph.graph["problem"].cell, "gate").smooth
    at_once = max(1, _NUMBERS_AT_ONCE // (len(ahead) * max(1, value.size)))
    found, errors = [], []
    for start in range(0, len(directions), at_once):
        some = np.array(directions[start : start + at_once])
        lengths = np.abs(some).reshape(len(some), -1).max(axis=1) * np.sqrt(value.size)
        scale = np.where(lengths > 0.0, reach / np.maximum(lengths, np.finfo(np.float64).tiny), 0.0)
        unit = some * scale.reshape(-1, *(1,) * value.ndim)
        moved = value + ahead.reshape(-1, *(1,) * unit.ndim) * unit
        batch = moved.reshape(-1, *value.shape)
        with np.errstate(all="ignore"):
            losses = forward(graph, given_values(graph.graph["problem"]) | {source: batch})[TARGET]
        values = np.broadcast_to(losses, batch.shape[:1]).reshape(len(ahead), len(some))
        quotient, error = derivative(values, smooth=smooth)
        with np.errstate(all="ignore"):
            found.append(np.where(scale > 0.0, quotient / scale, 0.0))
            errors.append(np.where(scale > 0.0, error / scale, 0.0))
    return np.concatenate(found), np.concatenate(errors)
