"""The backward pass line by line, the last step first, with running sums: where the gate terms enter is marked."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.names import Moving
from graphviz_lstm.claims import HERE, article_lines, delta_of_argument
from graphviz_lstm.claims.article import article_gradient, article_pass
from graphviz_lstm.graph import TARGET
from graphviz_lstm.notation import Formula, written
from graphviz_lstm.notation.numbers import same_decimals
from graphviz_lstm.reports.answer import adjoint_of
from graphviz_lstm.reports.arrays import describe_array, entry_of
from graphviz_lstm.reports.conversation.asked import told
from graphviz_lstm.reports.document import Link, Section, Sentence, Table, anchor, said
from graphviz_lstm.reports.recursions import Hand, gate_terms, gradient_line, reverse_lines
from graphviz_lstm.reports.verdict_words import QUESTION

if TYPE_CHECKING:
    from graphviz_lstm.claims.article import ArticleLine
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.document import Cell, Part

MARK = "gate term"
# Of more steps the last two and the first two are told; of layers that run to and fro each step stands several times.
_MOST_STEPS, _MOST_RUNS = 4, 3
_NO_GATE = "no gate"
# What is told in five digits is one number.
_NEAR = 1e-6
_SUM = Formula("the sum of these", r"\text{the sum of these}")
_HEAD = ("delta", "is", "number")


def backward_section(asked: Asked) -> Section | None:
    """Return the pass: the article's lines, or a table for each step and what it gives; None of the last output."""
    article = _article(asked)
    if article:
        told_last = (*_split(asked), *_vectors(asked))
        return Section("Where in the article are the gate terms?", (*article, *told_last), question=True)
    parts = [*_letters(asked), *_step_by_step(asked)]
    if not any(isinstance(part, Table) for part in parts):
        return None
    first = _with_and_without(asked)
    title = "Where in the backward pass are the gate terms?" if first else "The backward pass, line by line"
    return Section(title, (*first, *parts, *_split(asked)), question=bool(first))


def _letters(asked: Asked) -> tuple[Part, ...]:
    """Return the pass for any step; nothing of an approximation, and of a source that is no parameter."""
    problem = asked.problem
    if not asked.full or asked.source not in problem.cell.parameters:
        return ()
    outside = "outside the steps" if problem.turns else "after the last step"
    return (
        f"For any step, in letters; {outside} every delta is zero:",
        *reverse_lines(Hand(problem, "")),
        gradient_line(Hand(problem, asked.source)),
        *_vectors(asked),
    )


def _step_by_step(asked: Asked) -> list[Part]:
    """Return the deltas of each step in numbers, and what it gives the source; of many steps the ends."""
    problem, groups = asked.problem, _groups(asked)
    most = _MOST_STEPS * (_MOST_RUNS if problem.turns else 1)
    hidden = range(2, len(groups) - 2) if len(groups) > most else range(0)
    first = "from E back" if problem.turns else "the last step first"
    parts: list[Part] = [f"One line after another, {first}; each is made of those above it."]
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
    return parts


def _vectors(asked: Asked) -> tuple[Sentence, ...]:
    """Return how the lines read for vectors, and why a matrix stands transposed; nothing where no gate is crossed."""
    if asked.entering is None or not asked.full or asked.source not in asked.problem.cell.parameters:
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
    if not has_article(asked):
        return ()
    step = asked.graph.nodes[str(asked.entering)]["step"]
    without, terms, complete = _entering(asked)
    problem = asked.problem
    steps = range(problem.last_step, problem.first_step - 1, -1)
    shown = list(steps) if len(steps) <= _MOST_STEPS else [step + 1, step]
    columns = {each: article_lines(asked.graph, asked.source, each) for each in shown}
    lines = columns[step]
    here = next(line for line in lines if line.what == HERE)
    numbers = _article_numbers(asked, columns)
    rows: tuple[tuple[Cell, ...], ...] = tuple((line.what, line.letters, *numbers[k]) for k, line in enumerate(lines))
    (whole,) = same_decimals([_article_total(asked)])
    last = asked.problem.last_step
    return (
        said(
            f"In its line {{}}: there the gates of a step come into the output of the step before. Its {{}} is "
            f"{without} before that is added, and {complete} after: the gate terms are {terms}. The article drops "
            f"nothing; its lines, computed as they stand, give all of {asked.derivative}, {whole}.",
            here.letters,
            Formula(f"delta out_{step}", rf"\delta \mathit{{out}}_{{{step}}}"),
        ),
        said(
            "In its letters out is H, state is S, W_a is W_A, Delta_t what the loss gives (in a stack the layer above, "
            "too), and gates are a, i, f and o, one under the other. Its deltas of these four are those of the "
            "functions' arguments, for a {}; its delta out and delta state are as on the rest of the page. Read each "
            "column from the top, the last step first.",
            delta_of_argument(),
        ),
        Table(
            ("line", "in the article's letters", *(f"at t = {each}" for each in shown)),
            rows,
            marked=(lines.index(here),),
        ),
        said(
            f"The last row is the term of each step, for {asked.derivative}; they sum to {whole}. At the last "
            f"step, t = {last}, no gate term comes in, since no later gate reads {{}}: so there is none in delta a of "
            f"step {last}. The terms that you look for there are handed to the step "
            "before, by the marked line; gate by gate they are told {}.",
            asked.name(f"{asked.problem.cell.output}_{last}"),
            Link("above", f"#{anchor(QUESTION)}"),
        ),
    )


def has_article(asked: Asked) -> bool:
    """Return whether the article's lines are told: of its own cell, where gates are crossed.

    Not where rounding, or what leaves the range, has them come to something else than the gradient.
    """
    if asked.entering is None or asked.one.is_zero or not asked.full:
        return False
    if not article_lines(asked.graph, asked.source, asked.problem.last_step):
        return False
    whole = asked.number(asked.one.paths.total)
    return abs(_article_total(asked) - whole) <= _NEAR * abs(whole)


def _article_total(asked: Asked) -> float:
    """Return what the article's lines come to, over all steps."""
    return asked.number(article_gradient(asked.graph, asked.source, article_pass(asked.graph)))


def _article_numbers(asked: Asked, columns: dict[int, tuple[ArticleLine, ...]]) -> list[tuple[str, ...]]:
    """Return the numbers of each line, of all steps with the same decimals.

    Before the first step there is no output that anything could be handed to.
    """
    by_line = list(zip(*columns.values(), strict=True))
    values = [
        entry_of(line.number, asked.one.element) if of_step is by_line[-1] else line.number
        for of_step in by_line
        for line in of_step
    ]
    texts = told(value + 0.0 for value in values)
    rows = [texts[k : k + len(columns)] for k in range(0, len(texts), len(columns))]
    return [
        tuple(
            "" if step == asked.problem.first_step and line.what == HERE else text
            for step, line, text in zip(columns, lines, row, strict=True)
        )
        for lines, row in zip(by_line, rows, strict=True)
    ]
