"""Formulas as MathML, which browsers set by themselves; a long sum in pieces, so that a line may end between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from graphviz_lstm.notation import LATEX

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

    from graphviz_lstm.notation import Formula

# A formula of less LaTeX fits on every line.
_LONG = 160
# A space at which a line may end.
_THIN = "\u2009"
_OPENING, _CLOSING = 1, 2
_SIGNS = ("+", "-", "=", r"\odot ")
_MARKS = re.compile(
    r"(\\left\b.|\\left\\.|[({\[])|(\\right\b.|\\right\\.|[)}\]])"
    rf"|( (?:{'|'.join(re.escape(sign.strip()) for sign in _SIGNS)}) |\\quad |{re.escape(LATEX.side)})"
)


def block(formula: Formula) -> Markup:
    """Return a formula that stands by itself: one element, or several of which each begins with its sign."""
    return block_of(formula.latex)


def block_of(latex: str) -> Markup:
    """Return the same of LaTeX."""
    parts = pieces(latex) if len(latex) > _LONG else (latex,)
    return _mathml(latex, "block") if len(parts) == 1 else _beside(parts, "")


def inline(formula: Formula) -> Markup:
    """Return a formula within a line; of several, and of a long one, a line may end between two pieces."""
    return inline_of(formula.latex)


def inline_of(latex: str) -> Markup:
    """Return the same of LaTeX."""
    from markupsafe import Markup

    formulas = latex.split(LATEX.comma)
    return Markup(", ").join(
        _beside(pieces(each, factors=True), _THIN) if len(each) > _LONG else _mathml(each, "inline")
        for each in formulas
    )


def pieces(latex: str, *, factors: bool = False) -> tuple[str, ...]:
    r"""Return a formula in pieces, each from its second on with the sign before it; what is in brackets stays whole.

    Parameters
    ----------
    factors
        Whether factors that stand side by side are pieces, too.

    >>> pieces(r"a = b\, c + \left(c - d\right) e - x_{t + 1}")
    ('a', '= b\\, c', '+ \\left(c - d\\right) e', '- x_{t + 1}')
    """
    return tuple(filter(None, (piece.strip() for piece in _pieces(latex, factors=factors))))


def _pieces(latex: str, *, factors: bool) -> Iterator[str]:
    start = depth = 0
    for mark in _MARKS.finditer(latex):
        depth += (mark.lastindex == _OPENING) - (mark.lastindex == _CLOSING)
        beside = mark.group() == LATEX.side
        if mark.lastindex in (_OPENING, _CLOSING) or depth or (beside and not factors):
            continue
        yield latex[start : mark.start()]
        start = mark.end() if beside else mark.start()
    yield latex[start:]


def _beside(parts: Sequence[str], between: str) -> Markup:
    """Return pieces one after another; an empty group before a sign has it stand between two terms, not before one."""
    from markupsafe import escape

    signed = (f"{{}} {part}" if k and part.startswith(_SIGNS) else part for k, part in enumerate(parts))
    return escape(between).join(_mathml(part, "inline") for part in signed)


def _mathml(latex: str, display: str) -> Markup:
    from latex2mathml.converter import convert
    from markupsafe import Markup

    # Our own formula: names in it are names of a cell's equations, which are identifiers.
    return Markup(convert(latex, display=display))  # noqa: S704
