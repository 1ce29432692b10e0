"""What overlaps in a scene: labels against labels, boxes, lines, arrowheads and frames; lines against boxes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from graphviz_lstm.figures.scene import text_width
from graphviz_lstm.figures.theme import head_half

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.figures.scene import Curve, Scene, Text


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


def rectangle_of(text: Text) -> Rectangle:
    """Return what a line of digits covers: from the baseline to the top of the digits."""
    width = text_width(text.line, text.size)
    left = text.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor] * width
    return Rectangle(left, text.y - 0.35 * text.size, left + width, text.y + 0.38 * text.size)


_T = np.linspace(0.0, 1.0, 33)[:, None]
_WEIGHTS = np.hstack([(1 - _T) ** 3, 3 * (1 - _T) ** 2 * _T, 3 * (1 - _T) * _T**2, _T**3])


class Lines:
    """All curves of a scene as points close together."""

    def __init__(self, curves: Sequence[Curve]) -> None:
        lines = [points_of(curve) for curve in curves]
        owner = np.repeat(np.arange(len(curves)), [len(line) for line in lines])
        self.x, self.y = np.concatenate(lines).T if lines else np.empty((2, 0))
        self.half = np.array([curve.width for curve in curves])[owner] / 2 if lines else np.empty(0)
        self.curves, self.owner = curves, owner

    def through(self, area: Rectangle, *, wide: bool = False) -> list[Curve]:
        """Return the curves that run through a rectangle: their middle, or any of their width."""
        half = self.half if wide else 0.0
        across = (area.left < self.x + half) & (self.x - half < area.right)
        along = (area.bottom < self.y + half) & (self.y - half < area.top)
        return [self.curves[k] for k in np.unique(self.owner[across & along])]


# What is further from a box is of another row of steps.
_NEAR = 90.0


def points_of(curve: Curve) -> NDArray[np.float64]:
    """Return points close together on a line."""
    points = np.array(curve.points)
    return np.concatenate([_WEIGHTS @ points[k : k + 4] for k in range(0, len(points) - 1, 3)])


def arrowhead_of(curve: Curve) -> Rectangle:
    """Return a box about the arrowhead."""
    end, tip = curve.points[-1], curve.tip
    half = head_half(curve.width, curve.arrow)
    return Rectangle(
        min(end[0], tip[0]) - (half if end[0] == tip[0] else 0),
        min(end[1], tip[1]) - (half if end[1] == tip[1] else 0),
        max(end[0], tip[0]) + (half if end[0] == tip[0] else 0),
        max(end[1], tip[1]) + (half if end[1] == tip[1] else 0),
    )


def overlaps(scene: Scene) -> list[str]:
    """Return one line for each pair of things that overlap and should not."""
    labels = [(f"{curve.tail}->{curve.head}", curve.label) for curve in scene.curves if curve.label]
    numbers = len(labels)
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
    lines, heads = Lines(scene.curves), [(curve, arrowhead_of(curve)) for curve in scene.curves]
    found = []
    for k, (name, rectangle) in enumerate(rectangles):
        found += [f"label {name} on label {other}" for other, its in rectangles[k + 1 :] if rectangle.meets(its)]
        found += [f"label {name} on box {other}" for other, its in boxes if rectangle.meets(its)]
        found += [f"label {name} on line {c.tail}->{c.head}" for c in lines.through(rectangle, wide=True)]
        found += [f"label {name} on arrowhead {c.tail}->{c.head}" for c, head in heads if rectangle.meets(head)]
        # The number of a line would be read with the name of a step that it touches.
        if k < numbers or k >= len(labels) - len(scene.texts):
            names = [(frame.step, rectangle_of(frame.label).grown(2.0)) for frame in scene.frames]
            found += [f"label {name} touches t = {step}" for step, its in names if rectangle.meets(its)]
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
        through = [c for c in lines.through(rectangle) if name not in (c.tail, c.head)]
        found += [f"line {c.tail}->{c.head} through box {name}" for c in through]
    return found


def loose_ends(scene: Scene) -> list[str]:
    """Return one line for each line that leaves or reaches a box beside its side: past its upper or lower end."""
    boxes = {box.vertex: box for box in scene.boxes}
    found = []
    for curve in scene.curves:
        for vertex, (x, y), sign in ((curve.tail, curve.points[0], 1.0), (curve.head, curve.tip, -1.0)):
            box = boxes.get(vertex)
            side = None if box is None else box.x + sign * box.width / 2
            if box is None or side is None or abs(x - side) > 0.02 or abs(y - box.y) > _NEAR:
                continue
            if abs(y - box.y) + curve.width / 2 > box.height / 2 + 0.02:
                found.append(f"line {curve.tail}->{curve.head} past the side of box {vertex}")
    return found


def sharp_bends(scene: Scene) -> list[str]:
    """Return one line for each line that turns about a corner narrower than it is wide: there it has no bend."""
    found = []
    for curve in scene.curves:
        if curve.tone in ("pale", "quiet", "casing"):
            continue
        for k in range(0, len(curve.points) - 1, 3):
            (x, y), (_, via), (_, arriving), (to_x, to_y) = curve.points[k : k + 4]
            level = abs(via - y) < _LEVEL and abs(arriving - to_y) < _LEVEL
            radius = min(abs(to_x - x), abs(to_y - y))
            if not level and radius > _LEVEL and radius < curve.width / 2 - _BARELY:
                found.append(f"line {curve.tail}->{curve.head} turns within {radius:.2f}, {curve.width:.2f} wide")
    return found


def astray(scene: Scene) -> list[str]:
    """Return one line for each number that stands nearer to another line than to its own, and not close to that."""
    ways = [(curve, points_of(curve)) for curve in scene.curves if curve.tone != "casing"]
    found = []
    for curve, _ in ways:
        if curve.label is None:
            continue
        area = rectangle_of(curve.label)
        own = min(_distance(area, way) for other, way in ways if (other.tail, other.head) == (curve.tail, curve.head))
        for other, way in ways if own > _CLOSE else ():
            # Beside what is pale one reads what is not.
            if (other.tone != "pale" or curve.tone == "pale") and _distance(area, way) < own - _NEARER:
                found.append(f"label {curve.label.string} of {curve.tail}->{curve.head} by {other.tail}->{other.head}")
                break
    return found


def squeezed(scene: Scene, by: float = 1.0) -> list[str]:
    """Return one line for each number that has not so much air about it to a line that is not its own."""
    lines = Lines(scene.curves)
    return [
        f"label {curve.label.string} of {curve.tail}->{curve.head} by {other.tail}->{other.head}"
        for curve in scene.curves
        if curve.label is not None
        for other in lines.through(rectangle_of(curve.label).grown(by), wide=True)
        if (other.tail, other.head) != (curve.tail, curve.head)
    ]


def ambiguous(scene: Scene) -> list[str]:
    """Return one line for each number that another line passes nearer to than its own does, edge of stroke counted."""
    ways = [(curve, _close_together(curve)) for curve in scene.curves if curve.tone != "casing"]
    found = []
    for curve, _ in ways:
        if curve.label is None:
            continue
        area = rectangle_of(curve.label)
        away = [(other, _distance(area, way) - other.width / 2) for other, way in ways]
        own = min(far for other, far in away if (other.tail, other.head) == (curve.tail, curve.head))
        found += [
            f"label {curve.label.string} of {curve.tail}->{curve.head} by {other.tail}->{other.head}"
            for other, far in away
            # Beside what is pale one reads what is not.
            if (other.tone != "pale" or curve.tone == "pale") and far < own - _TOUCH
        ]
    return found


def _close_together(curve: Curve) -> NDArray[np.float64]:
    """Return points no further apart than half a point on a line."""
    points = np.array(curve.points)
    pieces = []
    for k in range(0, len(points) - 1, 3):
        corners = points[k : k + 4]
        t = np.linspace(0.0, 1.0, 2 + int(2.0 * np.hypot(*np.diff(corners, axis=0).T).sum()))[:, None]
        weights = np.hstack([(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3])
        pieces.append(weights @ corners)
    return np.concatenate(pieces)


def heads_together(scene: Scene) -> list[str]:
    """Return one line for each two arrowheads of different edges that lie on each other."""
    heads = [(curve, _triangle(curve)) for curve in scene.curves if curve.arrow and curve.tone != "casing"]
    return [
        f"heads of {one.tail}->{one.head} and {other.tail}->{other.head}"
        for k, (one, its) in enumerate(heads)
        for other, that in heads[k + 1 :]
        if (one.tail, one.head) != (other.tail, other.head) and _share(its, that)
    ]


def _triangle(curve: Curve) -> NDArray[np.float64]:
    """Return the corners of an arrowhead, as far as its stroke reaches aside."""
    end, tip = np.array(curve.points[-1]), np.array(curve.tip)
    along = (tip - end) / np.hypot(*(tip - end))
    aside = np.array([-along[1], along[0]]) * head_half(curve.width, curve.arrow)
    return np.array([end + aside, tip, end - aside])


def _share(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Return whether two triangles have an inside in common: no side of either parts them."""
    for corners in (one, other):
        for k in range(3):
            x, y = corners[(k + 1) % 3] - corners[k]
            across = np.array([-y, x]) / np.hypot(x, y)
            first, second = one @ across, other @ across
            if min(first.max(), second.max()) - max(first.min(), second.min()) < _TOUCH:
                return False
    return True


