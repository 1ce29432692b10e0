"""A long run of drawn calls: `python -m tests.fuzz --calls 1000000`; it ends with status 1 if anything was wrong.

What it counted is written to `tests/fuzz/RESULTS.md`: whoever runs it again with the same seed has the same calls.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import resource
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fuzz.running import KINDS, LONGEST, fuzz

if TYPE_CHECKING:
    from tests.fuzz.running import Results

RESULTS = Path(__file__).with_name("RESULTS.md")
_MOST_BYTES = 8 * 2**30
_WORDS = {
    "traceback": "tracebacks (warnings too)",
    "hang": f"hangs over {LONGEST:g} s",
    "number": "NaN or infinity in an output that does not say why",
    "unsound": "other ends: a status that is none, an error of more than one line, what does not show",
}


def main() -> None:
    """Run, write the results, tell what was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop then, however many calls there were")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=RESULTS, help="where the results are written")
    asked = parser.parse_args()
    # What takes all memory of a machine is found as an error, and the machine goes on.
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))
    results = fuzz(asked.calls, start=asked.seed, seconds=asked.seconds)
    asked.out.write_text(told(results, asked.calls, asked.seed), encoding="utf-8")
    for key, times in results.found.most_common():
        call = results.first[key]
        print(f"{times} x {': '.join(key)}", json.dumps(call.arguments), json.dumps(call.files), sep="\n  ")
    sys.exit(1 if results.found else 0)


def told(results: Results, due: int, seed: int) -> str:
    """Return the results as a page."""
    rate = results.calls / results.seconds if results.seconds else 0.0
    whole = "all that were asked for" if results.calls == due else f"of {due:,} asked for; stopped by the time given"
    rows = [
        ("calls", f"{results.calls:,} ({whole})"),
        *((f"of them `{command}`", f"{times:,}") for command, times in sorted(results.commands.items())),
        *((f"ended with {end}", f"{times:,}") for end, times in sorted(results.ends.items())),
        *((_WORDS[kind], f"{results.of(kind):,}") for kind in KINDS),
    ]
    day = f"{dt.datetime.now(dt.UTC):%Y-%m-%d}"
    lines = [
        "# The last long run of the fuzzer",
        "",
        f"`python -m tests.fuzz --calls {due} --seed {seed}`, on {day}, at commit {_commit()},",
        f"Python {platform.python_version()}: {results.seconds:,.0f} s, {rate:.1f} calls a second.",
        "",
        "| what | how many |",
        "|---|---|",
        *(f"| {what} | {number} |" for what, number in rows),
        "",
    ]
    if results.found:
        lines += ["What was wrong, each with its number of calls:", ""]
        lines += [f"- {times} x {kind}: {what}" for (kind, what), times in results.found.most_common()] + [""]
    return "\n".join(lines)


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty", "--abbrev=9"]
    try:
        ended = subprocess.run(command, cwd=RESULTS.parent, capture_output=True, text=True, check=False)
    except FileNotFoundError:  # a machine without git
        return "unknown"
    return ended.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
