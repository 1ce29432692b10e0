"""Errors to be found: every rule of the table that a problem uses made wrong, edges left out, the targets negated."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import networkx as nx

from graphviz_lstm.cells.expression import Apply, Number, multiply, walk
from graphviz_lstm.cells.operations import OPERATIONS, operation
from graphviz_lstm.graph import TARGET, evaluate
from graphviz_lstm.graph.recipe import compile_cell
from graphviz_lstm.problems import LossTerm, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from graphviz_lstm.cells import Operation
    from graphviz_lstm.cells.expression import Expression
    from graphviz_lstm.cells.operation import Partial
    from graphviz_lstm.graph.unroll import Graph

SLIGHTLY = 1.0 + 1e-6


@contextmanager
def in_the_table(wrong: Operation) -> Iterator[None]:
    """Let the table have a row in place of the one of its name."""
    right = OPERATIONS[wrong.name]
    OPERATIONS[wrong.name] = wrong
    compile_cell.cache_clear()
    try:
        yield
    finally:
        OPERATIONS[wrong.name] = right
        compile_cell.cache_clear()


def wrong_rules(problem: Problem) -> Iterator[tuple[str, Operation]]:
    """Yield every rule that a problem's equations and losses use, with its sign flipped and off by one in a million."""
    names = {
        problem.cell.activations.get(part.operation, part.operation)
        for equation in problem.cell.equations
        for part in walk(equation.expression)
        if isinstance(part, Apply)
    }
    for row in map(operation, sorted(names | {term.kind for term in problem.losses})):
        for k, partial in enumerate(row.partials):
            yield f"the sign of {row.name} by argument {k}", _changed(row, k, sign=-partial.sign)
            if partial.kind != "transpose":
                yield f"{row.name} by argument {k}", _changed(row, k, coefficient=_times(partial, SLIGHTLY))


def _changed(row: Operation, k: int, **changes: object) -> Operation:
    partials = list(row.partials)
    partials[k] = replace(partials[k], **changes)
    return replace(row, partials=tuple(partials))


def _times(partial: Partial, factor: float) -> Callable[[Apply], Expression]:
    right = partial.coefficient
    return lambda whole: Number(factor) if right is None else multiply(Number(factor), right(whole))


def with_negated_targets(problem: Problem) -> Graph:
    """Return the graph of a problem with the partials of E that belong to the negated targets."""
    losses = [LossTerm(term.quantity, term.steps, -term.targets, term.kind, term.weight) for term in problem.losses]
    others = evaluate(
        Problem(
            problem.cell, problem.parameters, problem.inputs, losses, problem.initial, first_step=problem.first_step
        )
    )
    graph = evaluate(problem)
    for output, edge in graph.pred[TARGET].items():
        edge["partial"] = others.edges[output, TARGET]["partial"]
    return graph


def without(problem: Problem, edge: tuple[str, str]) -> Graph:
    """Return the graph of a problem without one of its edges."""
    graph = evaluate(problem)
    graph.remove_edge(*edge)
    return graph


def edges_on_paths(graph: Graph, source: str) -> list[tuple[str, str]]:
    """Return the edges on paths from the source to E."""
    after, before = nx.descendants(graph, source) | {source}, nx.ancestors(graph, TARGET) | {TARGET}
    return [(tail, head) for tail, head in graph.edges if tail in after and head in before]
