"""What is read two steps late and later: kept step by step, so that every equation reads this step or the one before.

`H[t-2]` is read as `H'[t-1]`, where `H'[t] = H[t-1]`; `H[t-3]` as `H''[t-1]`, where `H''[t] = H'[t-1]`. No name in a
text has a prime. The partial of keeping is the identity: paths, their number and what each contributes are as they
would be without.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.cells.equation import LATEST, Equation
from graphviz_lstm.cells.expression import Quantity, references, substitute
from graphviz_lstm.errors import EquationError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.cells.expression import Expression

_PRIMES = 3


def kept_name(name: str, steps: int) -> str:
    """Return what a quantity is called that keeps another for so many steps.

    >>> [kept_name("H", steps) for steps in (0, 1, 3, 4)]
    ['H', "H'", "H'''", "H'4"]
    """
    return f"{name}{chr(39) * steps}" if steps <= _PRIMES else f"{name}'{steps}"


def without_delays(cell: str, equations: Sequence[Equation]) -> tuple[Equation, ...]:
    """Return equations none of which reads later than the step before, after those of what is kept for them.

    Parameters
    ----------
    cell
        What messages call the cell.

    Raises
    ------
    EquationError
        If something is read more than `LATEST` steps late, or is an input, which no step keeps.
    """
    late: dict[str, int] = {}
    defined = {equation.quantity for equation in equations}
    for equation in equations:
        for ref in references(equation.expression):
            if isinstance(ref, Quantity) and ref.lag not in (-1, 0, 1):
                if not -1 <= ref.lag <= LATEST:
                    raise EquationError(
                        f"{ref.name!r} is read {ref.lag} steps late in cell {cell!r} (must be from -1 to {LATEST})"
                    )
                if ref.name not in defined:
                    raise EquationError(
                        f"input {ref.name!r} is read {ref.lag} steps late in cell {cell!r}: "
                        "only a quantity that an equation defines has steps before"
                    )
                late[ref.name] = max(late.get(ref.name, 0), ref.lag)
    if not late:
        return tuple(equations)
    kept = [
        Equation(kept_name(name, steps), Quantity(kept_name(name, steps - 1), 1), keeps=True)
        for name, most in late.items()
        for steps in range(1, most)
    ]
    replaced: dict[Expression, Expression] = {
        Quantity(name, lag): Quantity(kept_name(name, lag - 1), 1)
        for name, most in late.items()
        for lag in range(2, most + 1)
    }
    read = [replace(equation, expression=substitute(equation.expression, replaced)) for equation in equations]
    known = {equation.quantity for equation in read}
    return (*(equation for equation in kept if equation.quantity not in known), *read)


def kept_from(equations: Sequence[Equation]) -> dict[str, Quantity]:
    """Return for each quantity that keeps another what it keeps, and how many steps late.

    >>> from graphviz_lstm.cells import parse_cell
    >>> kept_from(parse_cell("c", "H[t] = tanh(X[t] + H[t-3])").equations)
    {"H'": Quantity(name='H', lag=1), "H''": Quantity(name='H', lag=2)}
    """
    found: dict[str, Quantity] = {}
    kept = {e.quantity: e.expression for e in equations if e.keeps}
    for name, first in kept.items():
        source, steps = first, 1
        while isinstance(source, Quantity) and source.name in kept:
            source, steps = kept[source.name], steps + 1
        assert isinstance(source, Quantity)  # noqa: S101 -- what is kept is a quantity of the step before
        found[name] = Quantity(source.name, steps)
    return found
