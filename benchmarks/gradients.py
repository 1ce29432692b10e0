"""A gradient and all that is told of it against JAX and PyTorch, in one run on one machine: ratios, also where we lose.

    python benchmarks/gradients.py        # prints, and writes benchmarks/GRADIENTS.md

Needs jax and torch besides the package. Each figure is the least of several runs, taken in turn.
"""

from __future__ import annotations

import math
import platform
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graphviz_lstm import LSTM, LossTerm, Problem
from graphviz_lstm.cells.expression import Parameter
from graphviz_lstm.gradients.pathsets import paths_of, unit_paths_of
from graphviz_lstm.gradients.triangle import triangle_of
from graphviz_lstm.graph.gradients import adjoints_of, flows_of, tangents_of
from graphviz_lstm.graph.linearized import linearize

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.graph.linearized import Linearized

HERE = Path(__file__).parent
SIZES = ((1, 2, 1_000), (128, 64, 100), (256, 64, 200))
RUNS = 9


def problem(hidden: int, inputs: int, steps: int) -> Problem:
    """Return a fresh LSTM: uniform in 1/sqrt(n), a squared error at every step."""
    rng = np.random.default_rng(0)
    shapes = {"W": (hidden, inputs), "U": (hidden, hidden), "b": (hidden,)}
    reach = 1.0 / math.sqrt(hidden)
    return Problem(
        cell=LSTM,
        parameters={name: rng.uniform(-reach, reach, size=shapes[name[0]]) for name in LSTM.parameters},
        inputs={"X": rng.normal(size=(steps, inputs))},
        losses=[LossTerm("H", range(1, steps + 1), rng.normal(size=(steps, hidden)))],
    )


def all_flows(linear: Linearized) -> float:
    """Return the sum of all flows from W_A: every partial, tangent and flow was made."""
    adjoints = adjoints_of(linear)
    gradient = adjoints.parameters["W_A"]
    tangents = tangents_of(linear, Parameter("W_A"), None, gradient / float(np.sum(gradient * gradient)))
    total = 0.0
    for head, families in linear.families.items():
        for family in families:
            tails = tangents.quantities.get(family.tail.name)
            if tails is not None:
                moved = np.concatenate([np.zeros((family.lag, *tails.shape[1:])), tails])[: len(tails)]
                total += float(flows_of(family, moved, adjoints.quantities[head]).sum())
    return total


def jax_gradient(given: Problem) -> Callable[[], Any]:
    """Return JAX's gradient of the same loss, jitted and warm."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)  # noqa: FBT003 -- JAX's own signature
    targets = jnp.array(given.losses[0].targets)
    xs = jnp.array(given.inputs["X"])
    parameters = {name: jnp.array(value) for name, value in given.parameters.items()}
    zeros = jnp.zeros(given.hidden)

    def loss(p: dict[str, Any]) -> Any:
        def step(carry: Any, at: Any) -> Any:
            (h, s), (x, y) = carry, at
            z = {k: p[f"W_{k}"] @ x + p[f"U_{k}"] @ h + p[f"b_{k}"] for k in "Aifo"}
            s = jnp.tanh(z["A"]) * jax.nn.sigmoid(z["i"]) + jax.nn.sigmoid(z["f"]) * s
            h = jax.nn.sigmoid(z["o"]) * jnp.tanh(s)
            return (h, s), jnp.sum((h - y) ** 2) / 2

        return jnp.sum(jax.lax.scan(step, (zeros, zeros), (xs, targets))[1])

    gradient = jax.jit(jax.grad(loss))
    found = jax.block_until_ready(gradient(parameters))
    ours = adjoints_of(linearize(given)).parameters["W_A"]
    assert np.allclose(found["W_A"], ours, rtol=1e-9, atol=1e-12 * np.abs(ours).max())
    return lambda: jax.block_until_ready(gradient(parameters))


def torch_gradient(given: Problem) -> Callable[[], Any]:
    """Return PyTorch's gradient of the same loss, eager."""
    import torch

    parameters = {name: torch.tensor(np.array(v), requires_grad=True) for name, v in given.parameters.items()}
    xs, ys = torch.tensor(np.array(given.inputs["X"])), torch.tensor(np.array(given.losses[0].targets))

    def run() -> None:
        for value in parameters.values():
            value.grad = None
        h = s = torch.zeros(given.hidden, dtype=torch.float64)
        total = torch.zeros((), dtype=torch.float64)
        for x, y in zip(xs, ys, strict=True):
            z = {k: parameters[f"W_{k}"] @ x + parameters[f"U_{k}"] @ h + parameters[f"b_{k}"] for k in "Aifo"}
            s = torch.tanh(z["A"]) * torch.sigmoid(z["i"]) + torch.sigmoid(z["f"]) * s
            h = torch.sigmoid(z["o"]) * torch.tanh(s)
            total = total + ((h - y) ** 2).sum() / 2
        total.backward()

    return run


