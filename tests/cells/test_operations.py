"""Every row of the operations table, held against differences, sympy, and automatic differentiation not ours."""

from __future__ import annotations

from inspect import signature
from itertools import product
from operator import attrgetter
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
import sympy
from autograd import jacobian

from graphviz_lstm.cells import OPERATIONS, Cell, Equation, Operation, parse_cell
from graphviz_lstm.cells.expression import Apply, Number, Parameter, Quantity
from graphviz_lstm.cells.losses import LOSS_ROWS
from graphviz_lstm.cells.partials import differentiate
from graphviz_lstm.cells.selecting import SELECTING
from graphviz_lstm.errors import EquationError, UnknownNameError
from graphviz_lstm.graph import as_matrix, evaluate
from graphviz_lstm.problems import LossTerm, Problem
from tests.oracles.autodiff import FUNCTIONS, LOSSES

ROWS = [pytest.param(row, id=name) for name, row in OPERATIONS.items()]
DERIVED = [pytest.param(row, id=name) for name, row in OPERATIONS.items() if row.partials]
POSITIVE = ("log", "sqrt", "divide", "power")
EXPONENTS = (2.0, 3.0, -1.0, 0.5, 1.0, 0.0)
SHAPES = {0: (), 1: (3,), 2: (3, 2)}

# The rows that the oracle of whole cells does not call by their names.
PLAIN = {
    "add": lambda *terms: sum(terms[1:], terms[0]),
    "negative": lambda x: -x,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "matmul": lambda x, y: x @ y,
}


def arguments(row: Operation, ranks: tuple[int, ...], seed: int = 0) -> list[Any]:
    """Return random arguments of these ranks, whose sizes fit each other."""
    random = np.random.default_rng(seed)
    shapes = [SHAPES[rank] for rank in ranks]
    if row.shape == "product":
        shapes = {(2, 1): [(2, 3), (3,)], (1, 2): [(3,), (3, 2)], (2, 2): [(2, 3), (3, 2)], (1, 1): [(3,), (3,)]}[ranks]
    elif row.name in ("entries", "unit_rows"):
        return [random.normal(size=3), np.asarray(2.0), np.asarray(0.0)]
    elif row.shape in ("outer", "joined", "block"):
        shapes = [(3,), (2,)]
    elif row.shape in ("row", "pick"):
        return [random.normal(size=(3, 2)), np.asarray(float(seed % 3))]
    values = [random.normal(size=shape) for shape in shapes]
    return [np.abs(value) + 0.5 for value in values] if row.name in POSITIVE else values


def ranks_of(row: Operation) -> list[tuple[int, ...]]:
    """Return what ranks a row is tried on: all that it takes, numbers beside arrays among them."""
    if row.name == "power":
        return [(0,), (1,), (2,)]
    count = row.arity[1] or 3
    if row.shape == "entrywise":
        return [ranks for ranks in product(range(3), repeat=count) if set(ranks) <= {0, max(ranks)}]
    if row.shape == "product":
        return [(2, 1), (1, 2), (2, 2), (1, 1)]
    known = {"inner": [(1,) * count], "outer": [(1, 1)], "transpose": [(2,)], "same": [(1,)], "joined": [(1, 1)]}
    known |= {
        "picked": [(1, 0, 0)],
        "block": [(1, 0, 0) if row.arity[1] is None else (1, 1)],
        "row": [(2, 0)],
        "pick": [(2, 0)],
    }
    return known.get(row.shape, [(rank,) * count for rank in range(3)])


CASES = [
    pytest.param(row, ranks, id=f"{name}-{''.join(map(str, ranks))}")
    for name, row in OPERATIONS.items()
    if row.partials
    for ranks in ranks_of(row)
]


