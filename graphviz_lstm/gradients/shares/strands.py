"""The flow of every edge, split by the class of the paths through it and by their sign: exact, from two sweeps.

A class is what the labels of a path's edges add up to: how many gates it crosses, which, where it enters or exits. For
the paths through an edge it is what the way there, the edge itself and the way on add up to: class sums from the source
and class sums from the loss meet on every edge, and no path is listed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import networkx as nx
import numpy as np

from graphviz_lstm.errors import InputError, NumberError
from graphviz_lstm.graph.apart import own_name
from graphviz_lstm.graph.between import between, without_cuts
from graphviz_lstm.graph.threads import one_thread
from graphviz_lstm.notation.numbers import sum_exactly

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from graphviz_lstm.graph.maps import Array, LinearMap
    from graphviz_lstm.graph.unroll import Graph

Edge = tuple[str, str]
Label = Any
By = Literal["crossings", "gates", "entry", "exit", "sign"]

MOST_CLASSES: dict[By, int] = {"crossings": 3, "gates": 6, "entry": 4, "exit": 4, "sign": 1}
"""Of more classes the largest are told apart, and the others together."""
SEVERAL = "several"
OTHERS = "others"
# What is smaller than this part of its own terms, each without its sign, is rounding.
_DUST = 1e-13
# A flow that differs by more from the sum of its parts is not theirs; rounding differs by much less.
_APART = 1e-6


@dataclass(frozen=True, slots=True)
class Masses:
    """The sum of the positive shares of some paths, and that of the negative ones."""

    positive: float
    negative: float

    @property
    def flow(self) -> float:
        """What is left of them together."""
        return self.positive + self.negative

    @property
    def mass(self) -> float:
        """How large they are without their signs."""
        return self.positive - self.negative


@dataclass(frozen=True, slots=True, eq=False)
class Strands:
    """The flows of a graph by class of path.

    Attributes
    ----------
    by
        What the classes are.
    labels
        The classes, in the order in which they are drawn.
    of_edge
        Edge on a path -> the masses of each class that has any there: at least one class, perhaps of nothing.
    signed
        Whether the masses are those of single paths. Among vectors they are not: there a class has one sum on each
        edge, of one sign.
    """

    by: By
    labels: tuple[Label, ...]
    of_edge: Mapping[Edge, Mapping[Label, Masses]]
    signed: bool

    def flow(self, edge: Edge) -> float:
        """Return the flow of an edge: the sum over its strands."""
        return math.fsum(part.flow for part in self.of_edge[edge].values())


@dataclass(frozen=True, slots=True)
class _Class:
    """A kind of class: the label of an edge, and what two labels make; None is the label of nothing."""

    label: Callable[[Mapping[str, Any]], Label]
    join: Callable[[Label, Label], Label]


def _several(one: str, other: str) -> str:
    return one if one == other else SEVERAL


def _gates(edge: Mapping[str, Any]) -> str | None:
    names = sorted(edge["gates"])
    return None if not names else names[0] if len(names) == 1 else SEVERAL


_CLASSES: dict[By, _Class] = {
    "crossings": _Class(lambda edge: edge["crossings"], lambda one, other: min(one + other, 2)),
    "gates": _Class(_gates, _several),
    "entry": _Class(lambda edge: edge["entry"][0] if edge["entry"] else None, lambda one, _: one),
    "exit": _Class(lambda edge: edge["exit"][0] if edge["exit"] else None, lambda _, other: other),
    "sign": _Class(lambda _: None, lambda one, _: one),
}


@one_thread()
def strands_of(graph: Graph, by: By) -> Strands:
    """Return the flows of an annotated graph by class of path.

    Parameters
    ----------
    graph
        With the flows from a source: `annotate(graph, source)`.
    by
        `"crossings"`: through no gate, one, two or more. `"gates"`: through which gate alone, or several. `"entry"`,
        `"exit"`: at which step a path leaves its source, and of which step the loss is that it reaches. `"sign"`: no
        classes, the signs of single paths alone.

    Raises
    ------
    InputError
        If the paths' signs are asked for in a graph of vectors, where only listing tells them, or the flows are added
        up from several graphs.
    NumberError
        If a class sum leaves the range of a float64.

    Examples
    --------
    >>> from graphviz_lstm import annotate, evaluate, load_problem
    >>> graph = annotate(evaluate(load_problem("gomez")), "W_A", element=(0, 0))
    >>> strands = strands_of(graph, "crossings")
    >>> {k: (round(100 * m.positive, 1), round(100 * m.negative, 1)) for k, m in strands.of_edge["S_0", "H_0"].items()}
    {0: (0.0, -20.2), 1: (10.1, 0.0)}
    """
    source, target = graph.graph["source"], graph.graph["target"]
    # Under a scheme by loss the flows are those of a graph whose vertices are taken apart.
    whole, graph = graph, without_cuts(graph.graph.get("apart", graph))
    inside = between(graph, source, target)
    order = [vertex for vertex in nx.topological_sort(graph) if vertex in inside]
    numbers = all(graph.nodes[vertex]["value"].size == 1 for vertex in order if vertex != source)
    if by == "sign" and not numbers:
        raise InputError(
            "by='sign' tells single paths apart, and among vectors their signs take listing "
            "(by='crossings', 'gates', 'entry' or 'exit' adds them up)"
        )
    kind = _CLASSES[by]
    with np.errstate(all="ignore"):  # what is not finite is found, and named
        masses = _of_numbers(graph, order, kind) if numbers else _without_dust(graph, order, kind)
    found = _together(masses, graph, signed=numbers)
    for edge, parts in found.items():
        # Together, too: some classes are pooled.
        if not math.isfinite(sum(part.mass for part in parts.values())):
            raise NumberError(f"not a finite number: the flow from {edge[0]!r} to {edge[1]!r} by {by}")
    _require_whole(whole, found)
    for edge in found if not numbers else ():
        if whole.edges[edge]["flow"] == 0.0:
            found[edge] = _of_nothing(found[edge])
    pooled = _pooled(found, target, by)
    labels = _ordered({label for parts in pooled.values() for label in parts})
    of_edge = {edge: {label: parts[label] for label in labels if label in parts} for edge, parts in pooled.items()}
    return Strands(by, labels, of_edge, numbers)


def _together(found: dict[Edge, dict[Label, Masses]], graph: Graph, *, signed: bool) -> dict[Edge, dict[Label, Masses]]:
    """Return the masses by the own names of the vertices: those of edges that were taken apart added up."""
    lists: dict[Edge, list[tuple[Label, Masses]]] = {}
    for (tail, head), parts in found.items():
        lists.setdefault((own_name(graph, tail), own_name(graph, head)), []).extend(parts.items())
    sums = {edge: _sums(parts) for edge, parts in lists.items()}
    if signed:
        return sums
    return {edge: {label: _one_sign([m.positive, m.negative]) for label, m in sums[edge].items()} for edge in sums}


def _require_whole(graph: Graph, found: Mapping[Edge, Mapping[Label, Masses]]) -> None:
    """Raise where the flows of a graph are not those of its own partials, but the sum over several graphs."""
    for (tail, head), parts in found.items():
        flow = math.fsum(part.flow for part in parts.values())
        mass = math.fsum(part.mass for part in parts.values())
        if abs(flow - graph.edges[tail, head]["flow"]) > _APART * max(mass, 1.0):
            raise InputError(
                f"the flow from {tail!r} to {head!r} is no sum over this graph's paths (it is of several graphs, was "
                "changed, or the gradient is rounding alone): it has no classes (by='whole' draws it)"
            )


def _of_nothing(parts: dict[Label, Masses]) -> dict[Label, Masses]:
    """Return the masses of an edge through which nothing flows: all 0 where some were rounding, and others are left."""
    flow, mass = math.fsum(part.flow for part in parts.values()), math.fsum(part.mass for part in parts.values())
    return dict.fromkeys(parts, Masses(0.0, 0.0)) if abs(flow) > _APART * mass else parts


def _joined(kind: _Class, *labels: Label) -> Label:
    whole = None
    for label in labels:
        whole = label if whole is None else whole if label is None else kind.join(whole, label)
    return whole


def _of_numbers(graph: Graph, order: list[str], kind: _Class) -> dict[Edge, dict[Label, Masses]]:
    """Return the masses where every vertex but the source is one number: the sign of a path is that of its product."""
    source, target, inside = order[0], order[-1], set(order)
    edges = [(tail, head) for tail in order for head in graph.succ[tail] if head in inside]
    labels = {edge: kind.label(graph.edges[edge]) for edge in edges}
    partial = {edge: _number(graph, edge) for edge in edges}
    before: dict[str, dict[Label, Masses]] = {source: {None: Masses(1.0, 0.0)}}
    for head in order[1:]:
        before[head] = _sums(
            (_joined(kind, label, labels[tail, head]), _times(masses, partial[tail, head]))
            for tail in graph.pred[head]
            if tail in inside
            for label, masses in before[tail].items()
        )
    after: dict[str, dict[Label, Masses]] = {target: {None: Masses(1.0, 0.0)}}
    for tail in reversed(order[:-1]):
        after[tail] = _sums(
            (_joined(kind, labels[tail, head], label), _times(masses, partial[tail, head]))
            for head in graph.succ[tail]
            if head in inside
            for label, masses in after[head].items()
        )
    return {
        (tail, head): _sums(
            (_joined(kind, one, labels[tail, head], other), _product(_times(way, partial[tail, head]), on))
            for one, way in before[tail].items()
            for other, on in after[head].items()
        )
        for tail, head in edges
    }


def _number(graph: Graph, edge: Edge) -> float:
    """Return an edge's partial as a number: from the source, along the direction of the shares."""
    tail, linear = graph.nodes[edge[0]], graph.edges[edge]["partial"]
    along = tail["tangent"] if edge[0] == graph.graph["source"] else np.ones(tail["value"].shape)
    return _clean(float(np.sum(linear.push(along))), float(np.sum(linear.absolute().push(np.abs(along)))))


