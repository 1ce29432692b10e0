"""A gradient and all that is told of it against JAX and PyTorch, in one run on one machine: ratios, also where we lose.

    python benchmarks/gradients.py        # prints, and writes benchmarks/GRADIENTS.md; five minutes or so

Needs jax and torch besides the package.
"""

from __future__ import annotations

import math
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from measuring import METHOD, best, in_turn, machine, on_one_core, once, peak, run_alone, table

from graphviz_lstm import LSTM, LossTerm, Problem, Study
from graphviz_lstm.cells.expression import Parameter
from graphviz_lstm.figures.strip import draw_strip
from graphviz_lstm.gradients.batches.batch import Batch
from graphviz_lstm.gradients.shares.strip import strip_shares
from graphviz_lstm.gradients.shares.triangle import triangle_of
from graphviz_lstm.graph.gradients import adjoints_of, flows_of, tangents_of
from graphviz_lstm.graph.linearized import linearize
from graphviz_lstm.paths.compiled.wide import decimal, widen_whole
from graphviz_lstm.problems import problem_to_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from graphviz_lstm.graph.linearized import Linearized

HERE = Path(__file__).parent
# Units, inputs, steps; how often each is run; the aims as times JAX, of the gradient and of all flows.
SIZES = (((128, 64, 100), 60, 3, 5), ((1, 2, 1_000), 15, 30, None), ((256, 64, 200), 6, None, None))
BATCH, IN_BATCH = (256, 64, 200), 16


def problem(hidden: int, inputs: int, steps: int, seed: int = 0) -> Problem:
    """Return a fresh LSTM: uniform in 1/sqrt(n), a squared error at every step. The seed is of the sequence alone."""
    rng = np.random.default_rng(0)
    shapes = {"W": (hidden, inputs), "U": (hidden, hidden), "b": (hidden,)}
    reach = 1.0 / math.sqrt(hidden)
    parameters = {name: rng.uniform(-reach, reach, size=shapes[name[0]]) for name in LSTM.parameters}
    own = np.random.default_rng(seed)
    return Problem(
        cell=LSTM,
        parameters=parameters,
        inputs={"X": own.normal(size=(steps, inputs))},
        losses=[LossTerm("H", range(1, steps + 1), own.normal(size=(steps, hidden)))],
    )


def batch() -> list[Problem]:
    """Return sequences that share one net."""
    return [problem(*BATCH, seed) for seed in range(IN_BATCH)]


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


def stacked(given: list[Problem]) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and targets, (steps, sequences, entries)."""
    inputs = np.stack([np.array(one.inputs["X"]) for one in given], axis=1)
    return inputs, np.stack([np.array(one.losses[0].targets) for one in given], axis=1)


def jax_gradient(given: list[Problem]) -> Callable[[], Any]:
    """Return JAX's gradient of the mean loss, jitted and warm, held against ours."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)  # noqa: FBT003 -- JAX's own signature
    xs, targets = map(jnp.array, stacked(given))
    parameters = {name: jnp.array(value) for name, value in given[0].parameters.items()}
    zeros = jnp.zeros((len(given), given[0].hidden))

    def loss(p: dict[str, Any]) -> Any:
        def step(carry: Any, at: Any) -> Any:
            (h, s), (x, y) = carry, at
            z = {k: x @ p[f"W_{k}"].T + h @ p[f"U_{k}"].T + p[f"b_{k}"] for k in "Aifo"}
            s = jnp.tanh(z["A"]) * jax.nn.sigmoid(z["i"]) + jax.nn.sigmoid(z["f"]) * s
            h = jax.nn.sigmoid(z["o"]) * jnp.tanh(s)
            return (h, s), jnp.sum((h - y) ** 2) / 2

        return jnp.sum(jax.lax.scan(step, (zeros, zeros), (xs, targets))[1]) / len(given)

    gradient = jax.jit(jax.grad(loss))
    found = jax.block_until_ready(gradient(parameters))
    ours = Batch(given).gradient("W_A")
    assert np.allclose(found["W_A"], ours, rtol=1e-9, atol=1e-12 * np.abs(ours).max())
    return lambda: jax.block_until_ready(gradient(parameters))


def torch_gradient(given: list[Problem]) -> Callable[[], Any]:
    """Return PyTorch's gradient of the mean loss, eager."""
    import torch

    parameters = {name: torch.tensor(np.array(v), requires_grad=True) for name, v in given[0].parameters.items()}
    xs, ys = map(torch.tensor, stacked(given))

    def run() -> None:
        h = s = torch.zeros((len(given), given[0].hidden), dtype=torch.float64)
        total = torch.zeros((), dtype=torch.float64)
        for x, y in zip(xs, ys, strict=True):
            z = {k: x @ parameters[f"W_{k}"].T + h @ parameters[f"U_{k}"].T + parameters[f"b_{k}"] for k in "Aifo"}
            s = torch.tanh(z["A"]) * torch.sigmoid(z["i"]) + torch.sigmoid(z["f"]) * s
            h = torch.sigmoid(z["o"]) * torch.tanh(s)
            total = total + ((h - y) ** 2).sum() / 2
        torch.autograd.grad(total / len(given), list(parameters.values()))

    return run


def our_gradient(given: list[Problem]) -> Callable[[], Any]:
    """Return our gradient of the mean loss."""
    return lambda: Batch(given).gradient("W_A")


MAKERS = {"ours": our_gradient, "jax": jax_gradient, "torch": torch_gradient}


