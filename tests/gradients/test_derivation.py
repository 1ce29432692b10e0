"""The mathematics in symbols: both recursions, the proof, the numbers."""

from __future__ import annotations

import re
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import sympy

from graphviz_lstm.cells import CELLS, LOSSES, LSTM, OPERATIONS, parse_cell
from graphviz_lstm.cells.expression import Apply, Number, Parameter
from graphviz_lstm.cells.names import Moving
from graphviz_lstm.errors import CheckError, EquationError, InputError, UnknownNameError
from graphviz_lstm.gradients.symbolic.proof import prove, prove_sum
from graphviz_lstm.gradients.symbolic.recursions import derive_forward, derive_reverse
from graphviz_lstm.gradients.symbolic.symbols import entry, to_sympy, unroll_symbols
from graphviz_lstm.gradients.symbolic.tangents import run_forward
from graphviz_lstm.graph import TARGET, evaluate, reverse, unroll
from graphviz_lstm.notation import LATEX, TEXT, Writer
from graphviz_lstm.problems import LossTerm, Problem, load_example
from tests.examples import TYPICAL, random_example
from tests.oracles.symbols import check_symbols

# Three steps of the others take a minute: 240 and 728 paths from one parameter.
_QUICK = ("lstm", "gru", "gru-reset-after", "rnn", "mingru")


@pytest.mark.parametrize(("name", "steps"), [*((n, t) for n in CELLS for t in (1, 2)), *((n, 3) for n in _QUICK)])
def test_the_paths_of_every_parameter_sum_to_the_derivative_for_general_functions(name: str, steps: int) -> None:
    """Proven: the difference is the polynomial 0."""
    cell = CELLS[name]
    proofs = prove(cell, steps)
    assert [proof.source for proof in proofs] == list(cell.parameters)
    assert {proof.difference for proof in proofs} == {"0"}


def test_the_table_of_proofs_has_every_cell_and_what_is_proved_again_here() -> None:
    """Of one and two steps all is proved; paths and terms of those that are quick are counted again."""
    table = (Path(__file__).parents[2] / "benchmarks" / "PROOFS.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| `")]
    told = {name.strip("`"): ends for name, *ends in rows}
    assert sorted(told) == sorted(CELLS)
    for name, ends in told.items():
        assert len(ends) == 5, name
        assert all(re.fullmatch(r"[\d,]+ paths, [\d,]+ terms, [\d.]+ s", end) for end in ends), name
    for column, name, units, steps in ((2, "rnn", 1, 3), (1, "lstm", 1, 2), (1, "mingru", 1, 2), (4, "rnn", 2, 2)):
        proofs = prove(CELLS[name], steps, units=units)
        counted = f"{sum(each.paths for each in proofs):,} paths, {sum(each.terms for each in proofs):,} terms, "
        assert told[name][column].startswith(counted)


def test_the_proof_holds_for_several_inputs_and_other_sources() -> None:
    """An entry of a row; an initial state; an input."""
    proofs = prove(LSTM, 2, ["W_A", "S_0", "H_0", "X_1"], inputs=2)
    assert [proof.paths for proof in proofs] == [7, 6, 23, 23]


@pytest.mark.parametrize("path", range(7))
def test_the_proof_fails_without_any_one_path(path: int) -> None:
    """A check that can fail."""
    with pytest.raises(CheckError, match="not proven: lstm, T = 2: the sum of 6 symbolic paths"):
        prove_sum(unroll_symbols(LSTM, 2), "W_A", without=[path])


def test_the_proof_of_fractions_fails_without_a_path_too() -> None:
    """What is not 0 with reciprocals as variables is decided in the field of fractions, and is not 0 there either."""
    cell = parse_cell("ratio", "n[t] = a * X[t] + n[t-1]**2\nH[t] = n[t-1] / n[t] + b * sqrt(n[t])**0.5")
    assert {proof.difference for proof in prove(cell, 2)} == {"0"}
    with pytest.raises(CheckError, match="not proven: ratio, T = 2"):
        prove_sum(unroll_symbols(cell, 2), "a", without=[0])


def test_a_difference_that_only_a_common_denominator_shows_to_be_0_is_found_to_be_0() -> None:
    """The product of x and 1/x is 1, which sympy sees and the sum over the paths does not: W is read twice."""
    cell = parse_cell("twice", "u[t] = 1 / (W + X[t])\nH[t] = u[t] * (W + X[t]) * H[t-1] + W")
    assert {proof.difference for proof in prove(cell, 2)} == {"0"}


