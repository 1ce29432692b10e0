"""Ctrl-C in the middle of long work: one line, and the exit status that shells expect."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The signal comes after so many calls of functions, and not after a while: on a fast machine the work would be done.
# Calls of the package itself: Python lets nobody interrupt what runs when an object is let go.
SCRIPT = """
import os, signal, sys
from graphviz_lstm.interfaces.cli import main

left = int(sys.argv[1])

def count(frame, event, argument):
    global left
    left -= event == "call" and frame.f_globals.get("__name__", "").startswith("graphviz_lstm.")
    if left == 0:
        sys.setprofile(None)
        os.kill(os.getpid(), signal.SIGINT)

sys.setprofile(count)
main(sys.argv[2:])
"""


@pytest.mark.parametrize("calls", ["2000", "60000"])
@pytest.mark.parametrize("command", ["check", "explain", "paths --top 1000 --level unit"])
def test_an_interrupted_command_says_so_in_one_line(tmp_path: Path, command: str, calls: str) -> None:
    """No traceback, nothing on standard output, no file left behind."""
    case = ROOT / "tests" / "cases" / "unproven-32-50.json"
    name, *options = command.split()
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, calls, name, str(case), *options],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (130, ""), done.stderr
    assert done.stderr == "graphviz-lstm: interrupted: nothing was written\n"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
