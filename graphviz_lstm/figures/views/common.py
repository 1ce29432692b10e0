"""What the views have in common: which edges are drawn, the scene that they make, its legend's first words."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from graphviz_lstm.errors import NumberError
from graphviz_lstm.figures.labels import brief_label, label_of
from graphviz_lstm.figures.layout import (
    Layout,
    gap_height,
    gaps_of,
    is_gap,
    is_spelled_out,
    make_layout,
    make_unit_layout,
    through_gap,
)
from graphviz_lstm.figures.legend import Entry, add_legend
from graphviz_lstm.figures.routes import LINES, NOTHING_ELSE, Drawn, Edge, Entered, Pen, route_all, route_units
from graphviz_lstm.figures.scene import Box, Curve, Frame, Run, Scene, Text, plain, text_width
from graphviz_lstm.figures.theme import (
    BOX_HEIGHT,
    BOX_WIDTH,
    GAP_WIDTH,
    LABEL_SIZE,
    LARGE_SIZE,
    NUMBER_SIZE,
    THINNEST,
    arrow_size,
)
from graphviz_lstm.figures.views.stretches import gap_entries, stretch_text
from graphviz_lstm.notation.numbers import LENGTH, MINUS, format_number, format_percent, format_value, length
from graphviz_lstm.notation.signed import shares_as
from graphviz_lstm.paths.choosing.proof import describe_proof
from graphviz_lstm.paths.choosing.selection import is_rounding
from graphviz_lstm.paths.listing.limits import describe_count

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import NDArray

    from graphviz_lstm.figures.scene import Line, Pattern, Point
    from graphviz_lstm.figures.theme import Tone
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import PathSet, UnitPathSet
    from graphviz_lstm.paths.choosing.selection import Selection

FOCUS_WIDTH = 3.0
LARGE_PEN = Pen(LARGE_SIZE, wide=True)
"""Of figures whose steps wrap into rows."""
CUT_TONE: Tone = "quiet"
CUT_WIDTH = 1.2
"""Of an edge that a scheme cuts: dotted, and darker than what lies on no path, or nobody would see the dots."""
_DESCRIBED = 3
_STEP_SIZE = 11.0
# An array of more entries is told by its size and length.
WRITTEN_OUT = 4


def edges_drawn(graph: Graph, source: str, on_path: set[Edge]) -> list[Edge]:
    """Return the edges that are drawn, in the graph's order: those on a path, and all among the cell's quantities."""
    own = ("gate", "state", "output", "operation", "gap")
    return [
        (tail, head)
        for tail, head in graph.edges
        if (tail, head) in on_path or (graph.nodes[tail]["role"] in own and tail != source)
    ]


def build_scene(  # noqa: PLR0913 -- what is drawn, and how
    graph: Graph,
    source: str,
    lively: set[str],
    widths: Mapping[Edge, float],
    tones: Mapping[Edge, Tone],
    numbers: Mapping[Edge, str | Line],
    notes: Mapping[str, str] | None = None,
    layout: Layout | None = None,
    *,
    large: bool = False,
    pen: Pen | None = None,
    entered: Entered = NOTHING_ELSE,
) -> Scene:
    """Return the scene of a graph: boxes, curves and frames.

    Parameters
    ----------
    lively
        The vertices that are not pale.
    widths, tones, numbers
        By edge; `widths` lists the edges that are drawn, a number may be a line that is set already.
    notes
        What stands below the value in a vertex's box.
    layout
        Where the boxes stand; that of the graph's own steps by default.
    large
        Whether its numbers are as large as the names, so that they can be read where the figure is narrow.
    pen
        How large numbers and heads are reckoned to be, by default as `large` says.
    entered
        Where what is drawn besides enters boxes.
    """
    if is_spelled_out(graph):
        layout = make_unit_layout(graph)
        routes = route_units(graph, layout, widths, source, {edge: line_text(line) for edge, line in numbers.items()})
    else:
        layout = layout or make_layout(graph, source)
        pen = pen or (LARGE_PEN if large else LINES)
        routes = route_all(Drawn(graph, layout, widths, source, pen, entered))
    curves = []
    for (tail, head), route in routes.items():
        is_cut = bool(graph.edges[tail, head].get("cut"))
        tone, width = (CUT_TONE, CUT_WIDTH) if is_cut else (tones[tail, head], widths[tail, head])
        number = numbers.get((tail, head))
        label = None
        if number is not None and route.number is not None:
            place = rounded_point(route.number)
            line = plain(number) if isinstance(number, str) else number
            size = LARGE_SIZE if large else NUMBER_SIZE
            label = Text(*place, line, size, "quiet" if tone == "pale" else tone, route.anchor)
        symbol = graph.edges[tail, head]["symbol"]
        tooltip = f"{tail} -> {head}, partial {symbol}" + (f": {line_text(number)}" if number else "")
        points = tuple(map(rounded_point, route.points))
        arrow = round(arrow_size(width), 2)
        pattern: Pattern = "dotted" if is_cut else "dashed" if tone == "negative" else "solid"
        tip = rounded_point(route.tip)
        curves.append(Curve(tail, head, points, tip, round(width, 2), tone, arrow, label, tooltip, pattern))
    # What is pale is drawn first, so that it lies below.
    curves.sort(key=lambda curve: curve.tone not in ("pale", "faint", CUT_TONE))
    boxes = []
    for vertex, (x, y) in layout.places.items():
        data = graph.nodes[vertex]
        if is_gap(vertex):
            boxes.append(replace(gap_box(graph, layout, vertex, pale=vertex not in lively), large=large))
            continue
        height = BOX_HEIGHT if is_spelled_out(graph) else layout.motif.tall.get(data["quantity"], BOX_HEIGHT)
        if vertex == source and data["role"] in ("parameter", "input"):
            # As high as the bus of the lines that leave it.
            height = round(max(height, layout.bus_height), 2)
        box = box_of(vertex, data, (x, y), height, pale=vertex not in lively, large=large)
        if vertex == graph.graph["target"]:
            box = replace(box, width=round(layout.loss_width, 2))
        boxes.append(replace(box, note=(notes or {}).get(vertex, "")))
    return Scene(_frames(graph, layout, LARGE_SIZE if large else _STEP_SIZE), tuple(boxes), tuple(curves))


def box_of(
    vertex: str, data: Mapping[str, Any], place: tuple[float, float], height: float, *, pale: bool, large: bool
) -> Box:
    """Return the box of a vertex at its place, with its name, its value and its tooltip."""
    value, told = value_of(data, large=large), value_of(data)
    tooltip = f"{vertex}: {told}" if told else vertex
    # Of a vector it stands between bars.
    room = BOX_WIDTH - 2.0 - (text_width(plain(LENGTH), LABEL_SIZE) if value.startswith(LENGTH) else 0.0)
    name = brief_label(data["name"], room) if large else label_of(data)
    return Box(vertex, *place, BOX_WIDTH, height, data["role"], name, value, pale, tooltip, large=large)


def line_text(line: str | Line) -> str:
    """Return the characters of a line that is set, or of one that is not yet."""
    return line if isinstance(line, str) else "".join(run.text for run in line)


def value_of(data: Mapping[str, Any], *, large: bool = False) -> str:
    """Return a vertex's value as its box tells it, if it has one; how long a weight matrix is says nothing.

    In a `large` box with two digits, where there is no room for three in letters of that size.
    """
    if "value" not in data or (data["role"] == "parameter" and data["value"].ndim == 2):
        return ""
    return brief(data["value"]) if large else format_value(data["value"])


def brief(value: NDArray[np.float64], before: str = "") -> str:
    """Return what a large box tells of a value: with three digits, or fewer where there is no room for these.

    With one only where that, and a power of ten, tells how small it is.

    >>> brief(np.array([0.25])), brief(np.array([-0.0013149])), brief(np.array([3e-9, 4e-9]))
    ('0.250', '−0.0013', '|·| 5.0e−9')
    >>> brief(np.array([-3.46e-18]), "∂ "), brief(np.array([-0.0022]), "∂ ")
    ('−3e−18', '−0.0022')
    """
    for digits in (3, 2):
        text = format_value(value, digits)
        told = plain(f"{before}{text.removeprefix(LENGTH)}")
        if text_width(told, LARGE_SIZE) <= BOX_WIDTH - 2.0:
            return text
    return format_value(value, 1) if "e" in text else text


def gap_box(graph: Graph, layout: Layout, gap: str, *, pale: bool) -> Box:
    """Return the box that stands for hidden steps, with the flow through it."""
    hidden = gaps_of(graph)[gap]
    x, y = layout.places[gap]
    told = stretch_text(hidden)
    ends = f"{hidden[0]:,} … {hidden[-1]:,}" if len(hidden) > 1 else f"{hidden[0]:,}"
    label = (Run(ends.replace("-", MINUS)),)
    flow = shares_told(graph)[0](through_gap(graph, gap))
    tooltip = f"{told}: {format_percent(through_gap(graph, gap))} of the gradient"
    return Box(gap, x, y, GAP_WIDTH, gap_height(layout.motif), "gap", label, flow, pale, tooltip)


def rounded_point(point: Point) -> Point:
    """Return a point to the hundredth: what a last digit of a flow cannot change is the same on every machine."""
    return (round(point[0], 2), round(point[1], 2))


def _frames(graph: Graph, layout: Layout, size: float) -> tuple[Frame, ...]:
    within: dict[int, list[str]] = {}
    for vertex, data in graph.nodes.items():
        if vertex in layout.places and data["role"] not in ("input", "initial", "parameter", "loss", "gap"):
            within.setdefault(data["step"], []).append(vertex)
    frames = []
    for step, left in layout.origin.items():
        top = layout.motif.height
        line = (Run("t", italic=True), Run(f" = {step}".replace("-", "\N{MINUS SIGN}")))
        label = Text(left + 12.0, top - 12.0, line, size, "quiet", "start")
        # A step in which nothing was left to draw has its frame all the same: it is a step.
        frames.append(Frame(step, tuple(within.get(step, ())), left, 0.0, left + layout.motif.width, top, label))
    return tuple(frames)


def finish(
    scene: Scene,
    graph: Graph,
    paths: PathSet | UnitPathSet,
    title: str,
    entries: list[list[Entry]],
    first_words: str,
    *,
    size: float | None = None,
    pad: float | None = None,
) -> Scene:
    """Return a scene with its title, description and legend, its letters of that size, so much room about all."""
    total = array_text(np.asarray(paths.total))
    description = (
        f"{first_words}Total {total} over {count_text(paths.count)} from {paths.source} to {paths.target}. "
        f"The leading paths: {_leading(paths)}."
    )
    cell, first, steps = graph.graph["cell"].name, graph.graph["first_step"], graph.graph["steps"]
    where = f"{cell}, step {first}" if steps == 1 else f"{cell}, steps {first} to {first + steps - 1}"
    entries = [*entries, *gap_entries(graph)]
    if is_spelled_out(graph):
        told = "Each box is a single unit."
        if any(curve.label for curve in scene.curves):
            told += " A number stands where there is room for it, those of the widest lines first."
        entries = [*entries, [Entry(plain(told))]]
    if any(edge.get("cut") for *_, edge in graph.edges(data=True)) and "scheme" in graph.graph:
        words = f"cut by {graph.graph['scheme']}: no error goes along it"
        entries = [*entries, [Entry(plain(words), CUT_TONE, CUT_WIDTH, "dotted")]]
    named = replace(scene, title=f"{where}: {title}", description=description)
    looks = {name: value for name, value in (("size", size), ("pad", pad)) if value}
    return add_legend(named, entries, **looks)


def rest_told(told: Callable[[float], str], share: float, noise: float) -> str:
    """Return the share of paths that are not shown; where it is no more than what rounding leaves, that alone.

    >>> rest_told(format_percent, 0.25, 1e-14), rest_told(format_percent, -1e-16, 1e-14)
    ('+25.0 %', '~0 %')
    """
    return f"~{told(0.0)}" if is_rounding(share, noise) else told(share)


def proof_entries(selection: Selection) -> list[list[Entry]]:
    """Return the line of a legend that says what a search may have missed; none where all is proven."""
    told = describe_proof(selection)
    return [[Entry(plain(f"The largest that were found; {told}."))]] if told else []


def derivative(graph: Graph) -> str:
    """Return `dE/dW_A`, with the element where shares are along one."""
    element = graph.graph["element"]
    scheme = f" under {graph.graph['scheme']}" if "scheme" in graph.graph else ""
    entry = f"[{','.join(map(str, element))}]" if element is not None else ""
    return f"dE/d{graph.graph['source']}{entry}{scheme}"


def name_of(graph: Graph, vertex: str) -> Line:
    """Return a vertex's name as it is typeset."""
    return label_of(graph.nodes[vertex])


