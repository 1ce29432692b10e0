"""What functions are given, looked at when they are called: whatever it is, one line says what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from operator import index
from typing import Any, SupportsIndex

from graphviz_lstm.errors import InputError, UnknownNameError, describe_unknown, shorten


def as_whole(number: object) -> int | None:
    """Return a whole number of whatever type as an int; None of anything else.

    >>> import numpy as np
    >>> as_whole(np.int8(3)), as_whole(3.0), as_whole(np.arange(2)), as_whole("3")
    (3, None, None, None)
    """
    try:
        return index(number) if isinstance(number, SupportsIndex) else None
    except TypeError:  # of an array, which has an index only if it is one number
        return None


def require_one_of(what: str, value: object, choices: Iterable[str]) -> None:
    """Raise UnknownNameError if it is none of the names.

    >>> require_one_of("level", "units", ("quantity", "unit"))
    Traceback (most recent call last):
    ...
    graphviz_lstm.errors.UnknownNameError: unknown level: 'units' (must be one of 'unit', 'quantity')
    """
    known = tuple(choices)
    if not isinstance(value, str) or value not in known:
        raise UnknownNameError(describe_unknown(what, value, known))


def require_kind(what: str, value: object, kind: type | tuple[type, ...], must_be: str) -> None:
    """Raise InputError if it is nothing of that kind.

    >>> require_kind("source", None, str, "a name, such as 'W_A'")
    Traceback (most recent call last):
    ...
    graphviz_lstm.errors.InputError: unusable source: None (must be a name, such as 'W_A')
    """
    if not isinstance(value, kind):
        raise InputError(f"unusable {what}: {shorten(value)} (must be {must_be})")


def several(what: str, given: object) -> tuple[Any, ...]:
    """Return what is given as a tuple, where a text is one thing and not its letters.

    >>> several("vertices", "i_1"), several("vertices", ["i_1", "f_1"])
    (('i_1',), ('i_1', 'f_1'))
    >>> several("vertices", 3)
    Traceback (most recent call last):
    ...
    graphviz_lstm.errors.InputError: unusable vertices: 3 (must be one name, or several in a list)
    """
    if isinstance(given, str):
        return (given,)
    try:
        return tuple(given)  # type: ignore[arg-type]
    except TypeError:  # nothing that can be gone through; an array without axes says so only when it is tried
        raise InputError(f"unusable {what}: {shorten(given)} (must be one name, or several in a list)") from None


def index_given(element: object) -> tuple[Any, ...] | None:
    """Return what is given as the index of an entry as a tuple; whether it is one is asked of the array's shape.

    >>> index_given(3), index_given([0, 1]), index_given(None)
    ((3,), (0, 1), None)
    """
    if element is None:
        return None
    whole = as_whole(element)
    if whole is not None:
        return (whole,)
    if isinstance(element, str) or not isinstance(element, Iterable):
        raise InputError(f"unusable element: {shorten(element)} (must be an index, such as 0 or (0, 1))")
    return tuple(element)
