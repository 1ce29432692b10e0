"""Examples: what fits is taken, what does not is named."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm.cells import LSTM, RNN
from graphviz_lstm.errors import InputError
from graphviz_lstm.problems import Example, load_example, parse_example

if TYPE_CHECKING:
    from pathlib import Path


def rnn(**changes: Any) -> dict[str, Any]:
    """Return a well-formed example of two steps, three hidden units and two inputs, with `changes`."""
    example: dict[str, Any] = {
        "cell": "rnn",
        "parameters": {
            "W_H": [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]],
            "U_H": [[0.1, 0.0, 0.2], [0.0, 0.3, 0.1], [0.2, 0.2, 0.0]],
            "b_H": [0.1, 0.2, 0.3],
        },
        "inputs": [[1, 2], [3, 4]],
        "targets": [[0, 0, 1], [1, 0, 0]],
        "loss": {"kind": "squared_error", "at": "every"},
    }
    return example | changes


def test_gomez_is_the_worked_example() -> None:
    """Steps 0 and 1, one hidden unit, two inputs."""
    example = load_example("gomez")
    assert example.cell is LSTM
    assert (example.first_step, example.steps) == (0, 2)
    assert example.parameters["W_A"].shape == (1, 2)


def test_initial_states_are_zeros_of_the_right_size_unless_given() -> None:
    """The other arrays tell the size."""
    assert parse_example(json.dumps(rnn())).initial["H"].tolist() == [0, 0, 0]
    assert parse_example(json.dumps(rnn(initial={"H": [1, 2, 3]}))).initial["H"].tolist() == [1, 2, 3]


def test_arrays_are_copied_and_read_only() -> None:
    """A later change of the caller's array changes nothing here."""
    bias = np.zeros(1)
    example = Example(
        RNN, {"W_H": np.ones((1, 1)), "U_H": np.ones((1, 1)), "b_H": bias}, np.ones((1, 1)), np.ones((1, 1))
    )
    bias[0] = 5
    assert example.parameters["b_H"][0] == 0
    with pytest.raises(ValueError, match="read-only"):
        example.parameters["b_H"][0] = 1


def test_a_loss_at_the_last_step_takes_one_target_or_one_a_step() -> None:
    """Both say the same."""
    last = {"kind": "squared_error", "at": "last"}
    one = parse_example(json.dumps(rnn(loss=last, targets=[[1, 0, 0]])))
    every = parse_example(json.dumps(rnn(loss=last)))
    assert one.targets[-1].tolist() == every.targets[-1].tolist()


