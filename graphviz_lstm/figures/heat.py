"""The heat strip: where in a long sequence the gradient comes from, one cell for each step. Matplotlib draws it.

A graph of ten thousand steps is not read vertex by vertex. The strip shows the share of the gradient by step of entry
(the flows of the source's own edges), by number of crossings, and by gate crossed: all exact, none of the paths listed.
"""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.plots import plot_look_of, plotted, require_plot_suffix, require_theme
from graphviz_lstm.files import write_files
from graphviz_lstm.gradients.named import paths_in
from graphviz_lstm.gradients.strip import MOST_CROSSINGS, StripShares
from graphviz_lstm.graph import require_current
from graphviz_lstm.notation.numbers import format_percent

if TYPE_CHECKING:
    from graphviz_lstm.figures.choices import ThemeName
    from graphviz_lstm.figures.plots import PlotLook
    from graphviz_lstm.figures.theme import Theme
    from graphviz_lstm.graph.unroll import Graph


# More steps than this are added up to so many columns: a page has no more points.
_COLUMNS = 1_000


def draw_strip(
    graph: Graph | StripShares, file: str | FilePath | None = None, *, theme: ThemeName = "light", **looks: object
) -> bytes:
    """Return the heat strip of a gradient as SVG, or as what the suffix of `file` says; write it there too.

    Cost and memory are linear in the number of steps. Of ten thousand a graph takes a quarter of a minute; the shares
    from arrays, `strip_shares(linear, paths)`, take a second.

    Parameters
    ----------
    graph
        An evaluated graph with the flows from a source: `annotate(graph, source)`; or the shares themselves.
    file
        `.svg`, `.png` or `.pdf`.
    theme
        `"light"`, `"dark"` or `"print"`; `"auto"` is light, since Matplotlib's SVG has one set of colours.
    looks
        `title`, `width`, `dpi` and `colours` as in `draw`; with a width its letters and its height keep their size.

    Raises
    ------
    InputError
        If the graph has no flows, or the suffix or theme is unknown.
    GraphError
        If the graph was changed since its flows were computed.
    OutputError
        If the file cannot be written.
    """
    suffix = ".svg" if file is None else require_plot_suffix(file)
    content = strip_content(graph, suffix, theme=theme, **looks)
    if file is not None:
        write_files({FilePath(file): content})
    return content


def strip_content(graph: Graph | StripShares, suffix: str, *, theme: ThemeName = "light", **looks: object) -> bytes:
    """Return the bytes of the strip's file with that suffix. See `draw_strip` for what is raised."""
    require_theme(theme)
    look = plot_look_of(looks, suffix, "the strip")
    shares = graph if isinstance(graph, StripShares) else shares_in(graph)
    if not shares.by_entry:
        raise InputError(
            f"no strip of {shares.source!r}: no path from it enters at a step, each goes to the loss itself"
        )
    return _drawn(shares, suffix, theme, look)


def shares_in(graph: Graph) -> StripShares:
    """Return the shares that the strip of an annotated graph shows.

    Raises
    ------
    InputError, GraphError
        If it has no flows, or was changed since they were computed.
    """
    if "source" not in graph.graph:
        raise InputError("cannot draw a graph without flows (annotate(graph, source) gives them)")
    require_current(graph)
    source, steps = graph.graph["source"], graph.graph["steps"]
    return StripShares(source, steps, shares_by_entry(graph), shares_by_crossings(graph), shares_by_gate(graph))


def shares_by_entry(graph: Graph) -> dict[int, float]:
    """Return step -> the share of the gradient that enters there: the flows of the source's own edges."""
    shares: dict[int, float] = {}
    source = graph.graph["source"]
    for head, edge in graph.succ[source].items():
        step = graph.nodes[head]["step"]
        if step is not None:
            shares[step] = shares.get(step, 0.0) + edge["flow"]
    return dict(sorted(shares.items()))


