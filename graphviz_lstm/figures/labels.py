"""How names and numbers are set: subscripts, italics, three significant digits, a real minus sign."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.figures.scene import Line, Run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from graphviz_lstm.cells.expression import Step

MINUS = "\N{MINUS SIGN}"


def label_of(data: Mapping[str, Any]) -> Line:
    """Return a vertex's name as it is typeset, from the data that the vertex bears in its graph."""
    return vertex_label(data["quantity"], data["step"])


def vertex_label(quantity: str, step: Step | None) -> Line:
    """Return a name as it is typeset: W with A below, a with 1 below, f_S applied to S_1.

    This is the one place of the figures that takes a quantity's name apart.

    >>> "".join(f"<{run.text}>" if run.sub else run.text for run in vertex_label("Z_A", 1))
    'Z<A,1>'
    >>> "".join(f"<{run.text}>" if run.sub else run.text for run in vertex_label("f_S(S)", 2))
    'f<S>(S<2>)'
    """
    if quantity.endswith(")") and "(" in quantity:
        function, _, argument = quantity[:-1].partition("(")
        return (*vertex_label(function, None), Run("("), *vertex_label(argument, step), Run(")"))
    base, _, index = quantity.partition("_")
    parts = [part for part in (index, None if step is None else str(step).replace("-", MINUS)) if part]
    below = (Run(",".join(parts), sub=True),) if parts else ()
    return (Run(base, italic=True), *below)


def format_number(number: float) -> str:
    """Return a number with three significant digits.

    >>> [format_number(x) for x in (0.81775, -0.0197, 12345.0, 1e-9, 0.0, 1.0)]
    ['0.818', '−0.0197', '12,345', '1.00e−9', '0', '1.00']
    """
    if number == 0:
        return "0"
    if not math.isfinite(number):
        return str(number)
    power = math.floor(math.log10(abs(float(f"{number:.2e}"))))
    if -3 <= power < 3:
        text = f"{number:.{2 - power}f}"
    elif 3 <= power < 6:
        text = f"{number:,.0f}"
    else:
        mantissa, _, exponent = f"{number:.2e}".partition("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", MINUS)


def format_percent(share: float) -> str:
    """Return a share as a signed percentage of three significant digits, never `0.0 %` for what is not zero.

    >>> [format_percent(x) for x in (0.451, -0.123, 0.00021, 1.0, 0.0)]
    ['+45.1 %', '−12.3 %', '+0.0210 %', '+100 %', '0 %']
    """
    if share == 0:
        return "0 %"
    text = format_number(100 * share)
    return f"{'' if text.startswith(MINUS) else '+'}{text} %"


def format_value(value: NDArray[np.float64]) -> str:
    """Return a vertex's value: the number, or, of several, the length of the vector."""
    value = np.asarray(value)
    return format_number(value.item()) if value.size == 1 else f"|·| {format_number(float(np.linalg.norm(value)))}"
