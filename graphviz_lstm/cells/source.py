"""The text of a cell: what `parse_cell` reads, made from the equations. `parse_cell` of it gives the same equations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.cells.delays import kept_from
from graphviz_lstm.cells.expression import Number, Parameter, Quantity, substitute
from graphviz_lstm.cells.operations import ATOM, FACTOR, PRODUCT, SUM, operation
from graphviz_lstm.errors import EquationError

if TYPE_CHECKING:
    from graphviz_lstm.cells.cell import Cell
    from graphviz_lstm.cells.expression import Apply, Expression


def equations_of(cell: Cell) -> list[str]:
    """Return the equations of a cell as text, one a line.

    Raises
    ------
    EquationError
        If a name is one that no text can say.

    Examples
    --------
    >>> from graphviz_lstm.cells import GRU
    >>> equations_of(GRU)[-1]
    'H[t] = z[t] * H[t-1] + (1 - z[t]) * h[t]'
    """
    kept = kept_from(cell.equations)
    for name in cell.ranks:
        if not name.isidentifier() and name not in kept:
            raise EquationError(f"the name {name!r} of cell {cell.name!r} cannot be written as text")
    late: dict[Expression, Expression] = {
        Quantity(name, 1): Quantity(source.name, source.lag + 1) for name, source in kept.items()
    }
    own = [(e.quantity, substitute(e.expression, late)) for e in cell.equations if not e.keeps]
    return [f"{quantity}[t] = {_written(expression, SUM, cell)}" for quantity, expression in own]


def _written(expression: Expression, place: int, cell: Cell) -> str:
    """Return an expression, bracketed where it binds less tightly than its place demands."""
    if isinstance(expression, Number) and expression.name:
        text, binding = expression.name, ATOM
    elif isinstance(expression, Number):
        text, binding = _digits(expression.value), ATOM if expression.value >= 0 else SUM
    elif isinstance(expression, Parameter):
        text, binding = expression.name, ATOM
    elif isinstance(expression, Quantity):
        text, binding = f"{expression.name}[t{f'{-expression.lag:+d}' if expression.lag else ''}]", ATOM
    else:
        text, binding = _applied(expression, cell)
    return f"({text})" if binding < place else text


def _applied(part: Apply, cell: Cell) -> tuple[str, int]:
    row = operation(part.operation, cell.activations)
    if row.operator is None:
        return f"{part.operation}({', '.join(_written(a, SUM, cell) for a in part.arguments)})", ATOM
    if row.name == "add":
        first, *others = part.arguments
        return _written(first, SUM, cell) + "".join(_signed(term, cell) for term in others), SUM
    if row.name == "negative":
        # Unlike in formulas, -a * b would be read as (-a) * b.
        return f"-{_written(part.arguments[0], FACTOR, cell)}", SUM
    places = (ATOM, SUM) if row.name == "power" else (PRODUCT, FACTOR)
    shown = [_written(argument, place, cell) for argument, place in zip(part.arguments, places, strict=True)]
    sign = row.sign if row.name == "power" else f" {row.sign} "
    return sign.join(shown), FACTOR if row.name == "power" else PRODUCT


def _signed(term: Expression, cell: Cell) -> str:
    if not isinstance(term, Number | Parameter | Quantity) and term.operation == "negative":
        return f" - {_written(term.arguments[0], PRODUCT, cell)}"
    return f" + {_written(term, PRODUCT, cell)}"


def _digits(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
