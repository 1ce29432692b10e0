"""Which shapes must agree: read off the equations, then held against arrays.

First the ranks: every name is a number, a vector or a matrix, as the operations that read it demand; what nothing
decides is a vector, and what stands left of `@` a matrix. Then the sizes: every axis of every name is an unknown, and
`W @ x` says that W has as many columns as x has entries. Unknowns that must agree are merged (a disjoint-set forest),
and the first array that brings a number for one of them fixes it for all the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.cells.expression import Apply, Expression, Number, Parameter, Quantity, walk
from graphviz_lstm.cells.operations import operation
from graphviz_lstm.errors import EquationError, ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from graphviz_lstm.cells.cell import Cell, Equation

    Ranks = dict[str, int]
    # None is not known yet.
    Rank = int | None

Size = tuple[str, int]
"""An unknown: one axis of the array that bears the name."""
Sizes = tuple[Size, ...]

_KINDS = ("a number (no axes)", "a vector (one axis)", "a matrix (two axes)")


@dataclass(frozen=True, slots=True)
class ShapeRule:
    """How the shapes of an operation's arguments and of its result hang together.

    Attributes
    ----------
    result
        Ranks of the arguments -> rank of the result, as far as it can be told.
    arguments
        Rank of the result, ranks of the arguments -> ranks that the arguments must have, as far as they can be told.
    sizes
        (join, sizes of the arguments) -> sizes of the result; joins the axes that must agree.
    """

    result: Callable[[Sequence[Rank]], Rank]
    arguments: Callable[[Rank, Sequence[Rank]], Sequence[Rank]]
    sizes: Callable[[Callable[[Size, Size], None], Sequence[Sizes]], Sizes]


def _entrywise_result(ranks: Sequence[Rank]) -> Rank:
    known = [rank for rank in ranks if rank is not None]
    # A number fits every shape: only where all are numbers is the result one.
    return max(known) if any(known) or len(known) == len(ranks) else None


def _entrywise_arguments(result: Rank, ranks: Sequence[Rank]) -> Sequence[Rank]:
    return [result if rank is None else rank for rank in ranks]


def _entrywise_sizes(join: Callable[[Size, Size], None], sizes: Sequence[Sizes]) -> Sizes:
    largest = max(sizes, key=len)
    for other in sizes:
        for first, second in zip(largest, other, strict=False):
            join(first, second)
    return largest


def _product_result(ranks: Sequence[Rank]) -> Rank:
    left, right = ranks
    return None if left is None or right is None else left + right - 2


def _product_arguments(result: Rank, ranks: Sequence[Rank]) -> Sequence[Rank]:
    left, right = ranks
    if result is not None:
        if left is None and right is not None:
            left = result + 2 - right
        elif right is None and left is not None:
            right = result + 2 - left
    return [left, right]


def _product_sizes(join: Callable[[Size, Size], None], sizes: Sequence[Sizes]) -> Sizes:
    left, right = sizes
    join(left[-1], right[0])
    return (*left[:-1], *right[1:])


def _inner_sizes(join: Callable[[Size, Size], None], sizes: Sequence[Sizes]) -> Sizes:
    _entrywise_sizes(join, sizes)
    return ()


RULES: dict[str, ShapeRule] = {
    "entrywise": ShapeRule(_entrywise_result, _entrywise_arguments, _entrywise_sizes),
    "product": ShapeRule(_product_result, _product_arguments, _product_sizes),
    "inner": ShapeRule(lambda _: 0, lambda _, ranks: [1 for _ in ranks], _inner_sizes),
    "outer": ShapeRule(lambda _: 2, lambda _, ranks: [1 for _ in ranks], lambda _, sizes: (*sizes[0], *sizes[1])),
    "transpose": ShapeRule(lambda _: 2, lambda _, ranks: [2 for _ in ranks], lambda _, sizes: sizes[0][::-1]),
    "reduced": ShapeRule(lambda _: 0, lambda _, ranks: _entrywise_arguments(max_known(ranks), ranks), _inner_sizes),
    "same": ShapeRule(lambda ranks: ranks[0], lambda result, _: [result], lambda _, sizes: sizes[0]),
}


def max_known(ranks: Sequence[Rank]) -> Rank:
    """Return the largest rank that is known, if one is."""
    return max((rank for rank in ranks if rank is not None), default=None)


class RankBook:
    """The ranks of a cell's names, as its equations tell them."""

    def __init__(
        self, name: str, equations: Sequence[Equation], declared: Mapping[str, int], bound: Mapping[str, str]
    ) -> None:
        """Decide them all."""
        self._cell, self._bound = name, bound
        self.ranks: Ranks = dict(declared)
        self._equations = equations
        self._settle()
        for equation in equations:
            for part in walk(equation.expression):
                if isinstance(part, Apply) and part.operation == "matmul":
                    left = part.arguments[0]
                    if isinstance(left, Parameter | Quantity) and left.name not in self.ranks:
                        self.ranks[left.name] = 2
        self._settle()
        for equation in equations:
            names = [p.name for p in walk(equation.expression) if isinstance(p, Parameter | Quantity)]
            for name_read in (*names, equation.quantity):
                if name_read not in self.ranks:
                    self.ranks[name_read] = 1
                    self._settle()

    def _settle(self) -> None:
        """Carry what is known through the equations until nothing new comes."""
        while True:
            before = len(self.ranks)
            for equation in self._equations:
                rank = self.of(equation.expression)
                if rank is None:
                    rank = self.ranks.get(equation.quantity)
                if rank is not None:
                    self._note(equation.quantity, rank)
                    self._demand(equation.expression, rank)
                else:
                    self._demand(equation.expression, None)
            if len(self.ranks) == before:
                return

    def of(self, expression: Expression) -> Rank:
        """Return the rank of an expression, if it is known."""
        if isinstance(expression, Number):
            return 0
        if isinstance(expression, Parameter | Quantity):
            return self.ranks.get(expression.name)
        row = operation(expression.operation, self._bound)
        return RULES[row.shape].result([self.of(part) for part in expression.arguments])

    def _demand(self, expression: Expression, rank: Rank) -> None:
        """Note what an expression of this rank says of the names in it."""
        if isinstance(expression, Parameter | Quantity):
            if rank is not None:
                self._note(expression.name, rank)
        elif isinstance(expression, Apply):
            rule = RULES[operation(expression.operation, self._bound).shape]
            known = [self.of(part) for part in expression.arguments]
            due = rule.arguments(rank if rank is not None else rule.result(known), known)
            for part, wanted in zip(expression.arguments, due, strict=True):
                self._demand(part, wanted)

    def _note(self, name: str, rank: int) -> None:
        known = self.ranks.setdefault(name, rank)
        if known != rank:
            kinds = [
                _KINDS[r].partition(" (")[0] if r < len(_KINDS) else f"of rank {r}"
                for r in sorted((known, rank), reverse=True)
            ]
            raise EquationError(f"{name!r} is used both as {kinds[0]} and as {kinds[1]} in cell {self._cell!r}")


