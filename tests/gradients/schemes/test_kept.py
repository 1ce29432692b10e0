"""How much of a gradient another one has: along it, or at one entry."""

from __future__ import annotations

import math
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.gradients.schemes.compare import distance
from graphviz_lstm.gradients.schemes.kept import share_of

entries = st.floats(-1e3, 1e3).filter(lambda x: abs(x) > 1e-6)
rows = st.lists(entries, min_size=3, max_size=3)


@given(rows, rows, st.integers(0, 2))
def test_the_share_at_an_entry_is_the_quotient_there_and_of_all_what_lies_along_the_whole(
    one: list[float], whole: list[float], entry: int
) -> None:
    gradient, full = np.array(one), np.array(whole)
    assert share_of(gradient, full, (entry,)) == pytest.approx(one[entry] / whole[entry], rel=1e-13)
    along = math.fsum(a * b for a, b in zip(one, whole, strict=True)) / math.fsum(b * b for b in whole)
    assert share_of(gradient, full) == pytest.approx(along, rel=1e-12, abs=1e-12 * np.abs(gradient / full).max())


@pytest.mark.parametrize("size", [1e-300, 1e300])
def test_squares_that_leave_the_range_are_none(size: float) -> None:
    assert share_of(np.array([size, 0.0]), np.array([2.0 * size, 0.0])) == 0.5
    assert math.isnan(share_of(np.array([size]), np.zeros(1)))


sizes = st.builds(math.ldexp, st.floats(0.5, 0.99), st.integers(-1020, 1020))


@given(sizes, sizes)
def test_parts_of_any_size_are_numbers_or_out_of_range(one: float, whole: float) -> None:
    """Of 1e200 beside 1e-200 the share was a warning; of 1e300 beside 1e-300 the error was said not to be defined."""
    exact = Fraction(one) / Fraction(whole)
    for found, expected in (
        (share_of(np.array([one]), np.array([whole])), exact),
        (distance(np.array([one, 0.0]), np.array([whole, 0.0])).relative_error, abs(exact - 1)),
    ):
        if expected < Fraction(sys.float_info.max):
            assert found == pytest.approx(float(expected), rel=1e-14, abs=2.0**-52)
        else:
            assert found == math.inf
