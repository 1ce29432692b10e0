"""The strip: where in a long sequence the gradient comes from, a bar with its sign for each step. Matplotlib draws it.

A graph of ten thousand steps is not read vertex by vertex. The strip shows the share of the gradient by step of entry
(the flows of the source's own edges), by number of crossings, and by gate crossed: all exact, none of the paths listed.
Of many steps some stand together; what adds and what takes away among them are two bars: nothing cancels unseen.
"""

from __future__ import annotations

import math
from functools import partial
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.bars import (
    NOTHING,
    TOLD,
    Bar,
    axis_label,
    draw_rows,
    legend_of,
    numbers_for,
    plain_axes,
    rounded_up,
    set_span,
    signed_bar,
    signs_shown,
    words_of,
)
from graphviz_lstm.figures.options import require_known
from graphviz_lstm.figures.plots import (
    SMALL,
    Plot,
    PlotLook,
    folded,
    inches_wide,
    plot_look_of,
    require_plot_suffix,
)
from graphviz_lstm.files import write_files
from graphviz_lstm.gradients.named import paths_in
from graphviz_lstm.gradients.shares.routes import size_of, whole_of
from graphviz_lstm.gradients.shares.strip import MOST_CROSSINGS, StripShares
from graphviz_lstm.graph import require_current
from graphviz_lstm.graph.sweeps import share_direction
from graphviz_lstm.notation.numbers import format_count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.figures.choices import LayoutName, ThemeName
    from graphviz_lstm.figures.theme import Theme
    from graphviz_lstm.gradients.shares.routes import Unit
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.notation.signed import Numbers

_MOST_BARS: Mapping[LayoutName, int] = {"wide": 100, "narrow": 50}
"""Of more steps some stand together: a column of text has no more room."""
_LETTERS: Mapping[LayoutName, float] = {"wide": 66.0, "narrow": 26.0}
"""How many wide letters stand side by side along the steps."""
_MOST_NUMBERS: Mapping[LayoutName, int] = {"wide": 12, "narrow": 6}


def draw_strip(
    graph: Graph | StripShares,
    file: str | FilePath | None = None,
    *,
    layout: LayoutName = "wide",
    theme: ThemeName = "light",
    **looks: object,
) -> bytes:
    """Return the strip of a gradient as SVG, or as what the suffix of `file` says; write it there too.

    Cost and memory are linear in the number of steps. Of ten thousand a graph takes a quarter of a minute; the shares
    from arrays, `strip_shares(linear, paths)`, take a second.

    Parameters
    ----------
    graph
        An evaluated graph with the flows from a source: `annotate(graph, source)`; or the shares themselves.
    file
        `.svg`, `.png` or `.pdf`.
    layout
        `"wide"`: to be read 700 pixels wide; `"narrow"`: 360.
    theme
        `"auto"`, `"light"`, `"dark"` or `"print"`, as in `draw`.
    looks
        `title`, `width`, `dpi` and `colours` as in `draw`; with a width its letters and its height keep their size.

    Raises
    ------
    InputError
        If the graph has no flows, or the suffix, layout or theme is unknown.
    GraphError
        If the graph was changed since its flows were computed.
    OutputError
        If the file cannot be written.
    """
    suffix = ".svg" if file is None else require_plot_suffix(file)
    look = plot_look_of(looks, suffix, "the strip")
    content = strip_plot(graph, layout=layout, theme=theme, look=look).content(suffix)
    if file is not None:
        write_files({FilePath(file): content})
    return content


def strip_plot(
    graph: Graph | StripShares,
    derivative: str | None = None,
    *,
    layout: LayoutName = "wide",
    theme: ThemeName = "light",
    look: PlotLook | None = None,
) -> Plot:
    """Return the strip, not yet drawn; `derivative` is of what it is, in words. See `draw_strip` for what is raised."""
    require_known({"theme": theme, "layout": layout})
    shares = graph if isinstance(graph, StripShares) else shares_in(graph)
    if not shares.by_entry:
        raise InputError(
            f"no strip of {shares.source!r}: no path from it enters at a step, each goes to the loss itself"
        )
    told = derivative or f"dE/d{shares.source}"
    entries = binned(shares.by_entry, _MOST_BARS[layout])
    values = [part for bar in entries.values() for part in (bar.positive, bar.negative)]
    values += [*shares.by_crossings.values(), *shares.by_gate.values()]
    numbers = numbers_for(values, shares.unit, shares.whole)
    title = f"{told} over {format_count(shares.steps, 'step')}: by step of entry, by crossings, by gate"
    told_of = [f"crossings {name}: {numbers.told(share)}" for name, share in shares.by_crossings.items()]
    told_of += [f"gate {name}: {numbers.told(share)}" for name, share in shares.by_gate.items()]
    words = "; ".join([*_entries_told(entries, numbers), *told_of])
    notes = _notes(shares, entries, numbers)
    fill = partial(_fill, shares, entries, numbers, (title, axis_label(numbers, shares.unit, told), notes), layout)
    rows, gates = len(shares.by_crossings), max(len(shares.by_gate), 1)
    height = 3.4 + 0.2 * max(rows, gates, 2) if layout == "wide" else 4.8 + 0.2 * (rows + gates)
    return Plot(title, f"{words}. {notes}", fill, layout, height, theme, look or PlotLook())


