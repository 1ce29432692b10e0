"""A graph under a scheme: without the edges that it drops, with the partials that it leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError, UnknownVertexError, describe_unknown
from graphviz_lstm.gradients.schemes.edge import edges_of
from graphviz_lstm.gradients.schemes.language import Clauses
from graphviz_lstm.gradients.schemes.rules import OnlyThrough

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphviz_lstm.gradients.schemes.edge import Edge
    from graphviz_lstm.gradients.schemes.scheme import Scheme
    from graphviz_lstm.graph.unroll import Graph

_SHOWN = 8


def apply(graph: Graph, scheme: Scheme, *, source: str | None = None) -> Graph:
    """Return a copy of an unrolled graph as a scheme sees it; partials, where there are any, as it leaves them.

    Parameters
    ----------
    source
        For a scheme that cuts other edges for each source: which is meant.

    Raises
    ------
    InputError
        If a rule of the user's speaks of no edge, or cannot be done to one.
    UnknownVertexError
        If the source is not in the graph.
    """
    if source is not None:
        require_source(graph, source)
    require_gates(graph)
    found: Graph = graph.copy()
    edges = edges_of(graph, source)
    require_matches(scheme, edges.values())
    for (tail, head), edge in edges.items():
        action = scheme.rule(edge)
        if action.drops:
            found.remove_edge(tail, head)
        elif action.changes:
            data = found.edges[tail, head]
            data["symbol"] = action.written(data["symbol"])
            if "partial" in data:
                data["partial"] = action.done_to(data["partial"])
    return found


def require_source(graph: Graph, source: str) -> None:
    """Raise unless the source is in the graph.

    Raises
    ------
    UnknownVertexError
        If it is not.
    """
    if source not in graph:
        raise UnknownVertexError(describe_unknown("vertex", source, graph))


def require_parameter(graph: Graph, scheme: Scheme, source: str) -> None:
    """Raise unless a scheme by entry can be asked about a source.

    Raises
    ------
    InputError
        If it is no parameter, or the graph is not at the detail of gates.
    """
    require_gates(graph)
    if graph.nodes[source]["role"] != "parameter":
        raise InputError(
            f"not a parameter: {source!r} (scheme {scheme.name!r} asks what each entry of a parameter reaches)"
        )


def require_gates(graph: Graph) -> None:
    """Raise unless the graph is at the detail of gates: there each edge is one that schemes speak of.

    Raises
    ------
    InputError
        If it is not.
    """
    if graph.graph["detail"] != "gate":
        raise InputError(f"wrong detail: {graph.graph['detail']!r} (schemes are rules at the detail 'gate')")


def require_matches(scheme: Scheme, edges: Iterable[Edge]) -> None:
    """Raise if a scheme names an edge or a gate that is not there.

    Raises
    ------
    InputError
        The line has the choices.
    """
    found = list(edges)
    if isinstance(scheme.rule, Clauses):
        for clause in scheme.rule.clauses:
            if not any(map(clause.is_about, found)):
                raise InputError(f"a rule that matches nothing: '{clause}' (there are {_choices(found)})")
    if isinstance(scheme.rule, OnlyThrough):
        gates = dict.fromkeys(edge.head.quantity for edge in found if edge.kind == "crossing")
        if scheme.rule.gate not in gates:
            known = ", ".join(map(repr, gates)) or "none"
            raise InputError(f"no gate {scheme.rule.gate!r} to go through (there are: {known})")


def _choices(edges: Iterable[Edge]) -> str:
    shown = dict.fromkeys(
        f"{edge.tail.quantity}[t-{lag}] -> {edge.head.quantity}[t]"
        for edge in edges
        if edge.in_time and edge.head.step is not None and edge.tail.step is not None
        for lag in (edge.head.step - edge.tail.step,)
    )
    texts = list(shown)
    return ", ".join(texts[:_SHOWN]) + (", ..." if len(texts) > _SHOWN else "")
