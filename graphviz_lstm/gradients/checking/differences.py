"""Differences of the whole loss along directions in one vertex."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.gradients.checking.quotients import FOLLOWED, STEPS, derivative, moves
from graphviz_lstm.graph import TARGET, forward, given_values
from graphviz_lstm.graph.recipe import recipe_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.recipe import Recipe
    from graphviz_lstm.graph.unroll import Graph

# Steps are made shorter by this much at most.
_SHORTEST = 2.0**-20
# A step is so many roundings of the value at least: to one in so many it is then what it is said to be.
_EXACT = 1000.0
_EPSILON, _TINY = float(np.finfo(np.float64).eps), float(np.finfo(np.float64).tiny)
# How many numbers the moved source may take at once: 100 MB.
_NUMBERS_AT_ONCE = 12_500_000


def derivative_along(
    graph: Graph,
    source: str,
    directions: Sequence[Array],
    *,
    tangents: Sequence[Mapping[str, Array]] | None = None,
    size: float = 0.0,
) -> tuple[Array, Array]:
    """Return dE along each direction in `source`, and a bound of the error of each.

    Parameters
    ----------
    graph
        An evaluated graph; only its problem's equations and its values are used, none of its partials.
    source
        Any vertex; one that has an equation is held at the moved value instead.
    directions
        In its shape.
    tangents
        What each direction makes of every vertex, so that steps are short enough not to skip a period or a kink. Where
        none is, nothing is told. They decide how long steps are, and nothing else.
    size
        How large the numbers are of which E is made, where it is more than E: what its rounding is measured by.

    Returns
    -------
    tuple of ndarray
        Two arrays of shape (len(directions),).
    """
    value = graph.nodes[source]["value"]
    recipe = recipe_of(graph.graph["problem"].cell, "gate")
    # As far as a large value can move by rounding, and no further than a weight of a few hundred entries would.
    largest = float(np.abs(value).max(initial=0.0))
    reach = max(1.0, largest)
    ahead = moves()
    at_once = max(1, _NUMBERS_AT_ONCE // (len(ahead) * max(1, value.size)))
    found, errors = [], []
    for start in range(0, len(directions), at_once):
        some = np.array(directions[start : start + at_once])
        lengths = np.abs(some).reshape(len(some), -1).max(axis=1) * np.sqrt(value.size)
        scale = np.where(lengths > 0.0, reach / np.maximum(lengths, _TINY), 0.0)
        pace, followed = np.ones(len(some)), np.ones(len(some), dtype=bool)
        if tangents is not None:
            several = tangents[start : start + at_once]
            pace, followed = _pace(graph, recipe, several, scale)
        scale = scale * pace
        unit = some * scale.reshape(-1, *(1,) * value.ndim)
        moved = value + ahead.reshape(-1, *(1,) * unit.ndim) * unit
        batch = moved.reshape(-1, *value.shape)
        with np.errstate(all="ignore"):
            losses = forward(graph, given_values(graph.graph["problem"]) | {source: batch})[TARGET]
        values = np.broadcast_to(losses, batch.shape[:1]).reshape(len(ahead), len(some))
        quotient, error = derivative(values, size=size, smooth=recipe.smooth)
        with np.errstate(all="ignore"):
            # The shortest step is itself rounded, where a value is large beside it.
            shortest = STEPS[-1] * scale * lengths / np.sqrt(value.size)
            error = error + np.abs(quotient) * (_EPSILON * largest / shortest)
            told = followed & (shortest > _EXACT * _EPSILON * largest) & np.isfinite(quotient)
            error = np.where(told, error, np.inf)
            found.append(np.where(scale > 0.0, quotient / scale, 0.0))
            errors.append(np.where(scale > 0.0, error / scale, 0.0))
    return np.concatenate(found), np.concatenate(errors)


def _pace(
    graph: Graph, recipe: Recipe, tangents: Sequence[Mapping[str, Array]], scale: Array
) -> tuple[Array, NDArray[np.bool_]]:
    """Return which part of a step each direction is to take, and whether the shortest one follows every vertex."""
    nodes = graph.nodes
    # What enters a periodic function moves faster than what it is made of.
    sizes = [float(np.abs(array).max(initial=0.0)) for array in graph.graph["problem"].parameters.values()]
    gain = max(1.0, *sizes) if recipe.periodic and sizes else 1.0
    fast, near = np.zeros(len(tangents)), np.full(len(tangents), np.inf)
    with np.errstate(all="ignore"):
        for k, each in enumerate(tangents):
            for vertex, tangent in each.items():
                value = nodes[vertex]["value"]
                fast[k] = max(fast[k], gain * float(np.abs(tangent).max(initial=0.0)))
                if not recipe.smooth:
                    ways = np.where((value != 0.0) & (tangent != 0.0), np.abs(value / tangent), np.inf)
                    near[k] = min(near[k], float(ways.min(initial=np.inf)))
        step = scale * fast
        # Where nothing comes round again a long step says as much as a short one, unless even the shortest goes far:
        # then the steps are as long as for what moves by 1.
        step = step if recipe.periodic else np.where(step * STEPS[-1] > FOLLOWED, step * FOLLOWED, 0.0)
        pace = np.where(step > 0.0, np.clip(FOLLOWED / step, _SHORTEST, 1.0), 1.0)
        # A kink often lies at zero: what is so near to it that every step crosses it is looked at from nearer.
        part = np.where(scale > 0.0, near / scale, np.inf)
        pace = np.maximum(np.where(part < STEPS[-1], np.minimum(pace, part), pace), _TINY)
        return pace, ~(scale * fast * pace * STEPS[-1] > FOLLOWED)
