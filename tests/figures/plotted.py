"""Plots looked at: the artists that Matplotlib is given, and the texts that they write."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

from graphviz_lstm.figures.plots import inches_wide
from graphviz_lstm.figures.theme import LIGHT

if TYPE_CHECKING:
    from graphviz_lstm.figures.plots import Plot


def drawn(plot: Plot) -> Any:
    """Return the figure as Matplotlib lays it out: 96 dots to the inch, as it is seen."""
    from matplotlib import rc_context, rcdefaults, rcParams
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with rc_context():
        rcdefaults()
        rcParams.update({"font.size": 8.0, "text.parse_math": False})
        figure = Figure(figsize=(inches_wide(plot.layout), plot.height), dpi=96, layout="constrained")
        FigureCanvasAgg(figure)
        plot.fill(figure, LIGHT)
        figure.canvas.draw()
    return figure


def texts(plot: Plot) -> list[Any]:
    """Return all texts of a plot that are seen."""
    from matplotlib.text import Text

    figure = drawn(plot)
    # Of an axis Matplotlib keeps ticks beyond its ends, too, and draws none of them.
    beyond = {
        label
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        for label in (tick.label1, tick.label2)
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    }
    found = figure.findobj(Text)
    return [text for text in found if text.get_visible() and text.get_text().strip() and text not in beyond]


def words(plot: Plot) -> list[str]:
    """Return what they say, each on one line."""
    return [" ".join(text.get_text().split()) for text in texts(plot)]


def faults(plot: Plot) -> list[str]:
    """Return what cannot be read: texts over others, cut at the edge, or smaller than nine pixels."""
    seen = texts(plot)
    boxes = [(text.get_text(), text.get_window_extent()) for text in seen]
    width, height = 96 * inches_wide(plot.layout), 96 * plot.height
    small = (text.get_text() for text in seen if text.get_fontsize() * 96 / 72 < 9.0)
    found = [f"small: {name!r}" for name in small]
    for name, box in boxes:
        if box.x0 < -0.5 or box.y0 < -0.5 or box.x1 > width + 0.5 or box.y1 > height + 0.5:
            found.append(f"cut: {name!r}")
    for (one, here), (other, there) in combinations(boxes, 2):
        apart = here.x1 <= there.x0 + 0.5 or there.x1 <= here.x0 + 0.5
        if not apart and min(here.y1, there.y1) - max(here.y0, there.y0) > 1.0:
            found.append(f"over each other: {one!r} and {other!r}")
    return found
