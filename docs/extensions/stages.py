"""What the page about the trained example computes: how far back, what schemes drop of a mean, curves of loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.figures.curves import Curve, curves_plot
from graphviz_lstm.gradients.batches.batch import Batch
from graphviz_lstm.gradients.batches.batch_study import BatchStudy
from graphviz_lstm.gradients.batches.over_training import over_training
from graphviz_lstm.gradients.schemes import gradients_under, scheme
from graphviz_lstm.gradients.schemes.compare import distance
from graphviz_lstm.graph import evaluate, reverse
from graphviz_lstm.problems import load_sequences
from graphviz_lstm.problems.shipped import training_of_adding
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.batches import BatchTold, plot_batch
from graphviz_lstm.reports.by_unit import UnitsTold, plot_units
from graphviz_lstm.reports.over_training import TrainingTold, plot_training

if TYPE_CHECKING:
    from graphviz_lstm.figures.choices import LayoutName
    from graphviz_lstm.figures.plots import Plot
    from graphviz_lstm.gradients.schemes.compare import Distance
    from graphviz_lstm.problems import Problem

SCHEMES = tuple(name for name in training_of_adding().losses if name != "full")


def reach(problem: Problem, source: str) -> tuple[int, int]:
    """Return how many steps back half of the gradient enters, and nine tenths of it, without the signs of steps."""
    sizes = np.abs(Study(problem, source).triangle.by_lag())
    parts = np.cumsum(sizes) / sizes.sum()
    half, most = (int(np.searchsorted(parts, part)) for part in (0.5, 0.9))
    return half, most


def against_the_mean(example: str) -> list[Distance]:
    """Return how far each scheme is from the mean gradient of all sequences, over all parameters together."""
    graphs = [evaluate(problem) for problem in load_sequences(example)]
    names = list(graphs[0].graph["problem"].parameters)
    whole = _mean([reverse(graph) for graph in graphs], names)
    return [
        distance(_mean([gradients_under(graph, scheme(name)) for graph in graphs], names), whole) for name in SCHEMES
    ]


def stages_plot(by: str, *, layout: LayoutName = "wide") -> Plot:
    """Return the curves of the mean gradient's shares over the training, as the command `train-curve` draws them."""
    updates = training_of_adding().updates
    stages = [(name, updates[name], load_sequences(name)) for name in sorted(updates, key=updates.__getitem__)]
    told = TrainingTold(over_training(stages, "W_A", by=by), "W_A", None, by, len(stages[0][2]))
    return plot_training(told, layout=layout, theme="auto")


def units_plot_of(example: str, source: str, *, layout: LayoutName = "wide") -> Plot:
    """Return which units carry a gradient how far, as the command `units` draws it."""
    return plot_units(UnitsTold(Study(example, source)), layout=layout, theme="auto")


def sequences_plot(example: str, *, layout: LayoutName = "wide") -> Plot:
    """Return how the sequences of a stage differ, as the command `batch` draws it."""
    return plot_batch(BatchTold(BatchStudy(Batch(load_sequences(example)), "W_A")), layout=layout, theme="auto")


def losses_plot(*, layout: LayoutName = "wide") -> Plot:
    """Return the curves of loss, one for each gradient by which the example was trained."""
    training = training_of_adding()
    curves = [
        Curve(name, tuple(training.every * (k + 1.0) for k in range(len(losses))), losses)
        for name, losses in training.losses.items()
    ]
    return curves_plot(
        curves,
        "The adding problem, trained by the whole gradient and by what schemes leave of it",
        ("updates", "mean loss"),
        stages={name.removeprefix("adding-"): after for name, after in training.updates.items()},
        log=True,
        layout=layout,
        theme="auto",
    )


def _mean(found: list[dict[str, np.ndarray]], names: list[str]) -> np.ndarray:
    return np.concatenate([np.mean([each[name] for each in found], axis=0).ravel() for name in names])
