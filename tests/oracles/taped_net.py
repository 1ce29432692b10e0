"""A net on the tape: every vertex and every edge to sixty digits, and from them whatever is a sum over paths.

A vertex is a quantity and its step, as the text of the equations has them; an edge has the derivatives of its head's
entries by its tail's, each equation differentiated in reverse by itself. A sum over paths is a reverse sweep that keeps
apart what is asked apart: each path has a label, which its edges' labels add up to. Nothing is shared with the package
but the equations and the order in which these can be computed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from graphviz_lstm.cells.expression import Parameter, references
from graphviz_lstm.cells.operations import operation
from tests.oracles.tape import LOSSES, MP, ONE, SMALLEST, ZERO, Ball, Node, Tape, exactly, total, value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graphviz_lstm.problems.problem import LossTerm, Problem

    # A parameter, or a quantity at a step.
    Vertex = tuple[str, int | None]
    Label = tuple[int, ...]
    # Of tail, head, and the entry of the head that the tail leads into; None cuts it.
    Labelling = Callable[[Vertex, Vertex, int], Label | None]

TARGET: Vertex = ("E", None)
# Beside the largest entry of a vector one that is so much smaller may be lost: they have one exponent together.
_LOST = MP.mpf(2) ** -900
# A sum that is so small a part of its terms is taken for zero, which it may be.
_NOTHING = 64
# A bound is of one order of rounding, a float64's own may be another.
_SLACK = 4


class Entry(NamedTuple):
    """The derivative of one entry of an edge's head by one of its tail's."""

    head: int
    tail: int
    partial: Ball


@dataclass
class TapedNet:
    """A problem, evaluated and differentiated.

    Attributes
    ----------
    problem
        The problem.
    values
        Vertex -> its entries, in the order in which they were computed.
    shapes
        Vertex -> its shape.
    edges
        Head -> tail -> entries that are not zero by the equations.

    Raises
    ------
    ZeroDivisionError
        If there is a value or a derivative that is no number: a logarithm of zero, a quotient by it.
    """

    problem: Problem
    values: dict[Vertex, list[Ball]] = field(default_factory=dict)
    shapes: dict[Vertex, tuple[int, ...]] = field(default_factory=dict)
    edges: dict[Vertex, dict[Vertex, list[Entry]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        problem = self.problem
        first, cell = problem.first_step, problem.cell
        for name, value in problem.parameters.items():
            self._give((name, None), value)
        for name, rows in problem.inputs.items():
            for k, row in enumerate(rows):
                self._give((name, first + k), row)
        for name, value in problem.initial.items():
            self._give((name, problem.start(name)), value)
        for run in cell.runs:
            for k in run.steps(problem.steps):
                for equation in run.equations:
                    self._compute(equation.quantity, equation.expression, first + k)
        self._lose()

    def _give(self, vertex: Vertex, value: Any) -> None:
        self.values[vertex] = [exactly(number) for number in np.ravel(value)]
        self.shapes[vertex] = np.shape(value)

    def _compute(self, quantity: str, expression: Any, step: int) -> None:
        tape, activations = Tape(), self.problem.cell.activations
        read = {
            reference: (reference.name, None if isinstance(reference, Parameter) else step - reference.lag)
            for reference in references(expression)
        }
        known = {reference: self._read(vertex) for reference, vertex in read.items()}
        found = value_of(expression, tape, known, lambda name: operation(name, activations))
        nodes = list(np.ravel(found))
        head = (quantity, step)
        self.values[head], self.shapes[head] = [node.ball for node in nodes], found.shape
        backs = [tape.back(node) for node in nodes]
        self.edges[head] = {
            vertex: [
                Entry(i, j, back[leaf])
                for j, leaf in enumerate(np.ravel(known[reference]))
                for i, back in enumerate(backs)
                if leaf in back
            ]
            for reference, vertex in read.items()
        }

    def _read(self, vertex: Vertex) -> Any:
        """Return a vertex as one equation reads it: leaves of the tape of their own."""
        found = np.empty(self.shapes[vertex], dtype=object)
        for place, ball in zip(np.ndindex(found.shape), self.values[vertex], strict=True):
            found[place] = Node(ball)
        return found

    def _lose(self) -> None:
        """Add up the losses, each with its derivative."""
        parts: list[Ball] = []
        into: dict[Vertex, dict[int, list[Ball]]] = {}
        for term in self.problem.losses:
            for step, target in zip(term.steps, term.targets, strict=True):
                loss, partials = self._loss(term, step, target)
                parts.append(loss)
                for place, partial in partials.items():
                    into.setdefault((term.quantity, step), {}).setdefault(place, []).append(partial)
        self.values[TARGET], self.shapes[TARGET] = [total(parts)], ()
        self.edges[TARGET] = {
            vertex: [Entry(0, place, total(several)) for place, several in places.items()]
            for vertex, places in into.items()
        }

    def _loss(self, term: LossTerm, step: int, target: Any) -> tuple[Ball, dict[int, Ball]]:
        read = self.values[term.quantity, step]
        places = list(term.entries) or range(len(read))
        due = [exactly(number) for number in np.ravel(target)]
        loss, partials = LOSSES[term.kind]([read[k] for k in places], [due[k] for k in places])
        weight = exactly(term.weight)
        return loss.times(weight), {
            place: partial.times(weight) for place, partial in zip(places, partials, strict=True)
        }

    def sums(self, label: Labelling, source: Vertex | None = None) -> dict[Vertex, dict[Label, list[Ball]]]:
        """Return vertex -> label -> the sum of the contributions of the paths from there to E, by entry.

        An edge that is cut is on no path. Where a source is told, of what lies behind it alone.
        """
        return self._swept(label, source, lambda partial: partial)

    @cached_property
    def adjoints(self) -> dict[Vertex, list[Ball]]:
        """dE/d(vertex), of every vertex that a path leads from."""
        return {vertex: by_label[()] for vertex, by_label in self.sums(lambda *_: ()).items()}

    def mass(self, source: Vertex, direction: list[Ball]) -> Ball:
        """Return the sum of |contribution along a direction| over the paths through single entries."""
        absolute = self._swept(lambda *_: (), source, lambda partial: Ball(abs(partial.mid), partial.off))
        parts = []
        for head, tails in self.edges.items():
            if head not in absolute or source not in tails:
                continue
            for row, adjoint in enumerate(absolute[head][()]):
                along = total(e.partial.times(direction[e.tail]) for e in tails[source] if e.head == row)
                parts.append(Ball(abs(along.mid), along.off).times(adjoint))
        return total(parts)

    def masses(self, source: Vertex) -> list[Ball]:
        """Return the mass along each entry of the source."""
        size = range(len(self.values[source]))
        return _together([self.mass(source, [Ball(MP.mpf(j == k), ZERO) for j in size]) for k in size])

    def paths(self, source: Vertex) -> Iterator[tuple[tuple[Vertex, ...], list[Ball]]]:
        """Yield every path to E, its vertices and its contribution, by depth first search."""
        heads: dict[Vertex, list[Vertex]] = {}
        for head, tails in self.edges.items():
            for tail in tails:
                heads.setdefault(tail, []).append(head)
        waiting: list[tuple[Vertex, ...]] = [(source,)]
        while waiting:
            vertices = waiting.pop()
            if vertices[-1] == TARGET:
                adjoint = [Ball(ONE, ZERO)]
                for tail, head in zip(vertices[-2::-1], vertices[:0:-1], strict=True):
                    adjoint = self._pulled(tail, [(e.tail, e.partial, adjoint[e.head]) for e in self.edges[head][tail]])
                yield vertices, adjoint
            waiting += [(*vertices, head) for head in heads.get(vertices[-1], [])]

    def _swept(
        self, label: Labelling, source: Vertex | None, meaning: Callable[[Ball], Ball]
    ) -> dict[Vertex, dict[Label, list[Ball]]]:
        behind = None if source is None else self._behind(source)
        terms: dict[Vertex, dict[Label, list[tuple[int, Ball, Ball]]]] = {}
        found: dict[Vertex, dict[Label, list[Ball]]] = {TARGET: {(): [Ball(ONE, ZERO)]}}
        for head in reversed(self.values):
            if head in terms:
                found[head] = {key: self._pulled(head, some) for key, some in terms.pop(head).items()}
            if head not in found or head == source:
                continue
            for tail, entries in self.edges.get(head, {}).items():
                if behind is not None and tail not in behind:
                    continue
                marks = [label(tail, head, i) for i in range(len(self.values[head]))]
                for i, j, partial in entries:
                    mark, linear = marks[i], meaning(partial)
                    for after, adjoint in found[head].items() if mark is not None else ():
                        terms.setdefault(tail, {}).setdefault(_added(mark, after), []).append((j, linear, adjoint[i]))
        return found

    def _behind(self, source: Vertex) -> set[Vertex]:
        """Return a source and all that a path leads to from there."""
        behind = {source}
        for head in self.values:
            if behind.intersection(self.edges.get(head, ())):
                behind.add(head)
        return behind

    def _pulled(self, vertex: Vertex, terms: list[tuple[int, Ball, Ball]]) -> list[Ball]:
        """Return the sums of products by entry of a vertex."""
        own: list[list[Ball]] = [[] for _ in self.values[vertex]]
        for entry, partial, adjoint in terms:
            own[entry].append(partial.times(adjoint))
        return _together([total(some) for some in own])


def _together(vector: list[Ball]) -> list[Ball]:
    """Return the entries of one vector, which have one exponent together."""
    lost = max((abs(ball.mid) for ball in vector), default=ZERO) * _LOST
    return [Ball(mid, off + lost) for mid, off in vector]


def _added(one: Label | None, other: Label) -> Label:
    """Return the sum of two labels; one without marks is nothing."""
    return tuple(a + b for a, b in zip(one, other, strict=True)) if one and other else one or other


def is_close(found: float, exact: Ball) -> bool:
    """Return whether a float64 is what was found on the tape, as far as float64 can know it."""
    apart = abs(exact.mid) if found == 0.0 else abs(MP.mpf(found) - exact.mid)
    if MP.isnan(apart):
        return False
    if MP.isinf(apart):
        return bool(abs(exact.mid) + _SLACK * exact.off >= MP.mpf(2) ** 1023)
    return bool(apart <= (_NOTHING if found == 0.0 else _SLACK) * (exact.off + SMALLEST))


def require_close(found: Any, exact: list[Ball], what: object) -> None:
    """Raise unless each number of an array is what was found on the tape."""
    for k, (number, ball) in enumerate(zip(np.ravel(found).tolist(), exact, strict=True)):
        assert is_close(number, ball), (
            f"{what}, entry {k}: {number!r} is {MP.nstr(ball.mid, 17)} +- {MP.nstr(ball.off, 3)}"
        )
