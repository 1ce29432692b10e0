"""Every partial of the table over the whole range of a float64: where the exact one is one, so is ours to rounding."""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
import pytest
from hypothesis import example, given, strategies as st

from graphviz_lstm.cells import CELLS
from graphviz_lstm.cells.expression import Apply, Number, Quantity
from graphviz_lstm.cells.numeric import matmul
from graphviz_lstm.cells.operations import OPERATIONS
from graphviz_lstm.graph import evaluate
from tests.examples import random_problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.cells.expression import Expression

EPSILON = float(np.finfo(np.float64).eps)
LEAST = float(np.finfo(np.float64).smallest_subnormal)
# How many roundings a partial may have been through; below the normal numbers, how many of the smallest.
ROUNDINGS = 8.0


def sigma(z: Any) -> Any:
    return 1 / (1 + mpmath.exp(-z))


def phi(z: Any) -> Any:
    return mpmath.exp(-z * z / 2) / mpmath.sqrt(2 * mpmath.pi)


# The derivative by each argument, exactly.
EXACT: dict[str, tuple[Callable[..., Any], ...]] = {
    "negative": (lambda _: -1,),
    "multiply": (lambda _, y: y, lambda x, _: x),
    "divide": (lambda _, y: 1 / y, lambda x, y: -x / y**2),
    "tanh": (lambda z: 1 / mpmath.cosh(z) ** 2,),
    "sigmoid": (lambda z: sigma(z) * sigma(-z),),
    "identity": (lambda _: 1,),
    "relu": (lambda z: int(z > 0),),
    "softplus": (sigma,),
    "log_sigmoid": (lambda z: sigma(-z),),
    "gelu": (lambda z: mpmath.ncdf(z) + z * phi(z),),
    "silu": (lambda z: sigma(z) * (1 + z * sigma(-z)),),
    "sin": (mpmath.cos,),
    "cos": (lambda z: -mpmath.sin(z),),
    "exp": (mpmath.exp,),
    "log": (lambda z: 1 / z,),
    "sqrt": (lambda z: 1 / (2 * mpmath.sqrt(z)),),
    "abs": (mpmath.sign,),
    "max": (lambda x, y: int(x >= y), lambda x, y: int(y > x)),
    "min": (lambda x, y: int(x <= y), lambda x, y: int(y < x)),
}
# Of what a partial is a sum of, where these may cancel; and how its terms grow with a rounding of the argument.
SIZES: dict[str, Callable[[Any], Any]] = {
    "gelu": lambda z: (mpmath.ncdf(z) + abs(z) * phi(z)) * (1 + z * z),
    "silu": lambda z: sigma(z) * (1 + abs(z) * sigma(-z)),
}
ABOVE_ZERO = ("log", "sqrt")
# Beyond, what has an exponent in it is what it is in the limit; mpmath would take long to say so.
FAR = 1e4
BOUNDED = ("tanh", "sigmoid", "softplus", "log_sigmoid", "gelu", "silu", "exp")

wide = st.builds(
    lambda sign, digits, power: sign * digits * 10.0**power,
    st.sampled_from([-1.0, 1.0]),
    st.floats(1.0, 9.9),
    st.integers(-308, 307),
)
# Where what has an exponent in it leaves the normal numbers, and the range.
tails = st.floats(700.0, 746.0) | st.floats(36.0, 39.0)
numbers = wide | st.floats(-800.0, 800.0) | tails | tails.map(lambda x: -x)


def ours(name: str, argument: int, values: tuple[float, ...]) -> float:
    """Return a partial as the recipe of a cell computes it: the coefficient's expression by the table's rows."""
    row = OPERATIONS[name]
    places = {Quantity(f"x{k}"): np.array([value]) for k, value in enumerate(values)}
    partial = row.partial(argument)
    if partial.coefficient is None:
        return float(partial.sign)

    def value(expression: Expression) -> Any:
        if isinstance(expression, Number):
            return np.array(expression.value)
        if not isinstance(expression, Apply):
            return places[expression]  # type: ignore[index]
        parts = [value(part) for part in expression.arguments]
        of = OPERATIONS[expression.operation]
        return (of.value if expression.derivative is None else of.derivatives[expression.derivative])(*parts)

    with np.errstate(all="ignore"):
        return partial.sign * float(value(partial.coefficient(Apply(name, tuple(places)))).item())


