"""Which shapes must agree: each operation's rule, and the sizes of a cell's names, held against arrays.

How many axes a name has is told in `cells/ranks`. Every axis of every name is an unknown, and `W @ x` says that W has
as many columns as x has entries. Unknowns that must agree are merged (a disjoint-set forest), and the first array that
brings a number for one of them fixes it for all the others.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from graphviz_lstm.cells.expression import Expression, Number, Parameter, Quantity
from graphviz_lstm.cells.operations import operation
from graphviz_lstm.errors import ShapeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from graphviz_lstm.cells.cell import Cell

    # None is not known yet.
    Rank = int | None

Size = tuple[str, Any]
"""An unknown: one axis of the array that bears the name; under `_JOINED`, what two unknowns add up to; under `_PICKED`,
how many entries of one are picked, which is told by how many numbers there are."""
_JOINED, _PICKED = "+", "[]"
Sizes = tuple[Size, ...]

KINDS = ("a number (no axes)", "a vector (one axis)", "a matrix (two axes)")


@dataclass(frozen=True, slots=True)
class ShapeRule:
    """How the shapes of an operation's arguments and of its result hang together.

    Attributes
    ----------
    takes
        In words, what it can be applied to.
    fits
        Ranks of the arguments, all known -> whether it can be applied to them.
    result
        Ranks of the arguments -> rank of the result, as far as it can be told.
    arguments
        Rank of the result, ranks of the arguments -> ranks that the arguments must have, as far as they are certain.
    sizes
        (join, sizes of the arguments) -> sizes of the result; joins the axes that must agree.
    alike
        Whether arguments of which nothing is certain are taken to be like the others.
    """

    takes: str
    fits: Callable[[Sequence[int]], bool]
    result: Callable[[Sequence[Rank]], Rank]
    arguments: Callable[[Rank, Sequence[Rank]], Sequence[Rank]]
    sizes: Callable[[Callable[[Size, Size], None], Sequence[Sizes]], Sizes]
    alike: bool = False


def _entrywise_result(ranks: Sequence[Rank]) -> Rank:
    known = [rank for rank in ranks if rank is not None]
    # A number fits every shape: only where all are numbers is the result one.
    return max(known) if any(known) or len(known) == len(ranks) else None


def _entrywise_arguments(result: Rank, ranks: Sequence[Rank]) -> Sequence[Rank]:
    if result == 0:
        return [0 for _ in ranks]
    # Somebody must have brought the axes of the result.
    if ranks.count(None) == 1 and all(rank == 0 for rank in ranks if rank is not None):
        return [result if rank is None else rank for rank in ranks]
    return ranks


def _entrywise_sizes(join: Callable[[Size, Size], None], sizes: Sequence[Sizes]) -> Sizes:
    largest = max(sizes, key=len)
    for other in sizes:
        # A number has no axes to agree.
        for first, second in zip(largest, other, strict=False):
            join(first, second)
    return largest


def _product_result(ranks: Sequence[Rank]) -> Rank:
    left, right = ranks
    # Of what it does not take it is a number, until that is said: no rank is negative.
    return None if left is None or right is None else max(left + right - 2, 0)


def _product_arguments(result: Rank, ranks: Sequence[Rank]) -> Sequence[Rank]:
    left, right = ranks
    if result is not None:
        if left is None and right is not None:
            left = _vector_or_matrix(result + 2 - right)
        elif right is None and left is not None:
            right = _vector_or_matrix(result + 2 - left)
    return [left, right]


def _vector_or_matrix(rank: int) -> Rank:
    return rank if rank in (1, 2) else None


def _product_sizes(join: Callable[[Size, Size], None], sizes: Sequence[Sizes]) -> Sizes:
    left, right = sizes
    join(left[-1], right[0])
    return (*left[:-1], *right[1:])


def _reduced_arguments(_: Rank, ranks: Sequence[Rank]) -> Sequence[Rank]:
    known = max((rank for rank in ranks if rank is not None), default=None)
    return [known for _ in ranks]


def _reduced_sizes(join: Callable[[Size, Size], None], sizes: Sequence[Sizes]) -> Sizes:
    _entrywise_sizes(join, sizes)
    return ()


RULES: dict[str, ShapeRule] = {
    "entrywise": ShapeRule(
        "entry by entry goes what is alike, or a number beside it",
        lambda ranks: set(ranks) <= {0, max(ranks)},
        _entrywise_result,
        _entrywise_arguments,
        _entrywise_sizes,
        alike=True,
    ),
    "product": ShapeRule(
        "it takes vectors and matrices",
        lambda ranks: min(ranks) >= 1,
        _product_result,
        _product_arguments,
        _product_sizes,
    ),
    "inner": ShapeRule(
        "it takes vectors",
        lambda ranks: set(ranks) == {1},
        lambda _: 0,
        lambda _, ranks: [1 for _ in ranks],
        _reduced_sizes,
    ),
    "outer": ShapeRule(
        "it takes vectors",
        lambda ranks: set(ranks) == {1},
        lambda _: 2,
        lambda _, ranks: [1 for _ in ranks],
        lambda _, sizes: (*sizes[0], *sizes[1]),
    ),
    "transpose": ShapeRule(
        "it takes a matrix",
        lambda ranks: set(ranks) == {2},
        lambda _: 2,
        lambda _, ranks: [2 for _ in ranks],
        lambda _, sizes: sizes[0][::-1],
    ),
    "reduced": ShapeRule(
        "it takes what is alike",
        lambda ranks: len(set(ranks)) == 1,
        lambda _: 0,
        _reduced_arguments,
        _reduced_sizes,
    ),
    "joined": ShapeRule(
        "it takes vectors",
        lambda ranks: set(ranks) == {1},
        lambda _: 1,
        lambda _, ranks: [1 for _ in ranks],
        lambda _, sizes: ((_JOINED, tuple(size[0] for size in sizes)),),
    ),
    "row": ShapeRule(
        "it takes a matrix and a number",
        lambda ranks: tuple(ranks) == (2, 0),
        lambda _: 1,
        lambda *_: (2, 0),
        lambda _, sizes: sizes[0][1:],
    ),
    "picked": ShapeRule(
        "it takes a vector and numbers of its entries",
        lambda ranks: ranks[0] == 1 and not any(ranks[1:]),
        lambda _: 1,
        lambda _, ranks: [1, *(0 for _ in ranks[1:])],
        lambda _, sizes: ((_PICKED, sizes[0]),),
    ),
    # What stands in partials of these alone: nobody asks for its sizes.
    "block": ShapeRule("it takes vectors", lambda _: True, lambda _: 2, lambda _, ranks: ranks, lambda *_: ()),
    "pick": ShapeRule("it takes a row's place", lambda _: True, lambda _: 1, lambda _, ranks: ranks, lambda *_: ()),
    "same": ShapeRule(
        "it takes anything",
        lambda _: True,
        lambda ranks: ranks[0],
        lambda result, _: [result],
        lambda _, sizes: sizes[0],
    ),
}


@dataclass(slots=True)
class _Forest:
    """Sizes that agree as trees, and for each size those that an equation says it is: quantity and size."""

    parent: dict[Size, Size]
    beside: dict[Size, list[tuple[str, Size]]]

    def root(self, size: Size) -> Size:
        self.parent.setdefault(size, size)
        while self.parent[size] != size:
            self.parent[size] = self.parent[self.parent[size]]
            size = self.parent[size]
        return size

    def join(self, first: Size, second: Size) -> None:
        """Make the two agree."""
        self.parent[self.root(second)] = self.root(first)

    def join_in(self, quantity: str) -> Callable[[Size, Size], None]:
        """Return what makes two sizes agree by the equation of a quantity."""

        def join(first: Size, second: Size) -> None:
            self.join(first, second)
            self.beside.setdefault(first, []).append((quantity, second))
            self.beside.setdefault(second, []).append((quantity, first))

        return join

    def between(self, first: Size, second: Size) -> list[str]:
        """Return the quantities whose equations say that two sizes agree, along a shortest way."""
        before: dict[Size, tuple[str, Size]] = {}
        waiting = deque([first])
        while waiting and second not in before:
            size = waiting.popleft()
            for quantity, other in self.beside.get(size, ()):
                if other != first and other not in before:
                    before[other] = quantity, size
                    waiting.append(other)
        quantities = []
        while second in before:
            quantity, second = before[second]
            quantities.append(quantity)
        return list(dict.fromkeys(reversed(quantities)))


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
    return _unified(cell)[1]


Sum = tuple[Size, tuple[Size, ...]]
"""A size, and those that it is the sum of."""


def _unified(cell: Cell) -> tuple[_Forest, dict[str, Sizes], list[Sum]]:
    """Return what must agree, the sizes of each name, and which of them are sums of others."""
    forest = _Forest({}, {})
    ranks = cell.ranks

    def own(name: str) -> Sizes:
        return tuple((name, axis) for axis in range(ranks[name]))

    def size(expression: Expression, join: Callable[[Size, Size], None]) -> Sizes:
        if isinstance(expression, Number):
            return ()
        if isinstance(expression, Parameter | Quantity):
            return own(expression.name)
        rule = RULES[operation(expression.operation, cell.activations).shape]
        return rule.sizes(join, [size(part, join) for part in expression.arguments])

    for equation in cell.equations:
        join = forest.join_in(equation.quantity)
        found = size(equation.expression, join)
        for first, second in zip(own(equation.quantity), found, strict=False):
            join(first, second)
    sizes = {name: tuple(forest.root(axis) for axis in own(name)) for name in ranks}
    joined = [one for one in forest.parent if one[0] == _JOINED]
    return forest, sizes, [(forest.root(one), tuple(forest.root(part) for part in one[1])) for one in joined]


class _Fixed(NamedTuple):
    """A number of a size: who brought it, as which axis of which name, and with which shape."""

    number: int
    by: str
    at: Size | None = None
    shape: tuple[int, ...] = ()


class SizeBook:
    """The numbers that arrays brought for a cell's sizes, and who brought each."""

    def __init__(self, cell: Cell) -> None:
        """Start with nothing known."""
        self._forest, self._sizes, self._sums = _unified(cell)
        self._known: dict[Size, _Fixed] = {}

    def shape(self, name: str) -> tuple[int, ...] | None:
        """Return the shape that the array called `name` must have, or None where a size of it is not known yet."""
        known = [self._known[size].number for size in self._sizes[name] if size in self._known]
        return tuple(known) if len(known) == len(self._sizes[name]) else None

    def fill(self, name: str, number: int, what: str) -> None:
        """Let what is not known yet of the shape of `name` be a number."""
        sizes = self._sizes[name]
        self.admit(name, [self._known[size].number if size in self._known else number for size in sizes], what)

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
            raise ShapeError(f"wrong shape: {what} is {shape}, must be {KINDS[len(sizes)]}")
        if 0 in shape:
            raise ShapeError(f"wrong shape: {what} is {shape}, must not be empty")
        for axis, (size, number) in enumerate(zip(sizes, shape, strict=True)):
            fixed = self._known.setdefault(size, _Fixed(number, what, (name, axis), shape))
            if number != fixed.number:
                known = [self._known.get(s) for s in sizes]
                wanted = tuple(n if k is None else k.number for k, n in zip(known, shape, strict=True))
                told = f"axis {axis} has {fixed.number} in {fixed.by}{self._why(fixed, what, (name, axis))}"
                raise ShapeError(f"wrong shape: {what} is {shape}, must be {wanted}: {told}")
        self._add_up(f"wrong shape: {what} is {shape}")

    def _why(self, fixed: _Fixed, what: str, at: Size) -> str:
        """Return the shape of the array that fixed a size, and the equations by which another must agree with it."""
        # A vector's shape is its size, and that is told.
        shape = f" of shape {fixed.shape}" if len(fixed.shape) > 1 and fixed.by != what else ""
        by = [repr(quantity) for quantity in self._forest.between(fixed.at, at)] if fixed.at is not None else []
        if not by:
            return shape
        *others, last = by
        return f"{shape}, by the equation{'s' if others else ''} of {', '.join(others)}{' and ' * bool(others)}{last}"

    def _add_up(self, start: str) -> None:
        """Learn from what is a sum of others, until nothing new is learnt."""
        learnt = True
        while learnt:
            learnt = False
            for whole, parts in self._sums:
                unknown = [size for size in (whole, *parts) if size not in self._known]
                if len(unknown) > 1:
                    continue
                told = " and ".join(
                    f"{self._known[p].number} in {self._known[p].by}" for p in parts if p in self._known
                )
                total = sum(self._known[part].number for part in parts if part in self._known)
                if unknown == [whole]:
                    self._known[whole] = _Fixed(total, f"what is joined of {told}")
                    learnt = True
                elif unknown and self._known[whole].number > total:
                    number, by, *_ = self._known[whole]
                    self._known[unknown[0]] = _Fixed(number - total, f"what {by} leaves beside {told}")
                    learnt = True
                elif unknown or self._known[whole].number != total:
                    number, by, *_ = self._known[whole]
                    raise ShapeError(f"{start}, which does not fit: {number} in {by}, joined of {told}")
