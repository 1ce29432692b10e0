"""Back from a net to its layers: what `problems.net.stack` put together, taken apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.cells.cell import Cell
from graphviz_lstm.cells.expression import Apply, Parameter, Quantity, references, transform

if TYPE_CHECKING:
    from graphviz_lstm.cells.expression import Expression


def layers_of(net: Cell) -> tuple[tuple[Cell, ...], Cell | None]:
    """Return the layers and the readout of which a net of several was stacked, with plain names.

    `stack(*layers_of(net))` is `net` again, but for its name. A net of one layer is its own only layer, the readout's
    equations among its own; what input a layer reads is called `X`, or what its own names leave free.

    >>> from graphviz_lstm.cells import LSTM, RNN
    >>> from graphviz_lstm.problems.net import stack
    >>> layers, readout = layers_of(stack([RNN, LSTM], "Y[t] = V @ H[t] + c"))
    >>> [cell.equations == own.equations for cell, own in zip(layers, (RNN, LSTM))], readout.inputs
    ([True, True], ('H',))
    """
    numbers = sorted({layer for e in net.equations if (layer := net.name_of(e.quantity).layer) is not None})
    if not numbers:
        return (net,), None
    layers = [_unstacked(net, number) for number in numbers]
    # A layer's output is what the next one reads.
    read = {number: source for number in numbers if (source := _source(net, number)) is not None}
    given = {number - 1: net.name_of(key).base for number, key in read.items()}
    last = net.name_of(net.output)
    if last.layer is not None:
        given[last.layer] = last.base
    cells = [replace(cell, output=given.get(k, cell.output)) for k, cell in zip(numbers, layers, strict=True)]
    readout = None if last.layer is not None else _unstacked(net, None)
    return tuple(cells), readout


def _source(net: Cell, number: int) -> str | None:
    """Return the key that a layer reads of the layer before; None for the first."""
    before = {e.quantity for e in net.equations if net.name_of(e.quantity).layer == number - 1}
    return next((key for key in _read(net, number) if key in before), None)


def _read(net: Cell, number: int | None) -> list[str]:
    """Return the keys that the equations of one layer, or of the readout, read."""
    own = [e for e in net.equations if net.name_of(e.quantity).layer == number]
    return list(dict.fromkeys(reference.name for e in own for reference in references(e.expression)))


def _unstacked(net: Cell, number: int | None) -> Cell:
    """Return one layer of a net, or its readout, as a cell of its own."""
    own = [e for e in net.equations if net.name_of(e.quantity).layer == number]
    keys = [*_read(net, number), *(e.quantity for e in own)]
    renamed = {key: net.name_of(key).base for key in keys}
    source = None if number is None else _source(net, number)
    if source is not None:
        taken = {base for key, base in renamed.items() if key != source}
        free = "X"
        while free in taken:
            free += "_"
        renamed[source] = free

    def plain(part: Expression) -> Expression:
        if isinstance(part, Parameter | Quantity):
            return replace(part, name=renamed[part.name])
        if not isinstance(part, Apply):
            return part
        called = None if part.name is None else net.name_of(part.name).base
        return replace(part, operation=net.name_of(part.operation).base, name=called)

    equations = [
        replace(e, quantity=renamed[e.quantity], expression=transform(e.expression, plain), origin=renamed[e.origin])
        for e in own
    ]
    functions = {key: bound for key, bound in net.activations.items() if net.name_of(key).layer == number}
    return Cell(
        "readout" if number is None else f"layer {number}",
        tuple(equations),
        {net.name_of(key).base: bound for key, bound in functions.items()},
        renamed[net.output] if net.output in {e.quantity for e in own} else equations[-1].quantity,
        ranks={renamed[key]: net.ranks[key] for key in keys},
    )
