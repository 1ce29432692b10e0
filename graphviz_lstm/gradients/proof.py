"""A proof, not a test: the sum over all symbolic paths minus sympy's own derivative of the whole loss is exactly 0.

The loss is written out in parameters, inputs and initial states, nothing else, and sympy differentiates it. Both sides
are then polynomials in the applications of general functions and their derivatives, with nested arguments; each
distinct application becomes one variable of a polynomial ring over the rationals, where equality is decided exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add, mul
from typing import TYPE_CHECKING, Any

import sympy
from sympy.polys.rings import ring

from graphviz_lstm.errors import CheckError, InputError, NoPathError, UnknownVertexError, describe_unknown
from graphviz_lstm.gradients.symbols import unroll_symbols
from graphviz_lstm.graph import TARGET
from graphviz_lstm.paths import find_paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from graphviz_lstm.cells import Cell
    from graphviz_lstm.gradients.symbols import Unrolled

MOST_TERMS = 2_000
"""A proof with more paths than this is refused: symbols grow faster than paths."""


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
    """

    cell: str
    source: str
    steps: int
    paths: int
    terms: int
    difference: str

    def __str__(self) -> str:
        """Return the proof in one line."""
        plural = "" if self.paths == 1 else "s"
        return (
            f"{self.cell}, T = {self.steps}: the sum of {self.paths} symbolic path{plural} from {self.source} to E, "
            f"{self.terms:,} terms, minus d E / d {self.source} by sympy = {self.difference}"
        )


def prove(cell: Cell, steps: int, sources: Sequence[str] | None = None, *, inputs: int = 1) -> list[Proof]:
    """Prove for each source (by default every parameter) that the paths sum to the derivative.

    One unit, general functions, half the squared error at every step; of several inputs, for the first entry.

    Raises
    ------
    UnknownVertexError, NoPathError
        If there is no such source, or no path from it.
    InputError
        If the paths are more than symbols can bear.
    CheckError
        If a difference is not exactly 0.
    """
    unrolled = unroll_symbols(cell, steps, inputs=inputs)
    return [prove_sum(unrolled, source) for source in sources or cell.parameters]


def prove_sum(unrolled: Unrolled, source: str, *, without: Iterable[int] = ()) -> Proof:
    """Prove it for one source; `without` leaves out paths by their numbers, so that the proof must fail."""
    graph = unrolled.graph
    if source not in graph:
        raise UnknownVertexError(describe_unknown("vertex", source, graph))
    left_out = frozenset(without)
    kept = [
        [entry(unrolled.partials[edge]) for edge in edges]
        for k, edges in enumerate(symbolic_paths(unrolled, source))
        if k not in left_out
    ]
    derivative = sympy.diff(unrolled.values[TARGET], entry(unrolled.values[source]))
    numbers = _Ring([derivative, *(factor for factors in kept for factor in factors)])
    total = reduce(add, (reduce(mul, map(numbers.of, factors)) for factors in kept), numbers.zero)
    difference = total - numbers.of(derivative)
    proof = Proof(
        graph.graph["cell"].name, source, graph.graph["steps"], len(kept), len(total.terms()), str(difference)
    )
    if difference != 0:
        raise CheckError(f"not proven: {proof}"[:400])
    return proof


def symbolic_paths(unrolled: Unrolled, source: str) -> list[list[tuple[str, str]]]:
    """Return the edges of every path from `source`.

    Raises
    ------
    NoPathError
        If there is none.
    InputError
        If there are more than `MOST_TERMS`.
    """
    graph = unrolled.graph
    # The engine multiplies numbers; what it is needed for here are the paths.
    bare = graph.copy()
    for _, _, edge in bare.edges(data=True):
        edge["partial"] = 1.0
    paths = find_paths(bare, source, TARGET)
    if not paths:
        raise NoPathError(f"no path from {source!r} to {TARGET!r}")
    if paths.count > MOST_TERMS:
        raise InputError(
            f"too many steps for symbols: {graph.graph['steps']} steps have {paths.count:,} paths from {source!r} "
            f"(at most {MOST_TERMS:,}): ask for fewer steps, or read the recursion, which holds for any number"
        )
    return [[(str(edge[0]), str(edge[1])) for edge in path.edges] for path in paths]


def entry(value: Any, k: int = 0) -> Any:
    """Return an entry of a row or column, or the value itself where it is one."""
    return value[k] if isinstance(value, sympy.MatrixBase) else value


class _Ring:
    """Expressions as elements of one polynomial ring, whose variables are symbols and function applications."""

    def __init__(self, expressions: Sequence[Any]) -> None:
        atoms: dict[Any, None] = {}
        seen: set[Any] = set()
        waiting = list(expressions)
        while waiting:
            expression = waiting.pop()
            if expression in seen:
                continue
            seen.add(expression)
            if isinstance(expression, sympy.Function | sympy.Symbol):
                atoms[expression] = None
            elif isinstance(expression, sympy.Add | sympy.Mul | sympy.Pow):
                waiting += expression.args
        names = sorted(range(len(atoms)))
        self._ring, *variables = ring([f"x{k}" for k in names], sympy.QQ)
        self._known = dict(zip(atoms, variables, strict=True))
        self.zero = self._ring.zero

    def of(self, expression: Any) -> Any:
        """Return the element of the ring that a sum, product or power of atoms is."""
        if expression in self._known:
            return self._known[expression]
        if isinstance(expression, sympy.Add):
            found = reduce(add, map(self.of, expression.args))
        elif isinstance(expression, sympy.Mul):
            found = reduce(mul, map(self.of, expression.args))
        elif isinstance(expression, sympy.Pow) and expression.exp.is_Integer and expression.exp > 0:
            found = self.of(expression.base) ** int(expression.exp)
        else:
            found = self._ring(sympy.QQ.from_sympy(expression))
        self._known[expression] = found
        return found
