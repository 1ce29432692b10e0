"""Nets of several cells: layers on top of each other, what they read made of tokens, a readout, as one cell.

What belongs to layer k is kept under a key that no identifier is, such as `H^(2)`, and what belongs to a cell that runs
backward under `H^(2<)`; how it reads follows from its `Name`, which knows both. A net of one forward layer has plain
names, with a readout or without.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from graphviz_lstm.cells.arguments import name_arguments
from graphviz_lstm.cells.cell import Cell, Equation
from graphviz_lstm.cells.expression import Apply, Number, Parameter, Quantity, add, transform
from graphviz_lstm.cells.names import Name
from graphviz_lstm.cells.parse import parse_cell
from graphviz_lstm.errors import EquationError, InputError, UnknownNameError, describe_unknown, shorten
from graphviz_lstm.problems.arrays import whole_number
from graphviz_lstm.problems.layer import ADDED, BACKWARD, Layer, turned

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from graphviz_lstm.cells.expression import Expression

_KINDS = ("a number", "a vector", "a matrix")


def key_of(base: str, layer: int | None, part: str = "") -> str:
    """Return the key of what is called `base` in a layer of several, or in one of its cells; else it is its name.

    >>> key_of("H", 2), key_of("H", None), key_of("H", 2, "<"), key_of("H", 1, "+")
    ('H^(2)', 'H', 'H^(2<)', 'H^(1+)')
    """
    told = f"{'' if layer is None else layer}{part}"
    return f"{base}^({told})" if told else base


def stack(
    cells: Sequence[Cell | Layer],
    readout: str | Cell | None = None,
    *,
    embedding: str | Cell | None = None,
    reads: Mapping[str, int] | None = None,
    name: str | None = None,
) -> Cell:
    """Return layers on top of each other as one cell.

    Parameters
    ----------
    cells
        The layers, the one that reads the net's inputs first: cells that run forward, or each a `Layer`. Every other
        reads one input: what the layer before puts out, at the same step.
    readout
        Equations, as text or as a cell without states, whose inputs are named as quantities of the last layer:
        `"Y[t] = V @ H[t] + c"`; or, past all layers, as what the first one reads: `"Y[t] = V @ H[t] + D @ X[t]"`. Its
        output is then the net's. The layer's own output is what it puts out: of both directions, what is joined; of a
        residual layer, the sum.
    embedding
        Equations without states that make what the first layer reads: `"X[t] = row(W_X, k[t])"`.
    reads
        What the readout reads of lower layers: `{"G": 1}` says that its `G[t]` is what layer 1 puts out.
    name
        What the net is called; its layers' names joined by `+` where it is not told.

    Raises
    ------
    InputError
        If a layer reads another number of inputs, or what is stacked is no cell, or a net of layers already; if `reads`
        names no lower layer.
    UnknownNameError
        If the readout reads what is no quantity of the last layer, or the embedding makes what the first does not read;
        if a name of `reads` is in no equation of the readout.
    EquationError
        If two things would bear one name, or an equation of the readout cannot be read.

    Examples
    --------
    >>> from graphviz_lstm.cells import LSTM, RNN
    >>> net = stack([RNN, LSTM], "Y[t] = V @ H[t] + c")
    >>> net.inputs, net.states, net.output, net.parameters[-2:]
    (('X',), ('H^(1)', 'S^(2)', 'H^(2)'), 'Y', ('V', 'c'))
    >>> net = stack([Layer(RNN, "both")], "Y[t] = V @ H[t]", embedding="X[t] = row(W_X, k[t])")
    >>> net.inputs, net.states, net.equations[-2].quantity
    (('k',), ('H^(1>)', 'H^(1<)'), 'H^(1)')
    >>> net = stack([RNN, LSTM], "Y[t] = V @ H[t] + V_G @ G[t]", reads={"G": 1})
    >>> net.inputs, net.parameters[-2:]
    (('X',), ('V', 'V_G'))
    """
    layers = _checked(cells)
    first, last = layers[0], layers[-1]
    lower = _lower(reads, readout, layers)
    if readout is None and embedding is None and not is_numbered(layers):
        return first.cell if name is None else replace(first.cell, name=name)
    building = _Net(numbered=is_numbered(layers))
    if embedding is not None:
        building.add_embedding(_embedding(embedding, first.cell))
    for number, layer in enumerate(layers, start=1):
        building.add_layer(layer, number)
    if readout is not None:
        building.add_readout(_readout(readout, layers, lower), last, len(layers), lower)
    return building.cell(net_name([layer.name for layer in layers], readout, embedding) if name is None else name)


def is_numbered(layers: Sequence[Layer]) -> bool:
    """Return whether names say of which layer they are: not those of one forward layer.

    >>> from graphviz_lstm.cells import RNN
    >>> is_numbered([Layer(RNN)]), is_numbered([Layer(RNN, "both")])
    (False, True)
    """
    return len(layers) > 1 or layers[0].direction != "forward" or layers[0].residual


def net_name(layers: Sequence[str], readout: object, embedding: object = None) -> str:
    """Return what a net is called unless it is told: after its layers.

    >>> net_name(["rnn", "lstm"], "Y[t] = V @ H[t]")
    'rnn+lstm+readout'
    """
    before = ["embedding"] if embedding is not None else []
    return "+".join([*before, *layers, *(["readout"] if readout is not None else [])])


def _checked(cells: Sequence[Cell | Layer]) -> list[Layer]:
    if isinstance(cells, Cell | Layer | str) or not hasattr(cells, "__iter__"):
        raise InputError(f"not a list of cells: {shorten(cells)} (must be such as [LSTM, LSTM])")
    given = list(cells)
    if not given:
        raise InputError("no cells: a net has one layer at least")
    layers = []
    for number, told in enumerate(given, start=1):
        if not isinstance(told, Cell | Layer):
            raise InputError(f"not a cell: layer {number} is {shorten(told)} (must be a Cell, such as LSTM)")
        layer = told if isinstance(told, Layer) else Layer(told)
        cell = layer.cell
        if any(called.layer is not None or called.part for called in cell.names.values()):
            raise InputError(
                f"cell {cell.name!r} as layer {number} is a net of layers already: stack its cells instead"
            )
        if number > 1 and len(cell.inputs) != 1:
            raise InputError(
                f"cell {cell.name!r} as layer {number} reads {len(cell.inputs)} inputs "
                f"(must read one, the output of layer {number - 1})"
            )
        layers.append(layer)
    return layers


def _embedding(embedding: str | Cell, first: Cell) -> Cell:
    """Return the embedding as a cell without states, whose quantities the first layer reads."""
    cell = _without_states(embedding, "embedding")
    if cell.output not in first.inputs:
        raise UnknownNameError(f"{describe_unknown('input', cell.output, first.inputs)} of what the embedding makes")
    return cell


def _without_states(told: str | Cell, what: str, known: Mapping[str, int] | None = None) -> Cell:
    if isinstance(told, Cell):
        cell = told
    elif isinstance(told, str):
        cell = parse_cell(what, told)
        ranks = {name: rank for name, rank in (known or {}).items() if name in cell.inputs}
        cell = parse_cell(what, told, ranks=ranks)
    else:
        article = "an" if what[0] in "aeiou" else "a"
        raise InputError(f"not {article} {what}: {shorten(told)} (must be equations as text, or a Cell)")
    if cell.states:
        raise InputError(f"the {what} has states: {', '.join(map(repr, cell.states))} (a cell with states is a layer)")
    return cell


def _lower(reads: Mapping[str, int] | None, readout: object, layers: Sequence[Layer]) -> dict[str, int]:
    """Return which lower layers the readout reads, each by the name that it has there."""
    if reads is None:
        return {}
    if not hasattr(reads, "items"):
        raise InputError(f"not a mapping from names to layers: reads is {shorten(reads)} (must be such as {{'G': 1}})")
    if reads and readout is None:
        raise InputError("no readout: reads says what one reads of lower layers")
    if reads and len(layers) == 1:
        raise InputError("no lower layer: reads is of several layers, and there is one")
    for name, number in reads.items():
        if not isinstance(name, str):
            raise InputError(f"not a name: {shorten(name)} in reads")
        whole_number(f"reads.{name}", number, least=1, most=len(layers) - 1)
    return dict(reads)


def _readout(readout: str | Cell, layers: Sequence[Layer], lower: Mapping[str, int]) -> Cell:
    """Return the readout as a cell whose inputs have the ranks of what they are named as."""
    first, last = layers[0], layers[-1]
    quantities = _readable(last)
    past = {name: first.cell.ranks[name] for name in first.cell.inputs}
    below = {name: layers[number - 1].cell for name, number in lower.items()}
    for name, number in lower.items():
        if name in quantities or name in past:
            other = "a quantity of the last layer" if name in quantities else "what the first layer reads"
            raise EquationError(
                f"two things would be called {name!r} in the readout: {other} and what layer {number} puts out "
                "(rename one)"
            )
    ranks = {name: last.cell.ranks[name] for name in quantities}
    ranks |= {name: rank for name, rank in past.items() if name not in ranks}
    ranks |= {name: cell.ranks[cell.output] for name, cell in below.items()}
    cell = _without_states(readout, "readout", ranks)
    for name in cell.inputs:
        if name not in ranks:
            raise UnknownNameError(f"{describe_unknown('quantity', name, list(ranks))} in the readout")
    for name in lower:
        if name not in cell.inputs:
            raise UnknownNameError(f"unread name: {name!r} of reads is in no equation of the readout as an input")
    return cell


def _readable(layer: Layer) -> list[str]:
    """Return the quantities of a layer that a readout may name."""
    # Of two cells each has quantities of its own; what they have in common is what is joined.
    quantities = [equation.quantity for equation in layer.cell.equations]
    return quantities if layer.direction != "both" else [layer.cell.output]


class _Net:
    """A net that is being stacked: its equations so far, and what each key is."""

    def __init__(self, *, numbered: bool) -> None:
        self._numbered = numbered
        self._equations: list[Equation] = []
        self._activations: dict[str, str] = {}
        self._names: dict[str, Name] = {}
        self._ranks: dict[str, int] = {}
        self._claims: dict[str, str] = {}
        self._groups: list[tuple[str, ...]] = []
        self._output = ""
        self._put_out: list[str] = []

    def add_embedding(self, cell: Cell) -> None:
        """Begin with equations that make what the first layer reads."""
        where = "of the embedding"
        renamed = {name: self._claim(name, "", "input", where, cell.ranks[name]) for name in cell.inputs}
        self._add(cell, "", where, renamed)

    def add_layer(self, layer: Layer, number: int) -> None:
        """Put a layer on top of what there is."""
        cell, where = layer.cell, f"of layer {number}"
        above = str(number) if self._numbered else ""
        if number > 1:
            read = dict.fromkeys(cell.inputs, self._output)
        else:
            made = {equation.quantity for equation in self._equations}
            read = {
                name: name if name in made else self._claim(name, "", "input", where, cell.ranks[name])
                for name in cell.inputs
            }
        self._require_ranks(cell, read, f"layer {number}")
        for part in layer.parts:
            self._add(turned(cell) if part == BACKWARD else cell, f"{above}{part}", where, dict(read))
        outputs = [f"{above}{part}" for part in layer.parts]
        self._output = _key(cell.output, outputs[0])
        if len(outputs) > 1:
            both = tuple(Quantity(_key(cell.output, each)) for each in outputs)
            self._output = self._made(cell, above, where, Apply("concat", both))
        if layer.residual:
            (source,) = read.values()
            whole = add(Quantity(self._output), Quantity(source))
            self._output = self._made(cell, f"{above}{ADDED}", where, whole)
        self._put_out.append(self._output)

    def _made(self, cell: Cell, above: str, where: str, expression: Expression) -> str:
        """Add what a layer puts out beside what its cell does, and return its key."""
        key = self._claim(cell.output, above, "quantity", where, cell.ranks[cell.output])
        self._equations.append(Equation(key, expression))
        return key

    def add_readout(self, cell: Cell, last: Layer, number: int, lower: Mapping[str, int]) -> None:
        """Put equations that read the last layer, and lower ones, on top of what there is."""
        above = f"{number if self._numbered else ''}{last.parts[0]}"
        quantities = _readable(last)
        # What is no quantity of the last layer is what the first one reads.
        renamed = {name: _key(name, above) if name in quantities else name for name in cell.inputs} | (
            {last.cell.output: self._output} if last.cell.output in cell.inputs else {}
        )
        renamed |= {name: self._put_out[below - 1] for name, below in lower.items()}
        self._require_ranks(cell, renamed, "the readout")
        for general, concrete in cell.activations.items():
            if self._activations.get(general, concrete) != concrete:
                own = self._activations[general]
                raise EquationError(
                    f"{general!r} is {own!r} in cell {last.cell.name!r} and {concrete!r} in the readout (rename one)"
                )
        self._add(cell, "", "of the readout", renamed)
        self._output = cell.output

    def cell(self, name: str) -> Cell:
        """Return what was stacked."""
        # Embedding and readout, and in a net without numbers the cell between them, are one text: its arguments are
        # named as if it had been read as one.
        together = [e for e in self._equations if e.quantity not in self._names]
        plain = [replace(e, expression=transform(e.expression, _without_name)) for e in together]
        others = self._claims.keys() - self._names.keys()
        named = {e.quantity: e for e in name_arguments(plain, self._activations, others)}
        equations = [named.get(e.quantity, e) for e in self._equations]
        return Cell(
            name,
            tuple(equations),
            self._activations,
            self._output,
            names=self._names,
            ranks=self._ranks,
            groups=tuple(self._groups),
        )

    def _require_ranks(self, cell: Cell, renamed: Mapping[str, str], reader: str) -> None:
        for name, key in renamed.items():
            due, given = cell.ranks[name], self._ranks[key]
            if due != given:
                raise EquationError(f"{reader} reads {name!r} as {_KINDS[due]}, but {key!r} is {_KINDS[given]}")

    def _add(self, cell: Cell, above: str, where: str, renamed: dict[str, str]) -> None:
        """Take the equations of a cell, `renamed` being what its inputs are called in the net.

        `above` says which layer and which part of it they are: `"2<"`.
        """
        for name in cell.parameters:
            renamed[name] = self._claim(name, above, "parameter", where, cell.ranks[name])
        for equation in cell.equations:
            quantity = equation.quantity
            what = "state" if quantity in cell.states else "quantity"
            renamed[quantity] = self._claim(quantity, above, what, where, cell.ranks[quantity])
        self._groups += (tuple(renamed[name] for name in group) for group in cell.groups)
        functions = {general: _key(general, above) for general in cell.activations}
        self._activations |= {functions[general]: concrete for general, concrete in cell.activations.items()}
        if above:
            self._names |= {key: _name(general, above) for general, key in functions.items()}

        def moved(part: Expression) -> Expression:
            if isinstance(part, Parameter | Quantity):
                return replace(part, name=renamed[part.name])
            if isinstance(part, Number) and part.name and self._numbered:
                # Two layers may have constants of one name and other numbers.
                return replace(part, name=self._claim(part.name, above, "constant", where, None))
            if not isinstance(part, Apply):
                return part
            called = part.name
            if called is not None and above:
                called = self._claim(called, above, "argument", where, None)
            return replace(part, operation=functions.get(part.operation, part.operation), name=called)

        for equation in cell.equations:
            quantity, origin = renamed[equation.quantity], renamed[equation.origin]
            expression = transform(equation.expression, moved)
            self._equations.append(replace(equation, quantity=quantity, expression=expression, origin=origin))

    def _claim(self, base: str, above: str, what: str, where: str, rank: int | None) -> str:
        """Return the key of a name, which nothing else may bear."""
        key, claim = _key(base, above), f"{what} {base!r} {where}"
        if self._claims.setdefault(key, claim) != claim:
            raise EquationError(f"two things would be called {key!r}: {self._claims[key]} and {claim} (rename one)")
        if above:
            self._names[key] = _name(base, above)
        if rank is not None:
            self._ranks[key] = rank
        return key


def _key(base: str, above: str) -> str:
    return f"{base}^({above})" if above else base


def _name(base: str, above: str) -> Name:
    digits = above.rstrip("<>+")
    return Name(base, layer=int(digits) if digits else None, part=above[len(digits) :])


def _without_name(part: Expression) -> Expression:
    return replace(part, name=None) if isinstance(part, Apply) else part
