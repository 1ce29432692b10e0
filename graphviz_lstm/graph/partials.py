"""The local partial of an edge, in symbols, at its step: what the edges of an unrolled graph bear."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from graphviz_lstm.cells.expression import Number
from graphviz_lstm.cells.partials import Factor, Term, differentiate
from graphviz_lstm.notation.formulas import Writer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.cells.names import Name, Step

__all__ = ["Factor", "LocalPartial", "Term", "differentiate"]


@dataclass(frozen=True, slots=True)
class LocalPartial:
    """d(head)/d(tail) in symbols: a sum of terms, at one step (that of the head; of a loss, that of its quantity).

    Attributes
    ----------
    terms
        One for each place at which the head's equation reads the tail.
    step
        Where the references of the terms' factors stand.
    names, bound
        Those of the cell: what is not called as it reads, and what general activations are bound to.
    """

    terms: tuple[Term, ...]
    step: Step
    names: Mapping[str, Name] = field(default_factory=dict, repr=False)
    bound: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        """As it reads: `f_A'(Z_A,1) * U_A`, `S_0`, `1`."""
        return self._writer.partial(self.terms, self.step)

    def pulled(self, adjoint: str) -> str:
        """Return what the edge gives its tail of its head's `adjoint`: the transposed factors, the outermost first.

        `U_A^T @ (f_A'(Z_A,1) * adjoint)`: right for every hidden size, and a plain product where that is 1.
        """
        return self._writer.sum(self._writer.pulled(self.terms, self.step, adjoint))

    def scaled(self, number: float) -> LocalPartial:
        """Return it times a number, which stands first, to twelve digits: it is read, not reckoned with.

        >>> from graphviz_lstm.cells import LSTM
        >>> from graphviz_lstm.graph import unroll
        >>> str(unroll(LSTM, steps=2, first_step=1).edges["H_1", "o_2"]["symbol"].scaled(-0.5))
        "-0.5 * f_o'(Z_o,2) * U_o"
        """
        size = Factor("diagonal", Number(float(f"{abs(number):.12g}")))
        sign = -1 if number < 0.0 else 1
        terms = tuple(Term(sign * term.sign, (size, *term.factors)) for term in self.terms)
        return replace(self, terms=terms)

    @property
    def _writer(self) -> Writer:
        return Writer(names=self.names, bound=self.bound)
