"""Stacks hold against PyTorch's own: values and gradients, to 1e-12."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphviz_lstm.graph.gradients import adjoints_of
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.problems import stack_problem

torch = pytest.importorskip("torch")

STEPS, INPUTS, HIDDEN, CLASSES, TOKENS = 5, 3, 2, 4, 6
# Which rows of PyTorch's weights are which gate's.
GATES = {"lstm": "ifAo", "gru-reset-after": "rzh", "rnn": "H"}
MODULES = {"lstm": "LSTM", "gru-reset-after": "GRU", "rnn": "RNN"}


def parameters_of(module: Any, cell: str, number: int, suffix: str, *, of: str = "data") -> dict[str, Any]:
    """Return a layer's parameters (or their gradients) as the cell of the library calls them.

    The LSTM and the RNN have one bias where PyTorch has two that are added.
    """

    def of_gate(kind: str, k: int) -> Any:
        array = getattr(getattr(module, f"{kind}_l{number}{suffix}"), of).numpy()
        return array[k * HIDDEN : (k + 1) * HIDDEN]

    found: dict[str, Any] = {}
    for k, gate in enumerate(GATES[cell]):
        found[f"W_{gate}"], found[f"U_{gate}"] = of_gate("weight_ih", k), of_gate("weight_hh", k)
        if cell == "gru-reset-after":
            found[f"b_{gate}"], found[f"c_{gate}"] = of_gate("bias_ih", k), of_gate("bias_hh", k)
        else:
            found[f"b_{gate}"] = of_gate("bias_ih", k) + (of_gate("bias_hh", k) if of == "data" else 0.0)
    return found


@pytest.mark.parametrize("bidirectional", [False, True], ids=["forward", "both"])
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("cell", MODULES)
def test_a_stack_with_embedding_readout_and_ignored_targets_is_torchs(
    cell: str,
    layers: int,
    bidirectional: bool,  # noqa: FBT001 -- a case
) -> None:
    """`num_layers`, `bidirectional`, `Embedding`, `Linear`, `CrossEntropyLoss(ignore_index=...)`."""
    torch.manual_seed(layers)
    options = {"num_layers": layers, "bidirectional": bidirectional, "dtype": torch.float64}
    module = getattr(torch.nn, MODULES[cell])(INPUTS, HIDDEN, **options)
    embedding = torch.nn.Embedding(TOKENS, INPUTS, dtype=torch.float64)
    linear = torch.nn.Linear(HIDDEN * (1 + bidirectional), CLASSES, dtype=torch.float64)
    tokens, targets = torch.tensor([3, 0, 5, 3, 1]), torch.tensor([2, -1, 0, 3, -1])
    output = linear(module(embedding(tokens))[0])
    loss = torch.nn.CrossEntropyLoss(ignore_index=-1)(output, targets)
    loss.backward()
    suffixes = ["", "_reverse"] if bidirectional else [""]

    def told(number: int) -> dict[str, Any]:
        layer: dict[str, Any] = {"cell": cell, "direction": "both" if bidirectional else "forward"}
        layer["parameters"] = parameters_of(module, cell, number, "")
        if bidirectional:
            layer["backward"] = {"parameters": parameters_of(module, cell, number, "_reverse")}
        return layer

    problem = stack_problem(
        [told(number) for number in range(layers)],
        embedding={"parameters": {"W_X": embedding.weight.detach().numpy()}},
        readout={
            "cell": {"equations": ["Y[t] = V @ H[t] + c"]},
            "parameters": {"V": linear.weight.detach().numpy(), "c": linear.bias.detach().numpy()},
        },
        inputs=tokens.numpy(),
        losses=[{"kind": "cross_entropy", "targets": targets.numpy(), "ignore": -1, "reduction": "mean"}],
    )
    ours = linearize(problem)
    assert ours.loss == pytest.approx(loss.item(), rel=1e-13)
    assert np.allclose(ours.values("Y"), output.detach().numpy(), rtol=1e-12, atol=1e-14)
    gradients = adjoints_of(ours).parameters
    expected = {"W_X": embedding.weight.grad.numpy(), "V": linear.weight.grad.numpy(), "c": linear.bias.grad.numpy()}
    numbered = layers > 1 or bidirectional
    for number in range(layers):
        for suffix in suffixes:
            part = ("<" if suffix else ">") if bidirectional else ""
            above = f"^({number + 1}{part})" if numbered else ""
            own = parameters_of(module, cell, number, suffix, of="grad")
            expected |= {f"{name}{above}": gradient for name, gradient in own.items()}
    assert gradients.keys() == expected.keys()
    largest = max(float(np.abs(gradient).max()) for gradient in expected.values())
    assert all(np.abs(gradients[name] - expected[name]).max() <= 1e-12 * largest for name in expected)


def test_binary_cross_entropy_with_a_mask_is_torchs() -> None:
    """`BCEWithLogitsLoss` of the steps that count, of a residual layer that runs backward."""
    torch.manual_seed(0)
    module = torch.nn.RNN(HIDDEN, HIDDEN, dtype=torch.float64)
    inputs = torch.randn(STEPS, HIDDEN, dtype=torch.float64)
    targets = torch.rand(STEPS, HIDDEN, dtype=torch.float64)
    mask = torch.tensor([True, False, True, True, False])
    output = inputs + module(inputs.flip(0))[0].flip(0)
    loss = torch.nn.BCEWithLogitsLoss(reduction="sum")(output[mask], targets[mask])
    loss.backward()
    problem = stack_problem(
        [
            {
                "cell": "rnn",
                "direction": "backward",
                "residual": True,
                "parameters": parameters_of(module, "rnn", 0, ""),
            }
        ],
        inputs=inputs.numpy(),
        losses=[{"kind": "binary_cross_entropy", "targets": targets.numpy(), "mask": mask.tolist()}],
    )
    ours = linearize(problem)
    assert ours.loss == pytest.approx(loss.item(), rel=1e-13)
    gradients = adjoints_of(ours).parameters
    for name, gradient in parameters_of(module, "rnn", 0, "", of="grad").items():
        assert np.allclose(gradients[f"{name}^(1<)"], gradient, rtol=1e-11, atol=1e-13)
