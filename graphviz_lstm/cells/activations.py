"""The activations: one row each, its value and its derivative.

Both take and return arrays of any shape, entry by entry. The derivatives are written in exp(-|z|), so that they keep
their relative precision where the activation saturates: 1 - tanh(z)^2 has none left beyond |z| = 19.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import UnknownNameError, describe_unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Elementwise = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Activation:
    """One activation: `value(z)` and `derivative(z)`, entry by entry."""

    value: Elementwise
    derivative: Elementwise


def _sigmoid(z: NDArray[np.float64]) -> NDArray[np.float64]:
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def _sigmoid_derivative(z: NDArray[np.float64]) -> NDArray[np.float64]:
    e = np.exp(-np.abs(z))
    return e / (1.0 + e) ** 2


def _tanh_derivative(z: NDArray[np.float64]) -> NDArray[np.float64]:
    e = np.exp(-2.0 * np.abs(z))
    return 4.0 * e / (1.0 + e) ** 2


def _step(z: NDArray[np.float64]) -> NDArray[np.float64]:
    # At z = 0, where relu has no derivative, 0 is the usual choice.
    return np.where(z > 0, 1.0, 0.0)


ACTIVATIONS: dict[str, Activation] = {
    "tanh": Activation(np.tanh, _tanh_derivative),
    "sigmoid": Activation(_sigmoid, _sigmoid_derivative),
    "identity": Activation(lambda z: z, np.ones_like),
    "relu": Activation(lambda z: np.maximum(z, 0.0), _step),
    "softplus": Activation(lambda z: np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z))), _sigmoid),
    "sin": Activation(np.sin, np.cos),
}


def activation(name: str) -> Activation:
    """Return the row of `name`; raise `UnknownNameError` with the choices where there is none."""
    if name not in ACTIVATIONS:
        raise UnknownNameError(describe_unknown("activation", name, ACTIVATIONS))
    return ACTIVATIONS[name]
