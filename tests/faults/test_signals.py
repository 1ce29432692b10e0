"""SIGINT, SIGTERM and SIGHUP: one line that says what is written already, and the exit status that shells expect."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.faults.commands import COMMAND, COUNTING, contents, environment, left_behind, run, run_until

if TYPE_CHECKING:
    from pathlib import Path

ENDINGS = [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated"), (signal.SIGHUP, 129, "hung up")]


@pytest.mark.parametrize(("number", "status", "word"), ENDINGS)
def test_before_anything_is_out_nothing_was_written(
    tmp_path: Path, number: signal.Signals, status: int, word: str
) -> None:
    """In the middle of the work, where a figure is drawn."""
    done = run_until(number, 3, "draw -o x.svg", tmp_path, module="render.py", function="_run")
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr == f"graphviz-lstm: {word}: nothing was written\n"
    assert not (tmp_path / "x.svg").exists()
    assert left_behind(tmp_path) == []


@pytest.mark.parametrize("calls", [2, 10, 40, 70])
@pytest.mark.parametrize(("number", "status", "word"), ENDINGS[:2])
def test_while_files_are_written_they_are_written_first(
    tmp_path: Path, number: signal.Signals, status: int, word: str, calls: int
) -> None:
    """A signal that comes when the writing has begun takes effect when it is done, and the words say so."""
    done = run_until(number, calls, "paths -o x.csv", tmp_path, module="files.py", function="uninterrupted")
    said = "'x.csv' was written" if (tmp_path / "x.csv").exists() else "nothing was written"
    assert (done.returncode, done.stderr) == (status, f"graphviz-lstm: {word}: {said}\n")
    assert {path.name for path in tmp_path.iterdir()} <= {"x.csv", "home", "tmp"}


@pytest.mark.parametrize(("module", "function"), [("together.py", "_recur_back"), ("triangle.py", "adjoints_by_exit")])
def test_a_batch_ends_where_it_is_interrupted(tmp_path: Path, module: str, function: str) -> None:
    """In the middle of its gradients, and of its shares: nothing is left."""
    arguments = "batch adding --by lag --top 0 -o x.json"
    done = run_until(signal.SIGINT, 500, arguments, tmp_path, module=module, function=function)
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr == "graphviz-lstm: interrupted: nothing was written\n"
    assert not (tmp_path / "x.json").exists()
    assert left_behind(tmp_path) == []


def test_what_is_printed_is_told_as_well(tmp_path: Path) -> None:
    """`check` prints each parameter as it goes."""
    done = run_until(signal.SIGINT, 2000, "check", tmp_path, module="outcome.py", function="say")
    assert done.stdout.startswith("Check of dE/dW_A: all ways agree")
    assert "dE/db_o" not in done.stdout
    assert (done.returncode, done.stderr) == (130, "graphviz-lstm: interrupted: what was printed may not be all\n")


def test_after_the_files_of_an_answer_are_there_they_are_told_of(tmp_path: Path) -> None:
    """Though nothing was printed yet."""
    done = run_until(signal.SIGINT, 1, "explain --out out", tmp_path, module="words.py", function="describe_answer")
    assert (done.returncode, done.stdout) == (130, "")
    files = contents(tmp_path / "out")
    assert done.stderr == f"graphviz-lstm: interrupted: {len(files)} files were written to 'out'\n"


@pytest.mark.parametrize("calls", [1, 40, 400, 3000, 6000])
@pytest.mark.parametrize(("number", "status", "word"), ENDINGS[:2])
def test_while_the_command_starts_a_signal_is_one_line_too(
    tmp_path: Path, number: signal.Signals, status: int, word: str, calls: int
) -> None:
    """From its first call on, in whatever module that is loaded; no traceback."""
    done = run_until(number, calls, "count", tmp_path, module="__main__.py", function="_open_what_is_closed")
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr == f"graphviz-lstm: {word}: nothing was written\n"


@pytest.mark.parametrize(("number", "status", "word"), ENDINGS)
def test_a_signal_that_strikes_where_python_swallows_it_is_not_lost(
    tmp_path: Path, number: signal.Signals, status: int, word: str
) -> None:
    """As in a callback of the import system; what goes on there would go on for ever."""
    program = f"""
import os, time, weakref
from graphviz_lstm.interfaces.cli import main
from graphviz_lstm.reports import Study

class Thing:
    pass

def count(self, steps):
    thing = Thing()
    reference = weakref.ref(thing, lambda _: os.kill(os.getpid(), {int(number)}))
    del thing
    while True:
        time.sleep(0.01)

Study.count = count
main()
"""
    done = run("count", tmp_path, program=(sys.executable, "-c", program))
    assert (done.returncode, done.stderr) == (status, f"graphviz-lstm: {word}: nothing was written\n")


def test_an_interrupt_of_which_python_makes_another_error_is_an_interrupt(tmp_path: Path) -> None:
    """As it does, up to 3.11, where a class is made whose attributes want to know their names."""
    program = """
import os, signal, time
from graphviz_lstm.interfaces.cli import main
from graphviz_lstm.reports import Study

class Field:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(60)

def count(self, steps):
    try:
        type("Made", (), {"field": Field()})
    except KeyboardInterrupt as stop:
        raise RuntimeError("Error calling __set_name__") from stop

Study.count = count
main()
"""
    done = run("count", tmp_path, program=(sys.executable, "-c", program))
    assert (done.returncode, done.stderr) == (130, "graphviz-lstm: interrupted: nothing was written\n")


def test_while_options_are_read_an_interrupt_is_one_line_too(tmp_path: Path) -> None:
    """Without the empty one that click would add."""
    done = run_until(signal.SIGINT, 2, "count", tmp_path, module="core.py", function="make_context")
    assert (done.returncode, done.stderr) == (130, "graphviz-lstm: interrupted: nothing was written\n")


def test_what_is_told_to_ignore_a_hangup_does(tmp_path: Path) -> None:
    """As `nohup` tells it."""
    arguments = [str(int(signal.SIGHUP)), "render.py", "_run", "3", "draw", "-o", "x.svg"]
    code = f"import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n{COUNTING}"
    done = run(arguments, tmp_path, program=(sys.executable, "-c", code))
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "x.svg").exists()


def test_a_pipe_is_written_to_as_it_is(tmp_path: Path) -> None:
    """It is not replaced by a file."""
    os.mkfifo(tmp_path / "x.csv")
    with subprocess.Popen(
        [*COMMAND, "paths", "-o", "x.csv"], cwd=tmp_path, env=environment(tmp_path), stderr=subprocess.PIPE, text=True
    ) as process:
        content = (tmp_path / "x.csv").read_text()
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, "")
    assert content == run("paths --csv", tmp_path).stdout
    assert (tmp_path / "x.csv").is_fifo()


def test_a_pipe_that_nobody_reads_can_be_interrupted(tmp_path: Path) -> None:
    """Nobody knows how long that takes: there an interrupt is not held back."""
    os.mkfifo(tmp_path / "x.csv")
    done = run_until(signal.SIGINT, 1, "paths -o x.csv", tmp_path, module="files.py", function="_write_into")
    assert (done.returncode, done.stderr) == (130, "graphviz-lstm: interrupted: nothing was written\n")
