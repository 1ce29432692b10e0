"""The gradient under a scheme, of every parameter: sweeps over the graphs that the scheme leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.gradients.schemes.apply import apply, require_gates
from graphviz_lstm.gradients.schemes.edge import exits_of
from graphviz_lstm.gradients.schemes.reach import graphs_by_entry
from graphviz_lstm.graph.sweeps import reverse

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
        If the scheme cannot be applied to the graph.
    """
    names = list(graph.graph["problem"].parameters) if sources is None else list(sources)
    if scheme.per == "entry":
        require_gates(graph)
        return {name: _by_entry(graph, name, scheme.reach) for name in names}
    if scheme.per == "source":
        return {name: reverse(apply(graph, scheme, source=name))[name] for name in names}
    total = {name: np.zeros(graph.nodes[name]["value"].shape) for name in names}
    for part in graphs_under(graph, scheme):
        adjoints = reverse(part)
        for name in names:
            total[name] = total[name] + adjoints[name]
    return total


def graphs_under(graph: Graph, scheme: Scheme, source: str | None = None) -> Iterator[Graph]:
    """Yield the graphs whose paths are together those that a scheme leaves: one, or one for each loss."""
    if scheme.per != "exit":
        yield apply(graph, scheme, source=source if scheme.per == "source" else None)
        return
    for step in exits_of(graph):
        yield apply(graph, scheme, exit_step=step)


def _by_entry(graph: Graph, source: str, steps: int) -> Array:
    found = np.zeros(graph.nodes[source]["value"].shape)
    for entries, masked in graphs_by_entry(graph, source, steps):
        found[entries] = reverse(masked)[source][entries]
    return found
