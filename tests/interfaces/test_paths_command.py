"""The command `paths`, option by option: a budget, one entry of the source, and what is written on request."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from click.testing import CliRunner

from graphviz_lstm.interfaces.cli import cli, waiting
from graphviz_lstm.reports import Study
from graphviz_lstm.reports.groups import UP_TO

if TYPE_CHECKING:
    from click.testing import Result

CASES = Path(__file__).parents[1] / "cases"
TRAINED = str(CASES / "adding-trained.json")
WIDE = str(CASES / "unproven-32-50.json")


def run(*arguments: str) -> Result:
    """Return what the command printed."""
    done = CliRunner().invoke(cli, ["paths", *arguments])
    assert done.exit_code == 0, done.output
    return done


def test_a_budget_of_seconds_ends_the_search_and_the_text_says_what_may_be_missing() -> None:
    """Of the largest ones, and of those above a threshold."""
    for asked in (["--top", "3"], ["--at-least", "0.05"]):
        told = run(WIDE, *asked, "--budget", "0.2").output
        assert "W_A -> a_50 -> S_50 -> H_50 -> E" in told
        assert "Not proven: a path of up to " in told
        assert " times the gradient may be missing." in told


def test_a_longer_budget_proves_no_less(tmp_path: Path) -> None:
    """The bound falls."""
    bounds = []
    for seconds in ("0", "2"):
        file = tmp_path / "out.csv"
        run(WIDE, "--top", "1", "--budget", seconds, "-o", str(file))
        bounds.append(float(file.read_text().splitlines()[-1].split(",")[-2]))
    assert bounds[1] < bounds[0]


def test_of_one_entry_everything_is_told_of_that_entry_alone(tmp_path: Path) -> None:
    """One number for each group and for each path, in text, JSON, CSV and arrays; they sum to that entry."""
    entry = float(Study(TRAINED, "U_A").adjoints["U_A"][2, 1])
    asked = [TRAINED, "--source", "U_A", "--element", "2,1"]
    groups = json.loads(run(*asked, "--group-by", "crossings", "--json").output)["groups"]
    assert sum(group["contribution"] for group in groups) == pytest.approx(entry, rel=1e-9)
    assert "x 8" not in run(*asked, "--group-by", "crossings").output
    rows = list(csv.DictReader(run(*asked, "--group-by", "crossings", "--csv").output.splitlines()))
    assert [float(row["contribution"]) for row in rows] == [group["contribution"] for group in groups]
    content = json.loads(run(*asked, "--top", "2", "--json").output)
    assert content["total"] == pytest.approx(entry, rel=1e-9)
    told = [path["contribution"] for path in content["paths"]]
    assert sum(told) + content["remainder"]["contribution"] == pytest.approx(entry, rel=1e-9)
    head, *rows_of_paths = run(*asked, "--top", "2", "--csv").output.splitlines()
    assert head.startswith("rank,share,contribution,crossings")
    assert [float(row.split(",")[2]) for row in rows_of_paths[:2]] == told
    run(*asked, "--top", "2", "--arrays", str(tmp_path / "a.npz"))
    with np.load(tmp_path / "a.npz") as arrays:
        assert arrays["contribution"].tolist() == told


def test_json_lines_are_objects_with_whole_arrays() -> None:
    """A path each, and last what is not shown: together the gradient. At 32 units JSON has lengths alone."""
    gradient = Study(WIDE, "W_A").adjoints["W_A"]
    for level in ("quantity", "unit"):
        *paths, rest = map(
            json.loads, run(WIDE, "--level", level, "--top", "3", "--format", "jsonl").output.splitlines()
        )
        assert [path["rank"] for path in paths] == [1, 2, 3]
        assert {path["level"] for path in paths} == {rest["level"]} == {level}
        assert np.shape(paths[0]["contribution"]) == gradient.shape
        summed = np.sum([line["contribution"] for line in (*paths, rest)], axis=0)
        assert np.allclose(summed, gradient, rtol=1e-9, atol=1e-12)
        assert rest["proven"] == (level == "unit")
    groups = [json.loads(line) for line in run(WIDE, "--group-by", "gates", "--format", "jsonl").output.splitlines()]
    assert np.allclose(np.sum([group["contribution"] for group in groups], axis=0), gradient, rtol=1e-9, atol=1e-12)


def test_arrays_are_written_whole_beside_what_is_told(tmp_path: Path) -> None:
    """By `paths`, of paths and of groups, and by `explain`; the same bytes each time, and nothing pickled."""
    gradient = Study(WIDE, "W_A").adjoints["W_A"]
    written = [tmp_path / "one.npz", tmp_path / "two.npz"]
    for file in written:
        run(WIDE, "--top", "2", "--budget", "0", "--arrays", str(file), "-o", str(tmp_path / "out.json"))
    assert written[0].read_bytes() == written[1].read_bytes()
    with np.load(written[0], allow_pickle=False) as arrays:
        assert arrays["contribution"].shape == (2, *gradient.shape)
        assert arrays["path"][0] == "W_A -> a_50 -> S_50 -> H_50 -> E"
        assert np.allclose(arrays["contribution"].sum(axis=0) + arrays["rest"], gradient, rtol=1e-9, atol=1e-12)
    run(WIDE, "--group-by", "gates", "--arrays", str(written[0]))
    with np.load(written[0], allow_pickle=False) as arrays:
        assert np.allclose(arrays["contribution"].sum(axis=0), gradient, rtol=1e-9, atol=1e-12)
        assert arrays["label"][0] == "none"
        assert sum(int(count) for count in arrays["count"]) == Study(WIDE, "W_A").count()
    file = tmp_path / "answer.npz"
    done = CliRunner().invoke(cli, ["explain", "--out", str(tmp_path / "out"), "--arrays", str(file)])
    assert f"Arrays written to {file}" in done.output
    with np.load(file, allow_pickle=False) as arrays:
        assert arrays["crossings"].sum() == 4
        assert np.allclose(arrays["contribution"].sum(axis=0), arrays["total"])


def test_labels_that_are_one_row_are_said_to_be_and_full_tells_them_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """How many paths it has; with `--full` arrays are whole too."""
    monkeypatch.setitem(UP_TO, "crossings", 2)
    short = run(TRAINED, "--group-by", "crossings").output
    whole = run(TRAINED, "--group-by", "crossings", "--full").output
    assert "  3 or more  " in short
    pooled = next(line.split() for line in short.splitlines() if line.strip().startswith("3 or more"))
    assert f"The last row has {pooled[3]} paths of more than 2 (--full tells them apart)." in short
    assert "or more" not in whole
    assert whole.count("\n") > short.count("\n")
    assert "contribution_norm" in run(WIDE, "--group-by", "crossings", "--csv").output
    assert "contribution[31,3]" in run(WIDE, "--group-by", "crossings", "--csv", "--full").output


def test_a_bar_is_shown_on_a_terminal_that_waits_and_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """After two seconds, which are none here; in a pipe there is nothing at all."""
    monkeypatch.setattr(waiting, "_PATIENCE", 0.0)
    for terminal in (False, True):
        shown = io.StringIO()
        monkeypatch.setattr("rich.console.Console.is_terminal", terminal)
        monkeypatch.setattr("sys.stderr", shown)
        with waiting.progress_bar("summing the groups up") as progress:
            progress(1, 4)
            progress(4, 4)
        assert ("summing the groups up" in shown.getvalue()) == terminal
