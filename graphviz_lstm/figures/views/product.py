"""The product along a path, written out as mathematics: in symbols, and in numbers where every factor is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.figures.formulas import TIMES, typeset
from graphviz_lstm.figures.layout import is_spelled_out
from graphviz_lstm.figures.scene import Run, plain
from graphviz_lstm.figures.views.common import array_text
from graphviz_lstm.figures.views.edge_labels import ratio_of, writer_for
from graphviz_lstm.figures.views.factor import factor_of
from graphviz_lstm.notation.numbers import MINUS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from graphviz_lstm.figures.routes import Edge
    from graphviz_lstm.figures.scene import Line
    from graphviz_lstm.graph.partials import LocalPartial
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.paths import Path

# Longer products are told by their length.
_MOST_FACTORS = 40


def product_lines(graph: Graph, path: Path) -> list[Line]:
    """Return the contribution of a path, a line each: as a product in symbols, then in numbers where all are numbers.

    Among arrays the factors stand as an adjoint goes back, the loss's partial innermost: the only order in which it is
    one product.
    """
    edges = [(str(edge[0]), str(edge[1])) for edge in path.edges]
    result = Run(f" = {_contribution(graph, path)}")
    if len(edges) > _MOST_FACTORS:
        return [(Run(f"a product of {len(edges):,} partials"), result)]
    symbols = (Run("= "), *_symbols(graph, edges))
    factors = [factor_of(graph, edge) for edge in edges]
    if not all(factors):
        return [(*symbols, result)]
    # A sign after a product sign needs brackets.
    factors = [factors[0], *(f"({factor})" if factor.startswith(MINUS) else factor for factor in factors[1:])]
    return [symbols, (*plain(f"= {TIMES.join(factors)}"), result)]


def _symbols(graph: Graph, edges: Sequence[Edge]) -> Line:
    if is_spelled_out(graph):
        ratios = [ratio_of(graph, edge) for edge in edges]
        return tuple(run for k, ratio in enumerate(ratios) for run in ((Run(TIMES),) if k else ()) + ratio)
    symbols: list[LocalPartial] = [graph.edges[edge]["symbol"] for edge in edges]
    partials = [(symbol.terms, symbol.step) for symbol in symbols]
    whole = typeset(
        lambda style: writer_for(graph, symbols, style).contribution(partials), scalar=graph.graph["problem"].scalar
    )
    element = graph.graph["element"]
    if not element:
        return whole
    return (Run("("), *whole, Run(f")[{','.join(map(str, element))}]"))


def _contribution(graph: Graph, path: Path) -> str:
    contribution, element = np.asarray(path.contribution), graph.graph["element"]
    return array_text(contribution if element is None else contribution[element])
