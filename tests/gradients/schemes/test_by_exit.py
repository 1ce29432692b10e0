"""A scheme by loss as one graph: its paths are those that the rule leaves, one by one.

The oracle is the enumeration of all paths of the full graph: for each, the rule is asked about every edge on it, for
the step whose loss it reaches.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.errors import CheckError, InputError, NoPathError, NumberError, ShapeError, UnknownVertexError
from graphviz_lstm.figures.layout import spell_out
from graphviz_lstm.gradients import check
from graphviz_lstm.gradients.named import paths_in
from graphviz_lstm.gradients.schemes import Scheme, gradients_under, scheme
from graphviz_lstm.gradients.schemes.action import CUT, KEEP, Action
from graphviz_lstm.gradients.schemes.by_exit import actions_by_exit, kept_by_exit, take_apart
from graphviz_lstm.gradients.schemes.dropped import dropped_under
from graphviz_lstm.gradients.schemes.edge import edges_of
from graphviz_lstm.gradients.schemes.flows import flows_under
from graphviz_lstm.gradients.schemes.left import left_by
from graphviz_lstm.gradients.schemes.sweeps import sweeps_of
from graphviz_lstm.gradients.shares.strands import strands_of
from graphviz_lstm.graph import evaluate
from graphviz_lstm.graph.apart import edges_left, name_apart, own_name, put_together
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import LossTerm, Problem, load_problem
from graphviz_lstm.reports import Study
from tests.examples import TYPICAL, random_example
from tests.gradients.schemes.test_schemes import CELL_TEXTS, net
from tests.oracles.left_graphs import graphs_under

WINDOWS = ["bptt:1", "bptt:2", "bptt:3", "bptt:2:2", "bptt:3:2", "bptt:9"]


def chain(path) -> tuple[tuple[str, str], ...]:
    """Return the edges of a path between vertices, of whichever level the path is."""
    return tuple(pairwise(getattr(path, "quantities", path.vertices)))


def kept_of(graph, rule: Scheme, source: str, **options):
    """Return of all paths from a source those that a rule keeps for the loss that they reach."""
    edges = edges_of(graph, source)
    found = []
    for path in find_paths(graph, source, "E", **options):
        ends = chain(path)
        last = graph.nodes[ends[-1][0]]["step"]
        if not any(rule.rule(edges[edge]._replace(exit=last)).drops for edge in ends):
            found.append(path)
    return found


def assert_kept(study: Study, name: str) -> None:
    """Raise unless the paths of a study under a scheme are the kept ones, with what they contribute."""
    left = study.under(name)
    kept = {path.vertices: path for path in kept_of(study.graph, scheme(name), study.source, element=study.element)}
    if not kept:
        with pytest.raises(NoPathError):
            _ = left.paths
        return
    paths = left.paths
    assert paths.count == len(kept)
    listed = {path.vertices: path for path in paths}
    assert set(listed) == set(kept)
    for vertices, path in listed.items():
        # Of tables of other sizes products of matrices may be rounded otherwise.
        expected = np.asarray(kept[vertices].contribution)
        np.testing.assert_allclose(path.contribution, expected, rtol=0, atol=1e-15 * float(np.abs(expected).max()))
    expected = gradients_under(study.graph, scheme(name), [study.source])[study.source]
    np.testing.assert_allclose(paths.total, expected, rtol=1e-11, atol=1e-13)
    # By their own names each has a place of its own.
    assert [paths.index(path) for path in paths] == list(range(paths.count))
    dropped = dropped_under(study.graph, scheme(name), study.source)
    assert dropped.count == study.paths.count - len(kept)
    if dropped.paths:
        assert {path.vertices for path in dropped.paths}.isdisjoint(kept)


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("cell", TYPICAL)
def test_the_paths_are_those_that_the_rule_keeps(cell: str, name: str) -> None:
    """Of every cell, with losses at every step and at the last."""
    for at in ("every", "last"):
        study = Study(random_example(TYPICAL[cell], hidden=2, steps=3, at=at, seed=4))
        for source in (TYPICAL[cell].parameters[0], TYPICAL[cell].parameters[-1], f"{TYPICAL[cell].inputs[0]}_2"):
            assert_kept(study.about(source), name)


@pytest.mark.long
@given(
    back=st.integers(1, 6),
    every=st.integers(1, 6),
    cell=st.sampled_from(list(CELL_TEXTS)),
    layers=st.integers(1, 2),
    units=st.integers(1, 2),
    steps=st.integers(1, 4),
    seed=st.integers(0, 2**32 - 1),
)
@settings(max_examples=100, deadline=None)
def test_so_they_are_in_stacks_and_for_every_window(back, every, cell, layers, units, steps, seed) -> None:
    """With a readout; and the oracle agrees, and the strands are the flows."""
    study = Study(net(cell, layers, units, steps, seed)[0])
    name = f"bptt:{back}:{min(every, back)}"
    assert_kept(study, name)
    left = study.under(name)
    assert {way.name for way in left.check().ways} == {"paths", "forward", "equations", "detached"}
    for by in ("crossings", "exit"):
        strands_of(left.annotated, by)


@pytest.mark.parametrize("name", WINDOWS)
def test_paths_through_single_units_are_kept_where_their_vertices_are(name: str) -> None:
    """Each with its number; the study's own at the level of units."""
    study = Study(random_example(TYPICAL["gru"], hidden=2, steps=3, seed=8), "W_h", element=(0, 1))
    expected = kept_of(study.graph, scheme(name), "W_h", level="unit", element=(0, 1))
    found = study.under(name).unit_paths
    assert {p.vertices: p.contribution for p in found} == {p.vertices: p.contribution for p in expected}
    assert found.total == pytest.approx(gradients_under(study.graph, scheme(name), ["W_h"])["W_h"][0, 1], rel=1e-11)
    assert all(found.index(path) == k for k, path in enumerate(found))
    assert found.through("r_3").count == sum("r_3" in path.quantities for path in expected)
    assert found.through("r_3[1]").count == sum("r_3[1]" in path.vertices for path in expected)


