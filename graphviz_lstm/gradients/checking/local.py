"""The partials of a graph against its equations, vertex by vertex, along the tangents of one direction.

Let t be the tangents that the graph's partials give along a direction in the source, and r, at each vertex, the tangent
minus the difference quotient of the vertex's own equation, all its parents moved along their tangents. Then the
derivative along the direction is wrong by the sum of <adjoint, r> over the vertices, to first order: so an error in any
partial, or an edge that is missing, shows at its vertex, measured against what comes together there. Nothing grows with
the length of the sequence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.expression import Parameter, Quantity
from graphviz_lstm.gradients.checking.quotients import FOLLOWED, STEPS, derivative, moves
from graphviz_lstm.graph.local import equations_at
from graphviz_lstm.graph.losses import TARGET_KEY, compiled_loss
from graphviz_lstm.graph.recipe import recipe_of
from graphviz_lstm.graph.unroll import TARGET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from graphviz_lstm.graph.maps import Array, LinearMap
    from graphviz_lstm.graph.recipe import Recipe
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.problems.problem import LossTerm, Problem

# What a partial may be off by, as a part of all that comes together at its vertex, before it is an error.
_LOCAL = 1e-8
# Below this a float64 has lost digits: so much no partial can be held to.
_LOST = float(np.finfo(np.float64).tiny)
# By so much what lies below the normal numbers is rounded.
_SMALLEST = float(np.finfo(np.float64).smallest_subnormal)
# By which power of two kinks are looked at from nearer, where an equation is not what its partials say.
_NEARER = 700
# How many numbers a moved parameter may take at once: 200 MB.
_NUMBERS_AT_ONCE = 25_000_000


@dataclass(frozen=True, slots=True)
class LocalError:
    """How far the partials are from the equations.

    Attributes
    ----------
    worst
        The vertex where they are furthest apart for what could be told there, and how far, as a multiple of that.
    vertex
        That vertex.
    noticed
        The smallest error of the derivative that would have been noticed: the sum over the vertices of |adjoint| times
        what a tangent may be off by there.
    nearer
        Whether an equation had to be looked at from nearer, for a kink: differences of the loss go beyond that.
    """

    worst: float
    vertex: str
    noticed: float
    nearer: bool = False


def local_error(graph: Graph, tangents: Mapping[str, Array], adjoints: Mapping[str, Array], source: str) -> LocalError:
    """Return how far the partials of a graph are from its equations, along these tangents from the source."""
    problem: Problem = graph.graph["problem"]
    recipe = recipe_of(problem.cell, graph.graph["detail"])
    fields = _Fields(graph, tangents, problem, recipe)
    worst, place, noticed = 0.0, TARGET, 0.0
    with np.errstate(all="ignore"):
        residuals = fields.residuals()
        residual_e, bound_e = fields.loss_residual()
    for quantity, (residual, bound) in residuals.items():
        for k in range(problem.steps):
            vertex = fields.vertices[quantity, problem.first_step + k]
            if vertex == source:
                continue
            with np.errstate(all="ignore"):
                noticed += float(np.sum(np.where(adjoints[vertex] == 0.0, 0.0, np.abs(adjoints[vertex]) * bound[k])))
                # Where nothing could be told nothing is wrong; a NaN beside what could be told is.
                told = (residual[k] != 0.0) & (bound[k] < np.inf)
                ratio = float(np.max(np.where(told, residual[k] / bound[k], 0.0)))
            if not ratio <= worst:
                worst, place = ratio, vertex
    ratio = 0.0 if residual_e == 0.0 or bound_e == np.inf else residual_e / bound_e
    if not ratio <= worst:
        worst, place = ratio, TARGET
    return LocalError(worst, place, noticed + bound_e, fields.nearer)


class _Fields:
    """Values and tangents of everything that equations read, by reference, with the step as first axis."""

    def __init__(self, graph: Graph, tangents: Mapping[str, Array], problem: Problem, recipe: Recipe) -> None:
        self._graph, self._tangents, self._problem, self._recipe = graph, tangents, problem, recipe
        self.vertices = {(data["quantity"], data["step"]): vertex for vertex, data in graph.nodes.items()}
        self._moves = moves()
        self.nearer = False

    def residuals(self) -> dict[str, tuple[Array, Array]]:
        """Return quantity -> |tangent - quotient| and what it may be, (steps, *shape) each."""
        references = [e for e in self._recipe.slots if isinstance(e, Parameter | Quantity)]
        fields = {reference: self._field(reference) for reference in references}
        # Each step moves by about 1: what is small is looked at as closely as what is large.
        scale = np.zeros(self._problem.steps)
        for reference, (_, tangent) in fields.items():
            largest = np.abs(tangent).reshape(len(tangent), -1).max(axis=1, initial=0.0)
            scale = np.maximum(scale, largest if isinstance(reference, Quantity) else largest.max(initial=0.0))
        scale, factor = _scaling(scale)
        if not self._recipe.smooth:
            # A kink often lies at zero: what is so near to it that every step crosses it is looked at from nearer.
            nearest = self._nearest(fields.values())
            factor = np.where(nearest < factor * STEPS[-1], nearest, factor)
            with np.errstate(all="ignore"):
                scale = np.where(scale > 0.0, 1.0 / factor, scale)
        together = {quantity: self._coming_together(quantity) for quantity in self._recipe.quantities}
        found = self._apart(fields, scale, factor, together)
        if not self._recipe.smooth and _are_apart(found):
            # Where a gate's argument is zero, a kink may lie as near as its other numbers are large.
            with np.errstate(all="ignore"):
                nearer = self._apart(fields, np.ldexp(scale, _NEARER), np.ldexp(factor, -_NEARER), together)
            for quantity, (residual, bound) in found.items():
                again, allowed = nearer[quantity]
                told = _are_told(found[quantity], nearer[quantity])
                self.nearer |= bool(told.any())
                found[quantity] = np.where(told, again, residual), np.where(told, allowed, bound)
        if not self._recipe.smooth and _are_apart(found):
            # Or so near that no step ends before it: if that is all that is wrong, nothing is told.
            straight = self._apart(fields, scale, factor, together, straight=True)
            for quantity, (residual, bound) in found.items():
                hidden = _are_told(found[quantity], straight[quantity])
                found[quantity] = residual, np.where(hidden, np.inf, bound)
        return found

    def _apart(
        self,
        fields: Mapping[Parameter | Quantity, tuple[Array, Array]],
        scale: Array,
        factor: Array,
        together: Mapping[str, tuple[Array, Array]],
        *,
        straight: bool = False,
    ) -> dict[str, tuple[Array, Array]]:
        """Return the same where tangents are followed by `factor`, which is 1 / `scale`; kinks as in `equations_at`."""
        sizes = {quantity: sizes for quantity, (_, sizes) in together.items()}
        sides = self._sides(fields, factor, sizes, straight=straight)
        found = {}
        rounded = any(_are_rounded(tangent, factor) for _, tangent in fields.values())
        for quantity, (quotient, error) in sides.items():
            own = self._tangent(quantity)
            per_step = scale.reshape(-1, *(1,) * (own.ndim - 1))
            mixed, _ = together[quantity]
            bound = error * per_step + _LOCAL * np.maximum(mixed, np.abs(own)) + _LOST
            if rounded:
                bound = bound + self._moved_together(quantity) * (_SMALLEST * per_step / STEPS[-1])
            found[quantity] = np.abs(own - quotient * per_step), bound
        return found

    def _nearest(self, fields: Iterable[tuple[Array, Array]]) -> Array:
        """Return, step by step, how far the tangents can be followed before some entry has come to zero."""
        found = np.full(self._problem.steps, np.inf)
        for value, tangent in fields:
            with np.errstate(all="ignore"):
                ways = np.abs(np.where((value != 0.0) & (tangent != 0.0), value / tangent, np.inf))
            nearest = ways.reshape(len(ways), -1).min(axis=1, initial=np.inf)
            found = np.minimum(found, nearest)
        return np.asarray(np.maximum(found, _LOST))

    def _sides(
        self,
        fields: Mapping[Parameter | Quantity, tuple[Array, Array]],
        factor: Array,
        sizes: Mapping[str, Array],
        *,
        straight: bool,
    ) -> dict[str, tuple[Array, Array]]:
        """Return quantity -> difference quotient of its equation at every step, and its error; some steps at a time.

        A parameter that moves differently at each step would otherwise fill the memory.
        """
        moving = [value.size for value, tangent in fields.values() if len(tangent) == 1 and tangent.any()]
        steps = self._problem.steps
        at_once = max(1, min(steps, _NUMBERS_AT_ONCE // (len(self._moves) * max(moving, default=1))))
        parts: dict[str, list[tuple[Array, Array]]] = {quantity: [] for quantity in self._recipe.quantities}
        for start in range(0, steps, at_once):
            rows = slice(start, min(start + at_once, steps))
            leaves: dict[Parameter | Quantity, Array] = {}
            for reference, (value, tangent) in fields.items():
                is_parameter = isinstance(reference, Parameter)
                leaves[reference] = self._moved(
                    value if is_parameter else value[rows], tangent if is_parameter else tangent[rows], factor[rows]
                )
            for quantity, values in equations_at(self._recipe, leaves, straight=straight, followed=FOLLOWED).items():
                shape = self._tangent_shape(quantity)
                whole = np.broadcast_to(values, (len(self._moves), rows.stop - rows.start, *shape))
                parts[quantity].append(derivative(whole, size=sizes[quantity][rows], smooth=self._recipe.smooth))
        return {
            quantity: (np.concatenate([q for q, _ in found]), np.concatenate([e for _, e in found]))
            for quantity, found in parts.items()
        }

    def _tangent_shape(self, quantity: str) -> tuple[int, ...]:
        vertex = self.vertices[quantity, self._problem.first_step]
        return tuple(self._graph.nodes[vertex]["value"].shape)

    def loss_residual(self) -> tuple[float, float]:
        """Return |tangent of E - quotient| and what it may be."""
        total, bound, sizes = 0.0, 0.0, 0.0
        for term in self._problem.losses:
            quotients, errors = self._of_loss(term)
            total += float(np.sum(quotients))
            sizes += float(np.sum(np.abs(quotients)))
            bound += float(np.sum(errors))
        own = float(self._tangents.get(TARGET, np.zeros(())))
        allowed = bound + _LOCAL * sizes + _LOST
        # A loss of which nothing could be told allows anything.
        return abs(own - total), np.inf if np.isnan(allowed) else allowed

    def _of_loss(self, term: LossTerm) -> tuple[Array, Array]:
        recipe = compiled_loss(term, self._problem)
        rows = [step - self._problem.first_step for step in term.steps]
        value = np.stack([self._graph.nodes[self.vertices[term.quantity, step]]["value"] for step in term.steps])
        tangent = self._tangent(term.quantity)[rows]
        scale, factor = _scaling(np.abs(tangent).reshape(len(rows), -1).max(axis=1, initial=0.0))
        leaves: dict[Parameter | Quantity, Array] = {
            Quantity(term.quantity): self._moved(value, tangent, factor),
            Quantity(TARGET_KEY): np.broadcast_to(term.targets, (len(self._moves), *term.targets.shape)),
        }
        sides = equations_at(recipe, leaves)
        quotient, error = derivative(sides[recipe.cell.output])
        return quotient * scale, error * scale

    def _moved(self, value: Array, tangent: Array, factor: Array) -> Array:
        """Return the values at each move, (moves, steps, *shape)."""
        if not tangent.any():
            return value
        ahead = self._moves.reshape(-1, *(1,) * tangent.ndim)
        # A parameter has one tangent for all steps, and moves by as much as each step's scale allows.
        return np.asarray(value + ahead * (factor.reshape(-1, *(1,) * (tangent.ndim - 1)) * tangent))

    def _field(self, reference: Parameter | Quantity) -> tuple[Array, Array]:
        """Return the value and tangent of a reference: (steps, *shape), or (1, *shape) of a parameter."""
        nodes = self._graph.nodes
        if isinstance(reference, Parameter):
            vertex = self.vertices[reference.name, None]
            value = nodes[vertex]["value"]
            tangent = self._tangents.get(vertex)
            return value, np.zeros((1, *value.shape)) if tangent is None else tangent[None]
        first = self._problem.first_step
        names = [
            self.vertices[reference.name, step - reference.lag] for step in range(first, first + self._problem.steps)
        ]
        values = np.stack([nodes[name]["value"] for name in names])
        zero = np.zeros(values.shape[1:])
        return values, np.stack([self._tangents.get(name, zero) for name in names])

    def _tangent(self, quantity: str) -> Array:
        return self._field(Quantity(quantity))[1]

    def _coming_together(self, quantity: str) -> tuple[Array, Array]:
        """Return, step by step, the sum over the edges into a vertex of |partial tangent|, and of |partial value|."""
        nodes = self._graph.nodes
        tangents, values = self._pushed(quantity, self._size_of, lambda tail: np.abs(nodes[tail]["value"]))
        return tangents, values + np.stack([np.abs(nodes[head]["value"]) for head in self._heads(quantity)])

    def _moved_together(self, quantity: str) -> Array:
        """Return, step by step, by how much a vertex moves where each entry that has a tangent moves by 1."""

        def ones(tail: str) -> Array | None:
            size = self._size_of(tail)
            return None if size is None else np.where(size > 0.0, 1.0, 0.0)

        return self._pushed(quantity, ones)[0]

    def _size_of(self, tail: str) -> Array | None:
        tangent = self._tangents.get(tail)
        return None if tangent is None else np.abs(tangent)

    def _pushed(self, quantity: str, *told: Callable[[str], Array | None]) -> list[Array]:
        """Return, step by step, the sum over the edges into a vertex of |partial| times each that is told of a tail."""
        found: list[list[Array]] = [[] for _ in told]
        for head in self._heads(quantity):
            moved = [np.zeros(self._graph.nodes[head]["value"].shape) for _ in told]
            for tail, edge in self._graph.pred[head].items():
                linear: LinearMap = edge["partial"].absolute()
                for k, of in enumerate(told):
                    if (size := of(tail)) is not None:
                        moved[k] = moved[k] + linear.push(size)
            for some, each in zip(found, moved, strict=True):
                some.append(each)
        return [np.stack(some) for some in found]

    def _heads(self, quantity: str) -> list[str]:
        first = self._problem.first_step
        return [self.vertices[quantity, step] for step in range(first, first + self._problem.steps)]


def _are_apart(found: Mapping[str, tuple[Array, Array]]) -> bool:
    """Return whether some entry is further from its quotient than it may be."""
    return any(bool((residual > bound).any()) for residual, bound in found.values())


def _are_told(found: tuple[Array, Array], other: tuple[Array, Array]) -> NDArray[np.bool_]:
    """Return which entries are further from their quotient than they may be, and not from another that is as sharp."""
    (residual, bound), (again, allowed) = found, other
    return (residual > bound) & (again <= allowed) & (allowed <= 2.0 * bound)


def _are_rounded(tangent: Array, factor: Array) -> bool:
    """Return whether some tangents are followed by less than a normal number, so that a move has lost digits."""
    ways = np.abs(tangent.reshape(len(tangent), -1)) * (factor.reshape(-1, 1) * STEPS[-1])
    return bool(((ways < _LOST) & (tangent.reshape(len(tangent), -1) != 0.0)).any())


def _scaling(largest: Array) -> tuple[Array, Array]:
    """Return by how much each step's tangents are divided so that they move by about 1, and the factor that does it.

    Both are finite, what is next to nothing moves by less than 1; but of tangents that left the range nothing is told.
    """
    scale = np.where(largest > 0.0, np.maximum(largest, _LOST), 0.0)
    scale = np.where(np.isfinite(largest), scale, np.nan)
    with np.errstate(all="ignore"):
        return scale, np.where(scale > 0.0, 1.0 / scale, 0.0)