def in_turn(calls: dict[str, Callable[[], Any]]) -> dict[str, float]:
    """Return the least number of seconds of each call, the calls taken in turn."""
    best = dict.fromkeys(calls, math.inf)
    for _ in range(RUNS):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def once(call: Callable[[], Any]) -> tuple[Any, float]:
    """Return what a call returns, and its seconds."""
    start = time.perf_counter()
    found = call()
    return found, time.perf_counter() - start


def against_peers() -> list[str]:
    """Return the table of gradients."""
    lines = [
        (
            "| units, inputs, steps | gradient | with all partials and flows | JAX, jitted | PyTorch, eager "
            "| gradient / JAX | with flows / JAX |"
        ),
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for size in SIZES:
        given = problem(*size)
        seconds = in_turn(
            {
                "ours": lambda given=given: adjoints_of(linearize(given)),
                "flows": lambda given=given: all_flows(linearize(given)),
                "jax": jax_gradient(given),
                "torch": torch_gradient(given),
            }
        )
        shown = " | ".join(f"{1e3 * seconds[name]:.1f} ms" for name in ("ours", "flows", "jax", "torch"))
        ratios = " | ".join(f"{seconds[name] / seconds['jax']:.1f}" for name in ("ours", "flows"))
        lines.append(f"| {', '.join(f'{n:,}' for n in size)} | {shown} | {ratios} |")
    return lines


def long_sequence(steps: int) -> list[str]:
    """Return the rows of what is asked of one unit over many steps."""
    given = problem(1, 2, steps)
    linear, evaluating = once(lambda: linearize(given))
    paths, compiling = once(lambda: paths_of(linear, "W_A"))
    _, counting = once(lambda: paths.count)
    _, totalling = once(lambda: paths.total)
    _, grouping = once(lambda: paths.group_by("recurrence"))
    parts = (evaluating, compiling, counting, totalling, grouping)
    return [f"| {steps:,} | {' | '.join(f'{x:.2f} s' for x in parts)} | {sum(parts):.2f} s |"]


def unit_graph() -> list[str]:
    """Return the rows of the unit graph of 128 units, 64 inputs and 50 steps."""
    linear = linearize(problem(128, 64, 50))
    paths, compiling = once(lambda: unit_paths_of(linear, "W_A"))
    rows = [("compiled to blocks", compiling)]
    rows.append(("masses by crossings 0..9", once(lambda: paths.group_by("crossings", up_to=9))[1]))
    rows.append(("masses by gates", once(lambda: paths.group_by("gates"))[1]))
    one = unit_paths_of(linear, "W_A", element=(7, 0))
    rows.append(("top 100 from one entry, proven", once(lambda: one.top(100))[1]))
    gradient = adjoints_of(linear).parameters["W_A"]
    direction = gradient / float(np.sum(gradient * gradient))
    rows.append(
        ("shares by entry and exit, by route", once(lambda: triangle_of(linear, Parameter("W_A"), direction))[1])
    )
    return [f"| {what} | {seconds:.2f} s |" for what, seconds in rows]


def _peak() -> float:
    """Return the largest memory so far, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def main() -> None:
    """Measure, print and write."""
    lines = [
        "# Benchmarks of gradients and of the unit graph",
        "",
        (
            f"Made by `python benchmarks/gradients.py`, all in one run. Python {platform.python_version()}, "
            f"NumPy {np.__version__}, {platform.machine()}, 2 cores. "
            "A fresh LSTM, a squared error at every step, float64."
        ),
        "",
        "## A gradient",
        "",
        *against_peers(),
        "",
        "The aims: 3 and 5 times JAX at 128 units, 30 times at one unit and 1,000 steps.",
        "",
        "## One unit, many steps, from the arrays of a problem",
        "",
        "| steps | evaluated | compiled | count | total | group_by recurrence | together |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *long_sequence(1_000),
        *long_sequence(10_000),
        "",
        "## The unit graph of 128 units, 64 inputs, 50 steps (3.3 million edges, never spelled out)",
        "",
        "| what | time |",
        "| --- | --- |",
        *unit_graph(),
        "",
        f"Peak memory of this process, JAX and PyTorch in it: {_peak():.1f} GB.",
        "",
    ]
    text = "\n".join(lines)
    print(text)
    if "--dry" not in sys.argv:
        (HERE / "GRADIENTS.md").write_text(text)


if __name__ == "__main__":
    main()
