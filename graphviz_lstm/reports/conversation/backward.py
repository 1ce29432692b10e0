"""The backward pass line by line, the last step first, with running sums: where the gate terms enter is marked."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.names import Moving
from graphviz_lstm.claims import HERE, article_lines, delta_of_argument
from graphviz_lstm.graph import TARGET
from graphviz_lstm.notation import Formula, written
from graphviz_lstm.notation.numbers import same_decimals
from graphviz_lstm.reports.answer import adjoint_of
from graphviz_lstm.reports.arrays import describe_array, entry_of
from graphviz_lstm.reports.conversation.asked import told
from graphviz_lstm.reports.document import Section, Sentence, Table, said
from graphviz_lstm.reports.recursions import Hand, gate_terms, gradient_line, reverse_lines

if TYPE_CHECKING:
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.document import Part

MARK = "gate term"
# Of more steps the last two and the first two are told; of layers that run to and fro each step stands several times.
_MOST_STEPS, _MOST_RUNS = 4, 3
_NO_GATE = "no gate"
_SUM = Formula("the sum of these", r"\text{the sum of these}")
_HEAD = ("delta", "is", "number")


def backward_section(asked: Asked) -> Section | None:
    """Return the pass: a table for each step, what it gives the source, the running sum; None of the last output."""
    problem = asked.problem
    groups = _groups(asked)
    most = _MOST_STEPS * (_MOST_RUNS if problem.turns else 1)
    hidden = range(2, len(groups) - 2) if len(groups) > most else range(0)
    first, outside = (
        ("from E back", "outside the steps") if problem.turns else ("the last step first", "after the last step")
    )
    parts: list[Part] = []
    article = _article(asked)
    answer: tuple[Part, ...] = article[:1] or _with_and_without(asked)
    if asked.full and asked.source in problem.cell.parameters:
        letters: list[Part] = [
            f"For any step, in letters; {outside} every delta is zero:",
            *reverse_lines(Hand(problem, "")),
        ]
        parts += article[1:] or [*letters, gradient_line(Hand(problem, asked.source))]
        parts += _vectors(asked)
    parts.append(
        f"{'The same with every number' if article else 'One line after another'}, {first}; each is "
        "made of those above it."
    )
    if asked.apart:
        parts.append(f"Under {asked.scheme} each term is of the losses for which the edge on it is kept.")
    running = 0.0
    for k, (step, vertices) in enumerate(groups):
        given = _given(asked, vertices)
        running += sum(number for _, number in given)
        if k in hidden:
            parts += [f"The {len(hidden)} steps between go the same way."] * (k == hidden[-1])
        else:
            parts += [*_lines(asked, step, vertices), *_gives(asked, given, step, running)]
    if not any(isinstance(part, Table) for part in parts):
        return None
    where = "article" if article else "backward pass"
    title = f"Where in the {where} are the gate terms?" if answer else "The backward pass, line by line"
    return Section(title, (*answer, *parts, *_split(asked)), question=bool(answer))


def _vectors(asked: Asked) -> tuple[Sentence, ...]:
    """Return how the lines read for vectors, and why a matrix stands transposed; nothing where no gate is crossed."""
    if asked.entering is None:
        return ()
    hand = Hand(asked.problem, asked.source, vectors=True)
    node = asked.graph.nodes[asked.entering]
    terms = gate_terms(hand, node["quantity"])
    if not terms:
        return ()
    (matrix, term), *_ = terms
    state = written(lambda style: style.name(node["name"].at(Moving())))
    why = (
        "entry k of {} is read by every unit of the gate, with column k of {}: so its delta is a sum over that column, "
        "which is what the transposed matrix does."
    )
    if asked.problem.scalar:
        end = " Products of vectors go entry by entry, and {}."
        return (said(f"For vectors a gate term is {{}}: {why}{end}", term, state, matrix, gradient_line(hand)),)
    return (said(f"In a gate term such as {{}} the matrix stands transposed: {why}", term, state, matrix),)


def _groups(asked: Asked) -> list[tuple[int, list[str]]]:
    """Return what lies on the paths, from E back, step by step; where layers run backward in time, run after run."""
    nodes = asked.graph.nodes
    told = asked.vertices - {asked.source, TARGET}
    within = (vertex for vertex in reversed(list(nodes)) if vertex in told)
    return [(step, list(vertices)) for step, vertices in groupby(within, key=lambda vertex: nodes[vertex]["step"])]


def _lines(asked: Asked, step: int, vertices: list[str]) -> tuple[str | Table, ...]:
    """Return the deltas of one step, in the order in which they are computed."""
    graph, swept = asked.graph, asked.whole.swept
    rows: list[tuple[Formula | str, Formula, Array]] = []
    entered: set[int] = set()
    for vertex in vertices:
        # What leads to no loss has a delta of zero, and no line.
        heads = [head for head in graph.succ[vertex] if head in asked.vertices]
        pulled = {(vertex, head): swept.pulled(vertex, head) for head in heads}
        given = {edge: value for edge, value in pulled.items() if value is not None}
        edges = list(given)
        across = [edge for edge in edges if graph.edges[edge]["kind"] == "crossing"]
        entered |= {graph.nodes[head]["step"] for _, head in across}
        if across:
            rest = [edge for edge in edges if edge not in across]
            for edge in [*([tuple(rest)] if rest else []), *((edge,) for edge in across)]:
                value = np.sum([given[one] for one in edge], axis=0)
                rows.append((MARK if edge[0] in across else _NO_GATE, asked.pulled(edge), value))
            rows.append((asked.delta(vertex), _SUM, swept.adjoints[vertex]))
        else:
            rows.append((asked.delta(vertex), asked.pulled(edges), swept.adjoints[vertex]))
    if not rows:
        return ()
    numbers = told(row[2] for row in rows)
    body = tuple((row[0], row[1], number) for row, number in zip(rows, numbers, strict=True))
    # Those of a step are all of the step behind it: after it, or before it where time is run backward.
    what = f"Step {step}." + "".join(
        f" Each line marked '{MARK}' is where a gate of step {k} enters." for k in sorted(entered)
    )
    marked = tuple(k for k, row in enumerate(rows) if row[0] == MARK)
    return (what, Table(_HEAD, body, marked))


def _given(asked: Asked, vertices: list[str]) -> list[tuple[str, float]]:
    """Return which of some vertices read the source, and what comes to the entry that is told."""
    graph, swept = asked.graph, asked.one.swept
    return [
        (head, asked.number(value))
        for head in graph.succ[asked.source]
        if head in vertices and (value := swept.pulled(asked.source, head)) is not None
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
    without, terms, complete = _entering(asked)
    delta = asked.delta(asked.entering)
    return (
        said(
            f"In {{}}, and at other steps likewise: it is {without} without the gate terms and {complete} with them; "
            f"together they are {terms}. The backward pass takes {{}} with them.",
            delta,
            delta,
        ),
    )


def _entering(asked: Asked) -> list[str]:
    """Return that delta without the gate terms, these together, and all of it."""
    terms = adjoint_of(asked.whole, str(asked.entering))
    across, value = np.sum([term.value for term in terms.terms if term.crossing], axis=0), terms.value
    if value.size == 1:
        return same_decimals([(value - across).item(), across.item(), value.item()], digits=3)
    return [describe_array(each) for each in (value - across, across, value)]


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
        if len(kept) == 1:
            continue
        whole, *texts = same_decimals([asked.sum_of(paths), *(number for _, number in kept)], digits=3)
        terms = " ".join(
            f"{'-' if text.startswith('-') else '+' if k else ''}{' ' if k else ''}{text.removeprefix('-')} ({name})"
            for k, (text, (name, _)) in enumerate(zip(texts, kept, strict=True))
        )
        return (said(f"What step {step} gives through {{}}: {whole} = {terms}.", asked.name(head)),)
    return ()


def _article(asked: Asked) -> tuple[Part, ...]:
    """Return where in the article the gate terms are, and its lines in numbers; nothing of another cell."""
    if asked.entering is None or asked.one.is_zero or not asked.full:
        return ()
    step = asked.graph.nodes[asked.entering]["step"]
    lines = article_lines(asked.graph, asked.source, step)
    if not lines:
        return ()
    here = next(line for line in lines if line.what == HERE)
    without, terms, complete = _entering(asked)
    *rest, gradient = (line.number + 0.0 for line in lines)
    numbers = told([*rest, entry_of(gradient, asked.one.element)])
    rows = tuple((line.what, line.letters, number) for line, number in zip(lines, numbers, strict=True))
    return (
        said(
            f"In its line {{}}: there the gates of the next step come in. Its delta out of step {step} is {without} "
            f"before that is added, and {complete} after: the gate terms are {terms}. The article drops nothing; its "
            f"lines, computed as they stand, give all of {asked.derivative}, {numbers[-1]}.",
            here.letters,
        ),
        Table(("line", "in the article's letters", f"at t = {step}"), rows, marked=(lines.index(here),)),
        said(
            "Its out is H here, its state S, and W_a is W_A; Delta_t is what the loss gives (in a stack the layer "
            "above, too), and gates are the four, one under the other. It takes the delta of a function's argument: "
            "its delta a is {}.",
            delta_of_argument(),
        ),
    )
