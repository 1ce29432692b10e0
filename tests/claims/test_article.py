"""The article's lines, computed as they stand in its letters, are the whole gradient: no term is dropped."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_lstm.cells.library import CELLS, LSTM
from graphviz_lstm.claims import ARTICLE, HERE, article_lines, delta_of_argument
from graphviz_lstm.claims.article import article_gradient, article_pass
from graphviz_lstm.graph import evaluate, reverse, reverse_absolute
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.answer import adjoint_of
from tests.examples import random_example

PROBLEMS = {
    "gomez": load_example("gomez"),
    "three units": random_example(LSTM, hidden=3, inputs=2, steps=4),
    "one loss": random_example(LSTM, hidden=2, steps=3, at="last"),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_its_lines_give_the_gradient_of_every_weight(name: str) -> None:
    """What they come to is what the sum over all paths is, those that cross a gate among them."""
    graph = evaluate(PROBLEMS[name])
    passed = article_pass(graph)
    for source in LSTM.parameters:
        expected = Study(PROBLEMS[name], source).adjoints[source]
        found = article_gradient(graph, source, passed)
        assert found.shape == expected.shape
        np.testing.assert_allclose(found, expected, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_line_that_is_marked_is_what_the_gates_bring(name: str) -> None:
    """The sum of the terms of the next step's gates in the delta of the output."""
    study = Study(PROBLEMS[name], "W_A")
    step = study.problem.first_step
    (here,) = (line.number for line in article_lines(study.graph, "W_A", step + 1) if line.what == HERE)
    terms = adjoint_of(study, f"H_{step}").terms
    np.testing.assert_allclose(here, sum(term.value for term in terms if term.crossing), rtol=1e-10)
    assert np.abs(here).max() > 0.0
    # At the last step none comes in: its delta out is what its loss gives.
    last = study.problem.last_step
    out = article_lines(study.graph, "W_A", last)[0].number
    np.testing.assert_allclose(out, study.adjoints[f"H_{last}"], rtol=1e-10)
    assert not any(term.crossing for term in adjoint_of(study, f"H_{last}").terms)


def test_without_that_line_a_part_of_the_gradient_is_missing() -> None:
    """As much as the paths that cross a gate bring."""
    study = Study("gomez", "W_A", element=(0, 0))
    lines = {line.what: line for line in article_lines(study.graph, "W_A", 1)}
    crossing = study.paths.crossing("crossings")
    values = {name: study.graph.nodes[f"{name}_0"]["value"].item() for name in "aioS"}
    local = values["o"] * (1 - np.tanh(values["S"]) ** 2) * values["i"] * (1 - values["a"] ** 2)
    assert lines[HERE].number.item() * local == pytest.approx(float(np.asarray(crossing.total)[0, 0]), rel=1e-9)


def test_of_another_cell_or_source_there_are_no_such_lines() -> None:
    """Nor of an LSTM whose functions are others: the article's lines are those of tanh and sigmoid."""
    assert article_lines(evaluate(random_example(CELLS["gru"])), "W_z", 1) == ()
    assert article_lines(evaluate(load_example("gomez")), "H_0", 0) == ()


def test_the_example_is_the_articles() -> None:
    """And the letter a that it takes the delta of is told."""
    assert load_example("gomez").about.startswith(ARTICLE)
    assert delta_of_argument().text == "delta Z_A,t = delta a_t * f_A'(Z_A,t)"


@pytest.mark.parametrize("scale", [1.0, 10.0, 20.0, 50.0])
def test_of_functions_that_saturate_they_are_the_whole_gradient_too(scale: float) -> None:
    """Of an a that is 1 to all its digits, 1 - a^2 was 0, and so was what they came to."""
    for seed in range(5):
        problem = random_example(LSTM, hidden=2, steps=3, scale=scale, seed=seed)
        graph = evaluate(problem)
        passed, sizes = article_pass(graph), reverse_absolute(graph)
        for source in LSTM.parameters:
            found, expected = article_gradient(graph, source, passed), reverse(graph)[source]
            assert (np.abs(found - expected) <= 1e-12 * sizes[source]).all(), source
