"""Some paths and all that they leave out: shown and remainder make the whole, always."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.paths.listing.path import Path
from graphviz_lstm.paths.listing.table import Tabular

if TYPE_CHECKING:
    from graphviz_lstm.paths.compiled.linear_map import Value


def is_rounding(share: float, noise: float) -> bool:
    """Return whether a share is a number, and no more than what rounding may make of it.

    >>> is_rounding(-1e-16, 1e-14), is_rounding(0.25, 1e-14), is_rounding(math.inf, math.inf)
    (True, False, False)
    """
    return math.isfinite(share) and abs(share) <= noise


@dataclass(frozen=True, slots=True, eq=False)
class Remainder:
    """All that was not shown.

    Attributes
    ----------
    count
        How many paths.
    contribution
        The sum of their contributions.
    share
        The sum of their shares.
    absolute
        The sum of their |contributions|, entry by entry. In a graph of vectors that takes listing: None there, if the
        paths are more than 10,000.
    noise
        What rounding may make of the share: the total and the paths shown are each known to so many digits.
    """

    count: int
    contribution: Value
    share: float
    absolute: Value | None
    noise: float = 0.0

    @property
    def is_noise(self) -> bool:
        """Whether its share is no more than what rounding leaves of sums that ought to be zero."""
        return is_rounding(self.share, self.noise)


class Rest(NamedTuple):
    """What is left out, and which part of the sum of all |shares| is not; None where that is not known."""

    remainder: Remainder
    covered: float | None


# No slots: what was worked out is kept in the instance's dict.
@dataclass(frozen=True, eq=False, repr=False)
class Selection(Tabular, Sequence[Path]):
    """Some paths, the largest |share| first, and all that they leave out.

    Paths are put together when they are looked at, and so is what is said of the others.

    Attributes
    ----------
    shown
        The paths shown.
    rest
        Works out what is said of the others.
    proven
        Whether it holds just the paths that were asked for: none left out is larger than one shown, or large enough.
        Always so where vertices are numbers.
    bound
        No path left out has a larger |share| than this (|contribution|, where the total is zero).
    """

    shown: Sequence[Path]
    rest: Callable[[], Rest]
    proven: bool
    bound: float

    @cached_property
    def paths(self) -> tuple[Path, ...]:
        """The paths shown."""
        return tuple(self.shown)

    @property
    def remainder(self) -> Remainder:
        """The others, together: contributions shown + remainder = total, to rounding."""
        return self._rest.remainder

    @property
    def covered(self) -> float | None:
        """The part of the sum of all |shares| that the paths shown make up.

        None in a graph of more than 10,000 paths of vectors, where that sum takes listing.
        """
        return self._rest.covered

    @cached_property
    def _rest(self) -> Rest:
        return self.rest()

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what travels to another process: what is shown and what is said, worked out."""
        return Selection, (self.paths, partial(_as_it_is, self._rest), self.proven, self.bound)

    def __len__(self) -> int:
        """Return how many are shown."""
        return len(self.shown)

    def __iter__(self) -> Iterator[Path]:
        """Yield the paths shown."""
        return iter(self.shown)

    @overload
    def __getitem__(self, key: int) -> Path: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Path, ...]: ...
    def __getitem__(self, key: int | slice) -> Path | tuple[Path, ...]:
        """Return one of the paths shown, or some."""
        return self.shown[key] if isinstance(key, int) else tuple(self.shown[key])

    def __repr__(self) -> str:
        """Return how many are shown, and how many are not."""
        unproven = "" if self.proven else ", not proven"
        return f"<Selection of {len(self):,} paths, {describe_count(self.remainder.count)} more left out{unproven}>"


def _as_it_is(rest: Rest) -> Rest:
    return rest
