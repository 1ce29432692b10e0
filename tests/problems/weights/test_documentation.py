"""The lines of docs/weights.md run: those of PyTorch where it is installed."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from graphviz_lstm.interfaces.cli import cli
from graphviz_lstm.problems.weights.layouts import FRAMEWORKS

PAGE = (Path(__file__).parents[3] / "docs" / "weights.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def recipe_of(word: str) -> dict[str, Any]:
    """Return what the lines for a training loop define in which this word stands."""
    (code,) = [block for block in BLOCKS if "def keep(" in block and word in block]
    lines: dict[str, Any] = {}
    exec(compile(code, "weights.md", "exec"), lines)  # noqa: S102 -- our own page
    return lines


def asked_of_the_run(source: str) -> list[dict[str, Any]]:
    """Return what `train-curve` tells of each checkpoint of the folder `run`."""
    asked = ["train-curve", "run", "--inputs", "run/x.npy", "--targets", "run/y.npy", "--source", source, "--json"]
    told: list[dict[str, Any]] = json.loads(CliRunner().invoke(cli, asked).output)["checkpoints"]
    return told


def _run(code: str) -> None:
    exec(compile(code, "weights.md", "exec"), {})  # noqa: S102 -- our own page


def test_the_lines_for_a_mapping_run() -> None:
    (code,) = [block for block in BLOCKS if "load_weights(" in block]
    _run(code)


def test_the_recipe_for_torchs_modules_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In an empty folder: it counts, ranks and draws."""
    pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    (code,) = [block for block in BLOCKS if "import torch\n" in block]
    _run(code)
    assert "U_f -> f_" in capsys.readouterr().out
    assert (tmp_path / "gradient.svg").stat().st_size > 10_000


def test_what_torchs_training_loop_writes_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the commands that stand below the lines; the gradient of the mean loss is that of the loop."""
    torch = pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    lines = recipe_of("safetensors")
    torch.manual_seed(0)

    class Tagger(torch.nn.Module):  # type: ignore[misc, name-defined]  # PyTorch is not typed here
        def __init__(self) -> None:
            super().__init__()
            self.lstm, self.fc = torch.nn.LSTM(2, 3, batch_first=True), torch.nn.Linear(3, 1)

        def forward(self, rows: Any) -> Any:
            return self.fc(self.lstm(rows)[0])

    model, inputs, targets = Tagger().double(), torch.randn(4, 5, 2).double(), torch.randn(4, 5, 1).double()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    lengths = []
    for step in (0, 50, 100):
        lines["keep"](model, step)
        optimizer.zero_grad()
        loss = ((model(inputs) - targets) ** 2).sum() / 2 / len(inputs)
        loss.backward()
        lengths.append((loss.item(), model.lstm.weight_hh_l0.grad[3:6].norm().item()))
        optimizer.step()
    lines["keep_sequences"](inputs, targets)
    calls = re.findall(r"^graphviz-lstm ((?:train-curve|batch|inspect) run.*)$", PAGE, re.MULTILINE)
    assert [call.split()[0] for call in calls] == ["train-curve", "train-curve", "batch", "inspect"]
    for call in calls:
        assert CliRunner().invoke(cli, shlex.split(call)).exception is None
    assert "16..23" not in (tmp_path / "curve.svg").read_text("utf-8")
    assert "<table" in (tmp_path / "curve.html").read_text("utf-8")
    told = asked_of_the_run("U_f")
    assert [each["at"] for each in told] == [0.0, 50.0, 100.0]
    for each, (loss_there, length) in zip(told, lengths, strict=True):
        assert each["loss"] == pytest.approx(loss_there, rel=1e-10)
        assert each["size"] == pytest.approx(length, rel=1e-10)


def test_the_recipes_are_ten_lines_each() -> None:
    """Of PyTorch, Keras and Flax; lines with something in them."""
    recipes = [block for block in BLOCKS if "def keep(" in block]
    assert len(recipes) == 3
    assert max(sum(bool(line.strip()) for line in block.splitlines()) for block in recipes) <= 11


def test_the_page_shows_every_framework() -> None:
    assert re.findall(r"^```{layouts} (\w+)", PAGE, re.MULTILINE) == [framework.name for framework in FRAMEWORKS]
