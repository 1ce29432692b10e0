"""What a rule does to an edge, and to the linear map on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from graphviz_lstm.cells.numeric import scaled
from graphviz_lstm.errors import InputError
from graphviz_lstm.graph.making import compose
from graphviz_lstm.graph.maps import Diagonal, Matrix

if TYPE_CHECKING:
    from graphviz_lstm.graph.maps import Array, LinearMap
    from graphviz_lstm.graph.partials import LocalPartial

Kind = Literal["keep", "cut", "scale", "diagonal", "clip", "random matrix", "mask"]


@dataclass(frozen=True, slots=True, eq=False)
class Action:
    """What happens to an edge.

    Attributes
    ----------
    kind
        `"keep"` and `"cut"`; `"scale"` by a number; keep the `"diagonal"` of its matrix alone; `"clip"` its entries to
        at most a number in size; put a `"random matrix"` of the same size in its place, drawn with the number as seed;
        `"mask"` the entries of its tail.
    number
        By or to which number.
    mask
        For `"mask"`: 1 where an entry of the tail leads on, 0 where it does not, in the tail's shape.
    """

    kind: Kind
    number: float = 1.0
    mask: Array | None = None

    @property
    def drops(self) -> bool:
        """Whether no path leads along the edge any more."""
        nothing = self.kind == "mask" and self.mask is not None and not self.mask.any()
        return nothing or self.kind == "cut" or (self.kind == "scale" and self.number == 0.0)

    @property
    def changes(self) -> bool:
        """Whether anything happens."""
        return not (self.kind == "keep" or (self.kind == "scale" and self.number == 1.0))

    def written(self, symbol: LocalPartial) -> LocalPartial:
        """Return what becomes of the symbol of an edge: times the number; of all else it is that of the full net."""
        return symbol.scaled(self.number) if self.kind == "scale" and self.changes else symbol

    def done_to(self, linear: LinearMap) -> LinearMap:
        """Return what becomes of the map of an edge that is not dropped.

        Raises
        ------
        InputError
            If the map has no diagonal, or no matrix.
        """
        if not self.changes:
            return linear
        if self.kind == "scale":
            return compose([Diagonal(np.full(linear.head_shape, self.number)), linear], linear.tail_shape)
        if self.kind == "mask" and self.mask is not None:
            return compose([linear, Diagonal(self.mask)], linear.tail_shape)
        if self.kind == "diagonal":
            if linear.tail_shape != linear.head_shape:
                raise InputError(
                    f"no diagonal: an edge from shape {linear.tail_shape} to {linear.head_shape} has none "
                    "(the rule keeps it, so both ends must be of one shape)"
                )
            return Diagonal(np.diagonal(linear.dense()).reshape(linear.head_shape).copy())
        if linear.layout == "diagonal" and self.kind == "clip":
            diagonal = np.diagonal(linear.dense()).reshape(linear.head_shape)
            return Diagonal(np.clip(diagonal, -self.number, self.number))
        if len(linear.tail_shape) != 1 or len(linear.head_shape) != 1:
            raise InputError(
                f"no matrix: an edge from shape {linear.tail_shape} to {linear.head_shape} "
                "(the rule changes matrices between vectors)"
            )
        dense = linear.dense()
        if self.kind == "clip":
            return Matrix(np.clip(dense, -self.number, self.number))
        drawn = np.random.default_rng(int(self.number)).normal(size=dense.shape)
        # Scaled first: the squares of what is very large or small are none.
        near, power = scaled(dense)
        with np.errstate(over="ignore"):
            return Matrix(np.ldexp(drawn * (float(np.linalg.norm(near)) / float(np.linalg.norm(drawn))), power))


KEEP, CUT = Action("keep"), Action("cut")
