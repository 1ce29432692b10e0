"""Plausible slips with cells, problems and graphs: the whole line that each is answered with."""

# ruff: noqa: E501 -- a case a line

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np
import pytest

from graphviz_lstm.cells import LSTM, RNN, Cell, Equation, Name, parse_cell
from graphviz_lstm.cells.expression import Parameter, Quantity, add
from graphviz_lstm.errors import GraphError, InputError
from graphviz_lstm.graph import annotate, evaluate, require_current, reverse, unroll
from graphviz_lstm.problems import (
    Example,
    LossTerm,
    Problem,
    load_example,
    load_problem,
    parse_example,
    parse_problem,
    stack,
)
from tests.examples import random_example

if TYPE_CHECKING:
    from collections.abc import Callable

HUGE = 10**399
TERM = LossTerm("H", (1,), [[0.5]])
NUMBERS: dict[str, Any] = {"W_H": [[1]], "U_H": [[1]], "b_H": [1]}


def rnn(**changes: Any) -> Problem:
    """Return a problem of one step, with `changes`."""
    told: dict[str, Any] = {"cell": RNN, "parameters": NUMBERS, "inputs": {"X": [[1]]}, "losses": [TERM]}
    return Problem(**(told | changes))


def example(**changes: Any) -> Example:
    """Return an example of one step, with `changes`."""
    told: dict[str, Any] = {"cell": RNN, "parameters": NUMBERS, "inputs": [[1]], "targets": [[1]]}
    return Example(**(told | changes))


