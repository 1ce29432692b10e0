"""Everything that is told of a class of paths, in one sweep: count, sum, and the sums by sign, where nothing cancels.

Sums carry exponents to their end: a mantissa and a power of two after every multiplication, and a sum of nothing has
the lowest exponent that there is, so that it never sets the scale of another. So nothing overflows and nothing is lost
but what rounding takes.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from graphviz_lstm.paths.compiled.wide import ZERO, Wide, add_scaled, add_settled, add_up, shifted, widen
from graphviz_lstm.paths.sweeping.algebra import COUNT, Algebra, contributions, paired
from graphviz_lstm.paths.sweeping.by_label import by_label
from graphviz_lstm.paths.sweeping.direction import turned_if_cheaper
from graphviz_lstm.paths.sweeping.from_source import at_target, costs_of, tangents
from graphviz_lstm.paths.sweeping.sweep import sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from graphviz_lstm.paths.compiled.dag import Dag
    from graphviz_lstm.paths.compiled.linear_map import Value
    from graphviz_lstm.paths.compiled.weights import Weights
    from graphviz_lstm.paths.sweeping.by_label import Label
    from graphviz_lstm.paths.sweeping.sweep import Progress


class Sums(NamedTuple):
    """What a sweep tells of some paths.

    Attributes
    ----------
    number, total
        How many they are, and the sum of their contributions.
    positive, negative
        The sum of what is positive along the direction, and of what is negative, without its sign; None for maps, of
        which a path's sign takes listing.
    """

    number: int
    total: Wide
    positive: Wide | None
    negative: Wide | None


NO_SUMS = Sums(0, ZERO, ZERO, ZERO)


def total_of(dag: Dag, weights: Weights) -> Wide:
    """Return the sum of the contributions of all paths of a DAG that has some, in the source's shape.

    What is no more than the DAG's rounding is zero.
    """
    factors = weights.factors()
    if factors is None or not isinstance(weights.one, float):
        return sweep(dag, contributions(weights, dag.rounding), range(len(dag.edges)))
    plus = partial(_scaled_plus, rounding=dag.rounding)
    algebra: Algebra[float | Wide, _Scaled] = Algebra(ZERO, (weights.one, 0), _scaled_times, plus)
    elements = [
        number if isinstance(number, float) and _SMALLEST < abs(number) < _LARGEST else factor
        for number, factor in zip(weights.partials, factors, strict=True)
    ]
    return widen(*sweep(dag, algebra, elements))


def sum_up(dag: Dag, along: Dag) -> Sums:
    """Return the sums of all paths; `along` is the same DAG along the direction by which signs are told."""
    algebra, elements, told = _summing(dag, along)
    return told(sweep(dag, algebra, elements)) if dag.vertices else NO_SUMS


def sum_up_by_label(
    dag: Dag,
    along: Dag,
    labels: Sequence[Label],
    most: int,
    up_to: int | None = None,
    *,
    progress: Progress | None = None,
) -> Mapping[Label, Sums]:
    """Return the sums of the paths with each label apart. See `by_label` for what is raised.

    From the end that costs less: classes are few where no label stands yet.
    """
    algebra, elements, told = _summing(dag, along)
    maps = along.weights.factors() is None
    turn = turned_if_cheaper(dag, labels, up_to, costs_of(dag) if maps else None) if dag.edges else None
    if turn is None:
        pairs = list(zip(labels, elements, strict=True))
        classes = sweep(dag, by_label(algebra, most, up_to), pairs, progress=progress)
    else:
        if maps:
            # A sum of maps is another from the source: tangents, where from the target it is an adjoint.
            algebra, told = _summing_tangents(dag)
        in_turn = by_label(algebra, most, up_to, backwards=True)
        classes = sweep(turn.dag, in_turn, [(labels[e], elements[e]) for e in turn.edges], progress=progress)
    return {label: told(sums) for label, sums in classes.items()}


def _summing_tangents(dag: Dag) -> tuple[Algebra[Any, Any], Callable[[Any], Sums]]:
    """Return the algebra of a graph of maps that is turned round, and what makes `Sums` of its values."""
    shape = dag.weights.source_shape
    return paired(COUNT, tangents(dag)), lambda pair: Sums(pair[0], at_target(pair[1], shape), None, None)


def _summing(dag: Dag, along: Dag) -> tuple[Algebra[Any, Any], Sequence[Any], Callable[[Any], Sums]]:
    """Return the algebra, its elements by edge, and what makes `Sums` of its values."""
    factors, numbers = dag.weights.factors(), along.weights.factors()
    if factors is None or numbers is None:
        edges = range(len(dag.edges))
        both = paired(COUNT, contributions(dag.weights))
        return both, [(e, e) for e in edges], lambda pair: Sums(pair[0], pair[1], None, None)
    one = float(along.weights.one)
    start: _Signed = (1, dag.weights.one, max(one, 0.0), max(-one, 0.0), 0, 0)
    elements = [_factor(total, number) for total, number in zip(factors, numbers, strict=True)]
    return Algebra(_NONE, start, _times, _plus), elements, _told


# Tuples without names, since sweeps make millions of them.
_Factor: TypeAlias = "tuple[Value, float, int, int]"
"""An edge, (total, number, exponent, lead): `total * 2**(exponent + lead)`, `number * 2**exponent` along the direction.
"""

_Signed: TypeAlias = "tuple[int, Value, float, float, int, int]"
"""(count, total, positive, negative, exponent, lead): sums by sign, times `2**exponent`, and the total likewise.

