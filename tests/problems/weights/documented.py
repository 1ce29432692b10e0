"""What each framework documents that its layers compute, in numpy alone: one function a row of the table.

Written from their documentation, not from the table. Each takes arrays by key and a sequence, and returns what comes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

tanh = np.tanh


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def lstm_step(pre: list[Any], c: Any) -> tuple[Any, Any]:
    """Return h and c of pre-activations i, f, g, o."""
    i, f, g, o = pre
    c = sigmoid(f) * c + sigmoid(i) * tanh(g)
    return sigmoid(o) * tanh(c), c


def run(step: Callable[[Any, tuple[Any, ...]], tuple[Any, ...]], rows: Any, *sizes: int) -> Any:
    """Return the first state after each step, from states of zeros."""
    states, given = tuple(np.zeros(size) for size in sizes), []
    for row in rows:
        states = step(row, states)
        given.append(states[0])
    return np.array(given)


def torch_lstm(a: dict[str, Any], rows: Any, n: int, end: str = "_l0") -> Any:
    def step(x: Any, s: tuple[Any, ...]) -> tuple[Any, ...]:
        pre = a["weight_ih" + end] @ x + a["bias_ih" + end] + a["weight_hh" + end] @ s[0] + a["bias_hh" + end]
        h, c = lstm_step(np.split(pre, 4), s[1])
        return (a["weight_hr" + end] @ h if "weight_hr" + end in a else h), c

    return run(step, rows, a["weight_hh" + end].shape[1], n)


def torch_gru(a: dict[str, Any], rows: Any, n: int, end: str = "_l0") -> Any:
    def step(x: Any, s: tuple[Any, ...]) -> tuple[Any, ...]:
        xr, xz, xn = np.split(a["weight_ih" + end] @ x + a["bias_ih" + end], 3)
        hr, hz, hn = np.split(a["weight_hh" + end] @ s[0] + a["bias_hh" + end], 3)
        z, new = sigmoid(xz + hz), tanh(xn + sigmoid(xr + hr) * hn)
        return ((1 - z) * new + z * s[0],)

    return run(step, rows, n)


def torch_rnn(a: dict[str, Any], rows: Any, n: int, end: str = "_l0") -> Any:
    def step(x: Any, s: tuple[Any, ...]) -> tuple[Any, ...]:
        return (tanh(a["weight_ih" + end] @ x + a["bias_ih" + end] + a["weight_hh" + end] @ s[0] + a["bias_hh" + end]),)

    return run(step, rows, n)


def keras_lstm(a: dict[str, Any], rows: Any, n: int) -> Any:
    def step(x: Any, s: tuple[Any, ...]) -> tuple[Any, ...]:
        i, f, c, o = np.split(x @ a["kernel"] + s[0] @ a["recurrent_kernel"] + a["bias"], 4)
        return lstm_step([i, f, c, o], s[1])

    return run(step, rows, n, n)


def keras_gru(a: dict[str, Any], rows: Any, n: int) -> Any:
    def after(x: Any, s: tuple[Any, ...]) -> tuple[Any, ...]:
        xz, xr, xh = np.split(x @ a["kernel"] + a["bias"][0], 3)
        hz, hr, hh = np.split(s[0] @ a["recurrent_kernel"] + a["bias"][1], 3)
        z = sigmoid(xz + hz)
        return (z * s[0] + (1 - z) * tanh(xh + sigmoid(xr + hr) * hh),)

    def before(x: Any, s: tuple[Any, ...]) -> tuple[Any, ...]:
        xz, xr, xh = np.split(x @ a["kernel"] + a["bias"], 3)
        kz, kr, kh = np.split(a["recurrent_kernel"], 3, axis=1)
        z, r = sigmoid(xz + s[0] @ kz), sigmoid(xr + s[0] @ kr)
        return (z * s[0] + (1 - z) * tanh(xh + (r * s[0]) @ kh),)

    return run(after if a["bias"].ndim == 2 else before, rows, n)


def keras_rnn(a: dict[str, Any], rows: Any, n: int) -> Any:
    return run(lambda x, s: (tanh(x @ a["kernel"] + s[0] @ a["recurrent_kernel"] + a["bias"]),), rows, n)


def flax_lstm(a: dict[str, Any], rows: Any, n: int) -> Any:
    names = {"f": "if_" if "if_/kernel" in a else "if"}

    def step(x: Any, s: tuple[Any, ...]) -> tuple[Any, ...]:
        pre = [x @ a[f"{names.get(g, 'i' + g)}/kernel"] + s[0] @ a[f"h{g}/kernel"] + a[f"h{g}/bias"] for g in "ifgo"]
        return lstm_step(pre, s[1])

    return run(step, rows, n, n)


def flax_gru(a: dict[str, Any], rows: Any, n: int) -> Any:
    def step(x: Any, s: tuple[Any, ...]) -> tuple[Any, ...]:
        r, z = (sigmoid(x @ a[f"i{g}/kernel"] + a[f"i{g}/bias"] + s[0] @ a[f"h{g}/kernel"]) for g in "rz")
        new = tanh(x @ a["in/kernel"] + a["in/bias"] + r * (s[0] @ a["hn/kernel"] + a["hn/bias"]))
        return ((1 - z) * new + z * s[0],)

    return run(step, rows, n)


def flax_mgu(a: dict[str, Any], rows: Any, n: int) -> Any:
    def step(x: Any, s: tuple[Any, ...]) -> tuple[Any, ...]:
        f = sigmoid(x @ a["if/kernel"] + a["if/bias"] + s[0] @ a["hf/kernel"])
        new = tanh(x @ a["in/kernel"] + a["in/bias"] + f * (s[0] @ a["hn/kernel"] + a["hn/bias"]))
        return ((1 - f) * new + f * s[0],)

    return run(step, rows, n)


def flax_simple(a: dict[str, Any], rows: Any, n: int) -> Any:
    return run(lambda x, s: (tanh(x @ a["i/kernel"] + a["i/bias"] + s[0] @ a["h/kernel"]),), rows, n)


def nnx_lstm(a: dict[str, Any], rows: Any, n: int) -> Any:
    def step(x: Any, s: tuple[Any, ...]) -> tuple[Any, ...]:
        pre = x @ a["dense_i/kernel"] + s[0] @ a["dense_h/kernel"] + a["dense_h/bias"]
        return lstm_step(np.split(pre, 4), s[1])

    return run(step, rows, n, n)


def nnx_gru(a: dict[str, Any], rows: Any, n: int) -> Any:
    def step(x: Any, s: tuple[Any, ...]) -> tuple[Any, ...]:
        xr, xz, xn = np.split(x @ a["dense_i/kernel"] + a["dense_i/bias"], 3)
        hr, hz, hn = np.split(s[0] @ a["dense_h/kernel"], 3)
        z = sigmoid(xz + hz)
        return ((1 - z) * tanh(xn + sigmoid(xr + hr) * hn) + z * s[0],)

    return run(step, rows, n)


def nnx_simple(a: dict[str, Any], rows: Any, n: int) -> Any:
    return run(lambda x, s: (tanh(x @ a["dense_i/kernel"] + a["dense_i/bias"] + s[0] @ a["dense_h/kernel"]),), rows, n)


def onnx_lstm(a: dict[str, Any], rows: Any, n: int) -> Any:
    wb, rb = np.split(a["B"][0], 2)
    pi, po, pf = np.split(a["P"][0], 3) if "P" in a else np.zeros((3, n))

    def step(x: Any, s: tuple[Any, ...]) -> tuple[Any, ...]:
        i, o, f, c = np.split(a["W"][0] @ x + a["R"][0] @ s[0] + wb + rb, 4)
        new = sigmoid(f + pf * s[1]) * s[1] + sigmoid(i + pi * s[1]) * tanh(c)
        return sigmoid(o + po * new) * tanh(new), new

    return run(step, rows, n, n)


def onnx_gru(a: dict[str, Any], rows: Any, n: int, *, after: bool) -> Any:
    (wz, wr, wh), (rz, rr, rh) = np.split(a["W"][0], 3), np.split(a["R"][0], 3)
    bz, br, bh, cz, cr, ch = np.split(a["B"][0], 6)

    def step(x: Any, s: tuple[Any, ...]) -> tuple[Any, ...]:
        z, r = sigmoid(wz @ x + rz @ s[0] + bz + cz), sigmoid(wr @ x + rr @ s[0] + br + cr)
        new = tanh(wh @ x + bh + (r * (rh @ s[0] + ch) if after else rh @ (r * s[0]) + ch))
        return ((1 - z) * new + z * s[0],)

    return run(step, rows, n)


def onnx_rnn(a: dict[str, Any], rows: Any, n: int) -> Any:
    wb, rb = np.split(a["B"][0], 2)
    return run(lambda x, s: (tanh(a["W"][0] @ x + a["R"][0] @ s[0] + wb + rb),), rows, n)


def packed(gates: int, end: str, **more: Any) -> Callable[[int, int], dict[str, tuple[int, ...]]]:
    """Return the shapes of PyTorch's arrays, of so many gates."""

    def shapes(n: int, m: int) -> dict[str, tuple[int, ...]]:
        width = more.get("projection", n)
        own = {"weight_ih": (gates * n, m), "weight_hh": (gates * n, width)}
        own |= dict.fromkeys(("bias_ih", "bias_hh"), (gates * n,))
        return {key + end: shape for key, shape in (own | ({"weight_hr": (width, n)} if more else {})).items()}

    return shapes


