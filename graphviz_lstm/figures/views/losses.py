"""The loss of each step in a picture of its own: on the line to E, with its target beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.expression import Quantity
from graphviz_lstm.cells.names import Name
from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.labels import name_label
from graphviz_lstm.figures.layout import GAP
from graphviz_lstm.figures.routes import straight
from graphviz_lstm.figures.scene import Box, Curve, Scene
from graphviz_lstm.figures.theme import THINNEST, arrow_size
from graphviz_lstm.figures.views.common import brief
from graphviz_lstm.graph.local import equations_at
from graphviz_lstm.graph.losses import TARGET_KEY, compiled_loss
from graphviz_lstm.notation.names import text
from graphviz_lstm.notation.numbers import format_value, sum_exactly

if TYPE_CHECKING:
    from graphviz_lstm.figures.scene import Point
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph

_WIDTH, _HEIGHT, _TARGET = 48.0, 32.0, 44.0
# Of what falls below the frames: how far below them the box stands. Before E: how far its box stands from it.
_BELOW, _AHEAD, _BESIDE = 42.0, 24.0, 16.0
_LEAST = 6.0


def with_losses(scene: Scene, graph: Graph) -> Scene:
    """Return a scene with a box on each line to E: the loss of its step, and the target beside it.

    Raises
    ------
    InputError
        If a step has losses of more than one quantity: there is room for one.
    """
    target: str = graph.graph["target"]
    goal = next(box for box in scene.boxes if box.vertex == target)
    curves: list[Curve] = []
    boxes: list[Box] = []
    steps: set[int] = set()
    for curve in scene.curves:
        if curve.head != target or curve.tail == GAP:
            curves.append(curve)
            continue
        step = graph.nodes[curve.tail]["step"]
        if step in steps:
            raise InputError(
                f"step {step} has losses of several quantities, such as {curve.tail!r}: show='losses' has room for one"
            )
        steps.add(step)
        added = _on_line(graph, curve, goal)
        boxes += added[0]
        curves += added[1]
    return replace(scene, boxes=(*scene.boxes, *boxes), curves=tuple(curves))


def _on_line(graph: Graph, curve: Curve, goal: Box) -> tuple[list[Box], list[Curve]]:
    """Return the boxes of one loss and of its target, and the three lines: to the loss, on to E, from the target."""
    data = graph.nodes[curve.tail]
    step: int = data["step"]
    value, aims = loss_at(graph, curve.tail)
    name, aim = Name(graph.graph["target"], step), graph.graph["problem"].target_name.at(step)
    # No identifier reads so: a cell may have a quantity called `y` or a parameter `E_1`.
    vertex, told = f"loss of {curve.tail}", f"target of {curve.tail}"
    falls = curve.points[0][0] == curve.points[3][0]
    arrow = round(arrow_size(curve.width), 2)
    length = 10.0 * arrow + curve.width / 2
    if falls:
        x, y = curve.points[0][0], -_BELOW
        first = _straight((x, curve.points[0][1]), (x, y + _HEIGHT / 2 + length))
        tip, leaving, other = (x, y + _HEIGHT / 2), (x, y - _HEIGHT / 2), (x + _WIDTH / 2 + _BESIDE + _TARGET / 2, y)
        ways = (other[0] - _TARGET / 2, y), (x + _WIDTH / 2, y)
    else:
        y = curve.tip[1]
        x = goal.x - goal.width / 2 - _AHEAD - _WIDTH / 2
        first = _straight(curve.points[0], (x - _WIDTH / 2 - length, y))
        tip, leaving, other = (x - _WIDTH / 2, y), (x + _WIDTH / 2, y), (x, y + _HEIGHT + _BESIDE)
        ways = (x, other[1] - _HEIGHT / 2), (x, y + _HEIGHT / 2)
    rest = (leaving, *straight(leaving, curve.points[3]), *curve.points[4:])
    label = curve.label
    if label is not None and not falls:
        label = replace(label, x=round(label.x - (goal.x - goal.width / 2 - x + _WIDTH / 2) / 2, 2))
    shown = f"{text(name)}, the {vertex}: {format_value(value)}"
    large = goal.large
    tell = brief if large else format_value
    box = Box(
        vertex, x, y, _WIDTH, _HEIGHT, "loss", name_label(name), tell(value), curve.tone in _PALE, shown, large=large
    )
    hint = f"{text(aim)}, the {told}: {format_value(aims)}"
    aimed = Box(
        told, *other, _TARGET, _HEIGHT, "input", name_label(aim), tell(aims), pale=True, tooltip=hint, large=large
    )
    lines = [
        replace(curve, head=vertex, points=_rounded(first), tip=_at(tip), label=label),
        replace(curve, tail=vertex, points=_rounded(rest), label=None, tooltip=f"{vertex} -> {curve.head}, partial 1"),
        _arrow(told, vertex, *ways),
    ]
    return [box, aimed], lines


_PALE = ("pale", "faint", "quiet")


def loss_at(graph: Graph, vertex: str) -> tuple[Array, Array]:
    """Return the sum of the losses that read a vertex, and the target of the first of them.

    Raises
    ------
    KeyError
        If none does.
    """
    problem, data = graph.graph["problem"], graph.nodes[vertex]
    parts, aims = [], None
    for term in problem.losses:
        if term.quantity != data["quantity"] or data["step"] not in term.steps:
            continue
        own = term.targets[term.steps.index(data["step"])]
        recipe = compiled_loss(term, problem)
        leaves = {Quantity(term.quantity): data["value"], Quantity(TARGET_KEY): own}
        parts.append(float(np.sum(equations_at(recipe, leaves)[recipe.cell.output])))  # type: ignore[arg-type]
        aims = own if aims is None else aims
    if aims is None:
        raise KeyError(vertex)
    return np.asarray(sum_exactly(parts)), np.asarray(aims)


def _straight(start: Point, end: Point) -> tuple[Point, ...]:
    return (start, *straight(start, end))


def _arrow(tail: str, head: str, start: Point, end: Point) -> Curve:
    arrow = round(arrow_size(THINNEST), 2)
    length = 8.0 * arrow
    stop = (end[0] + length, end[1]) if start[1] == end[1] else (end[0], end[1] + length)
    return Curve(
        tail, head, _rounded(_straight(start, stop)), _at(end), THINNEST, "pale", arrow, None, f"{tail} -> {head}"
    )


def _rounded(points: tuple[Point, ...]) -> tuple[Point, ...]:
    return tuple(map(_at, points))


def _at(point: Point) -> Point:
    return (round(point[0], 2), round(point[1], 2))
