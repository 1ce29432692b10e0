"""Stacks in Python and in JSON: what they are, and what is refused of them, in one line."""

# ruff: noqa: E501 -- whole messages stand on one line

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm import LSTM, RNN, InputError, Layer, Study, find_paths, parse_problem, stack, stack_problem
from graphviz_lstm.cells import CELLS, parse_cell
from graphviz_lstm.cells.expression import Expression, Quantity, references, transform
from graphviz_lstm.graph import evaluate
from graphviz_lstm.notation import latex, text
from graphviz_lstm.problems import problem_schema, problem_to_json
from graphviz_lstm.problems.counted import left_of, one_hot_rows
from graphviz_lstm.problems.layer import turned
from graphviz_lstm.problems.layers import layers_of
from graphviz_lstm.problems.tokens import token_inputs
from tests.figures.geometry import overlaps

if TYPE_CHECKING:
    from collections.abc import Callable

RNN_NUMBERS = {"W_H": [[0.1, 0.2]], "U_H": [[0.3]], "b_H": [0.1]}
STACK: dict[str, Any] = {
    "version": 2,
    "embedding": {"parameters": {"W_X": [[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]]}},
    "layers": [
        {"cell": "rnn", "direction": "both", "parameters": RNN_NUMBERS, "backward": {"parameters": RNN_NUMBERS}},
        {
            "cell": "rnn",
            "residual": True,
            "parameters": {"W_H": [[0.1, 0.2], [0.3, 0.1]], "U_H": [[0.3, 0.4], [0.1, 0.2]], "b_H": [0.1, 0]},
        },
    ],
    "readout": {
        "cell": {"equations": ["Y[t] = V @ H[t] + c"]},
        "parameters": {"V": [[1, 2], [3, 4], [0, 1]], "c": [0, 0, 0]},
    },
    "inputs": {"k": [0, 2, 1]},
    "losses": [{"kind": "cross_entropy", "targets": [2, -100, 0], "ignore": -100, "reduction": "mean"}],
}


def test_names_say_the_layer_and_the_direction() -> None:
    """As text and as it is typeset; each is another."""
    problem = parse_problem(json.dumps(STACK))
    names = [problem.cell.name_of(name) for name in ("H^(1>)", "H^(1<)", "H^(1)", "H^(2)", "H^(2+)", "Y")]
    assert [text(name.at(2)) for name in names] == ["H^(1>)_2", "H^(1<)_2", "H^(1)_2", "H^(2)_2", "H^(2+)_2", "Y_2"]
    assert [latex(name.at(2)) for name in names[:3]] == [
        r"\overrightarrow{H}^{(1)}_{2}",
        r"\overleftarrow{H}^{(1)}_{2}",
        "H^{(1)}_{2}",
    ]
    assert problem.cell.name == "embedding+rnn-both+rnn-residual+readout"
    assert [(term.steps, term.weight) for term in problem.losses] == [((1, 3), 0.5)]


def test_a_backward_layer_is_its_cell_turned_round() -> None:
    """Turned twice it is itself."""
    assert turned(turned(LSTM)).equations == LSTM.equations
    net = stack([Layer(RNN, "backward")])
    assert net.states == ("H^(1<)",)
    assert net.runs[0].backward


def test_a_token_is_read_and_has_no_derivative() -> None:
    """Of the rows of the embedding those get a gradient that are picked."""
    graph = evaluate(parse_problem(json.dumps(STACK)))
    assert not list(graph.successors("k_1"))
    total = np.asarray(find_paths(graph, "W_X", "E").total)
    assert total.shape == (3, 2)
    assert np.abs(total).min() > 0.0
    only = {**STACK, "inputs": {"k": [1, 1, 1]}}
    total = np.asarray(find_paths(evaluate(parse_problem(json.dumps(only))), "W_X", "E").total)
    assert np.abs(total).max(axis=1).tolist()[::2] == [0.0, 0.0]
    assert token_inputs(parse_problem(json.dumps(STACK)).cell) == {"k": ("W_X",)}


