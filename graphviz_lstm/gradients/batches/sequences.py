"""Sequences of one net from files: weights, and arrays of inputs and targets sequences before steps."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import ExampleError, InputError, ShapeError, shorten
from graphviz_lstm.gradients.batches.padded import present_steps
from graphviz_lstm.problems.arrays import name_of
from graphviz_lstm.problems.weights.files import array_from
from graphviz_lstm.problems.weights.load import load_weights
from graphviz_lstm.problems.weights.npy import SUFFIX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.problems import Problem

_OF_WEIGHTS = ("cell", "prefix", "readout", "embedding", "activations")
_ARRAYS = ("inputs", "targets", "lengths", "mask")


def sequences_from_files(weights: str | os.PathLike[str], given: Mapping[str, Any]) -> list[Problem]:
    """Return the problem of each sequence that files of arrays hold.

    Parameters
    ----------
    weights
        As `load_weights` reads them.
    given
        Paths of `.npy` files: `inputs` (sequences, steps, numbers), of an embedding tokens (sequences, steps);
        `targets` (sequences, steps, numbers) or classes (sequences, steps), one step where the loss counts at the last
        alone; `lengths` (sequences,) or `mask` (sequences, steps), where sequences are shorter than the arrays. Beside
        them what `load_weights` and `LoadedNet.problem` take.

    Raises
    ------
    ExampleError, InputError
        If one is missing, cannot be read or does not fit: the line names it, and the sequence.
    """
    net = load_weights(weights, **{name: given[name] for name in _OF_WEIGHTS if name in given})
    for name, shape in (("inputs", "(sequences, steps, numbers)"), ("targets", "(sequences, steps, numbers)")):
        if name not in given:
            raise ExampleError(f"missing: --{name}, a {SUFFIX} file of {shape}, for {net.where}")
    arrays = {name: array_from(given[name], name) for name in _ARRAYS if name in given}
    inputs, targets = arrays["inputs"], arrays["targets"]
    least = 3 if net.plan.embedding is None else 2
    if inputs.ndim == least - 1 and targets.ndim and len(arrays) == 2:
        inputs, targets = inputs[None], targets[None]  # one sequence, as other commands have it
    if inputs.ndim != least or 0 in inputs.shape:
        due = "(sequences, steps, numbers)" if least == 3 else "(sequences, steps), of tokens"
        raise ShapeError(
            f"wrong shape: inputs are {inputs.shape}, must be {due} (inputs {shorten(str(given['inputs']))})"
        )
    batch, steps = inputs.shape[:2]
    if targets.ndim < 2 or len(targets) != batch:
        raise ShapeError(
            f"wrong shape: targets are {targets.shape}, must be ({batch}, steps, ...), a sequence each (targets "
            f"{shorten(str(given['targets']))})"
        )
    options = {name: given[name] for name in ("loss", "at", "ignore") if name in given}
    name = name_of(Path(os.fsdecode(weights)))
    found = []
    for number, length in enumerate(present_steps(arrays.get("lengths"), arrays.get("mask"), batch, steps)):
        due = targets[number]
        try:
            problem = net.problem(
                inputs[number, :length],
                due[:length] if len(due) == steps else due,
                name=f"{name}, sequence {number + 1}",
                **options,
            )
        except InputError as error:
            raise type(error)(f"{error}, in sequence {number + 1}") from None
        found.append(problem)
    return found
