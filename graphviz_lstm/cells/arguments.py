"""What functions are applied to has names of its own, where it is more than a name: `Z_A` inside `f_A`."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.cells.expression import Apply, Expression, Parameter, Quantity, substitute, walk
from graphviz_lstm.cells.operations import operation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TypeGuard

    from graphviz_lstm.cells.equation import Equation


def name_arguments(equations: Sequence[Equation], bound: Mapping[str, str]) -> list[Equation]:
    """Name each function's long argument: `Z_A` inside `f_A`, and by the quantity where that would not be unique.

    Parameters
    ----------
    equations
        With no argument named yet.
    bound
        General name -> activation.
    """

    def has_long_argument(part: Expression) -> TypeGuard[Apply]:
        if not isinstance(part, Apply) or isinstance(part.arguments[0], Quantity | Parameter):
            return False
        return operation(part.operation, bound).is_activation

    uses = Counter(part.operation for e in equations for part in walk(e.expression) if has_long_argument(part))
    taken = {equation.quantity for equation in equations} | {
        part.name for e in equations for part in walk(e.expression) if isinstance(part, Parameter | Quantity)
    }
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
