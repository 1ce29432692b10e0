"""Cells that look back, ahead, or each way in part: what is read of which step, whoever computes it when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given, settings, strategies as st
from numpy.testing import assert_allclose

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.errors import EquationError, NoPathError, NumberError
from graphviz_lstm.gradients import check
from graphviz_lstm.graph import evaluate
from graphviz_lstm.graph.forward import run_with
from graphviz_lstm.graph.recipe import recipe_of
from graphviz_lstm.problems import LossTerm, Problem
from tests.graph.sweeps import hold_sweeps
from tests.graph.test_together import assert_each_is_itself

if TYPE_CHECKING:
    from collections.abc import Callable


@st.composite
def mixed(draw: Callable[..., Any]) -> Problem:
    """Draw up to four quantities of one unit, each of sums of inputs and of any quantity at any near step."""
    names = ["H", "a", "b", "c"][: draw(st.integers(1, 4))]
    steps_of = {name: draw(st.sampled_from(["t-1", "t+1"])) for name in names}
    lines = []
    for k, name in enumerate(names):
        read = [f"{other}[{step}]" for other, step in steps_of.items()]
        read += [f"{other}[t]" for other in names[k + 1 :]] + ["X[t]"]
        chosen = draw(st.lists(st.sampled_from(read), min_size=1, max_size=2, unique=True))
        terms = [draw(st.sampled_from(["{}", f"u_{name} * {{}}"])).format(each) for each in chosen]
        lines.append(f"{name}[t] = tanh({' + '.join(terms)})")
    try:
        cell = parse_cell("mixed", "\n".join(lines), output="H")
    except EquationError:
        # Two that wait for each other, or one that begins at both ends.
        assume(False)  # noqa: FBT003 -- hypothesis' own
    steps = draw(st.integers(1, 3)) + 1
    number = st.floats(-1.0, 1.0).map(lambda x: [x])
    return Problem(
        cell,
        {name: draw(number) for name in cell.parameters},
        {name: [draw(number) for _ in range(steps)] for name in cell.inputs},
        [LossTerm("H", tuple(range(1, steps + 1)), np.ones((steps, 1)))],
        {name: draw(number) for name in cell.states},
        steps=steps,
    )


@given(problem=mixed())
@settings(max_examples=30, deadline=None)
def test_a_quantity_is_read_at_the_step_that_is_written(problem: Problem) -> None:
    """All steps at once and a step after another come to the same, whichever sweep; partials are the equations'."""
    read_as_written(problem)


@pytest.mark.long
@given(problem=mixed())
@settings(max_examples=150, deadline=None)
def test_so_it_is_in_a_hundred_and_fifty_others(problem: Problem) -> None:
    read_as_written(problem)


def read_as_written(problem: Problem) -> None:
    """Raise unless every sweep reads each quantity where its equation does."""
    graph = evaluate(problem)
    plain = run_with(
        recipe_of(problem.cell, "gate"),
        problem.parameters,
        problem.initial,
        {(name, k): array[k] for name, array in problem.inputs.items() for k in range(problem.steps)},
        problem.steps,
    )
    for (name, k), value in plain.items():
        if name not in problem.cell.inputs:
            assert_allclose(graph.nodes[f"{name}_{k + 1}"]["value"], value, rtol=1e-14, atol=1e-300)
    hold_sweeps(problem)
    assert_each_is_itself([problem, problem])
    for source in (*problem.cell.parameters, *(f"{name}_1" for name in problem.cell.inputs)):
        try:
            check(graph, source)
        except (NoPathError, NumberError):
            continue
