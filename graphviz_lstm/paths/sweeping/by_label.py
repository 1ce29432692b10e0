"""Questions asked of each class of paths apart: labels that add up along a path, and the algebra that keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from graphviz_lstm.errors import TooManyPathsError
from graphviz_lstm.paths.sweeping.algebra import Algebra

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

E = TypeVar("E")
V = TypeVar("V")

Label: TypeAlias = Any
"""A label that adds up along a path: a number, a tuple, a string (these concatenate) or a frozenset (a union)."""


# How many entries a label may have on the whole, where there are as many labels as there may be.
_ENTRIES = 100


class _Nothing:
    """The label of no edges at all, whatever kind of label the edges have."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING = _Nothing()


def join(label: Label, rest: Label, up_to: int | None = None) -> Label:
    """Return what two labels, one after the other, add up to; numbers above `up_to` are all `up_to + 1`.

    >>> join(1, 2), join("a", "b"), join(frozenset("a"), NOTHING), join(3, 4, up_to=5)
    (3, 'ab', frozenset({'a'}), 6)
    """
    if label is NOTHING:
        label = rest
    elif rest is not NOTHING:
        label = label | rest if isinstance(label, frozenset) else label + rest
    return label if up_to is None else min(label, up_to + 1)


class Room:
    """How long labels may be that concatenate or unite: all of one vertex together as long as this many, and each.

    Numbers take no room to speak of.
    """

    def __init__(self, most: int) -> None:
        self._most = most * _ENTRIES
        self._kept = self._longest = 0

    def is_full(self, label: Label) -> bool:
        """Take note of a label that is kept; return whether all that were kept should be let go."""
        length = _length(label)
        self._kept += length
        self._longest = max(self._longest, length)
        full = self._kept > self._most
        self._kept = 0 if full else self._kept
        return full

    def require_of_noted(self, labels: Collection[Label]) -> None:
        """Do as `require` of labels that were all taken note of: none is longer than the longest of these."""
        if len(labels) * self._longest > self._most:
            self.require(labels)

    def require(self, labels: Iterable[Label]) -> None:
        """Raise TooManyPathsError if labels of one vertex are too long together."""
        if sum(map(_length, labels)) > self._most:
            raise TooManyPathsError(
                f"the labels are more than {self._most:,} entries long together (group by one that is shorter)"
            )


def _length(label: Label) -> int:
    return len(label) if isinstance(label, tuple | str | frozenset) else 0


def by_label(
    inner: Algebra[E, V], most: int, up_to: int | None = None, *, backwards: bool = False
) -> Algebra[tuple[Label, E], Mapping[Label, V]]:
    """Return the algebra that asks a question by class: of the paths with each label apart.

    On a graph that is turned round, `backwards`, what an edge adds comes after the rest.

    Raises
    ------
    TooManyPathsError
        From the sweep, where the paths from one vertex have more than `most` labels, or labels as long as that.
    """
    # Few labels meet few others, again and again: label -> rest -> what they add up to.
    joined: dict[Label, dict[Label, Label]] = {}
    room = Room(most)
    move, add = inner.times, inner.plus

    def times(element: tuple[Label, E], classes: Mapping[Label, V]) -> Mapping[Label, V]:
        label, partial = element
        known = joined.get(label)
        if known is None:
            known = joined[label] = {}
        if len(known) > most:
            known.clear()
        grouped: dict[Label, V] = {}
        for rest, value in classes.items():
            key = known.get(rest, NOTHING)
            if key is NOTHING:
                key = join(rest, label, up_to) if backwards else join(label, rest, up_to)
                if room.is_full(key):
                    joined.clear()
                    known = joined.setdefault(label, {})
                known[rest] = key
            moved = move(partial, value)
            grouped[key] = add([grouped[key], moved]) if key in grouped else moved
        return grouped

    def plus(ways: Sequence[Mapping[Label, V]]) -> Mapping[Label, V]:
        if len(ways) == 1:
            room.require_of_noted(ways[0])
            return ways[0]
        grouped = _gathered(ways)
        room.require_of_noted(grouped)
        if len(grouped) > most:
            message = f"the label takes more than {most:,} values (group by one that takes fewer)"
            raise TooManyPathsError(message)
        return {label: values[0] if len(values) == 1 else add(values) for label, values in grouped.items()}

    return Algebra({}, {NOTHING: inner.one}, times, plus)


def _gathered(ways: Sequence[Mapping[Label, V]]) -> dict[Label, list[V]]:
    """Return label -> what each way has of it."""
    grouped: dict[Label, list[V]] = {}
    for way in ways:
        for label, value in way.items():
            if label in grouped:
                grouped[label].append(value)
            else:
                grouped[label] = [value]
    return grouped
