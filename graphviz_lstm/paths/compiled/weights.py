"""What the edges of one DAG carry: the one interface behind which numbers and maps are alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from graphviz_lstm.paths.compiled.linear_map import FloatArray, Partial, Shape, Value
    from graphviz_lstm.paths.compiled.wide import Wide

Ends: TypeAlias = Sequence[tuple[int, int]]
"""The tail and the head of every edge."""


@dataclass(frozen=True, slots=True)
class Prefixes:
    """How contributions come about of a prefix and a table of the products of every way on.

    Attributes
    ----------
    empty
        What stands for the prefix without edges.
    extend
        Of what stands for a prefix and the index of an edge, what stands for the longer one.
    times
        Of what stands for a prefix and the table of the ways on, the products: a batch in the source's shape.
    summed
        The sum of the same products, each of them worked out.
    """

    empty: Any
    extend: Callable[[Any, int], Any]
    times: Callable[[Any, FloatArray], FloatArray]
    summed: Callable[[Any, FloatArray], Value]


class Weights(Protocol):
    """The partials by edge, and the ways in which every room uses them.

    `NumberWeights` are numbers (of which each is a sweep away), `MapWeights` any linear maps; which of them a graph
    gets is decided once, when it is compiled. What cannot be told of maps is None, and takes listing.
    """

    @property
    def partials(self) -> Sequence[Partial]:
        """By edge, as a path shows them."""

    @property
    def one(self) -> Value:
        """The adjoint of the target by itself."""

    @property
    def source_shape(self) -> Shape:
        """The shape of a contribution; `()` stands for a plain number."""

    def pull(self, e: int, adjoint: Wide) -> Wide:
        """Return the adjoint of edge `e`'s head pulled back to its tail, with an exponent of its own."""

    def product(self, edges: Sequence[int]) -> Wide:
        """Return the contribution of the path with these edges, multiplied from the target back."""

    def pull_batch(self, e: int, adjoints: FloatArray) -> FloatArray:
        """Return a batch of adjoints pulled back along edge `e`, as float64: for weights that were rescaled."""

    def prefixes(self, unit: float) -> Prefixes:
        """Return how contributions, times `unit`, come about of prefixes and tables: for weights that were rescaled."""

    def width(self, e: int) -> int:
        """Return how many entries the tail of edge `e` has."""

    def along(self, direction: Value, leaving: int) -> Weights:
        """Return the weights whose contributions are <contribution, direction>; the first `leaving` leave the source.

        Whatever the source's shape was, theirs is `()`.
        """

    def taken(self, edges: Sequence[int]) -> Weights:
        """Return the weights of these edges, in this order."""

    def rescaled(self, ends: Ends, potentials: Sequence[int | None]) -> tuple[Weights, int]:
        """Return `weight * 2**(potential of the head - potential of the tail)` by edge, and what takes that back.

        Every product along a path is then `2**-shift` times what it was. None stands at a vertex whose ways on sum to
        zero.
        """

    def factors(self) -> Sequence[Wide] | None:
        """Return the partials as numbers (arrays out of the source) with exponents of their own; None for maps.

        Where there are factors, a path's sign and size are products along it: so sums of signs and sizes are sweeps.
        """

    def magnitudes(self) -> Weights | None:
        """Return the weights whose contributions are |contribution|, entry by entry; None for maps."""
