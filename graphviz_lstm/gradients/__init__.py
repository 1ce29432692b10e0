"""The mathematics: the gradient held against independent oracles."""

from __future__ import annotations

from graphviz_lstm.gradients.checking.check import Check, Way, check

__all__ = ["Check", "Way", "check"]
