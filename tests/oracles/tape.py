"""A tape over single numbers to sixty digits, each with how far from it a float64 may lie that was computed as it was.

Numbers are mpmath's, whose exponents have no bound: nothing overflows, nothing is lost below the smallest float64. Of
every number the tape carries a running bound beside it: half a unit in the last place for each operation, what lies
between two subnormal numbers, and what the rounding of the arguments moves the result by (N. Higham, Accuracy and
Stability of Numerical Algorithms, 2002, section 3.3). A tolerance is made of that bound, and so of the net itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import mpmath
import numpy as np

from graphviz_lstm.cells.expression import Apply, Number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from graphviz_lstm.cells.expression import Expression
    from graphviz_lstm.cells.operations import Operation

    Function = Callable[[Any], Any]

MP = mpmath.MPContext()
MP.dps = 60
ZERO, ONE = MP.mpf(0), MP.mpf(1)
UNIT = MP.mpf(2) ** -53
"""What rounding to a float64 changes a number by at most, relative to it."""
SMALLEST = MP.mpf(2) ** -1075
"""What it changes a number by that lies below the normal ones."""
ANYTHING = MP.mpf(10) ** 100_000
"""So far off a number is of which nothing is known."""
# What a function of the C library may be off by, in half units.
_LIBRARY = 4
# No float64 tells exp of this from nothing, or from what is beyond every number, whatever it is multiplied by.
_FAR = MP.mpf(10) ** 5


class Ball(NamedTuple):
    """A number, and how far a float64 may be off it."""

    mid: Any
    off: Any

    def times(self, other: Ball) -> Ball:
        """Return the product, rounded."""
        (x, dx), (y, dy) = self, other
        return _rounded(x * y, abs(x) * dy + abs(y) * dx + dx * dy)

    def over(self, other: Ball) -> Ball:
        """Return the quotient, rounded; raise ZeroDivisionError where there is none."""
        (x, dx), (y, dy) = self, other
        least = abs(y) - dy
        found = x / y
        return _rounded(found, (dx + abs(found) * dy) / least if least > 0 else ANYTHING)

    def minus(self) -> Ball:
        """Return minus it: nothing is rounded."""
        return Ball(-self.mid, self.off)


def exactly(number: float) -> Ball:
    """Return a float64 as what it is."""
    return Ball(MP.mpf(float(number)), ZERO)


def total(balls: Iterable[Ball]) -> Ball:
    """Return a sum, rounded in whichever order it is taken."""
    parts = tuple(balls)
    if len(parts) < 2:
        return parts[0] if parts else Ball(ZERO, ZERO)
    size = sum((abs(part.mid) + part.off for part in parts), ZERO)
    off = sum((part.off for part in parts), ZERO)
    return Ball(sum((part.mid for part in parts), ZERO), off + (len(parts) - 1) * UNIT * size)


def along(contribution: Iterable[Ball], direction: Iterable[Ball]) -> Ball:
    """Return the inner product of a contribution and a direction."""
    return total(part.times(way) for part, way in zip(contribution, direction, strict=True))


def _rounded(mid: Any, off: Any, units: int = 1) -> Ball:
    return Ball(mid, off + units * UNIT * (abs(mid) + off) + SMALLEST)


def _of(function: Function, x: Ball) -> Ball:
    """Return a function of a number: off by what it moves when its argument does."""
    found = function(x.mid)
    if not x.off:
        return _rounded(found, ZERO, _LIBRARY)
    try:
        moved = max(abs(function(x.mid + side) - found) for side in (x.off, -x.off))
    except (ZeroDivisionError, ValueError):
        moved = ANYTHING
    return _rounded(found, moved, _LIBRARY)


def _exp(z: Any) -> Any:
    return MP.exp(min(max(z, -_FAR), _FAR))


def _sigmoid(z: Any) -> Any:
    return 1 / (1 + _exp(-z))


def _softplus(z: Any) -> Any:
    return max(z, ZERO) + MP.log1p(_exp(-abs(z)))


def _log(z: Any) -> Any:
    if z <= 0:
        raise ZeroDivisionError("no logarithm")
    return MP.log(z)


def _sqrt(z: Any) -> Any:
    if z < 0:
        raise ZeroDivisionError("no root")
    return MP.sqrt(z)


def _tanh(z: Any) -> Any:
    return MP.tanh(min(max(z, -_FAR), _FAR))


def _normal(z: Any) -> Any:
    """Return the normal distribution function."""
    return MP.erfc(-z / MP.sqrt(2)) / 2 if abs(z) < 1000 else MP.mpf(z > 0)


def _density(z: Any) -> Any:
    return _exp(-z * z / 2) / MP.sqrt(2 * MP.pi)


def _sign(z: Any) -> Any:
    return MP.mpf((z > 0) - (z < 0))


FUNCTIONS: dict[str, tuple[Function, Function]] = {
    "identity": (lambda z: z, lambda _: ONE),
    "tanh": (_tanh, lambda z: 4 * _exp(-2 * abs(z)) / (1 + _exp(-2 * abs(z))) ** 2),
    "sigmoid": (_sigmoid, lambda z: _exp(-abs(z)) / (1 + _exp(-abs(z))) ** 2),
    "relu": (lambda z: max(z, ZERO), lambda z: MP.mpf(z > 0)),
    "softplus": (_softplus, _sigmoid),
    "log_sigmoid": (lambda z: -_softplus(-z), lambda z: _sigmoid(-z)),
    "gelu": (lambda z: z * _normal(z), lambda z: _normal(z) + z * _density(z)),
    "silu": (lambda z: z * _sigmoid(z), lambda z: _sigmoid(z) * (1 + z * _sigmoid(-z))),
    "exp": (_exp, _exp),
    "log": (_log, lambda z: 1 / z),
    "sqrt": (_sqrt, lambda z: 1 / (2 * _sqrt(z))),
    "abs": (abs, _sign),
}
"""Function -> itself, and its derivative; those of the circle are `_CIRCLE`."""
_CIRCLE: dict[str, tuple[Function, Function]] = {
    "sin": (MP.sin, MP.cos),
    "cos": (MP.cos, lambda z: -MP.sin(z)),
}


class Node:
    """A number on the tape: how it was made of others, and the derivative by each."""

    __slots__ = ("ball", "parents")

    def __init__(self, ball: Ball, parents: Sequence[tuple[Node, Ball]] = ()) -> None:
        self.ball, self.parents = ball, parents


class Tape:
    """The numbers of one equation in the order in which they are made."""

    def __init__(self) -> None:
        self._nodes: list[Node] = []

    def note(self, ball: Ball, *parents: tuple[Node, Ball]) -> Node:
        """Put down a number."""
        node = Node(ball, parents)
        self._nodes.append(node)
        return node

    def back(self, node: Node) -> dict[Node, Ball]:
        """Return the derivative of a node by each that it was made of, in reverse; what no equation made comes last."""
        terms: dict[Node, list[Ball]] = {node: [Ball(ONE, ZERO)]}
        found: dict[Node, Ball] = {}
        for made in reversed(self._nodes):
            if made in terms:
                found[made] = total(terms[made])
                for parent, partial in made.parents:
                    terms.setdefault(parent, []).append(found[made].times(partial))
        return found | {given: total(some) for given, some in terms.items() if given not in found}

    # What operations do: arrays of nodes in, one out.

    def add(self, *terms: Any) -> Any:
        return self._each(
            lambda *some: self.note(total(part.ball for part in some), *((part, Ball(ONE, ZERO)) for part in some)),
            *terms,
        )

    def negative(self, x: Any) -> Any:
        return self._each(lambda a: self.note(a.ball.minus(), (a, Ball(-ONE, ZERO))), x)

    def multiply(self, x: Any, y: Any) -> Any:
        return self._each(lambda a, b: self._sum_of_products([(a, b)]), x, y)

    def divide(self, x: Any, y: Any) -> Any:
        def quotient(a: Node, b: Node) -> Node:
            over = a.ball.over(b.ball)
            return self.note(over, (a, exactly(1.0).over(b.ball)), (b, over.over(b.ball).minus()))

        return self._each(quotient, x, y)

    def power(self, x: Any, exponent: Any) -> Any:
        n = exponent.item().ball.mid
        return self._each(
            lambda a: self.note(
                _of(lambda z: z**n, a.ball), (a, _of(lambda z: n * z ** (n - 1) if n else ZERO, a.ball))
            ),
            x,
        )

    def matmul(self, x: Any, y: Any) -> Any:
        left, right = x if x.ndim > 1 else x[None], y if y.ndim > 1 else y[:, None]
        found = np.empty((len(left), right.shape[1]), dtype=object)
        for i, j in np.ndindex(found.shape):
            found[i, j] = self._sum_of_products(zip(left[i], right[:, j], strict=True))
        return found.reshape((*x.shape[:-1], *y.shape[1:]))

    dot = matmul

    def outer(self, x: Any, y: Any) -> Any:
        return self.multiply(*np.broadcast_arrays(x[:, None], y[None]))

    def norm(self, x: Any) -> Any:
        square = total(a.ball.times(a.ball) for a in x)
        length = _of(_sqrt, square)
        return _array(self.note(length, *((a, a.ball.over(length)) for a in x)))

    def transpose(self, x: Any) -> Any:
        return x.T

    def concat(self, x: Any, y: Any) -> Any:
        return np.concatenate([x, y])

    def row(self, x: Any, number: Any) -> Any:
        return x[int(number.item().ball.mid)]

    def max(self, x: Any, y: Any) -> Any:
        return self._each(lambda a, b: self._chosen(a, b, first=a.ball.mid >= b.ball.mid), x, y)

    def min(self, x: Any, y: Any) -> Any:
        return self._each(lambda a, b: self._chosen(a, b, first=a.ball.mid <= b.ball.mid), x, y)

    def apply(self, name: str, x: Any) -> Any:
        """Return a function of one argument, entry by entry."""
        if name in _CIRCLE:
            # It moves by no more than its argument, wherever that has come round to.
            value, slope = (lambda b, f=f: _rounded(f(b.mid), min(b.off, MP.mpf(2)), _LIBRARY) for f in _CIRCLE[name])
        else:
            value, slope = (lambda b, f=f: _of(f, b) for f in FUNCTIONS[name])
        return self._each(lambda a: self.note(value(a.ball), (a, slope(a.ball))), x)

    def _chosen(self, a: Node, b: Node, *, first: bool) -> Node:
        """Return the one of two that was chosen; nearer to each other than they are known either may be."""
        off = a.ball.off + b.ball.off
        unknown = ONE if off and abs(a.ball.mid - b.ball.mid) <= off else ZERO
        ball = Ball((a if first else b).ball.mid, max(a.ball.off, b.ball.off))
        return self.note(ball, (a, Ball(MP.mpf(first), unknown)), (b, Ball(MP.mpf(not first), unknown)))

    def _sum_of_products(self, pairs: Iterable[tuple[Node, Node]]) -> Node:
        some = tuple(pairs)
        ball = total(a.ball.times(b.ball) for a, b in some)
        return self.note(ball, *((a, b.ball) for a, b in some), *((b, a.ball) for a, b in some))

    def _each(self, make: Callable[..., Node], *arrays: Any) -> Any:
        """Return what is made of each place; a number beside an array is at every place of it."""
        most = max(array.ndim for array in arrays)
        spread = [a.reshape(a.shape + (1,) * (most - a.ndim)) if a.ndim else a for a in arrays]
        parts = np.broadcast_arrays(*spread)
        found = np.empty(parts[0].shape, dtype=object)
        for place in np.ndindex(found.shape):
            found[place] = make(*(part[place] for part in parts))
        return found


def value_of(
    expression: Expression, tape: Tape, known: Mapping[Expression, Any], row_of: Callable[[str], Operation]
) -> Any:
    """Return an expression as an array of nodes, of those of what it reads; `row_of` says which operation is meant."""
    if isinstance(expression, Number):
        return _array(Node(exactly(expression.value)))
    if not isinstance(expression, Apply):
        return known[expression]
    arguments = [value_of(part, tape, known, row_of) for part in expression.arguments]
    name = row_of(expression.operation).name
    made = getattr(tape, name, None)
    return made(*arguments) if made else tape.apply(name, *arguments)


def _array(node: Node) -> Any:
    found = np.empty((), dtype=object)
    found[()] = node
    return found


# Losses: of what is read and its targets to the loss, and its derivative by each entry that is read.


def _squared_error(h: Sequence[Ball], y: Sequence[Ball]) -> tuple[Ball, list[Ball]]:
    apart = [total([a, b.minus()]) for a, b in zip(h, y, strict=True)]
    return total(d.times(d) for d in apart).times(exactly(0.5)), apart


def _given(h: Sequence[Ball], y: Sequence[Ball]) -> tuple[Ball, list[Ball]]:
    return total(a.times(b) for a, b in zip(h, y, strict=True)), list(y)


def _binary_cross_entropy(h: Sequence[Ball], y: Sequence[Ball]) -> tuple[Ball, list[Ball]]:
    loss = total(part for a, b in zip(h, y, strict=True) for part in (_of(_softplus, a), a.times(b).minus()))
    return loss, [total([_of(_sigmoid, a), b.minus()]) for a, b in zip(h, y, strict=True)]


def _cross_entropy(h: Sequence[Ball], y: Sequence[Ball]) -> tuple[Ball, list[Ball]]:
    largest = max(h, key=lambda ball: ball.mid)
    # Beside itself the largest is nothing, however it was rounded.
    below = [Ball(ZERO, ZERO) if a is largest else total([a, largest.minus()]) for a in h]
    parts = [_of(_exp, b) for b in below]
    every, due = total(parts), total(y)
    loss = total([_of(_log, every).times(due), *(b.times(t).minus() for b, t in zip(below, y, strict=True) if t.mid)])
    return loss, [total([p.over(every).times(due), t.minus()]) for p, t in zip(parts, y, strict=True)]


LOSSES = {
    "squared_error": _squared_error,
    "given": _given,
    "binary_cross_entropy": _binary_cross_entropy,
    "cross_entropy": _cross_entropy,
}
