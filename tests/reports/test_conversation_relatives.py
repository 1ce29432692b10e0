"""What is said of siblings, of vectors and of arguments holds in the graph: also of cells where it is not so."""

from __future__ import annotations

import numpy as np
import pytest

from graphviz_lstm.cells.library import CELLS, LSTM
from graphviz_lstm.graph import evaluate
from graphviz_lstm.graph.sweeps import push_forward
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.conversation.asked import asked_of
from graphviz_lstm.reports.conversation.backward import backward_section
from graphviz_lstm.reports.conversation.siblings import dependent, sibling_section
from graphviz_lstm.reports.conversation.verdict import verdict_section
from graphviz_lstm.reports.document import Section, Sentence, plain
from tests.examples import random_example

NOT_ALL = "Not all are siblings: "


def words(section: Section) -> str:
    """Return what is said in a section, but for its tables."""
    return " ".join(plain(part) for part in section.parts if isinstance(part, str | Sentence))


def siblings(study: Study) -> str:
    """Return what is said of siblings; nothing where there are none."""
    section = sibling_section(asked_of(study))
    return "" if section is None else words(section)


@pytest.mark.parametrize("cell", ["lstm", "lstm-peephole", "gru", "mgu", "slstm", "lstm-coupled"])
def test_what_depends_on_another_changes_with_it(cell: str) -> None:
    """A change of the one, all else that it is made of held, reaches the other: or else they are siblings."""
    graph = evaluate(random_example(CELLS[cell], steps=2))
    for parent in graph:
        heads = [head for _, head, edge in graph.out_edges(parent, data=True) if edge["kind"] == "crossing"]
        found = dependent(graph, parent)
        for first in heads:
            moved = push_forward(graph, first, np.ones(graph.nodes[first]["value"].shape))
            changed = {head for head in heads if head != first and np.any(moved.get(head, 0.0))}
            assert changed == {head for head, others in found.items() if first in others}


def test_of_an_lstm_its_relatives_are_told_and_of_these_themselves() -> None:
    """With peepholes the output gate, in a GRU the candidate: on their own pages by their own graph."""
    told = siblings(Study("gomez", "W_A"))
    peephole, gru = "o_t depends on a_t, i_t, f_t", "h_t depends on r_t"
    assert (
        "So it is of all that read H_0 here: none reads another. Elsewhere it is not so: with peepholes "
        f"{peephole}; in a GRU {gru}." in told
    )
    for cell, source, own in (("lstm-peephole", "W_A", peephole), ("gru", "W_z", gru)):
        study = Study(random_example(CELLS[cell], steps=2), source)
        assert f"{NOT_ALL}{own}. Where one gate depends" in siblings(study)
    assert NOT_ALL not in told
    assert "Elsewhere" not in siblings(Study(random_example(CELLS["slstm"], steps=2), "W_z"))


def test_the_delta_of_an_output_sums_over_a_column_of_the_matrix() -> None:
    """As is said of vectors: entry k, by the units of the gate."""
    study = Study(random_example(LSTM, hidden=3, steps=2), "W_A")
    matrix, a = study.problem.parameters["U_A"], study.graph.nodes["a_2"]["value"]
    pulled, delta = study.swept.pulled("H_1", "a_2"), study.swept.adjoints["a_2"]
    assert pulled is not None
    for k in range(3):
        assert pulled[k] == pytest.approx(sum(matrix[j, k] * (1 - a[j] ** 2) * delta[j] for j in range(3)))
    told = words(backward_section(asked_of(study)))
    assert (
        "In a gate term such as U_A^T @ (f_A'(Z_A,{t+1}) * delta a_{t+1}) the matrix stands transposed: entry k of H_t"
        in told
    )
    single = words(backward_section(asked_of(Study("gomez", "W_A"))))
    assert "For vectors a gate term is U_A^T @ (f_A'(Z_A,{t+1}) * delta a_{t+1}): entry k of H_t" in single
    assert "and dE/dW_A = sum_t (f_A'(Z_A,t) * delta a_t) @ X_t^T." in single


@pytest.mark.parametrize("cell", ["lstm", "gru", "slstm", "mgu"])
def test_arguments_are_told_where_the_gradient_names_them(cell: str) -> None:
    """What Z_A is stands beside the formula in which it is read."""
    problem = random_example(CELLS[cell], steps=2)
    for source in list(CELLS[cell].parameters)[:3]:
        told = words(verdict_section(asked_of(Study(problem, source))))
        (rule,) = (part for part in told.split(". ") if f"dE/d{source} = " in part)
        first, *arguments = rule.split("; ")
        assert all(argument.partition(" = ")[0] in first for argument in arguments)
        assert all(source in argument for argument in arguments)
        assert bool(arguments) == ("Z_" in first)