def require_close(found: float, due: Any, size: Any) -> None:
    """Raise where a partial is further from the exact one than rounding, unless that is no float64."""
    if abs(due) > sys.float_info.max:
        return
    assert np.isfinite(found), (found, due)
    assert abs(mpmath.mpf(found) - due) <= ROUNDINGS * (EPSILON * max(size, abs(due)) + LEAST), (found, due)


@pytest.mark.parametrize("name", EXACT)
@given(st.data())
def test_a_partial_is_the_exact_one_wherever_that_is_a_float64(name: str, data: st.DataObject) -> None:
    """From the smallest to the largest numbers."""
    values = tuple(data.draw(numbers) for _ in EXACT[name])
    if name in ABOVE_ZERO:
        values = tuple(map(abs, values))
    if name in BOUNDED:
        values = tuple(max(-FAR, min(FAR, value)) for value in values)
    if not all(values):
        return
    with mpmath.workdps(400 if name in ("sin", "cos") else 60):
        exact = tuple(map(mpmath.mpf, values))
        for argument, derivative in enumerate(EXACT[name]):
            due = derivative(*exact)
            require_close(ours(name, argument, values), due, SIZES[name](*exact) if name in SIZES else 0)


@given(wide, st.sampled_from([-3.0, -2.0, -1.0, -0.5, 0.5, 1.5, 2.0, 3.0, 7.0]))
def test_that_of_a_power_is_too(base: float, exponent: float) -> None:
    """Whole exponents, of either sign, and broken ones."""
    base = abs(base) if exponent % 1 else base
    expression = OPERATIONS["power"].partial(0).coefficient(Apply("power", (Quantity("x"), Number(exponent))))  # type: ignore[misc]
    with np.errstate(all="ignore"):
        rest = OPERATIONS["power"].value(np.array(base), np.array(exponent - 1.0)) if exponent != 2.0 else base
        assert isinstance(expression, Apply)
        found = float(OPERATIONS[expression.operation].value(np.array(exponent), rest))
    with mpmath.workdps(60):
        due = exponent * mpmath.mpf(base) ** (mpmath.mpf(exponent) - 1)
        require_close(found, due, abs(exponent) * abs(due))


@given(st.lists(numbers, min_size=2, max_size=4))
@example([1e20, 1e20])
@example([1e308, -1e308])
@example([-740.0, 0.0])
def test_the_softmax_is_the_exact_one_wherever_its_arguments_are(values: list[float]) -> None:
    """Also where the logarithm of the sum is less than a rounding of its terms."""
    with np.errstate(all="ignore"):
        found = OPERATIONS["softmax"].value(np.array(values))
    with mpmath.workdps(700):
        top = max(values)
        parts = [mpmath.exp(max(mpmath.mpf(value) - top, -mpmath.mpf(FAR))) for value in values]
        for value, part, number in zip(values, parts, found.tolist(), strict=True):
            due = part / mpmath.fsum(parts)
            require_close(number, due, due * (1 + min(abs(mpmath.mpf(value) - top), 800)))


def test_every_row_of_one_number_is_looked_at() -> None:
    """A new row is a new exact derivative."""
    looked = {*EXACT, "add", "power"}
    entrywise = {name for name, row in OPERATIONS.items() if row.shape == "entrywise" and row.partials}
    assert entrywise <= looked, entrywise - looked


VECTORS = st.lists(numbers, min_size=1, max_size=4).filter(any)


@given(VECTORS)
@example([3e-160, 4e-160])
@example([-1e200])
@example([5e-324, 0.0])
def test_a_length_and_its_partial_are_the_exact_ones_wherever_the_vector_is(values: list[float]) -> None:
    """Its square leaves the range from 1e154 on, and has lost its digits below 1e-154."""
    vector, row = np.array(values), OPERATIONS["norm"]
    with np.errstate(all="ignore"):
        found = row.value(vector)
        unit = OPERATIONS["divide"].value(vector, found)
    assert row.partial(0).coefficient(Apply("norm", (Quantity("x"),))) == Apply(  # type: ignore[misc]
        "divide", (Quantity("x"), Apply("norm", (Quantity("x"),)))
    )
    with mpmath.workdps(60):
        due = mpmath.sqrt(mpmath.fsum(mpmath.mpf(value) ** 2 for value in values))
        require_close(float(found), due, due)
        if sys.float_info.min < due < sys.float_info.max:
            for number, value in zip(unit.tolist(), values, strict=True):
                require_close(number, value / due, 1)