def derivative_line(graph: Graph) -> Line:
    """Return dE/dW_A as it is typeset."""
    element = graph.graph["element"]
    index = () if element is None else (Run(f"[{','.join(map(str, element))}]"),)
    under = (Run(f" under {graph.graph['scheme']}"),) if "scheme" in graph.graph else ()
    return (Run("d"), Run("E", italic=True), Run("/d"), *name_of(graph, graph.graph["source"]), *index, *under)


def total_line(graph: Graph, paths: PathSet | UnitPathSet) -> Line:
    """Return the first line of a legend: the total, and how many paths it sums."""
    element = graph.graph["element"]
    total = np.asarray(paths.total)
    shown = total if element is None else total[element]
    return (
        *derivative_line(graph),
        Run(f" = {array_text(np.asarray(shown))}, {summed(paths.count)}"),
    )


def summed(count: int) -> str:
    """Return how many paths a total is the sum over."""
    if count == 1:
        return "along the only path."
    return f"the sum over {count_text(count)}: all are in it, none is left out."


def count_text(count: int) -> str:
    """Return a number of paths."""
    return "1 path" if count == 1 else f"{describe_count(count)} paths"


def array_text(array: np.ndarray) -> str:
    """Return a small array written out, a larger one by its size and length."""
    if array.size == 1:
        return format_number(array.item())
    if array.size <= WRITTEN_OUT:
        return _nested(array)
    return f"{' × '.join(map(str, array.shape))} numbers of length {format_number(length(array))}"


