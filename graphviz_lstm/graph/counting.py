"""How many paths there are over any number of steps, without a vertex for each: a step is a linear map of counts.

Let c be the numbers of paths to E that go on into the next step, one for each quantity that it reads: of an LSTM two,
for S and for H. From those of step t + 1 follow those of step t by the edges of one step, and these are the same at
every step. So T steps with the same losses are the T-th power of one small matrix of whole numbers, which takes log T
products [1]_; the numbers themselves have O(T) digits. Where some equations run backward in time, a path may go to and
fro, and no step is a map of the one behind it alone: there the steps are taken one by one.

References
----------
.. [1] R. P. Stanley, "Enumerative Combinatorics", volume 1, section 4.7: the transfer-matrix method.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from graphviz_lstm.cells.detail import in_operations
from graphviz_lstm.cells.expression import Parameter
from graphviz_lstm.cells.partials import partials_of
from graphviz_lstm.errors import EquationError, InputError, UnknownVertexError, describe_unknown, shorten
from graphviz_lstm.graph.unroll import TARGET, claim_of, unroll_places
from graphviz_lstm.notation.names import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graphviz_lstm.cells import Cell
    from graphviz_lstm.cells.names import Name
    from graphviz_lstm.graph.losses import LossPlace
    from graphviz_lstm.graph.unroll import Detail, Graph

    Place: TypeAlias = tuple[str, int | None]
    """A quantity or parameter, and its step."""

# Names are held against each other in a graph of so many steps.
_LOOKED_AT = 64
_MOST_STEPS = 10**7
_MOST_STEPS_BACKWARD = 10**4
# So few steps are taken one by one.
_FEW = 16
Counts: TypeAlias = "dict[str, int]"
"""Quantity -> how many paths lead on from it at some step, and of these (`_onward`) into the next one.

