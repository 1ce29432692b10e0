"""Paths by class: count and sum of all paths that share a label, without listing one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.paths.compiled.wide import narrow
from graphviz_lstm.paths.facts import Masses, masses_of
from graphviz_lstm.paths.grouping.labels import edge_labels, in_order, require_countable
from graphviz_lstm.paths.listing.alone import LARGEST, SMALLEST
from graphviz_lstm.paths.sweeping.by_label import NOTHING, join
from graphviz_lstm.paths.sweeping.sums import sum_up_by_label
from graphviz_lstm.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from graphviz_lstm.paths.compiled.dag import Edge
    from graphviz_lstm.paths.compiled.linear_map import Value
    from graphviz_lstm.paths.facts import Facts, Whole
    from graphviz_lstm.paths.listing.path import Path
    from graphviz_lstm.paths.sweeping.by_label import Label
    from graphviz_lstm.paths.sweeping.sums import Sums
    from graphviz_lstm.paths.sweeping.sweep import Progress

MOST_CLASSES = 100_000
_UNKNOWN = Masses(None, None)


@dataclass(frozen=True, slots=True, eq=False)
class Group(Shown):
    """The paths of one label.

    Attributes
    ----------
    label
        What their edges' labels add up to.
    count
        How many they are.
    contribution
        The sum of their contributions.
    share
        The sum of their shares.
    positive, negative
        The sums of their positive and of their negative shares. None in a graph of more than 10,000 paths of vectors:
        there a path's sign takes listing it.
    sizes
        The same two sums of what shares are made of: contributions along the total, up to a power of two, or of the
        entry that is looked at. Where the total is zero there are no shares, and these tell of the sums of entries.
    """

    label: Label
    count: int
    contribution: Value
    share: float
    positive: float | None
    negative: float | None
    sizes: Masses = _UNKNOWN

    @property
    def masses(self) -> Masses:
        """The same two sums, with what they make together and apart."""
        return Masses(self.positive, self.negative)

    @property
    def cancellation(self) -> float | None:
        """Which part of the |shares| cancels within the group: 0 where all have one sign, 1 where nothing is left."""
        mass = self.masses.mass
        # Shares that leave the range of a float64 do not say it; what they are made of may.
        lost = mass is not None and (mass < SMALLEST or mass > LARGEST)
        return self.sizes.cancellation if lost and self.sizes.mass else self.masses.cancellation


def group(
    facts: Facts,
    label: str | Callable[[Edge], Label],
    up_to: int | None,
    listed: Iterable[Path] | None,
    progress: Progress | None = None,
) -> dict[Label, Group]:
    """Return the groups by label, in the order of the labels where they have one. See `PathSet.group_by`.

    `listed` are all paths, where these are few enough to be listed for their signs, if no sweep can tell them.
    """
    labels = edge_labels(facts.dag, label)
    if up_to is not None:
        require_countable(facts.dag, labels)
    classes = sum_up_by_label(facts.dag, facts.along, labels, MOST_CLASSES, up_to, progress=progress)
    known = all(sums.positive is not None for sums in classes.values())
    by_listing = (
        {}
        if known or listed is None
        else _list_masses(dict(zip(facts.dag.edges, labels, strict=True)), up_to, listed, facts.whole)
    )
    return groups_of(classes, facts.whole, by_listing)


def groups_of(
    classes: Mapping[Label, Sums], whole: Whole, by_listing: Mapping[Label, tuple[Masses, Masses]]
) -> dict[Label, Group]:
    """Return sums by label as groups, in the order of the labels where they have one; masses that were listed first."""
    groups = {}
    for name in in_order(list(classes)):
        sums = classes[name]
        masses, sizes = by_listing.get(name) or (masses_of(sums, whole), _sizes_of(sums))
        # The empty path has no labels to add up: 0 stands for their sum.
        shown: Label = 0 if name is NOTHING else name
        share = float(narrow(whole.share(sums.total)))
        groups[shown] = Group(shown, sums.number, narrow(sums.total), share, masses.positive, masses.negative, sizes)
    return groups


def _sizes_of(sums: Sums) -> Masses:
    """Return the sums of the positive and of the negative sizes, where these are known."""
    if sums.positive is None or sums.negative is None:
        return Masses(None, None)
    return Masses(float(narrow(sums.positive)), 0.0 - float(narrow(sums.negative)))


def _list_masses(
    labels: Mapping[Edge, Label], up_to: int | None, listed: Iterable[Path], whole: Whole
) -> dict[Label, tuple[Masses, Masses]]:
    """Return by label the sums of the positive and of the negative shares, and of sizes, path by path."""
    masses: dict[Label, tuple[float, ...]] = {}
    for path in listed:
        label: Label = NOTHING
        for edge in reversed(path.edges):
            label = join(labels[edge], label, up_to)
        contribution, part = path.numbers
        share, size = float(narrow(part)), float(narrow(whole.along(contribution)))
        told = (max(share, 0.0), min(share, 0.0), max(size, 0.0), min(size, 0.0))
        masses[label] = tuple(map(sum, zip(masses.get(label, (0.0,) * 4), told, strict=True)))
    return {label: (Masses(*parts[:2]), Masses(*parts[2:])) for label, parts in masses.items()}
