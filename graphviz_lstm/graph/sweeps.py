"""Sweeps over an evaluated graph: adjoints in reverse, tangents forward, and the flows where they meet."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from graphviz_lstm.errors import GraphError, InputError, NumberError, UnknownVertexError, describe_unknown, shorten
from graphviz_lstm.given import as_whole, index_given, require_kind
from graphviz_lstm.graph.cancelling import is_suspected, settled
from graphviz_lstm.graph.careful import are_far, careful, power_of_far
from graphviz_lstm.graph.making import pull_with_sizes
from graphviz_lstm.graph.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphviz_lstm.graph.maps import Array, LinearMap
    from graphviz_lstm.graph.unroll import Graph

# Of more entries than so many a look would take too long.
_MOST_ENTRIES = 64
# A flow is made of a gradient's inverse: both must be float64 with all their digits.
_SMALLEST, _LARGEST = 1e-307, 1e307
# Where all adjoints are far below 1 a sweep begins larger, by so many powers of two at most.
_MOST_LARGER = 1000
_BEYOND = "on its way it leaves the range of a float64; paths, their shares and groups can be asked for"


@one_thread()
def reverse(graph: Graph) -> dict[str, Array]:
    """Return the adjoint of every vertex, dE/d(vertex), in the vertex's shape; zeros where no path leads to E.

    Where the edges out of a vertex give it terms that cancel to rounding, its adjoint is 0; see `graph.cancelling`. Of
    what no edge leads to, such as a parameter, the rounding of all vertices behind it is looked at.

    Raises
    ------
    NumberError
        If an adjoint is not finite: the line names the vertex.
    GraphError
        If the graph was not evaluated, or something was added to it that has no numbers.
    """
    near: dict[str, Array] = {}
    adjoints = _reverse(graph, lambda linear: linear, near)
    with np.errstate(all="ignore"):
        for vertex, size in near.items():
            adjoints[vertex] = _settled_source(graph, vertex, adjoints, size)
    return require_finite_adjoints(adjoints)


def require_finite_adjoints(adjoints: dict[str, Array]) -> dict[str, Array]:
    """Return adjoints; raise NumberError for the vertex nearest to E whose adjoint is not finite."""
    for vertex in reversed(adjoints):
        if not np.isfinite(adjoints[vertex]).all():
            shown = shorten(adjoints[vertex].tolist())
            raise NumberError(f"not a finite number: the adjoint of vertex {vertex!r} is {shown}")
    return adjoints


def reverse_absolute(graph: Graph) -> dict[str, Array]:
    """Return for every vertex the sum of the absolute contributions that `reverse` adds up with their signs.

    Where hidden size is 1 this is the sum of |contribution| over all paths; where it is larger, over all paths through
    single entries. Rounding is measured against it, since contributions cancel.
    """
    return _reverse(graph, lambda linear: linear.absolute())


def size_of_terms(graph: Graph, source: str, element: Sequence[int] | None = None) -> float:
    """Return how large the terms are of which dE/d(source), or one entry of it, is the sum, all without their signs.

    Where the derivative is zero it is this that cancels to rounding: 0 where each of them is zero.
    """
    sizes = reverse_absolute(graph)[source]
    return float(np.max(sizes if element is None or not sizes.ndim else sizes[tuple(element)], initial=0.0))


def _settled_source(graph: Graph, source: str, adjoints: dict[str, Array], near: Array) -> Array:
    """Return the adjoint of a source, 0 for each entry that cannot be told from zero; `near` are the terms' sizes.

    As `paths/sweeping/settled.py`: the sum over the edges of |tangent of the tail| |partial| |adjoint of the head|.
    """
    total = adjoints[source]
    places = np.argwhere(is_suspected(total, near))
    if not 0 < len(places) <= _MOST_ENTRIES:
        return total
    directions = np.zeros((len(places), *total.shape))
    directions[(np.arange(len(places)), *places.T)] = 1.0
    size = np.zeros(len(places))
    tangents = push_forward(graph, source, directions)
    for tail, head, edge in graph.edges(data=True):
        if tail in tangents:
            terms = np.reshape(edge["partial"].absolute().pull(np.abs(adjoints[head])), -1)
            size += np.abs(tangents[tail]).reshape(len(places), -1) @ terms
    left = np.array(total)
    for place, most in zip(places, size, strict=True):
        left[tuple(place)] = settled(np.asarray(total[tuple(place)]), np.asarray(most))
    left.setflags(write=False)
    return left


def _reverse(
    graph: Graph, meaning: Callable[[LinearMap], LinearMap], near: dict[str, Array] | None = None
) -> dict[str, Array]:
    """Return adjoints; into `near` goes how large the terms are of what no edge leads to."""
    _require_evaluated(graph)
    found = _swept_back(graph, meaning, near)
    if are_far(found.values()) or _is_far(graph):
        found = _swept_back(graph, lambda linear: careful(meaning(linear)), near)
        if power := _power_of_small(graph, found):
            found = _swept_back(graph, lambda linear: careful(meaning(linear)), near, power)
    for adjoint in found.values():
        adjoint.setflags(write=False)
    return found


def _power_of_small(graph: Graph, adjoints: Mapping[str, Array]) -> int:
    """Return how many powers of two larger a sweep may begin, of which all that comes out is far below 1; else 0.

    An adjoint below every float64, times a partial far above 1, is none.
    """
    power = power_of_far(adjoint for vertex, adjoint in adjoints.items() if vertex != graph.graph["target"])
    return min(max(-power, 0), _MOST_LARGER)


def _swept_back(
    graph: Graph, meaning: Callable[[LinearMap], LinearMap], near: dict[str, Array] | None, power: int = 0
) -> dict[str, Array]:
    """Return adjoints, swept back 2 ** power times as large as they are."""
    values, successors = graph.nodes, graph.succ
    adjoints: dict[str, Array] = {}
    # Reverse topological order: an adjoint is complete before it is read.
    for tail in reversed(_order(graph)):
        heads = successors[tail]
        if tail == graph.graph["target"]:
            adjoints[tail] = np.ldexp(np.ones(()), power)
        elif heads:
            maps = [meaning(edge["partial"]) for edge in heads.values()]
            with np.errstate(over="ignore", invalid="ignore"):
                total, size = pull_with_sizes(maps, [adjoints[head] for head in heads])
                adjoints[tail] = settled(total, size) if len(maps) > 1 else total
            if near is not None and not graph.pred[tail]:
                near[tail] = np.ldexp(size, -power)
        else:
            adjoints[tail] = np.zeros(values[tail]["value"].shape)
    # Plus nothing: a zero has no sign.
    return {vertex: (np.ldexp(adjoints[vertex], -power) if power else adjoints[vertex]) + 0.0 for vertex in graph}


def _require_evaluated(graph: Graph) -> None:
    """Raise unless every vertex has its value, and every edge its partial."""
    require_kind("graph", graph, nx.DiGraph, "an evaluated graph: evaluate(problem) gives one")
    target: str = graph.graph.get("target", "")
    if target not in graph or "value" not in graph.nodes[target]:
        raise GraphError("a graph without values (evaluate(problem) gives one)")
    for vertex, data in graph.nodes.items():
        if "value" not in data:
            raise GraphError(f"vertex {vertex!r} has no value (evaluate gives one to each vertex)")
    for tail, head, data in graph.edges(data=True):
        if "partial" not in data:
            raise GraphError(f"edge {tail!r} -> {head!r} has no partial (evaluate gives one to each edge)")


def _order(graph: Graph) -> list[str]:
    """Return the vertices in topological order: as they stand, but in a graph that a user has added to."""
    place = {vertex: k for k, vertex in enumerate(graph)}
    if all(place[tail] < place[head] for tail, head in graph.edges):
        return list(graph)
    try:
        return list(nx.topological_sort(graph))
    except nx.NetworkXUnfeasible:
        circle = ", ".join(repr(tail) for tail, _ in nx.find_cycle(graph))
        raise GraphError(f"the graph has a circle: {shorten(circle)}") from None


def push_forward(graph: Graph, source: str, directions: Array) -> dict[str, Array]:
    """Return the tangents of every vertex along `directions` in the source.

    Parameters
    ----------
    directions
        (*batch, *shape of the source).

    Returns
    -------
    dict
        Vertex -> (*batch, *shape of the vertex), for the vertices that a path from the source leads to.
    """
    return _pushed_forward(graph, source, directions, settles=False)


def _pushed_forward(graph: Graph, source: str, directions: Array, *, settles: bool) -> dict[str, Array]:
    """Return tangents; where it `settles`, 0 for what cannot be told from zero, see `graph.cancelling`."""
    tangents = _swept_forward(graph, source, directions, lambda linear: linear, settles=settles)
    if are_far(tangents.values()) or _is_far(graph):
        return _swept_forward(graph, source, directions, careful, settles=settles)
    return tangents


def _is_far(graph: Graph) -> bool:
    """Return whether a value is far from 1: partials are made of values, and a product of some may be near again."""
    return are_far(data["value"] for data in graph.nodes.values())


def _swept_forward(
    graph: Graph, source: str, directions: Array, meaning: Callable[[LinearMap], LinearMap], *, settles: bool
) -> dict[str, Array]:
    tangents: dict[str, Array] = {source: directions}
    for head in _order(graph):
        reached = [(edge["partial"], tangents[tail]) for tail, edge in graph.pred[head].items() if tail in tangents]
        if reached:
            parts = [meaning(linear).push(tangent) for linear, tangent in reached]
            tangents[head] = sum(parts[1:], parts[0])
            if settles:
                sizes = [meaning(linear.absolute()).push(np.abs(tangent)) for linear, tangent in reached]
                tangents[head] = settled(tangents[head], sum(sizes[1:], sizes[0]))
    return tangents


def annotate(graph: Graph, source: str, *, element: Sequence[int] | None = None) -> Graph:
    """Return a copy of an evaluated graph that says how much of dE/d(source) flows through each vertex and edge.

    The `tangent` of a vertex is its derivative along one direction D in the source, chosen so that E's is 1:
    D = gradient / |gradient|^2, or along one element only. The `flow` of a vertex is <tangent, adjoint>, that of an
    edge <tangent pushed through it, adjoint of its head>: the sum of the shares of all paths through it. What flows
    into a vertex flows out of it; what leaves the source, and what reaches E, is 1.

    Parameters
    ----------
    source
        A vertex from which paths lead to E: a parameter, an input, an initial state, or any other.
    element
        The index of one entry of the source, to look at its derivative alone.

    Raises
    ------
    UnknownVertexError
        If `source` is not in the graph.
    InputError
        If `element` is not an index into the source.
    NumberError
        If the derivative is zero, so that there is nothing to share, or something leaves the range of a float64.
    """
    _require_evaluated(graph)
    if source not in graph:
        raise UnknownVertexError(describe_unknown("vertex", source, graph))
    if source == graph.graph["target"]:
        raise InputError(f"the source is {source!r}, the loss itself: ask for a parameter, an input or a state")
    total = reverse(graph)[source]
    return annotate_along(graph, source, share_direction(source, total, element), element=element)


def annotate_along(graph: Graph, source: str, direction: Array, *, element: Sequence[int] | None = None) -> Graph:
    """Return a copy of an evaluated graph as `annotate` does, but along a direction in the source that is given.

    A flow is then the sum of <contribution, direction> over the paths through a vertex or an edge: no share, unless the
    direction makes it one. So it can be told of a gradient that is zero, too.
    """
    adjoints = reverse(graph)
    total = adjoints[source]
    with np.errstate(all="ignore"):  # what is not finite is found, and named
        tangents = _pushed_forward(graph, source, direction, settles=True)
    annotated: Graph = graph.copy()
    annotated.graph |= {"source": source, "element": None if element is None else tuple(element), "total": total}
    with np.errstate(all="ignore"):
        for vertex, attributes in annotated.nodes.items():
            tangent = tangents.get(vertex)
            attributes["adjoint"] = adjoints[vertex]
            attributes["tangent"] = np.zeros(attributes["value"].shape) if tangent is None else tangent
            attributes["flow"] = 0.0 if tangent is None else _flow(tangent, adjoints[vertex])
        for tail, head, attributes in annotated.edges(data=True):
            attributes["flow"] = 0.0
            if tail in tangents:
                linear, tangent = attributes["partial"], tangents[tail]
                pushed = settled(linear.push(tangent), linear.absolute().push(np.abs(tangent)))
                attributes["flow"] = _flow(pushed, adjoints[head])
    require_finite_flows(annotated)
    annotated.graph["swept"] = tuple(annotated.edges(data="partial"))
    return annotated


def _flow(tangent: Array, adjoint: Array) -> float:
    """Return <tangent, adjoint>; 0 where that cannot be told from zero. Plus nothing: a zero has no sign."""
    terms = tangent * adjoint
    return float(settled(np.asarray(np.sum(terms)), np.asarray(np.sum(np.abs(terms))))) + 0.0


def require_current(graph: Graph) -> None:
    """Raise unless the flows of an annotated graph are those of the graph as it is now.

    Raises
    ------
    GraphError
        If there are none, or an edge was removed, added, or given another partial since.
    """
    swept = graph.graph.get("swept")
    if swept is None:
        raise GraphError("a graph without flows (annotate(graph, source) gives them)")
    now: tuple[tuple[str, str, LinearMap], ...] = tuple(graph.edges(data="partial"))
    if len(now) != len(swept) or any(
        before[:2] != after[:2] or before[2] is not after[2] for before, after in zip(swept, now, strict=True)
    ):
        changed = {edge[:2] for edge in now} ^ {edge[:2] for edge in swept}
        which = f": {shorten(min(changed))}" if changed else ""
        raise GraphError(f"the graph has changed since its flows were computed{which} (annotate it again)")


def share_direction(source: str, total: Array, element: Sequence[int] | None = None, *, is_zero: bool = True) -> Array:
    """Return the direction in the source along which E's tangent is 1: <total, direction> is 1.

    Along the gradient, or along one entry of the source alone. `is_zero` says whether a total of 0 is zero, and not
    what lies below every float64.

    Raises
    ------
    InputError
        If `element` is not an index into the source.
    NumberError
        If the gradient is zero along it, so that there is nothing to share, or not a normal float64.

    Examples
    --------
    >>> total = np.array([3e-200, 4e-200])
    >>> round(float(share_direction("W", total) @ total), 12)
    1.0
    """
    if element is None:
        largest = float(np.max(np.abs(total), initial=0.0))
        _require_size(source, largest, is_zero=is_zero)
        # By a power of two, which rounds nothing: the square of 1e-200 would be zero.
        power = int(np.frexp(largest)[1])
        scaled = np.ldexp(total, -power)
        return np.asarray(np.ldexp(scaled / float(np.sum(scaled * scaled)), -power))
    index = tuple(-1 if (whole := as_whole(k)) is None else whole for k in index_given(element) or ())
    if len(index) != total.ndim or any(not 0 <= k < n for k, n in zip(index, total.shape, strict=True)):
        raise InputError(
            f"wrong element: {shorten(element)} of {source!r} (must be an index into its shape {total.shape})"
        )
    _require_size(f"{source}{list(index)}", float(total[index]), is_zero=is_zero)
    direction = np.zeros(total.shape)
    direction[index] = 1.0 / total[index]
    return direction


def _require_size(what: str, gradient: float, *, is_zero: bool) -> None:
    """Raise NumberError unless shares of so large a gradient can be told in float64."""
    if gradient == 0.0 and is_zero:
        raise NumberError(f"zero gradient: dE/d{what} is zero, so there is nothing to share")
    if gradient == 0.0:
        raise NumberError(
            f"gradient out of range: dE/d{what} lies below every float64 (paths, their shares and groups can be "
            "asked for)"
        )
    if not _SMALLEST <= abs(gradient) <= _LARGEST:
        raise NumberError(
            f"gradient out of range: dE/d{what} is {gradient:.3g} (flows need {_SMALLEST:.3g} to {_LARGEST:.3g}; "
            "paths, their shares and groups can be asked for)"
        )


def require_finite_flows(annotated: Graph) -> None:
    """Raise NumberError if a flow left the range of a float64 on its way."""
    for vertex, data in annotated.nodes.items():
        if not math.isfinite(data["flow"]):
            raise NumberError(f"not a finite number: the flow through {vertex!r} ({_BEYOND})")
    for tail, head, data in annotated.edges(data=True):
        if not math.isfinite(data["flow"]):
            raise NumberError(f"not a finite number: the flow from {tail!r} to {head!r} ({_BEYOND})")