def test_a_target_is_not_mistaken_for_an_input_of_that_name() -> None:
    """A net whose input is called y, and one whose parameter is."""
    for text in ("H[t] = tanh(W @ y[t] + U @ H[t-1])", "H[t] = tanh(y @ X[t] + y_1 * H[t-1])"):
        cell = parse_cell("why", text)
        assert {proof.difference for proof in prove(cell, 2)} == {"0"}
        graph = evaluate(random_example(cell, inputs=1, steps=2))
        for source in cell.parameters:
            assert check_symbols(graph, source) < 1e-12


@pytest.mark.parametrize("source", LSTM.parameters)
@pytest.mark.parametrize("concrete", [False, True])
def test_symbols_and_numbers_agree_on_the_worked_example(source: str, concrete: bool) -> None:  # noqa: FBT001
    """Sympy's derivative, put in numbers, is the graph's adjoint: steps count from 0 in both."""
    assert check_symbols(evaluate(load_example("gomez")), source, concrete=concrete) < 1e-12


@pytest.mark.parametrize("name", [name for name in TYPICAL if name != "lstm"])
@pytest.mark.parametrize("at", ["every", "last"])
def test_symbols_and_numbers_agree_on_other_cells(name: str, at: str) -> None:
    """At every parameter of the small ones, at the first of those whose symbols take seconds each."""
    cell = CELLS[name]
    slow = name in ("slstm", "lstm-peephole", "gru-reset-after")
    graph = evaluate(random_example(cell, steps=2 if slow else 3, at=at))
    for source in cell.parameters[: 1 if slow else None]:
        assert check_symbols(graph, source) < 1e-10


def several_losses() -> Problem:
    """Return a problem of one unit with two losses of one quantity and one of another, at steps of their own."""
    cell = parse_cell("two", "S[t] = tanh(W @ X[t] + V @ Q[t] + u * S[t-1])\nH[t] = v * S[t] / (1 + S[t]**2)")
    rng = np.random.default_rng(1)
    return Problem(
        cell,
        {name: rng.normal(size=(1, 1) if name in "WV" else 1) for name in cell.parameters},
        {"X": rng.normal(size=(3, 1)), "Q": rng.normal(size=(3, 1))},
        [
            LossTerm("H", (4, 5, 6), rng.normal(size=(3, 1))),
            LossTerm("H", (5,), rng.normal(size=(1, 1)), "given", 0.5),
            LossTerm("S", (4, 6), rng.normal(size=(2, 1)), weight=2.0),
        ],
        first_step=4,
    )


def test_symbols_and_numbers_agree_where_there_are_several_losses_and_inputs() -> None:
    """Each loss has a target of its own, also where two read one quantity at one step."""
    graph = evaluate(several_losses())
    for source in graph.graph["cell"].parameters:
        assert check_symbols(graph, source) < 1e-12
        element = (0,) * graph.nodes[source]["value"].ndim
        assert run_forward(several_losses(), source, element) == pytest.approx(reverse(graph)[source].item(), rel=1e-12)


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
@pytest.mark.parametrize("hidden", [1, 3])
def test_the_forward_recursion_in_numbers_is_the_adjoint(cell, hidden: int) -> None:
    """Real-time recurrent learning, derived, gives what the reverse sweep gives, for one unit and for three."""
    example = random_example(cell, hidden=hidden, steps=4, inputs=2, scale=0.5)
    adjoints = reverse(evaluate(example))
    for source in cell.parameters:
        for element in np.ndindex(adjoints[source].shape) if hidden == 1 else [(0,) * adjoints[source].ndim]:
            assert run_forward(example, source, element) == pytest.approx(adjoints[source][element], rel=1e-8)


