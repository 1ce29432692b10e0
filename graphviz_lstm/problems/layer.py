"""A layer of a stack: a cell, the direction in which it runs, and whether what it read is added to what it puts out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from graphviz_lstm.cells.cell import Cell
from graphviz_lstm.cells.expression import Quantity, transform
from graphviz_lstm.errors import InputError, UnknownNameError, describe_unknown, shorten

if TYPE_CHECKING:
    from graphviz_lstm.cells.expression import Expression

Direction = Literal["forward", "backward", "both"]
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
FORWARD, BACKWARD, ADDED = ">", "<", "+"
"""What `Name.part` is of what belongs to a layer's cell that runs forward, to that which runs backward, to its sum."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer.

    Attributes
    ----------
    cell
        Its equations.
    direction
        `"forward"`: each step reads the one before. `"backward"`: each step reads the one after. `"both"`: two such
        cells with parameters of their own, that read the same, and whose outputs are joined, the forward one's first.
    residual
        Whether what the layer reads is added to what it puts out.

    Raises
    ------
    InputError
        If `cell` is none, or more or less than one input is to be added.
    UnknownNameError
        If there is no such direction.
    """

    cell: Cell
    direction: Direction = "forward"
    residual: bool = False

    def __post_init__(self) -> None:
        """Check."""
        if not isinstance(self.cell, Cell):
            raise InputError(f"not a cell: {shorten(self.cell)} (must be a Cell, such as LSTM)")
        require_direction(self.direction)
        if not isinstance(self.residual, bool):
            raise InputError(f"not true or false: residual is {shorten(self.residual)}")
        if self.residual and len(self.cell.inputs) != 1:
            raise InputError(
                f"cell {self.cell.name!r} of a residual layer reads {len(self.cell.inputs)} inputs "
                "(must read one, which is added to its output)"
            )

    @property
    def parts(self) -> tuple[str, ...]:
        """What `Name.part` is of each of its cells."""
        return {"forward": ("",), "backward": (BACKWARD,), "both": (FORWARD, BACKWARD)}[self.direction]

    @property
    def name(self) -> str:
        """What it is called in the name of a net.

        >>> from graphviz_lstm.cells import GRU
        >>> Layer(GRU, "both", residual=True).name
        'gru-both-residual'
        """
        told = [self.cell.name, *([] if self.direction == "forward" else [self.direction])]
        return "-".join([*told, *(["residual"] if self.residual else [])])


def require_direction(direction: object) -> Direction:
    """Return a direction; raise UnknownNameError where there is none of that name."""
    for known in DIRECTIONS:
        if isinstance(direction, str) and direction == known:
            return known
    told = direction if isinstance(direction, str) else shorten(direction)
    raise UnknownNameError(describe_unknown("direction", told, DIRECTIONS))


def turned(cell: Cell) -> Cell:
    """Return the cell that runs the other way: where it read the step before it reads the one after.

    >>> from graphviz_lstm.cells import RNN
    >>> from graphviz_lstm.cells.source import equations_of
    >>> equations_of(turned(RNN))
    ['H[t] = f_H(W_H @ X[t] + U_H @ H[t+1] + b_H)']
    """

    def other(part: Expression) -> Expression:
        return replace(part, lag=-part.lag) if isinstance(part, Quantity) else part

    equations = tuple(replace(each, expression=transform(each.expression, other)) for each in cell.equations)
    return replace(cell, equations=equations)
