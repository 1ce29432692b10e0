"""Train the example `adding` anew: a small LSTM that learns to add, its weights at four stages, its curves of loss.

The adding problem (Hochreiter and Schmidhuber 1997): a sequence of pairs, a number and a mark; two numbers are marked,
one in each half, and their sum is due after the last step. `python tools/adding.py` writes what
`graphviz_lstm/problems/trained/` holds, and takes a minute; `python tools/adding.py FOLDER` writes it elsewhere.

The cell, its gradient and Adam are written here in numpy, and know nothing of the package: a test holds this gradient
against the package's own, also as each scheme leaves it. Every weight is rounded to a multiple of 2^-20 after every
update. So what differs in the last digit from machine to machine dies out, and what is written is the same everywhere,
in float32 without a loss.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from safetensors.numpy import save

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

FOLDER = Path(__file__).parents[1] / "graphviz_lstm" / "problems" / "trained"
UNITS, STEPS, BATCH, SEQUENCES = 16, 24, 32, 32
"""Sequences are those that ship; a batch is of one update."""
UPDATES = 3_000
STAGES = {"adding-untrained": 0, "adding-plateau": 250, "adding-learning": 375, "adding": UPDATES}
"""What ships: after how many updates by the whole gradient."""
SCHEMES = ("full", "lstm-1997", "bptt:8", "bptt:2", "h-detach:0.25")
"""By which gradients it is trained, from the same weights with the same sequences."""
SEED = 0
EVERY = 25
"""So many updates have one point of a curve: the mean of their losses."""
_GRID = 2.0**20
_RATE, _DECAYS, _SMALL, _CLIP = 0.01, (0.9, 0.999), 1e-8, 1.0


def sequences(random: np.random.Generator, count: int) -> tuple[Array, Array]:
    """Return inputs (count, STEPS, 2), numbers of thousandths and marks, and targets (count, 1)."""
    numbers = random.integers(0, 1024, size=(count, STEPS)) / 1024
    marks = np.zeros((count, STEPS))
    half = STEPS // 2
    for start in (0, half):
        marks[np.arange(count), random.integers(start, start + half, size=count)] = 1.0
    return np.stack([numbers, marks], axis=2), (numbers * marks).sum(axis=1, keepdims=True)


def fresh(random: np.random.Generator) -> dict[str, Array]:
    """Return weights before training, under PyTorch's names: even in +-1/sqrt(UNITS), forget gates open by 1."""
    bound = UNITS**-0.5
    shapes = {
        "lstm.weight_ih_l0": (4 * UNITS, 2),
        "lstm.weight_hh_l0": (4 * UNITS, UNITS),
        "lstm.bias_ih_l0": (4 * UNITS,),
        "lstm.bias_hh_l0": (4 * UNITS,),
        "fc.weight": (1, UNITS),
        "fc.bias": (1,),
    }
    drawn = {name: random.uniform(-bound, bound, size=shape) for name, shape in shapes.items()}
    drawn["lstm.bias_hh_l0"][:] = 0.0
    drawn["lstm.bias_hh_l0"][UNITS : 2 * UNITS] = 1.0
    return {name: rounded(array) for name, array in drawn.items()}


def rounded(array: Array) -> Array:
    """Return the nearest multiples of 2^-20."""
    return np.asarray(np.round(array * _GRID) / _GRID)


def gradient(
    weights: dict[str, Array], inputs: Array, targets: Array, back: Callable[[int], Any]
) -> tuple[float, dict[str, Array]]:
    """Return the mean over sequences of half the squared error, and its gradient as a scheme leaves it.

    Parameters
    ----------
    back
        Step, counted from 0, to what part of dE/dH goes back from it to the step before through the gates, a number or
        (sequences, 1); and whether anything goes back.
    """
    gates_of, recurrent, readout = (weights[name] for name in ("lstm.weight_ih_l0", "lstm.weight_hh_l0", "fc.weight"))
    bias = weights["lstm.bias_ih_l0"] + weights["lstm.bias_hh_l0"]
    count = len(inputs)
    state = output = np.zeros((count, UNITS))
    kept = []
    for step in range(STEPS):
        sums = inputs[:, step] @ gates_of.T + output @ recurrent.T + bias
        gate_i, gate_f, cell, gate_o = np.split(sums, 4, axis=1)
        gate_i, gate_f, gate_o = (1.0 / (1.0 + np.exp(-part)) for part in (gate_i, gate_f, gate_o))
        cell = np.tanh(cell)
        before = state
        state = gate_f * before + gate_i * cell
        kept.append((gate_i, gate_f, cell, gate_o, before, np.tanh(state), output))
        output = gate_o * np.tanh(state)
    error = output @ readout.T + weights["fc.bias"] - targets
    found = {name: np.zeros_like(array) for name, array in weights.items()}
    found["fc.weight"], found["fc.bias"] = error.T @ output, error.sum(axis=0)
    to_output, to_state = error @ readout, np.zeros((count, UNITS))
    for step in range(STEPS - 1, -1, -1):
        gate_i, gate_f, cell, gate_o, before, squashed, earlier = kept[step]
        to_state = to_state + to_output * gate_o * (1.0 - squashed**2)
        to_sums = np.concatenate(
            [
                to_state * cell * gate_i * (1.0 - gate_i),
                to_state * before * gate_f * (1.0 - gate_f),
                to_state * gate_i * (1.0 - cell**2),
                to_output * squashed * gate_o * (1.0 - gate_o),
            ],
            axis=1,
        )
        found["lstm.weight_ih_l0"] += to_sums.T @ inputs[:, step]
        found["lstm.weight_hh_l0"] += to_sums.T @ earlier
        found["lstm.bias_ih_l0"] += to_sums.sum(axis=0)
        through, on = back(step)
        if not on:
            break
        to_output, to_state = through * (to_sums @ recurrent), to_state * gate_f
    found["lstm.bias_hh_l0"] = found["lstm.bias_ih_l0"]
    return float(0.5 * (error**2).mean()), {name: array / count for name, array in found.items()}


