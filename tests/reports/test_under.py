"""A study under a scheme: the same questions, of the paths that it leaves."""

from __future__ import annotations

import pickle
import sys

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS
from graphviz_lstm.errors import CheckError, InputError
from graphviz_lstm.gradients import check
from graphviz_lstm.gradients.schemes import gradients_under, scheme
from graphviz_lstm.reports import Study, describe_answer, describe_check
from graphviz_lstm.reports.question import Question
from graphviz_lstm.reports.tables import check_content
from tests.examples import random_example
from tests.figures.geometry import overlaps

ONE_GRAPH = ["full", "lstm-1997", "e-prop", "spatial", "chunked-bptt:2", "h-detach:0.25", "artbp:0.5", "clip:0.3"]


@pytest.mark.parametrize("name", ONE_GRAPH)
@pytest.mark.parametrize("cell", CELLS.values(), ids=list(CELLS))
def test_what_is_left_is_what_the_scheme_finds_and_its_check_passes(cell, name: str) -> None:
    """For every parameter: the sum over the paths that are left is the gradient under the scheme."""
    study = Study(random_example(cell, hidden=2, steps=3, seed=6))
    expected = gradients_under(study.graph, scheme(name))
    for source in cell.parameters:
        left = study.about(source).under(name)
        np.testing.assert_allclose(left.paths.total, expected[source], rtol=1e-11, atol=1e-14)
        assert {way.name for way in left.check().ways} == {"paths", "forward", "equations", "detached"}


def test_a_check_under_a_scheme_can_fail() -> None:
    """A partial of the full graph that is off by a millionth, and one of what is left."""
    for changed in ("full", "graph"):
        left = Study("gomez", "W_A").under("lstm-1997")
        graph = left.full.graph if changed == "full" else left.graph
        edge = graph.edges["S_0", "S_1"]
        edge["partial"] = edge["partial"].changed(lambda number: number * (1.0 + 1e-6))
        with pytest.raises(CheckError):
            check(left.graph, "W_A", paths=Study("gomez", "W_A").under("lstm-1997").paths, full=left.full.graph)


def test_without_pytorch_it_is_said_and_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """In words and in JSON."""
    monkeypatch.setitem(sys.modules, "torch", None)
    found = Study("gomez", "W_A").under("lstm-1997").check()
    assert found.checked
    assert describe_check(found).splitlines()[-1].split("  ")[-1] == "not checked: PyTorch is not installed"
    content = check_content(found)
    assert (content["detached"], content["residual"]["detached"], content["noticed"]["detached"]) == (None, None, None)


def test_what_is_cut_is_drawn_dotted_and_nothing_flows_there() -> None:
    """And overlaps nothing; what is left are flows that sum to 1."""
    figure = Study("gomez", "W_A").under("lstm-1997").figure()
    scene = figure.scene
    dotted = {(curve.tail, curve.head) for curve in scene.curves if curve.pattern == "dotted"}
    assert dotted == {("H_0", head) for head in ("a_1", "i_1", "f_1", "o_1")}
    assert all(curve.label is None for curve in scene.curves if curve.pattern == "dotted")
    assert overlaps(scene) == []
    assert "under lstm-1997" in scene.title
    assert "cut by lstm-1997" in figure.svg
    for name in ("full", "h-detach:0.25", "clip:0.3"):
        assert "no error goes along it" not in Study("gomez", "W_A").under(name).figure().svg
    for view in ("path", "facets", "metro", "rolled", "values"):
        assert overlaps(Study("gomez", "W_A").under("lstm-1997").figure(view).scene) == [], view


@pytest.mark.parametrize("steps", [5, 12])
def test_long_sequences_under_a_scheme_are_drawn_too(steps: int) -> None:
    """Hidden steps included; what was left out on request is left out."""
    left = Study(random_example(CELLS["lstm"], hidden=2, steps=steps, seed=1)).under("lstm-1997")
    assert overlaps(left.figure().scene) == []
    only = left.figure(only_paths=True).scene
    assert not any(curve.pattern == "dotted" for curve in only.curves)


def test_a_study_under_a_scheme_is_asked_about_others_and_travels() -> None:
    """And says under which."""
    left = Study("gomez", "W_A", element=(0, 0)).under("e-prop")
    assert isinstance(left, Question)
    other = pickle.loads(pickle.dumps(left.about("U_f")))  # noqa: S301 -- our own
    assert (other.source, other.scheme.name, other.paths.count) == ("U_f", "e-prop", left.about("U_f").paths.count)
    assert repr(left) == "<Study of dE/dW_A[0, 0], 'gomez' under 'e-prop'>"
    assert describe_answer(left.answer).startswith("dE/dW_A[0,0] under e-prop of 'gomez'")
    assert left.compare().distance.cosine == pytest.approx(0.999783, abs=1e-6)
    assert left.count() == 3


def test_what_cannot_be_asked_under_a_scheme_is_refused() -> None:
    """One graph for each loss or entry, a triangle, other steps."""
    study = Study("gomez", "W_A")
    for name, why in {
        "bptt:1": "no one graph is left by scheme 'bptt:1': it drops other edges for each loss (compare takes it)",
        "snap:1": "no one graph is left by scheme 'snap:1': it drops other entries for each entry of a parameter "
        "(compare takes it)",
    }.items():
        with pytest.raises(InputError) as error:
            study.under(name)
        assert str(error.value) == why
    with pytest.raises(InputError, match=r"^the triangle is of the full gradient"):
        _ = study.under("full").triangle
    with pytest.raises(
        InputError, match=r"^paths over other steps are counted of the full gradient, and this is under 'full'$"
    ):
        study.under("full").count(5)
