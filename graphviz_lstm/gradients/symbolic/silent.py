"""Gates whose terms cancel exactly, for any number of steps, proved from a cell's reverse recursion in symbols.

A quantity is silent if its delta is 0 at every step: all paths through it sum to 0. Behind the last step it is 0; if
from 0 at t + 1 the recursion gives 0 at t, it is 0 everywhere. Deltas at t + 1, that of the output at t and all values
but the states that are looked at are free symbols, functions are what they are; so it holds for each of many units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sympy

from graphviz_lstm.cells.expression import Quantity, references
from graphviz_lstm.errors import CheckError, UnknownNameError, describe_unknown
from graphviz_lstm.gradients.symbolic.recursions import derive_reverse
from graphviz_lstm.gradients.symbolic.symbols import partial_to_sympy, symbol, to_sympy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.cells import Cell
    from graphviz_lstm.cells.expression import Expression
    from graphviz_lstm.gradients.symbolic.recursions import Flow
    from graphviz_lstm.gradients.symbolic.symbols import Key

_NOW, _NEXT = 1, 2


@dataclass(frozen=True, slots=True)
class Silent:
    """What was proved of a quantity of a cell.

    Attributes
    ----------
    cell, quantity
        Of what.
    difference
        What must be 0, simplified: `"0"`.
    """

    cell: str
    quantity: str
    difference: str


def prove_silent(cell: Cell, quantity: str, *, states: Sequence[str] = ()) -> Silent:
    """Prove that the delta of a quantity is 0 at every step.

    Parameters
    ----------
    states
        What is written out at t: the states that read the quantity.

    Raises
    ------
    UnknownNameError
        If the cell has no such quantity.
    CheckError
        If from 0 at t + 1 it is not 0 at t.

    Examples
    --------
    >>> from graphviz_lstm.cells import CELLS
    >>> prove_silent(CELLS["slstm"], "m", states=("c", "n")).difference
    '0'
    """
    step = _Step(cell, silent=(quantity,), states=states, written_out=_NOW)
    return _proved(cell, quantity, step.delta(quantity))


def prove_scale(cell: Cell, quantity: str, *, states: Sequence[str], silent: Sequence[str] = ()) -> Silent:
    """Prove that the deltas of a quantity sum to 0 over all steps if its states start from 0.

    With A_t the sum over `states` of state_t times delta state_t: A is 0 behind the last step and 0 where the states
    are 0, and from step to step it rises by the delta of the quantity. What is added to it at each step, a bias, has
    derivative 0. `silent` are quantities whose deltas are known to be 0.

    Raises
    ------
    UnknownNameError
        If the cell has no such quantity or state.
    CheckError
        If A does not rise by that delta.

    Examples
    --------
    >>> from graphviz_lstm.cells import CELLS
    >>> prove_scale(CELLS["slstm"], "i", states=("c", "n"), silent=("m",)).difference
    '0'
    """
    step = _Step(cell, silent=silent, states=states, written_out=_NEXT)
    rise = sum((step.value(state, _NEXT) * step.later[state] for state in states), start=sympy.Integer(0))
    rise -= sum((step.value(state, _NOW) * step.delta(state) for state in states), start=sympy.Integer(0))
    return _proved(cell, quantity, rise - step.next_delta(quantity))


class _Step:
    """One step of a cell's reverse recursion in symbols, each delta of the step after it and of the output free."""

    def __init__(self, cell: Cell, *, silent: Sequence[str], states: Sequence[str], written_out: int) -> None:
        reverse = derive_reverse(cell)
        self._lines = {line.quantity: line for line in reverse.lines}
        for name in (*silent, *states):
            if name not in self._lines:
                raise UnknownNameError(describe_unknown("quantity", name, self._lines))
        self._cell, self._outputs = cell, reverse.outputs
        self.later: dict[str, Any] = {name: symbol(f"delta {name}_t+1") for name in self._lines}
        self._values: dict[Key, Any] = {(name, None): symbol(name) for name in cell.parameters}
        for name in (*cell.inputs, *self._lines):
            for step in (_NOW - 1, _NOW, _NEXT):
                self._values[name, step] = symbol(f"{name}_{step}")
        self._silent = silent
        # What is written out is an expression in free symbols, the states of the step before among them.
        for equation in cell.equations:
            if equation.quantity in states:
                self._values[equation.quantity, written_out] = self._written(equation.expression, written_out)

    def _written(self, expression: Expression, step: int) -> Any:
        return to_sympy(expression, step, self._values, bound=self._cell.activations, concrete=True)

    def value(self, name: str, step: int) -> Any:
        """Return the value of a quantity at a step."""
        return self._values[name, step]

    def delta(self, name: str) -> Any:
        """Return the delta of a quantity at t, in those at t + 1 and that of the output at t."""
        if name in self._outputs:
            return symbol(f"delta {name}_t")
        return sum((self._flow(flow, flow.at.offset) for flow in self._lines[name].terms), start=sympy.Integer(0))

    def next_delta(self, name: str) -> Any:
        """Return the delta of a quantity at t + 1 in those of its readers of that step; nothing reads it later."""
        reads = [each for each in self._cell.equations if Quantity(name, 1) in references(each.expression)]
        if reads:
            raise CheckError(f"not proven: {name!r} is read one step later, by {reads[0].quantity!r}")
        return sum((self._flow(flow, 1) for flow in self._lines[name].terms), start=sympy.Integer(0))

    def _flow(self, flow: Flow, later: int) -> Any:
        if flow.quantity in self._silent:
            return sympy.Integer(0)
        head = self.later[flow.quantity] if later else self.delta(flow.quantity)
        partial = partial_to_sympy(flow.terms, _NOW + later, self._values, bound=self._cell.activations, concrete=True)
        return partial * head


def _proved(cell: Cell, quantity: str, difference: Any) -> Silent:
    # Zero where the numerator is: a fraction need not be brought to its lowest terms for that.
    left = sympy.expand(sympy.fraction(sympy.together(sympy.expand_power_exp(difference)))[0])
    if left != 0:
        raise CheckError(f"not proven: the deltas of {quantity!r} in cell {cell.name!r} leave {left}"[:400])
    return Silent(cell.name, quantity, str(left))
