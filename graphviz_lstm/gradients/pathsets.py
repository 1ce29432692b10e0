"""The paths of a linearized problem: compiled from its arrays, without a networkx graph between.

The same set as `find_paths` on the evaluated graph, path for path in the same order: that one is the oracle of this.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from graphviz_lstm.cells.expression import Parameter
from graphviz_lstm.errors import NumberError, UnknownVertexError, describe_unknown
from graphviz_lstm.graph.cancelling import ROUNDING, is_suspected
from graphviz_lstm.graph.evaluate import graph_of
from graphviz_lstm.graph.labels import labels_of
from graphviz_lstm.graph.making import add
from graphviz_lstm.graph.stepping import pull_all
from graphviz_lstm.graph.unroll import TARGET
from graphviz_lstm.notation.names import text, texts
from graphviz_lstm.paths.compiled.compile import require_finite
from graphviz_lstm.paths.compiled.dag import Dag
from graphviz_lstm.paths.compiled.map_weights import MapWeights
from graphviz_lstm.paths.compiled.number_weights import number_weights
from graphviz_lstm.paths.compiled.reachable import Reachable
from graphviz_lstm.paths.compiled.uncollected import uncollected
from graphviz_lstm.paths.find import require_element
from graphviz_lstm.paths.listing.limits import LISTING_LIMIT
from graphviz_lstm.paths.pathset import PathSet
from graphviz_lstm.paths.units.compile import compile_units
from graphviz_lstm.paths.units.memory import MOST_BYTES
from graphviz_lstm.paths.units.pathset import UnitPathSet

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from graphviz_lstm.cells.order import Run
    from graphviz_lstm.graph.families import Family
    from graphviz_lstm.graph.gradients import Adjoints
    from graphviz_lstm.graph.linearized import Linearized, LossFamily
    from graphviz_lstm.graph.maps import Array, LinearMap
    from graphviz_lstm.graph.together import Together
    from graphviz_lstm.paths.compiled.weights import Weights

# A vertex: a parameter (no step), or anything else at a step, counted from 0; a state that is given at -1, or of what
# runs backward at one behind the last.
Place = tuple[str, int | None]
_LOSS: Place = (TARGET, None)
_MOST_AT_ONCE = 2**20


class Way(NamedTuple):
    """One edge: where it leads, of which families it is and at which of their steps, and what it adds to labels.

    Of more than one family only where several losses read one quantity at one step.
    """

    head: Place
    parts: tuple[tuple[Family, int], ...]
    attributes: Mapping[str, Any]


def paths_of(linear: Linearized, source: str, *, element: object = None, limit: int = LISTING_LIMIT) -> PathSet:
    """Return the paths from a vertex to E, as `find_paths` on the evaluated graph does."""
    with uncollected():
        outline = _outline(linear, source)
        outline.require_finite()
        shape = linear.shapes[outline.source[0]]
        weights: Weights
        if _is_scalar(linear):
            weights = number_weights(outline.numbers(), 1.0, shape)
        else:
            weights = MapWeights(tuple(outline.maps()), 1.0, shape)
        dag = Dag(
            source=source,
            target=TARGET,
            **outline.reachable()._asdict(),
            weighted=weights,
            rounding=ROUNDING,
        )
    indices = None if element is None else require_element(element, shape, source)
    return PathSet(dag, indices, limit, outline.known)


def unit_paths_of(
    linear: Linearized,
    source: str,
    *,
    element: object = None,
    limit: int = LISTING_LIMIT,
    memory: float = MOST_BYTES,
) -> UnitPathSet:
    """Return the paths through single units, as `find_paths(..., level="unit")` on the evaluated graph does."""
    outline = _outline(linear, source)
    outline.require_finite()
    reachable = outline.reachable()
    shapes = [() if place == _LOSS else linear.shapes[place[0]] for place in outline.places]
    shape = linear.shapes[outline.source[0]]
    indices = None if element is None else require_element(element, shape, source)
    found = compile_units(source, TARGET, reachable, outline.maps(), shapes, indices, memory, rounding=ROUNDING)
    return UnitPathSet(found.dag, found.shapes, found.whole, indices, limit, outline.all_shapes(linear))


def settled_gradients(together: Together, source: str) -> tuple[Array, ...]:
    """Return dE/d(parameter) of each sequence's own loss; see `settled_gradient`."""
    swept = zip(together.sequences, together.adjoints(), strict=True)
    return tuple(settled_gradient(linear, source, adjoints) for linear, adjoints in swept)


def settled_gradient(linear: Linearized, source: str, adjoints: Adjoints) -> Array:
    """Return dE/d(parameter), with 0 for each entry of which the sum over the paths says that it is rounding alone.

    That is asked only where the steps bring terms that cancel.

    Raises
    ------
    NumberError
        If it is not finite: it may have left the range of a float64 on its way, though the sum over the paths has not.
    """
    own = adjoints.parameters[source]
    if not np.isfinite(own).all():
        raise NumberError(
            f"not a finite number: dE/d{source} of a sequence leaves the range of a float64 on its way (the paths of "
            "that one can be asked for)"
        )
    if not own.any():
        return own
    size = np.zeros(own.shape)
    # Terms that leave the range only together are infinitely more than what is left of them.
    with np.errstate(all="ignore"):
        for head, families in linear.families.items():
            for family in families:
                if family.tail == Parameter(source):
                    size += np.abs(pull_all(family, adjoints.quantities[head])).sum(axis=0)
    if not is_suspected(own, size).any():
        return own
    return np.where(np.asarray(paths_of(linear, source).total) == 0.0, 0.0, own)