def shares_in(graph: Graph) -> StripShares:
    """Return the shares that the strip of an annotated graph shows; contributions of a gradient of zero.

    Raises
    ------
    InputError, GraphError
        If it has no flows, or was changed since they were computed.
    NumberError
        If the gradient is zero, and the flows are shares of what rounding left of it.
    """
    if "source" not in graph.graph:
        raise InputError("cannot draw a graph without flows (annotate(graph, source) gives them)")
    require_current(graph)
    source, steps, element = graph.graph["source"], graph.graph["steps"], graph.graph["element"]
    paths = paths_in(graph, source, element=element)
    is_zero, total = math.isnan(paths.share), np.asarray(paths.total)
    if is_zero and abs(graph.nodes[source]["flow"]) > 0.5:
        share_direction(source, total, element)
    crossings = {
        str(k) if k <= MOST_CROSSINGS else f"{k} or more": size_of(group, paths.facts.whole) if is_zero else group.share
        for k, group in paths.group_by("crossings", up_to=MOST_CROSSINGS).items()
    }
    unit: Unit = "contribution" if is_zero else "share"
    entries, gates = shares_by_entry(graph), shares_by_gate(graph)
    texts = dict(enumerate(graph.graph["problem"].texts, start=graph.graph["first_step"]))
    return StripShares(source, steps, entries, crossings, gates, unit, whole_of(total, element), texts)


def shares_by_entry(graph: Graph) -> dict[int, float]:
    """Return step -> the share of the gradient that enters there: the flows of the source's own edges."""
    shares: dict[int, float] = {}
    source = graph.graph["source"]
    for head, edge in graph.succ[source].items():
        step = graph.nodes[head]["step"]
        if step is not None:
            shares[step] = shares.get(step, 0.0) + edge["flow"]
    return dict(sorted(shares.items()))


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


def binned(shares: Mapping[int, float], most: int) -> dict[range, Bar]:
    """Return steps -> what enters there: each step by itself, or of many a round number of them together.

    >>> for part, bar in binned({1: 0.75, 2: -0.25, 3: 0.5}, 2).items():
    ...     print(part, bar.net, bar.positive, bar.negative)
    range(1, 3) 0.5 0.75 -0.25
    range(3, 4) 0.5 0.5 0.0
    """
    width = rounded_up(len(shares) / most)
    first, last = min(shares), max(shares)
    found: dict[range, Bar] = {}
    for start in range(first, last + 1, width):
        part = range(start, min(start + width, last + 1))
        inside = [shares[step] for step in part if step in shares]
        positive, negative = (math.fsum(x for x in inside if (x > 0.0) is sign) for sign in (True, False))
        found[part] = Bar("", math.fsum(inside), positive, negative)
    return found


def _entries_told(entries: Mapping[range, Bar], numbers: Numbers) -> list[str]:
    """Return what enters at each step in words; of many, at those where most does."""
    largest = sorted(entries, key=lambda part: -entries[part].mass)[:TOLD]
    unit = " %" if numbers.percent else numbers.times
    told = []
    for part in sorted(largest, key=lambda part: part.start):
        steps = f"{part[0]}" if len(part) == 1 else f"{part[0]} to {part[-1]}"
        told.append(f"enters at {steps}: {words_of(entries[part], numbers)}{unit}")
    if len(entries) > TOLD:
        told[0] = f"of {len(entries)} pairs of bars the longest {TOLD}: {told[0]}"
    return told


def _notes(shares: StripShares, entries: Mapping[range, Bar], numbers: Numbers) -> str:
    """Return what the figure must say beside its bars: how many steps are one, and what is counted twice."""
    width = len(next(iter(entries)))
    notes = [NOTHING] if shares.unit == "contribution" else []
    notes += ["By crossings and by gate each bar is a net."]
    notes += [f"{width} steps are one pair of bars: what adds in them, and what takes away."] if width > 1 else []
    if shares.overlaps and shares.by_gate:
        together, once = math.fsum(shares.by_gate.values()), shares.crossing
        notes.append(
            "Rows by gate overlap: a path that crosses twice counts at each crossing. Together they are "
            f"{numbers.told(together)}; the paths through gates, each once, are {numbers.told(once)}."
        )
    return " ".join(notes)


