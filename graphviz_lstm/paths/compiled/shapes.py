"""The shape of every vertex: what the linear maps beside it say, carried on along plain numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import ShapeError
from graphviz_lstm.paths.compiled.dag import describe_edge

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    import networkx as nx

    from graphviz_lstm.paths.compiled.linear_map import LinearMap, Shape
    from graphviz_lstm.paths.compiled.reachable import Reachable


def infer_shapes(reachable: Reachable, given: Sequence[float | LinearMap]) -> list[Shape]:
    """Return the shape of every vertex, by index; `()` where nothing says otherwise.

    Raises
    ------
    ShapeError
        If two edges give a vertex two shapes, or the target is not one number.
    """
    shapes: list[Shape | None] = [None] * len(reachable.vertices)
    beside: list[list[int]] = [[] for _ in reachable.vertices]
    for e, tail in enumerate(tails_of(reachable)):
        head, partial = reachable.heads[e], given[e]
        if isinstance(partial, float):
            beside[tail].append(head)
            beside[head].append(tail)
        else:
            _agree(reachable, shapes, tail, tuple(partial.tail_shape), e)
            _agree(reachable, shapes, head, tuple(partial.head_shape), e)
    known = [vertex for vertex, shape in enumerate(shapes) if shape is not None]
    for vertex in known:  # grows while it is read: breadth first along the plain numbers
        for other in beside[vertex]:
            if shapes[other] is None:
                shapes[other] = shapes[vertex]
                known.append(other)
    settled = [() if shape is None else shape for shape in shapes]
    if math.prod(settled[-1]) != 1:
        raise ShapeError(
            f"target {reachable.vertices[-1]!r} has shape {settled[-1]} (must be one number: "
            "only then has a contribution the source's shape)"
        )
    return settled


def _agree(reachable: Reachable, shapes: list[Shape | None], vertex: int, shape: Shape, e: int) -> None:
    """Note the shape that edge `e` gives to `vertex`, or raise if another edge gives it another one."""
    if shapes[vertex] not in {None, shape}:
        raise ShapeError(
            f"edge {describe_edge(reachable.edges[e])} gives {reachable.vertices[vertex]!r} the shape {shape}, "
            f"another edge gives it {shapes[vertex]} (they must be equal)"
        )
    shapes[vertex] = shape


def tails_of(reachable: Reachable) -> list[int]:
    """Return the tail of every edge."""
    first = reachable.first
    return [tail for tail in range(len(reachable.vertices)) for _ in range(first[tail], first[tail + 1])]


def shape_of(graph: nx.DiGraph[Any], vertex: Hashable, name: str) -> Shape:
    """Return the shape of one vertex as any of the linear maps beside it has it; `()` if there is none."""
    for head in graph.adj[vertex]:
        for data in _parallel(graph, vertex, head):
            if hasattr(data.get(name), "tail_shape"):
                return tuple(data[name].tail_shape)
    for tail in graph.pred[vertex]:
        for data in _parallel(graph, tail, vertex):
            if hasattr(data.get(name), "head_shape"):
                return tuple(data[name].head_shape)
    return ()


def _parallel(graph: nx.DiGraph[Any], tail: Hashable, head: Hashable) -> Iterable[Any]:
    """Return the attributes of every edge from `tail` to `head`."""
    data = graph.get_edge_data(tail, head)
    return data.values() if graph.is_multigraph() else (data,)
