"""The paths of a graph by the names that its vertices have for readers, where they were taken apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from graphviz_lstm.graph.apart import own_name
from graphviz_lstm.paths import PathSet, UnitPathSet, find_paths
from graphviz_lstm.paths.find import require_element
from graphviz_lstm.paths.units.memory import MOST_BYTES

if TYPE_CHECKING:
    from graphviz_lstm.graph.unroll import Graph

Paths = TypeVar("Paths", PathSet, UnitPathSet)


@overload
def paths_in(
    graph: Graph, source: str, *, element: tuple[int, ...] | None = None, level: Literal["quantity"] = "quantity"
) -> PathSet: ...
@overload
def paths_in(
    graph: Graph,
    source: str,
    *,
    element: tuple[int, ...] | None = None,
    level: Literal["unit"],
    memory: float = MOST_BYTES,
) -> UnitPathSet: ...
def paths_in(
    graph: Graph,
    source: str,
    *,
    element: tuple[int, ...] | None = None,
    level: Literal["quantity", "unit"] = "quantity",
    memory: float = MOST_BYTES,
) -> PathSet | UnitPathSet:
    """Return the paths from a source to E in one of our graphs, see `find_paths`: by their vertices' own names.

    Where an annotated graph has the flows of one that was taken apart of it, the paths are those of that one.
    """
    graph = graph.graph.get("apart", graph)
    target = graph.graph["target"]
    if element is not None and source in graph and not graph.succ[source]:
        # There is no path; and no edge that would tell the source's shape.
        require_element(element, graph.nodes[source]["value"].shape, source)
        element = None
    if level == "unit":
        return _named(find_paths(graph, source, target, level="unit", element=element, memory=memory), graph)
    return _named(find_paths(graph, source, target, element=element), graph)


def _named(paths: Paths, graph: Graph) -> Paths:
    names = {vertex: own_name(graph, vertex) for vertex in graph}
    if isinstance(paths, UnitPathSet):
        # What has no edge here is told its shape by none.
        known: dict[Any, Any] = {names[vertex]: data["value"].shape for vertex, data in graph.nodes.items()}
        paths = replace(paths, known=known)
    if all(name == vertex for vertex, name in names.items()):
        return paths
    dag = paths.dag
    edges = tuple((names[str(edge[0])], names[str(edge[1])]) for edge in dag.edges)
    dag = replace(dag, vertices=tuple(names[str(vertex)] for vertex in dag.vertices), edges=edges)
    if isinstance(paths, UnitPathSet):
        shapes: dict[Any, Any] = {names[str(vertex)]: shape for vertex, shape in paths.shapes.items()}
        return replace(paths, dag=dag, shapes=shapes)
    return replace(paths, dag=dag, known=dict.fromkeys(names.values()))
