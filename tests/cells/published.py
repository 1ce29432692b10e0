"""The cells of the library as their papers have them, written once more by hand in PyTorch: nothing here reads ours.

Each takes the parameters, the states before and the input of one step, and returns the states after and the output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn.functional import linear, logsigmoid, silu, softplus

if TYPE_CHECKING:
    from collections.abc import Callable

    Tensors = dict[str, Any]
    Step = Callable[[Tensors, Tensors, Any], tuple[Tensors, Any]]

sigmoid, tanh = torch.sigmoid, torch.tanh


def _gates(p: Tensors, names: str, x: Any, h: Any, *, recurrent: str = "U") -> list[Any]:
    """Return what each gate is the function of: all of them one product, as frameworks have it."""
    rows = torch.cat([p[f"W_{k}"] for k in names])
    again = torch.cat([p[f"{recurrent}_{k}"] for k in names])
    bias = torch.cat([p[f"b_{k}"] for k in names])
    return list((linear(x, rows, bias) + linear(h, again)).chunk(len(names)))


def lstm(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Gers, Schmidhuber and Cummins 2000."""
    a, i, f, o = _gates(p, "Aifo", x, s["H"])
    c = sigmoid(f) * s["S"] + sigmoid(i) * tanh(a)
    h = sigmoid(o) * tanh(c)
    return {"S": c, "H": h}, h