def _times(masses: Masses, number: float) -> Masses:
    one, other = masses.positive * number, masses.negative * number
    return Masses(one, other) if number >= 0.0 else Masses(other, one)


def _product(one: Masses, other: Masses) -> Masses:
    return Masses(
        one.positive * other.positive + one.negative * other.negative,
        one.positive * other.negative + one.negative * other.positive,
    )


def _sums(parts: Any) -> dict[Label, Masses]:
    """Return the sums by label of pairs of a label and its masses."""
    lists: dict[Label, list[Masses]] = {}
    for label, masses in parts:
        lists.setdefault(label, []).append(masses)
    return {label: _added(some) for label, some in lists.items()}


def _added(some: list[Masses]) -> Masses:
    return Masses(sum_exactly([part.positive for part in some]), sum_exactly([part.negative for part in some]))


def _without_dust(graph: Graph, order: list[str], kind: _Class) -> dict[Edge, dict[Label, Masses]]:
    """Return the sums by class where vertices are vectors, 0 where a sum is what rounding left of its terms.

    Those of a class, each without its sign, bound what rounds, and in a deep net are far more than it; there it is no
    more than a part of what flows anywhere.
    """
    tangent = graph.nodes[order[0]]["tangent"]
    found, largest = _of_vectors(graph, order, kind, lambda linear: linear, tangent)
    sizes, _ = _of_vectors(graph, order, kind, lambda linear: linear.absolute(), np.abs(tangent))

    def clean(part: Masses, size: float) -> Masses:
        most = min(size, largest)
        return Masses(_clean(part.positive, most), _clean(part.negative, most))

    return {
        edge: {label: clean(part, sizes[edge][label].mass) for label, part in parts.items()}
        for edge, parts in found.items()
    }


