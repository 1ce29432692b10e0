"""Each writing command ended at random moments: what is found afterwards is what was there, or all that is due.

Run the whole with `python -m tests.faults.kill --times 100`; the tests take a sample. At which place a moment finds the
command depends on the machine; what may be found does not.
"""

from __future__ import annotations

import argparse
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from graphviz_lstm.interfaces.endings import WORDS
from tests.faults.commands import COMMAND, WRITING, another_example, contents, environment, left_behind, run

# Tells that the command has begun to listen: what happens before is Python's own.
_STARTED = """
from graphviz_lstm import __main__ as command

def begin(begin=command._open_what_is_closed):
    print(end="\\0", flush=True)
    begin()

command._open_what_is_closed = begin
command.main()
"""


@dataclass(slots=True)
class Found:
    """How often each thing was found, and what should not have been."""

    times: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def end_at_random(command: str, times: int, number: signal.Signals, *, fresh: bool, seed: int = 0) -> Found:
    """End a command so many times, in a folder with the results of another example, or in a fresh one."""
    found = Found()
    draw = random.Random(seed)  # noqa: S311 -- moments, not secrets
    with TemporaryDirectory(prefix="faults-") as name:
        folder = Path(name)
        before, after, longest = _both(command, folder, fresh=fresh)
        for _ in range(times):
            restore(folder / "out", before)
            moment = draw.uniform(0.0, longest)
            status, said = _ended(command, folder, number, moment)
            now = contents(folder / "out")
            what = "before" if now == before else "after" if now == after else "wrong"
            found.times[what] += 1
            if what == "wrong":
                found.wrong.append(f"{command} at {moment:.3f} s: {_difference(now, before, after)}")
            if left := left_behind(folder):
                found.wrong.append(f"{command} at {moment:.3f} s left {left}")
                shutil.rmtree(folder / "tmp")
            if number is not signal.SIGKILL and (told := _untrue(number, status, said, what)):
                found.wrong.append(f"{command} at {moment:.3f} s: {told}")
    return found


def _both(command: str, folder: Path, *, fresh: bool) -> tuple[dict[str, bytes], dict[str, bytes], float]:
    """Return what is in the folder before and after a command, and how long it takes."""
    arguments = WRITING[command]
    another_example(folder)
    if not fresh:
        (folder / "out").mkdir()
        assert run(arguments.format(example="gomez"), folder).returncode == 0
    elif command != "explain":  # which makes its folder
        (folder / "out").mkdir()
    before = contents(folder / "out")
    begun = time.monotonic()
    assert run(arguments.format(example="gomez.json"), folder).returncode == 0
    return before, contents(folder / "out"), time.monotonic() - begun


def restore(out: Path, before: dict[str, bytes]) -> None:
    """Let a folder hold what was there before, and nothing else."""
    there = out.exists()
    shutil.rmtree(out, ignore_errors=True)
    for name, content in before.items():
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_bytes(content)
    if there and not before:
        out.mkdir()


def _ended(command: str, folder: Path, number: signal.Signals, moment: float) -> tuple[int, str]:
    """Run a command, end it after so many seconds, and return its status and what it said when all has ended."""
    arguments = WRITING[command].format(example="gomez.json").split()
    program = COMMAND if number is signal.SIGKILL else (sys.executable, "-c", _STARTED)
    with subprocess.Popen(
        [*program, *arguments],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        if number is not signal.SIGKILL:
            process.stdout.read(1)
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.send_signal(number)
        # Until the last process that holds these pipes has ended: the one that writes outlives a kill of the command.
        _, said = process.communicate(timeout=60)
    return process.returncode, said.decode()


def _untrue(number: signal.Signals, status: int, said: str, found: str) -> str:
    """Return what is wrong with the words of a command that was ended, and with its status."""
    if status == 0:
        return "" if found == "after" and not said else f"status {status}, {said!r}, and found {found}"
    told = "nothing was written" if found == "before" else " written"
    as_due = (
        status == 128 + number and said.startswith(f"graphviz-lstm: {WORDS[number.name]}: ") and said.count("\n") == 1
    )
    return "" if as_due and told in said else f"status {status}, {said!r}, and found {found}"


def _difference(now: dict[str, bytes], before: dict[str, bytes], after: dict[str, bytes]) -> str:
    kinds = {
        name: "old" if before.get(name) == content else "new" if after.get(name) == content else "neither"
        for name, content in now.items()
    }
    return ", ".join(f"{name} is {kind}" for name, kind in kinds.items()) or "nothing is there"


def main() -> None:
    """Tell how often a command had written nothing yet, and how often all; end with status 1 if ever anything else."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=100, help="for each command")
    parser.add_argument("--signal", choices=("KILL", "INT", "TERM", "HUP"), default="KILL")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("commands", nargs="*", default=list(WRITING), metavar="COMMAND")
    asked = parser.parse_args()
    if unknown := [command for command in asked.commands if command not in WRITING]:
        parser.error(f"no command that writes: {unknown[0]!r} (must be one of {', '.join(WRITING)})")
    wrong: list[str] = []
    for command in asked.commands:
        number = signal.Signals[f"SIG{asked.signal}"]
        for fresh in (False, True):
            found = end_at_random(command, asked.times // 2, number, fresh=fresh, seed=asked.seed)
            wrong += found.wrong
            where = "a fresh folder" if fresh else "a folder with older results"
            print(f"{command} in {where}: {dict(sorted(found.times.items()))}", *found.wrong, sep="\n  ", flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