@given(st.integers(-300, -20) | st.integers(3, 300))
@example(-160)
@example(160)
def test_a_gated_delta_nets_query_is_a_unit_vector_wherever_its_input_is(power: int) -> None:
    """Divided by the root of its square it was off by 3e-4 at 1e-160, and zero beyond 1e154."""
    cell, near = CELLS["gated-deltanet"], 10.0**power
    problem = random_problem(cell, hidden=2, inputs=2, steps=1, seed=1)
    # silu(z) is z / 2 below, and z above.
    weights = dict(problem.parameters) | dict.fromkeys(("W_q", "W_k"), np.eye(2) * near)
    graph = evaluate(replace(problem, parameters=weights, inputs={"X": np.array([[3.0, 4.0]])}))
    for name in ("q_1", "k_1"):
        np.testing.assert_allclose(graph.nodes[name]["value"], [0.6, 0.8], rtol=8 * EPSILON)


LARGE = st.builds(lambda sign, power: sign * 10.0**power, st.sampled_from([-1.0, 1.0]), st.floats(-10.0, 308.0))


@given(
    st.lists(st.lists(LARGE, min_size=3, max_size=3), min_size=1, max_size=4), st.lists(LARGE, min_size=3, max_size=3)
)
def test_a_product_beyond_the_range_has_the_sign_of_its_sum(rows: list[list[float]], vector: list[float]) -> None:
    """Of a matrix and a vector, and of many at once: it was that of the term which came first, and differed by how."""
    terms = [[Fraction(x) * Fraction(y) for x, y in zip(row, vector, strict=True)] for row in rows]
    exact = [sum(each) for each in terms]
    with np.errstate(over="ignore", invalid="ignore"):
        one = matmul(np.array(rows), np.array(vector), ranks=(2, 1))
        many = matmul(np.array(rows), np.array([vector] * 5), ranks=(2, 1))
    for found in (one, *many):
        for number, due, each in zip(found, exact, terms, strict=True):
            rounding = Fraction(4 * EPSILON) * sum(map(abs, each))
            if math.isfinite(number):
                assert abs(Fraction(float(number)) - due) <= rounding
            elif abs(due) > rounding:
                assert number == (math.inf if due > 0 else -math.inf)
                assert abs(due) + rounding > Fraction(sys.float_info.max)


@given(st.lists(st.tuples(numbers, st.sampled_from([0.0, 0.25, 1.0])), min_size=2, max_size=4))
@example([(1e17, 1.0), (1e17, 0.0)])
@example([(1e10, 0.25), (1e10, 1.0)])
@example([(1.7e308, 1.0), (-1.7e308, 0.0)])
def test_a_cross_entropy_is_the_exact_one_wherever_its_arguments_are(pairs: list[tuple[float, float]]) -> None:
    """Of two outputs of 1e17 it was 0 in place of log 2: the logarithm of the sum was added to the largest."""
    outputs, targets = np.array(pairs).T
    with np.errstate(all="ignore"):
        found = float(OPERATIONS["cross_entropy"].value(outputs, targets))
    with mpmath.workdps(700):
        below = [mpmath.mpf(output) - max(outputs) for output in outputs.tolist()]
        spread = mpmath.log(mpmath.fsum(mpmath.exp(max(each, -mpmath.mpf(FAR))) for each in below)) * sum(targets)
        terms = [each * target for each, target in zip(below, targets.tolist(), strict=True)]
        # Of a sum that is all but 1 the logarithm is no more than a rounding.
        size = sum(targets) + spread + mpmath.fsum(map(abs, terms))
        require_close(found, spread - mpmath.fsum(terms), size)
