"""What the vertices, the edges and the whole of an unrolled graph bear: the contract between rooms, in code.

An unrolled graph is a `networkx.DiGraph` whose vertices are strings, in topological order. The strings are for people:
what a vertex is stands in its record. Each stage returns a new graph whose records say more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NotRequired, TypedDict

if TYPE_CHECKING:
    from graphviz_lstm.cells import Cell
    from graphviz_lstm.cells.expression import Expression
    from graphviz_lstm.cells.names import Name
    from graphviz_lstm.graph.maps import Array, LinearMap
    from graphviz_lstm.graph.partials import LocalPartial
    from graphviz_lstm.graph.unroll import Detail
    from graphviz_lstm.problems.problem import Problem

Role = Literal["parameter", "input", "initial", "gate", "state", "output", "operation", "loss"]
"""`output`: a quantity that a loss reads; `state`: one that the next step reads; `gate`: any other."""

EdgeKind = Literal["parameter", "input", "carousel", "crossing", "inner", "loss"]
"""`carousel`: of the step before, outside every function; `crossing`: of the step before, inside a function."""


class VertexRecord(TypedDict):
    """What a vertex bears."""

    name: Name
    quantity: str
    step: int | None
    layer: int | None
    role: Role
    expression: Expression | None
    # After `evaluate`:
    value: NotRequired[Array]
    # After `annotate`:
    adjoint: NotRequired[Array]
    tangent: NotRequired[Array]
    flow: NotRequired[float]


class EdgeRecord(TypedDict):
    """What an edge bears. The labels `crossings`, `gates`, `recurrence`, `entry` and `exit` add up along a path."""

    kind: EdgeKind
    symbol: LocalPartial
    crossings: int
    gates: frozenset[str]
    recurrence: frozenset[str]
    entry: tuple[int, ...]
    exit: tuple[int, ...]
    # After `evaluate`:
    partial: NotRequired[LinearMap]
    # After `annotate`:
    flow: NotRequired[float]


class GraphRecord(TypedDict):
    """What the graph itself bears."""

    cell: Cell
    steps: int
    first_step: int
    detail: Detail
    target: str
    # After `evaluate`:
    problem: NotRequired[Problem]
    rounding: NotRequired[float]
    # After `annotate`:
    source: NotRequired[str]
    element: NotRequired[tuple[int, ...] | None]
    total: NotRequired[Array]
    swept: NotRequired[tuple[tuple[str, str, LinearMap], ...]]