def evaluated(row: Operation, values: list[Any], exponent: float | None = None) -> tuple[Any, list[Any]]:
    """Return what a graph of one equation has: the value of the row, and the matrix of each partial."""
    names = [f"x{k}" for k in range(len(values))]
    # The place of a row is told by an input.
    told = ["x1"] if row.name == "row" else []
    # Those of entries are numbers.
    fixed = [Number(float(value)) for value in values[1:]] if row.name == "entries" else []
    names = names[: len(names) - len(fixed)]
    values = values[: len(names)]
    parts = [
        *(Quantity(name) if name in told else Parameter(name) for name in names),
        *([] if exponent is None else [Number(exponent)]),
        *fixed,
    ]
    ranks = {name: value.ndim for name, value in zip(names, values, strict=True)}
    cell = Cell("row", (Equation("q", Apply(row.name, tuple(parts))),), {}, "q", ranks=ranks)
    parameters = {name: value for name, value in zip(names, values, strict=True) if name not in told}
    inputs = {name: np.asarray(value)[None] for name, value in zip(names, values, strict=True) if name in told}
    shape = np.asarray(numeric(row, [*values, *(np.asarray(each.value) for each in fixed)], exponent)).shape
    problem = Problem(cell, parameters, inputs, [LossTerm("q", (1,), np.zeros((1, *shape)))], steps=1)
    graph = evaluate(problem)
    partials = [as_matrix(graph.edges[name, "q_1"]["partial"]) for name in names if graph.has_edge(name, "q_1")]
    return graph.nodes["q_1"]["value"], partials


def numeric(row: Operation, values: list[Any], exponent: float | None = None) -> Any:
    """Return the value by the row itself, numbers spread by numpy's rules."""
    extra = [] if exponent is None else [np.asarray(exponent)]
    ranks = {"ranks": tuple(np.ndim(value) for value in values)} if row.ranked else {}
    return row.value(*values, *extra, **ranks)


def oracle(row: Operation, exponent: float | None = None) -> Any:
    """Return the same in autograd's words."""
    if row.name == "power":
        return lambda x: x**exponent
    return (FUNCTIONS | PLAIN | LOSSES)[row.name]


@pytest.mark.parametrize("row", ROWS)
def test_a_row_says_whether_it_is_periodic(row: Operation) -> None:
    """By the turn of a circle: steps of differences are made shorter where one is within an equation."""
    turns = False
    if row.is_activation:
        z = np.random.default_rng(3).uniform(0.5, 3.0, 20)
        turns = bool(np.allclose(row.value(z), row.value(z + 2.0 * np.pi), rtol=1e-12, atol=1e-12))
    assert row.periodic == turns


@pytest.mark.parametrize("row", ROWS)
def test_a_row_says_where_its_formula_is_from(row: Operation) -> None:
    """And has a partial for each argument that it is derived by."""
    assert row.source
    assert len(row.partials) <= (row.arity[1] or 1)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_has_a_value_of_as_few_arguments_as_it_says(row: Operation) -> None:
    exponent = 2.0 if row.name == "power" else None
    values = arguments(row, ranks_of(row)[0])[: row.arity[0]]
    assert np.isfinite(numeric(row, values, exponent)).all()


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in OPERATIONS.items() if row.sympy])
def test_a_row_takes_as_many_arguments_as_its_symbols(row: Operation) -> None:
    """What more of them would mean nobody has written, and the parser would let them pass."""
    assert row.sympy is not None
    *_, last = taken = list(signature(row.sympy).parameters.values())[1:]
    any_number = last.kind is last.VAR_POSITIONAL
    assert (row.arity[0] if not any_number else 0, row.arity[1]) == ((0, None) if any_number else (len(taken),) * 2)


@pytest.mark.parametrize(
    "name", [row.name for row in OPERATIONS.values() if row.loss or row.operator or not row.spoken]
)
def test_what_is_written_otherwise_is_no_function_of_an_equation(name: str) -> None:
    """With a sign, in brackets, or as a loss: nobody writes `add(x, y)`, and none is offered instead of a slip."""
    with pytest.raises(UnknownNameError) as caught:
        parse_cell("c", f"H[t] = {name}(X[t], H[t-1])")
    assert f"'{name}', " not in str(caught.value).partition("must be one of")[2]


@pytest.mark.parametrize(("row", "ranks"), CASES)
def test_values_and_partials_are_autograds(row: Operation, ranks: tuple[int, ...]) -> None:
    """For numbers, vectors, matrices, and numbers beside them."""
    for exponent in EXPONENTS if row.name == "power" else (None,):
        values = arguments(row, ranks)
        value, partials = evaluated(row, values, exponent)
        function = oracle(row, exponent)
        assert np.allclose(value, function(*map(anp.array, values)), rtol=1e-14, atol=1e-14)
        for k, partial in enumerate(partials):
            expected = jacobian(function, k)(*map(anp.array, values)).reshape(partial.shape)
            assert np.allclose(partial, expected, rtol=1e-12, atol=1e-14)
        assert len(partials) == (1 if row.loss or row.name in ("row", "entries") else len(values))


