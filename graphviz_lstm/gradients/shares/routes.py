"""Which ways a gradient takes: its share by the gate that its paths cross into and by how often they cross.

Every path is in one class: through no gate, through one gate alone so many times, or through several. Each class is
told with the sum of its positive and that of its negative shares, from one sweep; no path is listed for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

import numpy as np

from graphviz_lstm.errors import NumberError
from graphviz_lstm.notation.numbers import length, sum_exactly
from graphviz_lstm.paths import UnitPathSet
from graphviz_lstm.paths.compiled.wide import narrow, widen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any

    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.paths import Group, PathSet
    from graphviz_lstm.paths.facts import Whole

    AnyPaths: TypeAlias = PathSet | UnitPathSet

Row = TypeVar("Row")
Unit = Literal["share", "contribution"]
Way = Literal["none", "gate", "several"]

MOST_TIMES = 3
"""Paths that cross so often or more are one class."""
_WAYS: tuple[Way, ...] = ("none", "gate", "several")


class _Crossed(tuple[int, str, int]):
    """Where some edges lead: which of `_WAYS`, through which gate alone, how often; it adds up along a path."""

    __slots__ = ()

    def __add__(self, rest: _Crossed) -> _Crossed:  # type: ignore[override]  # not one behind the other
        """Return what both lead to together."""
        (way, gate, times), (other, behind, more) = self, rest
        together = min(times + more, MOST_TIMES)
        if not way or not other or gate == behind != "":
            return _Crossed((max(way, other), gate or behind, together))
        return _Crossed((2, "", together))


@dataclass(frozen=True, slots=True)
class Route:
    """The paths of one class.

    Attributes
    ----------
    way
        `"none"`: through no gate; `"gate"`: through `gate` alone; `"several"`: through more than one.
    gate
        Which; empty unless one alone.
    times
        How often they cross; `MOST_TIMES` stands for that or more.
    count
        How many paths.
    net
        The sum of their shares; of their contributions, where there is nothing to share.
    positive, negative
        The same by sign; None where it is not known.
    """

    way: Way
    gate: str
    times: int
    count: int
    net: float
    positive: float | None
    negative: float | None

    @property
    def mass(self) -> float:
        """How large its parts are without their signs, or the net where these are not known."""
        return abs(self.net) if self.positive is None or self.negative is None else self.positive - self.negative

    @property
    def key(self) -> tuple[Way, str, int]:
        """Which class it is."""
        return self.way, self.gate, self.times

    def times_as(self, factor: float) -> Route:
        """Return the same paths, with numbers that many times as large; what adds and what takes away by its sign."""
        # Plus nothing: a zero has no sign for people.
        parts = [None if part is None else part * factor + 0.0 for part in (self.positive, self.negative)]
        up, down = parts if factor >= 0.0 else reversed(parts)
        return Route(self.way, self.gate, self.times, self.count, self.net * factor, up, down)

    @property
    def name(self) -> str:
        """What it is, in words.

        >>> Route("gate", "a", 1, 2, 0.5, 0.5, 0.0).name, Route("several", "", 3, 2, 0.5, 0.5, 0.0).name
        ('gate a, once', 'several gates, 3 or more')
        """
        if self.way == "none":
            return "no gate"
        often = {1: "once", 2: "twice"}.get(self.times, f"{self.times} or more")
        return f"{f'gate {self.gate}' if self.way == 'gate' else 'several gates'}, {often}"


@dataclass(frozen=True, slots=True, eq=False)
class Routes:
    """The paths of a gradient by route: the classes are apart, and together they are all of it.

    Attributes
    ----------
    source, element
        What it is the gradient by.
    level
        Whether signs are those of paths through whole quantities, or through single units.
    unit
        What the numbers are: shares, or, where the gradient is zero, contributions.
    whole
        The derivative by the entry that is looked at, or the gradient's length: what a share is a part of.
    entries
        How many numbers it is the derivative by: 1 where one entry is looked at.
    rows
        A route each: through no gate, through each gate alone in the order of the equations, through several.
    """

    source: str
    element: tuple[int, ...] | None
    level: Literal["quantity", "unit"]
    unit: Unit
    whole: float
    entries: int
    rows: tuple[Route, ...]

    @property
    def signed(self) -> bool:
        """Whether the positive and the negative parts are known."""
        return all(row.positive is not None for row in self.rows)

    @property
    def gates(self) -> tuple[str, ...]:
        """The gates that paths cross into alone, in the order of the equations."""
        return tuple(dict.fromkeys(row.gate for row in self.rows if row.gate))

    @property
    def all(self) -> Route:
        """All paths together."""
        return together(self.rows)

    @property
    def crossing(self) -> Route:
        """All paths through a gate."""
        return together(row for row in self.rows if row.times)

    def by_times(self) -> dict[int, Route]:
        """Return how often paths cross -> all that do so."""
        numbers = sorted({row.times for row in self.rows})
        return {k: together(row for row in self.rows if row.times == k) for k in numbers}

    def contributions(self) -> tuple[Route, ...]:
        """Return the rows in the derivative's own unit, in place of shares."""
        if self.unit == "contribution":
            return self.rows
        return tuple(row.times_as(self.whole) for row in self.rows)


