"""Which paths are shown: the largest, those above a threshold, those that make up a given part of the whole."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from graphviz_lstm.errors import TooManyPathsError
from graphviz_lstm.paths.choosing.lazily import Lazily
from graphviz_lstm.paths.choosing.ranking import Found, ranking_of, size_of
from graphviz_lstm.paths.choosing.selection import Remainder, Rest, Selection
from graphviz_lstm.paths.compiled.wide import ZERO, Wide, add_up, divide, magnitude, multiply, narrow, size_key, widen
from graphviz_lstm.paths.listing.iterate import make_path
from graphviz_lstm.paths.listing.limits import describe_count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from graphviz_lstm.paths.choosing.best_vectors import Budget
    from graphviz_lstm.paths.choosing.ranking import Ranked, Ranking
    from graphviz_lstm.paths.compiled.linear_map import Shape, Value
    from graphviz_lstm.paths.facts import Facts, Whole
    from graphviz_lstm.paths.listing.path import Path

# Of the sizes that are added and taken away, what rounding leaves at most: a few units in the last place of each.
_NOISE = 16 * float(np.finfo(np.float64).eps)
# A part that is reached to this is reached: sizes are rounded before they are added.
_ROUNDING = 1e-12


class Chooser(NamedTuple):
    """The paths of one set, as they are chosen from.

    Attributes
    ----------
    facts
        What is known of the set as a whole.
    ranking
        Which are the largest.
    make
        Of a path as it is ranked, the path.
    source_shape
        The shape of a contribution.
    """

    facts: HasTotal
    ranking: Ranking
    make: Callable[[Ranked], Path]
    source_shape: Shape


class HasTotal(Protocol):
    """What a selection is a part of."""

    @property
    def count(self) -> int:
        """How many paths there are."""

    @property
    def total(self) -> Wide:
        """The sum of their contributions."""

    @property
    def whole(self) -> Whole:
        """What shares are parts of."""


def chooser_of(facts: Facts, budget: Budget) -> Chooser:
    """Return how the paths of one DAG are chosen from; where they are searched, within a budget."""
    return Chooser(
        facts,
        ranking_of(facts, budget),
        lambda path: make_path(facts.dag, facts.whole, path.edges, lambda: path.contribution),
        facts.dag.weights.source_shape,
    )


def choose_top(chooser: Chooser, k: int) -> Selection:
    """Return the `k` largest paths, which exist. See `PathSet.top`."""
    return _select(chooser, chooser.ranking.largest(k))


def choose_at_least(chooser: Chooser, threshold: Wide, unit: Wide, limit: int) -> Selection:
    """Return all and only the paths whose size, as a part of `unit`, is `threshold` or more. See `PathSet.at_least`.

    The part is compared as it is shown: the quotient, rounded to a float64.

    Raises
    ------
    TooManyPathsError
        If these are more than can be listed.
    """
    least = size_key(threshold)
    found = chooser.ranking.reaching(
        multiply(threshold, unit), lambda size: size_key(divide(size, unit)) >= least, limit + 1
    )
    if len(found.paths) > limit:
        raise TooManyPathsError(
            f"more than {describe_count(limit)} paths reach the threshold: raise it, or limit=, or ask .group_by(label)"
        )
    return _select(chooser, found)


def choose_covering(chooser: Chooser, part: float, limit: int) -> Selection:
    """Return the fewest leading paths whose sizes reach this part of the sum of all. See `PathSet.covering`."""
    ranking, facts = chooser.ranking, chooser.facts
    chosen: list[Ranked] = []
    # Exactly: what adding up would round is not covered by another path.
    covered, enough = Fraction(0), Fraction(part) - Fraction(_ROUNDING)
    leading, mass = ranking.descending(), ranking.mass
    while covered < enough and len(chosen) < limit:
        path = next(leading, None)
        if path is None:
            break
        chosen.append(path)
        covered += Fraction(_part(size_of(facts.whole, path), mass))
    proven = covered >= enough or len(chosen) == facts.count
    return _select(chooser, Found(chosen, proven))


def _select(chooser: Chooser, found: Found) -> Selection:
    """Return what was found as a selection; by default what is left out is at most as large as the last of it."""
    shown = Lazily(len(found.paths), lambda place: chooser.make(found.paths[place]))
    bound = math.inf
    if chooser.facts.count == len(shown):
        bound = 0.0
    elif found.bound is not None:
        bound = _shown_size(chooser.facts.whole, found.bound)
    elif shown:
        bound = _shown_size(chooser.facts.whole, size_of(chooser.facts.whole, found.paths[-1]))
    return Selection(shown, partial(_rest, chooser, found.paths), found.proven, bound)


def _rest(chooser: Chooser, shown: Sequence[Ranked]) -> Rest:
    """Return what is said of the paths that are not shown."""
    facts, ranking, shape = chooser.facts, chooser.ranking, chooser.source_shape
    count = facts.count - len(shown)
    if not count:
        zero = narrow(widen(np.zeros(shape) if shape else 0.0))
        return Rest(Remainder(0, zero, 0.0, zero), 1.0)
    left = add_up([facts.total, *_minus([path.contribution for path in shown])])
    absolute: Value | None = None
    covered: float | None = None
    if (whole := ranking.absolute) is not None:
        rest = narrow(add_up([whole, *_minus([magnitude(path.contribution) for path in shown])]))
        # What cancels to less than rounding is nothing.
        absolute = np.maximum(rest, 0.0) if shape else max(float(rest), 0.0)
        mass = ranking.mass or ZERO
        # Of nothing, whatever is shown is all of it.
        covered = math.fsum(_part(size_of(facts.whole, path), mass) for path in shown) if mass.mantissa else 1.0
    share = float(narrow(facts.whole.share(left)))
    # The whole is 1, and what is shown may be more: both are rounded.
    sizes = [magnitude(facts.whole.share(path.contribution)) for path in shown]
    noise = _NOISE * float(narrow(add_up([widen(1.0), *sizes])))
    return Rest(Remainder(count, narrow(left), share, absolute, noise), covered)


def _shown_size(whole: Whole, size: Wide) -> float:
    """Return a size as a share; where there is nothing to share, as it is."""
    return abs(float(narrow(whole.share_of_size(size) if whole.length.mantissa else size)))


def _minus(numbers: Sequence[Wide]) -> list[Wide]:
    return [Wide(-mantissa, exponent) for mantissa, exponent in numbers]


def _part(size: Wide, mass: Wide | None) -> float:
    """Return which part of `mass` a size is; of nothing, everything is all of it."""
    return float(narrow(divide(size, mass))) if mass is not None and mass.mantissa else 1.0
