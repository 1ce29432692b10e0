"""The equations of a cell as marks: one for each operation, and one for a whole layer of weights and its function."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from graphviz_lstm.cells.detail import is_function
from graphviz_lstm.cells.expression import (
    Apply,
    Expression,
    Number,
    Quantity,
    add,
    references,
    transform,
    walk,
)
from graphviz_lstm.cells.operations import operation
from graphviz_lstm.notation.numbers import MINUS, digits

if TYPE_CHECKING:
    from graphviz_lstm.cells import Cell

Kind = Literal["layer", "function", "entrywise", "parameter", "join"]
Source = Quantity | int
"""What a line comes from: a state of the step before or an input, or the mark of that number."""

_SIGNS = {
    "add": "+",
    "negative": MINUS,
    "multiply": "\N{MULTIPLICATION SIGN}",
    "divide": "\N{DIVISION SIGN}",
    "matmul": "\N{MIDDLE DOT}",
    "outer": "\N{CIRCLED TIMES}",
    "sigmoid": "\N{GREEK SMALL LETTER SIGMA}",
    "log_sigmoid": "log \N{GREEK SMALL LETTER SIGMA}",
    "identity": "id",
    "sqrt": "\N{SQUARE ROOT}",
    "abs": "|x|",
}
LINEAR = "W"
"""The sign of a layer without a function: weights times what comes in, plus a bias."""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark.

    Attributes
    ----------
    kind
        `"layer"`: parameters times what comes in, their sum and the function of it; `"function"`: an activation alone;
        `"entrywise"`: any other operation; `"parameter"`: an array that stands by itself, or a number; `"join"`: lines
        side by side, as they come into a layer.
    symbol
        What stands in it.
    inputs
        Where its lines come from.
    whole
        The expression that it is the value of; None of a join.
    covers
        The operations of the equations that it stands for.
    """

    kind: Kind
    symbol: str
    inputs: tuple[Source, ...]
    whole: Expression | None
    covers: tuple[Apply, ...] = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """All marks of a cell, each after those that it reads.

    Attributes
    ----------
    marks
        In an order in which they can be computed.
    values
        Quantity -> where its value comes from.
    ends
        The quantities that leave the step, likewise: states, the output, and what nothing in the step reads.
    """

    marks: tuple[Mark, ...]
    values: dict[str, Source]
    ends: dict[str, Source]


def marks_of(cell: Cell) -> Marks:
    """Return the marks of a cell: each operation of its equations is one, or is within one layer.

    What is written twice is drawn once.

    >>> from graphviz_lstm.cells import LSTM
    >>> marks = marks_of(LSTM)
    >>> [mark.symbol for mark in marks.marks]
    ['', 'tanh', 'σ', 'σ', 'σ', '×', '×', '+', 'tanh', '×']
    """
    making = _Making(cell)
    for equation in cell.equations:
        making.values[equation.quantity] = making.source(unnamed(equation.expression))
    read = {source for mark in making.marks for source in mark.inputs}
    leaving = {*cell.states, cell.output}
    ends = {name: source for name, source in making.values.items() if name in leaving or source not in read}
    return Marks(tuple(making.marks), making.values, ends)


