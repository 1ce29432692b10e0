"""A net that was loaded, held against the framework whose weights it has: what it gives, and every gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm import evaluate, reverse
from graphviz_lstm.problems.net import key_of
from graphviz_lstm.problems.weights.fitting import blocks_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from graphviz_lstm.problems import LoadedNet, Problem

CLOSE = 1e-10
"""Relative to the largest entry: what is due in double precision."""


def require_close(ours: NDArray[np.float64], theirs: NDArray[np.float64], what: str, close: float = CLOSE) -> None:
    """Raise unless two arrays are the same but for rounding."""
    assert ours.shape == theirs.shape, what
    assert np.abs(ours - theirs).max() <= close * max(np.abs(theirs).max(), 1e-6), what


def require_same(
    net: LoadedNet,
    problem: Problem,
    loss: float,
    gradients: Mapping[str, NDArray[np.float64]],
    close: float = CLOSE,
) -> None:
    """Raise unless the loss, and the gradient of every array that was read, are those of the framework.

    An array's gradient has the gradients of our parameters as its blocks: of two biases that add each has the same.
    """
    graph = evaluate(problem)
    require_close(np.asarray(graph.nodes["E"]["value"]), np.asarray(loss), "E")
    adjoints = reverse(graph)
    numbered = len(net.plan.layers) > 1 or net.plan.layers[0].backward is not None
    seen = set()
    for number, both in enumerate(net.plan.layers, start=1):
        for part, found in zip(("",) if both.backward is None else (">", "<"), both.directions, strict=True):
            for stored in found.layout.arrays:
                if stored.key not in found.layer.keys:
                    continue
                key = found.layer.keys[stored.key]
                matrices = len(found.sizes[stored.holds[0]]) == 2
                for name, block in blocks_of(stored, gradients[key], matrices=matrices):
                    ours = key_of(name, number if numbered else None, part)
                    require_close(adjoints[ours], block, f"{key}: {name}", close)
                    seen.add(ours)
    if net.plan.embedding is not None:
        require_close(adjoints["W_X"], gradients[net.plan.embedding.matrix], "W_X")
    if net.plan.readout is not None:
        readout = net.plan.readout
        theirs = gradients[readout.matrix]
        require_close(adjoints["V"], theirs.T if readout.transposed else theirs, readout.matrix, close)
        if readout.bias is not None:
            require_close(adjoints["c"], gradients[readout.bias], readout.bias, close)
    assert seen <= set(net.parameters)
    # Of what a framework may be without, the biases, ours are zeros.
    assert {name for name, array in net.parameters.items() if array.ndim == 2} - {"V", "W_X"} <= seen
