"""The trained example that ships: a small LSTM at four stages of learning to add, with sequences that it never saw.

`tools/adding.py` trained it, and makes all of it anew to the last digit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Any

from graphviz_lstm.given import require_one_of
from graphviz_lstm.problems.weights.load import load_weights
from graphviz_lstm.problems.weights.read import read_weights

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from graphviz_lstm.problems.problem import Problem
    from graphviz_lstm.problems.weights.load import LoadedNet

TRAINED = ("adding", "adding-untrained", "adding-plateau", "adding-learning")
"""The solved one first, then as it was before, in the order of training."""
_SEQUENCES = "adding-sequences"
_TASK = (
    "An LSTM of 16 units that learns to add: of 24 numbers, the first entry of each input, two are marked by the "
    "second, and their sum is due after the last step (the adding problem, Hochreiter and Schmidhuber 1997)."
)


@dataclass(frozen=True, slots=True)
class Training:
    """How the example was trained, and how it would have been by gradients that leave something out.

    Attributes
    ----------
    every
        So many updates have one point of a curve.
    losses
        Scheme -> the mean loss of the batches of these updates, one after the other; all from the same first weights,
        with the same sequences.
    updates, loss
        Name of an example -> after how many updates it is, and its mean loss over the sequences that ship.
    """

    every: int
    losses: Mapping[str, tuple[float, ...]]
    updates: Mapping[str, int]
    loss: Mapping[str, float]


@cache
def training_of_adding() -> Training:
    """Return how the example `adding` was trained.

    >>> training_of_adding().updates["adding-untrained"], round(training_of_adding().loss["adding"], 3)
    (0, 0.0)
    """
    told: dict[str, Any] = json.loads(_folder().joinpath("adding.json").read_text("utf-8"))
    stages = told["stages"]
    return Training(
        told["every"],
        {scheme: tuple(losses) for scheme, losses in told["losses"].items()},
        {name: stages[name]["updates"] for name in TRAINED},
        {name: stages[name]["loss"] for name in TRAINED},
    )


def load_sequences(example: str) -> tuple[Problem, ...]:
    """Return all sequences that come with a trained example, as problems of its net.

    Raises
    ------
    UnknownNameError
        If there is no such example.

    Examples
    --------
    >>> sequences = load_sequences("adding")
    >>> len(sequences), sequences[0].steps, sequences[0].name
    (32, 24, 'adding, sequence 1')
    """
    net, inputs, targets = _parts(example)
    return tuple(
        net.problem(rows, due[None], at="last", name=f"{example}, sequence {k}", about=about_trained(example))
        for k, (rows, due) in enumerate(zip(inputs, targets, strict=True), start=1)
    )


def trained_problem(example: str) -> Problem:
    """Return a trained example with the first of its sequences.

    >>> trained_problem("adding").cell.name, trained_problem("adding").parameters["U_f"].shape
    ('lstm+readout', (16, 16))
    """
    net, inputs, targets = _parts(example)
    return net.problem(inputs[0], targets[:1], at="last", name=example, about=about_trained(example))


def about_trained(example: str) -> str:
    """Return what a trained example is, in words."""
    training = training_of_adding()
    loss = f"{training.loss[example]:.2g}"
    return f"{_TASK} After {training.updates[example]:,} updates; the mean loss over 32 sequences is {loss}."


def _parts(example: str) -> tuple[LoadedNet, NDArray[Any], NDArray[Any]]:
    require_one_of("trained example", example, TRAINED)
    with as_file(_folder().joinpath(f"{example}.safetensors")) as path:
        net = load_weights(path)
    with as_file(_folder().joinpath(f"{_SEQUENCES}.safetensors")) as path:
        held = read_weights(path)
        inputs, targets = (held.entries[name].read() for name in ("inputs", "targets"))
    return net, inputs, targets


def _folder() -> Any:
    return files("graphviz_lstm.problems").joinpath("trained")
