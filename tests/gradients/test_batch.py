"""A batch: shares and masses of the mean loss, exactly, and their spread over the sequences."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.errors import InputError, NumberError, ShapeError
from graphviz_lstm.gradients.batches.batch import Batch, spread_over
from graphviz_lstm.graph import evaluate
from graphviz_lstm.paths import find_paths
from tests.examples import TYPICAL, random_example, random_sequences

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from graphviz_lstm.problems import Example


@given(
    cell=st.sampled_from(["lstm", "gru", "rnn", "mingru"]),
    lengths=st.lists(st.integers(1, 3), min_size=1, max_size=3).map(tuple),
    hidden=st.integers(1, 2),
    whole=st.booleans(),
    seed=st.integers(0, 100),
)
@settings(max_examples=20)
def test_shares_and_masses_are_those_of_every_path_of_every_sequence(
    cell: str, lengths: tuple[int, ...], hidden: int, *, whole: bool, seed: int
) -> None:
    """Listed one by one, and measured along the gradient of the mean loss."""
    examples = random_sequences(cell, lengths=lengths, hidden=hidden, seed=seed)
    source = TYPICAL[cell].parameters[0]
    element = None if whole else (0, 1)
    batch = Batch(examples)
    gradient = batch.gradient(source)
    direction = np.zeros(gradient.shape)
    if element is None:
        direction = gradient / np.vdot(gradient, gradient)
    else:
        direction[element] = 1.0 / gradient[element]
    listed: dict[int, list[float]] = {}
    parts: dict[int, list[float]] = {}
    for place, example in enumerate(examples):
        graph = evaluate(example)
        for path in find_paths(graph, source, "E", level="unit"):
            times = sum(graph.edges[edge]["crossings"] for edge in pairwise(map(str, path.quantities)))
            share = float(np.vdot(path.contribution, direction))
            listed.setdefault(times, []).append(share / len(examples))
            parts.setdefault(times, [0.0] * len(examples))[place] += share
    groups = batch.group_by("crossings", source=source, element=element)
    scale = 1e-11 * sum(abs(share) for shares in listed.values() for share in shares)
    assert sum(group.share for group in groups.values()) == pytest.approx(1.0, abs=scale)
    for times, shares in listed.items():
        found = groups.get(times)
        if found is None:
            # Paths that do not begin at the element contribute nothing to it.
            assert max(map(abs, shares)) == 0.0
            continue
        assert found.share == pytest.approx(sum(shares), abs=scale)
        assert found.positive == pytest.approx(sum(x for x in shares if x > 0), abs=scale)
        assert found.negative == pytest.approx(sum(x for x in shares if x < 0), abs=scale)
        assert np.allclose(found.parts, parts[times], rtol=0, atol=scale * len(examples))


def test_a_batch_of_one_is_the_sequence_and_of_the_same_twice_too() -> None:
    """With no spread at all."""
    (example,) = random_sequences(lengths=(3,))
    alone = find_paths(evaluate(example), "U_i", "E", level="unit").group_by("crossings")
    for batch in (Batch([example]), Batch([example, example])):
        for times, group in batch.group_by("crossings", source="U_i").items():
            assert group.share == pytest.approx(alone[times].share, rel=1e-9)
            assert group.positive == pytest.approx(alone[times].positive, rel=1e-9)
            assert group.interval == pytest.approx((group.share, group.share), rel=1e-9)
            assert group.quartiles == pytest.approx((group.share,) * 3, rel=1e-9)
            assert group.count == len(batch) * alone[times].count


def test_entry_and_exit_are_told_apart_and_add_up() -> None:
    """Sequences of different lengths: what ends early has no part in later steps."""
    batch = Batch(random_sequences(lengths=(2, 4)))
    both = batch.group_by(("entry", "exit"), source="W_A")
    by_exit = batch.group_by("exit", source="W_A")
    assert sum(group.share for group in both.values()) == pytest.approx(1.0)
    for (leaving,), group in by_exit.items():
        assert sum(g.share for (_, last), g in both.items() if last == leaving) == pytest.approx(group.share)
    assert by_exit[(4,)].parts[0] == 0.0
    assert by_exit[(4,)].parts[1] != 0.0


def test_the_interval_is_seeded_and_holds_the_share() -> None:
    """Quartiles in order."""
    batch = Batch(random_sequences(lengths=(3,) * 12))
    first, again = (batch.group_by("crossings", source="W_A", up_to=1, seed=7) for _ in range(2))
    assert list(first) == [0, 1, 2]
    for times, group in first.items():
        assert group.interval == again[times].interval
        assert group.interval[0] < group.share < group.interval[1]
        assert list(group.quartiles) == sorted(group.quartiles)
        assert group.cancellation is not None


def test_what_is_no_batch_is_refused_in_words() -> None:
    """Which sequence, and what of it; what is too large says how large before it is taken."""
    one, two = random_sequences(lengths=(2, 2))
    with pytest.raises(InputError, match="an empty batch: there is no sequence in it"):
        Batch([])
    with pytest.raises(InputError, match="not a batch: 'gomez'"):
        Batch("gomez")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="another net: sequence 2 has cell 'gru', the first has 'lstm'"):
        Batch([one, random_example(TYPICAL["gru"], hidden=2)])
    changed = replace(two, parameters={**two.parameters, "U_o": np.zeros((2, 2))})
    with pytest.raises(InputError, match="other parameters: 'U_o' of sequence 3 is not that of the first"):
        Batch([one, two, changed])
    batch = Batch([one, two])
    with pytest.raises(InputError, match="not a parameter: 'X_1'"):
        batch.group_by("crossings", source="X_1")
    with pytest.raises(InputError, match="unknown label: 'colour'"):
        batch.group_by("colour", source="W_A")
    with pytest.raises(ShapeError, match="unknown element"):
        batch.group_by("crossings", source="W_A", element=(0, 9))
    against = replace(one, targets=2 * evaluate_output(one) - one.targets)
    with pytest.raises(NumberError, match="zero gradient: of the mean loss by 'b_o'"):
        Batch([one, against]).group_by("crossings", source="b_o")
    with pytest.raises(InputError, match=r"at most 0\.1 kB; memory= or --memory allows more"):
        batch.group_by("crossings", source="W_A", memory=100)


def evaluate_output(example: Example) -> NDArray[np.float64]:
    """Return the outputs of all steps: targets mirrored there give the opposite gradient."""
    nodes = evaluate(example).nodes
    return np.array([nodes[f"H_{step}"]["value"] for step in range(1, example.steps + 1)])


@given(
    cancels=st.tuples(*[st.floats(0.1, 3.0)] * 2),
    parts=st.tuples(*[st.floats(0.1, 3.0)] * 3),
    seed=st.integers(0, 99),
)
def test_a_draw_whose_classes_cancel_to_rounding_has_no_shares(
    cancels: tuple[float, float], parts: tuple[float, float, float], seed: int
) -> None:
    """Of two sequences of which one has 0.1, -0.3 and 0.2 in its classes a quarter of the draws had shares of 1e16."""
    nothing = (cancels[0], -sum(cancels), cancels[1])
    told = {k: np.array(pair) for k, pair in enumerate(zip(nothing, parts, strict=True))}
    for k, group in spread_over(told, np.random.default_rng(seed)).items():
        drawn = [part / sum(parts) for part in (parts[k], parts[k] + nothing[k])]
        for end in group.interval:
            assert min(abs(end - share) for share in drawn) <= 1e-12 * max(map(abs, drawn))


def test_parts_of_nothing_are_no_shares() -> None:
    """A gradient that is rounding within one partial has paths of zero: that was a traceback."""
    with pytest.raises(NumberError, match="zero gradient: no path brings anything"):
        spread_over({0: np.zeros(3), 1: np.zeros(3)}, np.random.default_rng(0))


@pytest.mark.parametrize("size", [1e150, 1e272, 1e300])
@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm"])
def test_a_sequence_that_saturates_every_unit_has_no_part_in_the_mean(cell: str, size: float) -> None:
    """No partial leads to its units; the direction was made so large for it that products with its inputs were none."""
    one, other = random_sequences(cell, lengths=(2, 2), hidden=1)
    large = replace(other, inputs=size * (1.0 + np.abs(other.inputs)))
    for source in one.cell.parameters:
        groups = Batch([one, large]).group_by("crossings", source=source)
        assert all(np.isfinite(group.parts).all() for group in groups.values())
        assert sum(group.share for group in groups.values()) == pytest.approx(1.0, abs=1e-9)