def _of_vectors(
    graph: Graph, order: list[str], kind: _Class, meaning: Callable[[LinearMap], LinearMap], direction: Array
) -> tuple[dict[Edge, dict[Label, Masses]], float]:
    """Return the sums by class where vertices are vectors: tangents of each class meet adjoints of each class.

    And the largest that entries sum to where two of them meet, each without its sign.
    """
    source, target, inside = order[0], order[-1], set(order)
    before: dict[str, dict[Label, Array]] = {source: {None: direction}}
    after: dict[str, dict[Label, Array]] = {target: {None: np.ones(())}}
    pushed: dict[Edge, dict[Label, Array]] = {}
    for head in order[1:]:
        before[head] = {}
        for tail in graph.pred[head]:
            if tail not in inside:
                continue
            edge = graph.edges[tail, head]
            linear = meaning(edge["partial"])
            pushed[tail, head] = {}
            for label, tangent in before[tail].items():
                _add(pushed[tail, head], _joined(kind, label, kind.label(edge)), linear.push(tangent))
            for label, tangent in pushed[tail, head].items():
                _add(before[head], label, tangent)
    for tail in reversed(order[1:-1]):
        after[tail] = {}
        for head, edge in graph.succ[tail].items():
            linear = meaning(edge["partial"])
            for label, adjoint in after[head].items() if head in inside else ():
                _add(after[tail], _joined(kind, kind.label(edge), label), linear.pull(adjoint))
    found: dict[Edge, dict[Label, Masses]] = {}
    largest = 0.0
    for (tail, head), tangents in pushed.items():
        sums: dict[Label, list[float]] = {}
        for one, tangent in tangents.items():
            for other, adjoint in after[head].items():
                terms = tangent * adjoint
                largest = max(largest, float(np.sum(np.abs(terms))))
                sums.setdefault(_joined(kind, one, other), []).append(float(np.sum(terms)))
        found[tail, head] = {label: _one_sign(some) for label, some in sums.items()}
    return found, largest


