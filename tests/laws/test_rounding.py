"""What is zero by the equations is drawn as no number, and what is not zero is: against fifty digits."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import example, given, strategies as st

from graphviz_lstm.cells import CELLS, parse_cell
from graphviz_lstm.errors import NumberError
from graphviz_lstm.gradients.batches.batch import Batch
from graphviz_lstm.gradients.batches.batch_study import BatchStudy
from graphviz_lstm.graph import annotate, evaluate, reverse
from graphviz_lstm.graph.cancelling import ROUNDING, Cancelled, settled
from graphviz_lstm.graph.gradients import adjoints_of
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.graph.together import linearize_together
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import Example, LossTerm, Problem
from graphviz_lstm.reports import Study, describe_answer
from graphviz_lstm.reports.by_unit import UnitsTold, units_text
from graphviz_lstm.reports.routes import changes_of, changes_text, routes_text
from graphviz_lstm.reports.spread import triangle_text
from graphviz_lstm.reports.tables import paths_json
from graphviz_lstm.reports.words import describe_check
from tests.examples import random_problem
from tests.oracles.exactly import exact_gradient

if TYPE_CHECKING:
    from collections.abc import Iterator

# With one unit these have gradients that are zero by the equations: a key divided by its own length, an output that
# does not know the scale of its states.
SILENT = {"gated-deltanet": (2, 1), "mlstm": (1, 2), "slstm": (2, 1)}
"""Cell -> of how many steps, and of which draw."""
EPSILON = float(np.finfo(np.float64).eps)


def nets(name: str, *, steps: int, seed: int) -> Iterator[Problem]:
    """Yield a net of one unit and one input of a cell, from some first states and from zeros."""
    problem = random_problem(CELLS[name], inputs=1, steps=steps, seed=seed)
    yield problem
    yield replace(problem, initial={state: np.zeros_like(value) for state, value in problem.initial.items()})


SEVERAL = [(2, 2, 0), (3, 3, 2)]
"""Units, steps and draw of an sLSTM from zeros whose sweeps leave rounding at b_i."""


def several(*, units: int, steps: int, seed: int) -> Problem:
    """Return an sLSTM of several units that starts from zeros."""
    problem = random_problem(CELLS["slstm"], hidden=units, steps=steps, seed=seed)
    return replace(problem, initial={state: np.zeros_like(value) for state, value in problem.initial.items()})


def hold(problem: Problem, *, detail: str = "gate") -> int:
    """Hold the gradient of every parameter against the exact one; return how many are zero where not all terms are."""
    silent = 0
    for parameter in problem.parameters:
        due, study = exact_gradient(problem, parameter), Study(problem, parameter, detail=detail)  # type: ignore[arg-type]
        try:
            total = float(np.asarray(study.paths.total).item())
        except ValueError:  # there is no path
            assert due == 0
            continue
        assert study.is_zero == (due == 0) == (total == 0.0), parameter
        assert float(study.adjoints[parameter].item()) == 0.0 or due != 0, parameter
        assert float(np.asarray(study.unit_paths.total).item()) == 0.0 or due != 0, parameter
        # To the digits that the terms leave of it; what the values themselves lost is no matter of the sum.
        assert abs(total - due) <= 1e-9 * float(np.asarray(study.paths.absolute_total).item()), parameter
        silent += bool(study.cancelled)
    return silent


@pytest.mark.parametrize("name", SILENT)
@pytest.mark.parametrize("detail", ["gate", "operation"])
def test_a_gradient_that_is_zero_by_the_equations_is_zero(name: str, detail: str) -> None:
    """In a graph of gates its terms cancel on an edge, in one of operations between paths."""
    steps, seed = SILENT[name]
    assert sum(hold(problem, detail=detail) for problem in nets(name, steps=steps, seed=seed)) > 0


@pytest.mark.parametrize(("units", "steps", "seed"), SEVERAL)
def test_a_gradient_that_is_zero_for_any_number_of_units_is_zero(units: int, steps: int, seed: int) -> None:
    """The bias of an input gate that scales both states, from zeros: see `symbolic/silent.py`. No other is."""
    problem = several(units=units, steps=steps, seed=seed)
    raw = adjoints_of(linearize(problem)).parameters
    assert raw["b_i"].any()
    graph = evaluate(problem)
    assert not reverse(graph)["b_i"].any()
    with pytest.raises(NumberError, match="there is nothing to share"):
        annotate(graph, "b_i")
    for parameter in problem.parameters:
        study = Study(problem, parameter)
        if study.graph.out_degree(parameter) and raw[parameter].any():
            assert study.is_zero == (parameter == "b_i"), parameter
            assert np.any(study.unit_paths.total) == (parameter != "b_i"), parameter
            for entry in np.ndindex(raw[parameter].shape):
                of_entry = study.about(parameter, element=entry)
                assert of_entry.is_zero == (parameter == "b_i" or not raw[parameter][entry]), (parameter, entry)


@pytest.mark.long
@pytest.mark.parametrize("name", CELLS)
def test_every_cell_is_zero_where_it_is_and_nowhere_else(name: str) -> None:
    """Of one to three steps, many draws."""
    for steps in (1, 2, 3):
        for seed in range(8):
            for problem in nets(name, steps=steps, seed=seed):
                hold(problem)


@pytest.mark.parametrize("name", ["lstm", "gru", "lru", "rg-lru", "cornn"])
def test_a_gradient_that_is_not_zero_is_told(name: str) -> None:
    """Of other cells no gradient is."""
    for problem in nets(name, steps=2, seed=0):
        assert hold(problem) == 0


def twice(scale: float, other: float) -> Problem:
    """Return a net whose output reads its state twice, to the one side and to the other."""
    cell = parse_cell("twice", "s[t] = w * x[t]\nh[t] = a * s[t] - b * s[t] + 0 * h[t-1]")
    numbers = {"w": 0.3, "a": scale, "b": other}
    return Problem(
        cell=cell,
        parameters={name: np.array([value]) for name, value in numbers.items()},
        inputs={"x": np.array([[0.7], [1.1]])},
        losses=[LossTerm("h", (1, 2), np.ones((2, 1)))],
        initial={"h": np.zeros(1)},
    )


@given(st.floats(1e-3, 1e3), st.integers(0, 200))
def test_terms_of_an_edge_are_zero_up_to_sixteen_roundings_and_no_further(scale: float, roundings: int) -> None:
    """And what is left is what they sum to, to the last bit."""
    problem = twice(scale, scale * (1.0 + roundings * EPSILON))
    partial = evaluate(problem).edges["s_1", "h_1"]["partial"]
    left, size = scale - problem.parameters["b"].item(), scale + problem.parameters["b"].item()
    told = float(partial.dense().item())
    assert isinstance(partial, Cancelled) == (abs(left) <= 16 * EPSILON * size)
    assert told == (0.0 if abs(left) <= 16 * EPSILON * size else left)
    if isinstance(partial, Cancelled):
        assert float(partial.absolute().dense().item()) == pytest.approx(size)
        assert float(partial.pattern().dense().item()) == 1.0


def test_every_sweep_knows_the_same_edges_that_cancel() -> None:
    """Those over arrays, of one sequence and of many, and those over the graph; whether the edge moves or not."""
    problem = twice(0.5, 0.5)
    moving = random_problem(CELLS["gated-deltanet"], inputs=1, steps=3, seed=1)
    for net, names in ((problem, ("w",)), (moving, ("W_q",))):
        fast = adjoints_of(linearize(net)).parameters
        (together,) = linearize_together([net, net]).adjoints()[:1]
        slow = reverse(evaluate(net))
        for name in names:
            assert float(np.abs(fast[name]).max()) == 0.0
            assert float(np.abs(together.parameters[name]).max()) == 0.0
            assert float(np.abs(slow[name]).max()) == 0.0
        for name in net.parameters:
            np.testing.assert_allclose(fast[name], slow[name], rtol=1e-9, atol=1e-12)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=5), st.floats(-20.0, 20.0))
def test_a_sum_is_settled_only_within_sixteen_roundings_of_its_terms(terms: list[float], roundings: float) -> None:
    """Whatever is left beyond that is kept as it is."""
    size = sum(map(abs, terms))
    total = roundings * EPSILON * size
    found = float(settled(np.array(total), np.array(size)))
    assert found == (total if abs(total) > 16 * EPSILON * size else 0.0)


@pytest.mark.parametrize("tail", [(), (1,), (1, 1)])
@pytest.mark.parametrize("head", [(), (1,), (1, 1)])
def test_an_edge_that_cancels_is_a_map_between_any_two_single_numbers(
    tail: tuple[int, ...], head: tuple[int, ...]
) -> None:
    """Its own of zeros, and without signs that of its terms; for a batch too, and as the unit graph reads it."""
    linear = Cancelled(0.25, tail, head)
    for batch in ((), (3,), (2, 3)):
        assert linear.push(np.ones((*batch, *tail))).shape == (*batch, *head)
        assert linear.pull(np.ones((*batch, *head))).shape == (*batch, *tail)
        assert not linear.pull(np.ones((*batch, *head))).any()
        assert (linear.absolute().push(np.ones((*batch, *tail))) == 0.25).all()
    assert (linear.dense().tolist(), linear.absolute().dense().tolist()) == ([[0.0]], [[0.25]])
    assert linear.pattern().dense().tolist() == [[1.0]]


def test_what_left_the_range_is_not_taken_for_zero() -> None:
    """No part of an infinity is rounding."""
    total, size = np.array([np.inf, np.nan, -np.inf, 0.5]), np.array([np.inf, np.nan, np.inf, np.inf])
    np.testing.assert_array_equal(settled(total, size), total)


def test_numbers_that_are_exact_are_not_settled() -> None:
    """A graph of somebody's own says nothing of rounding: there 1 - 1 + 2**-60 is what it is, and has shares."""
    graph: nx.DiGraph[Any] = nx.DiGraph()
    for middle, partial in (("y", 1.0), ("z", -1.0)):
        graph.add_edge("x", middle, partial=1.0)
        graph.add_edge(middle, "E", partial=partial)
    graph.add_edge("x", "E", partial=2.0**-60)
    assert find_paths(graph, "x", "E").total == find_paths(graph, "x", "E", level="unit").total == 2.0**-60
    graph.graph["rounding"] = ROUNDING
    assert find_paths(graph, "x", "E").total == find_paths(graph, "x", "E", level="unit").total == 0.0
    graph.graph["rounding"] = "half up"
    assert find_paths(graph, "x", "E").total == 2.0**-60


