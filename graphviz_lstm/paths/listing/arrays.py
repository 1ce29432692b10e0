"""Paths as arrays: their contributions, their shares, and where they go, over any range of their numbers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.given import require_one_of
from graphviz_lstm.paths.checks import require_room
from graphviz_lstm.paths.listing.contributions import Of, blocks, sum_each
from graphviz_lstm.paths.listing.limits import number_range, require_listable
from graphviz_lstm.paths.listing.rank import unrank
from graphviz_lstm.paths.listing.vertex_rows import bytes_of_index, vertex_rows

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from numpy.typing import NDArray

    from graphviz_lstm.paths.compiled.linear_map import FloatArray, Value
    from graphviz_lstm.paths.facts import Facts


class Arrays:
    """What can be read as arrays: the paths of some facts, in the order of their numbers."""

    limit: int

    @property
    def facts(self) -> Facts:
        """What is known of the paths as a whole."""
        raise NotImplementedError

    def blocks(self, start: int = 0, stop: int | None = None, *, of: Of = "contribution") -> Iterator[FloatArray]:
        """Yield the contributions (or shares) of the paths `start` to `stop`, in order, in cache-sized arrays.

        Put together they are `[path.contribution for path in paths[start:stop]]`. Any range of numbers, so that a range
        is a shard; no limit. At most 65,536 paths at a time, 64 MiB of tables. What leaves the range of a float64 is 0
        or infinite here; `paths[k].wide` has it whole.

        Raises
        ------
        InputError
            If `start` and `stop` are not a range of paths.

        Examples
        --------
        >>> from graphviz_lstm.paths.examples import diamond
        >>> list(diamond().blocks(1))
        [array([-1.])]
        """
        require_one_of("of", of, ("contribution", "share"))
        first, last = number_range(self.facts, start, stop)
        return blocks(self.facts, first, last, of) if self.facts.dag.vertices else iter(())

    def contributions(self, *, of: Of = "contribution") -> FloatArray:
        """Return `[path.contribution for path in paths]` (or shares) as one array, `(count, *source_shape)`.

        Raises
        ------
        TooManyPathsError
            If there are more paths than the limit, or than the memory of the machine has room for; `blocks` has none.

        Examples
        --------
        >>> from graphviz_lstm.paths.examples import diamond
        >>> diamond().contributions()
        array([ 6., -1.])
        """
        require_one_of("of", of, ("contribution", "share"))
        require_listable(self.facts, self.facts.count, self.limit, "sum .blocks() instead")
        shape = self.facts.dag.weights.source_shape if of == "contribution" else ()
        needed = 8 * self.facts.count * math.prod(shape)
        require_room(needed, "an array of all contributions", "sum .blocks() instead")
        whole = np.empty((self.facts.count, *shape))
        place = 0
        for block in self.blocks(of=of):
            whole[place : place + len(block)] = block
            place += len(block)
        return whole

    def summed(self, start: int = 0, stop: int | None = None) -> Value:
        """Return the sum of the contributions of the paths `start` to `stop`, each of them visited.

        What `total` is checked against: no limit, memory as of `blocks`. See `blocks` for the range. Where it leaves
        that of a float64 it is infinite; no number where infinite contributions cancel.

        >>> from graphviz_lstm.paths.examples import diamond
        >>> diamond().summed(), diamond().summed(0, 1)
        (5.0, 6.0)
        """
        return sum_each(self.facts, *number_range(self.facts, start, stop))

    @property
    def vertices(self) -> tuple[Hashable, ...]:
        """The names that the entries of `vertex_array` stand for."""
        return self.facts.dag.vertices

    def vertex_array(self, start: int = 0, stop: int | None = None) -> NDArray[np.signedinteger[Any]]:
        """Return the vertices of the paths `start` to `stop`, a row each, as indices into `vertices`; -1 after the end.

        It needs no partials.

        Raises
        ------
        TooManyPathsError
            If these are more paths than the limit, or the rows more than the memory of the machine.

        Examples
        --------
        >>> from graphviz_lstm.paths.examples import diamond
        >>> paths = diamond()
        >>> paths.vertices, paths.vertex_array().tolist()
        (('x', 'y', 'E'), [[0, 1, 2], [0, 2, -1]])
        """
        first, last = number_range(self.facts, start, stop)
        require_listable(self.facts, last - first, self.limit, "ask for a shorter range")
        dag = self.facts.dag
        needed = (last - first) * (self.facts.longest + 1) * bytes_of_index(dag)
        require_room(needed, f"an array of {last - first:,} rows", "ask for a shorter range")
        return vertex_rows(dag, unrank(dag, self.facts.counts_for(first), first) if first < last else (), last - first)
