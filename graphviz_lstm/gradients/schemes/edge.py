"""An edge as a rule sees it: what is at its ends, at which steps, and for which source and loss it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from graphviz_lstm.graph.unroll import TARGET

if TYPE_CHECKING:
    from graphviz_lstm.graph.schema import EdgeKind, Role
    from graphviz_lstm.graph.unroll import Graph


class End(NamedTuple):
    """One end of an edge.

    Attributes
    ----------
    quantity
        What it is, without its step: `"H"`, or the parameter.
    step
        At which step; None of a parameter, and of E.
    role
        What it is to the cell: see `graph.schema.Role`.
    layer
        Of which layer; None in a net of one.
    carried
        Whether the next step reads it.
    put_out
        Whether another layer of its step, a readout or a loss reads it.
    """

    quantity: str
    step: int | None
    role: Role
    layer: int | None
    carried: bool = False
    put_out: bool = False


class Edge(NamedTuple):
    """An edge, and what is asked of it.

    Attributes
    ----------
    tail, head
        Its ends.
    kind
        What it is to the cell: see `graph.schema.EdgeKind`.
    first_step
        The number of the first step.
    source
        The end that paths begin at, for a rule that cuts other edges for each source; None where it is not asked.
    exit
        The step whose loss is meant, for a rule that cuts other edges for each loss; None where it is not asked.
    """

    tail: End
    head: End
    kind: EdgeKind
    first_step: int = 0
    source: End | None = None
    exit: int | None = None

    @property
    def in_time(self) -> bool:
        """Whether it leads from a step, or from before the first one, to a later step."""
        return self.kind in ("carousel", "crossing")

    @property
    def to_step(self) -> int:
        """The step of its head; E's is that after all others."""
        return 2**62 if self.head.step is None else self.head.step


def edges_of(graph: Graph, source: str | None = None, exit_step: int | None = None) -> dict[tuple[str, str], Edge]:
    """Return (tail, head) -> the edge as a rule sees it, for every edge of an unrolled graph."""
    carried, put_out = _carried_and_put_out(graph)
    ends = {
        vertex: End(
            data["quantity"],
            data["step"],
            data["role"],
            data["layer"],
            carried=data["quantity"] in carried,
            put_out=data["quantity"] in put_out,
        )
        for vertex, data in graph.nodes.items()
    }
    start = None if source is None else ends[source]
    first = graph.graph["first_step"]
    return {
        (tail, head): Edge(ends[tail], ends[head], data["kind"], first, start, exit_step)
        for tail, head, data in graph.edges(data=True)
    }


def exits_of(graph: Graph) -> list[int]:
    """Return the steps that have a loss, in order."""
    return sorted({graph.nodes[vertex]["step"] for vertex in graph.pred[TARGET]})


def _carried_and_put_out(graph: Graph) -> tuple[set[str], set[str]]:
    """Return what the next step reads, and what another layer, a readout or a loss reads."""
    nodes = graph.nodes
    carried: set[str] = set()
    put_out: set[str] = set()
    within: set[tuple[str, str]] = set()
    for tail, head, data in graph.edges(data=True):
        name, kind = nodes[tail]["quantity"], data["kind"]
        if kind in ("carousel", "crossing"):
            carried.add(name)
        elif kind == "loss" or (kind == "inner" and nodes[tail]["layer"] != nodes[head]["layer"]):
            put_out.add(name)
        if kind == "inner":
            within.add((name, nodes[head]["quantity"]))
    # The readout of a net of one layer: what reads a state, is put out, and is none.
    readouts = put_out - carried
    return carried, put_out | {tail for tail, head in within if head in readouts and tail in carried}
