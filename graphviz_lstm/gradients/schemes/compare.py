"""What each scheme keeps of the gradient: how far off it is, in which direction it points, which paths it drops."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.cells.numeric import scaled
from graphviz_lstm.errors import InputError, shorten
from graphviz_lstm.given import several
from graphviz_lstm.gradients.schemes.dropped import dropped_under
from graphviz_lstm.gradients.schemes.gradient import gradients_under
from graphviz_lstm.gradients.schemes.library import SCHEMES, scheme
from graphviz_lstm.gradients.sizes import cosine_of
from graphviz_lstm.notation.numbers import length
from graphviz_lstm.paths.compiled.wide import shifted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphviz_lstm.gradients.schemes.dropped import Dropped
    from graphviz_lstm.gradients.schemes.scheme import Scheme
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph


@dataclass(frozen=True, slots=True)
class Distance:
    """How far one gradient is from the full one.

    Attributes
    ----------
    relative_error
        |g - full| / |full|; NaN where the full one is zero, infinite where it leaves the range of a float64.
    cosine
        Of the angle between them; NaN where either is zero.
    signs
        Which part of the entries has the sign that it has in the full one; zero counts as a sign.
    """

    relative_error: float
    cosine: float
    signs: float


def distance(gradient: Array, full: Array) -> Distance:
    """Return how far a gradient is from the full one, both of one shape.

    >>> distance(np.array([0.0, 4.0]), np.array([3.0, 4.0]))
    Distance(relative_error=0.6, cosine=0.8, signs=0.5)
    """
    one, other = (np.asarray(array, dtype=float).reshape(-1) for array in (gradient, full))
    # Scaled first: the difference of what is very large is none, and what is very small is nothing beside it.
    near, power = scaled(np.stack([one, other]))
    whole, power_of_whole = scaled(other)
    cosine = cosine_of(one, other)
    apart = length(near[0] - near[1]) / length(whole) if whole.any() else np.nan
    error = float(shifted(apart, power - power_of_whole))
    return Distance(error, np.nan if cosine is None else cosine, float(np.mean(np.sign(one) == np.sign(other))))


class Comparison:
    """One scheme beside the full gradient, on one evaluated graph.

    Attributes
    ----------
    scheme
        The scheme.
    gradients
        Parameter -> what it finds; of a random scheme, its exact expectation.
    full
        Parameter -> the gradient.
    """

    def __init__(self, graph: Graph, scheme: Scheme, full: Mapping[str, Array]) -> None:
        self._graph, self.scheme, self.full = graph, scheme, full
        self.gradients = gradients_under(graph, scheme, list(full))

    def __repr__(self) -> str:
        """Return the scheme, and how far it is off."""
        return f"<Comparison of {self.scheme.name!r}: off by {self.distance.relative_error:.3g}>"

    @cached_property
    def distance(self) -> Distance:
        """How far off it is over all parameters together."""
        return distance(
            *(np.concatenate([g.reshape(-1) for g in each.values()]) for each in (self.gradients, self.full))
        )

    @cached_property
    def by_parameter(self) -> dict[str, Distance]:
        """Parameter -> how far off it is there."""
        return {name: distance(gradient, self.full[name]) for name, gradient in self.gradients.items()}

    def dropped(self, source: str, *, element: tuple[int, ...] | None = None) -> Dropped | None:
        """Return the paths that it drops; None where it drops entries, not paths. See `dropped_under`."""
        return dropped_under(self._graph, self.scheme, source, element=element)


def compare(graph: Graph, schemes: Iterable[str | Scheme]) -> tuple[Comparison, ...]:
    """Return what each scheme keeps of the gradient of every parameter.

    Parameters
    ----------
    graph
        An evaluated graph, at the detail of gates.
    schemes
        Names, rules as text, or schemes.

    Raises
    ------
    UnknownNameError, InputError
        If there is no such scheme, or it cannot be applied to the graph.

    Examples
    --------
    >>> from graphviz_lstm import evaluate, load_problem
    >>> (cut,) = compare(evaluate(load_problem("gomez")), ["lstm-1997"])
    >>> round(cut.distance.relative_error, 6), round(cut.distance.cosine, 6), cut.dropped("W_A").count
    (0.038929, 0.999783, 4)
    """
    if isinstance(schemes, str):
        raise InputError(f"not several schemes: {shorten(schemes)} (must be a list, such as [{shorten(schemes)}])")
    chosen = [scheme(each) for each in several("schemes", schemes)]
    if not chosen:
        raise InputError(f"no scheme to compare (known: {', '.join(SCHEMES)})")
    full = gradients_under(graph, scheme("full"))
    if not full:
        raise InputError(f"nothing to compare: cell {shorten(graph.graph['cell'].name)} has no parameters")
    return tuple(Comparison(graph, each, full) for each in chosen)
