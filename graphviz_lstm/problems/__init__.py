"""What is asked of: a net, its numbers and its loss terms; as objects, and as JSON."""

from __future__ import annotations

from graphviz_lstm.problems.building import stack_problem
from graphviz_lstm.problems.example import Example
from graphviz_lstm.problems.layer import Layer
from graphviz_lstm.problems.net import stack
from graphviz_lstm.problems.problem import LossTerm, Problem
from graphviz_lstm.problems.read import (
    EXAMPLES,
    load_example,
    load_problem,
    parse_example,
    parse_problem,
    problem_schema,
)
from graphviz_lstm.problems.shipped import load_sequences
from graphviz_lstm.problems.weights import LoadedNet, load_weights
from graphviz_lstm.problems.write import problem_to_json

__all__ = [
    "EXAMPLES",
    "Example",
    "Layer",
    "LoadedNet",
    "LossTerm",
    "Problem",
    "load_example",
    "load_problem",
    "load_sequences",
    "load_weights",
    "parse_example",
    "parse_problem",
    "problem_schema",
    "problem_to_json",
    "stack",
    "stack_problem",
]