Under `_SUM` what has been added up over the steps.
"""
_SUM = ""


def count_paths(
    cell: Cell,
    steps: int,
    places: Sequence[LossPlace],
    source: str,
    *,
    first_step: int = 1,
    detail: Detail = "gate",
) -> int:
    """Return how many paths lead from a vertex to E over so many steps.

    It is `find_paths(unroll_places(...), source, "E").count`, in O(log steps) products of numbers as long as the count.

    Raises
    ------
    InputError
        If there are no steps, or more than ten millions (ten thousand where something runs backward in time): their
        count would have as many digits.
    UnknownVertexError
        If there is no such vertex.
    EquationError
        If two vertices would bear one name.

    Examples
    --------
    >>> from graphviz_lstm.cells import LSTM
    >>> from graphviz_lstm.graph.losses import LossPlace
    >>> [count_paths(LSTM, k, [LossPlace("H", "squared_error", range(1, k + 1))], "W_A") for k in range(1, 7)]
    [1, 7, 37, 182, 878, 4214]
    """
    if not 1 <= steps <= _MOST_STEPS:
        raise InputError(f"wrong number of steps: {shorten(steps)} (must be from 1 to {_MOST_STEPS:,})")
    last = first_step + steps - 1
    if len(cell.runs) > 1 or cell.runs[0].backward:
        return _count_runs(cell, steps, places, source, first_step, detail)
    graph = unroll_places(cell, min(steps, _LOOKED_AT), [], first_step=first_step, detail=detail)
    names = {data["quantity"]: data["name"] for _, data in graph.nodes.items() if data["step"] is not None}
    _require_own_names(graph, names, first_step, last)
    quantity, at = _find(graph, names, source, first_step, last)
    step = _Step(cell, first_step, detail, None if at is not None else quantity)
    lowest = first_step if at is None else max(at, first_step)
    counts = step.nothing()
    # Losses are counted from the last step back, runs of steps with the same losses at once.
    for losses, run in groupby(_losses(places, range(last, lowest - 1, -1))):
        length = sum(1 for _ in run)
        counts = step.repeated(counts, losses, length)
    if at is None:
        return counts[_SUM]
    return step.before(counts, quantity) if at < first_step else counts[quantity]


def _count_runs(
    cell: Cell, steps: int, places: Sequence[LossPlace], source: str, first_step: int, detail: Detail
) -> int:
    """Return the count of a cell some of whose equations run backward: from the end on, a run after the other."""
    if steps > _MOST_STEPS_BACKWARD:
        raise InputError(
            f"wrong number of steps: {shorten(steps)} "
            f"(must be from 1 to {_MOST_STEPS_BACKWARD:,}: something runs backward in time)"
        )
    last = first_step + steps - 1
    at_detail = in_operations(cell) if detail == "operation" else cell
    place = _named(cell, at_detail, first_step, last).get(source)
    if place is None:
        # Says what there is, or which two would be called the same.
        raise UnknownVertexError(
            describe_unknown("vertex", source, unroll_places(cell, min(steps, _LOOKED_AT), [], first_step=first_step))
        )
    readers: dict[tuple[str, bool], list[tuple[str, int]]] = {}
    for equation in at_detail.equations:
        for reference in partials_of(equation.expression, at_detail):
            is_parameter = isinstance(reference, Parameter)
            lag = 0 if isinstance(reference, Parameter) else reference.lag
            readers.setdefault((reference.name, is_parameter), []).append((equation.quantity, lag))
    counts: dict[Place, int] = {}
    for loss in places:
        for step in loss.steps:
            counts[loss.quantity, step] = 1

    def onward(name: str, step: int) -> int:
        return sum(counts.get((head, step + lag), 0) for head, lag in readers.get((name, False), ()))

    for run in reversed(at_detail.runs):
        for k in reversed(run.steps(steps)):
            for equation in reversed(run.equations):
                own = equation.quantity, first_step + k
                counts[own] = counts.get(own, 0) + onward(*own)
    name, at = place
    if at is None:
        return sum(counts[head, first_step + k] for head, _ in readers.get((name, True), ()) for k in range(steps))
    return counts[place] if place in counts else onward(name, at)


def _named(cell: Cell, at_detail: Cell, first: int, last: int) -> dict[str, Place]:
    """Return what each vertex is."""
    steps = range(first, last + 1)
    places: list[Place] = [(name, None) for name in cell.parameters]
    places += [(name, cell.start(name, first, last)) for name in cell.states]
    places += [(name, step) for name in (*cell.inputs, *(e.quantity for e in at_detail.equations)) for step in steps]
    return {text(at_detail.name_of(name).at(step)): (name, step) for name, step in places}


class _Step:
    """The edges of one step, and what they make of counts: of the heads one step later those of the tails."""

    def __init__(self, cell: Cell, first_step: int, detail: Detail, parameter: str | None) -> None:
        graph = unroll_places(cell, 2, [], first_step=first_step, detail=detail)
        place: dict[str, Place] = {vertex: (data["quantity"], data["step"]) for vertex, data in graph.nodes.items()}
        # Of the second step, so that the step before is one like any other; inputs and quantities, the last first.
        now = [vertex for vertex, (_, step) in place.items() if step == first_step + 1]
        self._quantities = [place[vertex][0] for vertex in reversed(now)]
        self._here: dict[str, list[str]] = {name: [] for name in self._quantities}
        self._after: dict[str, list[str]] = {name: [] for name in self._quantities}
        self._parameter: list[str] = []
        for vertex in now:
            for tail in graph.pred[vertex]:
                name, step = place[tail]
                if step is None:
                    self._parameter += [place[vertex][0]] if name == parameter else []
                else:
                    (self._here if step == first_step + 1 else self._after)[name].append(place[vertex][0])
        # All that has to be carried from step to step: of each quantity that the next step reads, how many paths go on
        # there. These are fewer than what reads them, and a matrix of them has fewer products.
        self._carried = [name for name in self._quantities if self._after[name]]

    def nothing(self) -> Counts:
        """Return the counts behind the last step."""
        return dict.fromkeys([*map(_onward, self._carried), _SUM], 0)

    def before(self, counts: Counts, quantity: str) -> int:
        """Return how many paths lead on from the initial state of a quantity, of the counts of the first step."""
        return counts[_onward(quantity)]

    def repeated(self, counts: Counts, losses: frozenset[str], times: int) -> Counts:
        """Return the counts so many steps of the same losses earlier, with those of all quantities at the last one."""
        powers = times - 1
        if powers > _FEW:
            keys = [*map(_onward, self._carried), _SUM]
            matrix = self._matrix(keys, losses)
            vector = [*(counts[key] for key in keys), 1]
            while powers:
                if powers & 1:
                    vector = _times_vector(matrix, vector)
                powers >>= 1
                matrix = _times(matrix, matrix) if powers else matrix
            counts = dict(zip(keys, vector, strict=False))
        for _ in range(powers + 1):
            counts = self._one_earlier(counts, losses, 1)
        return counts

    def _one_earlier(self, counts: Mapping[str, int], losses: frozenset[str], one: int) -> Counts:
        """Return the counts of one step earlier; `one` is what a loss counts."""
        found: Counts = {}
        for name in self._quantities:
            found[name] = (
                sum(found[head] for head in self._here[name])
                + (counts[_onward(name)] if self._after[name] else 0)
                + (one if name in losses else 0)
            )
        for name in self._carried:
            found[_onward(name)] = sum(found[head] for head in self._after[name])
        found[_SUM] = counts[_SUM] + sum(found[head] for head in self._parameter)
        return found

    def _matrix(self, keys: Sequence[str], losses: frozenset[str]) -> list[list[int]]:
        """Return one step as a matrix of what is carried, and of a last entry that is always 1."""
        columns = []
        for column in [*keys, None]:
            found = self._one_earlier({key: int(key == column) for key in keys}, losses, int(column is None))
            columns.append([*(found[key] for key in keys), int(column is None)])
        return [list(row) for row in zip(*columns, strict=True)]


def _onward(quantity: str) -> str:
    """Return the key of the paths that go on from a quantity in the step behind it; no quantity is called so."""
    return f"{quantity}[t+1]"


def _times(left: list[list[int]], right: list[list[int]]) -> list[list[int]]:
    columns = list(zip(*right, strict=True))
    return [[sum(a * b for a, b in zip(row, column, strict=True) if a and b) for column in columns] for row in left]


def _times_vector(matrix: list[list[int]], vector: list[int]) -> list[int]:
    return [sum(a * b for a, b in zip(row, vector, strict=True) if a and b) for row in matrix]


def _losses(places: Sequence[LossPlace], steps: range) -> Iterator[frozenset[str]]:
    """Yield which quantities a loss reads, step by step."""
    counted = [(p.quantity, p.steps if isinstance(p.steps, range) else frozenset(p.steps)) for p in places]
    known: dict[tuple[bool, ...], frozenset[str]] = {}
    for step in steps:
        reads = tuple(step in where for _, where in counted)
        if reads not in known:
            known[reads] = frozenset(name for (name, _), read in zip(counted, reads, strict=True) if read)
        yield known[reads]


def _find(graph: Graph, names: Mapping[str, Name], vertex: str, first: int, last: int) -> Place:
    """Return which quantity at which step a vertex is, that may lie beyond the graph."""
    if vertex in graph and vertex != TARGET:
        data = graph.nodes[vertex]
        return data["quantity"], data["step"]
    for step in _steps_in(vertex, first, last):
        for quantity, name in names.items():
            if text(name.at(step)) == vertex:
                return quantity, step
    raise UnknownVertexError(describe_unknown("vertex", vertex, graph))


def _require_own_names(graph: Graph, names: Mapping[str, Name], first: int, last: int) -> None:
    """Raise EquationError if a quantity at a step beyond the graph would bear a parameter's name."""
    for vertex, data in graph.nodes.items():
        if data["role"] != "parameter":
            continue
        for step in _steps_in(vertex, first, last):
            for quantity, name in names.items():
                if text(name.at(step)) == vertex:
                    raise EquationError(
                        f"two vertices would be called {vertex!r}: {claim_of(data['quantity'], None, 'parameter')} and "
                        f"{claim_of(quantity, step, 'quantity')} in cell {graph.graph['cell'].name!r} (rename one)"
                    )


def _steps_in(vertex: str, first: int, last: int) -> list[int]:
    """Return the steps that a name may have in it: names are not read, but made for these and compared."""
    digits = re.findall(r"\d{1,12}", str(vertex))
    return [step for number in digits for step in (int(number), -int(number)) if first <= step <= last]
