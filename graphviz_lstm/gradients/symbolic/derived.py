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
            known[part] = sympy.Add(*(_whole(_by(part, k) * known[part.args[k]]) for k in moving))
    return known[whole]


def _whole(product: Any) -> Any:
    """Return a product without a fraction before it where a factor has its denominator: (2 x + 2 y) / 2 is x + y.

    sympy makes such of half a square's derivative.
    """
    number, rest = product.as_coeff_Mul()
    if number.is_Integer:
        return product
    parts = [each.primitive() if isinstance(each, sympy.Add) else (1, each) for each in sympy.Mul.make_args(rest)]
    return sympy.Mul(number, *(common for common, _ in parts), *(factor for _, factor in parts))


def _by(part: Any, k: int) -> Any:
    """Return the derivative of a part with regard to its argument of that number, the others held fixed.

    What is no number has a symbol in its place: sympy walks through none of it.
    """
    places = {n: sympy.Dummy(real=True) for n, argument in enumerate(part.args) if n == k or not argument.is_Rational}
    bare = part.func(*(places.get(n, argument) for n, argument in enumerate(part.args)))
    return sympy.diff(bare, places[k]).xreplace({place: part.args[n] for n, place in places.items()})
