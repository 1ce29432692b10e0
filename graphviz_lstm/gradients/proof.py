"""A proof, not a test: the sum over all symbolic paths minus sympy's own derivative of the whole loss is exactly 0.

The loss is written out in parameters, inputs and initial states, nothing else, and sympy differentiates it. Both sides
are then made of sums, products and powers of the applications of general functions, with nested arguments. Each
distinct application is one variable of a polynomial ring over the rationals, where equality is decided exactly.

Where a denominator occurs, its reciprocal is a variable too. A difference that is 0 in this ring is 0 whatever the
variable stands for, so it proves the same of the fractions, without a single common divisor to be found; only what is
not 0 there is decided in the field of fractions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add, mul
from typing import TYPE_CHECKING, Any

import sympy
from sympy.polys.fields import field
from sympy.polys.rings import ring

from graphviz_lstm.errors import CheckError, InputError, NoPathError, UnknownVertexError, describe_unknown
from graphviz_lstm.gradients.symbols import entry, unroll_symbols
from graphviz_lstm.graph import TARGET
from graphviz_lstm.paths import find_paths
from graphviz_lstm.paths.listing.limits import describe_count

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


def prove(
    cell: Cell, steps: int, sources: Sequence[str] | None = None, *, inputs: int = 1, most: int = MOST_TERMS
) -> list[Proof]:
    """Prove for each source (by default every parameter) that the paths sum to the derivative.

    One unit, general functions, half the squared error at every step; of several inputs, for the first entry. With
    more than `most` paths from one of them nothing is done.

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
    asked = list(sources or cell.parameters)
    for source in asked:
        if source not in unrolled.graph:
            raise UnknownVertexError(describe_unknown("vertex", source, unrolled.graph))
        symbolic_paths(unrolled, source, most=most)
    return [prove_sum(unrolled, source) for source in asked]


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
    if difference != 0:
        difference = numbers.as_fraction(difference)
    proof = Proof(
        graph.graph["cell"].name, source, graph.graph["steps"], len(kept), len(total.terms()), str(difference)
    )
    if difference != 0:
        raise CheckError(f"not proven: {proof}"[:400])
    return proof


def symbolic_paths(unrolled: Unrolled, source: str, *, most: int = MOST_TERMS) -> list[list[tuple[str, str]]]:
    """Return the edges of every path from `source`, which may be so many at most.

    Raises
    ------
    NoPathError
        If there is none.
    InputError
        If there are more.
    """
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
    return [[(str(edge[0]), str(edge[1])) for edge in path.edges] for path in paths]


class _Ring:
    """Expressions as elements of one polynomial ring.

    Its variables are symbols, function applications, reciprocals and roots.
    """

    def __init__(self, expressions: Sequence[Any]) -> None:
        self._atoms = _atoms(expressions)
        self._ring, *variables = ring([f"x{k}" for k in range(len(self._atoms))], sympy.QQ)
        self._known = dict(zip(self._atoms, variables, strict=True))
        self.zero = self._ring.zero

    def of(self, expression: Any) -> Any:
        """Return the element of the ring that a sum, product or power of atoms is."""
        if expression in self._known:
            return self._known[expression]
        if isinstance(expression, sympy.Add):
            found = reduce(add, map(self.of, expression.args))
        elif isinstance(expression, sympy.Mul):
            found = reduce(mul, map(self.of, expression.args))
        elif isinstance(expression, sympy.Pow):
            base, exponent = _unit_power(expression)
            found = self.of(base) ** exponent
        else:
            found = self._ring(sympy.QQ.from_sympy(expression))
        self._known[expression] = found
        return found

    def as_fraction(self, element: Any) -> Any:
        """Return an element with every reciprocal as what it is: a quotient, in the field of fractions."""
        fractions, *variables = field(self._ring.symbols, sympy.QQ)
        places = {atom: k for k, atom in enumerate(self._atoms)}
        known: dict[int, Any] = {}

        def value(k: int) -> Any:
            if k not in known:
                atom = self._atoms[k]
                is_reciprocal = isinstance(atom, sympy.Pow) and atom.exp == -1
                known[k] = 1 / moved(self.of(atom.base)) if is_reciprocal else variables[places[atom]]
            return known[k]

        def moved(polynomial: Any) -> Any:
            total = fractions.zero
            for powers, coefficient in polynomial.terms():
                factors = [value(k) ** power for k, power in enumerate(powers) if power]
                total = total + reduce(mul, factors, fractions.one * coefficient)
            return total

        return moved(element)


def _atoms(expressions: Sequence[Any]) -> list[Any]:
    """Return what sums, products and powers are made of, each once."""
    atoms: dict[Any, None] = {}
    seen: set[Any] = set()
    waiting = list(expressions)
    while waiting:
        expression = waiting.pop()
        if expression in seen:
            continue
        seen.add(expression)
        if isinstance(expression, sympy.Add | sympy.Mul):
            waiting += expression.args
        elif isinstance(expression, sympy.Pow) and expression.exp.is_Rational:
            base, _ = _unit_power(expression)
            waiting.append(expression.base)
            if base != expression.base:
                atoms[base] = None
        elif not expression.is_Rational:
            atoms[expression] = None
    return list(atoms)


def _unit_power(power: Any) -> tuple[Any, int]:
    """Return what is raised to a positive whole power: x of x^3, 1/x of x^-3, the root of x of x^(3/2)."""
    sign = 1 if power.exp > 0 else -1
    unit = sympy.Rational(sign, power.exp.q)
    return (power.base if unit == 1 else power.base**unit), int(abs(power.exp.p))
