"""What flows along each edge under a scheme, as shares of the full gradient: comparable from scheme to scheme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError
from graphviz_lstm.gradients.schemes.dropped import dropped_under
from graphviz_lstm.gradients.schemes.left import drawn_whole, left_by
from graphviz_lstm.graph.sweeps import annotate, annotate_along, share_direction
from graphviz_lstm.graph.unroll import TARGET
from graphviz_lstm.paths import find_paths

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
        The full graph; each edge's `flow` is what the scheme leaves of the full gradient there, and what it cuts, of a
        scheme by loss what it cuts for every loss, bears `cut`.
    share
        What is left of the gradient, or of the entry that is looked at: 1 is all.
    kept, whole
        How many paths it leaves, None where it drops entries and not paths; of how many.
    """

    scheme: str
    graph: Graph
    share: float
    kept: int | None
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
        If the scheme drops other entries for each entry of the source and none is looked at, or cannot be applied.
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
    if scheme.per == "entry" and element is None:
        raise InputError(
            f"no flows under scheme {scheme.name!r}: it drops entries, another set for each parameter entry (name one)"
        )
    full = annotate(graph, source, element=element)
    direction = share_direction(source, full.graph["total"], element)
    left = left_by(graph, scheme, source, element=element)
    whole = drawn_whole(annotate_along(left, source, direction, element=element), graph, scheme)
    # Shares are of the full gradient, and so is what is said of them.
    whole.graph["total"] = full.graph["total"]
    del whole.graph["scheme"]
    share = sum(edge["flow"] for *_, edge in whole.in_edges(TARGET, data=True))
    paths = dropped_under(graph, scheme, source, element=element)
    if paths is None:
        return SchemeFlows(scheme.name, whole, share, None, find_paths(graph, source, TARGET).count)
    kept = paths.whole if scheme.chance is not None else paths.kept
    return SchemeFlows(scheme.name, whole, share, kept, paths.whole)