def gradient_rows() -> list[list[str]]:
    """Return the rows of gradients of one sequence."""
    rows = []
    for size, times, aim, aim_of_flows in SIZES:
        given = problem(*size)
        seconds = in_turn(
            {
                "ours": lambda given=given: adjoints_of(linearize(given)),
                "flows": lambda given=given: all_flows(linearize(given)),
                "jax": jax_gradient([given]),
                "torch": torch_gradient([given]),
            },
            times,
        )
        shown = [f"{1e3 * seconds[name]:.1f} ms" for name in ("ours", "flows", "jax", "torch")]
        ratios = [
            f"{seconds[name] / seconds['jax']:.1f}{f' (aim {most})' if most else ''}"
            for name, most in (("ours", aim), ("flows", aim_of_flows))
        ]
        rows.append([", ".join(f"{n:,}" for n in size), *shown, *ratios])
    return rows


def batch_rows() -> list[list[str]]:
    """Return the rows of a batch of sequences: times in this process, peak memory each in a process of its own."""
    given = batch()
    seconds = in_turn({name: make(given) for name, make in MAKERS.items()}, 2)
    names = {"ours": "ours, all partials kept", "jax": "JAX, jitted", "torch": "PyTorch, eager"}
    return [
        [names[name], f"{seconds[name]:.2f} s", f"{seconds[name] / seconds['jax']:.1f}", *memory_of(name)]
        for name in MAKERS
    ]


def memory_of(name: str) -> tuple[str, str]:
    """Return the peak memory of a process that makes one gradient of the batch, and of one that is ready to."""
    before, after = run_alone(__file__, "--peak", name)
    return f"{before} MB", f"{after} MB"


def tell_peak(name: str) -> None:
    """Print the peak memory before and after the gradient of the batch."""
    given = batch()
    if name == "ours":
        before = peak()
        our_gradient(given)()
    else:
        __import__(name)
        before = peak()
        MAKERS[name](given)()
    print(before, peak())


def long_row(steps: int, times: int) -> list[str]:
    """Return what is asked of one unit over many steps, from an example file on; each time of a new study."""
    runs = [long_sequence(steps) for _ in range(times)]
    seconds = [min(column) for column in zip(*(run for _, run in runs), strict=True)]
    return [f"{steps:,}", f"{runs[0][0]:,}", *(f"{x:.2f} s" for x in seconds), f"{sum(seconds):.2f} s"]


def long_sequence(steps: int) -> tuple[int, list[float]]:
    """Return the digits of the count, and the seconds of each question."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "long.json"
        file.write_text(problem_to_json(problem(1, 2, steps)), encoding="utf-8")
        study, loading = once(lambda: Study(str(file), "W_A"))
    seconds = [loading + once(lambda: study.linear)[1]]
    # That there is a path at all is told by the count.
    paths, compiling = once(lambda: study.paths)
    seconds.append(compiling)
    seconds.append(once(lambda: paths.total)[1])
    seconds.append(once(lambda: paths.group_by("recurrence"))[1])
    seconds.append(once(lambda: draw_strip(strip_shares(study.linear, paths)))[1])
    return 1 + decimal(widen_whole(paths.count))[1], seconds


def triangle_rows() -> list[list[str]]:
    """Return how long the triangle of 128 units, 64 inputs and 50 steps takes."""
    linear = linearize(problem(128, 64, 50))
    gradient = adjoints_of(linear).parameters["W_A"]
    direction = gradient / float(np.sum(gradient * gradient))
    seconds = best(lambda: triangle_of(linear, Parameter("W_A"), direction))
    return [["shares by entry and exit step, by route: 50 x 50", f"{seconds:.2f} s"]]


_BATCH_TOLD = """\
No aim was set here. All three take the sixteen sequences together at each step, as products of two matrices. Ours keeps
every value and every partial of each sequence, for the paths of each."""
_AIM = 2.0
_SHORT_OF_IT = """\
That is not reached: a path set is swept edge by edge in Python, 120,000 of them, for the count, for the total and for
the groups."""
_LONG_TOLD = """\
A new study each time; the libraries are loaded. The aim is 2 s in all at 10,000 steps.
{reached}
At 100,000 steps, ten times as many, what grows by more than ten is the count, in *paths and count* and in *groups*:
its numbers have ten times the digits. The strip is drawn from arrays."""


def long_section() -> list[str]:
    """Return what is told of long sequences."""
    rows = [long_row(1_000, 3), long_row(10_000, 3), long_row(100_000, 1)]
    header = ["steps", "digits of the count", "read and evaluated", "paths and count", "total", "groups", "strip"]
    together = float(rows[1][-1].removesuffix(" s"))
    reached = "It is reached." if together <= _AIM else _SHORT_OF_IT
    return [table([*header, "together"], rows), _LONG_TOLD.format(reached=reached)]


def main() -> None:
    """Measure, print and write."""
    if "--peak" in sys.argv:
        tell_peak(sys.argv[-1])
        return
    on_one_core()
    long_sequence(10)  # loads what draws: not timed
    header = ["units, inputs, steps", "gradient", "with all partials and flows", "JAX, jitted", "PyTorch, eager"]
    sections = [
        "# Benchmarks of gradients",
        (
            f"Made by `python benchmarks/gradients.py`, all in one run. {machine()}. A fresh LSTM, a squared error at "
            "every step, float64."
        ),
        METHOD,
        "## A gradient",
        table([*header, "gradient / JAX", "with flows / JAX"], gradient_rows()),
        f"## The mean loss of {IN_BATCH} sequences: {BATCH[0]} units, {BATCH[1]} inputs, {BATCH[2]} steps",
        table(["what", "time", "times JAX", "memory before", "peak memory"], batch_rows()),
        _BATCH_TOLD,
        "## One unit, many steps, from an example file",
        *long_section(),
        "## The triangle of 128 units, 64 inputs, 50 steps",
        table(["what", "time"], triangle_rows()),
    ]
    text = "\n\n".join(sections) + "\n"
    print(text)
    (HERE / "GRADIENTS.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
