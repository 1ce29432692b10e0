"""The graph: a cell unrolled over its steps, evaluated at numbers, and swept in both directions."""

from __future__ import annotations

from graphviz_lstm.graph.evaluate import evaluate, forward, given_values
from graphviz_lstm.graph.maps import LinearMap, as_matrix
from graphviz_lstm.graph.sweeps import annotate, push_forward, reverse, reverse_absolute
from graphviz_lstm.graph.unroll import DETAILS, TARGET, unroll

__all__ = [
    "DETAILS",
    "TARGET",
    "LinearMap",
    "annotate",
    "as_matrix",
    "evaluate",
    "forward",
    "given_values",
    "push_forward",
    "reverse",
    "reverse_absolute",
    "unroll",
]
