"""What reads the same output of the step before, and does not read each other: siblings, none a function of another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import permutations
from typing import TYPE_CHECKING

import networkx as nx

from graphviz_lstm.cells import CELLS
from graphviz_lstm.cells.names import Moving
from graphviz_lstm.claims import is_lstm
from graphviz_lstm.graph import TARGET
from graphviz_lstm.notation import written
from graphviz_lstm.paths import format_share
from graphviz_lstm.reports.document import Picture, Section, said
from graphviz_lstm.reports.environment import template
from graphviz_lstm.reports.fresh import fresh_net
from graphviz_lstm.reports.study import Study

if TYPE_CHECKING:
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.notation import Formula
    from graphviz_lstm.reports.conversation.asked import Asked
    from graphviz_lstm.reports.document import Sentence

# Cells in which one gate reads another, and how they are called.
_RELATIVES = {"lstm-peephole": "with peepholes", "gru": "in a GRU"}
_TERM = (
    "Where one gate depends on another there is an arrow between them, their derivative is not zero, and there is "
    "a term for it: the chain rule follows every arrow, and assumes none away."
)


@dataclass(frozen=True, slots=True)
class Siblings:
    """Two vertices of one step that read one output and not each other.

    Attributes
    ----------
    parent
        The output that both read.
    first, second
        The two; the source is read by the first of them, if it is by either.
    common
        What both give to, one edge further; empty if there is no such vertex.
    """

    parent: str
    first: str
    second: str
    common: str


def find_siblings(graph: Graph, source: str) -> Siblings | None:
    """Return the last siblings of a graph, or None where nothing reads one output with another.

    Where the source is read by one of them, that is the first, and what the two have in common is preferred.

    >>> from graphviz_lstm.reports import Study
    >>> find_siblings(Study("gomez").graph, "W_A")
    Siblings(parent='H_0', first='a_1', second='i_1', common='S_1')
    """
    for parent in reversed(list(graph)):
        heads = _readers(graph, parent)
        found = [pair for pair in permutations(heads, 2) if not _reads(graph, *pair) and not _reads(graph, *pair[::-1])]
        if not found or not graph.pred[parent]:
            continue
        first, second = max(
            found, key=lambda pair: (graph.has_edge(source, pair[0]), bool(_common(graph, *pair)), _rank(heads, pair))
        )
        common = _common(graph, first, second)
        return Siblings(parent, first, second, common)
    return None


def _rank(heads: list[str], pair: tuple[str, str]) -> tuple[int, int]:
    """Return how early a pair stands: the earliest is taken."""
    return -heads.index(pair[0]), -heads.index(pair[1])


def _reads(graph: Graph, first: str, second: str) -> bool:
    """Return whether `second` depends on `first`."""
    return nx.has_path(graph, first, second)


def _common(graph: Graph, first: str, second: str) -> str:
    return next((head for head in graph.succ[first] if head in graph.succ[second] and head != TARGET), "")


def sibling_section(asked: Asked, *, brief: bool = False) -> Section | None:
    """Return what is said of siblings, with a picture; None where there are none on a path from the source.

    Parameters
    ----------
    brief
        Whether the product rule and what is no sibling of another are left to the long form.
    """
    found = find_siblings(asked.graph, asked.source)
    # Of a source behind them both nothing is asked there.
    if found is None or not {found.first, found.second} & asked.vertices:
        return None
    first, second, parent = map(asked.name, (found.first, found.second, found.parent))
    before = _earlier(asked, found)
    granted, names = ("", []) if before is None else _granted(asked, found, before)
    sentence = said(
        "No: {} is not a function of {}. They are siblings: both read {}, and neither reads the other. So {} is zero "
        f"by itself; no independence is assumed.{granted}",
        second,
        first,
        parent,
        asked.ratio(found.second, found.first),
        *names,
    )
    others = () if brief else _dependent(asked, found.parent)
    return Section(
        f"Is {found.second} a function of {found.first}?",
        (sentence, _picture(found), *(() if brief or before is None else _through_second(asked, found)), *others),
        brief=True,
        question=True,
        beside=True,
    )


def dependent(graph: Graph, parent: str) -> dict[str, list[str]]:
    """Return what reads an output and depends on others that read it -> these others, all of one step.

    >>> from graphviz_lstm.reports import Study
    >>> dependent(Study("gomez").graph, "H_0")
    {}
    """
    heads = _readers(graph, parent)
    found = {head: [other for other in heads if other != head and _reads(graph, other, head)] for head in heads}
    return {head: others for head, others in found.items() if others}


def _readers(graph: Graph, parent: str) -> list[str]:
    return [head for _, head, edge in graph.out_edges(parent, data=True) if edge["kind"] == "crossing"]


def _dependent(asked: Asked, parent: str) -> tuple[Sentence, ...]:
    """Return which functions do depend on each other, here and of an LSTM in its relatives; nothing where none does."""
    own = dependent(asked.graph, parent)
    if own:
        words, names = _told(asked.graph, own)
        return (said(f"Not all are siblings: {words}. {_TERM}", *names),)
    if not is_lstm(asked.problem.cell):
        return ()
    parts = [_told(*_of_relative(name)) for name in _RELATIVES]
    told = "; ".join(f"{where} {words}" for where, (words, _) in zip(_RELATIVES.values(), parts, strict=True))
    return (
        said(
            f"So it is of all that read {{}} here: none reads another. Elsewhere it is not so: {told}. {_TERM}",
            asked.name(parent),
            *(name for _, names in parts for name in names),
        ),
    )


@cache
def _of_relative(cell: str) -> tuple[Graph, dict[str, list[str]]]:
    """Return a small net of a cell, and what depends on each other in it."""
    graph = Study(fresh_net(CELLS[cell], hidden=1, steps=2)).graph
    found = (dependent(graph, parent) for parent in graph if graph.pred[parent])
    return graph, next(each for each in found if each)


def _told(graph: Graph, found: dict[str, list[str]]) -> tuple[str, list[Formula]]:
    """Return in words what depends on what, and the names that stand in them, the step a letter."""
    words = " and ".join(f"{{}} depends on {', '.join('{}' for _ in others)}" for others in found.values())
    return words, [_moving(graph, vertex) for head, others in found.items() for vertex in (head, *others)]


def _moving(graph: Graph, vertex: str) -> Formula:
    return written(lambda style: style.name(graph.nodes[vertex]["name"].at(Moving())))


def _earlier(asked: Asked, found: Siblings) -> str | None:
    """Return which vertex of the step before reads the source and leads to both; None where there is none."""
    graph = asked.graph
    quantity, step = graph.nodes[found.first]["quantity"], graph.nodes[found.first]["step"]
    earlier = [
        vertex
        for vertex in graph.succ[asked.source]
        if graph.nodes[vertex]["quantity"] == quantity and (graph.nodes[vertex]["step"] or 0) == step - 1
    ]
    return earlier[0] if earlier and nx.has_path(graph, earlier[0], found.parent) else None


def _granted(asked: Asked, found: Siblings, vertex: str) -> tuple[str, list[Formula]]:
    """Return of what before both the second is a function indeed, and where its term stands."""
    step = asked.graph.nodes[vertex]["step"]
    told = (
        " But {} is a function of {}, through {}, and so of {}: that term is not lost, it is counted at step "
        f"{step}, in {{}}."
    )
    return told, [*map(asked.name, (found.second, vertex, found.parent, asked.source)), asked.delta(vertex)]


def _through_second(asked: Asked, found: Siblings) -> tuple[Sentence, ...]:
    """Return what the paths through the second sibling bring: the other term of the product rule."""
    paths = asked.one.paths.through(found.parent).through(found.second)
    if not found.common or not paths.count or asked.one.is_zero:
        return ()
    told = (
        "So the product rule of {} has both terms, and none is dropped: what goes from {} through {} is "
        f"{format_share(paths.share)} of {asked.derivative}."
    )
    return (said(told, *(asked.name(each) for each in (found.common, found.parent, found.second))),)


def _picture(found: Siblings) -> Picture:
    arrows = [f"{found.parent} -> {found.first}", f"{found.parent} -> {found.second}"]
    if found.common:
        arrows += [f"{found.first} -> {found.common}", f"{found.second} -> {found.common}"]
    told = f"{', '.join(arrows)}; there is no arrow between {found.first} and {found.second}."
    return Picture(template("siblings.svg").render(found=found, told=told), told)
