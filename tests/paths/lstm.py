"""The question's LSTM as a graph of linear maps, written out by hand: independent of the other rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from tests.paths.maps import Matrix, ToNumber, WeightMap

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphviz_lstm.paths.compiled.linear_map import FloatArray

GATES = "Aifo"
NAMES = dict(zip(GATES, "aifo", strict=True))


@dataclass(frozen=True)
class Example:
    """An LSTM with its numbers; E is half the squared error at every step."""

    parameters: Mapping[str, FloatArray]
    inputs: Sequence[FloatArray]
    targets: Sequence[FloatArray]


GOMEZ = Example(
    {
        "W_A": np.array([[0.45, 0.25]]), "W_i": np.array([[0.95, 0.80]]),
        "W_f": np.array([[0.70, 0.45]]), "W_o": np.array([[0.60, 0.40]]),
        "U_A": np.array([[0.15]]), "U_i": np.array([[0.80]]), "U_f": np.array([[0.10]]), "U_o": np.array([[0.25]]),
        "b_A": np.array([0.20]), "b_i": np.array([0.65]), "b_f": np.array([0.15]), "b_o": np.array([0.10]),
    },
    [np.array([1.0, 2.0]), np.array([0.5, 3.0])],
    [np.array([0.5]), np.array([1.25])],
)  # fmt: skip


def random_example(hidden: int, inputs: int, steps: int, seed: int) -> Example:
    """Return an LSTM of this size with random numbers."""
    rng = np.random.default_rng(seed)
    shapes = {"W": (hidden, inputs), "U": (hidden, hidden), "b": (hidden,)}
    parameters = {f"{kind}_{gate}": rng.normal(size=shape) for kind, shape in shapes.items() for gate in GATES}
    return Example(parameters, list(rng.normal(size=(steps, inputs))), list(rng.normal(size=(steps, hidden))))


def lstm_graph(example: Example, *, last_only: bool = False) -> nx.DiGraph[Any]:
    """Return the graph of an LSTM with steps from 0, with linear maps on its edges."""
    graph: nx.DiGraph[Any] = nx.DiGraph()
    parameters = example.parameters
    hidden = len(parameters["b_A"])
    state, output = np.zeros(hidden), np.zeros(hidden)
    for t, (x, y) in enumerate(zip(example.inputs, example.targets, strict=True)):
        values, slopes = {}, {}
        for gate in GATES:
            z = parameters[f"W_{gate}"] @ x + parameters[f"U_{gate}"] @ output + parameters[f"b_{gate}"]
            values[gate] = np.tanh(z) if gate == "A" else 1 / (1 + np.exp(-z))
            slopes[gate] = 1 - values[gate] ** 2 if gate == "A" else values[gate] * (1 - values[gate])
            name, slope = f"{NAMES[gate]}_{t}", slopes[gate]
            graph.add_edge(f"W_{gate}", name, partial=WeightMap(slope, x), crossings=0)
            graph.add_edge(f"b_{gate}", name, partial=Matrix(np.diag(slope)), crossings=0)
            recurrent = slope[:, None] * parameters[f"U_{gate}"]
            graph.add_edge(f"H_{t - 1}", name, partial=Matrix(recurrent), crossings=1)
        new = values["A"] * values["i"] + values["f"] * state
        squashed = np.tanh(new)
        for tail, head, diagonal in (
            (f"a_{t}", f"S_{t}", values["i"]),
            (f"i_{t}", f"S_{t}", values["A"]),
            (f"f_{t}", f"S_{t}", state),
            (f"S_{t - 1}", f"S_{t}", values["f"]),
            (f"o_{t}", f"H_{t}", squashed),
            (f"S_{t}", f"H_{t}", values["o"] * (1 - squashed**2)),
        ):
            graph.add_edge(tail, head, partial=Matrix(np.diag(diagonal)), crossings=0)
        state, output = new, values["o"] * squashed
        if not last_only or t == len(example.inputs) - 1:
            graph.add_edge(f"H_{t}", "E", partial=ToNumber(output - y), crossings=0)
    return graph
