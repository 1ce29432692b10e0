"""The mathematics: the gradient held against independent oracles."""

from __future__ import annotations

from graphviz_lstm.gradients.check import Check, check
from graphviz_lstm.gradients.differences import differences

__all__ = ["Check", "check", "differences"]
