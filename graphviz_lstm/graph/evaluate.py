"""Evaluating: the forward pass of a problem, and the partial of each edge of its graph at that point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.detail import in_operations
from graphviz_lstm.cells.expression import Parameter, Quantity
from graphviz_lstm.errors import InputError, NumberError, shorten
from graphviz_lstm.graph.forward import run, run_with
from graphviz_lstm.graph.losses import TARGET_KEY, loss_cell, place_of
from graphviz_lstm.graph.maps import add, compose, single
from graphviz_lstm.graph.recipe import compile_cell
from graphviz_lstm.graph.unroll import TARGET, unroll_places
from graphviz_lstm.notation.names import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Protocol

    from graphviz_lstm.cells.partials import Term
    from graphviz_lstm.graph.forward import Trace
    from graphviz_lstm.graph.maps import Array, LinearMap, Shape
    from graphviz_lstm.graph.recipe import Recipe
    from graphviz_lstm.graph.unroll import Detail, Graph
    from graphviz_lstm.problems.problem import LossTerm, Problem

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
        hint = f"; load_problem({what!r}) loads one" if isinstance(what, str) else ""
        raise InputError(f"not a problem: {shorten(repr(what))} (must be a Problem or an Example{hint})")
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
    asked = problem_of(problem)
    graph = unroll_places(
        asked.cell,
        asked.steps,
        [place_of(term) for term in asked.losses],
        first_step=asked.first_step,
        detail=detail,
        target=asked.target_name,
    )
    graph.graph["problem"] = asked
    recipe = recipe_of(asked, detail)
    with np.errstate(all="ignore"):
        trace = run(recipe, asked.parameters, asked.inputs, asked.initial, asked.steps)
        losses = [_trace_loss(term, trace, asked) for term in asked.losses]
        _set_values(graph, trace, asked, losses)
        _set_partials(graph, trace, asked)
        _set_loss_partials(graph, losses, asked)
    return graph


def _trace_loss(term: LossTerm, trace: Trace, problem: Problem) -> tuple[LossTerm, Trace]:
    """Return what one loss came to, at all steps at which it counts."""
    compiled = compile_cell(loss_cell(place_of(term), problem.cell, problem.target_name))
    rows = [step - problem.first_step for step in term.steps]
    inputs = {term.quantity: trace.of(Quantity(term.quantity))[rows], TARGET_KEY: term.targets}
    return term, run(compiled, {}, inputs, {}, len(rows))


def _set_values(graph: Graph, trace: Trace, problem: Problem, losses: Sequence[tuple[LossTerm, Trace]]) -> None:
    for vertex, data in graph.nodes.items():
        quantity, step = data["quantity"], data["step"]
        if data["role"] == "parameter":
            value = problem.parameters[quantity]
        elif data["role"] == "initial":
            value = problem.initial[quantity]
        elif data["role"] == "input":
            value = problem.inputs[quantity][step - problem.first_step]
        elif vertex == TARGET:
            parts = [found.of(Quantity(found.recipe.cell.output)) for _, found in losses]
            value = np.asarray(sum(float(part.sum()) for part in parts))
        else:
            value = trace.at(Quantity(quantity), step - problem.first_step)
        if not np.isfinite(value).all():
            raise NumberError(f"not a finite number: the value of vertex {vertex!r} is {shorten(value.tolist())}")
        value = value.view()
        value.setflags(write=False)
        data["value"] = value


def _set_partials(graph: Graph, trace: Trace, problem: Problem) -> None:
    """Give each edge within the net the map that its partial is."""
    vertices = {(data["quantity"], data["step"]): vertex for vertex, data in graph.nodes.items()}
    for quantity, parents in trace.recipe.parents.items():
        for parent in parents:
            reference = parent.reference
            lag = reference.lag if isinstance(reference, Quantity) else 0
            for step in range(problem.first_step, problem.first_step + problem.steps):
                when = None if isinstance(reference, Parameter) else step - lag
                tail, head = vertices[reference.name, when], vertices[quantity, step]
                if not graph.has_edge(tail, head):
                    continue
                shapes = graph.nodes[tail]["value"].shape, graph.nodes[head]["value"].shape
                graph.edges[tail, head]["partial"] = map_of(parent.terms, trace, step - problem.first_step, *shapes)


def _set_loss_partials(graph: Graph, losses: Sequence[tuple[LossTerm, Trace]], problem: Problem) -> None:
    maps: dict[str, list[LinearMap]] = {}
    name_of = problem.cell.name_of
    for term, trace in losses:
        terms = trace.recipe.parents[trace.recipe.cell.output]
        parent = next(p for p in terms if p.reference == Quantity(term.quantity))
        for k, step in enumerate(term.steps):
            vertex = text(name_of(term.quantity).at(step))
            shape = graph.nodes[vertex]["value"].shape
            maps.setdefault(vertex, []).append(map_of(parent.terms, trace, k, shape, ()))
    for vertex, found in maps.items():
        graph.edges[vertex, TARGET]["partial"] = add(found)


def map_of(terms: Sequence[Term], trace: Trace, step: int, tail_shape: Shape, head_shape: Shape) -> LinearMap:
    """Return the linear map that a partial is at a step, counted from 0."""
    return add([_term(term, trace, step, tail_shape, head_shape) for term in terms])


def _term(term: Term, trace: Trace, step: int, tail_shape: Shape, head_shape: Shape) -> LinearMap:
    """Return the product of the term's factors as a map; built from the tail's end, where the shape is known."""
    maps: list[LinearMap] = []
    shape = tail_shape
    for factor in reversed(term.factors):
        coefficient = np.ones(()) if factor.expression is None else trace.at(factor.expression, step)
        after = _shape_after(factor.kind, coefficient.shape, shape)
        maps.append(single(factor.kind, coefficient, shape, after))
        shape = after
    if shape != head_shape:
        maps.append(single("spread", np.ones(head_shape), shape, head_shape))
    if term.sign < 0:
        maps.append(single("diagonal", np.full(head_shape, -1.0), head_shape, head_shape))
    return compose(maps[::-1], tail_shape)


def _shape_after(kind: str, own: Shape, tail: Shape) -> Shape:
    """Return the shape of what a factor with a coefficient of shape `own` makes of an array of shape `tail`."""
    if kind in ("diagonal", "spread"):
        return own if len(own) > len(tail) else tail
    if kind == "matrix":
        return (*own[:-1], *tail[1:])
    if kind == "right":
        return (*tail[:-1], *own[1:])
    if kind == "inner":
        return ()
    return {"outer-left": (*tail, *own), "outer-right": (*own, *tail), "transpose": tail[::-1]}[kind]


def forward(graph: Graph, given: Mapping[str, Array]) -> dict[str, Array]:
    """Return the value of every vertex, for a batch at once where a given value has leading batch axes.

    `given` holds a value for each vertex that no equation defines: parameters, inputs, initial states. A value for any
    other vertex takes the place of what its equation says.
    """
    problem: Problem = graph.graph["problem"]
    recipe = recipe_of(problem, graph.graph["detail"])
    vertices = {(data["quantity"], data["step"]): vertex for vertex, data in graph.nodes.items()}
    parameters = {name: given[vertices[name, None]] for name in problem.parameters}
    initial = {name: given[vertices[name, problem.first_step - 1]] for name in problem.initial}
    steps = {
        (name, step - problem.first_step): given[vertex]
        for (name, step), vertex in vertices.items()
        if step is not None and step >= problem.first_step and vertex in given
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
    total = np.zeros(())
    for term in problem.losses:
        compiled = compile_cell(loss_cell(place_of(term), problem.cell, problem.target_name))
        rows = {
            (name, k): row
            for k, step in enumerate(term.steps)
            for name, row in ((term.quantity, values[vertices[term.quantity, step]]), (TARGET_KEY, term.targets[k]))
        }
        found = run_with(compiled, {}, {}, rows, len(term.steps))
        # Not numpy's sum: an output that a batch does not reach has no batch axes.
        for k in range(len(term.steps)):
            total = total + found[compiled.cell.output, k]
    return np.asarray(total)


def given_values(problem: HasProblem) -> dict[str, Array]:
    """Return the values that a problem brings, by vertex: parameters, inputs, initial states."""
    asked = problem_of(problem)
    name_of = asked.cell.name_of
    given = {text(name_of(name)): value for name, value in asked.parameters.items()}
    given |= {text(name_of(name).at(asked.first_step - 1)): value for name, value in asked.initial.items()}
    for name, rows in asked.inputs.items():
        given |= {text(name_of(name).at(asked.first_step + k)): row for k, row in enumerate(rows)}
    return given


def recipe_of(problem: Problem, detail: Detail) -> Recipe:
    """Return the recipe of a problem's net at a detail; it is kept for the next time."""
    return compile_cell(in_operations(problem.cell) if detail == "operation" else problem.cell)
