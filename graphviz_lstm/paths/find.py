"""The way in: from a networkx graph to the set of its paths."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any, Literal, overload

from graphviz_lstm.errors import InputError, ShapeError, shorten
from graphviz_lstm.given import require_one_of
from graphviz_lstm.paths.checks import describe_indices, index_of, whole_number
from graphviz_lstm.paths.compiled.compile import DEFAULT_PARTIAL, compile_graph, rounding_of
from graphviz_lstm.paths.compiled.reachable import as_directed
from graphviz_lstm.paths.compiled.shapes import shape_of
from graphviz_lstm.paths.listing.limits import LISTING_LIMIT
from graphviz_lstm.paths.pathset import PathSet
from graphviz_lstm.paths.units.compile import compile_units, read_vectors
from graphviz_lstm.paths.units.memory import MOST_BYTES
from graphviz_lstm.paths.units.pathset import UnitPathSet

if TYPE_CHECKING:
    import networkx as nx

    from graphviz_lstm.paths.compiled.linear_map import Shape


LEVELS = ("quantity", "unit")
"""What a vertex of a path is: a vertex of the graph, or one entry of its value."""


@overload
def find_paths(
    graph: nx.Graph[Any],
    source: Hashable,
    target: Hashable,
    *,
    level: Literal["quantity"] = "quantity",
    partial: str | None = None,
    element: int | tuple[int, ...] | None = None,
    limit: int = LISTING_LIMIT,
    memory: float = MOST_BYTES,
) -> PathSet: ...
@overload
def find_paths(
    graph: nx.Graph[Any],
    source: Hashable,
    target: Hashable,
    *,
    level: Literal["unit"],
    partial: str | None = None,
    element: int | tuple[int, ...] | None = None,
    limit: int = LISTING_LIMIT,
    memory: float = MOST_BYTES,
) -> UnitPathSet: ...
def find_paths(
    graph: nx.Graph[Any],
    source: Hashable,
    target: Hashable,
    *,
    level: Literal["quantity", "unit"] = "quantity",
    partial: str | None = None,
    element: int | tuple[int, ...] | None = None,
    limit: int = LISTING_LIMIT,
    memory: float = MOST_BYTES,
) -> PathSet | UnitPathSet:
    """Return the set of all paths from `source` to `target`, none of them listed yet.

    The contribution of a path is the product of the partials along it; the contributions of all paths sum to
    d(target)/d(source) [1]_. The share of a path is `<contribution, total> / <total, total>`, or
    `contribution[element] / total[element]`: signed, and the shares of all paths sum to 1.

    Parameters
    ----------
    graph
        A `networkx.DiGraph` or `MultiDiGraph`; vertices are anything hashable, and parallel edges make distinct paths.
        A cycle that no walk from the source to the target can touch does not matter. Other than its edges' `partial`
        and its own attribute `rounding`, nothing is read now. Where `graph.graph["rounding"]` is a part, a float below
        1, as in an evaluated graph, a total that is no more than this part of what it is a sum of is zero.
    source, target
        Two of its vertices. If they are one, the set holds the empty path alone: its contribution is 1,
        d(source)/d(source) (as an array of the source's shape, if the maps at the source say that it has one). If
        there is no path between them the set is empty: count 0, total 0.
    level
        `"quantity"`: a path passes the graph's vertices. `"unit"`: it passes single entries of their values, such as
        `a_3[7]`, along single entries of the edges' maps; then every edge is a number, and signs, masses and the
        largest paths are exact however many there are. Unit paths of the same vertices sum to the one path of these.
    partial
        The edge attribute that holds d(head)/d(tail): a finite number, or a linear map (`push`, `pull`, `tail_shape`,
        `head_shape`, see `graphviz_lstm.paths.LinearMap`). Read now, from the edges on some path only; each of them
        must have it. By default it is `"partial"`, and where no edge on a path has that the paths may still be counted:
        `count`, `vertex_array`, `through`, `avoiding`, `crossing` need no partials, and what does raises NumberError.
    element
        Which entry of an array-shaped source shares are measured along; by default along the whole total. At the level
        of units it is the one entry at which paths begin.
    limit
        How many paths may be listed at once. Lazy iteration has no limit.
    memory
        At the level of units, how many bytes the entries of all edges may take: two gigabytes by default, the same on
        every machine. What would take more is refused before it is taken.

    Returns
    -------
    PathSet
        Lazy and immutable. Building it costs O(V + E) time and memory of `graph` (and one `pull` for each map); the
        set can be exponential in the depth of `graph`, so ask `count` before you list.

    Raises
    ------
    UnknownVertexError
        If `source` or `target` is not in `graph`.
    GraphError
        If `graph` is not a directed graph of networkx, or has a cycle between source and target; the message names it.
    NumberError
        If a partial is missing, or not a finite number; the message names the edge.
    ShapeError
        If shapes do not fit, the target is not one number, or `element` is not in the source.
    InputError
        If `limit` is not a whole number of at least 0, or the unit graph takes more than `memory`. All of these are
        raised here, not at the first path.

    References
    ----------
    .. [1] F. L. Bauer, "Computational graphs and rounding error", SIAM J. Numer. Anal. 11(1), 1974.

    Examples
    --------
    >>> import networkx as nx
    >>> graph = nx.DiGraph()
    >>> graph.add_edge("x", "y", partial=2.0)
    >>> graph.add_edge("y", "E", partial=3.0)
    >>> graph.add_edge("x", "E", partial=-1.0)
    >>> paths = find_paths(graph, "x", "E")
    >>> paths.count, paths.total, paths.absolute_total
    (2, 5.0, 7.0)
    >>> for path in paths:
    ...     print(path)
    +120 %  x -> y -> E
    -20.0 %  x -> E
    """
    require_one_of("level", level, LEVELS)
    if partial is not None and not isinstance(partial, Hashable):
        raise InputError(f"unusable partial: {shorten(partial)} (must be the name of an edge's attribute)")
    most = whole_number("limit", limit)
    if level == "unit":
        return _find_unit_paths(graph, source, target, partial, element, most, memory)
    dag = compile_graph(graph, source, target, partial)
    indices = None if element is None else require_element(element, dag.weights.source_shape, source)
    return PathSet(dag, indices, most, dict.fromkeys(graph))


def _find_unit_paths(
    graph: nx.Graph[Any],
    source: Hashable,
    target: Hashable,
    partial: str | None,
    element: object,
    limit: int,
    memory: float,
) -> UnitPathSet:
    reachable, maps, shapes = read_vectors(graph, source, target, partial)
    shape = shapes[0] if shapes else ()
    indices = None if element is None else require_element(element, shape, source)
    directed = as_directed(graph)
    rounding = rounding_of(directed)
    found = compile_units(source, target, reachable, maps, shapes, indices, memory, rounding=rounding)
    name = DEFAULT_PARTIAL if partial is None else partial
    known = {
        vertex: found.shapes[vertex] if vertex in found.shapes else shape_of(directed, vertex, name) for vertex in graph
    }
    return UnitPathSet(found.dag, found.shapes, found.whole, indices, limit, known)


def require_element(element: object, shape: Shape, source: object) -> tuple[int, ...]:
    """Return `element` as a tuple of ints, or raise ShapeError if it is not one of an array of `shape`."""
    indices = index_of(element, shape)
    if indices is None:
        raise ShapeError(
            f"unknown element: {shorten(element)} of {shorten(source)}, whose shape is {shape} "
            f"(must be in {describe_indices(shape)})"
        )
    return indices
