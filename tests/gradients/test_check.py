"""The check never refuses what is right, says what it would have noticed, and names what cannot be checked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.cells import ACTIVATIONS, LSTM, parse_cell
from graphviz_lstm.errors import InputError, NoPathError, NumberError, UnknownVertexError
from graphviz_lstm.gradients import check
from graphviz_lstm.gradients.checking.check import Check, Way, _relative
from graphviz_lstm.gradients.checking.differences import derivative_along
from graphviz_lstm.graph import TARGET, evaluate, reverse
from graphviz_lstm.problems import LossTerm, Problem, load_example
from tests.examples import TYPICAL, random_example

if TYPE_CHECKING:
    from graphviz_lstm.cells import Cell

WAYS = ["paths", "forward", "equations", "difference"]
# Cells with kinks, and with the operations that no cell of the library has.
OTHERS = {
    "kinks": "H[t] = f_H(max(W @ X[t] + b, U @ H[t-1]) - abs(V @ X[t]))",
    "quotients": "H[t] = sqrt(1 + (U @ H[t-1])**2) / (1 + exp(W @ X[t])) + f_H(min(b, U @ H[t-1]))",
    "twice": "C[t] = W @ X[t] + f_H(U @ H[t-1]) * C[t-1]\nH[t] = f_H(C[t]) - C[t] * f_H(b + C[t])",
}
CELLS_TRIED = {
    **TYPICAL,
    **{
        f"{name} with {activation}": parse_cell(name, text, activations={"f_H": activation}, output="H")
        for name, text in OTHERS.items()
        for activation in ("tanh", "relu", "gelu", "abs")
    },
}


@pytest.mark.parametrize("detail", ["gate", "operation"])
def test_all_twelve_parameters_of_gomez_agree(detail: str) -> None:
    """To the last digits where nothing is rounded but sums, and as far as differences go where they are taken."""
    graph = evaluate(load_example("gomez"), detail=detail)
    adjoints = reverse(graph)
    for name in LSTM.parameters:
        found = check(graph, name)
        assert found.checked
        assert [way.name for way in found.ways] == WAYS
        assert np.array_equal(found.gradient, adjoints[name])
        by_name = {way.name: way for way in found.ways}
        assert by_name["paths"].note == "each visited"
        for way in ("paths", "forward"):
            assert by_name[way].residual < 1e-14
            assert np.allclose(by_name[way].gradient, found.gradient, rtol=1e-14, atol=0.0)
        for way in ("equations", "difference"):
            assert by_name[way].residual < 1e-9


@pytest.mark.parametrize("cell", TYPICAL)
@pytest.mark.parametrize(("hidden", "steps"), [(1, 5), (3, 12), (16, 5), pytest.param(16, 12, marks=pytest.mark.slow)])
def test_every_way_would_have_noticed(cell: str, hidden: int, steps: int) -> None:
    """Sums all but rounding, differences a hundred thousandth; of many paths prefixes are summed."""
    graph = evaluate(random_example(TYPICAL[cell], hidden=hidden, steps=steps, scale=hidden**-0.5, seed=steps))
    found = check(graph, TYPICAL[cell].parameters[0])
    noticed = {way.name: way.noticed for way in found.ways}
    assert max(noticed["paths"], noticed["forward"]) < 1e-11
    assert max(noticed["equations"], noticed["difference"]) < 1e-5
    assert all(way.residual <= way.noticed for way in found.ways if way.name != "difference")
    assert found.checked


def test_everything_that_a_path_leads_from_can_be_checked() -> None:
    """Inputs, initial states and inner vertices too."""
    graph = evaluate(load_example("gomez"))
    for vertex in graph:
        if vertex != TARGET and graph.succ[vertex]:
            check(graph, vertex)


@st.composite
def problems(draw: st.DrawFn) -> tuple[Problem, str]:
    """Return a net of any cell, with weights from a hundredth to a hundred, and one of its parameters."""
    cell: Cell = CELLS_TRIED[draw(st.sampled_from(sorted(CELLS_TRIED)))]
    example = random_example(
        cell,
        hidden=draw(st.integers(1, 4)),
        inputs=draw(st.integers(1, 3)),
        steps=draw(st.integers(1, 12)),
        at=draw(st.sampled_from(["every", "last"])),
        seed=draw(st.integers(0, 2**32 - 1)),
        scale=10.0 ** draw(st.floats(-2.0, 2.0)),
    )
    return example.problem, draw(st.sampled_from(cell.parameters))


def never_refused(problem: Problem, source: str) -> None:
    """Raise if the gradient, which is right, is refused."""
    try:
        graph = evaluate(problem)
        found = check(graph, source)
    except (NoPathError, NumberError):
        # There are numbers beyond all range, and parameters without effect.
        return
    for way in found.ways:
        assert not math.isnan(way.residual)
        assert not math.isnan(way.noticed)


@given(problems())
@settings(max_examples=40, deadline=None)
def test_what_is_right_is_never_refused(asked: tuple[Problem, str]) -> None:
    """Saturated, exploding, vanishing or at a kink."""
    never_refused(*asked)


@pytest.mark.long
@given(problems())
@settings(max_examples=1_000, deadline=None)
def test_what_is_right_is_never_refused_in_a_thousand_nets(asked: tuple[Problem, str]) -> None:
    """The same."""
    never_refused(*asked)


@pytest.mark.parametrize("activation", sorted(set(ACTIVATIONS) & {"relu", "abs"}))
@pytest.mark.parametrize("above", [0.0, 1e-300, 1e-9, -1e-9, 1e-4])
def test_at_a_kink_nothing_is_refused(activation: str, above: float) -> None:
    """There differences say something else than any derivative, or nothing: then it is not checked."""
    cell = parse_cell("k", "H[t] = f_H(w * X[t]) + u * H[t-1]", activations={"f_H": activation}, output="H")
    problem = Problem(
        cell,
        {"w": [1.0, 1.0], "u": [0.5, 0.5]},
        {"X": [[above, 2.0], [1.0, above]]},
        [LossTerm("H", (2,), [[3.0, -1.0]])],
    )
    graph = evaluate(problem)
    for source in ("w", "u", "X_1"):
        found = check(graph, source)
        for way in found.ways:
            assert not way.checked or way.residual <= 1e-3


@pytest.mark.parametrize(("activation", "above"), [("relu", 1e-9), ("relu", -1e-9), ("abs", 1e-9), ("abs", -1e-9)])
def test_near_a_kink_it_is_looked_at_from_nearer(activation: str, above: float) -> None:
    """What every usual step would cross is told by shorter ones, by the equations at least."""
    cell = parse_cell("k", "H[t] = f_H(w * X[t])", activations={"f_H": activation}, output="H")
    problem = Problem(cell, {"w": [1.0, 1.0]}, {"X": [[above, 2.0]]}, [LossTerm("H", (1,), [[3.0, -1.0]])])
    ways = {way.name: way for way in check(evaluate(problem), "X_1").ways}
    assert ways["equations"].noticed < 1.0


def test_no_difference_is_none_of_anything() -> None:
    """Of zero too; what is apart from zero is all of it."""
    assert [_relative(0.0, expected) for expected in (0.0, -2.0)] == [0.0, 0.0]
    assert (_relative(3.0, -2.0), _relative(1e-300, 0.0)) == (1.5, math.inf)


def test_along_nothing_nothing_changes() -> None:
    """A direction of zeros: the derivative is 0, and known to be."""
    graph = evaluate(load_example("gomez"))
    shape = graph.nodes["W_A"]["value"].shape
    found, errors = derivative_along(graph, "W_A", [np.zeros(shape), np.ones(shape)])
    assert (found[0], errors[0]) == (0.0, 0.0)
    assert found[1] != 0.0


def test_a_gradient_that_is_all_kink_is_not_said_to_be_checked() -> None:
    """The sums agree, but nothing independent of them says anything."""
    cell = parse_cell("k", "H[t] = relu(w * X[t])", output="H")
    graph = evaluate(Problem(cell, {"w": [0.0]}, {"X": [[1.0]]}, [LossTerm("H", (1,), [[3.0]])]))
    found = check(graph, "w")
    assert [way.name for way in found.ways if way.checked] == ["paths", "forward"] or not found.checked
    assert not found.checked


@pytest.mark.parametrize("paths", [True, False])
@pytest.mark.parametrize("equations", [True, False])
@pytest.mark.parametrize("difference", [True, False, None])
def test_checked_is_what_the_sum_and_something_independent_of_it_would_notice(
    *, paths: bool, equations: bool, difference: bool | None
) -> None:
    """The forward recursion has the same partials as the sum: by itself it is no proof of them."""
    noticing = {"paths": paths, "forward": True, "equations": equations}
    noticing |= {} if difference is None else {"difference": difference}
    ways = tuple(Way(name, None, 0.0, 1e-9 if notices else 1.0) for name, notices in noticing.items())
    assert Check("w", 1, np.ones(1), 1.0, ways, 1).checked == (paths and bool(equations or difference))


def test_differences_take_a_vertex_out_of_its_equation() -> None:
    """dE/dH_0 with all that H_0 is made of held fixed is its adjoint."""
    graph = evaluate(load_example("gomez"))
    quotient, error = derivative_along(graph, "H_0", [np.ones(1)])
    assert abs(quotient[0] - reverse(graph)["H_0"][0]) < 1e-11
    assert error[0] < 1e-8


def test_a_large_source_is_held_along_a_few_directions() -> None:
    """A weight of 40 x 30 along its gradient and three random ones, the sums prefix by prefix over its entries."""
    graph = evaluate(random_example(TYPICAL["rnn"], hidden=40, inputs=30, steps=2, scale=0.1))
    found = check(graph, "W_H")
    assert (found.directions, found.gradient.shape) == (4, (40, 30))
    assert all(way.gradient is None for way in found.ways)
    assert found.checked
    assert found.derivative == pytest.approx(float(np.linalg.norm(found.gradient)), rel=1e-14)


def test_what_cannot_be_checked_is_named() -> None:
    """No such vertex; no path from it; the loss itself."""
    graph = evaluate(random_example(LSTM, steps=2, at="last"))
    with pytest.raises(UnknownVertexError, match="unknown vertex: 'W_Z'"):
        check(graph, "W_Z")
    with pytest.raises(
        InputError, match=r"^the source is 'E', the loss itself: ask for a parameter, an input or a state$"
    ):
        check(graph, "E")
    graph.add_node("alone", value=np.zeros(1), role="input", quantity="alone", step=1, expression=None)
    with pytest.raises(NoPathError, match="no path from 'alone' to 'E'"):
        check(graph, "alone")
