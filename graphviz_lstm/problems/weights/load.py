"""Weights to a net of ours: layers found, fitted, stacked, a readout on top; and with inputs and targets a problem."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from graphviz_lstm.cells.library import cell as cell_named
from graphviz_lstm.cells.operations import loss as loss_row
from graphviz_lstm.errors import ShapeError, UnknownNameError, WeightsError, describe_unknown, shorten
from graphviz_lstm.frozen import Frozen
from graphviz_lstm.given import require_one_of
from graphviz_lstm.problems.arrays import array_of, rows_of
from graphviz_lstm.problems.counted import left_of
from graphviz_lstm.problems.example import PLACES
from graphviz_lstm.problems.layer import Layer
from graphviz_lstm.problems.net import is_numbered, key_of, stack
from graphviz_lstm.problems.problem import LossTerm, Problem
from graphviz_lstm.problems.weights.embeddings import choose_embedding, embeddings, tokens_of
from graphviz_lstm.problems.weights.entries import HALF
from graphviz_lstm.problems.weights.finding import choose_net
from graphviz_lstm.problems.weights.fitting import fit, parameters_of
from graphviz_lstm.problems.weights.read import read_weights
from graphviz_lstm.problems.weights.readouts import choose_readout, linears

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    from graphviz_lstm.cells.cell import Cell
    from graphviz_lstm.problems.arrays import Array
    from graphviz_lstm.problems.weights.embeddings import Embedding
    from graphviz_lstm.problems.weights.entries import Weights
    from graphviz_lstm.problems.weights.finding import FoundNet
    from graphviz_lstm.problems.weights.fitting import Fit
    from graphviz_lstm.problems.weights.readouts import Linear


@dataclass(frozen=True, slots=True)
class Plan:
    """Which arrays of a file make which net: everything but the numbers.

    Attributes
    ----------
    layers
        The layers, the one that reads the inputs first, each with the layout that fits it.
    readout
        The linear map of the last one, or None.
    left
        Keys that are no part of it.
    embedding
        The matrix of which tokens pick rows, for the first one to read; or None.
    """

    layers: tuple[Fit, ...]
    readout: Linear | None
    left: tuple[str, ...]
    embedding: Embedding | None = None

    @property
    def inputs(self) -> int:
        """How many numbers the first layer reads at each step: without an embedding, those of the inputs."""
        return self.layers[0].inputs

    @property
    def outputs(self) -> int:
        """How many numbers it gives at each step."""
        return self.layers[-1].outputs if self.readout is None else self.readout.outputs

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that it is made of."""
        own = [key for found in self.layers for each in found.directions for key in each.layer.keys.values()]
        embedded = () if self.embedding is None else (self.embedding.matrix,)
        return (*embedded, *own, *(() if self.readout is None else self.readout.keys))


@dataclass(frozen=True, slots=True, eq=False)
class LoadedNet:
    """A net of ours with the numbers of weights.

    Attributes
    ----------
    cell
        The equations, of all layers and the readout; what a `Problem` has as its cell.
    parameters
        Name -> array, of double precision.
    plan
        Where they came from.
    where
        What the file is called in messages.
    halved
        The keys whose numbers are of half precision in the file: they are taken as they are, each exactly.
    """

    cell: Cell
    parameters: Mapping[str, Array]
    plan: Plan
    where: str
    halved: tuple[str, ...] = ()

    def problem(  # noqa: PLR0913 -- an option each
        self,
        inputs: ArrayLike,
        targets: ArrayLike,
        *,
        loss: str = "squared_error",
        at: str = "every",
        weight: float = 1.0,
        ignore: int | None = None,
        initial: Mapping[str, ArrayLike] | None = None,
        name: str = "weights",
        about: str = "",
    ) -> Problem:
        """Return the problem of one sequence: what every question is asked of.

        Parameters
        ----------
        inputs
            (T, inputs), a row a step; of a net with an embedding (T,), whole numbers from 0 on.
        targets
            A row a step; where the loss counts at the last step only, one row will do. Of cross entropy also (T,),
            numbers of classes from 0 on.
        loss, at
            A kind of loss of what the net gives, and at `"every"` step or the `"last"`. E is the sum over these steps;
            a mean over T steps has `weight=1 / T`.
        ignore
            The number of a class that none is, such as -100: a step whose target it is does not count.
        initial
            State -> what it is before the first step: `{"H": h_0, "S": c_0}`, of several layers `"H^(1)"`, of two
            directions `"H^(1>)"`, `"H^(1<)"`; zeros where it is not told.

        Raises
        ------
        ShapeError, NumberError, UnknownNameError, InputError
            If an array does not fit the net, or is not made of finite numbers.
        """
        loss_row(loss)
        require_one_of("place of the loss", at, PLACES)
        embedding = self.plan.embedding
        rows = rows_of("'inputs'", inputs) if embedding is None else tokens_of(inputs, embedding, self.where)
        if embedding is None and rows.shape[1] != self.plan.inputs:
            raise ShapeError(
                f"wrong shape: inputs are {rows.shape}, must be (steps, {self.plan.inputs}), as the net reads "
                f"in {self.where}"
            )
        due = array_of("targets", targets)
        steps = len(rows)
        count = len(due) if due.ndim else 0
        if count != steps and not (at == "last" and count == 1):
            told = f"{steps} or 1" if at == "last" else f"{steps}"
            raise ShapeError(f"wrong number of rows: targets are {due.shape}, must have {told}, as the inputs")
        counted = range(1, steps + 1) if at == "every" else [steps]
        left = left_of(counted, due[-len(counted) :], ignore=ignore)
        term = LossTerm(self.cell.output, *left, loss, weight)
        return Problem(
            cell=self.cell,
            parameters=self.parameters,
            inputs={self.cell.inputs[0]: rows},
            losses=[term],
            initial={} if initial is None else initial,  # type: ignore[arg-type]  # a Problem takes what numpy takes
            name=name,
            about=about,
        )


