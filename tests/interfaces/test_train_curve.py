"""The command `train-curve`: checkpoints in their order, each asked the same; what is no checkpoint is refused."""

from __future__ import annotations

import csv
import io
import json
import re
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from click.testing import CliRunner

from graphviz_lstm import Study, load_problem, load_weights, problem_to_json
from graphviz_lstm.errors import InputError
from graphviz_lstm.gradients.batches.over_training import TRAINING_LABELS, over_training, stretches
from graphviz_lstm.interfaces import choices
from graphviz_lstm.interfaces.cli import cli
from graphviz_lstm.paths import format_share
from graphviz_lstm.reports.over_training import TrainingTold, plot_training, training_csv, training_text
from tests.problems.weights.documented import arrays_of
from tests.problems.weights.written import safetensors_bytes

if TYPE_CHECKING:
    from graphviz_lstm.problems import Problem

LSTM = {f"lstm.{key}": array for key, array in arrays_of(("PyTorch", "nn.LSTM", "lstm"), 2, 3, seed=0).items()}
RANDOM = np.random.default_rng(1)
INPUTS, TARGETS = RANDOM.normal(size=(4, 3)), RANDOM.normal(size=(4, 2))
SCALES = {2: 1.0, 10: 0.5, 100: 2.0}


@pytest.fixture(autouse=True)
def _there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("run").mkdir()
    for step, scale in SCALES.items():
        content = safetensors_bytes({name: scale * array for name, array in LSTM.items()})
        Path(f"run/step-{step}.safetensors").write_bytes(content)
    Path("run/notes.txt").write_text("nothing to read")
    np.save("x.npy", INPUTS)
    np.save("y.npy", TARGETS)


def ask(*arguments: str) -> tuple[int, str]:
    """Return how the command ended, and what it said."""
    done = CliRunner().invoke(cli, ["train-curve", *arguments])
    return (0, done.output) if done.exception is None else (done.exit_code, str(done.exception))


FILES = ("run", "--inputs", "x.npy", "--targets", "y.npy")


def test_the_door_names_every_label() -> None:
    """It loads no room for it."""
    assert choices.TRAINING_LABELS == TRAINING_LABELS


