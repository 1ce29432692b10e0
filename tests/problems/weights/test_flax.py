"""Flax' own cells: what they give and every gradient are what is computed here. Collected where Flax is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from graphviz_lstm import load_weights
from tests.problems.weights.holding import require_same
from tests.problems.weights.test_documentation import asked_of_the_run, recipe_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

jax = pytest.importorskip("jax")
jax.config.update("jax_enable_x64", val=True)
linen = pytest.importorskip("flax.linen")
nnx = pytest.importorskip("flax.nnx")
flatten = pytest.importorskip("flax.traverse_util").flatten_dict

LINEN = ("LSTMCell", "OptimizedLSTMCell", "GRUCell", "MGUCell", "SimpleCell")
NNX = ("LSTMCell", "OptimizedLSTMCell", "GRUCell", "SimpleCell")
SIZES = [(1, 1), (4, 2), (8, 3)]


class Stacked(linen.Module):
    """Layers of linen, and a linear map of the last."""

    kind: str
    units: int
    layers: int

    @linen.compact
    def __call__(self, rows: Any) -> Any:
        """Return what the linear map gives, a row a step."""
        for number in range(self.layers):
            cell = getattr(linen, self.kind)(self.units, param_dtype=np.float64, name=f"cell_{number}")
            rows = linen.RNN(cell)(rows)
        return linen.Dense(2, param_dtype=np.float64, name="head")(rows)


def drawn(tree: Any, seed: int) -> Any:
    """Return parameters of the same shapes, drawn anew: biases too."""
    random = np.random.default_rng(seed)
    return jax.tree.map(lambda each: jax.numpy.asarray(random.normal(size=each.shape)), tree)


@pytest.mark.parametrize("kind", LINEN)
@pytest.mark.parametrize(("units", "layers"), SIZES)
def test_what_linen_has_gives_what_linen_gives(kind: str, units: int, layers: int) -> None:
    random = np.random.default_rng(units)
    inputs, targets = random.normal(size=(4, 3)), random.normal(size=(4, 2))
    model = Stacked(kind, units, layers)
    tree = drawn(model.init(jax.random.PRNGKey(0), inputs[None]), units)

    def error(tree: Any) -> Any:
        return ((model.apply(tree, inputs[None])[0] - targets) ** 2).sum() / 2

    value, slopes = jax.value_and_grad(error)(tree)
    net = load_weights(tree)
    assert len(net.plan.layers) == layers
    gradients = {key: np.asarray(each) for key, each in flatten(slopes, sep="/").items()}
    require_same(net, net.problem(inputs, targets), float(value), gradients)


class Layered(nnx.Module):
    """Layers of nnx, and a linear map of the last."""

    def __init__(self, kind: str, units: int, layers: int, *, both: bool) -> None:
        rngs, ways = nnx.Rngs(0), 2 if both else 1
        for number in range(layers):
            double = {"dtype": np.float64, "param_dtype": np.float64}
            runs = [
                nnx.RNN(getattr(nnx, kind)(3 if number == 0 else ways * units, units, **double, rngs=rngs), rngs=rngs)
                for _ in range(ways)
            ]
            setattr(self, f"rnn{number}", nnx.Bidirectional(*runs, rngs=rngs) if both else runs[0])
        self.head = nnx.Linear(ways * units, 2, param_dtype=np.float64, rngs=rngs)
        self.layers = layers

    def __call__(self, rows: Any) -> Any:
        """Return what the linear map gives, a row a step."""
        for number in range(self.layers):
            rows = getattr(self, f"rnn{number}")(rows)
        return self.head(rows)


@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("kind", NNX)
@pytest.mark.parametrize(("units", "layers"), SIZES)
def test_what_nnx_has_gives_what_nnx_gives(kind: str, units: int, layers: int, both: bool) -> None:  # noqa: FBT001 -- a case
    random = np.random.default_rng(units)
    inputs, targets = random.normal(size=(4, 3)), random.normal(size=(4, 2))
    model = Layered(kind, units, layers, both=both)
    nnx.update(model, drawn(nnx.state(model, nnx.Param), units))

    def error(model: Layered) -> Any:
        return ((model(inputs[None])[0] - targets) ** 2).sum() / 2

    value, slopes = nnx.value_and_grad(error, argnums=nnx.DiffState(0, nnx.Param))(model)
    net = load_weights(nnx.to_pure_dict(nnx.state(model, nnx.Param)))
    assert len(net.plan.layers) == layers
    gradients = {key: np.asarray(each) for key, each in flatten(nnx.to_pure_dict(slopes), sep="/").items()}
    require_same(net, net.problem(inputs, targets), float(value), gradients)


def _of_linen(inputs: Any, targets: Any) -> Iterator[tuple[Any, float, Any]]:
    """Yield parameters, mean loss, and gradient by the kernel of the forget gate, three times as they are trained."""
    model = Stacked("LSTMCell", 3, 1)
    params = model.init(jax.random.PRNGKey(0), inputs)

    def error(params: Any) -> Any:
        return ((model.apply(params, inputs) - targets) ** 2).sum() / 2 / len(inputs)

    for _ in range(3):
        value, slopes = jax.value_and_grad(error)(params)
        yield params, float(value), slopes["params"]["cell_0"]["hf"]["kernel"]
        params = jax.tree.map(lambda each, slope: each - 0.1 * slope, params, slopes)


def _of_nnx(inputs: Any, targets: Any) -> Iterator[tuple[Any, float, Any]]:
    """Yield the same of nnx."""
    model = Layered("LSTMCell", 3, 1, both=False)

    def error(model: Layered) -> Any:
        return ((model(inputs) - targets) ** 2).sum() / 2 / len(inputs)

    for _ in range(3):
        value, slopes = nnx.value_and_grad(error, argnums=nnx.DiffState(0, nnx.Param))(model)
        params, steep = (nnx.to_pure_dict(each) for each in (nnx.state(model, nnx.Param), slopes))
        yield params, float(value), steep["rnn0"]["cell"]["hf"]["kernel"]
        nnx.update(model, jax.tree.map(lambda each, slope: each - 0.1 * slope, nnx.state(model, nnx.Param), slopes))


@pytest.mark.parametrize("kind", ["linen", "nnx"])
def test_what_the_training_loop_of_the_page_writes_is_read(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mean loss and the length of its gradient at each checkpoint are those of the loop."""
    monkeypatch.chdir(tmp_path)
    lines = recipe_of("flatten_dict")
    random = np.random.default_rng(0)
    inputs, targets = random.normal(size=(4, 5, 3)), random.normal(size=(4, 5, 2))
    loop = _of_linen if kind == "linen" else _of_nnx
    due = []
    for step, params, loss, slope in zip((0, 50, 100), *zip(*loop(inputs, targets), strict=True), strict=True):
        lines["keep"](params, step)
        due.append((step, loss, float(np.linalg.norm(slope))))
    lines["keep_sequences"](inputs, targets)
    told = [(each["at"], each["loss"], each["size"]) for each in asked_of_the_run("U_f")]
    assert np.allclose(told, due, rtol=1e-10, atol=0.0)
