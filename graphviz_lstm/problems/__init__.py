"""What is asked of: a net, its numbers and its loss terms."""

from __future__ import annotations

from graphviz_lstm.problems.example import EXAMPLES, Example, load_example, parse_example
from graphviz_lstm.problems.problem import LossTerm, Problem

__all__ = ["EXAMPLES", "Example", "LossTerm", "Problem", "load_example", "parse_example"]
