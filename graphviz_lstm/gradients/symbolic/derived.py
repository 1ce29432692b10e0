"""sympy's derivative of an expression whose parts stand in many places, each part derived once.

`sympy.diff` walks through all that an expression holds at every level, once for each place where it stands: of a loss
with everything put in these are many times more places than parts.
"""

from __future__ import annotations

from typing import Any

import sympy


def derivative_of(whole: Any, variable: Any) -> Any:
    """Return the derivative of an expression with regard to a symbol.

    sympy says of each part what it is derived by each of its arguments; the chain rule puts these together.

    >>> x, y = sympy.symbols("x y")
    >>> derivative_of(sympy.sin(x * y) ** 2 + y, x)
    2*y*sin(x*y)*cos(x*y)
    """
    known: dict[Any, Any] = {variable: sympy.Integer(1)}
    # Each part after those that it is made of.
    waiting = [whole]
    while waiting:
        part = waiting[-1]
        inner = [argument for argument in part.args if argument not in known]
        if part not in known and inner:
            waiting += inner
            continue
        waiting.pop()
        if part not in known:
            moving = [k for k, argument in enumerate(part.args) if known[argument] != 0]
            known[part] = sympy.Add(*(_by(part, k) * known[part.args[k]] for k in moving))
    return known[whole]


def _by(part: Any, k: int) -> Any:
    """Return the derivative of a part with regard to its argument of that number, the others held fixed."""
    place = sympy.Dummy(real=True)
    with_place = part.func(*(place if n == k else argument for n, argument in enumerate(part.args)))
    return sympy.diff(with_place, place).xreplace({place: part.args[k]})
