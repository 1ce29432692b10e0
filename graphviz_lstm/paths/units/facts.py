"""What is known of a set of paths through units as a whole: count, total, masses, each worked out once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.paths.compiled.wide import Wide, add_up, narrow, shifted, widen
from graphviz_lstm.paths.facts import Facts
from graphviz_lstm.paths.sweeping.sums import Sums
from graphviz_lstm.paths.sweeping.sweep import sweep, sweep_all
from graphviz_lstm.paths.units.algebra import COUNT, LENGTH, SIGNED, totals
from graphviz_lstm.paths.units.classes import OUT_OF_SOURCE, classes_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.compiled.weights import Weights
    from graphviz_lstm.paths.facts import Whole
    from graphviz_lstm.paths.sweeping.by_label import Label
    from graphviz_lstm.paths.sweeping.sweep import Progress
    from graphviz_lstm.paths.units.weights import UnitWeights


# No slots: a cached property needs the instance's dict.
@dataclass(frozen=True, eq=False)
class UnitFacts:
    """The facts of one graph of blocks.

    Attributes
    ----------
    dag
        Its vertices and edges, those of the graph of vectors.
    weights
        The blocks.
    whole
        What shares are parts of.
    """

    dag: Dag
    weights: UnitWeights
    whole: Whole

    @cached_property
    def counts(self) -> list[NDArray[np.object_]]:
        """How many paths lead on from each unit of each vertex."""
        return sweep_all(self.dag, COUNT, self.weights.blocks)

    @cached_property
    def count(self) -> int:
        """How many paths there are, exactly."""
        return int(sweep(self.dag, COUNT, self.weights.blocks)[0])

    @cached_property
    def longest(self) -> int:
        """How many edges the longest path has."""
        return max(0, int(sweep(self.dag, LENGTH, self.weights.blocks)[0]))

    @cached_property
    def sums(self) -> Sums:
        """Count, total and the sums of sizes by sign."""
        if not self.dag.edges:
            return self._of_no_edges()
        total = sweep(self.dag, totals(self.dag.rounding), self.weights.pullers())
        told = _told(self.count, total, sweep(self.dag, SIGNED, self.weights.blocks), self.weights)
        if not self.dag.rounding:
            return told
        numbers = self.weights.numbers()
        if numbers is not None:
            return told._replace(total=settled_by(self.dag, numbers, told.total))
        # Among vectors it was judged for all paths together.
        return told if np.any(self.whole.total.mantissa) else told._replace(total=self._above_rounding(told))

    def by_label(
        self, labels: Sequence[Label], most: int, up_to: int | None = None, *, progress: Progress | None = None
    ) -> Mapping[Label, Sums]:
        """Return the sums of the paths with each label apart."""
        leaving = self.dag.leaving(0) if self.dag.edges else ()
        edges = [
            (label, block, pull, block.headroom or OUT_OF_SOURCE if e in leaving else block.headroom)
            for e, (label, block, pull) in enumerate(
                zip(labels, self.weights.blocks, self.weights.pullers(), strict=True)
            )
        ]
        found = sweep(self.dag, classes_of(most, up_to), edges, progress=progress)
        return {
            label: _told(
                int(found.counts[k, 0]), widen(found.total[k], power), widen(found.signed[:, k], power), self.weights
            )
            for k, (label, power) in enumerate(zip(found.labels, found.exponents.tolist(), strict=True))
            if found.counts[k, 0]
        }

    @property
    def total(self) -> Wide:
        """The sum of the contributions."""
        return self.sums.total

    @property
    def mass(self) -> Wide:
        """The sum of all sizes."""
        positive, negative = self.sums.positive, self.sums.negative
        assert positive is not None  # noqa: S101 -- of units both are always known
        assert negative is not None  # noqa: S101 -- see above
        top = max(positive.exponent, negative.exponent)
        both = [float(narrow(Wide(part.mantissa, part.exponent - top))) for part in (positive, negative)]
        return widen(both[0] + both[1], top)

    @cached_property
    def absolute(self) -> Wide:
        """The sum of all |contributions|, entry by entry."""
        if not self.weights.source_shape or not self.dag.edges:
            return self.mass
        sizes = [
            widen(np.asarray(sums.mantissa).sum(axis=0), sums.exponent)
            for sums in sweep_all(self.dag, SIGNED, self.weights.blocks)
        ]
        return add_up([self.weights.pull_sizes(e, sizes[self.dag.heads[e]]) for e in self.dag.leaving(0)])

    def _above_rounding(self, told: Sums) -> Wide:
        """Return a part of a total of zero, 0 where it is no more than the rounding of all that it is a sum of."""
        assert told.positive is not None  # noqa: S101 -- of units both are always known
        assert told.negative is not None  # noqa: S101 -- see above
        mass = add_up([told.positive, told.negative])
        part = self.dag.rounding * (self.longest + 1) * float(mass.mantissa)
        size = float(np.abs(told.total.mantissa).max()) if np.size(told.total.mantissa) else 0.0
        return (
            widen(told.total.mantissa * 0.0)
            if shifted(size, told.total.exponent - mass.exponent) <= part
            else told.total
        )

    def _of_no_edges(self) -> Sums:
        shape = self.weights.source_shape
        count = len(self.dag.vertices)
        one = np.full(shape, float(count)) if shape else float(count)
        return Sums(count, widen(one), widen(float(count)), widen(0.0))


def settled_by(dag: Dag, weights: Weights, total: Wide) -> Wide:
    """Return a sum of contributions, 0 where it is rounding alone; `weights` are what the edges carry."""
    return Facts(replace(dag, weighted=weights)).settled(total)


def _told(count: int, total: Wide, signed: Wide, weights: UnitWeights) -> Sums:
    """Return sums as they are told: the total in the source's shape."""
    mantissa = np.asarray(total.mantissa)
    value = mantissa.reshape(weights.source_shape) if weights.source_shape else float(mantissa.reshape(()))
    ahead, against = np.asarray(signed.mantissa)[:, 0].tolist()
    return Sums(count, widen(value, total.exponent), widen(ahead, signed.exponent), widen(against, signed.exponent))
