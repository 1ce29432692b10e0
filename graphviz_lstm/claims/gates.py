"""What the question concludes: that the tangents are circular, that the terms through the gates are 0 or held fixed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import networkx as nx
import sympy

from graphviz_lstm.cells.expression import Number
from graphviz_lstm.cells.names import Moving
from graphviz_lstm.claims.compare import equation, mistake_of, tangent
from graphviz_lstm.claims.equations import CELL, OUTPUT, SOURCE, STATE, question
from graphviz_lstm.claims.verdict import Verdict
from graphviz_lstm.gradients.symbolic.proof import symbolic_paths
from graphviz_lstm.gradients.symbolic.symbols import unroll_symbols
from graphviz_lstm.notation import Formula, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.cells.expression import Expression
    from graphviz_lstm.gradients.symbolic.recursions import Forward
    from graphviz_lstm.notation import Style

_STEPS_FOLLOWED = 10


def judge_circle(forward: Forward, first_step: int) -> Verdict:
    """Judge that the tangents are circular: follow what each needs, over ten steps."""
    needs: nx.DiGraph[tuple[str, int]] = nx.DiGraph()
    for step in range(first_step, first_step + _STEPS_FOLLOWED):
        for line in forward.lines:
            for flow in line.terms:
                if flow.step is not None:
                    needs.add_edge((line.quantity, step), (flow.quantity, step + flow.step.offset))
    circular = not nx.is_directed_acyclic_graph(needs)
    ends = sorted(vertex for vertex in needs if not needs.out_degree(vertex))

    def told(style: Style) -> str:
        if not ends:
            return style.words.format("a cycle")
        where = ",".join(tangent(style, quantity, step) for quantity, step in ends)
        return f"{style.words.format('over ten steps all ends in ')}{where}"

    return Verdict(
        name="that dH and dS are circular",
        written=written(
            lambda style: (
                f"{tangent(style, STATE, Moving(-1))}, {tangent(style, OUTPUT, Moving(-1))}"
                f"{style.words.format(' are circular')}"
            )
        ),
        right=circular,
        difference=written(told),
        corrected=written(
            lambda style: style.comma.join(f"{tangent(style, state, first_step - 1)} = 0" for state in forward.states)
        ),
        mistake=0.0,
        why="the step falls by one each time and ends at the state before the first step, which does not depend on W_A",
    )


def judge_gates(forward: Forward) -> list[Verdict]:
    """Judge that the terms through the gates are 0, and that H_{t-1} is a fixed input."""
    reads = {line.quantity for line in forward.lines if any(flow.step is None for flow in line.terms)}
    zero: dict[str, Expression] = {
        line.quantity: Number(0.0)
        for line in forward.lines
        if line.quantity not in reads and all(flow.quantity == OUTPUT for flow in line.terms)
    }
    lines = {line.quantity: line for line in forward.lines}
    dropped = _dropped(lambda head: head in zero)
    all_dropped = _dropped(lambda _: True)

    def nothing(style: Style) -> str:
        """Return the claim that the tangents are 0, with what the question says of it."""
        heads = " = ".join(tangent(style, quantity) for quantity in zero)
        return f"{heads} = 0{style.words.format(' (independent gates cancel)')}"

    def held(style: Style) -> str:
        before = question(style).name(OUTPUT, Moving(-1))
        told = f"{style.words.format(' (')}{before}{style.words.format(' is a fixed input)')}"
        return f"{tangent(style, OUTPUT, Moving(-1))} = 0{told}"

    return [
        Verdict(
            name="that the gates are independent",
            written=written(nothing),
            right=dropped == 0,
            difference=_products(dropped),
            corrected=written(lambda style: style.comma.join(equation(style, lines[quantity]) for quantity in zero)),
            mistake=mistake_of(replaced=zero),
            why=(
                "it drops every path from the output of the step before into i, f or o, and keeps those into a; "
                "nothing cancels them"
            ),
        ),
        Verdict(
            name="that the output of the step before is fixed",
            written=written(held),
            right=all_dropped == 0,
            difference=_products(all_dropped),
            corrected=written(lambda style: equation(style, lines[OUTPUT])),
            mistake=mistake_of(fixed=frozenset({OUTPUT})),
            why="it drops every path that crosses a gate: what is left is another rule than the gradient",
        ),
    ]


def _dropped(drops: Callable[[str], bool]) -> Any:
    """Return the sum of the paths over two steps that cross from H into a gate that is dropped."""
    unrolled = unroll_symbols(CELL, 2)
    graph = unrolled.graph
    crossing = [
        sympy.Mul(*(unrolled.partials[edge] for edge in edges))
        for edges in symbolic_paths(unrolled, SOURCE)
        if any(graph.edges[e]["crossings"] and drops(graph.nodes[e[1]]["quantity"]) for e in edges)
    ]
    return sympy.Add(*crossing)


def _products(dropped: Any) -> Formula:
    if dropped == 0:
        return Formula("0", "0")
    told = f"{len(dropped.args)} products over two steps, whose sum is not zero"
    return written(lambda style: style.words.format(told))