def parameters(**changes: Any) -> dict[str, Any]:
    """Return the parameters of `rnn()` with `changes`; None takes one out."""
    changed = rnn()["parameters"] | changes
    return {name: value for name, value in changed.items() if value is not None}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cell": "lstn"}, "unknown cell: 'lstn' (must be one of 'lstm'"),
        ({"cell": 3}, "wrong value: 'cell' is 3, must be a name"),
        ({"extra": 1}, "unknown key: 'extra' (must be one of "),
        ({"loss": {"kind": "cross"}}, "unknown loss: 'cross' (must be one of "),
        ({"loss": {"kind": "given", "at": "end"}}, "unknown place of the loss: 'end' (must be one of 'every', 'last')"),
        ({"loss": {"kind": "given", "on": "H"}}, "unknown key of 'loss': 'on'"),
        ({"first_step": 1.5}, "not a whole number: first_step is 1.5"),
        ({"inputs": [[1, 2], [3]]}, "wrong shape: 'inputs' has rows of different lengths"),
        ({"inputs": [1, 2]}, "wrong shape: 'inputs' is (2,), must be (steps, size)"),
        ({"inputs": []}, "wrong shape: 'inputs' is (0,), must be (steps, size)"),
        (
            {"inputs": [[1], [3]]},
            "wrong shape: a row of 'inputs' is (1,), must be (2,): axis 0 has 2 in parameter 'W_H'",
        ),
        ({"inputs": [["1", "2"]]}, "not numbers: 'inputs' is "),
        ({"targets": [[0, 0, 1]]}, "wrong number of rows: 'targets' has 1, must have 2, as 'inputs'"),
        ({"targets": [[0, 1], [1, 1]]}, "wrong shape: a row of 'targets' is (2,), must be (3,)"),
        ({"initial": {"S": [0]}}, "unknown initial state: 'S' (must be one of 'H')"),
        ({"initial": {"H": [0]}}, "wrong shape: initial state 'H' is (1,), must be (3,)"),
        ({"parameters": parameters(W_Q=[[1]])}, "unknown parameter: 'W_Q' (must be one of 'W_H'"),
        ({"parameters": parameters(b_H=None)}, "missing parameter: 'b_H' of cell 'rnn' has no value"),
        (
            {"parameters": parameters(U_H=None, b_H=None)},
            "missing parameters: 'U_H', 'b_H' of cell 'rnn' have no values",
        ),
        ({"parameters": parameters(b_H=[[1]])}, "wrong shape: parameter 'b_H' is (1, 1), must be a vector (one axis)"),
        ({"parameters": parameters(U_H=[[1, 2]])}, "wrong shape: parameter 'U_H' is (1, 2), must be "),
        ({"parameters": parameters(b_H=[True, True, True])}, "not numbers: parameter 'b_H' is [True, True, True]"),
        ({"activations": {"f_H": "tan"}}, "unknown activation: 'tan' (must be one of 'tanh'"),
        ({"activations": {"f_Q": "tanh"}}, "unknown general activation: 'f_Q' (must be one of 'f_H')"),
    ],
)
def test_what_does_not_fit_is_named_with_the_file(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    """One line: what, the value, what is allowed, where."""
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(rnn(**changes)))
    with pytest.raises(InputError) as caught:
        load_example(path)
    text = str(caught.value)
    assert text.startswith(message)
    assert text.endswith(f"in example file {str(path)!r}")
    assert "\n" not in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"cell": "rnn", ', "not JSON: "),
        ("[1, 2]", "not an example: must be a JSON object, is a list"),
        ('{"cell": "rnn"}', "missing key: 'parameters'"),
        ('{"cell": "rnn", "cell": "gru"}', "key given twice: 'cell'"),
        ('{"inputs": [[NaN]]}', "not a finite number: NaN"),
        ('{"inputs": [[-Infinity]]}', "not a finite number: -Infinity"),
        ("[" * 100_000, "not an example: nested too deeply"),
        ("", "not JSON: "),
    ],
)
def test_a_half_written_file_is_named(tmp_path: Path, text: str, message: str) -> None:
    """Nothing that is not an example gets as far as a graph."""
    path = tmp_path / "half.json"
    path.write_text(text)
    with pytest.raises(InputError) as caught:
        load_example(path)
    assert str(caught.value).startswith(message)
    assert str(path) in str(caught.value)


def test_a_number_too_large_for_float64_is_not_finite(tmp_path: Path) -> None:
    """JSON can say 1e999."""
    text = json.dumps(rnn()).replace("0.6", "1e999")
    (tmp_path / "big.json").write_text(text)
    with pytest.raises(InputError, match=r"not a finite number: parameter 'W_H' has inf at \[2, 1\]"):
        load_example(tmp_path / "big.json")


def test_an_unknown_name_and_a_missing_file_differ(tmp_path: Path) -> None:
    """A bare word is taken for a built-in name."""
    with pytest.raises(
        InputError, match=r"unknown example: 'gomes' \(must be one of 'gomez', .*\), or a JSON file's path"
    ):
        load_example("gomes")
    with pytest.raises(InputError, match=r"cannot read example file .*: No such file or directory"):
        load_example(tmp_path / "none.json")
    with pytest.raises(InputError, match="not UTF-8 text at byte 0"):
        (tmp_path / "latin.json").write_bytes(b"\xff\xfe")
        load_example(tmp_path / "latin.json")
