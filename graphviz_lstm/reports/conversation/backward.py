"""The backward pass line by line, the last step first, with running sums: where the gate terms enter is marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.claims import article_letters
from graphviz_lstm.graph import TARGET
from graphviz_lstm.notation import Formula
from graphviz_lstm.notation.numbers import same_decimals
from graphviz_lstm.reports.arrays import describe_array
from graphviz_lstm.reports.conversation.asked import told
from graphviz_lstm.reports.formats import Section, Sentence, Table, said

if TYPE_CHECKING:
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.formats import Part

MARK = "gate term"
# Of more steps the last two and the first two are told.
_MOST_STEPS = 4
_NO_GATE = "no gate"
_SUM = Formula("the sum of these", r"\text{the sum of these}")
_HEAD = ("delta", "is", "number")


def backward_section(asked: Asked) -> Section:
    """Return the pass: a table for each step, what it gives the source, and the running sum."""
    problem = asked.problem
    steps = list(range(problem.last_step, problem.first_step - 1, -1))
    shown = steps if len(steps) <= _MOST_STEPS else [*steps[:2], *steps[-2:]]
    parts: list[Part] = [
        "One line after another, the last step first; delta x is dE/dx, and every delta to the right was computed above."
    ]
    running = 0.0
    for step in steps:
        given = _given(asked, step)
        running += sum(number for _, number in given)
        if step == shown[-2] and len(shown) < len(steps):
            parts.append(f"The {len(steps) - len(shown)} steps between go the same way.")
        if step in shown:
            parts += [*_lines(asked, step), *_gives(asked, given, step, running)]
    return Section(
        "The backward pass, line by line", (*parts, *_with_and_without(asked), *_split(asked), *_article(asked))
    )


def _lines(asked: Asked, step: int) -> tuple[str | Table, ...]:
    """Return the deltas of one step, in the order in which they are computed."""
    graph, adjoints = asked.graph, asked.whole.adjoints
    rows: list[tuple[Formula | str, Formula, Array]] = []
    for vertex in reversed(list(graph)):
        if vertex not in asked.vertices or graph.nodes[vertex]["step"] != step or vertex == asked.source:
            continue
        edges = [(vertex, head) for head in graph.succ[vertex]]
        across = [edge for edge in edges if graph.edges[edge]["kind"] == "crossing"]
        if across:
            rest = [edge for edge in edges if edge not in across]
            for edge in [*([tuple(rest)] if rest else []), *((edge,) for edge in across)]:
                value = np.asarray(sum(graph.edges[one]["partial"].pull(adjoints[one[1]]) for one in edge))
                rows.append((MARK if edge[0] in across else _NO_GATE, asked.pulled(edge), value))
            rows.append((asked.delta(vertex), _SUM, adjoints[vertex]))
        else:
            rows.append((asked.delta(vertex), asked.pulled(edges), adjoints[vertex]))
    if not rows:
        return ()
    numbers = told(row[2] for row in rows)
    body = tuple((row[0], row[1], number) for row, number in zip(rows, numbers, strict=True))
    marked = any(row[0] == MARK for row in rows)
    what = f"Step {step}." + (
        f" Each line marked '{MARK}' is where a gate of step {step + 1} enters." if marked else ""
    )
    return (what, Table(_HEAD, body))


def _given(asked: Asked, step: int) -> list[tuple[str, float]]:
    """Return who reads the source at a step, and what comes to the entry that is told."""
    graph, adjoints = asked.graph, asked.one.adjoints
    return [
        (head, asked.number(edge["partial"].pull(adjoints[head])))
        for head, edge in graph.succ[asked.source].items()
        if head in asked.vertices and head != TARGET and graph.nodes[head]["step"] == step
    ]


def _gives(asked: Asked, given: list[tuple[str, float]], step: int, running: float) -> list[Sentence]:
    """Return what a step gives the source, and the sum so far."""
    *texts, so_far = same_decimals([*(number for _, number in given), running])
    entry = asked.derivative.removeprefix("dE/d")
    return [
        said(
            f"Step {step} gives {entry} its entry of {{}}: {text}."
            + (f" The sum so far: {so_far}." if k == len(given) - 1 else ""),
            asked.pulled([(asked.source, head)]),
        )
        for k, ((head, _), text) in enumerate(zip(given, texts, strict=True))
    ]


def _with_and_without(asked: Asked) -> tuple[Sentence, ...]:
    """Return the delta through which the gate terms come in, without them and with them."""
    if asked.entering is None:
        return ()
    graph, adjoints, vertex = asked.graph, asked.whole.adjoints, asked.entering
    across = sum(
        edge["partial"].pull(adjoints[head]) for head, edge in graph.succ[vertex].items() if edge["kind"] == "crossing"
    )
    value = adjoints[vertex]
    if value.size == 1:
        without, complete = same_decimals([(value - across).item(), value.item()], digits=3)
    else:
        without, complete = describe_array(value - across), describe_array(value)
    return (
        said(
            f"{{}} is {without} without the gate terms, and {complete} with them: backpropagation takes the second.",
            asked.delta(vertex),
        ),
    )


def _split(asked: Asked) -> tuple[Sentence, ...]:
    """Return what the first step gives, in three parts: through states alone, by its own loss, through gates."""
    graph = asked.graph
    if asked.entering is None or asked.one.is_zero:
        return ()
    heads = [head for head in graph.succ[asked.source] if head in asked.vertices and head != TARGET]
    for head in heads:
        step = graph.nodes[head]["step"]
        paths = asked.one.paths.through(head)
        across, straight = paths.crossing("crossings"), paths.crossing("crossings", times=0)
        if not across:
            continue
        losses = [(tail, TARGET) for tail in graph.pred[TARGET] if graph.nodes[tail]["step"] == step]
        own = asked.sum_of(straight.crossing(losses)) if straight and losses else 0.0
        named = [
            ("from later losses without a gate", asked.sum_of(straight) - own),
            ("from the loss of its own step", own),
            ("through the gates", asked.sum_of(across)),
        ]
        kept = [(name, number) for name, number in named if number]
        whole, *texts = same_decimals([asked.sum_of(paths), *(number for _, number in kept)], digits=3)
        terms = " ".join(
            f"{'-' if text.startswith('-') else '+' if k else ''}{' ' if k else ''}{text.removeprefix('-')} ({name})"
            for k, (text, (name, _)) in enumerate(zip(texts, kept, strict=True))
        )
        return (said(f"What step {step} gives through {{}}: {whole} = {terms}.", asked.name(head)),)
    return ()


def _article(asked: Asked) -> tuple[Sentence, ...]:
    """Return how the article writes these lines, where it is its cell."""
    return tuple(Sentence(parts) for parts in article_letters(asked.graph, asked.source))
