"""The oracle of schemes: autograd, stopped at the places where a scheme cuts; it shares the rule and nothing else.

An edge that is scaled by f reads f v + (1 - f) stop(v). Of an edge that keeps its diagonal each entry of the head reads
its own entry of the tail, and the others stopped.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import autograd.numpy as anp
import numpy as np
from autograd import grad
from autograd.tracer import getval

from graphviz_lstm.gradients.schemes.edge import edges_of
from graphviz_lstm.graph import TARGET, evaluate
from tests.oracles.autodiff import FUNCTIONS, LOSSES, compiled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.gradients.schemes.action import Action
    from graphviz_lstm.gradients.schemes.scheme import Scheme
    from graphviz_lstm.problems import Problem

    Place = tuple[str, int | None]
    Actions = Mapping[tuple[Place, Place], Action]


def identifier(key: str) -> str:
    """Return what a name of a layer is called in a text: `H_L1` for `H^(1)`."""
    return key.replace("^(", "_L").rstrip(")")


class _Steps:
    """A name's values by step, as one equation at one step reads them."""

    def __init__(self, values: Mapping[int, Any], reads: Mapping[int, Any]) -> None:
        self._values, self._reads = values, reads

    def __getitem__(self, step: int) -> Any:
        return self._reads[step](self._values[step]) if step in self._reads else self._values[step]


def _read(action: Action, entry: int | None) -> Any:
    """Return how a value is read along an edge; `entry` is that of the head which is computed."""
    if action.kind == "diagonal":

        def own(value: Any) -> Any:
            mask = np.zeros(np.shape(getval(value)))
            mask[entry] = 1.0
            return mask * value + (1.0 - mask) * getval(value)

        return own
    factor = 0.0 if action.kind == "cut" else action.number if action.kind == "scale" else 1.0
    return lambda value: factor * value + (1.0 - factor) * getval(value)


def _loss(given: Mapping[Place, Any], problem: Problem, text: str, actions: Actions, exit_step: int | None) -> Any:
    cell, first = problem.cell, problem.first_step
    names = {identifier(key): key for key in (*cell.parameters, *cell.inputs, *(e.quantity for e in cell.equations))}
    functions = {f"{name}()": function for name, function in FUNCTIONS.items()}
    functions |= {f"{general}()": FUNCTIONS[bound] for general, bound in cell.activations.items()}
    steps = range(first, first + problem.steps)
    equations = [(names[quantity], right) for quantity, right in compiled(text)]
    values: dict[str, dict[int, Any]] = {name: {t: given[name, t] for t in steps} for name in cell.inputs}
    values |= {quantity: {} for quantity, _ in equations}
    for name in cell.states:
        values[name][first - 1] = given[name, first - 1]

    def compute(quantity: str, right: Any, t: int, entry: int | None) -> Any:
        reads: dict[str, dict[int, Any]] = {name: {} for name in values}
        parameters = {identifier(name): given[name, None] for name in cell.parameters}
        for ((name, when), head), action in actions.items():
            if head != (quantity, t):
                continue
            if when is None:
                parameters[identifier(name)] = _read(action, entry)(parameters[identifier(name)])
            else:
                reads[name][when] = _read(action, entry)
        seen = {identifier(name): _Steps(by_step, reads[name]) for name, by_step in values.items()}
        return eval(right, {"__builtins__": {}}, functions | parameters | seen | {"t": t})  # noqa: S307

    for t in steps:
        for quantity, right in equations:
            split = any(head == (quantity, t) and action.kind == "diagonal" for (_, head), action in actions.items())
            if split:
                size = np.shape(getval(compute(quantity, right, t, 0)))[0]
                values[quantity][t] = anp.array([compute(quantity, right, t, k)[k] for k in range(size)])
            else:
                values[quantity][t] = compute(quantity, right, t, None)
    return sum(
        term.weight * LOSSES[term.kind](values[term.quantity][t], target)
        for term in problem.losses
        for t, target in zip(term.steps, term.targets, strict=True)
        if exit_step in (None, t)
    )


def gradients_stopped(problem: Problem, text: str, scheme: Scheme) -> dict[str, Any]:
    """Return parameter -> the gradient that stops where the scheme cuts, from autograd."""
    graph = evaluate(problem)
    given: dict[Place, Any] = {(name, None): value for name, value in problem.parameters.items()}
    given |= {
        (name, problem.first_step + k): row for name, rows in problem.inputs.items() for k, row in enumerate(rows)
    }
    given |= {(name, problem.first_step - 1): value for name, value in problem.initial.items()}
    exits: list[int | None] = [None]
    if scheme.per == "exit":
        exits = sorted({graph.nodes[vertex]["step"] for vertex in graph.pred[TARGET]})
    found = {name: np.zeros(value.shape) for name, value in problem.parameters.items()}
    for source in problem.parameters if scheme.per == "source" else [None]:
        for exit_step in exits:
            edges = edges_of(graph, source, exit_step).values()
            actions: Actions = {
                ((e.tail.quantity, e.tail.step), (e.head.quantity, e.head.step)): action
                for e in edges
                if (action := scheme.rule(e)).changes
            }
            arrays = {key: anp.array(value) for key, value in given.items()}
            with warnings.catch_warnings():
                warnings.filterwarnings("ignore", "Output seems independent of input", UserWarning)
                result = grad(_loss)(arrays, problem, text, actions, exit_step)
            for name in problem.parameters if source is None else [source]:
                found[name] = found[name] + result[name, None]
    return found
