"""One path: what it passes, and what it contributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from graphviz_lstm.paths.compiled.wide import widen
from graphviz_lstm.paths.listing.share_text import format_share
from graphviz_lstm.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from graphviz_lstm.paths.compiled.dag import Edge
    from graphviz_lstm.paths.compiled.linear_map import Partial, Value
    from graphviz_lstm.paths.compiled.wide import Wide
    from graphviz_lstm.paths.listing.alone import Alone

# What networkx calls an edge that nobody gave a key.
_NO_KEY = 0


class Stretch(NamedTuple):
    """A part of a path: the edges that it passes, their partials, and the vertices it comes to.

    The first stretch of a path has the source too.
    """

    vertices: tuple[Hashable, ...]
    edges: tuple[Edge, ...]
    partials: tuple[Partial, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Paths that were worked out together: they share their prefix, and each goes on in its own way."""

    prefix: Stretch
    ways: Sequence[Stretch]
    contributions: Sequence[Value]
    shares: Sequence[float]
    wide: tuple[Wide, Wide] | None = None


class Path(Shown):
    """A walk from the source to the target; equal to another that passes the same edges. Immutable.

    It is a place in a block of paths, and puts together what it is asked for: so a million of them are soon made.
    """

    __slots__ = ("_block", "_place")

    def __init__(self, block: Block | Alone, place: int) -> None:
        self._block = block
        self._place = place

    @property
    def vertices(self) -> tuple[Hashable, ...]:
        """Names, the source first."""
        return self._block.prefix.vertices + self._block.ways[self._place].vertices

    @property
    def edges(self) -> tuple[Edge, ...]:
        """`(tail, head)` each; in a multigraph `(tail, head, key)`."""
        return self._block.prefix.edges + self._block.ways[self._place].edges

    @property
    def partials(self) -> tuple[Partial, ...]:
        """One for each edge.

        A number; on the first edge an array, if the source is one and all else are numbers; in a graph of vectors the
        linear maps themselves.
        """
        return self._block.prefix.partials + self._block.ways[self._place].partials

    @property
    def contribution(self) -> Value:
        """The product of the partials: a float, or a read-only array in the source's shape."""
        return self._block.contributions[self._place]

    @property
    def share(self) -> float:
        """Signed part of the total, see `find_paths`; NaN where the total is zero."""
        return self._block.shares[self._place]

    @property
    def wide(self) -> tuple[Wide, Wide] | None:
        """Contribution and share with an exponent of their own, where one of them leaves the range of a float64.

        It is then 0, rounded or infinite above; otherwise this is None.
        """
        return self._block.wide

    @property
    def numbers(self) -> tuple[Wide, Wide]:
        """Contribution and share with an exponent of their own, whatever their size."""
        return self.wide or (widen(self.contribution), widen(self.share))

    def __eq__(self, other: object) -> bool:
        """Return whether the other is a path that passes the same edges, from the same source."""
        if not isinstance(other, Path):
            return NotImplemented
        return self.edges == other.edges and self.vertices == other.vertices

    def __hash__(self) -> int:
        """Return a hash of where the path goes."""
        return hash(self.edges)

    def __repr__(self) -> str:
        """Return the path as it prints, in angle brackets."""
        return f"<Path {self}>"

    def __str__(self) -> str:
        """Return the path as one line: `+73.7 %  W_A -> a_0 -> S_0 -> S_1 -> H_1 -> E`.

        An edge that was given a key shows it, so that parallel ones can be told apart: `x -[second]-> y`.
        """
        share = format_share(self.wide[1] if self.wide else self.share)
        return f"{share}  {self.vertices[0]}{''.join(map(_describe_step, self.edges))}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what travels to another process: this path alone, without those of its block."""
        block, place = self._block, slice(self._place, self._place + 1)
        values, shares = tuple(block.contributions[place]), tuple(block.shares[place])
        prefix = Stretch(block.prefix.vertices, block.prefix.edges, block.prefix.partials)
        return Path, (Block(prefix, tuple(block.ways[place]), values, shares, block.wide), 0)


def _describe_step(edge: Edge) -> str:
    """Return an edge and its head, as a path prints them."""
    _, head, *key = edge
    return f" -[{key[0]}]-> {head}" if key and key[0] != _NO_KEY else f" -> {head}"