def going_back(scheme: str, random: np.random.Generator, count: int) -> Callable[[int], tuple[Any, bool]]:
    """Return what a scheme lets go back from each step; see `gradient`. What is drawn is drawn anew for each batch."""
    name, _, number = scheme.partition(":")
    if name == "h-detach":
        kept = random.random(size=(STEPS, count, 1)) >= float(number)
        return lambda step: (kept[step], True)
    if name == "bptt":
        return lambda step: (1.0, step > STEPS - int(number))
    return lambda _step: (float(name == "full"), True)


def training(scheme: str = "full", updates: int = UPDATES) -> Iterator[tuple[dict[str, Array], float]]:
    """Yield the weights before each update and after the last, and the loss of the batch that comes next."""
    weights = fresh(np.random.default_rng(SEED))
    # One stream for the sequences, so that all schemes see the same; another for what is drawn.
    given, drawn = np.random.default_rng(SEED + 1), np.random.default_rng(SEED + 2)
    moments = {name: (np.zeros_like(array), np.zeros_like(array)) for name, array in weights.items()}
    for update in range(updates + 1):
        inputs, targets = sequences(given, BATCH)
        loss, found = gradient(weights, inputs, targets, going_back(scheme, drawn, BATCH))
        yield weights, loss
        length = np.sqrt(sum(float((array**2).sum()) for array in found.values()))
        shrunk = min(1.0, _CLIP / length)
        weights, before = {}, weights
        for name, array in before.items():
            mean, square = moments[name]
            mean += (1.0 - _DECAYS[0]) * (shrunk * found[name] - mean)
            square += (1.0 - _DECAYS[1]) * ((shrunk * found[name]) ** 2 - square)
            near, far = (
                part / (1.0 - decay ** (update + 1)) for part, decay in zip((mean, square), _DECAYS, strict=True)
            )
            weights[name] = rounded(array - _RATE * near / (np.sqrt(far) + _SMALL))


def held_out() -> tuple[Array, Array]:
    """Return the sequences that ship; no update sees them."""
    return sequences(np.random.default_rng(SEED + 3), SEQUENCES)


def files(updates: int = UPDATES, schemes: tuple[str, ...] = SCHEMES) -> dict[str, bytes]:
    """Return name -> content of all that ships; of fewer updates or schemes the stages and curves that there are."""
    inputs, targets = held_out()
    content = {"adding-sequences.safetensors": stored({"inputs": inputs, "targets": targets})}
    stages, losses = {}, {}
    for scheme in schemes:
        seen = []
        for update, (weights, loss) in enumerate(training(scheme, updates)):
            seen.append(loss)
            for name, after in STAGES.items():
                if scheme == "full" and update == after:
                    content[f"{name}.safetensors"] = stored(weights)
                    told, _ = gradient(weights, inputs, targets, going_back("full", np.random.default_rng(), SEQUENCES))
                    stages[name] = {"updates": after, "loss": round(told, 9)}
        starts = range(0, updates, EVERY)
        losses[scheme] = [round(float(np.mean(seen[start : start + EVERY])), 9) for start in starts]
    told_all = {"every": EVERY, "stages": stages, "losses": losses}
    return {**content, "adding.json": f"{json.dumps(told_all, indent=1)}\n".encode()}


def stored(arrays: dict[str, Array]) -> bytes:
    """Return arrays as safetensors of float32, which holds each of them exactly."""
    single = {name: array.astype(np.float32) for name, array in arrays.items()}
    for name, array in arrays.items():
        if not np.array_equal(single[name], array):
            raise ValueError(f"no float32 holds {name!r} exactly")
    return bytes(save(single))


def main() -> None:
    """Train, and write weights, sequences and curves."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content)
        print(f"{folder / name}: {len(content):,} bytes")


if __name__ == "__main__":
    main()
