"""Proofs of several units: arrays of symbols, matrices along the paths, entry by entry."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, strategies as st

from graphviz_lstm.cells import CELLS, LSTM, OPERATIONS, parse_cell
from graphviz_lstm.cells.expression import Apply
from graphviz_lstm.errors import CheckError, EquationError, InputError
from graphviz_lstm.gradients.symbolic.derived import derivative_of
from graphviz_lstm.gradients.symbolic.proof import prove, prove_sum
from graphviz_lstm.gradients.symbolic.symbols import general
from graphviz_lstm.gradients.symbolic.unit_symbols import unroll_units
from graphviz_lstm.graph import TARGET, as_matrix, evaluate
from graphviz_lstm.problems import Layer, stack
from tests.examples import random_example

# Of mLSTM two units take a second at one step; of these each takes less.
_TWO_UNITS = [name for name in CELLS if name != "mlstm"]


@pytest.mark.parametrize(
    ("name", "steps"),
    [*((name, 1) for name in _TWO_UNITS), *((name, 2) for name in ("rnn", "indrnn", "mingru", "minlstm"))],
)
def test_the_paths_of_two_units_sum_to_the_derivative_entry_by_entry(name: str, steps: int) -> None:
    """Products of matrices, with their transposes and outer products: what one unit cannot tell apart."""
    proofs = prove(CELLS[name], steps, units=2)
    assert [proof.source for proof in proofs] == list(CELLS[name].parameters)
    assert {(proof.difference, proof.units) for proof in proofs} == {("0", 2)}


def test_a_matrix_that_is_transposed_is_noticed_with_two_units_and_not_with_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A check that can fail: of one unit a matrix and its transpose are the same number."""
    row = OPERATIONS["matmul"]
    first, second = row.partials
    wrong = replace(second, coefficient=lambda whole: Apply("transpose", (second.coefficient(whole),)))  # type: ignore[misc]
    monkeypatch.setitem(OPERATIONS, "matmul", replace(row, partials=(first, wrong)))
    cell = parse_cell("c", "H[t] = f(X[t] + U @ H[t-1])", activations={"f": "tanh"})
    assert {proof.difference for proof in prove(cell, 2, ["U"])} == {"0"}
    with pytest.raises(CheckError, match="not proven: c of 2 units, T = 2"):
        prove(cell, 2, ["U"], units=2)


def test_the_proof_of_two_units_fails_without_any_one_path() -> None:
    unrolled = unroll_units(LSTM, 2, 2)
    for path in (0, 6):
        with pytest.raises(CheckError, match="not proven: lstm, T = 2: the sum of 6 symbolic paths"):
            prove_sum(unrolled, "b_A", without=[path])
    assert prove_sum(unrolled, "H_0").difference == "0"


def test_symbols_of_several_units_are_the_numbers_of_such_a_net() -> None:
    """With numbers put in place of symbols and functions, of a cell with a matrix for a state: values and partials."""
    for name in ("lstm-projected", "mlstm"):
        cell = CELLS[name]
        unrolled = unroll_units(cell, 2, 2)
        problem = random_example(cell, hidden=2, inputs=1, steps=2, seed=4, scale=0.5).problem
        graph = evaluate(problem)
        assert {vertex: np.shape(value) for vertex, value in unrolled.values.items() if vertex != TARGET} == {
            vertex: np.shape(data["value"]) for vertex, data in graph.nodes.items() if vertex != TARGET
        }
        for edge, partial in unrolled.partials.items():
            assert np.shape(partial) == as_matrix(graph.edges[edge]["partial"]).shape
            structure = as_matrix(graph.edges[edge]["partial"]) != 0
            assert not (structure & (np.asarray(partial) == 0)).any()


def test_what_would_have_too_many_terms_is_refused_before_it_is_tried() -> None:
    """By a number that is found without multiplying; and what is joined has no symbols of several units."""
    with pytest.raises(
        InputError, match=r"too many terms for symbols: over 5 steps 'slstm' would have up to [\d,]+ \(at most"
    ):
        prove(CELLS["slstm"], 5, ["W_i"], most=10**6)
    with pytest.raises(InputError, match=r"out of bounds: units is 0 \(must be at least 1\)"):
        prove(LSTM, 1, units=0)
    net = stack([Layer(CELLS["rnn"], "both"), CELLS["rnn"]])
    with pytest.raises(EquationError, match="'concat' has no symbols"):
        unroll_units(net, 1, 2)


@given(st.integers(0, 2**32 - 1))
def test_the_derivative_of_what_is_shared_is_sympys(seed: int) -> None:
    """Of expressions whose parts stand in many places."""
    random = np.random.default_rng(seed)
    x, y = sympy.symbols("x y", real=True)
    known: list[Any] = [x, y, sympy.Integer(2)]
    for _ in range(4):
        first, second = (known[int(random.integers(len(known)))] for _ in range(2))
        make = [
            lambda a, b: a * b,
            lambda a, b: a + b,
            lambda a, b: (a - b) ** 2 / 2,
            lambda a, b: general("f")(a + b),
            general("g", (0, 0)),
            lambda a, _: 1 / (1 + a**2),
            lambda a, _: sympy.sqrt(3 + a**2),
        ][int(random.integers(7))]
        known.append(make(first, second))
    for variable in (x, y):
        difference = derivative_of(known[-1], variable) - sympy.diff(known[-1], variable)
        assert sympy.expand(difference) == 0 or sympy.simplify(difference) == 0


def test_sympy_derives_each_part_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It walks through all that an expression holds: symbols stand for whatever stands in a part."""
    asked: list[Any] = []
    diff = sympy.diff
    monkeypatch.setattr(sympy, "diff", lambda part, place: asked.append(part) or diff(part, place))
    prove(CELLS["gru"], 2)
    assert len(asked) > 20
    assert all(argument.is_Atom for part in asked for argument in part.args)
