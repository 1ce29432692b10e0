"""Which paths are shown: the largest, those above a threshold, those that make up a given part of the whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import TooManyPathsError
from graphviz_lstm.paths.algebra import TOTAL
from graphviz_lstm.paths.best import best_first
from graphviz_lstm.paths.bound import search
from graphviz_lstm.paths.measure import directed
from graphviz_lstm.paths.selection import Remainder, Selection
from graphviz_lstm.paths.sweep import sweep
from graphviz_lstm.paths.walk import make_path
from graphviz_lstm.paths.wide import ZERO, Wide, add_up, multiply, narrow, size_key, widen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from graphviz_lstm.paths.dag import Dag
    from graphviz_lstm.paths.linear import Value
    from graphviz_lstm.paths.listing import Listing
    from graphviz_lstm.paths.measure import Measure
    from graphviz_lstm.paths.path import Path

# Up to this many paths of vectors are simply all compared; beyond, the search has this many steps.
COMPARED = 10_000
_SEARCH_STEPS = 200_000


def choose_top(paths: Listing, wanted: int) -> Selection:
    """Return the `wanted` largest paths, which exist. See `PathSet.top`."""
    dag, measure = paths.dag, paths.measure
    if dag.scalar:
        chosen = [make_path(dag, measure, edges) for _, edges in zip(range(wanted), _descending(paths), strict=False)]
        return select(paths, _in_order(chosen))
    if paths.count <= COMPARED:
        return select(paths, sorted(paths, key=rank_key, reverse=True)[:wanted])
    found = search(dag, measure.direction, wanted, _SEARCH_STEPS)
    listed = _in_order([make_path(dag, measure, edges) for edges in sorted(found.paths)])
    return select(paths, listed, proven=found.proven, bound=_as_share(found.bound, measure))


def choose_at_least(paths: Listing, floor: Wide) -> Selection:
    """Return all and only the paths with |<contribution, direction>| of `floor` or more. See `PathSet.at_least`.

    Raises
    ------
    TooManyPathsError
        If these are more than can be listed.
    """
    dag, measure = paths.dag, paths.measure

    def reaches(path: Path, least: Wide) -> bool:
        return size_key(along(measure, path)) >= size_key(least)

    if not dag.scalar and paths.count <= COMPARED:
        return select(paths, _in_order([path for path in paths if reaches(path, floor)]))
    # The order is known to 1e-13 or so: a few paths just below the threshold are looked at and left.
    slack = multiply(floor, widen(1.0 - 1e-9))
    if not dag.scalar:
        found = search(dag, measure.direction, paths.limit + 1, _SEARCH_STEPS, slack)
        nearly = (make_path(dag, measure, edges) for edges in sorted(found.paths))
        listed = [path for path in nearly if reaches(path, floor)]
        _refuse_more(paths, len(listed))
        return select(paths, _in_order(listed), proven=found.proven, bound=_as_share(found.bound, measure))
    listed = []
    for edges in _descending(paths):
        path = make_path(dag, measure, edges)
        if not reaches(path, slack):
            break
        if reaches(path, floor):
            listed.append(path)
            _refuse_more(paths, len(listed))
    return select(paths, _in_order(listed))


def choose_covering(paths: Listing, part: float) -> Selection:
    """Return the fewest leading paths whose sizes reach this part of the sum of all. See `PathSet.covering`."""
    dag, measure = paths.dag, paths.measure
    if not dag.scalar and paths.count > COMPARED:
        raise TooManyPathsError(
            f"the sum of the |shares| of {paths.count:,} paths of vectors takes listing them (at most {COMPARED:,}): "
            "ask .top(k), whose bound says what is left out, or .group_by(label)"
        )
    if dag.scalar:
        leading: Iterator[Path] = (make_path(dag, measure, edges) for edges in _descending(paths))
    else:
        leading = iter(sorted(paths, key=rank_key, reverse=True))
    mass = mass_of(paths)
    listed: list[Path] = []
    covered = 0.0
    for path in leading:
        if covered >= part or len(listed) == paths.limit:
            break
        listed.append(path)
        covered += _part(along(measure, path), mass)
    return select(paths, _in_order(listed), proven=covered >= part or len(listed) == paths.count)


def select(paths: Listing, listed: Sequence[Path], *, proven: bool = True, bound: float | None = None) -> Selection:
    """Return these paths as a selection; by default what is left out is at most as large as the last of them."""
    dag, measure = paths.dag, paths.measure
    count = paths.count - len(listed)
    if not count:
        zero: Value = frozen(np.zeros(dag.source_shape)) if dag.source_shape else 0.0
        return Selection(tuple(listed), Remainder(0, zero, 0.0, zero), proven, 0.0, 1.0)
    if bound is None:
        bound = abs(listed[-1].share) if listed else math.inf
    left = add_up([paths.own_total, *_sums(dag, listed, _minus)])
    absolute: Value | None = None
    covered: float | None = None
    if dag.scalar or paths.count <= COMPARED:
        rest = narrow(add_up([paths.own_absolute, *_sums(dag, listed, _minus_size)]))
        # What cancels to less than rounding is nothing.
        absolute = frozen(np.maximum(rest, 0.0)) if isinstance(rest, np.ndarray) else max(rest, 0.0)
        mass = mass_of(paths)
        covered = math.fsum(_part(along(measure, path), mass) for path in listed)
    share = float(narrow(measure.share(left)))
    return Selection(tuple(listed), Remainder(count, frozen(narrow(left)), share, absolute), proven, bound, covered)


def mass_of(paths: Listing) -> Wide:
    """Return the sum of all |<contribution, direction>|: one sweep of numbers, a listing of vectors."""
    dag, measure = paths.dag, paths.measure
    if dag.scalar and dag.edges:
        return sweep(dag, TOTAL, [abs(number) for number in directed(dag, measure)])
    return add_up([ZERO, *(along(measure, path) for path in paths)])


def along(measure: Measure, path: Path) -> Wide:
    """Return |<contribution, direction>| of a path."""
    contribution = Wide(path.contribution, 0) if path.wide is None else path.wide[0]
    return widen(abs(measure.along(contribution.mantissa)), contribution.exponent)


def rank_key(path: Path) -> tuple[int, float]:
    """Return the key by which paths are ranked: |share|, or where there are no shares |sum of the contribution|."""
    contribution, share = path.wide or (Wide(path.contribution, 0), widen(path.share))
    if math.isnan(float(share.mantissa)):
        share = widen(float(np.sum(contribution.mantissa)), contribution.exponent)
    return size_key(share)


def _minus(value: Value) -> Value:
    return -value


def _minus_size(value: Value) -> Value:
    return -np.abs(value) if isinstance(value, np.ndarray) else -abs(value)


def _sums(dag: Dag, listed: Sequence[Path], turned: Callable[[Value], Value]) -> list[Wide]:
    """Return terms whose sum is that of all contributions, each `turned`; most of them are added up together."""
    plain = [turned(path.contribution) for path in listed if path.wide is None]
    wides = [path.wide[0] for path in listed if path.wide is not None]
    terms = [Wide(turned(value), exponent) for value, exponent in wides]
    if plain:
        terms.append(widen(np.sum(plain, axis=0) if dag.source_shape else math.fsum(plain)))  # type: ignore[arg-type]
    return terms


def frozen(value: Value) -> Value:
    """Return `value`, read-only if it is an array."""
    if isinstance(value, np.ndarray):
        value.setflags(write=False)
    return value


def _descending(paths: Listing) -> Iterator[tuple[int, ...]]:
    return best_first(paths.dag, directed(paths.dag, paths.measure))


def _in_order(listed: list[Path]) -> list[Path]:
    """Return paths by |share|, those of equal ones as they come."""
    return sorted(listed, key=rank_key, reverse=True)


def _refuse_more(paths: Listing, count: int) -> None:
    if count > paths.limit:
        raise TooManyPathsError(
            f"more than {paths.limit:,} paths reach the threshold: raise it, or limit=, or ask .group_by(label)"
        )


def _as_share(bound: Wide, measure: Measure) -> float:
    return abs(float(narrow(multiply(bound, measure.scale))))


def _part(size: Wide, mass: Wide) -> float:
    """Return which part of `mass` a size is; of nothing, everything is all of it."""
    if not mass.mantissa:
        return 1.0
    return math.ldexp(float(size.mantissa) / float(mass.mantissa), size.exponent - mass.exponent)