@dataclass(slots=True)
class _Making:
    """Marks that are being made: what has one already is not made again."""

    cell: Cell
    marks: list[Mark] = field(default_factory=list)
    values: dict[str, Source] = field(default_factory=dict)
    made: dict[Expression | tuple[Source, ...], int] = field(default_factory=dict)

    def source(self, expression: Expression) -> Source:
        """Return where the value of an expression comes from."""
        if isinstance(expression, Quantity):
            return expression if expression.lag else self.values.get(expression.name, expression)
        if expression not in self.made:
            mark = self._mark(expression)
            self.made[expression] = len(self.marks)
            self.marks.append(mark)
        return self.made[expression]

    def _mark(self, expression: Expression) -> Mark:
        if isinstance(expression, Number):
            return Mark("parameter", _told(expression), (), expression)
        if not isinstance(expression, Apply):
            return Mark("parameter", expression.name, (), expression)
        if is_function(expression, self.cell):
            argument = expression.arguments[0]
            if _is_weighted(argument) or _is_constant(argument):
                return self._layer(self._sign(expression), expression)
            return Mark("function", self._sign(expression), (self.source(argument),), expression, (expression,))
        if _is_weighted(expression) or _is_constant(expression):
            return self._layer(LINEAR, expression)
        return self._operation(expression)

    def _layer(self, symbol: str, expression: Apply) -> Mark:
        """Return the mark of a layer: what comes into it is joined to one line."""
        sources = tuple(dict.fromkeys(self.source(part) for part in _data_of(expression)))
        # A sum of those terms of a larger one that have weights is none of the cell's own.
        own = operations_of(self.cell)
        covers = tuple(part for part in _own_parts(expression) if isinstance(part, Apply) and part in own)
        if len(sources) > 1:
            sources = tuple(sorted(sources, key=_order))
            if sources not in self.made:
                self.made[sources] = len(self.marks)
                self.marks.append(Mark("join", "", sources, None))
            sources = (self.made[sources],)
        return Mark("layer", symbol, sources, expression, covers)

    def _operation(self, expression: Apply) -> Mark:
        """Return the mark of one operation; numbers in it are told in its sign."""
        covers: list[Apply] = [expression]
        arguments: list[Expression] = list(expression.arguments)
        sign = self._sign(expression)
        weighted = [part for part in arguments if _is_weighted(part)]
        if expression.operation == "add" and weighted:
            # The terms with weights are one layer, their biases with them.
            together = [part for part in arguments if part in weighted or _has_parameters_alone(part)]
            rest = [part for part in arguments if part not in together]
            arguments = [add(*together)]
            arguments += rest
        numbers = [part for part in arguments if isinstance(part, Number)]
        others: list[Expression] = [part for part in arguments if not isinstance(part, Number)]
        if numbers and expression.operation in ("add", "multiply", "divide"):
            values = [_told(part).replace("-", MINUS) for part in numbers]
            minus = others[0] if len(others) == 1 else None
            if expression.operation == "add" and isinstance(minus, Apply) and minus.operation == "negative":
                covers.append(minus)
                others, sign = [minus.arguments[0]], f"{'+'.join(values)}{MINUS}"
            elif expression.operation == "add":
                sign = f"+{'+'.join(values)}"
            else:
                sign = f"{values[0]}{sign}" if isinstance(expression.arguments[0], Number) else f"{sign}{values[0]}"
        elif numbers and expression.operation == "power":
            sign = f"x^{numbers[0].name}" if numbers[0].name else f"x{digits(numbers[0].value).translate(_RAISED)}"
        elif numbers:
            sign = f"{sign} {', '.join(map(_told, numbers))}"
        inputs = tuple(dict.fromkeys(self.source(part) for part in others))
        return Mark("entrywise", sign, inputs, expression, tuple(covers))

    def _sign(self, expression: Apply) -> str:
        name = operation(expression.operation, self.cell.activations).name
        return _SIGNS.get(name, name)


def _told(number: Number) -> str:
    """Return a number as it is told: a constant by its name."""
    return number.name or digits(number.value)


def _order(source: Source) -> tuple[int, int, str]:
    """Return the place of a source in a join: states first, then what was computed, then inputs."""
    if isinstance(source, int):
        return (1, source, "")
    return (0 if source.lag else 2, 0, source.name)


def _is_constant(expression: Expression) -> bool:
    return not any(isinstance(part, Quantity) for part in references(expression))


def _has_parameters_alone(expression: Expression) -> bool:
    return _is_constant(expression) and bool(references(expression))


def _is_weighted(expression: Expression) -> bool:
    """Return whether an expression is a sum of parameters times what is none, with biases if it has any."""
    if not isinstance(expression, Apply):
        return False
    parts = expression.arguments
    if expression.operation in ("matmul", "multiply"):
        return any(map(_has_parameters_alone, parts)) and not all(map(_is_constant, parts))
    if expression.operation == "negative":
        return _is_weighted(parts[0])
    if expression.operation == "add":
        return any(map(_is_weighted, parts)) and all(_is_weighted(part) or _is_constant(part) for part in parts)
    return False


def _data_of(expression: Apply) -> list[Expression]:
    """Return what comes into a layer, in reading order."""
    found: list[Expression] = []
    waiting: list[Expression] = [expression]
    first = True
    while waiting:
        part = waiting.pop(0)
        inside = isinstance(part, Apply) and (first or _is_weighted(part))
        first = False
        if _is_constant(part):
            continue
        if inside and isinstance(part, Apply):
            waiting = [*part.arguments, *waiting]
        else:
            found.append(part)
    return found


def _own_parts(expression: Apply) -> list[Expression]:
    """Return the parts of a layer that are not computed before it."""
    data = _data_of(expression)
    found: list[Expression] = []
    waiting: list[Expression] = [expression]
    while waiting:
        part = waiting.pop()
        if part in data:
            continue
        found.append(part)
        if isinstance(part, Apply):
            waiting += part.arguments
    return found


def operations_of(cell: Cell) -> set[Apply]:
    """Return the operations of a cell's equations, each once."""
    return {part for e in cell.equations for part in walk(unnamed(e.expression)) if isinstance(part, Apply)}


def unnamed(expression: Expression) -> Expression:
    """Return an expression whose arguments bear no names: what is computed twice is then written alike."""
    return transform(expression, lambda part: replace(part, name=None) if isinstance(part, Apply) else part)
