"""A path is put in focus by its rank, by its vertices, or by what it passes."""

from __future__ import annotations

import pytest

from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.focus import path_in_focus
from graphviz_lstm.figures.layout import spell_out
from graphviz_lstm.problems import load_example
from graphviz_lstm.reports import Study
from tests.examples import TYPICAL, random_example


def gomez() -> Study:
    """Return the worked example's question."""
    return Study("gomez", "W_A")


@pytest.mark.parametrize("cell", TYPICAL.values(), ids=list(TYPICAL))
def test_every_path_is_found_by_its_vertices(cell) -> None:
    """Of whole quantities, and of single units; with either arrow."""
    study = Study(random_example(cell, hidden=2, steps=2), cell.parameters[0])
    for path in study.paths.top(8):
        told = " -> ".join(map(str, path.vertices))
        assert path_in_focus(study.annotated, study.paths, told) == path
    units = spell_out(study.annotated)
    for path in study.unit_paths.top(8):
        told = " \N{RIGHTWARDS ARROW} ".join(map(str, path.vertices))
        assert path_in_focus(units, study.unit_paths, told) == path


def test_a_path_by_its_rank_is_that_of_the_paths_command() -> None:
    """Among all, and among those through and avoiding a vertex."""
    study = gomez()
    for rank in range(1, 8):
        assert path_in_focus(study.annotated, study.paths, rank) == study.path(rank)
        assert path_in_focus(study.annotated, study.paths, str(rank)) == study.path(rank)
    among = study.among(through=["H_0"], avoiding=["a_1"])
    for rank in range(1, among.count + 1):
        found = path_in_focus(study.annotated, study.paths, rank, ["H_0"], ["a_1"])
        assert found == among.top(rank)[rank - 1]
    assert path_in_focus(study.annotated, study.paths, None) is None


def test_the_figure_shows_it() -> None:
    """In its words, whichever way it was asked for."""
    path = "W_A -> a_0 -> S_0 -> H_0 -> o_1 -> H_1 -> E"
    figures = [gomez().figure(**asked) for asked in ({"path": path}, {"through": "o_1"}, {"path": 4})]
    assert {figure.scene for figure in figures} == {figures[0].scene}
    assert f"The path in focus: +4.70 %  {path}." in figures[0].scene.description


@pytest.mark.parametrize(
    ("asked", "line"),
    [
        (
            {"path": "W_A -> S_0 -> E"},
            "not a path: no edge leads from 'W_A' to 'S_0' (from 'W_A' edges lead to 'a_0', 'a_1')",
        ),
        ({"path": "W_A -> a_0"}, "not a path from 'W_A' to 'E': it ends at 'a_0' (must be 'E')"),
        ({"path": "a_0 -> S_0 -> E"}, "not a path from 'W_A' to 'E': it begins at 'a_0' (must be 'W_A')"),
        ({"path": "W_A ->"}, "unknown vertex: '' (must be one of 'W_A', 'U_A'"),
        ({"path": "largest"}, "unusable path: 'largest' (must be a rank of at least 1, or vertices with -> between"),
        ({"path": 8}, "there is no path 8 (there are 7 from W_A to E)"),
        ({"path": 0}, "there is no path 0 (there are 7 from W_A to E)"),
        ({"path": 3, "through": "f_1"}, "there is no path 3 (there are 1 from W_A to E through f_1)"),
        ({"through": "H_1", "avoiding": "H_1"}, "no path from 'W_A' to 'E' through H_1 avoiding H_1"),
        ({"through": "Q"}, "unknown vertex: 'Q' (must be one of "),
        (
            {"path": "W_A -> a_1 -> S_1 -> H_1 -> E", "through": "a_1"},
            "a path that is named passes what it passes: 'a_1'",
        ),
        ({"view": "metro", "through": "a_1"}, "the view 'metro' shows all paths, not those through ('a_1',)"),
    ],
)
def test_what_is_no_path_is_refused_by_the_hop_that_is_missing(asked: dict[str, object], line: str) -> None:
    """In one line."""
    with pytest.raises(InputError) as told:
        gomez().figure(**asked)  # type: ignore[arg-type]
    assert str(told.value).startswith(line)
    assert "\n" not in str(told.value)


def test_an_edge_that_a_scheme_cuts_is_told() -> None:
    """It is drawn, dotted, and no path goes along it."""
    study = Study(load_example("gomez"), "W_A").under("lstm-1997")
    with pytest.raises(InputError, match=r"^no path: the edge from 'H_0' to 'o_1' is cut$"):
        study.figure(path="W_A -> a_0 -> S_0 -> H_0 -> o_1 -> H_1 -> E")