def shares_by_crossings(graph: Graph) -> dict[str, float]:
    """Return number of crossings -> share, those above ten together."""
    paths = paths_in(graph, graph.graph["source"], element=graph.graph["element"])
    groups = paths.group_by("crossings", up_to=MOST_CROSSINGS)
    return {str(k) if k <= MOST_CROSSINGS else f"{k} or more": group.share for k, group in groups.items()}


def shares_by_gate(graph: Graph) -> dict[str, float]:
    """Return gate -> the flow over all crossings into it, in the order of the equations.

    A path that crosses twice is in it twice.
    """
    shares: dict[str, float] = {}
    for _, head, edge in graph.edges(data=True):
        if edge["crossings"]:
            gate = graph.nodes[head]["quantity"]
            shares[gate] = shares.get(gate, 0.0) + edge["flow"]
    order = dict.fromkeys(data["quantity"] for data in graph.nodes.values() if data["role"] != "initial")
    return {gate: shares[gate] for gate in order if gate in shares}


def _drawn(shares: StripShares, suffix: str, theme: ThemeName, look: PlotLook) -> bytes:
    def fill(figure: Any, colours: Theme) -> None:
        axes = figure.subplot_mosaic([["entry", "entry"], ["crossings", "gates"]], height_ratios=[1.0, 2.2])
        _strip(axes["entry"], shares.by_entry, colours)
        _bars(axes["crossings"], shares.by_crossings, colours, "crossings of a path")
        _bars(axes["gates"], shares.by_gate or {"none": 0.0}, colours, "gate crossed into")
        figure.suptitle(f"dE/d{shares.source} over {shares.steps:,} steps: the share of the gradient")

    return plotted(fill, (9.0, 4.4), suffix, theme, look=look)


def _strip(axes: Any, shares: dict[int, float], colours: Theme) -> None:
    """Draw a row of cells, one for each step or, of many, for a few together."""
    from matplotlib.colors import LinearSegmentedColormap

    steps, values = np.array(list(shares)), np.array(list(shares.values()))
    width = -(-len(values) // _COLUMNS)
    if width > 1:
        values = np.add.reduceat(values, np.arange(0, len(values), width))
    largest = float(np.max(np.abs(values), initial=0.0)) or 1.0
    ramp = [colours.tones["negative"], colours.page, colours.tones["positive"]]
    table = LinearSegmentedColormap.from_list("signs", ramp)
    extent = (float(steps[0]) - 0.5, float(steps[-1]) + 0.5, 0.0, 1.0)
    image = axes.imshow(
        values[None], aspect="auto", cmap=table, vmin=-largest, vmax=largest, extent=extent, interpolation="nearest"
    )
    axes.set_yticks([])
    together = f", {width} steps together" if width > 1 else ""
    axes.set_xlabel(f"step at which a path enters{together}")
    bar = axes.figure.colorbar(image, ax=axes, ticks=[-largest, 0.0, largest])
    bar.ax.set_yticklabels([format_percent(x) for x in (-largest, 0.0, largest)])


def _bars(axes: Any, shares: dict[str, float], colours: Theme, label: str) -> None:
    """Draw a bar for each class, the first on top, its number beside it; a negative one is hatched."""
    values = list(shares.values())
    tones = [colours.tones["negative" if value < 0 else "positive"] for value in values]
    bars = axes.barh(list(shares), [100 * value for value in values], color=tones)
    for bar, value in zip(bars, values, strict=True):
        if value < 0:
            bar.set_hatch("///")
            bar.set_edgecolor(colours.page)
    axes.bar_label(bars, [format_percent(value) for value in values], fontsize=7.0, padding=3.0)
    axes.invert_yaxis()
    axes.margins(x=0.45)
    axes.set_ylabel(label)
    axes.set_xlabel("share of the gradient, %")
    axes.set_facecolor(colours.page)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color(colours.frame)
    axes.axvline(0.0, color=colours.frame, linewidth=0.8)
