"""The check fails whenever anything is wrong: at one unit and at a hundred, over five steps and over a hundred.

A mutation that leaves the gradient what it is, to the last digit, is none: what a path does not lead through, and what
cancels exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from graphviz_lstm.errors import CheckError, NoPathError
from graphviz_lstm.gradients import check
from graphviz_lstm.graph import evaluate, reverse
from tests.examples import TYPICAL, random_example
from tests.gradients.mutations import edges_on_paths, in_the_table, with_negated_targets, without, wrong_rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.problems import Problem


def problem_of(cell: str, units: int, steps: int, loss: str = "squared_error") -> Problem:
    """Return a problem with weights of the size that trained ones have."""
    return random_example(
        TYPICAL[cell], hidden=units, inputs=3, steps=steps, scale=units**-0.5, loss=loss, seed=units
    ).problem


class Held:
    """Mutations of one problem, held against the check, and those that it let pass."""

    def __init__(self, problem: Problem, source: str | None = None) -> None:
        self.problem, self.source = problem, source or problem.cell.parameters[0]
        self.graph = evaluate(problem)
        self.right = reverse(self.graph)[self.source]
        check(self.graph, self.source)
        self.tried, self.passed = 0, []

    def hold(self, what: object, graph: Graph) -> None:
        if np.array_equal(reverse(graph)[self.source], self.right):
            return
        self.tried += 1
        try:
            check(graph, self.source)
        except (CheckError, NoPathError):
            return
        self.passed.append(what)

    def hold_rules(self, names: Iterable[str] | None = None) -> None:
        for what, row in wrong_rules(self.problem):
            if names is None or row.name in names:
                with in_the_table(row):
                    self.hold(what, evaluate(self.problem))

    def hold_targets(self) -> None:
        self.hold("the targets", with_negated_targets(self.problem))

    def hold_edges(self, every: int = 1) -> None:
        for edge in edges_on_paths(self.graph, self.source)[::every]:
            self.hold(edge, without(self.problem, edge))


_MANY_PATHS = ("lstm-peephole", "slstm")


@pytest.mark.parametrize(
    "cell", [pytest.param(cell, marks=[pytest.mark.slow] if cell in _MANY_PATHS else []) for cell in TYPICAL]
)
def test_nothing_wrong_passes_at_one_unit(cell: str) -> None:
    """Every rule, every sign, every edge."""
    # The sLSTM's paths are ten times as many at each further step; and its first gate hardly feels the last.
    held = Held(problem_of(cell, 1, 3), "W_f") if cell == "slstm" else Held(problem_of(cell, 1, 5))
    held.hold_rules()
    held.hold_targets()
    held.hold_edges()
    assert held.passed == []
    assert held.tried > 20


@pytest.mark.slow
@pytest.mark.parametrize("loss", ["squared_error", "cross_entropy"])
@pytest.mark.parametrize("cell", ["lstm", "gru"])
def test_nothing_wrong_passes_at_sixteen_units(cell: str, loss: str) -> None:
    """Over twenty steps; a sample of the edges."""
    held = Held(problem_of(cell, 16, 20, loss))
    held.hold_rules()
    held.hold_targets()
    held.hold_edges(every=12)
    assert held.passed == []
    assert held.tried > 30


@pytest.mark.slow
@pytest.mark.parametrize(("units", "steps"), [(64, 50), (128, 100)])
def test_nothing_wrong_passes_at_a_hundred_units(units: int, steps: int) -> None:
    """Where the paths' absolute sum exceeds the gradient so far that anything would pass for rounding."""
    held = Held(problem_of("lstm", units, steps))
    held.hold_rules(["tanh", "matmul", "squared_error"])
    held.hold_targets()
    held.hold_edges(every=400)
    assert held.passed == []
    assert held.tried > 8


def test_an_edge_with_another_partial_is_found() -> None:
    """Whoever changes a graph by hand is told at which vertex."""
    problem = problem_of("lstm", 1, 5)
    graph = evaluate(problem)
    edge = graph.edges["S_2", "S_3"]
    edge["partial"] = edge["partial"].changed(lambda number: number * (1.0 + 1e-6))
    with pytest.raises(CheckError, match="disagrees with the differences of each equation at vertex 'S_3'"):
        check(graph, "W_A")