@pytest.mark.parametrize("element", [None, (1, 0)])
@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("cell", ["lstm", "gru", "slstm"])
def test_the_flow_of_an_edge_is_the_sum_of_the_shares_of_the_kept_paths_through_it(cell, name, element) -> None:
    """In the graph that is drawn; likewise at vertices, and by class in its strands."""
    source = next(each for each in TYPICAL[cell].parameters if each.startswith(("U_", "R_")))
    left = Study(random_example(TYPICAL[cell], hidden=2, steps=4, seed=5), source, element=element).under(name)
    drawn = left.annotated
    edges: Counter[tuple[str, str]] = Counter()
    vertices: Counter[str] = Counter()
    for path in left.paths:
        for ends in chain(path):
            edges[ends] += path.share
        for vertex in path.vertices:
            vertices[vertex] += path.share
    assert edges_left(drawn) == set(edges)
    for tail, head, data in drawn.edges(data=True):
        assert data["flow"] == pytest.approx(edges[tail, head], abs=1e-9)
        if data.get("cut"):
            assert (tail, head) not in edges
    for vertex, data in drawn.nodes.items():
        assert data["flow"] == pytest.approx(vertices[vertex], abs=1e-9)
        np.testing.assert_allclose(data["adjoint"], left.adjoints[vertex])
    for by in ("crossings", "gates", "entry", "exit"):
        strands = strands_of(drawn, by)
        assert set(strands.of_edge) == set(edges)
        for edge in edges:
            assert strands.flow(edge) == pytest.approx(edges[edge], abs=1e-9)
    by_exit = strands_of(drawn, "exit").of_edge
    out = [parts for (tail, _), parts in by_exit.items() if tail == source]
    for step in (1, 2, 3, 4):
        expected = sum(p.share for p in left.paths if drawn.nodes[p.vertices[-2]]["step"] == step)
        assert sum(parts[step].flow for parts in out if step in parts) == pytest.approx(expected, abs=1e-9)