def _nested(array: np.ndarray) -> str:
    if array.ndim == 2 and len(array) == 1:
        array = array[0]
    return format_number(float(array)) if array.ndim == 0 else f"[{', '.join(map(_nested, array))}]"


def shares_told(graph: Graph, given: Iterable[float] | None = None) -> tuple[Callable[[float], str], list[list[Entry]]]:
    """Return how shares, by default all flows, are told, and what a legend says of that where they are not in per cent.

    Where nearly all cancels they are parts of the derivative: nobody reads 4e8 %.

    Raises
    ------
    NumberError
        If there are none: the paths of a gradient that a sweep takes for rounding add up to zero.
    """
    shares = [edge["flow"] for *_, edge in graph.edges(data=True)] if given is None else list(given)
    if any(map(math.isnan, shares)):
        raise NumberError(f"zero gradient: {derivative(graph)} is zero, so there is nothing to share")
    total, element = np.asarray(graph.graph["total"]), graph.graph["element"]
    whole = float(total[element]) if element is not None else length(total)
    numbers = shares_as(max(map(abs, shares), default=0.0), whole) if whole else None
    if numbers is None or numbers.percent:
        return format_percent, []
    words = Run("Nearly all cancels: in place of a share stands what it brings to ")
    return numbers.text, [[Entry((words, *derivative_line(graph), Run(f"{numbers.times}.")))]]


