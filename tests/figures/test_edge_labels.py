"""What stands on an edge is the graph's own number, whatever is asked for; a path's product is its contribution."""

from __future__ import annotations

import re

import numpy as np
import pytest

from graphviz_lstm.cells import GRU, LSTM
from graphviz_lstm.errors import InputError
from graphviz_lstm.figures import draw
from graphviz_lstm.figures.choices import EDGES
from graphviz_lstm.figures.formulas import typeset
from graphviz_lstm.figures.views.edge_labels import BACK, edge_labels
from graphviz_lstm.figures.views.factor import factor_of
from graphviz_lstm.figures.views.product import product_lines
from graphviz_lstm.graph import TARGET, annotate, evaluate
from graphviz_lstm.graph.maps import as_matrix
from graphviz_lstm.notation.formulas import Writer
from graphviz_lstm.notation.numbers import MINUS, format_number, format_percent
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study
from tests.examples import TYPICAL, random_example
from tests.figures.formulas import characters, worth
from tests.figures.geometry import overlaps


def _graph(cell, *, hidden=1, steps=3, detail="gate"):
    return evaluate(random_example(cell, hidden=hidden, steps=steps, seed=3, scale=0.7), detail=detail)


def _told(numbers) -> str:
    """Return numbers as a label tells them: up to two written out, of more the root of the sum of their squares."""
    numbers = np.ravel(numbers)
    if numbers.size > 2:
        return format_number(float(np.sqrt(np.sum(numbers**2))))
    texts = [format_number(float(number)) for number in numbers]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
@pytest.mark.parametrize(("hidden", "element"), [(1, None), (3, None), (3, 0)])
def test_each_label_is_the_number_of_its_edge(cell, hidden: int, element: int | None) -> None:
    """Flow, partial and what is given back, computed here from the matrices of the edges."""
    graph = _graph(cell, hidden=hidden)
    source = cell.parameters[0]
    index = None if element is None else (element,) * np.ndim(graph.nodes[source]["value"])
    annotated = annotate(graph, source, element=index)
    column = None if index is None else int(np.ravel_multi_index(index, np.shape(graph.nodes[source]["value"])))
    labels = {what: edge_labels(annotated, what, annotated.edges).lines for what in ("flow", "partial", "adjoint")}
    for edge in annotated.edges:
        matrix = as_matrix(graph.edges[edge]["partial"])
        if edge[0] == source and column is not None:
            matrix = matrix[:, [column]]
        assert characters(labels["flow"][edge]) == format_percent(annotated.edges[edge]["flow"])
        number = characters(labels["partial"][edge]).rpartition(" = ")[2]
        assert number == _told(matrix), edge
        given = characters(labels["adjoint"][edge])
        assert given.startswith(BACK)
        expected = _told(np.ravel(annotated.nodes[edge[1]]["adjoint"]) @ matrix)
        assert given.removeprefix(BACK).removeprefix("|·| ") == expected, edge


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
def test_what_the_edges_out_of_a_box_give_back_sums_to_its_adjoint(cell) -> None:
    """Read off the picture, to its three digits."""
    graph = annotate(_graph(cell), cell.parameters[0])
    scene = draw(graph, view="values", edges="adjoint").scene
    sums: dict[str, list[float]] = {}
    for curve in scene.curves:
        if curve.label is not None and "[" not in curve.label.string:
            number = curve.label.string.removeprefix(BACK).replace("\N{MINUS SIGN}", "-").replace(",", "")
            sums.setdefault(curve.tail, []).append(float(number))
    drawn = {(curve.tail, curve.head) for curve in scene.curves}
    whole = [
        v for v in sums if all((v, head) in drawn for head in graph.succ[v]) and len(sums[v]) == len(graph.succ[v])
    ]
    assert len(whole) > 2
    for vertex in whole:
        size = sum(map(abs, sums[vertex]))
        assert sum(sums[vertex]) == pytest.approx(graph.nodes[vertex]["adjoint"].item(), abs=0.006 * size), vertex


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
@pytest.mark.parametrize("hidden", [1, 3])
def test_the_formula_on_an_edge_is_worth_its_partial(cell, hidden: int) -> None:
    """With the graph's values for its names: of numbers the number, of vectors the matrix."""
    graph = _graph(cell, hidden=hidden, steps=2, detail="operation")
    tried = 0
    lines = edge_labels(annotate(graph, cell.parameters[0]), "formula", graph.edges).lines
    for edge, line in lines.items():
        text = characters(line)
        if re.fullmatch(r"\(\d+\)", text) or "(·)" in text:
            continue
        matrix = as_matrix(graph.edges[edge]["partial"])
        found = np.array(np.eye(len(matrix)) if text == "I" else worth(text, graph), dtype=float)
        if found.shape != matrix.shape:  # the gradient of a loss stands as a column, a number for a matrix of one
            found = found.reshape(matrix.shape) if found.size == matrix.size else found * np.eye(len(matrix))
        np.testing.assert_allclose(found, matrix, rtol=1e-9, atol=1e-14, err_msg=f"{edge}: {text}")
        tried += 1
    assert tried > 5


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
@pytest.mark.parametrize("hidden", [1, 3])
def test_the_product_of_a_path_is_worth_its_contribution(cell, hidden: int) -> None:
    """In symbols to rounding, of numbers and of vectors; in numbers, where there are, to their three digits."""
    graph = _graph(cell, hidden=hidden, detail="operation")
    for source in (cell.parameters[0], cell.parameters[-1], f"{cell.states[0]}_0"):
        annotated = annotate(graph, source)
        for path in find_paths(graph, source, TARGET).top(4):
            symbols, *numbers = map(characters, product_lines(annotated, path))
            assert symbols.startswith("= ")
            formula = symbols.removeprefix("= ").rpartition(" = ")[0] or symbols.removeprefix("= ")
            contribution = np.ravel(np.asarray(path.contribution))
            np.testing.assert_allclose(worth(formula, graph).ravel(), contribution, rtol=1e-9, atol=1e-300)
            for line in numbers:
                factors, _, result = line.removeprefix("= ").rpartition(" = ")
                parts = [np.array(_numbers(part)) for part in factors.split(" × ")]
                product = np.prod(np.array([part if part.size > 1 else part.item() for part in parts], dtype=object))
                np.testing.assert_allclose(np.ravel(product).astype(float), _numbers(result), rtol=0.006 * len(parts))
                np.testing.assert_allclose(_numbers(result), contribution, rtol=0.006)