@pytest.mark.parametrize(("row", "ranks"), CASES)
def test_partials_are_difference_quotients(row: Operation, ranks: tuple[int, ...]) -> None:
    """Of the row's own value."""
    values = arguments(row, ranks, seed=1)
    exponent = 3.0 if row.name == "power" else None
    _, partials = evaluated(row, values, exponent)
    for k, partial in enumerate(partials):
        columns = []
        for move in 1e-6 * np.eye(values[k].size).reshape(-1, *values[k].shape):
            sides = [[*values[:k], values[k] + sign * move, *values[k + 1 :]] for sign in (1, -1)]
            above, below = (np.asarray(evaluated(row, side, exponent)[0]) for side in sides)
            columns.append(((above - below) / 2e-6).ravel())
        assert np.allclose(partial, np.array(columns).T, rtol=1e-7, atol=1e-8)


# Of one unit what is picked is the one entry: `test_a_loss_of_entries_is_proved_for_one_unit`.
IN_SYMPY = [param for param in DERIVED if param.values[0].sympy is not None and param.values[0].name != "entries"]


@pytest.mark.parametrize("row", IN_SYMPY)
def test_a_row_is_what_sympy_has_of_it(row: Operation) -> None:
    """Value and derivative to 1e-13 of sympy's 40 digits, also far out, where a function saturates."""
    count = row.arity[1] or 3
    symbols = sympy.symbols(f"x:{count}", real=True)
    exponent = 3.0 if row.name == "power" else None
    formula = row.sympy(sympy, *symbols[:1], sympy.Integer(3)) if exponent else row.sympy(sympy, *symbols)
    rank = {"product": 1, "inner": 1, "outer": 1, "transpose": 2}.get(row.shape, 0)
    # Numbers of few bits, so that a sum of them is exact.
    far = (0.375, 1.75, 20.0) if row.name in POSITIVE else (-20.0, -1.3125, 0.375, 20.0)
    for first in far:
        numbers = [first, 0.75, -1.25][: 1 if exponent else count]
        if row.name in POSITIVE:
            numbers = [abs(number) for number in numbers]
        value, partials = evaluated(row, [np.full((1,) * rank, number) for number in numbers], exponent)
        at = {symbol: sympy.Float(number, 40) for symbol, number in zip(symbols, numbers, strict=False)}
        assert close(value, formula.subs(at).evalf(40))
        for symbol, partial in zip(symbols, partials, strict=False):
            assert close(partial, sympy.diff(formula, symbol).subs(at).evalf(40))


@pytest.mark.parametrize("name", ["softmax", "logistic", "sum"])
@pytest.mark.parametrize("number", [-1.5, 0.0, 2.25])
def test_what_stands_in_the_partials_of_losses_is_of_one_unit_what_sympy_has(name: str, number: float) -> None:
    """In an equation it would need partials of its own; sums over units have one term."""
    row = OPERATIONS[name]
    assert not row.partials
    assert row.sympy is not None
    value = row.value(np.array([number]), **({"ranks": (1,)} if row.ranked else {}))
    assert close(value, row.sympy(sympy, sympy.Float(number, 40)))


def close(array: Any, exact: Any) -> bool:
    """Return whether a number is what it should be, relative to itself."""
    return bool(abs(float(np.asarray(array).item()) - float(exact)) <= 1e-13 * abs(float(exact)) + 1e-300)


# What torch calls the rows that it has a function of its own for.
IN_TORCH = {name: name for name in ("tanh", "sigmoid", "relu", "sin", "cos", "exp", "log", "sqrt", "abs")} | {
    "max": "maximum",
    "min": "minimum",
    "softplus": "nn.functional.softplus",
    "log_sigmoid": "nn.functional.logsigmoid",
    "gelu": "nn.functional.gelu",
    "silu": "nn.functional.silu",
    "matmul": "matmul",
    "outer": "outer",
    "dot": "dot",
    "norm": "linalg.vector_norm",
}


