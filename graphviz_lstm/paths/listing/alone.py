"""One path by itself: where it goes and what it contributes are worked out when someone asks."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.paths.compiled.wide import narrow
from graphviz_lstm.paths.listing.path import Stretch

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.paths.compiled.linear_map import Value
    from graphviz_lstm.paths.compiled.wide import Wide
    from graphviz_lstm.paths.facts import Whole

# Contributions and shares outside of this range are recomputed with exponents of their own.
SMALLEST, LARGEST = 2.0**-900, 2.0**900


class Alone:
    """A block of one path, see `Block`."""

    ways = (Stretch((), (), ()),)

    def __init__(self, stretch: Callable[[], Stretch], contribution: Callable[[], Wide], whole: Whole) -> None:
        self._stretch, self._contribution, self._whole = stretch, contribution, whole

    @cached_property
    def prefix(self) -> Stretch:
        """Where it goes."""
        return self._stretch()

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

    @cached_property
    def _numbers(self) -> tuple[Value, float, tuple[Wide, Wide] | None]:
        contribution = self._contribution()
        share = self._whole.share(contribution)
        value, part = narrow(contribution), float(narrow(share))
        plain = is_plain(value, contribution.mantissa) and is_plain(part, share.mantissa)
        return value, part, None if plain else (contribution, share)


def is_plain(value: Value, mantissa: Value) -> bool:
    """Return whether `value` is as good as the wide number with this mantissa."""
    peak = float(np.max(np.abs(value), initial=0.0)) if isinstance(value, np.ndarray) else abs(value)
    return SMALLEST <= peak <= LARGEST or peak != peak or not np.any(mantissa)  # noqa: PLR0124 -- NaN