def _distance(area: Rectangle, way: NDArray[np.float64]) -> float:
    x, y = way.T
    beside = np.maximum(np.maximum(area.left - x, x - area.right), 0.0)
    above = np.maximum(np.maximum(area.bottom - y, y - area.top), 0.0)
    return float(np.min(np.hypot(beside, above)))


# Where six lines bend steeply they may touch by a tenth of a point.
_HAIR = 0.1
# A number so near to its line is read with it; another line that is so much nearer is not it.
_CLOSE, _NEARER = 3.5, 1.0


def mingled(scene: Scene) -> list[str]:
    """Return one line for each two lines side by side along one edge that meet, or whose heads do."""
    together: dict[tuple[str, str], list[Curve]] = {}
    for curve in scene.curves:
        if curve.tone.startswith("rank"):
            together.setdefault((curve.tail, curve.head), []).append(curve)
    found = []
    for (tail, head), curves in together.items():
        for k, one in enumerate(curves):
            for other in curves[k + 1 :]:
                if one.tone == other.tone:
                    continue
                apart = points_of(one)[:, None] - points_of(other)[None, :]
                if np.min(np.hypot(apart[..., 0], apart[..., 1])) < (one.width + other.width) / 2 - _HAIR:
                    found.append(f"lines along {tail}->{head} lie on each other")
                if one.arrow and other.arrow and arrowhead_of(one).grown(-_TOUCH).meets(arrowhead_of(other)):
                    found.append(f"heads along {tail}->{head} lie on each other")
    return sorted(set(found))