def _fill(
    shares: StripShares,
    entries: Mapping[range, Bar],
    numbers: Numbers,
    texts: tuple[str, str, str],
    layout: LayoutName,
    figure: Any,
    colours: Theme,
) -> None:
    title, label, notes = texts
    rows, gates = len(shares.by_crossings), max(len(shares.by_gate), 1)
    if layout == "wide":
        ratios = {"height_ratios": [1.5, 0.4 + 0.2 * max(rows, gates, 2)]}
        axes = figure.subplot_mosaic([["entry", "entry"], ["crossings", "gates"]], **ratios)
    else:
        ratios = {"height_ratios": [1.5, 0.4 + 0.2 * rows, 0.4 + 0.2 * gates]}
        axes = figure.subplot_mosaic([["entry"], ["crossings"], ["gates"]], **ratios)
    _draw_entries(axes["entry"], entries, numbers, colours, layout, shares.texts)
    axes["entry"].set_ylabel(folded(label, inches_wide("narrow"), 2.0 * SMALL))
    tables = {"crossings": ("crossings of a path", shares.by_crossings), "gates": ("gate crossed into", shares.by_gate)}
    unit = " %" if numbers.percent else numbers.times
    for name, (head, some) in tables.items():
        bars = [Bar.of(key, share) for key, share in (some or {"none": 0.0}).items()]
        draw_rows(axes[name], bars, list(map(float, range(len(bars)))), numbers, colours)
        axes[name].set_title(f"{head}{',' if unit else ''}{unit}", fontsize=SMALL, loc="left")
    figure.suptitle(folded(title, figure.get_figwidth()))
    figure.get_layout_engine().set(w_pad=0.12)
    legend_of(figure, signs_shown(colours, shares.unit, net=False), notes)


def shortened(text: str, letters: int) -> str:
    """Return a text of so many letters at most.

    >>> shortened("cat", 7), shortened("unbelievable", 7)
    ('cat', 'unbeli…')
    """
    return text if len(text) <= letters else f"{text[: letters - 1]}…"


def _draw_entries(
    axes: Any,
    entries: Mapping[range, Bar],
    numbers: Numbers,
    colours: Theme,
    layout: LayoutName,
    texts: Mapping[int, str],
) -> None:
    """Draw for each step, or some together, what adds upwards and what takes away downwards; each with its text."""
    for part, bar in entries.items():
        middle, width = (part[0] + part[-1]) / 2.0, 0.8 * len(part)
        for share, takes in ((bar.positive, False), (bar.negative, True)):
            if share:
                signed_bar(axes, middle, share * numbers.factor, width, colours, takes=takes, upright=True)
    first, last = min(part[0] for part in entries), max(part[-1] for part in entries)
    spare = 0.6 * max(1.0, 3.0 - (last - first))
    axes.set_xlim(first - spare, last + spare)
    each = rounded_up((last - first + 1) / _MOST_NUMBERS[layout])
    marked = [step for step in range(first, last + 1) if step % each == 0]
    axes.set_xticks(marked)
    if texts and each == 1:
        letters = int(_LETTERS[layout] / (last - first + 1 + 2 * spare))
        told = [f"{step}\n{shortened(texts.get(step, ''), letters)}" for step in marked]
        axes.set_xticklabels(told)
    shown = len(entries) <= _MOST_NUMBERS[layout]
    heights = [part * numbers.factor for bar in entries.values() for part in (bar.positive, bar.negative)]
    # Room for a number above the highest bar and below the lowest.
    room = 0.2 * max(map(abs, heights)) if shown else 0.0
    set_span(axes, "y", [height + math.copysign(room, height) if height else 0.0 for height in heights])
    for part, bar in entries.items() if shown else ():
        end = bar.net * numbers.factor
        up = end >= 0.0
        where = {"ha": "center", "va": "bottom" if up else "top", "fontsize": SMALL}
        axes.annotate(
            words_of(bar, numbers),
            ((part[0] + part[-1]) / 2.0, end),
            (0, 2 if up else -2),
            textcoords="offset points",
            **where,
        )
    axes.set_xlabel("step at which a path enters")
    plain_axes(axes, colours, spines=("left",))
    axes.axhline(0.0, color=colours.border, linewidth=0.8)
