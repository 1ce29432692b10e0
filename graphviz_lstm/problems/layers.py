"""Back from a net to its layers: what `problems.net.stack` put together, taken apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from graphviz_lstm.cells.cell import Cell
from graphviz_lstm.cells.expression import Apply, Number, Parameter, Quantity, references, transform, walk
from graphviz_lstm.errors import EquationError
from graphviz_lstm.problems.layer import ADDED, BACKWARD, FORWARD, Layer, turned
from graphviz_lstm.problems.net import key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphviz_lstm.cells.cell import Equation
    from graphviz_lstm.cells.expression import Expression


class Stacked(NamedTuple):
    """What a net was stacked of: `stack(layers, readout, embedding=embedding, reads=reads)` is it, but for its name."""

    layers: tuple[Layer, ...]
    readout: Cell | None
    embedding: Cell | None
    reads: Mapping[str, int] | None = None


def layers_of(net: Cell) -> Stacked:
    """Return the layers, the readout and the embedding of which a net was stacked, with plain names.

    A net of one forward layer is its own only layer, the equations of readout and embedding among its own; what input
    a layer reads is called `X`, or what its own names leave free.

    >>> from graphviz_lstm.cells import LSTM, RNN
    >>> from graphviz_lstm.problems.net import stack
    >>> layers, readout, *_ = layers_of(stack([Layer(RNN, "both"), LSTM], "Y[t] = V @ H[t] + c"))
    >>> [layer.cell.equations == own.equations for layer, own in zip(layers, (RNN, LSTM))], readout.inputs
    ([True, True], ('H',))
    >>> [layer.direction for layer in layers]
    ['both', 'forward']
    """
    names = [net.name_of(equation.quantity) for equation in net.equations]
    if not any(name.layer for name in names):
        return Stacked((Layer(net),), None, None)
    taking = _Taking(net)
    layers = tuple(taking.layer(number) for number in sorted({name.layer for name in names if name.layer}))
    return Stacked(layers, *taking.beside(layers))


class _Taking:
    """A net that is taken apart: which of its equations have been seen to be whose."""

    def __init__(self, net: Cell) -> None:
        self._net = net
        self._left = {equation.quantity: equation for equation in net.equations}

    def layer(self, number: int) -> Layer:
        """Take a layer's equations."""
        of_part: dict[str, list[Equation]] = {}
        for equation in self._net.equations:
            name = self._net.name_of(equation.quantity)
            if name.layer == number:
                of_part.setdefault(name.part, []).append(equation)
        backward = BACKWARD in of_part
        direction = "both" if FORWARD in of_part else "backward" if backward else "forward"
        own = of_part.get(FORWARD) or of_part.get(BACKWARD) or of_part[""]
        put_out = self._put_out(of_part, own, direction)
        cell = _plain(self._net, own, put_out, f"layer {number}", first=number == 1)
        for equations in of_part.values():
            for equation in equations:
                del self._left[equation.quantity]
        turn = direction == "backward"
        return Layer(turned(cell) if turn else cell, direction, residual=ADDED in of_part)  # type: ignore[arg-type]

    def _put_out(self, of_part: dict[str, list[Equation]], own: list[Equation], direction: str) -> str:
        """Return the key of what a layer's cell puts out: what is joined or added, or read by the layer above."""
        joined = of_part[""] if direction == "both" else []
        for equation in [*joined, *of_part.get(ADDED, [])]:
            read = {reference.name for reference in references(equation.expression)}
            return next(each.quantity for each in own if each.quantity in read)
        within = {equation.quantity for equation in own}
        readers = [equation for equation in self._net.equations if equation.quantity not in within]
        number = (self._net.name_of(own[0].quantity).layer or 0) + 1
        above = [e for e in readers if self._net.name_of(e.quantity).layer == number]
        for equation in above:
            for reference in references(equation.expression):
                if reference.name in within:
                    return reference.name
        return self._net.output if self._net.output in within else own[-1].quantity

    def beside(self, layers: Sequence[Layer]) -> tuple[Cell | None, Cell | None, dict[str, int]]:
        """Return the readout, the embedding, and what the readout reads of layers below the last one."""
        taken = [e for e in self._net.equations if e.quantity not in self._left]
        before = {reference.name for e in taken for reference in references(e.expression)} & set(self._left)
        # What the layers read is made of what stands before it.
        for name in list(reversed(self._left)):
            if name in before:
                before |= {r.name for r in references(self._left[name].expression)} & set(self._left)
        read_out = [e for name, e in self._left.items() if name not in before]
        embedded = [e for name, e in self._left.items() if name in before]
        after = {e.quantity for e in read_out}
        output = self._net.output
        embedding = _plain(self._net, embedded, embedded[-1].quantity, "embedding") if embedded else None
        if not read_out:
            return None, embedding, {}
        last = len(layers)
        below = {
            reference.name: number
            for equation in read_out
            for reference in references(equation.expression)
            if (number := self._net.name_of(reference.name).layer) is not None and number < last
        }
        for key, number in below.items():
            if key != _put_out_by(layers[number - 1], number):
                raise EquationError(
                    f"the readout of net {self._net.name!r} reads {key!r}, which layer {number} does not put out"
                )
        top = output if output in after else read_out[-1].quantity
        free = self._free_names(below, last)
        readout = _plain(self._net, read_out, top, "readout", called=free)
        return readout, embedding, {free[key]: number for key, number in below.items()}

    def _free_names(self, keys: Iterable[str], last: int) -> dict[str, str]:
        """Return what a readout may call quantities of lower layers: what nothing that it may read is called."""
        names = (self._net.name_of(key) for key in self._net.ranks)
        taken = {name.base for name in names if name.layer in (None, 1, last)}
        free = {}
        for key in keys:
            name = self._net.name_of(key)
            base = f"{name.base}{name.layer}"
            while base in taken:
                base += "_"
            taken.add(base)
            free[key] = base
        return free


