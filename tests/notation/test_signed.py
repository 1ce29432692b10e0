"""Numbers with their signs: of one figure all have the same decimals, and none is lost in them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.notation.numbers import MINUS
from graphviz_lstm.notation.signed import amounts_as, shares_as


@given(st.lists(st.floats(-1e6, 1e6, allow_nan=False), min_size=1, max_size=5), st.floats(1e-6, 1e3))
def test_a_number_reads_as_what_it_is(values: list[float], whole: float) -> None:
    """To half of its last digit, times what is said of all; what is smaller has a bound, and its sign."""
    largest = max(map(abs, values))
    for numbers in (shares_as(largest, whole), amounts_as(values)):
        for value in values:
            text = numbers.text(value)
            number = value * numbers.factor
            if "<" in text:
                assert abs(number) <= 0.5001 * 10.0**-numbers.decimals
                assert text.startswith(MINUS) == (number < 0.0)
            else:
                assert abs(float(text.replace(MINUS, "-")) - number) <= 0.5001 * 10.0**-numbers.decimals
                assert text == "0" or text[0] in ("+", MINUS)


POWERS = st.builds(lambda digits, power: digits * 10.0**power, st.floats(1.0, 9.0), st.integers(-320, 307))


@given(POWERS, POWERS | st.just(math.inf), st.sampled_from([1.0, -1.0]))
def test_no_size_is_too_large_or_too_small(largest: float, whole: float, sign: float) -> None:
    """Whatever the derivative: a text, and no number that is none; the largest reads as what it is."""
    for numbers, unit in ((shares_as(largest, sign * whole), whole), (amounts_as([largest]), 1.0)):
        assert math.isfinite(numbers.factor)
        told = numbers.text(sign * largest).replace(MINUS, "-")
        if numbers.percent:
            assert largest <= 100.0 or math.isinf(whole)
        elif "<" not in told:
            power = math.log10(abs(float(told))) + numbers.power
            assert power == pytest.approx(math.log10(largest) + math.log10(unit), abs=0.01)
            assert abs(float(told)) < 1000.0 * (1.0 + (largest < 1e-300))


def test_amounts_have_the_power_of_ten_of_the_largest() -> None:
    """None where they need none; four digits of the largest are shown."""
    assert [amounts_as([x]).times for x in (0.0, 0.5, 1.5, 12.0, 4e-7)] == ["", " × 10⁻¹", "", "", " × 10⁻⁷"]
    assert amounts_as([4e-7, -1e-9]).text(4e-7) == "+4.000"
