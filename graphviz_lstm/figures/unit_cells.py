"""Units and distances as a heat map: a row for each unit where paths enter, a column for each number of steps back.

Tints and hatching are those of the triangle; rows stand by their size, and of many units the smallest are one row.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.figures.bars import NOTHING, axis_label, legend_of, numbers_for, rounded_up
from graphviz_lstm.figures.plots import SMALL, Plot, PlotLook, folded, text_of
from graphviz_lstm.figures.triangle import BLANK, MOST_CELLS, cell_look, tints_shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.figures.choices import LayoutName, ThemeName
    from graphviz_lstm.figures.theme import Theme
    from graphviz_lstm.gradients.shares.by_unit import ByUnit
    from graphviz_lstm.gradients.shares.routes import Unit
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.notation.signed import Numbers

MOST_UNITS = 24
"""Of more units the smallest are one row."""
_MOST_TICKS: Mapping[LayoutName, int] = {"wide": 20, "narrow": 10}
_NAME, _UNIT = 30, 14
_WORDS = {"all": "all paths", "carousel": "paths along the carousel alone", "gates": "paths through gates"}


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """What is drawn: (rows, columns) of sums, what rows and columns are called, how many steps are one column."""

    sums: Array
    units: tuple[str, ...]
    columns: tuple[str, ...]
    width: int
    unit: Unit
    words: str


def units_plot(
    by_unit: ByUnit,
    derivative: str,
    name: str,
    whole: float,
    *,
    route: str = "all",
    layout: LayoutName = "wide",
    theme: ThemeName = "auto",
    look: PlotLook | None = None,
) -> Plot:
    """Return the plot of shares by unit and distance.

    Parameters
    ----------
    derivative, name, whole
        Of what, in words, of which example, and what a share is a part of.
    route
        Which paths: one of `by_unit.routes`.
    """
    rows = _rows(by_unit, route, layout)
    numbers = numbers_for(rows.sums.ravel().tolist(), by_unit.unit, whole)
    title = f"{derivative} of {text_of(name, _NAME)!r}, {_WORDS[route]}: by the unit where they enter"
    largest = float(np.max(np.abs(rows.sums), initial=0.0))
    notes = [NOTHING] if by_unit.unit == "contribution" else []
    notes.append(f"Blank: less than {numbers.told(BLANK * largest).lstrip('+<')}.")
    notes.append(f"At the right the sum of each row: {axis_label(numbers, by_unit.unit, derivative)}.")
    if rows.width > 1:
        notes.append(f"{rows.width} steps are one column.")
    left = len(by_unit.names) - MOST_UNITS
    if left > 0:
        notes.append(f"The last row is the sum of the {left + 1} smallest units.")
    all_of_it = rows.sums.sum(axis=1).tolist()
    told = "; ".join(f"{unit}: {numbers.told(share)}" for unit, share in zip(rows.units, all_of_it, strict=True))
    fill = partial(_fill, rows, numbers, (title, " ".join(notes)), layout)
    height = 1.7 + 0.2 * len(rows.units) + (0.2 if layout == "narrow" else 0.0)
    return Plot(title, f"{told}. {' '.join(notes)}", fill, layout, height, theme, look or PlotLook(), mixed=True)


def _rows(by_unit: ByUnit, route: str, layout: LayoutName) -> _Rows:
    steps = by_unit.whole.shape[1]
    width = rounded_up(steps / MOST_CELLS[layout])
    starts = list(range(0, steps, width))
    sums = np.add.reduceat(by_unit.routes[route], starts, axis=1)
    order = list(by_unit.largest)
    names = [text_of(by_unit.names[row], _UNIT) for row in order]
    sums = sums[order]
    if len(order) > MOST_UNITS:
        sums = np.vstack([sums[: MOST_UNITS - 1], sums[MOST_UNITS - 1 :].sum(axis=0)])
        names = [*names[: MOST_UNITS - 1], "others"]
    words = "steps between entry and loss" if by_unit.earlier else "steps back from the loss to where they enter"
    return _Rows(sums, tuple(names), tuple(map(str, starts)), width, by_unit.unit, words)


def _fill(
    rows: _Rows, numbers: Numbers, texts: tuple[str, str], layout: LayoutName, figure: Any, colours: Theme
) -> None:
    from matplotlib.patches import Rectangle

    title, notes = texts
    axes = figure.add_subplot()
    largest = float(np.max(np.abs(rows.sums), initial=0.0))
    for (row, column), share in np.ndenumerate(rows.sums):
        look = cell_look(colours, float(share), abs(float(share)) / largest if largest else 0.0)
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1.0, 1.0, **look))
    each = rounded_up(len(rows.columns) / _MOST_TICKS[layout])
    places = list(range(0, len(rows.columns), each))
    axes.set_xticks(places, [rows.columns[k] for k in places])
    axes.set_yticks(range(len(rows.units)), rows.units)
    axes.set_xlim(-0.5, len(rows.columns) - 0.5)
    axes.set_ylim(len(rows.units) - 0.5, -0.5)
    axes.set_xlabel(rows.words)
    axes.set_ylabel("unit")
    for row, share in enumerate(rows.sums.sum(axis=1).tolist()):
        axes.annotate(
            numbers.text(share), (1.0, row), (4.0, 0.0), xycoords=("axes fraction", "data"),
            textcoords="offset points", va="center", fontsize=SMALL,
        )  # fmt: skip
    axes.tick_params(length=0.0, labelsize=SMALL)
    axes.set_facecolor(colours.page)
    for side in axes.spines.values():
        side.set_visible(False)
    figure.suptitle(folded(title, figure.get_figwidth()))
    columns = 1 if layout == "narrow" else None
    legend_of(figure, tints_shown(colours, rows.unit, numbers, largest), notes, columns=columns)
