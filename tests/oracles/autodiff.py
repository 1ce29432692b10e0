"""An oracle that shares nothing with the package but the text of the equations.

Python itself evaluates each equation, with `name[t]` looked up in a table of steps, and HIPS autograd differentiates
through what was done.
"""

from __future__ import annotations

import ast
import warnings
from math import erf, pi, sqrt
from typing import TYPE_CHECKING, Any

import autograd.numpy as anp
import numpy as np
from autograd import grad
from autograd.extend import defvjp, primitive

from graphviz_lstm.cells.delays import kept_from
from graphviz_lstm.cells.expression import Quantity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.problems import LossTerm, Problem

    # A parameter, an input at a step or an initial state: what it is called, and the step that it bears.
    Place = tuple[str, int | None]

_erf = primitive(np.vectorize(erf, otypes=[float]))
defvjp(_erf, lambda _, z: lambda g: g * 2 / sqrt(pi) * anp.exp(-z * z))


def _log_sum_exp(h: Any) -> Any:
    return anp.max(h) + anp.log(anp.sum(anp.exp(h - anp.max(h))))


FUNCTIONS = {
    "tanh": anp.tanh,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "identity": lambda z: z,
    "relu": lambda z: anp.maximum(z, 0),
    "softplus": lambda z: anp.log(1 + anp.exp(z)),
    "log_sigmoid": lambda z: -anp.log(1 + anp.exp(-z)),
    "gelu": lambda z: z * (1 + _erf(z / sqrt(2))) / 2,
    "silu": lambda z: z / (1 + anp.exp(-z)),
    "sin": anp.sin,
    "cos": anp.cos,
    "exp": anp.exp,
    "log": anp.log,
    "sqrt": anp.sqrt,
    "abs": anp.abs,
    "max": anp.maximum,
    "min": anp.minimum,
    "dot": anp.dot,
    "norm": anp.linalg.norm,
    "outer": anp.outer,
    "transpose": anp.transpose,
    "concat": lambda x, y: anp.concatenate([x, y]),
    "row": lambda w, k: w[int(k)],
    "entries": lambda x, *places: x[[int(place) for place in places]],
}

LOSSES = {
    "squared_error": lambda h, y: anp.sum((h - y) ** 2) / 2,
    "cross_entropy": lambda h, y: -anp.sum(y * (h - _log_sum_exp(h))),
    "binary_cross_entropy": lambda h, y: anp.sum(anp.log(1 + anp.exp(-anp.abs(h))) + anp.maximum(h, 0) - y * h),
    "given": lambda h, y: anp.sum(h * y),
}


class _Marked(ast.NodeTransformer):
    """Functions under names that no identifier is: a quantity may be called `tanh`."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        assert isinstance(node.func, ast.Name)
        node.func.id = f"{node.func.id}()"
        return self.generic_visit(node)


def compiled(text: str) -> list[tuple[str, Any]]:
    """Return quantity and compiled right side, in the order of the text."""
    equations = []
    for line in text.splitlines():
        tree = ast.parse(line.partition("#")[0].strip())
        for assignment in tree.body:
            assert isinstance(assignment, ast.Assign)
            (target,) = assignment.targets
            right = ast.fix_missing_locations(ast.Expression(_Marked().visit(assignment.value)))
            equations.append((target.value.id, compile(right, "<equation>", "eval")))  # type: ignore[attr-defined]
    return equations


def loss(given: Mapping[Place, Any], problem: Problem, equations: list[tuple[str, Any]]) -> Any:
    """Return E for the values in `given`."""
    cell, first = problem.cell, problem.first_step
    functions = {f"{name}()": function for name, function in FUNCTIONS.items()}
    functions |= {f"{general}()": FUNCTIONS[bound] for general, bound in cell.activations.items()}
    names: dict[str, Any] = dict(cell.constants) | {name: given[name, None] for name in cell.parameters}
    steps = range(first, first + problem.steps)
    names |= {name: {t: given[name, t] for t in steps} for name in cell.inputs}
    names |= {quantity: {} for quantity, _ in equations}
    kept = kept_from(cell.equations)
    for name in cell.states:
        # What is kept for a later step is read further back: by the text, under its own name.
        source = kept.get(name, Quantity(name))
        names[source.name][first - 1 - source.lag] = given[name, first - 1]
    for t in steps:
        for quantity, right in equations:
            names[quantity][t] = eval(right, {"__builtins__": {}}, functions | names | {"t": t})  # noqa: S307
    return sum(
        term.weight * LOSSES[term.kind](*(_counted(array, term) for array in (names[term.quantity][t], target)))
        for term in problem.losses
        for t, target in zip(term.steps, term.targets, strict=True)
    )


def _counted(array: Any, term: LossTerm) -> Any:
    """Return the entries that a loss reads."""
    return anp.array([array[k] for k in term.entries]) if term.entries else array


def gradients(problem: Problem, text: str) -> dict[Place, Any]:
    """Return dE with regard to every parameter, every input at every step, and every initial state.

    `text` must hold the equations of the problem's cell in an order in which they can be computed.
    """
    given: dict[Place, Any] = {(name, None): value for name, value in problem.parameters.items()}
    given |= {
        (name, problem.first_step + k): row for name, rows in problem.inputs.items() for k, row in enumerate(rows)
    }
    given |= {(name, problem.first_step - 1): value for name, value in problem.initial.items()}
    with warnings.catch_warnings():
        # Of a loss that reads nothing the gradient is 0.
        warnings.filterwarnings("ignore", "Output seems independent of input", UserWarning)
        result: dict[Place, Any] = grad(loss)({k: anp.array(v) for k, v in given.items()}, problem, compiled(text))
    return result


def assert_agrees(problem: Problem, text: str, **options: Any) -> None:
    """Raise unless our adjoints are autograd's, to 1e-12 of the sum of the absolute contributions."""
    from graphviz_lstm.graph import evaluate, reverse, reverse_absolute

    graph = evaluate(problem, **options)
    adjoints, absolute = reverse(graph), reverse_absolute(graph)
    expected = gradients(problem, text)
    compared = 0
    for vertex, data in graph.nodes.items():
        if data["role"] in ("parameter", "input", "initial"):
            scale = max(float(absolute[vertex].max()), float(np.finfo(float).tiny))
            oracle = expected[data["quantity"], data["step"]]
            assert np.abs(adjoints[vertex] - oracle).max() <= 1e-12 * scale, vertex
            compared += 1
    assert compared == len(expected)
