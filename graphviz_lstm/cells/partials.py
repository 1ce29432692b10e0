"""The local partial of an equation, in symbols: the chain rule over the operations table.

d(equation)/d(reference), with all other references held fixed, is a sum over the places at which the equation reads the
reference; each place gives a `Term`, a product of factors as in a product of matrices. For hidden size 1 every factor
is a number, and the order does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.cells.expression import Apply, Expression, Number
from graphviz_lstm.cells.operations import operation
from graphviz_lstm.cells.shapes import rank_of

if TYPE_CHECKING:
    from typing import Literal

    from graphviz_lstm.cells.cell import Cell
    from graphviz_lstm.cells.expression import Reference
    from graphviz_lstm.cells.operations import Kind


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a term: what its expression does to a perturbation, as `operations.Partial.kind` has it.

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
    """Return d(expression)/d(reference), a term for each place at which `reference` is read.

    Parameters
    ----------
    cell
        Whose general activations and ranks these are; without one, names are those of the table, and all of one rank.

    References
    ----------
    .. [1] The chain rule: DLMF 1.4(iii). Each operation's own partial has its source in the table.

    Examples
    --------
    >>> from graphviz_lstm.cells import LSTM
    >>> from graphviz_lstm.cells.expression import Quantity
    >>> [factor.kind for factor in differentiate(LSTM.equations[5].expression, Quantity("S"), LSTM)[0].factors]
    ['diagonal', 'diagonal']
    """
    if expression == reference:
        return (Term(1, ()),)
    if not isinstance(expression, Apply):
        return ()
    row = operation(expression.operation, cell.activations if cell else None)
    found: list[Term] = []
    for k, argument in enumerate(expression.arguments):
        inner = differentiate(argument, reference, cell)
        if not inner:
            continue
        if not row.partials:
            raise TypeError(f"{row.name} has no partials")
        partial = row.partial(k)
        outer: tuple[Factor, ...] = ()
        if partial.coefficient is not None:
            coefficient = partial.coefficient(expression)
            if coefficient != Number(1.0):
                outer = (Factor(partial.kind, coefficient),)
        elif partial.kind == "transpose":
            outer = (Factor("transpose", None),)
        if not outer and cell is not None and rank_of(argument, cell) < rank_of(expression, cell):
            outer = (Factor("spread", expression),)
        found += (Term(partial.sign * term.sign, (*outer, *term.factors)) for term in inner)
    return tuple(found)
