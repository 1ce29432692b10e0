"""Which units carry a gradient, for people and files: table, JSON, CSV and heat map; leading paths through units."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.figures.options import require_known
from graphviz_lstm.figures.plots import plot_look_of
from graphviz_lstm.figures.unit_cells import units_plot
from graphviz_lstm.gradients.shares.by_unit import top_through
from graphviz_lstm.gradients.shares.routes import whole_of
from graphviz_lstm.paths import format_share
from graphviz_lstm.paths.listing.table import rounded
from graphviz_lstm.reports.arrays import describe_amount
from graphviz_lstm.reports.columns import aligned
from graphviz_lstm.reports.fold import LINE, fold
from graphviz_lstm.reports.spread import lags_of, range_text
from graphviz_lstm.reports.tables import json_text
from graphviz_lstm.reports.words import NOTHING_TO_SHARE

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.figures.choices import LayoutName, ThemeName
    from graphviz_lstm.figures.plots import Plot
    from graphviz_lstm.gradients.shares.by_unit import ByUnit
    from graphviz_lstm.paths import UnitPath
    from graphviz_lstm.reports.study import Study

NEXT_TO_NOTHING = 5e-4
"""A smaller share shows no digit in the table; CSV and JSON have all of them."""
MOST_ROWS = 12
"""A table has so many units, the largest first; what the others come to is one row."""


@dataclass(frozen=True, slots=True, eq=False)
class UnitsTold:
    """What is told of units.

    Attributes
    ----------
    study
        Whose gradient.
    route
        Which paths: `all`, along the `carousel` alone, or through `gates`.
    through
        Units that the leading paths pass, each at some step.
    top
        So many leading paths through single units; 0: none.
    """

    study: Study
    route: str = "all"
    through: tuple[str, ...] = ()
    top: int = 0

    @property
    def by_unit(self) -> ByUnit:
        """The shares."""
        return self.study.by_unit

    @property
    def paths(self) -> list[UnitPath]:
        """The leading paths, the largest |share| first."""
        if not self.top:
            return []
        return top_through(self.study.linear, self.study.unit_paths, self.through, self.top)


def units_text(told: UnitsTold) -> str:
    """Return the shares by unit and distance as a table that fits a terminal, and the leading paths."""
    by_unit = told.by_unit
    shares = by_unit.routes[told.route]
    amount = partial(describe_amount, mass=float(np.abs(by_unit.whole).sum()))
    brief = _brief if by_unit.unit == "share" else amount
    lags = lags_of(shares.shape[1])
    rows = [["enters in", *(range_text(part, 0) for part in lags), "all", "carousel"]]

    def row(name: str, own: Any, carousel: Any) -> list[str]:
        parts = [float(own[part.start : part.stop].sum()) for part in lags]
        return [name, *map(brief, parts), brief(float(own.sum())), brief(float(carousel.sum()))]

    order = list(by_unit.largest)
    rows += [row(by_unit.names[k], shares[k], by_unit.carousel[k]) for k in order[:MOST_ROWS]]
    if left := order[MOST_ROWS:]:
        rows.append(row(f"{len(left)} others", shares[left].sum(axis=0), by_unit.carousel[left].sum(axis=0)))
    rows.append(row("all", shares.sum(axis=0), by_unit.carousel.sum(axis=0)))
    which = {"all": "", "carousel": ", along the carousel alone", "gates": ", through gates"}[told.route]
    far = "between entry and loss" if by_unit.earlier else "from there to the loss"
    nothing = [] if by_unit.unit == "share" else [NOTHING_TO_SHARE]
    head = f"{told.study.derivative} of {told.study.problem.name!r}{which}"
    head += f", by the unit where it enters and the steps {far}:"
    return "\n".join([*nothing, head, *aligned(rows, left=1), "", *_paths_text(told)])


def _paths_text(told: UnitsTold) -> list[str]:
    if not told.top:
        return []
    through = f" through {' and '.join(told.through)}" if told.through else ""
    graph = told.study.graph
    lines = [f"  {format_share(path.share):>9}  {fold(path, graph, width=LINE)}" for path in told.paths]
    return [f"Leading paths{through}, unit by unit:", *(lines or ["  none"]), ""]


def units_json(told: UnitsTold) -> str:
    """Return the shares as one JSON object: rows are units, columns steps."""
    by_unit = told.by_unit
    content: dict[str, Any] = {
        "example": told.study.problem.name,
        "source": told.study.source,
        "element": None if told.study.element is None else list(told.study.element),
        "units": list(by_unit.names),
        by_unit.unit: [list(map(rounded, row)) for row in by_unit.whole.tolist()],
        "carousel": [list(map(rounded, row)) for row in by_unit.carousel.tolist()],
        "through": list(told.through),
        "paths": [{"share": rounded(path.share), "units": list(map(str, path.vertices))} for path in told.paths],
    }
    return json_text(content)


def units_csv(told: UnitsTold) -> str:
    """Return a row for each unit and distance; every number reads back exactly."""
    return told.by_unit.to_csv()


UNIT_FORMATS: dict[str, Callable[[UnitsTold], str]] = {".txt": units_text, ".json": units_json, ".csv": units_csv}
"""Suffix -> how shares by unit are written."""


def plot_units(told: UnitsTold, *, layout: LayoutName = "wide", theme: ThemeName = "light", **looks: object) -> Plot:
    """Return the shares by unit and distance as a heat map.

    Parameters
    ----------
    layout, theme, looks
        As in `plot`.

    Raises
    ------
    InputError
        If one of them cannot be.
    """
    require_known({"theme": theme, "layout": layout})
    look = plot_look_of(looks, None, "view 'units'")
    study = told.study
    whole = whole_of(np.asarray(study.paths.total), study.element)
    words = (study.derivative, study.problem.name, whole)
    return units_plot(told.by_unit, *words, route=told.route, layout=layout, theme=theme, look=look)


def _brief(share: float) -> str:
    """Return a share of many in a table; what shows no digit there takes no more room than nothing.

    >>> _brief(0.2653), _brief(0.0), _brief(-4e-4)
    ('+26.5 %', '0 %', '~0 %')
    """
    return f"{round(100.0 * share, 1):+g} %" if abs(share) >= NEXT_TO_NOTHING else "~0 %" if share else "0 %"