def test_a_small_gradient_beside_paths_that_cancel_is_told_where_it_can_be() -> None:
    """A net of twenty steps whose paths are four million times what is left of them."""
    problem = random_problem(CELLS["slstm"], inputs=1, steps=20, seed=5)
    study = Study(problem, "b_i")
    assert abs(float(study.paths.total[0])) < 1e-7 * float(study.paths.absolute_total[0])  # type: ignore[index]
    assert not study.is_zero


def test_it_is_said_to_be_zero_to_rounding() -> None:
    """In the answer, in JSON with how much cancels, in the figure, on the page; and none tells a share."""
    problem = random_problem(CELLS["gated-deltanet"], inputs=1, steps=2, seed=1)
    study = Study(problem, "W_q")
    words = f"zero to rounding (terms of {study.cancelled:.3g} cancel)"
    assert words in " ".join(describe_answer(study.answer).split())
    assert f"The gradient is {words}: there is nothing to share." in [t.string for t in study.figure().scene.texts]
    found = json.loads(paths_json(study, study.paths.top(2)))["zero_to_rounding"]
    assert found["terms"] == study.cancelled
    assert 0.0 < found["below"] < 1e-13 * found["terms"] * 2
    assert "%" not in study.figure().svg.replace("100%", "")


def test_no_table_tells_rounding_as_a_number() -> None:
    """Of paths that cancel: sums over routes, steps and units are `~0`; a batch and the check say that it is zero."""
    steps, seed = SILENT["slstm"]
    _, problem = nets("slstm", steps=steps, seed=seed)
    study = Study(problem, "b_i")
    changes = changes_text(changes_of(study, study))
    for text in (routes_text(study), triangle_text(study), units_text(UnitsTold(study)), changes):
        assert "~0" in text
        assert not re.search(r"e-1[4-9]", text), text
    found = describe_check(study.check())
    assert re.search(r"backward pass +\[0\]", found)
    assert "the gradient is zero" in found
    batch = Batch([problem, problem])
    with pytest.raises(NumberError, match="there is nothing to share"):
        batch.group_by("crossings", source="b_i")
    assert BatchStudy(batch, "b_i").gradients[0].tolist() == [0.0]
    # Another parameter of the same net has a gradient, and keeps it.
    assert BatchStudy(batch, "b_f").gradients[0].any()


