"""A proof, not a test: the sum over all symbolic paths minus sympy's own derivative of the whole loss is exactly 0.

The loss is written out in parameters, inputs and initial states, nothing else, and sympy differentiates it, each of its
parts once. Of several units the paths' products are those of matrices, and every entry is proved. Both sides are then
made of sums, products and powers of the applications of general functions, with nested arguments. Each distinct
application is one variable of a polynomial ring over the rationals, where equality is decided exactly.

Where a denominator occurs, its reciprocal is a variable too. A difference that is 0 in this ring is 0 whatever the
variable stands for, so it proves the same of the fractions, without a single common divisor to be found; only what is
not 0 there is decided in the field of fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any

import networkx as nx
import numpy as np

from graphviz_lstm.errors import CheckError, InputError, NoPathError, UnknownVertexError, describe_unknown, shorten
from graphviz_lstm.given import several
from graphviz_lstm.gradients.symbolic.derived import derivative_of
from graphviz_lstm.gradients.symbolic.polynomials import Ring
from graphviz_lstm.gradients.symbolic.symbols import entry, unroll_symbols
from graphviz_lstm.gradients.symbolic.unit_symbols import unroll_units
from graphviz_lstm.graph import TARGET
from graphviz_lstm.paths import find_paths
from graphviz_lstm.paths.listing.limits import describe_count
from graphviz_lstm.problems.arrays import whole_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphviz_lstm.cells import Cell
    from graphviz_lstm.gradients.symbolic.symbols import Unrolled
    from graphviz_lstm.paths import PathSet

    Edge = tuple[str, str]

MOST_TERMS = 2_000
"""A proof with more paths than this is refused: symbols grow faster than paths."""
MOST_SYMBOLS = 150
"""Or with more steps, times the entries of two matrices: paths and terms are counted when symbols have been made."""
MOST_PRODUCTS = 2e6
"""And one whose sums over paths, of all vertices, have more terms when they are multiplied out: some five seconds."""


@dataclass(frozen=True, slots=True)
class Proof:
    """That the paths sum to the derivative, for one source, in symbols.

    Attributes
    ----------
    cell, source, steps
        Of what.
    paths
        How many products were summed.
    terms
        How many terms the sum has when it is multiplied out.
    difference
        The sum minus sympy's derivative: `"0"`.
    units
        How many; of several the source's entries are proved one by one, and their terms are counted together.
    """

    cell: str
    source: str
    steps: int
    paths: int
    terms: int
    difference: str
    units: int = 1

    def __str__(self) -> str:
        """Return the proof in one line."""
        plural = "" if self.paths == 1 else "s"
        size = "" if self.units == 1 else f" of {self.units} units"
        return (
            f"{self.cell}{size}, T = {self.steps}: the sum of {self.paths} symbolic path{plural} from {self.source} "
            f"to E, {self.terms:,} terms, minus d E / d {self.source} by sympy = {self.difference}"
        )


def prove(
    cell: Cell,
    steps: int,
    sources: Sequence[str] | None = None,
    *,
    inputs: int = 1,
    units: int = 1,
    most: int = MOST_TERMS,
) -> list[Proof]:
    """Prove for each source (by default every parameter) that the paths sum to the derivative.

    General functions, half the squared error at every step. Of one unit, and of several inputs for the first entry; of
    more units for every entry, by products of matrices. With more than `most` paths from one of the sources, or more
    terms than can be multiplied out, nothing is done.

    Raises
    ------
    UnknownVertexError, NoPathError
        If there is no such source, or no path from it.
    InputError
        If the paths, or their terms, are more than symbols can bear.
    EquationError
        If an operation has no symbols.
    CheckError
        If a difference is not exactly 0.

    Examples
    --------
    >>> from graphviz_lstm.cells import RNN
    >>> print(*prove(RNN, 1, ["U_H"], units=2))
    rnn of 2 units, T = 1: the sum of 1 symbolic path from U_H to E, 8 terms, minus d E / d U_H by sympy = 0
    """
    whole_number("units", units, least=1)
    inputs = whole_number("inputs", inputs, least=1)
    most = whole_number("most", most, least=0)
    steps = whole_number("steps", steps, least=1)
    if steps * units * (units + inputs) > MOST_SYMBOLS:
        size = "" if units == inputs == 1 else f" of {shorten(units)} units and {shorten(inputs)} inputs"
        raise InputError(
            f"too many symbols: {shorten(steps)} steps{size} (the recursion holds for any number: read that)"
        )
    unrolled = (
        unroll_symbols(cell, steps, inputs=inputs) if units == 1 else unroll_units(cell, steps, units, inputs=inputs)
    )
    asked = several("sources", () if sources is None else sources) or cell.parameters
    counts = []
    for source in asked:
        if source not in unrolled.graph:
            raise UnknownVertexError(describe_unknown("vertex", source, unrolled.graph))
        counts.append(_paths_of(unrolled, source, most=most).count)
    summing = _Summing(unrolled, asked)
    return [summing.proof(source, count, units=units) for source, count in zip(asked, counts, strict=True)]


def prove_sum(unrolled: Unrolled, source: str, *, without: Iterable[int] = ()) -> Proof:
    """Prove it for one source; `without` leaves out paths by their numbers, so that the proof must fail."""
    graph = unrolled.graph
    if source not in graph:
        raise UnknownVertexError(describe_unknown("vertex", source, graph))
    paths = symbolic_paths(unrolled, source)
    left_out = [paths[k] for k in frozenset(without)]
    return _Summing(unrolled, [source]).proof(source, len(paths) - len(left_out), left_out)


class _Summing:
    """The sums over all paths from some sources, in one polynomial ring.

    What many paths end in is bracketed out and multiplied once, from E back: by the distributive law that is the sum
    over the paths, one product each.
    """

    def __init__(self, unrolled: Unrolled, sources: Sequence[str]) -> None:
        self._unrolled = unrolled
        graph = unrolled.graph
        ahead = {vertex for source in sources for vertex in (source, *nx.descendants(graph, source))}
        self._vertices = ahead & {TARGET, *nx.ancestors(graph, TARGET)}
        partials = {
            (tail, head): _matrix_of(unrolled.partials[tail, head])
            for tail, head in graph.edges
            if tail in self._vertices and head in self._vertices
        }
        self._require_few(partials)
        self._derivatives = {source: self._derived(source) for source in sources}
        whole = [each for found in self._derivatives.values() for each in found]
        self._ring = Ring([*whole, *(each for matrix in partials.values() for each in matrix.flat)])
        self._partials = {edge: np.frompyfunc(self._ring.of, 1, 1)(matrix) for edge, matrix in partials.items()}
        self._sums: dict[str, Any] = {TARGET: [self._ring.one]}

    def _order(self) -> list[str]:
        """Return the vertices that paths pass, each before those that lead to it."""
        return [v for v in reversed(list(nx.topological_sort(self._unrolled.graph))) if v in self._vertices]

    def _require_few(self, partials: Mapping[Edge, Any]) -> None:
        """Raise InputError where multiplying out would make more terms than can be borne."""
        own = Ring([each for matrix in partials.values() for each in matrix.flat])
        count = np.frompyfunc(lambda part: len(own.of(part)), 1, 1)
        terms: dict[str, Any] = {TARGET: np.ones(1)}
        for vertex in self._order()[1:]:
            heads = [head for head in self._unrolled.graph.succ[vertex] if head in self._vertices]
            terms[vertex] = sum(count(partials[vertex, head]).T.astype(float) @ terms[head] for head in heads)
        most = sum(float(np.sum(terms[vertex])) for vertex in terms)
        if most > MOST_PRODUCTS:
            steps, cell = (self._unrolled.graph.graph[key] for key in ("steps", "cell"))
            raise InputError(
                f"too many terms for symbols: over {steps} steps {cell.name!r} would have "
                f"up to {most:,.0f} (at most {MOST_PRODUCTS:,.0f}): ask for fewer steps, or read the recursion, which "
                "holds for any number"
            )

    def _derived(self, source: str) -> list[Any]:
        """Return sympy's derivative of E by each entry of a source; of an array beside one unit, by its first."""
        value = self._unrolled.values[source]
        entries = np.asarray(value, dtype=object).ravel()
        width = next(
            _matrix_of(self._unrolled.partials[source, head]).shape[1] for head in self._unrolled.graph.succ[source]
        )
        return [derivative_of(self._unrolled.values[TARGET], each) for each in entries[:width]]

    def _sum(self, vertex: str) -> Any:
        """Return the sum over all paths from a vertex, by entry."""
        for each in self._order():
            if each not in self._sums and (each == vertex or each in nx.descendants(self._unrolled.graph, vertex)):
                total: Any = None
                for head in self._unrolled.graph.succ[each]:
                    if head in self._vertices:
                        found = self._pulled((each, head), self._sums[head])
                        total = found if total is None else [x + y for x, y in zip(total, found, strict=True)]
                self._sums[each] = total
        return self._sums[vertex]

    def _pulled(self, edge: Edge, sums: Sequence[Any]) -> list[Any]:
        """Return what an edge gives its tail, by entry."""
        matrix = self._partials[edge]
        return [
            reduce(add, (part * above for part, above in zip(column, sums, strict=True) if part), self._ring.zero)
            for column in matrix.T
        ]

    def proof(self, source: str, paths: int, left_out: Iterable[Sequence[Edge]] = (), *, units: int = 1) -> Proof:
        """Hold the sum against sympy's derivative.

        Raises
        ------
        CheckError
            If they differ.
        """
        total = list(self._sum(source))
        for edges in left_out:
            product = [self._ring.one]
            for edge in reversed(edges):
                product = self._pulled(edge, product)
            total = [x - y for x, y in zip(total, product, strict=True)]
        terms = sum(map(len, total))
        differences = [x - self._ring.of(y) for x, y in zip(total, self._derivatives[source], strict=True)]
        wrong = [self._ring.as_fraction(each) for each in differences if each]
        difference = next((each for each in wrong if each != 0), 0)
        graph = self._unrolled.graph
        proof = Proof(graph.graph["cell"].name, source, graph.graph["steps"], paths, terms, str(difference), units)
        if difference != 0:
            raise CheckError(f"not proven: {proof}"[:400])
        return proof


