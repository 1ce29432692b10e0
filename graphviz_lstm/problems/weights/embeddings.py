"""The matrix of which tokens pick rows: what the first layer reads, where inputs are whole numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graphviz_lstm.errors import NumberError, ShapeError, UnknownNameError, WeightsError, describe_unknown, shorten
from graphviz_lstm.problems.arrays import array_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import ArrayLike

    from graphviz_lstm.problems.arrays import Array
    from graphviz_lstm.problems.weights.entries import Weights
    from graphviz_lstm.problems.weights.layouts import Framework


@dataclass(frozen=True, slots=True)
class Embedding:
    """A matrix with a row for each token.

    Attributes
    ----------
    prefix
        What stands before its key: `emb`.
    matrix
        The key.
    tokens, outputs
        How many rows it has, and how many numbers each.
    """

    prefix: str
    matrix: str
    tokens: int
    outputs: int

    def parameters(self, weights: Weights) -> dict[str, Array]:
        """Return W_X (tokens, outputs)."""
        return {"W_X": weights.array(self.matrix)}

    @property
    def equation(self) -> str:
        """The embedding as `problems.stack` takes it."""
        return "X[t] = row(W_X, k[t])"


def embeddings(framework: Framework, weights: Weights, taken: Collection[str]) -> list[Embedding]:
    """Return what may be an embedding, in the order of the file; `taken` are keys of recurrent layers.

    Of PyTorch that is every matrix under `weight`: nothing in a file tells an embedding from a linear map.
    """
    if framework.embedding is None:
        return []
    ending = f".{framework.embedding.key}"
    return [
        Embedding(key[: max(len(key) - len(ending), 0)], key, *entry.shape)
        for key, entry in weights.entries.items()
        if key not in taken and len(entry.shape) == 2 and f".{key.replace('/', '.')}".endswith(ending)
    ]


def choose_embedding(
    given: str | None, candidates: list[Embedding], inputs: int, framework: Framework, weights: Weights
) -> Embedding | None:
    """Return the embedding that is named; where none is, the only one whose key is that of no linear map.

    Raises
    ------
    UnknownNameError
        If nothing bears that name.
    ShapeError
        If the first layer reads another number of numbers than a row has.
    WeightsError
        If there are several.
    """
    if given is None:
        found = candidates if framework.embedding_is_known else []
        if len(found) > 1:
            told = ", ".join(shorten(each.prefix) for each in found)
            raise WeightsError(f"more than one embedding: {told} (name one as the embedding) in {weights.where}")
    else:
        found = [each for each in candidates if each.prefix == given]
        if not found:
            told = describe_unknown("embedding", given, [each.prefix for each in candidates]) if candidates else ""
            raise UnknownNameError(
                f"{told or f'unknown embedding: {shorten(given)} (there is none)'} in {weights.where}"
            )
    if not found:
        return None
    one = found[0]
    if one.outputs != inputs or not one.tokens:
        raise ShapeError(
            f"wrong shape: {shorten(one.matrix)} is {weights.entries[one.matrix]}, must be (tokens, {inputs}), as the "
            f"first layer reads {inputs} numbers in {weights.where}"
        )
    return one


def tokens_of(inputs: ArrayLike, embedding: Embedding, where: str) -> Array:
    """Return tokens, (T,), as numbers; whether each has a row is what a `Problem` asks.

    Raises
    ------
    ShapeError, NumberError
        If they are no whole numbers, one for each step.
    """
    tokens = array_of("'inputs'", inputs)
    picks = f"each picks one of the {embedding.tokens} rows of embedding {shorten(embedding.prefix)} in {where}"
    if tokens.ndim != 1 or not tokens.size:
        raise ShapeError(f"wrong shape: inputs are {tokens.shape}, must be (steps,), whole numbers: {picks}")
    if np.asarray(inputs).dtype.kind not in "iu":
        raise NumberError(f"not tokens: inputs are {np.asarray(inputs).dtype}, must be whole numbers: {picks}")
    return tokens