def columns(gates: int, first: str, second: str, **biases: int) -> Callable[[int, int], dict[str, tuple[int, ...]]]:
    """Return the shapes of kernels, (inputs, units) each, and of biases beside them: how many units each has."""

    def shapes(n: int, m: int) -> dict[str, tuple[int, ...]]:
        kernels = {first: (m, gates * n), second: (n, gates * n)}
        return {**kernels, **{name.replace("__", "/"): (size * n,) for name, size in biases.items()}}

    return shapes


def by_gate(inputs: dict[str, bool], states: dict[str, bool]) -> Callable[[int, int], dict[str, tuple[int, ...]]]:
    """Return the shapes of Flax' arrays of one gate each: name -> whether it has a bias."""

    def shapes(n: int, m: int) -> dict[str, tuple[int, ...]]:
        kernels = {f"{g}/kernel": (m, n) for g in inputs} | {f"{g}/kernel": (n, n) for g in states}
        return kernels | {f"{g}/bias": (n,) for g, has in (*inputs.items(), *states.items()) if has}

    return shapes


def directed(gates: int, *, peepholes: bool = False) -> Callable[[int, int], dict[str, tuple[int, ...]]]:
    """Return the shapes of ONNX' arrays, of one direction."""

    def shapes(n: int, m: int) -> dict[str, tuple[int, ...]]:
        own = {"W": (1, gates * n, m), "R": (1, gates * n, n), "B": (1, 2 * gates * n)}
        return own | ({"P": (1, 3 * n)} if peepholes else {})

    return shapes


