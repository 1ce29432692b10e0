"""The command as a user runs it: what it prints, what it refuses, what it leaves behind."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from graphviz_lstm.figures import SUFFIXES, THEMES, VIEWS
from graphviz_lstm.graph.unroll import DETAILS
from graphviz_lstm.interfaces import choices, cli
from graphviz_lstm.problems import load_example
from tests.interfaces.running import run

GOMEZ = Path(__file__).parents[2] / "graphviz_lstm" / "problems" / "gomez.json"


def test_paths_lists_the_leading_path_as_the_readme_shows(tmp_path: Path) -> None:
    """73.7 % along the carousel."""
    done = run("paths", "--element", "0,0", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "  +73.7 %  W_A -> a_0 -> S_0 -> S_1 -> H_1 -> E" in done.stdout


@pytest.mark.parametrize(("flag", "suffix"), [("--json", ".json"), ("--csv", ".csv")])
def test_a_flag_and_a_suffix_give_the_same_bytes(tmp_path: Path, flag: str, suffix: str) -> None:
    """Printed or written."""
    printed = run("paths", "--top", "3", flag, cwd=tmp_path)
    written = run("paths", "--top", "3", "-o", f"out{suffix}", cwd=tmp_path)
    assert (printed.returncode, written.returncode) == (0, 0), printed.stderr + written.stderr
    assert (tmp_path / f"out{suffix}").read_text() == printed.stdout
    assert written.stdout == ""


def test_json_on_standard_output_is_json_alone(tmp_path: Path) -> None:
    """So that another program can read it."""
    content = json.loads(run("paths", "gomez", "--source", "U_o", "--json", cwd=tmp_path).stdout)
    assert (content["example"], content["source"], content["target"]) == ("gomez", "U_o", "E")


def test_a_file_of_the_users_own_is_taken(tmp_path: Path) -> None:
    """Any path to a JSON file."""
    (tmp_path / "mine.json").write_text(GOMEZ.read_text())
    assert run("count", "mine.json", cwd=tmp_path).stdout == "7\n"


@pytest.mark.parametrize(("steps", "count"), [(1, 1), (2, 7), (3, 37), (4, 182), (5, 878), (6, 4214)])
def test_count_unrolls_over_any_number_of_steps(tmp_path: Path, steps: int, count: int) -> None:
    """The design's own figures."""
    assert run("count", "--steps", str(steps), cwd=tmp_path).stdout == f"{count}\n"


