"""The graph: a net unrolled over its steps, evaluated at numbers, and swept in both directions."""

from __future__ import annotations

from graphviz_lstm.graph.evaluate import evaluate, forward, given_values, problem_of
from graphviz_lstm.graph.maps import LinearMap, as_matrix
from graphviz_lstm.graph.sweeps import annotate, push_forward, require_current, reverse, reverse_absolute
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
    "problem_of",
    "push_forward",
    "require_current",
    "reverse",
    "reverse_absolute",
    "unroll",
]
