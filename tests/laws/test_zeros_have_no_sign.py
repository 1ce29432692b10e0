"""No zero that is told has a sign: not in totals, shares and contributions, not of sets without a path, in no file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest

from graphviz_lstm.cells import CELLS
from graphviz_lstm.graph import annotate, evaluate
from graphviz_lstm.paths import find_paths
from graphviz_lstm.reports import Study, describe_selection
from graphviz_lstm.reports.groups import GROUP_FORMATS, groups_of
from graphviz_lstm.reports.lines import paths_arrays, paths_lines
from graphviz_lstm.reports.tables import paths_csv, paths_json
from tests.examples import random_problem
from tests.paths.maps import ToNumber

if TYPE_CHECKING:
    from collections.abc import Iterator

    from graphviz_lstm.paths import PathSet, UnitPathSet

NETS = {"mlstm": "w_i", "slstm": "b_f", "lstm-1997": "W_A", "indrnn": "W_H"}
"""Cell -> a parameter: with the draw below each had zeros with a sign among what it told."""


def told(paths: PathSet | UnitPathSet) -> Iterator[tuple[str, Any]]:
    """Yield every number that a set of paths tells, and what it is called."""
    yield from (("total", paths.total), ("share", paths.share), ("absolute", paths.absolute_total))
    yield from (("contributions", paths.contributions()), ("shares", paths.contributions(of="share")))
    yield from (("positive", paths.masses.positive), ("negative", paths.masses.negative))
    for label, group in paths.group_by("crossings").items():
        yield f"group {label}", group.contribution
        yield from ((f"group {label}", number) for number in (group.share, group.positive, group.negative))
    yield from ((f"polynomial at {z}", paths.polynomial("crossings")(z)) for z in (0.0, 1.0, -1.0))
    top = paths.top(2)
    yield from (("remainder", top.remainder.contribution), ("remainder", top.remainder.share))
    for path in top:
        yield from ((f"path {path}", path.contribution), (f"path {path}", path.share))


def require_unsigned(name: str, number: Any) -> None:
    """Raise if there is a zero with a sign."""
    if number is not None:
        array = np.asarray(number, dtype=np.float64)
        assert not (np.signbit(array) & (array == 0.0)).any(), (name, array)


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("units", [1, 2])
def test_no_zero_of_a_net_has_a_sign(name: str, units: int) -> None:
    """Of all paths, of some, and of none; at both levels; in adjoints and flows; in every text and array of them."""
    problem = random_problem(CELLS[name], hidden=units, inputs=1, steps=2, seed=1)
    study = Study(problem, NETS[name])
    for level in ("quantity", "unit"):
        paths = study.at(level)
        first = str(paths.dag.vertices[1])
        none = paths.through(first).avoiding(first)
        assert not none.count
        for some in (paths, paths.crossing("crossings"), paths.through(first), none):
            for what, number in told(some):
                require_unsigned(what, number)
        texts = {
            "json": paths_json(study, paths.top(3), paths=paths),
            "csv": paths_csv(study, paths.top(3), paths=paths),
            "lines": paths_lines(study, paths.top(3), paths=paths),
            "text": describe_selection(paths, paths.top(3), study.graph),
            **{suffix: form(groups_of(paths, "crossings")) for suffix, form in GROUP_FORMATS.items()},
        }
        for what, text in texts.items():
            assert not re.search(r"(?<![\w.])-0(\.0*)?(?![\w.])", text), (what, text)
        for what, array in paths_arrays(study, paths.top(3), paths=paths).items():
            if np.asarray(array).dtype.kind == "f":
                require_unsigned(what, array)
    for vertex, adjoint in study.adjoints.items():
        require_unsigned(vertex, adjoint)
    annotated = annotate(evaluate(problem), NETS[name])
    for vertex, flow in annotated.nodes(data="flow"):
        require_unsigned(vertex, flow)
    for tail, head, flow in annotated.edges(data="flow"):
        require_unsigned(f"{tail} -> {head}", flow)


@pytest.mark.parametrize("level", ["quantity", "unit"])
@pytest.mark.parametrize("scale", [1.0, 1e-300])
def test_no_zero_of_a_graph_has_a_sign(level: Any, scale: float) -> None:
    """Zeros times what is below zero, and products below the smallest number, of an array and of a number."""
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_edge("x", "y", partial=ToNumber(np.array([0.0, -scale])), crossings=1)
    graph.add_edge("y", "z", partial=-scale, crossings=0)
    graph.add_edge("y", "E", partial=0.0, crossings=0)
    graph.add_edge("z", "E", partial=-scale, crossings=1)
    graph.add_edge("x", "E", partial=ToNumber(np.array([-0.0, 1.0])), crossings=0)
    for source in ("x", "y"):
        paths = find_paths(graph, source, "E", level=level)
        for some in (paths, paths.avoiding("z"), paths.through("z").crossing("crossings", times=9)):
            for what, number in told(some):
                require_unsigned(what, number)
