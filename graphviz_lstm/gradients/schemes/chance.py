"""Random schemes, exactly: expectation and variance of every entry of the gradient, without drawing; and a sampler.

At each step t a factor f_t falls on all edges of one kind into the step, independently. A path has at most one edge in
time into each step, so the expectation is the gradient with each of these edges scaled by E[f]. For the variance, let
lambda_t be dE/d(states of step t) by what comes after t, and g_t what a parameter has been given by the steps after t.
Within step t all is linear and certain: lambda_{t-1} = (K + f_t R) lambda_t + (k + f_t r), and what the step gives the
parameter is q = Q lambda_t + s. So the mean of lambda, and how lambda and g vary together, go back step by step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import InputError, NumberError
from graphviz_lstm.gradients.schemes.action import Action
from graphviz_lstm.gradients.schemes.apply import require_gates
from graphviz_lstm.gradients.schemes.covariance import Covariance
from graphviz_lstm.gradients.schemes.edge import edges_of
from graphviz_lstm.graph.sweeps import reverse
from graphviz_lstm.graph.unroll import TARGET

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.gradients.schemes.edge import Edge
    from graphviz_lstm.gradients.schemes.scheme import Chance, Scheme
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph

_MOST = 200_000_000
"""How many numbers the second moments may take: 1.6 GB."""
_BEYOND = "not a finite number: the moments of dE/d{} under {!r} leave the range of a float64"


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """What is expected of one parameter's gradient under a random scheme.

    Attributes
    ----------
    mean, deviation
        Expectation and standard deviation of each entry, in the parameter's shape.
    """

    mean: Array
    deviation: Array

    @property
    def variance(self) -> Array:
        """The square of the deviation: infinite above 1.8e308, zero below 5e-324."""
        with np.errstate(over="ignore", under="ignore"):
            return np.asarray(self.deviation * self.deviation)


def moments_under(graph: Graph, scheme: Scheme, source: str) -> Moments:
    """Return the exact expectation and variance of a parameter's gradient under a random scheme.

    Costs O(T D^2 P) for D entries of the states and P of the parameter.

    Raises
    ------
    InputError
        If the scheme is not random, the source is no parameter, or the moments take more than a few gigabytes.
    NumberError
        If they leave the range of a float64.
    """
    chance = _chance_of(scheme)
    require_gates(graph)
    if graph.nodes[source]["role"] != "parameter":
        raise InputError(f"not a parameter: {source!r} (moments are of what every step gives to)")
    shape = graph.nodes[source]["value"].shape
    steps = _Steps(graph, chance, source)
    width, size = steps.width, int(np.prod(shape))
    if width * (width + size) > _MOST:
        raise InputError(
            f"too large for exact moments: {width:,} entries of the states and {size:,} of {source!r} "
            f"({width * (width + size):,} numbers; at most {_MOST:,}); sample_under draws instead"
        )
    mean, given, vary = np.zeros(width), np.zeros(size), Covariance(width, size)
    with np.errstate(all="ignore"):  # what is not finite is found, and named
        for step in reversed(steps.numbers):
            certain, by_chance, gives = steps.maps_of(step)
            # Rows are the entries of lambda_t, columns what they become; the last is what the step's own losses give.
            given = given + mean @ gives[:width] + gives[width]
            differs = mean @ by_chance[:width] + by_chance[width]
            mean = mean @ certain[:width] + certain[width] + chance.mean * differs
            vary.give(gives[:width])
            expected = certain[:width] + chance.mean * by_chance[:width]
            vary.move(expected, by_chance[:width], differs, chance.variance)
            if not all(np.isfinite(each).all() for each in (given, differs, mean, certain, by_chance, gives)):
                raise NumberError(_BEYOND.format(source, scheme.name))
    found = Moments(given.reshape(shape), vary.deviations().reshape(shape))
    if not np.isfinite(found.deviation).all():
        raise NumberError(_BEYOND.format(source, scheme.name))
    return found


def sample_under(graph: Graph, scheme: Scheme, sources: list[str], n: int, *, seed: int) -> dict[str, Array]:
    """Return parameter -> the gradients of `n` draws, (n, *shape).

    Raises
    ------
    InputError
        If the scheme is not random, or n is below 1.
    """
    chance = _chance_of(scheme)
    if n < 1:
        raise InputError(f"wrong number of draws: {n} (must be 1 or more)")
    random = np.random.default_rng(seed)
    found: dict[str, list[Array]] = {name: [] for name in sources}
    steps = _step_numbers(graph)
    for _ in range(n):
        kept = {step: bool(random.random() >= chance.dropped) for step in steps}
        adjoints = reverse(drawn(graph, chance, kept))
        for name in sources:
            found[name].append(adjoints[name])
    return {name: np.array(rows) for name, rows in found.items()}


def drawn(graph: Graph, chance: Chance, kept: dict[int, bool]) -> Graph:
    """Return the graph of one draw: `kept` says of each step whether the edges into it are."""
    found: Graph = graph.copy()
    for (tail, head), edge in edges_of(graph).items():
        if not chance.is_about(edge):
            continue
        if not kept[edge.to_step]:
            found.remove_edge(tail, head)
        else:
            scaled = Action("scale", chance.factor)
            found.edges[tail, head]["partial"] = scaled.done_to(graph.edges[tail, head]["partial"])
    return found


def _chance_of(scheme: Scheme) -> Chance:
    if scheme.chance is None:
        raise InputError(f"not a random scheme: {scheme.name!r} (such as 'h-detach:0.25')")
    return scheme.chance


def _step_numbers(graph: Graph) -> range:
    return range(graph.graph["first_step"], graph.graph["first_step"] + graph.graph["steps"])


class _Steps:
    """Each step as the linear maps that it is to an adjoint."""

    def __init__(self, graph: Graph, chance: Chance, source: str) -> None:
        self._graph, self._chance, self._source = graph, chance, source
        self._edges = edges_of(graph)
        self.numbers = _step_numbers(graph)
        self._states = list(dict.fromkeys(e.tail.quantity for e in self._edges.values() if e.in_time))
        self._sizes = [self._shape(name) for name in self._states]
        self.width = int(sum(np.prod(shape) for shape in self._sizes))
        self._by_step: dict[int, list[str]] = {}
        for vertex, data in graph.nodes.items():
            if data["step"] is not None:
                self._by_step.setdefault(data["step"], []).append(vertex)

    def _shape(self, name: str) -> tuple[int, ...]:
        shapes: Iterator[tuple[int, ...]] = (
            data["value"].shape for _, data in self._graph.nodes.items() if data["quantity"] == name
        )
        return next(shapes)

    def maps_of(self, step: int) -> tuple[Array, Array, Array]:
        """Return what a step makes of an adjoint of its states, one entry a row, and of its own losses (last row).

        To the states of the step before along certain edges and along those of chance, and to the parameter:
        (D + 1, D), (D + 1, D), (D + 1, P).
        """
        graph, width = self._graph, self.width
        adjoints: dict[str, Array] = {}
        column = 0
        for name, shape in zip(self._states, self._sizes, strict=True):
            size = int(np.prod(shape))
            rows = np.zeros((width + 1, size))
            rows[column : column + size] = np.eye(size)
            adjoints[name] = rows.reshape(width + 1, *shape)
            column += size
        found: dict[str, Array] = {}
        for vertex in reversed(self._by_step.get(step, [])):
            data = graph.nodes[vertex]
            total = np.zeros((width + 1, *data["value"].shape))
            if data["quantity"] in adjoints:
                total = total + adjoints[data["quantity"]]
            for head in graph.succ[vertex]:
                edge: Edge = self._edges[vertex, head]
                if head == TARGET:
                    total[-1] += graph.edges[vertex, head]["partial"].pull(np.ones(()))
                elif edge.head.step == step:
                    total = total + graph.edges[vertex, head]["partial"].pull(found[head])
            found[vertex] = total
        certain, by_chance = self._back(found)
        gives = np.zeros((width + 1, int(np.prod(graph.nodes[self._source]["value"].shape))))
        for head in graph.succ[self._source]:
            if head in found:
                gives += graph.edges[self._source, head]["partial"].pull(found[head]).reshape(width + 1, -1)
        return certain, by_chance, gives

    def _back(self, found: dict[str, Array]) -> tuple[Array, Array]:
        """Return what comes to the states of the step before, flattened side by side."""
        graph = self._graph
        rows = {
            (name, random): np.zeros((self.width + 1, *shape))
            for name, shape in zip(self._states, self._sizes, strict=True)
            for random in (False, True)
        }
        for head, adjoint in found.items():
            for tail in graph.pred[head]:
                edge = self._edges[tail, head]
                if edge.in_time:
                    pulled = graph.edges[tail, head]["partial"].pull(adjoint)
                    rows[edge.tail.quantity, self._chance.is_about(edge)] += pulled
        nothing = np.zeros((self.width + 1, 0))  # of a cell without states
        certain, by_chance = (
            np.concatenate(
                [nothing, *(rows[name, random].reshape(self.width + 1, -1) for name in self._states)], axis=1
            )
            for random in (False, True)
        )
        return certain, by_chance
