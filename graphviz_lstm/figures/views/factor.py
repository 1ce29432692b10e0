"""The factor that an edge is on a path, as a number, where it is one."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.figures.views.common import WRITTEN_OUT, array_text

if TYPE_CHECKING:
    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.graph.unroll import Graph


def factor_of(graph: Graph, edge: Edge) -> str:
    """Return the partial of an edge as a number, or nothing where it is more than one.

    Only beside a line that rises alone is there room for a few.
    """
    if "partial" not in graph.edges[edge]:
        return ""
    linear = graph.edges[edge]["partial"]
    tail, head = (graph.nodes[vertex] for vertex in edge)
    alone = sum(graph.nodes[other]["step"] == head["step"] for other in graph.succ[edge[0]]) == 1
    has_room = alone and tail["role"] in ("parameter", "input")
    if linear.head_shape not in ((), (1,)) or not (has_room or math.prod(linear.tail_shape) == 1):
        return ""
    gradient = linear.pull(np.ones(linear.head_shape))
    element = graph.graph["element"]
    if edge[0] == graph.graph["source"] and element is not None:
        gradient = gradient[element]
    return array_text(np.asarray(gradient)) if np.size(gradient) <= WRITTEN_OUT else ""
