"""What is proved of each cell of the library, and how long it takes.

    python -m benchmarks.proofs             # prints, and writes benchmarks/PROOFS.md

Each cell and number of steps has a process of its own, which is stopped after a minute of processor time.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from measuring import machine, table

from graphviz_lstm.cells import CELLS
from graphviz_lstm.gradients.symbolic.proof import MOST_PRODUCTS, prove

LONGEST = 60
"""Seconds of processor time: proofs that take longer are not waited for."""
ASKED = ((1, 1), (1, 2), (1, 3), (2, 1), (2, 2))
"""Units, and steps."""
WORKERS = 2
METHOD = f"""\
`python -m benchmarks.proofs`: for every parameter of a cell, with general functions and half the squared error at every
step, the paths are summed, and the sum is held against sympy's derivative of the loss with everything put in: the
difference is the polynomial 0. Of two units the partials are matrices, of one input, and every entry of a parameter is
proved. Paths and terms are those of all parameters together. Times are processor time on one core; a proof is stopped
after {LONGEST} s. The products of partials, each of which is a sum itself, are multiplied out, and it is their terms
that are many: a proof that would have more than {MOST_PRODUCTS:,.0f} for one parameter is refused."""
FILE = Path(__file__).with_name("PROOFS.md")


def alone(name: str, units: int, steps: int) -> None:
    """Prove it for every parameter of a cell, and print paths and terms, those of all together, and seconds."""
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))
    start = time.process_time()
    proofs = prove(CELLS[name], steps, units=units)
    seconds = time.process_time() - start
    print(sum(proof.paths for proof in proofs), sum(proof.terms for proof in proofs), seconds)


def cell_of_table(name: str, units: int, steps: int) -> str:
    """Return how a proof ended, in a process of its own: paths, terms, seconds."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.proofs", name, str(units), str(steps)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode < 0:
        return f"stopped after {LONGEST} s"
    if done.returncode:
        raise SystemExit(done.stderr)
    paths, terms, seconds = done.stdout.split()
    return f"{int(paths):,} paths, {int(terms):,} terms, {float(seconds):.1f} s"


def main() -> None:
    """Prove all, and write the table."""
    # The longest first. Processor time does not depend on what else runs.
    asked = [(name, *size) for size in reversed(ASKED) for name in CELLS]
    with ThreadPoolExecutor(WORKERS) as pool:
        ends = dict(zip(asked, pool.map(cell_of_table, *zip(*asked, strict=True)), strict=True))
    rows = [[f"`{name}`", *(ends[name, *size] for size in ASKED)] for name in CELLS]
    text = "\n".join(
        [
            "# Which cells are proved, and how long it takes",
            "",
            *METHOD.splitlines(),
            "",
            machine() + ".",
            "",
            table(
                ["cell", *(f"{'one unit' if units == 1 else 'two units'}, T = {steps}" for units, steps in ASKED)], rows
            ),
            "",
        ]
    )
    print(text)
    FILE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        alone(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    else:
        os.nice(5)
        main()