def test_texts_of_the_steps_are_kept_and_are_as_many() -> None:
    """One line each, whatever a line break is; none are needed."""
    told = {**STACK, "texts": ["The\n", " cat", "sat\u2028 on"]}
    problem = parse_problem(json.dumps(told))
    assert problem.texts == copy.copy(problem).texts == ("The", "cat", "sat on")
    assert parse_problem(problem_to_json(problem)).texts == problem.texts
    assert parse_problem(json.dumps(STACK)).texts == ()
    for texts, line in (
        (["The"], "wrong number of texts: texts has 1, must have 3, one for each step"),
        (["The", 2, "sat"], "not a text: texts[1] is 2"),
        ("The", "wrong value: 'texts' is 'The', must be an array"),
    ):
        with pytest.raises(InputError) as refused:
            parse_problem(json.dumps({**STACK, "texts": texts}))
        assert str(refused.value) == line


@pytest.mark.parametrize("layers", [["rnn"], ["rnn", "lstm"], [{"cell": "gru", "direction": "both"}, "rnn"]])
def test_a_readout_reads_past_all_layers_what_the_first_one_reads(layers: list[Any]) -> None:
    """The paths of its own parameter are those that go past: one a step. Its JSON is read as the same."""
    problem = stack_problem(
        layers,
        readout="Y[t] = V @ H[t] + D @ X[t]",
        inputs=[[0.5, -1.0], [0.2, 0.3]],
        losses=[{"targets": [[0.5], [1.0]]}],
        hidden=2,
        seed=0,
    )
    graph = evaluate(problem)
    key = f"H^({len(layers)})" if len(layers) > 1 else "H"
    for step in (1, 2):
        values = {name: graph.nodes[f"{name}_{step}"]["value"] for name in (key, "X", "Y")}
        due = problem.parameters["V"] @ values[key] + problem.parameters["D"] @ values["X"]
        assert np.abs(values["Y"] - due).max() < 1e-14
    paths = find_paths(graph, "X_2", "Y_2")
    assert ("X_2", "Y_2") in [path.vertices for path in paths]
    assert find_paths(graph, "D", "E").count == 2
    assert Study(problem, "X_1").check().ways
    again = problem_to_json(problem)
    assert problem_to_json(parse_problem(again)) == again


@pytest.mark.parametrize("name", CELLS)
def test_any_cell_reads_tokens_whose_name_it_does_not_have(name: str) -> None:
    """They are called k, but where the cell has a k."""
    cell = CELLS[name]
    problem = stack_problem(
        [{"cell": name}],
        embedding={"parameters": {"W_X": [[0.1, 0.2], [0.3, -0.4]]}},
        inputs=[1, 0],
        losses=[{"targets": [[0.0, 1.0], [1.0, 0.0]] if cell.ranks[cell.output] else [0.0, 1.0]}],
        hidden=2,
        seed=0,
    )
    assert problem.cell.inputs == (("token",) if "k" in cell.ranks else ("k",))
    assert np.abs(np.asarray(find_paths(evaluate(problem), "W_X", "E").total)).max() > 0.0


def test_single_units_of_what_is_joined_and_picked_are_those_that_there_are() -> None:
    """A block of an identity and a row of a matrix have edges where they are not 0, and nowhere else."""
    told = _with(("readout", "parameters", "V"), [[1, 2], [3, 4], [5, 6]])
    graph = evaluate(parse_problem(json.dumps(told)))
    units = find_paths(graph, "W_X", "E", level="unit", element=(0, 0))
    assert units.count == sum(1 for path in units if path.contribution != 0.0)


def test_python_takes_what_a_file_has() -> None:
    """The same problem, with cells and arrays in the place of names and lists."""
    told = copy.deepcopy(STACK)
    problem = stack_problem(
        [{**told["layers"][0], "cell": RNN}, told["layers"][1]],
        embedding={"parameters": {"W_X": np.array(told["embedding"]["parameters"]["W_X"])}},
        readout=told["readout"],
        inputs=np.array([0, 2, 1]),
        losses=told["losses"],
    )
    expected = parse_problem(json.dumps(STACK))
    assert problem.cell == expected.cell
    assert all((problem.parameters[name] == array).all() for name, array in expected.parameters.items())


