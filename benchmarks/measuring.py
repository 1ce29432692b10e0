"""How the benchmarks measure: processor time on one core, the least of several runs, and tables of it.

The machines that they run on are shared. What a program took of one core does not depend on what others do there, and
is fair to every library: none has more than that core.
"""

from __future__ import annotations

import gc
import math
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

METHOD = """\
Times are processor time on one core, the least of several runs: the machine has two cores and is shared with other
programs, whose load the clock on the wall would tell too. Each library has that one core."""


def on_one_core() -> None:
    """Begin again on one core, unless it is so already: libraries look at how many there are when they are loaded."""
    cores = os.sched_getaffinity(0)
    if len(cores) > 1:
        os.sched_setaffinity(0, {min(cores)})
        os.execv(sys.executable, [sys.executable, *sys.argv])  # noqa: S606 -- this very program


def best(call: Callable[[], Any], times: int = 3) -> float:
    """Return the least number of seconds of a few runs."""
    return min(in_turn({"": call}, times).values())


def in_turn(calls: dict[str, Callable[[], Any]], times: int) -> dict[str, float]:
    """Return the least number of seconds of each call, the calls taken in turn."""
    seconds = dict.fromkeys(calls, math.inf)
    for _ in range(times):
        for name, call in calls.items():
            gc.collect()
            seconds[name] = min(seconds[name], once(call)[1])
    return seconds


def once(call: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a call returns, and its seconds."""
    start = time.process_time()
    found = call()
    return found, time.process_time() - start


def peak() -> int:
    """Return the largest memory of this process so far, in MB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def run_alone(script: str, *arguments: str) -> list[str]:
    """Return the words that a process of its own prints."""
    done = subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.split()


def machine() -> str:
    """Return what this machine is."""
    model = platform.processor() or "unknown"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}"


def table(header: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in lines)
