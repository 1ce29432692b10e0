"""Curves: a number for each scheme, route or checkpoint, against what goes on; told apart by dashes, colours last."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError, NumberError
from graphviz_lstm.figures.bars import legend_of, plain_axes
from graphviz_lstm.figures.plots import SMALL, Plot, PlotLook, folded, text_of
from graphviz_lstm.notation.numbers import format_plain, plain_percent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from graphviz_lstm.figures.choices import LayoutName, ThemeName
    from graphviz_lstm.figures.theme import Theme

MOST_CURVES = 8
MARKERS = "osD^vPX*"
DASHES: tuple[Any, ...] = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)), (0, (3, 1, 1, 1, 1, 1)), (0, (8, 3)))
"""A curve is told from others by its marker and its dashes, and by its colour last."""
_NAME = 40
# So many markers are on one curve, about.
_MARKED = 8
# How much higher than its curves a plot with stages is, for their names.
_BAND = 0.35


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve: what it is called, and its points from left to right; one that is NaN is left out."""

    name: str
    across: tuple[float, ...]
    up: tuple[float, ...]


def curves_plot(  # noqa: PLR0913 -- an option each
    curves: Sequence[Curve],
    title: str,
    axes: tuple[str, str],
    *,
    note: str = "",
    stages: Mapping[str, float] | None = None,
    log: bool = False,
    percent: bool = False,
    layout: LayoutName = "wide",
    theme: ThemeName = "auto",
    look: PlotLook | None = None,
) -> Plot:
    """Return the plot of curves on one scale.

    Parameters
    ----------
    axes
        What goes on, and what is shown of it: words along both axes.
    stages
        Names of places along the first axis, and where they are: each is a line with its name above.
    log
        Whether the second axis is logarithmic; `percent`: whether its numbers are parts, told in percent.

    Raises
    ------
    InputError
        If there is no curve, or more than can be told apart.
    NumberError
        If none has a point that can be drawn; of a logarithmic axis, if one is not positive.

    Examples
    --------
    >>> plot = curves_plot([Curve("full", (0, 1), (1.0, 0.1))], "Losses", ("updates", "loss"), log=True)
    >>> plot.description
    'full: from 1 to 0.1.'
    """
    if not 1 <= len(curves) <= MOST_CURVES:
        raise InputError(f"unusable number of curves: {len(curves)} (must be 1 to {MOST_CURVES})")
    known = [[y for y in curve.up if math.isfinite(y)] for curve in curves]
    if not any(known):
        raise NumberError("no curve has a number that can be drawn")
    if log and min(y for ys in known for y in ys) <= 0.0:
        raise NumberError("no logarithm: a number of a curve is not positive")
    told = "; ".join(f"{curve.name}: {_span(ys, percent=percent)}" for curve, ys in zip(curves, known, strict=True))
    fill = partial(_fill, tuple(curves), (title, note), axes, dict(stages or {}), layout, log, percent)
    description = f"{told}. {note}".rstrip()
    height = (3.4 if layout == "wide" else 3.0) + 0.17 * math.ceil(len(curves) / (3 if layout == "wide" else 1))
    return Plot(title, description, fill, layout, height, theme, look or PlotLook())


def _span(ys: Sequence[float], *, percent: bool) -> str:
    if not ys:
        return "not known"
    first, last = (plain_percent(y) if percent else format_plain(y) for y in (ys[0], ys[-1]))
    return f"from {first} to {last}"


def _fill(  # noqa: PLR0913, PLR0917 -- bound one by one, so that it can be pickled
    curves: Sequence[Curve],
    texts: tuple[str, str],
    labels: tuple[str, str],
    stages: Mapping[str, float],
    layout: LayoutName,
    log: bool,  # noqa: FBT001 -- the same
    percent: bool,  # noqa: FBT001 -- the same
    figure: Any,
    colours: Theme,
) -> None:
    title, note = texts
    axes = figure.add_subplot()
    lines = {
        text_of(curve.name, _NAME): line
        for curve, line in zip(curves, _drawn(axes, curves, colours, percent=percent), strict=True)
    }
    if log:
        axes.set_yscale("log")
        axes.minorticks_off()
        axes.yaxis.set_major_formatter(lambda y, _: f"{y:g}")
    else:
        axes.axhline(0.0, color=colours.frame, linewidth=0.8)
    _stages(axes, stages, colours, log=log)
    axes.set_xlabel(labels[0])
    axes.set_ylabel(f"{labels[1]}, %" if percent else labels[1])
    plain_axes(axes, colours, spines=("left", "bottom"))
    figure.suptitle(folded(title, figure.get_figwidth()))
    legend_of(figure, lines, note, columns=min(len(lines), 3 if layout == "wide" else 1))


def _stages(axes: Any, stages: Mapping[str, float], colours: Theme, *, log: bool) -> None:
    """Draw a line for each stage, with its name in a band above all curves."""
    if not stages:
        return
    low, high = axes.get_ylim()
    axes.set_ylim(low, high * (high / low) ** _BAND if log else high + _BAND * (high - low))
    last = axes.get_xlim()[1]
    for name, place in stages.items():
        right = place > 0.9 * last
        axes.axvline(place, color=colours.frame, linewidth=0.8, zorder=0.0)
        axes.annotate(
            text_of(name, _NAME),
            (place, 1.0),
            (-1.5 if right else 1.5, -1.0),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            rotation=90,
            ha="right" if right else "left",
            va="top",
            fontsize=SMALL,
        )


def _drawn(axes: Any, curves: Sequence[Curve], colours: Theme, *, percent: bool) -> Iterator[Any]:
    """Draw each curve, and yield it."""
    factor = 100.0 if percent else 1.0
    for k, curve in enumerate(curves):
        colour = colours.tones[f"rank-{k + 1}"]  # type: ignore[index]
        each = max(1, len(curve.across) // _MARKED)
        (line,) = axes.plot(
            list(curve.across),
            [factor * y for y in curve.up],
            color=colour,
            linestyle=DASHES[k],
            marker=MARKERS[k],
            # Not all at one place: curves that lie on one another are seen to.
            markevery=(k * each // MOST_CURVES, each),
            markersize=4.0,
            markerfacecolor=colours.page if k % 2 else colour,
            linewidth=1.3,
        )
        yield line
