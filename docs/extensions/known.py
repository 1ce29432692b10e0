"""Known results about approximate gradients, reproduced: the page `known.md` prints them, a test runs them small."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm import find_paths
from graphviz_lstm.cells import CELLS, parse_cell
from graphviz_lstm.gradients.schemes.apply import apply
from graphviz_lstm.gradients.schemes.compare import compare, distance
from graphviz_lstm.gradients.schemes.library import scheme
from graphviz_lstm.graph import evaluate, reverse
from graphviz_lstm.problems import LossTerm, Problem

if TYPE_CHECKING:
    from graphviz_lstm.cells import Cell
    from graphviz_lstm.graph.unroll import Graph

WITHOUT_FORGETTING = parse_cell(
    "lstm-1997",
    """
    a[t] = tanh(W_A @ X[t] + U_A @ H[t-1])
    i[t] = sigmoid(W_i @ X[t] + U_i @ H[t-1])
    o[t] = sigmoid(W_o @ X[t] + U_o @ H[t-1])
    S[t] = a[t] * i[t] + S[t-1]
    H[t] = o[t] * tanh(S[t])
    """,
)
"""The cell of Hochreiter and Schmidhuber 1997: its carousel forgets nothing."""


def random_net(
    cell: Cell,
    units: int,
    steps: int,
    seed: int,
    *,
    recurrent: float = 1.0,
    forget: float = 0.0,
    every: bool = False,
) -> Problem:
    """Return a net with normal weights over sqrt(units), the recurrent ones times `recurrent`; a loss at the end.

    Parameters
    ----------
    forget
        What the forget gate's bias is.
    every
        Whether every step has a loss, not the last alone.
    """
    random = np.random.default_rng(seed)
    parameters = {}
    for name in cell.parameters:
        shape = (units,) if name.startswith("b_") else (units, units)
        scale = recurrent if name.startswith("U_") else 1.0
        parameters[name] = np.zeros(shape) if name.startswith("b_") else scale * random.normal(size=shape) / units**0.5
    if "b_f" in parameters:
        parameters["b_f"] = np.full(units, forget)
    losses = tuple(range(1, steps + 1)) if every else (steps,)
    targets = random.normal(size=(len(losses), units))
    return Problem(
        cell,
        parameters,
        {"X": random.normal(size=(steps, units))},
        [LossTerm("H", losses, targets, "squared_error")],
        first_step=1,
    )


def error_scale(steps: int, units: int = 3) -> list[float]:
    """Return by what the error of each unit's state is scaled over so many steps under the cuts of 1997.

    Equation 41 of Hochreiter and Schmidhuber 1997: between entering a memory cell and leaving it, the error is not
    scaled at all, however long it stays.
    """
    graph = apply(evaluate(random_net(WITHOUT_FORGETTING, units, steps + 1, seed=0)), scheme("lstm-1997"))
    adjoints = reverse(graph)
    scales: list[float] = (adjoints["S_1"] / adjoints[f"S_{steps + 1}"]).tolist()
    return scales


def cosines(recurrent: float, *, nets: int = 20, units: int = 32, steps: int = 50) -> list[float]:
    """Return the cosine between the gradient under the cuts of 1997 and the full one, of each net of a scale."""
    found = []
    for seed in range(nets):
        problem = random_net(CELLS["lstm"], units, steps, seed, recurrent=recurrent, forget=1.0)
        (cut,) = compare(evaluate(problem), ["lstm-1997"])
        found.append(cut.distance.cosine)
    return found


def residual_share(modules: int = 54, low: int = 5, high: int = 17) -> float:
    """Return which part of the paths of a residual net go through `low` to `high` of its modules, in per cent.

    Veit, Wilber and Belongie 2016, section 4.3: of the paths of a net of 54 modules only 0.45 % are as short as those
    that most of the gradient goes through.
    """
    return 100.0 * sum(comb(modules, k) for k in range(low, high + 1)) / 2**modules


def by_gates_crossed(steps: int, *, seed: int = 1) -> list[tuple[int, int, float, float]]:
    """Return the form of Veit's figure 6 for an LSTM: gates crossed -> paths, their part of all, of the |shares|."""
    problem = random_net(CELLS["lstm"], 1, steps, seed, forget=1.0)
    groups = find_paths(evaluate(problem), "W_A", "E").group_by("crossings")
    whole = sum(group.count for group in groups.values())
    mass = sum(group.positive - group.negative for group in groups.values())
    return [
        (int(times), group.count, group.count / whole, (group.positive - group.negative) / mass)
        for times, group in sorted(groups.items())
    ]


def some_of_the_paths(part: float, *, units: int = 3, steps: int = 5, draws: int = 20) -> tuple[float, float, float]:
    """Return the cosine with dE/dW_A of a part of its paths: drawn at random (mean, least of the draws), the largest.

    What is claimed of a few per cent of the paths (arXiv 2603.15195) is of what a net learns by them, not of the
    gradient; this is of the gradient.
    """
    graph = evaluate(random_net(CELLS["lstm"], units, steps, 0, forget=1.0))
    paths = find_paths(graph, "W_A", "E")
    contributions = np.array([path.contribution for path in paths])
    full = contributions.sum(axis=0)
    n = max(1, round(part * len(contributions)))
    random = np.random.default_rng(0)
    drawn = [
        distance(contributions[random.choice(len(contributions), n, replace=False)].sum(axis=0), full).cosine
        for _ in range(draws)
    ]
    sizes = np.abs((contributions * full).sum(axis=(1, 2)))
    largest = contributions[np.argsort(-sizes)[:n]].sum(axis=0)
    return float(np.mean(drawn)), float(min(drawn)), distance(largest, full).cosine


def expectation_over_masks(graph: Graph, name: str, source: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the expectation and the variance of a random scheme, every mask with its probability."""
    from itertools import product

    from graphviz_lstm.gradients.schemes.chance import drawn

    chance = scheme(name).chance
    assert chance is not None
    first = graph.graph["first_step"]
    steps = range(first, first + graph.graph["steps"])
    mean = np.zeros(graph.nodes[source]["value"].shape)
    square = np.zeros(mean.shape)
    for kept in product([True, False], repeat=len(steps)):
        probability = float(np.prod([1.0 - chance.dropped if each else chance.dropped for each in kept]))
        gradient = reverse(drawn(graph, chance, dict(zip(steps, kept, strict=True))))[source]
        mean += probability * gradient
        square += probability * gradient**2
    return mean, square - mean**2
