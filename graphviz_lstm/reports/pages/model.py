"""What a page computes with, as data: the compiled recipe, the graph, the numbers, and where each number stands.

The scripts of the page interpret it as `graph/` does: nothing in it is text that is run. A slot of a recipe is a
number, a parameter, an input, a quantity of this step or of the one before, or an operation of the table, applied to
slots that stand before it.
"""

from __future__ import annotations

import json
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.cells.expression import Apply, Number, Parameter, Quantity
from graphviz_lstm.cells.operations import operation
from graphviz_lstm.errors import EquationError
from graphviz_lstm.graph import TARGET
from graphviz_lstm.graph.evaluate import graph_of
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.graph.losses import TARGET_KEY, compiled_loss
from graphviz_lstm.graph.recipe import recipe_of
from graphviz_lstm.problems.layer import BACKWARD
from graphviz_lstm.problems.write import problem_to_json

if TYPE_CHECKING:
    from graphviz_lstm.cells.expression import Expression, Reference
    from graphviz_lstm.cells.partials import Term
    from graphviz_lstm.graph.maps import LinearMap
    from graphviz_lstm.graph.recipe import Recipe
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.problems.problem import Problem


def model_of(graph: Graph) -> dict[str, Any]:
    """Return what it takes to compute an evaluated graph anew from other numbers.

    `live` says whether that can be done: not where a partial is not what the equations say, since a scheme or somebody
    has changed it. Such an edge has its partial as a matrix, (head entries, tail entries).
    """
    problem: Problem = graph.graph["problem"]
    recipe = recipe_of(problem.cell, graph.graph["detail"])
    families = [
        {
            "head": quantity,
            "tail": _reference(parent.reference),
            "terms": [_term(term, recipe) for term in parent.terms],
        }
        for quantity, parents in recipe.parents.items()
        for parent in parents
        if parent.terms
    ]
    changed = _changed(graph)
    document, readable = document_of(problem)
    return {
        "recipe": _slots(recipe),
        "families": families,
        "losses": [_loss(problem, k) for k in range(len(problem.losses))],
        "steps": problem.steps,
        "vertices": [_vertex(vertex, graph, problem) for vertex in graph],
        "edges": _edges(graph, families, changed),
        "labels": _labels(graph),
        "live": not changed,
        "document": document,
        "readable": readable,
        "places": _places(problem, document, readable=readable),
    }


def _reference(reference: Reference) -> dict[str, Any]:
    kind = "parameter" if isinstance(reference, Parameter) else "quantity"
    return {"kind": kind, "name": reference.name, "lag": reference.lag if isinstance(reference, Quantity) else 0}