# What is as good as level; how much narrower than half a strand its corner may be: its inner side is a corner then.
_LEVEL, _BARELY = 1e-6, 1.5


def joined(scene: Scene, *, heads: bool = True) -> list[str]:
    """Return one line for each pair of lines, or of their heads, that lie on each other along a straight piece."""
    pieces: dict[bool, list[tuple[float, float, float, float, Curve]]] = {True: [], False: []}
    for curve in scene.curves:
        for k in range(0, len(curve.points) - 1, 3):
            (x, y), (to_x, to_y) = curve.points[k], curve.points[k + 3]
            for level, at, one, other in ((True, y, x, to_x), (False, x, y, to_y)):
                # A bend moves aside, a straight piece along one axis alone.
                if at == (to_y if level else to_x) and one != other:
                    pieces[level].append((at, min(one, other), max(one, other), curve.width / 2, curve))
        if curve.arrow and heads:
            (x, y), (to_x, to_y) = curve.points[-1], curve.tip
            half = head_half(curve.width, curve.arrow)
            level = y == to_y
            ends = (x, to_x) if level else (y, to_y)
            pieces[level].append((y if level else x, min(ends), max(ends), half, curve))
    found = set()
    for some in pieces.values():
        some.sort(key=lambda piece: piece[0])
        for k, (at, low, high, half, curve) in enumerate(some):
            for its, its_low, its_high, its_half, other in some[k + 1 :]:
                if its - at > _WIDEST:
                    break
                together = min(high, its_high) - max(low, its_low)
                if (
                    (curve.tail, curve.head) != (other.tail, other.head)
                    and together > _BRIEFLY
                    and its - at < half + its_half - _TOUCH
                ):
                    names = sorted({f"{curve.tail}->{curve.head}", f"{other.tail}->{other.head}"})
                    found.add(f"lines {' and '.join(names)} lie on each other")
    return sorted(found)


# No two lines lie on each other that are further apart; lines that meet so briefly, or touch by so little, are two.
_WIDEST, _BRIEFLY, _TOUCH = 24.0, 4.0, 0.02