def rank_of(expression: Expression, cell: Cell) -> int:
    """Return the rank of an expression of a cell."""
    if isinstance(expression, Number):
        return 0
    if isinstance(expression, Parameter | Quantity):
        return cell.ranks[expression.name]
    rule = RULES[operation(expression.operation, cell.activations).shape]
    return rule.result([rank_of(part, cell) for part in expression.arguments]) or 0


@dataclass(slots=True)
class _Forest:
    parent: dict[Size, Size]

    def root(self, size: Size) -> Size:
        self.parent.setdefault(size, size)
        while self.parent[size] != size:
            self.parent[size] = self.parent[self.parent[size]]
            size = self.parent[size]
        return size

    def join(self, first: Size, second: Size) -> None:
        """Make the two agree."""
        self.parent[self.root(second)] = self.root(first)


def sizes_of(cell: Cell) -> dict[str, Sizes]:
    """Return for each parameter, input and quantity of `cell` its sizes; sizes that must agree are the same object.

    Raises
    ------
    EquationError
        If a name is used with two ranks.

    Examples
    --------
    >>> from graphviz_lstm.cells import parse_cell
    >>> sizes = sizes_of(parse_cell("c", "H[t] = tanh(W @ X[t] + b)"))
    >>> sizes["W"] == (*sizes["H"], *sizes["X"]), sizes["b"] == sizes["H"]
    (True, True)
    """
    forest = _Forest({})
    ranks = cell.ranks

    def own(name: str) -> Sizes:
        return tuple((name, axis) for axis in range(ranks[name]))

    def size(expression: Expression) -> Sizes:
        if isinstance(expression, Number):
            return ()
        if isinstance(expression, Parameter | Quantity):
            return own(expression.name)
        rule = RULES[operation(expression.operation, cell.activations).shape]
        return rule.sizes(forest.join, [size(part) for part in expression.arguments])

    for equation in cell.equations:
        found = size(equation.expression)
        for first, second in zip(own(equation.quantity), found, strict=False):
            forest.join(first, second)
    return {name: tuple(forest.root(axis) for axis in own(name)) for name in ranks}


class SizeBook:
    """The numbers that arrays brought for a cell's sizes, and who brought each."""

    def __init__(self, cell: Cell) -> None:
        """Start with nothing known."""
        self._sizes = sizes_of(cell)
        self._known: dict[Size, tuple[int, str]] = {}

    def shape(self, name: str) -> tuple[int, ...] | None:
        """Return the shape that the array called `name` must have, or None where a size of it is not known yet."""
        known = [self._known[size][0] for size in self._sizes[name] if size in self._known]
        return tuple(known) if len(known) == len(self._sizes[name]) else None

    def admit(self, name: str, shape: Iterable[int], what: str) -> None:
        """Hold the array `what`, an instance of `name`, against what is known, and learn from it.

        Raises
        ------
        ShapeError
            If it has another number of axes, or a size that another array has fixed otherwise.
        """
        shape = tuple(shape)
        sizes = self._sizes[name]
        if len(shape) != len(sizes):
            raise ShapeError(f"wrong shape: {what} is {shape}, must be {_KINDS[len(sizes)]}")
        if 0 in shape:
            raise ShapeError(f"wrong shape: {what} is {shape}, must not be empty")
        for axis, (size, number) in enumerate(zip(sizes, shape, strict=True)):
            due, by = self._known.setdefault(size, (number, what))
            if number != due:
                wanted = tuple(self._known.get(s, (n, ""))[0] for s, n in zip(sizes, shape, strict=True))
                raise ShapeError(f"wrong shape: {what} is {shape}, must be {wanted}: axis {axis} has {due} in {by}")
