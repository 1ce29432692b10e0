"""Routes: one rule for each kind of edge, lines that begin and end at their boxes, corners that are round."""

from __future__ import annotations

import math

import numpy as np
import pytest

from graphviz_lstm.figures import draw
from graphviz_lstm.figures.layout import elide, make_layout
from graphviz_lstm.figures.routes import Drawn, alongside, bent, cut, rounded, route_all
from graphviz_lstm.figures.routes.bends import s_bend
from graphviz_lstm.figures.routes.table import RULES
from graphviz_lstm.graph import annotate, evaluate
from tests.examples import random_example
from tests.figures.cells import SHAPES


@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
def test_every_kind_of_edge_has_a_rule_and_every_line_joins_its_boxes(cell) -> None:
    """It starts on a side of its tail's box; its tip is on a side of its head's."""
    for steps in (3, 20):
        annotated = annotate(evaluate(random_example(cell, steps=steps)), cell.parameters[0])
        graph, scene = elide(annotated, 12), draw(annotated, by="whole", steps_per_row=steps).scene
        boxes = {box.vertex: box for box in scene.boxes}
        for curve in scene.curves:
            assert graph.edges[curve.tail, curve.head]["kind"] in RULES
            for vertex, (x, y) in ((curve.tail, curve.points[0]), (curve.head, curve.tip)):
                box = boxes[vertex]
                beyond = max(abs(x - box.x) - box.width / 2, abs(y - box.y) - box.height / 2)
                assert beyond == pytest.approx(0.0, abs=0.011), (curve.tail, curve.head)


def test_only_what_is_asked_for_is_routed() -> None:
    """The edges that are drawn, and no other."""
    graph = annotate(evaluate(random_example(SHAPES["lstm"], steps=2)), "W_A")
    edges = [("a_1", "S_1"), ("S_1", "S_2")]
    assert list(route_all(Drawn(graph, make_layout(graph, "W_A"), dict.fromkeys(edges, 1.0), "W_A"))) == edges


def test_a_rounded_corner_is_a_quarter_circle() -> None:
    """Its middle lies on it; between, it is off by 0.03 % of the radius at most."""
    points, tip = rounded([(0.0, 0.0), (100.0, 0.0), (100.0, 100.0)], arrow=10.0, radius=40.0)
    a, b, c, d = points[3:7]
    for k in range(101):
        t = k / 100
        s = 1 - t
        x, y = (s**3 * a[i] + 3 * s * s * t * b[i] + 3 * s * t * t * c[i] + t**3 * d[i] for i in (0, 1))
        assert math.dist((x, y), (60.0, 40.0)) == pytest.approx(40.0, rel=3e-4)
        if k == 50:
            assert math.dist((x, y), (60.0, 40.0)) == pytest.approx(40.0, rel=1e-12)
    assert tip == (100.0, 100.0)
    assert points[-1] == (100.0, 90.0)


def test_lines_side_by_side_keep_their_distance_round_corners_and_bends() -> None:
    """To the left and to the right, on straight pieces, arcs and S-bends; where a bend is steep, nearly."""
    course, _ = rounded([(0.0, 0.0), (40.0, 0.0), (40.0, 60.0), (90.0, 60.0)], arrow=6.0)
    swung, _ = s_bend((0.0, 0.0), 40.0, (90.0, 30.0), arrow=6.0, lead=10.0)
    for points, off in ((course, 0.1), (swung, 0.6)):
        middle = points_of(points)
        for distance in (-8.0, -2.0, 3.0, 7.0):
            moved = points_of(alongside(points, distance))
            apart = np.min(np.hypot(*(moved[:, None] - middle[None, :]).transpose(2, 0, 1)), axis=1)
            assert np.max(np.abs(apart - abs(distance))) < off + 0.05 * abs(distance)


def test_a_line_that_is_cut_is_the_same_line() -> None:
    """Wherever it is cut, also in a bend: what is before ends where what is behind begins, and nothing is lost."""
    points, _ = s_bend((0.0, 0.0), 60.0, (90.0, 30.0), arrow=6.0, lead=10.0)
    for x in (5.0, 25.0, 41.0, 70.0):
        before, behind = cut(points, x)
        assert before[-1] == behind[0] == (pytest.approx(x), before[-1][1])
        whole, parts = points_of(points), np.concatenate([points_of(before), points_of(behind)])
        assert np.max(np.min(np.hypot(*(parts[:, None] - whole[None, :]).transpose(2, 0, 1)), axis=1)) < 0.8
    assert cut(points, -1.0) == ((), points)
    assert cut(points, 100.0) == (points, ())


def test_each_corner_has_its_own_radius() -> None:
    """As far as the line has room for it."""
    points = bent([(0.0, 0.0), (20.0, 0.0), (20.0, 30.0), (25.0, 30.0)], [8.0, 12.0])
    assert (12.0, 0.0) in points
    assert (20.0, 8.0) in points
    assert (25.0, 30.0) in points


def points_of(points):
    """Return points close together on a chain of cubic curves."""
    t = np.linspace(0.0, 1.0, 60)[:, None]
    weights = np.hstack([(1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3])
    return np.concatenate([weights @ np.array(points[k : k + 4]) for k in range(0, len(points) - 1, 3)])
