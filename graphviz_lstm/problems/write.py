"""Problems as JSON of version 2: the way back from `problems.read`."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from graphviz_lstm.cells.library import CELLS
from graphviz_lstm.cells.parse import parse_cell
from graphviz_lstm.cells.source import equations_of
from graphviz_lstm.errors import InputError
from graphviz_lstm.given import require_kind
from graphviz_lstm.problems.document import VERSION
from graphviz_lstm.problems.layer import ADDED, BACKWARD, FORWARD, Layer
from graphviz_lstm.problems.layers import layers_of
from graphviz_lstm.problems.net import is_numbered, key_of, net_name
from graphviz_lstm.problems.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from graphviz_lstm.cells.cell import Cell
    from graphviz_lstm.problems.arrays import Array
    from graphviz_lstm.problems.problem import LossTerm


def problem_to_json(problem: Problem) -> str:
    """Return a problem as JSON of version 2, which `parse_problem` reads back: the same net, numbers and losses.

    A cell of the library is told by its name, any other by its equations. Numbers are written so that they are the
    same when they are read.

    Raises
    ------
    EquationError
        If the net has names that no text can say.

    Examples
    --------
    >>> from graphviz_lstm.problems.read import load_problem, parse_problem
    >>> text = problem_to_json(load_problem("gomez"))
    >>> text.splitlines()[:3], parse_problem(text).cell.name
    (['{', '  "version": 2,', '  "name": "gomez",'], 'lstm')
    """
    require_kind("problem", problem, Problem, "a Problem: that of an example is `example.problem`")
    net = problem.cell
    layers, readout, embedding, reads = layers_of(net)
    numbered = is_numbered(layers)
    told = [_layer(layer, problem, number if numbered else None) for number, layer in enumerate(layers, start=1)]
    data: dict[str, Any] = {"version": VERSION, "name": problem.name}
    if problem.about:
        data["about"] = problem.about
    called = [
        replace(layer, cell=replace(layer.cell, name=_name(own, f"layer {k}"))).name
        for k, (layer, own) in enumerate(zip(layers, told, strict=True), start=1)
    ]
    if net.name != net_name(called, readout, embedding):
        data["net"] = net.name
    if embedding is not None:
        data["embedding"] = _beside(embedding, problem)
    data["layers"] = told
    if readout is not None:
        data["readout"] = _beside(readout, problem) | ({"reads": dict(reads)} if reads else {})
    if problem.inputs:
        data["inputs"] = {name: rows.tolist() for name, rows in problem.inputs.items()}
    else:
        data["steps"] = problem.steps
    data["first_step"] = problem.first_step
    if problem.texts:
        data["texts"] = list(problem.texts)
    data["losses"] = [_loss(term, problem) for term in problem.losses]
    return _written(data, "") + "\n"


def _beside(cell: Cell, problem: Problem) -> dict[str, Any]:
    """Return the embedding or the readout."""
    return {"cell": _text_cell(cell), "parameters": _arrays(problem.parameters, cell.parameters, None)}


def _layer(layer: Layer, problem: Problem, number: int | None) -> dict[str, Any]:
    """Return a layer: its cell by a library's name if it has one, its parameters and initial states."""
    cell = layer.cell
    data: dict[str, Any] = {}
    known = next((own for own in CELLS.values() if _is_bound(own, cell)), None)
    if known is None:
        data["cell"] = _text_cell(cell)
        # A layer of several has no name of its own.
        if number is None and layer == Layer(cell):
            data["cell"] = {"name": cell.name, **data["cell"]}
    else:
        data["cell"] = known.name
        rebound = {k: bound for k, bound in cell.activations.items() if bound != known.activations[k]}
        data |= {"activations": rebound} if rebound else {}
    if layer.direction != "forward":
        data["direction"] = layer.direction
    if layer.residual:
        data["residual"] = True
    first, *second = ({**_numbers(cell, problem, number, part)} for part in layer.parts)
    return data | first | ({"backward": second[0]} if second else {})


