"""PyTorch detached where a scheme cuts: another way to the same gradient, which an edge too many does not pass."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.cells import CELLS, OPERATIONS, parse_cell
from graphviz_lstm.errors import CheckError, InputError, NoPathError, NumberError
from graphviz_lstm.gradients import check
from graphviz_lstm.gradients.checking.check import NOTICED
from graphviz_lstm.gradients.schemes import gradients_under, scheme
from graphviz_lstm.gradients.schemes.detached import gradient_detached
from graphviz_lstm.gradients.schemes.in_torch import one_thread_of, tensor_functions
from graphviz_lstm.graph import evaluate
from graphviz_lstm.problems import LossTerm, Problem
from graphviz_lstm.reports import Study
from tests.examples import TYPICAL, random_example
from tests.gradients.schemes.test_schemes import CELL_TEXTS, NAMES, net

torch = pytest.importorskip("torch")

EVERY = [*NAMES, "rflo:3", "clip:0.2", "only:i"]


def test_every_operation_of_the_table_is_in_torch() -> None:
    """All but those that stand in partials alone; and nothing else is."""
    assert set(tensor_functions(torch)) == {name for name, row in OPERATIONS.items() if row.partials}


@pytest.mark.parametrize("name", [name for name, row in OPERATIONS.items() if row.derivatives])
def test_values_and_derivatives_are_those_of_the_table_also_where_a_function_saturates(name: str) -> None:
    """Relative to themselves: a partial of 1e-26 is a partial."""
    row = OPERATIONS[name]
    count = len(row.derivatives)
    points = [np.array([-30.0, -9.5, -0.7, 1e-9, 2.0, 9.5, 30.0]), np.array([1.0, -9.5, -0.5, 0.2, 2.0, 9.0, 31.0])][
        :count
    ]
    if name in ("log", "sqrt"):
        points = [np.abs(array) for array in points]
    tensors = [torch.tensor(array, requires_grad=True) for array in points]
    value = tensor_functions(torch)[name](*tensors)
    np.testing.assert_allclose(value.detach().numpy(), row.value(*points), rtol=1e-12, atol=1e-300)
    value.sum().backward()
    for tensor, derivative in zip(tensors, row.derivatives, strict=True):
        np.testing.assert_allclose(tensor.grad.numpy(), derivative(*points), rtol=1e-12, atol=1e-300)


@pytest.mark.long
@given(
    name=st.sampled_from(EVERY),
    cell=st.sampled_from(list(CELL_TEXTS)),
    layers=st.integers(1, 3),
    units=st.integers(1, 3),
    steps=st.integers(2, 5),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=200, deadline=None)
def test_what_is_detached_is_what_a_scheme_drops(name, cell, layers, units, steps, seed) -> None:
    """On two hundred nets of one to three layers with a readout, to 1e-12 of the largest entry."""
    if name == "only:i" and (layers > 1 or "lstm" not in cell):
        name = "lstm-1997"
    graph = evaluate(net(cell, layers, units, steps, seed)[0])
    found = gradients_under(graph, scheme(name))
    scale = max(float(np.abs(gradient).max()) for gradient in gradients_under(graph, scheme("full")).values())
    for parameter, gradient in found.items():
        expected = gradient_detached(graph, scheme(name), parameter)
        assert np.abs(gradient - expected).max() <= 1e-12 * max(scale, 1.0), (name, parameter)


@pytest.mark.parametrize("name", ["lstm-1997", "clip:0.3", "h-detach:0.25", "cut *[t-1] -> *[t]"])
@pytest.mark.parametrize("cell", TYPICAL)
def test_a_check_under_a_scheme_has_another_way(cell: str, name: str) -> None:
    """From every vertex that a path leads from, of every cell: and it would have noticed."""
    study = Study(random_example(TYPICAL[cell], hidden=2, steps=3, seed=5))
    for source in (*TYPICAL[cell].parameters[:2], f"{TYPICAL[cell].inputs[0]}_1"):
        way = study.about(source).under(name).check().ways[-1]
        assert way.name == "detached"
        assert way.checked
        assert way.residual <= 1e-12
        assert way.noticed <= NOTICED


def test_an_edge_too_many_cut_is_noticed_and_one_too_few() -> None:
    """Whichever it is of those that a path of what is left leads along; nothing else in the check can know."""
    study = Study(random_example(TYPICAL["lstm"], hidden=2, steps=3, seed=3), "W_A")
    left, rule = study.under("lstm-1997"), scheme("lstm-1997")
    assert left.check().ways[-1].checked
    on_paths = [edge[:2] for edge in left.paths.dag.edges]
    assert len(on_paths) > 8
    for edge in on_paths:
        graph = left.graph.copy()
        graph.remove_edge(*edge)
        check(graph, "W_A", full=study.graph)
        with pytest.raises(CheckError, match="disagrees with the detached gradient of PyTorch"):
            check(graph, "W_A", full=study.graph, scheme=rule)
    for edge in [("H_1", "o_2"), ("H_2", "i_3")]:
        graph = left.graph.copy()
        graph.add_edge(*edge, **study.graph.edges[edge])
        with pytest.raises(CheckError, match="PyTorch"):
            check(graph, "W_A", full=study.graph, scheme=rule)


@pytest.mark.parametrize(
    ("hidden", "steps", "scale", "seed", "name", "source"),
    [
        (8, 25, 1e-160, 983, "snap-1-by-unit", "b_o"),
        (8, 1, 1e3, 740, "h-detach:0.3", "W_o"),
        (2, 9, 1.0, 883, "scale 1e9 H[t-1] -> *[t]", "U_i"),
    ],
)
def test_small_numbers_and_large_factors_are_no_disagreement(hidden, steps, scale, seed, name, source) -> None:
    """What is lost of them in another order of products is told as not checked, or is a part of nothing."""
    for at in ("every", "last"):
        example = random_example(TYPICAL["lstm"], hidden=hidden, steps=steps, at=at, scale=scale, seed=seed)
        assert Study(example, source).under(name).check().ways[-1].name == "detached"


@pytest.mark.parametrize("name", ["snap:1", "snap:2"])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_of_a_scheme_by_entry_each_entry_has_a_run_of_its_own(cell: str, name: str) -> None:
    """And without one there is no one way through the equations."""
    graph = evaluate(random_example(TYPICAL[cell], hidden=2, steps=4, seed=3))
    for source in TYPICAL[cell].parameters:
        expected = gradients_under(graph, scheme(name), [source])[source]
        for entry in np.ndindex(*expected.shape):
            found = gradient_detached(graph, scheme(name), source, entry=entry)
            assert found[entry] == pytest.approx(expected[entry], rel=1e-11, abs=1e-14)
            assert np.count_nonzero(found) <= 1
    with pytest.raises(
        InputError, match=r"^no entry is meant, and scheme 'snap:1' drops others for each \(must be one"
    ):
        gradient_detached(graph, scheme("snap:1"), TYPICAL[cell].parameters[0])


def test_kinks_ties_and_every_kind_of_loss() -> None:
    """Of two equal arguments the first has the derivative; losses bear weights."""
    cell = parse_cell("kinks", "H[t] = max(W @ X[t], U @ H[t-1]) + relu(b * H[t-1]) - min(H[t-1], H[t-1] * 1)")
    for loss in ("squared_error", "cross_entropy", "given"):
        example = random_example(cell, hidden=3, steps=3, loss=loss, seed=2)
        way = Study(example, "U").under("scale 0.5 H[t-1] -> H[t]").check().ways[-1]
        assert (way.name, way.checked) == ("detached", True)


def test_pytorch_has_the_threads_again_that_it_had() -> None:
    """Also where a run fails."""
    before = torch.get_num_threads()
    with pytest.raises(InputError), one_thread_of(torch):
        assert torch.get_num_threads() == 1
        raise InputError("something")
    assert torch.get_num_threads() == before


@pytest.mark.parametrize(("name", "seed", "source"), [("ugrnn", 7, "W_g"), ("ugrnn", 23, "U_g"), ("mgu", 16, "W_f")])
def test_what_cancels_within_a_partial_is_no_false_alarm(name: str, seed: int, source: str) -> None:
    """H[t-1] - c of a saturated net is a rounding of 1, and going the same way back twice showed nothing of that."""
    problem = random_example(CELLS[name], hidden=3, inputs=1, steps=2, scale=20.0, seed=seed, loss="cross_entropy")
    assert Study(problem.problem, source).under("lstm-1997").check().ways


@pytest.mark.parametrize("power", [-700, -450, 0, 450, 600])
def test_a_random_matrix_is_as_large_as_the_one_that_it_replaces(power: int) -> None:
    """Of a readout of 1e-200 it was zero, by both ways; of one of 1e200 a warning."""
    problem, _ = net("rnn", 1, 2, 3, seed=4)
    losses = [LossTerm("Y", (1, 2, 3), np.ones((3, 2)), "given")]
    weights = {**problem.parameters, "V": np.ldexp(problem.parameters["V"], power)}
    one, other = (replace(problem, losses=losses, parameters=each) for each in (problem.parameters, weights))
    for source in problem.cell.parameters[:2]:
        near = gradients_under(evaluate(one), scheme("rflo"))[source]
        assert near.any()
        swept = gradients_under(evaluate(other), scheme("rflo"))[source]
        for found in (swept, gradient_detached(evaluate(other), scheme("rflo"), source)):
            np.testing.assert_allclose(found, np.ldexp(near, power), rtol=1e-12)


def nearly_closed(f: float, i: float, h: float, x: float, w: float) -> Problem:
    """Return a minLSTM of one step whose input gate is all but closed: by f, its new state is a difference of one."""
    weights = {"W_f": [[w]], "b_f": [f], "W_i": [[0.7]], "b_i": [i], "W_h": [[0.4]], "b_h": [0.1]}
    return Problem(CELLS["minlstm"], weights, {"X": [[x]]}, [LossTerm("H", (1,), [[0.5]])], {"H": [h]})


# Where the two ways round otherwise, and a move of the values alone rounds as the one without does.
@pytest.mark.parametrize(
    "numbers",
    [
        (-10.332971436226202, -40.639617492286824, 0.7762366413183597, -0.5482611431653512, -2.252671764988299),
        (-7.212734548693401, -39.83423768883628, -0.6249845685444302, 0.3450532678337386, -1.8293556092591698),
        (-9.031721721867033, -40.46153882174548, 0.5118772831143588, -0.12911964935877962, 2.8965836711649917),
        (-9.73709189678289, -41.266060136239204, -0.38630671509015047, 0.1216141067180685, 1.772234046998184),
        (-8.013335594473618, -36.71831589774803, -0.06477588714800064, -0.26468007842901153, -1.5744837001525247),
        (7.51426573298685, -30.448121083463494, -0.32214215299161597, 0.8543864375714989, 2.1586012733301656),
    ],
)
def test_what_a_quotient_is_rounded_to_is_no_error_of_what_cancels_behind_it(numbers: tuple[float, ...]) -> None:
    """A saturated minLSTM was refused for 0.1 % of a gradient of which no more digits are left."""
    assert Study(nearly_closed(*numbers), "W_f").under("full").check().ways


@given(st.floats(-20.0, 20.0), st.floats(28.0, 36.0), st.floats(-1.0, 1.0), st.floats(-1.0, 1.0), st.floats(-3.0, 3.0))
@settings(max_examples=20, deadline=None)
def test_nor_of_any_other_net_like_it(f: float, below: float, h: float, x: float, w: float) -> None:
    with suppress(NoPathError, NumberError):
        assert Study(nearly_closed(f, min(f, 0.0) - below, h, x, w), "W_f").under("full").check().ways
