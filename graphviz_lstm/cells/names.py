"""What a quantity or a vertex is called, as data. How it reads is said in `notation/names`; nothing reads it back."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Moving:
    """The step `t`, or one so many after it: where an equation is told for every step at once.

    >>> Moving() - 1, Moving(-1) == Moving() - 1
    (Moving(offset=-1), True)
    """

    offset: int = 0

    def __sub__(self, lag: int) -> Moving:
        """Return the step `lag` steps before."""
        return Moving(self.offset - lag)


Step = int | Moving


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a parameter, a quantity, a vertex or one entry of it.

    Attributes
    ----------
    base
        As the equations have it: `W_A`, `S`; of an applied function, the function: `f_S`.
    step
        Of a vertex that every step has; None for a parameter and for a quantity at no step in particular.
    layer
        Counted from 1 in a net of several layers; None where there is one.
    argument
        Of an applied function, what it is applied to: `S_1` in `f_S(S_1)`.
    lag
        Of an argument: how many steps before the whole it is read.
    owner
        The quantity in whose equation an applied function stands, where it stands in more than one.
    moving
        Whether it has a step at all: a parameter has none, also where it is an argument.
    unit
        The index of one entry: `(7,)` of `a_3[7]`.
    part
        Of a layer of which there is more than one cell running forward: `">"` of the one that runs forward and `"<"`
        of the one that runs backward in time; `"+"` of what a layer puts out with what it has read added.
    """

    base: str
    step: Step | None = None
    layer: int | None = None
    argument: Name | None = None
    lag: int = 0
    owner: Name | None = None
    moving: bool = True
    unit: tuple[int, ...] | None = None
    part: str = ""

    def at(self, step: Step | None) -> Name:
        """Return the name of the same quantity at a step.

        >>> Name("f_S", argument=Name("S", lag=1)).at(3).argument.step
        2
        """
        if not self.moving:
            return self
        when = None if step is None else step - self.lag
        argument = None if self.argument is None else self.argument.at(when)
        owner = None if self.owner is None else self.owner.at(when)
        return replace(self, step=when, argument=argument, owner=owner)

    def entry(self, unit: tuple[int, ...]) -> Name:
        """Return the name of one entry."""
        return replace(self, unit=unit)
