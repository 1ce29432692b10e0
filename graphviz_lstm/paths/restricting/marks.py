"""Marked edges: how often each edge counts when it is asked how often paths pass them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from graphviz_lstm.errors import InputError, describe_unknown, shorten
from graphviz_lstm.given import as_whole
from graphviz_lstm.paths.compiled.dag import describe_edge

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from graphviz_lstm.paths.compiled.dag import Dag, Edge

Marks: TypeAlias = "str | Callable[[Edge], int] | Iterable[Edge]"
"""The name of an edge attribute that is 0 or 1 (or how often the edge counts), a function of the edge, or the edges."""


def weights_of(dag: Dag, edges: Marks, known: Collection[Hashable]) -> list[int]:
    """Return how often each edge counts.

    Raises
    ------
    InputError
        If an edge has no such attribute, a weight is not a whole number of at least 0, or a listed edge is not a
        pair of vertices of the graph.
    """
    if isinstance(edges, str):
        weights = [_attribute(edge, data, edges) for edge, data in zip(dag.edges, dag.attributes, strict=True)]
    elif callable(edges):
        weights = [edges(edge) for edge in dag.edges]
    elif isinstance(edges, Iterable):
        marked = {_known_edge(edge, known) for edge in edges}
        return [int(edge in marked or edge[:2] in marked) for edge in dag.edges]
    else:
        raise InputError(
            f"unusable edges: {shorten(edges)} (must be an edge attribute's name, a function of the edge, or edges)"
        )
    return [_whole(edge, weight) for edge, weight in zip(dag.edges, weights, strict=True)]


def allowed_times(times: object) -> range | frozenset[int]:
    """Return how often is often enough: a number, a range (of whatever length) or a collection of numbers."""
    if isinstance(times, range):
        ends = (times[0], times[-1]) if times else ()
        if any(end < 0 for end in ends):
            raise InputError(f"unusable times: {shorten(times)} (must be whole numbers of at least 0)")
        return times
    several: Collection[Any] = (
        times if isinstance(times, Collection) and not isinstance(times, str | bytes) else (times,)
    )
    numbers = [as_whole(number) for number in several]
    allowed = frozenset(number for number in numbers if number is not None and number >= 0)
    if None in numbers or len(allowed) < len({*numbers}):
        raise InputError(
            f"unusable times: {shorten(times)} (must be a whole number of at least 0, or a range or set of them)"
        )
    return allowed


def _attribute(edge: Edge, data: Mapping[str, int], name: str) -> int:
    if name not in data:
        raise InputError(describe_unknown(f"attribute of edge {describe_edge(edge)}", name, data))
    return data[name]


def _known_edge(edge: Edge, known: Collection[Hashable]) -> Edge:
    """Return one of the edges that were listed, if it can be one."""
    try:
        if isinstance(edge, tuple) and len(edge) in (2, 3) and edge[0] in known and edge[1] in known:
            hash(edge)
            return edge
    except TypeError:  # of a vertex that cannot be one
        pass
    raise InputError(f"not an edge of the graph: {shorten(edge)} (must be (tail, head) or (tail, head, key))")


def _whole(edge: Edge, weight: object) -> int:
    whole = as_whole(weight)
    if whole is None or whole < 0:
        raise InputError(f"edge {describe_edge(edge)} counts {shorten(weight)} (must be a whole number of at least 0)")
    return whole
