"""The motif: where a cell's quantities stand, by role and depth alone."""

from __future__ import annotations

from itertools import combinations

import pytest

from graphviz_lstm.cells import CELLS, GRU, LSTM, RNN, parse_cell
from graphviz_lstm.figures.layout import COMPACT, ROOMY, make_layout, make_motif
from graphviz_lstm.figures.theme import BOX_HEIGHT, BOX_WIDTH, arrow_size
from graphviz_lstm.graph import annotate, evaluate, unroll
from tests.examples import TYPICAL, random_example
from tests.figures.cells import CROWDED, SHAPES

ARROW = 10.0 * arrow_size(12.0)
"""How long the head of a thick line is."""


@pytest.mark.parametrize("cell", SHAPES.values(), ids=list(SHAPES))
@pytest.mark.parametrize("detail", ["gate", "operation"])
@pytest.mark.parametrize("spacing", [ROOMY, COMPACT], ids=["roomy", "compact"])
def test_no_two_boxes_meet_and_each_is_within_the_frame(cell, detail: str, spacing) -> None:
    """Every quantity has its place."""
    motif = make_motif(unroll(cell, 2, detail=detail), risers=1, spacing=spacing)
    assert {equation.quantity for equation in cell.equations} <= set(motif.places)
    for (x, y), (other, height) in combinations(motif.places.values(), 2):
        assert abs(x - other) >= BOX_WIDTH or abs(y - height) >= BOX_HEIGHT
    for x, y in motif.places.values():
        assert BOX_WIDTH / 2 < x < motif.width - BOX_WIDTH / 2
        assert BOX_HEIGHT / 2 <= y < motif.height - BOX_HEIGHT / 2


def test_an_edge_leads_to_the_right() -> None:
    """In every step of every cell: time runs one way."""
    for cell in SHAPES.values():
        graph = unroll(cell, 2, detail="operation")
        places = make_motif(graph, risers=1).places
        for tail, head, edge in graph.edges(data=True):
            if edge["kind"] == "inner":
                assert places[graph.nodes[tail]["quantity"]][0] < places[graph.nodes[head]["quantity"]][0]


@pytest.mark.parametrize("cell", [*CELLS.values(), *SHAPES.values()], ids=[*CELLS, *(f"shape {k}" for k in SHAPES)])
@pytest.mark.parametrize("detail", ["gate", "operation"])
@pytest.mark.parametrize("spacing", [ROOMY, COMPACT], ids=["roomy", "compact"])
def test_lines_that_bend_into_a_box_are_longer_than_their_arrowheads_and_lie_on_no_other(cell, detail, spacing) -> None:
    """Those of one column bend at one x, but for the ports of one box."""
    graph = unroll(cell, 1, detail=detail)
    motif = make_motif(graph, risers=1, spacing=spacing)
    spans = []
    for tail, head, edge in graph.edges(data=True):
        ends = graph.nodes[tail]["quantity"], graph.nodes[head]["quantity"]
        if edge["kind"] != "inner" or ends in motif.lanes:
            continue
        low, high = sorted(motif.places[name][1] for name in ends)
        if high - low >= 1.0:
            assert high - low - motif.tall[ends[1]] / 2 > ARROW, ends
            spans.append((motif.places[ends[1]][0], low, high, ends[1]))
    for (x, low, high, head), (other, below, above, its) in combinations(spans, 2):
        assert x != other or head == its or min(high, above) <= max(low, below), (head, its)


def test_states_stand_above_all_else_each_on_a_rail_of_its_own() -> None:
    """The LSTM's one, and three."""
    assert make_motif(unroll(LSTM, 1), risers=1).places["S"][1] == make_motif(unroll(LSTM, 1), risers=1).rail
    places = make_motif(unroll(CROWDED, 1), risers=1).places
    rails = [places[name][1] for name in "mcn"]
    assert len(set(rails)) == 3
    assert min(rails) > max(y for name, (_, y) in places.items() if name not in "mcn")


def test_lanes_are_there_only_where_a_box_stands_in_the_way() -> None:
    """Not in the three cells of the library; past tanh(S) to the output gate's argument of a peephole cell."""
    for cell in (LSTM, GRU, RNN):
        for detail in ("gate", "operation"):
            assert make_motif(unroll(cell, 2, detail=detail), risers=1).lanes == {}
    assert list(make_motif(unroll(TYPICAL["lstm-peephole"], 2, detail="operation"), risers=1).lanes) == [("S", "Z_o")]


def test_names_do_not_move_a_box() -> None:
    """The same equations by other names stand where they stood."""
    text = "{g}[t] = tanh(W @ X[t] + U @ {h}[t-1])\n{s}[t] = {g}[t] * {s}[t-1]\n{h}[t] = tanh({s}[t]) * {g}[t]"
    motifs = [
        make_motif(unroll(parse_cell("plain", text.format(g=g, s=s, h=h)), 2), risers=1)
        for g, s, h in (("a", "b", "c"), ("output", "gate", "state"), ("Z_A", "gap", "größe"))
    ]
    places = [list(motif.places.values()) for motif in motifs]
    assert places[0] == places[1] == places[2]


@pytest.mark.parametrize("at", ["every", "last"])
def test_the_lines_to_the_loss_are_counted_where_they_are(at: str) -> None:
    """Room below for each that falls: none where only the last step counts."""
    graph = annotate(evaluate(random_example(LSTM, steps=4, at=at)), "W_A")
    layout = make_layout(graph, "W_A")
    assert (layout.loss_bus_height > 0) == (at == "every")
    assert layout.places["E"][1] == layout.places["H_4"][1]
