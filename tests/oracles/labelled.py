"""The sums over a net's paths on the tape, by all labels that the package's own edges bear at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tests.oracles.tape import SMALLEST, ZERO, Ball, along, total
from tests.oracles.taped_net import TARGET

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.oracles.taped_net import Label, TapedNet, Vertex

    Vector = list[Ball]


class Marks:
    """The labels of a graph's edges, by the tape's vertices."""

    def __init__(self, graph: Any) -> None:
        nodes = graph.nodes
        self.keys: dict[str, Vertex] = {vertex: (data["quantity"], data["step"]) for vertex, data in nodes.items()}
        self.of = {(self.keys[tail], self.keys[head]): data for tail, head, data in graph.edges(data=True)}
        self.gates = sorted({gate for data in self.of.values() for gate in data["gates"]})
        self._ends = {self.keys[vertex]: (data["role"], data["layer"]) for vertex, data in nodes.items()}

    def is_in_time(self, tail: Vertex, head: Vertex) -> bool:
        """Return whether an edge leads from step to step."""
        return self.of[tail, head]["kind"] in ("carousel", "crossing")

    def is_cut_in_1997(self, tail: Vertex, head: Vertex) -> bool:
        """Return whether an edge leads through a gate, or along a peephole."""
        kind = self.of[tail, head]["kind"]
        (role, layer), (behind, other) = self._ends[tail], self._ends[head]
        return kind == "crossing" or (kind == "inner" and (role, behind, layer) == ("state", "gate", other))


class Labelled:
    """The contributions of the paths from a source, summed by step of entry, exit, unit of entry, and crossings.

    Attributes
    ----------
    total
        All of them together: the gradient.
    heads
        The vertices that the source's own edges lead to.
    lost
        What a sweep's share may be off: tangents are float64s, and of one below the smallest so much of E is lost as
        its adjoint makes of it.
    """

    def __init__(self, net: TapedNet, marks: Marks, source: Vertex) -> None:
        self._net, self._marks, self._source = net, marks, source
        self._first = net.problem.first_step
        self.heads = list(dict.fromkeys(head for tail, head in marks.of if tail == source))
        self._sums = net.sums(self._label, source).get(source, {})
        self._size = len(net.values[source])
        self.total = sum_of(self._sums.values(), self._size)
        self.lost = SMALLEST * sum((abs(ball.mid) for some in net.adjoints.values() for ball in some), ZERO)

    def _label(self, tail: Vertex, head: Vertex, row: int) -> Label:
        """Return what an edge adds: steps from 1 on, the number of a head, its unit, and a number for each gate."""
        data, enters = self._marks.of[tail, head], tail == self._source
        entry = (head[1] or 0) - self._first + 1 if enters else 0
        leaving = (tail[1] or 0) - self._first + 1 if head == TARGET else 0
        at = (self.heads.index(head) + 1, row + 1) if enters else (0, 0)
        return (entry, leaving, *at, *(data["crossings"] * (gate in data["gates"]) for gate in self._marks.gates))

    @property
    def nothing(self) -> Vector:
        """The sum over no path."""
        return [Ball(ZERO, ZERO)] * self._size

    def by(self, key: Callable[[Label], Any], among: Callable[[Label], bool] = lambda _: True) -> dict[Any, Vector]:
        """Return sums by what is made of a label, of those paths alone that are among some."""
        parts: dict[Any, list[Vector]] = {}
        for label, vector in self._sums.items():
            if among(label):
                parts.setdefault(key(label), []).append(vector)
        return {name: sum_of(some, self._size) for name, some in parts.items()}

    def keys(self) -> dict[str, Callable[[Label], Any]]:
        """Return what makes of a label that of the package's groups, by its name."""
        gates, first = self._marks.gates, self._first
        return {
            "entry": lambda label: (label[0] + first - 1,),
            "exit": lambda label: (label[1] + first - 1,),
            "crossings": lambda label: sum(label[4:]),
            "gates": lambda label: frozenset(gate for gate, k in zip(gates, label[4:], strict=True) if k),
        }


def share_of(vector: Vector, whole: Vector, place: int | None = None) -> Ball:
    """Return which part of a whole a contribution is: along it, or at one place."""
    if place is not None:
        mid, off = vector[place].over(whole[place])
    else:
        mid, off = along(vector, whole).over(along(whole, whole))
    # The direction that makes a share of a contribution is made of float64s itself.
    return Ball(mid, off + SMALLEST * sum((abs(ball.mid) for ball in vector), ZERO))


def place_in(shape: tuple[int, ...], element: tuple[int, ...] | None) -> int | None:
    """Return where an element lies among the entries of an array; None where all are looked at."""
    return None if element is None else int(np.ravel_multi_index(element, shape)) if shape else 0


def sum_of(vectors: Iterable[Vector], size: int) -> Vector:
    """Return the sum of vectors."""
    parts = list(vectors)
    return [total(vector[k] for vector in parts) for k in range(size)]
