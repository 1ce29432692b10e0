"""Where a gradient flows at each checkpoint of a training: the same question to the same sequences, other weights."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import InputError, NumberError, shorten
from graphviz_lstm.gradients.batches.batch import Batch
from graphviz_lstm.gradients.batches.batch_study import BatchStudy
from graphviz_lstm.gradients.sizes import mean_of
from graphviz_lstm.paths.units.memory import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphviz_lstm.gradients.shares.triangle import Triangle
    from graphviz_lstm.paths.sweeping.sweep import Progress
    from graphviz_lstm.problems import Problem

TRAINING_LABELS = ("routes", "lag")
"""What a gradient is told by over a training: through which gates, or how many steps lie between entry and loss."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is asked of one set of weights.

    Attributes
    ----------
    name, at
        What it is called, and where it stands in the training: after how many updates, or its number.
    loss
        The mean of the sequences' losses.
    size
        The length of the gradient of the mean loss, or the entry that is looked at; 0 where there is none.
    shares
        Class -> its share of that gradient; NaN where it is zero.
    """

    name: str
    at: float
    loss: float
    size: float
    shares: Mapping[str, float]


def over_training(
    checkpoints: Sequence[tuple[str, float, Sequence[Problem]]],
    source: str,
    element: tuple[int, ...] | None = None,
    *,
    by: str = "routes",
    memory: float = MOST_BYTES,
    progress: Progress | None = None,
) -> tuple[Checkpoint, ...]:
    """Return where the gradient of the mean loss flows at each checkpoint.

    Parameters
    ----------
    checkpoints
        Of each its name, where it stands, and its sequences.
    by
        One of `TRAINING_LABELS`. Of many steps back some are told together.
    memory
        How many bytes may be taken at each checkpoint.
    progress
        Is told of how many checkpoints are done, and how many there are.

    Raises
    ------
    InputError
        If there is no checkpoint, `by` is none of these, the source is no parameter, two checkpoints are of other nets,
        or more memory would be taken.

    Examples
    --------
    >>> from graphviz_lstm.problems import load_sequences
    >>> two = [(name, k, load_sequences(name)[:2]) for k, name in enumerate(("adding-untrained", "adding"))]
    >>> [round(sum(each.shares.values()), 9) for each in over_training(two, "W_A", by="lag")]
    [1.0, 1.0]
    """
    if by not in TRAINING_LABELS:
        raise InputError(f"unknown label: {shorten(by)} (must be one of {', '.join(map(repr, TRAINING_LABELS))})")
    if not checkpoints:
        raise InputError("no checkpoint: there is nothing to tell over a training")
    first = checkpoints[0]
    found = []
    for number, (name, at, problems) in enumerate(checkpoints, start=1):
        if problems[0].cell.equations != first[2][0].cell.equations:
            raise InputError(f"not one net: {shorten(name)} has other equations than {shorten(first[0])}")
        study = BatchStudy(Batch(problems), source, element, memory=memory)
        loss = float(mean_of(np.array(study.losses)))
        try:
            size, shares = study.size, _classes(study.triangle, by)
        except NumberError:
            whole = study.batch.gradient(source)
            # What is not zero was refused for another reason.
            if np.any(whole if element is None else whole[element]):
                raise
            size, shares = 0.0, {}
        found.append(Checkpoint(name, at, loss, size, shares))
        if progress is not None:
            progress(number, len(checkpoints))
    names = dict.fromkeys(label for each in found for label in each.shares)
    return tuple(
        Checkpoint(each.name, each.at, each.loss, each.size, {label: _share(each, label) for label in names})
        for each in found
    )


def _share(each: Checkpoint, label: str) -> float:
    """Return the share of a class; one that is not there has nothing, unless there is nothing to share."""
    return each.shares.get(label, 0.0) if each.shares else nan


def _classes(triangle: Triangle, by: str) -> dict[str, float]:
    if by == "routes":
        return {name: float(shares.sum()) for name, shares in triangle.routes.items() if shares.any()}
    lags = triangle.by_lag()
    return {_told(part): float(lags[part.start : part.stop].sum()) for part in stretches(len(lags))}


def stretches(steps: int) -> Iterable[range]:
    """Return distances that are told together: none, then ever twice as many.

    >>> [(part.start, part.stop) for part in stretches(24)]
    [(0, 1), (1, 2), (2, 4), (4, 8), (8, 16), (16, 24)]
    """
    start, stop = 0, 1
    while start < steps:
        yield range(start, min(stop, steps))
        start, stop = stop, 2 * stop


def _told(part: range) -> str:
    return f"{part.start} steps back" if len(part) == 1 else f"{part.start}..{part.stop - 1} steps back"
