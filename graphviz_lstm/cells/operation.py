"""What an operation is told by: one record, a row of the table in `cells/operations`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphviz_lstm.cells.expression import Apply, Expression
from graphviz_lstm.errors import EquationError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from numpy.typing import NDArray

    Arrays = Callable[..., NDArray[Any]]
    Kind = Literal["diagonal", "matrix", "select", "right", "inner", "outer-left", "outer-right", "transpose"]
    ShapeName = Literal[
        "entrywise",
        "product",
        "outer",
        "inner",
        "transpose",
        "reduced",
        "same",
        "joined",
        "row",
        "picked",
        "block",
        "pick",
    ]

SUM, PRODUCT, FACTOR, ATOM = range(4)
"""How tightly a written expression binds: one that binds less tightly than its place demands is bracketed."""


_SIGNS = {
    "Add": "+",
    "USub": "-",
    "Mult": "*",
    "Div": "/",
    "FloorDiv": "//",
    "Mod": "%",
    "Pow": "**",
    "MatMult": "@",
}


@dataclass(frozen=True, slots=True)
class Writing:
    """How an operation is written: a template for its arguments, how tightly it binds, and what each place demands.

    Of an operation that takes any number of arguments, `template` is what stands between two of them; or it has a place
    for the first and one for all others.
    """

    template: str
    binding: int
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Partial:
    """The partial with regard to one argument, as a linear map.

    Attributes
    ----------
    kind
        What the coefficient C does to a perturbation d of the argument: `"diagonal"` C * d, entry by entry; `"matrix"`
        C @ d; `"select"` the same where the zeros of C are its structure; `"right"` d @ C; `"inner"` the sum of C * d;
        `"outer-left"` the outer product of d with C; `"outer-right"` of C with d; `"transpose"` d transposed (it has no
        coefficient).
    coefficient
        C, an expression made from the whole `Apply`; None where the map is the identity or has none.
    sign
        1 or -1.
    """

    kind: Kind
    coefficient: Callable[[Apply], Expression] | None
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the table.

    Attributes
    ----------
    name
        What it is called in the equations, if it is a function, and in expressions.
    arity
        The least and the largest number of arguments; None is any.
    value
        Arrays of the arguments -> array. Where `ranked`, it is also given `ranks`, the rank of each argument.
    partials
        One for each argument that it can be derived by, which come first; of an operation that takes any number, one
        for all.
    derivatives
        For partials that are derivatives of the function itself, entry by entry: the same arguments -> array.
    shape
        Which rule of `cells/shapes` says its shape.
    sympy
        (sympy, *arguments) -> the same in sympy, for arguments that are numbers; None where that says nothing (the
        softmax of one number is 1).
    text, latex
        How it is written; None is `name(...)`.
    derived
        The derivative of a function of one argument, as text and in LaTeX, @ standing for its bracketed argument.
    operator
        The operator of Python's grammar that means it, as `ast` calls it.
    loss
        Whether it is a loss: of an output and a target, to one number.
    smooth
        Whether it has a derivative everywhere.
    periodic
        Whether it comes back to the same values again and again, so that long steps do not show its slope.
    spoken
        Whether an equation may call it.
    source
        Where the formula is from.
    """

    name: str
    arity: tuple[int, int | None]
    value: Arrays
    partials: tuple[Partial, ...]
    sympy: Callable[..., Any] | None
    source: str
    derivatives: tuple[Arrays, ...] = ()
    shape: ShapeName = "entrywise"
    ranked: bool = False
    text: Writing | None = None
    latex: Writing | None = None
    derived: tuple[str, str] | None = None
    operator: str | None = None
    loss: bool = False
    smooth: bool = True
    periodic: bool = False
    spoken: bool = True

    def partial(self, argument: int) -> Partial:
        """Return the partial with regard to the argument of that number.

        Raises
        ------
        EquationError
            If there is none: a loss is not derived with regard to its target, nor a power to its exponent.
        """
        if not self.has_partial(argument):
            raise EquationError(f"{self.name!r} has no derivative with regard to its argument {argument + 1}")
        return self.partials[0 if self.arity[1] is None else argument]

    def has_partial(self, argument: int) -> bool:
        """Return whether it can be derived with regard to the argument of that number."""
        return bool(self.partials) if self.arity[1] is None else argument < len(self.partials)

    @property
    def sign(self) -> str:
        """What stands for it in an equation: an operator, or its name."""
        return _SIGNS.get(self.operator or "", self.name)

    @property
    def is_activation(self) -> bool:
        """Whether it takes one array, entry by entry: what a general name such as `f_A` can be bound to."""
        return self.arity == (1, 1) and bool(self.derivatives)

    @property
    def derivative(self) -> Arrays:
        """The derivative of a function of one argument."""
        return self.derivatives[0]


def entrywise(
    name: str,
    value: Arrays,
    *derivatives: Arrays,
    sympy: Callable[..., Any],
    source: str,
    derived: tuple[str, str] | None = None,
    latex: Writing | None = None,
    smooth: bool = True,
    periodic: bool = False,
) -> Operation:
    """Return the row of a function that acts entry by entry, with its derivative for each argument.

    >>> import numpy as np
    >>> cube = entrywise("cube", lambda z: z**3, lambda z: 3 * z**2, sympy=lambda _, z: z**3, source="calculus")
    >>> float(cube.value(np.array(2.0))), float(cube.derivative(np.array(2.0)))
    (8.0, 12.0)
    """
    count = len(derivatives)
    return Operation(
        name=name,
        arity=(count, count),
        value=value,
        partials=tuple(Partial("diagonal", _derivative_by(k)) for k in range(count)),
        derivatives=derivatives,
        sympy=sympy,
        source=source,
        derived=derived,
        latex=latex,
        smooth=smooth,
        periodic=periodic,
    )


def _derivative_by(argument: int) -> Callable[[Apply], Expression]:
    return lambda whole: Apply(whole.operation, whole.arguments, whole.name, derivative=argument)
