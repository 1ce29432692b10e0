"""From a networkx graph to the part of it that lies between two vertices, in topological order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from graphviz_lstm.errors import GraphError, UnknownVertexError, describe_unknown

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    import networkx as nx

    from graphviz_lstm.paths.dag import Edge

_CYCLE_SHOWN = 12


class Structure(NamedTuple):
    """The fields of a `Dag` that do not depend on the partials."""

    vertices: tuple[Hashable, ...]
    edges: tuple[Edge, ...]
    attributes: tuple[Mapping[str, Any], ...]
    first: tuple[int, ...]
    heads: tuple[int, ...]


def read_structure(graph: nx.Graph[Any], source: Hashable, target: Hashable) -> Structure:
    """Return what lies on some path from `source` to `target`; nothing, if there is none.

    Costs O(V + E) time and memory of the whole graph, which must be directed and acyclic throughout.
    """
    if not graph.is_directed():
        message = "the graph is undirected (must be a networkx.DiGraph or MultiDiGraph)"
        raise GraphError(message)
    for vertex in (source, target):
        if vertex not in graph:
            raise UnknownVertexError(describe_unknown("vertex", vertex, graph))

    successors: dict[Hashable, Mapping[Hashable, Any]] = dict(graph.adjacency())
    index = {vertex: i for i, vertex in enumerate(_between(graph, successors, source, target))}
    edges: list[Edge] = []
    attributes: list[Mapping[str, Any]] = []
    heads: list[int] = []
    first = [0]
    for tail in index:
        for head, data in successors[tail].items():
            if head in index:
                parallel: dict[Edge, Mapping[str, Any]] = (
                    {(tail, head, key): d for key, d in data.items()} if graph.is_multigraph() else {(tail, head): data}
                )
                edges += parallel
                attributes += parallel.values()
                heads += [index[head]] * len(parallel)
        first.append(len(edges))
    return Structure(tuple(index), tuple(edges), tuple(attributes), tuple(first), tuple(heads))


def _between(
    graph: nx.Graph[Any], successors: Mapping[Hashable, Mapping[Hashable, Any]], source: Hashable, target: Hashable
) -> list[Hashable]:
    """Return the descendants of `source` that are ancestors of `target`, both included, in topological order."""
    order = _topological(graph, successors)
    descendants = {source}
    for vertex in order:
        if vertex in descendants:
            descendants.update(successors[vertex])
    if target not in descendants:
        return []
    between = {target}
    for vertex in reversed(order):
        if vertex in descendants and not between.isdisjoint(successors[vertex]):
            between.add(vertex)
    return [vertex for vertex in order if vertex in between]


def _topological(graph: nx.Graph[Any], successors: Mapping[Hashable, Mapping[Hashable, Any]]) -> list[Hashable]:
    """Return all vertices in topological order; their own order, where it is one already."""
    position = {vertex: i for i, vertex in enumerate(successors)}
    if all(position[tail] < position[head] for tail, heads in successors.items() for head in heads):
        return list(successors)
    waiting = dict.fromkeys(successors, 0)
    for heads in successors.values():
        for head in heads:
            waiting[head] += 1
    order = [vertex for vertex, tails in waiting.items() if not tails]
    for vertex in order:  # grows while it is read: Kahn's algorithm
        for head in successors[vertex]:
            waiting[head] -= 1
            if not waiting[head]:
                order.append(head)
    if len(order) < len(successors):
        raise GraphError(_describe_cycle(graph))
    return order


def _describe_cycle(graph: nx.Graph[Any]) -> str:
    """Return the line that names one cycle of `graph`."""
    import networkx as nx

    cycle = [edge[0] for edge in nx.find_cycle(graph)]
    shown = " -> ".join(repr(vertex) for vertex in cycle[:_CYCLE_SHOWN])
    rest = f"... ({len(cycle)} vertices in all) -> " if len(cycle) > _CYCLE_SHOWN else ""
    return f"the graph has a cycle: {shown} -> {rest}{cycle[0]!r} (it must be acyclic)"
