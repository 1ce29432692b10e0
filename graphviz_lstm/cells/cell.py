"""A cell: equations as data, and what can be read off them.

Which of the cell's names are parameters, inputs and states is not declared: it follows from how the equations use
them. Neither is a cell's kind: an LSTM and a GRU are two texts. A net of several layers is a cell too, whose names say
of which layer they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphviz_lstm.cells.about import About
from graphviz_lstm.cells.arguments import check_arguments
from graphviz_lstm.cells.delays import without_delays
from graphviz_lstm.cells.equation import Equation
from graphviz_lstm.cells.expression import Apply, Number, Parameter, Quantity, depth, references, walk
from graphviz_lstm.cells.groups import groups_of
from graphviz_lstm.cells.names import Name
from graphviz_lstm.cells.operations import OPERATIONS, activation
from graphviz_lstm.cells.order import Run, runs_of
from graphviz_lstm.cells.ranks import infer_ranks
from graphviz_lstm.errors import EquationError, InputError, UnknownNameError, describe_unknown, shorten
from graphviz_lstm.frozen import Frozen
from graphviz_lstm.given import require_kind, several

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from graphviz_lstm.cells.groups import Groups

__all__ = ["DEEPEST", "Cell", "Equation", "bound_activations"]

DEEPEST = 150
"""How many operations may stand within each other in one equation: what walks an expression goes a level at a time."""


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
    names
        Of a parameter or quantity that does not read as it is called (one of a layer, an applied function), what it
        is called as data.
    ranks
        Name -> 0 (a number), 1 (a vector) or 2 (a matrix): given for those that the equations do not decide otherwise
        than by default, afterwards known for all.
    about
        Where the cell is from, for readers; cells that differ in this alone are the same.
    groups
        Quantities that stand in one column of a figure, for readers too: `(("i", "f"), ("o",))`.
    parameters, inputs, states
        Read off the equations: what is the same at every step, what no equation defines, what the next step reads, or
        that before.
    constants
        Name -> number, read off the equations too.
    runs
        The equations by the direction of time in which they are computed: of most cells one run, forward.
    early
        The states that are read one step early: they start behind the last step.

    Raises
    ------
    EquationError
        If a quantity is defined twice, depends on itself within a step, or is both a parameter and a quantity; if a
        name is used with two ranks; or if an equation is nested too deeply.
    UnknownNameError
        If `output` is not a quantity of an equation, or an activation is none.
    InputError
        If a general name is that of a function already, or `groups` are none.
    """

    name: str
    equations: tuple[Equation, ...]
    activations: Mapping[str, str]
    output: str
    names: Mapping[str, Name] = field(default_factory=dict)
    ranks: Mapping[str, int] = field(default_factory=dict)
    about: About = field(default=About(), compare=False)
    groups: Groups = field(default=(), compare=False)
    parameters: tuple[str, ...] = field(init=False)
    inputs: tuple[str, ...] = field(init=False)
    states: tuple[str, ...] = field(init=False)
    constants: Mapping[str, float] = field(init=False)
    runs: tuple[Run, ...] = field(init=False, repr=False, compare=False)
    early: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Order the equations and read the names' parts off them."""
        activations = bound_activations(self.name, self.activations)
        set_field = object.__setattr__
        set_field(self, "equations", several("equations", self.equations))
        if not all(isinstance(each, Equation) for each in self.equations):
            raise EquationError(f"not equations: {shorten(self.equations)} (parse_cell reads some) in {self.name!r}")
        require_kind("names", self.names, Mapping, "a mapping from names to their parts")
        set_field(self, "equations", without_delays(self.name, self.equations))
        quantities = [equation.quantity for equation in self.equations]
        for quantity, count in Counter(quantities).items():
            if count > 1:
                raise EquationError(f"quantity defined twice: {quantity!r} in cell {self.name!r}")
        if not isinstance(self.output, str) or self.output not in quantities:
            raise UnknownNameError(f"{describe_unknown('output', self.output, quantities)} in cell {self.name!r}")
        read = list(dict.fromkeys(ref for equation in self.equations for ref in references(equation.expression)))
        defined = dict.fromkeys(quantities)
        set_field(self, "early", frozenset(ref.name for ref in read if isinstance(ref, Quantity) and ref.lag < 0))
        _check_uses(self.name, read, defined, self.early)
        for equation in self.equations:
            _check_form(self.name, equation)
        lagged = {ref.name for ref in read if isinstance(ref, Quantity) and ref.lag}
        constants = _constants(self.name, self.equations, {ref.name for ref in read} | set(defined))
        set_field(self, "groups", groups_of(self.name, self.groups, self.equations))
        set_field(self, "runs", runs_of(self.name, self.equations))
        set_field(self, "equations", tuple(equation for run in self.runs for equation in run.equations))
        # Anew: what a cell has stands in the order of its equations, however they were given.
        read = list(dict.fromkeys(ref for equation in self.equations for ref in references(equation.expression)))
        set_field(self, "activations", activations)
        set_field(self, "names", Frozen(self.names))
        set_field(self, "parameters", tuple(dict.fromkeys(ref.name for ref in read if isinstance(ref, Parameter))))
        set_field(
            self,
            "inputs",
            tuple(dict.fromkeys(r.name for r in read if isinstance(r, Quantity) and r.name not in defined)),
        )
        _check_rows(self)
        check_arguments(self.name, self.equations, {*defined, *constants, *(ref.name for ref in read)})
        set_field(self, "states", tuple(e.quantity for e in self.equations if e.quantity in lagged))
        set_field(self, "constants", Frozen(constants))
        set_field(self, "ranks", Frozen(infer_ranks(self.name, self.equations, self.ranks, activations)))

    def name_of(self, key: str) -> Name:
        """Return what a parameter or quantity is called, as data."""
        return self.names.get(key) or Name(key)

    def start(self, state: str, first: int, last: int) -> int:
        """Return the step at which a state is given: that before the first, or that after the last.

        >>> from graphviz_lstm.cells import RNN, parse_cell
        >>> RNN.start("H", 1, 3), parse_cell("back", "H[t] = tanh(U @ H[t+1])").start("H", 1, 3)
        (0, 4)
        """
        return last + 1 if state in self.early else first - 1


