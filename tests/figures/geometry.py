"""What overlaps in a scene: labels against labels, boxes, lines, arrowheads and frames; lines against boxes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from graphviz_lstm.figures.scene import text_width

if TYPE_CHECKING:
    from graphviz_lstm.figures.scene import Curve, Point, Scene, Text


class Rectangle(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Rectangle) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.bottom < other.top and other.bottom < self.top
        )

    def grown(self, by: float) -> Rectangle:
        return Rectangle(self.left - by, self.bottom - by, self.right + by, self.top + by)

    def holds(self, point: Point) -> bool:
        return self.left < point[0] < self.right and self.bottom < point[1] < self.top


def rectangle_of(text: Text) -> Rectangle:
    """Return what a line of digits covers: from the baseline to the top of the digits."""
    width = text_width(text.line, text.size)
    left = text.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor] * width
    return Rectangle(left, text.y - 0.35 * text.size, left + width, text.y + 0.38 * text.size)


def pieces_of(curve: Curve) -> list[tuple[Rectangle, list[Point]]]:
    """Return points along a curve, close together, piece by piece: behind what each piece is within."""
    pieces = []
    for k in range(0, len(curve.points) - 1, 3):
        corners = curve.points[k : k + 4]
        a, b, c, d = corners
        line = []
        for i in range(33):
            t = i / 32
            s = 1 - t
            w = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t)
            line.append(tuple(w[0] * a[n] + w[1] * b[n] + w[2] * c[n] + w[3] * d[n] for n in (0, 1)))
        xs, ys = zip(*corners, strict=True)
        pieces.append((Rectangle(min(xs), min(ys), max(xs), max(ys)).grown(0.01), line))
    return pieces


def touches(rectangle: Rectangle, pieces: list[tuple[Rectangle, list[Point]]]) -> bool:
    """Return whether a point of a curve is in the rectangle."""
    return any(rectangle.meets(bounds) and any(map(rectangle.holds, line)) for bounds, line in pieces)


def arrowhead_of(curve: Curve) -> Rectangle:
    """Return a box about the arrowhead."""
    end, tip = curve.points[-1], curve.tip
    half = 3.5 * curve.arrow + curve.width / 2
    return Rectangle(
        min(end[0], tip[0]) - (half if end[0] == tip[0] else 0),
        min(end[1], tip[1]) - (half if end[1] == tip[1] else 0),
        max(end[0], tip[0]) + (half if end[0] == tip[0] else 0),
        max(end[1], tip[1]) + (half if end[1] == tip[1] else 0),
    )


def overlaps(scene: Scene) -> list[str]:
    """Return one line for each pair of things that overlap and should not."""
    labels = [(f"{curve.tail}->{curve.head}", curve.label) for curve in scene.curves if curve.label]
    labels += [(f"t = {frame.step}", frame.label) for frame in scene.frames]
    labels += [(text.string, text) for text in scene.texts]
    rectangles = [(name, rectangle_of(text)) for name, text in labels]
    boxes = [
        (
            box.vertex,
            Rectangle(box.x - box.width / 2, box.y - box.height / 2, box.x + box.width / 2, box.y + box.height / 2),
        )
        for box in scene.boxes
    ]
    lines = [(curve, pieces_of(curve)) for curve in scene.curves]
    found = []
    for k, (name, rectangle) in enumerate(rectangles):
        found += [f"label {name} on label {other}" for other, its in rectangles[k + 1 :] if rectangle.meets(its)]
        found += [f"label {name} on box {other}" for other, its in boxes if rectangle.meets(its)]
        for curve, line in lines:
            if touches(rectangle.grown(curve.width / 2), line):
                found.append(f"label {name} on line {curve.tail}->{curve.head}")
            if rectangle.meets(arrowhead_of(curve)):
                found.append(f"label {name} on arrowhead {curve.tail}->{curve.head}")
        for frame in scene.frames:
            outer = Rectangle(frame.left, frame.bottom, frame.right, frame.top)
            if rectangle.meets(outer.grown(1.0)) and not (
                rectangle.left > outer.left + 1
                and rectangle.right < outer.right - 1
                and rectangle.bottom > outer.bottom + 1
                and rectangle.top < outer.top - 1
            ):
                found.append(f"label {name} on the border of step {frame.step}")
        if not (
            rectangle.left >= scene.left
            and rectangle.right <= scene.right
            and rectangle.bottom >= scene.bottom
            and rectangle.top <= scene.top
        ):
            found.append(f"label {name} is cut off")
    for box, (name, outer) in zip(scene.boxes, boxes, strict=True):
        own = [rectangle_of(text) for text in box.texts]
        inside = all(outer.left <= r.left and r.right <= outer.right and outer.bottom <= r.bottom for r in own)
        found += [] if inside else [f"a line of box {name} is not within it"]
        found += [f"lines of box {name} overlap" for one, other in pairwise(own) if one.meets(other)]
    for k, (name, rectangle) in enumerate(boxes):
        found += [f"box {name} on box {other}" for other, its in boxes[k + 1 :] if rectangle.meets(its)]
        for curve, line in lines:
            if name not in (curve.tail, curve.head) and touches(rectangle, line):
                found.append(f"line {curve.tail}->{curve.head} through box {name}")
    return found
