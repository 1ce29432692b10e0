"""Evaluating: the forward pass through an unrolled graph, and the partial of each edge at that point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.activations import ACTIVATIONS
from graphviz_lstm.cells.expression import (
    Application,
    Derivative,
    Expression,
    MatrixProduct,
    Negative,
    Number,
    Parameter,
    Product,
    Quantity,
    Sum,
    vertex_name,
)
from graphviz_lstm.cells.losses import LOSSES
from graphviz_lstm.errors import NumberError
from graphviz_lstm.graph.maps import Diagonal, Functional, LinearMap, Matrix, ProductWith, add, compose
from graphviz_lstm.graph.sweeps import reverse
from graphviz_lstm.graph.unroll import TARGET, tail_name, unroll

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphviz_lstm.cells import Example
    from graphviz_lstm.cells.activations import Activation
    from graphviz_lstm.cells.expression import Step
    from graphviz_lstm.graph.maps import Array, Shape
    from graphviz_lstm.graph.partials import LocalPartial, Term
    from graphviz_lstm.graph.unroll import Detail, Graph

    Memo = dict[int, Array]


def evaluate(example: Example, *, detail: Detail = "gate") -> Graph:
    """Return the unrolled graph of `example` with its values, partials and adjoints.

    One forward pass gives every vertex its `value` (E's is a number, shape ()), every edge its `partial` (a linear
    map); one reverse sweep gives every vertex its `adjoint`, dE/d(vertex). Cost: O(T n^2) for hidden size n.

    Raises
    ------
    NumberError
        If a value is not finite: the line names the vertex.
    UnknownNameError
        If `detail` is not one of the choices.

    Examples
    --------
    >>> from graphviz_lstm.cells import load_example
    >>> graph = evaluate(load_example("gomez"))
    >>> float(round(graph.nodes["H_1"]["value"][0], 5)), str(graph.edges["S_0", "S_1"]["symbol"])
    (0.77198, 'f_1')
    """
    graph = unroll(
        example.cell,
        example.steps,
        loss=example.loss,
        at=example.at,
        first_step=example.first_step,
        detail=detail,
    )
    graph.graph["example"] = example
    values: dict[str, Array] = {}
    targets = _targets(example)
    with np.errstate(over="ignore", invalid="ignore"):
        for vertex, memo in _pass(graph, given_values(example), targets, values):
            value = values[vertex]
            if not np.isfinite(value).all():
                raise NumberError(f"not a finite number: the value of vertex {vertex!r} is {value.tolist()}")
            value.setflags(write=False)
            graph.nodes[vertex]["value"] = value
            for tail, edge in graph.pred[vertex].items():
                if vertex == TARGET:
                    edge["partial"] = Functional(LOSSES[example.loss].adjoint(values[tail], targets[tail]))
                else:
                    edge["partial"] = _partial(graph, edge["symbol"], values, memo, values[tail].shape)
    for vertex, adjoint in reverse(graph).items():
        adjoint.setflags(write=False)
        graph.nodes[vertex]["adjoint"] = adjoint
    return graph


def forward(graph: Graph, given: Mapping[str, Array]) -> dict[str, Array]:
    """Return the value of every vertex, for a batch at once where a given value has leading batch axes.

    `given` holds a value for each vertex that no equation defines: parameters, inputs, initial states. A value for any
    other vertex takes the place of what its equation says.
    """
    values: dict[str, Array] = {}
    for _ in _pass(graph, given, _targets(graph.graph["example"]), values):
        pass
    return values


def given_values(example: Example) -> dict[str, Array]:
    """Return the values that `example` brings, by vertex: parameters, inputs, initial states."""
    given = dict(example.parameters)
    before = example.first_step - 1
    given |= {vertex_name(name, before): value for name, value in example.initial.items()}
    (name,) = example.cell.inputs
    given |= {vertex_name(name, example.first_step + k): row for k, row in enumerate(example.inputs)}
    return given


def _targets(example: Example) -> dict[str, Array]:
    """Return the target of each output that the loss reads, by vertex."""
    last = example.first_step + example.steps - 1
    first = last if example.at == "last" else example.first_step
    steps = range(first, last + 1)
    rows = example.targets[-len(steps) :]
    return {vertex_name(example.cell.output, step): row for step, row in zip(steps, rows, strict=True)}


def _pass(
    graph: Graph, given: Mapping[str, Array], targets: Mapping[str, Array], values: dict[str, Array]
) -> Iterator[tuple[str, Memo]]:
    """Fill `values` in topological order; after each vertex, yield it and what its equation's parts came to."""
    loss = LOSSES[graph.graph["loss"]]
    for vertex, attributes in graph.nodes.items():
        memo: Memo = {}
        if vertex in given:
            values[vertex] = given[vertex]
        elif vertex == TARGET:
            # Not numpy's sum: an output that a batch does not reach has no batch axes.
            values[vertex] = np.asarray(sum(loss.value(values[tail], target) for tail, target in targets.items()))
        else:
            values[vertex] = _Scope(graph, values, attributes["step"], memo).value(attributes["expression"])
        yield vertex, memo


