"""What of a networkx graph lies on some path between two vertices, in topological order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from graphviz_lstm.errors import GraphError, UnknownVertexError, describe_unknown, shorten

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    import networkx as nx

    from graphviz_lstm.paths.compiled.dag import Edge

    Adjacency = Mapping[Hashable, Iterable[Hashable]]

_CYCLE_SHOWN = 12

# What to do with what is no graph of networkx, by the package that it comes from.
_MAKE_ONE = {
    "builtins": "graph = networkx.DiGraph(); graph.add_weighted_edges_from([(tail, head, number), ...], 'partial')",
    "igraph": "graph.to_networkx()",
    "numpy": "networkx.from_numpy_array(matrix, create_using=networkx.DiGraph), for partial='weight'",
    "pandas": "networkx.from_pandas_edgelist(frame, source, target, 'partial', create_using=networkx.DiGraph)",
    "polars": "networkx.from_pandas_edgelist(frame.to_pandas(), ...)",
    "rustworkx": "networkx.DiGraph(graph.edge_list())",
    "scipy": "networkx.from_scipy_sparse_array(matrix, create_using=networkx.DiGraph), for partial='weight'",
}


class Reachable(NamedTuple):
    """The vertices and edges on some path, as the fields of a `Dag` have them."""

    vertices: tuple[Hashable, ...]
    edges: tuple[Edge, ...]
    attributes: tuple[Mapping[str, Any], ...]
    first: tuple[int, ...]
    heads: tuple[int, ...]


def as_directed(graph: object) -> nx.DiGraph[Any]:
    """Return `graph`, or raise GraphError if it is no directed graph of networkx; the message says how to make one."""
    import networkx as nx

    if not isinstance(graph, nx.Graph):
        package = type(graph).__module__.partition(".")[0]
        advice = _MAKE_ONE.get(package, _MAKE_ONE["builtins"])
        kind = f"{package}.{type(graph).__name__}" if package != "builtins" else type(graph).__name__
        raise GraphError(f"not a graph of networkx: {kind} (make one: {advice})")
    if not isinstance(graph, nx.DiGraph):
        raise GraphError("the graph is undirected (must be a networkx.DiGraph or MultiDiGraph)")
    return graph


def read_reachable(graph: nx.DiGraph[Any], source: Hashable, target: Hashable) -> Reachable:
    """Return what lies on some path from `source` to `target`; nothing, if there is none.

    Costs O(V + E) time and memory. Cycles elsewhere in the graph do not matter.

    Raises
    ------
    UnknownVertexError
        If `source` or `target` is not in `graph`.
    GraphError
        If there is a cycle among what lies between: there are then walks without end.
    """
    for vertex in (source, target):
        if vertex not in graph:
            raise UnknownVertexError(describe_unknown("vertex", vertex, graph))
    successors: dict[Hashable, Mapping[Hashable, Any]] = dict(graph.adjacency())
    index = {vertex: i for i, vertex in enumerate(_in_order(_between(graph, successors, source, target)))}
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
    return Reachable(tuple(index), tuple(edges), tuple(attributes), tuple(first), tuple(heads))


def _between(graph: nx.DiGraph[Any], successors: Adjacency, source: Hashable, target: Hashable) -> Adjacency:
    """Return the descendants of `source` that are ancestors of `target`, both included, with their heads among these.

    The vertices are in the graph's own order.
    """
    descendants = _spread(successors, source)
    if target not in descendants:
        return {}
    between = descendants & _spread(graph.pred, target)
    return {
        vertex: [head for head in heads if head in between] for vertex, heads in successors.items() if vertex in between
    }


def _spread(neighbours: Adjacency, start: Hashable) -> set[Hashable]:
    """Return what can be reached from `start`, itself included."""
    reached = {start}
    waiting = [start]
    while waiting:
        new = set(neighbours[waiting.pop()]) - reached
        reached |= new
        waiting += new
    return reached


def _in_order(successors: Adjacency) -> list[Hashable]:
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
        raise GraphError(_describe_cycle(successors, waiting))
    return order


def _describe_cycle(successors: Adjacency, waiting: Mapping[Hashable, int]) -> str:
    """Return the line that names one cycle among the vertices that are still `waiting` for one of their tails."""
    import networkx as nx

    stuck: nx.DiGraph[Hashable] = nx.DiGraph()
    stuck.add_edges_from((tail, head) for tail, heads in successors.items() for head in heads if waiting[tail])
    cycle = [edge[0] for edge in nx.find_cycle(stuck)]
    shown = " -> ".join(map(shorten, cycle[:_CYCLE_SHOWN]))
    rest = f"... ({len(cycle)} vertices in all) -> " if len(cycle) > _CYCLE_SHOWN else ""
    return (
        f"the graph has a cycle: {shown} -> {rest}{shorten(cycle[0])} (it must be acyclic): "
        "networkx.condensation(graph) makes one vertex of it"
    )