CHOICES = "(must be the name of a built-in example, such as 'gomez', or a JSON file's path)"
BUILT_IN = (
    "(must be one of 'gomez', 'adding', 'adding-untrained', 'adding-plateau', 'adding-learning'), or a JSON file's path"
)
STEPS = "(must be from -1000000000 to 1000000000)"
SLIPS: list[tuple[Callable[[], object], str]] = [
    # A name where an object is due.
    (lambda: evaluate("gomez"), "not a problem: 'gomez' (must be a Problem or an Example; load_problem('gomez') loads one)"),
    (lambda: evaluate(None), "not a problem: None (must be a Problem or an Example)"),
    (lambda: evaluate({"cell": "lstm"}), "not a problem: {'cell': 'lstm'} (must be a Problem or an Example)"),
    (lambda: example(cell="lstm"), "not a cell: 'lstm' (must be a Cell, such as CELLS['lstm'])"),
    (lambda: example(cell=None), "not a cell: None (must be a Cell)"),
    (lambda: rnn(cell="lstm"), "not a cell: 'lstm' (must be a Cell, such as CELLS['lstm'])"),
    (lambda: unroll("lstm", 2), "not a cell: 'lstm' (must be a Cell, such as CELLS['lstm'])"),
    # What is no file.
    (lambda: load_example(None), f"not a name or a path: None {CHOICES}"),
    (lambda: load_problem(None), f"not a name or a path: None {CHOICES}"),
    (lambda: load_problem(3), f"not a name or a path: 3 {CHOICES}"),
    (lambda: load_problem(b"gomez"), f"not a name or a path: b'gomez' {CHOICES}"),
    (lambda: load_problem("go\0mez"), "not a path: 'go\\x00mez' holds a NUL character"),
    (lambda: load_problem(Path("a\0b.json")), "not a path: 'a\\x00b.json' holds a NUL character"),
    (lambda: load_problem(""), f"unknown example: '' {BUILT_IN}"),
    (lambda: load_example("gomes"), f"unknown example: 'gomes' {BUILT_IN}"),
    (lambda: load_problem(os.sep), f"cannot read example file {os.sep!r}: Is a directory"),
    (lambda: load_problem("/dev/zero"), "cannot read example file '/dev/zero': not an ordinary file"),
    (lambda: load_problem("none.json"), "cannot read example file 'none.json': No such file or directory"),
    # What is no text of one.
    (lambda: parse_example(None), "not JSON text: None (a file is read by load_example)"),
    (lambda: parse_problem(Path("x.json")), f"not JSON text: {Path('x.json')!r} (a file is read by load_example)"),
    (lambda: parse_problem("[]"), "not an example: must be a JSON object, is a list"),
    (lambda: parse_problem('{"first_step": ' + "1" * 5000 + "}"), "not a finite number: an integer of 5,000 digits"),
    (
        lambda: parse_example('{"version": 2}'),
        "not an example: has a 'version' (load_problem and parse_problem read that form)",
    ),
    # Numbers that are none, or too large.
    (lambda: example(first_step=HUGE), f"out of bounds: first_step is an integer of about 400 digits {STEPS}"),
    (lambda: rnn(first_step=-HUGE), f"out of bounds: first_step is an integer of about 400 digits {STEPS}"),
    (lambda: unroll(RNN, 1, first_step=HUGE), f"out of bounds: first_step is an integer of about 400 digits {STEPS}"),
    (lambda: rnn(first_step="0"), "not a whole number: first_step is '0'"),
    (lambda: unroll(RNN, 2, first_step=0.5), "not a whole number: first_step is 0.5"),
    (lambda: rnn(parameters=None), "not a mapping from names to arrays: the parameters are None"),
    (lambda: rnn(parameters=NUMBERS | {"b_H": None}), "not numbers: parameter 'b_H' is None"),
    (lambda: rnn(inputs=[[1]]), "not a mapping from names to arrays: the inputs are [[1]]"),
    (lambda: rnn(inputs={"X": 1}), "wrong shape: input 'X' is (), must be a row of numbers a step"),
    (lambda: rnn(initial={"S": [0]}), "unknown initial state: 'S' (must be one of 'H')"),
    (lambda: rnn(steps=2), "wrong number of rows: input 'X' has 1, must have 2"),
    # Texts with half a character.
    (lambda: rnn(about="so \ud800"), "not a text: about has a lone surrogate, '\\ud800', at character 3"),
    (lambda: example(about="\udfff"), "not a text: about has a lone surrogate, '\\udfff', at character 0"),
    (lambda: rnn(name="\ud800"), "not a text: name has a lone surrogate, '\\ud800', at character 0"),
    (lambda: rnn(about=None), "not a text: about is None"),
    # Losses.
    (lambda: rnn(losses=[]), "no losses: E is the sum of one at least"),
    (lambda: rnn(losses="H"), "not loss terms: 'H' (must be such as [LossTerm('H', [1], [[0.5]])])"),
    (lambda: rnn(losses=[{"quantity": "H"}]), "not a loss term: {'quantity': 'H'} (must be a LossTerm)"),
    (lambda: LossTerm("H", "every", [[1]]), "not steps: the loss of 'H' counts at 'every' (must be such as [1, 2])"),
    (lambda: LossTerm("H", 1, [[1]]), "not steps: the loss of 'H' counts at 1 (must be such as [1, 2])"),
    (lambda: LossTerm("H", [1.5], [[1]]), "not a whole number: a step of the loss of 'H' is 1.5"),
    (lambda: LossTerm("H", [], []), "no steps: the loss of 'H' counts at none (must count at one at least)"),
    (lambda: LossTerm("H", [1, 1], [[1], [1]]), "step given twice in the loss of 'H': (1, 1)"),
    (
        lambda: LossTerm("H", [1], 0.5),
        "wrong number of rows: targets of 'H' has 0, must have 1, one for each step at which the loss counts",
    ),
    (
        lambda: LossTerm("H", [1], [[1]], "hinge"),
        "unknown loss: 'hinge' (must be one of 'squared_error', 'cross_entropy', 'binary_cross_entropy', 'given')",
    ),
    (lambda: LossTerm("H", [1], [[1]], weight=[1]), "wrong shape: weight of the loss of 'H' is (1,), must be a number"),
    (lambda: rnn(losses=[LossTerm("G", [1], [[1]])]), "unknown quantity: 'G' (must be one of 'H') in a loss"),
    (lambda: rnn(losses=[LossTerm("H", [2], [[1]])]), "no step 2: the loss of 'H' counts there (steps are 1 to 1)"),
    (
        lambda: Problem(
            parse_cell("n", "s[t] = dot(w, X[t])"),
            {"w": [1]},
            {"X": [[1]]},
            [LossTerm("s", [1], [1], "cross_entropy")],
        ),
        "wrong loss: 'cross_entropy' of 's', which is a number (no axes) (it takes vectors)",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("slip", "message"), SLIPS, ids=range(len(SLIPS)))
def test_a_slip_is_answered_in_one_line(slip: Callable[[], object], message: str) -> None:
    """What is wrong, the value, what is allowed."""
    with pytest.raises(InputError) as caught:
        slip()
    assert str(caught.value) == message


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """It may have no end."""
    pipe = tmp_path / "pipe.json"
    os.mkfifo(pipe)
    with pytest.raises(InputError) as caught:
        load_problem(pipe)
    assert str(caught.value) == f"cannot read example file {str(pipe)!r}: not an ordinary file"


def test_a_file_whose_name_is_not_utf8_is_read(tmp_path: Path) -> None:
    """The problem's name can be written all the same."""
    file = tmp_path / os.fsdecode(b"caf\xe9.json")
    text = '{"cell": "rnn", "parameters": {"W_H": [[1]], "U_H": [[1]], "b_H": [1]}, "inputs": [[1]], "targets": [[1]], "loss": {}}'
    try:
        file.write_text(text)
    except OSError:
        pytest.skip("this file system takes no such name")
    assert load_problem(file).name == "caf?"


def rows(text: str, **options: Any) -> Callable[[], object]:
    """Return what parses a cell and unrolls it over two steps."""
    return lambda: unroll(parse_cell("c", text, output="H"), 2, **options)


RENAME = "in cell 'c' (rename one)"
COLLISIONS: dict[str, tuple[Callable[[], object], str]] = {
    "parameter and quantity": (
        rows("H[t] = H[t-1] + H"),
        "'H' is both a parameter and a quantity in cell 'c': a quantity is always written H[t] or H[t-1]",
    ),
    "parameter and input": (
        rows("H[t] = X * X[t]"),
        "'X' is both a parameter and a quantity in cell 'c': a quantity is always written X[t] or X[t-1]",
    ),
    "quantity and quantity": (rows("H[t] = X[t]\nH[t] = b"), "quantity defined twice: 'H' in cell 'c'"),
    "input and state": (
        rows("H[t] = X[t-1]"),
        "input 'X' is read one step late in cell 'c': only a quantity that an equation defines has a step before",
    ),
    "parameter and a state before the first step": (
        rows("H[t] = H_0 * H[t-1]"),
        f"two vertices would be called 'H_0': parameter 'H_0' and the initial state of 'H' at step 0 {RENAME}",
    ),
    "parameter and a state at a step": (
        rows("H[t] = H_2 * H[t-1]"),
        f"two vertices would be called 'H_2': parameter 'H_2' and quantity 'H' at step 2 {RENAME}",
    ),
    "parameter and a quantity at a step": (
        rows("a[t] = X[t]\nH[t] = a_1 * a[t]"),
        f"two vertices would be called 'a_1': parameter 'a_1' and quantity 'a' at step 1 {RENAME}",
    ),
    "parameter and an input at a step": (
        rows("H[t] = X_1 * X[t]"),
        f"two vertices would be called 'X_1': parameter 'X_1' and input 'X' at step 1 {RENAME}",
    ),
    "the loss and a parameter": (
        lambda: unroll(Cell("c", (Equation("H", add(Parameter("E"), Quantity("X"))),), {}, "H"), 2),
        f"two vertices would be called 'E': the loss and parameter 'E' {RENAME}",
    ),
    "the loss and a quantity": (
        rows("E[t] = X[t]\nH[t] = X[t]"),
        "the name 'E' is taken: E is the loss at column 1 in equation 1 of cell 'c': E[t] = X[t]",
    ),
    "a number and a parameter": (
        rows("H[t] = W -inf* X[t]"),
        "the name 'inf' is taken: it is read as a number at column 11 in equation 1 of cell 'c': H[t] = W -inf* X[t]",
    ),
    "a number and a quantity": (
        rows("NaN[t] = X[t]\nH[t] = NaN[t]"),
        "the name 'NaN' is taken: it is read as a number at column 1 in equation 1 of cell 'c': NaN[t] = X[t]",
    ),
    "a layer's quantity and a readout's": (
        lambda: stack([RNN], "U_H[t] = H[t]"),
        "two things would be called 'U_H': parameter 'U_H' of layer 1 and quantity 'U_H' of the readout (rename one)",
    ),
    "a net's input and a readout's parameter": (
        lambda: stack([RNN, RNN], "Y[t] = X * H[t]"),
        "two things would be called 'X': input 'X' of layer 1 and parameter 'X' of the readout (rename one)",
    ),
    "a layer's quantity and a plain one": (
        lambda: unroll(
            Cell(
                "c",
                (Equation("H^(1)", Quantity("X")), Equation("H", add(Quantity("H^(1)"), Parameter("b")))),
                {},
                "H",
                names={"H^(1)": Name("H", layer=1), "b": Name("H^(1)_2")},
            ),
            2,
        ),
        f"two vertices would be called 'H^(1)_2': parameter 'b' and quantity 'H^(1)' at step 2 {RENAME}",
    ),
}


@pytest.mark.parametrize("pair", COLLISIONS)
def test_names_that_collide_are_refused_in_a_line_that_names_both(pair: str) -> None:
    """In every pair of roles."""
    make, message = COLLISIONS[pair]
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value) == message


