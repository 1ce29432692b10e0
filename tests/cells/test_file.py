"""A cell from a file: what it may say, and the one line that answers what it may not."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS, Citation, load_cell, parse_cell, read_cell
from graphviz_lstm.cells.about import About
from graphviz_lstm.errors import InputError
from graphviz_lstm.graph import evaluate
from graphviz_lstm.problems import load_problem, parse_problem, problem_to_json

if TYPE_CHECKING:
    from pathlib import Path

MINE = """
name = "mine"
sentence = "A leaky net that also reads two steps back."
inputs = ["X"]
output = "H"
equations = '''
# The gate.
f[t] = f_f(W_f @ X[t] + b_f)
H[t] = f[t] * H[t-1] + beta * tanh(U @ H[t-2])
'''
activations = {f_f = "sigmoid"}
constants = {beta = 0.25}
ranks = {b_f = 1}
notes = ["Nobody else has it."]
citation = {author = "A. Nobody", year = 2026, title = "A cell", arxiv = "0000.00000"}
"""
NUMBERS: dict[str, Any] = {
    "parameters": {"W_f": [[0.5]], "b_f": [0.1], "U": [[0.3]]},
    "inputs": [[1.0], [0.5], [-0.25]],
    "targets": [[0.5], [0.25], [1.0]],
    "loss": {},
}


def test_a_file_says_all_that_a_cell_is(tmp_path: Path) -> None:
    """And where it is from."""
    file = tmp_path / "any.toml"
    file.write_text(MINE)
    cell = load_cell(file)
    assert (cell.name, cell.output, cell.inputs, cell.constants) == ("mine", "H", ("X",), {"beta": 0.25})
    assert cell.about == About(
        "A leaky net that also reads two steps back.",
        (Citation("A. Nobody", 2026, "A cell", arxiv="0000.00000"),),
        ("Nobody else has it.",),
    )
    assert cell.about.citations[0].text == "A. Nobody (2026): A cell, arXiv:0000.00000"


def test_what_a_cell_is_from_makes_no_other_cell() -> None:
    """Its equations are what it is."""
    lines = "\n".join(line for line in MINE.splitlines() if not line.startswith(("citation", "sentence", "notes")))
    assert read_cell(lines) == read_cell(MINE)


def test_a_file_without_a_name_is_called_as_the_file(tmp_path: Path) -> None:
    """And its output is the last equation's."""
    file = tmp_path / "short.toml"
    file.write_text('equations = ["G[t] = W @ X[t]", "H[t] = tanh(G[t])"]')
    assert (load_cell(file).name, load_cell(file).output) == ("short", "H")


