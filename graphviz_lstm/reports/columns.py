"""Texts in columns, for terminals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from graphviz_lstm.notation.numbers import in_form

if TYPE_CHECKING:
    from collections.abc import Sequence


WIDTH = 80
"""How wide a table may be where it can be folded."""


def aligned(rows: Sequence[Sequence[str]], *, left: int = 0, width: int = WIDTH) -> list[str]:
    """Return a line for each row, its texts in columns: the first `left` of them at the left, the others at the right.

    A table that is wider than `width` is folded: columns that have no room stand below, behind the first one again.

    >>> aligned([["name", "number"], ["a", "1"]], left=1)
    ['  name  number', '  a          1']
    >>> aligned([["of", "one", "two"], ["a", "1", "2"]], left=1, width=10)
    ['  of  one', '  a     1', '', '  of  two', '  a     2']
    """
    lines: list[str] = []
    first, columns = 0, len(rows[0])
    widths = [max(len(row[column]) for row in rows) for column in range(columns)]
    while first < columns:
        shown = [0] if first else []
        room = width - sum(widths[column] + 2 for column in shown)
        for column in range(first, columns):
            if len(shown) > (1 if first else min(1, columns - 1)) and widths[column] + 2 > room:
                break
            shown.append(column)
            room -= widths[column] + 2
        first = shown[-1] + 1
        lines += ["", *_block(rows, shown, left)] if lines else _block(rows, shown, left)
    return lines


def _block(table: Sequence[Sequence[str]], shown: Sequence[int], left: int) -> list[str]:
    """Return some columns of a table."""
    rows = [[row[column] for column in shown] for row in table]
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
    """Return a number in a format; in words where there is none, or none that can be told.

    >>> number_text(0.98765, ".3g"), number_text(math.nan, ".3g"), number_text(math.inf, ".3g")
    ('0.988', 'not defined', 'out of range')
    """
    return "not defined" if math.isnan(number) else in_form(number, form)
