"""Flax' minimal gated unit, which is another than the paper's. Collected where Flax is installed."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import numpy as np
import pytest

from graphviz_lstm.cells import CELLS, read_cell
from graphviz_lstm.graph import evaluate, reverse, reverse_absolute
from tests.examples import random_problem

jax = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", val=True)
linen = pytest.importorskip("flax.linen")

# Where each of ours stands in their tree; and what is another in their text than in the paper's.
PLACES = {
    "W_f": ("if", "kernel"),
    "b_f": ("if", "bias"),
    "W_h": ("in", "kernel"),
    "b_h": ("in", "bias"),
    "U_f": ("hf", "kernel"),
    "U_h": ("hn", "kernel"),
    "c_h": ("hn", "bias"),
}
TEXT = {
    "U_h @ (f[t] * H[t-1])": "f[t] * (U_h @ H[t-1] + c_h)",
    "(1 - f[t]) * H[t-1] + f[t] * h[t]": "f[t] * H[t-1] + (1 - f[t]) * h[t]",
}


@pytest.mark.parametrize("size", [1, 4])
def test_the_mgu_with_the_two_changes_that_its_notes_tell_is_flax(size: int) -> None:
    """Values, and every gradient to 1e-12 of the sum of all |contributions|."""
    text = (files("graphviz_lstm.cells.library") / "mgu.toml").read_text(encoding="utf-8")
    for ours, theirs in TEXT.items():
        assert text.count(ours) == 1
        text = text.replace(ours, theirs)
    cell = read_cell(text)
    assert cell.equations != CELLS["mgu"].equations
    assert cell.equations == CELLS["mgu-reset-after"].equations
    problem = random_problem(cell, hidden=size, inputs=3, steps=4, seed=size, scale=0.5 * size**-0.5)
    (term,) = problem.losses
    rows = problem.inputs["X"]
    module = linen.MGUCell(size, dtype=np.float64, param_dtype=np.float64)
    tree: dict[str, dict[str, Any]] = {}
    for name, (layer, kind) in PLACES.items():
        array = problem.parameters[name]
        tree.setdefault(layer, {})[kind] = array.T if kind == "kernel" else array
    drawn = module.init(jax.random.PRNGKey(0), problem.initial["H"], rows[0])["params"]
    assert jax.tree.map(np.shape, drawn) == jax.tree.map(np.shape, tree)

    def run(tree: Any, state: Any) -> Any:
        outputs = []
        for row in rows:
            state, output = module.apply({"params": tree}, state, row)
            outputs.append(output)
        return jax.numpy.stack(outputs)

    def error(tree: Any, state: Any) -> Any:
        return ((run(tree, state) - term.targets) ** 2).sum() / 2

    graph = evaluate(problem)
    values = [graph.nodes[f"H_{step}"]["value"] for step in range(1, 5)]
    assert np.abs(np.asarray(run(tree, problem.initial["H"])) - values).max() <= 1e-12
    slopes, first = jax.grad(error, argnums=(0, 1))(tree, problem.initial["H"])
    gradients = {name: np.asarray(slopes[layer][kind]) for name, (layer, kind) in PLACES.items()}
    gradients = {name: each.T if each.ndim == 2 else each for name, each in gradients.items()}
    adjoints, absolute = reverse(graph), reverse_absolute(graph)
    assert {*cell.parameters} == {*gradients}
    for key, expected in (gradients | {"H_0": np.asarray(first)}).items():
        assert np.abs(adjoints[key] - expected).max() <= 1e-12 * absolute[key].max(), key
