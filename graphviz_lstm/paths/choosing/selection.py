"""Some paths and all that they leave out: shown and remainder make the whole, always."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.paths.listing.path import Path
from graphviz_lstm.paths.listing.table import Tabular

if TYPE_CHECKING:
    from graphviz_lstm.paths.compiled.linear_map import Value


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
    """

    count: int
    contribution: Value
    share: float
    absolute: Value | None


@dataclass(frozen=True, slots=True, eq=False)
class Selection(Tabular, Sequence[Path]):
    """Some paths, the largest |share| first, and all that they leave out.

    Attributes
    ----------
    paths
        The paths shown.
    remainder
        The others, together: contributions shown + remainder = total, to rounding.
    proven
        Whether it holds just the paths that were asked for: none left out is larger than one shown, or large enough.
        Always so where vertices are numbers.
    bound
        No path left out has a larger |share| than this.
    covered
        The part of the sum of all |shares| that the paths shown make up; None in a graph of more than 10,000 paths of
        vectors, where that sum takes listing.
    """

    paths: tuple[Path, ...]
    remainder: Remainder
    proven: bool
    bound: float
    covered: float | None

    def __len__(self) -> int:
        """Return how many are shown."""
        return len(self.paths)

    def __iter__(self) -> Iterator[Path]:
        """Yield the paths shown."""
        return iter(self.paths)

    @overload
    def __getitem__(self, key: int) -> Path: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Path, ...]: ...
    def __getitem__(self, key: int | slice) -> Path | tuple[Path, ...]:
        """Return one of the paths shown, or some."""
        return self.paths[key]

    def __repr__(self) -> str:
        """Return how many are shown, and how many are not."""
        unproven = "" if self.proven else ", not proven"
        return (
            f"<Selection of {len(self.paths):,} paths, {describe_count(self.remainder.count)} more left out{unproven}>"
        )