def _check_uses(
    cell: str, read: list[Parameter | Quantity], defined: Mapping[str, None], early: Collection[str]
) -> None:
    """Raise unless every name is a parameter or a quantity, and only quantities have a step before."""
    quantities = {ref.name for ref in read if isinstance(ref, Quantity)}
    for ref in read:
        if isinstance(ref, Parameter) and (ref.name in defined or ref.name in quantities):
            raise EquationError(
                f"{ref.name!r} is both a parameter and a quantity in cell {cell!r}: "
                f"a quantity is always written {ref.name}[t] or {ref.name}[t-1]"
            )
        if isinstance(ref, Quantity) and ref.lag and ref.name not in defined:
            when, side = ("late", "before") if ref.lag > 0 else ("early", "after")
            raise EquationError(
                f"input {ref.name!r} is read one step {when} in cell {cell!r}: "
                f"only a quantity that an equation defines has a step {side}"
            )
        if isinstance(ref, Quantity) and ref.lag > 0 and ref.name in early:
            raise EquationError(
                f"{ref.name!r} is read both one step late and one step early in cell {cell!r} "
                "(must be one of both: it starts before the first step, or behind the last)"
            )


def _check_rows(cell: Cell) -> None:
    """Raise unless what picks a row of a matrix is an input of the step: a token, by which nothing is derived."""
    for equation in cell.equations:
        for part in walk(equation.expression):
            if not isinstance(part, Apply) or part.operation != "row":
                continue
            number = part.arguments[1]
            if not isinstance(number, Quantity) or number.name not in cell.inputs:
                raise EquationError(
                    f"row of {equation.quantity!r} in cell {cell.name!r} is not told by an input "
                    "(must be such as row(W, k[t]), where no equation defines k)"
                )


def _constants(cell: str, equations: Iterable[Equation], others: Collection[str]) -> dict[str, float]:
    """Return the constants that equations read; raise where a name of one is another number, or anything else."""
    found: dict[str, float] = {}
    for equation in equations:
        for part in walk(equation.expression):
            if isinstance(part, Number) and part.name:
                if found.setdefault(part.name, part.value) != part.value:
                    both = f"{found[part.name]!r} and {part.value!r}"
                    raise EquationError(f"constant {part.name!r} is two numbers in cell {cell!r}: {both}")
                if part.name in others:
                    raise EquationError(f"{part.name!r} is both a constant and another name in cell {cell!r}")
    return found


def bound_activations(cell: str, given: Mapping[str, str]) -> Frozen[str, str]:
    """Return what general names are bound to.

    Raises
    ------
    InputError
        If `given` is not a mapping, or a name has a meaning already.
    UnknownNameError
        If a name is bound to what is no activation.
    """
    if not hasattr(given, "items"):
        raise InputError(
            f"not a mapping from general names to activations: {shorten(given)} in cell {cell!r} "
            "(must be such as {'f_A': 'tanh'})"
        )
    for general, concrete in given.items():
        try:
            activation(concrete)
        except UnknownNameError as error:
            raise UnknownNameError(f"{error} for {general!r} in cell {cell!r}") from None
        if general in OPERATIONS and general != concrete:
            raise InputError(f"{general!r} is a function already: it cannot stand for {concrete!r} in cell {cell!r}")
    return Frozen(given)


def _check_form(cell: str, equation: Equation) -> None:
    if depth(equation.expression) > DEEPEST:
        raise EquationError(
            f"equation of {equation.quantity!r} nested too deeply in cell {cell!r} (at most {DEEPEST} levels)"
        )
    for part in walk(equation.expression):
        if isinstance(part, Apply) and part.operation == "power" and not isinstance(part.arguments[1], Number):
            raise EquationError(f"exponent of {equation.quantity!r} in cell {cell!r} must be a number, such as x**2")
