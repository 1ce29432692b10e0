"""Large and odd texts: read in time, or refused in one line."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings

from graphviz_lstm.cells import CELLS, Cell, Equation, Operation, parse_cell, ranks
from graphviz_lstm.cells.expression import Apply, Expression, Parameter, Quantity, add, multiply, negative, references
from graphviz_lstm.cells.operations import operation
from graphviz_lstm.cells.source import equations_of
from graphviz_lstm.errors import InputError
from graphviz_lstm.graph import evaluate, reverse
from graphviz_lstm.problems import LossTerm, Problem
from tests.laws.cells import GENERAL, Drawn, cells

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.cells.expression import Reference


@pytest.mark.parametrize(
    ("equation", "count"),
    [
        ("q{k}[t] = tanh(W{k} @ q{before}[t] + b{k} + q{after}[t-1])", 10_000),
        ("q{k}[t] = q{after}[t-1] * q{before}[t]", 5_000),  # whose last equation alone says what they are
    ],
)
def test_thousands_of_equations_are_read(equation: str, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is learnt of one is carried to its neighbours, not to all again: so many steps for each, however many."""
    asked = Counter[str]()

    def counted(name: str, bound: Mapping[str, str]) -> Operation:
        asked[name] += 1
        return operation(name, bound)

    compared = Counter[str]()
    same = Quantity.__eq__

    def compare(one: Quantity, other: object) -> bool:
        compared["quantities"] += 1
        return same(one, other)

    monkeypatch.setattr(ranks, "operation", counted)
    monkeypatch.setattr(Quantity, "__eq__", compare)
    lines = [equation.format(k=k, before=k - 1, after=k + 1) for k in range(1, count)]
    cell = parse_cell("large", "\n".join([f"q0[t] = X[t]\nq{count}[t] = dot(X[t], b)", *lines]))
    assert len(cell.equations) == count + 1
    assert asked.total() < 100 * count
    assert compared.total() < 100 * count


def test_where_a_state_begins_is_known_without_reading_the_equations_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a cell of many states each is asked for at every turn."""
    count = 300
    lines = [f"q{k}[t] = tanh(w{k} * q{k - 1}[t] + q{k}[t-1])" for k in range(1, count)]
    cell = parse_cell("large", "\n".join(["q0[t] = u * X[t]", *lines]), output=f"q{count - 1}")
    problem = Problem(
        cell,
        {name: [0.5] for name in cell.parameters},
        {"X": [[1.0], [2.0]]},
        [LossTerm(cell.output, (2,), [[0.0]])],
        initial={name: [0.0] for name in cell.states},
        steps=2,
    )

    read = Counter[str]()

    def counted(expression: Expression) -> tuple[Reference, ...]:
        read["expressions"] += 1
        return references(expression)

    monkeypatch.setattr("graphviz_lstm.cells.cell.references", counted)
    assert len(reverse(evaluate(problem))) > 2 * count
    # The loss is a small cell of its own.
    assert read.total() < 10


def test_a_sum_of_five_thousand_terms_is_evaluated() -> None:
    """Built in Python: no walk goes deeper for a longer sum."""
    count = 5_000
    terms = [Parameter(f"b{k}") for k in range(count)]
    cell = Cell("long", (Equation("H", add(*terms, multiply(Parameter("u"), Quantity("H", 1)))),), {}, "H")
    numbers = {f"b{k}": [1.0] for k in range(count)} | {"u": [0.5]}
    problem = Problem(cell, numbers, {}, [LossTerm("H", (2,), [[0.0]])], steps=2)
    for detail in ("gate", "operation"):
        adjoints = reverse(evaluate(problem, detail=detail))
        assert adjoints["b4999"].tolist() == [1.5 * 1.5 * count]


def test_a_sum_of_five_thousand_terms_as_text_is_read_or_refused() -> None:
    """Python's own parser has a limit, which depends on its version."""
    try:
        cell, refusal = parse_cell("long", "H[t] = " + "+".join(["b"] * 4_900)), ""
    except InputError as error:
        cell, refusal = None, str(error)
    if cell is None:
        assert refusal.startswith("too deep for Python's parser (write a long sum as several quantities)")
        assert "\n" not in refusal
    else:
        assert isinstance(cell.equations[0].expression, Apply)
        assert len(cell.equations[0].expression.arguments) == 4_900


def nested(levels: int) -> Expression:
    """Return minus minus ... H."""
    expression: Expression = Quantity("H", 1)
    for _ in range(levels):
        expression = negative(expression)
    return expression


def test_what_is_nested_in_python_is_evaluated_or_refused() -> None:
    """At the limit every walk still has room; beyond, one line."""
    cell = Cell("deep", (Equation("H", nested(150)),), {}, "H")
    problem = Problem(cell, {}, {}, [LossTerm("H", (1, 2), np.ones((2, 1)))], {"H": [1.0]}, steps=2)
    for detail in ("gate", "operation"):
        graph = evaluate(problem, detail=detail)
        assert str(graph.edges["H_0", "H_1"]["symbol"]) == "1"
        assert reverse(graph)["H_0"].tolist() == [0.0]
    with pytest.raises(InputError) as caught:
        Cell("deep", (Equation("H", nested(5_000)),), {}, "H")
    assert str(caught.value) == "equation of 'H' nested too deeply in cell 'deep' (at most 150 levels)"


