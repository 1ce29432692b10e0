"""The fast sweeps over arrays: the same adjoints, tangents and shares as those over the explicit graph."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.cells.expression import Parameter
from graphviz_lstm.figures.views.losses import loss_at
from graphviz_lstm.gradients.shares.triangle import triangle_of
from graphviz_lstm.graph import TARGET, annotate, evaluate, forward, given_values
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import LossTerm, Problem
from tests.examples import TYPICAL, random_example, random_problem
from tests.graph.sweeps import hold_sweeps


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
@pytest.mark.parametrize("hidden", [1, 3])
def test_both_sweeps_are_those_of_the_graph(cell, hidden: int) -> None:
    """Of every parameter, input and quantity; and so are the flows."""
    hold_sweeps(random_example(cell, hidden=hidden, steps=3).problem)


def test_so_they_are_where_matrices_are_multiplied() -> None:
    """From the left and from the right, turned round and added to."""
    ranks = {"A": 2, "B": 2, "C": 2, "p": 1}
    text = """
    C[t] = A @ C[t-1] @ B + outer(W @ X[t], k)
    D[t] = tanh(transpose(C[t]) @ C[t-1])
    H[t] = D[t] @ q + p @ D[t]
    """
    hold_sweeps(random_problem(parse_cell("matrices", text, ranks=ranks), hidden=3, steps=4))


@pytest.mark.parametrize("steps", [1, 2, 4])
@pytest.mark.parametrize("back", [1, 3])
def test_so_they_are_where_steps_long_past_are_read(steps: int, back: int) -> None:
    """Before the first one, too: initial values then lead into steps that there are, or into none."""
    text = f"a[t] = W @ X[t] + U @ H[t-{back}]\nH[t] = tanh(a[t]) * u + v * H[t-1] + w * a[t-2]"
    hold_sweeps(random_problem(parse_cell("late", text), hidden=2, steps=steps))


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
def test_the_triangle_has_the_shares_of_the_paths_by_entry_and_exit(cell) -> None:
    """Its whole sums to 1, and what crosses no gate is the carousel's."""
    problem = random_example(cell, steps=3).problem
    graph, source = evaluate(problem), cell.parameters[0]
    annotated, paths = annotate(graph, source), find_paths(graph, source, TARGET)
    total = annotated.graph["total"]
    triangle = triangle_of(linearize(problem), Parameter(source), total / np.sum(total * total))
    assert triangle.whole.sum() == pytest.approx(1.0)
    for part, kept in ((triangle.whole, paths), (triangle.carousel, paths.crossing("crossings", times=0))):
        shares = np.zeros_like(part)
        for path in kept:
            entry, leaving = path_steps(graph, path)
            shares[entry - problem.first_step, leaving - problem.first_step] += path.share
        assert np.allclose(part, shares)


def path_steps(graph, path) -> tuple[int, int]:
    """Return the steps at which a path leaves its source and reaches the loss."""
    (entry,) = {step for edge in path.edges for step in graph.edges[edge]["entry"]}
    (leaving,) = {step for edge in path.edges for step in graph.edges[edge]["exit"]}
    return entry, leaving


def test_shares_of_a_tiny_gradient_are_those_of_a_large_one() -> None:
    """Its square is zero as a float64, and it is none the less."""
    example = random_example(TYPICAL["lstm"], hidden=2, steps=3)
    problem = example.problem
    tiny = replace(problem, losses=tuple(replace(loss, weight=2.0**-700) for loss in problem.losses))
    usual, small = annotate(evaluate(problem), "W_A"), annotate(evaluate(tiny), "W_A")
    for tail, head, data in usual.edges(data=True):
        assert small.edges[tail, head]["flow"] == pytest.approx(data["flow"], rel=1e-12, abs=1e-15)


@given(amounts=st.permutations([1e308, 1.5e308, 1.7e308, -1.5e308, -1.7e308, 3.0]))
def test_losses_that_leave_the_range_only_together_have_their_sum(amounts: list[float]) -> None:
    """Whatever comes first: of steps, of terms, of units; in a run anew, and in the picture of a step's losses."""
    cell = parse_cell("c", "H[t] = W * X[t]")
    rows = [[amount] for amount in amounts]
    count, one, total = len(amounts), [[1.0]], float(sum(map(Fraction, amounts)))
    of_terms = Problem(cell, {"W": [1.0]}, {"X": one}, [LossTerm("H", (1,), [row], "given") for row in rows])
    steps = LossTerm("H", tuple(range(1, count + 1)), rows, "given")
    of_steps = Problem(cell, {"W": [1.0]}, {"X": one * count}, [steps])
    of_units = Problem(cell, {"W": [1.0] * count}, {"X": [[1.0] * count]}, [LossTerm("H", (1,), [amounts], "given")])
    for problem in (of_terms, of_steps, of_units):
        graph = evaluate(problem)
        assert linearize(problem).loss == graph.nodes[TARGET]["value"] == pytest.approx(total, rel=1e-14)
        moved = given_values(problem) | {"W": np.stack([problem.parameters["W"], problem.parameters["W"] / 4])}
        assert forward(graph, moved)[TARGET] == pytest.approx(np.array([1.0, 0.25]) * linearize(problem).loss)
    assert loss_at(evaluate(of_terms), "H_1")[0] == linearize(of_terms).loss
