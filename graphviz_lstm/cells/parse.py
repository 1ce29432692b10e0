"""From text to a cell: Python's own grammar, a whitelist of it, and never an evaluation.

An equation is `name[t] = expression`. In the expression, `name[t]` and `name[t-1]` are quantities, a bare name is a
parameter, `@` applies a matrix to a vector, `*` multiplies entry by entry, `+` and `-` add and take away, and
`f(...)` applies an activation. Whatever else Python can say is refused, with the equation that says it.
"""

from __future__ import annotations

import ast
from collections import Counter
from typing import TYPE_CHECKING

from graphviz_lstm.cells.activations import ACTIVATIONS
from graphviz_lstm.cells.cell import Cell, Equation
from graphviz_lstm.cells.expression import (
    Application,
    Expression,
    MatrixProduct,
    Negative,
    Number,
    Parameter,
    Product,
    Quantity,
    Sum,
    substitute,
    walk,
)
from graphviz_lstm.errors import EquationError, InputError, UnknownNameError, describe_unknown

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeGuard

_ALLOWED = "numbers, names, name[t], name[t-1], '+', '-', '*', '@' and activations such as f(...)"
_LONGEST_EQUATION = 10_000
_STEP = "t"
# What a name must not be: the loss is the graph's own vertex, and t counts the steps.
_RESERVED = frozenset({"E", _STEP})


def parse_cell(
    name: str,
    text: str,
    *,
    activations: Mapping[str, str] | None = None,
    output: str | None = None,
) -> Cell:
    """Return the cell that `text` describes, one equation a line.

    Parameters
    ----------
    name
        What the cell is called in messages and files.
    text
        The equations in any order; blank lines and `#` comments are passed over.
    activations
        Which activation stands for each general name: `{"f_A": "tanh"}`. A name that is not bound must itself be an
        activation.
    output
        The quantity that the loss reads; that of the last equation where none is named.

    Raises
    ------
    EquationError
        If an equation cannot be read or does not fit the others; the line names the equation.
    UnknownNameError
        If an activation or the output is unknown.

    Examples
    --------
    >>> cell = parse_cell("leaky", "H[t] = tanh(W @ X[t] + b) + H[t-1]")
    >>> cell.parameters, cell.inputs, cell.states, cell.output
    (('W', 'b'), ('X',), ('H',), 'H')
    """
    bound = dict(activations or {})
    for general, concrete in bound.items():
        if concrete not in ACTIVATIONS:
            raise UnknownNameError(f"{describe_unknown('activation', concrete, ACTIVATIONS)} for {general!r}")
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    lines = [line for line in lines if line]
    if not lines:
        raise EquationError(f"no equations in cell {name!r}: it needs one a line, such as H[t] = tanh(W @ X[t])")
    equations = []
    for number, line in enumerate(lines, start=1):
        try:
            equations.append(_parse_equation(line, frozenset(bound)))
        except InputError as error:
            shown = line if len(line) <= 200 else f"{line[:200]}..."
            raise type(error)(f"{error} in equation {number} of cell {name!r}: {shown}") from None
    equations = _name_arguments(equations)
    return Cell(name=name, equations=tuple(equations), activations=bound, output=output or equations[-1].quantity)


def _parse_equation(line: str, general: frozenset[str]) -> Equation:
    if len(line) > _LONGEST_EQUATION:
        raise EquationError(f"equation too long: {len(line)} characters (at most {_LONGEST_EQUATION})")
    try:
        tree = ast.parse(line)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise EquationError("not an equation: must read name[t] = expression") from None
    match tree.body:
        case [ast.Assign(targets=[target], value=value)]:
            pass
        case _:
            raise EquationError("not an equation: must read name[t] = expression")
    try:
        left = _parse(target, general)
        if not (isinstance(left, Quantity) and left.lag == 0):
            raise EquationError(f"cannot define {ast.unparse(target)!r}: the left side must read name[t]")
        return Equation(left.name, _parse(value, general))
    except RecursionError:
        raise EquationError("equation nested too deeply") from None


def _parse(tree: ast.expr, general: frozenset[str]) -> Expression:
    match tree:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as value):
            return Number(float(value))
        case ast.Name(id=name):
            return Parameter(_plain(name))
        case ast.Subscript(value=ast.Name(id=name), slice=index):
            return Quantity(_plain(name), _parse_lag(index))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Negative(_parse(operand, general))
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            first, second = _parse(left, general), _parse(right, general)
            head = first.terms if isinstance(first, Sum) else (first,)
            return Sum((*head, Negative(second) if isinstance(op, ast.Sub) else second))
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return Product(_parse(left, general), _parse(right, general))
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            matrix = _parse(left, general)
            if not isinstance(matrix, Parameter):
                raise EquationError(f"cannot apply {ast.unparse(left)!r}: the left of '@' must be a parameter")
            return MatrixProduct(matrix, _parse(right, general))
        case ast.Call(func=ast.Name(id=function), args=[argument], keywords=[]):
            if function not in general and function not in ACTIVATIONS:
                raise UnknownNameError(describe_unknown("function", function, [*sorted(general), *ACTIVATIONS]))
            return Application(function, _parse(argument, general))
    raise EquationError(f"cannot read {ast.unparse(tree)!r}: an expression is made of {_ALLOWED}")


def _plain(name: str) -> str:
    if name in _RESERVED:
        raise EquationError(f"the name {name!r} is taken: E is the loss, t the step")
    return name


def _parse_lag(index: ast.expr) -> int:
    match index:
        case ast.Name(id="t"):
            return 0
        case ast.BinOp(left=ast.Name(id="t"), op=ast.Sub(), right=ast.Constant(value=1)):
            return 1
    raise EquationError(f"cannot read index [{ast.unparse(index)}]: must be [t] or [t-1]")


def _name_arguments(equations: list[Equation]) -> list[Equation]:
    """Name each activation's long argument: `Z_A` inside `f_A`, and by the quantity where that would not be unique."""
    uses = Counter(
        part.function for equation in equations for part in walk(equation.expression) if _has_long_argument(part)
    )
    taken = {equation.quantity for equation in equations} | {
        part.name for equation in equations for part in walk(equation.expression) if isinstance(part, Parameter)
    }
    named = []
    for equation in equations:
        replacements: dict[Expression, Expression] = {}
        # The innermost first, so that an outer one is found with its parts already named.
        for part in reversed(list(walk(equation.expression))):
            if not _has_long_argument(part) or part in replacements:
                continue
            index = part.function.removeprefix("f_") if uses[part.function] == 1 else equation.quantity
            name = f"Z_{index}"
            while name in taken:
                name += "'"
            taken.add(name)
            inner = substitute(part.argument, replacements)
            replacements[part] = Application(part.function, inner, name)
        named.append(Equation(equation.quantity, substitute(equation.expression, replacements)))
    return named


def _has_long_argument(part: Expression) -> TypeGuard[Application]:
    return isinstance(part, Application) and not isinstance(part.argument, Quantity | Parameter)
