"""What flows along each edge under a scheme, as shares of the full gradient: comparable from scheme to scheme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError
from graphviz_lstm.gradients.schemes.dropped import dropped_under
from graphviz_lstm.gradients.schemes.gradient import graphs_under
from graphviz_lstm.graph.sweeps import annotate, annotate_along, share_direction
from graphviz_lstm.graph.unroll import TARGET

if TYPE_CHECKING:
    from graphviz_lstm.gradients.schemes.scheme import Scheme
    from graphviz_lstm.graph.unroll import Graph


@dataclass(frozen=True, slots=True, eq=False)
class SchemeFlows:
    """One scheme's flows.

    Attributes
    ----------
    scheme
        Its name.
    graph
        The full graph, annotated; each edge's `flow` is what the scheme leaves of the full gradient there, and what it
        cuts for every loss bears `cut`.
    share
        What is left of the gradient, or of the entry that is looked at: 1 is all.
    kept, whole
        How many paths it leaves, of how many.
    """

    scheme: str
    graph: Graph
    share: float
    kept: int
    whole: int


def flows_under(graph: Graph, scheme: Scheme, source: str, *, element: tuple[int, ...] | None = None) -> SchemeFlows:
    """Return what flows along each edge under a scheme.

    Where a scheme leaves another graph for each loss, the flows of all of them are added up.

    Parameters
    ----------
    graph
        An evaluated graph, at the detail of gates.

    Raises
    ------
    InputError
        If the scheme drops entries and not paths, or cannot be applied.
    NumberError
        If the full gradient is zero.

    Examples
    --------
    >>> from graphviz_lstm import evaluate, load_problem
    >>> from graphviz_lstm.gradients.schemes import scheme
    >>> found = flows_under(evaluate(load_problem("gomez")), scheme("lstm-1997"), "W_A", element=(0, 0))
    >>> round(100 * found.share, 2), found.kept, found.whole
    (89.86, 3, 7)
    """
    paths = dropped_under(graph, scheme, source, element=element)
    if paths is None:
        raise InputError(
            f"no flows under scheme {scheme.name!r}: it drops entries, another set for each parameter entry"
        )
    whole = annotate(graph, source, element=element)
    direction = share_direction(source, whole.graph["total"], element)
    flows = dict.fromkeys(whole.edges, 0.0)
    # An edge is cut that is left for no loss which it could lead to.
    meant: set[tuple[str, str]] = set()
    left: set[tuple[str, str]] = set()
    for part in graphs_under(graph, scheme, source):
        along = annotate_along(part, source, direction, element=element)
        last = max(graph.nodes[vertex]["step"] for vertex in part.pred[TARGET])
        meant |= {edge for edge in whole.edges if scheme.per != "exit" or _leads_to(graph, edge, last)}
        left |= meant & set(part.edges)
        for tail, head, data in along.edges(data=True):
            flows[tail, head] += data["flow"]
    for edge, flow in flows.items():
        whole.edges[edge]["flow"] = flow
        if edge in meant - left:
            whole.edges[edge]["cut"] = True
    share = sum(flows[edge] for edge in whole.in_edges(TARGET))
    kept = paths.whole if scheme.chance is not None else paths.kept
    return SchemeFlows(scheme.name, whole, share, kept, paths.whole)


def _leads_to(graph: Graph, edge: tuple[str, str], exit_step: int) -> bool:
    """Return whether an edge can be on a path to the loss of a step."""
    tail, head = (graph.nodes[vertex]["step"] for vertex in edge)
    return bool(tail == exit_step if head is None else head <= exit_step)
