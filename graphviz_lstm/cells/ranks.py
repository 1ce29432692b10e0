"""The rank of every name of a cell: whether it is a number, a vector or a matrix, as the equations tell it.

First what is certain: `W @ x`, `dot(v, k)`, `transpose(C)`, a quantity and its right side say what their parts must be.
Then what is open, by default: what stands left of `@` is a matrix; what stands entry by entry beside an array is like
that array; anything else is a vector. Each default is carried on before the next one is made.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from graphviz_lstm.cells.expression import Apply, Expression, Number, Parameter, Quantity, references, walk
from graphviz_lstm.cells.operations import operation
from graphviz_lstm.cells.shapes import KINDS, RULES
from graphviz_lstm.errors import EquationError, UnknownNameError, describe_unknown, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphviz_lstm.cells.cell import Cell, Equation
    from graphviz_lstm.cells.shapes import Rank

_KIND = tuple(kind.partition(" (")[0] for kind in KINDS)


class RankError(EquationError):
    """What does not fit in an equation, that of `quantity`: its left side, or a part of the right one."""

    def __init__(self, message: str, quantity: str | None, part: Expression | None) -> None:
        super().__init__(message)
        self.quantity, self.part = quantity, part


def infer_ranks(
    cell: str, equations: Sequence[Equation], declared: Mapping[str, int], bound: Mapping[str, str]
) -> dict[str, int]:
    """Return the rank of every name in `equations`.

    Parameters
    ----------
    cell
        What messages call the cell.
    declared
        Ranks that are given, not to be inferred.
    bound
        General name -> activation.

    Raises
    ------
    RankError
        If a name would need two ranks, or an operation is applied to what it does not take.
    EquationError
        If what is declared is no rank.
    UnknownNameError
        If a declared name is in no equation.
    """
    if not hasattr(declared, "items"):
        raise EquationError(f"not a mapping from names to ranks: {shorten(declared)} in cell {cell!r}")
    book = _Book(cell, equations, bound)
    names = dict.fromkeys(name for equation in equations for name in _names(equation))
    for name, rank in declared.items():
        if name not in names:
            raise UnknownNameError(f"{describe_unknown('name', name, names)} in the ranks of cell {cell!r}")
        if isinstance(rank, bool) or rank not in range(len(KINDS)):
            raise EquationError(f"wrong rank: {name!r} has {shorten(rank)} in cell {cell!r} (must be 0, 1 or 2)")
        book.note(name, int(rank), None, None)
    book.settle(equations)
    for equation in equations:
        for part in walk(equation.expression):
            if isinstance(part, Apply) and part.operation == "matmul":
                left = part.arguments[0]
                if isinstance(left, Parameter | Quantity) and left.name not in book.ranks:
                    book.note(left.name, 2, equation, left)
    book.settle(())
    for equation in equations:
        if any(name not in book.ranks for name in _names(equation)):
            book.decide(equation, equation.expression, book.ranks.get(equation.quantity))
            book.settle((equation,))
    for equation in equations:
        _check(equation, book)
    return book.ranks


def _names(equation: Equation) -> Iterable[str]:
    return (*(reference.name for reference in references(equation.expression)), equation.quantity)


def rank_of(expression: Expression, cell: Cell) -> int:
    """Return the rank of an expression of a cell."""
    if isinstance(expression, Number):
        return 0
    if isinstance(expression, Parameter | Quantity):
        return cell.ranks[expression.name]
    rule = RULES[operation(expression.operation, cell.activations).shape]
    return rule.result([rank_of(part, cell) for part in expression.arguments]) or 0


class _Book:
    """What is known of the ranks, and which equations have yet to hear of it."""

    def __init__(self, cell: str, equations: Sequence[Equation], bound: Mapping[str, str]) -> None:
        self.ranks: dict[str, int] = {}
        self.cell, self.bound = cell, bound
        self._readers: dict[str, list[Equation]] = {}
        for equation in equations:
            for name in dict.fromkeys(_names(equation)):
                self._readers.setdefault(name, []).append(equation)
        self._told: dict[str, None] = {}
        self._learnt: dict[str, Equation | None] = {}

    def note(self, name: str, rank: int, equation: Equation | None, part: Expression | None) -> None:
        """Learn one rank from an equation: from its left side, or from a part of the right one."""
        known = self.ranks.get(name)
        if known is None:
            self.ranks[name], self._learnt[name] = rank, equation
            self._told[name] = None
        elif known != rank:
            uses = sorted([(known, self._learnt[name]), (rank, equation)], key=lambda use: -use[0])
            both = " and ".join(f"as {_KIND[each]}" for each, _ in uses)
            whence = ["its given rank" if by is None else f"the equation of {by.quantity!r}" for _, by in uses]
            told = f"the one by {whence[0]}, the other by {whence[1]}"
            told = f"both by {whence[0]}" if whence[0] == whence[1] else told
            raise RankError(
                f"{name!r} is used both {both} in cell {self.cell!r} ({told})",
                None if equation is None else equation.quantity,
                part,
            )

    def settle(self, first: Iterable[Equation]) -> None:
        """Carry what is known through the equations, `first` and all that hear something new, until nothing is."""
        waiting = deque(first)
        queued = {equation.quantity for equation in waiting}
        while waiting or self._told:
            for name in self._told:
                new = [equation for equation in self._readers[name] if equation.quantity not in queued]
                queued.update(equation.quantity for equation in new)
                waiting.extend(new)
            self._told.clear()
            if not waiting:
                return
            equation = waiting.popleft()
            queued.discard(equation.quantity)
            rank = self.of(equation.expression)
            if rank is None:
                rank = self.ranks.get(equation.quantity)
            else:
                self.note(equation.quantity, rank, equation, None)
            self._demand(equation, equation.expression, rank)

    def of(self, expression: Expression) -> Rank:
        """Return the rank of an expression, if it is known."""
        if isinstance(expression, Number):
            return 0
        if isinstance(expression, Parameter | Quantity):
            return self.ranks.get(expression.name)
        row = operation(expression.operation, self.bound)
        return RULES[row.shape].result([self.of(part) for part in expression.arguments])

    def _demand(self, equation: Equation, expression: Expression, rank: Rank) -> None:
        """Note what is certain of the names in an expression of this rank."""
        if isinstance(expression, Parameter | Quantity):
            if rank is not None:
                self.note(expression.name, rank, equation, expression)
        elif isinstance(expression, Apply):
            rule = RULES[operation(expression.operation, self.bound).shape]
            known = [self.of(part) for part in expression.arguments]
            due = rule.arguments(rank if rank is not None else rule.result(known), known)
            for part, wanted in zip(expression.arguments, due, strict=True):
                self._demand(equation, part, wanted)

    def decide(self, equation: Equation, expression: Expression, due: Rank) -> None:
        """Give every name that is still open a rank: that of what it stands beside, else `due`, else a vector's."""
        if isinstance(expression, Parameter | Quantity):
            if expression.name not in self.ranks:
                self.note(expression.name, 1 if due is None else due, equation, expression)
        elif isinstance(expression, Apply):
            rule = RULES[operation(expression.operation, self.bound).shape]
            # What is made of numbers alone fits every shape, as a number does.
            known = [self.of(part) if references(part) else None for part in expression.arguments]
            beside = max((rank for rank in known if rank is not None), default=due) if rule.alike else None
            for k, part in enumerate(expression.arguments):
                self.decide(equation, part, beside if rule.alike else rule.arguments(None, known)[k])
                if known[k] is None and references(part):
                    known[k] = self.of(part)
                    beside = known[k] if beside is None else beside


def _check(equation: Equation, book: _Book) -> None:
    """Raise unless every operation of an equation is applied to what it takes."""
    for part in walk(equation.expression):
        if isinstance(part, Apply):
            row = operation(part.operation, book.bound)
            rule, ranks = RULES[row.shape], [book.of(argument) or 0 for argument in part.arguments]
            if not rule.fits(ranks):
                given = " and ".join(_KIND[min(rank, 2)] for rank in ranks)
                raise RankError(
                    f"cannot apply {row.sign!r} to {given} in the equation of {equation.quantity!r} "
                    f"in cell {book.cell!r} ({rule.takes})",
                    equation.quantity,
                    part,
                )
