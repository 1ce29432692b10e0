"""How much memory the gradients of many sequences take: known from shapes, and said and held to a bound before.

One step of the net is run; what its arrays come to there, they come to at every step of every sequence. The bound is
that of `find_paths(..., memory=)`: a number, the same on every machine, which whoever has more can raise.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.cells.expression import Parameter, Quantity
from graphviz_lstm.errors import InputError
from graphviz_lstm.graph.families import families_of
from graphviz_lstm.graph.forward import run
from graphviz_lstm.graph.linearized import shapes_of
from graphviz_lstm.graph.recipe import recipe_of
from graphviz_lstm.graph.threads import one_thread
from graphviz_lstm.paths.checks import physical_memory
from graphviz_lstm.paths.units.memory import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.graph.families import Family
    from graphviz_lstm.problems import Problem

_NUMBER = 8
# Of a unit graph's block: as it is, by sign, and by logarithm.
_BLOCK = 4 * _NUMBER
_MEMORY = Path("/proc/meminfo")


@dataclass(frozen=True, slots=True)
class Needed:
    """Bytes, about, and never much less than what is taken.

    Attributes
    ----------
    gradients
        Of the values and partials of all sequences at once, and of their gradients by all parameters.
    longest, all_paths
        Of the blocks of the paths through single units: of the longest sequence, of all sequences together.
    """

    gradients: int
    longest: int
    all_paths: int

    def of(self, *, by_paths: bool, top: bool) -> int:
        """Return what is taken: shares by a label of paths ask one sequence after the other, leading paths all at once.

        >>> Needed(3, 5, 20).of(by_paths=False, top=False), Needed(3, 5, 20).of(by_paths=True, top=False)
        (3, 8)
        >>> Needed(3, 5, 20).of(by_paths=True, top=True)
        23
        """
        return self.gradients + (self.all_paths if top else self.longest if by_paths else 0)


@one_thread()
def needed_by(problems: Sequence[Problem]) -> Needed:
    """Return how much memory the gradients of problems of one net take.

    Examples
    --------
    >>> from graphviz_lstm.problems import load_sequences
    >>> few, many = (needed_by(load_sequences("adding")[:count]) for count in (2, 32))
    >>> many.gradients == 16 * few.gradients, many.longest == few.longest, many.all_paths == 16 * few.all_paths
    (True, True, True)
    """
    first = problems[0]
    recipe = recipe_of(first.cell, "gate")
    inputs = {name: array[:1] for name, array in first.inputs.items()}
    with np.errstate(all="ignore"):
        trace = run(recipe, first.parameters, inputs, first.initial, 1)
        shapes = shapes_of(trace, first)
        families = [family for found in families_of(trace, shapes).values() for family in found]
    moving: dict[int, Any] = {}
    for slot, values in enumerate(trace.slots):
        if slot not in recipe.constant and isinstance(values, np.ndarray):
            _keep(moving, values)
    for family in families:
        for term in family.terms:
            for factor in term:
                if factor.moving:
                    _keep(moving, factor.coefficient)
    each = sum(array.nbytes for array in moving.values())
    each += _NUMBER * sum(prod(shapes[name]) for name in recipe.quantities)
    own = _NUMBER * sum(array.size for array in first.parameters.values())
    steps = [problem.steps for problem in problems]
    blocks = _BLOCK * sum(_entries(family) for family in families)
    return Needed(each * sum(steps) + own * len(steps), blocks * max(steps), blocks * sum(steps))


def require_fits(needed: int, sequences: int, memory: float) -> None:
    """Refuse what would take more than `memory` bytes, or, where that is more than usual, more than the machine has.

    Raises
    ------
    InputError
        If it would; the line says how to go on.
    """
    takes = f"the gradients of {sequences:,} sequences take about {told(needed)}"
    if needed > memory:
        raise InputError(
            f"{takes} (at most {told(memory)}; memory= or --memory allows more): ask of fewer, for no leading "
            "paths (--top 0), or by 'lag'"
        )
    there = free_memory() if memory > MOST_BYTES else None
    if there is not None and needed > there:
        raise InputError(f"{takes} (this machine has {told(there)} left): ask of fewer sequences")


def free_memory() -> int | None:
    """Return the bytes of memory that may still be taken on this machine; None where it does not say."""
    try:
        lines = _MEMORY.read_text("ascii").splitlines()
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, IndexError, StopIteration):  # no other system has this file
        return physical_memory()


def told(size: float) -> str:
    """Return a size as text.

    >>> told(2.4e9), told(3e5), told(99_500), told(120)
    ('2.4 GB', '0.3 MB', '99.5 kB', '0.1 kB')
    """
    for bound, unit in ((1e8, "GB"), (1e5, "MB")):
        if size >= bound:
            return f"{size / (10 * bound):,.1f} {unit}"
    return f"{size / 1e3:,.1f} kB"


def _keep(arrays: dict[int, Any], array: Any) -> None:
    """Note the memory that an array lies in, once."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    arrays[id(array)] = array


def _entries(family: Family) -> int:
    """Return how many numbers the block of a family has at one step; of what is no quantity, only what enters."""
    head, tail = prod(family.head_shape), prod(family.tail_shape)
    if isinstance(family.tail, Parameter):
        return head
    if not isinstance(family.tail, Quantity):
        return 0
    plain = all(factor.kind == "diagonal" for term in family.terms for factor in term)
    return head if plain else head * tail
