"""Groups of quantities, each one column of a figure: what they say, what is refused, and that they are kept."""

# ruff: noqa: E501 -- whole messages stand on one line

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from graphviz_lstm.cells import CELLS, Cell, parse_cell, read_cell
from graphviz_lstm.errors import EquationError, InputError
from graphviz_lstm.figures.layout.grid import make_grid
from graphviz_lstm.graph import unroll
from graphviz_lstm.problems import Layer, parse_problem, problem_schema, problem_to_json, stack, stack_problem

GROUPS = (("i", "f"), ("a", "o"))


def grouped(name: str, groups: Any = GROUPS) -> Cell:
    """Return a cell of the library with groups."""
    return replace(CELLS[name], groups=groups)


def columns_of(cell: Cell) -> dict[str, int]:
    """Return in which column each quantity stands."""
    return {name: place.column for name, place in make_grid(unroll(cell, 2)).cells.items()}


def test_each_group_is_a_column_and_the_rest_stands_by_its_depth() -> None:
    """Those of no group first, then a column for each group, in their order; what reads them behind."""
    assert columns_of(CELLS["lstm"]) == {"a": 0, "i": 0, "f": 0, "o": 0, "S": 1, "H": 2}
    assert columns_of(grouped("lstm")) == {"i": 0, "f": 0, "a": 1, "o": 1, "S": 2, "H": 3}
    assert columns_of(grouped("lstm", [["o"]])) == {"a": 0, "i": 0, "f": 0, "o": 1, "S": 2, "H": 3}
    # The output gate of a peephole reads the state: what is to stand beside it stands behind the state, too.
    last = columns_of(
        parse_cell(
            "c",
            "g[t] = f(X[t])\nS[t] = S[t-1] + X[t]\no[t] = f(S[t])\nH[t] = o[t] * g[t]",
            activations={"f": "tanh"},
            groups=[["g", "o"]],
        )
    )
    assert last["g"] == last["o"] > last["S"]


def test_a_file_has_groups_and_a_problem_keeps_them() -> None:
    """In TOML, in an example's equations, through layers in both directions, and written again."""
    cell = read_cell(
        "equations = ['f[t] = tanh(X[t])', 'g[t] = tanh(X[t])', 'H[t] = f[t] * H[t-1] + g[t]']\ngroups = [['f'], ['g']]"
    )
    assert cell.groups == (("f",), ("g",))
    net = stack([Layer(cell, "both"), grouped("lstm")])
    assert net.groups == (("f^(1>)",), ("g^(1>)",), ("f^(1<)",), ("g^(1<)",), ("i^(2)", "f^(2)"), ("a^(2)", "o^(2)"))
    problem = stack_problem([cell, grouped("lstm")], inputs=[[1.0]], losses=[{"targets": [[0.0]]}], hidden=1, seed=0)
    text = problem_to_json(problem)
    assert [layer["cell"]["groups"] for layer in json.loads(text)["layers"]] == [
        [["f"], ["g"]],
        [["i", "f"], ["a", "o"]],
    ]
    assert parse_problem(text).cell.groups == problem.cell.groups
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(json.loads(text), problem_schema())
    alone = stack_problem(
        [cell], readout="Y[t] = V @ H[t]", inputs=[[1.0]], losses=[{"targets": [[0.0]]}], hidden=1, seed=0
    )
    assert alone.cell.groups == cell.groups


