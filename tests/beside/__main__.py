"""What a change makes of ordinary nets: `python -m tests.beside COMMIT` asks this tree and that commit's the same.

Nets of every cell, of few units and of many, are made by this tree; each tree answers the same commands about them, in
a process of its own. Whatever differs by more than rounding is told, and how long both took; the status is 1 then. Laws
name what may break; this finds what no law names.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from graphviz_lstm.cells import CELLS
from graphviz_lstm.problems.write import problem_to_json
from tests.beside.answering import COMMANDS
from tests.beside.differing import differences
from tests.examples import random_example

ROOT = Path(__file__).parents[2]
SIZES = ((1, 3, 0.5), (3, 5, 1.0), (3, 5, 3.0), (16, 40, 0.5))
"""Units, steps, and how large parameters are."""
_FEW = 5
Answers = Mapping[str, Mapping[str, Mapping[str, object]]]


def main() -> None:
    """Ask both trees, tell what differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commit", help="what this tree is held against")
    parser.add_argument("--cells", default=",".join(CELLS), help="some of the library, with commas")
    parser.add_argument("--units", type=int, default=16, help="nets of at most so many")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    with TemporaryDirectory(prefix="beside-") as name, _tree_of(asked.commit, Path(name) / "before") as before:
        nets = Path(name) / "nets"
        nets.mkdir()
        for cell in asked.cells.split(","):
            write_nets(nets, cell, asked.units, asked.seed)
        with ThreadPoolExecutor(2) as pool:
            old, new = pool.map(lambda tree: ask(tree, nets, Path(name)), (before, ROOT))
    lines = told(old, new)
    print(*lines, *times(old, new), sep="\n")
    sys.exit(1 if lines else 0)


def write_nets(folder: Path, cell: str, units: int, seed: int) -> None:
    """Write a net of each size of a cell that has at most so many units."""
    for hidden, steps, scale in SIZES:
        if hidden <= units:
            example = random_example(CELLS[cell], hidden=hidden, steps=steps, scale=scale, seed=seed)
            (folder / f"{cell}-{hidden}-{steps}-{scale:g}.json").write_text(problem_to_json(example.problem), "utf-8")


def ask(tree: Path, nets: Path, folder: Path) -> Answers:
    """Return what a tree's package answers about nets; files of its own go into a folder beside them."""
    own = folder / f"by-{tree.name}"
    own.mkdir()
    script, into = Path(__file__).with_name("answering.py"), own / "answers.json"
    surroundings = {**os.environ, "PYTHONPATH": str(tree)}
    subprocess.run([sys.executable, script, nets, into], cwd=own, env=surroundings, check=True)
    answers: Answers = json.loads(into.read_text("utf-8"))
    return answers


def told(old: Answers, new: Answers) -> list[str]:
    """Return what differs, net by net and command by command, of each the first few things."""
    lines = []
    for net, answers in new.items():
        for command, answer in answers.items():
            found = differences(old[net][command], answer)
            more = [f"    and {len(found) - _FEW} more"] if len(found) > _FEW else []
            lines += [f"{net}: {command}", *(f"    {each}" for each in found[:_FEW]), *more] if found else []
    return lines


def times(old: Answers, new: Answers) -> list[str]:
    """Return a line for each command: the seconds of the processor that all nets took, before and now."""
    spent = {
        command: [sum(float(str(of_one[command]["seconds"])) for of_one in each.values()) for each in (old, new)]
        for command in COMMANDS
    }
    return [f"{before:8.1f} s {now:8.1f} s  {command}" for command, (before, now) in spent.items()]


@contextmanager
def _tree_of(commit: str, folder: Path) -> Iterator[Path]:
    """Check a commit out beside this tree, and take it away again."""
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(folder), commit], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)


if __name__ == "__main__":
    main()
