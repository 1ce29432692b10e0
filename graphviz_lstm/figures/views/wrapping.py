"""The steps of a scene in rows: each thing where the row of its step has it, and lines in parts where they lead on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_lstm.figures.labels import label_of
from graphviz_lstm.figures.layout import GAP, is_gap
from graphviz_lstm.figures.legend import Entry
from graphviz_lstm.figures.routes import cut, straight
from graphviz_lstm.figures.scene import Run, plain
from graphviz_lstm.figures.theme import BOX_WIDTH
from graphviz_lstm.figures.views.fitting import Needs, fitted
from graphviz_lstm.figures.views.rows import (
    GOES_ON,
    ON,
    End,
    move_box,
    move_frame,
    name_to,
    names_at_cuts,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.figures.layout import Layout
    from graphviz_lstm.figures.scene import Curve, Line, Scene, Text
    from graphviz_lstm.figures.views.rows import Rows
    from graphviz_lstm.graph.unroll import Graph

_OWN = ("gate", "state", "output", "operation", "gap")
_FALLING = ("loss", "gap-fall")


@dataclass(frozen=True, slots=True)
class Wrapping:
    """How wide a figure may be, in points, and how many steps stand side by side: as many as fit, or so many."""

    most: float
    steps_per_row: int | None = None

    def is_one_row(self, graph: Graph) -> bool:
        """Return whether it is asked for that all steps stand side by side, a box for hidden ones counted as one."""
        drawn = {data["step"] for data in graph.nodes.values() if data["role"] in _OWN}
        return self.steps_per_row is not None and self.steps_per_row >= len(drawn)


def in_rows(
    scene: Scene, graph: Graph, layout: Layout, wrapping: Wrapping, made: Callable[[Scene, list[list[Entry]]], Scene]
) -> tuple[Scene, Rows]:
    """Return the scene that is made of one whose steps are wrapped, with what its legend says of that, and its rows.

    Parameters
    ----------
    scene
        All steps in one row, where `layout` has them; every line runs level just behind each step.
    made
        What makes the whole figure: it has a legend then, and so its width.
    """
    source = graph.graph["source"]
    left = -min(layout.places[source][0] - BOX_WIDTH / 2, 0.0)
    needs = Needs(wrapping.most, left, _beyond(scene), _highest(scene, layout))

    def whole(rows: Rows) -> Scene:
        told = [[Entry(plain(GOES_ON))]] if rows.cuts else []
        return made(_wrapped(scene, graph, layout, rows) if rows.cuts else scene, told)

    return fitted(layout, needs, whole, steps_per_row=wrapping.steps_per_row, target=graph.graph["target"])


def _beyond(scene: Scene) -> float:
    """Return how far what belongs to a step, such as a number beside a line that falls, reaches beyond its frame."""
    reach = 0.0
    for frame in scene.frames:
        for text in (curve.label for curve in scene.curves if curve.label is not None):
            if frame.left <= text.left <= frame.right:
                reach = max(reach, text.left + text.width - frame.right)
    return reach


def _highest(scene: Scene, layout: Layout) -> float | None:
    """Return how high what is drawn besides reaches; None where there is nothing."""
    besides = [box.y + box.height / 2 for box in scene.boxes if box.vertex not in layout.places]
    return max(besides, default=None)


def _wrapped(scene: Scene, graph: Graph, layout: Layout, rows: Rows) -> Scene:
    """Return a scene with everything in its row, and the names of the lines that go on in another one."""
    at = _anchors(scene, graph, layout)
    curves: list[Curve] = []
    ends: list[End] = []
    for curve in scene.curves:
        first, last = rows.of(at[curve.tail]), rows.of(at[curve.head])
        if first == last:
            curves.append(_moved(curve, rows, first))
            continue
        curves += _parts(curve, rows, first, last)
        ends.append(End(_name(graph, curve), curve.points, curve.width / 2, curve.tip[0]))
    return replace(
        scene,
        frames=tuple(part for frame in scene.frames for part in move_frame(frame, rows, layout.places)),
        boxes=tuple(move_box(box, rows, rows.of(at[box.vertex])) for box in scene.boxes),
        curves=tuple(curves),
        texts=(*scene.texts, *names_at_cuts(ends, rows)),
    )


def _anchors(scene: Scene, graph: Graph, layout: Layout) -> dict[str, float]:
    """Return the x that says to which row a box belongs: an input's is its step's, a small one's its reader's."""
    found = {}
    beyond = max([*layout.origin.values()]) + layout.motif.width + BOX_WIDTH
    for box in scene.boxes:
        if box.vertex in layout.places:
            data = graph.nodes[box.vertex]
            found[box.vertex] = layout.origin.get(data["step"], box.x) if data["role"] == "input" else box.x
        elif box.x > beyond:
            # Between the last step and the loss.
            found[box.vertex] = box.x
    # What is drawn besides hangs on what it leads to: a target on a loss, a loss on what is put out.
    hanging = [curve for curve in scene.curves if curve.tail not in found or curve.head not in found]
    while hanging:
        for curve in hanging:
            known = found.get(curve.tail, found.get(curve.head))
            if known is not None:
                found.setdefault(curve.tail, known)
                found.setdefault(curve.head, known)
        hanging = [curve for curve in hanging if curve.tail not in found or curve.head not in found]
    return found


def _moved(curve: Curve, rows: Rows, row: int) -> Curve:
    points = tuple(rows.place(point, row) for point in curve.points)
    label = None if curve.label is None else _placed(curve.label, rows, row)
    return replace(curve, points=points, tip=rows.place(curve.tip, row), label=label)


def _parts(curve: Curve, rows: Rows, first: int, last: int) -> list[Curve]:
    """Return the parts of a line, one in each row; the last has the head, and the number is where it is read."""
    parts = []
    points = curve.points
    told = None if curve.label is None else min(max(rows.of_text(curve.label), first), last)
    for row in range(first, last + 1):
        own = points
        if row < last:
            own, rest = cut(points, rows.cuts[row])
            # Behind the cut there may be the head alone.
            points = rows.led_in(rest or own[-1:], row + 1)
            own = (*own, *straight(own[-1], (own[-1][0] + ON, own[-1][1])))
        moved = tuple(rows.place(point, row) for point in own)
        label = _placed(curve.label, rows, row) if curve.label is not None and row == told else None
        end = {"tip": rows.place(curve.tip, row)} if row == last else {"tip": moved[-1], "arrow": 0.0}
        parts.append(replace(curve, points=moved, label=label, **end))
    return parts


def _placed(text: Text, rows: Rows, row: int) -> Text:
    x, y = rows.place((text.x, text.y), row)
    return replace(text, x=x, y=y)


def _name(graph: Graph, curve: Curve) -> Line:
    """Return what a line is called where it is cut: by what it comes from, or by the loss where it runs on its bus."""
    tail = curve.tail if curve.tail in graph.nodes else None
    kind = graph.edges[curve.tail, curve.head]["kind"] if graph.has_edge(curve.tail, curve.head) else "loss"
    ahead = len({y for _, y in curve.points}) == 1
    if kind in _FALLING and not ahead:
        return name_to("to ", label_of(graph.nodes[graph.graph["target"]]))
    if tail is None or is_gap(tail):
        return (Run(GAP),) if tail else label_of(graph.nodes[graph.graph["target"]])
    return label_of(graph.nodes[tail])
