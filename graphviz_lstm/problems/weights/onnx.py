"""ONNX models: the arrays of their recurrent nodes and linear maps, and what else the model does.

The package `onnx` reads the file (protocol buffers: data that names no code). Unlike a file of arrays a model says what
is computed: what is neither recurrent nor linear nor a change of shape is told as what it is, and not passed over.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from graphviz_lstm.errors import WeightsError, shorten
from graphviz_lstm.problems.weights.entries import MOST_BYTES, Entry, Weights
from graphviz_lstm.problems.weights.npy import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Node -> what an attribute is where it is not told.
_RECURRENT: dict[str, dict[str, object]] = {
    "LSTM": {"direction": "forward", "input_forget": 0, "activations": ("Sigmoid", "Tanh", "Tanh")},
    "GRU": {"direction": "forward", "linear_before_reset": 0, "activations": ("Sigmoid", "Tanh")},
    "RNN": {"direction": "forward", "activations": ("Tanh",)},
}
# Name -> which input of a recurrent node it is.
_INPUTS = {"W": 1, "R": 2, "B": 3, "P": 7}
_BACKWARD = "_reverse"
# What changes no number: where it stands and in which shape.
_SHAPES = (
    "Cast", "Concat", "Constant", "ConstantOfShape", "Expand", "Flatten", "Gather", "Identity", "Reshape", "Shape",
    "Slice", "Squeeze", "Transpose", "Unsqueeze",
)  # fmt: skip


def onnx_weights(path: Path, what: str) -> Weights:
    """Return what a model holds: `node/W` of its recurrent nodes, `node/weight` of its linear maps, all else as it is.

    Raises
    ------
    WeightsError
        If the package is missing, the file is no model, or keeps its numbers in other files.
    """
    try:
        import onnx
        from google.protobuf.message import DecodeError
    except ImportError:
        raise WeightsError(f"the package onnx is not installed, which reads it (pip install onnx): {what}") from None
    with opened(path, what) as stream:
        if path.stat().st_size > MOST_BYTES:
            raise WeightsError(f"too large: {path.stat().st_size:,} bytes (at most {MOST_BYTES:,} are read) in {what}")
        try:
            graph = onnx.load_model_from_string(stream.read()).graph
        except DecodeError:
            raise WeightsError(f"not an ONNX model: {what}") from None
    # What is no UTF-8 comes as bytes.
    if not all(isinstance(name, str) for name in _names(graph)):
        raise WeightsError(f"not an ONNX model: a name in it is no text: {what}")
    return _Model(graph, what, onnx).weights()


def _names(graph: Any) -> Iterator[object]:
    yield from (tensor.name for tensor in graph.initializer)
    for node in graph.node:
        yield from (node.name, node.op_type, *node.input, *node.output, *(each.name for each in node.attribute))


class _Model:
    """A model that is being read."""

    def __init__(self, graph: Any, what: str, onnx: Any) -> None:
        self._graph, self._what, self._onnx = graph, what, onnx
        self._arrays = {each.name: each for each in graph.initializer}
        self._entries: dict[str, Entry] = {}
        self._attributes: dict[str, dict[str, object]] = {}
        self._used: set[str] = set()

    def weights(self) -> Weights:
        """Return what it holds."""
        others = []
        for number, node in enumerate(self._graph.node):
            name = node.name.strip("/") or f"{node.op_type}_{number}"
            if node.op_type in _RECURRENT:
                self._recurrent(node, name)
            elif not (self._linear(node, name) or self._is_bias(node) or node.op_type in _SHAPES):
                kind = node.op_type if node.op_type.isidentifier() else shorten(node.op_type)
                others.append(f"{kind} {shorten(name)}")
        for name, tensor in self._arrays.items():
            if name not in self._used and self._kind(tensor).kind == "f":
                self._take(name, name)
        return Weights(self._what, self._entries, self._attributes, tuple(others))

    def _recurrent(self, node: Any, name: str) -> None:
        told = {each.name: self._onnx.helper.get_attribute_value(each) for each in node.attribute}
        known = _RECURRENT[node.op_type]
        own = {key: _plain(told.get(key, due)) for key, due in known.items()}
        ways: list[tuple[int | None, str]] = [(None, "")]
        if own["direction"] == "bidirectional":
            # Each array has both along its first axis: they are two layers, alike, and the second runs backward.
            ways = [(0, ""), (1, _BACKWARD)]
            own["direction"] = "forward"
            functions = told.get("activations")
            if functions and functions[: len(functions) // 2] == functions[len(functions) // 2 :]:
                own["activations"] = _plain(functions[: len(functions) // 2])
        for key, place in _INPUTS.items():
            if len(node.input) > place and node.input[place]:
                for part, ending in ways:
                    self._take(f"{name}/{key}{ending}", node.input[place], part=part)
        self._attributes[name] = own
        if told.get("clip"):
            self._attributes[name]["clip"] = told["clip"]
        for state in node.input[5:7]:
            if state in self._arrays and self._numbers(state).any():
                self._attributes[name]["initial state"] = "not zero"

    def _linear(self, node: Any, name: str) -> bool:
        """Take the matrix of a linear map, and its bias; return whether a node is one."""
        if node.op_type not in ("Gemm", "MatMul") or len(node.input) < 2 or not node.output:
            return False
        if node.input[1] not in self._arrays:
            return False
        told = {each.name: self._onnx.helper.get_attribute_value(each) for each in node.attribute}
        if told.get("transA") or told.get("alpha", 1.0) != 1.0 or told.get("beta", 1.0) != 1.0:
            return False
        prefix = name.rpartition("/")[0] or name
        self._take(f"{prefix}/weight", node.input[1], transposed=not told.get("transB"))
        biases = [*node.input[2:3], *(self._added(node.output[0]))]
        if biases and biases[0] in self._arrays:
            self._take(f"{prefix}/bias", biases[0])
        return True

    def _added(self, output: str) -> Iterator[str]:
        """Yield what is added to a node's output, of what the model holds."""
        for node in self._graph.node:
            if node.op_type == "Add" and output in node.input:
                yield from (each for each in node.input if each in self._arrays)

    def _is_bias(self, node: Any) -> bool:
        return node.op_type == "Add" and any(each in self._used for each in node.input)

    def _take(self, key: str, name: str, *, transposed: bool = False, part: int | None = None) -> None:
        """Take an array under a key; `part`: of both directions, one."""
        if name not in self._arrays:
            raise WeightsError(
                f"not in the model: {shorten(key)} is computed, not stored, as {shorten(name)} in {self._what}"
            )
        tensor = self._arrays[name]
        if tensor.data_location:
            raise WeightsError(
                f"its numbers are in another file: {shorten(name)} (save it as one file) in {self._what}"
            )
        shape = tuple(tensor.dims)
        if any(size < 0 for size in shape):
            raise WeightsError(f"wrong shape: {shorten(name)} is {shorten(shape)} in {self._what}")
        if part is not None:
            if shape[:1] != (2,):
                raise WeightsError(
                    f"wrong shape: {shorten(name)} is {shape}, must be (2, ...), of both directions in {self._what}"
                )
            shape = (1, *shape[1:])
        read = partial(self._numbers, name, transposed=transposed, part=part)
        self._entries[key] = Entry(shape[::-1] if transposed else shape, self._kind(tensor).name, read)
        self._used.add(name)

    def _numbers(self, name: str, *, transposed: bool = False, part: int | None = None) -> Any:
        try:
            array = self._onnx.numpy_helper.to_array(self._arrays[name])
        except (ValueError, TypeError) as error:
            raise WeightsError(f"not as it says: {shorten(name)}: {shorten(str(error))} in {self._what}") from None
        if part is not None:
            array = array[part : part + 1]
        return array.T if transposed else array

    def _kind(self, tensor: Any) -> Any:
        try:
            return self._onnx.helper.tensor_dtype_to_np_dtype(tensor.data_type)
        except KeyError:
            raise WeightsError(f"unknown kind of number: {shorten(tensor.name)} in {self._what}") from None


def _plain(value: Any) -> object:
    """Return an attribute as data: texts for bytes, a tuple for a list."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return tuple(_plain(each) for each in value) if isinstance(value, list | tuple) else value
