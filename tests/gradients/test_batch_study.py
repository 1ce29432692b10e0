"""One question to a batch: every number is that of all paths listed, outliers that were planted are found."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.errors import InputError, NumberError
from graphviz_lstm.gradients.batches.batch import Batch
from graphviz_lstm.gradients.batches.batch_study import BATCH_LABELS, BatchStudy
from graphviz_lstm.gradients.batches.members import UNLIKE, cosines_of, modified_scores
from graphviz_lstm.graph import evaluate
from graphviz_lstm.interfaces import choices
from graphviz_lstm.paths import find_paths
from tests.examples import TYPICAL, random_sequences


def test_the_door_names_every_label() -> None:
    """It loads no room for it."""
    assert choices.BATCH_LABELS == BATCH_LABELS


@given(
    cell=st.sampled_from(["lstm", "gru", "rnn"]),
    lengths=st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple),
    whole=st.booleans(),
    seed=st.integers(0, 100),
)
@settings(max_examples=8)
def test_leading_paths_are_those_of_all_paths_listed(
    cell: str, lengths: tuple[int, ...], *, whole: bool, seed: int
) -> None:
    """Each summed over the sequences that have it; none that is left out is larger than the bound."""
    examples = random_sequences(cell, lengths=lengths, seed=seed)
    source = TYPICAL[cell].parameters[0]
    element = None if whole else (0, 1)
    study = BatchStudy(Batch(examples), source, element)
    direction = np.zeros(study.gradient.shape)
    if element is None:
        direction = study.gradient / np.vdot(study.gradient, study.gradient)
    else:
        direction[element] = 1.0 / study.gradient[element]
    listed: dict[tuple[object, ...], float] = {}
    for example in examples:
        for path in find_paths(evaluate(example), source, "E", level="unit", element=element):
            share = float(np.vdot(path.contribution, direction if element is None else direction[element]))
            listed[path.vertices] = listed.get(path.vertices, 0.0) + share / len(examples)
    ranked = sorted(map(abs, listed.values()), reverse=True)
    scale = 1e-10 * max(1.0, ranked[0])
    found = study.top(4)
    assert found.proven
    assert np.allclose([abs(each.share) for each in found.paths], ranked[: len(found.paths)], rtol=0.0, atol=scale)
    assert all(abs(each.share - listed[each.path.vertices]) <= scale for each in found.paths)
    assert max([0.0, *ranked[4:5]]) <= found.bound + scale


def test_the_triangle_and_the_lags_are_sums_of_the_classes_by_entry_and_exit() -> None:
    """Of sequences of different lengths; by route it is whole again."""
    batch = Batch(random_sequences(lengths=(2, 4, 3)))
    study = BatchStudy(batch, "W_A")
    both = batch.group_by(("entry", "exit"), source="W_A")
    triangle = study.triangle
    lags = study.groups("lag")
    for (entry, leaving), group in both.items():
        first = triangle.first_step
        assert triangle.whole[entry - first, leaving - first] == pytest.approx(group.share, abs=1e-12)
    for lag, group in lags.items():
        parts = [each.parts for (entry, leaving), each in both.items() if leaving - entry == lag]
        assert np.allclose(group.parts, np.sum(parts, axis=0), rtol=0.0, atol=1e-12)
        assert (group.positive, group.count, group.cancellation) == (None, None, None)
    assert np.allclose(sum(triangle.routes.values()), triangle.whole)
    pooled = study.groups("lag", up_to=1)
    assert list(pooled) == [0, 1, 2]
    assert pooled[2].share == pytest.approx(lags[2].share + lags[3].share)


@pytest.mark.parametrize("label", BATCH_LABELS)
def test_classes_add_up_to_the_gradient_and_to_each_part(label: str) -> None:
    """Of the mean, and of each sequence."""
    study = BatchStudy(Batch(random_sequences(lengths=(2, 3))), "U_i", (0, 1))
    groups = study.groups(label)
    assert sum(group.share for group in groups.values()) == pytest.approx(1.0)
    parts = np.sum([group.parts for group in groups.values()], axis=0)
    assert np.allclose(parts, [each.part for each in study.sequences])


def test_the_numbers_of_a_sequence_are_those_of_its_own_gradient() -> None:
    """Its loss, how long its gradient is, how it lies to the others'."""
    examples = random_sequences(lengths=(3, 2, 3))
    study = BatchStudy(Batch(examples), "W_f")
    gradients = [Batch([example]).gradient("W_f") for example in examples]
    for k, (each, example) in enumerate(zip(study.sequences, examples, strict=True)):
        others = sum(gradients[:k] + gradients[k + 1 :])
        cosine = np.vdot(gradients[k], others) / np.linalg.norm(gradients[k]) / np.linalg.norm(others)
        assert (each.number, each.steps) == (k + 1, example.steps)
        assert each.loss == pytest.approx(float(evaluate(example).nodes["E"]["value"]))
        assert each.length == pytest.approx(float(np.linalg.norm(gradients[k])))
        assert each.cosine == pytest.approx(float(cosine))
    assert sum(each.part for each in study.sequences) == pytest.approx(3.0)