def _matrix_of(partial: Any) -> Any:
    """Return a partial as a matrix; of one unit it is a number, or one for each entry of an array: the first."""
    array = np.asarray(partial, dtype=object)
    return array if array.ndim == 2 else np.asarray([[entry(partial)]], dtype=object)


def symbolic_paths(unrolled: Unrolled, source: str, *, most: int = MOST_TERMS) -> list[list[tuple[str, str]]]:
    """Return the edges of every path from `source`, which may be so many at most.

    Raises
    ------
    NoPathError
        If there is none.
    InputError
        If there are more.
    """
    paths = _paths_of(unrolled, source, most=most)
    return [[(str(edge[0]), str(edge[1])) for edge in path.edges] for path in paths]


def _paths_of(unrolled: Unrolled, source: str, *, most: int) -> PathSet:
    """Return the paths from a source, which may be so many at most; see `symbolic_paths`."""
    graph = unrolled.graph
    # The engine multiplies numbers; what it is needed for here are the paths.
    bare = graph.copy()
    for _, _, edge in bare.edges(data=True):
        edge["partial"] = 1.0
    paths = find_paths(bare, source, TARGET)
    if not paths:
        raise NoPathError(f"no path from {source!r} to {TARGET!r}")
    if paths.count > most:
        raise InputError(
            f"too many steps for symbols: {graph.graph['steps']} steps have {describe_count(paths.count)} paths from "
            f"{source!r} (at most {most:,}): ask for fewer steps, or read the recursion, which holds for any number"
        )
    return paths
