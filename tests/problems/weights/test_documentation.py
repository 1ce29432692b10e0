"""The lines of docs/weights.md run: those of PyTorch where it is installed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graphviz_lstm.problems.weights.layouts import FRAMEWORKS

PAGE = (Path(__file__).parents[3] / "docs" / "weights.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def _run(code: str) -> None:
    exec(compile(code, "weights.md", "exec"), {})  # noqa: S102 -- our own page


def test_the_lines_for_a_mapping_run() -> None:
    (code,) = [block for block in BLOCKS if "import torch" not in block]
    _run(code)


def test_the_recipe_for_torchs_modules_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In an empty folder: it counts, ranks and draws."""
    pytest.importorskip("torch")
    monkeypatch.chdir(tmp_path)
    (code,) = [block for block in BLOCKS if "import torch" in block]
    _run(code)
    assert "U_f -> f_" in capsys.readouterr().out
    assert (tmp_path / "gradient.svg").stat().st_size > 10_000


def test_the_page_shows_every_framework() -> None:
    assert re.findall(r"^```{layouts} (\w+)", PAGE, re.MULTILINE) == [framework.name for framework in FRAMEWORKS]
