"""Why it is not circular: the derivatives of the states, step by step, down to the zeros before the first step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.names import Moving
from graphviz_lstm.claims import is_lstm
from graphviz_lstm.gradients.symbolic.recursions import derive_forward
from graphviz_lstm.graph import TARGET
from graphviz_lstm.graph.sweeps import push_forward
from graphviz_lstm.notation import written
from graphviz_lstm.notation.numbers import length, same_decimals
from graphviz_lstm.reports.document import Section, Table, said
from graphviz_lstm.reports.recursions import Hand, pushed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.notation import Formula
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.document import Part

# Of more steps the last and the first ones are told.
_MOST_STEPS = 12
_ENDS = 4
_ROUNDING = 1e-9


def circle_section(asked: Asked) -> Section | None:
    """Return the forward recursion in numbers beside the reverse pass; None where no state depends on the source."""
    problem = asked.problem
    if asked.source not in problem.cell.parameters or asked.one.element is None or not asked.full:
        return None
    forward = derive_forward(problem.cell, asked.source)
    if not forward.states:
        return None
    parts: list[Part] = [
        said(
            "No: {} needs {}, that needs the step before it, and so on back to the state before the first step, which "
            "no weight touched. There the derivative is zero, and it ends: {}.",
            _tangent(asked, forward.states[0], Moving()),
            _tangent(asked, forward.states[0], Moving(-1)),
            _zeros(asked, forward.states),
        )
    ]
    hand = Hand(problem, asked.source)
    parts += [written(lambda style, line=line: pushed(hand, style, line)) for line in forward.lines]  # type: ignore[misc]
    if problem.scalar:
        parts.append(
            f"With more units the derivatives along one entry of {asked.source} are vectors: each U stands before them "
            "as a matrix, and each f' goes entry by entry."
            if is_lstm(problem.cell)
            else f"With more units the derivatives along one entry of {asked.source} are vectors, and matrices stand "
            "before them."
        )
    parts.append(_table(asked, forward.states, _rows(asked, forward.states)[0]))
    return Section("Is it circular?", tuple(parts), question=True)


def same_section(asked: Asked) -> Section | None:
    """Return that both recursions come to one gradient; None where the forward one is not told."""
    problem = asked.problem
    if circle_section(asked) is None:
        return None
    forward = derive_forward(problem.cell, asked.source)
    _, total = _rows(asked, forward.states)
    reverse = asked.number(asked.one.adjoints[asked.source])
    sums = same_decimals([total, reverse], digits=7)
    states = " and ".join(f"d{state}" for state in forward.states)
    entries = sum(array.size for array in problem.parameters.values())
    return Section(
        "Do RTRL and BPTT give the same?",
        (
            (
                f"{_same(total, reverse)} RTRL, real-time recurrent learning, is the recursion of {states}, from the "
                f"first step on: it comes to {sums[0]}. BPTT, backpropagation through time, is the backward pass, from "
                f"the last step back: {sums[1]}."
            ),
            (
                "They differ in cost. The backward pass takes one delta for each quantity, whatever the number of "
                f"weights; RTRL takes one derivative of each state for each entry of each weight, here {entries:,} for "
                "each state."
            ),
        ),
        question=True,
    )


def _same(forward: float, reverse: float) -> str:
    """Return whether both recursions came to one gradient."""
    apart = abs(forward - reverse)
    if not math.isfinite(apart):
        return "The same gradient, of which the first cannot be told here: on its way it leaves the range of a float64."
    if apart <= _ROUNDING * max(abs(forward), abs(reverse)):
        return (
            "Yes, the same gradient, and neither leaves anything out: both add up the same products, from one end or "
            "the other."
        )
    return f"But for rounding. They lie {apart:.1g} apart: by rounding, where both are small beside their terms."


def _tangent(asked: Asked, state: str, step: Moving) -> Formula:
    """Return d(state at a step)/d(source), the step a letter."""
    name, source = asked.problem.cell.name_of(state), asked.graph.nodes[asked.source]["name"]
    return written(lambda style: style.ratio.format(style.name(name.at(step)), style.name(source)))


def _zeros(asked: Asked, states: Sequence[str]) -> Formula:
    """Return that the derivatives of the states before the first step are zero."""
    cell, first = asked.problem.cell, asked.graph.nodes[asked.source]["name"]
    starts = [cell.name_of(state).at(asked.problem.start(state)) for state in states]
    return written(
        lambda style: style.comma.join(f"{style.ratio.format(style.name(s), style.name(first))} = 0" for s in starts)
    )


def _rows(asked: Asked, states: Sequence[str]) -> tuple[list[tuple[int, list[Array], float]], float]:
    """Return step by step, the first one first, the states' derivatives and what the losses have added so far."""
    graph = asked.graph
    direction = np.zeros(graph.nodes[asked.source]["value"].shape)
    direction[asked.one.element or ()] = 1.0
    with np.errstate(all="ignore"):  # what leaves the range is told in words
        return _steps(asked, states, push_forward(graph, asked.source, direction))


def _steps(
    asked: Asked, states: Sequence[str], tangents: Mapping[str, Array]
) -> tuple[list[tuple[int, list[Array], float]], float]:
    graph, problem = asked.graph, asked.problem
    vertices = {(data["quantity"], data["step"]): vertex for vertex, data in graph.nodes.items()}
    rows, running = [], 0.0
    for step in range(problem.first_step - 1, problem.last_step + 1):
        for tail, edge in graph.pred[TARGET].items():
            if graph.nodes[tail]["step"] == step and tail in tangents:
                running += float(edge["partial"].push(tangents[tail]))
        found = []
        for state in states:
            vertex = vertices.get((state, step))
            zero = np.zeros(problem.shapes.get(state, ()))
            found.append(tangents.get(vertex, zero) if vertex is not None else zero)
        rows.append((step, found, running))
    return rows, running


def _table(asked: Asked, states: Sequence[str], rows: list[tuple[int, list[Array], float]]) -> Table:
    """Return the table, the last step first."""
    scalar = all(value.size == 1 for _, found, _ in rows for value in found)
    entry = asked.derivative.removeprefix("dE/d")
    head = [f"d{state}_t/d{entry}" if scalar else f"|d{state}_t/d{entry}|" for state in states]
    columns = [
        same_decimals([found[k].item() if scalar else length(found[k]) for _, found, _ in rows])
        for k in range(len(states))
    ]
    sums = same_decimals([running for _, _, running in rows])
    body = [(str(step), *(column[k] for column in columns), sums[k]) for k, (step, _, _) in enumerate(rows)][::-1]
    if len(body) > _MOST_STEPS:
        gap = ("...",) * len(body[0])
        body = [*body[:_ENDS], gap, *body[-_ENDS:]]
    return Table(("t", *head, f"dE/d{entry} of losses up to t"), tuple(body))
