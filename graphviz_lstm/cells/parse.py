"""From text to a cell: Python's own grammar, a whitelist of it, and never an evaluation.

An equation is `name[t] = expression`. In the expression, `name[t]`, `name[t-1]` and `name[t+1]` are quantities, a bare
name is a parameter, `@` is the product of matrices and vectors, `*`, `/`, `+` and `-` act entry by entry, `x**2` is a
power, and `f(...)` applies a function of the operations table. Whatever else Python can say is refused, with the
equation that says it.
"""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.cells.cell import Cell, Equation, bound_activations
from graphviz_lstm.cells.expression import (
    Apply,
    Expression,
    Number,
    Parameter,
    Quantity,
    add,
    negative,
    substitute,
    walk,
)
from graphviz_lstm.cells.operations import OPERATIONS, functions, operation
from graphviz_lstm.errors import EquationError, InputError, UnknownNameError, clip, describe_unknown, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TypeGuard

_ALLOWED = "numbers, names, name[t], name[t-1], name[t+1], '+', '-', '*', '/', '**', '@' and functions such as f(...)"
_LONGEST_EQUATION = 10_000
_DEEPEST = 100
_STEP = "t"
# Python reads `2or b`, and warns of it on the terminal.
_GLUED = re.compile(r"(?:(?<![\w.])\d[\d_.]*+|\.\d[\d_]*+)(?:[eE][+-]?\d+)?+[^\W\d]\w*")
# What a name must not be: the loss is the graph's own vertex, and t counts the steps.
_RESERVED = {"E": "E is the loss", _STEP: "t is the step"}


def parse_cell(
    name: str,
    text: str,
    *,
    activations: Mapping[str, str] | None = None,
    output: str | None = None,
    ranks: Mapping[str, int] | None = None,
) -> Cell:
    """Return the cell that `text` describes, one equation a line.

    Parameters
    ----------
    name
        What the cell is called in messages and files.
    text
        The equations in any order; blank lines and `#` comments are passed over.
    activations
        Which activation stands for each general name: `{"f_A": "tanh"}`. A name that is not bound must itself be a
        function of the operations table.
    output
        The quantity that the loss reads; that of the last equation where none is named.
    ranks
        Name -> 0 for a number, 1 for a vector, 2 for a matrix, for those that the equations leave open: what nothing
        decides is a vector, and what stands left of `@` a matrix.

    Raises
    ------
    EquationError
        If an equation cannot be read or does not fit the others; the line names the equation.
    UnknownNameError
        If a function, an activation or the output is unknown.

    Examples
    --------
    >>> cell = parse_cell("leaky", "H[t] = tanh(W @ X[t] + b) + H[t-1]")
    >>> cell.parameters, cell.inputs, cell.states, cell.output
    (('W', 'b'), ('X',), ('H',), 'H')
    """
    if not isinstance(text, str):
        raise EquationError(f"equations of cell {name!r} must be text, one a line, not {shorten(text)}")
    bound = bound_activations(name, {} if activations is None else activations)
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    lines = [line for line in lines if line]
    if not lines:
        raise EquationError(f"no equations in cell {name!r}: it needs one a line, such as H[t] = tanh(W @ X[t])")
    equations = []
    for number, line in enumerate(lines, start=1):
        try:
            equations.append(_parse_equation(line, frozenset(bound)))
        except InputError as error:
            raise type(error)(f"{error} in equation {number} of cell {name!r}: {clip(line, 200)}") from None
    equations = name_arguments(equations, bound)
    return Cell(
        name=name,
        equations=tuple(equations),
        activations=bound,
        output=output or equations[-1].quantity,
        ranks={} if ranks is None else ranks,
    )


def _parse_equation(line: str, general: frozenset[str]) -> Equation:
    if len(line) > _LONGEST_EQUATION:
        raise EquationError(f"equation too long: {len(line)} characters (at most {_LONGEST_EQUATION})")
    glued = _GLUED.search(line)
    if glued:
        raise EquationError(f"cannot read {glued[0]!r}: a number and a name run together")
    try:
        tree = ast.parse(line)
    except (RecursionError, MemoryError):
        raise EquationError("too deep for Python's parser (write a long sum as several quantities)") from None
    except (SyntaxError, ValueError):
        raise EquationError("not an equation: must read name[t] = expression") from None
    match tree.body:
        case [ast.Assign(targets=[target], value=value)]:
            pass
        case _:
            raise EquationError("not an equation: must read name[t] = expression")
    left = _parse(target, general, 0)
    if not (isinstance(left, Quantity) and left.lag == 0):
        raise EquationError(f"cannot define {_written(target)}: the left side must read name[t]")
    return Equation(left.name, _parse(value, general, 0))