def _with_rows(n: int, m: int) -> dict[str, tuple[int, ...]]:
    return {"kernel": (m, 3 * n), "recurrent_kernel": (n, 3 * n), "bias": (2, 3 * n)}


_NO, _YES = dict.fromkeys(("ii", "if", "ig", "io"), False), dict.fromkeys(("hi", "hf", "hg", "ho"), True)
_NNX = dict.fromkeys(("ii", "if_", "ig", "io"), False)
_IRZN = dict.fromkeys(("ir", "iz", "in"), True)

# (framework, module, cell) -> the shapes of its arrays of n units that read m numbers, and what it computes of them.
DOCUMENTED: dict[tuple[str, str, str], tuple[Any, Any]] = {
    ("PyTorch", "nn.LSTM", "lstm"): (packed(4, "_l0"), torch_lstm),
    ("PyTorch", "nn.LSTM with proj_size", "lstm-projected"): (packed(4, "_l0", projection=2), torch_lstm),
    ("PyTorch", "nn.GRU", "gru-reset-after"): (packed(3, "_l0"), torch_gru),
    ("PyTorch", "nn.RNN", "rnn"): (packed(1, "_l0"), torch_rnn),
    ("PyTorch", "nn.LSTMCell", "lstm"): (packed(4, ""), lambda a, x, n: torch_lstm(a, x, n, "")),
    ("PyTorch", "nn.GRUCell", "gru-reset-after"): (packed(3, ""), lambda a, x, n: torch_gru(a, x, n, "")),
    ("PyTorch", "nn.RNNCell", "rnn"): (packed(1, ""), lambda a, x, n: torch_rnn(a, x, n, "")),
    ("Keras", "LSTM", "lstm"): (columns(4, "kernel", "recurrent_kernel", bias=4), keras_lstm),
    ("Keras", "GRU", "gru-reset-after"): (_with_rows, keras_gru),
    ("Keras", "GRU", "gru"): (columns(3, "kernel", "recurrent_kernel", bias=3), keras_gru),
    ("Keras", "SimpleRNN", "rnn"): (columns(1, "kernel", "recurrent_kernel", bias=1), keras_rnn),
    ("Flax", "linen.LSTMCell, linen.OptimizedLSTMCell", "lstm"): (by_gate(_NO, _YES), flax_lstm),
    ("Flax", "nnx.LSTMCell", "lstm"): (by_gate(_NNX, _YES), flax_lstm),
    ("Flax", "linen.GRUCell", "gru-reset-after"): (by_gate(_IRZN, {"hr": False, "hz": False, "hn": True}), flax_gru),
    ("Flax", "linen.MGUCell", "mgu-reset-after"): (
        by_gate({"if": True, "in": True}, {"hf": False, "hn": True}), flax_mgu),
    ("Flax", "linen.SimpleCell", "rnn"): (by_gate({"i": True}, {"h": False}), flax_simple),
    ("Flax", "nnx.OptimizedLSTMCell", "lstm"): (
        columns(4, "dense_i/kernel", "dense_h/kernel", dense_h__bias=4), nnx_lstm),
    ("Flax", "nnx.GRUCell", "gru-reset-after"): (
        columns(3, "dense_i/kernel", "dense_h/kernel", dense_i__bias=3), nnx_gru),
    ("Flax", "nnx.SimpleCell", "rnn"): (columns(1, "dense_i/kernel", "dense_h/kernel", dense_i__bias=1), nnx_simple),
    ("ONNX", "LSTM", "lstm"): (directed(4), onnx_lstm),
    ("ONNX", "LSTM with P", "lstm-peephole"): (directed(4, peepholes=True), onnx_lstm),
    ("ONNX", "GRU", "gru"): (directed(3), lambda a, x, n: onnx_gru(a, x, n, after=False)),
    ("ONNX", "GRU", "gru-reset-after"): (directed(3), lambda a, x, n: onnx_gru(a, x, n, after=True)),
    ("ONNX", "RNN", "rnn"): (directed(1), onnx_rnn),
}  # fmt: skip


def arrays_of(row: tuple[str, str, str], units: int, inputs: int, seed: int) -> dict[str, Any]:
    """Return random arrays of one row."""
    random = np.random.default_rng(seed)
    return {key: random.normal(size=shape) for key, shape in DOCUMENTED[row][0](units, inputs).items()}
