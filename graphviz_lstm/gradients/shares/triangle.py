"""How far back a gradient reaches, and along which route: its share by the step of entry and the step of the loss.

A path enters at the step at which it leaves its source, and exits at the step whose loss it reaches. The share of all
paths with one entry and one exit is exact: one reverse sweep for all exits at once, a row of adjoints each. The same
with the crossings cut tells the carousel's part from that through the gates.
"""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from graphviz_lstm.cells.expression import Parameter, Quantity
from graphviz_lstm.errors import InputError, NumberError
from graphviz_lstm.graph.careful import sum_of_near
from graphviz_lstm.graph.gradients import parts_back
from graphviz_lstm.graph.stepping import pull_at, push_all
from graphviz_lstm.graph.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from graphviz_lstm.gradients.shares.routes import Unit
    from graphviz_lstm.graph.families import Family, StepFactor
    from graphviz_lstm.graph.linearized import Linearized
    from graphviz_lstm.graph.maps import Array


@dataclass(frozen=True, slots=True, eq=False)
class Triangle:
    """Shares by entry and exit step; rows are entries, columns exits. Where the gradient is zero, contributions.

    Attributes
    ----------
    first_step
        The number that the first row and column bear.
    whole
        (steps, steps): the share of all paths that enter at one step and exit at another; sums to 1.
    carousel
        The same of the paths that cross no gate.
    gates
        Gate -> the same of the paths whose crossings are all into that gate, at least one.
    mixed
        The same of the paths that cross more than one gate.
    unit
        What the numbers are.
    earlier
        Whether paths may exit before the step at which they enter: where something runs backward in time.
    """

    first_step: int
    whole: Array
    carousel: Array
    gates: dict[str, Array]
    mixed: Array
    unit: Unit = "share"
    earlier: bool = False

    @property
    def crossing(self) -> Array:
        """The same of all paths that cross a gate."""
        return self.whole - self.carousel

    @property
    def steps(self) -> range:
        """The numbers that rows and columns bear."""
        return range(self.first_step, self.first_step + len(self.whole))

    @property
    def routes(self) -> dict[str, Array]:
        """Route -> its shares; together they are `whole`.

        A gate's route is called `gate a`; `mixed` crosses more than one.
        """
        gates = {f"gate {gate}": shares for gate, shares in self.gates.items()}
        return {"carousel": self.carousel, **gates, "mixed": self.mixed}

    def by_lag(self) -> Array:
        """Return the share of what exits 0, 1, 2, ... steps from where it entered: (steps,)."""
        return np.array([apart(self.whole, lag) for lag in range(len(self.whole))])

    def pairs(self, size: int) -> list[tuple[int, int]]:
        """Return the rows and columns of a square of so many where paths can be, of as many stretches of steps."""
        return [(row, column) for row in range(size) for column in range(size) if self.earlier or row <= column]

    def __repr__(self) -> str:
        """Return its size."""
        size = len(self.whole)
        return f"<Triangle of {size} x {size} {self.unit}s, by entry and exit>"

    def to_csv(self) -> str:
        """Return the records as CSV; every number reads back exactly."""
        stream = io.StringIO()
        writer = csv.DictWriter(stream, ["entry", "exit", self.unit, *self.routes], lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.records())
        return stream.getvalue()

    def to_dataframe(self) -> Any:
        """Return the records as a `pandas.DataFrame`; pandas must be installed."""
        import pandas as pd

        return pd.DataFrame(self.records(), columns=["entry", "exit", self.unit, *self.routes])

    def records(self) -> list[dict[str, float | int]]:
        """Return a record for each entry and each exit that it can have: what `unit` says, and that by route."""
        routes = self.routes
        return [
            {
                "entry": self.first_step + entry,
                "exit": self.first_step + leaving,
                self.unit: float(self.whole[entry, leaving]),
                **{route: float(shares[entry, leaving]) for route, shares in routes.items()},
            }
            for entry, leaving in self.pairs(len(self.whole))
        ]


def apart(shares: Array, lag: int) -> float:
    """Return the sum of what exits so many steps from where it enters, behind it or ahead.

    >>> apart(np.array([[1.0, 2.0], [4.0, 8.0]]), 0), apart(np.array([[1.0, 2.0], [4.0, 8.0]]), 1)
    (9.0, 6.0)
    """
    return float(np.trace(shares, lag) + (np.trace(shares, -lag) if lag else 0.0))


