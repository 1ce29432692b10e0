"""Which sizes must agree: read off the equations, then held against arrays.

Every name has one or two sizes, each of which is an unknown. `W @ x` says that W has as many columns as x has entries;
`a + b` and `a * b` say that a and b are of one size. Unknowns that must agree are merged (a disjoint-set forest), and
the first array that brings a number for one of them fixes it for all the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.cells.expression import (
    Application,
    Expression,
    MatrixProduct,
    Negative,
    Number,
    Parameter,
    Product,
    Quantity,
    Sum,
)
from graphviz_lstm.errors import EquationError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphviz_lstm.cells.cell import Cell

Size = tuple[str, int]
"""An unknown: axis 0 or 1 of the array that bears the name."""


@dataclass(slots=True)
class _Forest:
    parent: dict[Size, Size]

    def root(self, size: Size) -> Size:
        self.parent.setdefault(size, size)
        while self.parent[size] != size:
            size = self.parent[size]
        return size

    def join(self, first: Size | None, second: Size | None) -> Size | None:
        """Make the two agree and return what they now both are; None is a number, which fits every size."""
        if first is None or second is None:
            return first or second
        a, b = self.root(first), self.root(second)
        self.parent[b] = a
        return a


def sizes_of(cell: Cell) -> dict[str, tuple[Size, ...]]:
    """Return for each parameter, input and quantity of `cell` its sizes; sizes that must agree are the same object.

    Raises
    ------
    EquationError
        If a parameter is used both as a matrix and as a vector.

    Examples
    --------
    >>> from graphviz_lstm.cells import parse_cell
    >>> sizes = sizes_of(parse_cell("c", "H[t] = tanh(W @ X[t] + b)"))
    >>> sizes["W"] == (*sizes["H"], *sizes["X"]), sizes["b"] == sizes["H"]
    (True, True)
    """
    forest = _Forest({})
    axes: dict[str, int] = {}

    def note(name: str, count: int) -> None:
        if axes.setdefault(name, count) != count:
            raise EquationError(f"parameter {name!r} is used both as a matrix and as a vector in cell {cell.name!r}")

    def size(expression: Expression) -> Size | None:
        match expression:
            case Number():
                return None
            case Parameter(name) | Quantity(name):
                note(name, 1)
                return forest.root((name, 0))
            case MatrixProduct(Parameter(name), right):
                note(name, 2)
                forest.join((name, 1), size(right))
                return forest.root((name, 0))
            case Sum(terms):
                result = None
                for term in terms:
                    result = forest.join(result, size(term))
                return result
            case Product(left, right):
                return forest.join(size(left), size(right))
            case Negative(argument) | Application(argument=argument):
                return size(argument)
            case _:
                raise TypeError(expression)

    for equation in cell.equations:
        note(equation.quantity, 1)
        forest.join((equation.quantity, 0), size(equation.expression))
    return {name: tuple(forest.root((name, axis)) for axis in range(count)) for name, count in axes.items()}


class SizeBook:
    """The numbers that arrays brought for a cell's sizes, and who brought each."""

    def __init__(self, cell: Cell) -> None:
        """Start with nothing known."""
        self._sizes = sizes_of(cell)
        self._known: dict[Size, tuple[int, str]] = {}

    def shape(self, name: str) -> tuple[int, ...] | None:
        """Return the shape that the array called `name` must have, or None where a size of it is not known yet."""
        known = [self._known[size][0] for size in self._sizes[name] if size in self._known]
        return tuple(known) if len(known) == len(self._sizes[name]) else None

    def admit(self, name: str, shape: Iterable[int], what: str) -> None:
        """Hold the array `what`, an instance of `name`, against what is known, and learn from it.

        Raises
        ------
        ShapeError
            If it has another number of axes, or a size that another array has fixed otherwise.
        """
        shape = tuple(shape)
        sizes = self._sizes[name]
        if len(shape) != len(sizes):
            kind = "a vector (one axis)" if len(sizes) == 1 else "a matrix (two axes)"
            raise ShapeError(f"wrong shape: {what} is {shape}, must be {kind}")
        if 0 in shape:
            raise ShapeError(f"wrong shape: {what} is {shape}, must not be empty")
        for axis, (size, number) in enumerate(zip(sizes, shape, strict=True)):
            due, by = self._known.setdefault(size, (number, what))
            if number != due:
                wanted = tuple(self._known.get(s, (n, ""))[0] for s, n in zip(sizes, shape, strict=True))
                raise ShapeError(f"wrong shape: {what} is {shape}, must be {wanted}: axis {axis} has {due} in {by}")
