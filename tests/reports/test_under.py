"""A study under a scheme: the same questions, of the paths that it leaves."""

from __future__ import annotations

import json
import pickle
import sys

import numpy as np
import pytest

from graphviz_lstm.errors import CheckError, InputError, ShapeError
from graphviz_lstm.gradients import check
from graphviz_lstm.gradients.schemes import gradients_under, scheme
from graphviz_lstm.gradients.schemes.library import SCHEMES
from graphviz_lstm.reports import Study, describe_answer, describe_check
from graphviz_lstm.reports.asked import AskedPaths
from graphviz_lstm.reports.bundle import answer_files
from graphviz_lstm.reports.conversation.asked import asked_of
from graphviz_lstm.reports.conversation.backward import backward_section
from graphviz_lstm.reports.conversation.listed import MOST_LISTED
from graphviz_lstm.reports.derivation import paths_section
from graphviz_lstm.reports.document import Table
from graphviz_lstm.reports.pages.interactive import interactive_page
from graphviz_lstm.reports.question import Question
from graphviz_lstm.reports.tables import check_content
from tests.examples import TYPICAL, random_example
from tests.figures.geometry import overlaps

NAMES = [
    "full", "lstm-1997", "e-prop", "spatial", "chunked-bptt:2", "h-detach:0.25", "artbp:0.5", "clip:0.3", "bptt:1",
    "bptt:2", "bptt:2:2",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
def test_what_is_left_is_what_the_scheme_finds_and_its_check_passes(cell, name: str) -> None:
    """For every parameter: the sum over the paths that are left is the gradient under the scheme."""
    study = Study(random_example(cell, hidden=2, steps=3, seed=6))
    expected = gradients_under(study.graph, scheme(name))
    for source in cell.parameters:
        left = study.about(source).under(name)
        np.testing.assert_allclose(left.paths.total, expected[source], rtol=1e-11, atol=1e-14)
        assert {way.name for way in left.check().ways} == {"paths", "forward", "equations", "detached"}


@pytest.mark.parametrize("named", SCHEMES.values(), ids=list(SCHEMES))
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_every_path_is_written_as_a_product_under_every_scheme(cell: str, named) -> None:
    """Over four steps: those that a window leaves go by copies of vertices, which have names of the full graph."""
    study = Study(random_example(TYPICAL[cell], steps=4, inputs=1, seed=6))
    name = named.make(*named.shown).name
    try:
        left = study.about(next(iter(TYPICAL[cell].parameters)), element=(0, 0)).under(name)
    except InputError:  # it names a gate that this cell has not
        assert name.startswith("only:")
        return
    table = paths_section(left).parts[1]
    assert isinstance(table, Table)
    assert len(table.rows) == min(left.paths.count, 40)
    (page,) = (text.decode() for file, text in answer_files(left.answer).items() if file.endswith(".html"))
    assert ("Every path: a product of partials" in page) == (left.paths.count <= MOST_LISTED)


@pytest.mark.parametrize(
    ("name", "number"), [("h-detach:0.25", 0.75), ("scale -0.3 H[t-1] -> *[t]", -0.3), ("full", 1.0)]
)
@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
def test_a_partial_that_is_scaled_is_written_so(cell, name: str, number: float) -> None:
    """Its formula and its number are of the same: the formula was that of the full net."""
    study = Study(random_example(cell, hidden=1, steps=3, seed=6))
    left, changed = study.under(name).graph, 0
    for tail, head, edge in left.edges(data=True):
        full = study.graph.edges[tail, head]
        here, there = (each["partial"].pull(np.ones(each["partial"].head_shape)) for each in (edge, full))
        if np.array_equal(here, there):
            assert edge["symbol"] == full["symbol"]
            continue
        changed += 1
        np.testing.assert_allclose(here, number * there, rtol=1e-14)
        assert edge["symbol"] == full["symbol"].scaled(number)
        assert str(edge["symbol"]).startswith((f"{number:g} * ", f"{abs(number):g} * "))
    # Nothing crosses into a gate of minGRU.
    assert (changed > 0) == (number != 1.0 and (cell.name, name) != ("mingru", "h-detach:0.25"))


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
    left = Study(random_example(TYPICAL["lstm"], hidden=2, steps=steps, seed=1)).under("lstm-1997")
    assert overlaps(left.figure().scene) == []
    only = left.figure(only_paths=True).scene
    assert not any(curve.pattern == "dotted" for curve in only.curves)


def test_a_study_under_a_scheme_is_asked_about_others_and_travels() -> None:
    """And says under which."""
    left = Study("gomez", "W_A", element=(0, 0)).under("e-prop")
    assert isinstance(left, Question)
    assert isinstance(left, AskedPaths)
    other = pickle.loads(pickle.dumps(left.about("U_f")))  # noqa: S301 -- our own
    assert (other.source, other.scheme.name, other.paths.count) == ("U_f", "e-prop", left.about("U_f").paths.count)
    assert repr(left) == "<Study of dE/dW_A[0, 0], 'gomez' under 'e-prop'>"
    assert describe_answer(left.answer).startswith("dE/dW_A[0,0] under e-prop of 'gomez'")
    assert left.compare().distance.cosine == pytest.approx(0.999783, abs=1e-6)
    assert left.count() == 3


def test_what_cannot_be_asked_under_a_scheme_is_refused() -> None:
    """Another graph for each entry, a triangle, other steps."""
    study = Study("gomez", "W_A")
    with pytest.raises(InputError) as error:
        study.under("snap:1")
    assert str(error.value) == (
        "no one graph is left by scheme 'snap:1': it drops other entries for each entry of 'W_A' "
        "(name one, such as --element 0,0; compare takes all)"
    )
    with pytest.raises(InputError, match=r"^not a parameter: 'X_1' \(scheme 'snap:1' asks what each entry of a "):
        study.about("X_1", element=0).under("snap:1")
    with pytest.raises(ShapeError, match=r"^unknown element: \(0, 9\) of 'W_A'"):
        study.about("W_A", element=(0, 9)).under("snap:1")
    with pytest.raises(InputError, match=r"^the triangle is of the full gradient"):
        _ = study.under("full").triangle
    with pytest.raises(
        InputError, match=r"^paths over other steps are counted of the full gradient, and this is under 'full'$"
    ):
        study.under("full").count(5)


@pytest.mark.parametrize("name", ["snap:1", "snap:2"])
@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_of_an_entry_a_scheme_by_entry_leaves_one_graph(cell: str, name: str) -> None:
    """Its total at that entry is what the scheme finds there, at both levels; flows sum to 1, and the check passes."""
    pytest.importorskip("torch", reason="PyTorch is not installed")
    study = Study(random_example(TYPICAL[cell], hidden=2, steps=4, seed=6))
    for source in TYPICAL[cell].parameters:
        expected = gradients_under(study.graph, scheme(name), [source])[source]
        for entry in np.ndindex(*expected.shape):
            if not expected[entry]:
                continue
            left = study.about(source, element=entry).under(name)
            assert left.paths.total[entry] == pytest.approx(expected[entry], rel=1e-11)
            assert np.count_nonzero(left.paths.total) == 1
            assert left.unit_paths.total == pytest.approx(expected[entry], rel=1e-11)
            out = left.annotated.out_edges(source, data=True)
            assert sum(edge["flow"] for *_, edge in out if not edge.get("cut")) == pytest.approx(1.0)
    assert left.check().ways[-1].checked


def test_an_entry_masked_otherwise_is_noticed() -> None:
    """By PyTorch: what another entry's reach would leave is not what this one's does."""
    pytest.importorskip("torch", reason="PyTorch is not installed")
    study = Study(random_example(TYPICAL["lstm"], hidden=2, steps=4, seed=6), "U_o", element=(0, 1))
    left, other = (study.about("U_o", element=entry).under("snap:1") for entry in ((0, 1), (1, 1)))
    graph = other.graph.copy()
    for head in graph.succ["U_o"]:
        graph.edges["U_o", head]["partial"] = left.graph.edges["U_o", head]["partial"]
    assert left.check().ways[-1].checked
    with pytest.raises(CheckError, match="PyTorch"):
        check(graph, "U_o", full=study.graph, scheme=scheme("snap:1"), entry=(0, 1))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["bptt:1", "bptt:2", "snap:1"])