def _is_scalar(linear: Linearized) -> bool:
    return all(prod(linear.shapes[name]) == 1 for name in linear.families)


@dataclass(frozen=True, slots=True)
class _Outline:
    """What lies between a source and E: places in topological order, and the edges out of each."""

    source: Place
    places: list[Place]
    ways: dict[Place, list[Way]]
    names: Mapping[Place, str]
    known: Mapping[str, None]

    def edges(self) -> Iterator[tuple[Place, Way]]:
        """Yield every edge, in the order of the vertices that they leave."""
        for place in self.places:
            for way in self.ways.get(place, ()):
                yield place, way

    def all_shapes(self, linear: Linearized) -> dict[Hashable, tuple[int, ...]]:
        """Return the shape of every vertex by its name, of those on no path too."""
        return {name: () if place == _LOSS else linear.shapes[place[0]] for place, name in self.names.items()}

    def require_finite(self) -> None:
        """Raise NumberError if a partial holds what is not a finite number: as of a graph, the line names the edge."""
        at_steps: dict[int, list[bool]] = {}
        for place, way in self.edges():
            for family, step in way.parts:
                if id(family) not in at_steps:
                    at_steps[id(family)] = _finite_steps(family)
                finite = at_steps[id(family)]
                if len(way.parts) > 1 or not finite[step % len(finite)]:
                    whole = add([each.at(k) for each, k in way.parts])
                    with np.errstate(all="ignore"):
                        pulled = np.asarray(whole.pull(np.ones(whole.head_shape)))
                    require_finite((self.names[place], self.names[way.head]), pulled)

    def maps(self) -> list[LinearMap]:
        """Return the map of every edge."""
        return [add([family.at(step) for family, step in way.parts]) for _, way in self.edges()]

    def numbers(self) -> list[float | Array]:
        """Return the number that each edge is, of vertices that are one each; arrays out of the source."""
        found: list[float | Array] = []
        at_all_steps: dict[tuple[int, bool], Any] = {}
        for place, way in self.edges():
            values = []
            for family, step in way.parts:
                out_of_array = place == self.source and family.tail_shape != ()
                key = (id(family), out_of_array)
                if key not in at_all_steps:
                    at_all_steps[key] = _numbers(family, as_arrays=out_of_array)
                values.append(at_all_steps[key][step])
            found.append(values[0] if len(values) == 1 else sum(values))
        return found

    def reachable(self) -> Reachable:
        """Return the structure as the path rooms have it."""
        index = {place: k for k, place in enumerate(self.places)}
        names = self.names
        edges, attributes, heads, first = [], [], [], [0]
        for place in self.places:
            for way in self.ways.get(place, ()):
                edges.append((names[place], names[way.head]))
                attributes.append(way.attributes)
                heads.append(index[way.head])
            first.append(len(edges))
        return Reachable(
            tuple(names[place] for place in self.places), tuple(edges), tuple(attributes), tuple(first), tuple(heads)
        )


