"""Problems as JSON: both forms are read, version 2 is written, and one schema tells of both."""

# ruff: noqa: E501 -- a case a line

from __future__ import annotations

import copy
import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from graphviz_lstm.cells import ACTIVATIONS, CELLS, GRU, LOSSES, LSTM, RNN, Cell, parse_cell
from graphviz_lstm.errors import InputError
from graphviz_lstm.graph import evaluate, reverse
from graphviz_lstm.problems import (
    LossTerm,
    Problem,
    load_problem,
    parse_problem,
    problem_schema,
    problem_to_json,
    stack,
)

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA = jsonschema.Draft202012Validator(problem_schema())
DELETE = object()

FIRST: dict[str, Any] = {
    "cell": "rnn",
    "parameters": {"W_H": [[0.1, 0.2]], "U_H": [[0.3]], "b_H": [0.1]},
    "inputs": [[1, 2], [3, 4]],
    "targets": [[0], [1]],
    "loss": {"kind": "squared_error", "at": "every"},
    "initial": {"H": [0.5]},
    "first_step": 0,
    "about": "made up",
}
SECOND: dict[str, Any] = {
    "version": 2,
    "layers": [
        {"cell": "rnn", "parameters": {"W_H": [[0.1, 0.2]], "U_H": [[0.3]], "b_H": [0.1]}},
        {
            "cell": {"equations": ["H[t] = f_H(W @ X[t] + U @ H[t-1])"], "activations": {"f_H": "sin"}},
            "parameters": {"W": [[0.4]], "U": [[0.5]]},
            "initial": {"H": [0.1]},
        },
    ],
    "readout": {"cell": {"equations": ["Y[t] = V @ H[t]"]}, "parameters": {"V": [[1], [2]]}},
    "inputs": {"X": [[1, 2], [3, 4]]},
    "losses": [
        {"targets": [[0, 1], [1, 0]]},
        {"quantity": "H", "layer": 1, "kind": "given", "steps": "last", "targets": [[1]], "weight": 0.5},
        {"quantity": "H", "steps": [2], "targets": [[1]]},
    ],
}


