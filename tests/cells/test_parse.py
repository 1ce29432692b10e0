"""From text to cells, and what is refused on the way."""

from __future__ import annotations

import pytest

from graphviz_lstm.cells import CELLS, GRU, LSTM, RNN, Cell, parse_cell
from graphviz_lstm.cells.detail import in_operations
from graphviz_lstm.cells.expression import Apply, Number, Quantity, add, multiply, negative
from graphviz_lstm.errors import EquationError, InputError, UnknownNameError


def test_the_lstm_has_the_twelve_parameters_of_the_question_in_gate_order() -> None:
    """W, U and b for each of A, i, f, o."""
    assert LSTM.parameters == tuple(f"{kind}_{gate}" for gate in "Aifo" for kind in "WUb")
    assert LSTM.states == ("S", "H")
    assert LSTM.inputs == ("X",)
    assert LSTM.output == "H"


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
def test_a_cell_in_operations_keeps_its_names(cell: Cell) -> None:
    """Splitting adds quantities and takes nothing away."""
    split = in_operations(cell)
    assert sorted(split.parameters) == sorted(cell.parameters)
    assert split.states == cell.states
    assert {e.quantity for e in cell.equations} <= {e.quantity for e in split.equations}


def test_operations_bear_the_names_of_the_question() -> None:
    """Z_k for the argument of f_k, and f_S(S) for the one within a product."""
    names = [equation.quantity for equation in in_operations(LSTM).equations]
    assert names == ["Z_A", "a", "Z_i", "i", "Z_f", "f", "Z_o", "o", "S", "f_S(S)", "H"]


def test_an_activation_used_twice_gives_each_argument_its_own_name() -> None:
    """No two vertices may share a name."""
    cell = parse_cell("twice", "p[t] = tanh(W @ X[t])\nH[t] = tanh(V @ p[t] + b) * tanh(p[t])")
    names = [equation.quantity for equation in in_operations(cell).equations]
    assert names == ["Z_p", "p", "tanh(p)", "Z_H", "tanh(Z_H)", "H"]


def test_equations_may_come_in_any_order() -> None:
    """They are put into one in which they can be computed."""
    cell = parse_cell("late", "H[t] = o[t] * tanh(W @ X[t])\no[t] = sigmoid(V @ X[t])", output="H")
    assert [equation.quantity for equation in cell.equations] == ["o", "H"]


def test_minus_binds_as_in_python() -> None:
    """1 - z * h is 1 + (-(z * h)), and -z is a term by itself."""
    cell = parse_cell("minus", "z[t] = tanh(-X[t])\nH[t] = 1 - z[t] * X[t]")
    assert cell.equations[1].expression == add(Number(1.0), negative(multiply(Quantity("z"), Quantity("X"))))
    first = cell.equations[0].expression
    assert first == Apply("tanh", (negative(Quantity("X")),), name="Z_tanh")


def test_gru_and_rnn_read_their_states_from_the_text() -> None:
    """Nothing is declared."""
    assert (GRU.states, GRU.output) == (("H",), "H")
    assert (RNN.states, RNN.output) == (("H",), "H")


BAD = {
    "H[t] = __import__('os')": "unknown function: '__import__'",
    "H[t] = sigm(X[t])": "unknown function: 'sigm' (must be one of 'sigmoid'",
    "H[t] = X[t].T": "cannot read 'X[t].T'",
    "H[t] = X[t] // 2": "cannot read 'X[t] // 2'",
    "H[t] = X[t] ** X[t]": "cannot read the exponent 'X[t]'",
    "H[t] = X[t] if b else c": "cannot read",
    "H[t] = 'text'": "cannot read",
    "H[t] = True": "cannot read",
    "H[t] = 1j": "cannot read '1j'",
    "H[t] = 2or b": "cannot read '2or': a number and a name run together",
    "H[t] = tanh(X[t], X[t])": "wrong number of arguments: tanh takes 1, is given 2",
    "H[t] = (lambda: 0)()": "cannot read",
    "H[t] = X[t-17]": "cannot read index [t - 17]: must be [t], [t-1] to [t-16], or [t+1] at column 10",
    "H[t] = X[t-0]": "cannot read index [t - 0]",
    "H[t] = X[t-True]": "cannot read index [t - True]",
    "H[t] = X[t+2]": "cannot read index [t + 2]",
    "H[t] = X[s]": "cannot read index [s]",
    "H[t-1] = X[t]": "cannot define 'H[t - 1]'",
    "H = X[t]": "cannot define 'H'",
    "H[t] += X[t]": "not an equation",
    "H[t] = G[t] = X[t]": "not an equation",
    "import os": "not an equation",
    "H[t] = (": "not an equation",
    "H[t] = \x00": "not an equation",
    "H[t] = " + "(" * 5000: "not an equation",
    "H[t] = " + "-" * 9000 + "X[t]": "",
    "H[t] = " + "1+" * 6000 + "1": "equation too long: 12008 characters (at most 10000)",
    "H[t] = max(X[t])": "wrong number of arguments: max takes 2, is given 1",
    "E[t] = X[t]": "the name 'E' is taken",
    "H[t] = t": "the name 't' is taken",
}


@pytest.mark.parametrize(("line", "message"), BAD.items(), ids=[line[:30] for line in BAD])
def test_what_is_not_an_equation_is_refused_with_its_line(line: str, message: str) -> None:
    """One line, which names the fault, the equation's number and the equation."""
    with pytest.raises(InputError) as caught:
        parse_cell("bad", f"G[t] = tanh(X[t])\n{line}")
    text = str(caught.value)
    assert message in text
    assert "in equation 2 of cell 'bad'" in text
    assert "\n" not in text


def test_an_empty_text_is_no_cell() -> None:
    """Comments alone are not equations."""
    with pytest.raises(EquationError, match="no equations in cell 'none'"):
        parse_cell("none", "# nothing\n\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("H[t] = X[t]\nH[t] = X[t]", "quantity defined twice: 'H'"),
        ("p[t] = q[t]\nq[t] = p[t]", "quantities depend on each other within one step: 'p', 'q'"),
        ("H[t] = tanh(H[t])", "quantities depend on each other within one step: 'H'"),
        ("H[t] = W @ X[t] + H", "'H' is both a parameter and a quantity"),
        ("H[t] = tanh(X[t-1])", "input 'X' is read one step late"),
        ("H[t] = tanh(X[t-3])", "input 'X' is read 3 steps late"),
    ],
)
def test_equations_that_do_not_fit_each_other_are_refused(text: str, message: str) -> None:
    """The cell is named."""
    with pytest.raises(EquationError, match="in cell 'odd'") as caught:
        parse_cell("odd", text)
    assert message in str(caught.value)


def test_an_unknown_activation_or_output_names_the_choices() -> None:
    """The nearest first."""
    with pytest.raises(UnknownNameError, match=r"unknown activation: 'tan' \(must be one of 'tanh'.* for 'f_H'"):
        parse_cell("c", "H[t] = f_H(X[t])", activations={"f_H": "tan"})
    with pytest.raises(UnknownNameError, match="unknown output: 'Y' \\(must be one of 'H'\\)"):
        parse_cell("c", "H[t] = X[t]", output="Y")