DEEP = "equation nested too deeply (at most 100 levels) at column {} in equation 1 of cell 'c': H[t] = "
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"text": "H[t] = " + "-" * 600 + "b"}, DEEP.format(109) + "-" * 190 + "..."),
    (
        {"text": "H[t] = H[t" + "-" * 900 + "1]"},
        "cannot read index [what is nested so deeply]: must be [t], [t-1] to [t-16], or [t+1] at column 10 in "
        "equation 1 of cell 'c': H[t] = H[t" + "-" * 187 + "...",
    ),
    ({"text": "H[t] = " + "*".join(["b"] * 900)}, DEEP.format(8) + "b*" * 95 + "..."),
    ({"text": "H[t] = " + "sin(" * 101 + "b" + ")" * 101}, DEEP.format(412) + "sin(" * 47 + "si..."),
    (
        {"text": "H[t] = 1" + "0" * 399},
        "number too large: an integer of about 400 digits at column 8 in equation 1 of cell 'c': H[t] = 1"
        + "0" * 189
        + "...",
    ),
    ({"text": "H[t] = b * 1e999"}, "number too large: inf at column 12 in equation 1 of cell 'c': H[t] = b * 1e999"),
    (
        {"text": "H[t] = 0 * b**-1e400"},
        "number too large: inf at column 12 in equation 1 of cell 'c': H[t] = 0 * b**-1e400",
    ),
    ({"text": None}, "equations of cell 'c' must be text, one a line, not None"),
    ({"text": ["H[t] = b"]}, "equations of cell 'c' must be text, one a line, not ['H[t] = b']"),
    (
        {"text": "H[t] = f_H(b)", "activations": ["tanh"]},
        "not a mapping from general names to activations: ['tanh'] in cell 'c' (must be such as {'f_A': 'tanh'})",
    ),
    (
        {"text": "H[t] = tanh(b)", "activations": {"tanh": "sigmoid"}},
        "'tanh' is a function already: it cannot stand for 'sigmoid' in cell 'c'",
    ),
    (
        {"text": "H[t] = b + 1", "activations": {"add": "sigmoid"}},
        "'add' is a function already: it cannot stand for 'sigmoid' in cell 'c'",
    ),
    ({"text": "H[t] = b", "ranks": [1]}, "not a mapping from names to ranks: [1] in cell 'c'"),
    ({"text": "H[t] = b", "ranks": {"b": 3}}, "wrong rank: 'b' has 3 in cell 'c' (must be 0, 1 or 2)"),
    ({"text": "H[t] = b", "ranks": {"b": True}}, "wrong rank: 'b' has True in cell 'c' (must be 0, 1 or 2)"),
    ({"text": "H[t] = b", "ranks": {"c": 1}}, "unknown name: 'c' (must be one of 'b', 'H') in the ranks of cell 'c'"),
    ({"text": "H[t] = b", "output": 3}, "unknown output: 3 (must be one of 'H') in cell 'c'"),
    (
        {"text": "H[t] = dot(b, c) @ X[t]"},
        (
            "cannot apply '@' to a number and a vector in the equation of 'H' in cell 'c' (it takes vectors "
            "and matrices), at column 8 of equation 1: H[t] = dot(b, c) @ X[t]"
        ),
    ),
    (
        {"text": "H[t] = outer(X[t], X[t]) + X[t]"},
        (
            "cannot apply '+' to a matrix and a vector in the equation of 'H' in cell 'c' "
            "(entry by entry goes what is alike, or a number beside it), "
            "at column 8 of equation 1: H[t] = outer(X[t], X[t]) + X[t]"
        ),
    ),
    (
        {"text": "H[t] = X[t] ** b"},
        (
            "cannot read the exponent 'b': must be a number, such as x**2, or a constant at column 16 in equation 1 "
            "of cell 'c': H[t] = X[t] ** b"
        ),
    ),
]


@pytest.mark.parametrize(("options", "message"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_a_cell_is_refused_in_one_line(options: dict[str, Any], message: str) -> None:
    """The whole line."""
    with pytest.raises(InputError) as caught:
        parse_cell("c", **options)
    assert str(caught.value) == message


@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
def test_the_text_of_a_library_cell_is_that_cell(cell: Cell) -> None:
    """Written and read again, nothing is lost."""
    text = "\n".join(equations_of(cell))
    told = {"activations": cell.activations, "output": cell.output, "constants": cell.constants, "ranks": cell.ranks}
    assert parse_cell(cell.name, text, **told) == cell


@pytest.mark.parametrize(
    "right",
    [
        "-(a * b) * c - -d**-2 + (a - b)**0.5 / (c * d) / -e",
        "(A + B) @ X[t] + A @ (B @ X[t]) * 2 + A @ B @ X[t]",
        "a - (b - c) - (-b) + -(-(b)) + 2**-1 - 1e-05 * 1e+20",
        "max(a - b, -c)**2 / (a * (b / c)) * (-a)**3 - (-(a + b))",
    ],
)
def test_the_text_of_an_expression_is_read_as_the_same(right: str) -> None:
    """Brackets stand where they must."""
    ranks = {"A": 2, "B": 2} if "A" in right else {}
    cell = parse_cell("c", f"H[t] = {right}", ranks=ranks)
    (line,) = equations_of(cell)
    assert parse_cell("c", line, ranks=ranks) == cell


@given(drawn=cells())
@settings(max_examples=60, deadline=None)
def test_the_text_of_a_random_cell_is_that_cell(drawn: Drawn) -> None:
    """Whatever its names."""
    bound = {name: f for name, f in GENERAL.items() if f"{name}(" in drawn.text}
    try:
        cell = parse_cell("c", drawn.text, activations=bound)
    except InputError:
        return
    assert parse_cell("c", "\n".join(equations_of(cell)), activations=bound, output=cell.output) == cell
