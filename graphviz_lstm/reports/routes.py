"""A gradient by route, for people and files; and two of one net, before and after, with what changed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError
from graphviz_lstm.gradients.shares.before_after import before_after, pooled, require_one_net
from graphviz_lstm.gradients.shares.routes import largest, routes_of, together
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.limits import all_digits, describe_count
from graphviz_lstm.paths.listing.table import rounded
from graphviz_lstm.reports.arrays import describe_amount
from graphviz_lstm.reports.columns import aligned
from graphviz_lstm.reports.parts import LEVEL_NAMES
from graphviz_lstm.reports.study import Study
from graphviz_lstm.reports.tables import csv_text, json_text
from graphviz_lstm.reports.words import NOTHING_TO_SHARE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from graphviz_lstm.gradients.shares.before_after import BeforeAfter, Of, Pair
    from graphviz_lstm.gradients.shares.routes import Route, Routes
    from graphviz_lstm.graph.evaluate import HasProblem

MOST_ROWS = 20
"""Of more routes the largest are told apart on a terminal, and the others together."""
_THROUGH, _ALL = "through gates, all", "all paths"


def routes_in(study: Study, *, by_units: bool = False) -> Routes:
    """Return the gradient of a study by route.

    At the level of quantities where the signs of paths are known there; else of single units, unless these take more
    than `memory`: then the parts are not known. `by_units` asks for single units at once.

    Raises
    ------
    NumberError
        If a sum leaves the range of a float64.
    """
    of_quantities = None if by_units else routes_of(study.paths)
    if of_quantities is not None and of_quantities.signed:
        return of_quantities
    try:
        return routes_of(study.unit_paths)
    except InputError:
        return of_quantities or routes_of(study.paths)


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Two gradients by route, and what they are of."""

    study: Study
    names: tuple[str, str]
    found: BeforeAfter


def changes_of(study: Study, after: Study | str | Path | HasProblem, of: Of = "contributions") -> Changes:
    """Return the gradient of a study by route, and what the same question finds in another example of the same net.

    Raises
    ------
    InputError
        If it is not of the same net.
    NumberError
        As `before_after`.
    """
    other = other_of(study, after)
    first, second = routes_in(study), routes_in(other)
    if first.level != second.level:
        # Of one level both: that at which more is known.
        first, second = routes_in(study, by_units=True), routes_in(other, by_units=True)
    return Changes(study, (study.problem.name, other.problem.name), before_after(first, second, of))


def other_of(study: Study, after: Study | str | Path | HasProblem) -> Study:
    """Return the same question to another example.

    Raises
    ------
    InputError
        If it is not of the same net.
    """
    other = (
        after if isinstance(after, Study) else Study(after, study.source, element=study.element, detail=study.detail)
    )
    require_one_net(study.problem, other.problem)
    return other.under(study.scheme) if study.scheme is not None and other.scheme is None else other


def routes_text(study: Study) -> str:
    """Return the gradient by route as a table that fits a terminal."""
    routes = routes_in(study)
    apart, others = largest(routes.rows, lambda row: row.mass, MOST_ROWS)
    shown = _share if routes.unit == "share" else partial(describe_amount, mass=routes.all.mass)
    rows = [["route", "paths", routes.unit, "positive", "negative"]]
    told = [(row.name, row) for row in apart]
    told += [(f"{len(others)} other routes", together(others))] if others else []
    for name, route in (*told, (_THROUGH, routes.crossing), (_ALL, routes.all)):
        parts = [_part(part, shown) for part in (route.positive, route.negative)]
        rows.append([name, describe_count(route.count), shown(route.net), *parts])
    head = f"{study.derivative} of {study.problem.name!r} by the gate that paths cross into, and how often:"
    nothing = [NOTHING_TO_SHARE] if routes.unit == "contribution" else []
    return "\n".join([*nothing, head, *aligned(rows, left=1), _signs(routes), ""])


def routes_json(study: Study) -> str:
    """Return the gradient by route as one JSON object."""
    routes = routes_in(study)
    content = {
        **_asked(study, routes),
        "example": study.problem.name,
        "unit": routes.unit,
        "routes": [_content(route) for route in routes.rows],
        "through_gates": _numbers(routes.crossing),
        "all": _numbers(routes.all),
    }
    return json_text(content)


