"""Two gradients of one net by route, on one scale: before a change of its numbers, and after."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from graphviz_lstm.errors import InputError, NumberError, describe_unknown
from graphviz_lstm.gradients.shares.routes import Route, in_order, together

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphviz_lstm.gradients.shares.routes import Routes, Way
    from graphviz_lstm.problems import Problem

Of = Literal["contributions", "shares"]


@dataclass(frozen=True, slots=True)
class Pair:
    """The paths of one class, or of some together: before and after."""

    before: Route
    after: Route

    @property
    def change(self) -> float:
        """By how much the net is larger afterwards."""
        return self.after.net - self.before.net

    @property
    def mass(self) -> float:
        """The larger of both, without signs."""
        return max(self.before.mass, self.after.mass)


@dataclass(frozen=True, slots=True, eq=False)
class BeforeAfter:
    """Two gradients of one net by route.

    Attributes
    ----------
    before, after
        Each by itself.
    of
        `"contributions"`: numbers are in the derivative's own unit; `"shares"`: parts of each one's own gradient.
    rows
        A pair for each route that either takes.
    """

    before: Routes
    after: Routes
    of: Of
    rows: tuple[Pair, ...]

    @property
    def along(self) -> bool:
        """Whether contributions of several entries are measured along each one's own gradient."""
        return self.of == "contributions" and self.before.entries > 1

    @property
    def all(self) -> Pair:
        """All paths."""
        return pooled(self.rows)

    @property
    def crossing(self) -> Pair:
        """All paths through a gate."""
        return pooled(pair for pair in self.rows if pair.before.times)


def pooled(pairs: Iterable[Pair]) -> Pair:
    """Return some pairs as one."""
    found = tuple(pairs)
    return Pair(together(pair.before for pair in found), together(pair.after for pair in found))


def before_after(before: Routes, after: Routes, of: Of = "contributions") -> BeforeAfter:
    """Return two gradients by route as pairs.

    Raises
    ------
    InputError
        If `of` is neither.
    NumberError
        If one of them is zero, so that there is no share, or nothing along which several entries are measured; or if a
        contribution leaves the range of a float64.
    """
    if of not in get_args(Of):
        raise InputError(describe_unknown("unit", of, get_args(Of)))
    zero = [word for word, routes in (("before", before), ("after", after)) if routes.unit == "contribution"]
    if zero and of == "shares":
        raise NumberError(f"zero gradient: {' and '.join(zero)} there is nothing to share (take contributions)")
    if len(zero) == 1 and before.entries > 1:
        raise NumberError(
            f"zero gradient: {zero[0]} there is no direction in which to measure {before.entries} entries together "
            "(look at one of them)"
        )
    rows = [routes.rows if of == "shares" else routes.contributions() for routes in (before, after)]
    for word, some in zip(("before", "after"), rows, strict=True):
        if not all(
            math.isfinite(part) for row in some for part in (row.net, row.positive, row.negative) if part is not None
        ):
            raise NumberError(f"not a finite number: a contribution {word} leaves the range of a float64 (take shares)")
    # A change is a difference, and what is told together is a sum.
    if not math.isfinite(sum(row.mass for some in rows for row in some)):
        raise NumberError(
            "not a finite number: contributions before and after together leave the range of a float64 (take shares)"
        )
    first, second = ({row.key: row for row in some} for some in rows)
    order = in_order(
        {**first, **second}, {gate: k for k, gate in enumerate(dict.fromkeys((*before.gates, *after.gates)))}
    )
    pairs = tuple(Pair(first.get(key, _none(key)), second.get(key, _none(key))) for key in order)
    return BeforeAfter(before, after, of, pairs)


def require_one_net(before: Problem, after: Problem) -> None:
    """Refuse two problems that are not of one net: of the same equations, with parameters of the same shapes.

    Raises
    ------
    InputError
        If they differ: the line names the first difference.
    """
    difference = _difference(before, after)
    if difference:
        raise InputError(f"not one net: {difference}")


def _difference(before: Problem, after: Problem) -> str:
    here, there = ({each.quantity: each for each in problem.cell.equations} for problem in (before, after))
    for one, other, word in ((here, there, "before"), (there, here, "after")):
        for quantity in one:
            if quantity not in other:
                return f"only {word} there is a quantity {quantity!r}"
    for quantity, equation in here.items():
        if equation != there[quantity]:
            return f"quantity {quantity!r} is computed in another way after"
    functions, others = before.cell.activations, after.cell.activations
    for name in (*functions, *(name for name in others if name not in functions)):
        if functions.get(name) != others.get(name):
            return f"{name!r} is {functions.get(name)!r} before and {others.get(name)!r} after"
    for name, array in before.parameters.items():
        shape, other_shape = array.shape, after.parameters[name].shape
        if shape != other_shape:
            return f"parameter {name!r} has shape {shape} before and {other_shape} after"
    return ""


def _none(key: tuple[Way, str, int]) -> Route:
    return Route(*key, 0, 0.0, 0.0, 0.0)
