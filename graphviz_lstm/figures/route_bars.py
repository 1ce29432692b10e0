"""A gradient by route, as bars: through which gate and how often; and two of them, before and after, on one scale."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from graphviz_lstm.figures.bars import (
    NOTHING,
    Bar,
    axis_label,
    draw_rows,
    legend_of,
    numbers_for,
    signs_shown,
    words_of,
)
from graphviz_lstm.figures.plots import Plot, PlotLook, folded, text_of
from graphviz_lstm.gradients.shares.before_after import pooled
from graphviz_lstm.gradients.shares.routes import largest, together
from graphviz_lstm.paths.listing.limits import describe_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.choices import LayoutName, ThemeName
    from graphviz_lstm.figures.theme import Theme
    from graphviz_lstm.gradients.shares.before_after import BeforeAfter
    from graphviz_lstm.gradients.shares.routes import Route, Routes, Unit
    from graphviz_lstm.notation.signed import Numbers

MOST_ROWS, MOST_PAIRS = 14, 8
"""Of more routes the largest are told apart, and the others together."""
NAME = 30
"""So many characters of an example's name."""
THROUGH, ALL = "through gates, all", "all paths"
_BEFORE, _AFTER = "before", "after"
_SIGNS = {"quantity": "Signs are those of single paths.", "unit": "Signs are those of paths through single units."}
_UNKNOWN = "Of so many paths of vectors the positive and the negative part are not known: each bar is a net."


def routes_plot(
    routes: Routes,
    derivative: str,
    name: str,
    *,
    layout: LayoutName = "wide",
    theme: ThemeName = "auto",
    look: PlotLook | None = None,
) -> Plot:
    """Return the plot of a gradient by route: for each what adds, what takes away, and what both make.

    Parameters
    ----------
    derivative, name
        Of what, in words, and of which example.
    """
    apart, others = largest(routes.rows, lambda row: row.mass, MOST_ROWS)
    bars = [_bar(row, row.name) for row in apart]
    bars += [_bar(together(others), _others(len(others)))] if others else []
    sums = [_bar(routes.crossing, THROUGH), _bar(routes.all, ALL)]
    values = [part for bar in (*bars, *sums) for part in (bar.positive, bar.negative)]
    numbers = numbers_for(values, routes.unit, routes.whole)
    title = f"{derivative} of {text_of(name, NAME)!r}, {_paths(routes.all.count)}: by gate and crossings"
    note = f"{NOTHING} {_signs(routes)}" if routes.unit == "contribution" else _signs(routes)
    texts = (title, axis_label(numbers, routes.unit, derivative), note)
    bare = _plot([[bar] for bar in bars], [[bar] for bar in sums], numbers, routes.unit, texts, layout)
    return replace(bare, theme=theme, look=look or PlotLook())


def before_after_plot(
    found: BeforeAfter,
    derivative: str,
    names: tuple[str, str],
    *,
    layout: LayoutName = "wide",
    theme: ThemeName = "auto",
    look: PlotLook | None = None,
) -> Plot:
    """Return the plot of two gradients of one net by route: two rows for each route, all on one scale."""
    apart, others = largest(found.rows, lambda pair: pair.mass, MOST_PAIRS)
    pairs = {pair.before.name: pair for pair in apart}
    pairs |= {_others(len(others)): pooled(others)} if others else {}
    sums = {THROUGH: found.crossing, ALL: found.all}
    groups, last = (
        [[_bar(pair.before, f"{name}: {_BEFORE}"), _bar(pair.after, _AFTER)] for name, pair in some.items()]
        for some in (pairs, sums)
    )
    values = [part for group in (*groups, *last) for bar in group for part in (bar.positive, bar.negative)]
    unit: Unit = "share" if found.of == "shares" else "contribution"
    numbers = numbers_for(values, unit, 1.0)
    label = axis_label(numbers, "contribution", derivative)
    if unit == "share":
        label = "share of each one's own gradient" + (", %" if numbers.percent else f", parts{numbers.times}")
    notes = ["All bars are on one scale.", _signs(found.before)]
    if found.along:
        notes.append("Contributions are measured along each one's own gradient; all paths make up its length.")
    first, second = (text_of(name, NAME) for name in names)
    title = f"{derivative} by gate and crossings: before in {first!r}, after in {second!r}"
    bare = _plot(groups, last, numbers, unit, (title, label, " ".join(notes)), layout)
    return replace(bare, theme=theme, look=look or PlotLook())


def _plot(
    groups: Sequence[Sequence[Bar]],
    sums: Sequence[Sequence[Bar]],
    numbers: Numbers,
    unit: Unit,
    texts: tuple[str, str, str],
    layout: LayoutName,
) -> Plot:
    """Return the plot of rows in groups, sums apart below them; `texts` are the title, the axis and the note."""
    bars, places, place = [], [], 0.0
    for group in (*groups, *sums):
        # Between groups of two there is room, and above the sums.
        place += 0.35 * (len(group) > 1) + 0.35 * (group is sums[0])
        for bar in group:
            bars.append(bar)
            places.append(round(place, 2))
            place += 1.0
    sign = " %" if numbers.percent else numbers.times
    told = "; ".join(f"{bar.name}: {words_of(bar, numbers)}{sign}" for bar in bars)
    each = 0.2 if layout == "wide" else 0.34
    fill = partial(_fill, tuple(bars), tuple(places), numbers, unit, texts, layout)
    return Plot(texts[0], f"{told}. {texts[2]}", fill, layout, 1.5 + each * (place + 0.5))


def _fill(
    bars: Sequence[Bar],
    places: Sequence[float],
    numbers: Numbers,
    unit: Unit,
    texts: tuple[str, str, str],
    layout: LayoutName,
    figure: Any,
    colours: Theme,
) -> None:
    title, label, note = texts
    axes = figure.add_subplot()
    draw_rows(axes, bars, places, numbers, colours, above=layout == "narrow")
    axes.set_xlabel(label)
    figure.suptitle(folded(title, figure.get_figwidth()))
    shown = signs_shown(colours, unit, net=any(bar.positive and bar.negative for bar in bars))
    legend_of(figure, shown, note)


def _bar(route: Route, name: str) -> Bar:
    return Bar.of(name, route.net, route.positive, route.negative)


def _others(number: int) -> str:
    return f"{number} other routes"


def _paths(count: int) -> str:
    return f"{describe_count(count)} path{'' if count == 1 else 's'}"


def _signs(routes: Routes) -> str:
    return _SIGNS[routes.level] if routes.signed else _UNKNOWN
