"""By what rounding is measured, of both sweeps and of the loss: how large the numbers are that come together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.gradients.checking.quotients import ROUNDINGS
from graphviz_lstm.graph import TARGET

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph

EPSILON = float(np.finfo(np.float64).eps)
# Of a number this small the smallest of all numbers is a relative rounding.
_SMALLEST = float(np.finfo(np.float64).smallest_subnormal) / EPSILON


def yardstick(graph: Graph, adjoints: Mapping[str, Array], tangents: Mapping[str, Array]) -> float:
    """Return the sum over the edges of |adjoint of the head| |partial| |tangent of the tail|."""
    total = 0.0
    for tail, head, edge in graph.edges(data=True):
        if tail in tangents:
            pushed = edge["partial"].absolute().push(np.abs(tangents[tail]))
            total += float(np.sum(np.abs(adjoints[head]) * pushed))
    return total


def underflow(adjoints: Mapping[str, Array], tangents: Mapping[str, Array]) -> float:
    """Return what the sweeps lose below the range of normal numbers, where a rounding is not relative to its number.

    There it is the smallest number; what a vertex loses of its tangent its adjoint carries on, and the other way round.
    So is what sums over paths lose, whose entries have one exponent together: of one that lies far below the largest.
    Told as what relative roundings would lose of it.
    """
    alone = sum(
        float(np.sum(_SMALLEST * np.abs(values))) for sweep in (adjoints, tangents) for values in sweep.values()
    )
    beside = sum(
        _SMALLEST * float(np.abs(adjoints[vertex]).max(initial=0.0)) * float(np.sum(np.abs(tangent)))
        for vertex, tangent in tangents.items()
    )
    return alone + beside


def condition(graph: Graph, adjoints: Mapping[str, Array]) -> float:
    """Return by how large a number the rounding of E is measured: what all values make of it, each rounded once.

    A number of this size is taken to have been through more roundings than one.
    """
    values = ((vertex, np.abs(data["value"]) + _SMALLEST) for vertex, data in graph.nodes.items())
    changes = (np.sum(np.abs(adjoints[vertex]) * size) for vertex, size in values)
    return float(sum(changes)) / ROUNDINGS


def roundings(graph: Graph) -> float:
    """Return how many roundings, relative to what comes together, one vertex costs at most in both sweeps."""
    values: list[Array] = [data["value"] for _, data in graph.nodes.items()]
    size = max(value.size if value.ndim < 2 else max(value.shape) for value in values)
    degree = max((len(graph.pred[vertex]) for vertex in graph if vertex != TARGET), default=1)
    return 2.0 * EPSILON * (size + degree + len(graph.pred[TARGET]) + 8.0)
