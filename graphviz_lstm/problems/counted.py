"""At which steps a loss counts, where some are masked; and what its targets are, where they are numbers of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    if array.shape != (steps,):
        raise ShapeError(f"wrong shape: {what} is {array.shape}, must be ({steps},), one for each step")
    if array.dtype.kind not in "biuf" or not np.isin(array, (0, 1)).all():
        raise NumberError(f"not a mask: {what} is {shorten(mask)} (must be true or false for each step)")
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