def test_an_example_names_a_file_that_lies_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From wherever it is read; written down again, it needs the file no more."""
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "mine.toml").write_text(MINE)
    (tmp_path / "nets" / "example.json").write_text(json.dumps({"cell": "mine.toml", **NUMBERS}))
    monkeypatch.chdir(tmp_path)
    problem = load_problem("nets/example.json")
    assert problem.cell == read_cell(MINE)
    again = parse_problem(problem_to_json(problem))
    assert again.cell == problem.cell
    values = [evaluate(p).nodes["E"]["value"] for p in (problem, again)]
    assert values[0] == values[1]
    monkeypatch.chdir(tmp_path / "nets")
    assert parse_problem(json.dumps({"cell": "mine.toml", **NUMBERS})).cell == problem.cell
    layers = {"version": 2, "layers": [{"cell": "mine.toml", "parameters": NUMBERS["parameters"]}]}
    told = {**layers, "inputs": {"X": NUMBERS["inputs"]}, "losses": [{"targets": NUMBERS["targets"]}]}
    assert parse_problem(json.dumps(told), folder=tmp_path / "nets").cell == problem.cell


def test_a_later_step_is_read_as_the_equation_says() -> None:
    """H[t-2], by hand; what comes before the first step is given by its own name."""
    first = {"H": [2.0], "H'": [3.0]}
    problem = parse_problem(
        json.dumps(
            {
                "cell": {"equations": ["H[t] = 0.5 * H[t-2] + X[t]"]},
                "parameters": {},
                "inputs": [[1.0], [1.0], [1.0]],
                "targets": [[0.0], [0.0], [0.0]],
                "loss": {},
                "initial": first,
            }
        )
    )
    graph = evaluate(problem)
    values = [float(graph.nodes[f"H_{t}"]["value"][0]) for t in (1, 2, 3)]
    assert values == [0.5 * 3 + 1, 0.5 * 2 + 1, 0.5 * 2.5 + 1]
    assert np.array_equal(graph.nodes["H'_3"]["value"], graph.nodes["H_2"]["value"])


BAD = {
    "equations": "not TOML: ",
    "equations = 3": "wrong value: 'equations' is 3, must be a text, or an array of texts",
    "equations = [3]": "wrong value: 'equations' is [3], must be a text, or an array of texts",
    "equations = ['H[t] = X[t]\\n']": "",
    'equations = ["H[t] = X[t]\\nG[t] = 1"]': "wrong value: 'equations[0]' has several lines, must be one equation",
    "name = 'c'": "missing key: 'equations' (a cell has a line for each quantity)",
    "equation = 'H[t] = X[t]'": (
        "unknown key: 'equation' (must be one of 'equations', 'citation', 'name', 'sentence', 'notes', 'inputs', "
        "'output', 'activations', 'constants', 'ranks', 'groups')"
    ),
    "equations = 'H[t] = X[t]'\nname = 3": "wrong value: 'name' is 3, must be a text",
    "equations = 'H[t] = X[t]'\ninputs = ['x']": "wrong inputs: 'inputs' has ['x'], the equations read ['X']",
    "equations = 'H[t] = X[t]'\ninputs = [1]": "wrong value: 'inputs[0]' is 1, must be a text",
    "equations = 'H[t] = X[t]'\noutput = 'Y'": "unknown output: 'Y' (must be one of 'H') in cell 'cell'",
    "equations = 'H[t] = W @ X[t]'\nranks = {W = 2, X = 1, H = 0}": (
        "'H' is used both as a vector and as a number in cell 'cell' (the one by the equation of 'H', the other by its "
        "given rank), at column 1 of equation 1: H[t] = W @ X[t]"
    ),
    "equations = 'H[t] = X[t]'\nranks = {H = 1, X = 2}": (
        "'H' is used both as a matrix and as a vector in cell 'cell' (the one by the equation of 'H', the other by its "
        "given rank), at column 1 of equation 1: H[t] = X[t]"
    ),
    "equations = 'H[t] = X[t]'\nranks = {H = 'long'}": "wrong rank: 'H' has 'long' in cell 'cell' (must be 0, 1 or 2)",
    "equations = 'H[t] = X[t]'\nranks = 1": "wrong value: 'ranks' is 1, must be a table",
    "equations = 'H[t] = b * X[t]'\nconstants = {b = 'x'}": (
        "constant 'b' of cell 'cell' is 'x' (must be a finite number)"
    ),
    "equations = 'H[t] = b * X[t]'\nconstants = {b = inf}": (
        "constant 'b' of cell 'cell' is inf (must be a finite number)"
    ),
    "equations = 'H[t] = b * X[t]'\nconstants = {b = true}": (
        "constant 'b' of cell 'cell' is True (must be a finite number)"
    ),
    "equations = 'H[t] = X[t]'\nconstants = {b = 1}": "constant 'b' stands in no equation of cell 'cell'",
    "equations = 'H[t] = b[t]'\nconstants = {b = 1}": (
        "'b' is a constant: it has no step (write it without an index) at column 8 in equation 1 of cell 'cell': "
        "H[t] = b[t]"
    ),
    "equations = 'H[t] = X[t] + tanh'\nconstants = {tanh = 1}": (
        "'tanh' is a function already: it cannot be a constant of cell 'cell'"
    ),
    "equations = 'H[t] = X[t]'\nconstants = {'a b' = 1}": "not a name: 'a b' among the constants of cell 'cell'",
    "equations = 'H[t] = X[t]'\nconstants = {E = 1}": "the name 'E' is taken: E is the loss",
    "equations = 'H[t] = X[t]'\nconstants = {Infinity = 1}": "the name 'Infinity' is taken: it is read as a number",
    "equations = 'H[t] = X[t]'\nconstants = {'\uff29\uff4e\uff46' = 1}": (
        "the name 'Inf' is taken: it is read as a number"
    ),
    "equations = 'H[t] = X[t]'\ncitation = 3": "wrong value: 'citation' is 3, must be a table, or an array of tables",
    "equations = 'H[t] = X[t]'\ncitation = {author = 'A'}": (
        "missing key: 'citation.year' (a citation has 'author', 'year', 'title')"
    ),
    "equations = 'H[t] = X[t]'\ncitation = {author = 'A', year = '2020', title = 'T'}": (
        "wrong value: 'citation.year' is '2020', must be a whole number"
    ),
    "equations = 'H[t] = X[t]'\ncitation = {author = 'A', year = 2020, title = 'T', page = 3}": (
        "unknown key of 'citation': 'page' (must be one of 'author', 'year', 'title', 'doi', 'arxiv', 'url')"
    ),
    "a = " + "[" * 100_000: "not TOML: nested too deeply",
    "a = 1" + "0" * 10_000: "not TOML: a number of too many digits",
    "#" * 1_000_001: "too large: 1,000,001 characters (a cell has at most 1,000,000)",
    "equations = 'H[t] = \x00'": "not TOML: ",
    "equations = 'H[t] = __import__(\"os\")'": "unknown function: '__import__'",
}


@pytest.mark.parametrize(("text", "message"), BAD.items(), ids=range(len(BAD)))
def test_what_is_no_cell_is_refused_in_one_line(text: str, message: str) -> None:
    """What it is, the value, what is allowed."""
    with pytest.raises(InputError) as caught:
        read_cell(text)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)
    if message.endswith((")", "'")) and "import" not in text:
        assert str(caught.value) == message


def test_a_file_that_is_no_text_or_too_large_is_refused(tmp_path: Path) -> None:
    """Before it is read, where it can be told."""
    latin, large, folder = tmp_path / "latin.toml", tmp_path / "large.toml", tmp_path / "folder.toml"
    latin.write_bytes(b"name = 'caf\xe9'")
    with large.open("wb") as file:
        file.truncate(100_000_000)
    folder.mkdir()
    for path, told in (
        (latin, "not UTF-8 text at byte 11"),
        (large, "too large: 100,000,000 bytes (a cell has at most 1,000,000)"),
        (folder, "cannot be read: Is a directory"),
        (tmp_path / "none.toml", "cannot be read: No such file or directory"),
    ):
        with pytest.raises(InputError) as caught:
            load_cell(path)
        assert str(caught.value) == f"{told} in cell file {str(path)!r}"
    for wrong, told in (
        (None, "not a path: None (must be that of a .toml file)"),
        ("a\0b", "not a path: 'a\\x00b' holds a NUL character"),
    ):
        with pytest.raises(InputError) as caught:
            load_cell(wrong)  # type: ignore[arg-type]
        assert str(caught.value) == told
    with pytest.raises(InputError, match="not TOML text: 3"):
        read_cell(3)  # type: ignore[arg-type]


def test_every_cell_of_the_library_says_where_it_is_from() -> None:
    """A sentence, and a publication that can be found; its file bears its name."""
    for name, cell in CELLS.items():
        assert cell.name == name
        assert cell.about.sentence.endswith(".")
        assert cell.about.citations
        assert all(citation.where for citation in cell.about.citations)


def test_the_library_is_read_when_it_is_asked_for() -> None:
    """Names alone read no file, and a cell is read once."""
    assert len(CELLS) == len(list(CELLS))
    assert CELLS["gru"] is CELLS["gru"]
    assert "nothing" not in CELLS
    assert repr(CELLS).startswith("<the library of cells: cornn, gated-deltanet,")


def test_what_reads_later_than_may_be_is_refused_in_python_too() -> None:
    """Sixteen steps are kept at most; names of constants mean one number."""
    from graphviz_lstm.cells import Cell, Equation
    from graphviz_lstm.cells.expression import Number, Quantity, add

    for lag in (17, -2):
        with pytest.raises(InputError, match=rf"'H' is read {lag} steps late in cell 'c' \(must be from -1 to 16\)"):
            Cell("c", (Equation("H", Quantity("H", lag)),), {}, "H")
    with pytest.raises(InputError, match=r"constant 'b' is two numbers in cell 'c': 1\.0 and 2\.0"):
        Cell("c", (Equation("H", add(Number(1.0, "b"), Number(2.0, "b"))),), {}, "H")
    with pytest.raises(InputError, match="'H' is both a constant and another name in cell 'c'"):
        Cell("c", (Equation("H", add(Quantity("H", 1), Number(2.0, "H"))),), {}, "H")
    with pytest.raises(InputError, match="not a mapping from names to constants: 3"):
        parse_cell("c", "H[t] = X[t]", constants=3)  # type: ignore[arg-type]