def test_strands_of_numbers_have_the_masses_of_single_paths() -> None:
    """With one unit: what adds and what takes away, apart, on every edge."""
    left = Study("gomez", "W_A", element=(0, 0)).under("bptt:2")
    for edge, parts in strands_of(left.annotated, "sign").of_edge.items():
        shares = [path.share for path in left.paths if edge in chain(path)]
        (part,) = parts.values()
        assert part.positive == pytest.approx(sum(x for x in shares if x > 0.0), abs=1e-12)
        assert part.negative == pytest.approx(sum(x for x in shares if x < 0.0), abs=1e-12)


@pytest.mark.parametrize("name", WINDOWS)
def test_single_units_are_drawn_with_the_flows_of_their_kept_paths(name: str) -> None:
    """Each edge between units has the sum of the shares of the unit paths through it."""
    left = Study(random_example(TYPICAL["rnn"], hidden=2, steps=3, seed=9), "U_H", element=(0, 1)).under(name)
    units = spell_out(left.annotated)
    flows: Counter[tuple[str, str]] = Counter()
    for path in left.unit_paths:
        for ends in pairwise(path.vertices):
            flows[ends] += path.share
    for tail, head, data in units.edges(data=True):
        assert data["flow"] == pytest.approx(flows[tail, head], abs=1e-9)
    assert set(flows) <= set(units.edges)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bptt:1", "bptt:2", "bptt:2:2"])
def test_an_edge_too_many_cut_is_noticed_and_one_too_few(name: str) -> None:
    """By PyTorch, wherever on a kept path it is; and one that the window should have cut."""
    study = Study(random_example(TYPICAL["lstm"], hidden=2, steps=3, seed=3), "W_A")
    left, rule = study.under(name), scheme(name)
    assert left.check().ways[-1].checked
    lively = [ends for ends in left.graph.edges if "W_A" in left.graph.pred[ends[1]] or ends[0] != "W_A"]
    assert lively
    for ends in lively[::2]:
        graph = left.graph.copy()
        graph.remove_edge(*ends)
        with pytest.raises(CheckError, match="disagrees with the detached gradient of PyTorch"):
            check(graph, "W_A", full=study.graph, scheme=rule)
    more = f"bptt:{int(name.split(':')[1]) + 1}"
    with pytest.raises(CheckError, match="PyTorch"):
        check(study.under(more).graph, "W_A", full=study.graph, scheme=rule)


def test_flows_of_the_full_gradient_add_up_over_the_losses() -> None:
    """What leaves the source is the share that is left of the full gradient, and what is cut for all is marked."""
    study = Study(random_example(TYPICAL["lstm"], hidden=2, steps=4, seed=7), "W_i")
    found = flows_under(study.graph, scheme("bptt:2"), "W_i")
    full, left = (gradients_under(study.graph, scheme(name))["W_i"] for name in ("full", "bptt:2"))
    assert found.share == pytest.approx(float((full * left).sum() / (full * full).sum()), rel=1e-9)
    assert sum(data["flow"] for *_, data in found.graph.out_edges("W_i", data=True)) == pytest.approx(found.share)
    cut = [tuple(ends) for *ends, edge in found.graph.edges(data=True) if edge.get("cut")]
    assert not cut
    one = flows_under(study.graph, scheme("bptt:1"), "W_i").graph
    steps = {vertex: data["step"] for vertex, data in study.graph.nodes.items()}
    for tail, head in study.graph.edges:
        # Which losses could it lead to, and which of these is it kept for?
        meant = [
            part.has_edge(tail, head)
            for last, part in enumerate(graphs_under(study.graph, scheme("bptt:1")), start=1)
            if (last == steps[tail] if head == "E" else last >= steps[head])
        ]
        assert bool(one.edges[tail, head].get("cut")) == (not any(meant)), (tail, head)


