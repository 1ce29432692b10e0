"""The command `batch`: sequences from every place, as a table, JSON, CSV and a figure; what does not fit is refused."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from graphviz_lstm import Batch, load_problem, load_sequences, load_weights
from graphviz_lstm.cells import parse_cell
from graphviz_lstm.errors import InputError
from graphviz_lstm.figures.batch_rows import MOST_BATCH_ROWS, BatchRow, batch_plot
from graphviz_lstm.gradients.batches.batch_study import BatchStudy
from graphviz_lstm.gradients.batches.sequences import sequences_from_files
from graphviz_lstm.interfaces.cli import cli, main, waiting
from graphviz_lstm.problems import LossTerm, Problem, problem_to_json
from graphviz_lstm.reports.batches import BatchTold, batch_text, plot_batch
from tests.problems.weights.documented import arrays_of
from tests.problems.weights.written import safetensors_bytes

LSTM = {f"lstm.{key}": array for key, array in arrays_of(("PyTorch", "nn.LSTM", "lstm"), 2, 3, seed=0).items()}
RANDOM = np.random.default_rng(1)
INPUTS, TARGETS = RANDOM.normal(size=(3, 4, 3)), RANDOM.normal(size=(3, 4, 2))
FILES = ["m.safetensors", "--inputs", "x.npy", "--targets", "y.npy"]


@pytest.fixture(autouse=True)
def _there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.safetensors").write_bytes(safetensors_bytes(LSTM))
    np.save("x.npy", INPUTS)
    np.save("y.npy", TARGETS)
    np.save("n.npy", np.array([4, 2, 3]))
    np.save("mask.npy", np.arange(4) < np.array([4, 2, 3])[:, None])


def ask(*arguments: str) -> tuple[int, str]:
    """Return how the command ended, and what it said."""
    done = CliRunner().invoke(cli, ["batch", *arguments])
    error = done.exception
    return (0, done.output) if error is None else (done.exit_code, str(error))


def answer(*arguments: str) -> dict[str, Any]:
    """Return what it told in JSON."""
    status, out = ask(*arguments, "--json")
    assert status == 0, out
    told: dict[str, Any] = json.loads(out)
    return told


def same_shares(told: dict[str, Any], problems: list[Problem], source: str) -> None:
    """Raise unless the shares that are told are those of a batch."""
    groups = Batch(problems).group_by("crossings", source=source, up_to=4)
    assert [each["share"] for each in told["groups"]] == pytest.approx([each.share for each in groups.values()])
    assert [each["steps"] for each in told["sequences"]] == [each.steps for each in problems]


@pytest.mark.parametrize("short", [[], ["--lengths", "n.npy"], ["--mask", "mask.npy"]])
def test_sequences_of_a_weights_file_lie_in_arrays(short: list[str]) -> None:
    """Whole, or as long as lengths or a mask say."""
    net = load_weights("m.safetensors")
    lengths = [4, 2, 3] if short else [4, 4, 4]
    problems = [net.problem(INPUTS[k, :n], TARGETS[k, :n]) for k, n in enumerate(lengths)]
    same_shares(answer(*FILES, *short, "--source", "U_f", "--top", "0"), problems, "U_f")


def test_a_target_for_the_last_step_and_classes_are_read() -> None:
    """One row a sequence; a class a step, of which one is left out."""
    np.save("y.npy", TARGETS[:, :1])
    found = sequences_from_files("m.safetensors", {"inputs": "x.npy", "targets": "y.npy", "at": "last"})
    assert [problem.losses[0].steps for problem in found] == [(4,)] * 3
    np.save("y.npy", np.array([[0, 1, 1, 0], [1, -1, 0, 0], [1, 1, 1, 1]]))
    given = {"inputs": "x.npy", "targets": "y.npy", "loss": "cross_entropy", "ignore": -1, "lengths": "n.npy"}
    found = sequences_from_files("m.safetensors", given)
    assert [problem.losses[0].steps for problem in found] == [(1, 2, 3, 4), (1,), (1, 2, 3)]


def test_a_sequence_is_told_by_its_number() -> None:
    """From 1: in its name, and where it does not fit."""
    given = {"inputs": "x.npy", "targets": "y.npy"}
    found = sequences_from_files("m.safetensors", given)
    assert [problem.name for problem in found] == ["m, sequence 1", "m, sequence 2", "m, sequence 3"]
    spoilt = INPUTS.copy()
    spoilt[1, 2, 0] = np.nan
    np.save("x.npy", spoilt)
    with pytest.raises(InputError, match=r"nan at \[2, 0\].*, in sequence 2$"):
        sequences_from_files("m.safetensors", given)


def test_a_net_without_parameters_has_nothing_to_be_asked_about() -> None:
    """Drawn calls found it: a traceback."""
    cell = parse_cell("still", "H[t] = tanh(X[t]) + H[t-1]")
    problem = Problem(cell, {}, {"X": [[1.0, 2.0]]}, [LossTerm("H", (1,), [[0.0, 0.0]])])
    Path("x.json").write_text(problem_to_json(problem), "utf-8")
    status, out = ask("x.json")
    assert status != 0
    assert out.startswith("no source: cell 'still' has no parameters")


def test_files_of_examples_are_sequences_and_so_are_those_of_a_trained_example(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several on one line; by default what ships."""
    gomez = load_problem("gomez")
    same_shares(answer("gomez", "gomez", "--top", "0"), [gomez, gomez], "W_A")
    shipped = load_sequences("adding")[:3]
    monkeypatch.setattr("graphviz_lstm.problems.load_sequences", lambda _: shipped)
    told = answer("--source", "b_f", "--by", "lag", "--top", "0")
    assert len(told["sequences"]) == 3
    assert sum(each["share"] for each in told["groups"]) == pytest.approx(1.0)