def test_check_looks_at_every_parameter(tmp_path: Path) -> None:
    """Twelve of them."""
    done = run("check", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for name in load_example("gomez").parameters:
        assert f"Check of dE/d{name}: all ways agree" in done.stdout


BAD = [
    (["paths", "--source", "W_B"], "unknown vertex: 'W_B' (must be one of 'W_o', 'W_i', 'W_f', 'W_A'"),
    (["paths", "--source", "E", "--element", "0"], "wrong source: 'E' is the target itself"),
    (
        ["paths", "nosuch"],
        (
            "unknown example: 'nosuch' (must be one of 'gomez', 'adding', 'adding-untrained', 'adding-plateau', "
            "'adding-learning')"
        ),
    ),
    (["paths", "missing.json"], "cannot read example file 'missing.json': No such file or directory"),
    (["paths", "half.json"], "not JSON: "),
    (["paths", "nan.json"], "not a finite number: NaN in example file 'nan.json'"),
    (["paths", "--element", "0,7"], "(1, 2)"),
    (["paths", "--element", "x"], "'x' is not an index (must be whole numbers with commas, such as 0,0)"),
    (["paths", "--top", "-1"], "-1 is not in the range x>=0"),
    (["paths", "--json", "--csv"], "more than one format asked for: .json and .csv"),
    (
        ["paths", "-o", "paths.xlsx"],
        "unknown suffix: '.xlsx' of 'paths.xlsx' (must be one of '.txt', '.json', '.csv', '.jsonl')",
    ),
    (["paths", "-o", "none/paths.csv"], "cannot write file 'none/paths.csv': No such file or directory"),
    (["paths", "--detail", "gates"], "'gates' is not one of 'gate', 'operation'"),
    (["paths", "--no-such-option"], "No such option"),
    (["nonsense"], "No such command 'nonsense'"),
    (["count", "--steps", "0"], "0 is not in the range x>=1"),
    (["explain", "--out", "half.json"], "cannot write output folder 'half.json': File exists"),
    (
        ["draw", "--source", "f_0", "--view", "path", "-o", "x.svg"],
        "zero gradient: dE/df_0 is zero, so there is nothing to share",
    ),
    (["paths", "--top", "1", "--covering", "0.5"], "more than one way to choose paths: --top and --covering"),
    (["paths", "--through", "h_0"], "unknown vertex: 'h_0' (must be one of 'H_0'"),
    (["paths", "--covering", "2"], "unusable part: 2.0 (must be between 0 and 1)"),
    (["paths", "--crossing", "7"], "no path from 'W_A' to 'E'"),
    (["check", "--exhaustive", "--scheduler", "here"], "unknown scheduler: 'here'"),
    (
        ["draw", "-o", "x.gif"],
        "unknown suffix: '.gif' (must be one of '.svg', '.png', '.pdf', '.dot'",
    ),
    (["draw", "--path", "8", "-o", "x.svg"], "there is no path 8 (there are 7 from W_A to E)"),
    (["draw", "--view", "flows", "-o", "x.svg"], "'flows' is not one of 'flow', 'path'"),
    (["draw", "--theme", "dusk", "-o", "x.svg"], "'dusk' is not one of 'auto', 'light', 'dark', 'print'"),
    (["draw"], "Missing option '-o'"),
    (["explain", "--source", "W_B"], "unknown vertex: 'W_B'"),
]


@pytest.mark.parametrize(("arguments", "message"), BAD, ids=[" ".join(arguments) for arguments, _ in BAD])
def test_bad_input_is_one_line_and_exit_status_two(tmp_path: Path, arguments: list[str], message: str) -> None:
    """No traceback, nothing on standard output, no file left behind."""
    (tmp_path / "half.json").write_text('{"cell": "lstm", "param')
    (tmp_path / "nan.json").write_text(GOMEZ.read_text().replace("0.45]", "NaN]", 1))
    before = sorted(path.name for path in tmp_path.iterdir())
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("graphviz-lstm: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    left = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(path.name for path in left) == before


def test_the_choices_of_the_command_are_those_of_the_rooms() -> None:
    """They are written twice so that `--help` stays quick."""
    assert choices.DETAILS == DETAILS == get_args(choices.Detail)
    assert choices.VIEWS == tuple(VIEWS) == get_args(choices.View)
    assert choices.THEMES == tuple(THEMES) == get_args(choices.ThemeName)
    assert choices.SUFFIXES == SUFFIXES


def test_draw_puts_a_path_in_focus(tmp_path: Path) -> None:
    """By its rank, or the first."""
    assert run("draw", "--view", "path", "-o", "first.dot", cwd=tmp_path).returncode == 0
    assert run("draw", "--path", "1", "-o", "one.dot", cwd=tmp_path).returncode == 0
    assert (tmp_path / "first.dot").read_bytes() == (tmp_path / "one.dot").read_bytes()
    assert run("draw", "--element", "0,0", "--theme", "dark", "-o", "dark.svg", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["--through", "H_0"], 5),
        (["--avoiding", "H_0"], 2),
        (["--through", "H_0", "--avoiding", "o_1"], 4),
        (["--crossing", "1"], 4),
        (["--at-least", "0.1"], 3),
        (["--covering", "0.9"], 3),
        (["--top", "2"], 2),
    ],
)
def test_paths_are_chosen_as_asked(tmp_path: Path, arguments: list[str], count: int) -> None:
    """What is not shown is in the remainder."""
    content = json.loads(run("paths", *arguments, "--json", cwd=tmp_path).stdout)
    assert len(content["paths"]) == count
    assert content["remainder"]["count"] == content["count"] - count


def test_groups_come_as_text_json_and_csv(tmp_path: Path) -> None:
    """The four gates, and those that cross none."""
    content = json.loads(run("paths", "--group-by", "gates", "--json", cwd=tmp_path).stdout)
    assert [group["label"] for group in content["groups"]] == [[], ["a"], ["f"], ["i"], ["o"]]
    assert [group["count"] for group in content["groups"]] == [3, 1, 1, 1, 1]
    assert "cancelled" in run("paths", "--group-by", "recurrence", cwd=tmp_path).stdout
    assert run("paths", "--group-by", "length", "--csv", cwd=tmp_path).stdout.startswith("length,level,count,share")


def test_an_exhaustive_check_visits_every_path(tmp_path: Path) -> None:
    """And says so."""
    done = run("check", "--source", "U_i", "--exhaustive", cwd=tmp_path)
    assert "Visited, one by one: 7 paths in 1 shard" in done.stdout, done.stderr


def test_the_package_is_the_command_too(tmp_path: Path) -> None:
    """`python -m graphviz_lstm`."""
    command = [sys.executable, "-m", "graphviz_lstm", "count"]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "7\n", "")


def test_a_count_has_as_many_digits_as_it_has(tmp_path: Path) -> None:
    """Also where Python by itself would refuse to write them."""
    done = run("count", "--steps", "6400", cwd=tmp_path)
    assert (done.returncode, len(done.stdout)) == (0, 4356), done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_a_full_disk_is_one_line(tmp_path: Path) -> None:
    """Which says what is full."""
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "graphviz_lstm", "count"]
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.stderr == "graphviz-lstm: cannot use standard output: No space left on device\n"
    assert done.returncode == 2