def _finite_steps(family: Family) -> list[bool]:
    """Return whether all that a family pulls an adjoint of ones to is finite, at each step; once if all are alike."""
    steps, at_once = _moving(family) or 1, max(1, _MOST_AT_ONCE // max(1, prod(family.tail_shape)))
    finite: list[bool] = []
    with np.errstate(all="ignore"):  # what is not finite is found, and named
        for first in range(0, steps, at_once):
            rows = slice(first, min(first + at_once, steps))
            pulled = pull_all(family.some(rows), np.ones((rows.stop - rows.start, *family.head_shape)))
            finite += [bool(np.isfinite(each).all()) for each in pulled]
    return finite


def _moving(family: Family) -> int:
    """Return at how many steps a family is told; 0 if it is the same at all."""
    return max((len(factor.coefficient) for term in family.terms for factor in term if factor.moving), default=0)


def _numbers(family: Family, *, as_arrays: bool) -> Any:
    """Return what a family pulls an adjoint of 1 to at each step: numbers, or arrays in the tail's shape."""
    moving = _moving(family)
    with np.errstate(all="ignore"):  # what is not finite is found, and named
        pulled = pull_all(family, np.ones((moving or 1, *family.head_shape)))
    pulled.setflags(write=False)
    if not moving:
        return _Same(pulled[0] if as_arrays else float(pulled.reshape(())))
    return pulled if as_arrays else pulled.reshape(-1).tolist()


@dataclass(frozen=True, slots=True)
class _Same:
    """The same at every step."""

    value: Any

    def __getitem__(self, step: object) -> Any:
        """Return it."""
        return self.value


def _outline(linear: Linearized, source: str) -> _Outline:
    problem, cell = linear.problem, linear.cell
    names, order = _names(linear)
    places = {name: place for place, name in names.items()}
    start = _place(places, source)
    steps = problem.steps
    readers: dict[str, list[_Reader]] = {}
    for number, run in enumerate(cell.runs):
        for equation in run.equations:
            for family in linear.families[equation.quantity]:
                reader = _Reader(number, run, family.lag, equation.quantity, family)
                readers.setdefault(family.tail.name, []).append(reader)
    for reading in readers.values():
        # A step of a run after the other; of one step, as the equations stand.
        reading.sort(key=lambda reader: (reader.number, -reader.lag if reader.run.backward else reader.lag))
    losses = _losses(linear)
    labels = {
        id(f): labels_of(f.kind, f.gate) | {"entry": (), "exit": ()} for fs in linear.families.values() for f in fs
    }
    is_entry = start[1] not in range(steps) or start[0] in problem.inputs
    reached = _reached(linear, start, readers)
    ways: dict[Place, list[Way]] = {}
    # From the end: what leads nowhere is not kept.
    kept: set[Place] = {_LOSS}
    for place in reversed([place for place in order if place in reached]):
        found = []
        for when, head, family in _in_order(readers.get(place[0], []), place, steps):
            if (head, when) in kept:
                attributes = labels[id(family)]
                if is_entry and place == start:
                    attributes = attributes | {"entry": (problem.first_step + when,)}
                found.append(Way((head, when), ((family, when),), attributes))
        if place in losses:
            attributes = labels_of("loss", TARGET) | {"entry": (), "exit": (problem.first_step + (place[1] or 0),)}
            found.append(Way(_LOSS, tuple((loss.family, row) for loss, row in losses[place]), attributes))
        if found:
            ways[place] = found
            kept.add(place)
    if start not in kept:
        return _Outline(start, [], {}, names, dict.fromkeys(places))
    between = [*(place for place in order if place in kept and place in reached), _LOSS]
    return _Outline(start, between, ways, names, dict.fromkeys(places))


def place_of(linear: Linearized, source: str) -> Place:
    """Return the quantity and the step, counted from 0, of the vertex that is called so.

    Raises
    ------
    UnknownVertexError
        If there is none, or it is the target.
    """
    return _place({name: place for place, name in _names(linear)[0].items()}, source)


def _place(places: Mapping[str, Place], source: str) -> Place:
    if source not in places or source == TARGET:
        raise UnknownVertexError(describe_unknown("vertex", source, places))
    return places[source]


class _Reader(NamedTuple):
    """What reads a quantity: in which run, how many steps later, and along which edges."""

    number: int
    run: Run
    lag: int
    head: str
    family: Family


def _in_order(reading: list[_Reader], place: Place, steps: int) -> Iterator[tuple[int, str, Family]]:
    """Yield the step, the head and the family of each edge out of a place, in the order in which they are unrolled."""
    step = place[1]
    if step is None:
        for _, readers in groupby(reading, key=lambda reader: reader.number):
            of_run = list(readers)
            for k in of_run[0].run.steps(steps):
                for reader in of_run:
                    yield k, reader.head, reader.family
        return
    for reader in reading:
        if 0 <= step + reader.lag < steps and (reader.lag or 0 <= step < steps):
            yield step + reader.lag, reader.head, reader.family


def _names(linear: Linearized) -> tuple[dict[Place, str], list[Place]]:
    """Return what every vertex is called, and all of them in topological order."""
    problem, cell = linear.problem, linear.cell
    first, steps = problem.first_step, problem.steps
    names: dict[Place, str] = {(name, None): text(cell.name_of(name)) for name in problem.parameters}
    order: list[Place] = list(names)
    for name in problem.initial:
        start = problem.start(name)
        names[name, start - first] = text(cell.name_of(name).at(start))
        order.append((name, start - first))
    for name in (*problem.inputs, *linear.families):
        for step, called in enumerate(texts(cell.name_of(name), range(first, first + steps))):
            names[name, step] = called
    for run in cell.runs:
        stepwise = [*(problem.inputs if run is cell.runs[0] else ()), *(each.quantity for each in run.equations)]
        order += [(name, step) for step in run.steps(steps) for name in stepwise]
    names[_LOSS] = TARGET
    if len(set(names.values())) < len(names):
        graph_of(linear)  # says which two would be called the same
    return names, order


def _losses(linear: Linearized) -> dict[Place, list[tuple[LossFamily, int]]]:
    found: dict[Place, list[tuple[LossFamily, int]]] = {}
    for loss in linear.losses:
        for k, row in enumerate(loss.rows):
            found.setdefault((loss.term.quantity, row), []).append((loss, k))
    return found


def _reached(linear: Linearized, start: Place, readers: Mapping[str, list[_Reader]]) -> set[Place]:
    """Return what a path from the source leads to."""
    steps = linear.problem.steps
    reached = {start}
    waiting = [start]
    while waiting:
        place = waiting.pop()
        for when, head, _ in _in_order(readers.get(place[0], []), place, steps):
            if (head, when) not in reached:
                reached.add((head, when))
                waiting.append((head, when))
    return reached
