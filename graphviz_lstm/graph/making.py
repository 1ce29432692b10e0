"""Linear maps from what they are made of: a partial's factors, products and sums of maps, many pulls at once."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Literal

import numpy as np

from graphviz_lstm.graph.cancelling import settled
from graphviz_lstm.graph.maps import Chain, Contraction, Diagonal, Functional, Matrix, ProductWith, Selection, Total

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphviz_lstm.cells.operation import Kind
    from graphviz_lstm.graph.maps import Array, LinearMap, Shape

# The smallest number that has all its digits.
_SMALLEST = np.finfo(np.float64).tiny


def _untold() -> np.errstate:
    """Return a block without warnings: a partial that is no finite number is named where it is asked for."""
    return np.errstate(all="ignore")


def compose(maps: list[LinearMap], shape: Shape) -> LinearMap:
    """Return the product of `maps`, neighbours that are diagonals folded into one; the identity on `shape` for none.

    They stay as they are where their product is no float64, since that with the others may be one. A number times a
    functional is a functional: what a loss's weight of 1e150 makes of a target of 1e-300 is the same then, whichever
    way a sweep goes.
    """
    runs: list[list[LinearMap]] = []
    for linear in maps:
        if isinstance(linear, Diagonal | Functional) and runs and isinstance(runs[-1][-1], Diagonal):
            runs[-1].append(linear)
        else:
            runs.append([linear])
    if not runs:
        return Diagonal(np.ones(shape))
    folded = [linear for run in runs for linear in (_folded(run, alone=len(runs) == 1) if len(run) > 1 else run)]
    return folded[0] if len(folded) == 1 else Chain(tuple(folded))


def _folded(run: list[LinearMap], *, alone: bool) -> list[LinearMap]:
    """Return diagonals, and a functional behind them, as one; or as they are, if others may bring them into range."""
    diagonals = [linear.diagonal for linear in run if isinstance(linear, Diagonal)]
    gradients = [linear.gradient for linear in run if isinstance(linear, Functional)]
    whole, is_told = product_of([*diagonals, *gradients])
    return [run[-1].changed(lambda _: whole)] if alone or is_told else run


def product_of(factors: Sequence[Array]) -> tuple[Array, bool]:
    """Return the product of arrays, entry by entry, whatever comes out on the way; and whether it has all its digits.

    >>> product_of([np.array([2.0**-700, 0.5]), np.array([2.0**-700, 0.5]), np.array([2.0**1000, 0.0])])
    (array([3.87259191e-121, 0.00000000e+000]), True)
    >>> product_of([np.array([2.0**-700, 0.5]), np.array([2.0**-700, 0.5])])
    (array([0.  , 0.25]), False)
    """
    with _untold():
        product = factors[0]
        for factor in factors[1:]:
            product = product * factor
            size = np.abs(product)
            if not (size.min(initial=1.0) >= _SMALLEST and size.max(initial=1.0) < np.inf):
                return _far_product_of(factors)
    return product, True


def _far_product_of(factors: Sequence[Array]) -> tuple[Array, bool]:
    """Return the same by way of numbers near 1: powers of two round nothing."""
    mantissas, powers = zip(*map(np.frexp, factors), strict=True)
    whole = reduce(np.multiply, mantissas)
    product = np.ldexp(whole, sum(powers))
    size = np.abs(product)
    return product, bool(np.all((size >= _SMALLEST) & (size < np.inf) | (whole == 0.0)))


def add(maps: list[LinearMap]) -> LinearMap:
    """Return the sum of `maps`, diagonals folded into one."""
    if all(isinstance(linear, Diagonal) for linear in maps):
        diagonals = [linear.diagonal for linear in maps if isinstance(linear, Diagonal)]
        with _untold():
            return Diagonal(np.sum(diagonals, axis=0)) if len(maps) > 1 else maps[0]
    return maps[0] if len(maps) == 1 else Total(tuple(maps))


def pull_together(maps: Sequence[LinearMap], adjoints: Sequence[Array]) -> Array:
    """Return the sum of each map's pull of its own adjoint, `maps` having one tail; 0 where it is rounding alone.

    A matrix that is read at every step gets an outer product from each: together they are one product of matrices.
    """
    return settled(*pull_with_sizes(maps, adjoints))


def pull_with_sizes(maps: Sequence[LinearMap], adjoints: Sequence[Array]) -> tuple[Array, Array]:
    """Return the same sum as it is, and the sum of what each map gives without its sign."""
    # A careful chain is more than its maps: what leads to its last one may be no float64.
    last = [linear.maps[-1] if type(linear) is Chain else linear for linear in maps]
    vectors = [linear.vector for linear in last if isinstance(linear, ProductWith)]
    if len(vectors) < len(maps):
        parts = [linear.pull(adjoint) for linear, adjoint in zip(maps, adjoints, strict=True)]
        return sum(parts[1:], parts[0]), sum((np.abs(part) for part in parts[1:]), np.abs(parts[0]))
    pulled = []
    for linear, adjoint in zip(maps, adjoints, strict=True):
        before = linear.maps[:-1] if isinstance(linear, Chain) else ()
        pulled.append(Chain(before).pull(adjoint))
    heads, tails = np.stack(pulled).T, np.stack(vectors)
    return heads @ tails, np.abs(heads) @ np.abs(tails)


def single(kind: Kind | Literal["spread"], coefficient: Array, tail_shape: Shape, head_shape: Shape) -> LinearMap:
    """Return the map that one factor of a partial is: see `cells.operation.Partial.kind`.

    Where an array stands entry by entry beside a number, the number is spread over it.

    >>> import numpy as np
    >>> linear = single("matrix", np.array([[1.0, 2.0]]), (2,), (1,))
    >>> float(linear.push(np.array([1.0, 1.0]))[0]), linear.pull(np.array([1.0])).tolist()
    (3.0, [1.0, 2.0])
    """
    if kind == "diagonal" and tail_shape == head_shape:
        return Diagonal(_filled(coefficient, head_shape))
    if kind == "inner":
        return Functional(_filled(coefficient, tail_shape))
    if kind == "matrix" and coefficient.ndim == 2 and len(tail_shape) == 1:
        return Matrix(coefficient)
    if kind == "right" and coefficient.ndim == 1 and len(tail_shape) == 2:
        return ProductWith(coefficient, tail_shape[0])
    if kind in ("spread", "transpose"):
        coefficient = np.ones(())
    spec = letters_of(kind, coefficient.ndim, len(tail_shape), len(head_shape))
    made = Selection if kind == "select" else Contraction
    return made(spec, coefficient, tail_shape, head_shape)


def letters_of(kind: str, own: int, tail: int, head: int) -> tuple[str, str, str]:
    """Return the index letters of a factor's coefficient, tail and head, from their ranks.

    >>> letters_of("matrix", 2, 1, 1), letters_of("right", 1, 2, 1)
    (('ij', 'j', 'i'), ('j', 'ij', 'i'))
    """
    return _SPECS[kind](own, tail, head)


def _filled(coefficient: Array, shape: Shape) -> Array:
    return coefficient if coefficient.shape == shape else np.broadcast_to(coefficient, shape)


def _matrix_letters(own: int, tail: int, _: int) -> tuple[str, str, str]:
    return "ij"[2 - own :], "jk"[:tail], "ij"[2 - own : -1] + "jk"[1:tail]


# Kind -> (rank of the coefficient, of the tail, of the head) -> index letters.
_SPECS: dict[str, Callable[[int, int, int], tuple[str, str, str]]] = {
    "diagonal": lambda own, tail, head: ("ij"[:own], "ij"[:tail], "ij"[:head]),
    "inner": lambda own, tail, _: ("ij"[:own], "ij"[:tail], ""),
    "spread": lambda _, tail, head: ("", "ij"[:tail], "ij"[:head]),
    "matrix": _matrix_letters,
    "select": _matrix_letters,
    "right": lambda own, tail, _: ("jk"[:own], "ij"[2 - tail :], "ij"[2 - tail : -1] + "jk"[1:own]),
    "outer-left": lambda *_: ("j", "i", "ij"),
    "outer-right": lambda *_: ("i", "j", "ij"),
    "transpose": lambda *_: ("", "ij", "ji"),
}
