"""A graph whose vertices stand once for each set of losses that a path may still lead to, and what it is of.

Under a rule that cuts other edges for each loss the same vertex lies on paths to different losses. Taken apart, a
vertex stands once for each set of them that is left to the paths which come there, so that every path of the graph is
one that the rule leaves: whatever is asked of paths, sweeps or flows can be asked of it. Names are for people: which
vertex it is and which losses are left stands in its record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.graph.sweeps import require_finite_flows
from graphviz_lstm.notation.numbers import sum_exactly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.graph.unroll import Graph


def name_apart(vertex: str, exits: Sequence[int]) -> str:
    """Return what a vertex is called among those that are the same but for the losses.

    >>> name_apart("S_1", [1]), name_apart("S_1", [1, 2, 5])
    ('S_1 to the loss of step 1', 'S_1 to the losses of steps 1, 2, 5')
    """
    return f"{vertex} to the loss{'es' * (len(exits) > 1)} of step{'s' * (len(exits) > 1)} {', '.join(map(str, exits))}"


def own_name(graph: Graph, vertex: str) -> str:
    """Return the vertex that one of a graph is: itself, where nothing was taken apart."""
    name: str = graph.nodes[vertex].get("vertex", vertex)
    return name


def put_together(whole: Graph, apart: Graph) -> Graph:
    """Return a graph with the flows of one that was taken apart of it, added up; that one is in `graph["apart"]`.

    Parameters
    ----------
    whole
        With every vertex and edge that `apart` has, by their own names. Where nothing flows its flows are 0.
    apart
        Annotated with the flows from a source.

    Raises
    ------
    NumberError
        If flows add up to what leaves the range of a float64.
    """
    found: Graph = whole.copy()
    found.graph |= {key: apart.graph[key] for key in ("source", "element", "total", "scheme")} | {"apart": apart}
    through: dict[str, list[float]] = {vertex: [] for vertex in found}
    along: dict[tuple[str, str], list[float]] = {edge: [] for edge in found.edges}
    for vertex, data in apart.nodes.items():
        through[own_name(apart, vertex)].append(data["flow"])
    for tail, head, edge in apart.edges(data=True):
        along[own_name(apart, tail), own_name(apart, head)].append(edge["flow"])
    for vertex, flows in through.items():
        found.nodes[vertex]["flow"] = sum_exactly(flows)
    for ends, flows in along.items():
        found.edges[ends]["flow"] = sum_exactly(flows)
    require_finite_flows(found)
    found.graph["swept"] = tuple(found.edges(data="partial"))
    return found


def edges_left(graph: Graph) -> set[tuple[str, str]] | None:
    """Return the edges on a path of the graph that was taken apart of this one; None where none was."""
    apart = graph.graph.get("apart")
    if apart is None:
        return None
    return {(own_name(apart, tail), own_name(apart, head)) for tail, head in apart.edges}
