"""The mathematics in symbols: both recursions, the proof, the numbers, the verdicts."""

from __future__ import annotations

import networkx as nx
import pytest
from graphviz_lstm.claims.claims import judge
from graphviz_lstm.gradients.latex import latex_partial, latex_pulled
from graphviz_lstm.gradients.numbers import check_symbols
from graphviz_lstm.gradients.plain import plain

from graphviz_lstm.cells import CELLS, GRU, LSTM, RNN, load_example
from graphviz_lstm.cells.expression import Moving
from graphviz_lstm.errors import CheckError, EquationError, InputError, ShapeError, UnknownNameError
from graphviz_lstm.gradients.proof import prove, prove_sum
from graphviz_lstm.gradients.recursions import derive_forward, derive_reverse
from graphviz_lstm.gradients.symbols import unroll_symbols
from graphviz_lstm.gradients.tangents import run_forward
from graphviz_lstm.graph import TARGET, evaluate, unroll
from graphviz_lstm.graph.partials import LocalPartial
from tests.examples import random_example


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_the_paths_of_every_parameter_sum_to_the_derivative_for_general_functions(cell, steps: int) -> None:
    """Proven: the difference is the polynomial 0."""
    proofs = prove(cell, steps)
    assert [proof.source for proof in proofs] == list(cell.parameters)
    assert {proof.difference for proof in proofs} == {"0"}


def test_the_proof_holds_for_several_inputs_and_other_sources() -> None:
    """An entry of a row; an initial state; an input."""
    proofs = prove(LSTM, 2, ["W_A", "S_0", "H_0", "X_1"], inputs=2)
    assert [proof.paths for proof in proofs] == [7, 6, 23, 23]


@pytest.mark.parametrize("path", range(7))
def test_the_proof_fails_without_any_one_path(path: int) -> None:
    """A check that can fail."""
    with pytest.raises(CheckError, match="not proven: lstm, T = 2: the sum of 6 symbolic paths"):
        prove_sum(unroll_symbols(LSTM, 2), "W_A", without=[path])


@pytest.mark.parametrize("source", LSTM.parameters)
def test_symbols_and_numbers_agree_on_the_worked_example(source: str) -> None:
    """Sympy's derivative, put in numbers, is the graph's adjoint."""
    assert check_symbols(evaluate(load_example("gomez")), source) < 1e-12


@pytest.mark.parametrize("cell", [GRU, RNN], ids=["gru", "rnn"])
@pytest.mark.parametrize("at", ["every", "last"])
def test_symbols_and_numbers_agree_on_other_cells(cell, at: str) -> None:
    """At every parameter."""
    graph = evaluate(random_example(cell, steps=3, at=at))
    for source in cell.parameters:
        assert check_symbols(graph, source) < 1e-11


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
def test_the_forward_recursion_in_numbers_is_the_adjoint(cell) -> None:
    """Real-time recurrent learning, derived, gives what the reverse sweep gives."""
    example = random_example(cell, steps=4, inputs=2)
    adjoints = evaluate(example).nodes
    for source in (name for name in cell.parameters if name.startswith("W")):
        for column in (0, 1):
            expected = adjoints[source]["adjoint"][0, column]
            assert run_forward(example, source, column) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
def test_the_forward_recursion_has_a_term_for_each_edge(cell) -> None:
    """Between what depends on the source."""
    graph = unroll(cell, 3)
    source = cell.parameters[0]
    dependent = nx.descendants(graph, source)
    expected = {
        (graph.nodes[tail]["quantity"], graph.nodes[head]["quantity"])
        for tail, head in graph.edges
        if graph.nodes[head]["step"] == 3 and (tail == source or tail in dependent)
    }
    forward = derive_forward(cell, source)
    assert {(flow.quantity, line.quantity) for line in forward.lines for flow in line.terms} == expected


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
def test_the_reverse_recursion_has_a_term_for_each_reader(cell) -> None:
    """Two steps in the middle of five show them all."""
    graph = unroll(cell, 5)
    reverse = derive_reverse(cell)
    for line in reverse.lines:
        tail = f"{line.quantity}_3"
        readers = {
            (graph.nodes[head]["quantity"], graph.nodes[head]["step"] - 3)
            for head in graph.succ[tail]
            if head != TARGET
        }
        assert {(flow.quantity, flow.step.offset) for flow in line.terms if flow.step is not None} == readers


def test_a_matrix_is_transposed_on_the_way_back_and_a_diagonal_is_not() -> None:
    """In the order in which the adjoint goes."""
    graph = unroll(LSTM, 2)
    symbol = graph.edges["H_1", "a_2"]["symbol"]
    moving = LocalPartial(symbol.terms, Moving())
    assert latex_partial(moving) == r"f_{A}'\left(Z_{A,t}\right)\, U_{A}"
    assert latex_partial(moving, size=2) == r"\operatorname{diag}\left(f_{A}'\left(Z_{A,t}\right)\right)\, U_{A}"
    ((sign, pulled),) = latex_pulled(symbol, r"\overline{a_{2}}", size=2)
    assert sign == 1
    assert plain(pulled) == "U_A^T (f_A'(Z_A,2) * adj(a_2))"
    outer = latex_pulled(graph.edges["W_A", "a_2"]["symbol"], r"\overline{a_{2}}", size=2)
    assert plain(outer[0][1]) == "(f_A'(Z_A,2) * adj(a_2)) X_2^T"


def test_the_verdicts_are_those_of_the_question() -> None:
    """Which lines are right; and the size of the mistakes that the design knows of."""
    verdicts = judge()
    words = [verdict.word for verdict in verdicts]
    assert words == ["in part", "right", "right", "right", *["not so"] * 6, "right"]
    by_word = {plain(verdict.written): verdict for verdict in verdicts}
    fixed = next(verdict for written, verdict in by_word.items() if "fixed input" in written)
    assert round(100 * fixed.mistake, 2) == 10.14
    for verdict in verdicts:
        assert (verdict.mistake == 0.0) == (verdict.right or "circular" in verdict.written)
        assert (verdict.difference == "0") == verdict.right
    lacking = [verdict for verdict in verdicts if verdict.why.startswith("lacks the factor")]
    assert [plain(verdict.corrected) for verdict in lacking] == [
        "da_t/dW_A = f_A'(Z_A,t) * X_t + f_A'(Z_A,t) * U_A * dH_{t-1}/dW_A",
        "di_t/dW_A = f_i'(Z_i,t) * U_i * dH_{t-1}/dW_A",
        "df_t/dW_A = f_f'(Z_f,t) * U_f * dH_{t-1}/dW_A",
    ]


def test_what_cannot_be_derived_is_refused_in_one_line() -> None:
    """A vector has no symbols; six steps have too many paths; cross-entropy of one unit is nothing."""
    with pytest.raises(InputError, match=r"too many steps for symbols: 6 steps have 4,214 paths from 'W_A'"):
        prove(LSTM, 6, ["W_A"])
    with pytest.raises(ShapeError, match=r"symbols are of one unit: the hidden size is 2 \(must be 1\)"):
        check_symbols(evaluate(random_example(LSTM, hidden=2)), "W_A")
    with pytest.raises(UnknownNameError, match="unknown parameter: 'W_a'"):
        derive_forward(LSTM, "W_a")
    with pytest.raises(EquationError, match="loss 'cross_entropy' cannot be derived for one unit"):
        unroll_symbols(LSTM, 1, loss="cross_entropy")
