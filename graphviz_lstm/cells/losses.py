"""The losses: one row each, its value and its adjoint for one step.

E is the sum of a row's value over the steps that count. Arrays may have leading batch axes; the last axis is the
output's, of size n.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import UnknownNameError, describe_unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    OfOutputAndTarget = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]

PLACES = ("every", "last")


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss at one step.

    Attributes
    ----------
    value
        (output (*batch, n), target (n,)) -> (*batch,).
    adjoint
        d value / d output: the same arguments -> (*batch, n).
    text, partial_text
        How the two are written, `{H}` standing for the output and `{y}` for the target.
    """

    value: OfOutputAndTarget
    adjoint: OfOutputAndTarget
    text: str
    partial_text: str


def _log_sum_exp(z: NDArray[np.float64]) -> NDArray[np.float64]:
    top = z.max(axis=-1, keepdims=True)
    result: NDArray[np.float64] = (top + np.log(np.exp(z - top).sum(axis=-1, keepdims=True)))[..., 0]
    return result


def _softmax(z: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.exp(z - _log_sum_exp(z)[..., None])


def _cross_entropy(output: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = _log_sum_exp(output) * target.sum() - output @ target
    return result


LOSSES: dict[str, Loss] = {
    "squared_error": Loss(
        value=lambda h, y: ((h - y) ** 2).sum(axis=-1) / 2,
        adjoint=lambda h, y: h - y,
        text="|{H} - {y}|^2 / 2",
        partial_text="{H} - {y}",
    ),
    # -sum_k y_k log softmax(H)_k; its adjoint is softmax(H) - y where y sums to 1, as a distribution does.
    "cross_entropy": Loss(
        value=_cross_entropy,
        adjoint=lambda h, y: _softmax(h) * y.sum() - y,
        text="-{y} . log softmax({H})",
        partial_text="softmax({H}) * sum({y}) - {y}",
    ),
    # E is linear in the output, so that the target itself is dE/dH: for a gradient that comes from elsewhere.
    "given": Loss(
        value=lambda h, y: h @ y,
        adjoint=lambda h, y: np.broadcast_to(y, h.shape),
        text="{y} . {H}",
        partial_text="{y}",
    ),
}


def loss(kind: str) -> Loss:
    """Return the row of `kind`; raise `UnknownNameError` with the choices where there is none."""
    if kind not in LOSSES:
        raise UnknownNameError(describe_unknown("loss", kind, LOSSES))
    return LOSSES[kind]


def check_place(at: str) -> None:
    """Raise `UnknownNameError` unless `at` names steps at which a loss can count."""
    if at not in PLACES:
        raise UnknownNameError(describe_unknown("place of the loss", at, PLACES))
