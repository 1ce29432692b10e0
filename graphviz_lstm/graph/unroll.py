"""Unrolling: a cell's equations, step after step, as one explicit graph. No number is needed yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import networkx as nx

from graphviz_lstm.cells.detail import in_operations
from graphviz_lstm.cells.expression import Quantity
from graphviz_lstm.cells.library import require_cell
from graphviz_lstm.cells.names import Name
from graphviz_lstm.cells.operations import loss as loss_row
from graphviz_lstm.cells.partials import partials_of
from graphviz_lstm.errors import EquationError, InputError, NumberError, shorten
from graphviz_lstm.given import require_one_of
from graphviz_lstm.graph.labels import kinds_of, labels_of
from graphviz_lstm.graph.losses import LossPlace, loss_cell, loss_partial
from graphviz_lstm.graph.partials import LocalPartial
from graphviz_lstm.notation.names import text
from graphviz_lstm.problems.arrays import step_number, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphviz_lstm.cells import Cell, Equation
    from graphviz_lstm.cells.expression import Reference
    from graphviz_lstm.cells.partials import Term
    from graphviz_lstm.graph.schema import EdgeKind

    Graph = nx.DiGraph[str]
    # What an equation reads, the attributes that all such edges have in common, and the terms of their partial.
    Parent = tuple[Reference, dict[str, object], tuple[Term, ...]]

Detail = Literal["gate", "operation"]
DETAILS: tuple[Detail, ...] = get_args(Detail)
TARGET = "E"
"""The loss's vertex: no quantity and no parameter may be called so."""
PLACES = ("every", "last")
MOST_STEPS = 1_000_000
"""A graph of more steps is refused: at some ten kilobytes each it would not fit."""


def unroll(
    cell: Cell,
    steps: int,
    *,
    loss: str = "squared_error",
    at: str = "every",
    first_step: int = 1,
    detail: Detail = "gate",
) -> Graph:
    """Return the computational graph of `cell` over `steps` steps, from its parameters to the loss E.

    Its vertices are strings, in topological order: the parameters (one vertex each, however many steps read it), the
    initial states, then step by step the input and the quantities (of what runs backward in time from the last step
    on), and E last. Which attributes they and the edges
    bear is told in `graph/schema.py`.

    Parameters
    ----------
    cell
        The equations of one step.
    steps
        How many steps, at least 1.
    loss, at
        A kind of loss of the cell's output, counted at `"every"` step or at the `"last"`.
    first_step
        The number that the first step bears.
    detail
        `"gate"`: a vertex for each quantity that the cell names. `"operation"`: also for each function's argument
        (`Z_A,1`) and for each function within a product (`f_S(S_1)`).

    Raises
    ------
    InputError
        If `cell` is none, or `steps` or `first_step` is not a whole number, or out of bounds.
    UnknownNameError
        If `loss`, `at` or `detail` is not one of the choices.
    EquationError
        If two vertices would bear one name.

    Examples
    --------
    >>> from graphviz_lstm.cells import RNN
    >>> graph = unroll(RNN, 2)
    >>> list(graph)
    ['W_H', 'U_H', 'b_H', 'H_0', 'X_1', 'H_1', 'X_2', 'H_2', 'E']
    >>> str(graph.edges["H_1", "H_2"]["symbol"])
    "f_H'(Z_H,2) * U_H"
    """
    require_cell(cell)
    try:
        steps = whole_number("steps", steps, least=1)
    except NumberError:
        raise InputError(f"wrong number of steps: {shorten(steps)} (must be a whole number, at least 1)") from None
    if steps > MOST_STEPS:
        raise InputError(
            f"too many steps for a graph: {shorten(steps)} (at most {MOST_STEPS:,}; count_paths counts without one)"
        )
    first_step = step_number("first_step", first_step)
    loss_row(loss)
    require_one_of("place of the loss", at, PLACES)
    last = first_step + steps - 1
    place = LossPlace(cell.output, loss, range(first_step if at == "every" else last, last + 1))
    return unroll_places(cell, steps, [place], first_step=first_step, detail=detail)