def _slots(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe; an instruction reads only slots before its own."""
    return {
        "slots": [_slot(expression, recipe) for expression in recipe.slots],
        "quantities": {name: recipe.slots[Quantity(name)] for name in recipe.quantities},
        "runs": _runs(recipe),
    }


def _runs(recipe: Recipe) -> list[dict[str, Any]]:
    """Return which slots are filled in each run over the steps, and in which direction it goes.

    A slot is filled in the first run in which all that it reads is there; what partials alone read, in the last.
    """
    last = len(recipe.stages) - 1
    filled: dict[int, int] = {}
    for number, stage in enumerate(recipe.stages):
        filled |= {instruction.target: number for instruction in (*stage.ahead, *stage.steps)}
    of_slot: list[int] = []
    for part, slot in recipe.slots.items():
        if isinstance(part, Quantity) and part.lag:
            source = filled[recipe.slots[Quantity(part.name)]]
            of_slot.append(source)
        else:
            of_slot.append(filled.get(slot, last if isinstance(part, Apply) else 0))
    return [
        {"backward": stage.run.backward, "slots": [k for k, run in enumerate(of_slot) if run == number]}
        for number, stage in enumerate(recipe.stages)
    ]


def _slot(expression: Expression, recipe: Recipe) -> dict[str, Any]:
    if isinstance(expression, Number):
        return {"number": expression.value}
    if isinstance(expression, Parameter):
        return {"parameter": expression.name}
    if isinstance(expression, Quantity):
        if expression.lag:
            return {"before": expression.name, "lag": expression.lag}
        if expression.name in recipe.quantities:
            return {"same": recipe.quantities[expression.name]}
        return {"input": expression.name}
    row = operation(expression.operation, recipe.cell.activations)
    applied: dict[str, Any] = {"apply": row.name, "to": [recipe.slots[part] for part in expression.arguments]}
    return applied if expression.derivative is None else {**applied, "by": expression.derivative}


def _term(term: Term, recipe: Recipe) -> dict[str, Any]:
    factors = [
        [factor.kind, None if factor.expression is None else recipe.slots[factor.expression]] for factor in term.factors
    ]
    return {"sign": term.sign, "factors": factors}


def _loss(problem: Problem, number: int) -> dict[str, Any]:
    """Return a loss: a recipe of one step whose inputs are the quantity and its target."""
    term = problem.losses[number]
    recipe = compiled_loss(term, problem)
    output = recipe.cell.output
    terms = [
        _term(part, recipe)
        for parent in recipe.parents[output]
        if parent.reference == Quantity(term.quantity)
        for part in parent.terms
    ]
    return {
        "recipe": _slots(recipe),
        "quantity": term.quantity,
        "target": TARGET_KEY,
        "value": output,
        "rows": [step - problem.first_step for step in term.steps],
        "terms": terms,
    }


def _vertex(vertex: str, graph: Graph, problem: Problem) -> list[Any]:
    """Return a vertex's name, its quantity, and its step counted from 0, of a state -1 or behind the last."""
    data = graph.nodes[vertex]
    return [vertex, data["quantity"], None if data["step"] is None else data["step"] - problem.first_step]


def _labels(graph: Graph) -> list[dict[str, Any]]:
    """Return the labels that edges have in common, each once: what they add to those of a path."""
    return [json.loads(text) for text in dict.fromkeys(_label(data) for *_, data in graph.edges(data=True))]


def _label(data: dict[str, Any]) -> str:
    return json.dumps({"crossings": data["crossings"], "gates": sorted(data["gates"])})


def _edges(graph: Graph, families: list[dict[str, Any]], changed: dict[tuple[str, str], LinearMap]) -> list[list[Any]]:
    """Return for each edge its ends, its family (-1: a loss), its labels, and its matrix if it is not the family's."""
    vertices = {vertex: k for k, vertex in enumerate(graph)}
    by_ends = {
        (one["head"], one["tail"]["kind"], one["tail"]["name"], one["tail"]["lag"]): k for k, one in enumerate(families)
    }
    labels = {text: k for k, text in enumerate(dict.fromkeys(_label(data) for *_, data in graph.edges(data=True)))}
    found: list[list[Any]] = []
    for tail, head, data in graph.edges(data=True):
        source, end = graph.nodes[tail], graph.nodes[head]
        family = -1
        if head != TARGET:
            is_parameter = source["role"] == "parameter"
            lag = 0 if is_parameter else end["step"] - source["step"]
            family = by_ends[end["quantity"], "parameter" if is_parameter else "quantity", source["quantity"], lag]
        edge = [vertices[tail], vertices[head], family, labels[_label(data)]]
        found.append([*edge, changed[tail, head].dense().tolist()] if (tail, head) in changed else edge)
    return found


def _changed(graph: Graph) -> dict[tuple[str, str], LinearMap]:
    """Return the partials that are not what the equations say, as one random adjoint pulled through both tells."""
    fresh = graph_of(linearize(graph.graph["problem"], detail=graph.graph["detail"]))
    random = np.random.default_rng(0)
    changed = {}
    for tail, head, data in graph.edges(data=True):
        partial: LinearMap = data["partial"]
        # So small that what a partial of 1e308 makes of it is a number.
        adjoint = random.uniform(-0.5, 0.5, size=partial.head_shape) / max(1, prod(partial.head_shape))
        if not np.array_equal(partial.pull(adjoint), fresh.edges[tail, head]["partial"].pull(adjoint)):
            changed[tail, head] = partial
    return changed


def document_of(problem: Problem) -> tuple[dict[str, Any], bool]:
    """Return the problem as the JSON that the commands read, and whether it is that: not every net can be written."""
    try:
        return json.loads(problem_to_json(problem)), True
    except EquationError:
        numbers = {
            "parameters": {name: array.tolist() for name, array in problem.parameters.items()},
            "initial": {name: array.tolist() for name, array in problem.initial.items()},
            "inputs": {name: array.tolist() for name, array in problem.inputs.items()},
            "losses": [{"targets": term.targets.tolist()} for term in problem.losses],
        }
        return numbers, False


def _places(problem: Problem, document: dict[str, Any], *, readable: bool) -> dict[str, Any]:
    """Return where in the document each array stands: the keys that lead to it."""
    cell = problem.cell
    names = (*cell.parameters, *(equation.quantity for equation in cell.equations))
    layers = any(cell.name_of(name).layer for name in names)
    beside = {
        name: what
        for what in ("embedding", "readout")
        if readable and what in document
        for name in document[what]["parameters"]
    }

    def place(kind: str, key: str) -> list[Any]:
        if not readable:
            return [kind, key]
        name = cell.name_of(key)
        if layers and name.layer is None:
            return [beside[key], kind, name.base]
        other = (
            ["backward"] if name.part == BACKWARD and document["layers"][(name.layer or 1) - 1].get("backward") else []
        )
        return ["layers", (name.layer or 1) - 1, *other, kind, name.base]

    return {
        "parameters": {name: place("parameters", name) for name in problem.parameters},
        "initial": {name: place("initial", name) for name in problem.initial},
        "inputs": {name: ["inputs", name] for name in problem.inputs},
        "targets": [["losses", k, "targets"] for k in range(len(problem.losses))],
    }
