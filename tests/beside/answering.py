"""Answer each command of a list for each net of a folder, by whichever tree's package Python finds.

A script, started with the tree on `PYTHONPATH`: a tree that is older than this file is asked too.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import time
from pathlib import Path

# What is told of a net as numbers, and what is drawn of it.
COMMANDS = (
    "paths --top 3 --json",
    "paths --group-by crossings --json",
    "paths --group-by gates --json",
    "units --json",
    "check --json",
    "triangle --json",
    "routes --json",
    "compare --json",
    "draw -o flow.svg",
    "draw --by gates -o gates.svg",
    "draw --view rolled -o rolled.svg",
)


def answer(net: Path, command: str) -> dict[str, object]:
    """Return how a command ended in this folder, what it told or wrote, and the seconds of the processor."""
    from graphviz_lstm.interfaces.cli import main

    name, *options = command.split()
    out, err, status = io.StringIO(), io.StringIO(), "0"
    began = time.process_time()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main([name, str(net), *options])
        except SystemExit as ended:
            status = str(ended.code or 0)
        except Exception as error:  # noqa: BLE001 -- whatever it is, the other tree may have it too
            status = repr(error)
    took = time.process_time() - began
    written = Path(options[-1])
    told = written.read_text("utf-8") if "-o" in options and status == "0" else out.getvalue()
    return {"status": status, "told": told, "error": err.getvalue(), "seconds": took}


def main() -> None:
    """Write `{net: {command: answer}}` for a folder of nets to a file, in the folder where this is run."""
    folder, into = map(Path, sys.argv[1:])
    told = {net.stem: {each: answer(net, each) for each in COMMANDS} for net in sorted(folder.glob("*.json"))}
    into.write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    # No thread of the linear algebra beside others: a processor's time would be that of waiting.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    main()
