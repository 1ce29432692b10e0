"""A batch of sequences that share one net: shares and masses of the gradient of their mean loss, and how they spread.

With g_b the gradient of sequence b, of B, the mean loss has the gradient G = (g_1 + ... + g_B) / B. A path of sequence
b contributes a B-th of what it contributes there, and its share is the part of G that this is: all shares sum to 1. The
part of a class of paths in sequence b is B times the sum of their shares there, so that the share of the class is the
mean of its parts; quartiles are of these parts, and the interval is of their mean.

Sequences of one length are linearized and swept at once, and grouped one after the other at the level of single units:
beside the values of all, memory is that of the largest. Lengths may differ: `Batch.padded` takes arrays of one length
with a mask.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from graphviz_lstm.errors import InputError, NoPathError, NumberError, shorten
from graphviz_lstm.given import require_one_of, several
from graphviz_lstm.gradients.batches.padded import sequences_of
from graphviz_lstm.gradients.pathsets import paths_of, settled_gradients, unit_paths_of
from graphviz_lstm.gradients.sizes import mean_of
from graphviz_lstm.graph import TARGET, problem_of
from graphviz_lstm.graph.sweeps import share_direction
from graphviz_lstm.graph.together import linearize_together
from graphviz_lstm.paths import Masses
from graphviz_lstm.paths.compiled.wide import widen
from graphviz_lstm.paths.facts import Whole, direction_of
from graphviz_lstm.paths.units.blocks import entering
from graphviz_lstm.paths.units.memory import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from graphviz_lstm.graph.evaluate import HasProblem
    from graphviz_lstm.graph.linearized import Linearized
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.together import Together
    from graphviz_lstm.paths import UnitPathSet
    from graphviz_lstm.paths.compiled.weights import Weights
    from graphviz_lstm.problems import Problem

LABELS = ("crossings", "gates", "recurrence", "entry", "exit")
"""What paths can be grouped by; two of these that are tuples go together: `("entry", "exit")`."""
_DRAWS = 2_000
_INTERVAL = (2.5, 97.5)
_ROUNDING = 1e-14


@dataclass(frozen=True, slots=True, eq=False)
class BatchGroup:
    """The paths of one label, in all sequences.

    Attributes
    ----------
    label
        What their edges' labels add up to.
    count
        How many paths through single units, in all sequences; None where they were not counted.
    share
        Their part of the gradient of the mean loss: the mean of `parts`.
    positive, negative
        The same by sign; None where it is not known.
    parts
        (sequences,): their part in each sequence; 0 where it has none.
    quartiles
        Of the parts: a quarter, a half and three quarters of the sequences have less.
    interval
        Of the share: 95 % of batches drawn anew from these sequences, with replacement, have a share in it.
    """

    label: Hashable
    count: int | None
    share: float
    positive: float | None
    negative: float | None
    parts: Array
    quartiles: tuple[float, float, float]
    interval: tuple[float, float]

    @property
    def cancellation(self) -> float | None:
        """Which part of the mass cancels; None where it is not known."""
        if self.positive is None or self.negative is None:
            return None
        return Masses(self.positive, self.negative).cancellation


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Batch:
    """Problems that share one net and its parameters; their inputs, targets, initial states and lengths may differ.

    Attributes
    ----------
    problems
        The sequences.

    Raises
    ------
    InputError
        If there is none, or one has another net or other parameters than the first: the line says which.

    Examples
    --------
    >>> from graphviz_lstm.problems import load_example
    >>> example = load_example("gomez").problem
    >>> groups = Batch([example, example]).group_by("crossings", source="W_A", element=(0, 0))
    >>> {times: round(100 * group.share, 2) for times, group in groups.items()}
    {0: 89.86, 1: 10.14}
    """

    problems: tuple[Problem, ...]

    def __init__(self, problems: Iterable[HasProblem]) -> None:
        """Take the sequences; nothing is evaluated."""
        if isinstance(problems, str) or not hasattr(problems, "__iter__"):
            raise InputError(f"not a batch: {shorten(problems)} (must be a list of problems)")
        taken = tuple(problem_of(problem) for problem in problems)
        if not taken:
            raise InputError("an empty batch: there is no sequence in it (must be one at least)")
        for number, problem in enumerate(taken[1:], start=2):
            _require_same_net(taken[0], problem, number)
        object.__setattr__(self, "problems", taken)

    @classmethod
    def padded(
        cls,
        net: HasProblem,
        inputs: ArrayLike | Mapping[str, ArrayLike],
        targets: ArrayLike | Sequence[ArrayLike],
        *,
        lengths: ArrayLike | None = None,
        mask: ArrayLike | None = None,
        initial: Mapping[str, ArrayLike] | None = None,
    ) -> Batch:
        """Return the batch of sequences that lie in arrays of one length, padded behind their last steps.

        What is padding is not read, and has no part in anything: the mean loss is that of the sequences by themselves.

        Parameters
        ----------
        net
            A problem: its cell, parameters, losses and initial states are those of every sequence. A loss at every
            step counts at every step of each, one at the last step at the last of each, any other where it does.
        inputs
            (sequences, steps, *shape), or such an array by the name of each input.
        targets
            (sequences, steps, *shape), of which the rows are read where the loss counts; where that is one step,
            (sequences, 1, *shape) will do. Of several losses a list of such arrays.
        lengths
            How many steps each sequence has; by default all.
        mask
            The same as (sequences, steps), true where a step is there: from the first one on, without a gap.
        initial
            State -> (sequences, *shape); those of `net` by default.

        Raises
        ------
        InputError
            If these do not fit each other: the line says which, and of which sequence.

        Examples
        --------
        >>> from graphviz_lstm.problems import load_example
        >>> inputs, targets = np.ones((2, 3, 2)), np.ones((2, 3, 1))
        >>> batch = Batch.padded(load_example("gomez"), inputs, targets, lengths=[3, 1])
        >>> [problem.steps for problem in batch.problems]
        [3, 1]
        """
        sequences = sequences_of(problem_of(net), inputs, targets, lengths=lengths, mask=mask, initial=initial)
        return cls(sequences)

    def gradient(self, source: str) -> Array:
        """Return the gradient of the mean loss by a parameter."""
        self.require_parameter(source)
        return _mean_gradient(self.together(), source)

    def together(self) -> Together:
        """Return the values and partials of all sequences; see `linearize_together`."""
        return linearize_together(self.problems)

    def group_by(
        self,
        label: str | tuple[str, ...],
        *,
        source: str,
        element: tuple[int, ...] | None = None,
        up_to: int | None = None,
        seed: int = 0,
        memory: float = MOST_BYTES,
    ) -> dict[Any, BatchGroup]:
        """Return shares, masses and their spread over the sequences by label, exactly; no path is listed.

        Parameters
        ----------
        label
            One of `LABELS`, or several that are tuples: `("entry", "exit")`.
        source, element
            A parameter, and one entry of it; by default shares are measured along the whole gradient.
        up_to
            Larger labels are pooled under `up_to + 1`; of whole numbers alone.
        seed
            Of the draws for the interval: the same each time.
        memory
            How many bytes the blocks of one sequence may take; see `find_paths`.

        Raises
        ------
        InputError
            If the source is not a parameter, or the label none of these, or the blocks of a sequence would not fit.
        ShapeError
            If there is no such element.
        NumberError
            If the gradient of the mean loss is zero.
        """
        names = several("label", label)
        if not names:
            raise InputError(f"no label: {shorten(label)} (must be of {', '.join(map(repr, LABELS))})")
        for name in names:
            require_one_of("label", name, LABELS)
        self.require_parameter(source)
        together = self.together()
        gradient = self.shared_gradient(together, source, element)
        return self.grouped(together.sequences, gradient, names, source, element, up_to, seed, memory)

    def shared_gradient(self, together: Together, source: str, element: tuple[int, ...] | None) -> Array:
        """Return the gradient of the mean loss, of which there is something to share.

        Raises
        ------
        ShapeError
            If there is no such element.
        NumberError
            If the gradient, or the entry that is looked at, is zero, or too small or large to have parts of it told.
        """
        # Refuses an element that is not there.
        paths_of(together.sequences[0], source, element=element)
        gradient = _mean_gradient(together, source)
        if not np.any(gradient if element is None else gradient[element]):
            raise NumberError(f"zero gradient: of the mean loss by {source!r}, so there is nothing to share")
        share_direction(source, gradient, element)
        return gradient

    @staticmethod
    def grouped(
        sequences: Iterable[Linearized],
        gradient: Array,
        names: tuple[str, ...],
        source: str,
        element: tuple[int, ...] | None,
        up_to: int | None,
        seed: int,
        memory: float,
    ) -> dict[Any, BatchGroup]:
        """Return what `group_by` returns, of sequences that were linearized and the gradient of their mean loss."""
        found = [_grouped(linear, source, element, gradient, names, up_to, memory) for linear in sequences]
        return _joined(found, np.random.default_rng(seed))

    def require_parameter(self, source: str) -> None:
        """Refuse a source that is none, or not shared by the sequences.

        Raises
        ------
        InputError
            If it is no parameter.
        """
        known = self.problems[0].cell.parameters
        if not isinstance(source, str) or source not in known:
            few = ", ".join(map(repr, known[:3]))
            raise InputError(f"not a parameter: {shorten(source)} (sequences share parameters alone, such as {few})")

    def __len__(self) -> int:
        """Return how many sequences there are."""
        return len(self.problems)

    def __repr__(self) -> str:
        """Return how many sequences of which net there are."""
        return f"<Batch of {len(self.problems):,} sequences of cell {self.problems[0].cell.name!r}>"


def _mean_gradient(together: Together, source: str) -> Array:
    """Return the mean of the gradients; where they cancel to rounding it is zero: no part of rounding is told."""
    totals = settled_gradients(together, source)
    mean, size = mean_of(totals), mean_of(np.abs(totals))
    return np.where(np.abs(mean) <= _ROUNDING * size, 0.0, mean)


def _require_same_net(first: Problem, problem: Problem, number: int) -> None:
    if problem.cell.equations != first.cell.equations:
        raise InputError(
            f"another net: sequence {number} has cell {problem.cell.name!r}, the first has {first.cell.name!r} "
            "(sequences of a batch share one net)"
        )
    for name, array in first.parameters.items():
        if not np.array_equal(problem.parameters[name], array):
            raise InputError(
                f"other parameters: {name!r} of sequence {number} is not that of the first "
                "(sequences of a batch share one net)"
            )


def _grouped(
    linear: Linearized,
    source: str,
    element: tuple[int, ...] | None,
    gradient: Array,
    names: tuple[str, ...],
    up_to: int | None,
    memory: float,
) -> dict[Any, Any]:
    """Return the groups of one sequence; their shares are parts of the gradient of the mean loss."""
    paths = unit_paths_of(linear, source, element=element, memory=memory)
    if not paths:
        raise NoPathError(f"no path from {source!r} to {TARGET!r}")
    along = measured(paths, gradient if element is None else gradient[element])
    attributes = dict(zip(paths.dag.edges, paths.dag.attributes, strict=True))

    def label(edge: Any) -> Any:
        data = attributes[edge]
        told = data[names[0]]
        for name in names[1:]:
            told = told + data[name]
        return told

    return along.group_by(label, up_to=up_to)


def measured(paths: UnitPathSet, gradient: Array) -> UnitPathSet:
    """Return the paths with shares that are parts of another gradient than their own, along that one's direction."""
    weights = paths.weights
    if not weights.source_shape:
        # Of one number: sizes are contributions times whatever number the direction is.
        length = float(paths.whole.direction) * float(gradient)
        return replace(paths, whole=Whole(paths.whole.total, paths.whole.direction, widen(length)))
    mantissa, exponent = widen(gradient)
    direction = direction_of(np.asarray(mantissa), [linear for linear in weights.maps if linear is not None])
    blocks = tuple(
        block if linear is None else entering(linear, direction, whole_source=True)
        for linear, block in zip(weights.maps, weights.blocks, strict=True)
    )
    turned = replace(weights, blocks=blocks)
    whole = Whole(paths.whole.total, direction, widen(float(np.vdot(mantissa, direction)), exponent))
    return replace(paths, whole=whole, dag=replace(paths.dag, weighted=cast("Weights", turned)))


