"""The command as a process of its own, in a folder of its own: its temporary folder and home too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
GOMEZ = ROOT / "graphviz_lstm" / "problems" / "gomez.json"
COMMAND = (sys.executable, "-m", "graphviz_lstm")

# Every command that writes, and what it is asked for: all that it writes is in the folder `out`.
WRITING = {
    "explain": "explain {example} --out out",
    "draw": "draw {example} -o out/figure.svg",
    "strip": "strip {example} -o out/strip.svg",
    "paths": "paths {example} -o out/paths.csv",
    "triangle": "triangle {example} -o out/triangle.json",
    "units": "units {example} -o out/units.svg",
    "routes": "routes {example} -o out/routes.svg",
    "before-after": "before-after {example} {example} -o out/change.csv",
    "batch": "batch {example} {example} -o out/sequences.csv",
    "train-curve": "train-curve {example} {example} -o out/curve.html",
    "derive": "derive {example} -o out/derivation.html",
    "page": "page {example} --source W_A -o out/page.html",
}

# The command, with a profiler that counts its calls of functions: `when` says from which one on, and how many later
# what is to happen happens. So it happens at the same place, however fast or busy the machine is. A process that the
# command splits off counts on, and what it does is done to the command too.
COUNTING = """
import os, signal, sys

command, number, module, function, left = os.getpid(), int(sys.argv[1]), *sys.argv[2:4], int(sys.argv[4])
del sys.argv[1:5]
begun = not function

def count(frame, event, argument):
    global begun, left
    if event != "call":
        return
    code = frame.f_code
    begun = begun or (code.co_name == function and code.co_filename.endswith(module))
    left -= begun
    if left == 0:
        sys.setprofile(None)
        os.kill(command, number)

sys.setprofile(count)
from graphviz_lstm.__main__ import main
main()
"""


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return an environment whose temporary folder and home lie in `folder`."""
    for name in ("tmp", "home"):
        (folder / name).mkdir(exist_ok=True)
    # So that Matplotlib has looked at the fonts once, and not in each home.
    cache = {"MPLCONFIGDIR": str(Path(os.environ.get("MPLCONFIGDIR") or Path.home() / ".cache" / "matplotlib"))}
    mine = {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp"), "HOME": str(folder / "home"), "COLUMNS": "80"}
    kept = {name: value for name, value in os.environ.items() if name not in ("LC_ALL", "LANG", "PYTHONIOENCODING")}
    return kept | cache | mine | more


def run(
    arguments: str | Sequence[str],
    folder: Path,
    *,
    program: Sequence[str] = COMMAND,
    encoding: str = "utf-8",
    more: dict[str, str] | None = None,
    **options: object,
) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder until all that it has started has ended, and return what came of it."""
    given = arguments.split() if isinstance(arguments, str) else arguments
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [*program, *given],
        cwd=options.get("cwd", folder),
        env=environment(folder, **(more or {})),
        encoding=encoding,
        errors="surrogateescape",
        timeout=120,
        check=False,
        **{name: value for name, value in streams.items() if name != "cwd"},
    )


def run_until(
    number: int, calls: int, arguments: str, folder: Path, *, module: str = "", function: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the command, and send it a signal after so many calls, counted from a function on where one is named."""
    program = (sys.executable, "-c", COUNTING, str(int(number)), module, function, str(calls))
    return run(arguments, folder, program=program)


def another_example(folder: Path) -> Path:
    """Return a file `gomez.json` with other numbers than the built-in example: so its results have the same names."""
    data = json.loads(GOMEZ.read_text("utf-8"))
    data["parameters"]["W_A"] = [[0.9, 0.1]]
    file = folder / "gomez.json"
    file.write_text(json.dumps(data), "utf-8")
    return file


def contents(folder: Path) -> dict[str, bytes]:
    """Return path -> bytes of everything below a folder, hidden files too; an empty folder has no bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in folder.rglob("*")
        if not path.is_dir() or not any(path.iterdir())
    }


def left_behind(folder: Path) -> list[str]:
    """Return what a command that ran in this folder left in its temporary folder and home."""
    return sorted(name for part in ("tmp", "home") for name in contents(folder / part))