def together(routes: Iterable[Route]) -> Route:
    """Return some routes as one, of which the way, the gate and how often say nothing."""
    rows = tuple(routes)
    signs: list[float | None] = []
    for part in ("positive", "negative"):
        parts = [getattr(row, part) for row in rows]
        signs.append(None if None in parts else sum_exactly(parts))
    return Route("several", "", 0, sum(row.count for row in rows), sum_exactly([row.net for row in rows]), *signs)


def routes_of(paths: AnyPaths) -> Routes:
    """Return the shares of a path set by route; of contributions where the gradient is zero.

    Costs as `group_by`, with some four classes for each gate.

    Parameters
    ----------
    paths
        From a source to the loss, in a graph of this package.

    Raises
    ------
    NumberError
        If a sum leaves the range of a float64.

    Examples
    --------
    >>> from graphviz_lstm.gradients.pathsets import paths_of
    >>> from graphviz_lstm.graph.linearized import linearize
    >>> from graphviz_lstm.problems import load_problem
    >>> routes = routes_of(paths_of(linearize(load_problem("gomez")), "W_A", element=(0, 0)))
    >>> [round(100 * part, 2) for part in (routes.crossing.net, routes.crossing.positive, routes.crossing.negative)]
    [10.14, 10.14, 0.0]
    """
    marks: Mapping[Any, Mapping[str, Any]] = dict(zip(paths.dag.edges, paths.dag.attributes, strict=True))
    labels = {edge: _crossed(mark) for edge, mark in marks.items()}
    groups = paths.group_by(labels.__getitem__)
    order = {gate: k for k, gate in enumerate(dict.fromkeys(label[1] for label in labels.values() if label[1]))}
    is_zero = math.isnan(paths.share)
    found = (_route(label, group, paths.facts.whole, zero=is_zero) for label, group in groups.items())
    rows_of = {row.key: row for row in found}
    rows = tuple(rows_of[key] for key in in_order(rows_of, order))
    for row in rows:
        if not all(math.isfinite(part) for part in (row.net, row.positive, row.negative) if part is not None):
            raise NumberError(
                f"not a finite number: the paths of {paths.source!r} through {row.name} (the gradient grows too large)"
            )
    level: Literal["quantity", "unit"] = "unit" if isinstance(paths, UnitPathSet) else "quantity"
    element, total = paths.element, np.asarray(paths.total)
    entries = total.size if element is None else 1
    unit: Unit = "contribution" if is_zero else "share"
    return Routes(str(paths.source), element, level, unit, whole_of(total, element), entries, rows)


def _crossed(mark: Mapping[str, Any]) -> _Crossed:
    """Return what one edge adds: of a graph's own labels, `gates` and `crossings`."""
    gates = sorted(mark["gates"])
    way = min(len(gates), 2)
    return _Crossed((way, gates[0] if way == 1 else "", min(int(mark["crossings"]), MOST_TIMES)))


def size_of(group: Group, whole: Whole) -> float:
    """Return what a group contributes where there is nothing to share: at the entry looked at, or all summed."""
    return float(narrow(whole.along(widen(group.contribution))))


def _route(label: object, group: Group, whole: Whole, *, zero: bool) -> Route:
    way, gate, times = label if isinstance(label, tuple) else (0, "", 0)
    if not zero:
        return Route(_WAYS[way], gate, times, group.count, group.share, group.positive, group.negative)
    sizes = group.sizes
    net = size_of(group, whole) if sizes.mass is None else sum_exactly((sizes.positive, sizes.negative))  # type: ignore[arg-type]
    return Route(_WAYS[way], gate, times, group.count, net, sizes.positive, sizes.negative)


def in_order(keys: Iterable[tuple[Way, str, int]], gates: Mapping[str, int]) -> list[tuple[Way, str, int]]:
    """Return classes in the order in which they are told; `gates` says which gate comes when."""
    return sorted(keys, key=lambda key: (_WAYS.index(key[0]), gates.get(key[1], 0), key[2]))


def whole_of(total: Array, element: Sequence[int] | None) -> float:
    """Return what shares are parts of: the derivative by the entry that is looked at, or the gradient's length.

    >>> whole_of(np.array([3.0, -4.0]), None), whole_of(np.array([3.0, -4.0]), [1]), whole_of(np.array([-4.0]), None)
    (5.0, -4.0, -4.0)
    """
    if element is not None and total.ndim:
        return float(total[tuple(element)])
    return float(total.item()) if total.size == 1 else length(total)


def largest(rows: Sequence[Row], size: Callable[[Row], float], most: int) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """Return the rows to be told apart, in their order, and those that are told together: more than one, or none.

    >>> largest((3, 1, 9, 2), float, 3), largest((3, 1), float, 3), largest((3, 1), float, 2)
    (((3, 9), (1, 2)), ((3, 1), ()), ((3, 1), ()))
    """
    if len(rows) <= most:
        return tuple(rows), ()
    kept = set(sorted(range(len(rows)), key=lambda k: (-size(rows[k]), k))[: most - 1])
    return tuple(rows[k] for k in sorted(kept)), tuple(row for k, row in enumerate(rows) if k not in kept)
