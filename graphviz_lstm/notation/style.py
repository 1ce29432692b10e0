"""The ways in which formulas are written: as a line of text, in LaTeX, and as the equations of a cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_lstm.cells.operations import PRODUCT, SUM, Writing
from graphviz_lstm.notation import names

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.cells.names import Name
    from graphviz_lstm.cells.operations import Operation


@dataclass(frozen=True, slots=True)
class Style:
    """What differs between ways of writing; templates take what is written at `{}`.

    Attributes
    ----------
    name
        How a name reads.
    writing
        Which column of the operations table says how an operation is written.
    function
        How the name of a function reads.
    derived
        How the derivative of a function is written out, @ standing for its bracketed argument; None if it is not.
    side
        Between numbers that are multiplied.
    times, apply
        Between arrays that are multiplied entry by entry, and as matrices.
    bracket, transposed, diagonal, slot
        An expression in brackets; a matrix transposed; a vector as a diagonal matrix; where a matrix would stand.
    inner, entries
        The inner product of two; the sum of the entries of one.
    call
        A function and its argument in brackets.
    prime
        The mark of a derivative, the number of the argument in it where a function has several.
    ratio, local, dot, delta
        d(x)/d(y), all in all and with the other parents held fixed; the tangent of x; the adjoint of x, dE/dx.
    total
        A sum over all steps.
    comma
        Between two formulas on a line.
    words
        Words within a formula.
    matrices
        Between the matrices whose product is a partial of arrays, a diagonal as one of them; None where a partial of
        arrays is written as that of numbers.
    binding
        How tightly a product of matrices binds: in text not enough to stand beside `*`.
    brief
        Whether a function's long argument is written by its name.
    """

    name: Callable[[Name], str]
    writing: Callable[[Operation], Writing | None]
    function: Callable[[str], str]
    derived: Callable[[Operation], str | None]
    side: str
    times: str
    apply: str
    bracket: str
    transposed: str
    diagonal: str
    slot: str
    inner: str
    entries: str
    call: str
    prime: str
    ratio: str
    local: str
    dot: str
    delta: str
    total: str
    comma: str
    words: str
    matrices: str | None = None
    binding: int = SUM
    brief: bool = True


def _latex_function(name: str) -> str:
    """Return the name of a function in LaTeX: a general one as a name, a known one upright."""
    letter, index = names.split(name)
    if index and len(letter) == 1:
        return names.latex(names.Name(name))
    escaped = name.replace("_", r"\_")
    return rf"\operatorname{{{escaped}}}" if name.isascii() else rf"\text{{{escaped}}}"


TEXT = Style(
    name=names.text,
    writing=lambda row: row.text,
    function=str,
    derived=lambda row: row.derived and row.derived[0],
    side=" * ",
    times=" * ",
    apply=" @ ",
    bracket="({})",
    transposed="{}^T",
    diagonal="diag({})",
    slot="(.)",
    inner="<{}, {}>",
    entries="sum({})",
    call="{}({})",
    prime="{}'",
    ratio="d{}/d{}",
    local="d {}/d {}",
    dot="d({})",
    delta="delta {}",
    total="sum_t {}",
    comma=", ",
    words="{}",
)
"""A line of text, as an edge's label reads: a partial says what is multiplied, whatever the sizes."""

LINE = replace(TEXT, matrices=" @ ")
"""A line of text in a derivation: a partial of arrays is a product of matrices, as in LaTeX."""

LATEX = Style(
    name=names.latex,
    writing=lambda row: row.latex or row.text,
    function=_latex_function,
    derived=lambda row: row.derived and row.derived[1],
    side=r"\, ",
    times=r" \odot ",
    apply=" ",
    bracket=r"\left({}\right)",
    transposed=r"{}^{{\top}}",
    diagonal=r"\operatorname{{diag}}\left({}\right)",
    slot=r"\left(\cdot\right)",
    inner=r"\left\langle {}, {}\right\rangle",
    entries=r"\operatorname{{sum}}\left({}\right)",
    call=r"{}\left({}\right)",
    prime="{}'",
    ratio=r"\frac{{d{}}}{{d{}}}",
    local=r"\frac{{\partial {}}}{{\partial {}}}",
    dot=r"\dot{{{}}}",
    delta=r"\delta {}",
    total=r"\sum_{{t}} {}",
    comma=r",\quad ",
    words=r"\text{{{}}}",
    matrices=r"\, ",
    binding=PRODUCT,
)


EQUATION = replace(TEXT, name=names.equation, brief=False)
"""The equations of a cell: what `parse_cell` reads."""


def as_numbers(style: Style) -> Style:
    """Return a style for one unit, where whatever is multiplied is numbers side by side."""
    beside = Writing(f"{{0}}{style.side}{{1}}", PRODUCT, (PRODUCT, PRODUCT))
    return replace(style, writing=lambda row: beside if row.name in ("multiply", "matmul") else style.writing(row))
