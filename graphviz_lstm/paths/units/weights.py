"""What the edges of a unit graph carry: blocks, and at the source the maps that give a contribution its shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from graphviz_lstm.paths.compiled.linear_map import dense_matrix
from graphviz_lstm.paths.compiled.map_weights import carry_wide
from graphviz_lstm.paths.compiled.number_weights import number_weights
from graphviz_lstm.paths.compiled.wide import Wide, widen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphviz_lstm.paths.compiled.linear_map import FloatArray, LinearMap, Shape
    from graphviz_lstm.paths.compiled.number_weights import NumberWeights
    from graphviz_lstm.paths.units.blocks import Block

Puller: TypeAlias = "Callable[[FloatArray], FloatArray]"
"""Of the adjoints of an edge's head units, what they give the tail."""
Step: TypeAlias = tuple[int, int]
"""One edge of the unit graph: the index of the edge that it is part of, and the head unit."""


@dataclass(frozen=True, slots=True, eq=False)
class UnitWeights:
    """Blocks by edge.

    Attributes
    ----------
    blocks
        By edge; those out of the source have one tail, the source.
    maps
        By edge, the map of an edge out of a source that is whole, by which a contribution has the source's shape; None
        for every other.
    source_shape
        The shape of a contribution: that of the source, or `()` of one entry.
    """

    blocks: tuple[Block, ...]
    maps: tuple[LinearMap | None, ...]
    source_shape: Shape

    def taken(self, edges: Sequence[int]) -> UnitWeights:
        """Return the weights of these edges, in this order."""
        return UnitWeights(tuple(self.blocks[e] for e in edges), tuple(self.maps[e] for e in edges), self.source_shape)

    def pullers(self) -> list[Puller]:
        """Return what pulls adjoints along each edge; at the source into its shape."""
        return [
            block.pull if linear is None else _into_source(linear, block)
            for block, linear in zip(self.blocks, self.maps, strict=True)
        ]

    def numbers(self) -> NumberWeights | None:
        """Return the same where every block is one number, out of a whole source an array; None of other blocks."""
        if any(block.entries.size != 1 for block in self.blocks):
            return None
        found: list[float | FloatArray] = []
        for block, linear in zip(self.blocks, self.maps, strict=True):
            entry = float(block.entries.item())
            found.append(entry if linear is None else np.asarray(linear.pull(np.ones(linear.head_shape))))
        return number_weights(found, 1.0, self.source_shape)

    def pull_sizes(self, e: int, sizes: Wide) -> Wide:
        """Return what sums of sizes at the head units of an edge out of the source give its entries, in its shape."""
        linear, pattern = self.maps[e], self.blocks[e].pattern
        if linear is None:
            raise TypeError("the source is one entry: sizes are swept down to it")
        kept = np.asarray(sizes.mantissa) if pattern is None else np.where(pattern[:, 0], sizes.mantissa, 0.0)
        entries = np.abs(dense_matrix(linear))
        return carry_wide(lambda some: (some @ entries).reshape(linear.tail_shape), Wide(kept, sizes.exponent))

    def size(self, steps: Sequence[Step]) -> Wide:
        """Return the product of the entries along a path: its size along the direction, with its sign."""
        product, tail = widen(1.0), 0
        for e, head in steps:
            number = widen(self.blocks[e].entry(head, tail))
            product = widen(float(product.mantissa) * float(number.mantissa), product.exponent + number.exponent)
            tail = head
        return product

    def product(self, steps: Sequence[Step]) -> Wide:
        """Return the contribution of a path, in the source's shape."""
        if not steps:
            return widen(1.0)
        e, head = steps[0]
        linear = self.maps[e]
        if linear is None:
            return self.size(steps)
        rest, tail = widen(1.0), head
        for edge, unit in steps[1:]:
            number = widen(self.blocks[edge].entry(unit, tail))
            rest = widen(float(rest.mantissa) * float(number.mantissa), rest.exponent + number.exponent)
            tail = unit
        adjoint = np.zeros(len(self.blocks[e].entries))
        adjoint[head] = float(rest.mantissa)
        return carry_wide(linear.pull, Wide(adjoint.reshape(linear.head_shape), rest.exponent))


def _into_source(linear: LinearMap, block: Block) -> Puller:
    mask = None if block.pattern is None else block.pattern[:, 0]

    def pull(adjoint: FloatArray) -> FloatArray:
        kept = adjoint if mask is None else np.where(mask, adjoint, 0.0)
        return np.asarray(linear.pull(kept.reshape(adjoint.shape[:-1] + tuple(linear.head_shape))))

    return pull
