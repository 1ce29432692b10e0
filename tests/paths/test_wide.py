"""Numbers with an exponent of their own: as exact as a float64, and without its ends."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.paths.compiled.wide import (
    ZERO,
    Wide,
    add_up,
    decimal,
    divide,
    largest_first,
    magnitude,
    multiply,
    narrow,
    size_key,
    widen,
    widen_whole,
)

floats = st.floats(allow_nan=False, allow_infinity=False)
wides = st.builds(widen, floats, st.integers(-5000, 5000))


def exact(number: Wide) -> Fraction:
    mantissa = Fraction(float(number.mantissa))
    return mantissa and mantissa * Fraction(2) ** number.exponent


@given(floats)
def test_widening_and_narrowing_is_nothing(value: float) -> None:
    assert narrow(widen(value)) == value


@given(wides)
def test_a_mantissa_is_below_one_and_not_below_a_half(number: Wide) -> None:
    assert number == ZERO or 0.5 <= abs(float(number.mantissa)) < 1.0


@given(wides, wides)
def test_products_and_quotients_are_rounded_once(left: Wide, right: Wide) -> None:
    product = exact(left) * exact(right)
    assert abs(exact(multiply(left, right)) - product) <= abs(product) * Fraction(2) ** -53
    if right != ZERO:
        quotient = exact(left) / exact(right)
        assert abs(exact(divide(left, right)) - quotient) <= abs(quotient) * Fraction(2) ** -53
        assert divide(right, right) == widen(1.0)
    else:
        assert math.isnan(float(divide(left, right).mantissa))


@given(st.lists(wides, min_size=1, max_size=6))
def test_a_sum_is_right_to_rounding_of_its_largest_term(terms: list[Wide]) -> None:
    total = sum(map(exact, terms), Fraction(0))
    largest = max(abs(exact(term)) for term in terms)
    assert abs(exact(add_up(terms)) - total) <= largest * len(terms) * Fraction(2) ** -52


@given(wides, wides)
def test_keys_sort_as_magnitudes_do(left: Wide, right: Wide) -> None:
    smaller = abs(exact(left)) < abs(exact(right))
    assert (size_key(left) < size_key(right)) == smaller
    assert (largest_first(left) > largest_first(right)) == smaller
    assert size_key(magnitude(left)) == size_key(left)


@given(st.integers(0, 10**500))
def test_a_whole_number_of_any_length_is_widened_to_rounding(number: int) -> None:
    assert abs(exact(widen_whole(number)) - number) <= Fraction(number) * Fraction(2) ** -52


@given(wides.filter(lambda number: number != ZERO))
def test_decimals_are_the_number(number: Wide) -> None:
    digit, power = decimal(number)
    assert 1.0 <= abs(digit) < 10.0 + 1e-9
    assert Fraction(digit) * Fraction(10) ** power / exact(number) == pytest.approx(1.0, rel=1e-9)


def test_an_array_shares_one_exponent() -> None:
    number = widen(np.array([3.0, -1e-5]), 2000)
    assert float(np.max(np.abs(number.mantissa))) == 0.75
    assert narrow(Wide(number.mantissa, number.exponent - 2000)).tolist() == [3.0, -1e-5]  # type: ignore[union-attr]
    assert np.isinf(narrow(number)).any()
    zero = widen(np.zeros(2))
    assert narrow(add_up([zero, number])).tolist() == narrow(number).tolist()  # type: ignore[union-attr]
