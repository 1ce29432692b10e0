"""From text to a cell: Python's own grammar, a whitelist of it, and never an evaluation.

An equation is `name[t] = expression`. In the expression, `name[t]`, `name[t-1]`, `name[t-2]` and so on, and `name[t+1]`
are quantities, a bare name is a parameter, or a constant where the cell has one of that name, `@` is the product of
matrices and vectors, `*`, `/`, `+` and `-` act entry by entry, `x**2` is a power, and `f(...)` applies a function of
the operations table. Whatever else Python can say is refused, with the equation that says it and the column where it is
said.
"""

from __future__ import annotations

import ast
import keyword
import math
import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graphviz_lstm.cells.about import About
from graphviz_lstm.cells.arguments import name_arguments
from graphviz_lstm.cells.cell import Cell, Equation, bound_activations
from graphviz_lstm.cells.equation import LATEST
from graphviz_lstm.cells.expression import (
    Apply,
    Expression,
    Number,
    Parameter,
    Quantity,
    add,
    negative,
    walk,
)
from graphviz_lstm.cells.operations import OPERATIONS, functions
from graphviz_lstm.cells.ranks import RankError, infer_ranks
from graphviz_lstm.errors import (
    EquationError,
    InputError,
    NumberError,
    UnknownNameError,
    clip,
    describe_unknown,
    shorten,
    visible,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_ALLOWED = (
    "numbers, names, name[t], name[t-1] and so on, name[t+1], '+', '-', '*', '/', '**', '@' "
    "and functions such as f(...)"
)
_LONGEST_EQUATION = 10_000
_LONGEST_TEXT = 2_000_000
_DEEPEST = 100
_STEP = "t"
# Python reads `2or b`, and warns of it on the terminal.
_GLUED = re.compile(r"(?:(?<![\w.])\d[\d_.]*+|\.\d[\d_]*+)(?:[eE][+-]?\d+)?+[^\W\d]\w*")
# What a name must not be: the loss is the graph's own vertex, and t counts the steps.
_RESERVED = {"E": "E is the loss", _STEP: "t is the step"}
# Nor what readers, and the programs that read what we write, take for a number, however it is written.
_NUMBERS = frozenset({"inf", "infinity", "nan"})


def parse_cell(
    name: str,
    text: str,
    *,
    activations: Mapping[str, str] | None = None,
    output: str | None = None,
    ranks: Mapping[str, int] | None = None,
    constants: Mapping[str, float] | None = None,
    about: About | None = None,
    groups: Sequence[Sequence[str]] = (),
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
    constants
        Name -> number: `{"beta": 0.9}`. A constant is told by its name, and no gradient is asked with regard to it.
    about
        Where the cell is from, for readers.
    groups
        Quantities that stand in one column of a figure: `[["i", "f"], ["o"]]`; those of no group stand by their depth.

    Raises
    ------
    EquationError
        If an equation cannot be read or does not fit the others; the line names the equation and, where it cannot be
        read, the column.
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
    if len(text) > _LONGEST_TEXT:
        raise EquationError(
            f"equations too long: {len(text):,} characters in cell {name!r} (at most {_LONGEST_TEXT:,})"
        )
    bound = bound_activations(name, {} if activations is None else activations)
    known = _Known(bound, _constants(name, {} if constants is None else constants, bound))
    # Messages tell columns of the line that they show.
    lines = [" ".join(line.partition("#")[0].split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    if not lines:
        raise EquationError(f"no equations in cell {name!r}: it needs one a line, such as H[t] = tanh(W @ X[t])")
    equations = []
    for number, line in enumerate(lines, start=1):
        try:
            equations.append(_parse_equation(line, known))
        except InputError as error:
            raise type(error)(
                f"{error}{_at(error)} in equation {number} of cell {name!r}: {visible(clip(line, 200))}"
            ) from None
    _require_used(name, known.constants, equations)
    declared = {} if ranks is None else ranks
    try:
        return Cell(
            name=name,
            equations=tuple(name_arguments(equations, bound)),
            activations=bound,
            output=equations[-1].quantity if output is None else output,
            ranks=declared,
            about=About() if about is None else about,
            groups=groups,  # type: ignore[arg-type]
        )
    except RankError as error:
        raise EquationError(f"{_with_column(error, lines, known, declared, name)}") from None


def _with_column(error: RankError, lines: Sequence[str], known: _Known, declared: Mapping[str, int], name: str) -> str:
    """Return the message of what does not fit in an equation, with the line and the column where it is written."""
    places: list[dict[Expression, int]] = [{} for _ in lines]
    equations = [_parse_equation(line, replace(known, places=found)) for line, found in zip(lines, places, strict=True)]
    try:
        # As they are written, with no delays and no names of arguments.
        infer_ranks(name, equations, declared, known.bound)
    except RankError as written:
        error = written
    for number, (line, equation, found) in enumerate(zip(lines, equations, places, strict=True), start=1):
        if equation.quantity == error.quantity and (error.part is None or error.part in found):
            column = 1 if error.part is None else found[error.part]
            return f"{error}, at column {column} of equation {number}: {visible(clip(line, 200))}"
    return str(error)


@dataclass(frozen=True, slots=True)
class _Known:
    """What a bare name may be beside a parameter: a general function, or a constant."""

    bound: Mapping[str, str]
    constants: Mapping[str, float]
    places: dict[Expression, int] | None = None
    """Where it is wished: the column of each part of the right side, the first one if it stands there twice."""


def _constants(cell: str, given: Mapping[str, float], bound: Mapping[str, str]) -> dict[str, float]:
    """Return the constants of a cell, checked."""
    if not hasattr(given, "items"):
        raise InputError(
            f"not a mapping from names to constants: {shorten(given)} in cell {cell!r} "
            "(must be such as {'beta': 0.9})"
        )
    checked = {}
    for key, value in given.items():
        if not isinstance(key, str) or not key.isidentifier() or keyword.iskeyword(key):
            raise InputError(f"not a name: {shorten(key)} among the constants of cell {cell!r}")
        if key in bound or key in OPERATIONS:
            raise InputError(f"{key!r} is a function already: it cannot be a constant of cell {cell!r}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
            raise NumberError(f"constant {key!r} of cell {cell!r} is {shorten(value)} (must be a finite number)")
        checked[_plain(unicodedata.normalize("NFKC", key))] = float(value)
    return checked


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _require_used(cell: str, constants: Mapping[str, float], equations: Sequence[Equation]) -> None:
    """Raise unless each constant stands in an equation: one that does not is misspelt."""
    used = {part.name for e in equations for part in walk(e.expression) if isinstance(part, Number)}
    for name in constants:
        if name not in used:
            raise UnknownNameError(f"constant {name!r} stands in no equation of cell {cell!r}")


def _at(error: InputError) -> str:
    """Return where in its line an error was found."""
    column = getattr(error, "column", None)
    return "" if column is None else f" at column {column}"


def _place(error: InputError, line: str, offset: int) -> None:
    """Note where an error was found: the innermost part that could not be read."""
    if not hasattr(error, "column"):
        error.column = _column(line, offset)  # type: ignore[attr-defined]


def _column(line: str, offset: int) -> int:
    """Return which letter of a line, counted from 1, Python's offset is."""
    return len(_bytes(line)[:offset].decode(errors="ignore")) + 1


def _bytes(line: str) -> bytes:
    """Return what Python counts columns by; half a pair of surrogates, which it does not read, is one."""
    return line.encode(errors="replace")


def _parse_equation(line: str, known: _Known) -> Equation:
    if len(line) > _LONGEST_EQUATION:
        raise EquationError(f"equation too long: {len(line)} characters (at most {_LONGEST_EQUATION})")
    glued = _GLUED.search(line)
    if glued:
        error = EquationError(f"cannot read {glued[0]!r}: a number and a name run together")
        _place(error, line, len(_bytes(line[: glued.start()])))
        raise error
    try:
        tree = ast.parse(line)
    except (RecursionError, MemoryError):
        raise EquationError("too deep for Python's parser (write a long sum as several quantities)") from None
    except (SyntaxError, ValueError) as refused:
        error = EquationError("not an equation: must read name[t] = expression")
        if isinstance(refused, SyntaxError) and refused.offset:
            _place(error, line, len(_bytes(line[: refused.offset - 1])))
        raise error from None
    match tree.body:
        case [ast.Assign(targets=[target], value=value)]:
            pass
        case _:
            raise EquationError("not an equation: must read name[t] = expression")
    left = _parse(target, line, known, 0)
    if not (isinstance(left, Quantity) and left.lag == 0):
        error = EquationError(f"cannot define {_written(target)}: the left side must read name[t]")
        _place(error, line, 0)
        raise error
    return Equation(left.name, _parse(value, line, known, 0))


def _parse(tree: ast.expr, line: str, known: _Known, depth: int) -> Expression:
    try:
        expression = _read(tree, line, known, depth)
    except InputError as error:
        _place(error, line, tree.col_offset)
        raise
    if known.places is not None:
        column = _column(line, tree.col_offset)
        known.places[expression] = min(column, known.places.get(expression, column))
    return expression


def _read(tree: ast.expr, line: str, known: _Known, depth: int) -> Expression:
    if depth > _DEEPEST:
        raise EquationError(f"equation nested too deeply (at most {_DEEPEST} levels)")
    match tree:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as value):
            return _number(value)
        case ast.Name(id=name) if name in known.constants:
            return Number(known.constants[name], name)
        case ast.Name(id=name):
            return Parameter(_plain(name))
        case ast.Subscript(value=ast.Name(id=name), slice=index):
            return Quantity(_quantity(name, known), _parse_lag(index, line))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return negative(_parse(operand, line, known, depth + 1))
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return add(*(_signed(term, minus, line, known, depth) for term, minus in _terms(tree)))
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return Apply("power", (_parse(left, line, known, depth + 1), _exponent(right, line, known)))
        case ast.BinOp(left=left, op=op, right=right) if type(op).__name__ in _operators():
            row = _operators()[type(op).__name__]
            return Apply(row, (_parse(left, line, known, depth + 1), _parse(right, line, known, depth + 1)))
        case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]):
            return _call(function, arguments, line, known, depth)
    raise EquationError(f"cannot read {_written(tree)}: an expression is made of {_ALLOWED}")


def _terms(tree: ast.expr) -> list[tuple[ast.expr, bool]]:
    """Return the terms of a sum and whether each is taken away: a loop, since thousands of terms lean to the left."""
    terms: list[tuple[ast.expr, bool]] = []
    while isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Add | ast.Sub):
        terms.append((tree.right, isinstance(tree.op, ast.Sub)))
        tree = tree.left
    return [(tree, False), *reversed(terms)]


def _signed(term: ast.expr, minus: bool, line: str, known: _Known, depth: int) -> Expression:  # noqa: FBT001
    parsed = _parse(term, line, known, depth + 1)
    return negative(parsed) if minus else parsed


def _operators() -> dict[str, str]:
    """Return the name of Python's operator -> the name of the row that it means."""
    return {row.operator: row.name for row in OPERATIONS.values() if row.operator is not None}


def _call(function: str, arguments: list[ast.expr], line: str, known: _Known, depth: int) -> Expression:
    callable_names = functions()
    if function not in known.bound and function not in callable_names:
        raise UnknownNameError(describe_unknown("function", function, [*sorted(known.bound), *callable_names]))
    least, most = (1, 1) if function in known.bound else OPERATIONS[function].arity
    if len(arguments) < least or (most is not None and len(arguments) > most):
        due = f"{least}" if least == most else f"{least} or more"
        raise EquationError(f"wrong number of arguments: {function} takes {due}, is given {len(arguments)}")
    return Apply(function, tuple(_parse(argument, line, known, depth + 1) for argument in arguments))


def _exponent(tree: ast.expr, line: str, known: _Known) -> Number:
    match tree:
        case ast.Name(id=name) if name in known.constants:
            return Number(known.constants[name], name)
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return _number(value)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return Number(-_number(value).value)
    error = EquationError(f"cannot read the exponent {_written(tree)}: must be a number, such as x**2, or a constant")
    _place(error, line, tree.col_offset)
    raise error


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
    if name.lower() in _NUMBERS:
        raise EquationError(f"the name {name!r} is taken: it is read as a number")
    return name


def _quantity(name: str, known: _Known) -> str:
    if name in known.constants:
        raise EquationError(f"{name!r} is a constant: it has no step (write it without an index)")
    return _plain(name)


def _parse_lag(index: ast.expr, line: str) -> int:
    match index:
        case ast.Name(id="t"):
            return 0
        case ast.BinOp(left=ast.Name(id="t"), op=ast.Sub(), right=ast.Constant(value=int() as lag)) if (
            not isinstance(lag, bool) and 1 <= lag <= LATEST
        ):
            return lag
        case ast.BinOp(left=ast.Name(id="t"), op=ast.Add(), right=ast.Constant(value=int() as lead)) if (
            not isinstance(lead, bool) and lead == 1
        ):
            return -1
    error = EquationError(f"cannot read index [{_written(index, clip)}]: must be [t], [t-1] to [t-{LATEST}], or [t+1]")
    _place(error, line, index.col_offset)
    raise error
