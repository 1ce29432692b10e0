"""The polynomials of proofs are those of sympy's own rings, which are slower."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, strategies as st
from sympy.polys.rings import ring

from graphviz_lstm.errors import InputError
from graphviz_lstm.gradients.symbolic.polynomials import Polynomial, Ring

NAMES = ("x", "y", "z")
THEIRS, *VARIABLES = ring(NAMES, sympy.QQ)
NUMBERS = st.integers(-3, 3) | st.builds(Fraction, st.integers(-5, 5), st.integers(1, 7))


def pair(k: int) -> tuple[Polynomial, object]:
    return Polynomial.variable(k), VARIABLES[k]


def constant(number: int | Fraction) -> tuple[Polynomial, object]:
    return Polynomial.constant(number), THEIRS(sympy.QQ(number.numerator, number.denominator))


def joined(parts: st.SearchStrategy) -> st.SearchStrategy:
    two = st.tuples(parts, parts)
    return (
        two.map(lambda both: (both[0][0] + both[1][0], both[0][1] + both[1][1]))
        | two.map(lambda both: (both[0][0] - both[1][0], both[0][1] - both[1][1]))
        | two.map(lambda both: (both[0][0] * both[1][0], both[0][1] * both[1][1]))
        | st.tuples(parts, st.integers(1, 3)).map(lambda each: (each[0][0] ** each[1], each[0][1] ** each[1]))
    )


PAIRS = st.recursive(st.integers(0, 2).map(pair) | NUMBERS.map(constant), joined, max_leaves=8)


def terms_of(polynomial: Polynomial) -> dict[tuple[int, ...], Fraction]:
    return {tuple(powers.get(k, 0) for k in range(3)): Fraction(number) for powers, number in polynomial.terms()}


@given(PAIRS)
def test_sums_products_and_powers_are_those_of_sympy(both):
    ours, theirs = both
    assert terms_of(ours) == {powers: Fraction(int(c.numerator), int(c.denominator)) for powers, c in theirs.terms()}
    assert len(ours) == len(theirs.terms()) == len(list(ours.terms()))


@given(PAIRS, PAIRS)
def test_two_are_equal_where_their_difference_has_no_term(one, other):
    assert (one[0] == other[0]) == (len(one[0] - other[0]) == 0) == (one[1] == other[1])
    assert one[0] != 0, "a polynomial is no number"


@pytest.mark.parametrize("power", [2**15, 2**16 - 2])
def test_a_high_power_is_of_its_variable_alone(power):
    x, y = (Polynomial.variable(k) for k in range(2))
    assert list((x**power * y).terms()) == [({0: power, 1: 1}, 1)]


@pytest.mark.parametrize("power", [2**16, 10**9])
def test_a_power_that_would_run_over_is_refused_in_one_line(power):
    with pytest.raises(InputError, match="too high a power for symbols"):
        Polynomial.variable(0) ** power


def test_fractions_are_decided_where_polynomials_differ():
    x = sympy.Symbol("x")
    whole = (1 / (x * (1 + x)), 1 / x, 1 / (1 + x), sympy.Rational(1, 2))
    made = Ring(whole)
    difference = made.of(whole[0]) - (made.of(whole[1]) - made.of(whole[2]))
    assert difference
    assert made.as_fraction(difference) == 0
    assert made.as_fraction(difference + made.one) != 0


def test_what_is_whole_is_multiplied_in_whole_numbers():
    x = sympy.Symbol("x")
    made = Ring([x])
    squared = made.of((x + sympy.Rational(1, 2)) ** 2)
    assert [type(number) for powers, number in made.of((x - 3) ** 5).terms()] == [int] * 6
    assert {sum(powers.values()): number for powers, number in squared.terms()} == {2: 1, 1: 1, 0: Fraction(1, 4)}
