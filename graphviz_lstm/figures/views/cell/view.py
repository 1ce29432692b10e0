"""The cell view: marks in boxes and circles, their lines, what a step takes and gives, and what all that means."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.cells.names import Moving
from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures.choices import CHAINS
from graphviz_lstm.figures.labels import name_label, raised
from graphviz_lstm.figures.legend import Entry, add_legend, bounds_of
from graphviz_lstm.figures.routes import rounded
from graphviz_lstm.figures.scene import Box, Curve, Frame, Run, Scene, Text, plain
from graphviz_lstm.figures.theme import LABEL_SIZE, LEGEND_SIZE, arrow_size
from graphviz_lstm.figures.views.cell.marks import LINEAR, marks_of, unnamed
from graphviz_lstm.figures.views.cell.placing import place
from graphviz_lstm.figures.views.cell.wiring import MARGIN, Form, wire
from graphviz_lstm.figures.views.stacking import moved
from graphviz_lstm.notation.formulas import writer_of
from graphviz_lstm.notation.numbers import MINUS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.cells import Cell
    from graphviz_lstm.figures.scene import Line, Point
    from graphviz_lstm.figures.theme import Look
    from graphviz_lstm.figures.views.cell.marks import Mark, Marks
    from graphviz_lstm.figures.views.cell.placing import Node
    from graphviz_lstm.figures.views.cell.wiring import Wiring

MOST_MARKS = 120
"""A cell of more operations cannot be read."""

# A step of the grid in points, and sizes: of a circle, of a box of marks, of a bar that joins, of the ends.
_STEP = 10.0
_CIRCLE, _HIGH, _WIDE, _BAR, _END = 22.0, 32.0, 44.0, 8.0, (38.0, 22.0)
_WIDTH, _RADIUS = 1.6, 8.0
_LEFT, _RIGHT, _UP, _DOWN = (-1, 0), (1, 0), (0, -1), (0, 1)
_SIZES = {"layer": (2, 2), "function": (2, 2), "parameter": (2, 2), "entrywise": (1, 1), "join": (1, 1)}
# From an end to the frame beside it, from the highest rail to the frame's top, and from the lowest line to its bottom.
_BESIDE, _OVER, _UNDER = 8.0, 36.0, 22.0
# Between rows of steps; names are to have so many pixels at least.
_BETWEEN, _LEAST = 24.0, 9.0
# Of the legend: a sample's size, that of a long one, and from line to line.
_SAMPLE, _LONG, _LINE = 18.0, 36.0, 24.0
_PARTS = "A line that parts leads the same to both; where two lines cross they have nothing to do with each other."
_MEANINGS: tuple[tuple[Look, str, str], ...] = (
    ("layer", "\N{GREEK SMALL LETTER SIGMA}", "a layer: its function of weights times what comes in, plus a bias"),
    ("layer", LINEAR, "a layer without a function: weights times what comes in, plus a bias if it has one"),
    ("mark", "\N{MULTIPLICATION SIGN}", "entry by entry, as its sign says"),
    ("mark", "tanh", "a function of each entry, or as it is called"),
    ("join", "", "lines side by side: each has weights of its own in the layers that it leads to"),
    ("parameter", "b", "a parameter by itself, or a number"),
)


def cell_scene(cell: Cell, cells: int = 1) -> Scene:
    """Return the scene of a cell: one step, or three side by side or in rows, each operation a mark.

    Raises
    ------
    InputError
        If there are to be another number of steps, or the cell has more operations than can be read.
    """
    if cells not in CHAINS:
        raise InputError(f"unusable number of cells: {shorten(cells)} (must be {' or '.join(map(str, CHAINS))})")
    marks = marks_of(cell)
    if len(marks.marks) > MOST_MARKS:
        raise InputError(f"too many operations to draw: {len(marks.marks):,} (at most {MOST_MARKS})")
    grid = place(cell, marks)
    forms = {node: _form(node, marks) for node in grid.spots}
    wiring = wire(grid, forms)
    first = -(cells - 1) // 2 if cells > 1 else 0
    parts = _in_rows([_step(cell, marks, wiring, forms, first + k, k) for k in range(cells)], wiring)
    boxes = {box.vertex: box for part in parts for box in part.boxes}
    frames = tuple(frame for part in parts for frame in part.frames)
    scene = Scene(frames, tuple(boxes.values()), tuple(curve for part in parts for curve in part.curves))
    told = writer_of(cell)
    equations = "; ".join(
        f"{told.name(e.quantity, Moving())} = {told.expression(unnamed(e.expression), Moving())}"
        for e in cell.equations
    )
    scene = replace(scene, title=f"{cell.name}: the cell", description=f"One step: {equations}.")
    return _with_legend(scene, cell, marks)


def _in_rows(parts: list[Scene], wiring: Wiring) -> list[Scene]:
    """Return the steps in rows of as many as can be read in a column of text; a row begins with what ends the last."""
    pitch = _STEP * (wiring.right - wiring.left)
    fit = max(1, int((700.0 * LABEL_SIZE / _LEAST - 2 * _END[0]) // pitch))
    if fit >= len(parts):
        return parts
    _, bottom, _, top = bounds_of(parts[0])
    rows = []
    for k, part in enumerate(parts):
        shift = (-pitch * (k - k % fit), -(k // fit) * (top - bottom + _BETWEEN))
        rows.append(moved(part, shift, "" if k < fit else f", row {k // fit + 1}"))
    return rows


def _form(node: Node, marks: Marks) -> Form:
    """Return how large a thing is and by which sides lines come and go, the best first."""
    side, key = node
    if side == "left":
        return Form(2, 1, (), (_RIGHT,))
    if side == "below":
        return Form(2, 1, (), (_UP,))
    if side == "right":
        return Form(2, 1, (_LEFT,), ())
    mark = marks.marks[int(key)]
    half, high = _SIZES[mark.kind]
    if mark.kind == "entrywise" and len(mark.symbol) > 2:
        half = 2
    # One line comes in on the left, 2 n - 1 from below and as many from above.
    half = max(half, 2 if len(mark.inputs) > 2 else 1)
    while 1 + 2 * (2 * half - 1) < len(mark.inputs):
        half += 1
    sides: dict[str, tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]] = {
        "layer": ((_DOWN, _LEFT), (_UP, _RIGHT)),
        "join": ((_LEFT, _DOWN, _UP), (_RIGHT,)),
    }
    entries, exits = sides.get(mark.kind, ((_LEFT, _DOWN, _UP), (_RIGHT, _UP, _DOWN)))
    return Form(half, high, entries, exits)


def _size(node: Node, form: Form, marks: Marks) -> tuple[float, float]:
    """Return the width and height of what stands at a node, in points."""
    if node[0] != "mark":
        return _END
    mark = marks.marks[int(node[1])]
    if mark.kind == "join":
        return (_BAR, _CIRCLE)
    if form.half_width == 1:
        return (_CIRCLE, _CIRCLE)
    return (_WIDE + 2 * _STEP * (form.half_width - 2), _CIRCLE if mark.kind == "entrywise" else _HIGH)


def _step(cell: Cell, marks: Marks, wiring: Wiring, forms: Mapping[Node, Form], offset: int, k: int) -> Scene:
    """Return the boxes and lines of one step, the k-th from the left."""
    shift = k * _STEP * (wiring.right - wiring.left)

    def at(spot: tuple[float, float]) -> Point:
        return (round(spot[0] * _STEP + shift, 2), round(-spot[1] * _STEP, 2))

    names = {node: _name(node, k) for node in wiring.centres}
    boxes = []
    for node, spot in wiring.centres.items():
        (x, y), (width, height) = at(spot), _size(node, forms[node], marks)
        label, look, tooltip = _told(cell, marks, node, offset)
        note = _quantity(cell, marks, node)
        boxes.append(
            Box(
                names[node], x, y, width, height, look, label, note, pale=False, tooltip=tooltip,
                large=True, circle=node[0] == "mark" and width == height == _CIRCLE,
            )
        )  # fmt: skip
    curves = []
    for (tail, head), corners in wiring.lines.items():
        points = [at(corner) for corner in corners]
        points[-1] = _onto(at(wiring.centres[head]), _size(head, forms[head], marks), points[-1], points[-2])
        tree_start = corners[0] in _sides(wiring, tail, forms)
        if tree_start:
            points[0] = _onto(at(wiring.centres[tail]), _size(tail, forms[tail], marks), points[0], points[1])
        arrow = round(arrow_size(_WIDTH), 2)
        course, tip = rounded(points, arrow=10.0 * arrow, radius=_RADIUS)
        course = tuple((round(u, 2), round(v, 2)) for u, v in course)
        tip = (round(tip[0], 2), round(tip[1], 2))
        curves.append(
            Curve(names[tail], names[head], course, tip, _WIDTH, "text", arrow, None, f"{names[tail]} -> {names[head]}")
        )
    own = [box for box in boxes if not box.vertex.startswith("legend")]
    return Scene((_frame(wiring, boxes, curves, offset, shift),), tuple(own), tuple(curves))


def _frame(wiring: Wiring, boxes: list[Box], curves: list[Curve], offset: int, shift: float) -> Frame:
    """Return the frame of a step: what comes in and goes out stands outside."""
    by_name = dict(zip(wiring.centres, boxes, strict=True))
    inside = [box for node, box in by_name.items() if node[0] == "mark"]
    left = wiring.left * _STEP + shift + _END[0] / 2 + _BESIDE
    right = wiring.right * _STEP + shift - _END[0] / 2 - _BESIDE
    below = [box.y for node, box in by_name.items() if node[0] == "below"]
    heights = [y for curve in curves for _, y in curve.points]
    heights += [side for box in inside for side in (box.y + box.height / 2, box.y - box.height / 2)]
    top = max(heights) + _OVER
    bottom = below[0] + (MARGIN - 1) * _STEP if below else min(heights) - _UNDER
    step = "t" if not offset else f"t {'+' if offset > 0 else MINUS} {abs(offset)}"
    label = Text(left + 10.0, top - 12.0, (Run("step "), Run(step, italic=True)), 11.0, "quiet", "start")
    names = tuple(box.vertex for box in inside)
    return Frame(offset, names, round(left, 2), round(bottom, 2), round(right, 2), round(top, 2), label)


def _sides(wiring: Wiring, node: Node, forms: Mapping[Node, Form]) -> set[tuple[int, int]]:
    (x, y), form = wiring.centres[node], forms[node]
    return {
        (u, v)
        for u in range(x - form.half_width, x + form.half_width + 1)
        for v in range(y - form.half_height, y + form.half_height + 1)
    }


def _onto(centre: Point, size: tuple[float, float], end: Point, other: Point) -> Point:
    """Return the point at which a line meets the side of a thing that it ends at on the grid."""
    (x, y), (width, height) = centre, size
    if end[1] == other[1]:
        return (round(x + (width / 2 if other[0] > x else -width / 2), 2), end[1])
    return (end[0], round(y + (height / 2 if other[1] > y else -height / 2), 2))


def _name(node: Node, k: int) -> str:
    """Return what a thing is called in the k-th step: where one step ends the next begins."""
    side, key = node
    if side == "mark":
        return f"{key} [{k}]"
    return f"{key} in [{k}]" if side == "below" else f"{key} [{k + (side == 'right')}]"


def _quantity(cell: Cell, marks: Marks, node: Node) -> str:
    """Return which quantity of the equations a box of a layer or a function is the value of."""
    side, key = node
    if side != "mark" or marks.marks[int(key)].kind not in ("layer", "function"):
        return ""
    return ", ".join(raised(cell.name_of(name)) for name, source in marks.values.items() if source == key)


def _told(cell: Cell, marks: Marks, node: Node, offset: int) -> tuple[Line, Look, str]:
    """Return what stands in a thing, how it looks, and what it is where one points at it."""
    side, key = node
    if side == "mark":
        mark = marks.marks[int(key)]
        looks: dict[str, Look] = {"layer": "layer", "parameter": "parameter", "join": "join"}
        return plain(mark.symbol), looks.get(mark.kind, "mark"), _formula(cell, marks, mark, int(key))
    # What comes in is of the step before, or, of what runs backward, of that behind.
    ago = 0 if side != "left" else -1 if cell.start(str(key), 0, 0) > 0 else 1
    name = cell.name_of(str(key)).at(Moving(offset - ago))
    look: Look = "input" if side == "below" else "state" if key in cell.states else "output"
    return name_label(name), look, str(key)


def _formula(cell: Cell, marks: Marks, mark: Mark, k: int) -> str:
    """Return what a mark computes."""
    if mark.whole is None:
        return "side by side"
    text = writer_of(cell).expression(mark.whole, Moving())
    own = [quantity for quantity, source in marks.values.items() if source == k]
    return " = ".join([*own, text])


def _with_legend(scene: Scene, cell: Cell, marks: Marks) -> Scene:
    """Return the scene with what its marks mean, below it."""
    _, bottom, _, _ = bounds_of(scene)
    left = bounds_of(scene)[0]
    shown = [(look, symbol, words) for look, symbol, words in _MEANINGS if _is_there(look, symbol, marks)]
    boxes, texts = list(scene.boxes), list(scene.texts)
    for k, (look, symbol, words) in enumerate(shown):
        y = bottom - 24.0 - _LINE * k
        circle = look == "mark" and len(symbol) == 1
        width, height = (_SAMPLE, _SAMPLE) if circle else (_BAR, _SAMPLE) if look == "join" else (_LONG, _SAMPLE)
        box = Box(f"legend {k}", left + _LONG / 2, y, width, height, look, plain(symbol), "", pale=False, tooltip=words)
        boxes.append(replace(box, circle=circle))
        texts.append(Text(left + _LONG + 8.0, y, plain(words), LEGEND_SIZE, "text", "start"))
    whole = replace(scene, boxes=tuple(boxes), texts=tuple(texts))
    rows = [[Entry(plain(_PARTS))]]
    if any(_quantity(cell, marks, ("mark", k)) for k in range(len(marks.marks))):
        rows.insert(0, [Entry(plain("Below a sign: what the equations call it."))])
    rails = [name for name in cell.states if name in place(cell, marks).rails]
    if rails:
        names = [(*((Run(", "),) if k else ()), *name_label(cell.name_of(name))) for k, name in enumerate(rails)]
        told = (run for name in names for run in name)
        rows.insert(0, [Entry((Run("The carousel runs along the top: "), *told, Run(".")))])
    if len({frame.top for frame in scene.frames}) > 1:
        rows.append([Entry(plain("A row begins with what ends the one above."))])
    return add_legend(whole, rows)


def _is_there(look: Look, symbol: str, marks: Marks) -> bool:
    """Return whether a cell has a mark of which the legend tells."""
    if look == "layer":
        return any(mark.kind == "layer" and (mark.symbol == LINEAR) == (symbol == LINEAR) for mark in marks.marks)
    if look == "mark":
        kinds = ("function",) if len(symbol) > 1 else ("entrywise",)
        return any(mark.kind in kinds for mark in marks.marks)
    return any(mark.kind == look for mark in marks.marks)
