"""Sums of unit paths by class, all classes of a vertex at once: an edge's block meets them in one product of matrices.

The oracle is `by_label` over the algebras of one class; this is the same with the classes as a leading axis, and an
exponent for each, so that a class of tiny paths keeps its digits beside one of huge ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

from graphviz_lstm.errors import TooManyPathsError
from graphviz_lstm.paths.compiled.map_weights import ROOM, SMALL
from graphviz_lstm.paths.compiled.wide import LDEXP_LIMIT
from graphviz_lstm.paths.sweeping.algebra import Algebra
from graphviz_lstm.paths.sweeping.by_label import NOTHING, Room, join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.paths.compiled.linear_map import FloatArray
    from graphviz_lstm.paths.sweeping.by_label import Label
    from graphviz_lstm.paths.units.blocks import Block, Counts
    from graphviz_lstm.paths.units.weights import Puller

# Below every exponent, so that a class of zeros never sets the scale.
_LOWEST = -(1 << 40)
# Sums in this range are left as they are: no product with one entry more takes them out of a float64's.
_SMALLEST, _LARGEST = 2.0**-300, 2.0**300


class Classes(NamedTuple):
    """The sums of some classes of ways on, from each unit of a vertex.

    Attributes
    ----------
    labels
        What each class is called.
    counts
        (classes, units): how many ways on, exactly.
    total
        (classes, units): the sums of their products, times `2**exponent`; at the source in its shape.
    signed
        (2, classes, units): the sums of what is positive, and of the sizes of what is negative, likewise.
    exponents
        (classes,).
    """

    labels: tuple[Label, ...]
    counts: Counts
    total: FloatArray
    signed: FloatArray
    exponents: NDArray[np.int64]


Labelled: TypeAlias = "tuple[Label, Block, Puller, int | None]"
"""An edge: its label, its entries, what pulls totals along it, and the headroom that sums need there."""
# Out of the source totals are pulled through the map itself, whose entries a block does not tell.
OUT_OF_SOURCE = 6


def classes_of(most: int, up_to: int | None) -> Algebra[Labelled, Classes]:
    """Return the algebra that keeps the classes of paths apart.

    Raises
    ------
    TooManyPathsError
        From the sweep, where the paths from one vertex have more than `most` labels, or labels as long as that.
    """

    def times(edge: Labelled, ways: Classes) -> Classes:
        label, block, pull, headroom = edge
        labels = tuple(join(label, rest, up_to) for rest in ways.labels)
        moved = _moved(ways, block, pull) if headroom is None else _moved_carefully(ways, block, pull, headroom)
        moved = _normalised(moved._replace(labels=labels, counts=block.count(ways.counts)))
        return moved if len(set(labels)) == len(labels) else _together([_of_one(moved, k) for k in range(len(labels))])

    room = Room(most)

    def plus(ways: Sequence[Classes]) -> Classes:
        room.require(label for way in ways for label in way.labels)
        together = _together(ways)
        if len(together.labels) > most:
            raise TooManyPathsError(f"the label takes more than {most:,} values (group by one that takes fewer)")
        return together

    one = np.ones((1, 1))
    start = Classes((NOTHING,), one.astype(object), one, np.stack([one, 0 * one]), np.zeros(1, dtype=np.int64))
    start.counts[0, 0] = 1
    return Algebra(_of_none(start), start, times, plus)


def _moved(ways: Classes, block: Block, pull: Puller) -> Classes:
    """Return the sums at the tails of an edge."""
    return ways._replace(total=pull(ways.total), signed=block.pull_signed(ways.signed))


def _moved_carefully(ways: Classes, block: Block, pull: Puller, headroom: int) -> Classes:
    """Return the same of entries that take sums out of the range; of those below the normal numbers, too."""
    below = _below(ways, headroom)
    moved = _moved(below, block, pull)
    # At the source the two are not of one size: totals are not along the direction.
    smallest = np.minimum(_peaks_of_signed(moved), _peaks_of_total(moved))
    if not ((smallest < SMALL) & (_peaks(below) > 0.0)).any():
        return moved
    with np.errstate(all="ignore"):
        larger = _moved(_below(ways, headroom - ROOM), block, pull)
    # A class whose sums are lost above keeps those that have lost digits below.
    return larger if np.isfinite(larger.total).all() and np.isfinite(larger.signed).all() else moved


def _normalised(ways: Classes) -> Classes:
    """Return the same sums, where one leaves the range with another exponent."""
    peaks = _peaks(ways)
    if ((peaks > _SMALLEST) & (peaks < _LARGEST)).all():
        return ways
    return _below(ways, 0)


def _below(ways: Classes, headroom: int) -> Classes:
    """Return the same sums, each class's largest between `2**-(headroom + 1)` and `2**-headroom`."""
    peaks = _peaks(ways)
    shifts = np.frexp(peaks)[1].astype(np.int64) + headroom
    exponents = np.where(peaks > 0.0, ways.exponents + shifts, _LOWEST)
    return ways._replace(
        total=_scaled(ways.total, -shifts), signed=_scaled(ways.signed, -shifts, axis=1), exponents=exponents
    )


