"""Numbers read the same wherever they are written."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.notation.numbers import MINUS, digits, format_array, format_number, format_percent
from graphviz_lstm.paths import format_share


@given(st.floats())
def test_a_share_reads_as_a_number_whatever_it_is(share: float) -> None:
    """Three digits of it, however small or large; what is no number, or none that can be told, is said in words."""
    told = format_share(share)
    if math.isnan(share):
        assert told == "no share"
    elif math.isinf(share):
        assert told == "out of range"
    else:
        assert Fraction(told.removesuffix(" %")) / 100 == pytest.approx(Fraction(share), rel=5.01e-3, abs=0)


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300))
def test_three_digits_are_the_number_to_three_digits(number: float) -> None:
    """Read back, it is off by half a unit of the third digit at most; no hyphen stands for a minus."""
    text = format_number(number)
    assert "-" not in text
    back = float(text.replace(MINUS, "-").replace(",", ""))
    assert abs(back - number) <= 0.5001e-2 * abs(number)
    assert (format_percent(number) == "0 %") == (number == 0)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_literal_is_read_back_exactly(value: float) -> None:
    """As briefly as can be."""
    assert float(digits(value)) == value


def test_a_large_array_is_told_by_its_shape_and_length() -> None:
    """And a small one is written out."""
    assert format_array(np.ones((3, 3))) == "3 x 3, |.| = 3"
    assert format_array([[-0.5, 1 / 3]]) == "[[-0.5, 0.333333]]"


def test_a_share_is_written_out_between_its_bounds_and_at_the_smaller_one() -> None:
    """A thousandth of a percent, a million: rounding decides first."""
    assert [format_share(share) for share in (1e-5, 0.999e-5, 0.99999e-5)] == [
        "+0.00100 %",
        "+9.99e-04 %",
        "+0.00100 %",
    ]
    assert [format_share(share) for share in (1e4, -9_990.0, 9_999.0)] == ["+1.00e+06 %", "-999000 %", "+1.00e+06 %"]
