"""What known approximations keep of a gradient: in each format of the answer, and nothing where there is nothing."""

from __future__ import annotations

import json

import numpy as np
import pytest

from graphviz_lstm.gradients.schemes import compare
from graphviz_lstm.gradients.schemes.dropped import dropped_under
from graphviz_lstm.gradients.schemes.gradient import gradients_under, parts_by_exit
from graphviz_lstm.gradients.schemes.library import scheme
from graphviz_lstm.graph import evaluate, reverse
from graphviz_lstm.paths import find_paths
from graphviz_lstm.reports import Study, describe_answer
from graphviz_lstm.reports.approximations import TITLE, approximation_rows, approximation_sentences
from graphviz_lstm.reports.bundle import answer_files
from tests.examples import TYPICAL, random_example
from tests.oracles.left_graphs import graphs_under


@pytest.mark.parametrize("cell", TYPICAL)
def test_each_row_is_what_the_comparison_says(cell: str) -> None:
    """Of one parameter: distances, shares, counts of paths; rows are the ones that drop some."""
    study = Study(random_example(TYPICAL[cell], hidden=2, steps=4, seed=2))
    rows = {each.scheme.name: each for each in study.approximations.rows}
    for each in compare(study.graph, ["lstm-1997", "bptt:1", "bptt:2"]):
        paths = dropped_under(study.graph, each.scheme, study.source)
        if not paths.count:
            assert each.scheme.name not in rows
            continue
        found = rows.pop(each.scheme.name)
        assert found.distance == each.by_parameter[study.source]
        assert (found.kept, found.whole) == (paths.kept, paths.whole)
        assert found.share == pytest.approx(1.0 - paths.share, abs=1e-9)
    assert not rows


@pytest.mark.parametrize("name", ["bptt:1", "bptt:3", "bptt:3:2", "bptt:9"])
@pytest.mark.parametrize("cell", TYPICAL)
def test_the_part_of_a_graph_that_leads_to_a_loss_is_all_that_counts(cell: str, name: str) -> None:
    """The same paths and the same gradient as on whole graphs, in fewer edges."""
    graph = evaluate(random_example(TYPICAL[cell], hidden=2, steps=5, seed=7))
    source = TYPICAL[cell].parameters[-1]
    parts, wholes = list(parts_by_exit(graph, scheme(name))), list(graphs_under(graph, scheme(name)))
    expected = np.zeros(graph.nodes[source]["value"].shape)
    for part, whole in zip(parts, wholes, strict=True):
        count = find_paths(part, source, "E").count if source in part else 0
        assert count == find_paths(whole, source, "E").count
        assert set(part.edges) <= set(whole.edges)
        expected = expected + reverse(whole)[source]
    np.testing.assert_allclose(gradients_under(graph, scheme(name))[source], expected, rtol=1e-13, atol=1e-15)


def test_every_format_of_the_answer_and_of_the_derivation_has_the_part() -> None:
    """Text and JSON; text, LaTeX, Markdown and HTML; the page has what it says of the one entry."""
    study = Study("gomez", "W_A")
    rows = approximation_rows(study.approximations)
    assert rows[1] == ("lstm-1997", "+93.8 %", "0.0631", "0.999926", "3", "4")
    assert rows[2] == ("bptt:1", "+48.7 %", "0.522", "0.981746", "2", "5")
    files = answer_files(study.answer)
    content = json.loads(files["gomez-W_A-paths.json"])["approximations"]
    assert [(row["scheme"], row["kept"], row["dropped"]) for row in content["schemes"]] == [
        ("lstm-1997", 3, 4),
        ("bptt:1", 2, 5),
    ]
    assert content["missing"] is None
    derivation = study.derivation()
    for text in (
        describe_answer(study.answer),
        derivation.text,
        derivation.latex,
        derivation.markdown,
        derivation.html,
    ):
        assert TITLE in text
        assert "0.999926" in text
        assert "bptt:1" in text


def test_an_entry_has_its_own_share() -> None:
    """And says that the distances are of all of the source."""
    study = Study("gomez", "W_A", element=(0, 0))
    assert [row[1] for row in approximation_rows(study.approximations)[1:]] == ["+89.9 %", "+16.1 %"]
    assert approximation_sentences(study)[0].endswith("Relative error and cosine are of all of dE/dW_A.")


def test_there_is_nothing_where_it_does_not_apply() -> None:
    """One step, a scheme already, the detail of operations, a gradient of zero, a cell that no path crosses."""
    one = Study(random_example(TYPICAL["lstm"], steps=1))
    zero = Study("gomez", "f_0")
    for study in (one, Study("gomez").under("lstm-1997"), Study("gomez", detail="operation"), zero):
        assert not study.approximations
        assert TITLE not in describe_answer(study.answer)
    assert all(
        "approximations" not in json.loads(text) for name, text in answer_files(one.answer).items() if "json" in name
    )
    rows = Study(random_example(TYPICAL["mingru"], steps=3)).approximations.rows
    assert [each.scheme.name for each in rows] == ["bptt:1", "bptt:2"]


def test_what_takes_long_is_not_computed_and_said() -> None:
    """Windows over many losses, and the cuts over very many steps."""
    study = Study(random_example(TYPICAL["mingru"], steps=400, scale=0.5))
    names = [each.scheme.name for each in study.approximations.rows]
    assert names == ["bptt:1", "bptt:2"]
    assert approximation_sentences(study)[-1] == "Not computed here, over 400 steps: bptt:5, bptt:10 (compare does)."
    assert "Not computed here" in describe_answer(study.answer)
