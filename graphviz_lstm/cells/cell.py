"""A cell: equations as data, and what can be read off them.

Which of the cell's names are parameters, inputs and states is not declared: it follows from how the equations use
them. Neither is a cell's kind: an LSTM and a GRU are two texts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from graphviz_lstm.cells.expression import (
    Application,
    Expression,
    Parameter,
    Quantity,
    references,
    substitute,
    walk,
)
from graphviz_lstm.errors import EquationError, UnknownNameError, describe_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Equation:
    """`quantity[t] = expression`.

    `origin` is the quantity as whose part this one was written, and `inside` tells whether it was written inside an
    activation: both differ from the plain case only in what `Cell.in_operations` makes.
    """

    quantity: str
    expression: Expression
    origin: str = ""
    inside: bool = False

    def __post_init__(self) -> None:
        """Let an equation that is nobody's part be its own."""
        if not self.origin:
            object.__setattr__(self, "origin", self.quantity)


@dataclass(frozen=True, slots=True)
class Cell:
    """The equations of one step, in an order in which they can be computed.

    Attributes
    ----------
    name
        What the cell is called.
    equations
        One for each quantity that is not an input; given in any order, kept in the given one as far as it can be
        computed so.
    activations
        General name -> activation: `{"f_A": "tanh"}`.
    output
        The quantity that the loss reads.

    Raises
    ------
    EquationError
        If a quantity is defined twice, depends on itself within a step, or is both a parameter and a quantity.
    UnknownNameError
        If `output` is not a quantity of an equation.
    """

    name: str
    equations: tuple[Equation, ...]
    activations: Mapping[str, str]
    output: str
    parameters: tuple[str, ...] = field(init=False)
    inputs: tuple[str, ...] = field(init=False)
    states: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Order the equations and read the names' parts off them."""
        names = [equation.quantity for equation in self.equations]
        defined = frozenset(names)
        for quantity in names:
            if names.count(quantity) > 1:
                raise EquationError(f"quantity defined twice: {quantity!r} in cell {self.name!r}")
        if self.output not in defined:
            raise UnknownNameError(f"{describe_unknown('output', self.output, names)} in cell {self.name!r}")
        read = [ref for equation in self.equations for ref in references(equation.expression)]
        quantities = [ref for ref in read if isinstance(ref, Quantity)]
        parameters = tuple(dict.fromkeys(ref.name for ref in read if isinstance(ref, Parameter)))
        for parameter in parameters:
            if parameter in defined or any(ref.name == parameter for ref in quantities):
                raise EquationError(
                    f"{parameter!r} is both a parameter and a quantity in cell {self.name!r}: "
                    f"a quantity is always written {parameter}[t] or {parameter}[t-1]"
                )
        for ref in quantities:
            if ref.lag and ref.name not in defined:
                raise EquationError(
                    f"input {ref.name!r} is read one step late in cell {self.name!r}: "
                    f"only a quantity that an equation defines has a step before"
                )
        set_field = object.__setattr__
        set_field(self, "equations", _in_order(self.name, self.equations))
        set_field(self, "activations", MappingProxyType(dict(self.activations)))
        set_field(self, "parameters", parameters)
        set_field(self, "inputs", tuple(dict.fromkeys(ref.name for ref in quantities if ref.name not in defined)))
        lagged = {ref.name for ref in quantities if ref.lag}
        set_field(self, "states", tuple(e.quantity for e in self.equations if e.quantity in lagged))

    def in_operations(self) -> Cell:
        """Return the same cell with a quantity for each activation's argument and for each activation.

        `Z_A[t] = W_A @ X[t] + ...` and `a[t] = f_A(Z_A[t])` where there was `a[t] = f_A(W_A @ X[t] + ...)`, and
        `f_S(S)[t] = f_S(S[t])` where `f_S(S[t])` stood within a product.
        """
        equations: list[Equation] = []
        for equation in self.equations:
            equations.extend(_split(equation))
        return Cell(self.name, tuple(equations), self.activations, self.output)


def _split(equation: Equation) -> list[Equation]:
    """Return `equation` after the equations of the parts that it is split into."""
    parts: list[Equation] = []
    replacements: dict[Expression, Expression] = {}
    # The innermost first: an outer part then reads the quantities of the inner ones.
    for part in reversed(list(walk(equation.expression))):
        if not isinstance(part, Application) or part in replacements:
            continue
        argument = substitute(part.argument, replacements)
        if part.argument_name is not None:
            parts.append(Equation(part.argument_name, argument, equation.quantity, inside=True))
            argument = Quantity(part.argument_name)
        applied = Application(part.function, argument)
        if part is equation.expression:
            replacements[part] = applied
            continue
        match argument:
            case Quantity(name, lag):
                name = f"{part.function}({name}[t-1])" if lag else f"{part.function}({name})"
            case Parameter(name):
                name = f"{part.function}({name})"
        parts.append(Equation(name, applied, equation.quantity, inside=True))
        replacements[part] = Quantity(name)
    return [*parts, Equation(equation.quantity, substitute(equation.expression, replacements))]


def _in_order(cell: str, equations: tuple[Equation, ...]) -> tuple[Equation, ...]:
    """Return `equations` so that each stands after those that it reads within a step."""
    waiting = list(equations)
    defined = {equation.quantity for equation in equations}
    ordered: list[Equation] = []
    ready: set[str] = set()
    while waiting:
        for equation in waiting:
            needs = {
                ref.name
                for ref in references(equation.expression)
                if isinstance(ref, Quantity) and not ref.lag and ref.name in defined
            }
            if needs <= ready:
                break
        else:
            circle = ", ".join(repr(equation.quantity) for equation in waiting)
            raise EquationError(f"quantities depend on each other within one step: {circle} in cell {cell!r}")
        waiting.remove(equation)
        ordered.append(equation)
        ready.add(equation.quantity)
    return tuple(ordered)
