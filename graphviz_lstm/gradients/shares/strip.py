"""Where in a long sequence a gradient comes from: its shares by step of entry, by crossings and by gate, from arrays.

The same shares as those of an annotated graph and of `group_by`, which are their oracle, by a few sweeps over arrays:
for ten thousand steps no graph is made, and no path set is grouped.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from graphviz_lstm.cells.expression import Parameter, Quantity
from graphviz_lstm.errors import NumberError
from graphviz_lstm.gradients.pathsets import place_of
from graphviz_lstm.gradients.shares.routes import whole_of
from graphviz_lstm.gradients.shares.triangle import exits_of, paired
from graphviz_lstm.graph.gradients import adjoints_from, flows_of, tangents_of
from graphviz_lstm.graph.stepping import pull_at, push_all
from graphviz_lstm.graph.sweeps import share_direction
from graphviz_lstm.paths.compiled.wide import shifted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.gradients.pathsets import Place
    from graphviz_lstm.gradients.shares.routes import Unit
    from graphviz_lstm.graph.families import Family, StepFactor
    from graphviz_lstm.graph.linearized import Linearized
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.paths import PathSet

Key = TypeVar("Key")

MOST_CROSSINGS = 10
"""More crossings than this are told together."""


@dataclass(frozen=True, slots=True)
class StripShares:
    """The shares of a gradient that the strip shows; contributions where it is zero, so that there is nothing to share.

    Attributes
    ----------
    source, steps
        What it is the gradient by, and over how many steps.
    by_entry
        Step -> the share that enters there: the flows of the source's own edges.
    by_crossings
        Number of crossings -> the share of the paths with so many.
    by_gate
        Gate -> the flow over all crossings into it; a path that crosses twice is in it twice.
    unit
        What the numbers are.
    whole
        What a share is a part of: the derivative by the entry that is looked at, or the gradient's length.
    texts
        Step -> what is read there, for readers, where the problem has texts.
    """

    source: str
    steps: int
    by_entry: dict[int, float]
    by_crossings: dict[str, float]
    by_gate: dict[str, float]
    unit: Unit = "share"
    whole: float = 1.0
    texts: dict[int, str] = field(default_factory=dict)

    @property
    def crossing(self) -> float:
        """What goes through gates, each path once."""
        return math.fsum(share for times, share in self.by_crossings.items() if times != "0")

    @property
    def overlaps(self) -> bool:
        """Whether a path crosses twice, so that it counts more than once by gate."""
        return any(times not in ("0", "1") for times in self.by_crossings)


def strip_shares(linear: Linearized, paths: PathSet) -> StripShares:
    """Return the shares of a strip, of the paths from a source to E.

    Parameters
    ----------
    paths
        Those of `paths_of(linear, source)`.

    Raises
    ------
    NumberError
        If an adjoint is not finite.

    Examples
    --------
    >>> from graphviz_lstm.gradients.pathsets import paths_of
    >>> from graphviz_lstm.graph.linearized import linearize
    >>> from graphviz_lstm.problems import load_example
    >>> linear = linearize(load_example("gomez").problem)
    >>> shares = strip_shares(linear, paths_of(linear, "W_A", element=(0, 0)))
    >>> {times: round(100 * share, 2) for times, share in shares.by_crossings.items()}
    {'0': 89.86, '1': 10.14}
    """
    source = str(paths.source)
    place = place_of(linear, source)
    # Summed over the paths a gradient of zero is exactly that, where a sweep may leave rounding.
    is_zero = math.isnan(paths.share)
    total = np.asarray(paths.total)
    direction = (
        np.asarray(paths.facts.whole.direction)
        if is_zero
        else share_direction(source, total, paths.element, is_zero=False)
    )
    with np.errstate(all="ignore"):  # what is not finite is found, and named
        found = [_shares(linear, source, place, direction, exits, power) for exits, power in exits_of(linear)]
    shares = replace(
        reduce(_together, found),
        unit="contribution" if is_zero else "share",
        whole=whole_of(total, paths.element),
    )
    # What of it is told together, too.
    parts = (shares.by_entry.values(), shares.by_crossings.values(), shares.by_gate.values())
    if not all(math.isfinite(sum(abs(float(part)) for part in some)) for some in parts):
        raise NumberError(
            f"not a finite number: a share of what goes through {source!r} (the gradient grows too large)"
        )
    return shares


def _times(shares: Mapping[Key, float], power: int) -> dict[Key, float]:
    """Return shares times 2 ** power."""
    return {key: float(shifted(share, power)) for key, share in shares.items()}


def _together(one: StripShares, other: StripShares) -> StripShares:
    """Return the shares of two parts of the losses, added up."""
    return replace(
        one,
        by_entry=_added(one.by_entry, other.by_entry),
        by_crossings=_added(one.by_crossings, other.by_crossings),
        by_gate=_added(one.by_gate, other.by_gate),
    )


def _added(shares: Mapping[Key, float], others: Mapping[Key, float]) -> dict[Key, float]:
    return {key: share + others[key] for key, share in shares.items()}


def _shares(
    linear: Linearized, source: str, place: Place, direction: Array, exits: Mapping[str, Array], power: int
) -> StripShares:
    """Return the shares of a part of the losses, which give quantities 2 ** power times these `exits`."""
    adjoints = adjoints_from(linear, exits)
    _require_finite(adjoints)
    near, left = paired(direction, power)
    entering = _entering(linear, place, near)
    crossings = _by_crossings(linear, place, near, entering, exits)
    named = {str(k) if k <= MOST_CROSSINGS else f"{k} or more": share for k, share in crossings.items()}
    return StripShares(
        source=source,
        steps=linear.problem.steps,
        by_entry=_times(_by_entry(linear, entering, adjoints), left),
        by_crossings=_times(named, left),
        by_gate=_times(_by_gate(linear, place, near, adjoints), left),
        texts=dict(enumerate(linear.problem.texts, start=linear.problem.first_step)),
    )


def _require_finite(adjoints: Mapping[str, Array]) -> None:
    for name, values in adjoints.items():
        if not np.isfinite(values).all():
            raise NumberError(f"not a finite number: an adjoint of {name!r} is not (the gradient grows too large)")


class _Entry(NamedTuple):
    """A family of the source's own edges: what it makes of the direction, (steps, *shape), and at which steps it is."""

    family: Family
    pushed: Array
    steps: range