def test_each_checkpoint_has_the_shares_of_its_own_triangle() -> None:
    """In the order of the numbers in their names, not of their letters."""
    status, out = ask(*FILES, "--source", "U_f", "--json")
    assert status == 0
    told: dict[str, Any] = json.loads(out)
    assert [each["at"] for each in told["checkpoints"]] == [2.0, 10.0, 100.0]
    for each in told["checkpoints"]:
        problem = load_weights(f"run/{each['name']}.safetensors").problem(INPUTS, TARGETS)
        study = Study(problem, "U_f")
        for route, shares in study.triangle.routes.items():
            assert each["shares"].get(route, 0.0) == pytest.approx(float(shares.sum()), abs=1e-11)
        assert each["size"] == pytest.approx(float(np.linalg.norm(study.adjoints["U_f"])))
        assert each["loss"] == pytest.approx(float(study.graph.nodes["E"]["value"]))
    status, out = ask(*FILES, "--source", "U_f", "--by", "lag", "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    lags = Study(load_weights("run/step-2.safetensors").problem(INPUTS, TARGETS), "U_f").triangle.by_lag()
    assert float(rows[0]["2..3 steps back"]) == pytest.approx(lags[2] + lags[3])
    assert len(rows) == 3


def test_several_sequences_and_examples_are_checkpoints_too() -> None:
    """Arrays with an axis of sequences; names without a number, in the order of their letters."""
    np.save("x.npy", np.stack([INPUTS, INPUTS]))
    np.save("y.npy", np.stack([TARGETS, TARGETS]))
    status, out = ask(*FILES)
    assert status == 0
    assert "dE/dW_A of the mean loss over 2 sequences, by route, at 3 checkpoints:" in out
    Path("told").mkdir()
    gomez = load_problem("gomez")
    for name, scale in (("b", 0.5), ("a", 1.0)):
        moved = {key: scale * array for key, array in gomez.parameters.items()}
        Path(f"told/{name}.json").write_text(problem_to_json(replace(gomez, parameters=moved)))
    status, out = ask("told", "--element", "0,0", "--json")
    assert status == 0
    assert [(each["name"], each["at"]) for each in json.loads(out)["checkpoints"]] == [("a", 1.0), ("b", 2.0)]


@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_the_figure_has_a_curve_for_each_class(layout: str) -> None:
    """With the checkpoints as stages."""
    assert ask(*FILES, "--layout", layout, "-o", "c.svg") == (0, "")
    svg = Path("c.svg").read_text("utf-8")
    for text in ("carousel", "gate f", "step-10", "share of dE/dW_A, %"):
        assert f">{text}<" in svg


def test_the_page_stands_by_itself_with_the_table_and_a_figure_for_wide_and_for_narrow() -> None:
    """Nothing is fetched, nothing runs; the numbers are those of the table; the figures are those of the command."""
    assert ask(*FILES, "--by", "lag", "-o", "c.html") == (0, "")
    page = Path("c.html").read_text("utf-8")
    assert not re.search(r"<script|https?://(?!www\.w3\.org)", page)
    status, out = ask(*FILES, "--by", "lag", "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert status == 0
    for row in rows:
        assert f">{row['checkpoint']}<" in page
        for name, share in row.items():
            if name.endswith("back"):
                assert f'<td class="number">{format_share(float(share))}</td>' in page
    drawn = [b64decode(each).decode() for each in re.findall(r'"data:image/svg\+xml;base64,([^"]+)"', page)]
    for svg, layout in zip(drawn, ("narrow", "wide"), strict=True):
        assert "prefers-color-scheme: dark" in svg
        assert ask(*FILES, "--by", "lag", "--layout", layout, "--theme", "auto", "-o", "c.svg") == (0, "")
        assert svg == Path("c.svg").read_text("utf-8")
    assert "--dpi 99 is of a figure" in ask(*FILES, "--dpi", "99", "-o", "c.html")[1]


def test_checkpoints_may_be_named_one_by_one_in_their_order() -> None:
    """Files, and examples that ship with all of their sequences."""
    status, out = ask("run/step-100.safetensors", "run/step-2.safetensors", *FILES[1:], "--json")
    told = json.loads(out)["checkpoints"]
    assert (status, [(each["name"], each["at"]) for each in told]) == (0, [("step-100", 1.0), ("step-2", 2.0)])
    whole = {each["name"]: each["shares"] for each in json.loads(ask(*FILES, "--json")[1])["checkpoints"]}
    assert [each["shares"] for each in told] == [whole["step-100"], whole["step-2"]]
    assert "of the mean loss over 32 sequences, by route, at 2 checkpoints" in ask("adding-untrained", "adding")[1]


@pytest.mark.parametrize("form", ["svg", "png", "html"])
def test_where_no_checkpoint_has_a_gradient_there_is_no_curve(form: str) -> None:
    """In these words, and not that of curves there must be one to eight; a table says it by its numbers."""
    Path("told").mkdir()
    gomez = load_problem("gomez")
    for name in "ab":
        still = {key: 0.0 * array for key, array in gomez.parameters.items()}
        Path(f"told/{name}.json").write_text(problem_to_json(replace(gomez, parameters=still)))
    said = "zero gradient: dE/dU_f is zero at every checkpoint, so there is nothing to share"
    assert ask("told", "--source", "U_f", "-o", f"c.{form}") == (1, said)
    assert ask("told", "--source", "U_f")[0] == 0


def test_where_there_is_no_gradient_there_is_no_share() -> None:
    """It is said, and the other checkpoints are told; no curve goes through it."""
    gomez = load_problem("gomez")
    still = replace(gomez, losses=[replace(term, targets=0.0 * term.targets, kind="given") for term in gomez.losses])
    told: list[tuple[int, int]] = []
    two = [("a", 0.0, [gomez]), ("b", 1.0, [still])]
    found = over_training(two, "W_A", progress=lambda done, whole: told.append((done, whole)))
    assert told == [(1, 2), (2, 2)]
    assert (found[1].size, all(np.isnan(list(found[1].shares.values())))) == (0.0, True)
    told = TrainingTold(found, "W_A", None, "routes", 1)
    assert "not defined" in training_text(told)
    assert training_csv(told).splitlines()[2].endswith(",,")
    assert "carousel: from 93.8 % to 93.8 %" in plot_training(told).description


@pytest.mark.parametrize("steps", [1, 2, 7, 64])
def test_every_distance_is_told_once(steps: int) -> None:
    """Without a gap."""
    assert [lag for part in stretches(steps) for lag in part] == list(range(steps))


def problems() -> tuple[Problem, Problem]:
    """Return two of different nets."""
    return load_problem("gomez"), load_problem("adding")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["none"], "not a folder: 'none' (must be one of checkpoints, or 'adding', which ships)"),
        (["."], "no checkpoint in '.' (must have files of '.safetensors', '.npz', '.onnx', '.keras', '.h5', '.hdf5', "),
        (["run"], "missing: --inputs, a .npy file"),
        ([*FILES, "--source", "W_Z"], "not a parameter: 'W_Z'"),
        ([*FILES, "--dpi", "99"], "--dpi 99 is of a figure"),
    ],
)
def test_what_is_no_training_is_refused_in_one_line(arguments: list[str], line: str) -> None:
    """Before anything is written."""
    status, out = ask(*arguments)
    assert status != 0
    assert line in out
    assert "\n" not in out


def test_checkpoints_are_of_one_net() -> None:
    """And one at least."""
    one, other = problems()
    with pytest.raises(InputError, match="not one net: 'b' has other equations than 'a'"):
        over_training([("a", 0.0, [one]), ("b", 1.0, [other])], "W_A")
    with pytest.raises(InputError, match="no checkpoint"):
        over_training([], "W_A")
    with pytest.raises(InputError, match=r"unknown label: 'gates' \(must be one of 'routes', 'lag'\)"):
        over_training([("a", 0.0, [one])], "W_A", by="gates")