def test_drawn_numbers_are_those_of_the_seed() -> None:
    """What is given is kept."""
    options: dict[str, Any] = {"inputs": np.ones((2, 3)), "losses": [{"targets": np.zeros((2, 2))}], "hidden": 2}
    first, second = (stack_problem(["lstm", "gru"], seed=seed, **options) for seed in (1, 1))
    other = stack_problem([{"cell": "lstm", "parameters": {"b_i": [7, 8]}}, "gru"], seed=2, **options)
    assert all((first.parameters[name] == second.parameters[name]).all() for name in first.parameters)
    assert other.parameters["b_i^(1)"].tolist() == [7, 8]
    assert (other.parameters["U_A^(1)"] != first.parameters["U_A^(1)"]).all()
    assert max(float(np.abs(array).max()) for array in first.parameters.values()) <= 2**-0.5


def test_a_readout_reads_what_lower_layers_put_out() -> None:
    """Joined, added or as it is: under a name that the readout gives it; of one cell of two it is refused."""
    layers = [Layer(RNN, "both"), Layer(LSTM, residual=True), RNN]
    net = stack(layers, "Y[t] = V @ H[t] + A @ low[t] + B @ mid[t] * S", reads={"low": 1, "mid": 2})
    (readout,) = (equation for equation in net.equations if equation.quantity == "Y")
    read = [reference.name for reference in references(readout.expression) if isinstance(reference, Quantity)]
    assert read == ["H^(3)", "H^(1)", "H^(2+)"]
    *_, reads = layers_of(net)
    assert reads == {"H1": 1, "H2": 2}
    lower = replace(
        net,
        equations=tuple(replace(each, expression=transform(each.expression, _of_the_cell)) for each in net.equations),
    )
    with pytest.raises(InputError, match=r"the readout of net '.*' reads 'H\^\(1>\)', which layer 1 does not put out"):
        layers_of(lower)


def _of_the_cell(part: Expression) -> Expression:
    """Return what one of the two cells of layer 1 puts out, where what is joined of both was read."""
    return Quantity("H^(1>)") if part == Quantity("H^(1)") else part


def test_a_figure_of_a_readout_that_skips_a_layer_has_no_line_through_a_box() -> None:
    readout = {"cell": {"equations": ["Y[t] = V @ H[t] + V_G @ G[t]"]}, "reads": {"G": 1}}
    problem = stack_problem(
        ["lstm", "gru", "rnn"], readout=readout, inputs=[[1.0]] * 2, losses=[{"targets": [[0]] * 2}], hidden=1, seed=0
    )
    study = Study(problem, source="W_A^(1)")
    # A line straight from the lower layer to the readout of its own step.
    assert study.graph.has_edge("H^(1)_2", "Y_2")
    assert overlaps(study.figure(view="values").scene) == []


