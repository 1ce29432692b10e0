"""The check that never sleeps: the same derivative in ways that share little, and an error where they disagree.

Every way is held against the reverse sweep along a few directions in the source, and its yardstick is local: what
rounding may do is the sum over the edges of |adjoint of the head| |partial| |tangent of the tail|, times the roundings
that one vertex costs. That is how errors really come together (a running error analysis [1]_), and it does not grow as
the sum over the paths of |contribution| does, which at 64 units exceeds the gradient so far that anything passes.

Each way says the smallest relative error that it would have noticed. Where that is above one in a thousand, it is said
not to have been checked, whatever it came to.

References
----------
.. [1] N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import TYPE_CHECKING

import networkx as nx
import numpy as np

from graphviz_lstm.errors import (
    CheckError,
    InputError,
    NoPathError,
    NumberError,
    UnknownVertexError,
    describe_unknown,
)
from graphviz_lstm.given import require_kind
from graphviz_lstm.gradients.checking.differences import derivative_along
from graphviz_lstm.gradients.checking.local import local_error
from graphviz_lstm.gradients.checking.prefixes import sums_of_prefixes
from graphviz_lstm.gradients.checking.rounding import EPSILON, condition, roundings, underflow, yardstick
from graphviz_lstm.graph import TARGET, push_forward, reverse
from graphviz_lstm.notation.numbers import sum_exactly
from graphviz_lstm.paths import PathSet, find_paths
from graphviz_lstm.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphviz_lstm.gradients.schemes import Scheme
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph

# Up to here every path is visited one by one; beyond, prefixes are summed over the entries of every edge.
_LISTED = 20_000
# Up to here each entry of the source is a direction of its own.
_ALL_ENTRIES = 64
_RANDOM_DIRECTIONS = 3
NOTICED = 1e-3
"""A way that would not have noticed a relative error of this size has checked nothing."""
# Where PyTorch computes an equation in another order, a partial is off by some roundings, each of what it is a sum of.
_OTHERWISE_ROUNDED = 1e-10
_FAR_BELOW = 1e-13
_LEAST = 1e-150
# By so much more than what was seen of it rounding may come to in the worst case.
_NOISE = 100.0
# How often values are nudged by some roundings each, to see how far that moves the gradient.
_DRAWS = 4

WAYS: dict[str, str] = {
    "paths": "sum over the paths",
    "forward": "forward recursion (RTRL)",
    "equations": "differences of each equation",
    "difference": "differences of the loss",
    "detached": "detached gradient of PyTorch",
}
"""What each way is called for readers."""


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """One way to the derivative, held against the reverse sweep.

    Attributes
    ----------
    name
        A key of `WAYS`.
    gradient
        What it found, in the source's shape; None where it was held along a few directions alone, or not everywhere
        found a number.
    residual
        Its largest disagreement along any direction of length 1, relative to the gradient's length; if there are such,
        of those alone along which it would have noticed an error of `NOTICED` of that length: beside a gradient that is
        next to nothing, the rounding of what cancels along another direction may be large.
    noticed
        The smallest relative error that it would have noticed along the gradient.
    note
        How it was done, where that is not always the same.
    missing
        Why it was not done, where that is so; then nothing else is known of it.
    """

    name: str
    gradient: Array | None
    residual: float
    noticed: float
    note: str = ""
    missing: str = ""

    @property
    def checked(self) -> bool:
        """Whether it would have noticed an error of one in a thousand."""
        return self.noticed <= NOTICED


@dataclass(frozen=True, slots=True, eq=False)
class Check(Shown):
    """dE/d(source), in ways that agree.

    Attributes
    ----------
    source
        The vertex.
    count
        How many paths lead from it to E.
    gradient
        The reverse sweep's result (backpropagation), in the source's shape.
    derivative
        That along its own direction: its length.
    ways
        The others.
    directions
        How many directions they were held together along.
    """

    source: str
    count: int
    gradient: Array
    derivative: float
    ways: tuple[Way, ...]
    directions: int

    @property
    def checked(self) -> bool:
        """Whether some way by the equations themselves, and the sum over the paths, could have noticed an error."""
        by_name = {way.name: way.checked for way in self.ways}
        return by_name["paths"] and (by_name["equations"] or by_name.get("difference", False))


def check(
    graph: Graph,
    source: str,
    *,
    paths: PathSet | None = None,
    full: Graph | None = None,
    scheme: Scheme | None = None,
    entry: tuple[int, ...] | None = None,
) -> Check:
    """Return dE/d(source) after holding together ways to it that share as little as can be.

    The reverse sweep, against: the sum over the paths (each of them visited, or, of many, the sums of all prefixes over
    the entries of every edge, from the source on); the forward sweep; each equation's own differences along the
    tangents; and differences of the whole loss.

    Parameters
    ----------
    graph
        An evaluated graph.
    source
        The vertex.
    paths
        The paths from `source` to E, if they are at hand already.
    full
        Where `graph` is what a scheme leaves, the graph that it left it of. Differences of the loss know the full
        gradient alone, so they are left out, and each equation's own are held against the partials of the full graph.
    scheme
        The scheme, beside `full`: PyTorch, where it is installed, computes the equations anew and detaches what the
        scheme cuts. It knows of no edge that was taken out of `graph`, so that one too many, or too few, is noticed.
    entry
        Of a scheme that drops other entries for each entry of the source: for which `graph` is left.

    Raises
    ------
    CheckError
        If two ways disagree by more than can be explained. This is an error of the program, or of a graph that somebody
        changed, never of the numbers.
    UnknownVertexError, NoPathError, InputError
        If there is nothing to check.
    """
    require_kind("graph", graph, nx.DiGraph, "an evaluated graph: evaluate(problem) gives one")
    require_kind("full", full, (nx.DiGraph, type(None)), "the evaluated graph that a scheme left this of, or None")
    require_kind("paths", paths, (PathSet, type(None)), "the paths from the source, or None")
    if source not in graph:
        raise UnknownVertexError(describe_unknown("vertex", source, graph))
    if source == TARGET:
        raise InputError(f"the source is {source!r}, the loss itself: ask for a parameter, an input or a state")
    paths = find_paths(graph, source, TARGET) if paths is None else paths
    if not paths:
        raise NoPathError(f"no path from {source!r} to {TARGET!r}")
    with np.errstate(all="ignore"):  # what leaves the range is judged: refused, or not checked
        return _checked(graph, source, paths, full, scheme, entry)


def _checked(
    graph: Graph,
    source: str,
    paths: PathSet,
    full: Graph | None,
    scheme: Scheme | None,
    entry: tuple[int, ...] | None,
) -> Check:
    adjoints = reverse(graph)
    # Where the paths sum to zero, what a sweep leaves is rounding.
    gradient = adjoints[source] if np.any(paths.total) else np.zeros(adjoints[source].shape)
    if not np.isfinite(gradient).all():
        raise NumberError(f"not a finite number: dE/d{source} leaves the range of a float64")
    directions = _directions(gradient)
    expected = np.array([float(np.sum(gradient * direction)) for direction in directions])
    tangents = [push_forward(graph, source, direction) for direction in directions]
    yardsticks = np.array([yardstick(graph, adjoints, each) for each in tangents])
    # What is below the range of normal float64 has lost digits besides, and so has an entry that far below the largest.
    lost = float(np.finfo(np.float64).tiny) * max(1.0, float(np.abs(gradient).max(initial=0.0)))
    below = np.array([underflow(adjoints, each) for each in tangents])
    rounding = roundings(graph) * (yardsticks + below) + lost
    lengths = np.array([float(np.linalg.norm(direction)) for direction in directions])
    held = _Held(source, expected, lengths, gradient.shape)
    visited = paths.count <= _LISTED
    if visited:
        summed, spread = _visit(paths, directions)
        rounding_of_paths = rounding + 2.0 * EPSILON * (len(graph) + 2.0) * spread
    else:
        summed, rounding_of_paths = sums_of_prefixes(graph, source, directions), rounding
    note = "each visited" if visited else "prefix by prefix, over the entries of every edge"
    held.hold("paths", summed, rounding_of_paths, note)
    held.hold("forward", np.array([float(each[TARGET]) for each in tangents]), rounding)
    if full is not None:
        whole, ends = reverse(full), (directions[0], directions[-1])
        moved = [push_forward(full, source, direction) for direction in ends]
        held.hold_equations(full, moved, whole, np.array([yardstick(full, whole, each) for each in moved]))
        if scheme is not None:
            gradients = _detached(full, scheme, source, entry)
            nudged = partial(_detached, full, scheme, source, entry, random=np.random.default_rng(0))
            held.hold_detached(gradients, directions, rounding + _OTHERWISE_ROUNDED * yardsticks, nudged)
    else:
        unknown = held.hold_equations(graph, tangents, adjoints, yardsticks)
        size = condition(graph, adjoints)
        quotients, errors = derivative_along(graph, source, directions, tangents=tangents, size=size)
        # What an equation does not tell of itself (at a kink), the loss does not tell of it.
        untold = unknown * yardsticks if math.isfinite(unknown) else math.inf
        held.hold("difference", quotients, errors + untold)
    return Check(source, paths.count, gradient, float(expected[0]), tuple(held.ways), len(directions))


class _Held:
    """Ways that were held against the reverse sweep, and agreed."""

    def __init__(self, source: str, expected: Array, lengths: Array, shape: tuple[int, ...]) -> None:
        self._source, self._expected, self._lengths, self._shape = source, expected, lengths, shape
        self.ways: list[Way] = []

    def hold(self, name: str, found: Array, bounds: Array, note: str = "") -> None:
        """Compare along every direction, and note what would have been noticed along the first."""
        differences = np.abs(found - self._expected)
        # What left the range on its way bounds nothing.
        bounds = np.where(np.isnan(bounds), np.inf, bounds)
        for difference, bound, expected in zip(differences, bounds, self._expected, strict=True):
            # Not `difference > bound`: a NaN must fail, but where nothing is known nothing is refused.
            if not difference <= bound and not math.isinf(bound):
                self._refuse(WAYS[name], f"by {_relative(difference, expected):.3g} of it", _relative(bound, expected))
        known = ~np.isnan(differences) & np.isfinite(bounds)
        sharp = known & (bounds / self._lengths <= NOTICED * abs(self._expected[0]))
        apart = (differences / self._lengths)[sharp if sharp.any() else known]
        residual = _relative(float(apart.max()), float(self._expected[0])) if apart.size else math.inf
        noticed = _relative(float(bounds[0]), float(self._expected[0]))
        size = math.prod(self._shape)
        # Where each entry was a direction, these are the gradient.
        told = found[1 : 1 + size]
        entries = told.reshape(self._shape) if size <= _ALL_ENTRIES and np.isfinite(told).all() else None
        self.ways.append(Way(name, entries, residual, noticed, note))

    def hold_equations(
        self,
        graph: Graph,
        tangents: Sequence[Mapping[str, Array]],
        adjoints: Mapping[str, Array],
        yardsticks: Array,
    ) -> float:
        """Hold each equation's partials against its own differences, along the gradient and one random direction.

        Return what could not be told, as a part of the yardstick.
        """
        first = local_error(graph, tangents[0], adjoints, self._source)
        last = local_error(graph, tangents[-1], adjoints, self._source)
        for error in (first, last):
            if not error.worst <= 1.0:
                self._refuse(
                    WAYS["equations"],
                    f"at vertex {error.vertex!r}, by {error.worst:.3g} times what could be told there",
                    1.0,
                )
        noticed = _relative(first.noticed, float(self._expected[0]))
        self.ways.append(Way("equations", None, first.worst * noticed if first.worst else 0.0, noticed))
        if first.nearer or last.nearer:
            return math.inf
        with np.errstate(all="ignore"):
            parts = np.array([first.noticed, last.noticed]) / yardsticks[[0, -1]]
        told = np.nan_to_num(parts, nan=0.0, posinf=0.0)
        return float(np.where(np.isinf([first.noticed, last.noticed]), np.inf, told).max())

    def hold_detached(
        self,
        gradients: tuple[Array, Array] | None,
        directions: Sequence[Array],
        bounds: Array,
        nudged: Callable[[], tuple[Array, Array] | None],
    ) -> None:
        """Compare with what PyTorch finds that detaches what the scheme cuts, and its noise; None: not installed.

        `nudged` finds the same of values that are a rounding off, as where terms of one partial cancel: it is asked
        where the two disagree.
        """
        if gradients is None:
            self.ways.append(Way("detached", None, math.nan, math.inf, missing="PyTorch is not installed"))
            return
        gradient, noise = gradients
        found = np.array([float(np.sum(gradient * direction)) for direction in directions])
        # Products in another order may leave the range on their way, above and below: then they say nothing, and of an
        # entry far below the largest neither.
        largest = float(np.abs(self._expected).max(initial=0.0))
        known = np.isfinite(found) & ((largest == 0.0) | (largest > _LEAST))
        bounds = bounds + _FAR_BELOW * largest + _NOISE * float(noise.max(initial=0.0)) * self._lengths
        if (np.abs(found - self._expected) > bounds).any():
            again = [each[0] for each in (nudged() for _ in range(_DRAWS)) if each is not None]
            bounds = bounds + _NOISE * float(np.abs(np.array(again) - gradient).max(initial=0.0)) * self._lengths
        self.hold("detached", found, np.where(known, bounds, np.inf))

    def _refuse(self, way: str, how: str, allowed: float) -> None:
        raise CheckError(
            f"check failed: dE/d{self._source} by the backward pass disagrees with the {way} {how} "
            f"(at most {allowed:.3g})"
        )


def _detached(
    full: Graph, scheme: Scheme, source: str, entry: tuple[int, ...] | None, random: np.random.Generator | None = None
) -> tuple[Array, Array] | None:
    from graphviz_lstm.gradients.schemes.detached import detached_with_noise

    try:
        return detached_with_noise(full, scheme, source, entry=entry, random=random)
    except ModuleNotFoundError:
        return None


def _relative(difference: float, expected: float) -> float:
    if difference == 0.0:
        return 0.0
    part = float(difference / abs(expected)) if expected else math.inf
    # Of two that left the range nothing is told.
    return math.inf if math.isnan(part) else part


def _directions(gradient: Array) -> list[Array]:
    """Return the gradient's own direction, each entry's where these are few, and some at random."""
    largest = float(np.abs(gradient).max(initial=0.0))
    # Scaled first: the square of a large number is none.
    scaled = gradient / largest if largest else np.ones(gradient.shape)
    own = scaled / float(np.linalg.norm(scaled))
    entries = []
    if gradient.size <= _ALL_ENTRIES:
        for entry in product(*map(range, gradient.shape)):
            unit = np.zeros(gradient.shape)
            unit[entry] = 1.0
            entries.append(unit)
    random = np.random.default_rng(0)
    return [own, *entries, *random.normal(size=(_RANDOM_DIRECTIONS, *gradient.shape))]


def _visit(paths: PathSet, directions: Sequence[Array]) -> tuple[Array, Array]:
    """Return the sum over all paths along each direction, visited one by one, and the sum of their sizes."""
    rows = np.array([np.asarray(path.contribution).reshape(-1) for path in paths])
    along = rows @ np.array([direction.reshape(-1) for direction in directions]).T
    return np.array([sum_exactly(column.tolist()) for column in along.T]), np.abs(along).sum(axis=0)
