"""The check that never sleeps: the same derivative, four ways, and an error where they disagree."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import CheckError, InputError, NoPathError, UnknownVertexError, describe_unknown
from graphviz_lstm.gradients.differences import differences
from graphviz_lstm.graph import TARGET, push_forward, reverse, reverse_absolute
from graphviz_lstm.paths import find_paths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import PathSet

# Up to here every path is visited one by one; beyond, the path set's own sweep gives the sum.
_LISTED = 100_000
# Up to here every entry of the source is moved and pushed by itself; beyond, an even sample of them.
_ALL_ENTRIES = 1_024
_SAMPLE = 256
# Differences: relative to the absolute sum, and relative to the loss, whose rounding they divide by a small step.
_DIFFERENCE_TOLERANCE = 1e-6
_DIFFERENCE_NOISE = 1e-10
_EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """dE/d(source), four ways; every array has the source's shape.

    Attributes
    ----------
    source
        The vertex.
    count
        How many paths lead from it to E.
    listed
        Whether they were visited one by one, or summed by one sweep over the path set.
    paths
        The sum of the contributions.
    reverse
        The reverse sweep's result (backpropagation).
    forward
        The forward sweep's result, one direction for each entry; NaN at entries that were not looked at.
    difference
        Extrapolated central differences of the loss; NaN at entries that were not looked at.
    absolute
        The sum of the absolute contributions, against which the residuals are measured.
    entries
        How many entries `forward` and `difference` looked at.
    residuals
        By way: the largest disagreement with `paths`, relative to the largest entry of `absolute`.
    tolerances
        By way: what `residuals` may be.
    """

    source: str
    count: int
    listed: bool
    paths: Array
    reverse: Array
    forward: Array
    difference: Array
    absolute: Array
    entries: int
    residuals: dict[str, float]
    tolerances: dict[str, float]


def check(graph: Graph, source: str, *, paths: PathSet | None = None) -> Check:
    """Return dE/d(source) computed in four ways that share as little as can be, after holding them together.

    Parameters
    ----------
    graph
        An evaluated graph.
    source
        The vertex.
    paths
        The paths from `source` to E, if they are at hand already.

    Raises
    ------
    CheckError
        If two ways disagree by more than rounding explains. This is an error of the program, or of floating-point
        numbers at an extreme point, never of the user.
    UnknownVertexError, NoPathError
        If there is nothing to check.
    InputError
        If the source is the loss itself.
    """
    if source not in graph:
        raise UnknownVertexError(describe_unknown("vertex", source, graph))
    if source == TARGET:
        raise InputError(f"the source is {source!r}, the loss itself: ask for a parameter, an input or a state")
    paths = find_paths(graph, source, TARGET) if paths is None else paths
    if paths.count == 0:
        raise NoPathError(f"no path from {source!r} to {TARGET!r}")
    value = graph.nodes[source]["value"]
    listed = paths.count <= _LISTED
    by_paths = _sum_of_contributions(paths, value.shape) if listed else np.asarray(paths.total)
    by_reverse = reverse(graph)[source]
    absolute = reverse_absolute(graph)[source]
    entries = _entries(value.shape)
    by_forward, by_difference = np.full((2, *value.shape), np.nan)
    by_difference_entries, _ = differences(graph, source, entries)
    for entry, tangent, quotient in zip(entries, _tangents(graph, source, entries), by_difference_entries, strict=True):
        by_forward[entry] = tangent
        by_difference[entry] = quotient
    scale = float(absolute.max())
    ways = {"reverse": by_reverse, "forward": by_forward, "difference": by_difference}
    residuals = {way: _residual(found, by_paths, scale) for way, found in ways.items()}
    tolerances = _tolerances(graph, scale)
    for way, residual in residuals.items():
        # Not `residual > tolerance`: a NaN must fail.
        if not residual <= tolerances[way]:
            raise CheckError(
                f"check failed: dE/d{source} by {way} differs from the sum over {paths.count} paths by {residual:.3g} "
                f"of the absolute sum (at most {tolerances[way]:.3g})"
            )
    return Check(
        source=source,
        count=paths.count,
        listed=listed,
        paths=by_paths,
        reverse=by_reverse,
        forward=by_forward,
        difference=by_difference,
        absolute=absolute,
        entries=len(entries),
        residuals=residuals,
        tolerances=tolerances,
    )


def _sum_of_contributions(paths: PathSet, shape: tuple[int, ...]) -> Array:
    """Return the sum over all paths, visited one by one, rounded once."""
    columns = np.array([np.asarray(path.contribution).reshape(-1) for path in paths]).T
    return np.array([math.fsum(column) for column in columns]).reshape(shape)


def _entries(shape: tuple[int, ...]) -> Sequence[tuple[int, ...]]:
    everyone = list(product(*map(range, shape)))
    if len(everyone) <= _ALL_ENTRIES:
        return everyone
    return [everyone[k * len(everyone) // _SAMPLE] for k in range(_SAMPLE)]


def _tangents(graph: Graph, source: str, entries: Sequence[tuple[int, ...]]) -> Array:
    """Return dE/d(entry) by the forward sweep."""
    directions = np.zeros((len(entries), *graph.nodes[source]["value"].shape))
    for k, entry in enumerate(entries):
        directions[(k, *entry)] = 1.0
    return push_forward(graph, source, directions)[TARGET]


def _residual(found: Array, expected: Array, scale: float) -> float:
    looked_at = ~np.isnan(found)
    largest = float(np.abs(found - expected)[looked_at].max())
    return largest / scale if scale else largest


def _tolerances(graph: Graph, scale: float) -> dict[str, float]:
    """Return what rounding may do: a product of as many factors as there are vertices, each a sum over one array."""
    size = max(attributes["value"].size for attributes in graph.nodes.values())
    rounding = 4 * _EPSILON * len(graph) * size
    loss = abs(float(graph.nodes[TARGET]["value"]))
    noise = _DIFFERENCE_NOISE * loss / scale if scale else _DIFFERENCE_NOISE * loss
    return {"reverse": rounding, "forward": rounding, "difference": _DIFFERENCE_TOLERANCE + noise}
