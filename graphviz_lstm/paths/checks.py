"""Arguments as every room takes them: numbers of whatever type, NumPy's as well as Python's, checked at the call."""

from __future__ import annotations

import math
import os
from numbers import Real
from operator import index

import numpy as np

from graphviz_lstm.errors import InputError, TooManyPathsError, shorten
from graphviz_lstm.given import as_whole
from graphviz_lstm.paths.compiled.wide import Wide, widen, widen_whole

# The exponent of an infinite number: above that of any product.
_INFINITE = 1 << 62


def whole_number(name: str, number: object) -> int:
    """Return a whole number of at least 0, of whatever type."""
    whole = as_whole(number)
    if whole is None or whole < 0:
        raise InputError(f"unusable {name}: {shorten(number)} (must be a whole number of at least 0)")
    return whole


def at_least_zero(name: str, number: object) -> Wide:
    """Return a number of at least 0, of whatever type and length."""
    size: Wide | None = None
    if isinstance(number, Real):
        try:
            size = widen(float(number)) if math.isfinite(number) else Wide(float(number), _INFINITE)
        except OverflowError:
            size = widen_whole(index(math.floor(number)))
    # NaN is not at least zero.
    if size is None or not size.mantissa >= 0.0:
        raise InputError(f"unusable {name}: {shorten(number)} (must be a number of at least 0)")
    return size


def index_of(element: object, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return the index of one entry of an array of this shape as a tuple of ints; None if it is not one.

    >>> index_of(1, (2,)), index_of([1, 0], (2, 1)), index_of(-1, (2,)), index_of((0, 0), (2,))
    ((1,), (1, 0), None, None)
    """
    several = element.tolist() if isinstance(element, np.ndarray) else element
    numbers = [as_whole(i) for i in (several if isinstance(several, tuple | list) else (several,))]
    indices = tuple(i for i in numbers if i is not None)
    fits = len(numbers) == len(indices) == len(shape)
    return indices if fits and all(0 <= i < n for i, n in zip(indices, shape, strict=True)) else None


def describe_indices(shape: tuple[int, ...]) -> str:
    """Return where the indices of an array of this shape lie.

    >>> describe_indices((2, 64))
    '(0..1, 0..63)'
    """
    return f"({', '.join(f'0..{n - 1}' for n in shape)})"


def physical_memory() -> int | None:
    """Return the bytes of memory of this machine; None where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):  # not every system has these
        return None


def require_room(needed: int, what: str, instead: str) -> None:
    """Raise TooManyPathsError if so many bytes are more than the memory of the machine: better now than half done."""
    there = physical_memory()
    if there is not None and needed > there:
        raise TooManyPathsError(
            f"{what} would take {needed / 1e9:,.1f} GB (this machine has {there / 1e9:,.1f} GB): {instead}"
        )
