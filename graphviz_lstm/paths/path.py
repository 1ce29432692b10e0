"""One path: what it passes, and what it contributes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from graphviz_lstm.paths.wide import Wide, decimal, widen

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from graphviz_lstm.paths.dag import Edge
    from graphviz_lstm.paths.linear import Partial, Value

# A percentage has three significant digits. Between these bounds it is written out; beyond them it has an
# exponent.
_SMALLEST_PLAIN = 1e-3
_LARGEST_PLAIN = 1e6


class Stretch(NamedTuple):
    """A part of a path: the edges that it passes, their partials, and the vertices it comes to.

    The first stretch of a path has the source too.
    """

    vertices: tuple[Hashable, ...]
    edges: tuple[Edge, ...]
    partials: tuple[Partial, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Paths that were worked out together: they share their prefix, and each goes on in its own way."""

    prefix: Stretch
    ways: Sequence[Stretch]
    contributions: Sequence[Value]
    shares: Sequence[float]
    wide: tuple[Wide, Wide] | None = None


class Path:
    """A walk from the source to the target; equal to another that passes the same edges. Immutable.

    It is a place in a block of paths, and puts together what it is asked for: so a million of them are soon made.
    """

    __slots__ = ("_block", "_place")

    def __init__(self, block: Block, place: int) -> None:
        self._block = block
        self._place = place

    @property
    def vertices(self) -> tuple[Hashable, ...]:
        """Names, the source first."""
        return self._block.prefix.vertices + self._block.ways[self._place].vertices

    @property
    def edges(self) -> tuple[Edge, ...]:
        """`(tail, head)` each; in a multigraph `(tail, head, key)`."""
        return self._block.prefix.edges + self._block.ways[self._place].edges

    @property
    def partials(self) -> tuple[Partial, ...]:
        """One for each edge.

        A number; on the first edge an array, if the source is one and all else are numbers; in a graph of vectors the
        linear maps themselves.
        """
        return self._block.prefix.partials + self._block.ways[self._place].partials

    @property
    def contribution(self) -> Value:
        """The product of the partials: a float, or a read-only array in the source's shape."""
        return self._block.contributions[self._place]

    @property
    def share(self) -> float:
        """Signed part of the total, see `find_paths`; NaN where the total is zero."""
        return self._block.shares[self._place]

    @property
    def wide(self) -> tuple[Wide, Wide] | None:
        """Contribution and share with an exponent of their own, where one of them leaves the range of a float64.

        It is then 0, rounded or infinite above; otherwise this is None.
        """
        return self._block.wide

    def __eq__(self, other: object) -> bool:
        """Return whether the other is a path that passes the same edges, from the same source."""
        if not isinstance(other, Path):
            return NotImplemented
        return self.edges == other.edges and self.vertices == other.vertices

    def __hash__(self) -> int:
        """Return a hash of where the path goes."""
        return hash(self.edges)

    def __repr__(self) -> str:
        """Return the path as it prints, in angle brackets."""
        return f"<Path {self}>"

    def __str__(self) -> str:
        """Return the path as one line: `+73.7 %  W_A -> a_0 -> S_0 -> S_1 -> H_1 -> E`."""
        share = format_share(self.wide[1] if self.wide else self.share)
        return f"{share}  {' -> '.join(map(str, self.vertices))}"


def format_share(share: float | Wide) -> str:
    """Return a share as a signed percentage of three significant digits.

    >>> [format_share(share) for share in (0.7371, -0.00021, 1.0, 0.0, 12.34567)]
    ['+73.7 %', '-0.0210 %', '+100 %', '0 %', '+1235 %']
    >>> format_share(1e-9), format_share(Wide(-0.75, -1400)), format_share(math.nan)
    ('+1.00e-07 %', '-2.71e-420 %', 'nan %')
    """
    number = share if isinstance(share, Wide) else widen(share)
    if math.isnan(float(number.mantissa)):
        return "nan %"
    if not number.mantissa:
        return "0 %"
    percent = 100.0 * math.ldexp(float(number.mantissa), max(-2000, min(number.exponent, 1000)))
    # Three digits first: they decide whether 0.00099999 is written out.
    rounded = abs(float(f"{percent:.2e}"))
    if _SMALLEST_PLAIN <= rounded < _LARGEST_PLAIN:
        digits = max(0, 2 - math.floor(math.log10(rounded)))
        return f"{percent:+.{digits}f} %"
    digit, power = decimal(number)
    mantissa = f"{digit:+.2f}"
    if len(mantissa) > len("+1.00"):  # 9.999 was rounded up
        mantissa, power = f"{digit / 10.0:+.2f}", power + 1
    return f"{mantissa}e{power + 2:+03d} %"