@pytest.mark.parametrize("back", [1, 3])
def test_windows_of_h_steps_cost_as_many_steps_each(back: int) -> None:
    """In vertices, in edges looked at, and in the masks: T times h, not T times T."""
    sizes, looked_at = [], []
    for steps in (10, 20, 40):
        graph = evaluate(random_example(TYPICAL["lstm"], steps=steps, seed=1, scale=0.3))
        left = take_apart(graph, scheme(f"bptt:{back}"), "W_A")
        sizes.append(left.number_of_edges())
        looked_at.append(sum(len(actions) for _, actions in actions_by_exit(graph, scheme(f"bptt:{back}"))))
    for found in (sizes, looked_at):
        assert found[2] - found[1] == 2 * (found[1] - found[0])


def test_a_window_that_drops_nothing_takes_nothing_apart() -> None:
    """Every vertex stands once then, by its own name."""
    graph = evaluate(load_problem("gomez"))
    left = take_apart(graph, scheme("bptt:2"), "W_A")
    assert set(left) == set(graph)
    several = take_apart(evaluate(random_example(TYPICAL["lstm"], steps=3)), scheme("bptt:2"), "W_A")
    assert {own_name(several, vertex) for vertex in several} == set(evaluate(random_example(TYPICAL["lstm"], steps=3)))
    assert several.nodes[name_apart("S_2", [2])]["exits"] == (2,)
    assert paths_in(several, "W_A").through("S_2").count > paths_in(several, "W_A").avoiding("S_1").count > 0


@pytest.mark.parametrize("name", ["bptt:1", "bptt:3:2", "lstm-1997"])
def test_an_adjoint_under_a_scheme_is_the_sum_of_what_the_edges_bring_back(name: str) -> None:
    """At every vertex that an edge leaves, and of a source it is the gradient under the scheme."""
    graph = evaluate(random_example(TYPICAL["gru"], hidden=2, steps=4, seed=2))
    sweeps = sweeps_of(left_by(graph, scheme(name), "W_h"), graph, scheme(name))
    for vertex in graph:
        brought = [sweeps.pulled(vertex, head) for head in graph.succ[vertex]]
        there = [term for term in brought if term is not None]
        if there:
            np.testing.assert_allclose(sum(there), sweeps.adjoints[vertex], rtol=1e-11, atol=1e-14)
    for source in ("W_h", "U_h", "b_z"):
        expected = gradients_under(graph, scheme(name), [source])[source]
        np.testing.assert_allclose(sweeps.adjoints[source], expected, rtol=1e-12, atol=1e-15)


class ByLoss:
    """A rule of a user's own: something happens to one edge for one loss alone."""

    def __init__(self, action: Action) -> None:
        self.action = action

    def __call__(self, edge) -> Action:
        """Return what happens."""
        return self.action if (edge.tail.quantity, edge.exit) == ("S", 2) and edge.kind == "carousel" else KEEP


def test_any_rule_by_loss_that_cuts_is_one_graph_and_one_that_scales_is_refused() -> None:
    """The gradients of both are there all the same."""
    graph = evaluate(random_example(TYPICAL["lstm"], steps=3, seed=2))
    study = Study.of(graph, "W_A")
    cut = Scheme("mine", "me", "cuts", ByLoss(CUT), per="exit")
    left = study.under(cut)
    assert {p.vertices for p in left.paths} == {p.vertices for p in kept_of(graph, cut, "W_A")}
    np.testing.assert_allclose(left.paths.total, gradients_under(graph, cut)["W_A"], rtol=1e-12)
    scaled = Scheme("mine", "me", "scales", ByLoss(Action("scale", 0.5)), per="exit")
    assert gradients_under(graph, scaled)["W_A"].shape == (1, 2)
    with pytest.raises(InputError, match=r"^no one graph is left by scheme 'mine': it changes other partials for each"):
        study.under(scaled)
    assert kept_by_exit(graph, cut).exits == (1, 2, 3)


