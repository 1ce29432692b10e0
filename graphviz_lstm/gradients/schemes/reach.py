"""How far a parameter's entries reach: the pattern of SnAp-n, as masks on the edges that leave the state.

SnAp-n keeps the entry (state entry, parameter entry) of the influence matrix if the parameter entry reaches the state
entry within n steps, and drops all others at every step (Menick et al. 2021 [1]_, section 3). In terms of paths: of
what leaves the state, to the next step or to a loss or a readout, only what leaves such entries is kept.

References
----------
.. [1] J. Menick et al., "Practical real time recurrent learning with a sparse approximation", ICLR 2021.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.gradients.schemes.action import Action
from graphviz_lstm.gradients.schemes.edge import edges_of
from graphviz_lstm.graph.sweeps import push_forward

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.gradients.schemes.edge import Edge
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph


def graphs_by_entry(graph: Graph, source: str, steps: int) -> Iterator[tuple[Array, Graph]]:
    """Yield which entries of a parameter share their reach, (shape of the source) of booleans, and their graph."""
    value = graph.nodes[source]["value"]
    edges = edges_of(graph)
    reached = _reached(graph, edges, source, steps)
    if not reached:
        # No step reads the one before it: nothing is reached, and nothing masked.
        yield np.ones(value.shape, dtype=bool), graph
        return
    patterns = np.concatenate([array.reshape(value.size, -1) for array in reached.values()], axis=1)
    kinds, which = np.unique(patterns, axis=0, return_inverse=True)
    for k in range(len(kinds)):
        entries = (which.reshape(-1) == k).reshape(value.shape)
        first = int(np.flatnonzero(entries.reshape(-1))[0])
        yield entries, _masked(graph, edges, {name: array[first] for name, array in reached.items()})


def _reached(graph: Graph, edges: dict[tuple[str, str], Edge], source: str, steps: int) -> dict[str, Array]:
    """Return state -> which of its entries each entry of the source reaches, (entries of the source, *shape)."""
    first = graph.graph["first_step"]
    within = graph.copy()
    for (tail, head), edge in edges.items():
        # The pattern is of one entry into the net, at the first step.
        if edge.to_step >= first + steps or (tail == source and edge.to_step != first):
            within.remove_edge(tail, head)
        else:
            within.edges[tail, head]["partial"] = graph.edges[tail, head]["partial"].pattern()
    size = graph.nodes[source]["value"].size
    directions = np.eye(size).reshape(size, *graph.nodes[source]["value"].shape)
    tangents = push_forward(within, source, directions)
    found: dict[str, Array] = {}
    carried = {edge.tail.quantity for edge in edges.values() if edge.in_time}
    for vertex, data in graph.nodes.items():
        name = data["quantity"]
        if name in carried:
            before = found.get(name, np.zeros((size, *data["value"].shape), dtype=bool))
            found[name] = before | (tangents[vertex] != 0.0) if vertex in tangents else before
    return found


def actions_of_entry(graph: Graph, source: str, entry: tuple[int, ...], steps: int) -> dict[tuple[str, str], Action]:
    """Return what happens to each edge for the sake of one entry of a parameter; the others of it lead nowhere.

    Edges that are not in it are kept.
    """
    edges = edges_of(graph)
    reached = _reached(graph, edges, source, steps)
    shape = graph.nodes[source]["value"].shape
    first = int(np.ravel_multi_index(entry, shape)) if shape else 0
    actions = _masks(edges, {name: array[first] for name, array in reached.items()})
    own = np.zeros(shape)
    own[entry] = 1.0
    return actions | {(source, head): Action("mask", mask=own) for head in graph.succ[source]}


def _masked(graph: Graph, edges: dict[tuple[str, str], Edge], reached: dict[str, Array]) -> Graph:
    masked: Graph = graph.copy()
    for ends, action in _masks(edges, reached).items():
        masked.edges[ends]["partial"] = action.done_to(graph.edges[ends]["partial"])
    return masked


def _masks(edges: dict[tuple[str, str], Edge], reached: dict[str, Array]) -> dict[tuple[str, str], Action]:
    """Return the masks of the edges that leave the state, by what is reached of it."""
    masks: dict[tuple[str, str], Action] = {}
    for ends, edge in edges.items():
        name = edge.tail.quantity
        leaves = edge.in_time or edge.kind == "loss" or (edge.kind == "inner" and edge.head.layer != edge.tail.layer)
        read_out = edge.kind == "inner" and edge.head.put_out and not edge.head.carried
        if name in reached and (leaves or read_out):
            masks[ends] = Action("mask", mask=reached[name].astype(float))
    return masks