def load_weights(
    weights: str | os.PathLike[str] | Mapping[str, Any],
    *,
    cell: str | None = None,
    prefix: str | Sequence[str] | None = None,
    readout: str | None = None,
    embedding: str | None = None,
    activations: Mapping[str, str] | None = None,
) -> LoadedNet:
    """Return the net whose weights a file or a mapping holds, in the layout of PyTorch, Keras, Flax or ONNX.

    Parameters
    ----------
    weights
        A `.safetensors`, `.npz`, `.onnx`, `.keras` or `.h5` file, a folder of `.npy` files, or a mapping such as a
        state dict.
    cell
        Which cell of ours it is, where keys and shapes leave that open.
    prefix
        Which recurrent net is meant, by what stands before its keys: `"encoder.lstm"`. Several, in the order of the
        layers, are one net. What else the file holds is left out; without it, all that it holds must be known.
    readout
        The linear map of the last layer, by what stands before its keys: `"fc"`. Where it is not told, it is the only
        one that fits.
    embedding
        The matrix of which tokens pick rows, by what stands before its key: `"emb"`. Where it is not told, it is found
        by keys that no linear map has: those of Keras and Flax.
    activations
        What general names stand for where the weights do not tell: `{"f_H": "relu"}`.

    Raises
    ------
    WeightsError
        If it cannot be read, or holds what is not known: another layer, two frameworks' keys.
    ShapeError, NumberError, UnknownNameError
        If an array does not fit its layout or is not made of finite numbers; if no prefix, readout, embedding or cell
        is such.

    Examples
    --------
    >>> import numpy as np
    >>> rows = np.arange(8.0).reshape(8, 1) / 10
    >>> net = load_weights({"lstm.weight_ih_l0": rows, "lstm.weight_hh_l0": np.zeros((8, 2))})
    >>> net.cell.name, net.parameters["W_A"].tolist()
    ('lstm', [[0.4], [0.5]])
    """
    held = read_weights(weights)
    plan = plan_of(held, cell=cell, prefix=prefix, readout=readout, embedding=embedding)
    if prefix is None:
        require_all_read(plan, held)
    cells = [_bound(cell_named(found.layout.cell), activations, held.where) for found in plan.layers]
    layers = [Layer(own, found.direction) for own, found in zip(cells, plan.layers, strict=True)]
    parameters = {} if plan.embedding is None else plan.embedding.parameters(held)
    for number, (layer, found) in enumerate(zip(layers, plan.layers, strict=True), start=1):
        above = number if is_numbered(layers) else None
        for part, one in zip(layer.parts, found.directions, strict=True):
            parameters |= {key_of(name, above, part): array for name, array in parameters_of(one, held).items()}
    if plan.readout is not None:
        parameters |= plan.readout.parameters(held)
    net = stack(
        layers,
        None if plan.readout is None else plan.readout.equation,
        embedding=None if plan.embedding is None else plan.embedding.equation,
    )
    halved = tuple(key for key in plan.keys if held.entries[key].dtype in HALF)
    return LoadedNet(net, Frozen(parameters), plan, held.where, halved)


