"""What stands on an edge, by choice: its flow, its local partial as symbol and number or as formula, what goes back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.names import Moving
from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.figures.formulas import typeset
from graphviz_lstm.figures.labels import label_of, name_label
from graphviz_lstm.figures.layout import GAP, Layout, close, is_spelled_out, make_layout, widened
from graphviz_lstm.figures.legend import Entry
from graphviz_lstm.figures.scene import Run, plain, text_width
from graphviz_lstm.figures.theme import LARGE_SIZE, NUMBER_SIZE
from graphviz_lstm.figures.views.common import shares_told
from graphviz_lstm.figures.views.factor import factor_of
from graphviz_lstm.figures.views.shown import spacing_with
from graphviz_lstm.graph.losses import TARGET_KEY
from graphviz_lstm.notation.formulas import Writer
from graphviz_lstm.notation.numbers import format_number, format_percent, length

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from graphviz_lstm.figures.choices import Edges, Show
    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.figures.scene import Line
    from graphviz_lstm.graph.maps import Array, LinearMap
    from graphviz_lstm.graph.partials import LocalPartial
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.notation.style import Style

# An array of more entries is told by its length.
_WRITTEN_OUT = 2
# A longer formula stands in the legend, and its number on the edge.
_LONGEST = 120.0
# So many numbers of a partial are looked at at once: 8 MB.
_AT_ONCE = 1_000_000
_D = "\N{PARTIAL DIFFERENTIAL}"
BACK = "\N{LEFTWARDS ARROW} "


@dataclass(frozen=True, slots=True)
class EdgeLabels:
    """The label of each edge that has one, and what the legend says of them."""

    lines: dict[Edge, Line]
    told: list[list[Entry]]


def edge_labels(graph: Graph, what: Edges, edges: Iterable[Edge], *, shared: bool = True) -> EdgeLabels:
    """Return what stands on edges of an annotated graph.

    `"flow"`: the share of the gradient through the edge. `"partial"`: the symbol of its local partial, and its number;
    of more than two numbers the root of the sum of their squares. `"adjoint"`: what the edge gives back to its tail,
    dE/d(head) times the local partial; those of all edges out of a vertex sum to its dE/d(vertex). `"formula"`: the
    local partial in symbols. An edge to or from hidden steps stands for many and has a flow alone; one that is cut
    gives nothing back. Where a gradient of zero is not `shared`, flows are contributions.

    Raises
    ------
    InputError
        If the formula is asked for of single units: a partial is then one entry of it.
    """
    if what == "formula":
        if is_spelled_out(graph):
            raise InputError(
                f"of single units a partial is one entry of a formula: edges={shorten(what)} has no use there "
                "(edges='partial' has)"
            )
        return _formulas(graph, edges)
    words, label = _LABELS[what]
    if what == "flow" and not shared:
        words, label = "On an edge: the sum of the contributions of all paths through it.", _contributed
    lines = {edge: line for edge in edges if (line := label(graph, edge))}
    told = [[Entry(plain(words), bare=())]]
    if what == "flow" and shared:
        share, parts = shares_told(graph)
        lines = {edge: plain(share(graph.edges[edge]["flow"])) for edge in lines}
        told += parts
    if any("|" in run.text for line in lines.values() for run in line):
        told.append([Entry(plain("|·| of an array: the root of the sum of the squares of its entries."), bare=())])
    return EdgeLabels(lines, told)


def factors_on(graph: Graph, edges: Iterable[Edge], words: str) -> EdgeLabels:
    """Return the partials of edges where these are one number, or few and with room: what stands there by default."""
    lines = {edge: plain(number) for edge in edges if (number := factor_of(graph, edge))}
    return EdgeLabels(lines, [[Entry(plain(words), bare=())]] if lines else [])


def roomy_layout(
    graph: Graph,
    lines: Mapping[Edge, Line],
    on_edges: Edges | None,
    show: Sequence[Show] = (),
    tall: Mapping[str, float] | None = None,
) -> Layout:
    """Return where boxes stand so that what is asked for on edges and besides has room, in one row.

    `tall` has the heights of the boxes of quantities that are higher than usual.
    """
    if not (on_edges or show):
        return make_layout(graph, graph.graph["source"], tall=tall)
    spacing = widened(graph, {edge: text_width(line, NUMBER_SIZE) for edge, line in lines.items()})
    return make_layout(graph, graph.graph["source"], spacing=spacing_with(spacing, show), tall=tall)


def close_layout(
    graph: Graph,
    lines: Mapping[Edge, Line],
    show: Sequence[Show] = (),
    tall: Mapping[str, float] | None = None,
    *,
    alone: bool = False,
) -> Layout:
    """Return where boxes stand in a figure whose steps wrap, so that large numbers have room and hardly more.

    `tall` has the heights of the boxes of quantities that are higher than usual; `alone` as in `close`.
    """
    widths = {edge: text_width(line, LARGE_SIZE) for edge, line in lines.items()}
    spacing = spacing_with(close(graph, widths, alone=alone), show)
    return make_layout(graph, graph.graph["source"], spacing=spacing, tall=tall)


def _flow(graph: Graph, edge: Edge) -> Line:
    return () if graph.edges[edge].get("cut") else plain(format_percent(graph.edges[edge]["flow"]))


def _contributed(graph: Graph, edge: Edge) -> Line:
    return () if graph.edges[edge].get("cut") else plain(format_number(graph.edges[edge]["flow"]))


def _partial(graph: Graph, edge: Edge) -> Line:
    linear = graph.edges[edge].get("partial")
    if linear is None:
        return ()
    entries, size = partial_size(graph, edge, linear)
    ratio = ratio_of(graph, edge)
    if entries is None:
        return (Run("|"), *ratio, Run(f"| = {format_number(size)}"))
    return (*ratio, Run(f" = {entries_text(entries)}"))


def _adjoint(graph: Graph, edge: Edge) -> Line:
    linear = graph.edges[edge].get("partial")
    if linear is None or graph.edges[edge].get("cut"):
        return ()
    given = given_back(graph, edge)
    told = entries_text(given) if given.size <= _WRITTEN_OUT else f"|·| {format_number(length(given))}"
    return plain(f"{BACK}{told}")


_PARTIAL = f"its local partial, {_D}(head)/{_D}(tail) with all else held fixed"
_GIVEN = (
    "what it gives back to its tail, dE/d(head) times its partial; those of all edges out of a box sum to dE/d(box)"
)
_LABELS: dict[Edges, tuple[str, Callable[[Graph, Edge], Line]]] = {
    "flow": ("On an edge: its flow, the share of the gradient through it.", _flow),
    "partial": (f"On an edge: {_PARTIAL}, and its number.", _partial),
    "adjoint": (f"On an edge: {BACK}{_GIVEN}.", _adjoint),
}


def ratio_of(graph: Graph, edge: Edge) -> Line:
    """Return the symbol of an edge's partial: d(head)/d(tail), an entry of the source where one is looked at."""
    element = graph.graph["element"] if edge[0] == graph.graph["source"] else None
    index = () if not element else (Run(f"[{','.join(map(str, element))}]"),)
    tail, head = (label_of(graph.nodes[vertex]) for vertex in edge)
    return (Run(_D), *head, Run(f"/{_D}"), *tail, *index)