@one_thread()
def triangle_of(linear: Linearized, source: Parameter, direction: Array, *, unit: Unit = "share") -> Triangle:
    """Return the shares of a parameter's gradient by entry and exit.

    Parameters
    ----------
    direction
        In the source's shape, such that <gradient, direction> is 1; any other, for contributions along it.
    unit
        Which of both they are.

    Raises
    ------
    InputError
        If the source is not a parameter: nothing else enters at more than one step.
    NumberError
        If something leaves the range of a float64 on its way.
    """
    require_parameter(linear, source, "triangle")
    with np.errstate(all="ignore"):  # what is not finite is found, and named
        return _told(linear, source, direction, unit)


@one_thread()
def shares_by_lag(linear: Linearized, source: Parameter, direction: Array) -> Array:
    """Return what the triangle of all paths says by distance, (steps,): one sweep, where its routes take one each.

    Raises
    ------
    InputError, NumberError
        As `triangle_of`.
    """
    require_parameter(linear, source, "triangle")
    with np.errstate(all="ignore"):
        whole = _shares(linear, ends_of(linear, source, direction), lambda _: True)
    require_finite(source, whole)
    return np.array([apart(whole, lag) for lag in range(len(whole))])


def require_finite(source: Parameter, *shares: Array) -> None:
    """Refuse shares that are no numbers, or of which a sum or a difference would be none.

    Raises
    ------
    NumberError
        If one of them is none, or their sum without signs.
    """
    with np.errstate(all="ignore"):
        size = sum(float(np.abs(some).sum()) for some in shares)
    if not math.isfinite(size):
        raise NumberError(f"not a finite number: a share of dE/d{source.name} leaves the range of a float64 on its way")


def require_parameter(linear: Linearized, source: Parameter, what: str) -> None:
    """Refuse a source that is no parameter; `what` there is none of, in words.

    Raises
    ------
    InputError
        If it is none.
    """
    if not isinstance(source, Parameter) or source.name not in linear.problem.parameters:
        known = ", ".join(map(repr, list(linear.problem.parameters)[:3]))
        raise InputError(
            f"no {what} of {source.name!r}: only a parameter enters at more than one step (such as {known})"
        )


def _told(linear: Linearized, source: Parameter, direction: Array, unit: Unit) -> Triangle:
    ends = ends_of(linear, source, direction)
    gates = sorted({f.gate for families in linear.families.values() for f in families if f.kind == "crossing"})
    whole = _shares(linear, ends, lambda _: True)
    carousel = _shares(linear, ends, lambda family: family.kind != "crossing")
    # A crossing takes a step, so that what crosses twice exits two steps later: nearer there is nothing but rounding.
    forward, backward = (all(run.backward == way for run in linear.cell.runs) for way in (False, True))

    def beyond(shares: Array, steps: int) -> Array:
        if forward:
            return np.triu(shares, steps)
        return np.tril(shares, -steps) if backward else shares

    alone = {gate: beyond(_through(linear, ends, gate) - carousel, 1) for gate in gates}
    mixed = beyond(whole - carousel - sum(alone.values()), 2) if len(gates) > 1 else np.zeros(whole.shape)
    require_finite(source, whole, carousel, *alone.values(), mixed)
    return Triangle(linear.problem.first_step, whole, carousel, alone, mixed, unit, earlier=not forward)


def _through(linear: Linearized, ends: Sequence[Ends], gate: str | None) -> Array:
    """Return the shares of the paths that cross into one gate alone, or not at all."""
    return _shares(linear, ends, lambda family: family.kind != "crossing" or family.gate == gate)


class Ends(NamedTuple):
    """What is at both ends of paths, of a part of the losses; see `parts_back`.

    Attributes
    ----------
    entering, exits
        Quantity -> (steps, *shape): what a direction in the source gives its readers at each step, and what the losses
        give quantities.
    power
        Shares are 2 ** power times the products of both.
    """

    entering: Mapping[str, Array]
    exits: Mapping[str, Array]
    power: int


def ends_of(linear: Linearized, source: Parameter, direction: Array) -> list[Ends]:
    """Return what is at both ends of paths, in parts: shares are the sum of what they are of each."""
    return [_ends_of(linear, source, direction, exits, power) for exits, power in exits_of(linear)]


def _ends_of(linear: Linearized, source: Parameter, direction: Array, exits: Mapping[str, Array], power: int) -> Ends:
    near, left = paired(direction, power)
    everywhere = np.broadcast_to(near, (linear.problem.steps, *direction.shape))
    found: dict[str, Array] = {}
    for head, families in linear.families.items():
        for family in families:
            if family.tail == source:
                found[head] = found.get(head, 0.0) + push_all(family, everywhere)
    return Ends(found, exits, left)


