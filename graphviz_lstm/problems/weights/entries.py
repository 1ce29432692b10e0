"""What a weights file holds, by name, shape and kind of number, before any of its numbers is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import UnknownNameError, WeightsError, describe_unknown
from graphviz_lstm.problems.arrays import freeze, require_finite

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from graphviz_lstm.problems.arrays import Array

MOST_BYTES = 2**31
"""So many bytes of numbers are read of one array at most: sizes are looked at before memory is taken."""
HALF = ("float16", "bfloat16")
"""Kinds of numbers of half precision: each is a number of double precision too, and is read as that."""
READ = ("float64", "float32", *HALF)
"""Kinds of numbers that weights are read from."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """An array that a file holds, not read yet.

    Attributes
    ----------
    shape, dtype
        As the header tells them: `(16, 3)`, `"float32"`.
    read
        Returns the numbers, of this shape, as something that numpy makes double precision of.
    """

    shape: tuple[int, ...]
    dtype: str
    read: Callable[[], NDArray[np.generic]]

    def __str__(self) -> str:
        """Return what it is: `float32 (16, 3)`."""
        return f"{self.dtype} {self.shape}"


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """What a file, a folder or a mapping holds.

    Attributes
    ----------
    where
        What it is called in messages: `weights file 'model.safetensors'`.
    entries
        Key -> array, in the order of the file.
    attributes
        Prefix of keys -> what else the file tells of that layer, where it tells anything.
    others
        What the file says that the model does beside, of what is not known here.
    """

    where: str
    entries: Mapping[str, Entry]
    attributes: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    others: tuple[str, ...] = ()

    def array(self, key: str) -> Array:
        """Return the array of a key in double precision, read-only.

        Raises
        ------
        UnknownNameError
            If there is none.
        WeightsError
            If it is of a kind that is no weight, too large, or not there as the header says.
        NumberError
            If one of its numbers is not finite.
        """
        if key not in self.entries:
            raise UnknownNameError(f"{describe_unknown('key', key, self.entries)} in {self.where}")
        entry = self.entries[key]
        if entry.dtype not in READ:
            known = ", ".join(READ)
            raise WeightsError(f"not weights: {key!r} is {entry} (must be one of {known}) in {self.where}")
        if 8 * prod(entry.shape) > MOST_BYTES:
            raise WeightsError(
                f"too large: {key!r} is {entry}, {8 * prod(entry.shape):,} bytes in double precision "
                f"(at most {MOST_BYTES:,} are read) in {self.where}"
            )
        with np.errstate(invalid="ignore"):  # a signalling number that is none, which is named below
            array = np.array(entry.read(), dtype=np.float64)
        if array.shape != entry.shape:
            raise WeightsError(f"not as it says: {key!r} is {entry}, and holds {array.shape} in {self.where}")
        require_finite(f"{key!r}, {entry},", array, f" in {self.where}")
        return freeze(array)
