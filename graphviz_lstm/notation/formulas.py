"""How expressions and partials read: one source of every formula, in whatever style.

For hidden size 1 every factor is a number and stands beside the next. For larger ones a partial reads as a product of
matrices (a diagonal as `diag(...)`), and what an edge gives its tail as transposed factors, elementwise products and
outer products: the order is that of the multiplication.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphviz_lstm.cells.expression import Apply, Expression, Number, Parameter, Quantity
from graphviz_lstm.cells.names import Name
from graphviz_lstm.cells.operations import ATOM, FACTOR, PRODUCT, SUM, operation
from graphviz_lstm.notation.style import LATEX, TEXT, Style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphviz_lstm.cells.cell import Cell
    from graphviz_lstm.cells.names import Step
    from graphviz_lstm.cells.partials import Factor, Term

    Signed = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who writes formulas.

    Attributes
    ----------
    style
        `TEXT` or `LATEX`.
    names
        Of parameters and quantities that do not read as they are called.
    bound
        General name -> activation, as a cell has them.
    size
        1 where everything is a number; any larger number for arrays.
    written_out
        Whether derivatives of bound functions are written out: `1 - tanh^2(...)`.
    """

    style: Style = TEXT
    names: Mapping[str, Name] = field(default_factory=dict)
    bound: Mapping[str, str] = field(default_factory=dict)
    size: int = 2
    written_out: bool = False

    def name(self, key: str, step: Step | None = None) -> str:
        """Return the name of a parameter or quantity."""
        return self.style.name((self.names.get(key) or Name(key)).at(step))

    def expression(self, expression: Expression, step: Step) -> str:
        """Return `expression` as it reads at `step`, a function's long argument by its name."""
        return self._written(expression, step, SUM)

    def partial(self, terms: Sequence[Term], step: Step) -> str:
        """Return d(head)/d(tail): numbers side by side for size 1, else a product of matrices."""
        alone = len(terms) == 1 and len(terms[0].factors) == 1
        return self.sum([(term.sign, self._term(term, step, alone=alone and term.sign > 0)) for term in terms])

    def pushed(self, terms: Sequence[Term], step: Step, tangent: str) -> list[Signed]:
        """Return what the edge makes of its tail's `tangent`, as signed terms."""
        return [(term.sign, self._through(term.factors[::-1], step, tangent, pull=False)) for term in terms]

    def pulled(self, terms: Sequence[Term], step: Step, adjoint: str) -> list[Signed]:
        """Return what the edge gives its tail of its head's `adjoint`, as signed terms; an adjoint of 1 is left out."""
        return [(term.sign, self._through(term.factors, step, adjoint, pull=True)) for term in terms]

    def sum(self, terms: Sequence[Signed]) -> str:
        """Return signed terms as a sum; 0 if there are none."""
        text = ""
        for sign, term in terms:
            text += f"{' - ' if sign < 0 else ' + '}{term}" if text else f"{'-' if sign < 0 else ''}{term}"
        return text or "0"

    def _written(self, expression: Expression, step: Step, place: int) -> str:
        if isinstance(expression, Number):
            text, binding = _digits(expression.value), ATOM if expression.value >= 0 else SUM
        elif isinstance(expression, Parameter):
            text, binding = self.name(expression.name), ATOM
        elif isinstance(expression, Quantity):
            text, binding = self.name(expression.name, step - expression.lag), ATOM
        else:
            text, binding = self._applied(expression, step)
        return self.style.bracket.format(text) if binding < place else text

    def _applied(self, part: Apply, step: Step) -> tuple[str, int]:
        row = operation(part.operation, self.bound)
        general = part.operation != row.name
        if part.derivative is not None:
            return self._derived(part, step)
        writing = None if general else self.style.writing(row)
        if writing is None:
            return self.style.call.format(self.style.function(part.operation), self._arguments(part, step)), ATOM
        if row.arity[1] is None:
            return self._chained(part, writing.template, writing.places, step), writing.binding
        places = writing.places
        shown = [
            self.name(part.name, step) if not k and part.name else self._written(argument, step, place)
            for k, (argument, place) in enumerate(zip(part.arguments, places, strict=True))
        ]
        return writing.template.format(*shown), writing.binding

    def _chained(self, part: Apply, between: str, places: tuple[int, ...], step: Step) -> str:
        """Return a sum; what is taken away with a minus sign before it."""
        first, *others = part.arguments
        text = self._written(first, step, places[0])
        for term in others:
            if isinstance(term, Apply) and term.operation == "negative":
                text += f" - {self._written(term.arguments[0], step, places[1])}"
            else:
                text += f"{between}{self._written(term, step, places[1])}"
        return text

    def _arguments(self, part: Apply, step: Step) -> str:
        shown = [
            self.name(part.name, step) if not k and part.name else self._written(argument, step, SUM)
            for k, argument in enumerate(part.arguments)
        ]
        return ", ".join(shown)

    def _derived(self, part: Apply, step: Step) -> tuple[str, int]:
        """Return a derivative: `f_A'(Z_A,1)`, or written out."""
        inner = self._arguments(part, step)
        row = operation(part.operation, self.bound)
        if self.written_out and row.derived is not None and self.style is LATEX:
            return row.derived.replace("@", self.style.bracket.format(inner)), SUM
        function = self.style.prime.format(self.style.function(part.operation))
        if len(part.arguments) > 1:
            function += f"_{(part.derivative or 0) + 1}"
        return self.style.call.format(function, inner), ATOM

    def _term(self, term: Term, step: Step, *, alone: bool) -> str:
        shown = []
        for factor in term.factors:
            if factor.kind == "spread":
                continue
            if factor.expression is None:
                shown.append(self.style.transposed.format(self.style.slot))
            elif self.style is LATEX and self.size > 1 and factor.kind == "diagonal":
                shown.append(self.style.diagonal.format(self._written(factor.expression, step, SUM)))
            elif self.style is LATEX and self.size > 1 and factor.kind == "right":
                shown.append(f"{self.style.slot} {self._written(factor.expression, step, PRODUCT)}")
            else:
                shown.append(self._written(factor.expression, step, SUM if alone else self._place))
        return self.style.side.join(shown) or ("I" if self.style is LATEX and self.size > 1 else "1")

    @property
    def _place(self) -> int:
        """How tightly a factor must bind beside others."""
        if self.style is TEXT:
            return FACTOR
        return ATOM if self.size == 1 else PRODUCT

    def _through(self, factors: tuple[Factor, ...], step: Step, moved: str, *, pull: bool) -> str:
        """Return `moved` after it has gone through the factors, one after another."""
        text, is_product = moved, False
        for factor in factors:
            if factor.kind == "spread":
                # Forward it changes nothing that is written; backward the entries of an array are added up.
                text = self.style.entries.format(text) if pull and self.size > 1 else text
                continue
            shown = "" if factor.expression is None else self._written(factor.expression, step, self._place)
            if text == "1" and pull and factor.kind in ("diagonal", "inner"):
                # Nothing is said of a factor of 1.
                text = self._written(factor.expression, step, SUM) if len(factors) == 1 and factor.expression else shown
            elif self.size == 1:
                # Numbers: pulled in front, as they are multiplied.
                text = f"{shown}{self.style.side}{text}" if shown else text
            else:
                inner = self.style.bracket.format(text) if is_product else text
                text = self._moved(factor.kind, shown, text, inner, pull=pull)
            is_product = True
        return text

    def _moved(self, kind: str, shown: str, text: str, inner: str, *, pull: bool) -> str:
        """Return what one factor makes of an array: forward, or, transposed, backward."""
        style = self.style
        turned = style.transposed.format(shown)
        ways = {
            "diagonal": (f"{shown}{style.times}{text}",) * 2,
            "matrix": (f"{shown}{style.apply}{inner}", f"{turned}{style.apply}{inner}"),
            "right": (f"{inner}{style.apply}{shown}", f"{inner}{style.apply}{turned}"),
            "inner": (style.inner.format(shown, text), f"{inner}{style.side}{shown}"),
            "outer-left": (f"{inner}{style.apply}{turned}", f"{inner}{style.apply}{shown}"),
            "outer-right": (
                f"{shown}{style.apply}{style.transposed.format(inner)}",
                f"{style.transposed.format(inner)}{style.apply}{shown}",
            ),
            "transpose": (style.transposed.format(inner),) * 2,
        }
        return ways[kind][int(pull)]


def writer_of(cell: Cell, style: Style = TEXT, *, size: int = 2, written_out: bool = False) -> Writer:
    """Return somebody who writes the formulas of a cell.

    >>> from graphviz_lstm.cells import LSTM
    >>> from graphviz_lstm.cells.names import Moving
    >>> writer_of(LSTM).expression(LSTM.equations[4].expression, Moving())
    'a_t * i_t + f_t * S_{t-1}'
    """
    return Writer(style, cell.names, cell.activations, size, written_out)


def _digits(value: float) -> str:
    short = f"{value:g}"
    return short if float(short) == value else repr(value)