def unroll_places(
    cell: Cell,
    steps: int,
    places: Sequence[LossPlace],
    *,
    first_step: int = 1,
    detail: Detail = "gate",
    target: Name | None = None,
) -> Graph:
    """Return the computational graph with whatever losses, see `unroll`; `target` is what a target is called."""
    require_one_of("detail", detail, DETAILS)
    unrolled = in_operations(cell) if detail == "operation" else cell
    graph: Graph = nx.DiGraph(cell=cell, steps=steps, first_step=first_step, detail=detail, target=TARGET)
    building = _Building(graph, unrolled)
    for name in cell.parameters:
        building.add(name, None, "parameter", None)
    last_step = first_step + steps - 1
    for name in cell.states:
        building.add(name, cell.start(name, first_step, last_step), "initial", None)
    roles = _roles(cell, {place.quantity for place in places})
    kinds = kinds_of(unrolled)
    for run in unrolled.runs:
        edges = [(equation, _edges_into(equation, unrolled, kinds[equation.quantity])) for equation in run.equations]
        for place in run.steps(steps):
            step = first_step + place
            for name in cell.inputs if run is unrolled.runs[0] else ():
                building.add(name, step, "input", None)
            for equation, parents in edges:
                building.add_equation(equation, parents, step, roles.get(equation.quantity, "operation"))
    building.add_losses(places, target or Name("y"))
    return graph


def _roles(cell: Cell, outputs: set[str]) -> dict[str, str]:
    """Return what each quantity that the cell names is to its neighbours."""
    return {
        equation.quantity: "output"
        if equation.quantity in outputs
        else "state"
        if equation.quantity in cell.states
        else "gate"
        for equation in cell.equations
    }


def _edges_into(equation: Equation, cell: Cell, kinds: Mapping[Reference, EdgeKind]) -> list[Parent]:
    """Return for each reference of `equation` what its edges have in common: attributes, and the partial's terms."""
    result: list[Parent] = []
    for reference, terms in partials_of(equation.expression, cell).items():
        result.append((reference, labels_of(kinds[reference], equation.origin), terms))
    return result


class _Building:
    """A graph that is being made: which vertex is which quantity at which step, and what has been named already."""

    def __init__(self, graph: Graph, cell: Cell) -> None:
        self._graph, self._cell = graph, cell
        self._vertices: dict[tuple[str, int | None], str] = {}
        self._claims: dict[str, str] = {TARGET: "the loss"}

    def add(self, key: str, step: int | None, role: str, expression: object) -> str:
        """Add the vertex of a quantity at a step, and return it.

        Raises
        ------
        EquationError
            If another vertex bears its name.
        """
        name = self._cell.name_of(key).at(step)
        vertex = text(name)
        claim = claim_of(key, step, role)
        if vertex in self._claims:
            raise EquationError(
                f"two vertices would be called {vertex!r}: {self._claims[vertex]} and {claim} "
                f"in cell {self._graph.graph['cell'].name!r} (rename one)"
            )
        self._claims[vertex] = claim
        self._vertices[key, step] = vertex
        self._graph.add_node(
            vertex, name=name, quantity=key, step=step, layer=_layer(name), role=role, expression=expression
        )
        return vertex

    def add_equation(self, equation: Equation, parents: list[Parent], step: int, role: str) -> None:
        head = self.add(equation.quantity, step, role, equation.expression)
        for reference, labels, terms in parents:
            when = step - reference.lag if isinstance(reference, Quantity) else None
            tail = self._vertices[reference.name, when]
            entry = (step,) if self._graph.nodes[tail]["role"] in ("parameter", "input", "initial") else ()
            symbol = LocalPartial(terms, step, self._cell.names, self._cell.activations)
            self._graph.add_edge(tail, head, **labels, entry=entry, exit=(), symbol=symbol)

    def add_losses(self, places: Sequence[LossPlace], target: Name) -> None:
        graph = self._graph
        graph.add_node(TARGET, name=Name(TARGET), quantity=TARGET, step=None, layer=None, role="loss", expression=None)
        reading: dict[tuple[int, int], list[tuple[LossPlace, Cell]]] = {}
        order = {equation.quantity: k for k, equation in enumerate(self._cell.equations)}
        for place in places:
            cell = loss_cell(place, self._cell, target)
            for step in place.steps:
                reading.setdefault((step, order[place.quantity]), []).append((place, cell))
        for (step, _), losses in sorted(reading.items(), key=lambda item: item[0]):
            tail = self._vertices[losses[0][0].quantity, step]
            symbol = loss_partial(losses, step)
            graph.add_edge(tail, TARGET, **labels_of("loss", TARGET), entry=(), exit=(step,), symbol=symbol)


def _layer(name: Name) -> int | None:
    """Return the layer of a name; that of an applied function is its argument's."""
    return _layer(name.argument) if name.layer is None and name.argument is not None else name.layer


def claim_of(key: str, step: int | None, role: str) -> str:
    """Return where a vertex comes from, for a message."""
    what = {"parameter": "parameter", "input": "input", "initial": "the initial state of"}.get(role, "quantity")
    return f"{what} {key!r}" + ("" if step is None else f" at step {step}")