def test_every_view_of_what_a_window_or_an_entry_leaves_overlaps_nothing(name: str) -> None:
    """Of a few steps and of many, with the options of each view; strands are told by every class."""
    for steps in (3, 14):
        example = random_example(TYPICAL["lstm"], hidden=2, steps=steps, seed=1)
        left = Study(example, "U_f", element=(0, 1)).under(name)
        for view in ("flow", "path", "facets", "metro", "rolled", "values"):
            assert overlaps(left.figure(view).scene) == [], (steps, view)
        for by in ("whole", "gates", "entry", "exit"):
            assert overlaps(left.figure(by=by).scene) == [], (steps, by)
        assert overlaps(left.figure(layout="narrow").scene) == []
        assert overlaps(left.figure(only_paths=True).scene) == []
    assert (
        overlaps(Study(random_example(TYPICAL["lstm"], hidden=2), "U_f").under("bptt:2").figure(detail="unit").scene)
        == []
    )


def test_the_answer_under_a_window_is_of_the_paths_that_it_keeps() -> None:
    """The local rules sum to the gradient, terms to their adjoint, and the entering one is of what still crosses."""
    study = Study(random_example(TYPICAL["lstm"], hidden=2, steps=4, seed=3), "W_i")
    left = study.under("bptt:2")
    answer = left.answer
    np.testing.assert_allclose(sum(rule.contribution for rule in answer.rules), left.paths.total, rtol=1e-11)
    for adjoint in (*(rule.adjoint for rule in answer.rules), answer.entering):
        np.testing.assert_allclose(sum(term.value for term in adjoint.terms), adjoint.value, rtol=1e-9, atol=1e-13)
    assert answer.crossing.count == left.paths.crossing("crossings").count
    told = describe_answer(answer)
    assert "of the losses for which the edge on it is kept" in " ".join(told.split())
    assert "of the losses for which" not in describe_answer(study.under("lstm-1997").answer)