def _numbers(text: str) -> list[float]:
    return [
        float(part.replace(",", "")) for part in re.findall(r"-?[\d.][\d.e-]*", text.replace("\N{MINUS SIGN}", "-"))
    ]


def test_the_path_of_the_worked_example_is_written_as_mathematics() -> None:
    """Names with subscripts, one sign of multiplication; of vectors entry by entry, and matrices side by side."""
    scene = Study("gomez", "W_A", element=(0, 0)).figure("path").scene
    legend = [text.string for text in scene.texts]
    assert "= (X0 × fA′(ZA,0) × i0 × f1 × fS′(S1) × o1 × (H1 − y1))[0,0]" in legend
    vectors = annotate(_graph(LSTM, hidden=3), "W_A")
    path = find_paths(vectors, "W_A", TARGET).top(1)[0]
    (line,) = product_lines(vectors, path)
    assert characters(line).count(" ⊙ ") >= 3
    assert "ᵀ = 3 × 2 numbers of length " in characters(line)
    assert {run.text for run in line if run.sub} > {"A", "S"}


def test_a_long_formula_stands_in_the_legend_once_for_all_steps() -> None:
    """On its edges its number."""
    graph = annotate(_graph(TYPICAL["slstm"], steps=3), "W_i")
    scene = draw(graph, view="values", edges="formula").scene
    numbered = [curve for curve in scene.curves if curve.label and re.fullmatch(r"\(\d\)", curve.label.string)]
    assert len(numbered) > 3
    legend = " ".join(text.string for text in scene.texts)
    for number in {curve.label.string for curve in numbered}:
        assert legend.count(f"{number}  ∂") == 1


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
@pytest.mark.parametrize("edges", EDGES)
def test_nothing_overlaps_whatever_stands_on_edges(cell, edges) -> None:
    """Of numbers and of vectors, of parameters and inputs, where steps are hidden too."""
    for hidden, steps in ((1, 2), (3, 3), (1, 20)):
        for source in (cell.parameters[0], cell.parameters[-1], "X_1"):
            graph = annotate(_graph(cell, hidden=hidden, steps=steps), source)
            views = ("flow", "path", "values", "facets") if steps == 3 else ("values",)
            for view in views:
                assert overlaps(draw(graph, view=view, edges=edges).scene) == [], (hidden, steps, source, view)