def test_no_class_of_click_is_given_a_type_by_subscript() -> None:
    """`click.ParamType[...]` is a TypeError before click 8.4, and we say that 8.1 will do."""
    for file in Path(cli.__file__).parent.glob("*.py"):
        assert not re.search(r"click\.\w+\[", file.read_text("utf-8")), file.name


def test_each_view_draws_what_it_is_asked_for(tmp_path: Path) -> None:
    """No two of them write the same file."""
    drawn = set()
    for view in choices.VIEWS:
        assert run("draw", "--view", view, "-o", f"{view}.dot", cwd=tmp_path).returncode == 0
        drawn.add((tmp_path / f"{view}.dot").read_bytes())
    assert len(drawn) == len(choices.VIEWS)


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    """As under `| head -n 1`."""
    script = (
        f"{sys.executable} -c 'from graphviz_lstm.interfaces.cli import main; main()' check | "
        f"{sys.executable} -c 'print(input())'"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        ["/bin/sh", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert done.stdout.count("\n") == 1


def test_paths_through_units_say_their_level_everywhere(tmp_path: Path) -> None:
    """In text, JSON and CSV, of paths and of groups."""
    case = str(Path(__file__).parents[1] / "cases" / "adding-trained.json")
    asked = ["paths", case, "--level", "unit", "--source", "U_A"]
    text = run(*asked, "--top", "2", cwd=tmp_path).stdout
    assert "paths from U_A to E, through single units, by their share" in text
    assert "% of their mass cancels (at the level of single units)." in text
    content = json.loads(run(*asked, "--top", "2", "--element", "0,0", "--json", cwd=tmp_path).stdout)
    assert (content["level"], content["proven"], content["source"]) == ("unit", True, "U_A[0,0]")
    assert content["bound"] <= abs(content["paths"][-1]["share"])
    assert content["masses"]["positive"] + content["masses"]["negative"] == pytest.approx(1.0)
    groups = json.loads(run(*asked, "--group-by", "crossings", "--json", cwd=tmp_path).stdout)
    assert groups["level"] == "unit"
    assert all(group["positive"] is not None for group in groups["groups"])
    rows = run(*asked, "--top", "1", "--csv", cwd=tmp_path).stdout.splitlines()
    assert "level,proven,bound,path" in rows[0]
    assert ",unit,true," in rows[1]


def test_arrays_of_many_entries_are_written_whole_only_on_request(tmp_path: Path) -> None:
    """Shape, length and the largest entry otherwise."""
    case = str(Path(__file__).parents[1] / "cases" / "unproven-32-50.json")
    asked = ["paths", case, "--level", "unit", "--top", "1", "--csv"]
    short, whole = (run(*asked, *more, cwd=tmp_path).stdout.splitlines()[0] for more in ([], ["--full"]))
    assert "contribution_norm" in short
    assert whole.count("contribution[") == 32 * 4


def test_the_triangle_comes_as_text_json_and_csv(tmp_path: Path) -> None:
    """The same numbers."""
    assert "+83.9 %" in run("triangle", "--element", "0,0", cwd=tmp_path).stdout
    content = json.loads(run("triangle", "--element", "0,0", "--json", cwd=tmp_path).stdout)
    assert content["share"][0][1] == pytest.approx(0.8387284, abs=1e-6)
    assert run("triangle", "-o", "t.csv", cwd=tmp_path).returncode == 0
    assert (tmp_path / "t.csv").read_text().startswith("entry,exit,share,carousel,gate a,")


def test_schemes_are_compared_as_text_json_and_csv(tmp_path: Path) -> None:
    """The same numbers; what is no scheme is one line."""
    text = run("compare", "--schemes", "full,lstm-1997,cut H[t-1] -> o[t]", "--element", "0,0", cwd=tmp_path).stdout
    assert "0.0389" in text
    assert "cut H[t-1] -> o[t]" in text
    content = json.loads(run("compare", "--schemes", "lstm-1997", "--json", cwd=tmp_path).stdout)
    assert content["schemes"][0]["cosine"] == pytest.approx(0.999783, abs=1e-6)
    assert run("compare", "-o", "c.csv", cwd=tmp_path).returncode == 0
    assert (tmp_path / "c.csv").read_text().startswith("scheme,parameter,relative_error,cosine,signs,kept,dropped\n")
    assert "Williams and Peng 1990" in run("compare", "--list", cwd=tmp_path).stdout
    wrong = run("compare", "--schemes", "bptt:0", cwd=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "wrong number: '0' of scheme 'bptt'" in wrong.stderr