SLIPS: list[tuple[Callable[[], object], str]] = [
    (lambda: Layer(RNN, "up"), "unknown direction: 'up' (must be one of 'forward', 'backward', 'both')"),  # type: ignore[arg-type]
    (lambda: Layer("rnn"), "not a cell: 'rnn' (must be a Cell, such as LSTM)"),  # type: ignore[arg-type]
    (lambda: Layer(RNN, residual=1), "not true or false: residual is 1"),  # type: ignore[arg-type]
    (
        lambda: Layer(parse_cell("two", "H[t] = X[t] + G[t]"), residual=True),
        "cell 'two' of a residual layer reads 2 inputs (must read one, which is added to its output)",
    ),
    (
        lambda: stack([RNN], embedding="Z[t] = row(W, k[t])"),
        "unknown input: 'Z' (must be one of 'X') of what the embedding makes",
    ),
    (lambda: stack([RNN], embedding=3), "not an embedding: 3 (must be equations as text, or a Cell)"),  # type: ignore[arg-type]
    (
        lambda: stack([Layer(LSTM, "both")], "Y[t] = V @ S[t]"),
        "unknown quantity: 'S' (must be one of 'H', 'X') in the readout",
    ),
    (
        lambda: stack([LSTM, RNN], "Y[t] = V @ H[t] + U @ H[t]", reads={"H": 1}),
        "two things would be called 'H' in the readout: a quantity of the last layer and what layer 1 puts out (rename one)",
    ),
    (
        lambda: stack([LSTM, RNN], "Y[t] = V @ H[t] + D @ X[t]", reads={"X": 1}),
        "two things would be called 'X' in the readout: what the first layer reads and what layer 1 puts out (rename one)",
    ),
    (
        lambda: stack([LSTM, RNN], "Y[t] = V @ H[t]", reads={"G": 1}),
        "unread name: 'G' of reads is in no equation of the readout as an input",
    ),
    (
        lambda: stack([LSTM, RNN], "Y[t] = V @ G[t]", reads={"G": 2}),
        "out of bounds: reads.G is 2 (must be from 1 to 1)",
    ),
    (lambda: stack([LSTM, RNN], "Y[t] = V @ G[t]", reads={"G": "H"}), "not a whole number: reads.G is 'H'"),  # type: ignore[dict-item]
    (lambda: stack([LSTM, RNN], "Y[t] = V @ G[t]", reads={3: 1}), "not a name: 3 in reads"),  # type: ignore[dict-item]
    (
        lambda: stack([LSTM, RNN], "Y[t] = V @ G[t]", reads=["G"]),
        "not a mapping from names to layers: reads is ['G'] (must be such as {'G': 1})",
    ),  # type: ignore[arg-type]
    (
        lambda: stack([LSTM], "Y[t] = V @ G[t]", reads={"G": 1}),
        "no lower layer: reads is of several layers, and there is one",
    ),
    (lambda: stack([LSTM, RNN], reads={"G": 1}), "no readout: reads says what one reads of lower layers"),
    (
        lambda: stack([LSTM, RNN], "Y[t] = V @ low[t]"),
        "unknown quantity: 'low' (must be one of 'H', 'X') in the readout",
    ),
    (
        lambda: parse_cell("c", "H[t] = row(W, n[t])\nn[t] = 2 * X[t]"),
        "row of 'H' in cell 'c' is not told by an input (must be such as row(W, k[t]), where no equation defines k)",
    ),
    (lambda: stack_problem("lstm", inputs=[[1]], losses=[]), "not a list: layers is 'lstm'"),
    (
        lambda: stack_problem([3], inputs=[[1]], losses=[]),
        "not a layer: layer 1 is 3 (must be a cell, or such as {'cell': 'lstm'})",
    ),  # type: ignore[list-item]
    (
        lambda: stack_problem(["rnn"], inputs=[[1]], losses=[{"targets": [[1]]}], hidden=2),
        "hidden is told, but no seed: numbers are drawn with a seed alone, else all are given",
    ),
    (
        lambda: stack_problem(["rnn"], readout="Y[t] = V @ H[t]", inputs=[[1]], losses=[{"targets": [[1]]}], seed=1),
        "missing parameter: nothing tells the size of 'W_H'; give it, or hidden",
    ),
    (
        lambda: left_of([1, 2], np.zeros((2, 1)), mask=[False, False]),
        "no steps: mask leaves none of the 2 at which the loss would count",
    ),
    (
        lambda: one_hot_rows("targets", np.array([0.0, 0.5]), 2),
        "no such class: targets has 0.5 at [1] (must be a whole number from 0 to 1)",
    ),
]


@pytest.mark.parametrize(("slip", "message"), SLIPS, ids=range(len(SLIPS)))
def test_a_slip_is_answered_in_one_line(slip: Callable[[], object], message: str) -> None:
    with pytest.raises(InputError) as caught:
        slip()
    assert str(caught.value) == message


