"""Saves one small model of Keras in each of its forms: run by hand, where Keras is; the files are what tests read.

KERAS_BACKEND=jax python tests/problems/weights/kept/make.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent


def tagger(keras: Any) -> Any:
    """Return a model whose layers are under names that are not those of their classes."""

    class Tagger(keras.Model):  # type: ignore[misc, name-defined]  # Keras is not typed here
        def __init__(self) -> None:
            super().__init__()
            self.below, self.fc = keras.layers.SimpleRNN(2, return_sequences=True), keras.layers.Dense(1)

        def call(self, rows: Any) -> Any:
            return self.fc(self.below(rows))

    return Tagger()


def main() -> None:
    """Write them, and beside each its arrays in Keras' order."""
    import keras

    keras.utils.set_random_seed(0)
    layers = [keras.layers.LSTM(2, return_sequences=True), keras.layers.Dropout(0.5)]
    both = keras.layers.Bidirectional(keras.layers.LSTM(1, return_sequences=True))
    # Keras cannot draw an orthogonal matrix of half precision.
    half = keras.layers.GRU(1, dtype="bfloat16", recurrent_initializer="zeros")
    models = {
        "tokens": keras.Sequential(
            [keras.Input((5,), dtype="int32"), keras.layers.Embedding(4, 3), *layers, keras.layers.Dense(2)]
        ),
        "both": keras.Sequential([keras.Input((5, 3)), both]),
        "half": keras.Sequential([keras.Input((5, 3)), half]),
        "tagger": tagger(keras),
    }
    models["tagger"](np.zeros((1, 5, 3)))
    for name, model in models.items():
        model.set_weights([np.random.default_rng(1).normal(size=each.shape) for each in model.weights])
        arrays = [np.asarray(each).astype(np.float64) for each in model.weights]
        np.savez_compressed(HERE / f"{name}.npz", *arrays)
        if name == "tokens":
            model.compile("adam", "mse")
            model.fit(np.zeros((2, 5)), np.zeros((2, 5, 2)), verbose=0)
            model.set_weights(arrays)
            model.save(HERE / f"{name}.keras")
        else:
            model.save_weights(HERE / f"{name}.weights.h5")


if __name__ == "__main__":
    main()
