"""The functions of the table in numbers: arrays in, arrays out, whatever leading axes (steps, a batch) they have."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Ranks = tuple[int, ...]

sin, cos, exp, log, sqrt = np.sin, np.cos, np.exp, np.log, np.sqrt
tanh, absolute, sign = np.tanh, np.abs, np.sign
maximum, minimum, ones_like = np.maximum, np.minimum, np.ones_like
_HALF_ROOT = math.sqrt(0.5)
# Below it, 1 + exp(z) is 1 and exp(-z) near the largest number.
_FAR = -700.0
_AT_FAR = math.exp(_FAR)
# Of two numbers below 2 to this power, some billion products have a sum.
_ROOM = 495
_erfc = np.frompyfunc(math.erfc, 1, 1)


def identity(z: Array) -> Array:
    """Return z."""
    return z


def total(first: Array, *others: Array) -> Array:
    """Return the sum, from left to right."""
    for other in others:
        first = first + other
    return first


def power(base: Array, exponent: Array) -> Array:
    """Return base ** exponent; squares and reciprocals as what they are."""
    n = float(np.asarray(exponent))
    if n == 2.0:
        return base * base
    return np.power(base, n)


def over_square(x: Array, y: Array) -> Array:
    """Return x / y^2, which may be a float64 where y^2 is none."""
    return x / y / y


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + exp(-z)): to a few roundings for every z; far out, where exp(-z) is infinite, exp(z)."""
    return _with_tail(z, 1.0 / (1.0 + np.exp(-z)), 1.0)


def _with_tail(z: Array, near: Array, factor: Array | float) -> Array:
    """Return `near`, but far below zero factor exp(z), of a number that is smaller than the normal ones."""
    far = z < _FAR
    if not np.any(far):
        return near
    # Not exp(z) first: below the normal numbers it would lose digits that a large factor makes seen.
    return np.where(far, factor * np.exp(np.where(far, z, _FAR) - _FAR) * _AT_FAR, near)


def sigmoid_derivative(z: Array) -> Array:
    """Return e / (1 + e)^2 with e = exp(-|z|)."""
    e = np.exp(-np.abs(z))
    return e / (1.0 + e) ** 2


def tanh_derivative(z: Array) -> Array:
    """Return 4 e / (1 + e)^2 with e = exp(-2 |z|)."""
    e = np.exp(-2.0 * np.abs(z))
    return 4.0 * e / (1.0 + e) ** 2


def relu(z: Array) -> Array:
    """Return max(z, 0)."""
    return np.maximum(z, 0.0)


def relu_derivative(z: Array) -> Array:
    """Return 1 where z > 0, else 0."""
    return np.where(z > 0, 1.0, 0.0)


def softplus(z: Array) -> Array:
    """Return log(1 + exp(z))."""
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))


def log_sigmoid(z: Array) -> Array:
    """Return log(sigmoid(z))."""
    return np.minimum(z, 0.0) - np.log1p(np.exp(-np.abs(z)))


def _normal(z: Array) -> Array:
    """Return the normal distribution function, to rounding in both tails."""
    return np.asarray(_erfc(np.asarray(-z * _HALF_ROOT)), dtype=np.float64) / 2.0


def gelu(z: Array) -> Array:
    """Return z Phi(z)."""
    return z * _normal(z)


def gelu_derivative(z: Array) -> Array:
    """Return Phi(z) + z phi(z)."""
    return _normal(z) + z / math.sqrt(2.0 * math.pi) * np.exp(-z * z / 2.0)


def silu(z: Array) -> Array:
    """Return z sigmoid(z)."""
    return _with_tail(z, z / (1.0 + np.exp(-z)), z)


def silu_derivative(z: Array) -> Array:
    """Return s (1 + z (1 - s)) with s = sigmoid(z)."""
    return _with_tail(z, sigmoid(z) * (1.0 + z * sigmoid(-z)), 1.0 + z)


def first_is_largest(x: Array, y: Array) -> Array:
    """Return 1 where x >= y, else 0."""
    return np.where(x >= y, 1.0, 0.0)


def second_is_largest(x: Array, y: Array) -> Array:
    """Return 1 where y > x, else 0."""
    return np.where(y > x, 1.0, 0.0)


def first_is_smallest(x: Array, y: Array) -> Array:
    """Return 1 where x <= y, else 0."""
    return np.where(x <= y, 1.0, 0.0)


def second_is_smallest(x: Array, y: Array) -> Array:
    """Return 1 where y < x, else 0."""
    return np.where(y < x, 1.0, 0.0)


def matmul(left: Array, right: Array, *, ranks: Ranks) -> Array:
    """Return left @ right of a matrix or vector by a matrix or vector, as their ranks say.

    What leaves the range is infinite, with the sign that the sum has.

    >>> with np.errstate(all="ignore"):
    ...     matmul(np.array([[1e300, -1e300]]), np.array([1e300, 1e10]), ranks=(2, 1))
    array([inf])
    """
    found = _product(left, right, ranks)
    return found if math.isfinite(np.vdot(found, found)) else _signed(found, left, right, ranks)


def matmul_of_one(left: Array, right: Array) -> Array:
    """Return the same of a matrix and a vector without leading axes, by the shortest way: a step takes several."""
    found: Array = left.dot(right)
    return found if found.dot(found) < math.inf else _signed(found, left, right, (left.ndim, right.ndim))


def _signed(found: Array, left: Array, right: Array, ranks: Ranks) -> Array:
    """Return a product that was found, infinite with the sign of its sum where that leaves the range."""
    # Term by term, -1e310 and 1e600 may be minus infinity, or no number: it depends on which comes first.
    with np.errstate(all="ignore"):
        (near, power), (beside, other) = scaled(left, _ROOM), scaled(right, _ROOM)
        return np.where(np.isfinite(found), found, np.ldexp(_product(near, beside, ranks), power + other))


