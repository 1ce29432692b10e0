"""One path: what it passes, and what it contributes."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphviz_lstm.paths.wide import Wide, decimal, widen

if TYPE_CHECKING:
    from collections.abc import Hashable

    from graphviz_lstm.paths.dag import Edge
    from graphviz_lstm.paths.linear import Partial, Value

# A percentage has three significant digits. Between these bounds it is written out; beyond them it has an
# exponent.
_SMALLEST_PLAIN = 1e-3
_LARGEST_PLAIN = 1e6


@dataclass(frozen=True, slots=True)
class Path:
    """A walk from the source to the target; equal to another that passes the same edges.

    Attributes
    ----------
    vertices
        Names, the source first.
    edges
        `(tail, head)` each; in a multigraph `(tail, head, key)`.
    partials
        One for each edge: a number; on the first edge an array, if the source is one and all else are numbers;
        in a graph of vectors the linear maps themselves.
    contribution
        The product of the partials: a float, or a read-only array in the source's shape.
    share
        Signed part of the total, see `find_paths`; NaN where the total is zero.
    wide
        Contribution and share with an exponent of their own, where one of them leaves the range of a float64
        (and is 0, rounded or infinite above); otherwise None.
    """

    vertices: tuple[Hashable, ...]
    edges: tuple[Edge, ...]
    partials: tuple[Partial, ...] = field(compare=False)
    contribution: Value = field(compare=False)
    share: float = field(compare=False)
    wide: tuple[Wide, Wide] | None = field(default=None, compare=False, repr=False)

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
