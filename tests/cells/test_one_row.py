"""A new operation is a new row, and nothing else."""

from __future__ import annotations

import autograd.numpy as anp
import numpy as np
import pytest

from graphviz_lstm.cells import OPERATIONS, Operation, parse_cell
from graphviz_lstm.cells.expression import Apply, Number, add, multiply, negative
from graphviz_lstm.cells.names import Moving
from graphviz_lstm.cells.operation import FACTOR, PRODUCT, Partial, Writing, entrywise
from graphviz_lstm.cells.operations import activation
from graphviz_lstm.cells.source import equations_of
from graphviz_lstm.errors import EquationError, UnknownNameError
from graphviz_lstm.graph import evaluate
from graphviz_lstm.notation.formulas import writer_of
from graphviz_lstm.notation.style import LATEX, TEXT
from tests.laws.cells import bind
from tests.oracles import autodiff

ROWS = (
    # An activation.
    entrywise(
        "cube",
        lambda z: z**3,
        lambda z: 3 * z**2,
        sympy=lambda _, z: z**3,
        source="calculus",
        derived=r"3 @^2",
        latex=Writing("{0}^3", FACTOR, (FACTOR,)),
    ),
    # A function of an array, to one number.
    Operation(
        "energy",
        (1, 1),
        lambda x, ranks: (x * x).sum(axis=tuple(range(-ranks[0], 0))),
        (Partial("inner", lambda whole: multiply(Number(2.0), whole.arguments[0])),),
        lambda _, x: x * x,
        "calculus",
        shape="reduced",
        ranked=True,
    ),
    # An operator of Python's grammar that meant nothing.
    Operation(
        "misfit",
        (2, 2),
        lambda x, y: (x - y) ** 2 / 2,
        (
            Partial("diagonal", lambda whole: add(whole.arguments[0], negative(whole.arguments[1]))),
            Partial("diagonal", lambda whole: add(whole.arguments[1], negative(whole.arguments[0]))),
        ),
        lambda _, x, y: (x - y) ** 2 / 2,
        "calculus",
        operator="Mod",
        text=Writing("{0} % {1}", PRODUCT, (PRODUCT, FACTOR)),
        latex=Writing(r"{0} \ominus {1}", PRODUCT, (PRODUCT, FACTOR)),
    ),
)
TEXT_OF_ALL = """
    p[t] = f_p(W @ X[t] + cube(tanh(H[t-1])))
    H[t] = tanh(p[t] % H[t-1]) * energy(sin(p[t])) + cube(b)
"""


@pytest.fixture(autouse=True)
def _rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add the rows to the table, and to the oracle's."""
    for row in ROWS:
        monkeypatch.setitem(OPERATIONS, row.name, row)
    monkeypatch.setitem(autodiff.FUNCTIONS, "cube", lambda z: z**3)
    monkeypatch.setitem(autodiff.FUNCTIONS, "energy", lambda z: anp.sum(z * z))
    monkeypatch.setitem(autodiff.FUNCTIONS, "misfit", lambda x, y: (x - y) ** 2 / 2)


def test_a_row_is_parsed_and_bound() -> None:
    """As a function, as what a general name stands for, as an operator."""
    cell = parse_cell("c", TEXT_OF_ALL, activations={"f_p": "cube"})
    assert activation("cube") is OPERATIONS["cube"]
    with pytest.raises(UnknownNameError, match="unknown activation: 'energy'"):
        activation("energy")
    assert isinstance(cell.equations[1].expression, Apply)
    assert parse_cell("c", "\n".join(equations_of(cell)), activations=cell.activations) == cell


def test_a_row_has_shapes() -> None:
    """Its rule says what its parts must be: a number beside an array fits, a matrix beside a vector does not."""
    cell = parse_cell("c", "s[t] = energy(W @ X[t])\nH[t] = s[t] * X[t]")
    assert cell.ranks == {"W": 2, "X": 1, "s": 0, "H": 1}
    with pytest.raises(EquationError, match="cannot apply '%' to a matrix and a vector in the equation of 'H'"):
        parse_cell("c", "H[t] = (W % (W @ X[t])) @ X[t]")


@pytest.mark.parametrize("detail", ["gate", "operation"])
def test_a_row_is_evaluated_and_differentiated(detail: str) -> None:
    """By what it says; as autograd has it."""
    problem = bind(TEXT_OF_ALL, {"f_p": "cube"}, steps=3, first_step=1, seed=4)
    # The oracle's grammar has no such operator: the same, by its name.
    plain = TEXT_OF_ALL.replace("p[t] % H[t-1]", "misfit(p[t], H[t-1])")
    autodiff.assert_agrees(problem, "\n".join(map(str.strip, plain.strip().splitlines())), detail=detail)


def test_a_row_is_written() -> None:
    """In the graph, as text and in LaTeX; its derivative too."""
    graph = evaluate(bind(TEXT_OF_ALL, {"f_p": "cube"}, steps=2, first_step=1, seed=4))
    assert str(graph.edges["H_1", "p_2"]["symbol"]) == "f_p'(Z_p,2) * cube'(Z_cube,2) * tanh'(H_1)"
    cell = parse_cell("c", TEXT_OF_ALL, activations={"f_p": "cube"})
    right = parse_cell("c", "H[t] = X[t] * (X[t] % p[t]) + energy(p[t]) * cube(b)").equations[0].expression
    assert writer_of(cell, TEXT).expression(right, Moving()) == "X_t * (X_t % p_t) + energy(p_t) * cube(b)"
    shown = writer_of(cell, LATEX).expression(right, Moving())
    energy = r"\operatorname{energy}\left(p_{t}\right)"
    assert shown == rf"X_{{t}} \odot \left(X_{{t}} \ominus p_{{t}}\right) + {energy} \odot b^3"


def test_the_rows_partials_are_difference_quotients() -> None:
    """What is written in the row is what is computed."""
    cube = OPERATIONS["cube"]
    z = np.linspace(-2, 2, 9)
    assert np.allclose(cube.derivative(z), (cube.value(z + 1e-6) - cube.value(z - 1e-6)) / 2e-6, atol=1e-8)
