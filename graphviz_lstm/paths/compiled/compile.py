"""From a networkx graph to a compiled one: every partial checked, every shape fitted, once, at the call."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import NumberError, ShapeError, shorten
from graphviz_lstm.paths.compiled.dag import Dag, describe_edge
from graphviz_lstm.paths.compiled.linear_map import Scaling
from graphviz_lstm.paths.compiled.map_weights import MapWeights
from graphviz_lstm.paths.compiled.number_weights import number_weights
from graphviz_lstm.paths.compiled.reachable import as_directed, read_reachable
from graphviz_lstm.paths.compiled.shapes import infer_shapes, shape_of, tails_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    import networkx as nx

    from graphviz_lstm.paths.compiled.dag import Edge
    from graphviz_lstm.paths.compiled.linear_map import FloatArray, LinearMap, Shape, Value
    from graphviz_lstm.paths.compiled.number_weights import Number
    from graphviz_lstm.paths.compiled.reachable import Reachable
    from graphviz_lstm.paths.compiled.weights import Weights

DEFAULT_PARTIAL = "partial"
ROUNDING = "rounding"
"""What a graph's own attribute is called that says which part of its terms a sum may come to by rounding alone."""
_LESS = 2.0**-64
_ALLOWED = "must be a finite number, or a linear map with push and pull"


def compile_graph(graph: nx.Graph[Any], source: Hashable, target: Hashable, partial: str | None = None) -> Dag:
    """Return what lies between two vertices of `graph`, weighted. See `find_paths` for what is raised.

    `partial` names the edge attribute; None means `"partial"`, or no weights at all where no edge has that.
    """
    directed = as_directed(graph)
    reachable = read_reachable(directed, source, target)
    name = DEFAULT_PARTIAL if partial is None else partial
    weighted: Weights | str
    if partial is None and reachable.edges and not any(name in data for data in reachable.attributes):
        weighted = _describe_missing(reachable.edges[0], reachable.attributes[0], name)
    elif reachable.edges:
        weighted = _read_weights(reachable, name)
    else:
        weighted = _without_edges(reachable, shape_of(directed, source, name))
    rounding = rounding_of(directed)
    return Dag(source=source, target=target, **reachable._asdict(), weighted=weighted, rounding=rounding)


def rounding_of(graph: nx.DiGraph[Any]) -> float:
    """Return what a graph says of the rounding of its partials; 0 where it says nothing that can be used."""
    said = graph.graph.get(ROUNDING)
    return said if isinstance(said, float) and 0.0 < said < 1.0 else 0.0


def _without_edges(reachable: Reachable, shape: Shape) -> Weights:
    """Return the weights of no edges: source and target are one, or apart."""
    if reachable.vertices and math.prod(shape) != 1:
        source = reachable.vertices[0]
        raise ShapeError(f"source and target are one, {source!r} of shape {shape} (a target must be one number)")
    return number_weights((), _ones(shape), shape)


def _read_weights(reachable: Reachable, name: str) -> Weights:
    """Return the partials of all edges: the one place that decides whether they are numbers or maps.

    Where every vertex but the source is one number (of whatever shape), maps become plain numbers, and those out of an
    array-shaped source become arrays: the fast case, to which every cell with one hidden unit belongs.
    """
    given = _read_all(reachable, name)
    if all(isinstance(partial, float) for partial in given):
        return number_weights((partial for partial in given if isinstance(partial, float)), 1.0, ())
    maps, gradients, shapes = _fit_all(reachable, given, name)
    if all(math.prod(shape) == 1 for shape in shapes[1:]):
        return number_weights(_as_numbers(gradients, reachable.first[1], shapes[0]), 1.0, shapes[0])
    return MapWeights(tuple(maps), _ones(shapes[-1]), shapes[0])


def read_maps(reachable: Reachable, name: str) -> tuple[list[LinearMap], list[Shape]]:
    """Return the partials of all edges as linear maps, and the shape of every vertex. See `find_paths`."""
    maps, _, shapes = _fit_all(reachable, _read_all(reachable, name), name)
    return maps, shapes


def _read_all(reachable: Reachable, name: str) -> list[float | LinearMap]:
    return [_read(edge, data, name) for edge, data in zip(reachable.edges, reachable.attributes, strict=True)]


