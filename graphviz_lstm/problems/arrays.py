"""Numbers and texts from outside: checked; arrays copied, made float64 and frozen."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from operator import index
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import InputError, NumberError, ShapeError, UnknownNameError, describe_unknown, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

MOST_STEPS = 10**6
"""A net without inputs takes no more steps: each of them takes memory and time, and a number is told at no cost."""
FARTHEST_STEP = 10**9
"""No step bears a larger number, up or down: one that is shown must fit on a line, and be exact as a float."""


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
    if array.dtype.kind == "O" and all(type(number) in (int, float) for number in array.flat):
        # NumPy has no whole numbers of so many digits: 1e20, as some write it.
        with suppress(OverflowError):
            array = array.astype(np.float64)
    if array.dtype.kind not in "iuf":
        raise NumberError(f"not numbers: {what} is {shorten(value)}")
    with np.errstate(all="ignore"):  # a signalling number that is none, or one too large: named below
        array = array.astype(np.float64)
    require_finite(what, array)
    return freeze(array)


def require_finite(what: str, array: Array, end: str = "") -> None:
    """Raise NumberError with the first number that is not finite, if there is one; `end` says where it was read."""
    if not np.isfinite(array).all():
        where = np.argwhere(~np.isfinite(array))[0].tolist()
        raise NumberError(f"not a finite number: {what} has {array[tuple(where)]} at {where}{end}")


def whole_number(what: str, value: object, *, least: int | None = None, most: int | None = None) -> int:
    """Return a whole number, of Python's or numpy's; `what` names it in messages.

    Raises
    ------
    NumberError
        If it is none (True and 1.0 are none), or out of bounds.

    Examples
    --------
    >>> whole_number("first_step", np.int64(3)), whole_number("first_step", -1)
    (3, -1)
    """
    try:
        number = index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or isinstance(value, bool):
        raise NumberError(f"not a whole number: {what} is {shorten(value)}")
    if (least is not None and number < least) or (most is not None and number > most):
        due = f"at least {least}" if most is None else f"from {least} to {most}"
        raise NumberError(f"out of bounds: {what} is {shorten(number)} (must be {due})")
    return number


def step_number(what: str, value: object) -> int:
    """Return the number of a step, see `whole_number`."""
    return whole_number(what, value, least=-FARTHEST_STEP, most=FARTHEST_STEP)


def texts_of(texts: object, steps: int) -> tuple[str, ...]:
    r"""Return the texts of the steps, a line each: as many as there are steps, or none.

    >>> texts_of(["The", "cat\n"], 2), texts_of((), 2)
    (('The', 'cat'), ())

    Raises
    ------
    InputError
        If these are no texts, or another number of them.
    """
    if isinstance(texts, str) or not isinstance(texts, Sequence):
        raise InputError(f"not a list of texts: texts is {shorten(texts)} (must be one for each step)")
    found = tuple(" ".join(text_of(f"texts[{k}]", text).split()) for k, text in enumerate(texts))
    if found and len(found) != steps:
        raise InputError(f"wrong number of texts: texts has {len(found)}, must have {steps}, one for each step")
    return found


def text_of(what: str, value: object) -> str:
    """Return a text that can be written: one without half a character.

    Raises
    ------
    InputError
        If it is no text, or holds a lone surrogate, which no encoding can write.
    """
    if not isinstance(value, str):
        raise InputError(f"not a text: {what} is {shorten(value)}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            f"not a text: {what} has a lone surrogate, {value[error.start]!a}, at character {error.start}"
        ) from None
    return value


def within(where: str, key: str) -> str:
    """Return what a key of an object is called in messages: `layers[0].cell`; at the top, the key alone."""
    return f"{where}.{key}" if where else key


def name_of(path: Path) -> str:
    r"""Return what a problem is called after its file.

    A file's name may be any bytes: what is no UTF-8, a terminal's command or turns the reading order is shown as `?`.

    >>> from pathlib import Path
    >>> name_of(Path("mine.json")), name_of(Path("a\x1bb.npz"))
    ('mine', 'a?b')
    """
    return "".join(character if _shows(character) else "?" for character in path.stem)


def _shows(character: str) -> bool:
    """Return whether a character can be seen, or is a space of whatever width."""
    return character.isprintable() or unicodedata.category(character) == "Zs"


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
