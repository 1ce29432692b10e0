"""A scheme that cuts other edges for each loss, as one graph: its vertices stand once for each set of losses left.

The graphs of two losses share no path, since a path ends in one loss. So what such a scheme leaves is the union of its
graphs' paths, and these are the paths of one graph: that of pairs of a vertex and the losses for which no edge on the
way there was cut. From such a pair an edge leads on for those of them that keep it; to the same set of losses, one
vertex leads, by whichever way it was come to. A window of h steps makes h vertices of one, one that drops nothing none.

From the front a path is still determined by its edges, as it is in the graph itself; pairs with a single loss would be
fewer words, and one path's beginning would lie on several.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import networkx as nx
import numpy as np

from graphviz_lstm.errors import InputError
from graphviz_lstm.gradients.schemes.apply import require_gates, require_matches, require_source
from graphviz_lstm.gradients.schemes.edge import edges_of, exits_of
from graphviz_lstm.graph.apart import name_apart
from graphviz_lstm.graph.unroll import TARGET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.gradients.schemes.action import Action
    from graphviz_lstm.gradients.schemes.scheme import Scheme
    from graphviz_lstm.graph.unroll import Graph

Ends = tuple[str, str]


class KeptByExit(NamedTuple):
    """For which losses each edge is kept, and leads there along kept ones.

    Attributes
    ----------
    exits
        The steps of the losses, in order.
    of_edge
        Edge -> a number whose k-th bit is set where the edge leads on to the k-th loss; an edge that leads to none is
        left out.
    actions
        Edge -> what happens to it, for all of these losses the same.
    """

    exits: tuple[int, ...]
    of_edge: dict[Ends, int]
    actions: dict[Ends, Action]


def actions_by_exit(graph: Graph, scheme: Scheme) -> Iterator[tuple[int, dict[Ends, Action]]]:
    """Yield the step of each loss, and what happens to each edge that leads to it along kept ones.

    From the loss back: T windows of h steps cost T h.
    """
    require_gates(graph)
    edges = edges_of(graph)
    require_matches(scheme, edges.values())
    for step in exits_of(graph):
        left: dict[Ends, Action] = {}
        reached, waiting = {TARGET}, [TARGET]
        while waiting:
            head = waiting.pop()
            for tail in graph.pred[head]:
                edge = edges[tail, head]._replace(exit=step)
                action = scheme.rule(edge)
                if action.drops or (edge.kind == "loss" and edge.tail.step != step):
                    continue
                left[tail, head] = action
                if tail not in reached:
                    reached.add(tail)
                    waiting.append(tail)
        yield step, left


def kept_by_exit(graph: Graph, scheme: Scheme) -> KeptByExit:
    """Return for which losses each edge of a graph is kept.

    Raises
    ------
    InputError
        If what happens to an edge that is kept differs from loss to loss: then there is no one graph of these.
    """
    exits: list[int] = []
    of_edge: dict[Ends, int] = {}
    actions: dict[Ends, Action] = {}
    for k, (step, left) in enumerate(actions_by_exit(graph, scheme)):
        exits.append(step)
        for ends, action in left.items():
            if not _same(actions.setdefault(ends, action), action):
                raise InputError(
                    f"no one graph is left by scheme {scheme.name!r}: it changes other partials for each loss "
                    "(compare takes it)"
                )
            of_edge[ends] = of_edge.get(ends, 0) | 1 << k
    return KeptByExit(tuple(exits), of_edge, actions)


def _same(one: Action, other: Action) -> bool:
    masks = one.mask is other.mask or (
        one.mask is not None and other.mask is not None and np.array_equal(one.mask, other.mask)
    )
    return (one.kind, one.number) == (other.kind, other.number) and masks


def take_apart(graph: Graph, scheme: Scheme, source: str) -> Graph:
    """Return the graph whose paths from a source to E are those that a scheme leaves, of whichever loss.

    See `graph.apart` for what its vertices bear. A vertex that stands once has its own name; the source and E do.

    Parameters
    ----------
    graph
        An evaluated graph, at the detail of gates.

    Raises
    ------
    InputError
        If the scheme cannot be applied, or changes partials by the loss.
    UnknownVertexError
        If the source is not in the graph.

    Examples
    --------
    >>> from graphviz_lstm import evaluate, find_paths, load_problem
    >>> from graphviz_lstm.gradients.schemes import scheme
    >>> left = take_apart(evaluate(load_problem("gomez")), scheme("bptt:1"), "W_A")
    >>> for path in find_paths(left, "W_A", "E"):
    ...     print(path)
    -25.6 %  W_A -> a_0 -> S_0 -> H_0 -> E
    +126 %  W_A -> a_1 -> S_1 -> H_1 -> E
    """
    require_source(graph, source)
    kept = kept_by_exit(graph, scheme)
    order = list(nx.topological_sort(graph))
    states: dict[str, dict[int, None]] = {vertex: {} for vertex in order}
    states[source][(1 << len(kept.exits)) - 1] = None
    leading: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for tail in order[: order.index(TARGET)] if source != TARGET else ():
        for state in states[tail]:
            ways = [(head, state & kept.of_edge.get((tail, head), 0)) for head in graph.succ[tail]]
            leading[tail, state] = [(head, after) for head, after in ways if after]
            for head, after in leading[tail, state]:
                # Every way to E ends there, of whichever loss it is.
                states[head][after if head != TARGET else 0] = None
    return _assembled(graph, kept, states, leading)


def _assembled(
    graph: Graph,
    kept: KeptByExit,
    states: dict[str, dict[int, None]],
    leading: dict[tuple[str, int], list[tuple[str, int]]],
) -> Graph:
    """Return the graph of the pairs, in the order of the vertices."""
    found: Graph = nx.DiGraph(**graph.graph)
    names: dict[tuple[str, int], str] = {}
    for vertex, several in states.items():
        data = graph.nodes[vertex]
        # What no path passes is in the graph as well: it is a vertex that can be asked about.
        for state in several or (0,):
            exits = tuple(step for k, step in enumerate(kept.exits) if state >> k & 1)
            names[vertex, state] = vertex if len(several) < 2 else name_apart(vertex, exits)
            found.add_node(names[vertex, state], **data, vertex=vertex, exits=exits)
    partials = {ends: action.done_to(graph.edges[ends]["partial"]) for ends, action in kept.actions.items()}
    for (tail, state), ways in leading.items():
        for head, after in ways:
            data = {**graph.edges[tail, head], "partial": partials[tail, head]}
            found.add_edge(names[tail, state], names[head, 0 if head == TARGET else after], **data)
    return found
