"""Sequences of different lengths in arrays of one length: what is padding has no part in anything."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm import Batch, LossTerm, Problem
from graphviz_lstm.cells import parse_cell
from graphviz_lstm.errors import InputError, NumberError, ShapeError
from graphviz_lstm.reports import Study
from tests.examples import TYPICAL, random_example

NET = random_example(TYPICAL["lstm"], hidden=2, inputs=3, steps=4, scale=0.7)


def padded(lengths: list[int], steps: int, seed: int = 0) -> tuple[Any, Any]:
    """Return inputs and targets, NaN where no step is."""
    rng = np.random.default_rng(seed)
    inputs = rng.normal(size=(len(lengths), steps, 3))
    targets = rng.normal(size=(len(lengths), steps, 2))
    for row, length in enumerate(lengths):
        inputs[row, length:] = np.nan
        targets[row, length:] = np.nan
    return inputs, targets


@given(
    lengths=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    more=st.integers(0, 2),
    at=st.sampled_from(["every", "last"]),
    seed=st.integers(0, 99),
)
@settings(max_examples=15)
def test_a_padded_batch_is_the_batch_of_its_sequences(lengths: list[int], more: int, at: str, seed: int) -> None:
    """Gradient, shares, masses and counts; a mask says the same as lengths."""
    steps = max(lengths) + more
    inputs, targets = padded(lengths, steps, seed)
    net = replace(NET, at=at)
    mask = np.arange(steps) < np.array(lengths)[:, None]
    alone = Batch(
        replace(net, inputs=inputs[row, :length], targets=targets[row, :length]) for row, length in enumerate(lengths)
    )
    gradient = np.mean([Study(problem, "W_A").adjoints["W_A"] for problem in alone.problems], axis=0)
    wanted = alone.group_by("crossings", source="W_A")
    for batch in (
        Batch.padded(net, inputs, targets, lengths=lengths),
        Batch.padded(net, inputs, targets, mask=mask),
        Batch.padded(net, {"X": inputs}, targets, mask=mask.astype(float)),
    ):
        assert np.allclose(batch.gradient("W_A"), gradient, rtol=1e-10, atol=1e-13)
        found = batch.group_by("crossings", source="W_A")
        assert {times: group.count for times, group in found.items()} == {
            times: group.count for times, group in wanted.items()
        }
        for times, group in found.items():
            assert group.parts == pytest.approx(wanted[times].parts)
            assert (group.share, group.positive) == pytest.approx((wanted[times].share, wanted[times].positive))


def test_initial_states_and_several_losses_are_those_of_each_sequence() -> None:
    """A loss at some steps counts in the sequences that reach them; one at the last step has one row."""
    example = NET.problem
    term = LossTerm("S", (2, 3), np.zeros((2, 2)), weight=0.5)
    last = LossTerm("H", (4,), np.zeros((1, 2)))
    net = replace(example, losses=[last, term])
    inputs, targets = padded([2, 4], 4)
    first = np.arange(4.0).reshape(2, 2)
    final = targets[:, :1]
    batch = Batch.padded(net, inputs, [final, targets], lengths=[2, 4], initial={"S": first})
    short, long = batch.problems
    assert [(term.quantity, term.steps) for term in short.losses] == [("H", (2,)), ("S", (2,))]
    assert [(term.quantity, term.steps) for term in long.losses] == [("H", (4,)), ("S", (2, 3))]
    assert [term.weight for term in long.losses] == [1.0, 0.5]
    assert np.array_equal(short.losses[0].targets, final[0])
    assert np.array_equal(long.losses[1].targets, targets[1, 1:3])
    assert np.array_equal(long.initial["S"], first[1])
    assert np.array_equal(long.initial["H"], net.initial["H"])


INPUTS, TARGETS = padded([3, 3], 3)
BAD: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"lengths": [3, 0]}, InputError, "unusable length: 0 of sequence 2 (must be from 1 to 3)"),
    ({"lengths": [4, 1]}, InputError, "unusable length: 4 of sequence 1 (must be from 1 to 3)"),
    ({"lengths": [3]}, InputError, "unusable lengths: [3] (must be 2 whole numbers, one a sequence)"),
    ({"lengths": [1.0, 2.0]}, InputError, "unusable lengths: [1.0, 2.0] (must be 2 whole numbers, one a sequence)"),
    ({"lengths": [3, 3], "mask": [[1] * 3] * 2}, InputError, "both lengths and mask are given (one of them says it"),
    ({"mask": [[1, 1, 1]]}, ShapeError, "wrong shape: mask is (1, 3), must be (2, 3), true where a step is there"),
    ({"mask": [[1, 1, 1], [1, 0.5, 0]]}, InputError, "not a mask: [[1.0, 1.0, 1.0], [1.0, 0.5, 0.0]] (must be"),
    ({"mask": [[1, 1, 1], [1, np.nan, 0]]}, InputError, "not a mask: [[1.0, 1.0, 1.0], [1.0, nan, 0.0]] (must be"),
    ({"mask": [[1, 1, 1], [0, 1, 1]]}, InputError, "unusable mask: sequence 2 has no step 1, but one behind it (only"),
    ({"mask": [[1, 1, 1], [0, 0, 0]]}, InputError, "unusable mask: sequence 2 has no step at all (must have one at"),
    ({"inputs": INPUTS[0, 0]}, ShapeError, "wrong shape: input 'X' is (3,), must be (sequences, steps, ...)"),
    ({"inputs": INPUTS[:, :0]}, ShapeError, "wrong shape: input 'X' is (2, 0, 3), must be (sequences, steps, ...)"),
    ({"inputs": [[[1.0] * 3], [[1.0] * 3] * 2]}, ShapeError, "wrong shape: input 'X' has rows of different lengths"),
    ({"inputs": {"x": INPUTS}}, InputError, "unknown input: 'x' (must be one of 'X')"),
    ({"targets": TARGETS[:1]}, ShapeError, "wrong number of sequences: targets has 1, must have 2, as the inputs"),
    ({"targets": TARGETS[:, :2]}, ShapeError, "wrong number of rows: targets of 'H' has 2, must have 3, one for each"),
    ({"inputs": np.where(INPUTS > 5, 0, np.nan)}, NumberError, "not a finite number: input 'X' has nan at [0, 0], in"),
    ({"initial": {"S": [[0.0, 0.0]]}}, ShapeError, "wrong number of sequences: initial state 'S' has 1, must have 2"),
    ({"initial": {"Q": [[0.0, 0.0]]}}, InputError, "unknown initial state: 'Q' (must be one of"),
]


@pytest.mark.parametrize(("given_instead", "kind", "text"), BAD, ids=[text[:45] for _, _, text in BAD])
def test_what_does_not_fit_is_one_line(given_instead: dict[str, Any], kind: type[Exception], text: str) -> None:
    """Which array, of which sequence."""
    arguments = {"inputs": INPUTS, "targets": TARGETS} | given_instead
    with pytest.raises(kind) as caught:
        Batch.padded(NET, **arguments)
    assert str(caught.value).startswith(text)
    assert "\n" not in str(caught.value)


def test_a_net_of_several_inputs_is_given_them_by_name() -> None:
    """One array by itself would be that of neither."""
    net = Problem(
        cell=parse_cell("two", "H[t] = W @ X[t] + V @ Y[t] + u * H[t-1]"),
        parameters={"W": np.ones((2, 3)), "V": np.ones((2, 3)), "u": np.ones(2)},
        inputs={"X": INPUTS[0], "Y": INPUTS[1]},
        losses=[LossTerm("H", (1, 2, 3), TARGETS[0])],
    )
    batch = Batch.padded(net, {"X": INPUTS, "Y": 2.0 * INPUTS}, TARGETS, lengths=[3, 2])
    assert np.array_equal(batch.problems[1].inputs["Y"], 2.0 * INPUTS[1, :2])
    with pytest.raises(InputError, match=r"must be from each input, 'X', 'Y', to its array"):
        Batch.padded(net, INPUTS, TARGETS)


def test_losses_that_do_not_fit_are_one_line() -> None:
    """One that counts in no step of a sequence, and as many targets as there are losses."""
    net = NET.problem
    two: Problem = replace(net, losses=[LossTerm("H", (3,), np.zeros((1, 2)))])
    with pytest.raises(InputError, match="no losses: E is the sum of one at least, in sequence 2"):
        Batch.padded(two, INPUTS, TARGETS, lengths=[3, 2])
    with pytest.raises(InputError, match="not targets: "):
        Batch.padded(replace(net, losses=[*net.losses, *two.losses]), INPUTS, TARGETS)
