"""How formulas are set in figures: those of `notation`, each name in italics with its subscripts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.cells.operations import ATOM, FACTOR, PRODUCT, Writing
from graphviz_lstm.figures.labels import name_label
from graphviz_lstm.figures.scene import Line, Run
from graphviz_lstm.notation.names import Name, split
from graphviz_lstm.notation.numbers import MINUS
from graphviz_lstm.notation.style import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.cells.operations import Operation
    from graphviz_lstm.notation.style import Style

TIMES = " \N{MULTIPLICATION SIGN} "
# No identifier has characters of this plane: each stands for a name until the formula is whole.
_FIRST, _LAST = 0xF0000, 0xFFFFD
_MARK = re.compile(f"([{chr(_FIRST)}-{chr(_LAST)}])")
_POWER = re.compile(r"\*\*(-?[0-9]+)\b")
_DERIVED = re.compile("(?<=\N{PRIME})_([0-9]+)")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_ENTRYWISE = Writing("{0} \N{CIRCLED DOT OPERATOR} {1}", PRODUCT, (PRODUCT, PRODUCT))
_MATRICES = Writing("{0} {1}", PRODUCT, (FACTOR, ATOM))
_NUMBERS = Writing(f"{{0}}{TIMES}{{1}}", PRODUCT, (PRODUCT, PRODUCT))
_POWERS = Writing("{0}**{1}", FACTOR, (ATOM, ATOM))


def typeset(build: Callable[[Style], str], *, scalar: bool) -> Line:
    """Return what `build` writes in the style of figures, set.

    One sign of multiplication: between numbers a cross; between arrays a circled dot, entry by entry, and none between
    matrices.

    >>> from graphviz_lstm.cells import LSTM
    >>> from graphviz_lstm.notation.formulas import Writer
    >>> line = typeset(lambda style: Writer(style, size=1).expression(LSTM.equations[4].expression, 2), scalar=True)
    >>> "".join(run.text for run in line), [run.text for run in line if run.sub]
    ('a2 × i2 + f2 × S1', ['2', '2', '2', '1'])
    """
    lines: list[Line] = []

    def mark(line: Line) -> str:
        lines.append(line)
        return chr(_FIRST + len(lines) - 1)

    style = replace(
        TEXT,
        name=lambda name: mark(name_label(name)),
        function=lambda name: mark(_function(name)),
        writing=_written_as(scalar=scalar),
        side=TIMES,
        times=TIMES if scalar else " \N{CIRCLED DOT OPERATOR} ",
        apply=" ",
        matrices=" ",
        transposed="{}\N{MODIFIER LETTER CAPITAL T}",
        slot="(\N{MIDDLE DOT})",
        prime="{}\N{PRIME}",
        local="\N{PARTIAL DIFFERENTIAL}{}/\N{PARTIAL DIFFERENTIAL}{}",
        binding=PRODUCT,
    )
    text = build(style)
    runs: list[Run] = []
    for part in _MARK.split(text):
        if _MARK.fullmatch(part):
            runs += lines[ord(part) - _FIRST]
            continue
        # Which argument of a function is derived stands below its prime.
        for k, piece in enumerate(_DERIVED.split(_POWER.sub(lambda found: found[1].translate(_RAISED), part))):
            runs += [Run(piece.replace("-", MINUS), sub=bool(k % 2))] if piece else []
    return _joined(runs)


def _written_as(*, scalar: bool) -> Callable[[Operation], Writing | None]:
    own = {"power": _POWERS}
    own |= {"multiply": _NUMBERS, "matmul": _NUMBERS} if scalar else {"multiply": _ENTRYWISE, "matmul": _MATRICES}
    return lambda row: own.get(row.name, row.text)


def _function(name: str) -> Line:
    """Return the name of a function: a general one in italics with its index, a known one upright."""
    letter, index = split(name)
    return name_label(Name(name)) if index and len(letter) == 1 else (Run(name),)


def _joined(runs: list[Run]) -> Line:
    """Return runs, neighbours that look the same as one."""
    joined: list[Run] = []
    for run in runs:
        before = joined[-1] if joined else None
        if before is not None and (before.italic, before.sub) == (run.italic, run.sub):
            joined[-1] = replace(before, text=before.text + run.text)
        else:
            joined.append(run)
    return tuple(joined)