def _entering(linear: Linearized, place: Place, direction: Array) -> list[_Entry]:
    """Return the source's own edges."""
    (name, when), steps = place, linear.problem.steps
    found = []
    for families in linear.families.values():
        for family in families:
            if family.tail.name != name:
                continue
            there = range(steps) if when is None else range(max(0, when + family.lag), when + family.lag + 1)
            if there and there[0] < steps:
                # Of a parameter, which may be a large matrix, no copy for each step.
                tails = np.broadcast_to(direction, (steps, *direction.shape))
                if when is not None:
                    tails = np.zeros(tails.shape)
                    tails[there[0]] = direction
                found.append(_Entry(family, push_all(family, tails), there))
    return found


def _by_entry(linear: Linearized, entering: list[_Entry], adjoints: Mapping[str, Array]) -> dict[int, float]:
    """Return step -> the flow of the source's own edges there."""
    shares: dict[int, float] = {}
    for family, pushed, steps in entering:
        heads = adjoints[family.head]
        flows = (pushed * heads).reshape(len(heads), -1).sum(axis=1)
        for step in steps:
            number = linear.problem.first_step + step
            shares[number] = shares.get(number, 0.0) + float(flows[step])
    return dict(sorted(shares.items()))


def _by_gate(linear: Linearized, place: Place, direction: Array, adjoints: Mapping[str, Array]) -> dict[str, float]:
    """Return gate -> the flow over all crossings into it."""
    name, when = place
    reference = Parameter(name) if when is None else Quantity(name)
    tangents = tangents_of(linear, reference, when, direction)
    shares: dict[str, float] = {}
    for head, families in linear.families.items():
        for family in families:
            if family.kind == "crossing":
                before = np.zeros((1, *family.tail_shape))
                if family.tail.name == name and when in (-1, linear.problem.steps):
                    before[0] = direction
                rows = tangents.quantities[family.tail.name]
                tails = np.concatenate([before, rows[:-1]] if family.lag > 0 else [rows[1:], before])
                flow = float(flows_of(family, tails, adjoints[head]).sum())
                shares[head] = shares.get(head, 0.0) + flow
    return shares


