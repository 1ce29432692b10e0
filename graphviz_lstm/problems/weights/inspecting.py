"""What weights hold: whose they are, which net they make, and what cannot be explained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import InputError
from graphviz_lstm.problems.weights.finding import choose_net, find_nets
from graphviz_lstm.problems.weights.load import plan_of
from graphviz_lstm.problems.weights.read import read_weights

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from graphviz_lstm.problems.weights.entries import Weights
    from graphviz_lstm.problems.weights.load import Plan


@dataclass(frozen=True, slots=True)
class InspectedNet:
    """One recurrent net that weights hold.

    Attributes
    ----------
    framework
        Whose it is.
    prefixes
        What stands before the keys of its layers.
    plan
        What it is made of, or None where it cannot be read.
    named
        Whether prefixes and readout must be named: weights hold more than it.
    refused
        Why it cannot be read; empty where it can.
    """

    framework: str
    prefixes: tuple[str, ...]
    plan: Plan | None
    named: bool = False
    refused: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """What weights hold.

    Attributes
    ----------
    weights
        Keys, shapes and kinds of numbers.
    nets
        The recurrent nets among them.
    refused
        Why nothing can be explained; empty where there is a net.
    """

    weights: Weights
    nets: tuple[InspectedNet, ...]
    refused: str = ""

    def holds(self) -> dict[str, str]:
        """Return key -> what stands there, in words, of each that is a part of a net that can be read."""
        told: dict[str, str] = {}
        for net in self.nets:
            if net.plan is None:
                continue
            several = len(net.plan.layers) > 1
            for number, found in enumerate(net.plan.layers, start=1):
                for way, one in zip(("", ", backward"), found.directions, strict=False):
                    where = f", layer {number}{way}" if several else way
                    for stored in one.layout.arrays:
                        if stored.key in one.layer.keys:
                            told[one.layer.keys[stored.key]] = f"{', '.join(dict.fromkeys(stored.holds))}{where}"
            if net.plan.embedding is not None:
                told[net.plan.embedding.matrix] = "W_X, embedding"
            if net.plan.readout is not None:
                readout = net.plan.readout
                told |= {key: f"{name}, readout" for key, name in zip(readout.keys, ("V", "c"), strict=False)}
        return told


def inspect_weights(weights: str | os.PathLike[str] | Mapping[str, Any]) -> Inspection:
    """Return what weights hold; no number of them is read.

    Raises
    ------
    WeightsError, InputError
        If they cannot be read at all; what can be read and not explained is told by what is returned.

    Examples
    --------
    >>> import numpy as np
    >>> found = inspect_weights({"weight_ih_l0": np.zeros((8, 3)), "weight_hh_l0": np.zeros((8, 2))})
    >>> found.nets[0].framework, found.nets[0].plan.layers[0].units, found.holds()["weight_ih_l0"]
    ('PyTorch', 2, 'W_i, W_f, W_A, W_o')
    """
    held = read_weights(weights)
    try:
        nets = find_nets(held)
        if not nets:
            choose_net(held, None)
    except InputError as error:
        return Inspection(held, (), str(error))
    inspected = []
    for net in nets:
        several = len(nets) > 1
        try:
            plan = plan_of(held, prefix=net.prefixes if several else None)
        except InputError as error:
            inspected.append(InspectedNet(net.framework.name, net.prefixes, None, refused=str(error)))
            continue
        inspected.append(
            InspectedNet(net.framework.name, net.prefixes, plan, named=several or bool(plan.left or held.others))
        )
    return Inspection(held, tuple(inspected))
