"""What a scheme keeps of one source's gradient: how much of it, in which direction, along how many paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.gradients.schemes.compare import Distance, distance
from graphviz_lstm.gradients.schemes.dropped import dropped_under
from graphviz_lstm.gradients.schemes.gradient import gradients_under, parts_by_exit
from graphviz_lstm.gradients.sizes import part_of
from graphviz_lstm.graph.unroll import TARGET
from graphviz_lstm.paths import find_paths

if TYPE_CHECKING:
    from graphviz_lstm.gradients.schemes.scheme import Scheme
    from graphviz_lstm.graph.maps import Array
    from graphviz_lstm.graph.unroll import Graph


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """One scheme beside the full gradient of one source.

    Attributes
    ----------
    scheme
        The scheme.
    gradient
        What it finds, in the source's shape; of a random scheme, its exact expectation.
    share
        What is kept of the gradient, or of the entry that is looked at: 1 is all, NaN where that is zero. What is
        dropped is the rest.
    distance
        How far off it is, over all entries of the source.
    kept
        How many paths it leaves, of a random scheme those that it never drops; None where it drops entries, not paths.
    whole
        Of how many.
    """

    scheme: Scheme
    gradient: Array
    share: float
    distance: Distance
    kept: int | None
    whole: int


def kept_under(
    graph: Graph, scheme: Scheme, source: str, full: Array, *, element: tuple[int, ...] | None = None
) -> Kept:
    """Return what a scheme keeps of dE/d(source).

    Parameters
    ----------
    graph
        An evaluated graph, at the detail of gates.
    full
        dE/d(source).

    Raises
    ------
    UnknownVertexError, ShapeError, InputError
        If there is no such source or element, or the scheme cannot be applied to the graph.

    Examples
    --------
    >>> from graphviz_lstm import evaluate, load_problem, reverse
    >>> from graphviz_lstm.gradients.schemes import scheme
    >>> gomez = evaluate(load_problem("gomez"))
    >>> found = kept_under(gomez, scheme("lstm-1997"), "W_A", reverse(gomez)["W_A"], element=(0, 0))
    >>> round(found.share, 4), found.kept, found.whole
    (0.8986, 3, 7)
    """
    # First: it refuses a source or an element that is none.
    whole = find_paths(graph, source, TARGET, element=element).count
    gradient = gradients_under(graph, scheme, [source])[source]
    share = share_of(gradient, full, element)
    return Kept(scheme, gradient, share, distance(gradient, full), _kept(graph, scheme, source), whole)


def _kept(graph: Graph, scheme: Scheme, source: str) -> int | None:
    if scheme.per == "exit":
        parts = (part for part in parts_by_exit(graph, scheme) if source in part)
        return sum(find_paths(part, source, TARGET).count for part in parts)
    dropped = dropped_under(graph, scheme, source)
    return None if dropped is None else dropped.kept


def share_of(gradient: Array, full: Array, element: tuple[int, ...] | None = None) -> float:
    """Return how much of the full gradient another one has along it, or at one entry; NaN where that is zero.

    Infinite where it leaves the range of a float64.

    >>> share_of(np.array([1.0, 1.0]), np.array([2.0, 0.0])), share_of(np.ones(2), np.array([2.0, -4.0]), (1,))
    (0.5, -0.25)
    """
    if element is not None:
        gradient, full = gradient[element], full[element]
    return part_of(gradient, full) if full.any() else np.nan
