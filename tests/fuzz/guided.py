"""Readings guided by coverage: `python -m tests.fuzz.guided --readings 100000`; it needs atheris.

A text that comes to lines of the package where none came before is kept, and spoilt further. It ends with status 1 if
anything was wrong, and tells the first text of each kind of fault.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from random import Random

import atheris

with atheris.instrument_imports(include=["graphviz_lstm"]):
    from tests.fuzz.readings import READERS, Reading, judge, texts
from tests.fuzz.running import Results
from tests.fuzz.spoiling import spoilt

_KINDS = tuple(READERS)


def main() -> None:
    """Run; libFuzzer never returns, so that the end is told by whoever comes to it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--readings", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop then, however many there were")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    results, began = Results(), time.monotonic()

    def one(data: bytes) -> None:
        judge(_reading(data), results)
        if results.calls >= asked.readings or time.monotonic() - began >= asked.seconds:
            results.seconds = time.monotonic() - began
            _tell(results)

    # libFuzzer's own clock would take ours; what it calls corpus is in memory alone.
    options = [sys.argv[0], f"-seed={asked.seed}", "-timeout=0", "-max_len=4000", "-verbosity=0", "-rss_limit_mb=8192"]
    atheris.Setup(options, one, custom_mutator=_spoil)
    atheris.Fuzz()


def _reading(data: bytes) -> Reading:
    """Return what bytes stand for: the first says what the others are read as."""
    return Reading(_KINDS[data[0] % len(_KINDS) if data else 0], data[1:].decode("utf-8", "surrogateescape"))


def _spoil(data: bytes, most: int, seed: int) -> bytes:
    """Return another text of the same kind, or now and then a good one to begin with."""
    draw = Random(seed)  # noqa: S311 -- what is tried, no secret
    if len(data) < 2 or draw.random() < 0.05:
        which = draw.randrange(len(_KINDS))
        text = draw.choice(texts()[_KINDS[which]])
    else:
        which, text = data[0], _reading(data).text
    return bytes([which]) + spoilt(text, draw).encode("utf-8", "surrogatepass")[: most - 1]


def _tell(results: Results) -> None:
    ends = ", ".join(f"{times:,} {end}" for end, times in sorted(results.ends.items()))
    print(f"{results.calls:,} readings guided by coverage in {results.seconds:.0f} s: {ends}")
    for (kind, what), times in results.found.most_common():
        print(f"{times} x {kind}: {what}", ascii(results.first[kind, what]), sep="\n  ")
    sys.stdout.flush()
    os._exit(1 if results.found else 0)


if __name__ == "__main__":
    main()