def test_what_is_not_there_is_refused_and_what_is_on_no_path_is_known() -> None:
    """A source that is none; a vertex that no kept path passes is one all the same."""
    study = Study("gomez", "W_A")
    with pytest.raises(UnknownVertexError):
        take_apart(study.graph, scheme("bptt:1"), "W_Z")
    paths = study.under("bptt:1").paths
    assert paths.through("f_1").count == 0
    assert paths.avoiding("o_0").count == 2
    with pytest.raises(UnknownVertexError):
        paths.through(name_apart("S_1", [1]))
    with pytest.raises(NoPathError, match=r"^no path from 'S_0' to 'E'$"):
        _ = Study(random_example(TYPICAL["lstm"], steps=3, at="last"), "S_0").under("bptt:1").paths


@pytest.mark.parametrize("name", ["bptt:1", "cut X[t] -> *[t]"])
def test_an_entry_of_a_source_that_a_scheme_leaves_no_path_from_is_one_all_the_same(name: str) -> None:
    """There is no path from it, at either level; and an entry that is none is still told to be none."""
    left = Study(random_example(TYPICAL["lstm"], steps=3, at="last"), "X_1", element=1).under(name)
    for level in ("quantity", "unit"):
        with pytest.raises(NoPathError, match=r"^no path from 'X_1' to 'E'$"):
            left.at(level)
    with pytest.raises(ShapeError, match=r"^unknown element: \(2,\) of 'X_1', whose shape is \(2,\)"):
        _ = left.about("X_1", element=2).paths


@pytest.mark.parametrize("rule", ["bptt:3:2", "bptt:5:2"])
def test_adjoints_over_all_losses_are_numbers_or_refused_in_one_line(rule: str) -> None:
    """Each of a loss alone is a number, and the sum of two may be none: that was a warning of NumPy."""
    cell = parse_cell("c", "H[t] = U * H[t-1] + W * X[t]", output="H")
    targets = 1.2 * np.array([0.0, 1.0, 1.0, -1.0, -1.0, 0.0])[:, None]
    inputs = np.array([1.0, 0.0, 0.0, 0.0, 0.0, 0.0])[:, None]

    def sweeps(size: float):
        losses = [LossTerm("H", tuple(range(1, 7)), size * targets, "given")]
        full = evaluate(Problem(cell, {"U": [1.0], "W": [1e-10]}, {"X": inputs}, losses))
        return sweeps_of(left_by(full, scheme(rule), "X_1"), full, scheme(rule))

    assert np.isfinite(sweeps(1.0).adjoints["H_4"]).all()
    with pytest.raises(NumberError, match=r"^not a finite number: the adjoint of vertex 'H_\d' is \[-?inf\]$"):
        _ = sweeps(1e308).adjoints


@pytest.mark.parametrize(("flows", "total"), [((1e308, 1e308, -1e308), 1e308), ((0.25, 0.5), 0.75)])
def test_flows_of_a_vertex_are_added_up_whatever_comes_out_on_the_way(flows: tuple[float, ...], total: float) -> None:
    """Two flows of 1e308 and one that takes one back were an OverflowError of Python."""
    whole = nx.DiGraph([("a", "E")])
    apart = nx.DiGraph(source="a", element=None, total=None, scheme="")
    for k, flow in enumerate(flows):
        apart.add_node(k, vertex="a", flow=flow)
        apart.add_node(-k - 1, vertex="E", flow=flow)
        apart.add_edge(k, -k - 1, flow=flow)
    found = put_together(whole, apart)
    assert [found.nodes["a"]["flow"], found.edges["a", "E"]["flow"]] == [total, total]
    apart.nodes[0]["flow"] = apart.nodes[1]["flow"] = 1.7e308
    with pytest.raises(NumberError, match=r"^not a finite number: the flow through 'a' "):
        put_together(whole, apart)
