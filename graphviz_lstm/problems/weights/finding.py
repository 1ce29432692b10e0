"""Which recurrent layers weights hold, and whose: read off the keys alone, by the table of layouts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from graphviz_lstm.cells.library import cell as cell_named
from graphviz_lstm.cells.shapes import sizes_of
from graphviz_lstm.errors import UnknownNameError, WeightsError, describe_unknown, shorten
from graphviz_lstm.given import several
from graphviz_lstm.problems.weights.layouts import FRAMEWORKS, Framework, Layout, Stored

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from graphviz_lstm.problems.weights.entries import Weights


@dataclass(frozen=True, slots=True)
class FoundLayer:
    """Keys that belong to one recurrent layer.

    Attributes
    ----------
    framework
        Whose they are.
    prefix
        What stands before them: `encoder.lstm`.
    number
        The layer's number within the prefix, where keys hold one.
    keys
        What a key ends with, by the table -> the key.
    marked
        What a key ends with beside: `_reverse`.
    backward
        The layer that reads the same from the last step to the first; None where there is no such.
    """

    framework: Framework
    prefix: str
    number: int | None
    keys: dict[str, str]
    marked: str = ""
    backward: FoundLayer | None = None

    @property
    def directions(self) -> tuple[FoundLayer, ...]:
        """The layer itself, and what runs backward beside it."""
        return (self,) if self.backward is None else (self, self.backward)

    @property
    def called(self) -> str:
        """What it is called in messages: `'encoder.lstm', layer 0`."""
        told = shorten(self.prefix) if self.number is None else f"{shorten(self.prefix)}, layer {self.number}"
        return f"{told}, backward" if self.marked else told


@dataclass(frozen=True, slots=True)
class FoundNet:
    """Layers that stand on top of each other.

    Attributes
    ----------
    prefixes
        What stands before the keys of its layers, each once.
    layers
        The layers, the one that reads the inputs first.
    """

    prefixes: tuple[str, ...]
    layers: tuple[FoundLayer, ...]

    @property
    def framework(self) -> Framework:
        """Whose it is."""
        return self.layers[0].framework


@cache
def sizes_named(name: str) -> dict[str, tuple[Hashable, ...]]:
    """Return `sizes_of` the cell that a layout names: asked of every row of the table, for every file."""
    return dict(sizes_of(cell_named(name)))


def is_recurrent(stored: Stored, layout: Layout) -> bool:
    """Return whether an array is multiplied with what the layer itself gives: not a bias, nor with its inputs.

    >>> from graphviz_lstm.problems.weights.layouts import FRAMEWORKS
    >>> lstm = FRAMEWORKS[0].layouts[0]
    >>> [stored.key for stored in lstm.arrays if is_recurrent(stored, lstm)]
    ['weight_hh_l{k}']
    """
    cell = cell_named(layout.cell)
    sizes = sizes_named(layout.cell)
    own = sizes[stored.holds[0]]
    return len(own) == 2 and own[1] != sizes[cell.inputs[0]][0]


def find_nets(weights: Weights) -> list[FoundNet]:
    """Return the recurrent nets that weights hold, from the keys.

    Layers whose prefixes differ by numbers alone (`lstm`, `lstm_1`; `cells.0`, `cells.1`) are one net, in this order.

    Raises
    ------
    WeightsError
        If two frameworks' keys are there; a direction from the last step to the first alone, or one that is not read.
    """
    found = [layer for framework in FRAMEWORKS for layer in _layers(framework, weights)]
    names = list(dict.fromkeys(layer.framework.name for layer in found))
    if len(names) > 1:
        one, other = (next(layer for layer in found if layer.framework.name == name) for name in names[:2])
        raise WeightsError(
            f"two frameworks' keys: {shorten(_recurrent_key(one))} is {names[0]}'s and "
            f"{shorten(_recurrent_key(other))} {names[1]}'s (name one net by its prefix) in {weights.where}"
        )
    for layer in found:
        _require_forward(layer, weights)
    nets: dict[str, list[FoundLayer]] = {}
    for layer in found:
        nets.setdefault(_without_numbers(layer.prefix), []).append(layer)
    return [_net(layers) for layers in nets.values()]


def choose_net(weights: Weights, prefix: str | Sequence[str] | None) -> FoundNet:
    """Return the one net that weights hold, or the one of a prefix, of several prefixes in their order.

    Raises
    ------
    UnknownNameError
        If nothing recurrent has that prefix.
    WeightsError
        If there is none, or more than one and no prefix; see also `find_nets`.
    """
    if prefix is not None:
        given = several("prefix", prefix)
        if not given:
            raise WeightsError(f"no prefix: {shorten(prefix)} (leave it out where there is one net alone)")
        parts = [_under(weights, each) for each in given]
        return _net([layer for part in parts for layer in part.layers], ordered=True)
    nets = find_nets(weights)
    if not nets:
        known = ", ".join(framework.name for framework in FRAMEWORKS)
        keys = ", ".join(f"{shorten(key)} {entry}" for key, entry in list(weights.entries.items())[:4])
        raise WeightsError(f"no recurrent layer of {known}: holds {keys or 'nothing'} in {weights.where}")
    if len(nets) > 1:
        told = ", ".join(_telling(net) for net in nets)
        raise WeightsError(f"more than one recurrent net: {told} (name one by its prefix) in {weights.where}")
    return nets[0]


def _under(weights: Weights, prefix: str) -> FoundNet:
    """Return the net whose prefix this is, or begins with it."""
    if not isinstance(prefix, str):
        raise WeightsError(f"not a prefix: {shorten(prefix)} (must be a text) in {weights.where}")
    held = {key: entry for key, entry in weights.entries.items() if _within(key, prefix)}
    nets = find_nets(replace(weights, entries=held)) if held else []
    if not nets:
        known = [layer.prefix for framework in FRAMEWORKS for layer in _layers(framework, weights)]
        told = (
            describe_unknown("prefix", prefix, dict.fromkeys(known)) if known else f"unknown prefix: {shorten(prefix)}"
        )
        raise UnknownNameError(f"{told} of a recurrent layer in {weights.where}")
    if len(nets) > 1:
        told = ", ".join(_telling(net) for net in nets)
        raise WeightsError(f"more than one recurrent net: {told} (name one by its prefix) in {weights.where}")
    return nets[0]


def _within(key: str, prefix: str) -> bool:
    """Return whether a key stands under a prefix, or that of the other direction does."""
    keys = (key, *(framework.forward_key(key) for framework in FRAMEWORKS))
    return not prefix or any(each == prefix or each.startswith((f"{prefix}.", f"{prefix}/")) for each in keys)


def _telling(net: FoundNet) -> str:
    return " and ".join(map(shorten, net.prefixes))


@cache
def _pattern(key: str) -> re.Pattern[str]:
    """Return what a key of the table matches, with what stands before it."""
    pieces = (re.escape(piece).replace("/", "[./]") for piece in key.split("{k}"))
    return re.compile(rf"(?:(?P<prefix>.*)[./])?{'(?P<number>[0-9]{1,4})'.join(pieces)}", re.DOTALL)


def _layers(framework: Framework, weights: Weights) -> list[FoundLayer]:
    """Return the layers of one framework: wherever an array is multiplied with the layer's own state.

    Raises
    ------
    WeightsError
        If one runs backward, and none beside it forward.
    """
    rows = {stored.key: is_recurrent(stored, layout) for layout in framework.layouts for stored in layout.arrays}
    groups: dict[bool, dict[tuple[str, int | None], FoundLayer]] = {False: {}, True: {}}
    anchored: set[tuple[str, int | None]] = set()
    for key in weights.entries:
        plain = framework.forward_key(key)
        marked = key[len(plain) :] if key.startswith(plain) else ""
        for ending, recurrent in rows.items():
            match, own = (_pattern(ending).fullmatch(each) for each in (plain, key.removesuffix(marked)))
            if not (match and own):
                continue
            number = int(match["number"]) if "{k}" in ending else None
            # Of both directions the place is one; what stands before the keys may differ.
            place = (match["prefix"] or "", number)
            layer = FoundLayer(framework, own["prefix"] or "", number, {}, marked)
            groups[plain != key].setdefault(place, layer).keys.setdefault(ending, key)
            if recurrent:
                anchored.add(place)
    forward, backward = ({k: v for k, v in groups[way].items() if k in anchored} for way in (False, True))
    for place, layer in backward.items():
        if place not in forward:
            key = next(iter(layer.keys.values()))
            raise WeightsError(
                f"one direction alone: {shorten(key)} is {weights.entries[key]}, of a layer that runs backward (must "
                f"stand beside one that runs forward, {shorten(framework.forward_key(key))}) in {weights.where}"
            )
    return [replace(layer, backward=backward.get(place)) for place, layer in forward.items()]


def _require_forward(layer: FoundLayer, weights: Weights) -> None:
    """Refuse arrays that hold both directions by their first axis."""
    if backward := [key for key in layer.keys.values() if _directions(layer, key, weights) == 2]:
        raise WeightsError(
            f"both directions of {layer.framework.name} are not read: {shorten(backward[0])} is "
            f"{weights.entries[backward[0]]} (what can be explained is a net that runs from the first step to the last)"
            f" in {weights.where}"
        )


def _directions(layer: FoundLayer, key: str, weights: Weights) -> int:
    """Return how many directions an array has, where its first axis says so."""
    leading = {stored.key for layout in layer.framework.layouts for stored in layout.arrays if stored.leading}
    shape = weights.entries[key].shape
    return shape[0] if shape and any(layer.keys.get(ending) == key for ending in leading) else 1


def _recurrent_key(layer: FoundLayer) -> str:
    rows = {s.key for layout in layer.framework.layouts for s in layout.arrays if is_recurrent(s, layout)}
    return next(key for ending, key in layer.keys.items() if ending in rows)


def _without_numbers(prefix: str) -> str:
    return re.sub(r"_?[0-9]+", "", prefix)


def _net(layers: Sequence[FoundLayer], *, ordered: bool = False) -> FoundNet:
    """Return layers in their order: that of the numbers in their keys."""

    def place(layer: FoundLayer) -> tuple[tuple[int, ...], int]:
        # `lstm` stands before `lstm_1`.
        numbers = re.findall(r"(?:_?[0-9]+)|(?<=[A-Za-z])(?=[./]|$)", layer.prefix)
        return tuple(int(n.strip("_")) if n else -1 for n in numbers), layer.number or 0

    chosen = tuple(layers if ordered else sorted(layers, key=place))
    return FoundNet(tuple(dict.fromkeys(layer.prefix for layer in chosen)), chosen)