@pytest.mark.parametrize("scheme", ["bptt:1", "bptt:2", "bptt:3:2", "lstm-1997"])
@pytest.mark.parametrize("hidden", [1, 2])
def test_the_lines_of_the_backward_pass_add_up_under_a_scheme(scheme: str, hidden: int) -> None:
    """Of a window too: what is told of each edge is of the losses for which it is kept."""
    study = Study(random_example(TYPICAL["lstm"], hidden=hidden, steps=4, seed=5), "W_A", element=(0, 0)).under(scheme)
    section = backward_section(asked_of(study))
    window = f"Under {scheme} each term is of the losses for which the edge on it is kept."
    assert (window in section.parts) == scheme.startswith("bptt")
    summed = 0
    for table in (part for part in section.parts if isinstance(part, Table)):
        terms: list[np.ndarray] = []
        for name, formula, text in table.rows:
            number = np.array(json.loads(str(text)))
            if str(name) in ("no gate", "gate term"):
                terms.append(number)
            elif terms:
                assert getattr(formula, "text", "") == "the sum of these"
                np.testing.assert_allclose(
                    np.sum(terms, axis=0), number, rtol=0, atol=2e-4 * max(1.0, np.abs(terms).max())
                )
                terms, summed = [], summed + 1
    assert summed == (0 if scheme in ("bptt:1", "lstm-1997") else 3)


def test_a_page_to_try_things_on_is_of_one_graph() -> None:
    """What it computes anew is one reverse sweep; explain writes a page of a window's paths."""
    left = Study("gomez", "W_A").under("bptt:1")
    with pytest.raises(InputError) as error:
        interactive_page([left])
    assert str(error.value) == (
        "no page to try things on under scheme 'bptt:1': it drops other edges for each loss, and the page computes one "
        "graph (explain writes a page of its paths)"
    )