def test_a_sequence_that_is_unlike_the_others_is_found_with_its_reason() -> None:
    """One of ten has another target, far away; the others differ a little."""
    one = random_sequences(lengths=(3,))[0]
    random = np.random.default_rng(5)
    alike = [replace(one, targets=one.targets + 1e-2 * random.normal(size=one.targets.shape)) for _ in range(9)]
    study = BatchStudy(Batch([*alike, replace(one, targets=one.targets + 10.0)]), "W_A")
    last = study.sequences[-1]
    assert last.score == max(each.score for each in study.sequences) > 10 * UNLIKE
    assert "loss (larger)" in last.because
    assert "length of its gradient (larger)" in last.because


def test_who_waits_is_told_how_many_sequences_are_done() -> None:
    """For each thing anew, from nothing, so that a bar is there before the first is done, to its end."""
    told: list[tuple[int, int]] = []
    study = BatchStudy(
        Batch(random_sequences(lengths=(2, 3))), "W_A", progress=lambda done, whole: told.append((done, whole))
    )
    for ask in (lambda: study.groups("crossings"), lambda: study.triangles, lambda: study.sequences):
        told.clear()
        ask()
        assert told == [(0, 2), (1, 2), (2, 2)]
    told.clear()
    study.top(2)
    assert told[:6] == [(0, 2), (1, 2), (2, 2)] * 2


def test_sequences_that_are_the_same_are_like_each_other() -> None:
    """Rounding is no difference; one alone has no others."""
    one = random_sequences(lengths=(3,))[0]
    for count in (1, 2, 5):
        study = BatchStudy(Batch([one] * count), "W_A")
        assert {each.because for each in study.sequences} == {()}
    assert BatchStudy(Batch([one]), "W_A").sequences[0].cosine is None


def test_no_gradient_has_no_direction() -> None:
    """Nor have the others where they sum to nothing; what lies along them has a cosine of one."""
    none, one = np.zeros(2), np.array([3.0, 4.0])
    assert cosines_of([none, one]) == [None, None]
    assert cosines_of([none, one, one]) == [None, pytest.approx(1.0), pytest.approx(1.0)]
    assert cosines_of([one]) == [None]


def test_scores_are_those_of_iglewicz_and_hoaglin() -> None:
    """0.6745 of the median distance; where that is zero, the mean distance times 1.2533."""
    values = [2.0, 4.0, 5.0, 7.0, 30.0]
    assert modified_scores(values) == pytest.approx([0.6745 * (x - 5.0) / 2.0 for x in values])
    same = [1.0, 1.0, 1.0, 2.0]
    assert modified_scores(same) == pytest.approx([(x - 1.0) / (0.25 * 1.253314) for x in same], rel=1e-4)
    # What leaves the range lies nowhere; of those that are the same it was a warning of NumPy.
    assert modified_scores([1.0, 1.0, -np.inf]) == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("ask", "error", "line"),
    [
        (lambda batch: BatchStudy(batch, "W_Z"), InputError, "not a parameter: 'W_Z'"),
        (lambda batch: BatchStudy(batch, "W_A").groups("length"), InputError, "unknown label: 'length'"),
        (
            lambda batch: BatchStudy(batch, "W_A").top(0),
            InputError,
            r"unusable number of paths: 0 \(must be 1 to 1000\)",
        ),
        (lambda batch: BatchStudy(batch, "W_A", (5, 5)).size, InputError, "unknown element"),
    ],
)
def test_what_cannot_be_asked_is_refused(ask: object, error: type[Exception], line: str) -> None:
    """In one line."""
    with pytest.raises(error, match=line):
        ask(Batch(random_sequences(lengths=(2,))))  # type: ignore[operator]


def test_a_mean_gradient_of_zero_and_steps_of_other_numbers_are_refused() -> None:
    """Nothing to share, and no triangle of all."""
    one = random_sequences(lengths=(2,))[0]
    still = replace(one, targets=np.zeros((2, 2)), loss="given")
    with pytest.raises(NumberError, match="zero gradient: of the mean loss by 'W_A'"):
        _ = BatchStudy(Batch([still]), "W_A").sequences
    later = replace(one, first_step=7)
    with pytest.raises(InputError, match="no triangle of all: the first step is 1 in sequence 1, 7 in sequence 2"):
        _ = BatchStudy(Batch([one, later]), "W_A").triangle