def without_crossings(graph: Any) -> Any:
    """Return a copy without the edges from a state into an activation."""
    cut = graph.copy()
    cut.remove_edges_from([edge[:2] for edge in graph.edges(data="kind") if edge[2] == "crossing"])
    return cut


def test_flows_of_a_graph_that_has_changed_are_refused() -> None:
    """Annotated again, all that flows reaches E."""
    evaluated = evaluate(load_example("gomez"))
    annotated = annotate(evaluated, "W_A")
    require_current(annotated)
    changed = without_crossings(annotated)
    with pytest.raises(GraphError) as caught:
        require_current(changed)
    assert str(caught.value) == (
        "the graph has changed since its flows were computed: ('H_-1', 'a_0') (annotate it again)"
    )
    again = annotate(changed, "W_A")
    require_current(again)
    assert again.nodes["E"]["flow"] == pytest.approx(1, abs=1e-15)
    # The design's own figure of what is left when H of the step before is held fixed.
    assert (
        np.abs(reverse(without_crossings(evaluated))["W_A"] - [[-0.02400683861458104, -0.08678237224464358]]).max()
        < 1e-15
    )


def test_another_partial_on_an_edge_is_a_change_too() -> None:
    """Though the same vertices and edges are there; which one it was cannot be told from their names."""
    annotated = annotate(evaluate(load_example("gomez")), "W_A")
    annotated.edges["S_0", "S_1"]["partial"] = annotated.edges["S_0", "H_0"]["partial"]
    with pytest.raises(GraphError) as caught:
        require_current(annotated)
    assert str(caught.value) == "the graph has changed since its flows were computed (annotate it again)"


