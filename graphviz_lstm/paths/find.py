"""The way in: from a networkx graph to the set of its paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError
from graphviz_lstm.paths.dag import Dag
from graphviz_lstm.paths.listing import LISTING_LIMIT
from graphviz_lstm.paths.measure import check_element
from graphviz_lstm.paths.partials import read_partials
from graphviz_lstm.paths.pathset import PathSet
from graphviz_lstm.paths.structure import read_structure

if TYPE_CHECKING:
    from collections.abc import Hashable

    import networkx as nx


def find_paths(
    graph: nx.Graph[Any],
    source: Hashable,
    target: Hashable,
    *,
    partial: str = "partial",
    element: int | tuple[int, ...] | None = None,
    limit: int = LISTING_LIMIT,
) -> PathSet:
    """Return the set of all paths from `source` to `target`, none of them listed yet.

    The contribution of a path is the product of the partials along it; the contributions of all paths sum to
    d(target)/d(source) [1]_. The share of a path is `<contribution, total> / <total, total>`, or
    `contribution[element] / total[element]`: signed, and the shares of all paths sum to 1.

    Parameters
    ----------
    graph
        A `networkx.DiGraph` or `MultiDiGraph`, acyclic throughout; vertices are anything hashable, and parallel edges
        make distinct paths. Other than its edges' `partial`, nothing is read now.
    source, target
        Two of its vertices. If they are one, the set holds the empty path alone: its contribution is 1,
        d(source)/d(source) (as an array of the source's shape, if the maps at the source say that it has one). If
        there is no path between them the set is empty: count 0, total 0.
    partial
        The edge attribute that holds d(head)/d(tail): a finite number, or a linear map (`push`, `pull`, `tail_shape`,
        `head_shape`, see `graphviz_lstm.paths.linear.LinearMap`). Read from the edges on some path only.
    element
        Which entry of an array-shaped source shares are measured along; by default along the whole total.
    limit
        How many paths may be listed at once. Lazy iteration has no limit.

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
        If `graph` is not directed or not acyclic; the message names a cycle.
    NumberError
        If a partial is missing, or not a finite number; the message names the edge.
    ShapeError
        If shapes do not fit, the target is not one number, or `element` is not in the source.
    InputError
        If `limit` is negative. All of these are raised here, not at the first path.

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
    if limit < 0:
        message = f"unusable limit: {limit!r} (must be at least 0)"
        raise InputError(message)
    structure = read_structure(graph, source, target)
    dag = Dag(source, target, *structure, *read_partials(graph, structure, source, partial))
    indices = None if element is None else check_element(element, dag.source_shape, source)
    return PathSet(dag, indices, limit, dict.fromkeys(graph))
