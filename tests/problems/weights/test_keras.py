"""Keras' own layers: what they give and every gradient. Collected where Keras is installed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm import load_weights
from tests.problems.weights.holding import require_same
from tests.problems.weights.test_documentation import asked_of_the_run, recipe_of

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


@keras.saving.register_keras_serializable()
def double_tanh(rows: Any) -> Any:
    """Return tanh: Keras' own is of single precision there, whatever it is given."""
    return jax.numpy.tanh(rows)


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("kind", LAYERS)
@pytest.mark.parametrize(("units", "layers"), [(1, 1), (4, 2), (8, 3)])
def test_what_keras_saved_gives_what_keras_gives(
    kind: str,
    units: int,
    layers: int,
    both: bool,  # noqa: FBT001 -- a case
    tmp_path: Path,
) -> None:
    name, options = LAYERS[kind]
    keras.utils.set_random_seed(units)
    random = np.random.default_rng(units)
    own = {"return_sequences": True, "activation": double_tanh, **options}
    made = [getattr(keras.layers, name)(units, **own) for _ in range(layers)]
    made = [keras.layers.Bidirectional(each) for each in made] if both else made
    model = keras.Sequential([keras.Input((4, 3)), *made, keras.layers.Dense(2)])
    model.set_weights([random.normal(size=each.shape) for each in model.weights])
    inputs, targets = random.normal(size=(4, 3)), random.normal(size=(4, 2))
    np.savez(tmp_path / "model.npz", **{each.path: np.asarray(each) for each in model.weights})
    net = load_weights(tmp_path / "model.npz")
    assert len(net.plan.layers) == layers
    model.save_weights(tmp_path / "model.weights.h5")
    model.save(tmp_path / "model.keras")
    cell, own = net.plan.layers[0].layout.cell, {}
    for file in ("model.weights.h5", "model.keras"):
        saved = load_weights(tmp_path / file, cell=cell, **own)
        # Of the archive prefixes are named: its function is one of our own, of which nothing is known.
        own = {"prefix": [each.layer.prefix for each in saved.plan.layers], "readout": "layers/dense"}
        assert saved.cell.equations == net.cell.equations
        assert all(np.array_equal(saved.parameters[name], array) for name, array in net.parameters.items())

    def error(variables: list[Any]) -> Any:
        gave = model.stateless_call(variables, [each.value for each in model.non_trainable_variables], inputs[None])[0]
        return ((gave[0] - targets) ** 2).sum() / 2

    variables = [each.value for each in model.trainable_variables]
    value, slopes = jax.value_and_grad(error)(variables)
    gradients = {each.path: np.asarray(slope) for each, slope in zip(model.trainable_variables, slopes, strict=True)}
    require_same(net, net.problem(inputs, targets), float(value), gradients)


def test_what_the_training_loop_of_the_page_writes_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mean loss and the length of its gradient at each checkpoint are those of the loop."""
    monkeypatch.chdir(tmp_path)
    lines = recipe_of("save_weights")
    keras.utils.set_random_seed(0)
    layer = keras.layers.LSTM(3, return_sequences=True, activation=double_tanh)
    model = keras.Sequential([keras.Input((5, 2)), layer, keras.layers.Dense(1)])
    random = np.random.default_rng(0)
    inputs, targets = random.normal(size=(4, 5, 2)), random.normal(size=(4, 5, 1))

    def error(variables: list[Any]) -> Any:
        gave = model.stateless_call(variables, [each.value for each in model.non_trainable_variables], inputs)[0]
        return ((gave - targets) ** 2).sum() / 2 / len(inputs)

    due = []
    for step in (0, 50, 100):
        lines["keep"](model, step)
        variables = [each.value for each in model.trainable_variables]
        value, slopes = jax.value_and_grad(error)(variables)
        due.append((step, float(value), float(np.linalg.norm(np.asarray(slopes[1])[:, 3:6]))))
        model.set_weights([each - 0.1 * slope for each, slope in zip(variables, slopes, strict=True)])
    lines["keep_sequences"](inputs, targets)
    told = [(each["at"], each["loss"], each["size"]) for each in asked_of_the_run("U_f")]
    assert np.allclose(told, due, rtol=1e-10, atol=0.0)


@pytest.mark.parametrize("both", [False, True])
def test_tokens_pick_the_rows_that_keras_picks(both: bool) -> None:  # noqa: FBT001 -- a case
    """The embedding is found by its key; the classes are those of its loss from logits."""
    keras.utils.set_random_seed(0)
    layer = keras.layers.GRU(3, return_sequences=True, activation=double_tanh)
    layer = keras.layers.Bidirectional(layer) if both else layer
    model = keras.Sequential(
        [keras.Input((4,), dtype="int32"), keras.layers.Embedding(6, 3), layer, keras.layers.Dense(2)]
    )
    random = np.random.default_rng(0)
    model.set_weights([random.normal(size=each.shape) for each in model.weights])
    tokens, classes = np.array([5, 0, 2, 0]), np.array([1, 0, 0, 1])
    net = load_weights({each.path: np.asarray(each) for each in model.weights})

    def error(variables: list[Any]) -> Any:
        gave = model.stateless_call(variables, [each.value for each in model.non_trainable_variables], tokens[None])[0]
        return keras.losses.sparse_categorical_crossentropy(classes, gave[0], from_logits=True).sum()

    variables = [each.value for each in model.trainable_variables]
    value, slopes = jax.value_and_grad(error)(variables)
    gradients = {each.path: np.asarray(slope) for each, slope in zip(model.trainable_variables, slopes, strict=True)}
    require_same(net, net.problem(tokens, classes, loss="cross_entropy"), float(value), gradients)
