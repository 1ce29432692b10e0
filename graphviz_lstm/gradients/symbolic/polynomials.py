"""Polynomials in many variables, each monomial one whole number: a product of monomials is a sum of two numbers.

sympy's own have a tuple of powers for each monomial, and adding two of these took most of the time of a proof, which
has a hundred variables and more (`benchmarks/PROOFS.md`). Only what a proof asks of polynomials is here.
"""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from operator import add, mul
from typing import TYPE_CHECKING, Any

import sympy
from sympy.polys.fields import field

from graphviz_lstm.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    Number = int | Fraction

_BITS = 16
"""Of the power of one variable: variable k counts in `2**(_BITS * k)`."""
_MOST_POWERS = 2**_BITS
_POWER = _MOST_POWERS - 1


class Polynomial:
    """A sum of monomials with coefficients that are not zero.

    >>> x, y = (Polynomial.variable(k) for k in range(2))
    >>> square = (x + y) * (x + y)
    >>> len(square), square == x * x + y * y + x * y + x * y
    (3, True)
    """

    __slots__ = ("_coefficients", "_degree")

    def __init__(self, coefficients: Mapping[int, Number], degree: int) -> None:
        some = 0 in coefficients.values()
        self._coefficients = {key: number for key, number in coefficients.items() if number} if some else coefficients
        # Of no power more: none of them may run over into the next variable's.
        self._degree = degree
        if degree >= _MOST_POWERS:
            raise InputError(f"too high a power for symbols: {degree:,} (less than {_MOST_POWERS:,})")

    @classmethod
    def constant(cls, number: Number) -> Polynomial:
        """Return a number."""
        return cls({0: number}, 0)

    @classmethod
    def variable(cls, k: int) -> Polynomial:
        """Return the variable of that number."""
        return cls({1 << (_BITS * k): 1}, 1)

    def __len__(self) -> int:
        """How many terms it has; none is 0."""
        return len(self._coefficients)

    def __eq__(self, other: object) -> bool:
        """Whether every coefficient is the same."""
        return isinstance(other, Polynomial) and self._coefficients == other._coefficients

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: Polynomial) -> Polynomial:
        """Return the sum."""
        return self._with(other, 1)

    def __sub__(self, other: Polynomial) -> Polynomial:
        """Return the difference."""
        return self._with(other, -1)

    def _with(self, other: Polynomial, sign: int) -> Polynomial:
        found = dict(self._coefficients)
        for monomial, number in other._coefficients.items():
            found[monomial] = found.get(monomial, 0) + sign * number
        return Polynomial(found, max(self._degree, other._degree))

    def __mul__(self, other: Polynomial) -> Polynomial:
        """Return the product, multiplied out."""
        degree = self._degree + other._degree
        found: dict[int, Number] = {}
        known = found.get
        for one, number in self._coefficients.items():
            for two, by in other._coefficients.items():
                monomial = one + two
                found[monomial] = known(monomial, 0) + number * by
        return Polynomial(found, degree)

    def __pow__(self, power: int) -> Polynomial:
        """Return it to a power that is a whole number, not below 0."""
        found, square = Polynomial.constant(1), self
        while power:
            if power & 1:
                found = found * square
            power >>= 1
            if power:
                square = square * square
        return found

    def terms(self) -> Iterator[tuple[dict[int, int], Number]]:
        """Yield each term: variable -> its power, and the coefficient."""
        for monomial, number in self._coefficients.items():
            powers, k, left = {}, 0, monomial
            while left:
                if power := left & _POWER:
                    powers[k] = power
                left, k = left >> _BITS, k + 1
            yield powers, number


class Ring:
    """Expressions as polynomials.

    The variables are symbols, function applications, reciprocals and roots.
    """

    def __init__(self, expressions: Sequence[Any]) -> None:
        self._atoms = _atoms(expressions)
        self._known = {atom: Polynomial.variable(k) for k, atom in enumerate(self._atoms)}
        self.zero, self.one = map(Polynomial.constant, (0, 1))

    def of(self, expression: Any) -> Polynomial:
        """Return the polynomial that a sum, product or power of atoms is."""
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
            found = Polynomial.constant(_number(sympy.Rational(expression)))
        self._known[expression] = found
        return found

    def as_fraction(self, polynomial: Polynomial) -> Any:
        """Return a polynomial with every reciprocal as what it is: a quotient, in the field of fractions."""
        fractions, *variables = field([f"x{k}" for k in range(len(self._atoms))], sympy.QQ)
        known: dict[int, Any] = {}

        def value(k: int) -> Any:
            if k not in known:
                atom = self._atoms[k]
                is_reciprocal = isinstance(atom, sympy.Pow) and atom.exp == -1
                known[k] = 1 / moved(self.of(atom.base)) if is_reciprocal else variables[k]
            return known[k]

        def moved(each: Polynomial) -> Any:
            total = fractions.zero
            for powers, number in each.terms():
                factors = [value(k) ** power for k, power in powers.items()]
                total = total + reduce(mul, factors, fractions.one * sympy.QQ(number.numerator, number.denominator))
            return total

        return moved(polynomial)


def _number(rational: Any) -> Number:
    """Return a number of Python: a whole one, where it is one, is multiplied several times as fast."""
    return int(rational) if rational.is_Integer else Fraction(int(rational.p), int(rational.q))


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
        if expression.is_Rational:
            continue
        if isinstance(expression, sympy.Add | sympy.Mul):
            waiting += expression.args
        elif isinstance(expression, sympy.Pow) and expression.exp.is_Rational:
            base, _ = _unit_power(expression)
            waiting.append(expression.base)
            if base != expression.base:
                atoms[base] = None
        else:
            atoms[expression] = None
    return list(atoms)


def _unit_power(power: Any) -> tuple[Any, int]:
    """Return what is raised to a positive whole power: x of x^3, 1/x of x^-3, the root of x of x^(3/2)."""
    sign = 1 if power.exp > 0 else -1
    unit = sympy.Rational(sign, power.exp.q)
    return (power.base if unit == 1 else power.base**unit), int(abs(power.exp.p))
