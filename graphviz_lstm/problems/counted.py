"""At which steps a loss counts, and which entries it reads, where some are masked; and targets that are classes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphviz_lstm.errors import InputError, NumberError, ShapeError, UnknownNameError, describe_unknown, shorten
from graphviz_lstm.problems.arrays import freeze, whole_number, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.problems.arrays import Array

REDUCTIONS = ("sum", "mean")


def is_classes(kind: str, targets: Array, rank: int) -> bool:
    """Return whether targets are numbers of classes: one for each step, where the quantity is a vector."""
    return kind == "cross_entropy" and rank == 1 and targets.ndim == 1


def one_hot_rows(what: str, classes: Array, size: int) -> Array:
    """Return a row for each class, 1 at its number.

    Raises
    ------
    NumberError
        If one is no class of so many.

    Examples
    --------
    >>> one_hot_rows("targets", np.array([2.0, 0.0]), 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    fits = (np.rint(classes) == classes) & (classes >= 0) & (classes < size)
    if not fits.all():
        place = int(np.argwhere(~fits)[0, 0])
        told = float(classes[place])
        raise NumberError(
            f"no such class: {what} has {int(told) if told.is_integer() else told} at [{place}] "
            f"(must be a whole number from 0 to {size - 1})"
        )
    return freeze(np.eye(size)[classes.astype(np.intp)])


class Part(NamedTuple):
    """Steps at which the same entries of a vector count: their numbers, or none where all do."""

    steps: tuple[int, ...]
    targets: Array
    entries: tuple[int, ...] = ()


def entries_of(where: str, entries: object) -> tuple[int, ...]:
    """Return the numbers of entries of a vector, in order.

    >>> entries_of("the loss of 'Y'", [2, 0])
    (0, 2)

    Raises
    ------
    InputError
        If these are none, or one is given twice.
    """
    if isinstance(entries, str) or not isinstance(entries, Iterable):
        raise InputError(f"not entries: {where} reads {shorten(entries)} (must be such as [0, 2])")
    numbers = sorted(whole_number(f"an entry of {where}", each, least=0) for each in entries)
    if len(set(numbers)) < len(numbers):
        raise InputError(f"entry given twice in {where}: {shorten(numbers)}")
    return tuple(numbers)


def row_of_mask(mask: object) -> tuple[int, ...]:
    """Return the shape of a row of a mask that has one for each step; of any other, nothing.

    >>> row_of_mask([[1, 0, 1]]), row_of_mask([1, 0]), row_of_mask(None)
    ((3,), (), ())
    """
    try:
        return np.asarray(mask).shape[1:]
    except ValueError:
        # Rows of different lengths: that is told where the mask is read.
        return ()


def check_entries(where: str, entries: Sequence[int], shape: Sequence[int]) -> None:
    """Raise ShapeError unless a vector of that shape has all these entries."""
    if entries and entries[-1] >= shape[0]:
        raise ShapeError(f"wrong entries: {where} reads entry {entries[-1]}, must be from 0 to {shape[0] - 1}")


def check_classes(what: str, classes: Array, entries: Sequence[int]) -> None:
    """Raise NumberError for the first class that a loss does not read, where it reads some entries alone."""
    if entries and not np.isin(classes, entries).all():
        place = int(np.argwhere(~np.isin(classes, entries))[0, 0])
        raise NumberError(f"masked class: {what} has {classes[place]:g} at [{place}], which the loss does not read")


def parts_of(
    steps: Sequence[int], targets: Array, *, ignore: object = None, mask: object = None, where: str = ""
) -> list[Part]:
    """Return the steps at which a loss counts, those at which the same entries do together.

    As `left_of`, but a mask may also have a row for each step, that says of each entry whether it counts. A step none
    of whose entries counts is left out.

    Examples
    --------
    >>> [part[::2] for part in parts_of([1, 2, 3], np.zeros((3, 2)), mask=[[1, 1], [0, 1], [0, 0]])]
    [((1,), ()), ((2,), (1,))]
    """
    rows = None if mask is None else _mask(mask, len(steps), within(where, "mask"))
    if rows is None or rows.ndim == 1:
        return [Part(*left_of(steps, targets, ignore=ignore, mask=mask, where=where))]
    left, due = left_of(steps, targets, ignore=ignore, mask=rows.any(axis=1), where=where)
    told = dict(zip(steps, rows.tolist(), strict=True))
    places: dict[tuple[int, ...], list[int]] = {}
    for place, step in enumerate(left):
        counts = told[step]
        places.setdefault(() if all(counts) else tuple(k for k, kept in enumerate(counts) if kept), []).append(place)
    return [Part(tuple(left[place] for place in each), freeze(due[each]), entries) for entries, each in places.items()]


def left_of(
    steps: Sequence[int],
    targets: Array,
    *,
    ignore: object = None,
    mask: object = None,
    where: str = "",
) -> tuple[tuple[int, ...], Array]:
    """Return the steps at which a loss counts, and their targets, without those that are left out.

    Parameters
    ----------
    ignore
        The number of a class that none is: a step whose target it is does not count.
    mask
        True or 1 for each step that counts, false or 0 for any other.
    where
        What the loss is called in messages, where it has a name.

    Raises
    ------
    NumberError, ShapeError
        If the mask is none, or has another number of entries.
    InputError
        If no step is left, or targets that are no numbers of classes have some to ignore.

    Examples
    --------
    >>> left_of([1, 2, 3], np.array([4.0, -100.0, 0.0]), ignore=-100)
    ((1, 3), array([4., 0.]))
    """
    counts = np.ones(len(steps), dtype=bool)
    if mask is not None:
        counts &= _mask(mask, len(steps), within(where, "mask"))
    if ignore is not None:
        number = whole_number(within(where, "ignore"), ignore)
        if targets.ndim != 1:
            raise InputError(
                f"nothing to ignore: {within(where, 'targets')} are no numbers of classes, one for each step"
            )
        with suppress(OverflowError):  # what no float can be is the number of no target
            counts &= targets != number
    if counts.all():
        return tuple(steps), targets
    if not counts.any():
        whose = " and ".join(
            within(where, key) for key, told in (("mask", mask), ("ignore", ignore)) if told is not None
        )
        raise InputError(f"no steps: {whose} leaves none of the {len(steps)} at which the loss would count")
    return tuple(step for step, kept in zip(steps, counts, strict=True) if kept), freeze(targets[counts])


def _mask(mask: object, steps: int, what: str) -> Array:
    try:
        array = np.asarray(mask)
    except ValueError:
        raise ShapeError(f"wrong shape: {what} has rows of different lengths") from None
    if array.shape[:1] != (steps,) or array.ndim > 2:
        raise ShapeError(
            f"wrong shape: {what} is {array.shape}, must be ({steps},), one for each step, "
            f"or ({steps}, entries), a row for each step"
        )
    if array.dtype.kind not in "biuf" or not np.isin(array, (0, 1)).all():
        raise NumberError(f"not a mask: {what} is {shorten(mask)} (must be true or false for each step, or entry)")
    return array.astype(bool)


def scale_of(reduction: object, steps: int, what: str) -> float:
    """Return what a loss that counts at so many steps is multiplied by.

    >>> scale_of("sum", 4, "reduction"), scale_of("mean", 4, "reduction")
    (1.0, 0.25)
    """
    if reduction not in REDUCTIONS:
        told = reduction if isinstance(reduction, str) else shorten(reduction)
        raise UnknownNameError(f"{describe_unknown('reduction', told, REDUCTIONS)} in {what!r}")
    return 1.0 if reduction == "sum" else 1.0 / steps
