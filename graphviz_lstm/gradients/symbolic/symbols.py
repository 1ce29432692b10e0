"""Expressions as sympy has them, hidden size 1: the loss with everything put in, and every edge's partial.

What an operation is in sympy stands in its row of the operations table. A function, general (`f_A`) or known (`tanh`),
is by default one of which nothing is assumed: undefined, its derivative with regard to an argument another such
function; what is proven then holds whatever the function. Symbols are real. With several inputs X_t is an array of
symbols, and so is what it is multiplied by.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from graphviz_lstm.cells.expression import Apply, Expression, Number, Parameter, Quantity
from graphviz_lstm.cells.names import Name
from graphviz_lstm.cells.operations import LOSSES, OPERATIONS, operation
from graphviz_lstm.cells.partials import differentiate
from graphviz_lstm.cells.shapes import sizes_of
from graphviz_lstm.errors import EquationError
from graphviz_lstm.graph import TARGET, unroll
from graphviz_lstm.graph.losses import TARGET_KEY, LossPlace, loss_cell, place_of
from graphviz_lstm.notation import latex

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphviz_lstm.cells import Cell
    from graphviz_lstm.cells.partials import Term
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.problems import Problem

    Key = tuple[str, int | None]
    """A parameter or quantity, and its step."""


@cache
def general(name: str, orders: tuple[int, ...] = (0,)) -> Any:
    """Return a function of which nothing is known but its derivatives: other such functions.

    `orders` says how often it has been derived with regard to each argument.

    >>> x = sympy.Symbol("x", real=True)
    >>> sympy.diff(general("f")(x**2), x)
    2*x*f'(x**2)
    """

    def fdiff(self: Any, argindex: int = 1) -> Any:
        raised = tuple(order + (k == argindex - 1) for k, order in enumerate(orders))
        return general(name, raised)(*self.args)

    def shown(function: str, arguments: str) -> str:
        primes = "'" * sum(orders)
        which = "" if len(orders) == 1 or not primes else f"_{''.join(str(k + 1) * n for k, n in enumerate(orders))}"
        return f"{function}{primes}{which}{arguments}"

    methods = {
        "fdiff": fdiff,
        "nargs": len(orders),
        "_latex": lambda self, printer: shown(
            latex(Name(name)), rf"\left({', '.join(printer.doprint(part) for part in self.args)}\right)"
        ),
        "_sympystr": lambda self, printer: shown(name, f"({', '.join(printer.doprint(part) for part in self.args)})"),
        # What it was made from, for whoever puts a known function in its place.
        "general_name": name,
        "orders": orders,
    }
    return type(f"{name}_{'_'.join(map(str, orders))}", (sympy.Function,), methods)


# The length of a vector, of which nothing is known but its derivatives: of one unit the root of a square would be |x|,
# which sympy derives to a sign.
length = type("norm", (sympy.Function,), {"fdiff": lambda self, argindex=1: self.args[argindex - 1] / self})


def symbol(name: str) -> Any:
    """Return the real symbol of that name."""
    return sympy.Symbol(name, real=True)


def to_sympy(
    expression: Expression,
    step: int,
    values: Mapping[Key, Any],
    *,
    bound: Mapping[str, str] | None = None,
    concrete: bool = False,
) -> Any:
    """Return an expression at a step, every reference as what `values` says of it.

    A function's long argument that has a name (`Z_A`) is what `values` says of that, if it does.

    Parameters
    ----------
    bound
        General name -> activation, as the cell has them.
    concrete
        Take functions for what they are in sympy, in place of functions of which nothing is assumed.

    Raises
    ------
    EquationError
        If an operation has no symbols for one unit.

    Examples
    --------
    >>> x = symbol("x")
    >>> square = Apply("tanh", (Apply("power", (Parameter("x"), Number(2.0))),))
    >>> to_sympy(square, 1, {("x", None): x}), to_sympy(square, 1, {("x", None): x}, concrete=True)
    (tanh(x**2), tanh(x**2))
    """
    if isinstance(expression, Number):
        # As it is written: 0.1 is one tenth.
        return sympy.Rational(repr(expression.value))
    if isinstance(expression, Parameter):
        return values[expression.name, None]
    if isinstance(expression, Quantity):
        return values[expression.name, step - expression.lag]
    arguments = [
        values[expression.name, step]
        if not k and expression.name is not None and (expression.name, step) in values
        else to_sympy(part, step, values, bound=bound, concrete=concrete)
        for k, part in enumerate(expression.arguments)
    ]
    row = operation(expression.operation, bound)
    if row.shape in _OF_ARRAYS and all(isinstance(argument, np.ndarray) for argument in arguments):
        return _OF_ARRAYS[row.shape](*arguments)
    found = _entrywise(_function(expression, bound, concrete=concrete), arguments)
    return found.sum() if row.shape == "reduced" and isinstance(found, np.ndarray) else found


# By the shape rule of an operation, what it does to arrays of symbols. A row times a column is a number.
_OF_ARRAYS: dict[str, Callable[..., Any]] = {
    "product": np.dot,
    "inner": lambda *vectors: np.dot(*vectors) if len(vectors) == 2 else length(*vectors[0]),
    "outer": np.multiply.outer,
    "transpose": np.transpose,
}


def _function(part: Apply, bound: Mapping[str, str] | None, *, concrete: bool) -> Callable[..., Any]:
    """Return what an operation, or a derivative of it, does to symbols."""
    row = operation(part.operation, bound)
    order = tuple(int(k == part.derivative) for k in range(len(part.arguments)))
    if row.derivatives and not concrete:
        function: Callable[..., Any] = general(part.operation, order)
        return function
    if row.name == "norm" and not concrete:
        return length
    formula = row.sympy
    if formula is None:
        raise EquationError(f"{row.name!r} has no symbols")
    if part.derivative is None:
        return lambda *arguments: formula(sympy, *arguments)
    dummies = [sympy.Dummy(real=True) for _ in part.arguments]
    derived = sympy.diff(formula(sympy, *dummies), dummies[part.derivative])
    return lambda *arguments: derived.subs(dict(zip(dummies, arguments, strict=True)))


def _entrywise(function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
    if not any(isinstance(argument, np.ndarray) for argument in arguments):
        return function(*arguments)
    return np.frompyfunc(function, len(arguments), 1)(*arguments)


def partial_to_sympy(
    terms: Sequence[Term],
    step: int,
    values: Mapping[Key, Any],
    *,
    bound: Mapping[str, str] | None = None,
    concrete: bool = False,
) -> Any:
    """Return a local partial at a step: the sum of its terms, each the product of its factors."""
    total: Any = sympy.Integer(0)
    for term in terms:
        product: Any = sympy.Integer(term.sign)
        for factor in term.factors:
            if factor.expression is None or factor.kind == "spread":
                continue  # of one unit: 1
            found = to_sympy(factor.expression, step, values, bound=bound, concrete=concrete)
            product = _entrywise(lambda x, y: x * y, (product, found))
        total = _entrywise(lambda x, y: x + y, (total, product))
    return total


def entry(value: Any, k: int = 0) -> Any:
    """Return an entry of an array of symbols, or the value itself where it is one."""
    return value[k] if isinstance(value, np.ndarray) else value


@dataclass(frozen=True, slots=True, eq=False)
class Unrolled:
    """A cell over a few steps, with one unit, in symbols.

    Attributes
    ----------
    graph
        The unrolled graph.
    values
        Vertex -> its value with everything put in: in parameters, inputs, initial states and targets alone.
    partials
        Edge -> its local partial, everything put in; an array on an edge from an array of parameters.
    targets
        Number of the loss and step -> the symbol of the target there.
    """

    graph: Graph
    values: dict[str, Any]
    partials: dict[tuple[str, str], Any]
    targets: dict[tuple[int, int], Any]


def unroll_symbols(
    cell: Cell,
    steps: int,
    *,
    inputs: int = 1,
    loss: str = "squared_error",
    at: str = "every",
    first_step: int = 1,
    concrete: bool = False,
) -> Unrolled:
    """Return a cell in symbols, unrolled, with one unit and so many entries in each input.

    Raises
    ------
    EquationError
        If the loss, or an operation that is not a function, has no symbols for one unit; if with several inputs there
        is more than one unit.
    """
    graph = unroll(cell, steps, loss=loss, at=at, first_step=first_step)
    counted = [graph.nodes[tail]["step"] for tail in graph.pred[TARGET]]
    return _in_symbols(graph, [LossPlace(cell.output, loss, counted)], inputs, concrete=concrete)


def problem_symbols(graph: Graph, *, concrete: bool = False) -> Unrolled:
    """Return the graph of a problem with one unit in symbols, with as many inputs as the problem has.

    Raises
    ------
    EquationError
        If the problem has more than one unit, or inputs of several lengths; else see `unroll_symbols`.
    """
    problem: Problem = graph.graph["problem"]
    if not problem.scalar:
        raise EquationError(f"symbols are of one unit: the hidden size is {problem.hidden} (must be 1)")
    lengths = {array[0].size for array in problem.inputs.values()}
    if len(lengths) > 1:
        raise EquationError(f"symbols have inputs of one length: these have {', '.join(map(str, sorted(lengths)))}")
    return _in_symbols(graph, [place_of(term) for term in problem.losses], max(lengths, default=1), concrete=concrete)


def _in_symbols(graph: Graph, places: Sequence[LossPlace], inputs: int, *, concrete: bool) -> Unrolled:
    cell: Cell = graph.graph["cell"]
    for place in places:
        if OPERATIONS[place.kind].sympy is None:
            known = ", ".join(repr(kind) for kind in LOSSES if OPERATIONS[kind].sympy is not None)
            raise EquationError(f"loss {place.kind!r} cannot be derived for one unit (must be one of {known})")
    lengths = _lengths(cell, inputs)
    symbols: dict[Key, Any] = {}
    found = Unrolled(graph, {}, {}, {})
    for vertex, data in graph.nodes.items():
        if vertex == TARGET:
            continue
        key = data["quantity"], data["step"]
        if data["expression"] is None:
            length = lengths[data["quantity"]]
            entries = [symbol(f"{vertex}[{k}]") for k in range(length)]
            symbols[key] = np.array(entries, dtype=object) if length > 1 else symbol(vertex)
        else:
            step, bound = data["step"], cell.activations
            symbols[key] = to_sympy(data["expression"], step, symbols, bound=bound, concrete=concrete)
            for tail, edge in graph.pred[vertex].items():
                partial = partial_to_sympy(edge["symbol"].terms, step, symbols, bound=bound, concrete=concrete)
                found.partials[tail, vertex] = partial
        found.values[vertex] = symbols[key]
    _add_losses(found, places, symbols)
    return found


def _add_losses(unrolled: Unrolled, places: Sequence[LossPlace], symbols: Mapping[Key, Any]) -> None:
    """Add E and the partials of the edges into it: each loss has a target of its own at each of its steps."""
    cell: Cell = unrolled.graph.graph["cell"]
    vertices = {(data["quantity"], data["step"]): vertex for vertex, data in unrolled.graph.nodes.items()}
    total: Any = sympy.Integer(0)
    for number, place in enumerate(places):
        expression = loss_cell(place, cell, Name(TARGET_KEY)).equations[0].expression
        terms = differentiate(expression, Quantity(place.quantity))
        for step in place.steps:
            # No vertex can bear this name: a `*` is in none.
            target = symbol(f"{TARGET_KEY}{number}_{step}")
            unrolled.targets[number, step] = target
            values: dict[Key, Any] = {(place.quantity, step): symbols[place.quantity, step], (TARGET_KEY, step): target}
            edge = vertices[place.quantity, step], TARGET
            partial = partial_to_sympy(terms, step, values)
            unrolled.partials[edge] = unrolled.partials.get(edge, sympy.Integer(0)) + partial
            total = total + to_sympy(expression, step, values)
    unrolled.values[TARGET] = total


def _lengths(cell: Cell, inputs: int) -> dict[str, int]:
    """Return how many entries each name has; `inputs` where an axis is one of an input, else one."""
    sizes = sizes_of(cell)
    of_input = {size for name in cell.inputs for size in sizes[name]} if inputs > 1 else set()
    for equation in cell.equations:
        if of_input & set(sizes[equation.quantity]):
            raise EquationError(
                f"symbols are of one unit: {equation.quantity!r} of cell {cell.name!r} has {inputs} entries, "
                "as its input"
            )
    return {name: inputs if of_input & set(axes) else 1 for name, axes in sizes.items()}
