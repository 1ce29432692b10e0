"""The one graph that a scheme leaves for the paths from a source, and the whole graph as it is drawn then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import InputError
from graphviz_lstm.gradients.schemes.apply import apply, require_parameter, require_source
from graphviz_lstm.gradients.schemes.by_exit import take_apart
from graphviz_lstm.gradients.schemes.edge import edges_of, exits_of
from graphviz_lstm.gradients.schemes.reach import actions_of_entry
from graphviz_lstm.gradients.schemes.sweeps import sweeps_of
from graphviz_lstm.graph.apart import put_together
from graphviz_lstm.paths.find import require_element

if TYPE_CHECKING:
    from graphviz_lstm.gradients.schemes.scheme import Scheme
    from graphviz_lstm.graph.unroll import Graph


def left_by(graph: Graph, scheme: Scheme, source: str, *, element: tuple[int, ...] | None = None) -> Graph:
    """Return the one graph that a scheme leaves of an evaluated graph, for the paths from a source; it says of which.

    Of a scheme by loss its vertices are taken apart, see `by_exit.take_apart`.

    Parameters
    ----------
    element
        Which entry of the source is looked at: what a scheme by entry leaves is another graph for each.

    Raises
    ------
    InputError
        If the scheme leaves several graphs, or cannot be applied.
    UnknownVertexError, ShapeError
        If there is no such source, or no such entry of it.
    """
    if scheme.per == "exit":
        left = take_apart(graph, scheme, source)
    elif scheme.per == "entry":
        left = _by_entry(graph, scheme, source, element)
    else:
        left = apply(graph, scheme, source=source)
    left.graph["scheme"] = scheme.name
    return left


def _by_entry(graph: Graph, scheme: Scheme, source: str, element: tuple[int, ...] | None) -> Graph:
    require_source(graph, source)
    require_parameter(graph, scheme, source)
    shape = graph.nodes[source]["value"].shape
    if element is None:
        first = ",".join("0" for _ in shape)
        raise InputError(
            f"no one graph is left by scheme {scheme.name!r}: it drops other entries for each entry of {source!r} "
            f"(name one, such as --element {first}; compare takes all)"
        )
    entry = require_element(element, shape, source)
    left: Graph = graph.copy()
    for ends, action in actions_of_entry(graph, source, entry, scheme.reach).items():
        if action.drops:
            left.remove_edge(*ends)
        else:
            left.edges[ends]["partial"] = action.done_to(left.edges[ends]["partial"])
    return left


def drawn_whole(annotated: Graph, full: Graph, scheme: Scheme) -> Graph:
    """Return the whole graph with the flows of what a scheme leaves of it: what it cuts is marked.

    Parameters
    ----------
    annotated
        What is left, annotated with the flows from its source.
    full
        The graph that it is left of.
    """
    if scheme.per == "exit":
        return _put_together(annotated, full, scheme)
    marked: Graph = annotated.copy()
    for tail, head, data in full.edges(data=True):
        if not marked.has_edge(tail, head):
            marked.add_edge(tail, head, **data, flow=0.0, cut=True)
    marked.graph["swept"] = tuple(marked.edges(data="partial"))
    return marked


def _put_together(annotated: Graph, full: Graph, scheme: Scheme) -> Graph:
    whole: Graph = full.copy()
    for vertex, adjoint in sweeps_of(annotated, full, scheme).adjoints.items():
        whole.nodes[vertex].update(adjoint=adjoint, tangent=np.zeros(adjoint.shape))
    for data in annotated.nodes.values():
        whole.nodes[data["vertex"]]["tangent"] = whole.nodes[data["vertex"]]["tangent"] + data["tangent"]
    found = put_together(whole, annotated)
    for ends in cut_for_all(full, scheme):
        found.edges[ends]["cut"] = True
    return found


def cut_for_all(graph: Graph, scheme: Scheme) -> set[tuple[str, str]]:
    """Return the edges that a scheme by loss cuts for every loss to which they could lead, if there is any."""
    exits = exits_of(graph)
    found = set()
    for ends, edge in edges_of(graph).items():
        step = edge.tail.step if edge.head.step is None else edge.head.step
        meant = [last for last in exits if (last == step if edge.kind == "loss" else step is None or last >= step)]
        if meant and all(scheme.rule(edge._replace(exit=last)).drops for last in meant):
            found.add(ends)
    return found
