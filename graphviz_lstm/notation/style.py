"""The two ways in which formulas are written: as a line of text, and in LaTeX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.notation import names

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.cells.names import Name
    from graphviz_lstm.cells.operations import Operation, Writing


@dataclass(frozen=True, slots=True)
class Style:
    """What differs between ways of writing; templates take what is written at `{}`.

    Attributes
    ----------
    name
        How a name reads.
    writing
        Which column of the operations table says how an operation is written.
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
    ratio, bar, dot
        d(x)/d(y); the adjoint of x; the tangent of x.
    """

    name: Callable[[Name], str]
    writing: Callable[[Operation], Writing | None]
    function: Callable[[str], str]
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
    bar: str
    dot: str


def _latex_function(name: str) -> str:
    """Return the name of a function in LaTeX: a general one as a name, a known one upright."""
    if "_" in name and names.split(name)[1] and len(names.split(name)[0]) == 1:
        return names.latex(names.Name(name))
    escaped = name.replace("_", r"\_")
    return rf"\operatorname{{{escaped}}}"


TEXT = Style(
    name=names.text,
    writing=lambda row: row.text,
    function=str,
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
    bar="adj({})",
    dot="d({})",
)

LATEX = Style(
    name=names.latex,
    writing=lambda row: row.latex or row.text,
    function=_latex_function,
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
    bar=r"\overline{{{}}}",
    dot=r"\dot{{{}}}",
)
