"""The article's LSTM: the numbers that the design holds every room against."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

from graphviz_lstm.paths import find_paths
from tests.paths.lstm import GOMEZ, lstm_graph, random_example


def test_the_article_s_gradient_is_the_sum_of_seven_paths() -> None:
    paths = find_paths(lstm_graph(GOMEZ), "W_A", "E")
    assert paths.count == 7
    assert_allclose(paths.total, [[-0.026716218482736347, -0.0922011319809542]], rtol=0, atol=1e-15)
    assert_allclose(sum(np.asarray(path.contribution) for path in paths), paths.total, rtol=0, atol=1e-15)


def test_the_carousel_carries_most_of_one_element_and_the_crossings_a_tenth() -> None:
    paths = find_paths(lstm_graph(GOMEZ), "W_A", "E", element=(0, 0))
    assert "+73.7 %  W_A -> a_0 -> S_0 -> S_1 -> H_1 -> E" in map(str, paths)
    groups = paths.group_by("crossings")
    assert {label: group.count for label, group in groups.items()} == {0: 3, 1: 4}
    assert f"{groups[1].share:.2%}" == "10.14%"
    assert_allclose(groups[0].share + groups[1].share, 1.0)


@pytest.mark.parametrize(
    ("last_only", "counts"),
    [(False, [1, 7, 37, 182, 878, 4214]), (True, [1, 6, 30, 145, 696, 3336])],
)
def test_the_number_of_paths_by_steps(counts: list[int], *, last_only: bool) -> None:
    for steps, expected in enumerate(counts, start=1):
        paths = find_paths(lstm_graph(random_example(1, 2, steps, seed=steps), last_only=last_only), "W_A", "E")
        assert paths.count == sum(1 for _ in paths) == expected


@pytest.mark.parametrize("source", ["W_A", "W_f", "b_o", "S_-1", "H_-1"])
@pytest.mark.parametrize("hidden", [1, 3])
def test_vectors_and_numbers_agree_with_the_reverse_sweep(hidden: int, source: str) -> None:
    paths = find_paths(lstm_graph(random_example(hidden, 2, 4, seed=7)), source, "E")
    listed = sum(np.asarray(path.contribution) for path in paths)
    assert_allclose(listed, paths.total, rtol=0, atol=1e-13 * np.max(paths.absolute_total))
    assert_allclose(sum(path.share for path in paths), 1.0, rtol=1e-9)
    groups = paths.group_by("crossings").values()
    assert sum(group.count for group in groups) == paths.count
    assert_allclose(sum(group.share for group in groups), 1.0, rtol=1e-9)


def test_ten_thousand_paths_of_vectors_are_ranked_without_comparing_all() -> None:
    paths = find_paths(lstm_graph(random_example(2, 2, 7, seed=3)), "W_A", "E")
    assert paths.count > 10_000
    top = paths.top(20)
    assert top.proven
    sizes = sorted((abs(path.share) for path in paths), reverse=True)
    assert_allclose([abs(path.share) for path in top], sizes[:20], rtol=1e-9)
