"""Every cell with weights, or targets, whose squares and sums leave the range of a float64: each command copes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS
from graphviz_lstm.graph import evaluate
from graphviz_lstm.paths import find_paths
from graphviz_lstm.problems import problem_to_json
from tests.examples import random_example
from tests.fuzz.command import require_end, run, unexplained

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = (
    "explain x.json",
    "explain x.json --full",
    "page x.json -o y.html",
    "page x.json -o y.html --source H_0",
    "draw x.json --whole -o y.svg",
    "draw x.json --view values -o y.svg",
    "paths x.json --json",
    "paths x.json --group-by crossings",
    "routes x.json",
    "triangle x.json --csv",
    "units x.json",
    "batch x.json",
    "batch x.json x2.json",
    "before-after x.json x2.json",
    "before-after x.json x2.json --of shares",
    "train-curve x.json x2.json",
    "compare x.json",
    "compare x.json --json",
    "compare x.json --csv",
    "paths x.json --detail operation",
    "units x.json --json",
    "routes x.json --json",
    "before-after x.json x2.json --json",
    "check x.json",
    "strip x.json -o y.svg",
    "derive x.json",
    "derive x.json --format markdown",
    "derive x.json --json",
)


def _problems(name: str, scale: float, targets: float, kind: str) -> list[Any]:
    """Return a net, and the same with other weights."""
    problem = random_example(CELLS[name], hidden=2, inputs=2, steps=3, seed=1, scale=scale).problem
    losses = [
        replace(loss, kind=kind, targets=targets * np.asarray(loss.targets, dtype=float)) for loss in problem.losses
    ]
    weights = {key: 1.1 * array for key, array in problem.parameters.items()}
    return [replace(problem, losses=losses), replace(problem, losses=losses, parameters=weights)]


@pytest.mark.parametrize(
    ("scale", "targets", "kind"),
    [
        (1e160, 1.0, "squared_error"),
        (1e305, 1.0, "squared_error"),
        (0.5, 1e154, "squared_error"),
        (0.5, 1e308, "given"),
        (1e-160, 1e-310, "given"),
        (1e160, 1e160, "given"),
        (1e80, 1e-200, "given"),
    ],
)
@pytest.mark.parametrize("name", CELLS)
def test_every_command_answers_or_refuses_in_one_line(
    name: str,
    scale: float,
    targets: float,
    kind: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No traceback, no warning, no NaN and no infinity."""
    monkeypatch.chdir(tmp_path)
    for file, problem in zip(("x.json", "x2.json"), _problems(name, scale, targets, kind), strict=True):
        (tmp_path / file).write_text(problem_to_json(problem), encoding="utf-8")
    for command in COMMANDS:
        ran = run(command.split(), tmp_path, capsys)
        require_end(ran)
        assert not unexplained(ran), command


@pytest.mark.parametrize("scale", [1e-160, 1e-80, 10.0])
@pytest.mark.parametrize("name", CELLS)
def test_paths_listed_at_once_are_those_that_are_multiplied_one_by_one(name: str, scale: float) -> None:
    """Of weights so small that what cancels leaves less than nothing, too."""
    problem = random_example(CELLS[name], hidden=3, inputs=3, steps=3, seed=2, scale=scale).problem
    graph = evaluate(problem)
    for source in problem.cell.parameters:
        paths = find_paths(graph, source, "E")
        alone = np.array([path.contribution for path in paths])
        np.testing.assert_allclose(paths.contributions(), alone, rtol=1e-9, atol=1e-320)