MISFITS: list[tuple[Any, str]] = [
    ("if", "not a list of groups: 'if' in cell 'lstm' (must be such as [['i', 'f'], ['o']])"),
    (["i", "f"], "not a group: groups[0] is 'i' in cell 'lstm' (must be such as ['i', 'f'])"),
    ([["i"], []], "not a group: groups[1] is [] in cell 'lstm' (must be such as ['i', 'f'])"),
    ([["i", "ff"]], "unknown quantity: 'ff' (must be one of 'f', 'a', 'i', 'o', 'S', 'H') in groups[0] of cell 'lstm'"),
    (
        [["i", "W_A"]],
        "unknown quantity: 'W_A' (must be one of 'a', 'i', 'f', 'o', 'S', 'H') in groups[0] of cell 'lstm'",
    ),
    ([["i", 3]], "unknown quantity: '3' (must be one of 'a', 'i', 'f', 'o', 'S', 'H') in groups[0] of cell 'lstm'"),
    ([["i", "f"], ["o", "i"]], "quantity twice in groups of cell 'lstm': 'i' in groups[0] and groups[1]"),
    ([["i", "i"]], "quantity twice in groups of cell 'lstm': 'i' in groups[0] and groups[0]"),
    (
        [["i", "S"]],
        "cannot stand in one column: groups[0] of cell 'lstm' has 'i', which is read in the same step on the way to another of it",
    ),
    (
        [["i", "H"], ["S", "f"]],
        "cannot stand in one column: groups[0] of cell 'lstm' has 'i', which is read in the same step on the way to another of it",
    ),
]


@pytest.mark.parametrize(("groups", "message"), MISFITS, ids=range(len(MISFITS)))
def test_a_misfit_is_answered_in_one_line(groups: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        grouped("lstm", groups)
    assert str(caught.value) == message


def test_two_groups_that_each_must_stand_before_the_other_are_refused() -> None:
    text = "a[t] = X[t] + 1\nb[t] = 2 * a[t]\nc[t] = X[t] + 2\nd[t] = 2 * c[t]\nH[t] = b[t] + d[t] + H[t-1]"
    assert columns_of(parse_cell("c", text, groups=[["a", "c"], ["b", "d"]]))["d"] == 1
    with pytest.raises(EquationError, match=r"cannot stand in one column: groups\[0\] of cell 'c' has 'a'"):
        parse_cell("c", text, groups=[["a", "d"], ["b", "c"]])


def test_a_file_with_groups_that_are_none_is_answered_by_its_key() -> None:
    for text, message in (
        ("groups = 'f'", "wrong value: 'groups' is 'f', must be an array"),
        ("groups = ['f']", "not a group: groups[0] is 'f' in cell 'cell' (must be such as ['i', 'f'])"),
    ):
        with pytest.raises(InputError) as caught:
            read_cell(f"equations = 'H[t] = tanh(X[t])'\n{text}")
        assert str(caught.value) == message
    told = {"version": 2, "layers": [{"cell": {"equations": ["H[t] = tanh(X[t])"], "groups": [["G"]]}}], "losses": []}
    with pytest.raises(InputError) as caught:
        parse_problem(json.dumps(told))
    assert (
        str(caught.value)
        == "unknown quantity: 'G' (must be one of 'H') in groups[0] of cell 'layer 1' in 'layers[0].cell'"
    )


@st.composite
def groupings(draw: st.DrawFn) -> Cell:
    """Draw a cell of the library with groups that fit, one of them or more."""
    cell = CELLS[draw(st.sampled_from(["lstm", "lstm-peephole", "gru", "gru-reset-after", "slstm", "lem", "mgu"]))]
    names = draw(st.permutations([equation.quantity for equation in cell.equations]))
    groups: tuple[tuple[str, ...], ...] = ()
    while names:
        size = draw(st.integers(1, 3))
        wished = (*groups, tuple(names[:size]))
        names = names[size:]
        try:
            groups = replace(cell, groups=wished).groups
        except EquationError:
            continue
    return replace(cell, groups=groups)


@given(groupings())
def test_each_group_has_one_column_that_lies_behind_all_that_it_reads(cell: Cell) -> None:
    """But for states of one group, which stand side by side, each on its rail."""
    grid = make_grid(unroll(cell, 2))
    for group in cell.groups:
        found = {grid.cells[name].column for name in group if grid.cells[name].rail is None}
        assert len(found) <= 1
        others = {place.column for name, place in grid.cells.items() if name not in group}
        assert not found & others
    assert all(grid.cells[tail].column < grid.cells[head].column for tail, head in grid.edges)
