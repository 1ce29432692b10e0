"""A long run: `python -m tests.fuzz --calls 50000 --readings 1000000`; it ends with status 1 if anything was wrong.

Calls are of the command, drawn; readings are of texts, spoilt, as the command reads them. What was counted is written
to `tests/fuzz/RESULTS.md`, where what an earlier run counted of the other kind stays: whoever runs it again with the
same seed has the same ones. A run of calls that is ended can be gone on with: `--resume calls.json`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import resource
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fuzz.readings import read_many
from tests.fuzz.resuming import Kept, read_kept, write_kept
from tests.fuzz.running import KINDS, LONGEST, fuzz

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fuzz.running import Results

RESULTS = Path(__file__).with_name("RESULTS.md")
_MOST_BYTES = 8 * 2**30
HEAD = """# The last long runs of the fuzzer

Calls are of the command; readings are of texts as the command reads them, without the command around them.
"""
_WORDS = {
    "traceback": "tracebacks (warnings too)",
    "hang": f"hangs over {LONGEST:g} s",
    "number": "NaN or infinity in an output that does not say why",
    "unsound": "other ends: a status that is none, an error of more than one line, what does not show",
}


def main() -> None:
    """Run, write the results, tell what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000_000, help="of the command")
    parser.add_argument("--readings", type=int, default=1_000_000, help="of texts, before the calls")
    parser.add_argument(
        "--seconds", type=float, default=float("inf"), help="stop each of the two then, however many there were"
    )
    parser.add_argument("--processes", type=int, default=1, help="at once; what is tried is the same")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", type=Path, help="where the calls so far are kept; go on behind them")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the results are written")
    asked = parser.parse_args()
    # What takes all memory of a machine is found as an error, and the machine goes on.
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    # As Ctrl-C does: the processes of a run end with it, and what was found is told.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    command = " ".join(["python -m tests.fuzz", *sys.argv[1:]])
    before = asked.out.read_text(encoding="utf-8") if asked.out.exists() else ""
    runs: dict[str, tuple[Results, int]] = {}
    shown: set[tuple[str, str]] = set()
    try:
        kept = read_kept(asked.resume, asked.seed) if asked.resume else Kept(asked.seed)
    except ValueError as error:
        parser.error(str(error))
    here, batches = f"on {dt.datetime.now(dt.UTC):%Y-%m-%d}, at commit {_commit()}", kept.results.batches

    def write(name: str, due: int, results: Results) -> None:
        runs[name] = results, due
        asked.out.write_text(told(runs, command, here, kept.parts, before=before), encoding="utf-8")
        for key in sorted(results.found.keys() - shown):
            print(": ".join(key), *map(json.dumps, results.first[key]), sep="\n  ", flush=True)
        shown.update(results.found)

    def tell(results: Results) -> None:
        nonlocal batches
        kept.note(here)
        write("calls", asked.calls, results)
        # What was left in the midst of a batch is made again.
        if asked.resume and results.batches > batches:
            batches = results.batches
            write_kept(kept, asked.resume)

    # What was counted is not lost when a run is ended: it is written as it goes, the calls in batches.
    for name, run in {"readings": read_many, "calls": partial(fuzz, before=kept.results, tell=tell)}.items():
        due = getattr(asked, name)
        if due:
            write(name, due, run(due, start=asked.seed, seconds=asked.seconds, processes=asked.processes))
    sys.exit(1 if any(results.found for results, _ in runs.values()) else 0)


def told(
    runs: Mapping[str, tuple[Results, int]],
    command: str,
    here: str = "",
    parts: Mapping[str, int] | None = None,
    *,
    before: str = "",
) -> str:
    """Return what runs came to as a page: name -> the results, and how many were asked for.

    Parameters
    ----------
    runs, command, here
        What was run, by which command, on which day and at which commit.
    parts
        Of calls, where they were run that were gone on with, and how many each time.
    before
        The page that was there before: what another run counted is kept.
    """
    kept = {text.partition(":")[0].lower(): f"## {text.strip()}\n" for text in before.split("\n## ")[1:]}
    made = {}
    for name, (results, due) in runs.items():
        where = parts if parts and len(parts) > 1 and name == "calls" else {here: results.calls}
        made[name] = "\n".join(_section(name, results, due, command, where))
    return "\n".join([HEAD, *(kept | made).values()])


def _section(name: str, results: Results, due: int, command: str, parts: Mapping[str, int]) -> list[str]:
    where = "; ".join(f"{calls:,} {here}" for here, calls in parts.items()) if len(parts) > 1 else next(iter(parts))
    rate = results.calls / results.seconds if results.seconds else 0.0
    whole = "all that were asked for" if results.calls == due else f"of {due:,} asked for; stopped before"
    rows = [
        (name, f"{results.calls:,} ({whole})"),
        *((f"of them `{kind}`", f"{times:,}") for kind, times in sorted(results.commands.items())),
        *((f"ended with {end}", f"{times:,}") for end, times in sorted(results.ends.items())),
        *((_WORDS[kind], f"{results.of(kind):,}") for kind in KINDS),
    ]
    lines = [
        f"## {name.capitalize()}: {results.seconds:,.0f} s, {rate:,.1f} a second",
        "",
        f"`{command}`, {where}, Python {platform.python_version()}.",
        "",
        "| what | how many |",
        "|---|---|",
        *(f"| {what} | {number} |" for what, number in rows),
        "",
    ]
    if results.found:
        lines += ["What was wrong, each with how often:", ""]
        lines += [f"- {times} x {kind}: {what}" for (kind, what), times in results.found.most_common()] + [""]
    return lines


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=9"]
    try:
        ended = subprocess.run(command, cwd=RESULTS.parent, capture_output=True, text=True, check=False)
    except FileNotFoundError:  # a machine without git
        return "unknown"
    return ended.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
