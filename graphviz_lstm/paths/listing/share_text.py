"""A share as text: a signed percentage of three significant digits, however small."""

from __future__ import annotations

import math

from graphviz_lstm.paths.compiled.wide import Wide, decimal, widen

# Between these bounds a percentage is written out; beyond them it has an exponent.
_SMALLEST_PLAIN = 1e-3
_LARGEST_PLAIN = 1e6


def format_share(share: float | Wide) -> str:
    """Return a share as a signed percentage of three significant digits.

    >>> [format_share(share) for share in (0.7371, -0.00021, 1.0, 0.0, 12.34567)]
    ['+73.7 %', '-0.0210 %', '+100 %', '0 %', '+1235 %']
    >>> format_share(1e-9), format_share(Wide(-0.75, -1400)), format_share(math.nan), format_share(math.inf)
    ('+1.00e-07 %', '-2.71e-420 %', 'no share', 'out of range')
    """
    number = share if isinstance(share, Wide) else widen(share)
    if math.isnan(float(number.mantissa)):
        return "no share"
    if math.isinf(float(number.mantissa)):
        return "out of range"
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