def _joined(found: Sequence[Mapping[Any, Any]], random: np.random.Generator) -> dict[Any, BatchGroup]:
    """Return the groups of all sequences together."""
    labels = dict.fromkeys(label for groups in found for label in groups)
    parts = {label: np.array([groups[label].share if label in groups else 0.0 for groups in found]) for label in labels}
    joined = {}
    for label, group in spread_over({label: parts[label] for label in _in_order(list(labels))}, random).items():
        own = [groups[label] for groups in found if label in groups]
        joined[label] = replace(
            group,
            count=sum(each.count for each in own),
            positive=sum(each.positive for each in own) / len(found),
            negative=sum(each.negative for each in own) / len(found),
        )
    return joined


def spread_over(parts: Mapping[Any, Array], random: np.random.Generator) -> dict[Any, BatchGroup]:
    """Return groups by their parts in each sequence, of which neither the paths nor the masses are known.

    All groups together are the whole: what a batch that is drawn anew shares is the sum of its parts.

    Raises
    ------
    NumberError
        If there is no whole: what a sweep found was rounding within a partial, which no path has.
    """
    every = np.array(list(parts.values()))
    whole, mass = every.sum(axis=0), np.abs(every).sum(axis=0)
    drawn = random.integers(len(whole), size=(_DRAWS, len(whole)))
    of_whole = whole[drawn].mean(axis=1)
    of_whole[np.abs(of_whole) <= _ROUNDING * mass[drawn].mean(axis=1)] = 0.0
    if not of_whole.any():
        raise NumberError("zero gradient: no path brings anything to it but rounding, so there is nothing to share")
    found = {}
    for label, each in parts.items():
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = each[drawn].mean(axis=1) / of_whole
        # A draw whose gradient is zero, also to rounding, has no shares.
        low, high = np.percentile(shares[np.isfinite(shares)], _INTERVAL, method="nearest").tolist()
        quarter, half, three = np.percentile(each, (25.0, 50.0, 75.0)).tolist()
        found[label] = BatchGroup(
            label, None, float(each.mean()), None, None, each, (quarter, half, three), (low, high)
        )
    return found


def _in_order(labels: list[Any]) -> list[Any]:
    return sorted(labels, key=lambda label: sorted(label) if isinstance(label, frozenset) else label)