def _parse(tree: ast.expr, general: frozenset[str], depth: int) -> Expression:
    if depth > _DEEPEST:
        raise EquationError(f"equation nested too deeply (at most {_DEEPEST} levels)")
    match tree:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as value):
            return _number(value)
        case ast.Name(id=name):
            return Parameter(_plain(name))
        case ast.Subscript(value=ast.Name(id=name), slice=index):
            return Quantity(_plain(name), _parse_lag(index))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return negative(_parse(operand, general, depth + 1))
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return add(*(_signed(term, minus, general, depth) for term, minus in _terms(tree)))
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return Apply("power", (_parse(left, general, depth + 1), _exponent(right)))
        case ast.BinOp(left=left, op=op, right=right) if type(op).__name__ in _operators():
            row = _operators()[type(op).__name__]
            return Apply(row, (_parse(left, general, depth + 1), _parse(right, general, depth + 1)))
        case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]):
            return _call(function, arguments, general, depth)
    raise EquationError(f"cannot read {_written(tree)}: an expression is made of {_ALLOWED}")


def _terms(tree: ast.expr) -> list[tuple[ast.expr, bool]]:
    """Return the terms of a sum and whether each is taken away: a loop, since thousands of terms lean to the left."""
    terms: list[tuple[ast.expr, bool]] = []
    while isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add | ast.Sub):
        terms.append((tree.right, isinstance(tree.op, ast.Sub)))
        tree = tree.left
    return [(tree, False), *reversed(terms)]


def _signed(term: ast.expr, minus: bool, general: frozenset[str], depth: int) -> Expression:  # noqa: FBT001
    parsed = _parse(term, general, depth + 1)
    return negative(parsed) if minus else parsed


def _operators() -> dict[str, str]:
    """Return the name of Python's operator -> the name of the row that it means."""
    return {row.operator: row.name for row in OPERATIONS.values() if row.operator is not None}


def _call(function: str, arguments: list[ast.expr], general: frozenset[str], depth: int) -> Expression:
    known = functions()
    if function not in general and function not in known:
        raise UnknownNameError(describe_unknown("function", function, [*sorted(general), *known]))
    least, most = (1, 1) if function in general else OPERATIONS[function].arity
    if len(arguments) < least or (most is not None and len(arguments) > most):
        due = f"{least}" if least == most else f"{least} or more"
        raise EquationError(f"wrong number of arguments: {function} takes {due}, is given {len(arguments)}")
    return Apply(function, tuple(_parse(argument, general, depth + 1) for argument in arguments))


def _exponent(tree: ast.expr) -> Number:
    match tree:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return _number(value)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return Number(-_number(value).value)
    raise EquationError(f"cannot read the exponent {_written(tree)}: must be a number, such as x**2")


def _number(value: float) -> Number:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if math.isinf(number):
        raise EquationError(f"number too large: {shorten(value)}")
    return Number(number)


def _written(tree: ast.expr, shortened: Callable[[str], str] = shorten) -> str:
    try:
        return shortened(ast.unparse(tree))
    except (RecursionError, ValueError):
        return "what is nested so deeply"


def _plain(name: str) -> str:
    if name in _RESERVED:
        raise EquationError(f"the name {name!r} is taken: {_RESERVED[name]}")
    return name


def _parse_lag(index: ast.expr) -> int:
    match index:
        case ast.Name(id="t"):
            return 0
        case ast.BinOp(left=ast.Name(id="t"), op=ast.Sub(), right=ast.Constant(value=1)):
            return 1
        case ast.BinOp(left=ast.Name(id="t"), op=ast.Add(), right=ast.Constant(value=1)):
            return -1
    raise EquationError(f"cannot read index [{_written(index, clip)}]: must be [t], [t-1] or [t+1]")


def name_arguments(equations: Sequence[Equation], bound: Mapping[str, str]) -> list[Equation]:
    """Name each function's long argument: `Z_A` inside `f_A`, and by the quantity where that would not be unique.

    Parameters
    ----------
    equations
        With no argument named yet.
    bound
        General name -> activation.
    """

    def has_long_argument(part: Expression) -> TypeGuard[Apply]:
        if not isinstance(part, Apply) or isinstance(part.arguments[0], Quantity | Parameter):
            return False
        return operation(part.operation, bound).is_activation

    uses = Counter(part.operation for e in equations for part in walk(e.expression) if has_long_argument(part))
    taken = {equation.quantity for equation in equations} | {
        part.name for e in equations for part in walk(e.expression) if isinstance(part, Parameter | Quantity)
    }
    named = []
    for equation in equations:
        replacements: dict[Expression, Expression] = {}
        # The innermost first, so that an outer one is found with its parts already named.
        for part in reversed(list(walk(equation.expression))):
            if part in replacements or not has_long_argument(part):
                continue
            index = part.operation.removeprefix("f_") if uses[part.operation] == 1 else equation.quantity
            name = f"Z_{index}"
            while name in taken:
                name += "'"
            taken.add(name)
            replacements[part] = replace(
                part, arguments=tuple(substitute(a, replacements) for a in part.arguments), name=name
            )
        named.append(Equation(equation.quantity, substitute(equation.expression, replacements)))
    return named