def scaled(array: Array, room: int = 0) -> tuple[Array, int]:
    """Return an array times 2 ** -power, and the power: the one that brings its largest entry to 1/2 .. 1.

    That rounds nothing. With `room` it is brought to as much more, a power of two, too.

    >>> scaled(np.array([3.0, -4.0])), scaled(np.array([3.0, -4.0]), 2)
    ((array([ 0.375, -0.5  ]), 3), (array([ 1.5, -2. ]), 1))
    """
    power = math.frexp(float(np.abs(array).max(initial=0.0)))[1] - room
    return np.ldexp(array, -power), power


def _product(left: Array, right: Array, ranks: Ranks) -> Array:
    if ranks == (2, 1):
        return right @ left.T if left.ndim == 2 else (left @ right[..., None])[..., 0]
    if ranks == (1, 2):
        return left @ right if right.ndim == 2 else (left[..., None, :] @ right)[..., 0, :]
    return np.asarray((left * right).sum(axis=-1)) if ranks == (1, 1) else left @ right


def dot(left: Array, right: Array) -> Array:
    """Return the inner product of two vectors, see `matmul`."""
    return matmul(left, right, ranks=(1, 1))


def norm(x: Array) -> Array:
    """Return the length of a vector, which may be a float64 where its square is none.

    >>> print(f"{norm(np.array([3e200, -4e200])):.6g}")
    5e+200
    """
    return np.asarray(np.hypot.reduce(np.abs(x), axis=-1))


def outer(left: Array, right: Array) -> Array:
    """Return the outer product of two vectors."""
    return left[..., :, None] * right[..., None, :]


def concat(left: Array, right: Array) -> Array:
    """Return one vector behind the other."""
    shape = np.broadcast_shapes(left.shape[:-1], right.shape[:-1])
    return np.concatenate(
        [np.broadcast_to(part, (*shape, part.shape[-1])) for part in (left, right)],
        axis=-1,
    )


def upper(left: Array, right: Array) -> Array:
    """Return the derivative of `concat` by its first argument: an identity above zeros."""
    return _at_each(np.eye(left.shape[-1] + right.shape[-1], left.shape[-1]), left, right)


def lower(left: Array, right: Array) -> Array:
    """Return the derivative of `concat` by its second argument: an identity below zeros."""
    return _at_each(np.eye(left.shape[-1] + right.shape[-1], right.shape[-1], -left.shape[-1]), left, right)


def _at_each(matrix: Array, left: Array, right: Array) -> Array:
    """Return a matrix with the leading axes of two vectors."""
    return np.broadcast_to(matrix, (*np.broadcast_shapes(left.shape[:-1], right.shape[:-1]), *matrix.shape))


def row(matrix: Array, number: Array) -> Array:
    """Return the row of a matrix with that number."""
    places = np.rint(number).astype(np.intp)
    if matrix.ndim == 2:
        return np.asarray(matrix[places])
    lead = np.broadcast_shapes(matrix.shape[:-2], places.shape)
    each = np.broadcast_to(places, lead)[..., None, None]
    return np.take_along_axis(np.broadcast_to(matrix, (*lead, *matrix.shape[-2:])), each, axis=-2)[..., 0, :]


def one_hot(matrix: Array, number: Array) -> Array:
    """Return the derivative of `row` by its matrix: 1 at the number, else 0."""
    return np.asarray(np.rint(number)[..., None] == np.arange(matrix.shape[-2]), dtype=np.float64)


def entries(x: Array, *places: Array) -> Array:
    """Return the entries of a vector at these places."""
    return np.asarray(x[..., [int(place) for place in places]])


def unit_rows(x: Array, *places: Array) -> Array:
    """Return the derivative of `entries` by its vector: a row for each place, 1 there, else 0."""
    rows = np.eye(x.shape[-1])[[int(place) for place in places]]
    return np.broadcast_to(rows, (*x.shape[:-1], *rows.shape))


def entries_sum(x: Array, *, ranks: Ranks) -> Array:
    """Return the sum of all entries."""
    return np.asarray(x.sum(axis=_last(ranks[0])))


def _last(rank: int) -> tuple[int, ...]:
    return tuple(range(-rank, 0))


def softmax(z: Array) -> Array:
    """Return exp(z) / sum exp(z), along the last axis; the largest is taken off before, of which no digit is needed."""
    parts = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(parts / parts.sum(axis=-1, keepdims=True))


def squared_error(output: Array, target: Array, *, ranks: Ranks) -> Array:
    """Return half the squared distance."""
    return np.asarray(((output - target) ** 2).sum(axis=_last(ranks[0])) / 2.0)


def cross_entropy(output: Array, target: Array) -> Array:
    """Return -sum_k y_k log softmax(H)_k; the largest is taken off before, beside which a logarithm has no digits."""
    below = output - output.max(axis=-1, keepdims=True)
    total = np.log(np.exp(below).sum(axis=-1)) * target.sum(axis=-1)
    # Nothing of what may be minus infinity is nothing.
    return np.asarray(total - np.where(target == 0.0, 0.0, below * target).sum(axis=-1))


def binary_cross_entropy(output: Array, target: Array, *, ranks: Ranks) -> Array:
    """Return the sum of softplus(H) - y H."""
    return np.asarray((softplus(output) - target * output).sum(axis=_last(ranks[0])))


def given(output: Array, target: Array, *, ranks: Ranks) -> Array:
    """Return the inner product; what leaves the range has the sign of the sum, see `matmul`."""
    rank = ranks[0]
    return dot(*(array.reshape(*array.shape[: array.ndim - rank], -1) for array in (output, target)))
