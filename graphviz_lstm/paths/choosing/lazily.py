"""A sequence whose items are made when they are first looked at, and kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")


class Lazily(Sequence[T]):
    """`[make(0), make(1), ..., make(length - 1)]`, none of them made yet.

    >>> squares = Lazily(10**9, lambda k: k * k)
    >>> squares[3], squares[-1], len(squares), squares[4:6]
    (9, 999999998000000001, 1000000000, (16, 25))
    """

    __slots__ = ("_length", "_made", "_make")

    def __init__(self, length: int, make: Callable[[int], T]) -> None:
        self._length, self._make = length, make
        self._made: dict[int, T] = {}

    def __len__(self) -> int:
        """Return how many there are."""
        return self._length

    @overload
    def __getitem__(self, key: int) -> T: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[T, ...]: ...
    def __getitem__(self, key: int | slice) -> T | tuple[T, ...]:
        """Return an item, or some."""
        if isinstance(key, slice):
            return tuple(self[k] for k in range(*key.indices(self._length)))
        place = range(self._length)[key]
        if place not in self._made:
            self._made[place] = self._make(place)
        return self._made[place]

    def __iter__(self) -> Iterator[T]:
        """Yield the items, each made when its turn comes."""
        made, make = self._made, self._make
        for place in range(self._length):
            if place not in made:
                made[place] = make(place)
            yield made[place]