def test_what_is_zero_on_every_machine_is_said_to_be_zero() -> None:
    """A factor of zero stands in each of its terms."""
    example = Example(
        cell=CELLS["rnn"],
        parameters={"W_H": np.ones((1, 1)), "U_H": np.zeros((1, 1)), "b_H": np.zeros(1)},
        inputs=np.ones((2, 1)),
        targets=np.ones((2, 1)),
        initial={"H": np.zeros(1)},
    )
    study = Study(example, "H_0")
    assert study.is_zero
    assert (study.cancelled, study.zero) == (0.0, "zero")


_DIGITS = st.tuples(*[st.integers(-9, 9)] * 3)


@given(_DIGITS, _DIGITS, st.sampled_from([1e-30, 1e-100, 1e-280]), st.integers(0, 2))
@example((1, 7, 3), (0, -6, -2), 1e-30, 0)
@example((0, 0, 1), (0, 1, 0), 1e-30, 0)
def test_what_rounding_leaves_of_a_flow_is_not_told(
    first: tuple[int, ...], other: tuple[int, ...], size: float, more: int
) -> None:
    """An input that is orthogonal to the gradient: the flow through its step was some 1e-45 %, with a sign.

    Nor is it told further on, where it is the one term.
    """
    across = np.cross(first, other)
    if not across.any():
        return
    cell = parse_cell("c", "a[t] = W @ X[t]\nb[t] = a[t]\nH[t] = b[t] + H[t-1]", ranks={"W": 2})
    inputs = np.array([first, across, *[first] * more]) / 10.0
    targets = [[1.0], [size], *[[0.0]] * more]
    losses = [LossTerm("H", range(1, len(inputs) + 1), targets, "given")]
    graph = evaluate(Problem(cell, {"W": [[0.3, 0.2, -0.5]]}, {"X": inputs}, losses))
    flows = {(tail, head): edge["flow"] for tail, head, edge in annotate(graph, "W").edges(data=True)}
    # The second step's own part of the gradient is along itself; no digit of that is left where its terms cancel.
    exact = size**2 * float(inputs[1] @ inputs[1]) / float(inputs[0] @ inputs[0])
    for edge in (("W", "a_2"), ("a_2", "b_2"), ("b_2", "H_2")):
        assert flows[edge] in (0.0, pytest.approx(exact, rel=1e-9, abs=0.0))
    paths = find_paths(graph, "W", "E")
    for edge, flow in flows.items():
        if flow:
            through = [path.share for path in paths if edge in path.edges]
            assert flow == pytest.approx(sum(through), rel=1e-12, abs=0.0)