@pytest.mark.parametrize("name", IN_TORCH)
def test_values_and_gradients_are_torchs(name: str) -> None:
    """Where torch is installed."""
    torch = pytest.importorskip("torch")
    row, function = OPERATIONS[name], attrgetter(IN_TORCH[name])(torch)
    ranks = next(ranks for ranks in ranks_of(row) if min(ranks) > 0)
    values = arguments(row, ranks, seed=2)
    value, partials = evaluated(row, values)
    tensors = [torch.tensor(array, requires_grad=True) for array in values]
    result = function(*tensors)
    # torch leaves softplus beyond 20 and computes log_sigmoid in its own way: to rounding all the same.
    assert np.allclose(value, result.detach().numpy(), rtol=1e-13, atol=1e-15)
    result.sum().backward()
    for tensor, partial in zip(tensors, partials, strict=True):
        assert np.allclose(partial.sum(axis=0), tensor.grad.numpy().ravel(), rtol=1e-12, atol=1e-14)


def test_a_loss_is_not_derived_with_regard_to_its_target() -> None:
    """Nor what stands only in partials with regard to anything: it is said, not taken for zero."""
    given = Apply("cross_entropy", (Parameter("h"), Parameter("y")))
    assert len(differentiate(given, Parameter("h"))) == 1
    with pytest.raises(EquationError, match="'cross_entropy' has no derivative with regard to its argument 2"):
        differentiate(given, Parameter("y"))
    with pytest.raises(EquationError, match="'softmax' has no derivative with regard to its argument 1"):
        differentiate(Apply("softmax", (Parameter("h"),)), Parameter("h"))


def test_a_number_that_is_spread_over_an_array_says_so() -> None:
    """Backward its entries are added up: the formula of the partial must show it."""
    cell = parse_cell("c", "H[t] = X[t] + dot(X[t], w)")
    direct, through = differentiate(cell.equations[0].expression, Quantity("X"), cell)
    assert direct.factors == ()
    assert [factor.kind for factor in through.factors] == ["spread", "inner"]


def test_the_rows_of_losses_and_of_what_picks_and_joins_are_in_the_table() -> None:
    """What picks has zeros for its structure, in every partial."""
    assert all(OPERATIONS[row.name] is row for row in (*LOSS_ROWS, *SELECTING))
    assert all(row.loss for row in LOSS_ROWS)
    assert {partial.kind for row in SELECTING for partial in row.partials} == {"select"}


def test_what_has_a_kink_says_so() -> None:
    """So that differences are not trusted across it."""
    assert [name for name, row in OPERATIONS.items() if not row.smooth] == ["norm", "relu", "abs", "max", "min"]


@pytest.mark.parametrize(("exponent", "slope"), [(0, 0.0), (1, 1.0), (2, 0.0)])
def test_a_power_has_its_derivative_at_zero_too(exponent: int, slope: float) -> None:
    """Although n x^(n - 1) has none there for n = 0, as it is written."""
    cell = parse_cell("c", f"a[t] = w * X[t]\nH[t] = a[t]**{exponent}")
    problem = Problem(cell, {"w": [1.0]}, {"X": [[0.0]]}, losses=[LossTerm("H", (1,), [[0.0]])])
    assert as_matrix(evaluate(problem).edges["a_1", "H_1"]["partial"]).item() == slope


@pytest.mark.parametrize(
    ("name", "values", "partials"),
    [
        ("relu", [0.0], [0.0]),
        ("abs", [0.0], [0.0]),
        ("max", [1.5, 1.5], [1.0, 0.0]),
        ("min", [1.5, 1.5], [1.0, 0.0]),
    ],
)
def test_at_a_kink_the_documented_side_is_taken(name: str, values: list[float], partials: list[float]) -> None:
    """One value, everywhere."""
    _, found = evaluated(OPERATIONS[name], [np.asarray(value) for value in values])
    assert [float(partial.item()) for partial in found] == partials


# An exponent is a number; numbers beside arrays are given axes before they are handed over.
BATCHED = [
    case
    for case in CASES
    if case.values[0].name not in ("power", "entries")
    and (case.values[0].shape != "entrywise" or len(set(case.values[1])) == 1)
]


@pytest.mark.parametrize(("row", "ranks"), BATCHED)
def test_leading_axes_are_those_of_a_batch(row: Operation, ranks: tuple[int, ...]) -> None:
    """A row acts on the last axes: a batch gives what one after another gives."""
    batches = [arguments(row, ranks, seed) for seed in range(4)]
    told = {"ranks": ranks} if row.ranked else {}
    together = row.value(*(np.stack(arrays) for arrays in zip(*batches, strict=True)), **told)
    assert np.allclose(together, [row.value(*values, **told) for values in batches], rtol=1e-14)
