"""The rooms of the unit graph beside their oracles: blocks beside numbers, classes side by side beside one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.paths.checks import physical_memory
from graphviz_lstm.paths.choosing.lazily import Lazily
from graphviz_lstm.paths.sweeping.algebra import paired
from graphviz_lstm.paths.sweeping.by_label import by_label
from graphviz_lstm.paths.sweeping.sweep import sweep
from graphviz_lstm.paths.units.algebra import COUNT, SIGNED, totals
from graphviz_lstm.paths.units.blocks import Block
from graphviz_lstm.paths.units.classes import classes_of
from graphviz_lstm.paths.units.memory import bytes_of
from tests.laws.nets import nets
from tests.paths.maps import Matrix

if TYPE_CHECKING:
    from tests.laws.nets import Net


@given(nets(), st.sampled_from(["crossings", "gates", "entry", "exit"]), st.sampled_from([None, 1]))
def test_classes_side_by_side_are_those_one_by_one(net: Net, label: str, up_to: int | None) -> None:
    dag, weights = net.units.dag, net.units.weights
    labels = [data[label] for data in dag.attributes]
    if not labels or (up_to is not None and label != "crossings"):
        return
    blocks, pulls = weights.blocks, weights.pullers()
    headroom = [block.headroom for block in blocks]
    ours = sweep(dag, classes_of(10_000, up_to), list(zip(labels, blocks, pulls, headroom, strict=True)))
    oracle: Any = by_label(paired(COUNT, paired(totals(0.0), SIGNED)), 10_000, up_to)
    theirs = sweep(dag, oracle, [(x, (b, (p, b))) for x, b, p in zip(labels, blocks, pulls, strict=True)])
    assert set(ours.labels) == set(theirs)
    for k, name in enumerate(ours.labels):
        count, (total, signed) = theirs[name]
        assert ours.counts[k, 0] == count[0]
        expected = np.ldexp(signed.mantissa[:, 0], int(np.clip(signed.exponent - ours.exponents[k], -2000, 2000)))
        np.testing.assert_allclose(ours.signed[:, k, 0], expected, rtol=1e-12)
        expected = np.ldexp(total.mantissa, int(np.clip(total.exponent - ours.exponents[k], -2000, 2000)))
        atol = 1e-12 * max(float(np.max(np.abs(expected), initial=0.0)), float(ours.signed[:, k, 0].sum()))
        np.testing.assert_allclose(ours.total[k].reshape(expected.shape), expected, rtol=0, atol=atol)


@given(st.integers(0, 2**32), st.booleans(), st.booleans())
def test_a_block_acts_as_its_entries_do_one_by_one(seed: int, diagonal: bool, some: bool) -> None:  # noqa: FBT001
    rng = np.random.default_rng(seed)
    entries = rng.normal(size=4) if diagonal else rng.normal(size=(4, 3))
    pattern = rng.random(entries.shape) < 0.6 if some else None
    block = Block(entries if pattern is None else np.where(pattern, entries, 0.0), pattern)
    dense = np.diag(block.entries) if diagonal else block.entries
    edges = np.ones(entries.shape, dtype=bool) if pattern is None else pattern
    edges = np.diag(edges) if diagonal else edges
    adjoint, counts = rng.normal(size=4), np.array([int(k) for k in rng.integers(0, 9, size=4)], dtype=object)
    np.testing.assert_allclose(block.pull(adjoint), dense.T @ adjoint)
    lengths, tails = rng.integers(-1, 3, size=4), range(dense.shape[1])
    on = [[int(lengths[head]) + 1 for head in np.flatnonzero(edges[:, tail]) if lengths[head] >= 0] for tail in tails]
    assert block.longest(lengths).tolist() == [max(each, default=-1) for each in on]
    assert block.count(counts).tolist() == [sum(counts[edges[:, tail]]) for tail in tails]
    positive, negative = np.abs(adjoint), np.abs(rng.normal(size=4))
    ahead, against = np.maximum(dense, 0).T, np.maximum(-dense, 0).T
    expected = [ahead @ positive + against @ negative, ahead @ negative + against @ positive]
    np.testing.assert_allclose(block.pull_signed(np.stack([positive, negative])), expected)
    for tail in range(dense.shape[1]):
        assert block.heads(tail).tolist() == np.flatnonzero(edges[:, tail]).tolist()
        assert block.column(tail).tolist() == dense[edges[:, tail], tail].tolist()


def test_items_are_made_once_and_when_they_are_looked_at() -> None:
    made: list[int] = []
    lazy = Lazily(5, lambda k: made.append(k) or [k])  # type: ignore[func-returns-value]
    assert not made
    assert lazy[-1] is lazy[4]
    assert made == [4]
    assert lazy[1:3] == ([1], [2])
    assert list(lazy) == [[0], [1], [2], [3], [4]]
    with pytest.raises(IndexError):
        lazy[5]


def test_a_matrix_takes_more_than_a_diagonal() -> None:
    assert bytes_of([Matrix(np.ones((3, 2)))]) == 4 * 8 * 6
    assert physical_memory() is None or physical_memory() > 10**6  # type: ignore[operator]
