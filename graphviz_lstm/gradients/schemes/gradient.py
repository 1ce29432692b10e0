"""The gradient under a scheme, of every parameter: sweeps over the graphs that the scheme leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from graphviz_lstm.errors import NumberError
from graphviz_lstm.gradients.schemes.apply import apply, require_parameter
from graphviz_lstm.gradients.schemes.by_exit import actions_by_exit
from graphviz_lstm.gradients.schemes.reach import graphs_by_entry
from graphviz_lstm.graph.sweeps import reverse
from graphviz_lstm.graph.unroll import TARGET

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphviz_lstm.gradients.schemes.scheme import Scheme
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph


def gradients_under(graph: Graph, scheme: Scheme, sources: Sequence[str] | None = None) -> dict[str, Array]:
    """Return parameter -> what a backward pass under the scheme finds, in the parameter's shape.

    Of a random scheme it is the exact expectation.

    Parameters
    ----------
    graph
        An evaluated graph, at the detail of gates.
    sources
        Which parameters; all of the cell's by default.

    Raises
    ------
    InputError
        If the scheme cannot be applied to the graph; one by entry is of parameters alone.
    NumberError
        If the sum over losses leaves the range of a float64.
    """
    names = list(graph.graph["problem"].parameters) if sources is None else list(sources)
    if scheme.per == "entry":
        for name in names:
            require_parameter(graph, scheme, name)
        return {name: _by_entry(graph, name, scheme.reach) for name in names}
    if scheme.per == "source":
        return {name: reverse(apply(graph, scheme, source=name))[name] for name in names}
    total = {name: np.zeros(graph.nodes[name]["value"].shape) for name in names}
    for part in parts_by_exit(graph, scheme) if scheme.per == "exit" else (apply(graph, scheme),):
        adjoints = reverse(part)
        for name in set(names) & set(adjoints):
            with np.errstate(over="ignore"):
                total[name] = total[name] + adjoints[name]
            if not np.isfinite(total[name]).all():
                raise NumberError(
                    f"not a finite number: dE/d{name} under {scheme.name!r} leaves the range of a float64"
                )
    return total


def parts_by_exit(graph: Graph, scheme: Scheme) -> Iterator[Graph]:
    """Yield for each loss what a scheme leaves of the graph and leads to it: of a window, no more than that.

    The paths in all of them together are those that the scheme leaves; what leads nowhere is not looked at, so that T
    windows of h steps cost T h, not T^2.
    """
    order = {vertex: k for k, vertex in enumerate(graph)}
    for _, actions in actions_by_exit(graph, scheme):
        part: Graph = nx.DiGraph(**graph.graph)
        reached = {TARGET, *(tail for tail, _ in actions)}
        part.add_nodes_from((vertex, graph.nodes[vertex]) for vertex in sorted(reached, key=order.__getitem__))
        for (tail, head), action in actions.items():
            data = graph.edges[tail, head]
            part.add_edge(tail, head, **{**data, "partial": action.done_to(data["partial"])})
        yield part


def _by_entry(graph: Graph, source: str, steps: int) -> Array:
    found = np.zeros(graph.nodes[source]["value"].shape)
    for entries, masked in graphs_by_entry(graph, source, steps):
        found[entries] = reverse(masked)[source][entries]
    return found