def plan_of(
    weights: Weights,
    *,
    cell: str | None = None,
    prefix: str | Sequence[str] | None = None,
    readout: str | None = None,
    embedding: str | None = None,
) -> Plan:
    """Return which arrays make which net, and which are left; no number is read. See `load_weights`."""
    net = choose_net(weights, prefix)
    layers = tuple(fit(layer, weights, cell) for layer in net.layers)
    _require_chain(net, layers, weights)
    taken = {key for layer in net.layers for each in layer.directions for key in each.keys.values()}
    embedded = None
    if prefix is None or embedding is not None:
        known = embeddings(net.framework, weights, taken)
        embedded = choose_embedding(embedding, known, layers[0].inputs, net.framework, weights)
        taken |= set() if embedded is None else {embedded.matrix}
    linear = None
    if prefix is None or readout is not None:
        candidates = linears(net.framework, weights, taken)
        linear = choose_readout(readout, candidates, layers[-1].outputs, weights)
    used = taken | set(() if linear is None else linear.keys)
    return Plan(layers, linear, tuple(key for key in weights.entries if key not in used), embedded)


def require_all_read(plan: Plan, weights: Weights) -> None:
    """Refuse what is no part of the net: what it does is not known, so the gradient of the whole is not.

    Raises
    ------
    WeightsError
        If there is anything; the line says how what is known can be explained.
    """
    if weights.others:
        raise WeightsError(
            f"unknown layer: {weights.others[0]} (what can be explained alone is {_known(plan)}) in {weights.where}"
        )
    if plan.left:
        key = plan.left[0]
        more = f" and {len(plan.left) - 1} more" if len(plan.left) > 1 else ""
        raise WeightsError(
            f"unknown layer: {shorten(key)}, {weights.entries[key]}{more} (what can be explained alone is "
            f"{_known(plan)}{_or_embedding(plan, weights)}) in {weights.where}"
        )


def _known(plan: Plan) -> str:
    """Return what is known, in words, and how it is named."""
    first = plan.layers[0]
    prefixes = list(dict.fromkeys(found.layer.prefix for found in plan.layers))
    named = ", ".join(map(shorten, prefixes))
    readout = "" if plan.readout is None else f", readout {shorten(plan.readout.prefix)}"
    readout += "" if plan.embedding is None else f", embedding {shorten(plan.embedding.prefix)}"
    return f"{first.layer.framework.name}'s {first.layout.module}: prefix {named}{readout}"


def _or_embedding(plan: Plan, weights: Weights) -> str:
    """Return that what is left may be the embedding, where it is one matrix that the first layer could read."""
    framework = plan.layers[0].layer.framework
    candidates = [each for each in embeddings(framework, weights, plan.keys) if each.outputs == plan.inputs]
    if plan.embedding is not None or [each.matrix for each in candidates] != list(plan.left):
        return ""
    return f"; an embedding must be named: embedding {shorten(candidates[0].prefix)}"


def _require_chain(net: FoundNet, layers: tuple[Fit, ...], weights: Weights) -> None:
    numbers = [found.layer.number for found in layers if found.layer.prefix == net.prefixes[0]]
    if numbers[0] is not None and numbers != list(range(len(numbers))):
        has = ", ".join(map(str, numbers))
        raise WeightsError(f"missing: a layer of {shorten(net.prefixes[0])}, which has {has} in {weights.where}")
    both = [found for found in layers if found.backward is not None]
    for found in layers:
        if found.backward is None and any(found.layer.prefix == other.layer.prefix for other in both):
            raise WeightsError(
                f"missing: what runs backward of {found.layer.called}, as {both[0].layer.called} has it in "
                f"{weights.where}"
            )
    for lower, upper in pairwise(layers):
        if lower.outputs != upper.inputs:
            raise WeightsError(
                f"no net of layers: {upper.layer.called} reads {upper.inputs} numbers, {lower.layer.called} gives "
                f"{lower.outputs} (name one by its prefix, or several in their order) in {weights.where}"
            )


def _bound(cell: Cell, activations: Mapping[str, str] | None, where: str) -> Cell:
    """Return a cell some of whose general names are bound otherwise."""
    if not activations:
        return cell
    for general in activations:
        if general not in cell.activations:
            raise UnknownNameError(f"{describe_unknown('general activation', general, cell.activations)} in {where}")
    return replace(cell, activations={**cell.activations, **activations})