def test_the_forward_recursion_in_numbers_knows_every_kind_of_product() -> None:
    """Of matrices that are states, with outer products, transposes and numbers that spread."""
    text = """
        f[t] = sigmoid(dot(w, X[t]))
        M[t] = f[t] * M[t-1] + outer(V @ X[t], tanh(X[t])) / 2 - transpose(N @ M[t-1])
        H[t] = dot(w, M[t] @ X[t]) * (X[t] @ M[t]) + b
    """
    cell, rng = parse_cell("memory", text), np.random.default_rng(0)
    shapes = {"w": (3,), "V": (3, 3), "N": (3, 3), "b": (3,)}
    problem = Problem(
        cell,
        {name: rng.normal(size=shapes[name]) for name in cell.parameters},
        {"X": rng.normal(size=(3, 3))},
        [LossTerm("H", (1, 3), rng.normal(size=(2, 3)))],
    )
    adjoints = reverse(evaluate(problem))
    for source in cell.parameters:
        for element in np.ndindex(adjoints[source].shape):
            assert run_forward(problem, source, element) == pytest.approx(adjoints[source][element], rel=1e-9)


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
    reverse_lines = derive_reverse(cell).lines
    for line in reverse_lines:
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
    one = Writer(LATEX, bound=LSTM.activations, size=1)
    assert one.partial(symbol.terms, Moving()) == r"f_{A}'\left(Z_{A,t}\right)\, U_{A}"
    many = Writer(LATEX, bound=LSTM.activations)
    assert many.partial(symbol.terms, Moving()) == r"\operatorname{diag}\left(f_{A}'\left(Z_{A,t}\right)\right)\, U_{A}"
    line = Writer(TEXT, bound=LSTM.activations)
    assert line.pulled(symbol.terms, 2, "delta a_2") == [(1, "U_A^T @ (f_A'(Z_A,2) * delta a_2)")]
    outer = graph.edges["W_A", "a_2"]["symbol"]
    assert line.pulled(outer.terms, 2, "delta a_2") == [(1, "(f_A'(Z_A,2) * delta a_2) @ X_2^T")]


@pytest.mark.parametrize("row", [row for row in OPERATIONS.values() if row.derivatives], ids=lambda row: row.name)
def test_a_known_function_is_itself_or_any_other(row) -> None:
    """Its derivative, concrete, has the table's numbers; general, it is another function of as many arguments."""
    arguments = tuple(Parameter(f"x{k}") for k in range(len(row.derivatives)))
    symbols = {(part.name, None): sympy.Symbol(part.name, real=True) for part in arguments}
    at = {symbol: sympy.Rational(3 + 4 * k, 10) for k, symbol in enumerate(symbols.values())}
    for k, derivative in enumerate(row.derivatives):
        part = Apply(row.name, arguments, derivative=k)
        found = to_sympy(part, 1, symbols, concrete=True)
        numbers = [np.asarray(float(number)) for number in at.values()]
        assert float(found.subs(at)) == pytest.approx(float(derivative(*numbers)), rel=1e-12)
        whole = to_sympy(Apply(row.name, arguments), 1, symbols)
        assert sympy.diff(whole, symbols[f"x{k}", None]) == to_sympy(part, 1, symbols)


def test_a_number_is_what_is_written() -> None:
    """A tenth is a tenth, not the float that is nearest to it, nor a root that comes near."""
    for value in (0.1, 2.0, 0.8660254037844386):
        assert to_sympy(Number(value), 1, {}) == sympy.Rational(str(value))


def test_every_loss_that_has_symbols_is_unrolled() -> None:
    """And dE/dH is sympy's own."""
    for kind in LOSSES:
        if OPERATIONS[kind].sympy is not None:
            unrolled = unroll_symbols(LSTM, 1, loss=kind)
            h, (target,) = sympy.Dummy(), unrolled.targets.values()
            loss = OPERATIONS[kind].sympy(sympy, h, target)
            expected = sympy.diff(loss, h).subs(h, entry(unrolled.values["H_1"]))
            assert sympy.expand(unrolled.partials["H_1", TARGET] - expected) == 0


def test_what_cannot_be_derived_is_refused_in_one_line() -> None:
    """A vector has no symbols; six steps have too many paths; cross-entropy of one unit is nothing."""
    with pytest.raises(InputError, match=r"too many steps for symbols: 6 steps have 4,214 paths from 'W_A'"):
        prove(LSTM, 6, ["W_A"])
    with pytest.raises(EquationError, match=r"symbols are of one unit: the hidden size is 2 \(must be 1\)"):
        check_symbols(evaluate(random_example(LSTM, hidden=2)), "W_A")
    with pytest.raises(UnknownNameError, match="unknown parameter: 'W_a'"):
        derive_forward(LSTM, "W_a")
    with pytest.raises(EquationError, match="loss 'cross_entropy' cannot be derived for one unit"):
        unroll_symbols(LSTM, 1, loss="cross_entropy")
    with pytest.raises(EquationError, match="symbols are of one unit: 'H' of cell 'wide' has 2 entries, as its input"):
        unroll_symbols(parse_cell("wide", "H[t] = X[t] * b"), 1, inputs=2)