class _Read(NamedTuple):
    """One place at which a quantity is read: by what, how many steps later, whether that crosses, and how."""

    head: str
    lag: int
    crosses: bool
    term: tuple[StepFactor, ...]


def _by_crossings(
    linear: Linearized, place: Place, direction: Array, entering: list[_Entry], exits: Mapping[str, Array]
) -> dict[int, float]:
    """Return number of crossings -> share, by one reverse sweep with a row of adjoints for each number."""
    classes, steps = MOST_CROSSINGS + 2, linear.problem.steps
    readers = _readers(linear)
    counted = {(loss.term.quantity, row) for loss in linear.losses for row in loss.rows}
    found = _Found(np.zeros(classes), 0)
    met_at: list[dict[str, _Found]] = [{} for _ in range(steps)]
    runs = linear.cell.runs
    for run in reversed(runs):
        own = [equation.quantity for equation in reversed(run.equations)]
        for step in reversed(run.steps(steps)):
            now = met_at[step]
            for name in own:
                rows, met = np.zeros((classes, *linear.shapes[name])), 0
                if (name, step) in counted:
                    rows[0], met = exits[name][step], 1
                now[name] = _read_at(readers[name], met_at, step, _Found(rows, met))
            if place[1] == step and place[0] in now:
                rows, met = now[place[0]]
                return _Found(rows.reshape(classes, -1) @ direction.reshape(-1), met).shares()
            for family, pushed, there in entering:
                if step in there and family.head in own:
                    heads, met = now[family.head]
                    shares = heads.reshape(classes, -1) @ pushed[step].reshape(-1)
                    entered = _Found(shares, met)
                    entered = entered.crossed() if family.kind == "crossing" else entered
                    found = _Found(found.rows + entered.rows, found.met | entered.met)
            after = step - 1 if run.backward else step + 1
            if len(runs) == 1 and 0 <= after < steps:
                met_at[after] = {}
    return found.shares()


def _read_at(reading: list[_Read], met_at: list[dict[str, _Found]], step: int, found: _Found) -> _Found:
    """Return what a quantity has of its own, and what its readers give it."""
    rows, met = found
    # What comes over crossings is added up before it moves on by one, all of it together.
    over: _Found | None = None
    for head, lag, crosses, term in reading:
        if 0 <= step + lag < len(met_at):
            heads, behind = met_at[step + lag][head]
            pulled = pull_at(term, step + lag, heads)
            if crosses:
                over = _Found(pulled, behind) if over is None else _Found(over.rows + pulled, over.met | behind)
            else:
                rows += pulled
                met |= behind
    if over is None:
        return _Found(rows, met)
    moved = over.crossed()
    return _Found(rows + moved.rows, met | moved.met)


class _Found(NamedTuple):
    """By number of crossings: a row for each, the last for all above, and which of them occur, a bit for each."""

    rows: Array
    met: int

    def crossed(self) -> _Found:
        """Return the same behind a crossing."""
        rows = np.empty_like(self.rows)
        rows[0], rows[1:] = 0.0, self.rows[:-1]
        rows[-1] += self.rows[-1]
        return _Found(rows, (self.met << 1 | self.met & 1 << len(rows) - 1) & (1 << len(rows)) - 1)

    def shares(self) -> dict[int, float]:
        """Return number of crossings -> share, for the numbers that occur."""
        return {k: float(share) for k, share in enumerate(self.rows) if self.met >> k & 1}


def _readers(linear: Linearized) -> dict[str, list[_Read]]:
    """Return by quantity what reads it, the last equation first: adjoints are complete before they are read."""
    readers: dict[str, list[_Read]] = {name: [] for name in reversed(list(linear.families))}
    for head, families in linear.families.items():
        for family in families:
            if isinstance(family.tail, Quantity) and family.tail.name in readers:
                crosses = family.kind == "crossing"
                readers[family.tail.name] += (_Read(head, family.lag, crosses, term) for term in family.terms)
    return readers
