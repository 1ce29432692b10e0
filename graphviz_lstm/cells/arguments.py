"""What functions are applied to has names of its own, where it is more than a name: `Z_A` inside `f_A`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.cells.delays import kept_name
from graphviz_lstm.cells.expression import Apply, Expression, Parameter, Quantity, substitute, walk
from graphviz_lstm.cells.operations import operation
from graphviz_lstm.errors import EquationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import TypeGuard

    from graphviz_lstm.cells.equation import Equation


def check_arguments(cell: str, equations: Iterable[Equation], names: Iterable[str]) -> None:
    """Raise EquationError unless each long argument has a name of its own, which none of `names` is.

    Within one equation the same argument of the same function may stand twice.
    """
    taken: dict[str, object] = dict.fromkeys(names, "another name")
    for equation in equations:
        for part in walk(equation.expression):
            if isinstance(part, Apply) and part.name is not None and part.derivative is None:
                own = equation.quantity, part
                if taken.setdefault(part.name, own) != own:
                    raise EquationError(
                        f"two things would be called {part.name!r} in cell {cell!r}: an argument in the equation of "
                        f"{equation.quantity!r} is (without a name it is given one of its own)"
                    )


def _read(equations: Iterable[Equation]) -> set[str]:
    """Return the names that equations read, and those of the states that keep what they read late."""
    found: set[str] = set()
    for equation in equations:
        for part in walk(equation.expression):
            if isinstance(part, Parameter | Quantity):
                lag = part.lag if isinstance(part, Quantity) else 0
                found |= {part.name, *(kept_name(part.name, steps) for steps in range(1, lag))}
    return found


def name_arguments(
    equations: Sequence[Equation], bound: Mapping[str, str], others: Iterable[str] = ()
) -> list[Equation]:
    """Name each function's long argument: `Z_A` inside `f_A`, and by the quantity where that would not be unique.

    Parameters
    ----------
    equations
        With no argument named yet.
    bound
        General name -> activation.
    others
        Names that something else bears.
    """

    def has_long_argument(part: Expression) -> TypeGuard[Apply]:
        if not isinstance(part, Apply) or isinstance(part.arguments[0], Quantity | Parameter):
            return False
        return operation(part.operation, bound).is_activation

    uses = Counter(part.operation for e in equations for part in walk(e.expression) if has_long_argument(part))
    taken = {equation.quantity for equation in equations} | _read(equations) | set(others)
    named = []
    for equation in equations:
        replacements: dict[Expression, Expression] = {}
        # The innermost first, so that an outer one is found with its parts already named.
        for part in reversed(list(walk(equation.expression))):
            if part in replacements or not has_long_argument(part):
                continue
            index = part.operation.removeprefix("f_") if uses[part.operation] == 1 else equation.quantity
            name = f"Z_{index}"
            while name in taken:
                name += "'"
            taken.add(name)
            replacements[part] = replace(
                part, arguments=tuple(substitute(a, replacements) for a in part.arguments), name=name
            )
        named.append(replace(equation, expression=substitute(equation.expression, replacements)))
    return named
