"""An operation is one row: with it in the table, every room that gives expressions a meaning knows it."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from graphviz_lstm.cells import OPERATIONS, parse_cell
from graphviz_lstm.cells.names import Moving
from graphviz_lstm.cells.operations import Writing, entrywise
from graphviz_lstm.gradients import check
from graphviz_lstm.gradients.symbolic.proof import prove
from graphviz_lstm.gradients.symbolic.symbols import to_sympy
from graphviz_lstm.gradients.symbolic.tangents import run_forward
from graphviz_lstm.graph import evaluate, reverse
from graphviz_lstm.notation import EQUATION, LATEX, TEXT, writer_of
from graphviz_lstm.reports import derive
from tests.examples import random_example
from tests.oracles.symbols import check_symbols

CUBE = entrywise(
    "cube",
    lambda z: z**3,
    lambda z: 3 * z**2,
    sympy=lambda _, z: z**3,
    source="calculus",
    latex=Writing("{0}^{{3}}", 2, (3,)),
)
MEAN = entrywise(
    "mean",
    lambda x, y: (x + y) / 2,
    lambda x, _: np.full_like(x, 0.5),
    lambda x, _: np.full_like(x, 0.5),
    sympy=lambda sp, x, y: sp.Rational(1, 2) * (x + y),
    source="arithmetic, of two arguments",
)


@pytest.fixture
def cell(monkeypatch):
    """Return a cell that uses two operations which the table has got only now, as itself and by a general name."""
    monkeypatch.setitem(OPERATIONS, "cube", CUBE)
    monkeypatch.setitem(OPERATIONS, "mean", MEAN)
    text = "c[t] = mean(cube(W @ X[t] + U @ H[t-1]), c[t-1])\nH[t] = f(c[t] / 4) * cube(b)"
    return parse_cell("cubic", text, activations={"f": "cube"})


def test_it_is_written_in_every_style(cell) -> None:
    """As a line, as LaTeX (by its own template), and so that it can be parsed again."""
    first, second = (equation.expression for equation in cell.equations)
    assert writer_of(cell, TEXT).expression(first, Moving()) == "mean(cube(Z_cube,t), c_{t-1})"
    assert writer_of(cell, LATEX).expression(second, Moving()) == (
        r"f\left(Z_{f,t}\right) \odot b^{3}".replace("f", r"\operatorname{f}", 1)
    )
    lines = [
        f"{e.quantity}[t] = {writer_of(cell, EQUATION).expression(e.expression, Moving())}" for e in cell.equations
    ]
    assert parse_cell("cubic", "\n".join(lines), activations={"f": "cube"}) == cell


@pytest.mark.parametrize("hidden", [1, 2])
def test_its_gradient_is_right_in_numbers(cell, hidden: int) -> None:
    """Paths, both sweeps, differences and the derived recursion agree."""
    example = random_example(cell, hidden=hidden, steps=2, scale=0.5)
    graph = evaluate(example)
    for source in cell.parameters:
        check(graph, source)
        element = (0,) * graph.nodes[source]["value"].ndim
        assert run_forward(example, source, element) == pytest.approx(reverse(graph)[source][element], rel=1e-9)


def test_it_is_proven_derived_and_put_in_symbols(cell) -> None:
    """For any function in its place, and as what it is."""
    for steps in (1, 2):
        assert {proof.difference for proof in prove(cell, steps)} == {"0"}
    graph = evaluate(random_example(cell, steps=2, inputs=1))
    for source in cell.parameters:
        assert check_symbols(graph, source) < 1e-11
        assert check_symbols(graph, source, concrete=True) < 1e-11
    x = sympy.Symbol("x", real=True)
    values = {("b", None): x, ("c", 1): x}
    derived = to_sympy(cell.equations[1].expression, 1, values, bound=cell.activations, concrete=True)
    assert sympy.expand(derived - x**6 / 64) == 0
    for hidden in (1, 2):
        derivation = derive(random_example(cell, hidden=hidden, steps=2), "W", proof=hidden == 1)
        assert "cube'(Z_cube,t)" in derivation.text
        assert "mean'_1(" in derivation.text
        assert r"\operatorname{cube}'" in derivation.latex
        assert derivation.html.count("<math") > 10