def _put_out_by(layer: Layer, number: int) -> str:
    """Return the key of what a layer of several puts out."""
    part = ADDED if layer.residual else BACKWARD if layer.direction == "backward" else ""
    return key_of(layer.cell.output, number, part)


def _plain(
    net: Cell,
    own: list[Equation],
    output: str,
    named: str,
    *,
    first: bool = True,
    called: Mapping[str, str] | None = None,
) -> Cell:
    """Return some equations of a net as a cell of their own, what is `called` otherwise under those names."""
    read = dict.fromkeys(reference.name for e in own for reference in references(e.expression))
    keys = list(dict.fromkeys([*read, *(e.quantity for e in own)]))
    renamed = {key: net.name_of(key).base for key in keys} | dict(called or {})
    if not first:
        _free_input(net, own, renamed)

    def plain(part: Expression) -> Expression:
        if isinstance(part, Parameter | Quantity):
            return replace(part, name=renamed[part.name])
        if isinstance(part, Number) and part.name:
            return replace(part, name=net.name_of(part.name).base)
        if not isinstance(part, Apply):
            return part
        argument = None if part.name is None else net.name_of(part.name).base
        return replace(part, operation=net.name_of(part.operation).base, name=argument)

    equations = [
        replace(e, quantity=renamed[e.quantity], expression=transform(e.expression, plain), origin=renamed[e.origin])
        for e in own
    ]
    within = {e.quantity for e in own}
    of = net.name_of(own[0].quantity)
    used = {part.operation for e in own for part in walk(e.expression) if isinstance(part, Apply)}
    functions = {
        key: bound
        for key, bound in net.activations.items()
        if (own_name := net.name_of(key)).layer == of.layer
        and own_name.part == of.part
        and (key in used or own_name.layer is not None)
    }
    return Cell(
        named,
        tuple(equations),
        {net.name_of(key).base: bound for key, bound in functions.items()},
        renamed[output],
        ranks={renamed[key]: net.ranks[key] for key in keys},
        groups=tuple(tuple(renamed[key] for key in group) for group in net.groups if within.issuperset(group)),
    )


def _free_input(net: Cell, own: list[Equation], renamed: dict[str, str]) -> None:
    """Call what a layer reads of the one before what no name of its own is."""
    within = {equation.quantity for equation in own}
    quantities: Mapping[str, None] = dict.fromkeys(equation.quantity for equation in net.equations)
    for source in [key for key in renamed if key in quantities and key not in within]:
        taken = {base for key, base in renamed.items() if key != source}
        free = "X"
        while free in taken:
            free += "_"
        renamed[source] = free
