"""Gradient schemes: which paths an approximation drops, and what that costs."""

from __future__ import annotations

from graphviz_lstm.gradients.schemes.compare import Comparison, compare
from graphviz_lstm.gradients.schemes.gradient import gradients_under
from graphviz_lstm.gradients.schemes.library import SCHEMES, scheme
from graphviz_lstm.gradients.schemes.scheme import Scheme

__all__ = ["SCHEMES", "Comparison", "Scheme", "compare", "gradients_under", "scheme"]
