"""The rolled view: the cell once, its recurrent edges as loops, each with its flow over all steps."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import networkx as nx

from graphviz_lstm.cells.names import Moving
from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.labels import label_of
from graphviz_lstm.figures.layout import ROOMY, edges_on_paths, make_layout, right_of, together
from graphviz_lstm.figures.legend import Entry
from graphviz_lstm.figures.routes import Drawn, Entered, Pen, beyond_risers, make_plan
from graphviz_lstm.figures.scene import Curve, Run, Scene, plain, text_width
from graphviz_lstm.figures.theme import NUMBER_SIZE, THINNEST, line_width
from graphviz_lstm.figures.views.common import (
    FOCUS_WIDTH,
    build_scene,
    derivative,
    finish,
    pale_entries,
    shares_told,
    tone_of,
    total_line,
)
from graphviz_lstm.figures.views.delays import BEFORE_HEAD, delay_mark
from graphviz_lstm.figures.views.loop_entries import entries_of, ways_of
from graphviz_lstm.figures.views.loops import loops_of, ports_of, room_below
from graphviz_lstm.figures.views.settling import LEFT_OUT, settle
from graphviz_lstm.figures.views.strands.room import tall_boxes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.figures.layout import Layout
    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.figures.theme import Tone
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import PathSet, UnitPathSet

_PEN = Pen(wide=True, air=2.5)
# From what rises in the frame to the numbers of loops.
_BEGIN = 6.0
_ABOVE = 7.5
_OWN = ("gate", "state", "output", "operation")


def rolled_view(graph: Graph, paths: PathSet | UnitPathSet) -> Scene:
    """Return the scene of the cell once: every edge with the sum of its flows over the steps.

    Raises
    ------
    InputError
        If the source is a quantity at one step: that is not told apart where all steps are one.
    """
    source = graph.graph["source"]
    if graph.nodes[source]["role"] in _OWN:
        raise InputError(
            f"view 'rolled' adds up all steps, and {source!r} is a vertex of one of them "
            "(take a parameter, an input or an initial state, or another view)"
        )
    rolled, loops = _roll(graph)
    # A quantity may read another at its own step and at the one before: two lines join them then.
    inner: dict[Edge, float] = nx.get_edge_attributes(rolled, "flow")
    largest = max(map(abs, [*inner.values(), *loops.values()]))
    widths, its_widths = _widths(inner, largest), _widths(loops, largest)
    tones, its_tones = _tones(graph, inner, loops)
    told, parts = shares_told(graph, [largest])
    numbers = {edge: told(flow) for edge, flow in inner.items() if flow}
    lively = {vertex for edge, flow in [*inner.items(), *loops.items()] if flow for vertex in edge}
    layout = make_layout(rolled, source, rolled=True)
    ways = ways_of(rolled, layout, loops)
    rough = Drawn(rolled, layout, widths, source, _PEN)
    entries = entries_of(ways, rough, its_widths)
    entered = Entered(entries.taken, ports_of(ways, its_widths, _PEN))
    tall = tall_boxes(replace(rough, entered=entered), risers=True)
    tall |= {name: max(height, tall.get(name, 0.0)) for name, height in entries.tall.items()}
    begin = beyond_risers(rough, make_plan(rough).rising.get(0, [])) + _BEGIN
    longest = max((text_width(plain(told(flow)), NUMBER_SIZE) for flow in loops.values()), default=0.0)
    spacing = replace(
        ROOMY,
        numbers=ROOMY.numbers + room_below(ways, its_widths),
        wide_gutter=max(ROOMY.wide_gutter, begin + longest + BEFORE_HEAD),
    )
    layout = make_layout(rolled, source, rolled=True, spacing=spacing, tall=tall)
    scene = build_scene(rolled, source, lively, widths, tones, numbers, layout=layout, pen=_PEN, entered=entered)
    crowded = rolled.out_degree(source) > 1
    curves = [curve if crowded or curve.tail != source else _lowered(curve, rolled, layout) for curve in scene.curves]
    drawn = loops_of(replace(rough, layout=layout), ways, entries, loops, its_widths, its_tones, told, begin=begin)
    curves += drawn + [delay_mark(loop) for loop in drawn]
    boxes = tuple(replace(box, label=label_of(rolled.nodes[box.vertex])) for box in scene.boxes)
    title = (Run("every step "), Run("t", italic=True))
    frames = tuple(replace(frame, label=replace(frame.label, line=title)) for frame in scene.frames)
    whole, lost = settle(replace(scene, curves=tuple(curves), boxes=boxes, frames=frames), nearest=True)
    told_of = _legend(graph, paths, curves, parts) + ([[Entry(plain(LEFT_OUT), bare=())]] if lost else [])
    return finish(whole, graph, paths, f"the cell once, flow of {derivative(graph)}", told_of, "")


def _legend(
    graph: Graph, paths: PathSet | UnitPathSet, curves: list[Curve], parts: list[list[Entry]]
) -> list[list[Entry]]:
    added = f"added up over {graph.graph['steps']:,} steps."
    before = "t\N{NO-BREAK SPACE}\N{MINUS SIGN}\N{NO-BREAK SPACE}1"
    waits = f"A loop leads to the next step: on its square the value waits from {before} to t."
    if graph.graph["problem"].turns:
        waits = "A loop leads to the next step, of what runs backward to the one before: on its square a value waits."
    return [
        [Entry(total_line(graph, paths))],
        [
            Entry(plain("adds to the gradient"), "positive", FOCUS_WIDTH),
            Entry(plain("takes away from it"), "negative", FOCUS_WIDTH, "dashed"),
            *pale_entries(graph, curves),
        ],
        [Entry(plain(f"On an edge: its flow, {added}"), bare=plain(f"The width of an edge is its flow, {added}"))],
        *parts,
        *([[Entry(plain(waits))]] if any(not curve.arrow for curve in curves) else []),
    ]


def _widths(flows: Mapping[Edge, float], largest: float) -> dict[Edge, float]:
    return {edge: line_width(flow, largest) if flow else THINNEST for edge, flow in flows.items()}


def _tones(
    graph: Graph, inner: Mapping[Edge, float], loops: Mapping[Edge, float]
) -> tuple[dict[Edge, Tone], dict[Edge, Tone]]:
    """Return the tones of the lines within a step and of those to the next."""
    lying: dict[bool, set[Edge]] = {False: set(), True: set()}
    for edge in edges_on_paths(graph, graph.graph["source"]):
        lying[_is_loop(graph, edge)].add((_rolled_name(graph, edge[0]), _rolled_name(graph, edge[1])))
    return (
        {edge: tone_of(flow, on_path=edge in lying[False]) for edge, flow in inner.items()},
        {edge: tone_of(flow, on_path=edge in lying[True]) for edge, flow in loops.items()},
    )


def _is_loop(graph: Graph, edge: Edge) -> bool:
    """Return whether an edge leads to another step, and not from the source."""
    return graph.edges[edge]["kind"] in ("carousel", "crossing") and edge[0] != graph.graph["source"]


def _roll(graph: Graph) -> tuple[Graph, dict[Edge, float]]:
    """Return the graph of one step, number 0, with flows added up, and the flows of the edges to the next step."""
    rolled: Graph = nx.DiGraph(**{"full": graph, **graph.graph})
    source = graph.graph["source"]
    for vertex, data in graph.nodes.items():
        if data["role"] in _OWN or vertex in (source, graph.graph["target"]):
            own = data["role"] in _OWN and vertex != source
            name = data["quantity"] if own else vertex
            label = data["name"].at(Moving()) if own else data["name"]
            rolled.add_node(
                name, quantity=data["quantity"], step=0 if own or data["role"] == "input" else data["step"],
                role=data["role"], name=label,
            )  # fmt: skip
    flows: dict[bool, dict[Edge, list[float]]] = {False: {}, True: {}}
    carousels: set[Edge] = set()
    for tail, head, edge in graph.edges(data=True):
        ends = [name if (name := _rolled_name(graph, vertex)) in rolled else None for vertex in (tail, head)]
        if None in ends:
            continue
        pair = (str(ends[0]), str(ends[1]))
        is_loop = _is_loop(graph, (tail, head))
        flows[is_loop].setdefault(pair, []).append(edge["flow"])
        if is_loop and edge["kind"] == "carousel":
            carousels.add(pair)
        if not is_loop and not rolled.has_edge(*pair):
            rolled.add_edge(*pair, kind=edge["kind"], symbol=edge["symbol"])
    inner, loops = ({pair: together(some) for pair, some in flows[is_loop].items()} for is_loop in (False, True))
    nx.set_edge_attributes(rolled, inner, "flow")
    rolled.graph["carousels"] = carousels
    return rolled, loops


def _rolled_name(graph: Graph, vertex: str) -> str:
    data = graph.nodes[vertex]
    return data["quantity"] if data["role"] in _OWN and vertex != graph.graph["source"] else vertex


def _lowered(curve: Curve, graph: Graph, layout: Layout) -> Curve:
    """Return a line from the source with its number below the bus, where no loop runs."""
    if curve.label is None or graph.nodes[curve.tail]["role"] not in ("parameter", "input"):
        return curve
    place = (right_of(layout.places[curve.tail]) + 6.0, curve.points[0][1] - curve.width / 2 - _ABOVE)
    return replace(curve, label=replace(curve.label, x=round(place[0], 2), y=round(place[1], 2), anchor="start"))
