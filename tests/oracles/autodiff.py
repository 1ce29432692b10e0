"""An oracle that shares nothing with the package but the text of the equations.

Python itself evaluates each equation, with `name[t]` looked up in a table of steps, and HIPS autograd differentiates
through what was done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import autograd.numpy as anp
from autograd import grad

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphviz_lstm.problems import Example

FUNCTIONS = {
    "tanh": anp.tanh,
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "identity": lambda z: z,
    "relu": lambda z: anp.maximum(z, 0),
    "softplus": lambda z: anp.log(1 + anp.exp(z)),
    "sin": anp.sin,
}

LOSSES = {
    "squared_error": lambda h, y: anp.sum((h - y) ** 2) / 2,
    "cross_entropy": lambda h, y: -anp.sum(y * (h - anp.log(anp.sum(anp.exp(h))))),
    "given": lambda h, y: anp.sum(h * y),
}


def loss(given: Mapping[str, Any], example: Example, equations: list[tuple[str, str]]) -> Any:
    """Return E for the values in `given`: parameters and inputs by name, initial states by name with `0`."""
    functions = FUNCTIONS | {name: FUNCTIONS[bound] for name, bound in example.cell.activations.items()}
    names: dict[str, Any] = {name: given[name] for name in example.cell.parameters}
    names["X"] = {t: given["X"][t - 1] for t in range(1, example.steps + 1)}
    for quantity, _ in equations:
        names[quantity] = {0: given[f"{quantity}0"]} if f"{quantity}0" in given else {}
    for t in range(1, example.steps + 1):
        for quantity, right in equations:
            names[quantity][t] = eval(right, {"__builtins__": {}}, functions | names | {"t": t})  # noqa: S307
    last = example.steps
    counted = range(1, last + 1) if example.at == "every" else range(last, last + 1)
    outputs = names[example.cell.output]
    return sum(LOSSES[example.loss](outputs[t], example.targets[t - 1]) for t in counted)


def gradients(example: Example, text: str) -> dict[str, Any]:
    """Return dE with respect to every parameter, the inputs (`X`, a row a step) and the initial states (`S0`)."""
    lines = [line.partition("#")[0].strip() for line in text.splitlines()]
    pairs = [line.split("=", 1) for line in lines if line]
    equations = [(left.strip().removesuffix("[t]"), right.strip()) for left, right in pairs]
    given = dict(example.parameters) | {"X": example.inputs} | {f"{k}0": v for k, v in example.initial.items()}
    given = {name: anp.array(value) for name, value in given.items()}
    result: dict[str, Any] = grad(loss)(given, example, equations)
    return result
