"""Keras' own layers: what they give and every gradient. Collected where Keras is installed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm import load_weights
from tests.problems.weights.holding import require_same

if TYPE_CHECKING:
    from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")
jax = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", val=True)
keras = pytest.importorskip("keras")
keras.config.set_floatx("float64")
keras.config.set_dtype_policy("float64")

LAYERS = {
    "lstm": ("LSTM", {}),
    "lstm without biases": ("LSTM", {"use_bias": False}),
    "gru": ("GRU", {}),
    "gru reset before": ("GRU", {"reset_after": False}),
    "rnn": ("SimpleRNN", {}),
}


@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize(("units", "layers"), [(1, 1), (4, 2), (8, 3)])
def test_what_keras_saved_gives_what_keras_gives(kind: str, units: int, layers: int, tmp_path: Path) -> None:
    name, options = LAYERS[kind]
    keras.utils.set_random_seed(units)
    random = np.random.default_rng(units)
    # Keras' own tanh is of single precision there, whatever it is given.
    own = {"return_sequences": True, "activation": jax.numpy.tanh, **options}
    made = [getattr(keras.layers, name)(units, **own) for _ in range(layers)]
    model = keras.Sequential([keras.Input((4, 3)), *made, keras.layers.Dense(2)])
    model.set_weights([random.normal(size=each.shape) for each in model.weights])
    inputs, targets = random.normal(size=(4, 3)), random.normal(size=(4, 2))
    np.savez(tmp_path / "model.npz", **{each.path: np.asarray(each) for each in model.weights})
    net = load_weights(tmp_path / "model.npz")
    assert len(net.plan.layers) == layers

    def error(variables: list[Any]) -> Any:
        gave = model.stateless_call(variables, [each.value for each in model.non_trainable_variables], inputs[None])[0]
        return ((gave[0] - targets) ** 2).sum() / 2

    variables = [each.value for each in model.trainable_variables]
    value, slopes = jax.value_and_grad(error)(variables)
    gradients = {each.path: np.asarray(slope) for each, slope in zip(model.trainable_variables, slopes, strict=True)}
    require_same(net, net.problem(inputs, targets), float(value), gradients)