def _fit_all(
    reachable: Reachable, given: list[float | LinearMap], name: str
) -> tuple[list[LinearMap], list[FloatArray], list[Shape]]:
    """Return every edge's map, what it pulls an adjoint of ones to, and the shape of every vertex."""
    shapes = infer_shapes(reachable, given)
    maps: list[LinearMap] = []
    gradients: list[FloatArray] = []
    with np.errstate(all="ignore"):  # what is not finite is found, and named
        for e, tail in enumerate(tails_of(reachable)):
            linear = _fit(reachable.edges[e], given[e], shapes[tail], shapes[reachable.heads[e]])
            maps.append(linear)
            gradients.append(_pull_ones(reachable.edges[e], linear, name))
    return maps, gradients, shapes


def _as_numbers(gradients: Iterable[FloatArray], leaving: int, shape: Shape) -> list[Number]:
    """Return gradients as numbers, but for those of the first `leaving` edges, where the source has a shape."""
    numbers: list[Number] = []
    for e, gradient in enumerate(gradients):
        if e < leaving and shape:
            gradient.setflags(write=False)
            numbers.append(gradient)
        else:
            numbers.append(float(gradient.reshape(())))
    return numbers


def _read(edge: Edge, attributes: Mapping[str, Any], name: str) -> float | LinearMap:
    """Return the partial of one edge: a finite float, or the linear map that it is."""
    if name not in attributes:
        raise NumberError(_describe_missing(edge, attributes, name))
    partial = attributes[name]
    if hasattr(partial, "pull") and hasattr(partial, "push"):
        linear: LinearMap = partial
        return linear
    number = math.nan
    # What cannot be told to be a number is none: complex numbers would lose their imaginary part.
    with suppress(TypeError, ValueError, OverflowError):
        if not isinstance(partial, str | bytes | bytearray) and np.ndim(partial) == 0 and not np.iscomplexobj(partial):
            number = float(partial)
    if not math.isfinite(number):
        raise NumberError(f"{name} of edge {describe_edge(edge)} is {shorten(partial)} ({_ALLOWED})")
    return number


def _describe_missing(edge: Edge, attributes: Mapping[str, Any], name: str) -> str:
    """Return the line that says which edge has no partial, and how its weight is asked for, if it has one."""
    advice = "; its weight is asked for by partial='weight'" if "weight" in attributes else ""
    return f"edge {describe_edge(edge)} has no attribute {shorten(name)} ({_ALLOWED}{advice})"


def _ones(shape: Shape) -> Value:
    """Return the adjoint of a quantity by itself: 1, as a number if its shape is `()`."""
    return np.ones(shape) if shape else 1.0


def _fit(edge: Edge, partial: float | LinearMap, tail_shape: Shape, head_shape: Shape) -> LinearMap:
    """Return `partial` as a linear map between the two shapes."""
    if not isinstance(partial, float):
        return partial
    if tail_shape != head_shape and not math.prod(tail_shape) == math.prod(head_shape) == 1:
        raise ShapeError(
            f"edge {describe_edge(edge)} carries the number {partial!r}, "
            f"but leads from shape {tail_shape} to shape {head_shape} (a number keeps the shape)"
        )
    return Scaling(partial, tail_shape, head_shape)


def _pull_ones(edge: Edge, linear: LinearMap, name: str) -> FloatArray:
    """Return the adjoint 1 pulled through `linear`: a map with a NaN or an infinity in it does not hide it here."""
    # Of several, less than 1: entries that are numbers may have a sum that is none.
    one = 1.0 if math.prod(linear.head_shape) == 1 else _LESS
    pulled = np.array(linear.pull(np.full(linear.head_shape, one)))
    if pulled.shape != tuple(linear.tail_shape):
        raise ShapeError(
            f"{name} of edge {describe_edge(edge)} pulls to shape {pulled.shape} "
            f"(must be its tail_shape, {tuple(linear.tail_shape)})"
        )
    return require_finite(edge, pulled, name)


def require_finite(edge: Edge, pulled: FloatArray, name: str = "partial") -> FloatArray:
    """Return what an edge pulls an adjoint of ones to.

    Raises
    ------
    NumberError
        If it holds a number that is not finite, or complex; the line names the edge.
    """
    if pulled.dtype.kind == "c" or not np.isfinite(pulled).all():
        bad = pulled[np.iscomplex(pulled) | ~np.isfinite(pulled)].reshape(-1)
        shown = shorten(bad[0].item()) if bad.size else "complex numbers"
        raise NumberError(f"{name} of edge {describe_edge(edge)} holds {shown} ({_ALLOWED} whose entries are finite)")
    return pulled.astype(np.float64, copy=False)
