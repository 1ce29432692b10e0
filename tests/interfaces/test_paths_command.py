"""The command `paths`, option by option: a budget, one entry of the source, and what is written on request."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from graphviz_lstm.interfaces.cli import cli

if TYPE_CHECKING:
    from click.testing import Result

CASES = Path(__file__).parents[1] / "cases"
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
