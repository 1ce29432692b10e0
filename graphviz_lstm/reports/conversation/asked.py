"""What is asked, and the one entry of it that all numbers are told of; with the names that every section needs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.graph import TARGET
from graphviz_lstm.graph.losses import TARGET_KEY
from graphviz_lstm.notation import Formula, Writer, written
from graphviz_lstm.notation.numbers import format_array, same_decimals
from graphviz_lstm.reports.arrays import describe_source, sum_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph
    from graphviz_lstm.notation import Style
    from graphviz_lstm.paths import PathSet
    from graphviz_lstm.problems import Problem
    from graphviz_lstm.reports.study import Study


@dataclass(frozen=True)
class Asked:
    """A question, and the one entry of the source of which every number is told.

    Attributes
    ----------
    whole
        The study as it was asked.
    one
        The same about one entry: the one asked for, else the first whose derivative is not zero.
    """

    whole: Study
    one: Study

    @property
    def graph(self) -> Graph:
        """The evaluated graph; of a scheme that leaves another one for each loss the whole one."""
        return self.whole.swept.graph

    @property
    def problem(self) -> Problem:
        """The problem."""
        return self.whole.problem

    @property
    def source(self) -> str:
        """The vertex of which the derivative is taken."""
        return self.whole.source

    @property
    def derivative(self) -> str:
        """What is told: `dE/dW_A[0,0]`."""
        return describe_source(self.source, self.one.element)

    @property
    def told(self) -> str:
        """What is told, and under which scheme: `dE/dW_A[0,0] under e-prop`."""
        return self.derivative if self.full else f"{self.derivative} under {self.scheme}"

    @property
    def scheme(self) -> str:
        """The scheme under which it is told; empty where it is the gradient itself."""
        return "" if self.whole.scheme is None else self.whole.scheme.name

    @property
    def apart(self) -> bool:
        """Whether each loss goes back through a graph of its own: then there is no one backward pass."""
        return self.whole.scheme is not None and self.whole.scheme.per == "exit"

    @property
    def full(self) -> bool:
        """Whether it is the gradient itself, and not what an approximation leaves of it."""
        return self.whole.scheme is None

    @cached_property
    def vertices(self) -> frozenset[str]:
        """The vertices on a path from the source to E."""
        return frozenset(str(end) for edge in self.whole.paths.dag.edges for end in edge[:2])

    @cached_property
    def crossing(self) -> PathSet:
        """The paths that cross a gate, of the one entry."""
        return self.one.paths.crossing("crossings")

    @cached_property
    def straight(self) -> PathSet:
        """The paths that cross none."""
        return self.one.paths.crossing("crossings", times=0)

    @cached_property
    def entering(self) -> str | None:
        """The vertex through which most of what crosses goes; None where nothing does."""
        entering = self.whole.answer.entering
        return None if entering is None else entering.vertex

    def number(self, contribution: npt.ArrayLike) -> float:
        """Return the entry of an array in the source's shape that is told."""
        return sum_of(contribution, self.one.element)

    def sum_of(self, paths: PathSet) -> float:
        """Return what paths contribute to the one entry; of no path that is 0."""
        return self.number(paths.total) if paths else 0.0

    def writer(self, style: Style) -> Writer:
        """Return who writes formulas in a style: numbers side by side where all is of one unit."""
        cell = self.problem.cell
        names = dict(cell.names) | {TARGET_KEY: self.problem.target_name}
        return Writer(style, names, cell.activations, 1 if self.problem.scalar else 2)

    def name(self, vertex: str) -> Formula:
        """Return the name of a vertex as a formula."""
        return written(lambda style: style.name(self.graph.nodes[vertex]["name"]))

    def ratio(self, top: str, bottom: str) -> Formula:
        """Return d(top)/d(bottom) of two vertices."""
        nodes = self.graph.nodes
        return written(
            lambda style: style.ratio.format(style.name(nodes[top]["name"]), style.name(nodes[bottom]["name"]))
        )

    def delta(self, vertex: str) -> Formula:
        """Return the sign of dE/d(vertex)."""
        return written(lambda style: style.delta.format(style.name(self.graph.nodes[vertex]["name"])))

    def equal_to_pulled(self, vertex: str, heads: Sequence[str]) -> Formula:
        """Return that dE/d(vertex) is the sum of what edges to some heads give it."""
        whole, terms = self.delta(vertex), self.pulled([(vertex, head) for head in heads])
        return Formula(f"{whole.text} = {terms.text}", f"{whole.latex} = {terms.latex}")

    def pulled(self, edges: Sequence[tuple[str, str]]) -> Formula:
        """Return what edges out of one vertex give it of their heads' deltas, as a sum."""

        def of(style: Style) -> str:
            writer = self.writer(style)
            terms: list[tuple[int, str]] = []
            for tail, head in edges:
                symbol = self.graph.edges[tail, head]["symbol"]
                own = style.delta.format(style.name(self.graph.nodes[head]["name"]))
                terms += writer.pulled(symbol.terms, symbol.step, "1" if head == TARGET else own)
            return writer.sum(terms)

        return written(of)


def asked_of(study: Study) -> Asked:
    """Return what is asked, with one entry to tell numbers of."""
    if study.element is not None or study.is_zero or np.ndim(study.paths.total) == 0:
        return Asked(study, study)
    whole = np.asarray(study.paths.total)
    entry = next(entry for entry in np.ndindex(*whole.shape) if whole[entry])
    one = study.about(study.source, element=entry)
    # An entry that is nothing but rounding beside the others has no shares.
    return Asked(study, study if math.isnan(one.paths.share) else one)


def told(values: Iterable[Array]) -> list[str]:
    """Return values as text: with the same decimals where each is one number, else each as an array."""
    arrays = [np.asarray(value) for value in values]
    if all(array.size == 1 for array in arrays):
        return same_decimals([array.item() for array in arrays])
    return [format_array(array) for array in arrays]
