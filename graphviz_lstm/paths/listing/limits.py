"""How many paths are listed at most, what is said where there are more, and which whole numbers are taken."""

from __future__ import annotations

import math
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Decimal, localcontext
from typing import TYPE_CHECKING, Protocol

from graphviz_lstm.errors import InputError, TooManyPathsError, shorten
from graphviz_lstm.given import as_whole
from graphviz_lstm.paths.checks import require_room

if TYPE_CHECKING:
    from graphviz_lstm.paths.compiled.dag import Dag

LISTING_LIMIT = 10**7
"""How many paths are listed at most, unless `find_paths` is told otherwise."""

# Bits of a whole number that is written as it is.
_AT_ONCE = 4096
# Measured: one Path with its tuples, and each further edge of it.
_BYTES_PER_PATH, _BYTES_PER_EDGE = 450, 24
_SECONDS_PER_PATH = 1e-6


class Counted(Protocol):
    """What is known of paths that are to be listed."""

    @property
    def dag(self) -> Dag:
        """The compiled graph."""

    @property
    def count(self) -> int:
        """How many paths there are."""

    @property
    def longest(self) -> int:
        """How many edges the longest has."""


def require_listable(facts: Counted, count: int, limit: int, instead: str) -> None:
    """Raise TooManyPathsError if `count` of the paths are more than the limit."""
    if count <= limit:
        return
    per_path = _BYTES_PER_PATH + _BYTES_PER_EDGE * facts.longest
    message = (
        f"{describe_count(count)} paths from {shorten(facts.dag.source)} to {shorten(facts.dag.target)} "
        f"are too many to list (limit {describe_count(limit)}; it would take about {_describe_seconds(count)} "
        f"and up to {describe_count(count * per_path // 10**9)} GB): {instead}, or raise limit="
    )
    raise TooManyPathsError(message)


def require_room_for_paths(facts: Counted, count: int, instead: str) -> None:
    """Raise TooManyPathsError if so many paths, each with its own tuples, are more than the memory of the machine."""
    per_path = _BYTES_PER_PATH + _BYTES_PER_EDGE * facts.longest
    require_room(count * per_path, f"{describe_count(count)} paths of up to {facts.longest:,} edges", instead)


def number_range(facts: Counted, start: object, stop: object) -> tuple[int, int]:
    """Return a range of the paths' numbers as two of them; `stop` may be None for the end."""
    first, last = as_whole(start), facts.count if stop is None else as_whole(stop)
    if first is None or last is None or not 0 <= first <= last <= facts.count:
        raise InputError(
            f"unusable range: {shorten(start)} to {shorten(facts.count if stop is None else stop)} "
            f"(there are {describe_count(facts.count)} paths)"
        )
    return first, last


def describe_count(count: int) -> str:
    """Return a count as text, of whatever size.

    >>> describe_count(878), describe_count(1234567), describe_count(4 * 10**5000)
    ('878', '1,234,567', '4.0e+5000')
    """
    if count < 0:
        return f"-{describe_count(-count)}"
    if count < 10**12:
        return f"{count:,}"
    logarithm = math.log10(count)
    power = math.floor(logarithm)
    return f"{10.0 ** (logarithm - power):.1f}e+{power}"


def all_digits(number: int) -> str:
    """Return a whole number with all its digits; Python itself refuses to write more than 4,300.

    >>> all_digits(-12), len(all_digits(10**5000))
    ('-12', 5001)
    """
    with localcontext(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN):
        return f"{_decimal(number, number.bit_length()):f}"


def _decimal(number: int, bits: int) -> Decimal:
    """Return a whole number of so many bits by halves: products of decimals are fast, however long [1]_.

    References
    ----------
    .. [1] R. P. Brent and P. Zimmermann, "Modern Computer Arithmetic", 2010, section 1.7.2.
    """
    if bits <= _AT_ONCE:
        return Decimal(number)
    low = bits // 2
    return _decimal(number >> low, bits - low) * Decimal(2) ** low + _decimal(number & ((1 << low) - 1), low)


def _describe_seconds(count: int) -> str:
    """Return how long it takes to list so many paths."""
    microseconds = round(_SECONDS_PER_PATH * 1e6) * count
    for unit, size in (("years", 31_557_600), ("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if microseconds >= size * 10**6 * 2:
            return f"{describe_count(microseconds // (size * 10**6))} {unit}"
    return f"{microseconds / 1e6:.0f} s"
