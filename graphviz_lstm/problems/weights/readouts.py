"""The linear map of the last layer that a file holds beside the recurrent ones, and what else it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphviz_lstm.errors import ShapeError, UnknownNameError, WeightsError, describe_unknown, shorten

if TYPE_CHECKING:
    from collections.abc import Collection

    from graphviz_lstm.problems.arrays import Array
    from graphviz_lstm.problems.weights.entries import Weights
    from graphviz_lstm.problems.weights.layouts import Framework


@dataclass(frozen=True, slots=True)
class Linear:
    """A matrix, and the bias beside it, under one prefix.

    Attributes
    ----------
    prefix
        What stands before both keys: `fc`.
    matrix, bias
        The keys; a map may be without a bias.
    inputs, outputs
        How many numbers it reads and gives.
    transposed
        Whether the matrix is stored (inputs, outputs).
    """

    prefix: str
    matrix: str
    bias: str | None
    inputs: int
    outputs: int
    transposed: bool

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of what it is made of."""
        return (self.matrix,) if self.bias is None else (self.matrix, self.bias)

    def parameters(self, weights: Weights) -> dict[str, Array]:
        """Return V (outputs, inputs), and c (outputs,) where there is one."""
        matrix = weights.array(self.matrix)
        named = {"V": matrix.T if self.transposed else matrix}
        return named if self.bias is None else {**named, "c": weights.array(self.bias)}

    @property
    def equation(self) -> str:
        """The readout as `problems.stack` takes it."""
        return "Y[t] = V @ H[t]" if self.bias is None else "Y[t] = V @ H[t] + c"


def linears(framework: Framework, weights: Weights, taken: Collection[str]) -> list[Linear]:
    """Return the linear maps of a file, in its order, whatever reads them; `taken` are keys of recurrent layers."""
    matrix, bias = framework.linear
    found = []
    for key, entry in weights.entries.items():
        name = key.replace("/", ".")
        ending = f".{matrix.key}"
        if key in taken or len(entry.shape) != 2 or not f".{name}".endswith(ending):
            continue
        prefix = key[: max(len(key) - len(ending), 0)]
        beside = f"{key[: len(key) - len(matrix.key)]}{bias.key}"
        outputs, inputs = reversed(entry.shape) if matrix.transposed else entry.shape
        has_bias = beside in weights.entries and beside not in taken and weights.entries[beside].shape == (outputs,)
        found.append(Linear(prefix, key, beside if has_bias else None, inputs, outputs, matrix.transposed))
    return found


def choose_readout(given: str | None, candidates: list[Linear], units: int, weights: Weights) -> Linear | None:
    """Return the readout that is named; where none is, the only map that has a bias and reads the last layer.

    A matrix without a bias may be an embedding, which nothing in the file tells: it must be named.

    Raises
    ------
    UnknownNameError
        If nothing bears that name.
    ShapeError
        If it reads another number of units.
    WeightsError
        If there are several.
    """
    if given is not None:
        named = [each for each in candidates if given == each.prefix]
        if not named:
            told = describe_unknown("readout", given, [each.prefix for each in candidates]) if candidates else ""
            raise UnknownNameError(f"{told or f'unknown readout: {shorten(given)} (there is none)'} in {weights.where}")
        if named[0].inputs != units:
            (one,) = named
            due = f"must read the {units} numbers of the last layer"
            raise ShapeError(
                f"wrong shape: {shorten(one.matrix)}, {weights.entries[one.matrix]}, reads {one.inputs} ({due}) "
                f"in {weights.where}"
            )
        return named[0]
    fitting = [each for each in candidates if each.inputs == units and each.bias is not None]
    if len(fitting) > 1:
        told = ", ".join(shorten(each.prefix) for each in fitting)
        raise WeightsError(f"more than one readout: {told} (name one as the readout) in {weights.where}")
    return fitting[0] if fitting else None