def tone_of(flow: float, *, on_path: bool) -> Tone:
    """Return the tone of an edge by the sign of its flow; through one that is on a path there may flow nothing, too.

    >>> tone_of(-0.5, on_path=True), tone_of(0.0, on_path=True), tone_of(0.0, on_path=False)
    ('negative', 'quiet', 'pale')
    """
    if flow:
        return "positive" if flow > 0 else "negative"
    return "quiet" if on_path else "pale"


def pale_entries(graph: Graph, curves: Iterable[Curve]) -> list[Entry]:
    """Return what a legend says of lines along which nothing flows, of each kind that there is; of cut ones another."""
    there = {curve.tone for curve in curves if curve.pattern != "dotted"}
    entries = [Entry(plain("on a path, and 0"), "quiet", THINNEST)] if "quiet" in there else []
    name = name_of(graph, graph.graph["source"])
    return [*entries, *([Entry((Run("on no path from "), *name), "pale", THINNEST)] if "pale" in there else [])]


def value_word(scene: Scene) -> str:
    """Return what a box's number is called."""
    has_vectors = any(box.value.startswith("|") for box in scene.boxes)
    return "value, of a vector its length |·|" if has_vectors else "value"


# Set of paths -> its leading ones in words. All figures of an answer say the same, and among vectors it is a search.
_DESCRIBED_OF: WeakKeyDictionary[PathSet | UnitPathSet, str] = WeakKeyDictionary()


def _leading(paths: PathSet | UnitPathSet) -> str:
    if paths not in _DESCRIBED_OF:
        leading = paths.top(min(_DESCRIBED, paths.count))
        _DESCRIBED_OF[paths] = "; ".join(filter(None, [*map(str, leading), describe_proof(leading)]))
    return _DESCRIBED_OF[paths]
