"""Sweeps at any size: a power of two times the loss, or the direction, is so many times all that they find."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, example, given, strategies as st

from graphviz_lstm.cells import CELLS, parse_cell
from graphviz_lstm.errors import NumberError
from graphviz_lstm.gradients import check
from graphviz_lstm.graph import evaluate, push_forward, reverse
from graphviz_lstm.graph.careful import careful
from graphviz_lstm.graph.gradients import adjoints_of
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.graph.maps import Chain, Diagonal, Matrix, Total
from graphviz_lstm.graph.together import linearize_together
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import LossTerm, Problem
from tests.examples import random_problem


@pytest.mark.parametrize("power", [-600, 500])
@pytest.mark.parametrize("scale", [0.5, 1e50, 1e80])
@pytest.mark.parametrize("name", CELLS)
def test_what_a_sweep_finds_goes_with_its_size(name: str, scale: float, power: int) -> None:
    """In an mLSTM of weights of 1e80 a term was lost on its way, of two that cancel: the other was the gradient."""
    ordinary, larger = _of_two_sizes(name, scale, power)
    try:
        graph = evaluate(ordinary)
        adjoints, scaled = reverse(graph), reverse(evaluate(larger))
    except NumberError:  # it leaves the range, and says so
        return
    for vertex in graph:
        if vertex != "E":
            _require_scaled(adjoints[vertex], scaled[vertex], power)
    source = next(iter(ordinary.parameters))
    direction = np.ones(graph.nodes[source]["value"].shape)
    with np.errstate(all="ignore"):
        tangents = push_forward(graph, source, direction)
        moved = push_forward(graph, source, np.ldexp(direction, power))
    for vertex, tangent in tangents.items():
        _require_scaled(tangent, moved[vertex], power)


@pytest.mark.parametrize("power", [-600, 500])
@pytest.mark.parametrize("scale", [0.5, 1e50, 1e80])
@pytest.mark.parametrize("name", CELLS)
def test_so_does_what_a_sweep_over_all_steps_at_once_finds(name: str, scale: float, power: int) -> None:
    """Of one sequence, and of sequences together."""
    ordinary, larger = _of_two_sizes(name, scale, power)
    try:
        found, scaled = (linearize_together([each, each]).adjoints()[1] for each in (ordinary, larger))
    except NumberError:  # it leaves the range, and says so
        return
    for near, far in ((found, scaled), (adjoints_of(linearize(ordinary)), adjoints_of(linearize(larger)))):
        for source in ordinary.parameters:
            _require_scaled(near.parameters[source], far.parameters[source], power)


@pytest.mark.parametrize("power", [0, 300, 400, 500, 900])
def test_a_partial_below_the_normal_numbers_loses_nothing_to_a_large_loss(power: int) -> None:
    """A loss of 0.75 * 2 ** 400 was brought to 0.75, and that times the smallest number is the smallest number."""
    cell = parse_cell("one", "H[t] = W * X[t]", output="H")
    problem = random_problem(cell, hidden=1, inputs=1, steps=1, seed=1)
    losses = [replace(loss, kind="given", targets=np.full((1, 1), np.ldexp(0.75, power))) for loss in problem.losses]
    smallest = np.full((1, 1), 2.0**-1074)
    problem = replace(problem, losses=losses, inputs=dict.fromkeys(problem.inputs, smallest))
    expected = np.ldexp(0.75, power - 1074)
    assert reverse(evaluate(problem))["W"].item() == expected
    assert adjoints_of(linearize(problem)).parameters["W"].item() == expected
    for adjoints in linearize_together([problem, problem]).adjoints():
        assert adjoints.parameters["W"].item() == expected


@pytest.mark.parametrize("sizes", [(1e300, 1e-200), (1e-200, 1e300), (1e-250, 1e250), (1e300, 1e10)])
@pytest.mark.parametrize("name", ["rnn", "lstm", "gru"])
def test_a_loss_loses_nothing_to_a_larger_one_of_another_sequence(name: str, sizes: tuple[float, float]) -> None:
    """Beside a sequence whose loss was 1e300 the gradient of one of 1e-200 was zero."""
    problem = random_problem(CELLS[name], hidden=2, inputs=2, steps=3, seed=1)
    of_sizes = [
        replace(problem, losses=[replace(each, kind="given", targets=size * each.targets) for each in problem.losses])
        for size in sizes
    ]
    for one, adjoints in zip(of_sizes, linearize_together(of_sizes).adjoints(), strict=True):
        alone = adjoints_of(linearize(one))
        for source, expected in alone.parameters.items():
            np.testing.assert_allclose(adjoints.parameters[source], expected, rtol=1e-12)


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru"])
def test_nor_to_one_at_a_step_that_comes_before_all_that_it_depends_on(name: str) -> None:
    problem = random_problem(CELLS[name], hidden=2, inputs=2, steps=3, seed=1)
    sizes = np.array([1e300, 1.0, 1e-200])[:, None]
    losses = [replace(each, kind="given", targets=sizes * each.targets) for each in problem.losses]
    problem = replace(problem, losses=losses)
    of_graph, found = reverse(evaluate(problem)), adjoints_of(linearize(problem))
    for k, step in enumerate((1, 2, 3)):
        np.testing.assert_allclose(found.inputs["X"][k], of_graph[f"X_{step}"], rtol=1e-12)


def _of_two_sizes(name: str, scale: float, power: int) -> tuple[Problem, Problem]:
    """Return a net, and the same with a loss 2 ** power times as large."""
    problem = random_problem(CELLS[name], hidden=2, inputs=2, steps=3, seed=1, scale=scale)
    ordinary = replace(problem, losses=[replace(loss, kind="given") for loss in problem.losses])
    losses = [replace(loss, targets=np.ldexp(loss.targets, power)) for loss in ordinary.losses]
    return ordinary, replace(ordinary, losses=losses)


def _require_scaled(ordinary: np.ndarray, scaled: np.ndarray, power: int) -> None:
    with np.errstate(all="ignore"):
        expected = np.ldexp(ordinary, power)
    # A number below the normal ones has lost digits, on one of the two sides.
    normal = np.finfo(np.float64).tiny * 1e20
    told = (np.abs(expected) > normal) & (np.abs(ordinary) > normal) & np.isfinite(expected) & np.isfinite(scaled)
    assert not scaled[ordinary == 0.0].any()
    np.testing.assert_allclose(scaled[told], expected[told], rtol=1e-12)


def test_the_backward_pass_is_the_sum_over_the_paths_where_terms_are_lost_on_the_way() -> None:
    """One step of an mLSTM does not depend on how long its query is: what is left of the gradient is rounding."""
    problem = random_problem(CELLS["mlstm"], hidden=2, inputs=2, steps=3, seed=1, scale=1e80)
    losses = [replace(loss, kind="given", targets=1e-200 * np.asarray(loss.targets)) for loss in problem.losses]
    graph = evaluate(replace(problem, losses=losses))
    adjoints = reverse(graph)
    for source in ("W_q", "b_q"):
        total = np.asarray(find_paths(graph, source, "E").total)
        np.testing.assert_allclose(adjoints[source], total, rtol=1e-9, atol=1e-15 * np.abs(adjoints["q_1"]).max())


def test_the_careful_map_is_the_same_map() -> None:
    """Bit by bit where nothing is lost; of 1e-200, times 1e-160 and 1e160, with what the other loses."""
    chain = Chain((Diagonal(np.array([1e-160, 3e-160])), Matrix(np.array([[1e160, 2e160], [5e159, 1e160]]))))
    for linear in (chain, Total((chain, Matrix(np.eye(2))))):
        ordinary = np.array([0.3, -0.7])
        assert np.array_equal(careful(linear).pull(ordinary), linear.pull(ordinary))
        assert np.array_equal(careful(linear).push(ordinary), linear.push(ordinary))
        small = careful(linear).pull(1e-200 * ordinary)
        np.testing.assert_allclose(small, 1e-200 * linear.pull(ordinary), rtol=1e-14)
    # Entries that lie far apart are brought near 1 one after the other.
    alone = [
        careful(Diagonal(np.array([1e-160, 1e150]))).pull(np.array(pair)) for pair in ([1e300, 0.0], [0.0, 1e-250])
    ]
    apart = careful(Chain((Diagonal(np.array([1e-160, 1e150])),))).pull(np.array([1e300, 1e-250]))
    np.testing.assert_allclose(apart, sum(alone), rtol=1e-14)
    assert not chain.pull(np.array([1e-200, 0.0])).any()
    assert careful(chain).pull(np.zeros(2)).tolist() == [0.0, 0.0]
    assert np.isinf(careful(chain).pull(np.array([np.inf, 1.0]))).any()


@given(powers=st.tuples(*[st.integers(-1000, 1000)] * 3), mixes=st.booleans())
@example(powers=(996, -664, -664), mixes=False)
@example(powers=(-664, -664, 996), mixes=True)
def test_gates_of_one_another_may_lie_anywhere(powers: tuple[int, int, int], *, mixes: bool) -> None:
    """By 1e-200 and 1e-200, and then by 1e300: neighbours are made one for all steps, and nothing was left of two."""
    assume(max(map(sum, combinations(powers, 2))) <= 900 and abs(sum(powers)) <= 400)
    text = "a[t] = A @ X[t]\nb[t] = B @ X[t]\nc[t] = C @ X[t]\nH[t] = a[t] * (b[t] * (c[t] * H[t-1])) + W @ X[t]"
    parameters = {name: np.exp2([[power], [power]]) for name, power in zip("ABC", map(float, powers), strict=True)}
    parameters["W"] = np.zeros((2, 1))
    if mixes:
        text, parameters["U"] = text.replace("(c[t] * H[t-1])", "(U @ (c[t] * H[t-1]))"), np.eye(2)
    losses = [LossTerm("H", (2,), [[1.0, 2.0]], kind="given")]
    problem = Problem(parse_cell("c", text, output="H"), parameters, {"X": [[1.0], [1.0]]}, losses)
    expected = np.ldexp([1.0, 2.0], sum(powers))
    graph = evaluate(problem)
    np.testing.assert_array_equal(reverse(graph)["H_1"], expected)
    np.testing.assert_array_equal(push_forward(graph, "H_1", np.eye(2))["E"], expected)
    if not mixes:
        np.testing.assert_array_equal(adjoints_of(linearize(problem)).quantities["H"][0], expected)


@given(st.tuples(*[st.integers(-1000, 1000)] * 3))
def test_factors_of_one_partial_may_lie_anywhere(powers: tuple[int, int, int]) -> None:
    """Of 1e-200, 1e-200 and 1e300 nothing was left after two: the gradient was 0, or a right one refused."""
    after, between, before = powers
    # Every gradient there is must be a number: of U it is what stands beside it.
    assume(max(map(sum, combinations(powers, 2))) <= 900 and abs(sum(powers)) <= 400)
    text = "a[t] = A @ X[t]\nb[t] = B @ X[t]\nH[t] = a[t] * (U @ (b[t] * H[t-1])) + W @ X[t]"
    numbers = {"A": [[after]] * 2, "B": [[before]] * 2, "U": [[between] * 2] * 2}
    parameters = {**{name: np.exp2(np.array(each, float)) for name, each in numbers.items()}, "W": [[0.5], [0.25]]}
    losses = [LossTerm("H", (2,), [[1.0, 2.0]], kind="given")]
    problem = Problem(parse_cell("c", text, output="H"), parameters, {"X": [[1.0], [1.0]]}, losses)
    graph = evaluate(problem)
    expected = np.full(2, np.ldexp(3.0, sum(powers)))
    np.testing.assert_allclose(reverse(graph)["H_1"], expected, rtol=1e-14)
    np.testing.assert_allclose(push_forward(graph, "H_1", np.eye(2))["E"], expected, rtol=1e-14)
    assert check(graph, "H_1").ways


@pytest.mark.parametrize(
    "sizes", [(1e-90, 1e-271, 1e160), (1e-99, 1e-300, 1e300), (1.0, 2.0**-1050, 1e300), (1e90, 1e250, 1e-300)]
)
def test_a_vector_near_1_loses_nothing_to_a_map_that_is_far_from_it(sizes: tuple[float, float, float]) -> None:
    """Of 1e-90, which is near 1, times 1e-271 nothing was left, and 1e160 times nothing is nothing."""
    vector, *maps = (np.array([size, -0.75 * size]) for size in sizes)
    chain = careful(Chain(tuple(map(Diagonal, maps))))
    expected = [float(math.prod(map(Fraction, parts), start=Fraction(1))) for parts in zip(vector, *maps, strict=True)]
    np.testing.assert_allclose(chain.pull(vector), expected, rtol=1e-15)
    backward = careful(Chain(tuple(map(Diagonal, reversed(maps)))))
    np.testing.assert_allclose(backward.push(vector), expected, rtol=1e-15)


def test_an_entry_beside_one_that_a_map_makes_zero_keeps_its_digits() -> None:
    """The larger one had brought both nearer to 1, and from there to below the normal numbers."""
    chain = careful(Chain((Diagonal(np.array([0.0, 0.25])), Diagonal(np.array([1.0, 1e-271])))))
    np.testing.assert_allclose(chain.pull(np.array([2.5e146, -0.13])), [0.0, -0.13 * 0.25e-271], rtol=1e-15)


@pytest.mark.parametrize("far", [1e-140, 1e-100, 1e140])
@pytest.mark.parametrize("small", [1e-200, 1e-290, 1.0])
def test_an_adjoint_below_every_number_may_be_one_again(small: float, far: float) -> None:
    """Of a loss of 1e-200, behind a vertex whose adjoint is 1e-340, nothing was left."""
    cell = parse_cell("c", "a[t] = W * X[t]\nb[t] = V * a[t]\nH[t] = U * b[t]", output="H")
    parameters = {"W": np.full(1, 0.5), "V": np.full(1, 1.0 / far), "U": np.full(1, far)}
    losses = [LossTerm("H", (1,), [[1.0]], "given", weight=small)]
    graph = evaluate(Problem(cell, parameters, {"X": [[0.25]]}, losses))
    assert reverse(graph)["W"] == pytest.approx(0.25 * small, rel=1e-14)