def changed(document: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """Return a copy of a document, in which what a path leads to is another value, or is missing."""
    result = copy.deepcopy(document)
    place = result
    for key in path[:-1]:
        place = place[key]
    if value is DELETE:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return result


def test_the_schema_is_one_and_knows_what_the_tables_know() -> None:
    """A new cell, activation or loss is a new word in it."""
    schema = problem_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    known = schema["$defs"]
    assert known["activation"]["enum"] == list(ACTIVATIONS)
    assert known["kind"]["enum"] == list(LOSSES)
    assert known["cell"]["anyOf"][0]["enum"] == list(CELLS)
    described = [part for form in ("first", "second", "layer", "loss") for part in known[form]["properties"].values()]
    assert all("description" in part or "$ref" in part or part.keys() & {"const", "enum"} for part in described)


def test_what_ships_and_what_is_written_here_fits_the_schema() -> None:
    """And loads."""
    shipped = json.loads(files("graphviz_lstm.problems").joinpath("gomez.json").read_text("utf-8"))
    for document in (shipped, FIRST, SECOND):
        SCHEMA.validate(document)
        parse_problem(json.dumps(document))


def test_version_2_means_what_it_says() -> None:
    """Layers, a readout, losses of a readout, of a layer by number, and of the last layer."""
    problem = parse_problem(json.dumps(SECOND), name="mine")
    assert problem.cell.name == "rnn+layer 2+readout"
    assert (problem.name, problem.first_step, problem.steps) == ("mine", 1, 2)
    assert [(term.quantity, term.steps, term.kind, term.weight) for term in problem.losses] == [
        ("Y", (1, 2), "squared_error", 1.0),
        ("H^(1)", (2,), "given", 0.5),
        ("H^(2)", (2,), "squared_error", 1.0),
    ]
    assert problem.initial["H^(1)"].tolist() == [0]
    assert problem.initial["H^(2)"].tolist() == [0.1]


def test_a_cell_by_its_equations_is_read_in_both_forms() -> None:
    """The same as the library's, where it has the same text."""
    told = {"equations": ["H[t] = f_H(W_H @ X[t] + U_H @ H[t-1] + b_H)"], "activations": {"f_H": "tanh"}}
    one, two = (parse_problem(json.dumps(FIRST | {"cell": cell})) for cell in ("rnn", told))
    assert one.cell.equations == two.cell.equations
    assert parse_problem(json.dumps(FIRST | {"cell": told | {"name": "rnn"}})).cell == RNN
    steeper = parse_problem(json.dumps(FIRST | {"cell": told, "activations": {"f_H": "sin"}}))
    assert steeper.cell.activations == {"f_H": "sin"}


def test_the_first_form_means_what_it_meant() -> None:
    """The same as version 2 of it."""
    first = parse_problem(json.dumps(FIRST))
    again = parse_problem(problem_to_json(first))
    assert_equal(first, again)
    assert (first.inputs["X"].tolist(), first.losses[0].steps, first.about) == ([[1, 2], [3, 4]], (0, 1), "made up")


def assert_equal(one: Problem, two: Problem) -> None:
    """Raise unless two problems are the same: net, numbers to the bit, losses, steps, and texts."""
    assert one.cell == two.cell
    for mine, other in ((one.parameters, two.parameters), (one.inputs, two.inputs), (one.initial, two.initial)):
        assert list(mine) == list(other)
        assert all(np.array_equal(mine[name], other[name]) for name in mine)
    assert len(one.losses) == len(two.losses)
    for term, other_term in zip(one.losses, two.losses, strict=True):
        told = (term.quantity, term.steps, term.kind, term.weight)
        assert told == (other_term.quantity, other_term.steps, other_term.kind, other_term.weight)
        assert np.array_equal(term.targets, other_term.targets)
    assert (one.first_step, one.steps, one.name, one.about) == (two.first_step, two.steps, two.name, two.about)


NETS: dict[str, Cell] = {
    **CELLS,
    "rebound": Cell("rebound", LSTM.equations, {**LSTM.activations, "f_S": "sin"}, "H"),
    "other output": Cell("other", GRU.equations, GRU.activations, "h"),
    "stacked": stack([RNN, LSTM, GRU]),
    "read out": stack([LSTM], "p[t] = tanh(A @ tanh(B @ H[t]))\nY[t] = V @ p[t] + c"),
    "both": stack([CELLS["slstm"], RNN], "Y[t] = V @ H[t] + c", name="a net"),
    "numbers": parse_cell("numbers", "s[t] = dot(w, X[t]) * s[t-1] + 0.1\nH[t] = s[t] * X[t] - b**-2", ranks={"b": 0}),
    "no inputs": parse_cell("alone", "H[t] = tanh(U @ H[t-1]) / 3"),
    "two inputs": parse_cell("two", "größe[t] = X[t] * größe[t-1] + y[t]"),
}


@given(
    name=st.sampled_from(sorted(NETS)),
    steps=st.integers(1, 4),
    first_step=st.integers(-2, 2),
    about=st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    seed=st.integers(0, 2**32 - 1),
    data=st.data(),
)
@settings(max_examples=60, deadline=None)
def test_a_written_problem_reads_back_equal(
    name: str, steps: int, first_step: int, about: str, seed: int, data: st.DataObject
) -> None:
    """And fits the schema, and has the same gradients."""
    cell, random = NETS[name], np.random.default_rng(seed)
    shape = {key: (2,) * rank for key, rank in cell.ranks.items()}
    every = list(range(first_step, first_step + steps))
    counted = data.draw(st.sampled_from([every, every[-1:], every[::-1], every[:1]]))
    quantities = data.draw(st.lists(st.sampled_from([e.quantity for e in cell.equations]), min_size=1, max_size=3))
    problem = Problem(
        cell=cell,
        parameters={key: random.normal(size=shape[key]) for key in cell.parameters},
        inputs={key: random.normal(size=(steps, *shape[key])) for key in cell.inputs},
        losses=[
            LossTerm(quantity, counted, random.normal(size=(len(counted), *shape[quantity])), weight=random.normal())
            for quantity in quantities
        ],
        initial={key: random.random(size=shape[key]) + 0.5 for key in cell.states},
        first_step=first_step,
        steps=steps,
        name="a problem",
        about=about,
    )
    text = problem_to_json(problem)
    SCHEMA.validate(json.loads(text))
    read = parse_problem(text)
    assert_equal(problem, read)
    ours, theirs = reverse(evaluate(problem)), reverse(evaluate(read))
    assert all(np.array_equal(ours[vertex], theirs[vertex]) for vertex in ours)


# What a document has, what it is changed to, and what the loader then says; the schema refuses each as well.
BAD: list[tuple[dict[str, Any], tuple[Any, ...], Any, str]] = [
    (FIRST, ("cell",), "lstn", "unknown cell: 'lstn' (must be one of 'lstm', "),
    (FIRST, ("cell",), 3, "wrong value: 'cell' is 3, must be a name, a path or an object with 'equations'"),
    (FIRST, ("cell",), {}, "missing key: 'cell.equations' ('cell' has 'equations')"),
    (FIRST, ("cell",), {"equations": "H[t] = X[t]"}, "wrong value: 'cell.equations' is 'H[t] = X[t]', must be an array"),
    (FIRST, ("cell",), {"equations": [3]}, "wrong value: 'cell.equations[0]' is 3, must be a text"),
    (FIRST, ("cell",), {"equations": []}, "no equations in cell 'cell'"),
    (FIRST, ("cell",), {"equations": ["H[t] = X[t]"], "rank": {}}, "unknown key of 'cell': 'rank' (must be one of "),
    (FIRST, ("cell",), {"equations": ["H[t] = X[t]\nG[t] = X[t]"]}, "wrong value: 'cell.equations[0]' has several lines, must be "),
    (FIRST, ("cell",), {"equations": ["H[t] = b * X[t]"], "ranks": {"b": 3}}, "wrong rank: 'b' has 3 in cell 'cell'"),
    (FIRST, ("parameters",), DELETE, "missing key: 'parameters' (an example has 'cell', 'parameters', "),
    (FIRST, ("parameters",), [], "wrong value: 'parameters' is [], must be an object"),
    (FIRST, ("parameters", "b_H"), "0.1", "not numbers: parameter 'b_H' is '0.1'"),
    (FIRST, ("parameters", "b_H"), [True], "not numbers: parameter 'b_H' is [True]"),
    (FIRST, ("inputs",), [], "wrong shape: 'inputs' is (0,), must be (steps, size)"),
    (FIRST, ("inputs",), [1, 2], "wrong shape: 'inputs' is (2,), must be (steps, size)"),
    (FIRST, ("inputs",), {"X": [[1, 2]]}, "wrong value: 'inputs' is {'X': [[1, 2]]}, must be an array"),
    (FIRST, ("loss",), "squared_error", "wrong value: 'loss' is 'squared_error', must be an object"),
    (FIRST, ("loss", "kind"), "cross", "unknown loss: 'cross' (must be one of "),
    (FIRST, ("loss", "at"), "end", "unknown place of the loss: 'end' (must be one of 'every', 'last')"),
    (FIRST, ("loss", "on"), "H", "unknown key of 'loss': 'on' (must be one of 'kind', 'at')"),
    (FIRST, ("first_step",), 1.5, "not a whole number: first_step is 1.5"),
    (FIRST, ("first_step",), True, "not a whole number: first_step is True"),
    (FIRST, ("first_step",), 10**400, "out of bounds: first_step is an integer of about 401 digits (must be from -"),
    (FIRST, ("about",), 3, "wrong value: 'about' is 3, must be a text"),
    (FIRST, ("activations",), {"f_H": "tan"}, "unknown activation: 'tan' (must be one of 'tanh'"),
    (FIRST, ("extra",), 1, "unknown key: 'extra' (must be one of "),
    (SECOND, ("version",), 3, "unknown version: 3 (must be 2; the first form has none)"),
    (SECOND, ("version",), True, "unknown version: True (must be 2; the first form has none)"),
    (SECOND, ("cell",), "rnn", "unknown key: 'cell' (must be one of 'version', "),
    (SECOND, ("layers",), DELETE, "missing key: 'layers' (a problem has 'version', 'layers', 'losses')"),
    (SECOND, ("layers",), [], "no cells: a net has one layer at least"),
    (SECOND, ("layers", 0), "rnn", "wrong value: 'layers[0]' is 'rnn', must be an object"),
    (SECOND, ("layers", 0, "cell"), DELETE, "missing key: 'layers[0].cell' ('layers[0]' has 'cell')"),
    (SECOND, ("layers", 1, "cell", "activations", "f_H"), 3, "unknown activation: 3 (must be one of "),
    (SECOND, ("layers", 0, "activations"), {"f_H": "tan"}, "unknown activation: 'tan' (must be one of "),
    (SECOND, ("layers", 1, "weights"), {}, "unknown key of 'layers[1]': 'weights' (must be one of "),
    (SECOND, ("layers", 1, "initial", "H"), ["x"], "not numbers: layers[1].initial.H is ['x']"),
    (SECOND, ("readout",), "Y[t] = H[t]", "wrong value: 'readout' is 'Y[t] = H[t]', must be an object"),
    (SECOND, ("readout", "cell"), DELETE, "missing key: 'readout.cell' ('readout' has 'cell')"),
    (SECOND, ("inputs",), [[1, 2]], "wrong value: 'inputs' is [[1, 2]], must be an object"),
    (SECOND, ("inputs", "X"), [], "wrong number of rows: inputs.X has 0, must have one a step"),
    (SECOND, ("inputs", "X"), 3, "wrong number of rows: inputs.X has 0, must have one a step"),
    (SECOND, ("steps",), 0, "out of bounds: steps is 0 (must be from 1 to 1000000)"),
    (SECOND, ("steps",), 10**6 + 1, "out of bounds: steps is 1000001 (must be from 1 to 1000000)"),
    (SECOND, ("steps",), 10**400, "out of bounds: steps is an integer of about 401 digits (must be from 1 to 1000000)"),
    (SECOND, ("losses",), [], "no losses: E is the sum of one at least"),
    (SECOND, ("losses",), {}, "wrong value: 'losses' is {}, must be an array"),
    (SECOND, ("losses", 0), {}, "missing key: 'losses[0].targets' ('losses[0]' has 'targets')"),
    (SECOND, ("losses", 0, "kind"), "cross", "unknown loss: 'cross' (must be one of "),
    (SECOND, ("losses", 0, "steps"), "first", "wrong value: 'losses[0].steps' is 'first', must be 'every', 'last' or a"),
    (SECOND, ("losses", 2, "steps"), [1.5], "not a whole number: losses[2].steps[0] is 1.5"),
    (SECOND, ("losses", 2, "steps"), [], "wrong number of rows: losses[2].targets has 1, must have 0, one for each"),
    (SECOND, ("losses", 0, "steps"), [1, 1], "step given twice in the loss of 'Y': (1, 1)"),
    (SECOND, ("losses", 0, "weight"), [1], "wrong shape: losses[0].weight is (1,), must be a number"),
    (SECOND, ("losses", 0, "weight"), "2", "not numbers: losses[0].weight is '2'"),
    (SECOND, ("losses", 0, "layer"), 1, "missing key: 'losses[0].quantity' (a 'layer' alone does not say what the loss"),
    (SECOND, ("losses", 1, "layer"), 0, "out of bounds: losses[1].layer is 0 (must be from 1 to 2)"),
    (SECOND, ("losses", 1, "quantity"), 3, "wrong value: 'losses[1].quantity' is 3, must be a text"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "path", "value", "message"), BAD, ids=range(len(BAD)))
def test_schema_and_loader_refuse_the_same(
    tmp_path: Path, document: dict[str, Any], path: tuple[Any, ...], value: Any, message: str
) -> None:
    """The loader in one line that names the file, the key in it, and what was due."""
    bad = changed(document, path, value)
    assert not SCHEMA.is_valid(bad)
    file = tmp_path / "bad.json"
    file.write_text(json.dumps(bad))
    with pytest.raises(InputError) as caught:
        load_problem(file)
    assert str(caught.value).startswith(message)
    assert str(caught.value).endswith(f"in example file {str(file)!r}")
    assert "\n" not in str(caught.value)


# What only the loader can know: whether names and shapes fit the equations.
UNFIT: list[tuple[tuple[Any, ...], Any, str]] = [
    (("layers", 1, "parameters", "W"), [[1, 2]], "wrong shape: layers[1].parameters.W is (1, 2), must be (1, 1): axis 1 has 1 in layers[0].parameters.W_H of shape (1, 2), by the equations of 'H^(1)' and 'H^(2)'"),
    (("layers", 1, "parameters", "W"), [1, 2], "wrong shape: layers[1].parameters.W is (2,), must be a matrix (two axes)"),
    (("layers", 1, "parameters", "W"), [[1, 2], [3]], "wrong shape: layers[1].parameters.W has rows of different lengths"),
    (("layers", 1, "parameters", "U"), DELETE, "missing key: 'layers[1].parameters.U' ('layers[1].parameters' has 'W', 'U')"),
    (("layers", 1, "parameters", "V"), [1], "unknown key of 'layers[1].parameters': 'V' (must be one of 'W', 'U')"),
    (("layers", 1, "initial", "S"), [1], "unknown key of 'layers[1].initial': 'S' (must be one of 'H')"),
    (("layers", 1, "initial", "H"), [1, 2], "wrong shape: layers[1].initial.H is (2,), must be (1,): axis 0 has 1 in layers[1].parameters.W of shape (1, 1), by the equation of 'H^(2)'"),
    (("layers", 1, "cell", "equations", 0), "H[t] = W @ X[t] + U @ H[t-1] + Z", "missing key: 'layers[1].parameters.Z' ('layers[1].parameters' has 'W', 'U', 'Z')"),
    (("layers", 1, "cell", "equations", 0), "H[t] = W @ X[s]", "cannot read index [s]: must be [t], [t-1] to [t-16], or [t+1] at column 14 in equation 1 of cell 'layer 2': H[t] = W @ X[s] in 'layers[1].cell'"),
    (("layers", 1, "activations"), {"f_Q": "tanh"}, "unknown general activation: 'f_Q' (must be one of 'f_H')"),
    (("readout", "parameters", "V"), [[1, 2]], "wrong shape: readout.parameters.V is (1, 2), must be (1, 1): axis 1 has 1 in layers[1].parameters.W of shape (1, 1), by the equations of 'H^(2)' and 'Y'"),
    (("readout", "cell", "equations", 0), "Y[t] = V @ G[t]", "unknown quantity: 'G' (must be one of 'H', 'X') in the readout"),
    (("inputs", "X"), [[1], [2]], "wrong shape: a row of inputs.X is (1,), must be (2,): axis 0 has 2 in layers[0].parameters.W_H of shape (1, 2), by the equation of 'H^(1)'"),
    (("inputs", "Z"), [[1], [2]], "unknown key of 'inputs': 'Z' (must be one of 'X')"),
    (("inputs",), {}, "missing key: 'inputs.X' ('inputs' has 'X')"),
    (("steps",), 3, "wrong number of rows: inputs.X has 2, must have 3, as steps"),
    (("losses", 0, "targets"), [[0, 1]], "wrong number of rows: losses[0].targets has 1, must have 2, one for each step"),
    (("losses", 0, "targets"), [[0], [1]], "wrong shape: a row of losses[0].targets is (1,), must be (2,): axis 0 has 2 in readout.parameters.V of shape (2, 1), by the equation of 'Y'"),
    (("losses", 1, "layer"), 3, "out of bounds: losses[1].layer is 3 (must be from 1 to 2)"),
    (("losses", 1, "quantity"), "S", "unknown quantity: 'S' (must be one of 'H') in 'losses[1]'"),
    (("losses", 2, "steps"), [3], "no step 3: the loss of 'H^(2)' counts there (steps are 1 to 2)"),
    (("about",), "\ud800", "not a text: about has a lone surrogate, '\\ud800', at character 0"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "message"), UNFIT, ids=range(len(UNFIT)))
def test_what_does_not_fit_the_equations_is_named_by_its_key(path: tuple[Any, ...], value: Any, message: str) -> None:
    """Its shape, what was due, and what says so; the whole line."""
    bad = changed(SECOND, path, value)
    assert SCHEMA.is_valid(bad)
    with pytest.raises(InputError) as caught:
        parse_problem(json.dumps(bad))
    assert str(caught.value) == message


@pytest.mark.parametrize("number", [10**19, 10**20, -(10**25), 10**308])
def test_a_number_that_is_written_with_all_its_digits_is_that_number(number: int) -> None:
    """1e20 is, by a program in JavaScript: NumPy has no such whole numbers, and said that these are none."""
    told = copy.deepcopy(FIRST)
    told["parameters"] |= {"W_H": [[number, 0.2]], "b_H": [number]}
    problem = parse_problem(json.dumps(told))
    assert problem.parameters["W_H"].tolist() == [[float(number), 0.2]]
    assert problem.parameters["b_H"].tolist() == [float(number)]


@pytest.mark.parametrize("ignore", [10**400, -(10**400), 2**64, -100])
def test_a_class_that_no_target_is_is_ignored_of_none(ignore: int) -> None:
    """Of a number beyond every float it was an OverflowError."""
    told: dict[str, Any] = {"cell": "rnn", "parameters": {"W_H": [[0.1], [0.2]], "U_H": [[0, 0]] * 2, "b_H": [0, 0]}}
    loss = {"kind": "cross_entropy", "targets": [1, 0], "ignore": ignore}
    document = {"version": 2, "layers": [told], "inputs": {"X": [[1], [2]]}, "losses": [loss]}
    assert parse_problem(json.dumps(document)).losses[0].steps == (1, 2)


def _signalling() -> Any:
    array = np.zeros((2, 1), dtype=np.float32)
    array.view(np.uint32)[0, 0] = 0x7FA00000
    return array


# Some machines have no kind that reaches further.
FURTHER = [np.full((2, 1), np.finfo(np.longdouble).max)] if np.finfo(np.longdouble).max > np.finfo(float).max else []


@pytest.mark.parametrize("inputs", [_signalling(), *FURTHER])
def test_a_number_that_no_float64_is_is_refused_without_a_warning(inputs: Any) -> None:
    """One that signals that it is none, and one of a kind that reaches further."""
    with pytest.raises(InputError, match=r"^not a finite number: input 'X' has (nan|inf) at \[0, 0\]$"):
        Problem(RNN, {"W_H": [[1]], "U_H": [[1]], "b_H": [0]}, {"X": inputs}, [LossTerm("H", (1,), [[0]])])