def routes_csv(study: Study) -> str:
    """Return the gradient by route as CSV: a row for each route."""
    routes = routes_in(study)
    rows: list[list[Any]] = [["way", "gate", "crossings", "level", "count", routes.unit, "positive", "negative"]]
    for route in routes.rows:
        numbers = [_cell(part) for part in (route.net, route.positive, route.negative)]
        rows.append([route.way, route.gate, route.times, routes.level, all_digits(route.count), *numbers])
    return csv_text(rows)


def changes_text(changes: Changes) -> str:
    """Return two gradients by route as a table: before, after, and by how much the net is larger afterwards."""
    found = changes.found
    apart, others = largest(found.rows, lambda pair: pair.mass, MOST_ROWS)
    mass = max(found.all.before.mass, found.all.after.mass)
    shown = _share if found.of == "shares" else partial(describe_amount, mass=mass)
    rows = [["route", "before", "after", "change"]]
    told = [(pair.before.name, pair) for pair in apart]
    told += [(f"{len(others)} other routes", pooled(others))] if others else []
    for name, pair in (*told, (_THROUGH, found.crossing), (_ALL, found.all)):
        rows.append([name, *map(shown, (pair.before.net, pair.after.net, pair.change))])
    before, after = changes.names
    what = "shares of each one's own gradient" if found.of == "shares" else "contributions"
    head = f"{changes.study.derivative} by route: {before!r} before, {after!r} after ({what}):"
    along = ["Contributions are measured along each one's own gradient, whose length they add up to."] * found.along
    return "\n".join([head, *aligned(rows, left=1), *along, ""])


def changes_json(changes: Changes) -> str:
    """Return two gradients by route as one JSON object."""
    found = changes.found
    content = {
        **_asked(changes.study, found.before),
        "before": changes.names[0],
        "after": changes.names[1],
        "of": found.of,
        "along_each_gradient": found.along,
        "routes": [_change(pair) for pair in found.rows],
        "through_gates": _change(found.crossing, named=False),
        "all": _change(found.all, named=False),
    }
    return json_text(content)


def changes_csv(changes: Changes) -> str:
    """Return two gradients by route as CSV: a row for each route."""
    parts = ("net", "positive", "negative")
    head = ["way", "gate", "crossings", "level", "of"]
    head += [f"{name}_{when}" for when in ("before", "after") for name in parts]
    rows: list[list[Any]] = [[*head, "change"]]
    for pair in changes.found.rows:
        numbers = [_cell(getattr(route, part)) for route in (pair.before, pair.after) for part in parts]
        key = (pair.before.way, pair.before.gate, pair.before.times)
        rows.append([*key, changes.found.before.level, changes.found.of, *numbers, _cell(pair.change)])
    return csv_text(rows)


ROUTE_FORMATS: dict[str, Callable[[Study], str]] = {".txt": routes_text, ".json": routes_json, ".csv": routes_csv}
"""Suffix -> how a gradient by route is written."""
CHANGE_FORMATS: dict[str, Callable[[Changes], str]] = {
    ".txt": changes_text,
    ".json": changes_json,
    ".csv": changes_csv,
}
"""Suffix -> how two of them are."""


def _asked(study: Study, routes: Routes) -> dict[str, Any]:
    element = None if study.element is None else list(study.element)
    return {"source": study.source, "element": element, "level": routes.level}


def _content(route: Route) -> dict[str, Any]:
    return {"way": route.way, "gate": route.gate or None, "crossings": route.times, **_numbers(route)}


def _numbers(route: Route) -> dict[str, Any]:
    return {"count": route.count, "net": _told(route.net), **_parts(route)}


def _parts(route: Route) -> dict[str, float | None]:
    return {"positive": _told(route.positive), "negative": _told(route.negative)}


def _change(pair: Pair, *, named: bool = True) -> dict[str, Any]:
    route = pair.before
    key = {"way": route.way, "gate": route.gate or None, "crossings": route.times} if named else {}
    return {**key, "before": _numbers(pair.before), "after": _numbers(pair.after), "change": _told(pair.change)}


def _told(number: float | None) -> float | None:
    return None if number is None else rounded(number)


def _cell(number: float | None) -> float | str:
    return "" if number is None else float(number) + 0.0


def _part(part: float | None, shown: Callable[[float], str]) -> str:
    return "not known" if part is None else shown(part)


def _share(share: float) -> str:
    return format_share(share)


def _signs(routes: Routes) -> str:
    if not routes.signed:
        return "The positive and the negative part are not known: of so many paths of vectors they take listing."
    return f"Signs are those of paths through {LEVEL_NAMES[routes.level]}."