def _add(sums: dict[Label, Array], label: Label, term: Array) -> None:
    sums[label] = sums[label] + term if label in sums else term


def _one_sign(some: list[float]) -> Masses:
    whole = sum_exactly(some)
    return Masses(max(whole, 0.0), min(whole, 0.0)) if math.isfinite(whole) else Masses(math.nan, math.nan)


def _pooled(found: dict[Edge, dict[Label, Masses]], target: str, by: By) -> dict[Edge, dict[Label, Masses]]:
    """Return the masses, the smaller ones of many classes together, without classes that bring nothing to an edge."""
    largest: dict[Label, float] = {}
    for (_, head), parts in found.items():
        for label, part in parts.items():
            # What reaches the loss tells how large a class is.
            largest[label] = largest.get(label, 0.0) + (part.mass if head == target else 0.0)
    kept = sorted(largest, key=lambda label: (-largest[label], str(label)))
    if len(kept) > MOST_CLASSES[by]:
        kept = kept[: MOST_CLASSES[by] - 1]
    names = {label: _name(label, by) if label in kept else OTHERS for label in largest}
    pooled = {}
    for edge, parts in found.items():
        sums = _sums((names[label], part) for label, part in parts.items())
        pooled[edge] = {label: m for label, m in sums.items() if m.mass} or dict(list(sums.items())[:1])
    return pooled


def _clean(number: float, size: float) -> float:
    """Return a sum, 0 where it is no more than what rounding leaves of terms of that size."""
    return 0.0 if abs(number) <= _DUST * size < math.inf else number


def _name(label: Label, by: By) -> Label:
    """Return a class's label as it is told: of no gate at all it is the empty string."""
    return "" if label is None and by == "gates" else label


def _ordered(labels: set[Label]) -> tuple[Label, ...]:
    """Return the classes from the plainest to the others."""

    def rank(label: Label) -> tuple[int, float, str]:
        last = 3 if label == OTHERS else 2 if label == SEVERAL else 1
        return (last, label, "") if isinstance(label, int) else (last, 0.0, str(label or ""))

    return tuple(sorted(labels, key=rank))
