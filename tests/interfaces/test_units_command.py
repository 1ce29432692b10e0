"""The command `units`: what it tells is what Python computes; what does not go together is refused in one line."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from graphviz_lstm import Study
from graphviz_lstm.figures.unit_cells import MOST_UNITS
from graphviz_lstm.gradients.shares.by_unit import top_through
from graphviz_lstm.interfaces import choices
from graphviz_lstm.interfaces.cli import cli
from graphviz_lstm.interfaces.cli.units import units
from graphviz_lstm.reports.by_unit import MOST_ROWS, UnitsTold, plot_units, units_text
from tests.examples import TYPICAL, random_example


def ask(*arguments: str) -> tuple[int, str]:
    """Return how the command ended, and what it said."""
    done = CliRunner().invoke(cli, ["units", *arguments])
    return (0, done.output) if done.exception is None else (done.exit_code, str(done.exception))


@pytest.fixture(autouse=True)
def _there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_door_names_every_route() -> None:
    """It loads no room for it."""
    assert tuple(Study("gomez").by_unit.routes) == choices.UNIT_ROUTES
    assert cli.commands["units"] is units


def test_what_it_tells_is_what_python_computes() -> None:
    """JSON, CSV and text; leading paths by name."""
    study = Study("adding", "W_A")
    status, out = ask("adding", "--source", "W_A", "--through", "S[7]", "--top", "2", "--json")
    told = json.loads(out)
    assert (status, told["units"]) == (0, list(study.by_unit.names))
    assert np.allclose(told["share"], study.by_unit.whole, rtol=0.0, atol=1e-11)
    assert np.allclose(told["carousel"], study.by_unit.carousel, rtol=0.0, atol=1e-11)
    due = top_through(study.linear, study.unit_paths, ["S[7]"], 2)
    assert [path["units"] for path in told["paths"]] == [list(map(str, path.vertices)) for path in due]
    rows = list(csv.DictReader(io.StringIO(ask("adding", "--source", "W_A", "--csv")[1])))
    assert sum(float(row["share"]) for row in rows) == pytest.approx(1.0)
    text = ask("adding", "--source", "W_A", "--through", "S[7]", "--top", "2")[1]
    assert re.search(r"^  a\[7\] .* \+54.6 %$", text, re.MULTILINE)
    assert "Leading paths through S[7], unit by unit:\n    +22.8 %  W_A -> a_20[7] -> S_20[7] => S_24[7]" in text


@pytest.mark.parametrize("hidden", [2, MOST_ROWS + 3])
def test_the_table_fits_a_terminal_and_adds_up(hidden: int) -> None:
    """Its last row is all of it; units that are left out are one row."""
    study = Study(random_example(TYPICAL["lstm"], hidden=hidden, steps=30, seed=2, scale=0.3), "U_f")
    for route in choices.UNIT_ROUTES:
        lines = units_text(UnitsTold(study, route)).splitlines()
        assert max(map(len, lines)) <= 120
        assert ("others" in "".join(lines)) == (hidden > MOST_ROWS)
    (last,) = [line for line in units_text(UnitsTold(study)).splitlines() if re.match("  all .*100 %", line)]
    assert last


@pytest.mark.parametrize("layout", choices.LAYOUTS)
@pytest.mark.parametrize("hidden", [3, MOST_UNITS + 2])
def test_the_figure_has_a_row_for_each_unit_and_says_what_is_left_out(layout: str, hidden: int) -> None:
    """Of many units the smallest are one row, whose sum is told; of many steps some are one column."""
    study = Study(random_example(TYPICAL["gru"], hidden=hidden, steps=50, seed=2, scale=0.3), "W_z")
    plot = plot_units(UnitsTold(study, "carousel"), layout=layout)  # type: ignore[arg-type]  # a case
    svg = plot.svg
    assert ("are one column" in svg) == ("others" in svg or hidden == 3)
    shown = re.findall(r">(z\[\d+\])<", svg)
    assert len(shown) == min(hidden, MOST_UNITS - (hidden > MOST_UNITS))
    assert ("The last row is the sum of the 3 smallest units." in plot.description) == (hidden > MOST_UNITS)


def test_a_gradient_of_zero_is_told_as_contributions() -> None:
    """They add up to nothing."""
    case = str(Path(__file__).parents[1] / "cases" / "zero.json")
    told = json.loads(ask(case, "--json")[1])
    assert "share" not in told
    assert np.sum(told["contribution"]) == pytest.approx(0.0, abs=1e-12)
    assert ask(case, "-o", "zero.svg") == (0, "")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--through", "S[0]", "--csv"], "leading paths are told as text and JSON"),
        (["--top", "2", "-o", "x.svg"], "leading paths are told as text and JSON"),
        (["--through", "Q[0]"], "unknown quantity of a unit: 'Q'"),
        (["--through", "S[4]"], "unknown vertex or unit: 'S_0[4]'"),
        (["--source", "X_1"], "no shares by unit of 'X_1'"),
        (["--dpi", "99"], "--dpi 99 is of a figure"),
    ],
)
def test_what_does_not_go_together_is_one_line(arguments: list[str], line: str) -> None:
    """And nothing is written."""
    status, out = ask("gomez", *arguments)
    assert status != 0
    assert line in out
    assert "\n" not in out
    assert not list(Path().iterdir())