def paired(direction: Array, power: int) -> tuple[Array, int]:
    """Return a direction that is to meet adjoints 2 ** power times smaller than they are: nearer to 1 by as much.

    It is not moved beyond 1: with it comes the power of two that is left.

    >>> paired(np.array([2.0**600]), -602), paired(np.array([2.0**-600]), 598), paired(np.array([0.5]), -700)
    ((array([0.5]), -1), (array([0.25]), 0), (array([0.5]), -700))
    """
    own = int(np.frexp(float(np.abs(direction).max(initial=0.0)))[1])
    shift = max(min(-own, 0), min(max(-own, 0), power))
    return np.ldexp(direction, shift), power - shift


def _shares(linear: Linearized, ends: Sequence[Ends], keeps: Callable[[Family], bool]) -> Array:
    """Return the shares by entry and exit of the paths along the edges that are kept."""
    return sum_of_near((_shares_of(linear, part, keeps), part.power) for part in ends)


def _shares_of(linear: Linearized, ends: Ends, keeps: Callable[[Family], bool]) -> Array:
    """Return those of one part, times 2 ** -power."""
    shares = np.zeros((linear.problem.steps, linear.problem.steps))
    for step, first, adjoints in adjoints_by_exit(linear, ends.exits, keeps):
        for head, tangents in ends.entering.items():
            flat = adjoints[head].reshape(len(adjoints[head]), -1)
            shares[step, first:] += flat @ tangents[step].reshape(-1)
    return shares


def adjoints_by_exit(
    linear: Linearized, exits: Mapping[str, Array], keeps: Callable[[Family], bool]
) -> Iterator[tuple[int, int, Mapping[str, Array]]]:
    """Yield each step, and what `exits` give quantities there along the edges that are kept, a row for each exit.

    Steps are counted from 0, the last first. With each comes the first exit that has a row; from it on all have one.
    """
    steps = linear.problem.steps
    readers: dict[str, list[tuple[str, int, tuple[StepFactor, ...]]]] = {name: [] for name in linear.families}
    for head, families in linear.families.items():
        for family in families:
            if isinstance(family.tail, Quantity) and family.tail.name in readers and keeps(family):
                readers[family.tail.name] += ((head, family.lag, term) for term in family.terms)
    order = list(reversed(list(linear.families)))
    if any(run.backward for run in linear.cell.runs):
        yield from _adjoints_of_runs(linear, readers, exits)
        return
    after: dict[str, Array] = {}
    for step in range(steps - 1, -1, -1):
        # Rows are the exits from this step on: what exits earlier cannot have come by here.
        rows = steps - step
        now: dict[str, Array] = {}
        for name in order:
            total = np.zeros((rows, *linear.shapes[name]))
            total[0] = exits[name][step]
            for head, lag, term in readers[name]:
                if not lag:
                    total += pull_at(term, step, now[head])
                elif step + lag < steps:
                    total[lag:] += pull_at(term, step + lag, after[head])
            now[name] = total
        yield step, step, now
        after = now


def _adjoints_of_runs(
    linear: Linearized,
    readers: dict[str, list[tuple[str, int, tuple[StepFactor, ...]]]],
    exits: Mapping[str, Array],
) -> Iterator[tuple[int, int, Mapping[str, Array]]]:
    """Yield the same where something runs backward: a row for each exit at every step, since each may lie ahead."""
    steps = linear.problem.steps
    found = {name: np.zeros((steps, steps, *linear.shapes[name])) for name in readers}
    for name, adjoints in exits.items():
        found[name][range(steps), range(steps)] = adjoints
    for run in reversed(linear.cell.runs):
        for step in reversed(run.steps(steps)):
            for equation in reversed(run.equations):
                for head, lag, term in readers[equation.quantity]:
                    if 0 <= step + lag < steps:
                        found[equation.quantity][step] += pull_at(term, step + lag, found[head][step + lag])
    for step in reversed(range(steps)):
        yield step, 0, {name: adjoints[step] for name, adjoints in found.items()}


def exits_of(linear: Linearized) -> Iterator[tuple[Mapping[str, Array], int]]:
    """Yield what the losses give quantities at each step, (steps, *shape), near 1, and the power; see `parts_back`."""
    return parts_back(linear.families, linear.losses, linear.shapes, linear.problem.steps)
