"""The local partial of an equation, in symbols: the chain rule over the operations table.

d(equation)/d(reference), with all other references held fixed, is a sum over the places at which the equation reads the
reference; each place gives a `Term`, a product of factors as in a product of matrices. For hidden size 1 every factor
is a number, and the order does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.cells.expression import Apply, Expression, Number, Parameter, Quantity, references, walk
from graphviz_lstm.cells.operations import operation
from graphviz_lstm.cells.ranks import rank_of

if TYPE_CHECKING:
    from typing import Literal

    from graphviz_lstm.cells.cell import Cell
    from graphviz_lstm.cells.expression import Reference
    from graphviz_lstm.cells.operation import Kind


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a term: what its expression does to a perturbation, as `operation.Partial.kind` has it.

    A transposition has no coefficient: its expression is None. There is one more kind, `"spread"`: a number becomes an
    array of that number, shaped as its expression is.
    """

    kind: Kind | Literal["spread"]
    expression: Expression | None


@dataclass(frozen=True, slots=True)
class Term:
    """A signed product of factors, the outermost first; no factors: the identity."""

    sign: int
    factors: tuple[Factor, ...]


def differentiate(expression: Expression, reference: Reference, cell: Cell | None = None) -> tuple[Term, ...]:
    """Return d(expression)/d(reference), a term for each place at which `reference` is read; see `partials_of`.

    Raises
    ------
    EquationError
        If the reference stands where an operation has no derivative: as the target of a loss.

    Examples
    --------
    >>> from graphviz_lstm.cells import LSTM
    >>> from graphviz_lstm.cells.expression import Quantity
    >>> [factor.kind for factor in differentiate(LSTM.equations[5].expression, Quantity("S"), LSTM)[0].factors]
    ['diagonal', 'diagonal']
    """
    for part in walk(expression):
        if isinstance(part, Apply):
            row = operation(part.operation, cell.activations if cell else None)
            for k, argument in enumerate(part.arguments):
                if not row.has_partial(k) and reference in references(argument):
                    row.partial(k)
    return partials_of(expression, cell).get(reference, ())


def partials_of(expression: Expression, cell: Cell | None = None) -> dict[Reference, tuple[Term, ...]]:
    """Return for everything that an expression can be derived by the partial with regard to it, in one walk.

    Parameters
    ----------
    cell
        Whose general activations and ranks these are; without one, names are those of the table, and all of one rank.

    References
    ----------
    .. [1] The chain rule: DLMF 1.4(iii). Each operation's own partial has its source in the table.
    """
    found: dict[Reference, list[Term]] = {}
    waiting: list[tuple[Expression, Term]] = [(expression, Term(1, ()))]
    while waiting:
        part, term = waiting.pop()
        if isinstance(part, Parameter | Quantity):
            found.setdefault(part, []).append(term)
        elif isinstance(part, Apply):
            # The last argument lies deepest in the pile: terms stand in reading order.
            waiting += reversed(_through(part, term, cell))
    return {reference: tuple(terms) for reference, terms in found.items()}


def _through(part: Apply, term: Term, cell: Cell | None) -> list[tuple[Expression, Term]]:
    """Return each argument of a part with the term that leads to it."""
    row = operation(part.operation, cell.activations if cell else None)
    rank = rank_of(part, cell) if cell else 0
    result: list[tuple[Expression, Term]] = []
    for k, argument in enumerate(part.arguments):
        if isinstance(argument, Number) or not row.has_partial(k):
            continue
        partial = row.partial(k)
        factors: tuple[Factor, ...] = ()
        if partial.coefficient is not None:
            coefficient = partial.coefficient(part)
            if coefficient != Number(1.0):
                factors = (Factor(partial.kind, coefficient),)
        elif partial.kind == "transpose":
            factors = (Factor("transpose", None),)
        if not factors and cell is not None and rank_of(argument, cell) < rank:
            factors = (Factor("spread", part),)
        result.append((argument, Term(partial.sign * term.sign, (*term.factors, *factors))))
    return result
