"""Texts in columns, for terminals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]], *, left: int = 0) -> list[str]:
    """Return a line for each row, its texts in columns: the first `left` of them at the left, the others at the right.

    >>> aligned([["name", "number"], ["a", "1"]], left=1)
    ['  name  number', '  a          1']
    """
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  "
        + "  ".join(
            f"{text:<{width}}" if column < left else f"{text:>{width}}"
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def number_text(number: float, form: str) -> str:
    """Return a number in a format; "not defined" where there is none.

    >>> number_text(0.98765, ".3g"), number_text(math.nan, ".3g")
    ('0.988', 'not defined')
    """
    return "not defined" if math.isnan(number) else format(number, form)