def _numbers(cell: Cell, problem: Problem, number: int | None, part: str) -> dict[str, Any]:
    """Return the parameters and the initial states of one cell of a layer."""
    data = {"parameters": _arrays(problem.parameters, cell.parameters, number, part)}
    initial = _arrays(problem.initial, cell.states, number, part)
    return data | ({"initial": initial} if initial else {})


def _is_bound(known: Cell, cell: Cell) -> bool:
    """Return whether a cell is one of the library, but for its name and what its activations are bound to."""
    return (
        known.equations == cell.equations
        and known.activations.keys() == cell.activations.keys()
        and (known.output, known.ranks, known.groups) == (cell.output, cell.ranks, cell.groups)
    )


def _text_cell(cell: Cell) -> dict[str, Any]:
    """Return a cell by its equations, with what does not follow from them."""
    lines = equations_of(cell)
    data: dict[str, Any] = {"equations": lines}
    if cell.activations:
        data["activations"] = dict(cell.activations)
    if cell.constants:
        data["constants"] = dict(cell.constants)
    if cell.groups:
        data["groups"] = [list(group) for group in cell.groups]
    if cell.output != cell.equations[-1].quantity:
        data["output"] = cell.output
    ranks = _told_ranks(cell, "\n".join(lines))
    return data | ({"ranks": ranks} if ranks else {})


def _told_ranks(cell: Cell, text: str) -> dict[str, int]:
    """Return the ranks that must be told for the equations to be read as this cell: none, some, or all of them.

    What is told of one name may change what is taken for another one, and without them the equations may not fit.
    """
    told: dict[str, int] = {}
    for _ in range(2):
        try:
            read = parse_cell(
                cell.name,
                text,
                activations=cell.activations,
                output=cell.output,
                ranks=told,
                constants=cell.constants,
            )
        except InputError:
            break
        if read.ranks == cell.ranks:
            return told
        told = told | {name: rank for name, rank in cell.ranks.items() if read.ranks[name] != rank}
    return dict(cell.ranks)


def _name(layer: Mapping[str, Any], default: str) -> str:
    """Return what the cell of a layer will be called when it is read."""
    cell = layer["cell"]
    return str(cell if isinstance(cell, str) else cell.get("name", default))


def _arrays(arrays: Mapping[str, Array], names: Iterable[str], layer: int | None, part: str = "") -> dict[str, Any]:
    return {name: arrays[key_of(name, layer, part)].tolist() for name in names}


def _loss(term: LossTerm, problem: Problem) -> dict[str, Any]:
    name = problem.cell.name_of(term.quantity)
    every = tuple(range(problem.first_step, problem.last_step + 1))
    data: dict[str, Any] = {"quantity": name.base}
    if name.layer is not None:
        data["layer"] = name.layer
    others = {
        each.part for each in map(problem.cell.name_of, problem.cell.ranks) if each == replace(name, part=each.part)
    }
    if name.part in (FORWARD, BACKWARD) or (name.part != ADDED and ADDED in others):
        both = FORWARD in others and not name.part
        data["direction"] = "both" if both else "backward" if name.part == BACKWARD else "forward"
    data["kind"] = term.kind
    data["steps"] = "every" if term.steps == every else "last" if term.steps == every[-1:] else list(term.steps)
    data["targets"] = term.targets.tolist()
    if term.entries:
        size = term.targets.shape[1]
        data["mask"] = [[int(k in term.entries) for k in range(size)] for _ in term.steps]
    if term.weight != 1.0:
        data["weight"] = term.weight
    return data


def _written(value: object, indent: str) -> str:
    """Return JSON with a line for each key and for each row of numbers."""
    deeper = f"{indent}  "
    if isinstance(value, dict) and value:
        items = [f"{deeper}{json.dumps(key, ensure_ascii=False)}: {_written(v, deeper)}" for key, v in value.items()]
        return "{\n" + ",\n".join(items) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(part, list | dict | str) for part in value):
        return "[\n" + ",\n".join(f"{deeper}{_written(part, deeper)}" for part in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False)
