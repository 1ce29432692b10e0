"""The rules of the known schemes: frozen data, each of which answers for one edge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.gradients.schemes.action import CUT, KEEP, Action

if TYPE_CHECKING:
    from graphviz_lstm.gradients.schemes.edge import Edge
    from graphviz_lstm.gradients.schemes.scheme import Chance


@dataclass(frozen=True, slots=True)
class KeepAll:
    """Every edge is kept."""

    def __call__(self, edge: Edge) -> Action:  # noqa: ARG002 -- as every rule is called
        """Keep it."""
        return KEEP


@dataclass(frozen=True, slots=True)
class CutGates:
    """No error leaves a gate or the cell input for the step before, nor, along a peephole, for the state."""

    def __call__(self, edge: Edge) -> Action:
        """Cut it if it leads through a gate."""
        peephole = (
            edge.kind == "inner"
            and edge.tail.role == "state"
            and edge.head.role == "gate"
            and edge.tail.layer == edge.head.layer
        )
        return CUT if edge.kind == "crossing" or peephole else KEEP


@dataclass(frozen=True, slots=True)
class CutAbove:
    """Edges in time of the layers above the source are cut; with `gates`, also those through gates of its own."""

    gates: bool = False

    def __call__(self, edge: Edge) -> Action:
        """Cut it where it is in time, of a layer above."""
        own = 1 if edge.source is None else edge.source.layer or 1
        if edge.in_time and (edge.head.layer or 1) > own:
            return CUT
        return CUT if self.gates and edge.kind == "crossing" else KEEP


@dataclass(frozen=True, slots=True)
class CutOutput:
    """What the cell puts out is a constant to the next step, as its input is."""

    def __call__(self, edge: Edge) -> Action:
        """Cut it where it leads from an output to the next step."""
        return CUT if edge.in_time and edge.tail.put_out else KEEP


@dataclass(frozen=True, slots=True)
class CutTime:
    """Every edge from step to step is cut."""

    def __call__(self, edge: Edge) -> Action:
        """Cut it where it is in time."""
        return CUT if edge.in_time else KEEP


@dataclass(frozen=True, slots=True)
class CutBetweenChunks:
    """Edges in time are cut where one chunk of `length` steps ends and the next begins."""

    length: int

    def __call__(self, edge: Edge) -> Action:
        """Cut it where it leads into the first step of a later chunk, or, backward in time, out of it."""
        # A state that is given, before the first step or behind the last, is of no chunk.
        back = edge.tail.step is not None and edge.tail.role != "initial" and edge.tail.step > edge.to_step
        later = edge.tail.step if back and edge.tail.step is not None else edge.to_step
        begins = later > edge.first_step and (later - edge.first_step) % self.length == 0
        return CUT if edge.in_time and begins else KEEP


@dataclass(frozen=True, slots=True)
class OnlyThrough:
    """Of the edges through gates those through one gate alone are kept."""

    gate: str

    def __call__(self, edge: Edge) -> Action:
        """Cut it where it leads through another gate."""
        return CUT if edge.kind == "crossing" and edge.head.quantity != self.gate else KEEP


@dataclass(frozen=True, slots=True)
class OwnUnit:
    """Of every edge in time that part is kept that leads from a unit to itself."""

    def __call__(self, edge: Edge) -> Action:
        """Keep its diagonal."""
        return Action("diagonal") if edge.in_time else KEEP


@dataclass(frozen=True, slots=True)
class Window:
    """Edges in time are kept back to `back` steps before the loss; looked back at every `every` steps alone.

    With `every` steps between two passes, a pass takes the losses since the last one, and goes back `back` steps from
    its own. What runs backward in time was computed from behind: it is looked back at as far the other way, from the
    first step of the pass.
    """

    back: int
    every: int = 1

    def __call__(self, edge: Edge) -> Action:
        """Cut it where it leads out of the window, and what enters before it."""
        if edge.exit is None or edge.head.step is None:
            return KEEP
        passed = edge.exit - edge.first_step + 1
        at = edge.first_step - 1 + -(-passed // self.every) * self.every
        window = range(at - self.back + 1, at - self.every + self.back + 1)
        tail = edge.tail.step
        outside = edge.head.step not in window or (edge.in_time and tail is not None and tail not in window)
        return CUT if outside else KEEP


@dataclass(frozen=True, slots=True)
class Leak:
    """Of edges in time the carousel alone is kept, and a random matrix takes the place of the readout's.

    A readout is what a quantity that no later step reads makes of an output.
    """

    seed: int = 0

    def __call__(self, edge: Edge) -> Action:
        """Cut what leads through gates; draw the readout's matrix."""
        if edge.kind == "crossing":
            return CUT
        if edge.kind == "inner" and edge.tail.carried and edge.head.put_out and not edge.head.carried:
            return Action("random matrix", self.seed)
        return KEEP


@dataclass(frozen=True, slots=True)
class Clip:
    """The entries of every partial within the net are clipped."""

    largest: float

    def __call__(self, edge: Edge) -> Action:
        """Clip it, unless it leads from a parameter, an input, or to E."""
        inside = edge.in_time or edge.kind == "inner"
        return Action("clip", self.largest) if inside else KEEP


@dataclass(frozen=True, slots=True)
class Expected:
    """Edges that are dropped by chance, scaled by what is expected of them."""

    chance: Chance

    def __call__(self, edge: Edge) -> Action:
        """Scale it where chance is about it."""
        return Action("scale", self.chance.mean) if self.chance.is_about(edge) else KEEP