def lstm_1997(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Hochreiter and Schmidhuber 1997, section 4: s = s + y_in g(net_c)."""
    a, i, o = _gates(p, "Aio", x, s["H"])
    c = s["S"] + sigmoid(i) * tanh(a)
    h = sigmoid(o) * tanh(c)
    return {"S": c, "H": h}, h


def lstm_peephole(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Gers, Schraudolph and Schmidhuber 2002, section 3."""
    a, i, f, o = _gates(p, "Aifo", x, s["H"])
    c = sigmoid(f + p["p_f"] * s["S"]) * s["S"] + sigmoid(i + p["p_i"] * s["S"]) * tanh(a)
    h = sigmoid(o + p["p_o"] * c) * tanh(c)
    return {"S": c, "H": h}, h


def lstm_coupled(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Greff et al. 2017, variant CIFG, without peepholes."""
    a, i, o = _gates(p, "Aio", x, s["H"])
    c = torch.lerp(s["S"], tanh(a), sigmoid(i))
    h = sigmoid(o) * tanh(c)
    return {"S": c, "H": h}, h


def lstm_projected(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Sak, Senior and Beaufays 2014, equation 7, without peepholes."""
    after, h = lstm(p, s, x)
    r = linear(h, p["P"])
    return {"S": after["S"], "H": r}, r


def gru(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Cho et al. 2014, equations 5 to 8."""
    z, r = map(sigmoid, _gates(p, "zr", x, s["H"]))
    new = tanh(linear(x, p["W_h"], p["b_h"]) + linear(r * s["H"], p["U_h"]))
    h = torch.lerp(new, s["H"], z)
    return {"H": h}, h


def gru_reset_after(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """The formulas of torch.nn.GRU."""
    read = {k: linear(x, p[f"W_{k}"], p[f"b_{k}"]) for k in "zrh"}
    again = {k: linear(s["H"], p[f"U_{k}"], p[f"c_{k}"]) for k in "zrh"}
    z, r = sigmoid(read["z"] + again["z"]), sigmoid(read["r"] + again["r"])
    h = torch.lerp(tanh(read["h"] + r * again["h"]), s["H"], z)
    return {"H": h}, h


def rnn(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Elman 1990, with tanh."""
    h = tanh(linear(x, p["W_H"], p["b_H"]) + linear(s["H"], p["U_H"]))
    return {"H": h}, h


def rnn_leaky(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Jaeger et al. 2007, equation 2, with one leak of 0.5."""
    h = torch.lerp(s["H"], rnn(p, s, x)[1], 0.5)
    return {"H": h}, h


def mgu(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Zhou et al. 2016, equations 7a to 7c."""
    f = sigmoid(*_gates(p, "f", x, s["H"]))
    new = tanh(linear(x, p["W_h"], p["b_h"]) + linear(f * s["H"], p["U_h"]))
    h = torch.lerp(s["H"], new, f)
    return {"H": h}, h


def mgu_reset_after(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """The formulas of flax.linen.MGUCell."""
    f = sigmoid(*_gates(p, "f", x, s["H"]))
    new = tanh(linear(x, p["W_h"], p["b_h"]) + f * linear(s["H"], p["U_h"], p["c_h"]))
    h = torch.lerp(new, s["H"], f)
    return {"H": h}, h


def indrnn(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Li et al. 2018, equation 2."""
    h = torch.relu(torch.addcmul(linear(x, p["W_H"], p["b_H"]), p["u_H"], s["H"]))
    return {"H": h}, h


def ugrnn(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Collins, Sohl-Dickstein and Sussillo 2017, appendix."""
    g, c = _gates(p, "gc", x, s["H"])
    h = torch.lerp(tanh(c), s["H"], sigmoid(g))
    return {"H": h}, h


def slstm(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Beck et al. 2024, equations 8 to 17: stabilised."""
    z, i, f, o = _gates(p, "zifo", x, s["H"], recurrent="R")
    m = torch.maximum(logsigmoid(f) + s["m"], i)
    keep, take = torch.exp(logsigmoid(f) + s["m"] - m), torch.exp(i - m)
    c, n = keep * s["c"] + take * tanh(z), keep * s["n"] + take
    h = sigmoid(o) * c / n
    return {"m": m, "c": c, "n": n, "H": h}, h


def mlstm(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Beck et al. 2024, equations 19 to 27, one head; the divisor as their code has it."""
    q, k, v = (linear(x, p[f"W_{name}"], p[f"b_{name}"]) for name in "qkv")
    i, f = (x @ p[f"w_{name}"] + p[f"b_{name}"] for name in "if")
    m = torch.maximum(logsigmoid(f) + s["m"], i)
    keep, take = torch.exp(logsigmoid(f) + s["m"] - m), torch.exp(i - m)
    memory = keep * s["C"] + take * v[:, None] * k[None, :]
    n = keep * s["n"] + take * k
    h = sigmoid(linear(x, p["W_o"], p["b_o"])) * (memory @ q) / torch.maximum((n @ q).abs(), torch.exp(-m))
    return {"m": m, "C": memory, "n": n}, h


def _positive(z: Any) -> Any:
    """Feng et al. 2024, appendix B: their g."""
    return torch.where(z >= 0, z + 0.5, sigmoid(z))


def mingru(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Feng et al. 2024, section 3.1."""
    h = torch.lerp(s["H"], linear(x, p["W_h"], p["b_h"]), sigmoid(linear(x, p["W_z"], p["b_z"])))
    return {"H": h}, h


def mingru_log(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Feng et al. 2024, appendix B.2, algorithm 5."""
    h = torch.lerp(s["H"], _positive(linear(x, p["W_h"], p["b_h"])), sigmoid(linear(x, p["W_z"], p["b_z"])))
    return {"H": h}, h


def _shared(p: Tensors, x: Any) -> tuple[Any, Any]:
    """Return what a minLSTM keeps and takes in: parts of one, computed by softplus as in its appendix."""
    f, i = (linear(x, p[f"W_{name}"], p[f"b_{name}"]) for name in "fi")
    difference = softplus(-f) - softplus(-i)
    return torch.exp(-softplus(difference)), torch.exp(-softplus(-difference))


def minlstm(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Feng et al. 2024, section 3.2."""
    keep, take = _shared(p, x)
    h = keep * s["H"] + take * linear(x, p["W_h"], p["b_h"])
    return {"H": h}, h


def minlstm_log(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Feng et al. 2024, appendix B.2, algorithm 7."""
    keep, take = _shared(p, x)
    h = keep * s["H"] + take * _positive(linear(x, p["W_h"], p["b_h"]))
    return {"H": h}, h


def lru(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Orvieto et al. 2023, equations 1 and 7, and their appendix A: in complex numbers."""
    turn = torch.exp(torch.complex(-torch.exp(p["nu"]), torch.exp(p["theta"])))
    into, out = torch.complex(p["B_a"], p["B_b"]), torch.complex(p["C_a"], p["C_b"])
    h = turn * torch.complex(s["a"], s["b"]) + torch.exp(p["gamma"]) * (into @ x.to(into.dtype))
    return {"a": h.real, "b": h.imag}, (out @ h).real + p["D"] @ x


def rg_lru(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """De et al. 2024, equations 1 to 4: a to the power c r."""
    r, i = (sigmoid(linear(x, p[f"W_{name}"], p[f"b_{name}"])) for name in "ri")
    a = sigmoid(p["L"]) ** (8.0 * r)
    h = a * s["H"] + torch.sqrt(1 - a**2) * (i * x)
    return {"H": h}, h


def s6(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Gu and Dao 2023, algorithm 2, of one channel, with its gate and its column of the last projection."""
    u, z = x @ p["w_u"], x @ p["w_z"]
    step = softplus(x @ p["w_d"] + p["b_d"])
    h = torch.exp(step * -torch.exp(p["A"])) * s["h"] + step * (p["W_B"] @ x) * u
    y = (p["W_C"] @ x) @ h + p["D"] * u
    return {"h": h}, p["w_H"] * (y * silu(z))


def gated_deltanet(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Yang, Kautz and Hatamizadeh 2025, equation 10: S (alpha (I - beta k k^T)) + beta v k^T."""
    q, k, v = (silu(p[f"W_{name}"] @ x) for name in "qkv")
    q, k = q / q.norm(), k / k.norm()
    alpha = torch.exp(-torch.exp(p["a"]) * softplus(x @ p["w_alpha"] + p["b_alpha"]))
    beta = sigmoid(x @ p["w_beta"])
    one = torch.eye(len(k), dtype=k.dtype)
    memory = s["S"] @ (alpha * (one - beta * torch.outer(k, k))) + beta * torch.outer(v, k)
    return {"S": memory}, memory @ q


def cornn(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Rusch and Mishra 2021, equation 3 with the explicit damping; dt 0.1, gamma and epsilon 1."""
    forced = tanh(p["W"] @ s["H"] + p["U"] @ s["z"] + p["V"] @ x + p["b"])
    z = s["z"] + 0.1 * forced - 0.1 * s["H"] - 0.1 * s["z"]
    y = s["H"] + 0.1 * z
    return {"z": z, "H": y}, y


def lem(p: Tensors, s: Tensors, x: Any) -> tuple[Tensors, Any]:
    """Rusch et al. 2022, equation 3; dt 1."""

    def reads(name: str, state: Any) -> Any:
        return linear(state, p[f"W_{name}"]) + linear(x, p[f"V_{name}"], p[f"b_{name}"])

    z = torch.lerp(s["z"], tanh(reads("z", s["H"])), sigmoid(reads("d", s["H"])))
    y = torch.lerp(s["H"], tanh(reads("H", z)), sigmoid(reads("e", s["H"])))
    return {"z": z, "H": y}, y


PUBLISHED: dict[str, Step] = {
    "cornn": cornn,
    "gated-deltanet": gated_deltanet,
    "gru": gru,
    "gru-reset-after": gru_reset_after,
    "indrnn": indrnn,
    "lem": lem,
    "lru": lru,
    "lstm": lstm,
    "lstm-1997": lstm_1997,
    "lstm-coupled": lstm_coupled,
    "lstm-peephole": lstm_peephole,
    "lstm-projected": lstm_projected,
    "mgu": mgu,
    "mgu-reset-after": mgu_reset_after,
    "mingru": mingru,
    "mingru-log": mingru_log,
    "minlstm": minlstm,
    "minlstm-log": minlstm_log,
    "mlstm": mlstm,
    "rg-lru": rg_lru,
    "rnn": rnn,
    "rnn-leaky": rnn_leaky,
    "s6": s6,
    "slstm": slstm,
    "ugrnn": ugrnn,
}


def in_torch(name: str, problem: Any) -> tuple[list[Any], dict[str, Any]]:
    """Return outputs, and the gradients of half the squared distances to targets: of parameters and first states."""
    leaves = {key: torch.tensor(value, requires_grad=True) for key, value in problem.parameters.items()}
    first = {key: torch.tensor(value, requires_grad=True) for key, value in problem.initial.items()}
    (term,) = problem.losses
    targets = dict(zip(term.steps, term.targets, strict=True))
    states, outputs, loss = first, [], torch.zeros((), dtype=torch.float64)
    for step, row in enumerate(problem.inputs["X"], start=problem.first_step):
        states, output = PUBLISHED[name](leaves, states, torch.tensor(row))
        outputs.append(output.detach().numpy())
        if step in targets:
            loss = loss + ((output - torch.tensor(targets[step])) ** 2).sum() / 2
    loss.backward()  # type: ignore[no-untyped-call]
    zero = {key: torch.zeros_like(leaf) for key, leaf in (leaves | first).items()}
    return outputs, {
        key: (zero[key] if leaf.grad is None else leaf.grad).numpy() for key, leaf in (leaves | first).items()
    }
