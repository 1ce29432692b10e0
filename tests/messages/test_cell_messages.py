"""What an equation may not say, and what does not fit: the whole line that each is answered with."""

# ruff: noqa: E501 -- a case a line

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from graphviz_lstm.cells import parse_cell
from graphviz_lstm.errors import InputError
from graphviz_lstm.graph import evaluate
from graphviz_lstm.problems import parse_problem

if TYPE_CHECKING:
    from pathlib import Path

MADE_OF = (
    "an expression is made of numbers, names, name[t], name[t-1] and so on, name[t+1], '+', '-', '*', '/', '**', '@' "
    "and functions such as f(...)"
)
# What no equation may say: what of it is told, and at which column.
REFUSED = {
    "H[t] = __import__('os').system('x')": ("\"__import__('os').system('x')\"", 8),
    "H[t] = 2 * X[t].__class__": ("'X[t].__class__'", 12),
    "H[t] = b + [X[t] for X in Y]": ("'[X[t] for X in Y]'", 12),
    "H[t] = f'{X[t]}'": ("\"f'{X[t]}'\"", 8),
    "H[t] = tanh((y := X[t]))": ("'(y := X[t])'", 14),
    "H[t] = W @ (X[t] and b)": ("'X[t] and b'", 13),
    "H[t] = {1: 2}": ("'{1: 2}'", 8),
    "H[t] = X[t] < 1": ("'X[t] < 1'", 8),
    "H[t] = *X[t]": ("'*X[t]'", 8),
    "H[t] = tanh(x=X[t])": ("'tanh(x=X[t])'", 8),
    "H[t] = größe + 'a'": ("\"'a'\"", 16),
}


@pytest.mark.parametrize("line", REFUSED)
def test_what_no_equation_may_say_is_told_with_its_column(line: str) -> None:
    told, column = REFUSED[line]
    with pytest.raises(InputError) as caught:
        parse_cell("c", f"G[t] = X[t]\n{line}")
    assert str(caught.value) == f"cannot read {told}: {MADE_OF} at column {column} in equation 2 of cell 'c': {line}"


LINES = {
    "H[t] = X[t] @": "not an equation: must read name[t] = expression at column 14 in equation 1 of cell 'c': H[t] = X[t] @",
    "H[t] =   W   X[t]": "not an equation: must read name[t] = expression at column 10 in equation 1 of cell 'c': H[t] = W X[t]",
    "H[t] = 1; G[t] = 1": "not an equation: must read name[t] = expression in equation 1 of cell 'c': H[t] = 1; G[t] = 1",
    "H[t] = X[t:2]": "cannot read index [t:2]: must be [t], [t-1] to [t-16], or [t+1] at column 10 in equation 1 of cell 'c': H[t] = X[t:2]",
    "H[t] = " + "(" * 10**6: "equation too long: 1000007 characters (at most 10000) in equation 1 of cell 'c': H[t] = "
    + "(" * 190
    + "...",
    "H[t] = X[t]\n" * 9_000_000: "equations too long: 108,000,000 characters in cell 'c' (at most 2,000,000)",
    "H[t] = W @ X[t]\nG[t] = W * H[t] + X[t]": "cannot apply '+' to a matrix and a vector in the equation of 'G' in cell 'c' (entry by entry goes what is alike, or a number beside it), at column 8 of equation 2: G[t] = W * H[t] + X[t]",
    "H[t] = p[t] + X[t]\np[t] = tanh(H[t])": "quantities depend on each other within one step: 'H', 'p' in cell 'c'",
}


