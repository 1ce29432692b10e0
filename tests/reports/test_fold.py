"""A long path on one line: unfolded by the documented rule it is the path, and it is never longer than that."""

from __future__ import annotations

import re

import networkx as nx
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.paths import find_paths
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.fold import LINE, fold
from tests.examples import TYPICAL, random_example

_STUDIES = {
    cell: Study(random_example(TYPICAL[cell], hidden=2, steps=14, seed=1, scale=0.5)) for cell in ("lstm", "gru", "rnn")
}


def later(vertex: str, steps: int) -> str:
    """Return the vertex so many steps later: by this test's own reading of names, which have one number after `_`."""
    return re.sub(r"_(\d+)", lambda found: f"_{int(found[1]) + steps}", vertex)


def unfold(text: str) -> list[str]:
    """Return the vertices that a folded path stands for, by the rule of its module."""
    vertices: list[str] = []
    for repeated, times, run_from, run_to, single in re.findall(
        r"\(([^()]*)\) x (\d+)|(\S+) => (\S+)|([^\s()]+)", text.replace(" -> ", " > ")
    ):
        if repeated:
            block = repeated.split(" > ")
            vertices += [later(vertex, k) for k in range(int(times)) for vertex in block]
        elif run_from:
            k = 0
            while (vertex := later(run_from, k)) != run_to:
                vertices.append(vertex)
                k += 1
            vertices.append(run_to)
        elif single != ">":
            vertices.append(single)
    return vertices


@given(cell=st.sampled_from(sorted(_STUDIES)), seed=st.integers(0, 10_000), level=st.sampled_from(["quantity", "unit"]))
@settings(max_examples=60)
def test_a_folded_path_unfolds_to_the_path_and_is_never_longer(cell: str, seed: int, level: str) -> None:
    """At both levels, whatever the route."""
    study = _STUDIES[cell]
    for path in study.at(level).sample(3, seed=seed):  # type: ignore[arg-type]
        plain = " -> ".join(map(str, path.vertices))
        folded = fold(path, study.graph)
        assert unfold(folded) == list(path.vertices)
        assert len(folded) <= len(plain)
        assert len(fold(path, study.graph, width=LINE)) <= min(LINE, len(plain))


@pytest.mark.parametrize(
    ("through", "avoiding", "folded"),
    [
        (["a_2"], [f"H_{k}" for k in range(2, 14)], "W_A -> a_2 -> S_2 => S_14 -> H_14 -> E"),
        (
            ["a_1", *(f"o_{k}" for k in range(3, 8))],
            ["S_3", "H_8", *(f"H_{k}" for k in range(9, 14))],
            "W_A -> a_1 -> S_1 -> S_2 -> (H_2 -> o_3) x 5 -> H_7 -> E",
        ),
    ],
)
def test_runs_along_the_carousel_and_repeated_gates_are_folded(
    through: list[str], avoiding: list[str], folded: str
) -> None:
    """As they are documented."""
    study = _STUDIES["lstm"]
    found = {fold(path, study.graph) for path in study.among(through=through, avoiding=avoiding)}
    assert folded in found


def test_what_is_left_out_of_a_line_is_counted() -> None:
    """Ends and middle make the path."""
    study = _STUDIES["lstm"]
    path = max(study.paths.sample(50, seed=1), key=lambda path: len(fold(path, study.graph)))
    line = fold(path, study.graph, width=60)
    gap = re.search(r"\.\.\. (\d+) vertices \.\.\.", line)
    assert gap is not None
    shown = unfold(line.replace(gap[0], "")) if gap else []
    assert len(shown) + int(gap[1]) == len(path.vertices)


def test_a_path_of_another_graph_is_written_out() -> None:
    """No name is read there."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    nx.add_path(graph, ["S_1", "S_2", "S_3", "S_4"], partial=1.0)
    (path,) = find_paths(graph, "S_1", "S_4")
    assert fold(path, graph) == fold(path) == "S_1 -> S_2 -> S_3 -> S_4"
