"""What a run of calls came to so far, in a file: a run that takes a day may be ended, and gone on with later."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fuzz.drawn import Call
from tests.fuzz.running import Results

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(slots=True)
class Kept:
    """A run of calls.

    Attributes
    ----------
    seed
        Of its first batch.
    results
        Of its whole batches.
    parts
        Where they were run, a day and a commit -> how many calls.
    """

    seed: int
    results: Results = field(default_factory=Results)
    parts: Counter[str] = field(default_factory=Counter)

    def note(self, where: str) -> None:
        """Take note of where the last batches were run."""
        self.parts[where] += self.results.calls - self.parts.total()


def read_kept(path: Path, seed: int) -> Kept:
    """Return the run of a seed that a file keeps; one that is to begin where there is no file.

    Raises
    ------
    ValueError
        If the file keeps a run of another seed.
    """
    if not path.exists():
        return Kept(seed)
    told = json.loads(path.read_text(encoding="utf-8"))
    if told["seed"] != seed:
        raise ValueError(f"the run in {path} is of seed {told['seed']}, not of {seed}")
    results = Results(told["calls"], told["batches"], told["seconds"], Counter(told["ends"]), Counter(told["commands"]))
    for kind, what, times, call in told["found"]:
        results.found[kind, what] = times
        results.first[kind, what] = Call(*call)
    return Kept(seed, results, Counter(told["parts"]))


def write_kept(kept: Kept, path: Path) -> None:
    """Write a run to its file, whole or not at all."""
    results = kept.results
    told = {
        "seed": kept.seed,
        "calls": results.calls,
        "batches": results.batches,
        "seconds": results.seconds,
        "ends": results.ends,
        "commands": results.commands,
        "found": [[*key, times, results.first[key]] for key, times in results.found.items()],
        "parts": kept.parts,
    }
    aside = path.with_name(f"{path.name}.part")
    aside.write_text(json.dumps(told, indent=1), encoding="utf-8")
    aside.replace(path)
