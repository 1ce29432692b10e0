"""A net of layers and its numbers in a few lines of Python: the words are those of version 2 of the JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm.cells.cell import Cell
from graphviz_lstm.cells.expression import Parameter, references
from graphviz_lstm.cells.shapes import SizeBook
from graphviz_lstm.errors import InputError, NumberError, shorten
from graphviz_lstm.problems.arrays import array_of, whole_number
from graphviz_lstm.problems.counted import row_of_mask
from graphviz_lstm.problems.document import VERSION, net_of, problem_from
from graphviz_lstm.problems.net import is_numbered, key_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    from graphviz_lstm.problems.layer import Layer
    from graphviz_lstm.problems.problem import Problem

    # Parameter of the net -> a mapping, and its name in that.
    Places = dict[str, tuple[dict[str, Any], str]]


def stack_problem(  # noqa: PLR0913 -- what a file has
    layers: Sequence[str | Cell | Mapping[str, Any]],
    *,
    inputs: ArrayLike | Mapping[str, ArrayLike],
    losses: Sequence[Mapping[str, Any]],
    readout: str | Mapping[str, Any] | None = None,
    embedding: Mapping[str, Any] | None = None,
    hidden: int | None = None,
    seed: int | None = None,
    first_step: int = 1,
    name: str = "problem",
    about: str = "",
    texts: Sequence[str] = (),
) -> Problem:
    """Return a problem of layers on top of each other.

    Parameters
    ----------
    layers
        For each layer its cell, by name or itself, or a mapping with the keys that a layer has in a file:
        `{"cell": "gru", "direction": "both", "residual": True, "parameters": ...}`.
    inputs
        Name -> (T, *shape); of a net that reads one, the array. Tokens are whole numbers, (T,).
    losses
        Mappings with the keys that a loss has in a file: `{"kind": "cross_entropy", "steps": "last", "targets": [2]}`.
    readout
        Its equations, `"Y[t] = V @ H[t] + c"`, or a mapping as in a file.
    embedding
        As in a file: `{"parameters": {"W_X": ...}}`, of which tokens pick the rows.
    hidden, seed
        With a seed, parameters that are not given are drawn, uniform within 1 / sqrt(hidden), for so many units in
        each cell. Without, all must be given.
    first_step, name, about, texts
        As of every problem.

    Raises
    ------
    InputError
        As of a file; the line names the key.

    Examples
    --------
    >>> problem = stack_problem(
    ...     ["lstm", {"cell": "gru", "direction": "both"}],
    ...     readout="Y[t] = V @ H[t] + c",
    ...     inputs=[[0.1, 0.2], [0.3, 0.4]],
    ...     losses=[{"kind": "squared_error", "steps": "last", "targets": [[0.5]]}],
    ...     hidden=3,
    ...     seed=0,
    ... )
    >>> problem.cell.name, problem.shapes["H^(2)"], problem.steps
    ('lstm+gru-both+readout', (6,), 2)
    """
    told = [_layer(layer, number) for number, layer in enumerate(_list(layers, "layers"), start=1)]
    data: dict[str, Any] = {"version": VERSION, "layers": told, "first_step": first_step}
    data |= {
        "losses": [dict(loss) for loss in _list(losses, "losses")],
        "name": name,
        "about": about,
        "texts": _list(texts, "texts"),
    }
    if readout is not None:
        data["readout"] = {"cell": {"equations": readout.splitlines()}} if isinstance(readout, str) else dict(readout)
    if embedding is not None:
        data["embedding"] = dict(embedding)
    net, cells = net_of(data)
    named = hasattr(inputs, "items")
    if not named and len(net.inputs) != 1:
        raise InputError(
            f"not named: the net reads {len(net.inputs)} inputs "
            f"(must be a mapping from {', '.join(map(repr, net.inputs)) or 'nothing'} to arrays)"
        )
    given: Any = inputs
    data["inputs"] = dict(given) if named else {net.inputs[0]: inputs}
    if seed is not None:
        _draw(data, net, cells, hidden, whole_number("seed", seed, least=0))
    elif hidden is not None:
        raise InputError("hidden is told, but no seed: numbers are drawn with a seed alone, else all are given")
    return problem_from(data, name)


def _list(given: Any, what: str) -> list[Any]:
    if isinstance(given, str | Cell) or hasattr(given, "items") or not hasattr(given, "__iter__"):
        raise InputError(f"not a list: {what} is {shorten(given)}")
    return list(given)


def _layer(told: Any, number: int) -> dict[str, Any]:
    if isinstance(told, str | Cell):
        return {"cell": told}
    if not hasattr(told, "items"):
        raise InputError(
            f"not a layer: layer {number} is {shorten(told)} (must be a cell, or such as {{'cell': 'lstm'}})"
        )
    return dict(told)


def _draw(data: dict[str, Any], net: Cell, layers: Sequence[Layer], hidden: int | None, seed: int) -> None:
    """Draw the parameters that are not given, uniform within 1 / sqrt(hidden size), as PyTorch begins."""
    places = _places(data, net, layers)
    book = _sized(data, net, layers, places, hidden)
    random = np.random.default_rng(seed)
    bound = 1.0 / np.sqrt(hidden or 1)
    for key, (parameters, name) in places.items():
        if name not in parameters:
            if hidden is not None:
                # Such as the length of a key: what neither an input nor an output has.
                book.fill(key, hidden, "hidden")
            shape = book.shape(key)
            if shape is None:
                raise NumberError(f"missing parameter: nothing tells the size of {key!r}; give it, or hidden")
            parameters[name] = random.uniform(-bound, bound, shape)


def _sized(data: dict[str, Any], net: Cell, layers: Sequence[Layer], places: Places, hidden: int | None) -> SizeBook:
    """Return the sizes that follow from what is given: arrays, hidden sizes, targets."""
    book = SizeBook(net)
    for key, (parameters, name) in places.items():
        if name in parameters:
            book.admit(key, array_of(name, parameters[name]).shape, f"parameter {key!r}")
    for name, rows in data["inputs"].items():
        if name in net.inputs:
            book.admit(name, array_of(f"input {name!r}", rows).shape[1:], f"a row of input {name!r}")
    if hidden is not None:
        size = whole_number("hidden", hidden, least=1)
        numbers = [number if is_numbered(layers) else None for number in range(1, len(layers) + 1)]
        outputs = [
            key_of(layer.cell.output, number, part)
            for number, layer in zip(numbers, layers, strict=True)
            for part in layer.parts
        ]
        for output in outputs:
            if net.ranks[output] == 1:
                book.admit(output, (size,), "hidden")
    for loss in data["losses"]:
        targets = array_of("targets", loss.get("targets", 0.0))
        if "quantity" not in loss and targets.ndim == net.ranks[net.output] + 1:
            book.admit(net.output, targets.shape[1:], "a row of the targets")
        elif "quantity" not in loss and row_of_mask(loss.get("mask")):
            book.admit(net.output, row_of_mask(loss["mask"]), "a row of the mask")
    return book


def _places(data: dict[str, Any], net: Cell, layers: Sequence[Layer]) -> Places:
    """Return for each parameter of the net where in the document it stands: a mapping, and its name there."""
    found: Places = {}
    for number, (told, layer) in enumerate(zip(data["layers"], layers, strict=True), start=1):
        for part in layer.parts:
            if part != layer.parts[0]:
                told["backward"] = dict(told.get("backward", {}))
            own = _arrays(told if part == layer.parts[0] else told["backward"])
            for name in layer.cell.parameters:
                found[key_of(name, number if is_numbered(layers) else None, part)] = own, name
    for what in ("embedding", "readout"):
        if what in data:
            own = _arrays(data[what])
            left = [name for name in net.parameters if name not in found and net.name_of(name).layer is None]
            found |= {name: (own, name) for name in left if _is_of(what, name, net, layers)}
    return {name: found[name] for name in net.parameters}


def _arrays(told: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters of a part of the document, a mapping of our own."""
    told["parameters"] = parameters = dict(told.get("parameters", {}))
    return parameters


def _is_of(what: str, name: str, net: Cell, layers: Sequence[Layer]) -> bool:
    """Return whether a parameter that no layer has is the embedding's: that makes what the first layer reads."""
    made = {each.quantity for each in net.equations if Parameter(name) in references(each.expression)}
    return bool(made & set(layers[0].cell.inputs)) == (what == "embedding")