def test_a_graph_that_cannot_be_swept_says_why() -> None:
    """Not evaluated, not annotated, a vertex or an edge without numbers, a circle."""
    unrolled = unroll(LSTM, 2)
    for call in (lambda: reverse(unrolled), lambda: annotate(unrolled, "W_A"), lambda: reverse(nx.DiGraph([(1, 2)]))):
        with pytest.raises(GraphError, match=r"^a graph without values \(evaluate\(problem\) gives one\)$"):
            call()
    graph = evaluate(random_example(LSTM))
    with pytest.raises(GraphError, match=r"^a graph without flows \(annotate\(graph, source\) gives them\)$"):
        require_current(graph)
    longer = graph.copy()
    longer.add_edge("W_A", "E")
    with pytest.raises(GraphError, match=r"^edge 'W_A' -> 'E' has no partial \(evaluate gives one to each edge\)$"):
        reverse(longer)
    larger = graph.copy()
    larger.add_node("mine")
    with pytest.raises(GraphError, match=r"^vertex 'mine' has no value \(evaluate gives one to each vertex\)$"):
        reverse(larger)
    circular = graph.copy()
    circular.add_edge("H_1", "a_1", **graph.edges["H_1", "a_2"])
    with pytest.raises(GraphError, match=r"^the graph has a circle: "):
        annotate(circular, "W_A")
