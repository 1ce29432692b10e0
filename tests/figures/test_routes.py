"""Routes: one rule for each kind of edge, lines that begin and end at their boxes, corners that are round."""

from __future__ import annotations

import math

import pytest

from graphviz_lstm.figures import draw
from graphviz_lstm.figures.layout import elide, make_layout
from graphviz_lstm.figures.routes import RULES, beside, rounded, route_all
from graphviz_lstm.graph import annotate, evaluate
from tests.examples import random_example
from tests.figures.cells import SHAPES


@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
def test_every_kind_of_edge_has_a_rule_and_every_line_joins_its_boxes(cell) -> None:
    """It starts on a side of its tail's box; its tip is on a side of its head's."""
    for steps in (3, 20):
        annotated = annotate(evaluate(random_example(cell, steps=steps)), cell.parameters[0])
        graph, scene = elide(annotated, 12), draw(annotated, by="whole").scene
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
    assert list(route_all(graph, make_layout(graph, "W_A"), dict.fromkeys(edges, 1.0), "W_A")) == edges


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


def test_a_line_beside_another_keeps_its_distance() -> None:
    """To its left."""
    points, tip = rounded([(0.0, 0.0), (50.0, 0.0)], arrow=8.0)
    moved, its_tip = beside(points, tip, 3.0)
    assert all(y == 3.0 for _, y in (*moved, its_tip))
