"""Weights of other frameworks: read without running anything, laid out by a table, made into a net of ours."""

from __future__ import annotations

from graphviz_lstm.problems.weights.entries import Entry, Weights
from graphviz_lstm.problems.weights.layouts import FRAMEWORKS
from graphviz_lstm.problems.weights.load import LoadedNet, load_weights
from graphviz_lstm.problems.weights.read import is_weights, read_weights

__all__ = ["FRAMEWORKS", "Entry", "LoadedNet", "Weights", "is_weights", "load_weights", "read_weights"]