class _Scope:
    """One equation at one step: what its references are worth, and what its parts came to."""

    def __init__(self, graph: Graph, values: Mapping[str, Array], step: Step, memo: Memo) -> None:
        self._activations = graph.graph["cell"].activations
        self._values = values
        self._step = step
        self._memo = memo

    def value(self, expression: Expression) -> Array:
        """Return the value of `expression`, computed once however often it stands in the equation and its partials."""
        # By identity: the partials of an equation are made of the very objects that the equation is made of.
        key = id(expression)
        if key not in self._memo:
            self._memo[key] = self._compute(expression)
        return self._memo[key]

    def _compute(self, expression: Expression) -> Array:
        match expression:
            case Number(number):
                return np.asarray(number)
            case Parameter() | Quantity():
                return self._values[tail_name(expression, self._step)]
            case Negative(argument):
                return -self.value(argument)
            case Sum(terms):
                total = self.value(terms[0])
                for term in terms[1:]:
                    total = total + self.value(term)
                return total
            case Product(left, right):
                return self.value(left) * self.value(right)
            case MatrixProduct(left, right):
                matrix, vector = self.value(left), self.value(right)
                if matrix.ndim == 2:
                    return vector @ matrix.T
                return (matrix @ vector[..., None])[..., 0]
            case Application(function, argument):
                return self._activation(function).value(self.value(argument))
            case Derivative(function, argument):
                return self._activation(function).derivative(self.value(argument))

    def _activation(self, function: str) -> Activation:
        return ACTIVATIONS[self._activations.get(function, function)]


def _partial(
    graph: Graph, symbol: LocalPartial, values: Mapping[str, Array], memo: Memo, tail_shape: Shape
) -> LinearMap:
    """Return the linear map that `symbol` is at these values."""
    scope = _Scope(graph, values, symbol.step, memo)
    return add([_term(term, scope, tail_shape) for term in symbol.terms])


def _term(term: Term, scope: _Scope, tail_shape: Shape) -> LinearMap:
    """Return the product of the term's factors as a map; built from the tail's end, where the shape is known."""
    maps: list[LinearMap] = []
    shape = tail_shape
    for factor in reversed(term.factors):
        array = scope.value(factor.expression)
        if factor.kind == "diagonal":
            maps.append(Diagonal(np.broadcast_to(array, shape)))
        elif factor.kind == "matrix":
            maps.append(Matrix(array))
            shape = array.shape[:1]
        else:
            maps.append(ProductWith(array, shape[0]))
            shape = shape[:1]
    if term.sign < 0:
        maps.append(Diagonal(np.full(shape, -1.0)))
    return compose(maps[::-1], tail_shape)
