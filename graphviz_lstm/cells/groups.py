"""Groups of a cell's quantities, each of which is to stand in one column of a figure, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphviz_lstm.cells.expression import Quantity, references
from graphviz_lstm.errors import EquationError, InputError, UnknownNameError, describe_unknown, shorten

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.cells.equation import Equation

    Groups = tuple[tuple[str, ...], ...]


def groups_of(cell: str, groups: object, equations: Sequence[Equation]) -> Groups:
    """Return groups of quantities.

    Parameters
    ----------
    cell
        What messages call the cell.
    groups
        A list of lists of quantities: `[["i", "f"], ["o"]]`.
    equations
        Those of the cell.

    Raises
    ------
    InputError
        If these are no such lists, one is empty, or a quantity is in two of them, or in one twice.
    UnknownNameError
        If there is no such quantity: inputs and parameters have no column.
    EquationError
        If one quantity of a group stands before another of it, since that reads it within a step, be it by way of
        other groups.

    Examples
    --------
    >>> from graphviz_lstm.cells import LSTM
    >>> groups_of("lstm", [["a", "i"], ["o"]], LSTM.equations)
    (('a', 'i'), ('o',))
    """
    if not isinstance(groups, list | tuple):
        raise InputError(
            f"not a list of groups: {shorten(groups)} in cell {cell!r} (must be such as [['i', 'f'], ['o']])"
        )
    quantities = [equation.quantity for equation in equations]
    place: dict[str, int] = {}
    for number, group in enumerate(groups):
        if not isinstance(group, list | tuple) or not group:
            raise InputError(
                f"not a group: groups[{number}] is {shorten(group)} in cell {cell!r} (must be such as ['i', 'f'])"
            )
        for name in group:
            if name not in quantities:
                told = name if isinstance(name, str) else shorten(name)
                raise UnknownNameError(
                    f"{describe_unknown('quantity', told, quantities)} in groups[{number}] of cell {cell!r}"
                )
            if name in place:
                raise InputError(
                    f"quantity twice in groups of cell {cell!r}: {name!r} in groups[{place[name]}] and groups[{number}]"
                )
            place[name] = number
    _check_columns(cell, place, equations)
    return tuple(tuple(group) for group in groups)


def _check_columns(cell: str, place: dict[str, int], equations: Sequence[Equation]) -> None:
    """Raise unless each group can stand in one column, every quantity to the right of what it reads within its step."""
    quantities = {equation.quantity for equation in equations}
    read = {
        equation.quantity: [
            ref.name
            for ref in references(equation.expression)
            if isinstance(ref, Quantity) and not ref.lag and ref.name in quantities
        ]
        for equation in equations
    }
    members: dict[int, list[str]] = {}
    for name, number in place.items():
        members.setdefault(number, []).append(name)
    for number, group in members.items():
        # What stands before the group: whoever is read by one of it, with all of its own group.
        before: set[str] = set()
        waiting = list(group)
        while waiting:
            reader = waiting.pop()
            for name in read[reader]:
                if place.get(name) == number:
                    raise EquationError(
                        f"cannot stand in one column: groups[{number}] of cell {cell!r} has {name!r}, which is read "
                        "in the same step on the way to another of it"
                    )
                together = members[place[name]] if name in place else [name]
                waiting += [each for each in together if each not in before]
                before.update(together)