WRONG: list[tuple[tuple[Any, ...], Any, str]] = [
    (("layers", 0, "direction"), "up", "unknown direction: 'up' (must be one of 'forward', 'backward', 'both') in 'layers[0].direction'"),
    (("layers", 1, "backward"), {}, "unused key: 'layers[1].backward' (a layer has it whose 'direction' is 'both')"),
    (("layers", 1, "residual"), 3, "wrong value: 'layers[1].residual' is 3, must be true or false"),
    (("losses", 0, "ignore"), 1.5, "not a whole number: losses[0].ignore is 1.5"),
    (("losses", 0, "mask"), [0, 2, 1], "not a mask: losses[0].mask is [0, 2, 1] (must be true or false for each step, or entry)"),
    (("readout", "reads"), ["G"], "wrong value: 'readout.reads' is ['G'], must be an object"),
    (("readout", "reads"), {"G": 0}, "out of bounds: reads.G is 0 (must be from 1 to 1)"),
    (("losses", 0, "mask"), [[0, 2, 1]] * 3, "not a mask: losses[0].mask is [[0, 2, 1], [0, 2, 1], [0, 2, 1]] (must be true or false for each step, or entry)"),
    (("readout", "cell", "groups"), [["Y", "Y"]], "quantity twice in groups of cell 'readout': 'Y' in groups[0] and groups[0] in 'readout.cell'"),
    (("losses", 0, "reduction"), "max", "unknown reduction: 'max' (must be one of 'sum', 'mean') in 'losses[0].reduction'"),
    (("losses", 0, "direction"), "both", "missing key: 'losses[0].quantity' (a 'direction' alone does not say what the loss reads)"),
]  # fmt: skip
UNFIT: list[tuple[tuple[Any, ...], Any, str]] = [
    (("losses", 0, "mask"), [0, 0, 0], "no steps: losses[0].mask and losses[0].ignore leaves none of the 3 at which the loss would count"),
    (("losses", 0, "mask"), [1, 0], "wrong shape: losses[0].mask is (2,), must be (3,), one for each step, or (3, entries), a row for each step"),
    (("losses", 0, "mask"), [[1, 0], [1, 1], [0, 1]], "wrong shape: a row of losses[0].mask is (2,), must be (3,): axis 0 has 3 in readout.parameters.V of shape (3, 2), by the equation of 'Y'"),
    (("losses", 0, "mask"), [[1, 0, 1], [1, 1], [0, 1, 1]], "wrong shape: losses[0].mask has rows of different lengths"),
    (("losses", 0, "mask"), [[0, 0, 0]] * 3, "no steps: losses[0].mask and losses[0].ignore leaves none of the 3 at which the loss would count"),
    (("losses", 0, "mask"), [[1, 1, 0]] * 3, "masked class: targets of 'Y' has 2 at [0], which the loss does not read"),
    (("losses", 0, "targets"), [2, 1, 3], "no such class: targets of 'Y' has 3 at [2] (must be a whole number from 0 to 2)"),
    (("inputs", "k"), [0, 3, 1], "no such token: input 'k' has 3 at [1] (must be a whole number from 0 to 2: 'W_X' has 3 rows)"),
    (("inputs", "k"), [0, 0.5, 1], "no such token: input 'k' has 0.5 at [1] (must be a whole number from 0 to 2: 'W_X' has 3 rows)"),
    (
        ("layers", 1, "parameters"),
        RNN_NUMBERS,
        "wrong shape: layers[1].parameters.W_H is (1, 2), must be (2, 2): axis 0 has 2 in what is joined of 1 in layers[0].parameters.W_H and 1 in layers[0].backward.parameters.W_H",
    ),
]  # fmt: skip


def _with(path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed: Any = copy.deepcopy(STACK)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed  # type: ignore[no-any-return]


@pytest.mark.parametrize(("path", "value", "message"), WRONG, ids=range(len(WRONG)))
def test_schema_and_loader_refuse_the_same(path: tuple[Any, ...], value: Any, message: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(problem_schema())
    assert validator.is_valid(STACK)
    assert not validator.is_valid(_with(path, value))
    with pytest.raises(InputError) as caught:
        parse_problem(json.dumps(_with(path, value)))
    assert str(caught.value) == message


@pytest.mark.parametrize(("path", "value", "message"), UNFIT, ids=range(len(UNFIT)))
def test_what_does_not_fit_is_refused_in_one_line(path: tuple[Any, ...], value: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_problem(json.dumps(_with(path, value)))
    assert str(caught.value) == message
