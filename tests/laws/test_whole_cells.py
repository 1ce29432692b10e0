"""Any cell that the table of operations can say: its gradients are autograd's, its text and its file are itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given, settings, strategies as st

from graphviz_lstm.cells import read_cell
from graphviz_lstm.cells.source import equations_of
from graphviz_lstm.gradients import check
from graphviz_lstm.graph import TARGET, evaluate
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import parse_problem, problem_to_json
from tests.graph.sweeps import hold_sweeps
from tests.laws.whole import Whole, bind_whole, has_values, whole_cells
from tests.oracles.autodiff import assert_agrees


def _agree(drawn: Whole, steps: int, seed: int, detail: Any) -> None:
    problem = bind_whole(drawn, steps=steps, seed=seed)
    assume(has_values(problem))
    assert_agrees(problem, drawn.text, detail=detail)


@given(
    drawn=whole_cells(most=5),
    steps=st.integers(1, 4),
    seed=st.integers(0, 2**32 - 1),
    detail=st.sampled_from(["gate", "operation"]),
)
@settings(max_examples=30, deadline=None)
def test_gradients_of_any_cell_are_autograds(drawn: Whole, steps: int, seed: int, detail: Any) -> None:
    """To 1e-12 of the sum of all |contributions|: of every parameter, input and state before the first step."""
    _agree(drawn, steps, seed, detail)


@pytest.mark.long
@given(
    drawn=whole_cells(),
    steps=st.integers(1, 5),
    seed=st.integers(0, 2**32 - 1),
    detail=st.sampled_from(["gate", "operation"]),
)
@settings(max_examples=150, deadline=None)
def test_gradients_of_any_cell_of_twelve_equations_are_autograds(
    drawn: Whole, steps: int, seed: int, detail: Any
) -> None:
    """The same of larger cells."""
    _agree(drawn, steps, seed, detail)


@given(drawn=whole_cells(), steps=st.integers(1, 3), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_sweeps_over_arrays_are_those_over_the_graph(drawn: Whole, steps: int, seed: int) -> None:
    """Step by step, whatever the ranks."""
    problem = bind_whole(drawn, steps=steps, seed=seed)
    assume(has_values(problem))
    assume(problem.cell.parameters)
    hold_sweeps(problem)


@given(drawn=whole_cells(), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_any_cell_comes_back_from_its_text_its_file_and_its_json(drawn: Whole, seed: int) -> None:
    """With its constants, its ranks and what it reads late."""
    problem = bind_whole(drawn, steps=2, seed=seed)
    cell = problem.cell
    told = {"name": cell.name, "output": cell.output, "equations": equations_of(cell)}
    tables = {"constants": dict(cell.constants), "ranks": {k: r for k, r in cell.ranks.items() if "'" not in k}}
    lines = [f"{key} = {json.dumps(value)}" for key, value in told.items()]
    for key, table in tables.items():
        lines.append(f"{key} = {{{', '.join(f'{name} = {value}' for name, value in table.items())}}}")
    assert read_cell("\n".join(lines)) == cell
    assert parse_problem(problem_to_json(problem)).cell == cell


@given(drawn=whole_cells(most=3), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_the_paths_of_any_cell_sum_to_its_gradient(drawn: Whole, seed: int) -> None:
    """By the check's own ways, wherever a parameter has paths."""
    problem = bind_whole(drawn, steps=3, seed=seed)
    assume(has_values(problem))
    graph = evaluate(problem)
    for name in problem.cell.parameters[:2]:
        if name in graph and find_paths(graph, name, TARGET).count:
            assert check(graph, name)
