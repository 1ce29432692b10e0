"""A problem from files alone: weights, a sequence of inputs, its targets."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from graphviz_lstm.errors import ExampleError, InputError, shorten
from graphviz_lstm.files import require_path
from graphviz_lstm.problems.arrays import name_of
from graphviz_lstm.problems.weights.load import load_weights
from graphviz_lstm.problems.weights.npy import SUFFIX, load_npy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from graphviz_lstm.problems.problem import Problem


def problem_from_files(  # noqa: PLR0913 -- an option each
    weights: str | os.PathLike[str],
    inputs: str | os.PathLike[str] | None,
    targets: str | os.PathLike[str] | None,
    *,
    cell: str | None = None,
    prefix: str | Sequence[str] | None = None,
    readout: str | None = None,
    embedding: str | None = None,
    activations: Mapping[str, str] | None = None,
    loss: str = "squared_error",
    at: str = "every",
    ignore: int | None = None,
) -> Problem:
    """Return the problem of weights, and of inputs and targets in `.npy` files; `load_weights` says what the rest is.

    Raises
    ------
    ExampleError
        If inputs or targets are not given.
    InputError
        If a file cannot be read or does not fit; the line names it.
    """
    net = load_weights(weights, cell=cell, prefix=prefix, readout=readout, embedding=embedding, activations=activations)
    rows = f"(steps, {net.plan.inputs}) numbers, a row a step"
    rows = rows if net.plan.embedding is None else f"(steps,) whole numbers from 0 to {net.plan.embedding.tokens - 1}"
    wanted = f"(steps, {net.plan.outputs}) numbers, a row a step"
    for what, given, shape in (("inputs", inputs, rows), ("targets", targets, wanted)):
        if given is None:
            raise ExampleError(f"missing: --{what}, a {SUFFIX} file of {shape}, for {net.where}")
    path = Path(os.fsdecode(weights))
    given_inputs, due = (array_from(given, what) for what, given in (("inputs", inputs), ("targets", targets)))
    try:
        return net.problem(given_inputs, due, loss=loss, at=at, ignore=ignore, name=name_of(path))
    except InputError as error:
        raise type(error)(f"{error} (inputs {shorten(str(inputs))}, targets {shorten(str(targets))})") from None


def array_from(given: str | os.PathLike[str] | None, what: str) -> NDArray[np.generic]:
    """Return the array of a `.npy` file.

    Raises
    ------
    ExampleError, WeightsError
        If it is another file, or cannot be read.
    """
    path = require_path(given or "")
    if path.suffix != SUFFIX:
        raise ExampleError(f"unknown suffix: {path.suffix!r} of {what} file {str(path)!r} (must be {SUFFIX!r})")
    return load_npy(path, f"{what} file {str(path)!r}")
