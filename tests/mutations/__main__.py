"""Mutations of the central rooms: `python -m tests.mutations` tries all (hours), `--sample 60` some.

First all tests are run once, to see which come to which lines: only these can notice that one is another. It ends
with status 1 if one survives that `tests/mutations/survivors.md` does not explain; with `--least 0.5` only if fewer
than half are noticed.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import sys
from typing import TYPE_CHECKING

from tests.mutations.mutating import copied, mutated_modules, places, sample, try_mutants
from tests.mutations.reaching import gathered
from tests.mutations.survivors import listed_survivors

if TYPE_CHECKING:
    from tests.mutations.mutating import Mutant


def main() -> None:
    """Try mutants, print each that survives as a row of the list, and the score of each room."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, help="try so many, as many of each room  [default: all]")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--skip", type=int, default=0, help="leave out so many of the sample: those of a run before")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin none after so many")
    parser.add_argument("--least", type=float, default=1.0, help="which share must be noticed  [default: all]")
    parser.add_argument("--patience", type=float, default=60.0, help="seconds of tests that each must survive")
    parser.add_argument("--processes", type=int, default=2, help="so many are tried at a time")
    parser.add_argument("--quick", action="store_true", help="by quick tests alone, which come to fewer lines")
    parser.add_argument("--list", action="store_true", help="print the mutants, and try none")
    parser.add_argument("patterns", nargs="*", metavar="PART", help="only modules whose place has this in it")
    asked = parser.parse_args()
    everything = places(*asked.patterns)
    until = None if asked.sample is None else asked.skip + asked.sample
    chosen = list(itertools.islice(sample(everything, seed=asked.seed), asked.skip, until))
    known = listed_survivors()
    due = [mutant for mutant in chosen if mutant.key not in known]
    print(f"{len(everything)} places, {len(chosen)} mutants, {len(chosen) - len(due)} of them explained", flush=True)
    if asked.list:
        print(*due, sep="\n")
        return
    with contextlib.ExitStack() as stack:
        copies = [stack.enter_context(copied()) for _ in range(asked.processes)]
        reach = gathered(copies[0], mutated_modules(), processes=asked.processes, quick=asked.quick)
        results = try_mutants(due, copies, reach, patience=asked.patience, seconds=asked.seconds, tell=tell)
    for room, tried in sorted(results.tried.items()):
        print(f"{room}: {results.killed[room]} of {tried} noticed")
    print(*results.survivors, sep="\n")
    tried = sum(results.tried.values())
    print(f"{sum(results.killed.values())} of {tried} noticed, at least {asked.least:.0%} must be")
    sys.exit(0 if tried and sum(results.killed.values()) >= asked.least * tried else 1)


def tell(mutant: Mutant, outcome: str, seconds: float) -> None:
    """Print how one ended."""
    print(f"{outcome} {seconds:.0f} s {mutant.module}:{mutant.line} {mutant.before} => {mutant.after}", flush=True)


if __name__ == "__main__":
    main()
