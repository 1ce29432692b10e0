"""Numbers from outside: copied, made float64, checked and frozen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import NumberError, ShapeError, UnknownNameError, describe_unknown, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]


def array_of(what: str, value: ArrayLike) -> Array:
    """Return a read-only float64 copy of `value`; `what` names it in messages.

    Raises
    ------
    ShapeError
        If its rows are of different lengths.
    NumberError
        If it is not made of finite numbers.
    """
    try:
        array = np.array(value)
    except (ValueError, OverflowError):
        raise ShapeError(f"wrong shape: {what} has rows of different lengths") from None
    if array.dtype.kind not in "iuf":
        raise NumberError(f"not numbers: {what} is {shorten(value)}")
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        where = np.argwhere(~np.isfinite(array))[0].tolist()
        raise NumberError(f"not a finite number: {what} has {array[tuple(where)]} at {where}")
    return freeze(array)


def rows_of(what: str, value: ArrayLike) -> Array:
    """Return a matrix, a row a step."""
    array = array_of(what, value)
    if array.ndim != 2 or 0 in array.shape:
        raise ShapeError(f"wrong shape: {what} is {array.shape}, must be (steps, size), a row of numbers a step")
    return array


def arrays_of(what: str, given: Mapping[str, ArrayLike], known: Iterable[str]) -> dict[str, Array]:
    """Return arrays by name, none of an unknown name."""
    choices = list(known)
    if not hasattr(given, "items"):
        raise NumberError(f"not a mapping from names to arrays: the {what}s are {shorten(given)}")
    for name in given:
        if name not in choices:
            raise UnknownNameError(describe_unknown(what, name, choices))
    return {name: array_of(f"{what} {name!r}", value) for name, value in given.items()}


def freeze(array: Array) -> Array:
    """Make an array read-only, and return it."""
    array.setflags(write=False)
    return array
