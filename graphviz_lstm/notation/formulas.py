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
from graphviz_lstm.notation.numbers import digits
from graphviz_lstm.notation.style import LATEX, LINE, TEXT, Style

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphviz_lstm.cells.cell import Cell
    from graphviz_lstm.cells.names import Step
    from graphviz_lstm.cells.partials import Factor, Term

    Signed = tuple[int, str]
    # A formula so far, and how tightly it binds.
    Bound = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as a line of text and in LaTeX, both made from the same expressions."""

    text: str
    latex: str


def written(build: Callable[[Style], str]) -> Formula:
    r"""Return what `build` makes of each of the two styles.

    >>> written(lambda style: style.ratio.format("E", style.name(Name("W_A"))))
    Formula(text='dE/dW_A', latex='\\frac{dE}{dW_{A}}')
    """
    return Formula(build(LINE), build(LATEX))


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody who writes formulas.

    Attributes
    ----------
    style
        `TEXT`, `LINE`, `LATEX` or `EQUATION`.
    names
        Of parameters and quantities that do not read as they are called.
    bound
        General name -> activation, as a cell has them.
    size
        1 where everything is a number; any larger number for arrays.
    written_out
        Whether derivatives of bound functions are written out: `1 - tanh^2(...)`.
    tangents
        Of quantities that are tangents of others: what of, and along which source.
    """

    style: Style = TEXT
    names: Mapping[str, Name] = field(default_factory=dict)
    bound: Mapping[str, str] = field(default_factory=dict)
    size: int = 2
    written_out: bool = False
    tangents: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def name(self, key: str, step: Step | None = None) -> str:
        """Return the name of a parameter or quantity."""
        if key in self.tangents:
            quantity, source = self.tangents[key]
            return self.tangent(quantity, step, source)
        return self.style.name((self.names.get(key) or Name(key)).at(step))

    def tangent(self, key: str, step: Step | None, source: str) -> str:
        """Return d(quantity)/d(source), for arrays the derivative along a direction in the source."""
        name = self.name(key, step)
        return self.style.ratio.format(name, self.name(source)) if self.size == 1 else self.style.dot.format(name)

    def adjoint(self, key: str, step: Step | None) -> str:
        """Return dE/d(quantity), by its short sign."""
        return self.style.delta.format(self.name(key, step))

    def expression(self, expression: Expression, step: Step) -> str:
        """Return `expression` as it reads at `step`, a function's long argument by its name."""
        return self._written(expression, step, SUM)

    def partial(self, terms: Sequence[Term], step: Step) -> str:
        """Return d(head)/d(tail): numbers side by side for size 1, else a product of matrices."""
        alone = len(terms) == 1 and len(terms[0].factors) == 1
        return self.sum([(term.sign, self._term(term, step, alone=alone and term.sign > 0)) for term in terms])

    def pushed(self, terms: Sequence[Term], step: Step, tangent: str) -> list[Signed]:
        """Return what the edge makes of its tail's `tangent`, as signed terms."""
        return [self._signed(term.sign, self._through(term.factors[::-1], step, (tangent, ATOM))) for term in terms]

    def pulled(self, terms: Sequence[Term], step: Step, adjoint: str) -> list[Signed]:
        """Return what the edge gives its tail of its head's `adjoint`, as signed terms; an adjoint of 1 is left out."""
        return [
            self._signed(term.sign, self._through(term.factors, step, (adjoint, ATOM), pull=True)) for term in terms
        ]

    def contribution(self, partials: Sequence[tuple[Sequence[Term], Step]]) -> str:
        """Return what a path contributes: the adjoint of E, 1, pulled back through its edges, the first of them last.

        As long as the path and no longer: a partial of several terms stands in brackets, and what comes to it is
        written once.
        """
        moved: Bound = ("1", ATOM)
        for k, (terms, step) in enumerate(reversed(partials)):
            if len(terms) == 1 and terms[0].sign > 0:
                moved = self._through(terms[0].factors, step, moved, pull=True)
            elif moved[0] == "1" or (self.size > 1 and k == len(partials) - 1):
                moved = self.sum(self.pulled(terms, step, self._at(moved, FACTOR))), SUM
            elif self.size == 1:
                moved = (
                    f"{self._bracket(self.partial(terms, step))}{self.style.side}{self._at(moved, PRODUCT)}",
                    PRODUCT,
                )
            else:
                turned = self.style.transposed.format(self._bracket(self.partial(terms, step)))
                moved = f"{turned}{self.style.apply}{self._at(moved, FACTOR)}", self.style.binding
        return moved[0]

    def sum(self, terms: Sequence[Signed]) -> str:
        """Return signed terms as a sum; 0 if there are none."""
        text = ""
        for sign, term in terms:
            text += f"{' - ' if sign < 0 else ' + '}{term}" if text else f"{'-' if sign < 0 else ''}{term}"
        return text or "0"

    def _bracket(self, text: str) -> str:
        return self.style.bracket.format(text)

    def _at(self, bound: Bound, place: int) -> str:
        """Return a formula as it stands at a place: in brackets where it binds less tightly than that demands."""
        text, binding = bound
        return self._bracket(text) if binding < place else text

    def _signed(self, sign: int, bound: Bound) -> Signed:
        return sign, self._at(bound, PRODUCT if sign < 0 else SUM)

    def _written(self, expression: Expression, step: Step, place: int) -> str:
        return self._at(self._read(expression, step), place)

    def _read(self, expression: Expression, step: Step) -> Bound:
        """Return an expression, and how tightly what is written binds."""
        if isinstance(expression, Number):
            if expression.name:
                return self.name(expression.name), ATOM
            return digits(expression.value), ATOM if expression.value >= 0 else SUM
        if isinstance(expression, Parameter):
            return self.name(expression.name), ATOM
        if isinstance(expression, Quantity):
            return self.name(expression.name, step - expression.lag), ATOM
        row = operation(expression.operation, self.bound)
        if expression.derivative is not None:
            return self._derived(expression, step)
        is_general = expression.operation != row.name
        writing = None if is_general else self.style.writing(row)
        if writing is None:
            function = self.style.function(expression.operation)
            return self.style.call.format(function, ", ".join(self._arguments(expression, step))), ATOM
        if row.arity[1] is None and "{" in writing.template:
            first, *others = self._arguments(expression, step)
            return writing.template.format(first, ", ".join(others)), writing.binding
        if row.arity[1] is None:
            return self._chained(expression, writing.template, writing.places, step), writing.binding
        return writing.template.format(*self._arguments(expression, step, writing.places)), writing.binding

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

    def _arguments(self, part: Apply, step: Step, places: tuple[int, ...] = ()) -> list[str]:
        """Return each argument as it reads at its place, a long one by its name."""
        demands = places or (SUM,) * len(part.arguments)
        return [
            self.name(part.name, step)
            if not k and part.name and self.style.brief
            else self._written(argument, step, place)
            for k, (argument, place) in enumerate(zip(part.arguments, demands, strict=True))
        ]

    def _derived(self, part: Apply, step: Step) -> Bound:
        """Return a derivative: `f_A'(Z_A,1)`, or written out."""
        inner = ", ".join(self._arguments(part, step))
        template = self.style.derived(operation(part.operation, self.bound)) if self.written_out else None
        if template is not None:
            return template.replace("@", self._bracket(inner)), SUM
        function = self.style.prime.format(self.style.function(part.operation))
        if len(part.arguments) > 1:
            function += f"_{(part.derivative or 0) + 1}"
        return self.style.call.format(function, inner), ATOM

    def _term(self, term: Term, step: Step, *, alone: bool) -> str:
        """Return one product of factors."""
        factors = [factor for factor in term.factors if factor.kind != "spread"]
        between = self.style.matrices
        if between is None or self.size == 1:
            shown = [self._factor(factor, step, SUM if alone else FACTOR) for factor in factors]
            return self.style.side.join(shown) or "1"
        text, is_number = "", True
        for factor in factors:
            # A number, and the gradient of a loss, are no matrices.
            sign = self.style.side if is_number or factor.kind == "inner" else between
            is_number = isinstance(factor.expression, Number)
            text += f"{sign if text else ''}{self._matrix(factor, step, SUM if alone else FACTOR)}"
        return text or "I"

    def _factor(self, factor: Factor, step: Step, place: int) -> str:
        if factor.expression is None:
            return self.style.transposed.format(self.style.slot)
        return self._written(factor.expression, step, place)

    def _matrix(self, factor: Factor, step: Step, place: int) -> str:
        """Return a factor as it stands in a product of matrices."""
        if factor.kind not in _IN_A_PRODUCT or factor.expression is None or isinstance(factor.expression, Number):
            return self._factor(factor, step, place)
        return _IN_A_PRODUCT[factor.kind](self.style, self._read(factor.expression, step), self._at)

    def _through(self, factors: tuple[Factor, ...], step: Step, moved: Bound, *, pull: bool = False) -> Bound:
        """Return `moved` after it has gone through the factors, one after another."""
        for factor in factors:
            is_one = moved[0] == "1"
            if factor.kind == "spread":
                # Forward it changes nothing that is written; backward the entries of an array are added up.
                moved = (self.style.entries.format(moved[0]), ATOM) if pull and self.size > 1 else moved
            elif factor.expression is None:
                moved = moved if self.size == 1 else (self.style.transposed.format(self._at(moved, ATOM)), FACTOR)
            elif is_one and (self.size == 1 or (pull and factor.kind in ("diagonal", "inner"))):
                # Nothing is said of a factor of 1.
                moved = self._read(factor.expression, step)
            elif self.size == 1:
                # Numbers: pulled in front, as they are multiplied.
                shown = self._written(factor.expression, step, FACTOR)
                moved = f"{shown}{self.style.side}{self._at(moved, PRODUCT)}", PRODUCT
            else:
                binding = PRODUCT if factor.kind in ("diagonal", "inner") else self.style.binding
                moved = self._moved(factor.kind, self._read(factor.expression, step), moved, pull=pull), binding
        return moved

    def _moved(self, kind: str, coefficient: Bound, moved: Bound, *, pull: bool) -> str:
        """Return what one factor makes of an array: forward, or, transposed, backward."""
        style = self.style
        shown, inner = self._at(coefficient, FACTOR), self._at(moved, FACTOR)
        turned = style.transposed.format(self._at(coefficient, ATOM))
        moved_turned = style.transposed.format(self._at(moved, ATOM))
        beside = f"{shown}{style.times}{self._at(moved, PRODUCT)}"
        ways = {
            "diagonal": (beside, beside),
            "matrix": (f"{shown}{style.apply}{inner}", f"{turned}{style.apply}{inner}"),
            "select": (f"{shown}{style.apply}{inner}", f"{turned}{style.apply}{inner}"),
            "right": (f"{inner}{style.apply}{shown}", f"{inner}{style.apply}{turned}"),
            "inner": (style.inner.format(shown, moved[0]), f"{inner}{style.side}{shown}"),
            "outer-left": (f"{inner}{style.apply}{turned}", f"{inner}{style.apply}{shown}"),
            "outer-right": (f"{shown}{style.apply}{moved_turned}", f"{moved_turned}{style.apply}{shown}"),
        }
        return ways[kind][int(pull)]


# How a factor stands in a product of matrices; the others stand as they are.
_IN_A_PRODUCT: dict[str, Callable[[Style, Bound, Callable[[Bound, int], str]], str]] = {
    "diagonal": lambda style, bound, _: style.diagonal.format(bound[0]),
    "right": lambda style, bound, at: f"{style.slot}{style.apply}{at(bound, FACTOR)}",
    "outer-left": lambda style, bound, at: f"{style.slot}{style.apply}{style.transposed.format(at(bound, ATOM))}",
    "outer-right": lambda style, bound, at: f"{at(bound, FACTOR)}{style.apply}{style.transposed.format(style.slot)}",
}


def writer_of(cell: Cell, style: Style = TEXT, *, size: int = 2, written_out: bool = False) -> Writer:
    """Return somebody who writes the formulas of a cell.

    >>> from graphviz_lstm.cells import LSTM
    >>> from graphviz_lstm.cells.names import Moving
    >>> writer_of(LSTM).expression(LSTM.equations[4].expression, Moving())
    'a_t * i_t + f_t * S_{t-1}'
    """
    return Writer(style, cell.names, cell.activations, size, written_out)
