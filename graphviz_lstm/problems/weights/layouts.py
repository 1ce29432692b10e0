"""How each framework lays the weights of its recurrent layers out: one table, held against its forward pass.

A row says under which key an array stands, and which parameters of our cell stand in it one below the other; nothing
here branches on a framework. What two places give to one parameter adds: of two biases ours is the sum.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Stored:
    """One array of a layer.

    Attributes
    ----------
    key
        What its key ends with, `{k}` being the number of the layer where one key holds it; `/` stands for `.` too.
    holds
        Parameters of our cell, in the order in which they stand in it: of a matrix, as blocks of rows; of anything
        else, one after the other. The same name twice: both add.
    transposed
        Whether rows and columns of a matrix are exchanged: (inputs, units) where ours is (units, inputs).
    optional
        Whether a layer may be without it: then it gives zeros.
    leading
        Whether the first axis is that of directions, of which one is read.
    rows
        Of vectors: in how many rows they stand, half of them in each of two.
    """

    key: str
    holds: tuple[str, ...]
    transposed: bool = False
    optional: bool = False
    leading: bool = False
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Layout:
    """How a framework stores one kind of layer.

    Attributes
    ----------
    module
        What the framework calls it.
    cell
        The cell of ours that computes the same.
    arrays
        What it stores.
    attributes
        What a file that tells such things says of it; a file that tells none leaves it open.
    note
        What else is to be known.
    """

    module: str
    cell: str
    arrays: tuple[Stored, ...]
    attributes: Mapping[str, object] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Framework:
    """The layouts of one framework.

    Attributes
    ----------
    name
        What it is called.
    layouts
        One for each kind of layer.
    backward
        A pattern of keys that belong to the direction from the last step to the first.
    forward
        What stands in place of the pattern in the key of the other direction's array.
    linear
        How it stores a linear map of the last layer, the readout.
    embedding
        How it stores the matrix of which tokens pick rows, our W_X; None where it is not read.
    """

    name: str
    layouts: tuple[Layout, ...]
    backward: str
    forward: str
    linear: tuple[Stored, Stored]
    embedding: Stored | None

    def forward_key(self, key: str) -> str:
        """Return the key of the same array of the direction from the first step to the last.

        >>> FRAMEWORKS[0].forward_key("lstm.weight_hh_l0_reverse"), FRAMEWORKS[0].forward_key("fc.weight")
        ('lstm.weight_hh_l0', 'fc.weight')
        """
        return re.sub(self.backward, self.forward, key)

    @property
    def embedding_is_known(self) -> bool:
        """Whether the key of an embedding is that of no linear map."""
        return self.embedding is not None and self.embedding.key != self.linear[0].key


def _blocks(letter: str, gates: str) -> tuple[str, ...]:
    """Return the parameters of gates in an order: `_blocks("W", "i f A o")`."""
    return tuple(f"{letter}_{gate}" for gate in gates.split())


def _torch(
    module: str, cell: str, gates: str, second: str, *, number: str, note: str, more: tuple[Stored, ...] = ()
) -> Layout:
    return Layout(
        module,
        cell,
        (
            Stored(f"weight_ih{number}", _blocks("W", gates)),
            Stored(f"weight_hh{number}", _blocks("U", gates)),
            Stored(f"bias_ih{number}", _blocks("b", gates), optional=True),
            Stored(f"bias_hh{number}", _blocks(second, gates), optional=True),
            *more,
        ),
        note=note,
    )


_ADD = "the two biases add: our b is their sum"
_AFTER = "the reset gate acts after the product with U_h, whose bias is our c"
_PROJECTION = (Stored("weight_hr_l{k}", ("P",)),)
_TORCH_LINEAR = (Stored("weight", ("V",)), Stored("bias", ("c",), optional=True))
_KERNEL_LINEAR = (Stored("kernel", ("V",), transposed=True), Stored("bias", ("c",), optional=True))


def _keras(module: str, cell: str, gates: str, bias: tuple[str, ...], note: str = "", *, rows: int = 1) -> Layout:
    return Layout(
        module,
        cell,
        (
            Stored("kernel", _blocks("W", gates), transposed=True),
            Stored("recurrent_kernel", _blocks("U", gates), transposed=True),
            Stored("bias", bias, optional=True, rows=rows),
        ),
        note=note,
    )


def _gates(pairs: str, *, bias_of: str) -> tuple[Stored, ...]:
    """Return arrays of one gate each, of Flax: `"ii:W_i hi:U_i"`; those named in `bias_of` have a bias, `"hi:b_i"`."""
    kernels = (pair.split(":") for pair in pairs.split())
    biases = (pair.split(":") for pair in bias_of.split())
    return (
        *(Stored(f"{name}/kernel", (parameter,), transposed=True) for name, parameter in kernels),
        *(Stored(f"{name}/bias", (parameter,), optional=True) for name, parameter in biases),
    )


def _dense(module: str, cell: str, gates: str, *, bias: str, note: str) -> Layout:
    """Return a layer of Flax nnx that packs its gates: the bias stands with the input or with the state."""
    return Layout(
        module,
        cell,
        (
            Stored("dense_i/kernel", _blocks("W", gates), transposed=True),
            Stored("dense_h/kernel", _blocks("U", gates), transposed=True),
            Stored(f"{bias}/bias", _blocks("b", gates), optional=True),
        ),
        note=note,
    )


def _onnx(
    cell: str,
    gates: str,
    bias: tuple[str, ...],
    *,
    module: str,
    note: str = "",
    peepholes: tuple[str, ...] = (),
    **attributes: object,
) -> Layout:
    return Layout(
        module,
        cell,
        (
            Stored("W", _blocks("W", gates), leading=True),
            Stored("R", _blocks("U", gates), leading=True),
            Stored("B", bias, optional=True, leading=True),
            *([Stored("P", peepholes, leading=True)] if peepholes else []),
        ),
        attributes,
        note,
    )


_LSTM_FLAX = "hi:U_i hf:U_f hg:U_A ho:U_o"
_LSTM_FLAX_BIAS = "hi:b_i hf:b_f hg:b_A ho:b_o"

_LSTM_ONNX: dict[str, Any] = {"direction": "forward", "input_forget": 0, "activations": ("Sigmoid", "Tanh", "Tanh")}
_GRU_ONNX: dict[str, Any] = {"direction": "forward", "activations": ("Sigmoid", "Tanh")}

FRAMEWORKS = (
    Framework(
        "PyTorch",
        (
            _torch("nn.LSTM", "lstm", "i f A o", "b", number="_l{k}", note=_ADD),
            _torch(
                "nn.LSTM with proj_size", "lstm-projected", "i f A o", "b", number="_l{k}", note=_ADD, more=_PROJECTION
            ),
            _torch("nn.GRU", "gru-reset-after", "r z h", "c", number="_l{k}", note=_AFTER),
            _torch("nn.RNN", "rnn", "H", "b", number="_l{k}", note=f"{_ADD}; tanh, unless f_H is told to be relu"),
            _torch("nn.LSTMCell", "lstm", "i f A o", "b", number="", note=_ADD),
            _torch("nn.GRUCell", "gru-reset-after", "r z h", "c", number="", note=_AFTER),
            _torch("nn.RNNCell", "rnn", "H", "b", number="", note=f"{_ADD}; tanh, unless f_H is told to be relu"),
        ),
        backward=r"(?<=_l)(\d+)_reverse$",
        forward=r"\1",
        linear=_TORCH_LINEAR,
        embedding=Stored("weight", ("W_X",)),
    ),
    Framework(
        "Keras",
        (
            _keras("LSTM", "lstm", "i f A o", _blocks("b", "i f A o")),
            _keras(
                "GRU",
                "gru-reset-after",
                "z r h",
                _blocks("b", "z r h") + _blocks("c", "z r h"),
                "reset_after=True, the default: the bias has two rows, our b and our c",
                rows=2,
            ),
            _keras("GRU", "gru", "z r h", _blocks("b", "z r h"), "reset_after=False: the bias has one row"),
            _keras("SimpleRNN", "rnn", "H", ("b_H",), "tanh, unless f_H is told to be another"),
        ),
        backward=r"(^|[./])backward_",
        forward=r"\1forward_",
        linear=_KERNEL_LINEAR,
        embedding=Stored("embeddings", ("W_X",)),
    ),
    Framework(
        "Flax",
        (
            Layout(
                "linen.LSTMCell, linen.OptimizedLSTMCell",
                "lstm",
                _gates(f"ii:W_i if:W_f ig:W_A io:W_o {_LSTM_FLAX}", bias_of=_LSTM_FLAX_BIAS),
            ),
            Layout(
                "nnx.LSTMCell",
                "lstm",
                _gates(f"ii:W_i if_:W_f ig:W_A io:W_o {_LSTM_FLAX}", bias_of=_LSTM_FLAX_BIAS),
                note="if_ stands for if",
            ),
            Layout(
                "linen.GRUCell",
                "gru-reset-after",
                _gates("ir:W_r iz:W_z in:W_h hr:U_r hz:U_z hn:U_h", bias_of="ir:b_r iz:b_z in:b_h hn:c_h"),
                note=f"{_AFTER}; r and z have one bias",
            ),
            Layout(
                "linen.MGUCell",
                "mgu-reset-after",
                _gates("if:W_f in:W_h hf:U_f hn:U_h", bias_of="if:b_f in:b_h hn:c_h"),
                note="f acts after the product with U_h, whose bias is our c; f keeps the state",
            ),
            Layout("linen.SimpleCell", "rnn", _gates("i:W_H h:U_H", bias_of="i:b_H"), note="tanh, residual=False"),
            _dense("nnx.OptimizedLSTMCell", "lstm", "i f A o", bias="dense_h", note="one bias, with the state"),
            _dense(
                "nnx.GRUCell", "gru-reset-after", "r z h", bias="dense_i", note="one bias, with the input: our c is 0"
            ),
            _dense("nnx.SimpleCell", "rnn", "H", bias="dense_i", note="tanh, residual=False"),
        ),
        backward=r"(^|[./])backward_",
        forward=r"\1forward_",
        linear=_KERNEL_LINEAR,
        embedding=Stored("embedding", ("W_X",)),
    ),
    Framework(
        "ONNX",
        (
            _onnx(
                "lstm",
                "i o f A",
                2 * _blocks("b", "i o f A"),
                module="LSTM",
                **_LSTM_ONNX,
                note="B is [Wb, Rb]: both add",
            ),
            _onnx(
                "lstm-peephole",
                "i o f A",
                2 * _blocks("b", "i o f A"),
                module="LSTM with P",
                peepholes=_blocks("p", "i o f"),
                **_LSTM_ONNX,
                note="P is i, o, f",
            ),
            _onnx(
                "gru",
                "z r h",
                2 * _blocks("b", "z r h"),
                module="GRU",
                linear_before_reset=0,
                **_GRU_ONNX,
                note="linear_before_reset=0, the default",
            ),
            _onnx(
                "gru-reset-after",
                "z r h",
                _blocks("b", "z r h") + _blocks("c", "z r h"),
                module="GRU",
                linear_before_reset=1,
                **_GRU_ONNX,
                note="linear_before_reset=1, as PyTorch exports it",
            ),
            _onnx("rnn", "H", ("b_H", "b_H"), module="RNN", direction="forward", activations=("Tanh",), note="tanh"),
        ),
        backward=r"(?<=[WRBP])_reverse$",
        forward="",
        linear=_TORCH_LINEAR,
        embedding=None,
    ),
)
"""The table: docs/weights.md shows it whole."""