@pytest.mark.parametrize("text", LINES, ids=range(len(LINES)))
def test_what_does_not_fit_is_the_whole_line(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_cell("c", text)
    assert str(caught.value) == LINES[text]


def net(equations: list[str], parameters: dict[str, Any], inputs: list[list[float]], **cell: Any) -> Any:
    """Return an example of a cell by its equations, read."""
    told = {"cell": {"equations": equations, **cell}, "parameters": parameters, "inputs": inputs, "loss": {}}
    return parse_problem(json.dumps({**told, "targets": [[0.5]] * len(inputs)}))


def test_sizes_that_cannot_agree_name_both_arrays_and_what_they_have_to_do_with_each_other() -> None:
    """Both shapes; and each equation on the way from the one to the other."""
    with pytest.raises(InputError) as caught:
        net(["H[t] = W @ X[t] + U @ H[t-1]"], {"W": [[1, 2]], "U": [[1, 2], [3, 4]]}, [[1, 2]])
    told = "axis 0 has 1 in parameter 'W' of shape (1, 2), by the equation of 'H'"
    assert str(caught.value) == f"wrong shape: parameter 'U' is (2, 2), must be (1, 1): {told}"
    with pytest.raises(InputError) as caught:
        net(
            ["a[t] = W @ X[t]", "i[t] = a[t] * X[t]", "H[t] = dot(i[t], b) * H[t-1]"],
            {"W": [[1, 2], [3, 4]], "b": [1, 2, 3]},
            [[1, 2]],
        )
    told = "axis 0 has 2 in parameter 'W' of shape (2, 2), by the equations of 'a', 'i' and 'H'"
    assert str(caught.value) == f"wrong shape: parameter 'b' is (3,), must be (2,): {told}"


def test_a_state_of_which_no_size_is_known_must_be_given() -> None:
    with pytest.raises(InputError) as caught:
        net(["S[t] = 2 * S[t-1]", "H[t] = W @ X[t]"], {"W": [[1, 2]]}, [[1, 2]])
    assert str(caught.value) == "missing initial state: no other array tells the size of 'S'; give it"


@pytest.mark.parametrize(
    ("right", "value"), [("log(W @ X[t])", "[nan]"), ("sqrt(W @ X[t])", "[nan]"), ("1 / (W @ X[t] + 1)", "[inf]")]
)
def test_an_operation_outside_its_domain_names_the_vertex_its_step_and_the_value(right: str, value: str) -> None:
    with pytest.raises(InputError) as caught:
        evaluate(net([f"H[t] = {right}"], {"W": [[1, 2]]}, [[1, 2], [-1, 0]]))
    assert str(caught.value) == f"not a finite number: the value of vertex 'H_2' is {value}"


def test_a_file_that_lies_about_ranks_is_told_through_the_example(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("equations = 'H[t] = W @ X[t]'\nranks = {W = 2, X = 1, H = 2}")
    example = {"cell": "mine.toml", "parameters": {"W": [[1]]}, "inputs": [[1]], "targets": [[1]], "loss": {}}
    with pytest.raises(InputError) as caught:
        parse_problem(json.dumps(example), folder=tmp_path)
    file = tmp_path / "mine.toml"
    told = "'H' is used both as a matrix and as a vector in cell 'mine' (the one by its given rank, the other by the"
    told += f" equation of 'H'), at column 1 of equation 1: H[t] = W @ X[t] in cell file {str(file)!r} in 'cell'"
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("text", "told", "part"),
    [
        (
            "H[t] = transpose(W) @ X[t] + outer(W, b)",
            "'W' is used both as a matrix and as a vector in cell 'c' (both",
            "W",
        ),
        (
            "G[t] = W @ X[t]\n# no equation\n  H[t] = W[t-1]   @ G[t]",
            "'W' is both a parameter and a quantity in cell 'c'",
            "",
        ),
        ("H[t] = H[t-3] +  outer(H[t-1], X[t])", "'H' is used both as a matrix and as a vector in cell 'c'", "H[t-1]"),
        (
            "ä[t] = transpose(ö) @ X[t]\nH[t] = é * 2 + outer(ä[t], ö)",
            "'ö' is used both as a matrix and as a vector",
            "ö)",
        ),
        ("H[t] = tanh(b * (3 @ X[t]))", "cannot apply '@' to a number and a vector in the equation of 'H'", "3 @"),
    ],
)
def test_what_does_not_fit_in_an_equation_is_told_with_its_column(text: str, told: str, part: str) -> None:
    """That of the part itself, in the line that is shown."""
    with pytest.raises(InputError) as caught:
        parse_cell("c", text)
    message = str(caught.value)
    assert message.startswith(told)
    assert "\n" not in message
    if part:
        _, _, place = message.partition("), at column ")
        number, _, line = place.partition(" of equation ")
        assert line.partition(": ")[2][int(number) - 1 :].startswith(part), message


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("none.toml", "cannot be read: No such file or directory in cell file 'none.toml' in 'cell'"),
        ("a\0.toml", "not a path: 'a\\x00.toml' holds a NUL character in 'cell'"),
        (".toml", "cannot be read: No such file or directory in cell file '.toml' in 'cell'"),
    ],
)
def test_a_file_that_is_not_there_is_told_with_the_key_that_names_it(
    cell: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    example = {"cell": cell, "parameters": {}, "inputs": [[1]], "targets": [[1]], "loss": {}}
    with pytest.raises(InputError) as caught:
        parse_problem(json.dumps(example))
    assert str(caught.value) == told
