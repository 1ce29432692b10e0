"""One path by itself: where it goes and what it contributes are worked out when someone asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.paths.compiled.wide import narrow
from graphviz_lstm.paths.listing.path import Stretch

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from graphviz_lstm.paths.compiled.dag import Dag, Edge
    from graphviz_lstm.paths.compiled.linear_map import Partial, Value
    from graphviz_lstm.paths.compiled.wide import Wide
    from graphviz_lstm.paths.facts import Whole

# Contributions and shares outside of this range are recomputed with exponents of their own.
SMALLEST, LARGEST = 2.0**-900, 2.0**900


class Passed:
    """The stretch along edges of a DAG from its source on, as a `Stretch` has it, put together when it is asked for."""

    __slots__ = ("_dag", "_numbers")

    def __init__(self, dag: Dag, numbers: Sequence[int]) -> None:
        """Take the indices of the edges."""
        self._dag, self._numbers = dag, numbers

    @property
    def vertices(self) -> tuple[Hashable, ...]:
        """Names, the source first."""
        edges = self._dag.edges
        return (self._dag.vertices[0], *[edges[e][1] for e in self._numbers])

    @property
    def edges(self) -> tuple[Edge, ...]:
        """As the graph has them."""
        return tuple(map(self._dag.edges.__getitem__, self._numbers))

    @property
    def partials(self) -> tuple[Partial, ...]:
        """One for each edge."""
        return tuple(map(self._dag.weights.partials.__getitem__, self._numbers))


class Alone:
    """A block of one path, see `Block`."""

    # A thousand of them are soon made: no dict.
    __slots__ = ("_contribution", "_known", "_whole", "prefix")

    ways = (Stretch((), (), ()),)

    def __init__(self, prefix: Passed, contribution: Callable[[], Wide], whole: Whole) -> None:
        self.prefix = prefix
        self._contribution, self._whole = contribution, whole
        self._known: tuple[Value, float, tuple[Wide, Wide] | None] | None = None

    @property
    def contributions(self) -> tuple[Value]:
        """Its contribution."""
        return (self._numbers[0],)

    @property
    def shares(self) -> tuple[float]:
        """Its share."""
        return (self._numbers[1],)

    @property
    def wide(self) -> tuple[Wide, Wide] | None:
        """Both with exponents of their own, where they need them."""
        return self._numbers[2]

    @property
    def _numbers(self) -> tuple[Value, float, tuple[Wide, Wide] | None]:
        if self._known is None:
            contribution = self._contribution()
            share = self._whole.share(contribution)
            value, part = narrow(contribution), float(narrow(share))
            plain = is_plain(value, contribution.mantissa) and is_plain(part, share.mantissa)
            self._known = value, part, None if plain else (contribution, share)
        return self._known


def is_plain(value: Value, mantissa: Value) -> bool:
    """Return whether `value` is as good as the wide number with this mantissa."""
    peak = float(np.max(np.abs(value), initial=0.0)) if isinstance(value, np.ndarray) else abs(value)
    return SMALLEST <= peak <= LARGEST or peak != peak or not np.any(mantissa)  # noqa: PLR0124 -- NaN
