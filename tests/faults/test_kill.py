"""A command that is killed has written nothing or all: no half file, no part of a set, nothing left behind."""

from __future__ import annotations

import signal
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.faults.commands import WRITING, another_example, contents, left_behind, run, run_until
from tests.faults.kill import end_at_random, restore


@cache
def _results(command: str) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return what a command writes of the built-in example, and what of another one over that."""
    with TemporaryDirectory(prefix="faults-") as name:
        folder = Path(name)
        another_example(folder)
        (folder / "out").mkdir()
        assert run(WRITING[command].format(example="gomez"), folder).returncode == 0
        before = contents(folder / "out")
        assert run(WRITING[command].format(example="gomez.json"), folder).returncode == 0
        after = contents(folder / "out")
    assert after != before
    return before, after


def killed(folder: Path, command: str, calls: int, *, module: str, function: str) -> str:
    """Kill a command so many calls after it began a function; return whether all is as it was before, or after."""
    before, after = _results(command)
    another_example(folder)
    restore(folder / "out", before)
    arguments = WRITING[command].format(example="gomez.json")
    done = run_until(signal.SIGKILL, calls, arguments, folder, module=module, function=function)
    now = contents(folder / "out")
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    assert left_behind(folder) == []
    assert now in (before, after)
    return "before" if now == before else "after"


@pytest.mark.parametrize(
    ("module", "function", "calls"),
    [
        ("outcome.py", "write_file", 1),
        ("apart.py", "_split", 2),
        ("files.py", "_write_aside", 20),
        ("files.py", "_change", 1),
        ("files.py", "_change", 5),
    ],
)
def test_a_file_is_the_old_one_or_the_new_one_wherever_the_kill_strikes(
    tmp_path: Path, module: str, function: str, calls: int
) -> None:
    """And the next command finds nothing in its way. Of all that is written the list of paths takes the least time."""
    killed(tmp_path, "paths", calls, module=module, function=function)
    assert run(WRITING["paths"].format(example="gomez.json"), tmp_path).returncode == 0
    assert contents(tmp_path / "out") == _results("paths")[1]


@pytest.mark.parametrize(
    ("function", "calls"),
    [("_write_aside", 1), ("_write_aside", 300), ("_change", 1), ("_change", 60), ("_change", 130)],
)
def test_files_that_belong_together_are_never_mixed(tmp_path: Path, function: str, calls: int) -> None:
    """Nine of them, of two examples whose results have the same names: the writing has begun, so it is done."""
    assert killed(tmp_path, "explain", calls, module="files.py", function=function) == "after"


@pytest.mark.parametrize("function", ["_run", "aside", "_environment"])
def test_a_figure_that_is_being_drawn_leaves_nothing(tmp_path: Path, function: str) -> None:
    """Neither a file nor a folder of fonts among the temporary ones."""
    assert killed(tmp_path, "draw", 3, module="render.py", function=function) == "before"


@pytest.mark.parametrize(("command", "fresh"), [("explain", False), ("explain", True), ("draw", False)])
def test_at_any_moment(command: str, *, fresh: bool) -> None:
    """A sample; `python -m tests.faults.kill` takes as many as it is told to."""
    assert end_at_random(command, 3, signal.SIGKILL, fresh=fresh).wrong == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_ended_tells_the_truth_at_any_moment(number: signal.Signals) -> None:
    """Its exit status is the one that shells expect."""
    assert end_at_random("paths", 3, number, fresh=False).wrong == []
