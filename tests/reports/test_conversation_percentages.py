"""Percent of what: one entry, its array, all weights, one loss alone; each is held against paths listed one by one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from graphviz_lstm.cells.library import CELLS, LSTM
from graphviz_lstm.graph import TARGET, evaluate
from graphviz_lstm.graph.sweeps import push_forward
from graphviz_lstm.notation.numbers import plain_percent
from graphviz_lstm.paths import find_paths, format_share
from graphviz_lstm.problems import load_problem
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.conversation.asked import asked_of
from graphviz_lstm.reports.conversation.growth import every_weight, repeated, weights_section
from graphviz_lstm.reports.conversation.held import held_section
from graphviz_lstm.reports.conversation.listed import paths_section
from graphviz_lstm.reports.conversation.verdict import verdict_section
from graphviz_lstm.reports.document import Section, Sentence, Table, plain
from tests.examples import random_example

CASES = Path(__file__).parents[1] / "cases"
STUDIES = {
    "gomez": Study("gomez", "W_A"),
    "a bias": Study("gomez", "b_i"),
    "an input": Study("gomez", "X_0"),
    "three units": Study(CASES / "gru3h2.json"),
    "one loss": Study(random_example(LSTM, steps=3, at="last", seed=4)),
}


def words(section: Section | None) -> str:
    """Return what is said in a section, but for its tables."""
    assert section is not None
    return " ".join(plain(part) for part in section.parts if isinstance(part, str | Sentence))


def contributions(study: Study, name: str, *, crossing: bool) -> np.ndarray:
    """Return the sum of the paths from a vertex, of those that cross or of all: listed, and added up."""
    edges = study.graph.edges
    whole = np.zeros(np.shape(study.graph.nodes[name]["value"]))
    for path in find_paths(study.graph, name, TARGET):
        if not crossing or any(edges[edge[:2]]["kind"] == "crossing" for edge in path.edges):
            whole = whole + path.contribution
    return whole


@pytest.mark.parametrize("name", STUDIES)
def test_one_cut_is_told_of_an_entry_of_its_array_and_of_all_weights(name: str) -> None:
    """Each share along the gradient that the row names, each error by its length."""
    study = STUDIES[name]
    asked = asked_of(study)
    section = held_section(asked)
    assert section is not None
    table = next(part for part in section.parts if isinstance(part, Table))
    entry = asked.one.element or ()
    own = [contributions(study, study.source, crossing=crossing) for crossing in (True, False)]
    weights = [
        np.concatenate([contributions(study, key, crossing=crossing).reshape(-1) for key in study.problem.parameters])
        for crossing in (True, False)
    ]
    pairs = [tuple(np.atleast_1d(each[entry]) for each in own)]
    pairs += [tuple(each.reshape(-1) for each in own)] * (own[0].size > 1 and study.source in study.problem.parameters)
    pairs += [tuple(weights)]
    told = []
    for across, whole in pairs:
        off = np.linalg.norm(across) / np.linalg.norm(whole)
        told.append((f"{whole.size:,}", format_share(across @ whole / (whole @ whole)), plain_percent(float(off))))
    assert [row[1:] for row in table.rows] == told


@pytest.mark.parametrize("name", ["gomez", "three units", "one loss"])
def test_the_share_of_an_array_is_the_mean_that_is_told(name: str) -> None:
    """Of its entries' shares, each weighted by the square of its gradient; the verdict and the list have it, too."""
    study = STUDIES[name]
    asked = asked_of(study)
    across, whole = (contributions(study, study.source, crossing=crossing) for crossing in (True, False))
    mean = np.average(across / whole, weights=whole**2)
    share = format_share(float(mean))
    assert f"Of the whole array dE/d{study.source} they are {share}." in words(verdict_section(asked))
    section = paths_section(asked)
    assert "the mean of its entries' shares" in words(section)
    table = next(part for part in section.parts if isinstance(part, Table))
    count = asked.crossing.count
    entry = format_share(float(across[asked.one.element] / whole[asked.one.element]))
    assert [*table.rows[-2][1:2], *table.rows[-2][-2:]] == [entry, share, f"the {count} that cross, together"]


@pytest.mark.parametrize("name", ["gomez", "three units"])
def test_what_the_last_loss_alone_leaves_is_that_of_a_problem_that_has_no_other(name: str) -> None:
    """How many paths, how many cross, and their share."""
    problem = load_problem("gomez") if name == "gomez" else STUDIES[name].problem
    asked = asked_of(STUDIES[name])
    (term,) = problem.losses
    alone = Study(
        replace(problem, losses=[replace(term, steps=term.steps[-1:], targets=term.targets[-1:])]),
        asked.source,
        element=asked.one.element,
    )
    crossing = alone.paths.crossing("crossings")
    assert (
        f"With the loss of step {problem.last_step} alone {alone.paths.count} paths would be left, and the "
        f"{crossing.count} that cross a gate would be {format_share(crossing.share)} of their sum."
    ) in words(paths_section(asked))
    assert "would be left" not in words(paths_section(asked_of(alone)))


@pytest.mark.parametrize("cell", ["lstm", "lstm-1997", "lstm-peephole"])
def test_with_the_gates_cut_a_state_depends_on_its_own_units_weights_alone(cell: str) -> None:
    """As is said of 1997, where one derivative for each entry of a weight is carried; of the gradient it is not so."""
    graph = evaluate(random_example(CELLS[cell], hidden=3, steps=3))
    cut = graph.copy()
    cut.remove_edges_from([(tail, head) for tail, head, edge in graph.edges(data=True) if edge["kind"] == "crossing"])
    for source in ("W_A", "U_i"):
        for unit in range(3):
            direction = np.zeros(graph.nodes[source]["value"].shape)
            direction[unit] = 1.0
            others = np.arange(3) != unit
            own, whole = (push_forward(each, source, direction)["S_3"] for each in (cut, graph))
            assert own[unit]
            assert not own[others].any()
            assert whole[others].all()


def test_every_weight_is_told_over_one_step_more() -> None:
    """Where a weight brings nothing over two steps, since states start from zero."""
    study = STUDIES["gomez"]
    asked = asked_of(study)
    section = weights_section(asked, every_weight(asked))
    assert section is not None
    (table,) = (part for part in section.parts if isinstance(part, Table))
    longer = repeated(study.problem, 3)
    assert longer is not None
    assert table.header[-2:] == ("their share over 2 steps", "their share over 3 steps")
    assert [row[0] for row in table.rows] == list(study.problem.parameters)
    for name, _, _, share, further in table.rows:
        for told, problem in ((share, study.problem), (further, longer)):
            across, whole = (contributions(Study(problem), str(name), crossing=crossing) for crossing in (True, False))
            assert told == format_share(float((across * whole).sum() / (whole * whole).sum()))