def test_hidden_steps_have_a_flow_and_no_partial() -> None:
    """An edge to them stands for many."""
    graph = annotate(_graph(LSTM, steps=20), "W_A")
    for edges, expected in (("flow", True), ("partial", False), ("adjoint", False), ("formula", False)):
        scene = draw(graph, view="flow", edges=edges, by="whole").scene
        assert any(curve.label for curve in scene.curves if "…" in (curve.tail, curve.head)) == expected
        assert any(curve.label for curve in scene.curves)


def test_what_is_cut_gives_nothing_back() -> None:
    """Under a scheme: its partial is still told, and no number of what does not flow."""
    study = Study("gomez", "W_A").under("lstm-1997")
    for edges, expected in (("partial", True), ("adjoint", False), ("flow", False)):
        scene = study.figure("values", edges=edges, steps_per_row=2).scene
        cut = [curve for curve in scene.curves if curve.pattern == "dotted"]
        assert cut
        assert all((curve.label is not None) == expected for curve in cut)


def test_single_units_bear_their_own_partials() -> None:
    """A number each, and no formula."""
    graph = annotate(_graph(GRU, hidden=2, steps=2), "W_z", element=(0, 0))
    scene = draw(graph, view="values", detail="unit", edges="partial").scene
    labels = [curve.label.string for curve in scene.curves if curve.label]
    assert any(label.startswith("∂H1[0]/∂z1[0] = ") for label in labels)
    with pytest.raises(
        InputError, match="of single units a partial is one entry of a formula: edges='formula' has no use"
    ):
        draw(graph, view="values", detail="unit", edges="formula")


def test_a_gradient_of_zero_tells_contributions() -> None:
    """No share of nothing."""
    scene = Study("gomez", "f_0").figure("values", edges="flow").scene
    assert any("the sum of the contributions" in text.string for text in scene.texts)
    assert not any("%" in curve.label.string for curve in scene.curves if curve.label)


def test_what_cannot_use_it_refuses_it() -> None:
    """By its name and value."""
    graph = annotate(evaluate(load_example("gomez")), "W_A")
    for view in ("metro", "rolled"):
        with pytest.raises(
            InputError, match=rf"the view '{view}' has labels of its own: edges='partial' has no use in it"
        ):
            draw(graph, view=view, edges="partial")
    with pytest.raises(InputError, match="strands have numbers of their own: edges='partial' has no use in them"):
        draw(graph, by="gates", edges="partial")
    with pytest.raises(InputError, match=r"unknown edges: 'partials' \(must be one of 'partial', 'flow'"):
        draw(graph, edges="partials")


def test_names_that_look_like_marks_stay_names() -> None:
    """A formula is cut at its names before anyone reads its signs."""
    line = typeset(lambda style: Writer(style, size=1).name("a_b"), scalar=True)
    assert [(run.text, run.sub) for run in line] == [("a", False), ("b", True)]
    graph = annotate(evaluate(load_example("gomez")), "W_A")
    assert factor_of(graph, ("S_0", "S_1")) == "0.870"


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
@pytest.mark.parametrize("hidden", [1, 2])
def test_a_difference_is_not_broken(cell, hidden: int) -> None:
    """No line of a legend ends in a minus sign, or begins with one that something is taken from."""
    graph = annotate(evaluate(random_example(cell, steps=4, hidden=hidden, scale=0.7)), cell.parameters[0])
    for path in find_paths(graph, cell.parameters[0], TARGET).top(6):
        texts = [text.string for text in draw(graph, view="path", path=path, layout="narrow").scene.texts]
        assert not any(text.endswith((MINUS, "(")) or text.startswith(f"{MINUS} ") for text in texts), texts
