"""The notebook that goes from a PyTorch model to its triangle, run by a real kernel from its first to its last cell."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "docs" / "from_pytorch.ipynb"


def test_the_notebook_runs_and_shows_what_it_says(tmp_path: Path) -> None:
    """Figures, and that after training most of the gradient enters at the first step; what ships has no output."""
    for needed in ("torch", "nbconvert", "ipykernel"):
        pytest.importorskip(needed, reason=f"{needed} is not installed")
    plain = json.loads(NOTEBOOK.read_text("utf-8"))
    assert all(not cell.get("outputs") for cell in plain["cells"])
    done = subprocess.run(
        [
            *(sys.executable, "-m", "nbconvert", "--log-level=ERROR", "--to", "notebook", "--execute"),
            *("--output-dir", str(tmp_path), "--output", "done.ipynb", str(NOTEBOOK)),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "IPYTHONDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    outputs = [
        output
        for cell in json.loads((tmp_path / "done.ipynb").read_text())["cells"]
        for output in cell.get("outputs", [])
    ]
    figures = [output for output in outputs if "image/svg+xml" in output.get("data", {})]
    assert len(figures) == 3
    told = "".join("".join(output["text"]) for output in outputs if output["output_type"] == "stream")
    shares = {name: float(part) for name, part in re.findall(r"(\w+): ([-\d.]+)% enters at step 1", told)}
    assert shares["after"] > 50.0 > shares["before"]
    assert float(re.findall(r"loss ([\d.]+)", told)[0]) < 0.02
