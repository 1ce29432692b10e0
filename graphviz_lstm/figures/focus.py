"""Which path is in focus: one that is at hand, one of a rank, one whose vertices are named."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, NoPathError, UnknownVertexError, describe_unknown, shorten
from graphviz_lstm.figures.layout import is_spelled_out
from graphviz_lstm.figures.options import read_path
from graphviz_lstm.notation.names import text
from graphviz_lstm.paths import Path
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.problems.arrays import whole_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import PathSet, UnitPathSet


def path_in_focus(
    graph: Graph,
    paths: PathSet | UnitPathSet,
    asked: Path | int | str | None,
    through: Sequence[str] = (),
    avoiding: Sequence[str] = (),
) -> Path | None:
    """Return the path that is asked for; None where nothing is.

    Parameters
    ----------
    graph
        The one whose vertices are drawn, single units or whole quantities.
    asked
        A path, a rank among the paths (1 is the largest), or its vertices with `->` between them.
    through, avoiding
        The vertices that it must, and must not pass.

    Raises
    ------
    InputError, UnknownVertexError, NoPathError
        If there is no such path; the line says which vertex or which edge is missing.
    """
    given = read_path(asked) if isinstance(asked, str) else asked
    restrictions = (*through, *avoiding)
    if isinstance(given, Path | str):
        if restrictions:
            raise InputError(
                f"a path that is named passes what it passes: {shorten(restrictions[0])} has no use beside it "
                "(leave the path out, or give a rank)"
            )
        return _named(graph, paths, given) if isinstance(given, str) else given
    if given is None and not restrictions:
        return None
    among = paths
    for vertex in through:
        among = among.through(vertex)
    for vertex in avoiding:
        among = among.avoiding(vertex)
    told = "".join(f" through {vertex}" for vertex in through) + "".join(f" avoiding {vertex}" for vertex in avoiding)
    if not among:
        raise NoPathError(f"no path from {str(paths.source)!r} to {str(paths.target)!r}{told}")
    rank = 1 if given is None else whole_number("path", given)
    if not 1 <= rank <= among.count:
        raise InputError(
            f"there is no path {describe_count(rank)} "
            f"(there are {describe_count(among.count)} from {paths.source} to {paths.target}{told})"
        )
    return among.top(rank)[rank - 1]


def _named(graph: Graph, paths: PathSet | UnitPathSet, given: str) -> Path:
    """Return the path of these vertices."""
    vertices = [part.strip() for part in given.split("->")]
    for vertex in vertices:
        if vertex not in graph:
            raise UnknownVertexError(describe_unknown("vertex", vertex, graph))
    first, last = graph.graph["source"], graph.graph["target"]
    for place, vertex, due in (("begins", vertices[0], first), ("ends", vertices[-1], last)):
        if vertex != due:
            raise InputError(f"not a path from {first!r} to {last!r}: it {place} at {vertex!r} (must be {due!r})")
    for tail, head in pairwise(vertices):
        if not graph.has_edge(tail, head):
            heads = ", ".join(map(repr, list(graph.succ[tail])[:8])) or "nothing"
            raise InputError(
                f"not a path: no edge leads from {tail!r} to {head!r} (from {tail!r} edges lead to {heads})"
            )
        if graph.edges[tail, head].get("cut"):
            raise NoPathError(f"no path: the edge from {tail!r} to {head!r} is cut")
    quantities = [_quantity(graph, vertex) for vertex in vertices]
    edges = list(pairwise(quantities))
    # Exactly these edges, all of them: in a graph without circles that is one path.
    found = paths.crossing(edges, times=len(edges))
    if is_spelled_out(graph):
        for vertex in vertices[1:-1]:
            found = found.through(vertex)
    if not found:
        raise NoPathError(f"no path from {first!r} to {last!r} along {shorten(given)}")
    return found[0]


def _quantity(graph: Graph, vertex: str) -> str:
    """Return the vertex that a single unit is an entry of; of a quantity itself."""
    if not is_spelled_out(graph) or vertex in graph.graph["whole"]:
        return vertex
    return text(replace(graph.nodes[vertex]["name"], unit=None))
