"""From edge attributes to compiled partials: every number checked, every shape fitted, once, at the call."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from graphviz_lstm.errors import NumberError, ShapeError
from graphviz_lstm.paths.dag import describe_edge
from graphviz_lstm.paths.linear import Scaling

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    import networkx as nx

    from graphviz_lstm.paths.dag import Edge
    from graphviz_lstm.paths.linear import FloatArray, LinearMap, Partial, Shape, Value
    from graphviz_lstm.paths.structure import Structure

_ALLOWED = "must be a finite number, or a linear map with push and pull"
_VALUE_SHOWN = 80


class Partials(NamedTuple):
    """The fields of a `Dag` that depend on the partials."""

    partials: tuple[Partial, ...]
    one: Value
    source_shape: Shape
    scalar: bool


def read_partials(graph: nx.Graph[Any], structure: Structure, source: Hashable, name: str) -> Partials:
    """Return the partials of all edges of `structure`, from the edge attribute `name`.

    Where every vertex but the source is one number (of whatever shape), maps become plain numbers, and those out of an
    array-shaped source become arrays: the fast case, to which every cell with one hidden unit belongs.
    """
    given = [_read(edge, data, name) for edge, data in zip(structure.edges, structure.attributes, strict=True)]
    if not given:
        shape = _shape_at(graph, source, name)
        if structure.vertices and math.prod(shape) != 1:
            message = f"source and target are one, {source!r} of shape {shape} (a target must be one number)"
            raise ShapeError(message)
        return Partials((), _ones(shape), shape, scalar=True)
    if all(isinstance(partial, float) for partial in given):
        return Partials(tuple(given), 1.0, (), scalar=True)

    shapes = _infer_shapes(structure, given)
    if math.prod(shapes[-1]) != 1:
        message = (
            f"target {structure.vertices[-1]!r} has shape {shapes[-1]} (must be one number: "
            "only then has a contribution the source's shape)"
        )
        raise ShapeError(message)
    scalar = all(math.prod(shape) == 1 for shape in shapes[1:])
    compiled: list[Partial] = []
    with np.errstate(all="ignore"):  # what is not finite is found, and named
        for e, tail in enumerate(_tails(structure)):
            linear = _fit(structure.edges[e], given[e], shapes[tail], shapes[structure.heads[e]])
            gradient = _pull_ones(structure.edges[e], linear, name)
            if not scalar:
                compiled.append(linear)
            elif tail == 0 and shapes[0]:
                gradient.setflags(write=False)
                compiled.append(gradient)
            else:
                compiled.append(float(gradient.reshape(())))
    return Partials(tuple(compiled), 1.0 if scalar else _ones(shapes[-1]), shapes[0], scalar)


def _read(edge: Edge, attributes: Mapping[str, Any], name: str) -> float | LinearMap:
    """Return the partial of one edge: a finite float, or the linear map that it is."""
    try:
        partial = attributes[name]
    except KeyError:
        message = f"edge {describe_edge(edge)} has no attribute {name!r} ({_ALLOWED})"
        raise NumberError(message) from None
    if hasattr(partial, "pull") and hasattr(partial, "push"):
        return partial  # type: ignore[no-any-return]
    number = math.nan
    if not isinstance(partial, str | bytes | bytearray) and np.ndim(partial) == 0:
        with suppress(TypeError, ValueError, OverflowError):
            number = float(partial)
    if not math.isfinite(number):
        message = f"{name} of edge {describe_edge(edge)} is {_shorten(repr(partial))} ({_ALLOWED})"
        raise NumberError(message)
    return number


def _shorten(text: str) -> str:
    """Return `text` on one line and not too long to read."""
    line = " ".join(text.split())
    return line if len(line) <= _VALUE_SHOWN else f"{line[: _VALUE_SHOWN - 3]}..."


def _shape_at(graph: nx.Graph[Any], vertex: Hashable, name: str) -> Shape:
    """Return the shape of `vertex` as any of the linear maps beside it has it; `()` if there is none."""
    for head in graph.adj[vertex]:
        for data in _parallel(graph, vertex, head):
            if hasattr(data.get(name), "tail_shape"):
                return tuple(data[name].tail_shape)
    for tail in graph.pred[vertex]:  # type: ignore[attr-defined]
        for data in _parallel(graph, tail, vertex):
            if hasattr(data.get(name), "head_shape"):
                return tuple(data[name].head_shape)
    return ()


def _parallel(graph: nx.Graph[Any], tail: Hashable, head: Hashable) -> Iterable[Any]:
    """Return the attributes of every edge from `tail` to `head`."""
    data = graph.get_edge_data(tail, head)
    return data.values() if graph.is_multigraph() else (data,)


def _ones(shape: Shape) -> Value:
    """Return the adjoint of a quantity by itself: 1, as a number if its shape is `()`."""
    return np.ones(shape) if shape else 1.0


def _tails(structure: Structure) -> Iterator[int]:
    """Yield the tail of every edge."""
    for vertex in range(len(structure.vertices)):
        yield from [vertex] * (structure.first[vertex + 1] - structure.first[vertex])


def _infer_shapes(structure: Structure, given: Sequence[float | LinearMap]) -> list[Shape]:
    """Return the shape of every vertex: what the maps say, carried on along plain numbers."""
    shapes: list[Shape | None] = [None] * len(structure.vertices)
    beside: list[list[int]] = [[] for _ in structure.vertices]
    for e, tail in enumerate(_tails(structure)):
        head, partial = structure.heads[e], given[e]
        if isinstance(partial, float):
            beside[tail].append(head)
            beside[head].append(tail)
        else:
            _agree(structure, shapes, tail, tuple(partial.tail_shape), e)
            _agree(structure, shapes, head, tuple(partial.head_shape), e)
    known = [vertex for vertex, shape in enumerate(shapes) if shape is not None]
    for vertex in known:  # grows while it is read: breadth first along the plain numbers
        for other in beside[vertex]:
            if shapes[other] is None:
                shapes[other] = shapes[vertex]
                known.append(other)
    return [() if shape is None else shape for shape in shapes]


def _agree(structure: Structure, shapes: list[Shape | None], vertex: int, shape: Shape, e: int) -> None:
    """Note the shape that edge `e` gives to `vertex`, or raise if another edge gives it another one."""
    if shapes[vertex] not in {None, shape}:
        message = (
            f"edge {describe_edge(structure.edges[e])} gives {structure.vertices[vertex]!r} the shape {shape}, "
            f"another edge gives it {shapes[vertex]} (they must be equal)"
        )
        raise ShapeError(message)
    shapes[vertex] = shape


def _fit(edge: Edge, partial: float | LinearMap, tail_shape: Shape, head_shape: Shape) -> LinearMap:
    """Return `partial` as a linear map between the two shapes."""
    if not isinstance(partial, float):
        return partial
    if tail_shape != head_shape and not math.prod(tail_shape) == math.prod(head_shape) == 1:
        message = (
            f"edge {describe_edge(edge)} carries the number {partial!r}, "
            f"but leads from shape {tail_shape} to shape {head_shape} (a number keeps the shape)"
        )
        raise ShapeError(message)
    return Scaling(partial, tail_shape, head_shape)


def _pull_ones(edge: Edge, linear: LinearMap, name: str) -> FloatArray:
    """Return the adjoint 1 pulled through `linear`: a map with a NaN or an infinity in it does not hide it here."""
    gradient = np.array(linear.pull(np.ones(linear.head_shape)), dtype=np.float64)
    if gradient.shape != tuple(linear.tail_shape):
        message = (
            f"{name} of edge {describe_edge(edge)} pulls to shape {gradient.shape} "
            f"(must be its tail_shape, {tuple(linear.tail_shape)})"
        )
        raise ShapeError(message)
    if not np.isfinite(gradient).all():
        bad = float(gradient[~np.isfinite(gradient)][0])
        message = f"{name} of edge {describe_edge(edge)} holds {bad!r} ({_ALLOWED} whose entries are finite)"
        raise NumberError(message)
    return gradient
