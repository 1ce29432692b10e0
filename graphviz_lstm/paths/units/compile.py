"""From a graph of vectors to blocks: the entries of every edge between the source and the target."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from graphviz_lstm.errors import ShapeError, shorten
from graphviz_lstm.paths.compiled.compile import DEFAULT_PARTIAL, read_maps, require_finite
from graphviz_lstm.paths.compiled.dag import Dag
from graphviz_lstm.paths.compiled.map_weights import MapWeights
from graphviz_lstm.paths.compiled.number_weights import NumberWeights, number_weights
from graphviz_lstm.paths.compiled.reachable import as_directed, read_reachable
from graphviz_lstm.paths.compiled.wide import Wide, widen
from graphviz_lstm.paths.facts import Whole, direction_of
from graphviz_lstm.paths.sweeping.algebra import contributions
from graphviz_lstm.paths.sweeping.sweep import sweep
from graphviz_lstm.paths.units.blocks import block_of, entering
from graphviz_lstm.paths.units.facts import settled_by
from graphviz_lstm.paths.units.memory import MOST_BYTES, require_memory
from graphviz_lstm.paths.units.weights import UnitWeights

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    import networkx as nx

    from graphviz_lstm.paths.compiled.linear_map import FloatArray, LinearMap, Shape
    from graphviz_lstm.paths.compiled.reachable import Reachable
    from graphviz_lstm.paths.compiled.weights import Weights


class UnitGraph(NamedTuple):
    """A graph of vectors, compiled to blocks.

    Attributes
    ----------
    dag
        Its structure, and the blocks of its edges.
    whole
        What shares are parts of.
    shapes
        Vertex -> the shape of its value.
    """

    dag: Dag
    whole: Whole
    shapes: Mapping[Hashable, Shape]


def read_vectors(
    graph: nx.Graph[Any], source: Hashable, target: Hashable, partial: str | None
) -> tuple[Reachable, Sequence[LinearMap], list[Shape]]:
    """Return what lies between two vertices, the map of every edge and the shape of every vertex.

    See `find_paths` for what is raised.
    """
    reachable = read_reachable(as_directed(graph), source, target)
    if not reachable.edges:
        return reachable, [], [()] * len(reachable.vertices)
    maps, shapes = read_maps(reachable, DEFAULT_PARTIAL if partial is None else partial)
    if math.prod(shapes[-1]) != 1:
        raise ShapeError(f"target {shorten(target)} has shape {shapes[-1]} (must be one number)")
    return reachable, maps, shapes


def compile_units(
    source: Hashable,
    target: Hashable,
    reachable: Reachable,
    maps: Sequence[LinearMap],
    shapes: list[Shape],
    element: tuple[int, ...] | None,
    memory: float = MOST_BYTES,
    *,
    rounding: float = 0.0,
) -> UnitGraph:
    """Return the blocks between two vertices; with `element` the source is that one entry, without it is whole.

    `rounding` is that of the DAG.

    Raises
    ------
    NumberError
        If an entry of a partial is not a finite number, though what it pulls ones to may be.
    InputError
        See `require_memory`.
    """
    carried = "its edges carry blocks"
    dag = Dag(source=source, target=target, **reachable._asdict(), weighted=carried, rounding=rounding)
    leaving = reachable.first[1] if reachable.edges else 0
    source_shape = shapes[0] if shapes else ()
    require_memory(source, target, maps[leaving:], memory)
    direction, whole = _whole(dag, maps, shapes, element)
    with np.errstate(all="ignore"):  # what is not finite is found, and named
        first = [entering(linear, direction, whole_source=element is None) for linear in maps[:leaving]]
        blocks = (*first, *(block_of(linear) for linear in maps[leaving:]))
    for edge, block in zip(reachable.edges, blocks, strict=True):
        require_finite(edge, block.entries)
    pulled = maps[:leaving] if element is None and source_shape else [None] * leaving
    kept: tuple[LinearMap | None, ...] = (*pulled, *([None] * (len(maps) - leaving)))
    weights = UnitWeights(blocks, kept, source_shape if element is None else ())
    dag = replace(dag, weighted=cast("Weights", weights))
    return UnitGraph(dag, whole, dict(zip(reachable.vertices, shapes, strict=True)))


def _whole(
    dag: Dag, maps: Sequence[LinearMap], shapes: list[Shape], element: tuple[int, ...] | None
) -> tuple[FloatArray, Whole]:
    """Return the direction in the source by which sizes are told, and what shares are parts of."""
    shape = shapes[0] if shapes else ()
    if not maps:
        count = widen(float(len(dag.vertices)))
        return np.ones(shape), Whole(count, 1.0, count)
    weights = MapWeights(tuple(maps), np.ones(shapes[-1]) if shapes[-1] else 1.0, shape)
    total = sweep(replace(dag, weighted=weights), contributions(weights, dag.rounding), range(len(maps)))
    if dag.rounding:
        total = settled_by(dag, _numbers(dag, maps, shapes) or weights, total)
    mantissa = np.asarray(total.mantissa, dtype=np.float64)
    if element is None:
        if not shape:
            number = widen(float(mantissa), total.exponent)
            return np.ones(()), Whole(number, 1.0, number)
        direction = direction_of(mantissa, maps[: len(dag.leaving(0))]) if mantissa.any() else np.ones(shape)
        length = float(np.vdot(mantissa, direction))
        return direction, Whole(Wide(mantissa, total.exponent), direction, widen(length, total.exponent))
    direction = np.zeros(shape)
    direction[element] = 1.0
    entry = widen(float(mantissa[element]), total.exponent)
    return direction, Whole(entry, 1.0, entry)


def _numbers(dag: Dag, maps: Sequence[LinearMap], shapes: list[Shape]) -> NumberWeights | None:
    """Return the weights of a graph whose vertices, but for the source, are one number each; None of another."""
    if any(math.prod(shape) != 1 for shape in shapes[1:]):
        return None
    pulled = [np.asarray(linear.pull(np.ones(linear.head_shape))) for linear in maps]
    leaving = len(dag.leaving(0))
    numbers = [each if e < leaving and shapes[0] else float(each.item()) for e, each in enumerate(pulled)]
    return number_weights(numbers, 1.0, shapes[0])


def unit_name(vertex: Hashable, unit: int, shape: Shape) -> Hashable:
    """Return what one unit of a vertex is called: `a_3[7]`; a vertex that is one number without axes, as it is.

    >>> unit_name("a_3", 7, (8,)), unit_name("C_1", 3, (2, 2)), unit_name("E", 0, ())
    ('a_3[7]', 'C_1[1,1]', 'E')
    """
    if not shape:
        return vertex
    index = np.unravel_index(unit, shape)
    return f"{vertex}[{','.join(str(int(k)) for k in index)}]"
