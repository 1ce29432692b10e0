"""Which units carry a gradient, and how far: its share by the unit where paths enter and by the steps to their loss.

A path leaves its source into one unit of the quantity that reads it: the unit of an LSTM's `a`, say. Along the carousel
alone it stays with that unit, so that the carousel's part tells which units carry it, and how many steps. The share of
all paths of one unit and one distance is exact: what the reverse sweep of the triangle gives, not summed over units.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import InputError, UnknownNameError, describe_unknown
from graphviz_lstm.gradients.shares.triangle import adjoints_by_exit, ends_of, require_finite, require_parameter
from graphviz_lstm.graph.careful import sum_of_near
from graphviz_lstm.graph.threads import one_thread
from graphviz_lstm.notation.names import text, texts
from graphviz_lstm.paths.compiled.wide import largest_first, widen
from graphviz_lstm.paths.units.compile import unit_name
from graphviz_lstm.paths.units.path import UnitPath

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from graphviz_lstm.cells.expression import Parameter
    from graphviz_lstm.gradients.shares.routes import Unit
    from graphviz_lstm.gradients.shares.triangle import Ends
    from graphviz_lstm.graph.families import Family
    from graphviz_lstm.graph.linearized import Linearized
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.paths import UnitPathSet

_MOST_PLACES = 4096


@dataclass(frozen=True, slots=True, eq=False)
class ByUnit:
    """Shares by unit of entry and by distance; rows are units, columns steps. Of a zero gradient, contributions.

    Attributes
    ----------
    names
        What each row's unit is called, whatever the step: `a[3]`.
    whole
        (units, steps): the share of all paths that enter in one unit and exit 0, 1, 2, ... steps from there.
    carousel
        The same of the paths that cross no gate.
    unit
        What the numbers are.
    earlier
        Whether paths may exit before the step at which they enter: where something runs backward in time.
    """

    names: tuple[str, ...]
    whole: Array
    carousel: Array
    unit: Unit = "share"
    earlier: bool = False

    @property
    def crossing(self) -> Array:
        """The same of all paths that cross a gate."""
        return self.whole - self.carousel

    @property
    def routes(self) -> dict[str, Array]:
        """What can be told of: `all`, the `carousel` alone, through `gates`; the last two add up to the first."""
        return {"all": self.whole, "carousel": self.carousel, "gates": self.crossing}

    @property
    def largest(self) -> tuple[int, ...]:
        """The numbers of the rows, the one with the largest sum of |shares| over distances first."""
        return tuple(np.argsort(-np.abs(self.whole).sum(axis=1), kind="stable").tolist())

    def of_units(self, names: Iterable[str]) -> ByUnit:
        """Return the rows of some units alone, in their order.

        Raises
        ------
        UnknownNameError
            If there is no such unit.
        """
        rows = [self.row(name) for name in names]
        some = tuple(self.names[row] for row in rows)
        return ByUnit(some, self.whole[rows], self.carousel[rows], self.unit, self.earlier)

    def row(self, name: str) -> int:
        """Return the number of a unit's row.

        Raises
        ------
        UnknownNameError
            If there is no such unit.
        """
        if name not in self.names:
            raise UnknownNameError(describe_unknown("unit", name, self.names))
        return self.names.index(name)

    def records(self) -> list[dict[str, float | int | str]]:
        """Return a record for each unit and each distance."""
        return [
            {
                "entry": name,
                "steps": steps,
                self.unit: float(self.whole[row, steps]),
                "carousel": float(self.carousel[row, steps]),
            }
            for row, name in enumerate(self.names)
            for steps in range(self.whole.shape[1])
        ]

    def to_csv(self) -> str:
        """Return the records as CSV; every number reads back exactly."""
        stream = io.StringIO()
        writer = csv.DictWriter(stream, ["entry", "steps", self.unit, "carousel"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.records())
        return stream.getvalue()

    def __repr__(self) -> str:
        """Return its size."""
        return f"<ByUnit of {len(self.names)} units x {self.whole.shape[1]} distances, {self.unit}s>"


@one_thread()
def by_unit_of(linear: Linearized, source: Parameter, direction: Array, *, unit: Unit = "share") -> ByUnit:
    """Return the shares of a parameter's gradient by unit of entry and by distance. Cost: that of the triangle.

    Parameters
    ----------
    direction
        In the source's shape, such that <gradient, direction> is 1; any other, for contributions along it.
    unit
        Which of both they are.

    Raises
    ------
    InputError
        If the source is not a parameter.
    NumberError
        If something leaves the range of a float64 on its way.
    """
    require_parameter(linear, source, "shares by unit")
    with np.errstate(all="ignore"):  # what is not finite is found, and named
        ends = ends_of(linear, source, direction)
        whole = _by_unit(linear, ends, lambda _: True)
        carousel = _by_unit(linear, ends, lambda family: family.kind != "crossing")
    require_finite(source, whole, carousel)
    names = tuple(
        str(unit_name(text(linear.cell.name_of(head)), number, linear.shapes[head]))
        for head in ends[0].entering
        for number in range(prod(linear.shapes[head]))
    )
    return ByUnit(names, whole, carousel, unit, earlier=any(run.backward for run in linear.cell.runs))


def _by_unit(linear: Linearized, ends: Sequence[Ends], keeps: Callable[[Family], bool]) -> Array:
    """Return the shares by unit and distance of the paths along the edges that are kept."""
    return sum_of_near((_by_unit_of(linear, part, keeps), part.power) for part in ends)


def _by_unit_of(linear: Linearized, ends: Ends, keeps: Callable[[Family], bool]) -> Array:
    """Return those of one part, times 2 ** -power."""
    steps = linear.problem.steps
    found = {head: np.zeros((steps, prod(linear.shapes[head]))) for head in ends.entering}
    for step, first, adjoints in adjoints_by_exit(linear, ends.exits, keeps):
        apart = np.abs(np.arange(first, steps) - step)
        for head, tangents in ends.entering.items():
            flat = adjoints[head].reshape(len(apart), -1)
            np.add.at(found[head], apart, flat * tangents[step].reshape(-1))
    return np.concatenate([each.T for each in found.values()]) if found else np.zeros((0, steps))


def top_through(linear: Linearized, paths: UnitPathSet, units: Sequence[str], count: int) -> list[UnitPath]:
    """Return the leading paths that pass each of some units, each at some step; the largest first, as `top` ranks them.

    Parameters
    ----------
    linear, paths
        A problem, and its paths through single units.
    units
        Their names, whatever the step, of any quantity: `a[3]`, `S[0]`.

    Raises
    ------
    UnknownVertexError, UnknownNameError
        If there is no such quantity or unit.
    InputError
        If there are too many steps at which they could be passed.
    """
    names = {text(linear.cell.name_of(quantity)): linear.cell.name_of(quantity) for quantity in linear.families}
    problem = linear.problem
    steps = range(problem.first_step, problem.first_step + problem.steps)
    if len(steps) ** len(units) > _MOST_PLACES:
        raise InputError(
            f"too many ways: {len(units)} units at {len(steps):,} steps can be passed at {len(steps) ** len(units):,} "
            f"places (at most {_MOST_PLACES:,} are looked at)"
        )
    parts = [paths]
    for unit in units:
        name, bracket, index = unit.partition("[")
        if name not in names:
            raise UnknownNameError(describe_unknown("quantity of a unit", name, names))
        vertices = texts(names[name], steps)
        parts = [some for part in parts for vertex in vertices if (some := part.through(f"{vertex}{bracket}{index}"))]
    # Of a union the leading ones are the leading ones of its parts; a path may be in several of them.
    found = {path.vertices: path for part in parts for path in part.top(count) if isinstance(path, UnitPath)}
    whole = paths.facts.whole

    def rank(path: UnitPath) -> tuple[int, float, str]:
        # Where the gradient is zero there are no shares, and contributions rank.
        own = path.wide[0] if path.wide else widen(path.contribution)
        return *largest_first(whole.along(own)), str(path)

    return sorted(found.values(), key=rank)[:count]