def test_what_is_told_is_what_is_known() -> None:
    """In JSON, as a row for each sequence, and in words."""
    told = answer(*FILES, "--lengths", "n.npy", "--top", "3")
    status, out = ask(*FILES, "--lengths", "n.npy", "--csv")
    assert status == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [int(row["steps"]) for row in rows] == [4, 2, 3]
    for k, row in enumerate(rows):
        assert float(row["part"]) == pytest.approx(told["sequences"][k]["part"])
        for group in told["groups"]:
            assert float(row[f"crossings {group['label']}"]) == pytest.approx(group["parts"][k], abs=1e-11)
    assert told["paths"]["proven"] is True
    assert len(told["paths"]["shown"]) == 3
    assert np.sum(told["triangle"]["share"]) == pytest.approx(1.0)
    status, out = ask(*FILES, "--lengths", "n.npy", "--top", "2", "--by", "gates")
    assert status == 0
    assert "dE/dW_A of the mean loss over 3 sequences of 'm', of 2 to 4 steps:" in out
    assert "(none left out is larger)" in out


def test_a_batch_of_many_classes_tells_the_largest_apart() -> None:
    """In words and in the figure; what is left is told together."""
    long = [replace_inputs(problem, 30) for problem in (load_problem("gomez"),) * 2]
    told = BatchTold(BatchStudy(Batch(long), "W_A"), "entry", 0)
    assert "6 others" in batch_text(told)
    assert "enters at (24 of 30)" in plot_batch(told).title


def replace_inputs(problem: Problem, steps: int) -> Problem:
    """Return a longer sequence of the same net."""
    from graphviz_lstm import Example

    inputs = np.random.default_rng(2).normal(size=(steps, 2))
    return Example(problem.cell, problem.parameters, inputs, np.zeros((steps, 1))).problem


@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_a_figure_has_a_row_for_each_class(layout: str) -> None:
    """And says what it shows."""
    status, out = ask("gomez", "gomez", "--layout", layout, "--title", "Two", "-o", "b.svg")
    assert (status, out) == (0, "")
    svg = Path("b.svg").read_text("utf-8")
    assert ">Two<" in svg
    assert "a sequence" in svg
    row = BatchRow("0", 0.5, (0.5,), (0.5, 0.5, 0.5), (0.5, 0.5))
    with pytest.raises(InputError, match="unusable number of rows: 33"):
        batch_plot([row] * (MOST_BATCH_ROWS + 1), "dE/dW", ("x", "y"), 1.0)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["m.safetensors", "--inputs", "x.npy"], "missing: --targets, a .npy file of (sequences, steps, numbers)"),
        ([*FILES, "--lengths", "mask.npy"], "unusable lengths"),
        ([*FILES, "--lengths", "n.npy", "--mask", "mask.npy"], "both lengths and mask are given"),
        ([*FILES[:3], "--targets", "n.npy"], "wrong shape: targets are (3,), must be (3, steps, ...)"),
        (
            ["m.safetensors", "--inputs", "n.npy", "--targets", "y.npy"],
            "wrong shape: inputs are (3,), must be (sequences",
        ),
        (["gomez", "--lengths", "n.npy"], "--lengths n.npy is of a weights file"),
        (["gomez", "adding"], "another net: sequence 2 has cell 'lstm+readout', the first has 'lstm'"),
        (["gomez", "--theme", "dark"], "--theme dark is of a figure (give a file for it too, such as -o batch.svg)"),
        (["gomez", "-o", "b.svg", "--json"], "more than one format asked for: a figure and .json (choose one)"),
        (["gomez", "-o", "b.tex"], "unknown suffix: '.tex' of 'b.tex'"),
        (["gomez", "--source", "X_1"], "not a parameter: 'X_1'"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(arguments: list[str], line: str) -> None:
    """Before anything is written."""
    status, out = ask(*arguments)
    assert status != 0
    assert line in out
    assert "\n" not in out
    assert not Path("b.svg").exists()


def test_much_memory_is_said_before_it_is_taken_and_too_much_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line on standard error; none with --quiet."""
    monkeypatch.setattr(waiting, "_MUCH", 1)
    for quiet in ([], ["--quiet"]):
        with pytest.raises(SystemExit) as ended:
            main(["batch", *FILES, "--by", "lag", "--top", "0", "--json", *quiet])
        said = capsys.readouterr()
        assert (ended.value.code, bool(json.loads(said.out)["groups"])) == (0, True)
        assert re.fullmatch(r"graphviz-lstm: this takes about \d[\d.]* (kB|MB) of memory\n" * (not quiet), said.err)
    status, out = ask(*FILES, "--memory", "0.000001")
    assert status != 0
    assert re.match(
        r"the gradients of 3 sequences take about [\d.]+ (kB|MB) \(at most 1.0 kB; memory= or --memory", out
    )
    assert "\n" not in out