def partial_size(graph: Graph, edge: Edge, linear: LinearMap) -> tuple[Array | None, float]:
    """Return the numbers of a partial, where they are few, and the root of the sum of their squares."""
    rows, columns = math.prod(linear.head_shape), math.prod(linear.tail_shape)
    element = graph.graph["element"] if edge[0] == graph.graph["source"] else None
    at_once = max(1, _AT_ONCE // max(columns, 1))
    sizes, entries = [], np.zeros(0)
    for start in range(0, rows, at_once):
        wanted = np.arange(start, min(start + at_once, rows))
        basis = np.zeros((len(wanted), rows))
        basis[np.arange(len(wanted)), wanted] = 1.0
        pulled = linear.pull(basis.reshape(-1, *linear.head_shape))
        entries = np.asarray(pulled if element is None else pulled[:, *element]).ravel()
        sizes.append(length(entries))
    few = rows <= at_once and entries.size <= _WRITTEN_OUT
    return (entries if few else None), math.hypot(*sizes)


def given_back(graph: Graph, edge: Edge) -> Array:
    """Return what an edge gives back to its tail: its head's adjoint, pulled; of the source the entry looked at."""
    given = np.asarray(graph.edges[edge]["partial"].pull(graph.nodes[edge[1]]["adjoint"]))
    element = graph.graph["element"] if edge[0] == graph.graph["source"] else None
    return given if element is None else np.asarray(given[element])


def entries_text(entries: Array) -> str:
    """Return few numbers written out.

    >>> entries_text(np.array([0.5])), entries_text(np.array([0.3, 0.4]))
    ('0.500', '[0.300, 0.400]')
    """
    texts = [format_number(float(entry)) for entry in np.ravel(entries)]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def writer_for(graph: Graph, symbols: Iterable[LocalPartial], style: Style) -> Writer:
    """Return who writes the formulas of partials of a graph in a style."""
    problem = graph.graph["problem"]
    names = {TARGET_KEY: problem.target_name}
    bound: dict[str, str] = {}
    for symbol in symbols:
        names |= symbol.names
        bound |= symbol.bound
    return Writer(style, names, bound, 1 if problem.scalar else 2)


def formula_of(graph: Graph, edge: Edge, *, moving: bool = False) -> Line:
    """Return the local partial of an edge in symbols, at its step or at any."""
    symbol: LocalPartial = graph.edges[edge]["symbol"]
    step = Moving() if moving else symbol.step
    return typeset(
        lambda style: writer_for(graph, [symbol], style).partial(symbol.terms, step),
        scalar=graph.graph["problem"].scalar,
    )


def _formulas(graph: Graph, edges: Iterable[Edge]) -> EdgeLabels:
    lines: dict[Edge, Line] = {}
    numbers: dict[Line, int] = {}
    for edge in edges:
        if GAP in edge:
            continue
        line = formula_of(graph, edge)
        if text_width(line, NUMBER_SIZE) > _LONGEST:
            told = (*_moving_ratio(graph, edge), Run(" = "), *formula_of(graph, edge, moving=True))
            line = plain(f"({numbers.setdefault(told, len(numbers) + 1)})")
        lines[edge] = line
    words = f"On an edge: the formula of its local partial, {_D}(head)/{_D}(tail) with all else held fixed"
    words += "; f\N{PRIME}(Z): the derivative of f at its argument." if _has_primes(lines, numbers) else "."
    rows = [[Entry(plain(words), bare=())]]
    if any("(\N{MIDDLE DOT})" in run.text for line in (*lines.values(), *numbers) for run in line):
        rows.append([Entry(plain("(·): where what the partial is applied to stands."), bare=())])
    rows += [[Entry((Run(f"({number})  "), *line), bare=())] for line, number in numbers.items()]
    return EdgeLabels(lines, rows)


def _has_primes(lines: dict[Edge, Line], numbers: dict[Line, int]) -> bool:
    return any("\N{PRIME}" in run.text for line in (*lines.values(), *numbers) for run in line)


def _moving_ratio(graph: Graph, edge: Edge) -> Line:
    """Return the symbol of a partial at any step."""
    tail, head = (graph.nodes[vertex] for vertex in edge)
    at = tail["step"] if head["step"] is None else head["step"]
    names = [
        name_label(data["name"] if data["step"] is None else data["name"].at(Moving(data["step"] - at)))
        for data in (head, tail)
    ]
    return (Run(_D), *names[0], Run(f"/{_D}"), *names[1])
