"""Evaluating: the forward pass of a problem, and the partial of each edge of its graph at that point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.graph.cancelling import ROUNDING
from graphviz_lstm.graph.forward import run_with
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.graph.losses import TARGET_KEY, compiled_loss, place_of
from graphviz_lstm.graph.making import add
from graphviz_lstm.graph.recipe import recipe_of
from graphviz_lstm.graph.unroll import TARGET, unroll_places
from graphviz_lstm.notation.names import text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    from graphviz_lstm.graph.linearized import Linearized
    from graphviz_lstm.graph.maps import Array, LinearMap
    from graphviz_lstm.graph.unroll import Detail, Graph
    from graphviz_lstm.problems.problem import Problem

    class HasProblem(Protocol):
        """A `Problem`, or what holds one, as an `Example` does."""

        @property
        def problem(self) -> Problem:
            """The problem."""
            ...


def problem_of(what: HasProblem) -> Problem:
    """Return the problem that is meant.

    Raises
    ------
    InputError
        If it is neither a problem nor an example: a name or a path must be loaded first.
    """
    found = getattr(what, "problem", None)
    if found is None:
        hint = f"; load_problem({shorten(what)}) loads one" if isinstance(what, str) else ""
        raise InputError(f"not a problem: {shorten(what)} (must be a Problem or an Example{hint})")
    problem: Problem = found
    return problem


def evaluate(problem: HasProblem, *, detail: Detail = "gate") -> Graph:
    """Return the unrolled graph of a problem with its values and partials.

    One forward pass gives every vertex its `value` (E's is a number, shape ()), every edge its `partial` (a linear
    map). Cost: O(T n^2) for hidden size n.

    Raises
    ------
    NumberError
        If a value is not finite: the line names the vertex.
    UnknownNameError
        If `detail` is not one of the choices.
    EquationError
        If two vertices would bear one name.

    Examples
    --------
    >>> from graphviz_lstm.problems import load_example
    >>> graph = evaluate(load_example("gomez"))
    >>> float(round(graph.nodes["H_1"]["value"][0], 5)), str(graph.edges["S_0", "S_1"]["symbol"])
    (0.77198, 'f_1')
    """
    return graph_of(linearize(problem_of(problem), detail=detail))


def graph_of(linear: Linearized) -> Graph:
    """Return the graph of a linearized problem: its values and partials are views of the arrays."""
    problem = linear.problem
    graph = unroll_places(
        problem.cell,
        problem.steps,
        [place_of(term) for term in problem.losses],
        first_step=problem.first_step,
        detail=linear.detail,
        target=problem.target_name,
    )
    graph.graph |= {"problem": problem, "rounding": ROUNDING}
    _fill(graph, linear)
    return graph


def _fill(graph: Graph, linear: Linearized) -> None:
    """Give every vertex its value and every edge the map that its partial is: views of a linearized problem."""
    problem = linear.problem
    vertices: dict[tuple[str, int | None], str] = {}
    for vertex, data in graph.nodes.items():
        quantity, step = data["quantity"], data["step"]
        vertices[quantity, step] = vertex
        if data["role"] == "parameter":
            value = problem.parameters[quantity]
        elif data["role"] == "initial":
            value = problem.initial[quantity]
        elif data["role"] == "input":
            value = problem.inputs[quantity][step - problem.first_step]
        elif vertex == TARGET:
            value = np.asarray(linear.loss)
        else:
            value = linear.values(quantity)[step - problem.first_step]
        data["value"] = _read_only(value)
    edges = graph.edges
    for quantity, families in linear.families.items():
        for family in families:
            for step in range(problem.steps):
                number = problem.first_step + step
                when = None if family.of_parameter else number - family.lag
                edge = vertices[family.tail.name, when], vertices[quantity, number]
                edges[edge]["partial"] = family.at(step)
    maps: dict[str, list[LinearMap]] = {}
    for loss in linear.losses:
        for k, step in enumerate(loss.term.steps):
            maps.setdefault(vertices[loss.term.quantity, step], []).append(loss.family.at(k))
    for vertex, found in maps.items():
        edges[vertex, TARGET]["partial"] = add(found)


def _read_only(value: Array) -> Array:
    view = value.view()
    view.setflags(write=False)
    return view


def forward(graph: Graph, given: Mapping[str, Array]) -> dict[str, Array]:
    """Return the value of every vertex, for a batch at once where a given value has leading batch axes.

    `given` holds a value for each vertex that no equation defines: parameters, inputs, initial states. A value for any
    other vertex takes the place of what its equation says.
    """
    problem: Problem = graph.graph["problem"]
    recipe = recipe_of(problem.cell, graph.graph["detail"])
    vertices = {(data["quantity"], data["step"]): vertex for vertex, data in graph.nodes.items()}
    parameters = {name: given[vertices[name, None]] for name in problem.parameters}
    initial = {name: given[vertices[name, problem.start(name)]] for name in problem.initial}
    steps = {
        (name, step - problem.first_step): given[vertex]
        for (name, step), vertex in vertices.items()
        if step is not None and problem.first_step <= step <= problem.last_step and vertex in given
    }
    found = run_with(recipe, parameters, initial, steps, problem.steps)
    values = {
        vertex: given[vertex] if vertex in given else found[name, 0 if step is None else step - problem.first_step]
        for (name, step), vertex in vertices.items()
        if vertex != TARGET
    }
    values[TARGET] = given[TARGET] if TARGET in given else _loss(problem, values, vertices)
    return values


def _loss(problem: Problem, values: Mapping[str, Array], vertices: Mapping[tuple[str, int | None], str]) -> Array:
    parts = []
    with np.errstate(over="ignore", invalid="ignore"):
        for term in problem.losses:
            compiled = compiled_loss(term, problem)
            rows = {
                (name, k): row
                for k, step in enumerate(term.steps)
                for name, row in ((term.quantity, values[vertices[term.quantity, step]]), (TARGET_KEY, term.targets[k]))
            }
            found = run_with(compiled, {}, {}, rows, len(term.steps))
            parts += [found[compiled.cell.output, k] for k in range(len(term.steps))]
        # Not numpy's sum: an output that a batch does not reach has no batch axes.
        total = np.asarray(sum(parts, np.zeros(())))
        if np.isfinite(total).all():
            return total
        # What leaves the range on the way to a sum that is a number, as `sum_exactly`.
        return np.asarray(np.ldexp(sum((np.ldexp(part, -64) for part in parts), np.zeros(())), 64))


def given_values(problem: HasProblem) -> dict[str, Array]:
    """Return the values that a problem brings, by vertex: parameters, inputs, initial states."""
    asked = problem_of(problem)
    name_of = asked.cell.name_of
    given = {text(name_of(name)): value for name, value in asked.parameters.items()}
    given |= {text(name_of(name).at(asked.start(name))): value for name, value in asked.initial.items()}
    for name, rows in asked.inputs.items():
        given |= {text(name_of(name).at(asked.first_step + k)): row for k, row in enumerate(rows)}
    return given
