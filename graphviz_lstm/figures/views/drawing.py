"""A graph with one line for each edge, its steps in rows: what the views of single lines and of numbers share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.layout import around, edges_on_paths, is_spelled_out, make_layout
from graphviz_lstm.figures.legend import Entry, bounds_of
from graphviz_lstm.figures.routes import Drawn, make_plan, route_of, with_room
from graphviz_lstm.figures.scene import NOTED_HEIGHT, plain
from graphviz_lstm.figures.theme import LARGE_SIZE, NUMBER_SIZE, THINNEST, TITLE_SIZE
from graphviz_lstm.figures.views.common import LARGE_PEN, brief, build_scene, edges_drawn, finish
from graphviz_lstm.figures.views.edge_labels import close_layout, roomy_layout
from graphviz_lstm.figures.views.rows import GOES_ON, PAD
from graphviz_lstm.figures.views.settling import LEFT_OUT, settle
from graphviz_lstm.figures.views.shown import with_shown
from graphviz_lstm.figures.views.stacking import stacked
from graphviz_lstm.figures.views.strands.rivers import rising
from graphviz_lstm.figures.views.strands.room import tall_boxes, with_turns
from graphviz_lstm.figures.views.wrapping import in_rows
from graphviz_lstm.notation.numbers import format_value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from graphviz_lstm.figures.choices import Edges, Show
    from graphviz_lstm.figures.layout import Layout
    from graphviz_lstm.figures.routes import Edge, Pen
    from graphviz_lstm.figures.scene import Line, Scene
    from graphviz_lstm.figures.theme import Tone
    from graphviz_lstm.figures.views.wrapping import Wrapping
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import PathSet, UnitPathSet

_NOTE = "\N{PARTIAL DIFFERENTIAL} "
# So many rows may become one where things stand closer; more never do.
_BECOME_ONE = 2
# The point at which the last bend of a line begins, before the straight piece that its head is on.
_LAST_TURN = -7


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """What is drawn of a graph.

    Attributes
    ----------
    lively, widths, tones, numbers
        As in `build_scene`.
    on_edges, show
        What was asked for on edges and besides.
    notes
        What stands below the value in a vertex's box: dE/d(vertex).
    room_for
        The numbers that have room, where these are more than its own: of all of several drawings, which are alike then.
    pen
        How large the heads of its lines are.
    """

    graph: Graph
    lively: set[str]
    widths: Mapping[Edge, float]
    tones: Mapping[Edge, Tone]
    numbers: Mapping[Edge, Line]
    on_edges: Edges | None = None
    show: Sequence[Show] = ()
    notes: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    room_for: Mapping[Edge, Line] | None = None
    pen: Pen = LARGE_PEN

    def figure(
        self,
        paths: PathSet | UnitPathSet,
        wrapping: Wrapping,
        title: str,
        legend: Callable[[Scene], list[list[Entry]]],
        first_words: str = "",
        change: Callable[[Scene], Scene] = lambda scene: scene,
    ) -> Scene:
        """Return the whole figure: its steps in rows, and its legend below.

        Where all steps are to stand in one row they have the distances of a wide screen; so have single units. `change`
        is what is done to the scene before it has its legend.
        """
        graph = self.graph
        if is_spelled_out(graph) or wrapping.is_one_row(graph):
            scene = change(self._roomy())
            return finish(scene, graph, paths, title, legend(scene), first_words)

        def made(scene: Scene, told: list[list[Entry]]) -> Scene:
            scene, lost = settle(change(scene), nearest=True)
            rows = [*legend(scene), *told, *([[Entry(plain(LEFT_OUT), bare=())]] if lost else [])]
            return finish(scene, graph, paths, title, rows, first_words, size=LARGE_SIZE, pad=PAD)

        return self._in_rows(wrapping, made)

    def panel(self, wrapping: Wrapping) -> Scene:
        """Return the same without a legend: one of several."""
        if is_spelled_out(self.graph) or wrapping.is_one_row(self.graph):
            return self._roomy()
        return self._in_rows(wrapping, lambda scene, _: bounded(settle(scene, nearest=True)[0]))

    def _in_rows(self, wrapping: Wrapping, made: Callable[[Scene, list[list[Entry]]], Scene]) -> Scene:
        """Return the figure in rows, closer where a step has no room beside what falls out of the one before.

        Closer, too, where two rows become one so: a number that steps aside costs less than a second row.
        """
        scene, rows = in_rows(*self._close(), wrapping, made)
        if not rows.parts and len(rows.firsts) > _BECOME_ONE:
            return scene
        try:
            closer, its = in_rows(*self._close(alone=True), wrapping, made)
        except InputError:  # boxes so close have no room beside them for what is shown besides
            return scene
        narrower = len(rows.firsts) == 1 and closer.right - closer.left < scene.right - scene.left
        return closer if rows.parts or len(its.firsts) < len(rows.firsts) or narrower else scene

    def _roomy(self) -> Scene:
        """Return all steps in one row, with room for everything."""
        graph = self.graph
        notes = {vertex: f"{_NOTE}{format_value(value)}" for vertex, value in self.notes.items()}
        pen, layout = replace(self.pen, number_size=NUMBER_SIZE), None
        if not is_spelled_out(graph):
            layout = self._settled(
                lambda tall: roomy_layout(around(graph), self._with_room, self.on_edges, self.show, tall), pen
            )
        scene = build_scene(
            graph, graph.graph["source"], self.lively, self.widths, self.tones, self.numbers, notes, layout, pen=pen
        )
        return with_shown(scene, graph, self.show)

    @property
    def _with_room(self) -> Mapping[Edge, Line]:
        return self.numbers if self.room_for is None else self.room_for

    def _close(self, *, alone: bool = False) -> tuple[Scene, Graph, Layout]:
        """Return all steps in one row, close to each other, and where boxes stand in it."""
        graph = self.graph
        notes = {vertex: f"{_NOTE}{brief(value, _NOTE)}" for vertex, value in self.notes.items()}
        noted = {graph.nodes[vertex]["quantity"]: NOTED_HEIGHT for vertex in notes}
        layout = self._settled(
            lambda tall: close_layout(around(graph), self._with_room, self.show, tall, alone=alone), self.pen, noted
        )
        scene = build_scene(
            graph,
            graph.graph["source"],
            self.lively,
            self.widths,
            self.tones,
            self.numbers,
            notes,
            layout=layout,
            large=True,
            pen=self.pen,
        )
        return with_shown(scene, graph, self.show), graph, layout

    def _settled(
        self, layout_of: Callable[[Mapping[str, float]], Layout], pen: Pen, noted: Mapping[str, float] | None = None
    ) -> Layout:
        """Return a layout with room for what meets at its boxes, for what turns before them, and along its buses."""
        graph, tall = around(self.graph), dict(noted or {})
        widths, source = self.widths, graph.graph["source"]
        if graph is not self.graph:
            edges = edges_drawn(graph, source, edges_on_paths(graph, source))
            widths = {edge: widths.get(edge, THINNEST) for edge in edges}
        drawn = Drawn(graph, layout_of(tall), widths, source, pen)
        needed = tall_boxes(drawn, risers=True)
        tall |= {name: max(height, tall.get(name, 0.0)) for name, height in needed.items()}
        drawn = replace(drawn, layout=layout_of(tall))
        plan = make_plan(drawn)
        # Where a line turns up the last time before its head.
        columns = {edge: route_of(plan, edge).points[_LAST_TURN][0] for edge in rising(drawn)}
        spacing = with_turns(drawn, columns)
        if spacing != drawn.layout.motif.spacing:
            drawn = replace(drawn, layout=make_layout(graph, source, spacing=spacing, tall=tall))
        layout = with_room(drawn)
        return replace(layout, places={box: place for box, place in layout.places.items() if box in self.graph})


def figure_of(
    drawings: Sequence[Drawing],
    titles: Sequence[str],
    paths: PathSet | UnitPathSet,
    wrapping: Wrapping,
    title: str,
    legend: list[list[Entry]],
) -> Scene:
    """Return several drawings of one graph in one figure, each with a title of its own, and one legend."""
    graph = drawings[0].graph
    if is_spelled_out(graph) or wrapping.is_one_row(graph):
        whole = stacked([each.panel(wrapping) for each in drawings], titles)
        return finish(whole, graph, paths, title, legend, "")
    inner = replace(wrapping, most=wrapping.most - 2 * PAD)
    panels = [each.panel(inner) for each in drawings]
    told = [[Entry(plain(GOES_ON))]] if len({frame.top for frame in panels[0].frames}) > 1 else []
    whole = stacked(panels, titles, room=inner.most, size=TITLE_SIZE)
    return finish(whole, graph, paths, title, [*legend, *told], "", size=LARGE_SIZE, pad=PAD)


def bounded(scene: Scene) -> Scene:
    """Return a scene that knows what it spans."""
    left, bottom, right, top = bounds_of(scene)
    return replace(scene, left=left, bottom=bottom, right=right, top=top)
