"""An equation as data: what is computed at every step, and how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graphviz_lstm.cells.expression import Expression

LATEST = 16
"""How many steps late a quantity may be read: each of them is a state that the cell keeps."""


@dataclass(frozen=True, slots=True)
class Equation:
    """`quantity[t] = expression`.

    `origin` is the quantity as whose part this one was written, and `inside` tells whether it was written inside a
    function: both differ from the plain case only in what `cells.detail.in_operations` makes. `keeps` tells that the
    quantity only keeps one of the step before, for an equation that reads it later still; see `cells.delays`.
    """

    quantity: str
    expression: Expression
    origin: str = ""
    inside: bool = False
    keeps: bool = False

    def __post_init__(self) -> None:
        """Let an equation that is nobody's part be its own."""
        if not self.origin:
            object.__setattr__(self, "origin", self.quantity)
