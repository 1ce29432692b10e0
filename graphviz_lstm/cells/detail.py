"""A cell at a finer detail: a quantity for each function's argument and for each function that stands within more."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from graphviz_lstm.cells.cell import Cell, Equation
from graphviz_lstm.cells.expression import Apply, Parameter, Quantity, substitute, walk
from graphviz_lstm.cells.operations import operation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeGuard

    from graphviz_lstm.cells.expression import Expression, Reference
    from graphviz_lstm.cells.names import Name


@lru_cache(maxsize=64)
def in_operations(cell: Cell) -> Cell:
    """Return the same cell with a quantity for each function's argument and for each function.

    `Z_A[t] = W_A @ X[t] + ...` and `a[t] = f_A(Z_A[t])` where there was `a[t] = f_A(W_A @ X[t] + ...)`, and a quantity
    that reads as `f_S(S_t)` where `f_S(S[t])` stood within a product.
    """
    applied = Counter(
        (part.operation, part.arguments[0].name)
        for equation in cell.equations
        for part in dict.fromkeys(walk(equation.expression))
        if is_function(part, cell) and isinstance(part.arguments[0], Parameter | Quantity)
    )
    equations: list[Equation] = []
    names: dict[str, Name] = dict(cell.names)
    for equation in cell.equations:
        equations.extend(_split(equation, cell, applied, names))
    return Cell(cell.name, tuple(equations), cell.activations, cell.output, names=names, ranks=cell.ranks)


def is_function(part: Expression, cell: Cell) -> TypeGuard[Apply]:
    """Return whether a part is an activation, bound or not: a function of one array, entry by entry."""
    return isinstance(part, Apply) and operation(part.operation, cell.activations).is_activation


def _split(
    equation: Equation, cell: Cell, applied: Mapping[tuple[str, str], int], names: dict[str, Name]
) -> list[Equation]:
    """Return `equation` after the equations of the parts that it is split into; note what these are called."""
    parts: list[Equation] = []
    replacements: dict[Expression, Expression] = {}
    # The innermost first: an outer part then reads the quantities of the inner ones.
    for part in reversed(list(walk(equation.expression))):
        if not is_function(part, cell) or part in replacements:
            continue
        argument = substitute(part.arguments[0], replacements)
        if part.name is not None:
            parts.append(Equation(part.name, argument, equation.quantity, inside=True))
            argument = Quantity(part.name)
        call = Apply(part.operation, (argument,))
        if part == equation.expression:
            replacements[part] = call
            continue
        assert isinstance(argument, Parameter | Quantity)  # noqa: S101 -- a longer one has been given a name
        # The same function of the same quantity elsewhere, or of it at another step: the owner tells them apart.
        often = applied[part.operation, argument.name] > 1
        owner = equation.quantity if often else None
        key = _key(part.operation, argument, owner)
        names[key] = replace(
            cell.name_of(part.operation),
            argument=_argument(names.get(argument.name) or cell.name_of(argument.name), argument),
            owner=cell.name_of(owner) if owner else None,
        )
        parts.append(Equation(key, call, equation.quantity, inside=True))
        replacements[part] = Quantity(key)
    return [*parts, replace(equation, expression=substitute(equation.expression, replacements))]


def _argument(name: Name, reference: Reference) -> Name:
    if isinstance(reference, Parameter):
        return replace(name, moving=False)
    return replace(name, lag=reference.lag)


def _key(function: str, argument: Reference, owner: str | None) -> str:
    """Return a key that no identifier is: it identifies, and nobody reads it back."""
    lag = f"[t{-argument.lag:+d}]" if isinstance(argument, Quantity) and argument.lag else ""
    return f"{function}({argument.name}{lag})" + (f" in {owner}" if owner else "")