def _peaks(ways: Classes) -> FloatArray:
    """Return the largest number of each class; at the source, where nothing goes along the direction, of its total."""
    return np.maximum(_peaks_of_signed(ways), _peaks_of_total(ways))


def _peaks_of_signed(ways: Classes) -> FloatArray:
    return np.asarray(ways.signed.max(axis=(0, 2)))


def _peaks_of_total(ways: Classes) -> FloatArray:
    return np.asarray(np.abs(ways.total).reshape(len(ways.total), -1).max(axis=1))


def _together(ways: Sequence[Classes]) -> Classes:
    """Return the sums of classes of one label, those of all ways together."""
    if len(ways) == 1:
        return ways[0]
    place = {label: k for k, label in enumerate(dict.fromkeys(label for way in ways for label in way.labels))}
    rows = [np.array([place[label] for label in way.labels], dtype=np.intp) for way in ways]
    exponents = np.full(len(place), _LOWEST, dtype=np.int64)
    for way, row in zip(ways, rows, strict=True):
        exponents[row] = np.maximum(exponents[row], way.exponents)
    first = ways[0]
    counts = np.zeros((len(place), *first.counts.shape[1:]), dtype=object)
    total = np.zeros((len(place), *first.total.shape[1:]))
    signed = np.zeros((2, len(place), *first.signed.shape[2:]))
    for way, row in zip(ways, rows, strict=True):
        shifts = way.exponents - exponents[row]
        counts[row] += way.counts
        total[row] += _scaled(way.total, shifts)
        signed[:, row] += _scaled(way.signed, shifts, axis=1)
    return Classes(tuple(place), counts, total, signed, exponents)


def _scaled(sums: FloatArray, shifts: NDArray[np.int64], axis: int = 0) -> FloatArray:
    """Return sums times `2**shift`, by class."""
    if not shifts.any():
        return sums
    powers = np.clip(shifts, -LDEXP_LIMIT, LDEXP_LIMIT).astype(np.int32)
    with np.errstate(over="ignore", under="ignore"):
        return np.asarray(np.ldexp(sums, powers.reshape(-1, *(1,) * (sums.ndim - axis - 1))))


def _of_one(ways: Classes, k: int) -> Classes:
    """Return one of the classes."""
    one = slice(k, k + 1)
    return Classes(ways.labels[one], ways.counts[one], ways.total[one], ways.signed[:, one], ways.exponents[one])


def _of_none(ways: Classes) -> Classes:
    """Return no classes."""
    none = slice(0, 0)
    return Classes((), ways.counts[none], ways.total[none], ways.signed[:, none], ways.exponents[none])
