"""Losses that read some entries of a vector: what a mask with a row for each step says."""

# ruff: noqa: E501 -- whole messages stand on one line

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm import InputError, LossTerm, Problem, Study, find_paths, parse_problem, stack_problem
from graphviz_lstm.cells import RNN
from graphviz_lstm.figures import draw
from graphviz_lstm.gradients.symbolic.proof import prove_sum
from graphviz_lstm.gradients.symbolic.symbols import problem_symbols
from graphviz_lstm.graph import annotate, evaluate
from graphviz_lstm.graph.losses import place_of
from graphviz_lstm.problems import problem_schema, problem_to_json
from graphviz_lstm.reports.conversation.asked import asked_of
from graphviz_lstm.reports.conversation.net import loss_sentence

if TYPE_CHECKING:
    from collections.abc import Callable

MASK = [[1, 0, 1], [0, 0, 0], [0, 1, 1]]


def masked(kind: str, mask: Any = MASK, **options: Any) -> Problem:
    """Return a net of two layers whose readout has three entries, some of them masked."""
    targets = [[1, 0, 1], [0, 1, 0], [1, 1, 0]]
    loss = {"kind": kind, "targets": targets, "mask": mask, **options}
    readout = "Y[t] = V @ H[t] + c"
    inputs = [[0.5, -1.0], [0.3, 0.2], [-0.4, 1.0]]
    return stack_problem(["rnn", "lstm"], readout=readout, inputs=inputs, losses=[loss], hidden=2, seed=3)


@pytest.mark.parametrize("kind", ["squared_error", "binary_cross_entropy", "cross_entropy", "given"])
def test_a_masked_entry_is_not_read(kind: str) -> None:
    """Whatever its target is: E, its gradient and the paths of single units know nothing of it."""
    study = Study(masked(kind), source="W_A^(2)")
    assert [(term.steps, term.entries) for term in study.problem.losses] == [((1,), (0, 2)), ((3,), (1, 2))]
    assert all(way.residual < 1e-6 for way in study.check().ways)
    others = np.array([[1, 5, 1], [5, 5, 5], [5, 1, 0]])
    other = Study(masked(kind, targets=others), source="W_A^(2)")
    assert other.graph.nodes["E"]["value"] == study.graph.nodes["E"]["value"]
    assert (other.paths.total == study.paths.total).all()
    # Of the last step: by each of the two entries that the loss reads.
    assert find_paths(evaluate(study.problem), "H^(2)_3", "E", level="unit").count == 2


def test_a_masked_entry_has_no_line_to_the_loss_where_single_units_are_drawn() -> None:
    """It stands there, on no path."""
    loss = {"targets": [[0, 2, 1], [1, 1, 0]], "mask": [[1, 1, 0], [0, 1, 1]]}
    readout = "Y[t] = V @ H[t] + c"
    problem = stack_problem(["rnn"], readout=readout, inputs=[[0.5], [1.0]], losses=[loss], hidden=2, seed=0)
    scene = draw(annotate(evaluate(problem), "W_H"), detail="unit").scene
    drawn = {curve.tail for curve in scene.curves if curve.head == "E"}
    assert drawn == {"Y_1[0]", "Y_1[1]", "Y_2[1]", "Y_2[2]"}
    assert {"Y_1[2]", "Y_2[0]"} <= {box.vertex for box in scene.boxes}


def test_a_loss_is_written_with_its_mask_and_read_again() -> None:
    """As one loss for each choice of entries; the mean is over the steps that are left."""
    problem = masked("squared_error", reduction="mean", weight=3.0)
    text = problem_to_json(problem)
    assert [loss["mask"] for loss in json.loads(text)["losses"]] == [[[1, 0, 1]], [[0, 1, 1]]]
    assert [term.weight for term in problem.losses] == [1.5, 1.5]
    again = parse_problem(text)
    assert [place_of(term) for term in again.losses] == [place_of(term) for term in problem.losses]
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(json.loads(text), problem_schema())


