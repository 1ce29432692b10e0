"""One question to a batch: what the gradient of the mean loss is made of, and how the sequences differ in it.

Everything is a part of one gradient, that of the mean loss, so that numbers of sequences and classes can be added. The
leading paths are those of the mean loss. They are found by Fagin's threshold algorithm [1]_: the leading paths of each
sequence are candidates, each candidate is looked up in all sequences, and no other path can be larger than the mean of
the bounds below which each sequence was not looked at.

References
----------
.. [1] R. Fagin, A. Lotem, M. Naor, "Optimal aggregation algorithms for middleware", Journal of Computer and System
   Sciences 66(4), 2003.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from graphviz_lstm.cells.expression import Parameter
from graphviz_lstm.errors import InputError
from graphviz_lstm.gradients.batches.batch import Batch, measured, spread_over
from graphviz_lstm.gradients.batches.members import Member, members_of
from graphviz_lstm.gradients.batches.needed import needed_by, require_fits
from graphviz_lstm.gradients.pathsets import settled_gradients, unit_paths_of
from graphviz_lstm.gradients.shares.triangle import Triangle, shares_by_lag, triangle_of
from graphviz_lstm.gradients.sizes import part_of
from graphviz_lstm.graph.gradients import adjoints_of
from graphviz_lstm.graph.sweeps import share_direction
from graphviz_lstm.notation.numbers import length, sum_exactly
from graphviz_lstm.paths.units.memory import MOST_BYTES
from graphviz_lstm.paths.units.path import UnitPath

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from graphviz_lstm.gradients.batches.batch import BatchGroup
    from graphviz_lstm.gradients.batches.needed import Needed
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.together import Together
    from graphviz_lstm.paths import UnitPathSet
    from graphviz_lstm.paths.sweeping.sweep import Progress

Item = TypeVar("Item")

BATCH_LABELS = ("crossings", "gates", "recurrence", "entry", "exit", "lag")
"""What the gradient of a batch can be told by: as `batch.LABELS`, and by how many steps lie between entry and exit."""
_DEEPER, _DEEPEST = 4, 64
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class MeanPath:
    """A path through single units, in all sequences.

    Attributes
    ----------
    path
        As it stands in one sequence that has it.
    share
        Of the gradient of the mean loss: the mean of `parts`.
    parts
        What it is in each sequence; 0 where the sequence has no such path.
    """

    path: UnitPath
    share: float
    parts: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class MeanPaths:
    """The leading paths of the mean loss.

    Attributes
    ----------
    paths
        The largest |share| first.
    bound
        No path that is left out has a larger |share|.
    """

    paths: tuple[MeanPath, ...]
    bound: float

    @property
    def proven(self) -> bool:
        """Whether none left out is larger than one that is shown."""
        return not self.paths or self.bound <= abs(self.paths[-1].share) * (1.0 + _TINY)


# No slots: what was worked out is kept in the instance's dict.
@dataclass(frozen=True, eq=False)
class BatchStudy:
    """One question to a batch.

    Attributes
    ----------
    batch
        The sequences.
    source, element
        A parameter, and one entry of it; None: the whole of it.
    seed
        Of the draws for intervals.
    memory
        How many bytes may be taken, by all sequences together.
    progress
        Is told of how many sequences are done, of how many, again for each thing that is worked out.

    Raises
    ------
    InputError
        If the source is no parameter; when it is asked for something, if that would take more memory.
    NumberError
        When it is asked for something, if the gradient of the mean loss is zero.

    Examples
    --------
    >>> from graphviz_lstm.problems import load_sequences
    >>> study = BatchStudy(Batch(load_sequences("adding")[:4]), "W_A")
    >>> round(sum(group.share for group in study.groups("lag").values()), 9)
    1.0
    >>> len(study.sequences), round(sum(each.part for each in study.sequences) / 4, 9)
    (4, 1.0)
    """

    batch: Batch
    source: str
    element: tuple[int, ...] | None = None
    seed: int = 0
    memory: float = MOST_BYTES
    progress: Progress | None = None

    def __post_init__(self) -> None:
        """Refuse a source that sequences do not share."""
        self.batch.require_parameter(self.source)

    @cached_property
    def needed(self) -> Needed:
        """How much memory is taken, known before it is."""
        return needed_by(self.batch.problems)

    def _require(self, *, by_paths: bool = False, top: bool = False) -> None:
        require_fits(self.needed.of(by_paths=by_paths, top=top), len(self.batch), self.memory)

    @cached_property
    def _together(self) -> Together:
        self._require()
        return self.batch.together()

    @cached_property
    def gradients(self) -> tuple[Array, ...]:
        """The gradient of each sequence's own loss."""
        return settled_gradients(self._together, self.source)

    @cached_property
    def gradient(self) -> Array:
        """The gradient of the mean loss.

        Raises
        ------
        ShapeError, NumberError
            If there is no such element, or nothing to share.
        """
        return self.batch.shared_gradient(self._together, self.source, self.element)

    @property
    def size(self) -> float:
        """The length of the gradient of the mean loss, or the entry that is looked at: what a share is a part of."""
        return float(self._looked_at(self.gradient)) if self.element is not None else length(self.gradient)

    def groups(self, label: str, *, up_to: int | None = None) -> Mapping[Any, BatchGroup]:
        """Return shares, masses and their spread over the sequences by one of `BATCH_LABELS`.

        By `"lag"` the masses are not known: they take more than one sweep.

        Raises
        ------
        InputError
            If the label is none of these, or `up_to` is given for one that is no number.
        """
        if label not in BATCH_LABELS:
            known = ", ".join(map(repr, BATCH_LABELS))
            raise InputError(f"unknown label: {label!r} (must be one of {known})")
        if label != "lag":
            self._require(by_paths=True)
            # First: a gradient of zero is refused before anything is grouped.
            gradient, sequences = self.gradient, self._watched(self._together.sequences)
            return self.batch.grouped(
                sequences, gradient, (label,), self.source, self.element, up_to, self.seed, self.memory
            )
        steps = max(problem.steps for problem in self.batch.problems)
        parts = np.zeros((steps, len(self.batch)))
        for place, lags in enumerate(self._lags):
            parts[: len(lags), place] = lags
        pooled = parts
        if up_to is not None and up_to + 1 < steps:
            pooled = np.vstack([parts[: up_to + 1], parts[up_to + 1 :].sum(axis=0)])
        return spread_over(dict(enumerate(pooled)), np.random.default_rng(self.seed))

    @cached_property
    def _lags(self) -> tuple[Array, ...]:
        """What the triangles say by distance, without their routes."""
        direction, sequences = (
            share_direction(self.source, self.gradient, self.element),
            self._watched(self._together.sequences),
        )
        return tuple(shares_by_lag(linear, Parameter(self.source), direction) for linear in sequences)

    @cached_property
    def triangles(self) -> tuple[Triangle, ...]:
        """Of each sequence the parts of the gradient of the mean loss, B times, by entry and exit."""
        direction = share_direction(self.source, self.gradient, self.element)
        sequences = self._watched(self._together.sequences)
        return tuple(triangle_of(linear, Parameter(self.source), direction) for linear in sequences)

    @cached_property
    def triangle(self) -> Triangle:
        """The shares of the gradient of the mean loss by entry and exit; steps behind a sequence's last bring nothing.

        Raises
        ------
        InputError
            If the steps of two sequences bear other numbers.
        """
        first, *others = self.triangles
        for number, other in enumerate(others, start=2):
            if other.first_step != first.first_step:
                raise InputError(
                    f"no triangle of all: the first step is {first.first_step} in sequence 1, {other.first_step} in "
                    f"sequence {number}"
                )
        steps = max(len(each.whole) for each in self.triangles)
        gates = dict.fromkeys(gate for each in self.triangles for gate in each.gates)
        return Triangle(
            first.first_step,
            _mean((each.whole for each in self.triangles), steps),
            _mean((each.carousel for each in self.triangles), steps),
            {gate: _mean((each.gates[gate] for each in self.triangles), steps) for gate in gates},
            _mean((each.mixed for each in self.triangles), steps),
            earlier=first.earlier,
        )

    @cached_property
    def losses(self) -> tuple[float, ...]:
        """The loss of each sequence."""
        return tuple(linear.loss for linear in self._together.sequences)

    @cached_property
    def sequences(self) -> tuple[Member, ...]:
        """Each sequence beside the others, and in what it is unlike them."""
        _ = self.gradient  # where it is zero, none of them has a part of it
        return members_of(
            self.batch.problems,
            self.losses,
            [np.ravel(self._looked_at(each)) for each in self.gradients],
            [self._through_gates(k) for k in self._watched(range(len(self.batch)))],
        )

    def _through_gates(self, place: int) -> float:
        """Return which share of its own gradient a sequence has through gates; NaN where that is zero, or not known."""
        own, linear = self.gradients[place], self._together.sequences[place]
        if not np.any(self._looked_at(own)):
            return math.nan
        # What is left of the gradient where no gate is crossed: one sweep over the other edges.
        kept = {head: tuple(f for f in found if f.kind != "crossing") for head, found in linear.families.items()}
        carousel = adjoints_of(replace(linear, families=kept)).parameters[self.source]
        if not np.isfinite(carousel).all():
            return math.nan
        return 1.0 - part_of(self._looked_at(carousel), self._looked_at(own))

    def top(self, count: int = 5) -> MeanPaths:
        """Return the leading paths of the mean loss, through single units.

        Deeper and deeper into each sequence's leading paths, until no other path can be larger, or
        `_DEEPEST * count` of each were looked at: then `bound` says how large one that is left out may be.

        Raises
        ------
        InputError
            If `count` is not from 1 to 1000.
        """
        if not 1 <= count <= 1000:
            raise InputError(f"unusable number of paths: {count} (must be 1 to 1000)")
        self._require(top=True)
        deep = count
        found: dict[tuple[Any, ...], MeanPath] = {}
        while True:
            bound = 0.0
            for paths in self._watched(self._unit_paths):
                chosen = paths.top(deep)
                bound += (chosen.bound if len(chosen) < paths.count else 0.0) / len(self.batch)
                for path in chosen:
                    if path.vertices not in found and isinstance(path, UnitPath):
                        found[path.vertices] = self._mean_path(path)
            ranked = sorted(found.values(), key=lambda each: (-abs(each.share), str(each.path)))
            leading = MeanPaths(
                tuple(ranked[:count]), max([bound, *(abs(each.share) for each in ranked[count : count + 1])])
            )
            if leading.proven or deep >= _DEEPEST * count:
                return leading
            deep *= _DEEPER

    @cached_property
    def _unit_paths(self) -> tuple[UnitPathSet, ...]:
        """The paths of each sequence, measured along the gradient of the mean loss."""
        looked_at = self._looked_at(self.gradient)
        return tuple(
            measured(unit_paths_of(linear, self.source, element=self.element, memory=self.memory), looked_at)
            for linear in self._watched(self._together.sequences)
        )

    def _mean_path(self, path: UnitPath) -> MeanPath:
        parts = tuple(paths.share_along(path) for paths in self._unit_paths)
        return MeanPath(path, sum_exactly(parts) / len(parts), parts)

    def _watched(self, each: Sequence[Item]) -> Iterator[Item]:
        """Yield what there is of each sequence, and tell how many are done."""
        if self.progress is not None:
            self.progress(0, len(each))
        for done, item in enumerate(each, start=1):
            yield item
            if self.progress is not None:
                self.progress(done, len(each))

    def _looked_at(self, gradient: Array) -> Array:
        return gradient if self.element is None else np.asarray(gradient[self.element])


def _mean(arrays: Iterable[Array], steps: int) -> Array:
    """Return the mean of square arrays, each with zeros behind its last row and column."""
    found = list(arrays)
    whole = np.zeros((steps, steps))
    for array in found:
        whole[: len(array), : len(array)] += array
    return np.asarray(whole / len(found))