The total is times `2**(exponent + lead)`. It has a lead only after an array: within the graph a total is never larger
than what it is made of.
"""

_NONE: _Signed = (0, 0.0, 0.0, 0.0, ZERO.exponent, 0)
# Sums and factors within this range are left as they are, without an exponent of their own: whatever is multiplied or
# added next stays a float64 with all its digits, and most sums have one exponent, 0, so that they are soon added.
_PLAIN = 300
_SMALLEST, _LARGEST = 2.0**-_PLAIN, 2.0**_PLAIN


_Scaled: TypeAlias = "tuple[Value, int]"
"""`value * 2**exponent`, normalised only where it leaves the range above; zero has the exponent of nothing."""


def _scaled_times(factor: float | Wide, behind: _Scaled) -> _Scaled:
    value, exponent = behind
    if not isinstance(factor, tuple):
        value *= factor
    elif isinstance(factor.mantissa, float) or not isinstance(value, float):
        value, exponent = factor.mantissa * value, exponent + factor.exponent
    else:
        # An array out of the source: what it is multiplied by must not be what loses its small entries.
        mantissa, shift = math.frexp(value)
        return factor.mantissa * mantissa, exponent + factor.exponent + shift
    if isinstance(value, float) and _SMALLEST < abs(value) < _LARGEST:
        return value, exponent
    return widen(value, exponent)


def _scaled_plus(terms: Sequence[_Scaled], rounding: float) -> _Scaled:
    if len(terms) == 1:
        return terms[0]
    values, exponents = zip(*terms, strict=True)
    top = max(exponents)
    if not isinstance(values[0], float):
        return widen(add_scaled(values, [exponent - top for exponent in exponents], rounding), top)
    if min(exponents) == top:
        # What cancels to nothing must not set the scale of what is added to it.
        total = add_settled(values, rounding)
        return (total, top) if total else ZERO
    return add_up([widen(*term) for term in terms], rounding)


def _factor(total: Wide, number: Wide) -> _Factor:
    """Return what an edge is multiplied by."""
    mantissa, exponent = number
    if -_PLAIN < exponent < _PLAIN and -_PLAIN < total.exponent < _PLAIN:
        plain = math.ldexp(float(mantissa), exponent)
        # All edges but those out of the source are what they are along the direction.
        return plain if total is number else shifted(*total), plain, 0, 0
    return total.mantissa, float(number.mantissa), number.exponent, total.exponent - number.exponent


def _times(factor: _Factor, sums: _Signed) -> _Signed:
    total, number, power, more = factor
    count, behind, positive, negative, exponent, lead = sums
    if number < 0.0:
        positive, negative = -number * negative, -number * positive
    else:
        positive, negative = number * positive, number * negative
    if lead or more:
        return _apart(
            count, widen(total * behind, exponent + power + lead + more), positive, negative, exponent + power
        )
    if _SMALLEST < positive + negative < _LARGEST:
        return (count, total * behind, positive, negative, exponent + power, 0)
    shift = math.frexp(positive + negative)[1]
    # Nothing needs no care: its exponent is already the lowest, that of the zero that it was multiplied by.
    scaled = shifted(total * behind, -shift)
    return (count, scaled, math.ldexp(positive, -shift), math.ldexp(negative, -shift), exponent + power + shift, 0)


def _plus(terms: Sequence[_Signed]) -> _Signed:
    if len(terms) == 1:
        return terms[0]
    if len(terms) == 2:
        # Most sums are of two, at one exponent: what is rounded once is what `fsum` says.
        (count, total, positive, negative, power, lead), (other, more, ahead, against, same, beside) = terms
        if power == same and not lead and not beside:
            return (count + other, total + more, positive + ahead, negative + against, power, 0)
    counts, totals, positives, negatives, exponents, leads = zip(*terms, strict=True)
    top = max(exponents)
    plain = not any(leads)
    if min(exponents) < top:
        shifts = [exponent - top for exponent in exponents]
        positives, negatives = (tuple(map(shifted, sums, shifts)) for sums in (positives, negatives))
        totals = tuple(map(shifted, totals, shifts)) if plain else totals
    positive, negative = math.fsum(positives), math.fsum(negatives)
    if plain:
        total = math.fsum(totals) if isinstance(totals[0], float) else sum(totals[1:], totals[0])
        return (sum(counts), total, positive, negative, top, 0)
    wide = [widen(total, power + lead) for _, total, _, _, power, lead in terms]
    return _apart(sum(counts), add_up(wide), positive, negative, top)


def _apart(count: int, total: Wide, positive: float, negative: float, exponent: int) -> _Signed:
    """Return sums whose total leads by as much as it must."""
    return (count, total.mantissa, positive, negative, exponent, total.exponent - exponent)


def _told(sums: _Signed) -> Sums:
    count, total, positive, negative, exponent, lead = sums
    return Sums(count, widen(total, exponent + lead), widen(positive, exponent), widen(negative, exponent))