def test_a_mask_of_ones_is_none() -> None:
    """One loss that reads all, so that nothing is said of entries."""
    (term,) = masked("given", np.ones((3, 3))).losses
    assert (term.steps, term.entries) == ((1, 2, 3), ())


def test_a_loss_of_entries_is_proved_for_one_unit() -> None:
    problem = Problem(
        RNN,
        {"W_H": [[0.5]], "U_H": [[0.5]], "b_H": [0.1]},
        {"X": [[1], [2]]},
        [LossTerm("H", (1, 2), [[1.0], [0.5]], entries=(0,))],
    )
    assert prove_sum(problem_symbols(evaluate(problem)), "U_H").difference == "0"


def test_the_answer_says_which_entries_the_loss_reads() -> None:
    told = loss_sentence(asked_of(Study(masked("squared_error"), source="W_A^(2)")))
    assert told == (
        "E is half the squared distance of Y[0, 2] from its target y[0, 2], at step 1; and half the squared distance "
        "of Y[1, 2] from its target y[1, 2], at step 3; all added."
    )


def _term(**options: Any) -> Problem:
    numbers = {"W_H": [[0.5], [0.5]], "U_H": np.eye(2), "b_H": [0.1, 0]}
    return Problem(RNN, numbers, {"X": [[1]]}, [LossTerm("H", (1,), [[1.0, 1.0]], **options)])


SLIPS: list[tuple[Callable[[], object], str]] = [
    (lambda: _term(entries=(0, 2)), "wrong entries: the loss of 'H' reads entry 2, must be from 0 to 1"),
    (lambda: _term(entries=(1, 1)), "entry given twice in the loss of 'H': [1, 1]"),
    (lambda: _term(entries=(-1,)), "out of bounds: an entry of the loss of 'H' is -1 (must be at least 0)"),
    (lambda: _term(entries="0"), "not entries: the loss of 'H' reads '0' (must be such as [0, 2])"),
    (lambda: _term(entries=3), "not entries: the loss of 'H' reads 3 (must be such as [0, 2])"),
    (
        lambda: masked("squared_error", [[[1]] * 3] * 3),
        "wrong shape: losses[0].mask is (3, 3, 1), must be (3,), one for each step, or (3, entries), a row for each step",
    ),
    (
        lambda: masked("squared_error", [[1, 0, 1], [1]]),
        "wrong shape: losses[0].mask has rows of different lengths",
    ),
    (
        lambda: masked("squared_error", [[1, 0]] * 3),
        "wrong shape: a row of losses[0].mask is (2,), must be (3,): axis 0 has 3 in readout.parameters.V of shape (3, 2), by the equation of 'Y'",
    ),
    (
        lambda: masked("squared_error", [[1, 0, 0.5]] * 3),
        "not a mask: losses[0].mask is [[1, 0, 0.5], [1, 0, 0.5], [1, 0, 0.5]] (must be true or false for each step, or entry)",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("slip", "message"), SLIPS, ids=range(len(SLIPS)))
def test_a_slip_is_answered_in_one_line(slip: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        slip()
    assert str(caught.value) == message


def test_only_a_vector_has_entries() -> None:
    """A state that is a matrix is said to be one."""
    problem = stack_problem(["mlstm"], inputs=[[1.0]], losses=[{"targets": [[0.0]]}], hidden=1, seed=0)
    with pytest.raises(InputError, match=r"wrong entries: 'C' is a matrix \(two axes\) \(the loss of a vector"):
        Problem(
            problem.cell,
            problem.parameters,
            problem.inputs,
            [LossTerm("C", (1,), [[[1.0]]], entries=(0,))],
            problem.initial,
        )


@pytest.mark.slow
def test_what_a_scheme_leaves_is_what_torch_finds_of_it() -> None:
    """It reads the same entries, by a table of its own."""
    pytest.importorskip("torch")
    (way,) = (
        w
        for w in Study(masked("cross_entropy"), source="U_f^(2)").under("lstm-1997").check().ways
        if w.name == "detached"
    )
    assert way.checked
    assert way.residual < 1e-12
